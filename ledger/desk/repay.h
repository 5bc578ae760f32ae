/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_REPAY_H
#define UMI_LEDGER_DESK_REPAY_H

/**
 * @file
 * Use cases at the counter: take one payment, redeem a pledge, or pay its
 * rent for a new term.
 */
#include "ledger/book/enter.h"
#include "ledger/desk/desk.h"

typedef struct umi_repay_ask {
    umi_text loan; /**< its number */
    umi_money amount;
    umi_text channel, reference; /**< their pair is used once */
    umi_day day;                 /**< value date */
} umi_repay_ask;

/**
 * Take one payment; it is divided by the policy of the loan.  The same
 * reference for the same loan and amount is a duplicate and changes nothing.
 *
 * @retval UMI_ENOENT there is no such loan
 * @retval UMI_EINVAL amount, date, channel or reference makes no sense
 * @retval UMI_ESTATE it is not paid out
 * @retval UMI_EEXIST code CONFLICT: the reference stands for something else
 */
UMI_MUST_CHECK umi_status umi_repay(umi_booked *out,
                                    umi_desk *desk,
                                    const umi_repay_ask *ask,
                                    umi_error *err);

/** What redeeming a pledge costs on a day. */
typedef struct umi_redemption {
    int64_t loan;
    int32_t days, blocks; /**< since the disbursement; started blocks */
    umi_money rent;       /**< for these blocks, on the whole loan */
    umi_money forgiven;   /**< scheduled rent of blocks that do not start */
    umi_money extra;      /**< rent of blocks behind the term */
    umi_parts pays;       /**< what is to be paid, by component */
    umi_money total;
} umi_redemption;

/**
 * The price of redemption on @p day: the principal that is left, rent for
 * every started block, and what else is owed.  The first block has started on
 * the day of the disbursement.
 *
 * @retval UMI_ENOENT there is no such loan
 * @retval UMI_EINVAL it is no pawn loan, or @p day is before its disbursement
 * @retval UMI_ESTATE it is not paid out, or nothing is owed
 */
UMI_MUST_CHECK umi_status umi_redeem_price(umi_redemption *out,
                                           umi_desk *desk,
                                           umi_text number,
                                           umi_day day,
                                           umi_error *err);

/**
 * Redeem: waive the rent of blocks that do not start (or charge, as a fee,
 * that of blocks behind the term) and take the rest, as one act.
 *
 * @param ask its amount is not read: the price is paid
 * @param[out] price may be NULL
 */
UMI_MUST_CHECK umi_status umi_redeem(umi_redemption *price,
                                     umi_booked *out,
                                     umi_desk *desk,
                                     const umi_repay_ask *ask,
                                     umi_error *err);

typedef struct umi_extension {
    umi_redemption old;  /**< how the old loan was closed */
    umi_text number;     /**< of the loan that goes on */
    umi_money principal; /**< of it: what was left of the old */
    umi_money withheld;  /**< its fees, paid now */
    umi_money pays;      /**< rent, fees and arrears; no principal */
    umi_terms terms;     /**< of the new term, as those of the old */
} umi_extension;

/**
 * Pay the rent and begin a new term: the old loan is redeemed and a new one
 * of the same terms, from @p ask's day on, is paid out against it; only rent
 * and fees change hands.  The new loan's number is the old one's with "-2",
 * "-3", ... behind it.
 *
 * @param ask its amount is not read
 * @param[out] out texts live in @p arena
 * @retval UMI_ENOENT, UMI_EINVAL, UMI_ESTATE as umi_redeem_price()
 * @retval UMI_EEXIST no number is free, or the reference is used
 */
UMI_MUST_CHECK umi_status umi_extend(umi_extension *out,
                                     umi_desk *desk,
                                     const umi_repay_ask *ask,
                                     umi_arena *arena,
                                     umi_error *err);

#endif
