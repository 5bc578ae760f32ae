/* SPDX-License-Identifier: MIT */
#include "rules/set/ruleset_format.h"

#include <string.h>

enum {
    FEW = 4,            /* keys of a map that is not filled up */
    KEY_MAX_BYTES = 256 /* YAML ends a key on one line at 1024, escapes too */
};

typedef struct comment {
    size_t begin, end; /* from '#' to the end of its line */
    bool alone;        /* nothing but blanks before it on its line */
} comment;

typedef struct layout {
    umi_buf *b;
    umi_text text;
    umi_arena *arena;
    comment *comments; /* ascending */
    size_t count, cap;
    size_t next;    /* the first comment that is not written yet */
    size_t pos;     /* bytes of the source that were searched for comments */
    size_t written; /* bytes of the source whose values are written */
    bool failed;
} layout;

static size_t start_of(const umi_yaml *n)
{
    return n->key.ptr != NULL ? n->key_at.offset : n->at.offset;
}

static size_t value_end(const layout *l, const umi_yaml *n)
{
    if (n->raw.ptr == NULL)
        return n->at.offset;
    return (size_t)(n->raw.ptr - l->text.ptr) + n->raw.len;
}

/* The first byte behind @p n; closing brackets may still follow. */
static size_t end_of(const layout *l, const umi_yaml *n)
{
    size_t end = n->at.offset + 1;
    if (n->kind == UMI_YAML_SCALAR)
        return value_end(l, n);
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        if (c->next == NULL)
            end = end_of(l, c);
    return end;
}

/* --- where the comments are --------------------------------------------- */

static void keep_comment(layout *l, comment c)
{
    if (l->count == l->cap) {
        size_t cap = l->cap == 0 ? 64 : l->cap * 2;
        comment *grown = umi_arena_array(l->arena, cap, sizeof *grown);
        if (grown == NULL) {
            l->failed = true;
            return;
        }
        if (l->count > 0)
            memcpy(grown, l->comments, l->count * sizeof *grown);
        l->comments = grown;
        l->cap = cap;
    }
    l->comments[l->count++] = c;
}

static bool blank_before(umi_text t, size_t at)
{
    while (at > 0 && (t.ptr[at - 1] == ' ' || t.ptr[at - 1] == '\t'))
        at--;
    return at == 0 || t.ptr[at - 1] == '\n';
}

/* Comments between the last value that was met and byte @p until. */
static void search(layout *l, size_t until)
{
    const char *s = l->text.ptr;
    for (size_t i = l->pos; i < until; i++) {
        if (s[i] != '#' ||
            (i > 0 && s[i - 1] != ' ' && s[i - 1] != '\t' && s[i - 1] != '\n'))
            continue;
        const char *nl = memchr(s + i, '\n', l->text.len - i);
        comment c = {.begin = i, .alone = blank_before(l->text, i)};
        c.end = nl != NULL ? (size_t)(nl - s) : l->text.len;
        keep_comment(l, c);
        i = c.end;
    }
    if (until > l->pos)
        l->pos = until;
}

/* The byte behind the key of @p n as it was written. */
static size_t key_end(const layout *l, const umi_yaml *n)
{
    size_t at = n->key_at.offset;
    if (n->key_style == UMI_YAML_PLAIN)
        return at + n->key.len;
    char quote = l->text.ptr[at];
    for (at++; at < l->text.len && l->text.ptr[at] != quote; at++)
        if (quote == '"' && l->text.ptr[at] == '\\')
            at++;
    return at + 1;
}

/* The end of the line on which the value of @p n begins. */
static size_t header_end(const layout *l, const umi_yaml *n)
{
    size_t at = n->at.offset;
    while (at < l->text.len && l->text.ptr[at] != '\n')
        at++;
    return at;
}

static void find_comments(layout *l, const umi_yaml *n)
{
    if (n->key.ptr != NULL) {
        search(l, n->key_at.offset);
        l->pos = key_end(l, n);
    }
    search(l, n->at.offset);
    if (n->style == UMI_YAML_LITERAL || n->style == UMI_YAML_FOLDED)
        search(l, header_end(l, n)); /* "| # why" */
    if (n->kind == UMI_YAML_SCALAR && value_end(l, n) > l->pos)
        l->pos = value_end(l, n);
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        find_comments(l, c);
}

/* --- values -------------------------------------------------------------- */

static void single_quoted(umi_buf *b, umi_text t)
{
    umi_buf_putc(b, '\'');
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '\'')
            umi_buf_putc(b, '\'');
        umi_buf_putc(b, t.ptr[i]);
    }
    umi_buf_putc(b, '\'');
}

static bool has(umi_text t, const char *any)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] != '\0' && strchr(any, t.ptr[i]) != NULL)
            return true;
    return false;
}

static void indent(umi_buf *b, size_t n)
{
    for (; n > 0; n--)
        umi_buf_putc(b, ' ');
}

/* A text of several lines that a literal block shows as it is. */
static bool literal(const umi_yaml *n)
{
    umi_text t = n->text;
    bool trails =
        t.len > 1 && t.ptr[t.len - 1] == '\n' && t.ptr[t.len - 2] == '\n';
    return has(t, "\n") && !has(t, "\r\t") && !trails && t.ptr[0] != ' ' &&
           t.ptr[0] != '\n' &&
           (n->style != UMI_YAML_DOUBLE || has(n->raw, "\n"));
}

static void double_quoted(umi_buf *b, umi_text t)
{
    umi_buf_putc(b, '"');
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        const char *escape = c == '\n'   ? "\\n"
                             : c == '\r' ? "\\r"
                             : c == '\t' ? "\\t"
                             : c == '"'  ? "\\\""
                             : c == '\\' ? "\\\\"
                                         : NULL;
        if (escape != NULL)
            umi_buf_puts(b, escape);
        else
            umi_buf_putc(b, c);
    }
    umi_buf_putc(b, '"');
}

/* Whether a plain text stays one where it stands in brackets, or at the very
 * beginning, where a byte-order mark and the marks of documents mean more. */
static bool plain(umi_text t)
{
    static const char *const marks[] = {"--", "..", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]);
        if (t.len >= n && memcmp(t.ptr, marks[i], n) == 0)
            return false;
    }
    return t.len > 0 && !umi_text_is(t, "-") &&
           !has(t, ",[]{}#:&*!|>?'\"%@`\n\r\t");
}

static void quoted(umi_buf *b, umi_text t)
{
    if (has(t, "\n\r\t"))
        double_quoted(b, t);
    else
        single_quoted(b, t);
}

/* A scalar on one line.  What was written plain stays so: quotes tell texts
 * from numbers. */
static void scalar(umi_buf *b, const umi_yaml *n)
{
    bool here = n->raw.ptr != NULL && !has(n->raw, "\n");
    if (n->style == UMI_YAML_PLAIN && n->text.len == 0 && n->key.ptr != NULL)
        return; /* nothing behind a key; in a list it would vanish */
    if ((n->style == UMI_YAML_PLAIN && plain(n->text)) ||
        (n->style == UMI_YAML_DOUBLE && here))
        umi_buf_text(b, n->style == UMI_YAML_PLAIN ? n->text : n->raw);
    else
        quoted(b, n->text);
}

static void key(umi_buf *b, const umi_yaml *n)
{
    if (n->key_style == UMI_YAML_PLAIN && plain(n->key))
        umi_buf_text(b, n->key);
    else
        quoted(b, n->key);
    umi_buf_putc(b, ':');
}

static void flow(umi_buf *b, const umi_yaml *n)
{
    if (n->kind == UMI_YAML_SCALAR) {
        scalar(b, n);
        return;
    }
    umi_buf_putc(b, n->kind == UMI_YAML_MAP ? '{' : '[');
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        if (c != n->first)
            umi_buf_puts(b, ", ");
        if (n->kind == UMI_YAML_MAP) {
            key(b, c);
            umi_buf_putc(b, ' ');
        }
        flow(b, c);
    }
    umi_buf_putc(b, n->kind == UMI_YAML_MAP ? '}' : ']');
}

static bool lines_inside(const umi_yaml *n)
{
    if (n->kind == UMI_YAML_SCALAR)
        return literal(n);
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        if (lines_inside(c))
            return true;
    return false;
}

static bool comment_inside(const layout *l, size_t begin, size_t end)
{
    return l->next < l->count && l->comments[l->next].begin < end &&
           l->comments[l->next].begin > begin;
}

/* Write @p n in brackets if that leaves the line in @p room columns. */
static bool try_flow(layout *l, const umi_yaml *n, size_t room)
{
    if (lines_inside(n) || (n->kind != UMI_YAML_SCALAR &&
                            comment_inside(l, start_of(n), end_of(l, n))))
        return false;
    size_t mark = l->b->len;
    flow(l->b, n);
    if (n->kind == UMI_YAML_SCALAR || n->count == 0 || l->b->failed ||
        umi_text_points((umi_text){l->b->ptr + mark, l->b->len - mark}) <= room)
        return true;
    l->b->len = mark;
    return false;
}

/* Lists, and maps of many facts, are filled up to the width; a short map is
 * read more easily with a line a key. */
static bool fills(const umi_yaml *n)
{
    if (n->kind == UMI_YAML_SCALAR ||
        (n->kind == UMI_YAML_MAP && n->count <= FEW))
        return false;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        if (c->kind != UMI_YAML_SCALAR)
            return false;
    return true;
}

static size_t line_width(const umi_buf *b)
{
    size_t from = b->len;
    while (from > 0 && b->ptr[from - 1] != '\n')
        from--;
    return umi_text_points((umi_text){b->ptr + from, b->len - from});
}

static void item(umi_buf *b, const umi_yaml *n, const umi_yaml *c)
{
    if (n->kind == UMI_YAML_MAP) {
        key(b, c);
        umi_buf_putc(b, ' ');
    }
    flow(b, c);
    if (c->next != NULL)
        umi_buf_putc(b, ',');
}

/* Write @p n in brackets over several lines, those behind the first indented
 * by @p column. */
static bool try_fill(layout *l, const umi_yaml *n, size_t column)
{
    umi_buf *b = l->b;
    if (!fills(n) || lines_inside(n) ||
        comment_inside(l, start_of(n), end_of(l, n)))
        return false;
    umi_buf_putc(b, n->kind == UMI_YAML_MAP ? '{' : '[');
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        size_t mark = b->len;
        if (c != n->first)
            umi_buf_putc(b, ' ');
        item(b, n, c);
        if (c == n->first || b->failed ||
            line_width(b) + (c->next == NULL) <= UMI_FORMAT_WIDTH)
            continue;
        b->len = mark;
        umi_buf_putc(b, '\n');
        indent(b, column);
        item(b, n, c);
    }
    umi_buf_putc(b, n->kind == UMI_YAML_MAP ? '}' : ']');
    return true;
}

/* --- lines ---------------------------------------------------------------- */

static bool empty_line_before(const layout *l, size_t at)
{
    size_t lines = 0;
    while (at > l->written && lines < 2) {
        char c = l->text.ptr[--at];
        if (c == '\n')
            lines++;
        else if (c != ' ' && c != '\t' && c != '\r' && c != '-')
            return false;
    }
    return lines == 2;
}

static void blank_line(layout *l, size_t before)
{
    if (l->b->len > 0 && empty_line_before(l, before))
        umi_buf_putc(l->b, '\n');
}

static void put_comment(layout *l)
{
    comment c = l->comments[l->next++];
    umi_text t = {l->text.ptr + c.begin, c.end - c.begin};
    umi_buf_text(l->b, umi_text_trim(t));
    umi_buf_putc(l->b, '\n');
    if (c.end > l->written)
        l->written = c.end;
}

/* Comments on lines of their own before byte @p until. */
static void lead(layout *l, size_t until, size_t column)
{
    while (l->next < l->count && l->comments[l->next].begin < until) {
        blank_line(l, l->comments[l->next].begin);
        indent(l->b, column);
        put_comment(l);
    }
}

/* End the line: a comment that stood on the source's line stays on it. */
static void end_line(layout *l, size_t end, size_t until)
{
    if (end > l->written)
        l->written = end;
    if (l->next < l->count && !l->comments[l->next].alone &&
        l->comments[l->next].begin < until) {
        const char *nl = memchr(l->text.ptr + end, '\n', l->text.len - end);
        if (nl == NULL ||
            l->comments[l->next].begin < (size_t)(nl - l->text.ptr)) {
            umi_buf_putc(l->b, ' ');
            put_comment(l);
            return;
        }
    }
    umi_buf_putc(l->b, '\n');
}

static void block_text(layout *l, const umi_yaml *n, size_t column)
{
    umi_text t = n->text;
    bool ends = t.len > 0 && t.ptr[t.len - 1] == '\n';
    umi_buf_puts(l->b, ends ? "|" : "|-");
    end_line(l, start_of(n), header_end(l, n));
    t.len -= ends;
    for (size_t i = 0, from = 0; i <= t.len; i++) {
        if (i < t.len && t.ptr[i] != '\n')
            continue;
        if (i > from)
            indent(l->b, column);
        umi_buf_bytes(l->b, t.ptr + from, i - from);
        umi_buf_putc(l->b, '\n');
        from = i + 1;
    }
    l->written = end_of(l, n); /* empty lines behind the text are none of it */
    while (l->written > n->at.offset &&
           strchr(" \t\r\n", l->text.ptr[l->written - 1]) != NULL)
        l->written--;
}

static void block(layout *l, const umi_yaml *n, size_t column, bool first_here);

/* The value behind "key:" or "-"; @p column is that of the key or dash. */
static void value(layout *l, const umi_yaml *n, size_t column, size_t used)
{
    size_t mark = l->b->len;
    bool dash = n->key.ptr == NULL;
    umi_buf_putc(l->b, ' ');
    size_t room = used < UMI_FORMAT_WIDTH ? UMI_FORMAT_WIDTH - used : 0;
    if (try_flow(l, n, room) || try_fill(l, n, column + 2)) {
        if (l->b->len == mark + 1)
            l->b->len = mark; /* an empty value */
        end_line(l, end_of(l, n), SIZE_MAX);
    } else if (n->kind == UMI_YAML_SCALAR) {
        block_text(l, n, column + 2);
    } else if (dash && !comment_inside(l, n->at.offset, start_of(n->first))) {
        block(l, n, column + 2, true);
    } else {
        l->b->len = mark;
        end_line(l, start_of(n),
                 comment_inside(l, start_of(n->first), end_of(l, n))
                     ? start_of(n->first)
                     : SIZE_MAX);
        block(l, n, column + 2, false);
    }
}

/* The children of @p n, a line or more each; @p first_here: the first one
 * goes on behind the dash of a list. */
static void block(layout *l, const umi_yaml *n, size_t column, bool first_here)
{
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        size_t used = column + 2;
        if (c != n->first || !first_here) {
            bool one = c->kind == UMI_YAML_SCALAR; /* goes with its key */
            lead(l, one ? c->at.offset : start_of(c), column);
            blank_line(l, start_of(c));
            indent(l->b, column);
        }
        if (n->kind == UMI_YAML_MAP) {
            size_t mark = l->b->len;
            key(l->b, c);
            used = column + (l->b->len - mark) + 1;
        } else {
            umi_buf_putc(l->b, '-');
        }
        value(l, c, column, used);
    }
}

static bool long_key(const umi_yaml *n)
{
    bool found = n->key.len > KEY_MAX_BYTES;
    for (const umi_yaml *c = n->first; c != NULL && !found; c = c->next)
        found = long_key(c);
    return found;
}

umi_status umi_ruleset_format(umi_buf *b,
                              umi_text text,
                              const umi_yaml *root,
                              umi_arena *arena)
{
    layout l = {.b = b, .text = text, .arena = arena};
    if (long_key(root))
        return UMI_ERANGE;
    find_comments(&l, root);
    search(&l, text.len);
    if (l.failed)
        return UMI_ENOMEM;
    if (root->kind == UMI_YAML_SCALAR && literal(root)) {
        block_text(&l, root, 2);
    } else if (root->kind == UMI_YAML_SCALAR || root->count == 0) {
        flow(b, root);
        umi_buf_putc(b, '\n');
    } else {
        block(&l, root, 0, false);
    }
    lead(&l, text.len, 0);
    return b->failed ? UMI_ENOMEM : UMI_OK;
}
