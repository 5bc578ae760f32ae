/* SPDX-License-Identifier: MIT */
#include "ledger/io/rate_json.h"

#include "engine/base/exact.h"

#include <stdio.h>

typedef enum convention {
    PERIODIC,
    XIRR,
    REGZ,
    EU
} convention;
static const char *const conventions[] = {"periodic", "xirr", "regz", "eu"};

/* A flow as read: a date or a t, whichever the convention takes. */
typedef struct when {
    umi_day date;
    bool dated;
    int64_t num, den;
} when;

typedef struct question {
    const umi_json *id, *convention, *flows, *digits, *unit, *every;
    convention by;
    umi_unit_period unit_period;
    int32_t every_units;
    umi_rate_query query;
    when *whens;
} question;

/* @p number is that of a flow, from 1, or 0: the field is no part of one. */
static umi_status refuse_at(umi_error *err,
                            size_t number,
                            const char *field,
                            const char *english,
                            umi_text got)
{
    char which[32] = "";
    const char *text = umi_tr(err ? err->lang : UMI_LANG_EN, english);
    if (number > 0)
        (void)snprintf(which, sizeof which, "no. %zu: ", number);
    if (got.ptr == NULL)
        return umi_fail(err, UMI_EINVAL, field, "%s%s", which, text);
    return umi_fail(err, UMI_EINVAL, field, "%s%s, got '%.*s'", which, text,
                    UMI_SHOW(got));
}

static umi_status
refuse(umi_error *err, const char *field, const char *english, umi_text got)
{
    return refuse_at(err, 0, field, english, got);
}

static const umi_text nothing;

/* --- keys ---------------------------------------------------------------------- */

static umi_status sort_keys(question *q, const umi_json *o, umi_error *err)
{
    const struct {
        const char *name;
        const umi_json **to;
    } keys[] = {
        {"id", &q->id},       {"convention", &q->convention},
        {"flows", &q->flows}, {"digits", &q->digits},
        {"unit", &q->unit},   {"every", &q->every},
    };
    enum {
        N = sizeof keys / sizeof *keys
    };
    if (o->type != UMI_JSON_OBJECT)
        return refuse(err, "", "must be an object", o->text);
    for (const umi_json *v = o->first; v != NULL; v = v->next) {
        size_t i = 0;
        while (i < N && !umi_text_is(v->key, keys[i].name))
            i++;
        if (i < N) {
            *keys[i].to = v;
            continue;
        }
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", UMI_SHOW(v->key));
        return refuse(err, name, "unknown key", v->text);
    }
    if (q->id != NULL && q->id->type != UMI_JSON_STRING)
        return refuse(err, "id", "must be a text in quotes", q->id->text);
    return UMI_OK;
}

static umi_status read_convention(question *q, umi_error *err)
{
    const umi_json *v = q->convention;
    if (v == NULL)
        return refuse(err, "convention", "must be given", nothing);
    for (int i = 0; i <= EU && v->type == UMI_JSON_STRING; i++)
        if (umi_text_is(v->text, conventions[i])) {
            q->by = (convention)i;
            return UMI_OK;
        }
    return refuse(err, "convention", "must be one of periodic, xirr, regz, eu",
                  v->text);
}

static umi_status read_int(const umi_json *v,
                           const char *field,
                           int64_t min,
                           int64_t max,
                           int32_t *out,
                           umi_error *err)
{
    int64_t n;
    if (v == NULL)
        return UMI_OK;
    if (v->type != UMI_JSON_NUMBER)
        return refuse(err, field, "must be a whole number without quotes",
                      v->text);
    if (!umi_text_int(v->text, min, max, &n))
        return umi_fail(err, UMI_EINVAL, field,
                        "must be a whole number from %d to %d, got '%.*s'",
                        (int)min, (int)max, UMI_SHOW(v->text));
    *out = (int32_t)n;
    return UMI_OK;
}

static umi_status read_unit(question *q, umi_error *err)
{
    q->every_units = 1;
    if (q->by != REGZ && (q->unit != NULL || q->every != NULL))
        return refuse(err, q->unit != NULL ? "unit" : "every",
                      "goes with convention regz only",
                      q->unit != NULL ? q->unit->text : q->every->text);
    if (q->by != REGZ)
        return UMI_OK;
    if (q->unit == NULL)
        return refuse(err, "unit", "must be given", nothing);
    if (q->unit->type != UMI_JSON_STRING ||
        !umi_unit_period_parse(&q->unit_period, q->unit->text))
        return refuse(err, "unit",
                      "must be one of day, week, semimonth, month, year, term",
                      q->unit->text);
    umi_status rc = read_int(q->every, "every", 1, 366, &q->every_units, err);
    bool many = q->unit_period == UMI_UNIT_PERIOD_DAY ||
                q->unit_period == UMI_UNIT_PERIOD_WEEK ||
                q->unit_period == UMI_UNIT_PERIOD_MONTH;
    if (rc == UMI_OK && q->every_units > 1 && !many)
        return refuse(err, "every", "must be 1 for this unit", q->every->text);
    return rc;
}

/* --- flows ----------------------------------------------------------------------- */

/* "p" or "p/q"; at most 3660 periods or 1000 years, q at most 366. */
static bool parse_time(umi_text t, convention by, when *w)
{
    const char *slash = t.len ? memchr(t.ptr, '/', t.len) : NULL;
    umi_text num = {t.ptr, slash ? (size_t)(slash - t.ptr) : t.len};
    int64_t most = by == PERIODIC ? UMI_PERIODS_MAX : 1000;
    w->den = 1;
    if (slash != NULL &&
        (by == PERIODIC ||
         !umi_text_int((umi_text){slash + 1, t.len - num.len - 1}, 1, 366,
                       &w->den)))
        return false;
    return num.len > 0 && num.ptr[0] != '-' &&
           umi_text_int(num, 0, most * w->den, &w->num);
}

static umi_status read_when(const question *q,
                            const umi_json *v,
                            const char *field,
                            bool date,
                            size_t number,
                            umi_error *err)
{
    when *w = &q->whens[number - 1];
    if (date ? q->by == PERIODIC : q->by == XIRR || q->by == REGZ)
        return refuse_at(err, number, field,
                         date ? "this convention takes t, not dates"
                              : "this convention takes dates, not t",
                         v->text);
    if (v->type != UMI_JSON_STRING)
        return refuse_at(err, number, field, "must be a text in quotes",
                         v->text);
    w->dated = date;
    if (date && !umi_day_parse(&w->date, v->text))
        return refuse_at(err, number, field,
                         "must be a date YYYY-MM-DD of 1900 to 2999", v->text);
    if (!date && !parse_time(v->text, q->by, w))
        return refuse_at(err, number, field,
                         q->by == PERIODIC
                             ? "must be a whole number of periods from 0 to "
                               "3660"
                             : "must be years as a whole number or a fraction "
                               "p/q, from 0 to 1000, q at most 366",
                         v->text);
    return UMI_OK;
}

/* The keys of one flow: @p date tells what @p time is. */
static umi_status flow_keys(const umi_json *v,
                            size_t number,
                            const umi_json **amount,
                            const umi_json **time,
                            bool *date,
                            umi_error *err)
{
    if (v->type != UMI_JSON_OBJECT)
        return refuse_at(err, number, "flows", "must be a list of objects",
                         v->text);
    for (const umi_json *e = v->first; e != NULL; e = e->next) {
        bool is_date = umi_text_is(e->key, "date");
        if (umi_text_is(e->key, "amount")) {
            *amount = e;
        } else if (!is_date && !umi_text_is(e->key, "t")) {
            char field[96];
            (void)snprintf(field, sizeof field, "flows.%.*s", UMI_SHOW(e->key));
            return refuse_at(err, number, field, "unknown key", e->text);
        } else if (*time != NULL) {
            return refuse_at(err, number, is_date ? "flows.date" : "flows.t",
                             "date and t cannot both be given", e->text);
        } else {
            *time = e;
            *date = is_date;
        }
    }
    return UMI_OK;
}

static umi_status
read_flow(question *q, const umi_json *v, size_t i, umi_error *err)
{
    const umi_json *amount = NULL, *time = NULL;
    size_t number = i + 1;
    bool date = q->by == XIRR || q->by == REGZ;
    umi_status rc = flow_keys(v, number, &amount, &time, &date, err);
    const char *field = date ? "flows.date" : "flows.t";
    if (rc == UMI_OK && time != NULL)
        rc = read_when(q, time, field, date, number, err);
    if (rc != UMI_OK)
        return rc;
    if (time == NULL || amount == NULL)
        return refuse_at(err, number, time == NULL ? field : "flows.amount",
                         "must be given", nothing);
    if (amount->type != UMI_JSON_STRING)
        return refuse_at(err, number, "flows.amount",
                         "must be a text in quotes", amount->text);
    if (!umi_money_parse(&q->query.flows[i].amount, amount->text))
        return refuse_at(
            err, number, "flows.amount",
            "must be an amount in rupiah like 1500000 or 1500000.5",
            amount->text);
    return UMI_OK;
}

static umi_status read_flows(question *q, umi_arena *arena, umi_error *err)
{
    const umi_json *v = q->flows;
    if (v == NULL)
        return refuse(err, "flows", "must be given", nothing);
    if (v->type != UMI_JSON_ARRAY || v->count < 2 || v->count > UMI_FLOWS_MAX)
        return refuse(err, "flows", "must be a list of 2 to 4000 flows",
                      v->text);
    q->query.count = v->count;
    q->query.flows = umi_arena_array(arena, v->count, sizeof(umi_flow));
    q->whens = umi_arena_array(arena, v->count, sizeof(when));
    if (q->query.flows == NULL || q->whens == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    size_t i = 0;
    for (const umi_json *e = v->first; e != NULL; e = e->next, i++) {
        umi_status rc = read_flow(q, e, i, err);
        if (rc != UMI_OK)
            return rc;
        if (q->whens[i].dated != q->whens[0].dated)
            return refuse(err, "flows", "dates and t cannot be mixed", nothing);
    }
    return UMI_OK;
}

/* --- from dates to t --------------------------------------------------------------- */

static void set_time(const question *q, size_t i, umi_day first)
{
    umi_flow *f = &q->query.flows[i];
    const when *w = &q->whens[i];
    if (!w->dated) {
        umi_rate t = umi_rate_of(w->num, w->den);
        f->num = t.num;
        f->den = (int32_t)t.den;
        f->odd_den = 1;
    } else if (q->by == XIRR) {
        umi_flow_by_days(f, first, w->date);
    } else if (q->by == EU) {
        umi_flow_by_months(f, first, w->date);
    } else {
        umi_flow_by_unit_periods(f, first, w->date, q->unit_period,
                                 q->every_units);
    }
}

static umi_status set_times(question *q, umi_error *err)
{
    umi_day first = q->whens[0].date, last = first;
    for (size_t i = 1; i < q->query.count; i++) {
        umi_day d = q->whens[i].date;
        first = d.n < first.n ? d : first;
        last = d.n > last.n ? d : last;
    }
    if (q->by == REGZ &&
        (first.n == last.n || !umi_unit_periods_of_year(
                                  &q->query.per, &q->query.per_den,
                                  q->unit_period, q->every_units, first, last)))
        return refuse(err, "flows",
                      first.n == last.n ? "there is no rate within one day"
                                        : "the term is longer than a year",
                      nothing);
    for (size_t i = 0; i < q->query.count; i++) {
        umi_day d = q->whens[i].date;
        if (q->by == REGZ && q->unit_period == UMI_UNIT_PERIOD_TERM &&
            d.n != first.n && d.n != last.n)
            return refuse(err, "flows", "a term has two dates", nothing);
        set_time(q, i, first);
    }
    return UMI_OK;
}

/* --- the answer -------------------------------------------------------------------- */

static void write(umi_buf *b, const question *q, umi_i128 rate)
{
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '{');
    umi_json_key(&w, "id");
    if (q->id != NULL)
        umi_json_text(&w, q->id->text);
    else
        umi_json_null(&w);
    umi_json_key(&w, "rate");
    umi_buf_putc(b, '"');
    umi_buf_fixed(b, rate, q->query.digits);
    umi_buf_putc(b, '"');
    w.comma = true;
    umi_json_put_bool(&w, "unique", true);
    umi_json_close(&w, '}');
}

umi_status
umi_rate_answer(umi_buf *out, umi_text line, umi_arena *arena, umi_error *err)
{
    umi_json *o;
    question q = {.query = {.digits = 6, .per = 1, .per_den = 1}};
    umi_i128 rate = 0;
    umi_status rc = umi_json_parse(&o, line, arena, err);
    if (rc == UMI_OK)
        rc = sort_keys(&q, o, err);
    if (rc == UMI_OK)
        rc = read_convention(&q, err);
    if (rc == UMI_OK)
        rc = read_int(q.digits, "digits", 0, 12, &q.query.digits, err);
    if (rc == UMI_OK)
        rc = read_unit(&q, err);
    if (rc == UMI_OK)
        rc = read_flows(&q, arena, err);
    if (rc == UMI_OK)
        rc = set_times(&q, err);
    q.query.advances_first = q.by == REGZ;
    if (rc == UMI_OK)
        rc = umi_cashflow_rate(&rate, &q.query, arena, err);
    if (rc == UMI_OK)
        write(out, &q, rate);
    return rc;
}
