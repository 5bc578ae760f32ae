/* SPDX-License-Identifier: MIT */
#include "ledger/desk/day_verify.h"

#include "ledger/book/gl.h"
#include "ledger/desk/day_close_int.h"

static umi_status wrong(umi_day d, const char *english, umi_error *err)
{
    char text[UMI_DAY_TEXT];
    umi_day_write(text, d);
    return umi_fail(err, UMI_EDAMAGED, "", "the close of %s: %s", text,
                    umi_tr(err ? err->lang : UMI_LANG_EN, english));
}

/* The newest posting that the close knew. */
static int64_t known_postings(const umi_period *p)
{
    for (size_t i = 0; i < p->figure_count; i++)
        if (p->figures[i].kind == UMI_CLOSING_POSTINGS)
            return p->figures[i].n;
    return 0;
}

static bool same_sums(const umi_accrual *a, const umi_accrual *b)
{
    return a->branch == b->branch && a->product == b->product &&
           a->earned.sen == b->earned.sen &&
           a->suspended.sen == b->suspended.sen && a->fee.sen == b->fee.sen;
}

typedef struct verifying {
    umi_book *b;
    umi_arena *arena; /* of the close at hand */
    umi_arena *whole;
    umi_gl *gl;
    umi_closed_day *days; /* in the order of their batches */
    bool *seen;           /* whether the ledger has lines of it */
    size_t count, room;
    size_t at; /* the close at hand, or count */
    const umi_gl_line *want;
    size_t want_count, met;
} verifying;

static umi_status keep_day(void *self, const void *row, umi_error *err)
{
    verifying *v = self;
    if (v->count == v->room) {
        size_t room = v->room ? v->room * 2 : 64;
        umi_closed_day *grown = umi_arena_array(v->whole, room, sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        if (v->count > 0)
            memcpy(grown, v->days, v->count * sizeof *grown);
        v->days = grown;
        v->room = room;
    }
    v->days[v->count++] = *(const umi_closed_day *)row;
    return UMI_OK;
}

static umi_day day_at(const verifying *v, size_t i)
{
    return (umi_day){(int32_t)v->days[i].id};
}

/* The lines that close @p i must have made. */
static umi_status expect(verifying *v, size_t i, umi_error *err)
{
    umi_period now, before;
    umi_gl_line *rows;
    umi_arena_reset(v->arena);
    umi_gl_clear(v->gl);
    umi_day d = day_at(v, i);
    umi_status rc = umi_period_of(&now, v->b, d, v->arena, err);
    if (rc == UMI_OK)
        rc = umi_period_before(&before, v->b, d, v->arena, err);
    for (size_t r = 0; rc == UMI_OK && r < now.accrual_count; r++) {
        umi_gl_entry e[UMI_PERIOD_ENTRIES];
        umi_accrual was = umi_period_sums(&before, &now.accruals[r]);
        umi_period_entries(e, &now.accruals[r], &was);
        for (size_t k = 0; rc == UMI_OK && k < UMI_PERIOD_ENTRIES; k++) {
            const umi_gl_key key = {e[k].kind, d, e[k].product, e[k].branch,
                                    e[k].channel};
            rc = umi_gl_add(v->gl, &key, &e[k].parts, err);
        }
    }
    if (rc == UMI_OK)
        rc = umi_gl_lines(v->gl, now.day.batch, &rows, &v->want_count, v->arena,
                          err);
    if (rc != UMI_OK)
        return rc;
    v->want = rows;
    v->met = 0;
    v->at = i;
    return UMI_OK;
}

static umi_status not_earned(const verifying *v, umi_error *err)
{
    return wrong(day_at(v, v->at), "the ledger has not the lines that it made",
                 err);
}

/* All lines of the close at hand were met. */
static umi_status leave(verifying *v, umi_error *err)
{
    bool all = v->at == v->count || v->met == v->want_count;
    return all ? UMI_OK : not_earned(v, err);
}

static size_t close_of(const verifying *v, int64_t batch)
{
    size_t low = 0, high = v->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (v->days[mid].batch < batch)
            low = mid + 1;
        else
            high = mid;
    }
    return low < v->count && v->days[low].batch == batch ? low : v->count;
}

static bool same_line(const umi_gl_line *a, const umi_gl_line *b)
{
    return a->day.n == b->day.n && a->branch == b->branch &&
           umi_text_eq(a->account, b->account) &&
           a->debit.sen == b->debit.sen && a->credit.sen == b->credit.sen;
}

static umi_status meet(void *self, const void *row, umi_error *err)
{
    verifying *v = self;
    const umi_gl_line *line = row;
    umi_status rc = UMI_OK;
    if (v->at == v->count || v->days[v->at].batch != line->batch) {
        size_t i = close_of(v, line->batch);
        if (i == v->count)
            return UMI_OK;
        rc = leave(v, err);
        if (rc == UMI_OK)
            rc = expect(v, i, err);
        v->seen[i] = true;
    }
    if (rc != UMI_OK)
        return rc;
    if (v->met == v->want_count || !same_line(line, &v->want[v->met]))
        return not_earned(v, err);
    v->met++;
    return UMI_OK;
}

static umi_status verify_lines(verifying *v, umi_error *err)
{
    v->seen = umi_arena_array(v->whole, v->count, sizeof *v->seen);
    v->at = v->count;
    if (v->seen == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_store_scan(umi_book_store(v->b), &umi_gl_line_table, 1,
                                   INT64_MAX, meet, v, err);
    if (rc == UMI_OK)
        rc = leave(v, err);
    for (size_t i = 0; rc == UMI_OK && i < v->count; i++) {
        if (v->seen[i])
            continue;
        rc = expect(v, i, err);
        if (rc == UMI_OK && v->want_count > 0)
            rc = not_earned(v, err);
    }
    return rc;
}

/* The sums of the last close again, from the loans. */
static umi_status verify_last(const verifying *v, umi_error *err)
{
    umi_period p;
    umi_day_sums s = {NULL, 0, false};
    if (v->count == 0)
        return UMI_OK;
    umi_day d = day_at(v, v->count - 1);
    umi_status rc = umi_period_of(&p, v->b, d, v->whole, err);
    int64_t newest = rc == UMI_OK ? known_postings(&p) : 0;
    if (newest > 0) /* before the first posting no loan earned anything */
        rc = umi__day_sums(&s, v->b, d, newest, v->whole, err);
    if (rc != UMI_OK || s.unsure)
        return rc;
    bool same = s.count == p.accrual_count;
    for (size_t i = 0; same && i < s.count; i++)
        same = same_sums(&s.rows[i], &p.accruals[i]);
    return same ? UMI_OK : wrong(d, "its sums are not those of the loans", err);
}

umi_status umi_day_verify(umi_book *b, int64_t *n, umi_error *err)
{
    verifying v = {.b = b, .whole = umi_arena_new(), .arena = umi_arena_new()};
    umi_status rc = UMI_OK;
    if (v.whole == NULL || v.arena == NULL)
        rc = umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&v.gl, b, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_closed_day_table, 1,
                            INT64_MAX, keep_day, &v, err);
    if (rc == UMI_OK)
        rc = verify_lines(&v, err);
    if (rc == UMI_OK)
        rc = verify_last(&v, err);
    if (rc == UMI_OK)
        *n = (int64_t)v.count;
    umi_gl_free(v.gl);
    umi_arena_free(v.arena);
    umi_arena_free(v.whole);
    return rc;
}
