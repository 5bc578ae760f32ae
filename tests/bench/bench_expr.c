/* SPDX-License-Identifier: MIT
 * Decisions a second: twelve rules, three lets and a route over facts in
 * memory, compiled from text, beside the same written by hand in C with a bit
 * per fact that is known.  Every hundredth applicant lacks a fact. */
#include "rules/expr/program.h"
#include "tests/bench/bench.h"

enum {
    PEOPLE = 1000,
    ROUNDS = 400,
    TIMES = 5, /* the best of so many */
    ROOTS = 14
};

#define NAMES(X)                                                               \
    X(is_wni, BOOL)                                                            \
    X(nik_verified, BOOL)                                                      \
    X(sikp_active, BOOL)                                                       \
    X(married, BOOL)                                                           \
    X(programme_unpaid, BOOL)                                                  \
    X(has_npwp, BOOL)                                                          \
    X(pkh_graduate, BOOL)                                                      \
    X(female, BOOL)                                                            \
    X(sector, ENUM)                                                            \
    X(job, ENUM)                                                               \
    X(slik_grade, INT)                                                         \
    X(business_months, INT)                                                    \
    X(kur_count, INT)                                                          \
    X(tenor_months, INT)                                                       \
    X(dtsen_decile, INT)                                                       \
    X(subgroup_size, INT)                                                      \
    X(amount, MONEY)                                                           \
    X(debt_service, MONEY)                                                     \
    X(income_month, MONEY)                                                     \
    X(birth_date, DATE)                                                        \
    X(today, DATE)

enum {
#define X(name, kind) name,
    NAMES(X)
#undef X
    COUNT
};

static const struct {
    const char *name;
    umi_kind kind;
} facts[] = {
#define X(name, kind) {#name, UMI_KIND_##kind},
    NAMES(X)
#undef X
};

#define WORD(text)                                                             \
    {                                                                          \
        text, sizeof text - 1                                                  \
    }
static const umi_text members[] = {
    WORD("dagang"), WORD("jasa"),  WORD("tani"),  WORD("kebun"),    WORD("asn"),
    WORD("tni"),    WORD("polri"), WORD("usaha"), WORD("terlarang")};
static const umi_enum words = {members, 9};

static const struct {
    const char *name, *text;
    umi_kind kind;
} params[] = {
    {"param.umi_max", "20000000", UMI_KIND_MONEY},
    {"param.npwp_free", "50000000", UMI_KIND_MONEY},
    {"param.dsr_max", "0.35", UMI_KIND_RATE},
    {"param.min_age", "21", UMI_KIND_INT},
    {"param.min_months", "6", UMI_KIND_INT},
    {"param.repeat_4p", "4", UMI_KIND_INT},
    {"param.repeat", "2", UMI_KIND_INT},
};
enum {
    PARAMS = sizeof params / sizeof *params
};

static const struct {
    const char *name, *text;
} lets[] = {
    {"age", "years_between(birth_date, today)"},
    {"instalment", "amount / tenor_months"},
    {"poor", "dtsen_decile <= 4 || pkh_graduate"},
};
enum {
    LETS = sizeof lets / sizeof *lets
};

static const char *const rules[ROOTS] = {
    "is_wni && nik_verified",
    "sector != 'terlarang'",
    "!sikp_active",
    "amount <= param.umi_max",
    "slik_grade <= 2",
    "age >= param.min_age || married",
    "!(job in ['asn', 'tni', 'polri'])",
    "business_months >= param.min_months",
    "!programme_unpaid",
    "kur_count < (sector in ['tani', 'kebun'] ? param.repeat_4p "
    ": param.repeat)",
    "amount <= param.npwp_free || has_npwp",
    "debt_service + instalment <= income_month * param.dsr_max",
    "poor && female && subgroup_size >= 5", /* the rows of the route */
    "poor",
};

/* --- the same by hand -------------------------------------------------- */

typedef struct person {
    uint64_t known; /* bit per fact */
    int64_t v[COUNT];
} person;

static person people[PEOPLE];
static umi_value slots[PEOPLE][COUNT];

enum {
    PASS = 1,
    FAIL = 0,
    OPEN = 2
};

static int64_t and3(int64_t a, int64_t b)
{
    return a == FAIL || b == FAIL ? FAIL : a == PASS && b == PASS ? PASS : OPEN;
}

static int64_t or3(int64_t a, int64_t b)
{
    return a == PASS || b == PASS ? PASS : a == FAIL && b == FAIL ? FAIL : OPEN;
}

static int64_t not3(int64_t a)
{
    return a == OPEN ? OPEN : !a;
}

#define HAS(p, name)     ((p)->known >> (name)&1)
#define FACT(p, name)    (HAS(p, name) ? (p)->v[name] : OPEN)
#define TEST(p, name, e) (HAS(p, name) ? (e) : OPEN)

static int64_t by_hand(const person *p)
{
    const int64_t *v = p->v;
    int64_t four = TEST(p, sector, v[sector] == 2 || v[sector] == 3);
    int64_t poor =
        or3(TEST(p, dtsen_decile, v[dtsen_decile] <= 4), FACT(p, pkh_graduate));
    int64_t age = OPEN, repeat = OPEN, dsr = OPEN;
    if (HAS(p, birth_date))
        age = umi_years_between((umi_day){(int32_t)v[birth_date]},
                                (umi_day){(int32_t)v[today]}) >= 21;
    if (HAS(p, kur_count) && four != OPEN)
        repeat = v[kur_count] < (four ? 4 : 2);
    if (HAS(p, debt_service) && HAS(p, amount) && HAS(p, tenor_months) &&
        HAS(p, income_month))
        dsr = 100 * (v[debt_service] * v[tenor_months] + v[amount]) <=
              35 * v[income_month] * v[tenor_months];
    int64_t r[ROOTS] = {
        and3(FACT(p, is_wni), FACT(p, nik_verified)),
        TEST(p, sector, v[sector] != 8),
        not3(FACT(p, sikp_active)),
        TEST(p, amount, v[amount] <= 20000000),
        TEST(p, slik_grade, v[slik_grade] <= 2),
        or3(age, FACT(p, married)),
        TEST(p, job, !(v[job] >= 4 && v[job] <= 6)),
        TEST(p, business_months, v[business_months] >= 6),
        not3(FACT(p, programme_unpaid)),
        repeat,
        or3(TEST(p, amount, v[amount] <= 50000000), FACT(p, has_npwp)),
        dsr,
        and3(and3(poor, FACT(p, female)),
             TEST(p, subgroup_size, v[subgroup_size] >= 5)),
        poor,
    };
    int64_t sum = 0;
    for (int k = 0; k < ROOTS; k++)
        sum = sum * 3 + r[k];
    return sum;
}

/* --- the compiled one -------------------------------------------------- */

static umi_program *program;
static umi_value *scratch;
static umi_arena *arena, *texts;

static umi_expr *compile(const umi_env *env, const char *text)
{
    umi_expr *e = NULL;
    umi_expr_log log = {.arena = arena};
    must(umi_expr_parse(&e, arena, umi_text_of(text), &log) == UMI_OK);
    must(umi_expr_check(e, env, NULL, &log) == UMI_OK);
    return e;
}

static void build(void)
{
    static umi_value values[PARAMS];
    umi_let bound[LETS];
    const umi_node *roots[ROOTS];
    arena = umi_arena_new();
    texts = umi_arena_new();
    umi_env *env = umi_env_new(arena);
    must(arena != NULL && texts != NULL && env != NULL);
    for (uint32_t k = 0; k < COUNT; k++) {
        umi_type t = {.kind = facts[k].kind};
        t.of = t.kind == UMI_KIND_ENUM ? &words : NULL;
        umi_name name = {
            .name = umi_text_of(facts[k].name), .type = t, .slot = k};
        must(umi_env_add(env, name) == UMI_OK);
    }
    for (uint32_t k = 0; k < PARAMS; k++) {
        umi_type t = umi_type_of(params[k].kind);
        umi_name name = {umi_text_of(params[k].name), UMI_NAME_PARAM, t, k, 0};
        must(umi_env_add(env, name) == UMI_OK);
        must(umi_value_parse(&values[k], t, umi_text_of(params[k].text)));
    }
    for (uint32_t k = 0; k < LETS; k++) {
        bound[k] = (umi_let){compile(env, lets[k].text), k};
        umi_name name = {umi_text_of(lets[k].name), UMI_NAME_LET,
                         bound[k].expr->root->type, k, 0};
        must(umi_env_add(env, name) == UMI_OK);
    }
    for (int k = 0; k < ROOTS; k++)
        roots[k] = compile(env, rules[k])->root;
    umi_program_source s = {bound, LETS, roots, ROOTS, values};
    must(umi_program_build(&program, arena, &s, NULL) == UMI_OK);
    scratch =
        umi_arena_array(arena, umi_program_scratch(program), sizeof *scratch);
    must(scratch != NULL);
}

static int64_t by_program(const umi_value *slot)
{
    int64_t sum = 0;
    must(umi_program_run(program, slot, scratch, texts) == UMI_OK);
    for (size_t k = 0; k < ROOTS; k++) {
        const umi_value *v = umi_program_result(program, slot, scratch, k);
        sum = sum * 3 + (v->state == UMI_KNOWN ? v->i : OPEN);
    }
    return sum;
}

/* --- people ------------------------------------------------------------ */

static uint64_t state = 42;

static int64_t chance(int64_t n)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (int64_t)((state >> 33) % (uint64_t)n);
}

static int64_t some(int k)
{
    switch (facts[k].kind) {
    case UMI_KIND_BOOL:
        return chance(2);
    case UMI_KIND_ENUM:
        return chance(9);
    case UMI_KIND_MONEY:
        return k == debt_service ? chance(10) * 100000
                                 : (1 + chance(300)) * 100000;
    case UMI_KIND_DATE:
        return k == today ? 20778 : 20778 - 5000 - chance(15000);
    case UMI_KIND_INT:
        return k == tenor_months ? 1 + chance(36) : chance(12);
    case UMI_KIND_ANY:
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_STRING:
    case UMI_KIND_LIST:
        break;
    }
    abort();
}

static void fill(int i)
{
    person *p = &people[i];
    for (int k = 0; k < COUNT; k++) {
        umi_value *v = &slots[i][k];
        p->v[k] = some(k);
        p->known |= UINT64_C(1) << k;
        *v = (umi_value){.kind = (uint8_t)facts[k].kind, .i = p->v[k]};
        if (facts[k].kind == UMI_KIND_MONEY)
            *v = umi_value_decimal(UMI_KIND_MONEY, umi_decimal_int(p->v[k]));
        else if (facts[k].kind == UMI_KIND_ENUM)
            v->of = &words;
    }
    if (i % 100 == 99) { /* somebody lacks something, today never */
        uint32_t k = (uint32_t)chance(today);
        p->known &= ~(UINT64_C(1) << k);
        slots[i][k] = umi_value_unknown(k);
    }
}

/* Nanoseconds a decision, the best of TIMES; both ways must agree. */
static double measure(bool hand, int64_t *sum)
{
    double best = 0;
    for (int t = 0; t < TIMES; t++) {
        int64_t start = cpu_ns();
        *sum = 0;
        for (int r = 0; r < ROUNDS; r++)
            for (int i = 0; i < PEOPLE; i++)
                *sum += hand ? by_hand(&people[i]) : by_program(slots[i]);
        best = least(best, (double)(cpu_ns() - start));
    }
    return best / (ROUNDS * PEOPLE);
}

int main(void)
{
    int64_t want, got;
    build();
    for (int i = 0; i < PEOPLE; i++)
        fill(i);
    for (int i = 0; i < PEOPLE; i++)
        must(by_hand(&people[i]) == by_program(slots[i]));
    double floor = measure(true, &want), value = measure(false, &got);
    must(want == got);
    tell("expr_decision_12_rules", value, "ns", floor);
    fprintf(stderr, "%zu instructions\n", umi_program_size(program));
    umi_arena_free(texts);
    umi_arena_free(arena);
    return 0;
}
