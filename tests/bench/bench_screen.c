/* SPDX-License-Identifier: MIT
 * Decisions a second beside the bare run of their program, applications from
 * JSON to JSON beside reading the one and copying the other, what would help
 * beside a decision, and rule files read beside reading them as YAML. */
#include "ledger/io/facts_line.h"
#include "rules/decide/decision_int.h"
#include "rules/set/data.h"
#include "tests/bench/bench.h"
#include "tests/support/applicants.h"

enum {
    PEOPLE = 2000,
    RULES = 500,
    TIMES = 5 /* the best of so many */
};

static umi_ruleset *rs;
static umi_decider *decider;
static umi_value *people; /* PEOPLE rows of facts */
static umi_text *lines;   /* the same as JSON */
static umi_buf answer;    /* of one of them */
static umi_buf big;       /* a file of RULES rules */
static umi_ruleset *few;  /* of one product */
static umi_decider *few_decider;
static umi_arena *arena;

/* --- what is decided on ---------------------------------------------------- */

static void make_people(void)
{
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, f->name);
    umi_text text = {f->text, f->size}, id;
    must(umi_ruleset_load(&rs, f->name, text, &p) == UMI_OK);
    must(umi_decider_new(&decider, rs, (umi_day){20778}, NULL) == UMI_OK);
    people = umi_arena_array(arena, PEOPLE * rs->fact_count, sizeof *people);
    lines = umi_arena_array(arena, PEOPLE, sizeof *lines);
    must(people != NULL && lines != NULL);
    for (int i = 0; i < PEOPLE; i++) {
        char line[APPLICANT_ROOM];
        size_t n = applicant_write(line, sizeof line, i);
        lines[i].ptr = umi_arena_copy(arena, line, n);
        lines[i].len = n;
        must(umi_facts_from_json(people + (size_t)i * rs->fact_count, &id, rs,
                                 NULL, lines[i], arena, NULL) == UMI_OK);
    }
}

static void make_rules(void)
{
    umi_buf_puts(&big, "format: eligibility/1\n"
                       "ruleset: {id: t, version: '1', timezone: UTC}\n"
                       "effective: {from: '2025-01-01'}\n"
                       "languages: [id, en]\n"
                       "legal: {L: {title: An act}}\n"
                       "facts: {amount: {type: money}, grade: {type: int}}\n"
                       "params: {limit: {type: money, values: [{from: "
                       "'2020-01-01', value: '20000000', legal: L}]}}\n"
                       "products: {P: {channel: X, max: 'param.limit'}}\n"
                       "routing: {hit: first, rows: [{when: 'true', order: "
                       "[P]}]}\n"
                       "rules:\n");
    for (int i = 0; i < RULES; i++)
        umi_buf_printf(&big,
                       "  - id: r%d\n"
                       "    for: [P]\n"
                       "    require: 'amount * %d <= param.limit * %d && grade "
                       "<= %d || amount <= param.limit / 2'\n"
                       "    severity: block\n"
                       "    reason_code: R%d\n"
                       "    legal_basis: L\n"
                       "    message: {id: 'Paling banyak {param.limit}, "
                       "syarat %d.', en: 'At most {param.limit}, rule %d.'}\n",
                       i, i + 2, i + 3, i % 5 + 1, i, i, i);
    must(!big.failed);
}

/* --- what is measured ------------------------------------------------------ */

static void run_program(int i)
{
    memcpy(decider->slots, people + (size_t)i * rs->fact_count,
           rs->fact_count * sizeof *people);
    must(umi_program_run(decider->program, decider->slots, decider->scratch,
                         decider->texts) == UMI_OK);
}

static const umi_decision *decide(int i)
{
    const umi_decision *d;
    must(umi_decide(&d, decider, people + (size_t)i * rs->fact_count, NULL) ==
         UMI_OK);
    return d;
}

static void decide_only(int i)
{
    (void)decide(i);
}

static void what_if(int i)
{
    must(umi_decision_what_if(decide(i), NULL) == UMI_OK);
}

/* One product with four facts that may move: none does alone, and of the six
 * pairs one does. */
static const char four_facts[] =
    "format: eligibility/1\n"
    "ruleset: {id: t, version: '1', timezone: UTC}\n"
    "effective: {from: '2025-01-01'}\n"
    "languages: [id, en]\n"
    "legal: {L: {title: An act}}\n"
    "facts:\n"
    "  amount: {type: money, change: decrease, step: '100000', range: "
    "['100000', '500000000']}\n"
    "  months: {type: int, change: either, range: [1, 60]}\n"
    "  pledge: {type: money, change: increase, step: '100000'}\n"
    "  grouped: {type: bool, change: set}\n"
    "  age: {type: int}\n"
    "params:\n"
    "  limit: {type: money, values: [{from: '2020-01-01', value: '20000000', "
    "legal: L}]}\n"
    "  pay: {type: money, values: [{from: '2020-01-01', value: '1000000', "
    "legal: L}]}\n"
    "let: {part: 'amount / months'}\n"
    "products: {P: {channel: X, max: 'param.limit'}}\n"
    "routing: {hit: first, rows: [{when: 'true', order: [P]}]}\n"
    "rules:\n";

static void make_four_facts(void)
{
    static const char *const requires[] = {
        "amount <= param.limit",
        "part <= param.pay",
        "grouped",
        "amount <= pledge * 0.92 || amount <= param.pay * 25",
        "months >= 3 && months <= 36",
        "age >= 21 && age < 60"};
    umi_buf b = {0};
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
    umi_buf_puts(&b, four_facts);
    for (size_t i = 0; i < sizeof requires / sizeof *requires; i++)
        umi_buf_printf(&b,
                       "  - {id: r%zu, for: [P], require: '%s', severity: "
                       "block, reason_code: R%zu, legal_basis: L, message: "
                       "{id: a, en: b}}\n",
                       i, requires[i], i);
    must(umi_ruleset_load(&few, "t", umi_buf_as_text(&b), &p) == UMI_OK);
    must(umi_decider_new(&few_decider, few, (umi_day){20778}, NULL) == UMI_OK);
    umi_buf_free(&b);
}

static void what_if_few(int i)
{
    const umi_decision *d;
    static umi_value facts[UMI_FACTS_MAX];
    facts[0] = umi_value_money((umi_money){(int64_t)(25 + i % 9) * 100000000});
    facts[1] = umi_value_int(12 + i % 12);
    facts[2] = umi_value_money((umi_money){500000000});
    facts[3] = umi_value_bool(false);
    facts[4] = umi_value_int(40);
    must(umi_decide(&d, few_decider, facts, NULL) == UMI_OK);
    must(umi_decision_what_if(d, NULL) == UMI_OK);
    must(d->products[0].what_if_count == 1 &&
         d->products[0].what_ifs[0].with != NULL);
}

static void screen(int i)
{
    static umi_value facts[UMI_FACTS_MAX];
    static umi_arena *own;
    static umi_facts_line *reader;
    const umi_decision *d;
    umi_text id;
    if (own == NULL) {
        own = umi_arena_new();
        must(umi_facts_line_new(&reader, rs, NULL, arena, NULL) == UMI_OK);
    }
    must(own != NULL);
    must(umi_facts_line_read(reader, facts, &id, lines[i], own, NULL) ==
         UMI_OK);
    must(umi_decide(&d, decider, facts, NULL) == UMI_OK);
    answer.len = 0;
    umi_decision_write_json(&answer, d, id, 0);
    must(!answer.failed);
    umi_arena_reset(own);
}

static void read_and_copy(int i)
{
    static umi_buf copy;
    static umi_arena *own;
    umi_json *v;
    if (own == NULL)
        own = umi_arena_new();
    must(own != NULL);
    must(umi_json_parse(&v, lines[i], own, NULL) == UMI_OK);
    copy.len = 0;
    umi_buf_bytes(&copy, answer.ptr, answer.len);
    umi_arena_reset(own);
}

static void load(int i)
{
    (void)i;
    umi_ruleset *one = NULL;
    umi_arena *own = umi_arena_new();
    umi_problems p = umi_problems_new(own, UMI_LANG_EN, "t");
    must(umi_ruleset_load(&one, "t", umi_buf_as_text(&big), &p) == UMI_OK);
    umi_ruleset_free(one);
    umi_arena_free(own);
}

static void load_yaml(int i)
{
    (void)i;
    umi_yaml *root;
    umi_arena *own = umi_arena_new();
    umi_problems p = umi_problems_new(own, UMI_LANG_EN, "t");
    must(umi_yaml_parse(&root, umi_buf_as_text(&big), own, &p) == UMI_OK);
    umi_arena_free(own);
}

static double a_second(void (*run)(int), int count)
{
    double best = 0;
    for (int i = 0; i < TIMES; i++) {
        int64_t start = cpu_ns();
        for (int k = 0; k < count; k++)
            run(k % PEOPLE);
        best = least(best, (double)(cpu_ns() - start));
    }
    return count * 1e9 / best;
}

int main(void)
{
    arena = umi_arena_new();
    must(arena != NULL);
    make_people();
    make_rules();
    make_four_facts();
    double program = a_second(run_program, 10 * PEOPLE);
    double decisions = a_second(decide_only, 10 * PEOPLE);
    tell("decisions", decisions, "decisions/s", program);
    double screened = a_second(screen, 5 * PEOPLE);
    tell("screen_json", screened, "applications/s",
         a_second(read_and_copy, 5 * PEOPLE));
    tell("what_if", a_second(what_if, 200), "applications/s", decisions);
    tell("what_if_product", a_second(what_if_few, 2000), "products/s",
         decisions);
    tell("ruleset_load_500", a_second(load, 10), "files/s",
         a_second(load_yaml, 10));
    return 0;
}
