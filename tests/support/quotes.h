/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_QUOTES_H
#define UMI_TESTS_SUPPORT_QUOTES_H

/** @file Quotes asked for with a calendar of Sundays and one long holiday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/io/quote_json.h"
#include "tests/support/answers.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A calendar of Sundays and one long holiday. */
static const umi_day holidays[] = {{20178}, {20179}, {20180}, {20181},
                                   {20182}, {20183}}; /* 2025-03-31 .. */
static const umi_calendar sundays = {
    {"sundays", 7}, 1 << 6, holidays, COUNT(holidays)};

static inline const umi_calendar *find_calendar(void *self, umi_text name)
{
    (void)self;
    return umi_text_is(name, "sundays") ? &sundays : NULL;
}

static const umi_terms_bind_opts opts = {umi_quote_extra, find_calendar, NULL};

static inline umi_status
ask(umi_arena *arena, umi_text line, umi_buf *out, umi_error *err)
{
    out->len = 0;
    return umi_quote_answer(out, line, &opts, arena, err);
}

#define LENT "'principal':'1000','disbursed':'2025-01-01',"

#endif
