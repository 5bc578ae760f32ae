/* SPDX-License-Identifier: MIT
 * Schedules a second beside the same rows with the same dates in double
 * without any rounding; quotes from JSON to JSON beside the schedule alone. */
#include "engine/loan/schedule_int.h"
#include "ledger/io/quote_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    ROWS = 60,
    TIMES = 5 /* the best of so many */
};

static umi_row rows[ROWS];
static volatile double kept; /* what the floor computed is not thrown away */

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

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

static double in_double[ROWS][4];

static void floating_rows(const umi_terms *t, double principal)
{
    double f = (double)t->rate.num / (double)t->rate.den /
               (t->unit == UMI_UNIT_MONTH ? 12 : 52);
    double level = t->method == UMI_ANNUITY
                       ? principal * f / (1 - pow(1 + f, -t->periods))
                       : principal / t->periods;
    double owed = principal;
    for (int k = 0; k < t->periods; k++) {
        bool annuity = t->method == UMI_ANNUITY;
        double interest = (annuity ? owed : principal) * f;
        double part = annuity ? level - interest : level;
        owed -= part;
        in_double[k][0] = part;
        in_double[k][1] = interest;
        in_double[k][2] = part + interest;
        in_double[k][3] = owed;
    }
    kept = owed;
}

static void floating(const umi_terms *t, int count)
{
    for (int i = 0; i < count; i++) {
        umi__dates_fill(t, rows);
        floating_rows(t, (double)(t->principal.sen + 10000 * i));
    }
}

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

static double a_second(run_fn *run, const umi_terms *t, int count)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < TIMES; i++) {
        int64_t start = now();
        run(t, count);
        int64_t took = now() - start;
        best = took < best ? took : best;
    }
    return count * 1e9 / (double)best;
}

static void show(const char *name,
                 const char *unit,
                 run_fn *run,
                 run_fn *floor,
                 const umi_terms *t,
                 int count)
{
    double value = a_second(run, t, count), base = a_second(floor, t, count);
    printf("{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"%s\",\"floor\":%.0f,"
           "\"ratio\":%.3f}\n",
           name, value, unit, base, value / base);
}

int main(void)
{
    umi_terms t = umi_terms_default();
    t.principal.sen = 1000000000;
    t.disbursed = umi_day_of((umi_civil){2026, 1, 15});
    t.periods = 12;
    t.rate = umi_rate_of(6, 100);
    show("schedule_annuity_12", "schedules/s", exact, floating, &t, 100000);
    show("quote_json_12", "quotes/s", json, exact, &t, 50000);
    t.periods = 60;
    show("schedule_annuity_60", "schedules/s", exact, floating, &t, 20000);
    t.method = UMI_FLAT;
    t.unit = UMI_UNIT_WEEK;
    t.periods = 50;
    t.rate = umi_rate_of(1, 200);
    t.rate_per = UMI_PER_PERIOD;
    show("schedule_flat_50", "schedules/s", exact, floating, &t, 20000);
    return 0;
}
