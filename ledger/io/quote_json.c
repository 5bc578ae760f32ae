/* SPDX-License-Identifier: MIT */
#include "ledger/io/quote_json.h"

#include "engine/base/exact.h"
#include "engine/loan/cashflow.h"

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

static inline char *put_pair(char *p, uint64_t v)
{
    static const char pairs[] =
        "0001020304050607080910111213141516171819202122232425262728293031323334"
        "3536373839404142434445464748495051525354555657585960616263646566676869"
        "707172737475767778798081828384858687888990919293949596979899";
    memcpy(p, pairs + v * 2, 2);
    return p + 2;
}

static inline char *put_uint(char *p, uint64_t v)
{
    uint64_t ten = 10;
    char *end = p + 1;
    for (; end < p + 19 && v >= ten; ten *= 10)
        end++;
    for (char *at = end; at > p; v /= 100) {
        if (at - p == 1) {
            *p = (char)('0' + v);
            break;
        }
        at -= 2;
        (void)put_pair(at, v % 100);
    }
    return end;
}

/* Amounts of a schedule are never negative. */
static char *put_money(char *p, umi_money m)
{
    uint64_t u = (uint64_t)m.sen, sen = u % 100;
    p = put_uint(p, u / 100);
    if (sen == 0)
        return p;
    *p++ = '.';
    *p++ = (char)('0' + sen / 10);
    if (sen % 10 != 0)
        *p++ = (char)('0' + sen % 10);
    return p;
}

static char *put_day(char *p, umi_day d)
{
    char text[UMI_DAY_TEXT];
    (void)umi_day_write(text, d);
    memcpy(p, text, UMI_DAY_TEXT - 1);
    return p + UMI_DAY_TEXT - 1;
}

enum {
    ROW_TEXT = 256 /* 80 of keys, 5 amounts of 22, 10 + 2 * 11 of the rest */
};

static char *put_row(char *p, const umi_row *r)
{
    p = PUT(p, "{\"n\":");
    p = put_uint(p, (uint64_t)r->n);
    p = PUT(p, ",\"due\":\"");
    p = put_day(p, r->due);
    p = PUT(p, "\",\"days\":");
    p = put_uint(p, (uint64_t)r->days);
    p = PUT(p, ",\"principal\":\"");
    p = put_money(p, r->principal);
    p = PUT(p, "\",\"interest\":\"");
    p = put_money(p, r->interest);
    p = PUT(p, "\",\"fee\":\"");
    p = put_money(p, r->fee);
    p = PUT(p, "\",\"total\":\"");
    p = put_money(p, r->total);
    p = PUT(p, "\",\"balance\":\"");
    p = put_money(p, r->balance);
    return PUT(p, "\"}");
}

void umi_schedule_write(umi_buf *b, const umi_schedule *s)
{
    char *p = umi_buf_reserve(b, s->count * ROW_TEXT + 2);
    if (p == NULL)
        return;
    *p++ = '[';
    for (size_t i = 0; i < s->count; i++) {
        if (i > 0)
            *p++ = ',';
        p = put_row(p, &s->rows[i]);
    }
    *p++ = ']';
    b->len = (size_t)(p - b->ptr);
}

static void put_rate(umi_json_out *w, const char *name, umi_i128 rate)
{
    umi_json_key(w, name);
    umi_buf_putc(w->buf, '"');
    umi_buf_fixed(w->buf, rate, 6);
    umi_buf_putc(w->buf, '"');
    w->comma = true;
}

static void put_totals(umi_json_out *w, const umi_schedule *s)
{
    umi_json_key(w, "totals");
    umi_json_open(w, '{');
    umi_json_key(w, "principal");
    umi_json_money(w, s->principal);
    umi_json_key(w, "interest");
    umi_json_money(w, s->interest);
    umi_json_key(w, "fee");
    umi_json_money(w, s->fee);
    umi_json_key(w, "total");
    umi_json_money(w, s->total);
    umi_json_close(w, '}');
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
    umi_schedule_write(b, &q->schedule);
    w.comma = true;
    put_totals(&w, &q->schedule);
    umi_json_key(&w, "payment");
    if (q->schedule.has_payment)
        umi_json_money(&w, q->schedule.payment);
    else
        umi_json_null(&w);
    if (q->has_effective) {
        put_rate(&w, "effective_rate", q->effective_rate);
    } else {
        umi_json_key(&w, "effective_rate");
        umi_json_null(&w);
    }
    put_rate(&w, "flat_rate", q->flat_rate);
    umi_json_close(&w, '}');
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
