/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_POSTING_H
#define UMI_RULES_SET_POSTING_H

/**
 * @file
 * Posting rules: how one transaction, which carries its components, becomes
 * debits and credits.  A rule is versioned by date, chosen by kind, product
 * and accounting basis, and is refused at load unless every component that
 * it moves stands on both sides once: whatever the amounts, what it makes is
 * balanced.
 */
#include "engine/loan/waterfall.h"
#include "rules/set/chart.h"

/** What a transaction can be; name as in posting.yaml. */
#define UMI_POSTING_KINDS(X)                                                   \
    X(DISBURSEMENT, "disbursement")                                            \
    X(IMPORT, "import")                                                        \
    X(REPAYMENT, "repayment")                                                  \
    X(FEE, "fee")                                                              \
    X(PENALTY, "penalty")                                                      \
    X(WAIVE, "waive")                                                          \
    X(WRITE_OFF, "write_off")                                                  \
    X(RECOVER, "recover")                                                      \
    X(REFUND, "refund")                                                        \
    X(ACCRUAL, "accrual")                                                      \
    X(SUSPEND, "suspend")                                                      \
    X(MEMORANDUM, "memorandum")                                                \
    X(PROVISION, "provision")                                                  \
    X(BANK_SETTLEMENT, "bank_settlement")                                      \
    X(UNIDENTIFIED, "unidentified")                                            \
    X(IDENTIFIED, "identified")                                                \
    X(BANK_FEE, "bank_fee")                                                    \
    X(BANK_INTEREST, "bank_interest")                                          \
    X(AUCTION, "auction")                                                      \
    X(SURPLUS_PAID, "surplus_paid")

typedef enum umi_posting_kind {
#define X(name, text) UMI_POST_##name,
    UMI_POSTING_KINDS(X)
#undef X
    UMI_POST_KINDS
} umi_posting_kind;

typedef enum umi_basis {
    UMI_BASIS_ACCRUAL,
    UMI_BASIS_CASH
} umi_basis;

/* What a leg sums up: a bit per component of umi_parts, in its order. */
#define UMI_OF_PRINCIPAL 1u
#define UMI_OF_INTEREST  2u
#define UMI_OF_FEE       4u
#define UMI_OF_PENALTY   8u
#define UMI_OF_OVERPAID  16u
#define UMI_OF_AMOUNT    31u /**< all five: the whole amount */

#define UMI_LEGS_MAX 12

/** One debit or credit.  A negative value means the other side. */
typedef struct umi_leg {
    int32_t account; /**< index in the chart */
    umi_role role;   /**< its role: for cash the channel's account is taken */
    bool debit;
    uint8_t of; /**< UMI_OF_* bits: the value is the sum of these */
} umi_leg;

/**
 * A rule for one product family, ready to be expanded.  Components outside
 * `moves` and `memo` must be zero in a transaction of this kind: the rule
 * would lose them, so check with umi_legs_fit().
 */
typedef struct umi_legs {
    umi_leg leg[UMI_LEGS_MAX];
    uint32_t count;
    uint8_t moves;   /**< components that stand on both sides */
    uint8_t memo;    /**< components that move no account, on purpose */
    int32_t version; /**< of the rule, to be stored with the transaction */
} umi_legs;

typedef struct umi_posting umi_posting;

const char *umi_posting_kind_name(umi_posting_kind k);
UMI_MUST_CHECK bool umi_posting_kind_parse(umi_posting_kind *out, umi_text t);
const char *umi_basis_name(umi_basis b); /**< "accrual", "cash" */
UMI_MUST_CHECK bool umi_basis_parse(umi_basis *out, umi_text t);

/**
 * Read and check posting rules against @p chart, whose accounts must
 * outlive them.
 * @retval UMI_ESYNTAX problems were added (Y2xx, Y301 .. Y303, Y311, Y312)
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_posting_load(const umi_posting **out,
                                           umi_text text,
                                           const umi_chart *chart,
                                           umi_arena *arena,
                                           umi_problems *p);

/** The version in force on @p day, or 0 when there is none. */
int32_t umi_posting_version(const umi_posting *p, umi_day day);

/**
 * The legs of transactions of @p kind: the rule of @p product if there is
 * one, else the rule of all products; accounts by @p family.  A reversal
 * takes those of the kind that it reverses with components negated, a
 * reallocation those of a repayment with components that sum to 0.  Look it
 * up once per batch, product and kind, not per transaction.
 *
 * @param version of umi_posting_version(), or as stored with a transaction
 * @retval UMI_ENOENT no such version, or it has no rule for this
 */
UMI_MUST_CHECK umi_status umi_posting_legs(umi_legs *out,
                                           const umi_posting *p,
                                           int32_t version,
                                           umi_posting_kind kind,
                                           umi_basis basis,
                                           umi_text product,
                                           umi_text family,
                                           umi_error *err);

/** Whether no component that the rule would lose is other than zero. */
static inline bool umi_legs_fit(const umi_legs *l, const umi_parts *t)
{
    unsigned lost = ~(unsigned)(l->moves | l->memo);
    return !((lost & UMI_OF_PRINCIPAL && t->principal.sen != 0) ||
             (lost & UMI_OF_INTEREST && t->interest.sen != 0) ||
             (lost & UMI_OF_FEE && t->fee.sen != 0) ||
             (lost & UMI_OF_PENALTY && t->penalty.sen != 0) ||
             (lost & UMI_OF_OVERPAID && t->overpaid.sen != 0));
}

/**
 * What @p leg moves in a transaction of these components: positive on its
 * own side, negative on the other.
 * @retval false the sum does not fit; *out untouched
 */
UMI_MUST_CHECK bool
umi_leg_value(umi_money *out, const umi_leg *leg, const umi_parts *t);

/** The keys of a file, for umi_bind_doc(). */
const umi_bind *umi_posting_keys(void);

#endif
