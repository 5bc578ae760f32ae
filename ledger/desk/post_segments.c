/* SPDX-License-Identifier: MIT */
#include "ledger/desk/post_segments_int.h"

static void fault(umi_pay_line *l, umi_pay_fault f)
{
    if (l->fault == UMI_PAY_NONE)
        l->fault = f;
}

/* One line as far as it can be judged without the book; the amount counts
 * even when something else is wrong. */
static umi_pay_line read_line(const umi__shape *shape, const umi_record *r)
{
    umi_pay_line l = {.line = r->line};
    if (umi__shape_text(&l.reference, shape, r, UMI_FIELD_REFERENCE, NULL) !=
            UMI_OK ||
        l.reference.len == 0 || l.reference.len > 255)
        fault(&l, UMI_PAY_REFERENCE);
    if (umi__shape_day(&l.date, shape, r, NULL) != UMI_OK)
        fault(&l, UMI_PAY_DATE);
    if (umi__shape_amount(&l.amount, shape, r, NULL) != UMI_OK)
        fault(&l, UMI_PAY_AMOUNT);
    if (umi__shape_text(&l.channel, shape, r, UMI_FIELD_CHANNEL, NULL) !=
            UMI_OK ||
        l.channel.len == 0 || l.channel.len > 64)
        fault(&l, UMI_PAY_CHANNEL);
    if (umi__shape_text(&l.loan, shape, r, UMI_FIELD_LOAN, NULL) != UMI_OK)
        fault(&l, UMI_PAY_LOAN);
    return l;
}

/* --- one segment ---------------------------------------------------------- */

static umi_status expect_record(umi__segments *s, bool *more, umi_error *err)
{
    *more = true;
    if (s->pending)
        return UMI_OK;
    umi_error why;
    umi_status rc = umi_source_next(&s->source, more, &s->row_fault, &why, err);
    s->pending = rc == UMI_OK && *more;
    return rc;
}

/* What was one segment once is one again, whatever the limit is now. */
static bool ends_before(const umi__segments *s, umi_pay_file *f, int64_t line)
{
    bool again = line > s->cut[0] && line <= s->cut[1];
    return umi_pay_count(f) > 0 &&
           ((umi_pay_full(f) && !again) || line == s->cut[0] ||
            umi_pay_last(f) == s->cut[1]);
}

static umi_status
take(umi__segments *s, umi_pay_file *f, umi_tally *lines, umi_error *err)
{
    const umi_record *r = umi_csv_record(s->source.csv);
    umi_pay_line l = {.line = r->line, .fault = UMI_PAY_CSV};
    if (!s->row_fault)
        l = read_line(s->shape, r);
    s->pending = false;
    umi_status rc = umi_pay_add(f, &l, err);
    return rc != UMI_OK ? rc : umi_file_count(lines, l.amount, err);
}

/* s->pending tells afterwards whether there are lines behind it. */
static umi_status
load(umi__segments *s, umi_pay_file *f, umi_tally *lines, umi_error *err)
{
    for (bool more;;) {
        umi_status rc = expect_record(s, &more, err);
        if (rc != UMI_OK || !more ||
            ends_before(s, f, umi_csv_record(s->source.csv)->line))
            return rc;
        rc = take(s, f, lines, err);
        if (rc != UMI_OK)
            return rc;
    }
}

/* --- the whole file ------------------------------------------------------- */

static umi_status
note(umi__segments *s, const umi_pay_file *f, bool digest, umi_error *err)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 16;
        umi__segment *grown = umi_realloc(s->list, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
        s->list = grown;
        s->cap = cap;
    }
    umi__segment *to = &s->list[s->count++];
    *to = (umi__segment){.first = umi_pay_first(f),
                         .last = umi_pay_last(f),
                         .n = (int64_t)umi_pay_count(f)};
    if (digest)
        to->digest = umi_pay_digest(f);
    return UMI_OK;
}

static umi_status count_rest(umi__segments *s, umi_pay_file *g, umi_error *err)
{
    umi_status rc = UMI_OK;
    while (s->pending && rc == UMI_OK) {
        umi_pay_clear(g);
        rc = load(s, g, &s->lines, err);
        if (rc == UMI_OK)
            rc = note(s, g, true, err);
    }
    return rc;
}

static umi_status open_source(umi__segments *s, umi_error *err)
{
    const umi_csv_spec spec =
        umi__shape_spec(s->shape, umi_file_ask_name(s->ask));
    s->pending = false;
    return umi_source_open(&s->source, s->ask->path, &spec, err);
}

umi_status umi__segments_count(umi__segments *s,
                               umi_pay_file *f,
                               const umi_book *b,
                               umi_error *err)
{
    umi_pay_file *g = NULL;
    s->count = 0;
    s->lines = (umi_tally){0};
    umi_status rc = open_source(s, err);
    if (rc == UMI_OK)
        umi_source_watch(&s->source, s->ask->progress, s->ask->self);
    if (rc == UMI_OK)
        rc = load(s, f, &s->lines, err);
    if (rc == UMI_OK)
        rc = note(s, f, s->pending, err);
    if (rc == UMI_OK && s->pending)
        rc = umi_pay_new(&g, b, s->ask->segment, err);
    if (rc == UMI_OK)
        rc = count_rest(s, g, err);
    umi_pay_free(g);
    return rc;
}

umi_hash umi__segments_hash(umi__segments *s)
{
    return umi_source_hash(&s->source);
}

static umi_status changed(const umi__segments *s, umi_error *err)
{
    umi_fail(err, UMI_EIO, "", "the file changed while it was read");
    umi_error_at(err, umi_file_ask_name(s->ask), 0, 0);
    return UMI_EIO;
}

umi_status
umi__segments_same(umi__segments *s, const umi_hash *was, umi_error *err)
{
    umi_hash is = umi__segments_hash(s);
    return umi_hash_eq(&is, was) ? UMI_OK : changed(s, err);
}

size_t umi__segments_find(const umi__segments *s, int64_t first, int64_t last)
{
    size_t i = 0;
    while (i < s->count &&
           (s->list[i].first != first || s->list[i].last != last))
        i++;
    return i;
}

/* --- again ---------------------------------------------------------------- */

void umi__segments_rewind(umi__segments *s, size_t at)
{
    umi_source_close(&s->source);
    s->at = at;
}

static umi_status skip_to(umi__segments *s, int64_t line, umi_error *err)
{
    bool more = true;
    umi_status rc = expect_record(s, &more, err);
    while (rc == UMI_OK && more && umi_csv_record(s->source.csv)->line < line) {
        s->pending = false;
        rc = expect_record(s, &more, err);
    }
    return rc;
}

umi_status umi__segments_next(umi__segments *s, umi_pay_file *f, umi_error *err)
{
    umi_tally lines = {0};
    umi_status rc = UMI_OK;
    if (s->source.csv == NULL) {
        rc = open_source(s, err);
        if (rc == UMI_OK)
            umi_source_unhashed(&s->source);
        if (rc == UMI_OK)
            rc = skip_to(s, s->list[s->at].first, err);
    }
    if (rc == UMI_OK)
        rc = load(s, f, &lines, err);
    if (rc != UMI_OK)
        return rc;
    const umi__segment *want = &s->list[s->at++];
    umi_hash digest = umi_pay_digest(f);
    return umi_pay_first(f) == want->first && lines.n == want->n &&
                   umi_hash_eq(&digest, &want->digest)
               ? UMI_OK
               : changed(s, err);
}

void umi__segments_free(umi__segments *s)
{
    umi_source_close(&s->source);
    umi_free(s->list);
    s->list = NULL;
}
