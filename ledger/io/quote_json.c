/* SPDX-License-Identifier: MIT */
#include "ledger/io/quote_json.h"

#include "engine/base/digits.h"
#include "engine/loan/cashflow.h"

#include <assert.h>

const char *const umi_quote_extra[] = {"id", "effective", NULL};

static umi_status read_extra(umi_quote *q, const umi_json *o, umi_error *err)
{
    const umi_json *id = umi_json_get(o, "id");
    const umi_json *effective = umi_json_get(o, "effective");
    if (id != NULL && id->type != UMI_JSON_STRING)
        return umi_fail(err, UMI_EINVAL, "id", "must be a text in quotes");
    if (effective != NULL && effective->type != UMI_JSON_BOOL)
        return umi_fail(err, UMI_EINVAL, "effective", "must be true or false");
    if (id != NULL)
        q->id = id->text;
    if (effective != NULL)
        q->effective = effective->boolean;
    return UMI_OK;
}

/* Flows without a rate, or with several, are no failure of the quote. */
static umi_status find_effective(umi_quote *q, umi_arena *arena, umi_error *err)
{
    umi_error why = {0};
    umi_status rc = umi_schedule_effective_rate(
        &q->effective_rate, &q->schedule, &q->terms, arena, &why);
    q->has_effective = rc == UMI_OK;
    if (rc == UMI_ENOMEM)
        return umi_fail(err, rc, "", "no memory for cash flows");
    return UMI_OK;
}

static umi_status build(umi_quote *q, umi_arena *arena, umi_error *err)
{
    size_t n = umi_schedule_rows(&q->terms);
    umi_row *rows = umi_arena_array(arena, n, sizeof *rows);
    if (rows == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for a schedule");
    umi_status rc = umi_schedule_build(&q->schedule, rows, n, &q->terms, err);
    if (rc != UMI_OK)
        return rc;
    q->flat_rate = umi_schedule_flat_rate(&q->schedule, &q->terms);
    return q->effective ? find_effective(q, arena, err) : UMI_OK;
}

umi_status umi_quote_make(umi_quote *out,
                          const umi_json *object,
                          bool effective,
                          const umi_terms_bind_opts *opts,
                          umi_arena *arena,
                          umi_error *err)
{
    umi_quote q = {.effective = effective};
    umi_status rc = umi_terms_bind(&q.terms, object, opts, arena, err);
    if (rc == UMI_OK)
        rc = read_extra(&q, object, err);
    if (rc == UMI_OK)
        rc = build(&q, arena, err);
    if (rc == UMI_OK)
        *out = q;
    else
        umi_json_got(err, object);
    return rc;
}

/* --- writing ------------------------------------------------------------------
 * Rows are most of the work of a batch: they are written into room that was
 * reserved once for all of them. */

#define PUT(p, literal)                                                        \
    (memcpy((p), (literal), sizeof(literal) - 1), (p) + sizeof(literal) - 1)

enum {
    ROW_TEXT = 256, /* 80 of keys, 5 amounts of 22, 10 + 2 * 11 of the rest */
    REST_TEXT = 512 /* 130 of keys, 5 amounts of 22, 2 rates of 40, spoilt 8 */
};

/* The civil date of the row before, from which that of the next is near. */
typedef struct near {
    umi_day day;
    umi_civil civil;
} near;

static void move(near *to, umi_day d)
{
    int64_t days = (int64_t)d.n - to->day.n;
    if (days < 0 || days > 62) {
        to->civil = umi_civil_of(d);
    } else {
        umi_civil *c = &to->civil;
        int32_t last = umi_month_days(c->year, c->month);
        c->day += (int32_t)days;
        while (c->day > last) {
            c->day -= last;
            c->year += c->month == 12;
            c->month = c->month % 12 + 1;
            last = umi_month_days(c->year, c->month);
        }
    }
    to->day = d;
}

static char *put_civil(char *p, umi_civil c)
{
    p = umi_put_digits(p, (uint64_t)c.year, 4);
    *p++ = '-';
    p = umi_put_digits(p, (uint64_t)c.month, 2);
    *p++ = '-';
    return umi_put_digits(p, (uint64_t)c.day, 2);
}

static char *put_row(char *p, const umi_row *r, umi_civil due)
{
    p = PUT(p, "{\"n\":");
    p = umi_put_uint(p, (uint64_t)r->n);
    p = PUT(p, ",\"due\":\"");
    p = put_civil(p, due);
    p = PUT(p, "\",\"days\":");
    p = umi_put_uint(p, (uint64_t)r->days);
    p = PUT(p, ",\"principal\":\"");
    p = umi_put_money(p, r->principal);
    p = PUT(p, "\",\"interest\":\"");
    p = umi_put_money(p, r->interest);
    p = PUT(p, "\",\"fee\":\"");
    p = umi_put_money(p, r->fee);
    p = PUT(p, "\",\"total\":\"");
    p = umi_put_money(p, r->total);
    p = PUT(p, "\",\"balance\":\"");
    p = umi_put_money(p, r->balance);
    return PUT(p, "\"}");
}

static char *put_rows(char *p, const umi_schedule *s)
{
    near due = {.day = {INT32_MIN}};
    *p++ = '[';
    for (size_t i = 0; i < s->count; i++) {
        if (i > 0)
            *p++ = ',';
        move(&due, s->rows[i].due);
        p = put_row(p, &s->rows[i], due.civil);
    }
    *p++ = ']';
    return p;
}

void umi_schedule_write(umi_buf *b, const umi_schedule *s)
{
    char *p = umi_buf_reserve(b, s->count * ROW_TEXT + REST_TEXT);
    if (p != NULL)
        b->len = (size_t)(put_rows(p, s) - b->ptr);
}

static char *put_wide(char *p, umi_u128 v)
{
    const uint64_t most = 100000000;
    if (v <= UINT64_MAX)
        return umi_put_uint(p, (uint64_t)v);
    p = put_wide(p, v / most);
    return umi_put_digits(p, (uint64_t)(v % most), 8);
}

/* Millionths of a percent. */
static char *put_rate(char *p, umi_i128 rate)
{
    const uint64_t million = 1000000;
    umi_u128 u = (umi_u128)rate;
    assert(rate >= 0);
    *p++ = '"';
    p = put_wide(p, u / million);
    *p++ = '.';
    p = umi_put_digits(p, (uint64_t)(u % million), 6);
    *p++ = '"';
    return p;
}

static char *put_totals(char *p, const umi_schedule *s)
{
    p = PUT(p, ",\"totals\":{\"principal\":\"");
    p = umi_put_money(p, s->principal);
    p = PUT(p, "\",\"interest\":\"");
    p = umi_put_money(p, s->interest);
    p = PUT(p, "\",\"fee\":\"");
    p = umi_put_money(p, s->fee);
    p = PUT(p, "\",\"total\":\"");
    p = umi_put_money(p, s->total);
    return PUT(p, "\"}");
}

static char *put_rest(char *p, const umi_quote *q)
{
    p = put_totals(p, &q->schedule);
    p = PUT(p, ",\"payment\":");
    if (q->schedule.has_payment) {
        *p++ = '"';
        p = umi_put_money(p, q->schedule.payment);
        *p++ = '"';
    } else {
        p = PUT(p, "null");
    }
    p = PUT(p, ",\"effective_rate\":");
    p = q->has_effective ? put_rate(p, q->effective_rate) : PUT(p, "null");
    p = PUT(p, ",\"flat_rate\":");
    p = put_rate(p, q->flat_rate);
    *p++ = '}';
    return p;
}

void umi_quote_write(umi_buf *b, const umi_quote *q)
{
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '{');
    umi_json_key(&w, "id");
    if (q->id.ptr != NULL)
        umi_json_text(&w, q->id);
    else
        umi_json_null(&w);
    umi_json_key(&w, "rows");
    char *p = umi_buf_reserve(b, q->schedule.count * ROW_TEXT + REST_TEXT);
    if (p == NULL)
        return;
    p = put_rows(p, &q->schedule);
    b->len = (size_t)(put_rest(p, q) - b->ptr);
}

umi_status umi_quote_answer(umi_buf *out,
                            umi_text line,
                            const umi_terms_bind_opts *opts,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_json *object;
    umi_quote q;
    umi_status rc = umi_json_parse(&object, line, arena, err);
    if (rc == UMI_OK)
        rc = umi_quote_make(&q, object, false, opts, arena, err);
    if (rc == UMI_OK)
        umi_quote_write(out, &q);
    return rc;
}
