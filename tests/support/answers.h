/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_ANSWERS_H
#define UMI_TESTS_SUPPORT_ANSWERS_H

/** @file Comparing JSON answers with what a published case expects. */
#include <stdio.h>

#include "engine/base/json.h"

/** A line in which ' stands for ", as JSON. */
static inline umi_text answer_line(umi_arena *arena, const char *line)
{
    char *copy = umi_arena_copy(arena, line, strlen(line));
    for (char *p = copy; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    return umi_text_of(copy);
}

static inline umi_text answer_text(umi_arena *arena, const umi_json *v)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    umi_json_value(&w, v);
    char *copy = umi_arena_copy(arena, b.ptr, b.len);
    umi_text t = {copy, b.len};
    umi_buf_free(&b);
    return t;
}

static inline bool
answer_same(umi_arena *arena, const umi_json *a, const umi_json *b)
{
    return a != NULL && b != NULL &&
           umi_text_eq(answer_text(arena, a), answer_text(arena, b));
}

static inline const umi_json *answer_row(const umi_json *rows, umi_text n)
{
    for (const umi_json *r = rows ? rows->first : NULL; r != NULL; r = r->next)
        if (umi_text_eq(umi_json_get(r, "n")->text, n))
            return r;
    return NULL;
}

/** Whether every key of the object @p want is the same in @p got. */
static inline bool
answer_holds(umi_arena *arena, const umi_json *want, const umi_json *got)
{
    for (const umi_json *k = want->first; k != NULL; k = k->next) {
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", UMI_SHOW(k->key));
        if (got == NULL || !answer_same(arena, k, umi_json_get(got, name)))
            return false;
    }
    return true;
}

/** Whether @p got has what @p expect names: rows by their n, a count of rows,
 * an error by its field, totals by key, all else as it stands. */
static inline bool
answer_fits(umi_arena *arena, const umi_json *expect, const umi_json *got)
{
    const umi_json *rows = umi_json_get(got, "rows");
    const umi_json *error = umi_json_get(expect, "error");
    if (error != NULL)
        return answer_holds(arena, error, umi_json_get(got, "error"));
    for (const umi_json *k = expect->first; k != NULL; k = k->next) {
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", UMI_SHOW(k->key));
        int64_t n;
        if (umi_text_is(k->key, "count")) {
            if (!umi_text_int(k->text, 0, 1 << 20, &n) || rows == NULL ||
                rows->count != n)
                return false;
        } else if (umi_text_is(k->key, "rows")) {
            for (const umi_json *r = k->first; r != NULL; r = r->next)
                if (!answer_holds(arena, r,
                                  answer_row(rows, umi_json_get(r, "n")->text)))
                    return false;
        } else if (umi_text_is(k->key, "totals")) {
            if (!answer_holds(arena, k, umi_json_get(got, "totals")))
                return false;
        } else if (!answer_same(arena, k, umi_json_get(got, name))) {
            return false;
        }
    }
    return true;
}

#endif
