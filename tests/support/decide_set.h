/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_DECIDE_SET_H
#define UMI_TESTS_SUPPORT_DECIDE_SET_H

/** @file Rule sets in a few lines, and what is decided of somebody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/decision.h"
#include "rules/set/data.h"

static const char head[] =
    "format: eligibility/1\n"
    "ruleset: {id: t, version: '1', timezone: Asia/Jakarta}\n"
    "effective: {from: '2025-01-01'}\n"
    "languages: [id, en]\n"
    "legal: {L: {title: An act}}\n";

static const char one_product[] =
    "products: {P: {channel: X, max: 'param.zero'}}\n"
    "routing: {hit: first, rows: [{when: 'true', order: [P]}]}\n";

static const char zero[] =
    "params:\n"
    "  zero: {type: money, values: [{from: '2000-01-01', value: '0', legal: "
    "L}]}\n";

typedef struct set {
    umi_ruleset *rs;
    umi_decider *d;
    umi_value facts[UMI_FACTS_MAX];
} set;

static inline umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

/* The sections @p more behind the head, decided on 2026-11-21. */
static inline set make(const char *more)
{
    set s = {0};
    umi_buf b = {0};
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_buf_puts(&b, head);
    umi_buf_puts(&b, more);
    umi_status rc = umi_ruleset_load(&s.rs, "t.yaml", umi_buf_as_text(&b), &p);
    if (rc != UMI_OK) {
        umi_buf told = {0};
        umi_problems_print(&told, &p, umi_buf_as_text(&b));
        fail_msg("%.*s", (int)told.len, told.ptr);
    }
    umi_buf_free(&b);
    umi_arena_free(arena);
    rc = umi_decider_new(&s.d, s.rs, day("2026-11-21"), NULL);
    assert_int_equal(rc, UMI_OK);
    umi_facts_clear(s.facts, s.rs);
    return s;
}

static inline set make_with(const char *a, const char *b, const char *c)
{
    umi_buf text = {0};
    umi_buf_puts(&text, a);
    umi_buf_puts(&text, b);
    umi_buf_puts(&text, c);
    umi_buf_putc(&text, '\0');
    set s = make(text.ptr);
    umi_buf_free(&text);
    return s;
}

static inline set shipped(void)
{
    set s = {0};
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, f->name);
    umi_text text = {f->text, f->size};
    assert_int_equal(umi_ruleset_load(&s.rs, f->name, text, &p), UMI_OK);
    umi_arena_free(arena);
    assert_int_equal(umi_decider_new(&s.d, s.rs, day("2026-11-21"), NULL),
                     UMI_OK);
    umi_facts_clear(s.facts, s.rs);
    return s;
}

static inline void drop(set *s)
{
    umi_decider_free(s->d);
    umi_ruleset_free(s->rs);
}

/* "name=value name=value": set these facts. */
static inline void know(set *s, const char *facts)
{
    while (*facts != '\0') {
        const char *is = strchr(facts, '=');
        assert_non_null(is);
        const char *end = is + strcspn(is, " ");
        umi_text name = {facts, (size_t)(is - facts)};
        umi_text value = {is + 1, (size_t)(end - is - 1)};
        umi_error err = {0};
        if (umi_fact_set(s->facts, s->rs, name, value, &err) != UMI_OK)
            fail_msg("%s: %s", err.field, err.message);
        facts = end + (*end == ' ');
    }
}

static inline const umi_decision *decide(set *s)
{
    const umi_decision *d = NULL;
    assert_int_equal(umi_decide(&d, s->d, s->facts, NULL), UMI_OK);
    return d;
}

static inline char *json(const umi_decision *d, unsigned show)
{
    umi_buf b = {0};
    umi_decision_write_json(&b, d, UMI_TEXT("A\"1"), show);
    umi_buf_putc(&b, '\0');
    assert_false(b.failed);
    return b.ptr;
}

#endif
