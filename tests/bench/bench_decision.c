/* SPDX-License-Identifier: MIT
 * One decision of twelve rules and a route by the library, facts in memory,
 * with its record in memory: states of all rules, status and reasons of three
 * products, documents, route; and with the explanation written as JSON.  Floor: the rules and the
 * route written by hand in C, with a bit per fact that is known.
 *
 * With --people it writes the applicants as JSON Lines instead: those that
 * tests/bench/peers asks other engines about. */
#include "ledger/io/facts.h"
#include "rules/decide/decision.h"
#include "tests/bench/bench.h"
#include "tests/support/files.h"

enum {
    PEOPLE = 2000,
    ROUNDS = 50,
    TIMES = 7, /* the best of so many */
    RULES = 12
};

#define FACTS(X)                                                               \
    X(is_wni)                                                                  \
    X(nik_verified)                                                            \
    X(sikp_active)                                                             \
    X(married)                                                                 \
    X(programme_unpaid)                                                        \
    X(has_npwp)                                                                \
    X(pkh_graduate)                                                            \
    X(female) /* the last bool */                                              \
    X(sector)                                                                  \
    X(job)                                                                     \
    X(slik_grade)                                                              \
    X(business_months)                                                         \
    X(kur_count)                                                               \
    X(tenor_months)                                                            \
    X(dtsen_decile)                                                            \
    X(subgroup_size)                                                           \
    X(age_years)                                                               \
    X(amount) /* the first amount */                                           \
    X(debt_service)                                                            \
    X(income_month)

enum {
#define X(name) name,
    FACTS(X)
#undef X
    COUNT
};

static const char *const names[COUNT] = {
#define X(name) #name,
    FACTS(X)
#undef X
};

enum {
    TANI = 2,
    KEBUN = 3,
    BANNED = 4
};
static const char *const sectors[] = {"dagang", "jasa", "tani", "kebun",
                                      "terlarang"};
static const char *const jobs[] = {"usaha", "asn", "tni", "polri"};
static const char *const bools[] = {"false", "true"};

typedef struct person {
    uint64_t known; /* bit per fact */
    int64_t v[COUNT];
} person;

static person people[PEOPLE];
static umi_value *given; /* PEOPLE rows of facts */
static umi_decider *decider;
static umi_ruleset *rs;

/* --- people ------------------------------------------------------------------ */

static uint64_t seed = 42;

static int64_t chance(int64_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* Most pass most rules. */
static void make_person(person *p)
{
    for (int k = is_wni; k <= female; k++)
        p->v[k] = k <= nik_verified ? chance(20) != 0 : chance(2);
    p->v[sikp_active] = chance(12) == 0;
    p->v[programme_unpaid] = chance(15) == 0;
    p->v[sector] = chance(20) == 0 ? BANNED : chance(4);
    p->v[job] = chance(10) == 0 ? 1 + chance(3) : 0;
    p->v[slik_grade] = chance(8) == 0 ? 1 + chance(5) : 1;
    p->v[business_months] = 2 + chance(60);
    p->v[kur_count] = chance(3);
    p->v[tenor_months] = 6 + chance(31);
    p->v[dtsen_decile] = 1 + chance(10);
    p->v[subgroup_size] = chance(30);
    p->v[age_years] = 18 + chance(50);
    p->v[amount] = (1 + chance(220)) * 100000;
    p->v[debt_service] = chance(4) * 50000;
    p->v[income_month] = (15 + chance(80)) * 100000;
    p->known = (UINT64_C(1) << COUNT) - 1;
}

static void write_person(umi_buf *b, const person *p, int number)
{
    umi_buf_printf(b, "{\"id\":\"P%d\"", number);
    for (int k = 0; k < COUNT; k++) {
        umi_buf_printf(b, ",\"%s\":", names[k]);
        if (k <= female)
            umi_buf_puts(b, bools[p->v[k]]);
        else if (k <= job)
            umi_buf_printf(b, "\"%s\"",
                           k == job ? jobs[p->v[k]] : sectors[p->v[k]]);
        else
            umi_buf_printf(b, k < amount ? "%lld" : "\"%lld\"",
                           (long long)p->v[k]);
    }
    umi_buf_puts(b, "}\n");
}

/* --- by hand ----------------------------------------------------------------- */

enum {
    FAIL,
    PASS,
    OPEN
};

static int and3(int a, int b)
{
    return a == FAIL || b == FAIL ? FAIL : a == PASS && b == PASS ? PASS : OPEN;
}

static int or3(int a, int b)
{
    return a == PASS || b == PASS ? PASS : a == FAIL && b == FAIL ? FAIL : OPEN;
}

#define HAS(p, name)     ((p)->known >> (name)&1)
#define FACT(p, name)    (HAS(p, name) ? (int)(p)->v[name] : OPEN)
#define TEST(p, name, e) (HAS(p, name) ? (e) : OPEN)

static int income(const person *p)
{
    const int64_t *v = p->v;
    int64_t left, right;
    if (!HAS(p, debt_service) || !HAS(p, tenor_months) || !HAS(p, amount) ||
        !HAS(p, income_month))
        return OPEN;
    left = (v[debt_service] * v[tenor_months] + v[amount]) * 100;
    right = v[income_month] * v[tenor_months] * 35;
    return left <= right;
}

static int repeats(const person *p)
{
    if (!HAS(p, kur_count) || !HAS(p, sector))
        return OPEN;
    return p->v[kur_count] <
           (p->v[sector] == TANI || p->v[sector] == KEBUN ? 4 : 2);
}

/* A bit per rule that passes, and behind them the row of the route when all
 * do, else 3.  Nobody here lacks a fact, but the code must ask. */
static int64_t by_hand(const person *p)
{
    const int64_t *v = p->v;
    int poor =
        or3(TEST(p, dtsen_decile, v[dtsen_decile] <= 4), FACT(p, pkh_graduate));
    int group = and3(and3(poor, FACT(p, female)),
                     TEST(p, subgroup_size, v[subgroup_size] >= 5));
    int r[RULES] = {
        and3(FACT(p, is_wni), FACT(p, nik_verified)),
        TEST(p, sector, v[sector] != BANNED),
        TEST(p, sikp_active, !v[sikp_active]),
        TEST(p, amount, v[amount] <= 20000000),
        TEST(p, slik_grade, v[slik_grade] <= 2),
        or3(TEST(p, age_years, v[age_years] >= 21), FACT(p, married)),
        TEST(p, job, v[job] == 0),
        TEST(p, business_months, v[business_months] >= 6),
        TEST(p, programme_unpaid, !v[programme_unpaid]),
        repeats(p),
        or3(TEST(p, amount, v[amount] <= 15000000), FACT(p, has_npwp)),
        income(p),
    };
    int64_t mask = 0;
    for (int k = 0; k < RULES; k++)
        mask |= (int64_t)(r[k] == PASS) << k;
    int row = group == PASS ? 0 : poor == PASS ? 1 : 2;
    return mask * 4 + (mask == (1 << RULES) - 1 ? row : 3);
}

/* --- by the library ---------------------------------------------------------- */

static void make_ready(void)
{
    umi_arena *arena = umi_arena_new();
    umi_text text = file_read("tests/bench/peers", "decision.yaml"), id;
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "decision.yaml");
    must(umi_ruleset_load(&rs, "decision.yaml", text, &p) == UMI_OK);
    free((char *)text.ptr);
    must(umi_decider_new(&decider, rs, (umi_day){20778}, NULL) == UMI_OK);
    given = umi_arena_array(arena, PEOPLE * rs->fact_count, sizeof *given);
    must(given != NULL);
    for (int i = 0; i < PEOPLE; i++) {
        umi_buf b = {0};
        write_person(&b, &people[i], i);
        const char *line = umi_arena_copy(arena, b.ptr, b.len);
        must(line != NULL &&
             umi_facts_from_json(given + (size_t)i * rs->fact_count, &id, rs,
                                 NULL, (umi_text){line, b.len}, arena,
                                 NULL) == UMI_OK);
        umi_buf_free(&b);
    }
}

static const umi_decision *decide(int i)
{
    const umi_decision *d;
    must(umi_decide(&d, decider, given + (size_t)i * rs->fact_count, NULL) ==
         UMI_OK);
    return d;
}

static int64_t by_library(int i)
{
    const umi_decision *d = decide(i);
    int64_t mask = 0;
    for (int k = 0; k < RULES; k++)
        mask |= (int64_t)(d->rules[k] == UMI_RULE_PASS) << k;
    return mask * 4 + (d->route >= 0 ? d->route : 3);
}

static int64_t run_hand(int i)
{
    return by_hand(&people[i]);
}

/* With the record as JSON: every rule with the values that it saw. */
static int64_t run_explained(int i)
{
    static umi_buf b;
    b.len = 0;
    umi_decision_write_json(&b, decide(i), (umi_text){0}, UMI_SHOW_RULES);
    must(!b.failed);
    return (int64_t)b.len;
}

/* --- measuring --------------------------------------------------------------- */

/* Nanoseconds each, the best of TIMES. */
static double measure(int64_t (*run)(int), uint32_t *sum)
{
    double best = 0;
    for (int t = 0; t < TIMES; t++) {
        int64_t start = cpu_ns();
        for (int r = 0; r < ROUNDS; r++) {
            *sum = 0;
            for (int i = 0; i < PEOPLE; i++)
                *sum = *sum * 31 + (uint32_t)run(i);
        }
        best = least(best, (double)(cpu_ns() - start));
    }
    return best / (ROUNDS * PEOPLE);
}

int main(int argc, char **argv)
{
    uint32_t want, got, bytes;
    for (int i = 0; i < PEOPLE; i++)
        make_person(&people[i]);
    if (argc > 1 && strcmp(argv[1], "--people") == 0) {
        umi_buf b = {0};
        for (int i = 0; i < PEOPLE; i++)
            write_person(&b, &people[i], i);
        must(fwrite(b.ptr, 1, b.len, stdout) == b.len);
        umi_buf_free(&b);
        return 0;
    }
    make_ready();
    double floor = measure(run_hand, &want);
    double value = measure(by_library, &got);
    must(want == got);
    tell("decision_12_rules_record", value, "ns", floor);
    tell("decision_12_rules_json", measure(run_explained, &bytes), "ns", floor);
    fprintf(stderr, "checksum %u\n", got);
    umi_decider_free(decider);
    umi_ruleset_free(rs);
    return 0;
}
