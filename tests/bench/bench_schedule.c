/* SPDX-License-Identifier: MIT
 * Schedules a second beside the same rows in double; quotes from JSON to JSON
 * beside the schedule alone.
 *
 * Conditions of the schedules: one core, CPU time, the best of TIMES runs of
 * value and floor in turn; default terms (unit Rp 1, half up, residue in the
 * last row), 6 % a year, Rp 10.000.000 and up, another principal each time; a
 * check of the terms, all fields of every row, totals and payment.  The
 * floor writes the same fields of a row, n, days and due by the same
 * function, into rows of the same size; amounts are doubles that nobody
 * rounds, adds up or checks. */
#include "engine/loan/schedule_int.h"
#include "ledger/io/quote_json.h"
#include "tests/bench/bench.h"

#include <assert.h>
#include <math.h>

enum {
    ROWS = 60,
    TIMES = 9 /* the best of so many */
};

static umi_row rows[ROWS];
static volatile double kept; /* what the floor computed is not thrown away */

typedef void run_fn(const umi_terms *t, int count);

static void exact(const umi_terms *t, int count)
{
    umi_terms one = *t;
    umi_schedule s;
    for (int i = 0; i < count; i++) {
        one.principal.sen = t->principal.sen + 10000 * i;
        if (umi_schedule_build(&s, rows, ROWS, &one, NULL) != UMI_OK)
            abort();
    }
}

/* --- the floor ------------------------------------------------------------------- */

/* A row whose amounts are doubles; the date code sees the row it knows. */
typedef union floor_row {
    umi_row row;
    struct {
        int32_t n, days;
        umi_day due;
        double principal, interest, fee, total, balance;
    } in;
} floor_row;
static_assert(sizeof(floor_row) == sizeof(umi_row), "rows of the same size");

static floor_row in_double[ROWS];

static void
put(floor_row *r, double principal, double interest, double total, double owed)
{
    r->in.principal = principal;
    r->in.interest = interest;
    r->in.fee = 0;
    r->in.total = total;
    r->in.balance = owed;
}

static double factor(const umi_terms *t)
{
    return (double)t->rate.num / (double)t->rate.den /
           (t->unit == UMI_UNIT_MONTH ? 12 : 52);
}

static void floor_annuity(const umi_terms *t, int count)
{
    for (int i = 0; i < count; i++) {
        double owed = (double)(t->principal.sen + 10000 * i), f = factor(t);
        double level = owed * f / (1 - pow(1 + f, -t->periods));
        umi__dates_fill(t, &in_double[0].row);
        for (int k = 0; k < t->periods; k++) {
            double interest = owed * f, part = level - interest;
            owed -= part;
            put(&in_double[k], part, interest, level, owed);
        }
        kept = owed;
    }
}

static void floor_equal(const umi_terms *t, int count)
{
    for (int i = 0; i < count; i++) {
        double owed = (double)(t->principal.sen + 10000 * i), f = factor(t);
        double part = owed / t->periods;
        umi__dates_fill(t, &in_double[0].row);
        for (int k = 0; k < t->periods; k++) {
            double interest = owed * f;
            owed -= part;
            put(&in_double[k], part, interest, part + interest, owed);
        }
        kept = owed;
    }
}

static void floor_flat(const umi_terms *t, int count)
{
    for (int i = 0; i < count; i++) {
        double owed = (double)(t->principal.sen + 10000 * i), f = factor(t);
        double part = owed / t->periods, interest = owed * f;
        umi__dates_fill(t, &in_double[0].row);
        for (int k = 0; k < t->periods; k++) {
            owed -= part;
            put(&in_double[k], part, interest, part + interest, owed);
        }
        kept = owed;
    }
}

/* --- quotes ---------------------------------------------------------------------- */

static void json(const umi_terms *t, int count)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    const umi_terms_bind_opts opts = {.extra = umi_quote_extra};
    (void)t;
    for (int i = 0; i < count; i++) {
        char line[256];
        int n = snprintf(line, sizeof line,
                         "{\"id\":\"L%07d\",\"principal\":\"%d\","
                         "\"disbursed\":\"2026-01-15\",\"periods\":12,"
                         "\"rate\":\"6\",\"method\":\"annuity\"}",
                         i, 5000000 + 100 * i);
        out.len = 0;
        if (umi_quote_answer(&out, (umi_text){line, (size_t)n}, &opts, arena,
                             NULL) != UMI_OK)
            abort();
        umi_arena_reset(arena);
    }
    umi_buf_free(&out);
    umi_arena_free(arena);
}

/* --- measuring ------------------------------------------------------------------- */

static double took(run_fn *run, const umi_terms *t, int count)
{
    int64_t start = cpu_ns();
    run(t, count);
    return (double)(cpu_ns() - start);
}

static void show(const char *name,
                 const char *unit,
                 run_fn *run,
                 run_fn *floor,
                 const umi_terms *t,
                 int count)
{
    double best = 0, base = 0;
    for (int i = 0; i < TIMES; i++) {
        best = least(best, took(run, t, count));
        base = least(base, took(floor, t, count));
    }
    tell(name, count * 1e9 / best, unit, count * 1e9 / base);
}

static umi_terms terms(umi_method method, umi_unit unit, int32_t periods)
{
    umi_terms t = umi_terms_default();
    t.principal.sen = 1000000000;
    t.disbursed = umi_day_of((umi_civil){2026, 1, 15});
    t.method = method;
    t.unit = unit;
    t.periods = periods;
    t.rate = umi_rate_of(6, 100);
    return t;
}

int main(void)
{
    static const struct {
        const char *name;
        umi_method method;
        umi_unit unit;
        int32_t periods;
        run_fn *floor;
    } schedules[] = {
        {"annuity_12", UMI_ANNUITY, UMI_UNIT_MONTH, 12, floor_annuity},
        {"annuity_36", UMI_ANNUITY, UMI_UNIT_MONTH, 36, floor_annuity},
        {"annuity_60", UMI_ANNUITY, UMI_UNIT_MONTH, 60, floor_annuity},
        {"annuity_50w", UMI_ANNUITY, UMI_UNIT_WEEK, 50, floor_annuity},
        {"flat_12", UMI_FLAT, UMI_UNIT_MONTH, 12, floor_flat},
        {"flat_36", UMI_FLAT, UMI_UNIT_MONTH, 36, floor_flat},
        {"flat_60", UMI_FLAT, UMI_UNIT_MONTH, 60, floor_flat},
        {"flat_50w", UMI_FLAT, UMI_UNIT_WEEK, 50, floor_flat},
        {"equal_principal_12", UMI_EQUAL_PRINCIPAL, UMI_UNIT_MONTH, 12,
         floor_equal},
    };
    umi_terms t;
    for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "schedule_%s", schedules[i].name);
        t = terms(schedules[i].method, schedules[i].unit, schedules[i].periods);
        show(name, "schedules/s", exact, schedules[i].floor, &t,
             1000000 / t.periods);
    }
    t = terms(UMI_ANNUITY, UMI_UNIT_MONTH, 12);
    show("quote_json_12", "quotes/s", json, exact, &t, 50000);
    return 0;
}
