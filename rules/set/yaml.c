/* SPDX-License-Identifier: MIT */
#include "rules/set/yaml.h"

#include <assert.h>
#include <stdlib.h>
#include <yaml.h>

typedef struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one at hand, to be deleted */
    bool have;
    umi_text text;
    umi_arena *arena;
    umi_problems *problems;
    size_t index; /* libyaml counts characters; this many ... */
    size_t byte;  /* ... are this many bytes */
    size_t scalars, collections;
    int flow;        /* open [ and { */
    umi_status stop; /* not UMI_OK: reading cannot go on */
} reader;

/* --- places -------------------------------------------------------------- */

static bool trails(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* The byte of character number @p index; events come nearly in order, so the
 * walk from the last answer is short. */
static size_t byte_of(reader *r, size_t index)
{
    while (r->index < index && r->byte < r->text.len) {
        r->byte++;
        while (r->byte < r->text.len && trails(r->text.ptr[r->byte]))
            r->byte++;
        r->index++;
    }
    while (r->index > index && r->byte > 0) {
        r->byte--;
        while (r->byte > 0 && trails(r->text.ptr[r->byte]))
            r->byte--;
        r->index--;
    }
    return r->byte;
}

/* Line and column of a byte, for what is refused before libyaml sees it. */
static umi_at place_of_byte(umi_text text, size_t byte)
{
    umi_at at = {.line = 1, .column = 1, .offset = (uint32_t)byte};
    for (size_t i = 0; i < byte; i++) {
        at.column += !trails(text.ptr[i]);
        if (text.ptr[i] == '\n') {
            at.line++;
            at.column = 1;
        }
    }
    return at;
}

/* Behind a last line without an end libyaml has begun a line that the file
 * does not have: that place is the end of the last line. */
static umi_at place(reader *r, yaml_mark_t m)
{
    size_t byte = byte_of(r, m.index);
    if (m.column == 0 && byte == r->text.len && byte > 0 &&
        r->text.ptr[byte - 1] != '\n')
        return place_of_byte(r->text, byte);
    return (umi_at){.line = (uint32_t)m.line + 1,
                    .column = (uint32_t)m.column + 1,
                    .offset = (uint32_t)byte};
}

/* --- before libyaml ------------------------------------------------------ */

/* Bytes of the well-formed character at i; 0 when there is none. */
static size_t character(umi_text t, size_t i)
{
    size_t n = (unsigned char)t.ptr[i] < 0x80 ? 1 : 2;
    for (; n <= 4 && i + n <= t.len; n++)
        if (umi_text_utf8((umi_text){t.ptr + i, n}))
            return n;
    return 0;
}

/* C0, DEL, C1, and the separators that YAML takes for ends of lines. */
static bool control(umi_text t, size_t i)
{
    const unsigned char *p = (const unsigned char *)t.ptr + i;
    size_t left = t.len - i;
    if (p[0] == '\r')
        return left < 2 || p[1] != '\n';
    if (p[0] < 0x20)
        return p[0] != '\n' && p[0] != '\t';
    if (p[0] == 0xC2)
        return left > 1 && p[1] < 0xA0;
    if (p[0] == 0xE2)
        return left > 2 && p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9);
    return p[0] == 0x7F;
}

static umi_status check_bytes(umi_text t, umi_problems *p)
{
    for (size_t i = 0; i < t.len;) {
        if (t.ptr[i] >= 0x20 && t.ptr[i] < 0x7F) {
            i++;
            continue;
        }
        size_t n = character(t, i);
        if (n == 0) {
            umi__problem(p, place_of_byte(t, i), "Y102",
                         "byte %zu (0x%02x) is not UTF-8", i,
                         (unsigned char)t.ptr[i]);
            return UMI_ESYNTAX;
        }
        if (control(t, i)) {
            umi__problem(p, place_of_byte(t, i), "Y103",
                         "control character 0x%02x at byte %zu",
                         (unsigned char)t.ptr[i], i);
            return UMI_ESYNTAX;
        }
        i += n;
    }
    return UMI_OK;
}

/* --- events -------------------------------------------------------------- */

static void drop_event(reader *r)
{
    if (r->have)
        yaml_event_delete(&r->event);
    r->have = false;
}

static umi_status stop(reader *r, umi_status status)
{
    if (r->stop == UMI_OK)
        r->stop = status;
    return r->stop;
}

/* The text from @p from to the end of its line, or to what ends a value within
 * brackets. */
static umi_text rest_of_line(const reader *r, size_t from)
{
    size_t end = from;
    int open = 0;
    for (; end < r->text.len && r->text.ptr[end] != '\n'; end++) {
        char c = r->text.ptr[end];
        open += (c == '(' || c == '[' || c == '{');
        open -= (c == ')' || c == ']' || c == '}');
        if (r->flow > 0 && (open < 0 || (c == ',' && open == 0)))
            break;
    }
    return umi_text_trim((umi_text){r->text.ptr + from, end - from});
}

/* The line to write instead: quotes around, and those within doubled. */
static void help_quotes(reader *r, umi_text meant)
{
    umi_buf b = {0};
    for (size_t i = 0; i < meant.len; i++) {
        umi_buf_putc(&b, meant.ptr[i]);
        if (meant.ptr[i] == '\'')
            umi_buf_putc(&b, '\'');
    }
    umi__problem_help(r->problems, "an expression stands in quotes: '%.*s'",
                      (int)b.len, b.ptr != NULL ? b.ptr : "");
    r->problems->failed |= b.failed;
    umi_buf_free(&b);
}

/* Whether the line around @p byte is `key: value` with a value that looks like
 * a bare expression. */
static bool bare_expression(const reader *r, size_t byte, umi_text *value)
{
    umi_text t = r->text;
    size_t from = byte < t.len ? byte : t.len, at;
    while (from > 0 && t.ptr[from - 1] != '\n')
        from--;
    for (at = from; at < t.len && t.ptr[at] != ':'; at++)
        if (strchr("'\"{}[]#\n", t.ptr[at]) != NULL)
            return false;
    *value = rest_of_line(r, at < t.len ? at + 1 : at);
    if (value->len == 0 || strchr("'\"{[#", value->ptr[0]) != NULL)
        return false;
    for (size_t i = 0; i < value->len; i++)
        if (strchr("&|!?<>=*%@`:", value->ptr[i]) != NULL)
            return true;
    return false;
}

static umi_status not_yaml(reader *r)
{
    const yaml_parser_t *y = &r->parser;
    if (y->error == YAML_MEMORY_ERROR)
        return stop(r, UMI_ENOMEM);
    umi_at at = place(r, y->problem_mark);
    umi__problem(r->problems, at, "Y101", "%s",
                 umi_tr(r->problems->lang, y->problem));
    umi_text bare;
    if (at.offset < r->text.len && r->text.ptr[at.offset] == '\t')
        umi__problem_help(r->problems, "indent with blanks, not with tabs");
    else if (bare_expression(r, at.offset, &bare))
        help_quotes(r, bare);
    else if (y->context != NULL)
        umi__problem_help(r->problems, "%s, %zu:%zu",
                          umi_tr(r->problems->lang, y->context),
                          y->context_mark.line + 1, y->context_mark.column + 1);
    return stop(r, UMI_ESYNTAX);
}

static umi_status next_event(reader *r)
{
    drop_event(r);
    if (!yaml_parser_parse(&r->parser, &r->event))
        return not_yaml(r);
    r->have = true;
    return UMI_OK;
}

/* --- nodes --------------------------------------------------------------- */

static umi_status node(reader *r, umi_yaml **out, int depth);

/* The word at @p at, to be shown: "&name", "!tag". */
static umi_text word_at(const reader *r, umi_at at)
{
    size_t end = at.offset;
    while (end < r->text.len &&
           memchr(" \t\r\n,[]{}", r->text.ptr[end], 9) == NULL)
        end++;
    return (umi_text){r->text.ptr + at.offset, end - at.offset};
}

/* A tag or an anchor stands before its value.  The byte is looked at and not
 * the event: libyaml drops the tag "!" of a scalar without a trace, which
 * would turn `! active_kur` into its opposite. */
static void refuse_properties(reader *r, umi_at at)
{
    if (at.offset >= r->text.len)
        return;
    char c = r->text.ptr[at.offset];
    if (c != '!' && c != '&')
        return;
    umi_text word = word_at(r, at);
    if (c == '&') {
        umi_text rest = rest_of_line(r, at.offset);
        umi__problem(r->problems, at, "Y105", "anchor %.*s is not allowed",
                     UMI_SHOW(word));
        umi__problem_width(r->problems, umi_text_points(word));
        if (memchr(rest.ptr + 1, '&', rest.len - 1) != NULL)
            help_quotes(r, rest);
        return;
    }
    umi__problem(r->problems, at, "Y106", "tag %.*s is not allowed",
                 UMI_SHOW(word));
    umi__problem_width(r->problems, umi_text_points(word));
    if (word.len > 1 && word.ptr[1] == '!')
        umi__problem_help(r->problems, "leave %.*s out", UMI_SHOW(word));
    else
        help_quotes(r, rest_of_line(r, at.offset));
}

static umi_yaml *new_node(reader *r, umi_yaml_kind kind)
{
    umi_yaml *v = umi_arena_alloc(r->arena, sizeof *v);
    if (v == NULL) {
        stop(r, UMI_ENOMEM);
        return NULL;
    }
    v->kind = kind;
    v->at = place(r, r->event.start_mark);
    return v;
}

static umi_yaml_style style_of(yaml_scalar_style_t s)
{
    switch (s) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        return UMI_YAML_SINGLE;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return UMI_YAML_DOUBLE;
    case YAML_LITERAL_SCALAR_STYLE:
        return UMI_YAML_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE:
        return UMI_YAML_FOLDED;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        break;
    }
    return UMI_YAML_PLAIN;
}

/* An escape of a double-quoted scalar can make what the file may not hold. */
static void refuse_controls(reader *r, const umi_yaml *v)
{
    for (size_t i = 0; i < v->text.len; i++)
        if (control(v->text, i)) {
            umi__problem(r->problems, v->at, "Y103",
                         "an escape stands for control character 0x%02x",
                         (unsigned char)v->text.ptr[i]);
            return;
        }
}

static umi_status scalar(reader *r, umi_yaml **out)
{
    umi_yaml *v = new_node(r, UMI_YAML_SCALAR);
    if (v == NULL)
        return r->stop;
    size_t end = byte_of(r, r->event.end_mark.index);
    umi_text value = {(const char *)r->event.data.scalar.value,
                      r->event.data.scalar.length};
    if (++r->scalars > UMI_YAML_COUNT_MAX) {
        umi__problem(r->problems, v->at, "Y113", "more than %d values",
                     UMI_YAML_COUNT_MAX);
        return stop(r, UMI_ESYNTAX);
    }
    if (value.len > UMI_YAML_SCALAR_MAX) {
        umi__problem(r->problems, v->at, "Y114",
                     "a value of %zu bytes, at most %d: %.*s", value.len,
                     UMI_YAML_SCALAR_MAX, UMI_SHOW(value));
        return stop(r, UMI_ESYNTAX);
    }
    v->text.ptr = umi_arena_copy(r->arena, value.ptr, value.len);
    if (v->text.ptr == NULL)
        return stop(r, UMI_ENOMEM);
    v->text.len = value.len;
    v->style = style_of(r->event.data.scalar.style);
    v->raw = (umi_text){r->text.ptr + v->at.offset, end - v->at.offset};
    refuse_properties(r, v->at);
    if (v->style == UMI_YAML_DOUBLE)
        refuse_controls(r, v);
    *out = v;
    return UMI_OK;
}

/* An alias: told, and an empty text put in its place to read on. */
static umi_status alias(reader *r, umi_yaml **out)
{
    umi_yaml *v = new_node(r, UMI_YAML_SCALAR);
    if (v == NULL)
        return r->stop;
    umi__problem(r->problems, v->at, "Y104", "alias *%.*s is not allowed",
                 UMI_SHOW(umi_text_of((char *)r->event.data.alias.anchor)));
    v->text = UMI_TEXT("");
    *out = v;
    return UMI_OK;
}

static int by_key(const void *a, const void *b)
{
    const umi_yaml *const *x = a, *const *y = b;
    int c = umi_text_cmp((*x)->key, (*y)->key);
    return c != 0 ? c : ((*x)->key_at.offset > (*y)->key_at.offset) * 2 - 1;
}

/* Sorted, not compared pairwise: a hostile map costs n log n. */
static umi_status refuse_duplicates(reader *r, const umi_yaml *map)
{
    umi_yaml **all = umi_arena_array(r->arena, map->count, sizeof *all);
    if (all == NULL)
        return stop(r, UMI_ENOMEM);
    size_t n = 0, original = 0;
    for (umi_yaml *c = map->first; c != NULL; c = c->next)
        all[n++] = c;
    qsort(all, n, sizeof(umi_yaml *), by_key);
    for (size_t i = 1; i < n; i++) {
        if (!umi_text_eq(all[original]->key, all[i]->key)) {
            original = i;
            continue;
        }
        umi_at first = all[original]->key_at;
        umi__problem(r->problems, all[i]->key_at, "Y108",
                     "duplicate key '%.*s', first at %u:%u",
                     UMI_SHOW(all[i]->key), first.line, first.column);
        umi__problem_width(r->problems, umi_text_points(all[i]->key));
        umi__problem_other(r->problems, first);
    }
    return UMI_OK;
}

/* The event at hand begins a key. */
static umi_status key(reader *r, umi_yaml **out, int depth)
{
    umi_yaml *k;
    umi_status rc = node(r, &k, depth);
    if (rc != UMI_OK)
        return rc;
    if (k->kind != UMI_YAML_SCALAR)
        umi__problem(r->problems, k->at, "Y109",
                     "a map or a list cannot be a key");
    else if (k->style == UMI_YAML_PLAIN && umi_text_is(k->text, "<<"))
        umi__problem(r->problems, k->at, "Y107",
                     "the merge key << is not allowed");
    else if (k->text.len == 0)
        umi__problem(r->problems, k->at, "Y109", "the key is empty");
    *out = k;
    return UMI_OK;
}

static bool ends(const reader *r)
{
    return r->event.type == YAML_MAPPING_END_EVENT ||
           r->event.type == YAML_SEQUENCE_END_EVENT;
}

static umi_status children(reader *r, umi_yaml *v, int depth)
{
    umi_yaml **last = &v->first;
    for (;;) {
        umi_yaml *k = NULL, *c = NULL;
        umi_status rc = next_event(r);
        if (rc != UMI_OK || ends(r))
            return rc;
        if (v->kind == UMI_YAML_MAP) {
            rc = key(r, &k, depth);
            if (rc == UMI_OK)
                rc = next_event(r);
        }
        if (rc == UMI_OK)
            rc = node(r, &c, depth);
        if (rc != UMI_OK)
            return rc;
        if (k != NULL) {
            c->key = k->text;
            c->key_at = k->at;
            c->key_style = k->style;
        }
        *last = c;
        last = &c->next;
        v->count++;
    }
}

static umi_status collection(reader *r, umi_yaml **out, int depth)
{
    bool map = r->event.type == YAML_MAPPING_START_EVENT;
    umi_yaml *v = new_node(r, map ? UMI_YAML_MAP : UMI_YAML_LIST);
    if (v == NULL)
        return r->stop;
    if (depth >= UMI_YAML_DEPTH_MAX) {
        umi__problem(r->problems, v->at, "Y112", "nested deeper than %d",
                     UMI_YAML_DEPTH_MAX);
        return stop(r, UMI_ESYNTAX);
    }
    if (++r->collections > UMI_YAML_COUNT_MAX) {
        umi__problem(r->problems, v->at, "Y113", "more than %d maps and lists",
                     UMI_YAML_COUNT_MAX);
        return stop(r, UMI_ESYNTAX);
    }
    bool tagged = map ? r->event.data.mapping_start.tag != NULL ||
                            r->event.data.mapping_start.anchor != NULL
                      : r->event.data.sequence_start.tag != NULL ||
                            r->event.data.sequence_start.anchor != NULL;
    if (tagged) /* and not by the byte: a block map begins with its key */
        refuse_properties(r, v->at);
    bool flow =
        map ? r->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
            : r->event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    r->flow += flow;
    umi_status rc = children(r, v, depth + 1);
    r->flow -= flow;
    if (rc == UMI_OK && map)
        rc = refuse_duplicates(r, v);
    if (rc == UMI_OK)
        *out = v;
    return rc;
}

static umi_status node(reader *r, umi_yaml **out, int depth)
{
    if (r->event.type == YAML_SCALAR_EVENT)
        return scalar(r, out);
    if (r->event.type == YAML_ALIAS_EVENT)
        return alias(r, out);
    assert(r->event.type == YAML_MAPPING_START_EVENT ||
           r->event.type == YAML_SEQUENCE_START_EVENT);
    return collection(r, out, depth);
}

/* --- documents ----------------------------------------------------------- */

static umi_status empty(reader *r)
{
    umi__problem(r->problems, (umi_at){.line = 1, .column = 1}, "Y116",
                 "the file is empty");
    return stop(r, UMI_ESYNTAX);
}

static void refuse_directives(reader *r)
{
    bool version = r->event.data.document_start.version_directive != NULL;
    bool tags = r->event.data.document_start.tag_directives.start !=
                r->event.data.document_start.tag_directives.end;
    if (version || tags)
        umi__problem(r->problems, place(r, r->event.start_mark), "Y111",
                     "the directive %s is not allowed",
                     version ? "%YAML" : "%TAG");
}

/* stream start, one document, stream end. */
static umi_status stream(reader *r, umi_yaml **out)
{
    umi_status rc = next_event(r);
    if (rc == UMI_OK)
        rc = next_event(r);
    if (rc != UMI_OK)
        return rc;
    if (r->event.type == YAML_STREAM_END_EVENT)
        return empty(r);
    refuse_directives(r);
    if ((rc = next_event(r)) != UMI_OK || (rc = node(r, out, 0)) != UMI_OK)
        return rc;
    if ((*out)->kind == UMI_YAML_SCALAR && (*out)->raw.len == 0 &&
        r->problems->errors == 0)
        return empty(r);
    if ((rc = next_event(r)) != UMI_OK || (rc = next_event(r)) != UMI_OK)
        return rc;
    if (r->event.type != YAML_STREAM_END_EVENT) {
        umi__problem(r->problems, place(r, r->event.start_mark), "Y110",
                     "a second document begins here");
        return stop(r, UMI_ESYNTAX);
    }
    return UMI_OK;
}

static umi_text without_mark(umi_text t)
{
    if (t.len >= 3 && memcmp(t.ptr, "\xEF\xBB\xBF", 3) == 0)
        return (umi_text){t.ptr + 3, t.len - 3};
    return t;
}

static umi_status check_size(umi_text t, umi_problems *p)
{
    if (t.len <= UMI_YAML_FILE_MAX)
        return UMI_OK;
    umi__problem(p, (umi_at){.line = 1, .column = 1}, "Y115",
                 "%zu bytes, at most %d", t.len, UMI_YAML_FILE_MAX);
    return UMI_ESYNTAX;
}

umi_status umi_yaml_parse(umi_yaml **out,
                          umi_text text,
                          umi_arena *arena,
                          umi_problems *problems)
{
    size_t errors = problems->errors;
    umi_text bare = without_mark(text);
    umi_status rc = check_size(text, problems);
    if (rc == UMI_OK)
        rc = check_bytes(bare, problems);
    if (rc != UMI_OK)
        return problems->failed ? UMI_ENOMEM : rc;

    reader r = {.text = bare, .arena = arena, .problems = problems};
    if (!yaml_parser_initialize(&r.parser))
        return UMI_ENOMEM;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)bare.ptr,
                                 bare.len);
    umi_yaml *root = NULL;
    rc = stream(&r, &root);
    drop_event(&r);
    yaml_parser_delete(&r.parser);
    if (problems->failed)
        return UMI_ENOMEM;
    if (rc == UMI_OK && problems->errors != errors)
        rc = UMI_ESYNTAX;
    if (rc == UMI_OK)
        *out = root;
    return rc;
}

umi_yaml *umi_yaml_get(const umi_yaml *map, const char *name)
{
    assert(map->kind == UMI_YAML_MAP);
    for (umi_yaml *c = map->first; c != NULL; c = c->next)
        if (umi_text_is(c->key, name))
            return c;
    return NULL;
}

/* --- places inside a scalar ---------------------------------------------- */

/* Reads the written form beside the value, a character of each at a time. */
typedef struct walk {
    umi_text raw;
    size_t i; /* in raw */
    umi_at at;
} walk;

static void skip(walk *w)
{
    char c = w->raw.ptr[w->i++];
    w->at.offset++;
    if (c == '\n') {
        w->at.line++;
        w->at.column = 1;
    } else if (w->i == w->raw.len || !trails(w->raw.ptr[w->i])) {
        w->at.column++;
    }
}

static bool blank_at(const walk *w)
{
    return w->i < w->raw.len &&
           (w->raw.ptr[w->i] == ' ' || w->raw.ptr[w->i] == '\t' ||
            w->raw.ptr[w->i] == '\r');
}

/* From the header of a block scalar to its first line of text. */
static void skip_header(walk *w, size_t indent)
{
    while (w->i < w->raw.len && w->raw.ptr[w->i] != '\n')
        skip(w);
    if (w->i < w->raw.len)
        skip(w);
    for (size_t k = 0; k < indent && blank_at(w); k++)
        skip(w);
}

/* Blanks before the first text of a block scalar: its indentation, unless the
 * text itself begins with some. */
static size_t indent_of(const umi_yaml *v)
{
    size_t own = 0, from = 0, n = 0;
    while (own < v->text.len &&
           (v->text.ptr[own] == ' ' || v->text.ptr[own] == '\n'))
        own = v->text.ptr[own] == '\n' ? (from = own + 1) : own + 1;
    own -= from;
    size_t i = 0;
    while (i < v->raw.len && v->raw.ptr[i] != '\n')
        i++;
    for (; i < v->raw.len; i++) {
        if (v->raw.ptr[i] == ' ')
            n++;
        else if (v->raw.ptr[i] == '\n' || v->raw.ptr[i] == '\r')
            n = 0;
        else
            break;
    }
    return n > own ? n - own : 0;
}

/* Over the end of a line with the blanks on both sides of it, but not into
 * what a block scalar has beyond its indentation. */
static bool skip_break(walk *w, bool block, size_t indent)
{
    size_t i = w->i;
    while (i < w->raw.len && strchr(" \t\r", w->raw.ptr[i]) != NULL)
        i++;
    if (i >= w->raw.len || w->raw.ptr[i] != '\n')
        return false;
    while (w->i <= i)
        skip(w);
    for (size_t k = 0; blank_at(w) && (!block || k < indent); k++)
        skip(w);
    return true;
}

/* Over what was written for the character @p c of the value: a quote may be
 * doubled or escaped, a blank may be the end of a line.  False when c is not
 * found, as behind an escape that is longer. */
static bool step(walk *w, const umi_yaml *v, char c, size_t indent)
{
    bool block = v->style == UMI_YAML_LITERAL || v->style == UMI_YAML_FOLDED;
    while (w->i < w->raw.len) {
        char at = w->raw.ptr[w->i];
        char next = w->i + 1 < w->raw.len ? w->raw.ptr[w->i + 1] : 0;
        bool escaped = v->style == UMI_YAML_DOUBLE && at == '\\';
        if (escaped && next != c)
            return false;
        if (escaped || (v->style == UMI_YAML_SINGLE && at == '\''))
            skip(w);
        else if (c == ' ' && !block && skip_break(w, block, indent))
            return true; /* blanks before the end of a line are no text */
        if ((escaped || at == c) && c != '\n') {
            skip(w);
            return true;
        }
        if (!skip_break(w, block, indent))
            return false;
        if (c == ' ' || c == '\n')
            return true;
    }
    return false;
}

umi_at umi_yaml_inside(const umi_yaml *v, size_t offset)
{
    assert(v->kind == UMI_YAML_SCALAR && offset <= v->text.len);
    walk w = {v->raw, 0, v->at};
    size_t indent = 0;
    if (v->style == UMI_YAML_SINGLE || v->style == UMI_YAML_DOUBLE) {
        skip(&w);
    } else if (v->style != UMI_YAML_PLAIN) {
        indent = indent_of(v);
        skip_header(&w, indent);
    }
    for (size_t k = 0; k < offset; k++) {
        if (!step(&w, v, v->text.ptr[k], indent))
            return v->at;
    }
    return w.at;
}

const char *umi_yaml_version(void)
{
    return yaml_get_version_string();
}
