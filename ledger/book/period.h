/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_PERIOD_H
#define UMI_LEDGER_BOOK_PERIOD_H

/**
 * @file
 * What the close of a day writes: the interest that all loans had earned by
 * then, by branch and product, and the figures on which it was closed.
 */
#include "ledger/book/enter.h"

/** Sums from the beginning up to a closed day. */
typedef struct umi_accrual {
    int64_t id, batch;
    umi_day day;
    int64_t branch, product; /**< codes */
    umi_money earned;        /**< interest of all loans, on accrual */
    umi_money suspended; /**< of it: unpaid, from collectability 3 on; outside
                          * the balance sheet */
    umi_money fee;       /**< fees of instalments that have fallen due */
} umi_accrual;

typedef enum umi_closing_kind {
    UMI_CLOSING_CONTROL, /**< a total of the loans and of the ledger */
    UMI_CLOSING_ARREARS, /**< loans and principal in a bucket of days */
    UMI_CLOSING_POSTINGS /**< n is the key of the newest posting */
} umi_closing_kind;

typedef struct umi_closing {
    int64_t id, batch;
    umi_closing_kind kind;
    umi_text name; /**< "principal", "1-30" */
    int64_t n;     /**< loans; see the kinds */
    umi_money loans, ledger;
} umi_closing;

extern const umi_query umi_accrual_by_batch; /**< batch */
extern const umi_query umi_closing_by_batch; /**< batch */

/** A close: its day's row, what it wrote, and where it stands in the chain. */
typedef struct umi_period {
    umi_closed_day day;
    const umi_accrual *accruals; /**< by branch and product */
    size_t accrual_count;
    const umi_closing *figures;
    size_t figure_count;
} umi_period;

/**
 * Read the close of @p d in @p arena.
 * @retval UMI_ENOENT that day is not closed
 */
UMI_MUST_CHECK umi_status umi_period_of(
    umi_period *out, umi_book *b, umi_day d, umi_arena *arena, umi_error *err);

/** The last close before @p d; out->day.id is 0 when there is none. */
UMI_MUST_CHECK umi_status umi_period_before(
    umi_period *out, umi_book *b, umi_day d, umi_arena *arena, umi_error *err);

#define UMI_PERIOD_ENTRIES 4 /**< of a branch and product */

/** What a close enters for one branch and product: the difference of its
 * sums to those of the close before (all 0 when there was none). */
void umi_period_entries(umi_gl_entry to[UMI_PERIOD_ENTRIES],
                        const umi_accrual *now,
                        const umi_accrual *before);

/** The sums of the branch and product of @p a in @p p, or zeros. */
umi_accrual umi_period_sums(const umi_period *p, const umi_accrual *a);

/** The hash of the chain's block that holds the last of its figures: it
 * covers all that the close wrote, and all before it. */
UMI_MUST_CHECK umi_status umi_period_head(umi_hash *out,
                                          umi_book *b,
                                          const umi_period *p,
                                          umi_error *err);

#endif
