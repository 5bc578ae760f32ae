/* SPDX-License-Identifier: MIT */
#include "rules/set/problem.h"

#include "rules/expr/expr.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

umi_problems umi_problems_new(umi_arena *arena, umi_lang lang, const char *file)
{
    return (umi_problems){.arena = arena, .lang = lang, .file = file};
}

/* --- adding -------------------------------------------------------------- */

static const char *keep(umi_problems *p, const char *text)
{
    const char *copy = umi_arena_copy(p->arena, text, strlen(text));
    p->failed |= copy == NULL;
    return copy == NULL ? "" : copy;
}

/* A value in a message may carry what would break the line. */
static void one_line(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = ' ';
}

UMI_PRINTF(3, 0)
static const char *
say(umi_problems *p, size_t cut, const char *fmt, va_list args)
{
    char text[512];
    (void)vsnprintf(text, cut < sizeof text ? cut : sizeof text,
                    umi_tr(p->lang, fmt), args);
    one_line(text);
    return keep(p, text);
}

static uint32_t number_of(const umi_problems *p, umi_at at)
{
    return at.file != 0 ? at.file : p->inside;
}

const char *umi__problem_file(const umi_problems *p, umi_at at)
{
    uint32_t n = number_of(p, at);
    return n == 0 ? p->file : p->others[n - 1].name;
}

void umi__problem(
    umi_problems *p, umi_at at, const char *code, const char *fmt, ...)
{
    bool warning = strncmp(code, "W-", 2) == 0;
    size_t kept = p->errors + p->warnings;
    *(warning ? &p->warnings : &p->errors) += 1;
    p->kept = false;
    if (kept >= UMI_PROBLEMS_MAX)
        return;
    umi_problem *new = umi_arena_alloc(p->arena, sizeof *new);
    if (new == NULL) {
        p->failed = true;
        return;
    }
    va_list args;
    va_start(args, fmt);
    new->message = say(p, SIZE_MAX, fmt, args);
    va_end(args);
    (void)snprintf(new->code, sizeof new->code, "%s", code);
    new->at = at;
    new->file = umi__problem_file(p, at);
    if (number_of(p, at) != 0)
        new->text = p->others[number_of(p, at) - 1].text;
    new->path = "";
    *(p->first == NULL ? &p->first : &p->last->next) = new;
    p->last = new;
    p->kept = true;
}

void umi__problem_help(umi_problems *p, const char *fmt, ...)
{
    if (!p->kept)
        return;
    va_list args;
    va_start(args, fmt);
    p->last->help = say(p, SIZE_MAX, fmt, args);
    va_end(args);
}

void umi__problem_path(umi_problems *p, const char *path)
{
    if (p->kept)
        p->last->path = keep(p, path);
}

void umi__problem_width(umi_problems *p, size_t characters)
{
    if (p->kept)
        p->last->width = (uint32_t)(characters > 1000 ? 1000 : characters);
}

void umi__problem_other(umi_problems *p, umi_at at)
{
    if (!p->kept)
        return;
    p->last->other = at;
    p->last->other_file = umi__problem_file(p, at);
}

void umi__problem_witness(umi_problems *p, umi_day on, umi_text application)
{
    if (!p->kept)
        return;
    p->last->on = on;
    p->last->witness =
        umi_arena_copy(p->arena, application.ptr, application.len);
    p->failed |= p->last->witness == NULL;
}

/* --- suggestions --------------------------------------------------------- */

const umi_text *umi_suggest(umi_text wrong, const umi_text *names, size_t n)
{
    int i = umi_text_near(wrong, names, n);
    return i < 0 ? NULL : &names[i];
}

/* --- reading out --------------------------------------------------------- */

static bool before(const umi_problem *a, const umi_problem *b)
{
    int file = strcmp(a->file, b->file);
    if (file != 0)
        return file < 0;
    return a->at.line != b->at.line ? a->at.line < b->at.line
                                    : a->at.column < b->at.column;
}

void umi_problems_sort(umi_problems *p)
{
    umi_problem *sorted = NULL;
    while (p->first != NULL) {
        umi_problem *one = p->first, **place = &sorted;
        p->first = one->next;
        while (*place != NULL && !before(one, *place))
            place = &(*place)->next;
        one->next = *place;
        *place = one;
    }
    p->first = p->last = sorted;
    while (p->last != NULL && p->last->next != NULL)
        p->last = p->last->next;
}

static umi_text line_at(umi_text source, umi_at at)
{
    size_t from = at.offset < source.len ? at.offset : source.len, to = from;
    while (from > 0 && source.ptr[from - 1] != '\n')
        from--;
    while (to < source.len && source.ptr[to] != '\n')
        to++;
    return umi_text_trim((umi_text){source.ptr + from, to - from});
}

/* The line concerned without its indentation, and carets below it. */
static void print_line(umi_buf *b, const umi_problem *q, umi_text source)
{
    umi_text line = line_at(source, q->at);
    if (line.len == 0 || line.len > 200 || !umi_text_utf8(line) ||
        source.ptr + q->at.offset < line.ptr)
        return;
    size_t lead = (size_t)(source.ptr + q->at.offset - line.ptr);
    if (lead > line.len)
        return;
    size_t room = umi_text_points((umi_text){line.ptr + lead, line.len - lead});
    umi_buf_puts(b, "    ");
    umi_buf_text(b, line);
    umi_buf_puts(b, "\n    ");
    for (size_t i = umi_text_points((umi_text){line.ptr, lead}); i > 0; i--)
        umi_buf_putc(b, ' ');
    umi_buf_putc(b, '^');
    for (size_t i = 1; i < q->width && i < room; i++)
        umi_buf_putc(b, '^');
    umi_buf_putc(b, '\n');
}

static void print_one(umi_buf *b, const umi_problem *q, umi_text source)
{
    umi_buf_puts(b, q->file);
    if (q->at.line != 0)
        umi_buf_printf(b, ":%u:%u", q->at.line, q->at.column);
    umi_buf_printf(b, ": %s: ", q->code);
    if (q->path[0] != '\0')
        umi_buf_printf(b, "%s: ", q->path);
    umi_buf_printf(b, "%s\n", q->message);
    if (q->at.line != 0 && source.ptr != NULL)
        print_line(b, q, q->text.ptr != NULL ? q->text : source);
    if (q->help != NULL)
        umi_buf_printf(b, "    %s\n", q->help);
    if (q->witness != NULL) {
        umi_buf_puts(b, "    --on ");
        umi_buf_day(b, q->on);
        umi_buf_printf(b, " %s\n", q->witness);
    }
}

void umi_problems_print(umi_buf *b, const umi_problems *p, umi_text source)
{
    size_t kept = 0;
    for (const umi_problem *q = p->first; q != NULL; q = q->next, kept++)
        print_one(b, q, source);
    if (p->errors + p->warnings > kept)
        umi_buf_printf(b, umi_tr(p->lang, "%s: and %zu more\n"), p->file,
                       p->errors + p->warnings - kept);
}

static void
json_place(umi_json_out *w, const char *key, umi_at at, uint32_t add)
{
    umi_json_key(w, key);
    umi_json_open(w, '{');
    umi_json_put_int(w, "line", at.line == 0 ? 0 : at.line - 1);
    umi_json_put_int(w, "character",
                     (at.column == 0 ? 0 : at.column - 1) + add);
    umi_json_close(w, '}');
}

static void json_range(umi_json_out *w,
                       const char *key,
                       const char *file,
                       umi_at at,
                       uint32_t wide)
{
    umi_json_key(w, key);
    umi_json_open(w, '{');
    if (file != NULL) {
        umi_json_put_str(w, "file", file);
    }
    json_place(w, "start", at, 0);
    json_place(w, "end", at, wide);
    umi_json_close(w, '}');
}

static void json_one(umi_json_out *w, const umi_problem *q)
{
    umi_json_open(w, '{');
    umi_json_put_str(w, "file", q->file);
    umi_json_put_int(w, "line", q->at.line);
    umi_json_put_int(w, "column", q->at.column);
    umi_json_put_str(w, "code", q->code);
    umi_json_put_str(w, "severity", q->code[0] == 'W' ? "warning" : "error");
    umi_json_put_str(w, "path", q->path);
    umi_json_put_str(w, "message", q->message);
    umi_json_put_str(w, "help", q->help);
    json_range(w, "range", NULL, q->at, q->width);
    if (q->other.line != 0)
        json_range(w, "related", q->other_file, q->other, 0);
    if (q->witness != NULL) {
        umi_json_put_day(w, "on", q->on);
        umi_json_key(w, "witness");
        umi_buf_puts(w->buf, q->witness); /* JSON already */
        w->comma = true;
    }
    umi_json_close(w, '}');
}

void umi_problems_json(umi_json_out *w, const umi_problems *p)
{
    umi_json_open(w, '[');
    for (const umi_problem *q = p->first; q != NULL; q = q->next)
        json_one(w, q);
    umi_json_close(w, ']');
}

umi_status umi_problems_status(const umi_problems *p, umi_error *err)
{
    if (p->failed)
        return umi_fail(err, UMI_ENOMEM, "",
                        "no memory for a list of problems");
    if (p->errors == 0)
        return UMI_OK;
    const umi_problem *q = p->first;
    while (q != NULL && q->code[0] == 'W')
        q = q->next;
    if (q == NULL) /* fifty warnings stand before the first error */
        return umi_fail(err, UMI_ESYNTAX, "", "%zu problems in the file",
                        p->errors);
    umi_status rc =
        umi_fail_code(err, UMI_ESYNTAX, q->code, q->path, "%s", q->message);
    umi_error_at(err, q->file, q->at.line, q->at.column);
    return rc;
}

umi_status umi__problems_since(const umi_problems *p, size_t errors)
{
    if (p->failed)
        return UMI_ENOMEM;
    return p->errors == errors ? UMI_OK : UMI_ESYNTAX;
}
