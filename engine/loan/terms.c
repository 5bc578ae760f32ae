/* SPDX-License-Identifier: MIT */
#include "engine/loan/terms.h"

#include "engine/loan/schedule_int.h"

#include <assert.h>
#include <stddef.h>

#define WORDS(type, ...)                                                       \
    static const char *const type##_words[] = {__VA_ARGS__};                   \
    const char *umi_##type##_name(umi_##type v)                                \
    {                                                                          \
        assert((size_t)v < sizeof type##_words / sizeof *type##_words);        \
        return type##_words[v];                                                \
    }                                                                          \
    bool umi_##type##_parse(umi_##type *out, umi_text t)                       \
    {                                                                          \
        size_t n = sizeof type##_words / sizeof *type##_words;                 \
        size_t i = umi_text_index(t, type##_words, n);                         \
        if (i < n)                                                             \
            *out = (umi_##type)i;                                              \
        return i < n;                                                          \
    }

/* each in the order of its enum */
WORDS(method,
      "annuity",
      "equal_principal",
      "flat",
      "flat_equivalent",
      "bullet",
      "pawn")
WORDS(unit, "day", "week", "month", "year")
WORDS(rate_per, "year", "month", "week", "day", "period", "term")
WORDS(level_from, "accrual", "nominal")
WORDS(carry, "rounded", "unrounded")
WORDS(residue, "last", "first", "spread")
WORDS(adjust, "none", "closest")
WORDS(grace_mode, "defer", "capitalise", "waive")

umi_terms umi_terms_default(void)
{
    return (umi_terms){
        .every = 1,
        .unit = UMI_UNIT_MONTH,
        .round = {{100}, UMI_ROUND_HALF_UP},
        .payment_round = {{100}, UMI_ROUND_HALF_UP},
        .flat_equivalent_digits = 4,
        .block_days = 15,
        .term_days = 120,
    };
}

typedef struct rule {
    bool broken;
    const char *field, *message;
} rule;

static umi_status refuse_first(const rule *rules, size_t n, umi_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (rules[i].broken)
            return umi_fail(
                err, UMI_EINVAL, rules[i].field, "%s",
                umi_tr(err ? err->lang : UMI_LANG_EN, rules[i].message));
    return UMI_OK;
}

/* --- each field in its own domain ---------------------------------------- */

/* One list that is first asked whether all is well, which takes a moment, and
 * only then what is not: terms are checked for every schedule. */
#define DOMAINS(X)                                                             \
    X("periods", t->periods, 1, UMI_PERIODS_MAX)                               \
    X("every", t->every, 1, 366)                                               \
    X("grace.principal", t->grace_principal, 0, t->periods - 1)                \
    X("grace.interest", t->grace_interest, 0, t->periods - 1)                  \
    X("flat_equivalent_digits", t->flat_equivalent_digits, 0, 12)              \
    X("block_days", t->block_days, 1, UMI_PERIODS_MAX)                         \
    X("term_days", t->term_days, 1, UMI_PERIODS_MAX)                           \
    X("disbursements", small(t->tranche_count), 0, UMI_STEPS_MAX)              \
    X("steps", small(t->step_count), 0, UMI_STEPS_MAX)                         \
    X("fees", small(t->fee_count), 0, UMI_STEPS_MAX)                           \
    X("unit", t->unit, 0, UMI_UNIT_YEAR)                                       \
    X("rate_per", t->rate_per, 0, UMI_PER_TERM)                                \
    X("method", t->method, 0, UMI_PAWN)                                        \
    X("day_count", t->day_count, 0, UMI_COUNT_ACT_ACT)                         \
    X("level_from", t->level_from, 0, UMI_LEVEL_NOMINAL)                       \
    X("carry", t->carry, 0, UMI_CARRY_UNROUNDED)                               \
    X("residue", t->residue, 0, UMI_RESIDUE_SPREAD)                            \
    X("adjust", t->adjust, 0, UMI_ADJUST_CLOSEST)                              \
    X("shift", t->shift, 0, UMI_SHIFT_PRECEDING)                               \
    X("round.mode", t->round.mode, 0, UMI_ROUND_FLOOR)                         \
    X("payment_round.mode", t->payment_round.mode, 0, UMI_ROUND_FLOOR)         \
    X("grace.interest_mode", t->grace_mode, 0, UMI_GRACE_WAIVE)
#define OUTSIDE(field, value, min, max)                                        \
    | ((int32_t)(value) < (min)) | ((int32_t)(value) > (max))
#define DOMAIN(field, value, min, max) {field, (int32_t)(value), min, max},

static int32_t small(size_t count)
{
    return count < INT32_MAX ? (int32_t)count : INT32_MAX;
}

static umi_status name_domain(const umi_terms *t, umi_error *err)
{
    const struct {
        const char *field;
        int32_t value, min, max;
    } domain[] = {DOMAINS(DOMAIN)}, *d = domain;
    while (d->value >= d->min && d->value <= d->max)
        d++;
    return umi_fail(err, UMI_EINVAL, d->field, "must be %d to %d, got %d",
                    d->min, d->max, d->value);
}

static umi_status check_domains(const umi_terms *t, umi_error *err)
{
    bool outside = false DOMAINS(OUTSIDE);
    return outside ? name_domain(t, err) : UMI_OK;
}

/* A percent with six digits before and twelve after the point: then all rates
 * have a common denominator of at most 10^14, no product of a rate, a
 * multiplier and days leaves 128 bits, and every rate can be written. */
static bool rate_ok(umi_rate r)
{
    return r.num >= 0 && r.den > 0 && 100000000000000 % r.den == 0 &&
           r.num / 10000 < r.den;
}

#define NOT_A_DATE "must be a date of 1900 to 2999"
#define VALUES(X)                                                              \
    X(t->principal.sen <= 0, "principal", "must be above 0")                   \
    X(!umi_day_ok(t->disbursed), "disbursed", NOT_A_DATE)                      \
    X(!rate_ok(t->rate), "rate", "must be 0 to 999999.999999999999 percent")   \
    X(t->round.unit.sen <= 0, "round.unit", "must be above 0")                 \
    X(t->payment_round.unit.sen <= 0, "payment_round.unit", "must be above 0") \
    X(t->has_first_due && !umi_day_ok(t->first_due), "first_due", NOT_A_DATE)  \
    X(t->has_first_due && t->first_due.n <= t->disbursed.n, "first_due",       \
      "must be after the disbursement")
#define BROKEN(broken, field, message) || (broken)
#define RULE(broken, field, message)   {broken, field, message},

static umi_status name_value(const umi_terms *t, umi_error *err)
{
    const rule rules[] = {VALUES(RULE)};
    return refuse_first(rules, sizeof rules / sizeof *rules, err);
}

static umi_status check_values(const umi_terms *t, umi_error *err)
{
    bool broken = false VALUES(BROKEN);
    return broken ? name_value(t, err) : UMI_OK;
}

/* --- contradictions between fields ---------------------------------------- */

static bool by_period(const umi_terms *t)
{
    return t->rate_per == UMI_PER_PERIOD || t->rate_per == UMI_PER_TERM;
}

static bool no_tranches(const umi_terms *t)
{
    return t->method == UMI_FLAT || t->method == UMI_FLAT_EQUIVALENT ||
           t->method == UMI_PAWN;
}

static bool grace_before_principal(const umi_terms *t)
{
    return t->method == UMI_ANNUITY ||
           (t->method == UMI_EQUAL_PRINCIPAL && umi__capitalises(t));
}

/* Most terms use nothing that could contradict anything else. */
static bool plain(const umi_terms *t)
{
    return t->method <= UMI_FLAT && t->rate_per <= UMI_PER_DAY &&
           t->residue == UMI_RESIDUE_LAST && t->adjust == UMI_ADJUST_NONE &&
           t->grace_principal == 0 && t->grace_interest == 0 &&
           t->step_count == 0 && t->tranche_count == 0 &&
           t->shift == UMI_SHIFT_NONE;
}

static umi_status check_together(const umi_terms *t, umi_error *err)
{
    if (plain(t))
        return UMI_OK;
    const bool pawn = t->method == UMI_PAWN;
    const bool equivalent = t->method == UMI_FLAT_EQUIVALENT;
    const bool flat = t->method == UMI_FLAT || equivalent;
    const bool grace = t->grace_principal != 0 || t->grace_interest != 0;
    const bool first = t->residue == UMI_RESIDUE_FIRST;
    const bool several = t->tranche_count > 1, steps = t->step_count > 0;
    const bool closest = t->adjust == UMI_ADJUST_CLOSEST;
    const bool periodic = t->day_count == UMI_COUNT_PERIOD;
    const rule rules[] = {
        {pawn && t->rate_per != UMI_PER_PERIOD, "rate_per",
         "a pawn's rate is per block: rate_per must be period"},
        {pawn && t->periods != 1, "periods", "a pawn has one row"},
        {pawn && t->every != 1, "every", "a pawn has no instalments"},
        {pawn && t->unit != UMI_UNIT_MONTH, "unit",
         "a pawn has no instalments"},
        {pawn && t->has_first_due, "first_due", "a pawn has no instalments"},
        {pawn && grace, "grace", "a pawn has no instalments"},
        {pawn && steps, "steps", "a pawn has no steps"},
        {pawn && t->tranches != NULL, "disbursements",
         "a pawn is paid out at once"},
        {by_period(t) && !periodic, "day_count",
         "a rate per period or term needs day_count period"},
        {t->rate_per == UMI_PER_TERM && steps, "steps",
         "a rate per term has no steps"},
        {equivalent && !periodic, "day_count",
         "flat_equivalent needs day_count period"},
        {equivalent && grace, "grace", "flat_equivalent has no grace"},
        {equivalent && steps, "steps", "flat_equivalent has no steps"},
        {several && no_tranches(t), "disbursements",
         "this method has one disbursement"},
        {flat && umi__capitalises(t), "grace.interest_mode",
         "a flat loan cannot capitalise interest"},
        {grace_before_principal(t) && t->grace_interest > t->grace_principal,
         "grace.interest",
         "must not be more than grace.principal for this method"},
        {first && steps, "residue", "first cannot go with steps"},
        {first && several, "residue", "first cannot go with several tranches"},
        {first && umi__capitalises(t), "residue",
         "first cannot go with capitalised interest"},
        {first && t->method == UMI_EQUAL_PRINCIPAL && t->has_payment_round,
         "residue", "first cannot go with payment_round for equal_principal"},
        {closest && t->method != UMI_ANNUITY, "adjust",
         "closest needs an annuity"},
        {closest && several, "adjust", "closest needs one tranche"},
        {closest && steps, "adjust", "closest cannot go with steps"},
        {t->shift != UMI_SHIFT_NONE && t->calendar == NULL, "calendar",
         "must be given when shift is"},
    };
    return refuse_first(rules, sizeof rules / sizeof *rules, err);
}

/* --- elements of lists ----------------------------------------------------- */

/* Paths name lists without a number; the message tells which element. */
static umi_status
element(umi_error *err, const char *path, size_t i, const char *why)
{
    return umi_fail(err, UMI_EINVAL, path, "no. %zu: %s", i + 1,
                    umi_error_tr(err, why));
}

/* The same about a value; @p got lies within 1900 to 2999. */
static umi_status element_day(
    umi_error *err, const char *path, size_t i, const char *why, umi_day got)
{
    char text[UMI_DAY_TEXT];
    (void)umi_day_write(text, got);
    return umi_fail(err, UMI_EINVAL, path, "no. %zu: %s, got '%s'", i + 1,
                    umi_error_tr(err, why), text);
}

static umi_status check_tranches(const umi_terms *t, umi_error *err)
{
    umi_money sum = {0};
    for (size_t i = 0; i < t->tranche_count; i++) {
        const umi_tranche *a = &t->tranches[i];
        if (a->amount.sen <= 0)
            return element(err, "disbursements.amount", i, "must be above 0");
        if (!umi_day_ok(a->date))
            return element(err, "disbursements.date", i,
                           "not a date of 1900 to 2999");
        if (i > 0 && a->date.n <= a[-1].date.n)
            return element_day(err, "disbursements.date", i,
                               "dates must ascend", a->date);
        if (!umi_money_add(&sum, sum, a->amount))
            return umi_fail(err, UMI_ERANGE, "disbursements",
                            "the sum does not fit");
    }
    if (t->tranche_count == 0)
        return UMI_OK;
    if (sum.sen != t->principal.sen)
        return umi_fail(err, UMI_EINVAL, "principal",
                        "must be the sum of the disbursements");
    if (t->tranches[0].date.n != t->disbursed.n)
        return umi_fail(err, UMI_EINVAL, "disbursed",
                        "must be the date of the first disbursement");
    size_t last = t->tranche_count - 1;
    if (t->tranches[last].date.n >= umi__due(t, umi__row_count(t)).n)
        return element_day(err, "disbursements.date", last,
                           "must be before the last due date",
                           t->tranches[last].date);
    return UMI_OK;
}

static umi_status check_lists(const umi_terms *t, umi_error *err)
{
    for (size_t i = 0; i < t->step_count; i++) {
        const umi_step *s = &t->steps[i];
        if (!rate_ok(s->rate))
            return element(err, "steps.rate", i,
                           "must be 0 to 999999.999999999999 percent");
        if (!umi_day_ok(s->from))
            return element(err, "steps.from", i, "not a date of 1900 to 2999");
        if (i > 0 && s->from.n <= s[-1].from.n)
            return element_day(err, "steps.from", i, "dates must ascend",
                               s->from);
    }
    for (size_t i = 0; i < t->fee_count; i++) {
        const umi_fee *f = &t->fees[i];
        if (f->percent ? !rate_ok(f->rate) : f->amount.sen < 0)
            return element(err, f->percent ? "fees.percent" : "fees.amount", i,
                           "must not be negative");
        if (f->due < UMI_DUE_DISBURSEMENT || f->due > umi__row_count(t))
            return umi_fail(err, UMI_EINVAL, "fees.due", "no. %zu: %s, got %d",
                            i + 1, umi_error_tr(err, "there is no such row"),
                            f->due);
    }
    return check_tranches(t, err);
}

/* Before 3000 however long months and years are. */
static bool surely_ends(const umi_terms *t)
{
    static const int64_t longest[] = {
        [UMI_UNIT_DAY] = 1,
        [UMI_UNIT_WEEK] = 7,
        [UMI_UNIT_MONTH] = 31,
        [UMI_UNIT_YEAR] = 366,
    };
    umi_day start = t->has_first_due ? t->first_due : t->disbursed;
    int64_t days = t->periods * (t->every * longest[t->unit]);
    return t->method != UMI_PAWN && start.n + days <= UMI_DAY_MAX;
}

umi_status umi_terms_check(const umi_terms *t, umi_error *err)
{
    umi_status rc = check_domains(t, err);
    if (rc == UMI_OK)
        rc = check_values(t, err);
    if (rc == UMI_OK)
        rc = check_together(t, err);
    if (rc != UMI_OK)
        return rc;
    if (!surely_ends(t) && !umi_day_ok(umi__due(t, umi__row_count(t))))
        return umi_fail(err, UMI_EINVAL,
                        t->method == UMI_PAWN ? "term_days" : "periods",
                        "the last row is due after 2999");
    return check_lists(t, err);
}
