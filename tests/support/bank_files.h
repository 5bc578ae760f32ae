/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_BANK_FILES_H
#define UMI_TESTS_SUPPORT_BANK_FILES_H

/** @file Statements read from a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/bank/statement.h"
#include "tests/support/files.h"

#define VECTORS "tests/vectors/bank"

static inline umi_status
parse(umi_bank_file **out, const char *format, umi_text t)
{
    umi_bank_options o = {.lang = UMI_LANG_EN};
    assert_true(umi_bank_format_parse(&o.format, umi_text_of(format)));
    return umi_bank_parse(out, t, &o, NULL);
}

static inline const umi_bank_check *check(const umi_bank_statement *s,
                                          const char *code)
{
    for (size_t i = 0; i < s->check_count; i++)
        if (strcmp(s->checks[i].code, code) == 0)
            return &s->checks[i];
    return NULL;
}

static inline bool
warned(const umi_bank_file *f, const char *code, int64_t line)
{
    for (size_t i = 0; i < f->warning_count; i++)
        if (strcmp(f->warnings[i].code, code) == 0 &&
            f->warnings[i].line == line)
            return true;
    return false;
}

static inline void put_figure(umi_buf *b, umi_bank_figure f)
{
    if (f.known)
        umi_buf_money(b, f.amount);
    else
        umi_buf_puts(b, "null");
}

/* A statement as the index writes it. */
static inline void summary(umi_buf *b, const umi_bank_statement *s)
{
    static const char *const words[] = {"null", "true", "false"};
    umi_money sum = {0};
    for (size_t i = 0; i < s->line_count; i++)
        assert_true(umi_money_add(&sum, sum, s->lines[i].amount));
    umi_buf_text(b, s->account.len > 0 ? s->account : UMI_TEXT("-"));
    umi_buf_puts(b, " opening ");
    put_figure(b, s->opening);
    umi_buf_puts(b, " closing ");
    put_figure(b, s->closing);
    umi_buf_printf(b, " lines %zu sum ", s->line_count);
    umi_buf_money(b, sum);
    umi_buf_printf(b, " continuity %s", words[check(s, "continuity")->ok]);
}

static inline void assert_day(umi_day d, const char *text)
{
    char got[UMI_DAY_TEXT];
    umi_day_write(got, d);
    assert_string_equal(got, text);
}

static inline void assert_text(umi_text t, const char *expected)
{
    if (expected == NULL)
        assert_null(t.ptr);
    else if (!umi_text_is(t, expected))
        fail_msg("got '%.*s', not '%s'", (int)t.len, t.ptr, expected);
}

#endif
