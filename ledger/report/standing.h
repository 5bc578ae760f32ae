/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_REPORT_STANDING_H
#define UMI_LEDGER_REPORT_STANDING_H

/**
 * @file
 * All loans of the book as they stand on a day, one after the other in the
 * order of their keys and in constant memory.  Only loans on which more than
 * payments stands, or whose postings go beyond the day, are replayed.
 */
#include "ledger/book/book.h"

/** A loan on a day.  Texts live during the call. */
typedef struct umi_standing {
    const umi_loan *loan;
    const umi_loan_state *state; /**< after all its postings */
    umi_loan_status status;      /**< active, closed or written off */
    umi_amounts outstanding, due;
    umi_money overpaid;
    int32_t days_past_due, collectability;
    umi_money interest, fee; /**< totals of the schedule */
    umi_money accrued;       /**< interest earned by the day */
    umi_money fee_charged;   /**< fees of rows due by the day */
    bool unsure; /**< with `newest`: it was disbursed anew since, on terms that
                  * are not those of then; no figure is set */
} umi_standing;

typedef struct umi_standing_ask {
    umi_day day;
    bool past;   /**< postings after the day do not count; else all do, and the
                * day only decides what is due */
    bool closed; /**< loans without any debt, too */
    int64_t newest; /**< postings with a higher key do not count; 0: all do */
} umi_standing_ask;

typedef umi_status (*umi_standing_fn)(void *self,
                                      const umi_standing *s,
                                      umi_error *err);

/**
 * Call @p fn for each loan that was disbursed, be it after the day.  A status
 * other than UMI_OK ends it and is passed on.
 * @retval UMI_EDAMAGED a loan's rows contradict each other
 */
UMI_MUST_CHECK umi_status umi_standing_each(umi_book *b,
                                            const umi_standing_ask *ask,
                                            umi_standing_fn fn,
                                            void *self,
                                            umi_error *err);

/** Days past due are shown by these, the last without end. */
typedef struct umi_bucket {
    int32_t from, to; /**< days; the last `to` is -1 */
    const char *label;
} umi_bucket;

#define UMI_BUCKETS 7
extern const umi_bucket umi_buckets[UMI_BUCKETS];
/** Index of the bucket for @p days >= 0. */
size_t umi_bucket_of(int32_t days);

#endif
