/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_TERMS_H
#define UMI_ENGINE_LOAN_TERMS_H

/**
 * @file
 * Terms: what lender and borrower agreed, as one value.  The schedule, every
 * accrual and every balance follow from it (engine/loan/schedule.h).  The
 * keys of `umi quote` and the fields here are the same words.
 */
#include "engine/base/calendar.h"
#include "engine/base/date.h"
#include "engine/base/daycount.h"
#include "engine/base/rate.h"
#include "engine/base/round.h"

#define UMI_PERIODS_MAX 3660 /**< most instalments of one loan */
#define UMI_STEPS_MAX   100  /**< most tranches, steps and fees, each */

typedef enum umi_method {
    UMI_ANNUITY,
    UMI_EQUAL_PRINCIPAL,
    UMI_FLAT,
    UMI_FLAT_EQUIVALENT,
    UMI_BULLET,
    UMI_PAWN
} umi_method;

typedef enum umi_unit {
    UMI_UNIT_DAY,
    UMI_UNIT_WEEK,
    UMI_UNIT_MONTH,
    UMI_UNIT_YEAR
} umi_unit;

typedef enum umi_rate_per {
    UMI_PER_YEAR,
    UMI_PER_MONTH,
    UMI_PER_WEEK,
    UMI_PER_DAY,
    UMI_PER_PERIOD,
    UMI_PER_TERM
} umi_rate_per;

typedef enum umi_level_from {
    UMI_LEVEL_ACCRUAL,
    UMI_LEVEL_NOMINAL
} umi_level_from;
typedef enum umi_carry {
    UMI_CARRY_ROUNDED,
    UMI_CARRY_UNROUNDED
} umi_carry;
typedef enum umi_residue {
    UMI_RESIDUE_LAST,
    UMI_RESIDUE_FIRST,
    UMI_RESIDUE_SPREAD
} umi_residue;
typedef enum umi_adjust {
    UMI_ADJUST_NONE,
    UMI_ADJUST_CLOSEST
} umi_adjust;
typedef enum umi_grace_mode {
    UMI_GRACE_DEFER,
    UMI_GRACE_CAPITALISE,
    UMI_GRACE_WAIVE
} umi_grace_mode;

#define UMI_DUE_DISBURSEMENT (-1) /**< a fee withheld from the payout */
#define UMI_DUE_EACH         0    /**< a fee in every row; 1.. is row n */

typedef struct umi_tranche {
    umi_day date;
    umi_money amount; /**< > 0 */
} umi_tranche;

typedef struct umi_step {
    umi_day from;
    umi_rate rate; /**< as a fraction (3 % is 3/100), same rate_per */
} umi_step;

typedef struct umi_fee {
    umi_text code;
    bool percent;     /**< rate of all that is disbursed, else amount */
    umi_money amount; /**< >= 0 */
    umi_rate rate;    /**< as a fraction */
    int32_t due;      /**< UMI_DUE_DISBURSEMENT, UMI_DUE_EACH, or row 1.. */
} umi_fee;

/**
 * The agreed terms.  Arrays and texts are borrowed.  umi_terms_default()
 * gives the defaults that umi quote names; umi_terms_check() refuses what
 * makes no sense.
 */
typedef struct umi_terms {
    umi_money principal; /**< all that is disbursed, sum of tranches; > 0 */
    umi_day disbursed;   /**< day of the (first) disbursement */
    int32_t periods;     /**< 1 .. UMI_PERIODS_MAX */
    int32_t every;       /**< units between instalments, 1 .. 366 */
    umi_unit unit;
    bool has_first_due;
    umi_day first_due;
    umi_rate rate; /**< as a fraction per rate_per: 6 % is 3/50 */
    umi_rate_per rate_per;
    umi_method method;
    umi_day_count day_count;
    umi_level_from level_from;
    umi_rounding round;
    bool has_payment_round; /**< else payment_round = round */
    umi_rounding payment_round;
    umi_carry carry;
    umi_residue residue;
    umi_adjust adjust;
    int32_t grace_principal, grace_interest; /**< rows from the first */
    umi_grace_mode grace_mode;
    int32_t flat_equivalent_digits; /**< 0 .. 12 */
    int32_t block_days, term_days;  /**< pawn; 1 .. 3660 */
    const umi_tranche *tranches;    /**< NULL: one, principal on disbursed */
    size_t tranche_count;
    const umi_step *steps;
    size_t step_count;
    const umi_fee *fees;
    size_t fee_count;
    const umi_calendar *calendar; /**< NULL: no due date moves */
    umi_shift shift;
} umi_terms;

/** The defaults; principal, disbursed, periods, rate and method are left 0. */
umi_terms umi_terms_default(void);

/**
 * Refuse terms outside their domain or that contradict each other.
 * @retval UMI_EINVAL err->field is the key, or its path ("grace.principal")
 */
UMI_MUST_CHECK umi_status umi_terms_check(const umi_terms *t, umi_error *err);

/** Names as in `umi quote` ("annuity", "month", "last"), both ways. */
const char *umi_method_name(umi_method m);
bool umi_method_parse(umi_method *out, umi_text t);
const char *umi_unit_name(umi_unit u);
bool umi_unit_parse(umi_unit *out, umi_text t);
const char *umi_rate_per_name(umi_rate_per p);
bool umi_rate_per_parse(umi_rate_per *out, umi_text t);
const char *umi_level_from_name(umi_level_from l);
bool umi_level_from_parse(umi_level_from *out, umi_text t);
const char *umi_carry_name(umi_carry c);
bool umi_carry_parse(umi_carry *out, umi_text t);
const char *umi_residue_name(umi_residue r);
bool umi_residue_parse(umi_residue *out, umi_text t);
const char *umi_adjust_name(umi_adjust a);
bool umi_adjust_parse(umi_adjust *out, umi_text t);
const char *umi_grace_mode_name(umi_grace_mode g);
bool umi_grace_mode_parse(umi_grace_mode *out, umi_text t);

#endif
