/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_ENTER_H
#define UMI_LEDGER_BOOK_ENTER_H

/**
 * @file
 * Entering what happens to loans, one act at a time: a disbursement, a fee, a
 * payment at the counter, a reversal.  An act is one batch and one
 * transaction: postings, states, keys, general ledger, and whatever rows of
 * its own room the use case adds.  Files of repayments go another way
 * (ledger/book/posting_batch.h) to the same result.
 */
#include "ledger/book/book.h"

/** A loan to be added in status booked, without any posting. */
typedef struct umi_new_loan {
    umi_text number; /**< the institution's own, 1 .. 64 bytes */
    int64_t person;
    umi_text product, branch; /**< codes; branch {NULL, 0}: the default one */
    umi_text grp, officer;    /**< optional */
    const umi_terms *terms;   /**< the dates may still change */
    const umi_policy *policy;
    int64_t application; /**< UMI_NONE: none */
} umi_new_loan;

/**
 * Add a loan, and the rows of @p with (NULL: none) in the same transaction.
 * @param[out] loan its key
 * @retval UMI_EEXIST a loan of that number is there
 * @retval UMI_EINVAL the terms make no sense; err->field names the key
 */
UMI_MUST_CHECK umi_status umi_book_add_loan(umi_book *b,
                                            const umi_new_loan *new_loan,
                                            const umi_change *with,
                                            int64_t *loan,
                                            umi_error *err);

/** One thing to enter. */
typedef struct umi_booking {
    umi_txn_kind kind; /**< not import, not reallocation */
    int64_t loan;      /**< of a reversal it may be 0: that of the posting */
    umi_day day; /**< value date; of a reversal: not before the posting's */
    umi_money amount; /**< > 0.  Waiver, write-off: 0 is everything; a
                        * disbursement, a reversal: 0, it follows */
    const umi_component *component; /**< of a waiver or write-off; NULL: all */
    umi_day due; /**< of a fee or penalty: owed with the row of this day;
                  * UMI_NONE32: its own day */
    umi_text channel, reference; /**< both or none; their pair is used once */
    int64_t reverses;            /**< of a reversal: the posting */
    const umi_terms *terms; /**< of a disbursement: as agreed at last, which
                             * fixes the schedule; NULL: as booked, from
                             * `day` on */
} umi_booking;

/** What became of a booking. */
typedef struct umi_booked {
    bool duplicate; /**< its reference stands for the same already */
    int64_t txn;    /**< the posting; of a duplicate the earlier one */
    umi_money amount;
    umi_parts parts; /**< as posted */
} umi_booked;

/** An entry in the general ledger alone: accruals, settlements. */
typedef struct umi_gl_entry {
    umi_posting_kind kind;
    umi_day day;
    int64_t product, branch; /**< codes; product UMI_NONE: none */
    int64_t channel;         /**< of the cash account; UMI_NONE: standard */
    umi_parts parts;         /**< what the legs of the kind move; may be < 0 */
} umi_gl_entry;

/** One act. */
typedef struct umi_act_entry {
    umi_batch_kind kind; /**< ENTRY, CLOSE or BANK */
    umi_text name;       /**< what it was, for people: "disburse" */
    umi_day booked;      /**< must be open; postings' days are not after it */
    const umi_booking *bookings;
    size_t count;
    const umi_gl_entry *entries;
    size_t entry_count;
    const umi_change *with; /**< rows of the use case; NULL: none */
    int64_t batch; /**< of umi_book_take_batch(), for rows that name it; 0: a
                    * new one */
} umi_act_entry;

/**
 * Enter an act.  Days of the general ledger are value dates, or the booking
 * date where the value date is closed already.
 *
 * @param[out] booked one per booking; may be NULL without bookings
 * @param[out] batch  key of the act; may be NULL
 * @retval UMI_EDENIED code CLOSED-DAY: the booking date is closed
 * @retval UMI_EINVAL  an amount, a date or a reference makes no sense
 * @retval UMI_ENOENT  there is no such loan or posting
 * @retval UMI_ESTATE  not in the loan's state: not disbursed, disbursed
 *                     already, reversed already, not to be reversed
 * @retval UMI_EEXIST  code CONFLICT: the reference stands for something else
 * @retval UMI_ERANGE  a sum does not fit
 */
UMI_MUST_CHECK umi_status umi_book_enter(umi_book *b,
                                         const umi_act_entry *act,
                                         umi_booked *booked,
                                         int64_t *batch,
                                         umi_error *err);

#endif
