/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_EXPR_WORLD_H
#define UMI_TESTS_SUPPORT_EXPR_WORLD_H

/** @file A small world of facts for expressions: one of each kind by its letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/expr/program.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- a small world ----------------------------------------------------- */

static const umi_text members[] = {{"tani", 4}, {"kebun", 5}, {"ikan", 4}};
static const umi_enum sectors = {members, COUNT(members)};
static const umi_type int_type = {UMI_KIND_INT, NULL, NULL};

/* One fact of each kind by its letter, and a second bool and int. */
static const struct {
    const char *name;
    umi_type type;
    umi_name_kind kind;
} names[] = {
    {"b", {UMI_KIND_BOOL, NULL, NULL}, UMI_NAME_FACT},
    {"i", {UMI_KIND_INT, NULL, NULL}, UMI_NAME_FACT},
    {"q", {UMI_KIND_DECIMAL, NULL, NULL}, UMI_NAME_FACT},
    {"r", {UMI_KIND_RATE, NULL, NULL}, UMI_NAME_FACT},
    {"m", {UMI_KIND_MONEY, NULL, NULL}, UMI_NAME_FACT},
    {"d", {UMI_KIND_DATE, NULL, NULL}, UMI_NAME_FACT},
    {"s", {UMI_KIND_STRING, NULL, NULL}, UMI_NAME_FACT},
    {"e", {UMI_KIND_ENUM, &sectors, NULL}, UMI_NAME_FACT},
    {"l", {UMI_KIND_LIST, NULL, &int_type}, UMI_NAME_FACT},
    {"slik_grade", {UMI_KIND_INT, NULL, NULL}, UMI_NAME_FACT},
    {"slik_paid", {UMI_KIND_BOOL, NULL, NULL}, UMI_NAME_FACT},
    {"sector", {UMI_KIND_ENUM, &sectors, NULL}, UMI_NAME_FACT},
    {"a.b.c", {UMI_KIND_STRING, NULL, NULL}, UMI_NAME_FACT},
    {"today", {UMI_KIND_DATE, NULL, NULL}, UMI_NAME_INPUT},
    {"any", {UMI_KIND_ANY, NULL, NULL}, UMI_NAME_FACT},
    {"param.max", {UMI_KIND_MONEY, NULL, NULL}, UMI_NAME_PARAM},
    {"param.late", {UMI_KIND_MONEY, NULL, NULL}, UMI_NAME_PARAM},
};

enum {
    NAMES = COUNT(names)
};
static const char letters[] = "biqrmdsel";

typedef struct world {
    umi_arena *arena;
    umi_env *env;
    umi_value slots[NAMES], params[NAMES];
    umi_expr_log log;
} world;

static inline world build(void)
{
    static const umi_value items[] = {{.kind = UMI_KIND_INT, .i = 3},
                                      {.kind = UMI_KIND_INT, .i = 5}};
    world w = {.arena = umi_arena_new()};
    w.env = umi_env_new(w.arena);
    for (uint32_t k = 0; k < NAMES; k++) {
        umi_name n = {umi_text_of(names[k].name), names[k].kind, names[k].type,
                      k, 0};
        assert_int_equal(umi_env_add(w.env, n), UMI_OK);
        w.slots[k] = umi_value_unknown(k);
    }
    w.slots[0] = umi_value_bool(true);
    w.slots[1] = umi_value_int(3);
    w.slots[2] = umi_value_decimal(UMI_KIND_DECIMAL, (umi_decimal){5, 2});
    w.slots[3] = umi_value_decimal(UMI_KIND_RATE, (umi_decimal){35, 100});
    w.slots[4] = umi_value_money((umi_money){150000050});
    w.slots[5] = umi_value_day((umi_day){20000});
    w.slots[6] = umi_value_string((umi_text){"tani", 4});
    w.slots[7] = umi_value_enum(&sectors, 0);
    w.slots[8] = (umi_value){.kind = UMI_KIND_LIST, .list = {items, 2}};
    w.slots[13] = umi_value_day((umi_day){20500});
    for (uint32_t k = 0; k < NAMES; k++)
        w.params[k] = umi_value_fault(UMI_FAULT_PARAM);
    w.params[15] = umi_value_money((umi_money){100 * 20000000});
    return w;
}

static inline void forget(world *w)
{
    umi_arena_free(w->arena);
}

static inline umi_expr *parsed(world *w, const char *text)
{
    umi_expr *e = NULL;
    w->log = (umi_expr_log){.arena = w->arena};
    if (umi_expr_parse(&e, w->arena, umi_text_of(text), &w->log) != UMI_OK)
        return NULL;
    return e;
}

/* NULL when refused; w->log then tells. */
static inline umi_expr *checked(world *w, const char *text)
{
    umi_expr *e = parsed(w, text);
    if (e == NULL || umi_expr_check(e, w->env, NULL, &w->log) != UMI_OK)
        return NULL;
    return e;
}

static inline umi_value result(world *w, const umi_expr *e)
{
    umi_program *p;
    umi_program_source s = {.roots = (const umi_node *const *)&e->root,
                            .root_count = 1,
                            .params = w->params};
    assert_int_equal(umi_program_build(&p, w->arena, &s, NULL), UMI_OK);
    umi_value *scratch =
        umi_arena_array(w->arena, umi_program_scratch(p), sizeof *scratch);
    assert_int_equal(umi_program_run(p, w->slots, scratch, w->arena), UMI_OK);
    return *umi_program_result(p, w->slots, scratch, 0);
}

static inline umi_value value_of(world *w, const char *text)
{
    umi_expr *e = checked(w, text);
    if (e == NULL)
        fail_msg("%s: %s", text, w->log.first->message);
    return result(w, e);
}

/* "true", "2.5", "?" for unknown, "E202". */
static inline void expect(world *w, const char *text, const char *want)
{
    umi_value v = value_of(w, text);
    umi_buf b = {0};
    if (v.state == UMI_UNKNOWN)
        umi_buf_putc(&b, '?');
    else if (v.state == UMI_ERROR)
        umi_buf_puts(&b, umi_fault_code((umi_fault)v.fault));
    else
        umi_buf_value(&b, &v);
    umi_buf_putc(&b, '\0');
    if (strcmp(b.ptr, want) != 0)
        fail_msg("%s gives %s, not %s", text, b.ptr, want);
    umi_buf_free(&b);
}

#endif
