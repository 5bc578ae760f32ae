/* SPDX-License-Identifier: MIT
 * Proved rates a second, of the library, beside Newton's method in double
 * without any proof on the same flows: periods, days over 365, Regulation Z
 * by months, EU by months. */
#include "engine/loan/cashflow.h"
#include "tests/bench/bench.h"

#include <math.h>

enum {
    LOANS = 256,
    FLOWS = 61, /* an advance and its payments, at most */
    TIMES = 5   /* the best of so many */
};

typedef struct loan {
    umi_flow flows[FLOWS];
    double amounts[FLOWS], times[FLOWS], odds[FLOWS]; /* the same again */
} loan;

static loan loans[LOANS];
static umi_rate_query query;
static volatile double kept; /* what the floor computed is not thrown away */

/* --- flows ---------------------------------------------------------------------- */

typedef void time_fn(umi_flow *f, umi_day first, int number);

static umi_day month(umi_day first, int number)
{
    return umi_day_add_months(first, number, umi_civil_of(first).day);
}

static void by_period(umi_flow *f, umi_day first, int number)
{
    (void)first;
    f->num = number;
    f->den = f->odd_den = 1;
}

static void by_days(umi_flow *f, umi_day first, int number)
{
    umi_flow_by_days(f, first, month(first, number));
}

static void by_unit_periods(umi_flow *f, umi_day first, int number)
{
    umi_day later = {first.n + 12}; /* odd days before the first payment */
    umi_flow_by_unit_periods(f, first,
                             number == 0 ? first : month(later, number),
                             UMI_UNIT_PERIOD_MONTH, 1);
}

static void by_months(umi_flow *f, umi_day first, int number)
{
    umi_flow_by_months(f, first, month(first, number));
}

/* 10 million over some rows and 2 to 40 % a year, in parts of any size. */
static void set_loans(int flows, time_fn *set_time)
{
    uint64_t seed = 1;
    query = (umi_rate_query){
        .count = (size_t)flows, .digits = 6, .per = 1, .per_den = 1};
    for (int i = 0; i < LOANS; i++) {
        loan *l = &loans[i];
        umi_day first = umi_day_of((umi_civil){2024, 1 + i % 12, 1 + i % 28});
        for (int k = 0; k < flows; k++) {
            umi_flow *f = &l->flows[k];
            *f = (umi_flow){.odd_den = 1};
            set_time(f, first, k);
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            f->amount.sen = 1000000000 / (flows - 1) + (1 + i % 20) * 800000 +
                            (int64_t)(seed >> 44);
            if (k == 0)
                f->amount.sen = -1000000000;
            l->amounts[k] = (double)f->amount.sen;
            l->times[k] = (double)f->num / f->den;
            l->odds[k] = (double)f->odd / f->odd_den;
        }
    }
}

/* --- runs ----------------------------------------------------------------------- */

static void proved(int count)
{
    umi_arena *arena = umi_arena_new();
    umi_i128 rate;
    for (int i = 0; i < count; i++) {
        query.flows = loans[i % LOANS].flows;
        if (umi_cashflow_rate(&rate, &query, arena, NULL) != UMI_OK)
            abort();
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* Whole periods, one behind another, by Horner. */
static void newton_by_periods(int count)
{
    for (int i = 0; i < count; i++) {
        const loan *l = &loans[i % LOANS];
        double rate = 0.01;
        for (int turn = 0; turn < 50; turn++) {
            double v = 1 / (1 + rate), y = 0, slope = 0;
            for (size_t k = query.count; k-- > 0;) {
                slope = slope * v + y;
                y = y * v + l->amounts[k];
            }
            double step = y / (-slope * v * v);
            rate -= step;
            if (fabs(step) < 1e-13)
                break;
        }
        kept = rate;
    }
}

static void newton(int count)
{
    for (int i = 0; i < count; i++) {
        const loan *l = &loans[i % LOANS];
        double x = 0.01;
        for (int turn = 0; turn < 50; turn++) {
            double y = 0, slope = 0, grown = expm1(x);
            for (size_t k = 0; k < query.count; k++) {
                double by = 1 + l->odds[k] * grown;
                double a = l->amounts[k] * exp(-l->times[k] * x) / by;
                y += a;
                slope -= a * (l->times[k] + l->odds[k] * (grown + 1) / by);
            }
            double step = y / slope;
            x -= step;
            if (fabs(step) < 1e-13)
                break;
        }
        kept = expm1(x);
    }
}

static double a_second(void (*run)(int), int count)
{
    double best = 0;
    for (int i = 0; i < TIMES; i++) {
        int64_t start = cpu_ns();
        run(count);
        best = least(best, (double)(cpu_ns() - start));
    }
    return count * 1e9 / best;
}

int main(void)
{
    static const struct {
        const char *name;
        int flows;
        time_fn *set_time;
        void (*floor)(int);
        int per;
    } cases[] = {
        {"rate_periodic_12", 13, by_period, newton_by_periods, 1},
        {"rate_periodic_36", 37, by_period, newton_by_periods, 1},
        {"rate_periodic_60", 61, by_period, newton_by_periods, 1},
        {"rate_dated_12", 13, by_days, newton, 1},
        {"rate_dated_36", 37, by_days, newton, 1},
        {"rate_dated_60", 61, by_days, newton, 1},
        {"rate_regz_12", 13, by_unit_periods, newton, 12},
        {"rate_regz_60", 61, by_unit_periods, newton, 12},
        {"rate_eu_12", 13, by_months, newton, 1},
        {"rate_eu_60", 61, by_months, newton, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int count = 400000 / cases[i].flows;
        set_loans(cases[i].flows, cases[i].set_time);
        query.per = cases[i].per;
        query.advances_first = cases[i].per > 1;
        double value = a_second(proved, count);
        double base = a_second(cases[i].floor, count);
        tell(cases[i].name, value, "rates/s", base);
    }
    return 0;
}
