/* SPDX-License-Identifier: MIT */
#include "ledger/book/loan_lines_int.h"

#include "engine/base/varint.h"
#include "engine/loan/schedule_hash.h"
#include "ledger/book/keys.h"

#include <assert.h>

enum {
    TEXTS = 7,
    NUMBERS = 15,
    ORIGIN_MAX = 1024
};

/* --- what a line says ----------------------------------------------------- */

/* Everything that makes two lines the same loan, under the book's own key, so
 * that the digest tells nothing of the person. */
static umi_hash origin_of(const umi_sip_key *secret, const umi_import_line *l)
{
    const umi_terms *t = &l->terms;
    const umi_text texts[TEXTS] = {l->number,  l->product,  l->branch, l->grp,
                                   l->officer, l->borrower, l->nik};
    const int64_t numbers[NUMBERS] = {
        t->principal.sen,  t->disbursed.n,        t->periods,
        t->every,          (int64_t)t->unit,      t->rate.num,
        t->rate.den,       (int64_t)t->rate_per,  (int64_t)t->method,
        t->has_first_due,  t->first_due.n,        (int64_t)t->day_count,
        t->round.unit.sen, l->paid_principal.sen, l->paid_interest.sen};
    unsigned char room[ORIGIN_MAX];
    size_t n = sizeof secret->byte;
    memcpy(room, secret->byte, n);
    for (size_t i = 0; i < NUMBERS; i++)
        n += umi_varint_put(room + n, umi_zigzag(numbers[i]));
    for (size_t i = 0; i < TEXTS; i++) {
        assert(texts[i].len + UMI_VARINT_MAX <= sizeof room - n);
        n += umi_varint_put(room + n, texts[i].len);
        if (texts[i].len > 0)
            memcpy(room + n, texts[i].ptr, texts[i].len);
        n += texts[i].len;
    }
    return umi_blake2b_of(room, n);
}

/* Into one piece of the arena; "" and absent are both "not known". */
static bool keep_texts(umi_arena *arena, umi__loan_line *it)
{
    umi_text *const texts[TEXTS] = {&it->number, &it->product, &it->branch,
                                    &it->grp,    &it->officer, &it->borrower,
                                    &it->nik};
    size_t len = 0;
    for (size_t i = 0; i < TEXTS; i++)
        len += texts[i]->len;
    char *at = umi_arena_alloc(arena, len);
    for (size_t i = 0; at != NULL && i < TEXTS; i++) {
        if (texts[i]->len == 0) {
            *texts[i] = (umi_text){0};
            continue;
        }
        memcpy(at, texts[i]->ptr, texts[i]->len);
        texts[i]->ptr = at;
        at += texts[i]->len;
    }
    return at != NULL;
}

static const umi_terms *keep_terms(umi__loan_lines *c, const umi_import_line *l)
{
    size_t i = (size_t)l->alike & (UMI__ALIKE - 1);
    if (l->alike > 0 && c->alike[i].number == l->alike)
        return c->alike[i].terms;
    umi_terms *t = umi_arena_alloc(c->arena, sizeof *t);
    if (t != NULL) {
        *t = l->terms;
        c->alike[i].number = l->alike;
        c->alike[i].terms = t;
    }
    return t;
}

/* --- what it agrees on ---------------------------------------------------- */

static umi_status
build(umi__loan_reader *r, umi_schedule *s, const umi_terms *t, umi_error *err)
{
    size_t n = umi_schedule_rows(t);
    if (n > r->row_cap) {
        umi_row *rows = umi_realloc(r->rows, n * sizeof *rows);
        if (rows == NULL)
            return UMI_ENOMEM;
        r->rows = rows;
        r->row_cap = n;
    }
    return umi_schedule_build(s, r->rows, n, t, err);
}

static bool within(umi_money part, umi_money whole)
{
    return part.sen >= 0 && part.sen <= whole.sen;
}

/* The schedule's figures, or why there is none. */
static umi_status
agree(umi__loan_reader *r, umi__loan_line *it, const umi_terms *t)
{
    umi_schedule s;
    umi_error why = {0};
    umi_status rc = build(r, &s, t, &why);
    if (rc == UMI_EINVAL || rc == UMI_ERANGE ||
        (rc == UMI_OK && s.interest.sen > UMI_MONEY_ONCE_MAX)) {
        it->refusal = "TERMS";
        return UMI_OK;
    }
    if (rc != UMI_OK)
        return UMI_ENOMEM;
    if (!within(it->paid_principal, s.principal) ||
        !within(it->paid_interest, s.interest))
        it->refusal = "PAID";
    it->interest = s.interest;
    it->fee = s.fee;
    it->schedule = umi_schedule_hash(&s);
    return UMI_OK;
}

static umi_status add(umi__loan_reader *r, umi_import_line *l, umi_error *err)
{
    umi__loan_lines *c = r->into;
    umi__loan_line *it = &c->items[c->count];
    *it = (umi__loan_line){
        .line = l->line, .fault = l->fault, .amount = l->amount};
    c->count++;
    if (l->fault != NULL)
        return UMI_OK;
    if (l->branch.len == 0)
        l->branch = r->branch;
    const umi_terms *t = &l->terms;
    assert(l->amount.sen == t->principal.sen);
    it->number = l->number;
    it->product = l->product;
    it->branch = l->branch;
    it->grp = l->grp;
    it->officer = l->officer;
    it->borrower = l->borrower;
    it->nik = l->nik;
    it->paid_principal = l->paid_principal;
    it->paid_interest = l->paid_interest;
    it->disbursed = t->disbursed;
    it->first_due = t->has_first_due ? t->first_due : (umi_day){UMI_NONE32};
    it->origin = origin_of(&r->secret, l);
    it->key = umi_key_number(&r->secret, l->number);
    it->nik_key = l->nik.len > 0 ? umi_key_number(&r->secret, l->nik) : 0;
    it->terms = keep_terms(c, l);
    bool kept = it->terms != NULL && keep_texts(c->arena, it);
    return kept && agree(r, it, t) == UMI_OK ? UMI_OK : umi_fail_memory(err);
}

/* --- a chunk -------------------------------------------------------------- */

/* Lines of one key stand together afterwards, in the order of the file. */
static void sort(umi__loan_lines *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].fault == NULL)
            c->order[n++] = (umi_pair){c->items[i].key, (int64_t)i};
    c->sound = n;
    umi_sort_pairs(c->order, c->room, n);
    for (size_t i = 1; i < n; i++)
        if (c->order[i].key == c->order[i - 1].key)
            c->items[c->order[i].value].twin =
                c->items[c->order[i - 1].value].twin = true;
}

static bool make_room(umi__loan_lines *c)
{
    if (c->items != NULL)
        return true;
    c->arena = umi_arena_new();
    c->items = umi_alloc_array(c->cap, sizeof *c->items);
    c->order = umi_alloc_array(c->cap, sizeof *c->order);
    c->room = umi_alloc_array(c->cap, sizeof *c->room);
    return c->arena && c->items && c->order && c->room;
}

/* The chunk ends before the line that has no room in it any more. */
static umi_status fill(umi__loan_reader *r, umi_error *err)
{
    umi__loan_lines *c = r->into;
    umi_status rc = UMI_OK;
    while (rc == UMI_OK) {
        bool more = true;
        if (!r->ahead)
            rc = r->feed.next(r->feed.self, &r->line, &more, err);
        r->ahead = rc == UMI_OK && more;
        c->last = rc == UMI_OK && !more;
        if (!r->ahead || c->count == c->cap)
            break;
        r->ahead = false;
        rc = umi_file_count(&r->lines, r->line.amount, err);
        if (rc == UMI_OK && r->line.line > r->after)
            rc = add(r, &r->line, err);
    }
    c->lines = r->lines;
    return rc;
}

void umi__loan_lines_read(void *reader)
{
    umi__loan_reader *r = reader;
    umi__loan_lines *c = r->into;
    c->rc = make_room(c) ? fill(r, &c->err) : umi_fail_memory(&c->err);
    if (c->rc == UMI_OK)
        sort(c);
}

void umi__loan_lines_clear(umi__loan_lines *c)
{
    c->count = c->sound = 0;
    memset(c->alike, 0, sizeof c->alike);
    if (c->arena != NULL)
        umi_arena_reset(c->arena);
}

void umi__loan_lines_free(umi__loan_lines *c)
{
    umi_arena_free(c->arena);
    umi_free(c->items);
    umi_free(c->order);
    umi_free(c->room);
}

void umi__loan_reader_free(umi__loan_reader *r)
{
    umi_free(r->rows);
}
