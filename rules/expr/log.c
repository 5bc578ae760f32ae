/* SPDX-License-Identifier: MIT */
#include "rules/expr/expr_int.h"

#include <stdarg.h>
#include <stdio.h>

UMI_PRINTF(2, 0)
static const char *format(umi_expr_log *log, const char *fmt, va_list args)
{
    char text[256];
    int n = vsnprintf(text, sizeof text, umi_tr(log->lang, fmt), args);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len >= sizeof text) /* cut between characters, not within one */
        for (len = sizeof text - 1;
             len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;)
            len--;
    return umi_arena_copy(log->arena, text, len);
}

UMI_PRINTF(5, 0)
static umi_expr_problem *add(umi_expr_log *log,
                             bool warning,
                             const char *code,
                             umi__span at,
                             const char *fmt,
                             va_list args)
{
    umi_expr_problem *p = umi_arena_alloc(log->arena, sizeof *p);
    const char *message = format(log, fmt, args);
    *(warning ? &log->warnings : &log->errors) += 1;
    if (p == NULL || message == NULL) {
        log->nomem = true;
        return NULL;
    }
    *p = (umi_expr_problem){.code = code,
                            .warning = warning,
                            .offset = at.offset,
                            .length = at.length,
                            .message = message};
    if (log->last != NULL)
        log->last->next = p;
    else
        log->first = p;
    log->last = p;
    return p;
}

umi_expr_problem *umi__expr_error(
    umi_expr_log *log, const char *code, umi__span at, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    umi_expr_problem *p = add(log, false, code, at, fmt, args);
    va_end(args);
    return p;
}

umi_expr_problem *umi__expr_warning(
    umi_expr_log *log, const char *code, umi__span at, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    umi_expr_problem *p = add(log, true, code, at, fmt, args);
    va_end(args);
    return p;
}

void umi__expr_help(umi_expr_log *log,
                    umi_expr_problem *p,
                    const char *fmt,
                    ...)
{
    if (p == NULL)
        return;
    va_list args;
    va_start(args, fmt);
    p->help = format(log, fmt, args);
    va_end(args);
    log->nomem |= p->help == NULL;
}

umi_status umi_expr_fail(umi_error *err, const umi_expr_log *log)
{
    const umi_expr_problem *p = log->first;
    while (p != NULL && p->warning)
        p = p->next;
    if (log->nomem || p == NULL)
        return umi_fail_memory(err);
    umi_status rc =
        umi_fail_code(err, UMI_EINVAL, p->code, "expr", "%s%s%s", p->message,
                      p->help ? "; " : "", p->help ? p->help : "");
    umi_error_at(err, NULL, 0, (int64_t)p->offset + 1);
    return rc;
}
