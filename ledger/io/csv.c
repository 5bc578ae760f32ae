/* SPDX-License-Identifier: MIT */
#include "ledger/io/csv.h"

#include "engine/base/alloc.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

enum {
    CHUNK = 1 << 18
};

/* Where a rare byte next stands at or after `begin`; found once by memchr
 * and kept until passed, so that a file without it pays one pass. */
typedef struct mark {
    const char *at; /* `end` when there is none; NULL: not looked for yet */
} mark;

struct umi_csv {
    umi_read_fn read;
    void *self;
    char *data; /* cap bytes; NULL when the text is the caller's */
    size_t cap, row_max;
    const char *begin, *end;
    mark quote, nul, cr, high;
    bool eof, failed, skip; /* skip: drop the rest of an over-long line */
    char delimiter;
    int read_errno;
    int64_t line; /* physical line at begin */
    umi_csv_spec spec;
    size_t width;  /* columns in the header; 0 while any width will do */
    umi_buf names; /* the header's texts, borrowed by `header` */
    umi_text header[UMI_CSV_COLUMNS_MAX];
    bool own[UMI_CSV_COLUMNS_MAX]; /* not an ignored column */
    int16_t place[UMI_CSV_COLUMNS_MAX];
    umi_text fields[UMI_CSV_COLUMNS_MAX];
    umi_buf text; /* fields that had doubled quotes */
    umi_record record;
};

/* --- bytes ------------------------------------------------------------- */

static const char *find(mark *m, const umi_csv *c, const char *from, char byte)
{
    if (m->at == NULL || m->at < from) {
        const char *p = memchr(from, byte, (size_t)(c->end - from));
        m->at = p ? p : c->end;
    }
    return m->at;
}

/* The first byte above 0x7f, eight at a time. */
static const char *find_high(mark *m, const umi_csv *c, const char *from)
{
    if (m->at != NULL && m->at >= from)
        return m->at;
    const char *p = from;
    for (; c->end - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (p < c->end && (unsigned char)*p < 0x80)
        p++;
    m->at = p;
    return p;
}

static void forget_marks(umi_csv *c)
{
    c->quote = c->nul = c->cr = c->high = (mark){NULL};
}

/* Fill the buffer to the brim, so that a row is never judged by how the
 * input happened to be cut. */
static void refill(umi_csv *c)
{
    if (c->eof)
        return;
    size_t have = (size_t)(c->end - c->begin);
    if (have > 0)
        memmove(c->data, c->begin, have);
    while (have < c->cap) {
        ssize_t n = c->read(c->self, c->data + have, c->cap - have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            c->eof = true;
            c->failed = n < 0;
            c->read_errno = errno;
            break;
        }
        have += (size_t)n;
    }
    c->begin = c->data;
    c->end = c->data + have;
    forget_marks(c);
}

/* --- rows -------------------------------------------------------------- */

/* tr:BAD:0 */
#define BAD(...) umi_fail_code(err, UMI_ESYNTAX, "CSV", "", __VA_ARGS__)

static umi_status too_wide(umi_error *err)
{
    return BAD("more than %d fields", UMI_CSV_COLUMNS_MAX);
}

static umi_status too_long(const umi_csv *c, umi_error *err)
{
    return BAD("the row is longer than %zu bytes", c->row_max);
}

/* A row without quotes: [p, end) cut at the delimiters. */
static umi_status
split(umi_csv *c, const char *p, const char *end, umi_error *err)
{
    size_t n = 0;
    const char delimiter = c->delimiter;
    for (;;) {
        const char *q = memchr(p, delimiter, (size_t)(end - p));
        const char *stop = q ? q : end;
        if (n == UMI_CSV_COLUMNS_MAX)
            return too_wide(err);
        c->fields[n++] = (umi_text){p, (size_t)(stop - p)};
        if (q == NULL)
            break;
        p = q + 1;
    }
    c->record.count = n;
    return UMI_OK;
}

/* The text between quotes from p on.  With doubled quotes it is copied, for
 * the input may be the caller's.  *after is behind the closing quote, NULL
 * when there is none before limit. */
static bool unquote(umi_csv *c,
                    const char *p,
                    const char *limit,
                    umi_text *out,
                    const char **after)
{
    size_t from = c->text.len;
    const char *piece = p;
    for (;;) {
        const char *q = memchr(p, '"', (size_t)(limit - p));
        *after = q ? q + 1 : NULL;
        bool doubled = q && q + 1 < limit && q[1] == '"';
        if (q == NULL)
            return true;
        if (doubled || from != c->text.len)
            umi_buf_bytes(&c->text, piece, (size_t)(q - piece) + doubled);
        if (!doubled) {
            bool copied = from != c->text.len;
            *out = copied ? (umi_text){NULL, c->text.len - from}
                          : (umi_text){piece, (size_t)(q - piece)};
            return !c->text.failed;
        }
        p = piece = q + 2;
    }
}

/* Where a row's unquoted field from p on ends: delimiter, LF or limit. */
static const char *field_end(const umi_csv *c, const char *p, const char *limit)
{
    while (p < limit && *p != c->delimiter && *p != '\n' && *p != '"')
        p++;
    return p;
}

static bool
line_end(const umi_csv *c, const char *p, const char *limit, const char **next)
{
    if (p < limit && *p == '\r')
        p++;
    if (p < limit && *p == '\n') {
        *next = p + 1;
        return true;
    }
    *next = p;
    return p == limit && c->eof && limit == c->end;
}

/* Fields copied into the text buffer have no pointer until it stops moving. */
static void settle(umi_csv *c)
{
    size_t at = 0;
    for (size_t i = 0; i < c->record.count; i++)
        if (c->fields[i].ptr == NULL && c->fields[i].len > 0) {
            c->fields[i].ptr = c->text.ptr + at;
            at += c->fields[i].len;
        }
}

/* A row with a quote in its first line.  *next is behind the row's end. */
static umi_status split_quoted(umi_csv *c, const char **next, umi_error *err)
{
    size_t left = (size_t)(c->end - c->begin);
    /* two bytes more than a row for its line end */
    const char *limit =
        c->begin + (left < c->row_max + 2 ? left : c->row_max + 2);
    const char *p = c->begin;
    c->text.len = 0;
    for (size_t n = 0;; p++) {
        umi_text *f = &c->fields[n];
        if (n++ == UMI_CSV_COLUMNS_MAX)
            return too_wide(err);
        if (p < limit && *p == '"') {
            if (!unquote(c, p + 1, limit, f, &p))
                return umi_fail_memory(err);
            if (p == NULL)
                return BAD("a quote in field %zu is not closed", n);
        } else {
            const char *q = field_end(c, p, limit);
            if (q < limit && *q == '"')
                return BAD("a quote inside field %zu, which is not quoted", n);
            if ((q == limit || *q == '\n') && q > p && q[-1] == '\r')
                q--;
            *f = (umi_text){p, (size_t)(q - p)};
            if (memchr(p, '\r', (size_t)(q - p)) != NULL)
                return BAD("a carriage return inside the line");
            p = q;
        }
        if (p < limit && *p == c->delimiter)
            continue;
        if (line_end(c, p, limit, next)) {
            c->record.count = n;
            c->record.raw = (umi_text){c->begin, (size_t)(p - c->begin)};
            settle(c);
            return c->record.raw.len > c->row_max ? too_long(c, err) : UMI_OK;
        }
        return p >= limit
                   ? too_long(c, err)
                   : BAD("text behind the quote that closes field %zu", n);
    }
}

static umi_status judge(umi_csv *c, umi_error *err)
{
    const char *p = c->record.raw.ptr, *end = p + c->record.raw.len;
    if (find(&c->nul, c, p, '\0') < end)
        return BAD("a NUL byte in the line");
    if (find_high(&c->high, c, p) < end && !umi_text_utf8(c->record.raw))
        return BAD("the line is not valid UTF-8");
    bool may_be_long = c->record.raw.len > UMI_CSV_FIELD_MAX;
    for (size_t i = 0; may_be_long && i < c->record.count; i++)
        if (c->fields[i].len > UMI_CSV_FIELD_MAX)
            return BAD("field %zu is longer than %d bytes", i + 1,
                       UMI_CSV_FIELD_MAX);
    if (c->width != 0 && c->record.count != c->width)
        return BAD("expected %zu fields, got %zu", c->width, c->record.count);
    return UMI_OK;
}

static int64_t count_lines(const char *p, const char *end)
{
    int64_t n = 0;
    while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL)
        n++, p++;
    return n;
}

/* The row whose first physical line is [begin, eol); nl tells whether a line
 * feed ends it.  Moves begin behind the row. */
static umi_status take(umi_csv *c, const char *eol, bool nl, umi_error *err)
{
    const char *start = c->begin, *next = eol + nl;
    const char *stop = eol > start && eol[-1] == '\r' ? eol - 1 : eol;
    umi_status rc;
    c->record.line = c->line;
    c->record.count = 0;
    c->record.raw = (umi_text){start, (size_t)(stop - start)};
    if (c->record.raw.len > c->row_max) {
        rc = too_long(c, err);
    } else if (find(&c->quote, c, start, '"') < eol) {
        rc = split_quoted(c, &next, err);
        if (rc != UMI_OK) /* costs its first line only */
            c->record.raw = (umi_text){start, (size_t)(stop - start)};
    } else {
        rc = find(&c->cr, c, start, '\r') < stop
                 ? BAD("a carriage return inside the line")
                 : split(c, start, stop, err);
    }
    if (rc == UMI_OK)
        rc = judge(c, err);
    else
        next = eol + nl;
    c->line += next == eol + nl ? nl : count_lines(start, next);
    c->begin = next;
    if (rc != UMI_OK)
        c->record.count = 0;
    return rc;
}

/* Drop the rest of a line that was refused for its length. */
static void skip_line(umi_csv *c)
{
    while (c->skip) {
        const char *nl = memchr(c->begin, '\n', (size_t)(c->end - c->begin));
        c->begin = nl ? nl + 1 : c->end;
        c->line += nl != NULL;
        c->skip = nl == NULL && !c->eof;
        if (c->skip)
            refill(c);
    }
}

static umi_status read_failed(const umi_csv *c, umi_error *err)
{
    /* a folder in place of a file is the mistake of who named it */
    return umi_fail(err, c->read_errno == EISDIR ? UMI_EINVAL : UMI_EIO, "",
                    "cannot be read: %s",
                    umi_error_tr(err, strerror(c->read_errno)));
}

static umi_status next_row(umi_csv *c, bool *more, umi_error *err)
{
    if (c->skip)
        skip_line(c);
    for (;;) {
        size_t have = (size_t)(c->end - c->begin);
        const char *nl = have ? memchr(c->begin, '\n', have) : NULL;
        /* a quoted row may run on past its first line */
        bool whole = nl != NULL && (have > c->row_max + 2 ||
                                    find(&c->quote, c, c->begin, '"') > nl);
        if (!whole && !c->eof && have <= c->row_max + 2) {
            refill(c);
            continue;
        }
        if (c->failed)
            return read_failed(c, err);
        *more = have > 0;
        if (have == 0)
            return UMI_OK;
        const char *eol = nl ? nl : c->end;
        bool blank = eol == c->begin ||
                     (eol == c->begin + 1 && nl != NULL && *c->begin == '\r');
        if (blank && c->width != 1 && c->spec.columns != NULL) {
            c->line++;
            c->begin = eol + 1;
            continue;
        }
        c->skip = nl == NULL && !c->eof;
        return take(c, eol, nl != NULL, err);
    }
}

umi_status umi_csv_next(umi_csv *c, bool *more, umi_error *err)
{
    umi_status rc = next_row(c, more, err);
    if (rc != UMI_OK) {
        *more = true;
        if (c->spec.name != NULL)
            umi_error_at(err, c->spec.name,
                         rc == UMI_ESYNTAX ? c->record.line : 0, 0);
    }
    return rc;
}

const umi_record *umi_csv_record(const umi_csv *c)
{
    return &c->record;
}

/* --- header ------------------------------------------------------------ */

/* Copied, for the fields are borrowed from a buffer that moves on. */
static umi_status keep_names(umi_csv *c, umi_error *err)
{
    for (size_t i = 0; i < c->width; i++)
        umi_buf_text(&c->names, c->fields[i]);
    if (c->names.failed)
        return umi_fail_memory(err);
    size_t at = 0;
    for (size_t i = 0; i < c->width; at += c->header[i++].len)
        c->header[i] =
            (umi_text){c->names.ptr ? c->names.ptr + at : "", c->fields[i].len};
    return UMI_OK;
}

/* tr:column_fails:2 */
static umi_status column_fails(umi_error *err, umi_text name, const char *fmt)
{
    char field[64];
    size_t n = name.len < sizeof field ? name.len : sizeof field - 1;
    while (n < name.len && n > 0 && ((unsigned char)name.ptr[n] & 0xC0) == 0x80)
        n--; /* never half a character */
    memcpy(field, name.ptr, n);
    field[n] = '\0';
    return umi_fail_code(err, UMI_EINVAL, "COLUMN", field, "%s",
                         umi_tr(err ? err->lang : UMI_LANG_EN, fmt));
}

static umi_status bind_column(umi_csv *c, size_t i, umi_error *err)
{
    for (size_t k = 0; k < c->spec.count; k++) {
        if (!umi_text_is(c->header[i], c->spec.columns[k].name))
            continue;
        if (c->place[k] >= 0)
            return column_fails(err, c->header[i],
                                "the column stands twice in the header");
        c->place[k] = (int16_t)i;
        c->own[i] = c->spec.columns[k].need != UMI_COLUMN_IGNORED;
        return UMI_OK;
    }
    return column_fails(err, c->header[i],
                        "the column is not known in this kind of file");
}

static umi_status bind_header(umi_csv *c, umi_error *err)
{
    for (size_t k = 0; k < c->spec.count; k++)
        c->place[k] = -1;
    for (size_t i = 0; i < c->width; i++) {
        umi_status rc = bind_column(c, i, err);
        if (rc != UMI_OK)
            return rc;
    }
    for (size_t k = 0; k < c->spec.count; k++)
        if (c->place[k] < 0 && c->spec.columns[k].need == UMI_COLUMN_REQUIRED)
            return column_fails(err, umi_text_of(c->spec.columns[k].name),
                                "the column is missing");
    return UMI_OK;
}

static void skip_mark(umi_csv *c)
{
    refill(c);
    if (c->end - c->begin >= 3 && memcmp(c->begin, "\xEF\xBB\xBF", 3) == 0)
        c->begin += 3;
}

static umi_status read_header(umi_csv *c, umi_error *err)
{
    bool more = false;
    skip_mark(c);
    if (c->spec.columns == NULL)
        return c->failed ? read_failed(c, err) : UMI_OK;
    umi_status rc = next_row(c, &more, err);
    if (rc == UMI_OK && !more)
        rc = BAD("the file is empty: it has no header");
    if (rc != UMI_OK)
        return rc;
    c->width = c->record.count;
    rc = keep_names(c, err);
    return rc != UMI_OK ? rc : bind_header(c, err);
}

static umi_status
start(umi_csv **out, umi_csv *c, const umi_csv_spec *spec, umi_error *err)
{
    assert(spec->count <= UMI_CSV_COLUMNS_MAX);
    c->spec = *spec;
    c->delimiter = spec->delimiter ? spec->delimiter : ',';
    c->line = 1;
    c->record.fields = c->fields;
    c->record.columns = spec->columns;
    c->record.place = c->place;
    umi_status rc = read_header(c, err);
    if (rc != UMI_OK) {
        if (spec->name != NULL)
            umi_error_at(err, spec->name, c->failed ? 0 : 1, 0);
        umi_csv_free(c);
        return rc;
    }
    *out = c;
    return UMI_OK;
}

static umi_csv *reader(const umi_csv_spec *spec)
{
    umi_csv *c = umi_alloc_array(1, sizeof *c);
    if (c != NULL)
        c->row_max = spec->row_max ? spec->row_max : UMI_CSV_ROW_MAX;
    return c;
}

umi_status umi_csv_open(umi_csv **out,
                        umi_read_fn read_some,
                        void *self,
                        const umi_csv_spec *spec,
                        umi_error *err)
{
    umi_csv *c = reader(spec);
    if (c != NULL) {
        c->cap = c->row_max + CHUNK;
        c->data = umi_alloc(c->cap);
    }
    if (c == NULL || c->data == NULL) {
        umi_csv_free(c);
        return umi_fail_memory(err);
    }
    c->read = read_some;
    c->self = self;
    c->begin = c->end = c->data;
    return start(out, c, spec, err);
}

static ssize_t read_fd(void *self, void *buf, size_t cap)
{
    return read((int)(intptr_t)self, buf, cap);
}

umi_status
umi_csv_open_fd(umi_csv **out, int fd, const umi_csv_spec *spec, umi_error *err)
{
    return umi_csv_open(out, read_fd, (void *)(intptr_t)fd, spec, err);
}

umi_status umi_csv_open_text(umi_csv **out,
                             umi_text text,
                             const umi_csv_spec *spec,
                             umi_error *err)
{
    umi_csv *c = reader(spec);
    if (c == NULL)
        return umi_fail_memory(err);
    c->begin = text.ptr ? text.ptr : "";
    c->end = c->begin + text.len;
    c->eof = true;
    return start(out, c, spec, err);
}

void umi_csv_free(umi_csv *c)
{
    if (c == NULL)
        return;
    umi_buf_free(&c->names);
    umi_buf_free(&c->text);
    umi_free(c->data);
    umi_free(c);
}

/* --- writing ----------------------------------------------------------- */

static bool needs_quotes(umi_text t, char delimiter)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '"' || t.ptr[i] == delimiter || t.ptr[i] == '\n' ||
            t.ptr[i] == '\r')
            return true;
    /* a byte-order mark at the start of a file would be skipped */
    return t.len >= 3 && memcmp(t.ptr, "\xEF\xBB\xBF", 3) == 0;
}

static void quote(umi_buf *b, umi_text t)
{
    umi_buf_putc(b, '"');
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '"')
            umi_buf_putc(b, '"');
        umi_buf_putc(b, t.ptr[i]);
    }
    umi_buf_putc(b, '"');
}

void umi_csv_put(umi_csv_out *w, umi_text t)
{
    char delimiter = w->delimiter ? w->delimiter : ',';
    if (w->open)
        umi_buf_putc(w->buf, delimiter);
    w->open = true;
    if (needs_quotes(t, delimiter))
        quote(w->buf, t);
    else
        umi_buf_text(w->buf, t);
}

void umi_csv_put_str(umi_csv_out *w, const char *s)
{
    umi_csv_put(w, umi_text_of(s));
}

void umi_csv_put_int(umi_csv_out *w, int64_t v)
{
    umi_csv_put(w, (umi_text){"", 0});
    umi_buf_int(w->buf, v);
}

void umi_csv_put_money(umi_csv_out *w, umi_money m)
{
    umi_csv_put(w, (umi_text){"", 0});
    umi_buf_money(w->buf, m);
}

void umi_csv_put_day(umi_csv_out *w, umi_day d)
{
    umi_csv_put(w, (umi_text){"", 0});
    umi_buf_day(w->buf, d);
}

void umi_csv_end(umi_csv_out *w)
{
    umi_buf_putc(w->buf, '\n');
    w->open = false;
}

void umi_csv_reject_columns(umi_column to[UMI_CSV_REJECTS],
                            const umi_column *own,
                            size_t n)
{
    static const char *const names[][2] = {{"line", "reject_line"},
                                           {"code", "reject_code"},
                                           {"message", "reject_message"}};
    for (size_t i = 0; i < UMI_CSV_REJECTS; i++) {
        bool taken = false;
        for (size_t k = 0; k < n && !taken; k++)
            taken = own[k].need != UMI_COLUMN_IGNORED &&
                    strcmp(own[k].name, names[i][0]) == 0;
        to[i] = (umi_column){names[i][taken], UMI_COLUMN_IGNORED};
    }
}

void umi_csv_reject_header(umi_csv_out *w, const umi_csv *c)
{
    for (size_t i = 0; i < c->width; i++)
        if (c->own[i])
            umi_csv_put(w, c->header[i]);
    umi_column more[UMI_CSV_REJECTS];
    umi_csv_reject_columns(more, c->spec.columns, c->spec.count);
    for (size_t i = 0; i < UMI_CSV_REJECTS; i++)
        umi_csv_put_str(w, more[i].name);
    umi_csv_end(w);
}

/* Hostile bytes must not make a second bad file: what is no UTF-8 becomes
 * U+FFFD, and NUL does too. */
static void put_raw(umi_csv_out *w, umi_text raw)
{
    umi_buf clean = {0};
    for (size_t i = 0; i < raw.len; i++) {
        umi_text one = {raw.ptr + i, 1};
        size_t most = raw.len - i < 4 ? raw.len - i : 4;
        while (one.len < most && !umi_text_utf8(one))
            one.len++;
        if (!umi_text_utf8(one) || raw.ptr[i] == '\0') {
            umi_buf_puts(&clean, "\xEF\xBF\xBD");
        } else {
            umi_buf_text(&clean, one);
            i += one.len - 1;
        }
    }
    w->buf->failed |= clean.failed;
    umi_csv_put(w, umi_buf_as_text(&clean));
    umi_buf_free(&clean);
}

void umi_csv_reject_row(umi_csv_out *w,
                        const umi_csv *c,
                        const umi_record *r,
                        const umi_error *err)
{
    size_t first = 0;
    while (first < c->width && !c->own[first])
        first++;
    for (size_t i = first; i < c->width; i++) {
        if (!c->own[i])
            continue;
        if (r->count != 0)
            umi_csv_put(w, r->fields[i]);
        else if (i == first)
            put_raw(w, r->raw);
        else
            umi_csv_put(w, (umi_text){"", 0});
    }
    umi_csv_put_int(w, r->line);
    umi_csv_put_str(w, err->code);
    char text[sizeof err->field + sizeof err->message + 4];
    umi_buf b = {text, 0, sizeof text, false}; /* never has to grow */
    if (err->field[0] != '\0') {
        umi_buf_puts(&b, err->field);
        umi_buf_puts(&b, ": ");
    }
    umi_buf_puts(&b, err->message);
    umi_csv_put(w, umi_buf_as_text(&b));
    umi_csv_end(w);
}

void umi_csv_reject(umi_csv_out *w, const umi_csv *c, const umi_error *err)
{
    umi_csv_reject_row(w, c, &c->record, err);
}
