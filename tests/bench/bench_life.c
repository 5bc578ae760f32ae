/* SPDX-License-Identifier: MIT
 * Payments a second of the fast face of the waterfall beside the same walk in
 * plain int64 without checks, cursor or policy; and events a second of the
 * replay beside the fast face. */
#include "engine/umi.h"
#include "tests/bench/bench.h"

enum {
    LOANS = 20000,
    ROWS = 50,
    TIMES = 5 /* the best of so many */
};

static umi_row rows[ROWS];
static umi_schedule schedule = {.rows = rows, .count = ROWS};
static umi_paid paid[LOANS];

typedef struct plain {
    int64_t principal, interest, fee; /* paid of row `row` */
    size_t row;
} plain;
static plain plains[LOANS];

/* A weekly group loan: 3,000,000 in 50 instalments of 60,000 and 15,000. */
static void build(void)
{
    for (int32_t i = 0; i < ROWS; i++)
        rows[i] = (umi_row){.n = i + 1,
                            .due = {20000 + 7 * (i + 1)},
                            .principal = {6000000},
                            .interest = {1500000}};
    schedule.principal.sen = ROWS * (int64_t)6000000;
    schedule.interest.sen = ROWS * (int64_t)1500000;
}

/* Not always a whole instalment, so that rows are left half paid. */
static int64_t amount_of(size_t week, size_t loan)
{
    return 7500000 - (int64_t)(loan + week) % 3 * 50000;
}

static int64_t fast(void)
{
    const umi_policy p = umi_policy_default();
    int64_t sum = 0;
    for (size_t i = 0; i < LOANS; i++)
        paid[i] = (umi_paid){.row = 0};
    for (size_t w = 0; w < ROWS; w++)
        for (size_t i = 0; i < LOANS; i++) {
            umi_parts parts;
            umi_money amount = {amount_of(w, i)};
            if (!umi_waterfall_pay(rows, ROWS, &p, &paid[i], amount,
                                   rows[w].due, &parts))
                abort();
            sum += parts.principal.sen;
        }
    return sum;
}

static int64_t some(int64_t *done, int64_t owed, int64_t *left)
{
    int64_t x = owed - *done < *left ? owed - *done : *left;
    *done += x;
    *left -= x;
    return x;
}

static int64_t floor_of_fast(void)
{
    int64_t sum = 0;
    memset(plains, 0, sizeof plains);
    for (size_t w = 0; w < ROWS; w++)
        for (size_t i = 0; i < LOANS; i++) {
            plain *p = &plains[i];
            int64_t left = amount_of(w, i);
            while (left > 0 && p->row < ROWS) {
                const umi_row *r = &rows[p->row];
                some(&p->fee, r->fee.sen, &left);
                some(&p->interest, r->interest.sen, &left);
                sum += some(&p->principal, r->principal.sen, &left);
                if (p->principal < r->principal.sen)
                    break;
                *p = (plain){.row = p->row + 1};
            }
        }
    return sum;
}

static int64_t replay(void)
{
    const umi_policy p = umi_policy_default();
    umi_arena *arena = umi_arena_new();
    umi_event events[ROWS];
    int64_t sum = 0;
    if (arena == NULL)
        abort();
    for (size_t i = 0; i < LOANS; i++) {
        for (size_t w = 0; w < ROWS; w++)
            events[w] = (umi_event){.kind = UMI_EVENT_REPAYMENT,
                                    .has_amount = true,
                                    .date = rows[w].due,
                                    .booked = rows[w].due,
                                    .amount = {amount_of(w, i)}};
        umi_life life;
        if (umi_life_replay(&life, &schedule, &p, NULL, events, ROWS,
                            rows[ROWS - 1].due, arena, NULL) != UMI_OK)
            abort();
        sum += life.paid.principal.sen;
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
    return sum;
}

/* Runs a second, best of TIMES; all must agree on the principal paid. */
static double a_second(int64_t (*run)(void), int64_t want)
{
    double best = 0;
    for (int i = 0; i < TIMES; i++) {
        int64_t start = wall_ns();
        if (run() != want)
            abort();
        best = least(best, (double)(wall_ns() - start));
    }
    return LOANS * ROWS * 1e9 / best;
}

int main(void)
{
    build();
    int64_t want = floor_of_fast();
    double plain_rate = a_second(floor_of_fast, want);
    double fast_rate = a_second(fast, want);
    double replay_rate = a_second(replay, want);
    tell("waterfall_payments", fast_rate, "payments/s", plain_rate);
    tell("life_replay_events", replay_rate, "events/s", fast_rate);
    return 0;
}
