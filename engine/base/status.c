/* SPDX-License-Identifier: MIT */
#include "engine/base/status.h"

#include "engine/base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int exit_code;
    const char *code;
} statuses[] = {
#define X(name, exit_code, code, text) {exit_code, code},
    UMI_STATUS_LIST(X)
#undef X
};

static const umi_code codes[] = {
#define X(name, exit_code, code, text) {code, text},
    UMI_STATUS_LIST(X)
#undef X
#define X(code, text) {code, text},
#include "engine/base/code.def"
#undef X
};

UMI_PRINTF(5, 0)
static void fill(umi_error *err,
                 umi_status status,
                 const char *code,
                 const char *field,
                 const char *fmt,
                 va_list args)
{
    *err = (umi_error){.lang = err->lang, .status = status};
    (void)snprintf(err->code, sizeof err->code, "%s", code);
    (void)snprintf(err->field, sizeof err->field, "%s", field);
    (void)vsnprintf(err->message, sizeof err->message, umi_tr(err->lang, fmt),
                    args);
    umi_text_clean(err->field);
    umi_text_clean(err->message);
}

umi_status umi_fail(
    umi_error *err, umi_status status, const char *field, const char *fmt, ...)
{
    assert(status != UMI_OK && field != NULL);
    if (err == NULL)
        return status;
    va_list args;
    va_start(args, fmt);
    fill(err, status, umi_status_code(status), field, fmt, args);
    va_end(args);
    return status;
}

umi_status umi_fail_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

umi_status umi_fail_code(umi_error *err,
                         umi_status status,
                         const char *code,
                         const char *field,
                         const char *fmt,
                         ...)
{
    assert(status != UMI_OK && field != NULL);
    if (err == NULL)
        return status;
    va_list args;
    va_start(args, fmt);
    fill(err, status, code, field, fmt, args);
    va_end(args);
    return status;
}

void umi_error_at(umi_error *err, const char *file, int64_t line, int64_t col)
{
    if (err == NULL)
        return;
    (void)snprintf(err->file, sizeof err->file, "%s", file ? file : "");
    umi_text_clean(err->file);
    err->line = line;
    err->column = col;
}

const char *umi_error_tr(const umi_error *err, const char *english)
{
    return umi_tr(err != NULL ? err->lang : UMI_LANG_EN, english);
}

void umi_error_clear(umi_error *err)
{
    if (err != NULL)
        *err = (umi_error){.lang = err->lang};
}

int umi_status_exit(umi_status status)
{
    assert((size_t)status < sizeof statuses / sizeof *statuses);
    return statuses[status].exit_code;
}

const char *umi_status_code(umi_status status)
{
    assert((size_t)status < sizeof statuses / sizeof *statuses);
    return statuses[status].code;
}

const umi_code *umi_code_all(size_t *n)
{
    *n = sizeof codes / sizeof *codes;
    return codes;
}

const umi_code *umi_code_find(const char *code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(codes[i].code, code) == 0)
            return &codes[i];
    return NULL;
}
