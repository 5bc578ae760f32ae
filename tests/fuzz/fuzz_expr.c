/* SPDX-License-Identifier: MIT
 * Any bytes as an expression: what is refused leaves a code and a place within
 * the text; what is taken runs, typed and untyped, to what the model says,
 * with every fact known and with none. */
#include "rules/expr/program.h"

#include <assert.h>

#include "tests/support/expr_model.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const umi_text members[] = {{"tani", 4}, {"ikan", 4}};
static const umi_enum sectors = {members, 2};
static const umi_type int_type = {UMI_KIND_INT, NULL, NULL};
static const struct {
    const char *name;
    umi_type type;
} facts[] = {
    {"b", {UMI_KIND_BOOL, NULL, NULL}},
    {"i", {UMI_KIND_INT, NULL, NULL}},
    {"q", {UMI_KIND_DECIMAL, NULL, NULL}},
    {"r", {UMI_KIND_RATE, NULL, NULL}},
    {"m", {UMI_KIND_MONEY, NULL, NULL}},
    {"d", {UMI_KIND_DATE, NULL, NULL}},
    {"s", {UMI_KIND_STRING, NULL, NULL}},
    {"e", {UMI_KIND_ENUM, &sectors, NULL}},
    {"l", {UMI_KIND_LIST, NULL, &int_type}},
};
enum {
    FACTS = sizeof facts / sizeof *facts
};

static umi_env *names(umi_arena *arena)
{
    umi_env *env = umi_env_new(arena);
    assert(env != NULL);
    for (uint32_t k = 0; k < FACTS; k++) {
        umi_name n = {umi_text_of(facts[k].name), UMI_NAME_FACT, facts[k].type,
                      k, 0};
        umi_status rc = umi_env_add(env, n);
        assert(rc == UMI_OK);
    }
    return env;
}

static void fill(umi_value *slots, bool known)
{
    static const umi_value items[] = {{.kind = UMI_KIND_INT, .i = 2}};
    for (uint32_t k = 0; k < FACTS; k++)
        slots[k] = umi_value_unknown(k);
    if (!known)
        return;
    slots[0] = umi_value_bool(true);
    slots[1] = umi_value_int(7);
    slots[2] = umi_value_decimal(UMI_KIND_DECIMAL, (umi_decimal){-5, 2});
    slots[3] = umi_value_decimal(UMI_KIND_RATE, (umi_decimal){35, 100});
    slots[4] = umi_value_money((umi_money){150000050});
    slots[5] = umi_value_day((umi_day){20000});
    slots[6] = umi_value_string((umi_text){"tani", 4});
    slots[7] = umi_value_enum(&sectors, 1);
    slots[8] = (umi_value){.kind = UMI_KIND_LIST, .list = {items, 1}};
}

static umi_value
run(const umi_expr *e, const umi_value *slots, umi_arena *arena)
{
    umi_program *p = NULL;
    umi_program_source s = {.roots = (const umi_node *const *)&e->root,
                            .root_count = 1};
    umi_status rc = umi_program_build(&p, arena, &s, NULL);
    assert(rc == UMI_OK);
    umi_value *scratch =
        umi_arena_array(arena, umi_program_scratch(p), sizeof *scratch);
    rc = umi_program_run(p, slots, scratch, arena);
    assert(rc == UMI_OK);
    umi_value v = *umi_program_result(p, slots, scratch, 0);
    if (v.state == UMI_ERROR)
        assert(umi_program_origin(p, &v) != NULL);
    return v;
}

static void shown(const umi_value *v)
{
    umi_buf b = {0};
    umi_buf_value(&b, v);
    umi_buf_value_show(&b, v, UMI_LANG_ID);
    assert(!b.failed);
    umi_buf_free(&b);
}

static void told(const umi_expr_log *log, size_t size)
{
    assert(log->errors > 0);
    for (const umi_expr_problem *p = log->first; p != NULL; p = p->next) {
        assert(p->offset <= size && p->length <= size - p->offset);
        assert(umi_code_find(p->code) != NULL && p->message[0] != '\0');
        assert(umi_text_utf8(umi_text_of(p->message)));
    }
}

/* bool(), int() and date() of a text the model does not know. */
static bool reads_text(const umi_node *n)
{
    bool reads =
        n->op == UMI_OP_CALL && n->count == 1 &&
        (n->fn == UMI_FN_BOOL || n->fn == UMI_FN_INT || n->fn == UMI_FN_DATE);
    for (uint32_t i = 0; i < n->count && !reads; i++)
        reads = reads_text(n->args[i]);
    return reads;
}

static void
compared(const umi_expr *e, const umi_value *slots, umi_arena *arena)
{
    umi_value got = run(e, slots, arena);
    shown(&got);
    if (reads_text(e->root))
        return;
    umi_value want = model_eval(e->root, slots, NULL, arena);
    assert(got.state == want.state);
    if (got.state == UMI_KNOWN)
        assert(got.kind == want.kind && umi_value_equal(&got, &want));
    else if (got.state == UMI_ERROR)
        assert(got.fault == want.fault);
    else
        assert(memcmp(got.unknown, want.unknown, sizeof got.unknown) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_arena *arena = umi_arena_new();
    umi_text text = {(const char *)data, size};
    umi_value slots[FACTS];
    assert(arena != NULL);
    umi_expr *e = NULL;
    umi_env *env = names(arena);
    umi_expr_log log = {.arena = arena};
    if (umi_expr_parse(&e, arena, text, &log) != UMI_OK) {
        told(&log, size);
    } else {
        umi_expr *raw = NULL;
        umi_expr_log second = {.arena = arena};
        umi_status rc = umi_expr_parse(&raw, arena, text, &second);
        assert(rc == UMI_OK);
        bool typed = umi_expr_check(e, env, NULL, &log) == UMI_OK;
        bool bound = umi_expr_bind(raw, env, &second) == UMI_OK;
        assert(bound || !typed); /* what is typed is bound */
        if (!typed)
            told(&log, size);
        for (int known = 0; known < 2; known++) {
            fill(slots, known);
            if (typed)
                compared(e, slots, arena);
            if (bound) {
                umi_value v = run(raw, slots, arena);
                shown(&v);
            }
        }
    }
    umi_arena_free(arena);
    return 0;
}
