/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_WATERFALL_H
#define UMI_ENGINE_LOAN_WATERFALL_H

/**
 * @file
 * How one payment is divided: which components of which instalments it pays.
 * Here is the fast face for loans whose debt stands in their schedule alone;
 * engine/loan/life.h replays everything else and agrees with this one
 * wherever both apply.
 */
#include "engine/loan/schedule.h"

/** What a debt consists of, in the order in which it is always printed. */
typedef enum umi_component {
    UMI_PRINCIPAL,
    UMI_INTEREST,
    UMI_FEE,
    UMI_PENALTY
} umi_component;

#define UMI_COMPONENTS     4
#define UMI_ROW_COMPONENTS 3 /**< those that a schedule has: no penalty */

/** One amount per component: by name, or by umi_component in of[]. */
typedef union umi_amounts {
    struct {
        umi_money principal, interest, fee, penalty;
    };
    umi_money of[UMI_COMPONENTS];
} umi_amounts;

/** An amount divided: its components and what exceeded the whole debt. */
typedef struct umi_parts {
    union {
        struct {
            umi_money principal, interest, fee, penalty;
        };
        umi_money of[UMI_COMPONENTS];
        umi_amounts amounts;
    };
    umi_money overpaid;
} umi_parts;

/** How what is due by a payment's date is paid. */
typedef enum umi_walk {
    UMI_WALK_INSTALMENT, /**< the oldest instalment first, whole */
    UMI_WALK_COMPONENT   /**< a component over all that is due, then the next */
} umi_walk;

/** Where money beyond what is due goes. */
typedef enum umi_ahead {
    UMI_AHEAD_NEXT, /**< the nearest due date first */
    UMI_AHEAD_LAST  /**< the last row first */
} umi_ahead;

/** A product's rules for dividing a payment. */
typedef struct umi_policy {
    umi_component allocation[UMI_COMPONENTS]; /**< each exactly once */
    umi_walk walk;
    umi_ahead ahead;
} umi_policy;

/** Penalty, fee, interest, principal; instalment; next. */
umi_policy umi_policy_default(void);
/** Whether the allocation names every component once and the enums exist. */
bool umi_policy_ok(const umi_policy *p);

/** "principal", "interest", "fee", "penalty", and back. */
const char *umi_component_name(umi_component c);
UMI_MUST_CHECK bool umi_component_parse(umi_component *out, umi_text t);
/** "instalment", "component", and back. */
const char *umi_walk_name(umi_walk w);
UMI_MUST_CHECK bool umi_walk_parse(umi_walk *out, umi_text t);
/** "next", "last", and back. */
const char *umi_ahead_name(umi_ahead a);
UMI_MUST_CHECK bool umi_ahead_parse(umi_ahead *out, umi_text t);

/**
 * What a loan has paid in all, per component, each filling the instalments
 * oldest first (an imported loan may have paid more of one than of another).
 * `row` and the sums before it only save time: zero is always right, and
 * every payment moves them on.
 */
typedef struct umi_paid {
    union {
        struct {
            umi_money principal, interest, fee;
        };
        umi_money of[UMI_ROW_COMPONENTS]; /**< 0 .. the schedule's totals */
    };
    uint32_t row; /**< all rows before this index are fully paid */
    umi_money before[UMI_ROW_COMPONENTS]; /**< the sums of those rows */
} umi_paid;

/** What row @p r of a schedule asks of @p c; no penalty ever. */
static inline umi_money umi_row_part(const umi_row *r, umi_component c)
{
    const umi_money part[UMI_COMPONENTS] = {r->principal, r->interest, r->fee};
    return part[c];
}

/**
 * The state of a loan that has paid these sums, with `row` at the first row
 * that is not fully paid (the number of rows when none is).
 * @retval false a sum is negative or above the schedule's; *out untouched
 */
UMI_MUST_CHECK bool umi_paid_of(umi_paid *out,
                                const umi_row *rows,
                                size_t n,
                                umi_money principal,
                                umi_money interest,
                                umi_money fee);

/**
 * Whether umi_waterfall_pay() can divide payments under @p p: money ahead
 * must go to the next instalment.  Charges outside the rows, waivers and
 * write-offs need umi_life_replay() whatever the policy is.
 */
static inline bool umi_waterfall_fits(const umi_policy *p)
{
    return p->ahead == UMI_AHEAD_NEXT;
}

/**
 * Whether the order of payments cannot matter: then two payments leave the
 * loan as one of their sum would, and a reversal or a back-dated payment
 * needs no replay: take the state before all payments (umi_paid_of()) and pay
 * the sum of what stands in one call.
 */
static inline bool umi_waterfall_order_free(const umi_policy *p)
{
    return p->walk == UMI_WALK_INSTALMENT && p->ahead == UMI_AHEAD_NEXT;
}

/**
 * Divide one payment over @p rows and move @p paid on.  Instalments that are
 * not due yet are paid in the same order, at no discount; what is left when
 * all are paid is overpaid.  Costs the rows that it touches, allocates
 * nothing, and keeps amount = parts.
 *
 * @param rows   a schedule of umi_schedule_build(), whose sums fit
 * @param p      umi_waterfall_fits() must hold [asserted]
 * @param amount above 0 [asserted]
 * @param on     value date; matters to UMI_WALK_COMPONENT only
 * @retval false a sum does not fit; *paid and *out untouched
 * @source docs/life.md, "Waterfall"
 */
UMI_MUST_CHECK bool umi_waterfall_pay(const umi_row *rows,
                                      size_t n,
                                      const umi_policy *p,
                                      umi_paid *paid,
                                      umi_money amount,
                                      umi_day on,
                                      umi_parts *out);

#endif
