/* SPDX-License-Identifier: MIT
 * Any bytes as a line of `umi rate`.  Bytes that begin with '{' are the line
 * itself; others choose flows, so that the search for a rate is reached: its
 * answer must not depend on the order of the flows nor, but under Regulation
 * Z, on who pays whom, and three digits more must round to the same rate. */
#include "ledger/io/rate_json.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    FLOWS = 24
};

typedef struct flow {
    int64_t sen;
    int32_t at; /* periods, twelfths of a year, or days */
} flow;

typedef struct question {
    const char *convention, *unit;
    int every, digits;
    bool dated;
    size_t count;
    flow flows[FLOWS];
} question;

typedef struct bytes {
    const uint8_t *at, *end;
} bytes;

static unsigned take(bytes *b)
{
    return b->at < b->end ? *b->at++ : 0;
}

#define PICK(b, words) (words)[take(b) % (sizeof(words) / sizeof *(words))]

static int64_t take_amount(bytes *b)
{
    static const int64_t units[] = {1, 100, 12345, 100000000,
                                    INT64_C(10000000000000)};
    int64_t amount = (int64_t)take(b) * PICK(b, units) + take(b);
    return take(b) % 4 == 0 ? -amount : amount;
}

static question choose(bytes *b)
{
    static const char *const conventions[] = {"periodic", "xirr", "eu", "eu",
                                              "regz"};
    static const char *const units[] = {"day",   "week", "semimonth",
                                        "month", "year", "term"};
    static const int steps[] = {0, 1, 1, 1, 7, 30, 365};
    unsigned by = take(b) % 5;
    question q = {.convention = conventions[by], .every = 1};
    q.dated = by == 1 || by == 3 || by == 4;
    if (by == 4) {
        q.unit = PICK(b, units);
        q.every = take(b) % 8 == 0 ? 2 : 1;
    }
    q.digits = (int)(take(b) % 10);
    q.count = 2 + take(b) % (FLOWS - 1);
    int32_t at = 0;
    for (size_t i = 0; i < q.count; i++) {
        q.flows[i] = (flow){take_amount(b), at};
        at += PICK(b, steps) * (q.dated && take(b) % 2 ? 30 : 1);
    }
    q.flows[0].sen = -llabs(q.flows[0].sen) - 1;
    return q;
}

static void put_flow(umi_buf *line, const question *q, const flow *f, int sign)
{
    umi_buf_puts(line, "{\"amount\":\"");
    umi_buf_money(line, (umi_money){sign * f->sen});
    if (q->dated) {
        umi_buf_puts(line, "\",\"date\":\"");
        umi_buf_day(line, (umi_day){10957 + f->at});
    } else {
        umi_buf_printf(line, "\",\"t\":\"%d%s", f->at,
                       q->convention[0] == 'e' ? "/12" : "");
    }
    umi_buf_puts(line, "\"}");
}

static umi_text
put_line(umi_buf *line, const question *q, int digits, bool backwards, int sign)
{
    line->len = 0;
    umi_buf_printf(line, "{\"convention\":\"%s\",\"digits\":%d,", q->convention,
                   digits);
    if (q->unit != NULL)
        umi_buf_printf(line, "\"unit\":\"%s\",\"every\":%d,", q->unit,
                       q->every);
    umi_buf_puts(line, "\"flows\":[");
    for (size_t i = 0; i < q->count; i++) {
        if (i > 0)
            umi_buf_putc(line, ',');
        put_flow(line, q, &q->flows[backwards ? q->count - 1 - i : i], sign);
    }
    umi_buf_puts(line, "]}");
    assert(!line->failed);
    return umi_buf_as_text(line);
}

/* What is answered, without the end of a line; empty when it is refused. */
static void ask(umi_buf *out, umi_text line)
{
    umi_arena *arena = umi_arena_new();
    umi_error err = {0};
    out->len = 0;
    assert(arena != NULL);
    if (umi_rate_answer(out, line, arena, &err) != UMI_OK) {
        assert(err.message[0] != '\0' && out->len == 0);
        assert(umi_text_utf8(umi_text_of(err.message)));
        assert(umi_text_utf8(umi_text_of(err.field)));
    }
    umi_arena_free(arena);
}

/* The digits of the rate as a number, its point left out. */
static __int128 digits_of(umi_text answer)
{
    const char *p = answer.ptr + sizeof "{\"id\":null,\"rate\":\"" - 1;
    bool minus = *p == '-';
    __int128 v = 0;
    for (p += minus; *p != '"'; p++)
        if (*p != '.')
            v = v * 10 + (*p - '0');
    return minus ? -v : v;
}

static void check(const question *q)
{
    umi_buf line = {0}, once = {0}, again = {0};
    ask(&once, put_line(&line, q, q->digits, false, 1));
    ask(&again, put_line(&line, q, q->digits, true, 1));
    assert(umi_text_eq(umi_buf_as_text(&once), umi_buf_as_text(&again)));
    if (q->convention[0] != 'r') {
        ask(&again, put_line(&line, q, q->digits, false, -1));
        assert(umi_text_eq(umi_buf_as_text(&once), umi_buf_as_text(&again)));
    }
    ask(&again, put_line(&line, q, q->digits + 3, false, 1));
    assert((once.len == 0) == (again.len == 0));
    if (once.len > 0) {
        __int128 rest = digits_of(umi_buf_as_text(&once)) * 1000 -
                        digits_of(umi_buf_as_text(&again));
        assert(rest >= -500 && rest <= 500);
    }
    umi_buf_free(&line);
    umi_buf_free(&once);
    umi_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] != '{') {
        bytes b = {data, data + size};
        question q = choose(&b);
        check(&q);
        return 0;
    }
    umi_buf out = {0};
    ask(&out, (umi_text){(const char *)data, size});
    umi_buf_free(&out);
    return 0;
}
