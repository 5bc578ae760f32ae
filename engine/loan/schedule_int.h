/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_SCHEDULE_INT_H
#define UMI_ENGINE_LOAN_SCHEDULE_INT_H

/**
 * @file
 * What the rooms of the schedule share while one is built.  Rows count from
 * 1, as in the terms; row k lies from day umi__start(p, k) up to its due
 * date, both before any holiday shift.
 */
#include "engine/base/exact_int.h"
#include "engine/loan/schedule.h"

/* --- dates (schedule_dates.c) --------------------------------------------- */

static inline int32_t umi__row_count(const umi_terms *t)
{
    return t->method == UMI_PAWN ? 1 : t->periods;
}
/** Due date of row @p k before the holiday shift; may lie after 2999. */
umi_day umi__due(const umi_terms *t, int32_t k);
/** Fill n, due and days of all rows. */
void umi__dates_fill(const umi_terms *t, umi_row *rows);
/** Move the due dates to working days. */
UMI_MUST_CHECK umi_status umi__dates_shift(const umi_terms *t,
                                           umi_row *rows,
                                           umi_error *err);

/* --- a year ---------------------------------------------------------------- */

static inline int32_t umi__units_a_year(umi_unit unit)
{
    static const int16_t units[] = {
        [UMI_UNIT_DAY] = 365,
        [UMI_UNIT_WEEK] = 52,
        [UMI_UNIT_MONTH] = 12,
        [UMI_UNIT_YEAR] = 1,
    };
    return units[unit];
}

/** 0 for a rate by period or term. */
static inline int32_t umi__rates_a_year(umi_rate_per per)
{
    static const int16_t rates[] = {
        [UMI_PER_YEAR] = 1,  [UMI_PER_MONTH] = 12, [UMI_PER_WEEK] = 52,
        [UMI_PER_DAY] = 365, [UMI_PER_PERIOD] = 0, [UMI_PER_TERM] = 0,
    };
    return rates[per];
}

static inline bool umi__capitalises(const umi_terms *t)
{
    return t->grace_interest > 0 && t->grace_mode == UMI_GRACE_CAPITALISE;
}

/* --- the plan --------------------------------------------------------------- */

/** Terms with what follows from them before the first row is computed. */
typedef struct umi__plan {
    const umi_terms *t;
    umi_row *rows;      /**< rows[k - 1] is row k */
    int32_t n;          /**< rows */
    int32_t first;      /**< first amortising row */
    umi_rounding round; /**< of each figure */
    umi_rounding level_round;

    /* Factors of a period are whole numbers over one denominator.  A rate
     * r = num/rate_den a year, month, ... of the terms gives a period the
     * factor num * mul / den, times the parts of a year in it unless the
     * day count goes by periods. */
    bool even;         /**< one factor for all rows, num / den */
    int64_t rate_den;  /**< common denominator of all rates */
    int64_t mul, div;  /**< by periods: factor = rate * mul / div */
    int64_t per;       /**< by days: yearly rate = rate * per */
    umi_i128 den, num; /**< num only when even */

    /* den * round.unit when it fits 64 bits, else 0, and 2^64 over it. */
    uint64_t unit_den, unit_inverse;
} umi__plan;

/** Terms that passed umi_terms_check(); the rows get their dates. */
void umi__plan_make(umi__plan *p, const umi_terms *t, umi_row *rows);

static inline umi_day umi__start(const umi__plan *p, int32_t k)
{
    return k == 1 ? p->t->disbursed : p->rows[k - 2].due;
}

/* --- factors (schedule_factors.c) ------------------------------------------- */

/** Numerator over p->rate_den of the rate in force on @p day. */
int64_t umi__rate_on(const umi__plan *p, umi_day day);
/** Numerator over p->den of the factor of row @p k. */
umi_i128 umi__factor(const umi__plan *p, int32_t k);
/** The same were the rate @p rate in force throughout. */
umi_i128 umi__factor_at(const umi__plan *p, int32_t k, int64_t rate);

/**
 * Exact interest of row @p k: num / (scale * den), on @p base / @p scale of
 * debt at its start and on the tranches paid out within it.
 */
void umi__accrue(mpz_t num,
                 mpz_t den,
                 const umi__plan *p,
                 int32_t k,
                 const mpz_t base,
                 const mpz_t scale);

/**
 * The level payment that pays off a debt of 1 in rows @p k to the last at the
 * rate in force when row @p k begins: num / den.  Equal shares when
 * the method is not an annuity.
 */
void umi__level(mpz_t num, mpz_t den, const umi__plan *p, int32_t k);
/** The same for @p debt, rounded; false when it does not fit. */
UMI_MUST_CHECK bool umi__level_round(umi_money *out,
                                     const umi__plan *p,
                                     int32_t k,
                                     umi_money debt,
                                     umi_rounding r);

/* --- rows, one room for each way to compute them ------------------------------ */

/** num / den sen (den < 2^64) under @p r; UMI_ERANGE when it does not fit. */
UMI_MUST_CHECK umi_status umi__round(
    umi_money *out, umi_i128 num, umi_i128 den, umi_rounding r, umi_error *err);
umi_status umi__too_large(umi_error *err);

/** The level payment as the rows ended with it; null for the others. */
typedef struct umi__level_payment {
    bool has;
    umi_money amount;
} umi__level_payment;

typedef umi_status
umi__rows_fn(const umi__plan *p, umi__level_payment *payment, umi_error *err);
umi__rows_fn umi__rows_rounded; /**< schedule_rows.c: rounded figures carried */
umi__rows_fn umi__rows_exact;   /**< schedule_exact.c: exact figures carried */
umi__rows_fn umi__rows_flat;    /**< schedule_flat.c: flat, flat_equivalent */
umi__rows_fn umi__rows_pawn;    /**< pawn.c */

/* --- the two ways to a schedule, for terms that passed umi_terms_check() ------- */

/**
 * Build a plain schedule whole, without fees and holidays: false when these
 * terms need the general rooms (*out untouched, rows may be written).
 */
bool umi__schedule_plain(umi_schedule *out, umi_row *rows, const umi_terms *t);
/** Build any schedule by the general rooms. */
UMI_MUST_CHECK umi_status umi__schedule_general(umi_schedule *out,
                                                umi_row *rows,
                                                const umi_terms *t,
                                                umi_error *err);

/** Add the fees of each row; @p withheld gets those due at disbursement. */
UMI_MUST_CHECK umi_status umi__fees_add(umi_row *rows,
                                        const umi_terms *t,
                                        umi_money *withheld,
                                        umi_error *err);

/** Interest over principal and 1/@p parts of a year, as
 * umi_schedule_flat_rate(). */
umi_i128
umi__flat_rate(const umi_schedule *s, const umi_terms *t, int32_t parts);

#endif
