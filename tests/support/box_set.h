/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_BOX_SET_H
#define UMI_TESTS_SUPPORT_BOX_SET_H

/** @file Rule sets in a few lines, and what the analysis finds in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/box.h"

typedef struct analysed {
    umi_arena *arena;
    umi_ruleset *rs;
    umi_problems problems; /* those of the analysis alone */
    umi_box_report report;
} analysed;

static inline void fail_with(const umi_problems *p, umi_text text)
{
    umi_buf told = {0};
    umi_problems_print(&told, p, text);
    umi_buf_text(&told, text);
    fail_msg("%.*s", (int)told.len, told.ptr);
}

static inline analysed analyse(umi_text text)
{
    analysed a = {.arena = umi_arena_new()};
    umi_problems p = umi_problems_new(a.arena, UMI_LANG_EN, "t.yaml");
    if (umi_ruleset_load(&a.rs, "t.yaml", text, &p) != UMI_OK)
        fail_with(&p, text);
    a.problems = umi_problems_new(a.arena, UMI_LANG_EN, "t.yaml");
    umi_status rc = umi_ruleset_analyse(&a.report, a.rs, &a.problems, NULL);
    assert_int_equal(rc, UMI_OK);
    return a;
}

static inline void drop(analysed *a)
{
    umi_ruleset_free(a->rs);
    umi_arena_free(a->arena);
}

/* Line 6 is the first of @p facts; every fact, rule and row has one line. */
static const char head[] = "format: eligibility/1\n"
                           "ruleset: {id: t, version: '1', timezone: UTC}\n"
                           "effective: {from: '2025-01-01'}\n"
                           "languages: [id, en]\n"
                           "legal: {L: {title: An act}}\n"
                           "facts:\n";

static inline void put_rule(umi_buf *b,
                            int n,
                            const char *products,
                            const char *require,
                            const char *more)
{
    umi_buf_printf(b,
                   "  - {id: r%d, for: [%s], require: '%s', reason_code: C%d, "
                   "legal_basis: L, message: {id: x, en: x}, %s}\n",
                   n, products, require, n, more);
}

static inline bool told(const umi_problems *p, int line, const char *code)
{
    for (const umi_problem *q = p->first; q != NULL; q = q->next)
        if (q->at.line == (uint32_t)line && strcmp(q->code, code) == 0)
            return true;
    return false;
}

#endif
