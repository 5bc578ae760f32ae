/* SPDX-License-Identifier: MIT */
#include "ledger/bank/work.h"

#include "ledger/bank/import.h"
#include "ledger/bank/print.h"
#include "ledger/book/keys.h"
#include "ledger/desk/fetch.h"

#include <assert.h>
#include <stdlib.h>

typedef struct loading {
    umi_bank_work *w;
    umi_book *b;
    umi_store *s;
    const umi_bank_accounts *all;
    umi_error *err;
    size_t unit;             /* whose texts are read */
    umi_reference_ask *asks; /* possible payments */
    size_t *ask_unit;        /* whose they are */
    size_t ask_count, ask_cap;
    umi_text *refs; /* possible transfers */
    size_t *ref_unit;
    size_t ref_count, ref_cap;
    int64_t *channels; /* that settle to the account */
    size_t channel_count;
} loading;

/* --- the lines ----------------------------------------------------------- */

typedef struct id_list {
    umi_arena *arena;
    int64_t *list;
    size_t n, cap;
} id_list;

static umi_status take_id(void *self, const void *row, umi_error *err)
{
    id_list *k = self;
    if (k->n == k->cap) {
        size_t cap = k->cap ? k->cap * 2 : 256;
        int64_t *list = umi_arena_array(k->arena, cap, sizeof *list);
        if (list == NULL)
            return umi_fail_memory(err);
        if (k->n > 0)
            memcpy(list, k->list, k->n * sizeof *list);
        k->list = list;
        k->cap = cap;
    }
    k->list[k->n++] = ((const umi_stmt_open *)row)->id;
    return UMI_OK;
}

static umi_status load_lines(loading *l)
{
    umi_bank_work *w = l->w;
    id_list k = {.arena = w->arena};
    umi_query_arg arg = UMI_ARG_INT(w->account.id);
    umi_status rc = umi_store_query(l->s, &umi_stmt_open_by_account, &arg,
                                    take_id, &k, l->err);
    if (rc != UMI_OK || k.n == 0)
        return rc;
    umi_stmt_line *rows = umi_arena_array(w->arena, k.n, sizeof *rows);
    bool *found = umi_arena_array(w->arena, k.n, sizeof *found);
    w->lines = umi_arena_array(w->arena, k.n, sizeof *w->lines);
    if (rows == NULL || found == NULL || w->lines == NULL)
        return umi_fail_memory(l->err);
    rc = umi_store_read(l->s, &umi_stmt_line_table, k.list, k.n, rows, found,
                        NULL, l->err);
    for (size_t i = 0; i < k.n && rc == UMI_OK; i++) {
        if (!found[i])
            return umi_fail(l->err, UMI_EDAMAGED, "",
                            "movement %lld is missing", (long long)k.list[i]);
        w->lines[w->line_count++].row = rows[i];
    }
    return rc;
}

/* --- their texts --------------------------------------------------------- */

static umi_status file_of(loading *l, const umi_stmt *s, umi_bank_file **out)
{
    umi_bank_work *w = l->w;
    umi_bank_file *f = NULL;
    umi_bank_file **list =
        umi_realloc(w->files, (w->file_count + 1) * sizeof(umi_bank_file *));
    if (list == NULL)
        return umi_fail_memory(l->err);
    w->files = list;
    umi_status rc =
        umi_bank_reread(&f, l->s, s->file, UMI_LANG_EN, w->arena, l->err);
    if (rc == UMI_OK)
        list[w->file_count++] = f;
    *out = f;
    return rc;
}

/* The line that @p row stands for, if the bytes still say so. */
static const umi_bank_line *
parsed_line(const umi_bank_file *f, const umi_stmt *s, const umi_stmt_line *row)
{
    if ((size_t)s->place >= f->statement_count)
        return NULL;
    const umi_bank_statement *st = &f->statements[s->place];
    if ((size_t)row->place >= st->line_count)
        return NULL;
    const umi_bank_line *line = &st->lines[row->place];
    return line->amount.sen == row->amount.sen ? line : NULL;
}

static umi_status attach_texts(loading *l)
{
    umi_bank_work *w = l->w;
    umi_stmt s = {0};
    int64_t file = 0;
    umi_bank_file *f = NULL;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < w->line_count && rc == UMI_OK; i++) {
        umi_bank_open_line *o = &w->lines[i];
        if (s.id != o->row.stmt)
            rc = umi__fetch_one(l->s, &umi_stmt_table, o->row.stmt, &s,
                                w->arena, l->err);
        if (rc == UMI_OK && file != s.file) {
            rc = file_of(l, &s, &f);
            file = s.file;
        }
        if (rc != UMI_OK)
            return rc;
        o->parsed = parsed_line(f, &s, &o->row);
        if (o->parsed == NULL)
            return umi_fail(l->err, UMI_EDAMAGED, "",
                            "movement %lld is not in the bytes of its file",
                            (long long)o->row.id);
    }
    return rc;
}

/* --- units --------------------------------------------------------------- */

/* A bulk entry falls into its transactions when they add up to it. */
static size_t parts_of(const umi_bank_line *p)
{
    int64_t sum = 0;
    size_t n = 0;
    for (const umi_bank_detail *d = p->details; d != NULL; d = d->next, n++)
        if (!d->amount.known || d->gross.known ||
            __builtin_add_overflow(sum, d->amount.amount.sen, &sum))
            return 0;
    return n > 1 && sum == p->amount.sen ? n : 0;
}

static void add_unit(umi_bank_work *w, size_t line, int64_t part, umi_money m)
{
    const umi_stmt_line *row = &w->lines[line].row;
    w->line_of[w->unit_count] = line;
    w->units[w->unit_count++] = (umi_bank_unit){
        row->id, part, row->booked, row->print, row->occurrence, m};
}

static umi_status make_units(loading *l)
{
    umi_bank_work *w = l->w;
    size_t n = 0;
    for (size_t i = 0; i < w->line_count; i++) {
        size_t parts = parts_of(w->lines[i].parsed);
        n += parts ? parts : 1;
    }
    w->units = umi_arena_array(w->arena, n, sizeof *w->units);
    w->line_of = umi_arena_array(w->arena, n, sizeof *w->line_of);
    w->answers = umi_arena_array(w->arena, n, sizeof *w->answers);
    if (w->units == NULL || w->line_of == NULL || w->answers == NULL)
        return umi_fail_memory(l->err);
    for (size_t i = 0; i < w->line_count; i++) {
        umi_bank_open_line *o = &w->lines[i];
        size_t parts = parts_of(o->parsed);
        const umi_bank_detail *d = o->parsed->details;
        o->first = w->unit_count;
        o->units = parts ? parts : 1;
        if (parts == 0)
            add_unit(w, i, 0, o->row.amount);
        for (size_t k = 0; k < parts; k++, d = d->next)
            add_unit(w, i, (int64_t)k + 1, d->amount.amount);
    }
    return UMI_OK;
}

/* --- what the texts name ------------------------------------------------- */

static bool grow(void **list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t grown = *cap ? *cap * 2 : 256;
    void *p = umi_realloc(*list, grown * size);
    if (p == NULL)
        return false;
    *list = p;
    *cap = grown;
    return true;
}

static bool note_transfer(void *self, umi_text found)
{
    loading *l = self;
    size_t cap = l->ref_cap;
    void *refs = l->refs, *units = l->ref_unit;
    bool ok = grow(&refs, l->ref_count, &l->ref_cap, sizeof *l->refs) &&
              grow(&units, l->ref_count, &cap, sizeof *l->ref_unit);
    l->refs = refs;
    l->ref_unit = units;
    if (!ok)
        return false;
    char *copy = umi_arena_copy(l->w->arena, found.ptr, found.len);
    l->refs[l->ref_count] = (umi_text){copy, found.len};
    l->ref_unit[l->ref_count++] = l->unit;
    return copy != NULL;
}

/* A payment's reference is unique in its channel: try each that settles
 * here. */
static bool note_word(void *self, umi_text found)
{
    loading *l = self;
    umi_sip_key key = umi_book_secret(l->b);
    for (size_t i = 0; i < l->channel_count; i++) {
        size_t cap = l->ask_cap;
        void *asks = l->asks, *units = l->ask_unit;
        bool ok = grow(&asks, l->ask_count, &l->ask_cap, sizeof *l->asks) &&
                  grow(&units, l->ask_count, &cap, sizeof *l->ask_unit);
        l->asks = asks;
        l->ask_unit = units;
        if (!ok)
            return false;
        umi_text channel = umi_book_word(l->b, l->channels[i]);
        l->asks[l->ask_count] =
            (umi_reference_ask){.key = umi_key_reference(&key, channel, found),
                                .channel = channel,
                                .ref = found};
        l->ask_unit[l->ask_count++] = l->unit;
    }
    return true;
}

static bool scan(loading *l, umi_text t, bool credit, bool reference)
{
    if (t.len == 0)
        return true;
    if (!umi_bank_find_transfers(t, note_transfer, l))
        return false;
    if (!credit)
        return true;
    if (reference && umi_bank_is_reference(t) && t.len <= 64 &&
        !note_word(l, t))
        return false;
    return umi_bank_find_words(t, note_word, l);
}

static bool scan_detail(loading *l, const umi_bank_detail *d, bool credit)
{
    return scan(l, d->reference, credit, true) &&
           scan(l, d->bank_ref, credit, true) &&
           scan(l, d->text, credit, false);
}

static bool scan_unit(loading *l)
{
    const umi_bank_unit *u = &l->w->units[l->unit];
    const umi_bank_line *p = l->w->lines[l->w->line_of[l->unit]].parsed;
    bool credit = u->amount.sen > 0;
    const umi_bank_detail *d = p->details;
    if (u->part > 0) {
        for (int64_t k = 1; k < u->part; k++)
            d = d->next;
        return scan_detail(l, d, credit);
    }
    for (; d != NULL; d = d->next)
        if (!scan_detail(l, d, credit))
            return false;
    return scan(l, p->customer_ref, credit, true) &&
           scan(l, p->bank_ref, credit, true) &&
           scan(l, p->text, credit, false);
}

/* --- channels ------------------------------------------------------------ */

/* Channels that settle to the account; and, when it stands in the standard
 * cash account, those that settle nowhere. */
static umi_status take_channel(void *self, const void *row, umi_error *err)
{
    loading *l = self;
    const umi_code_row *c = row;
    const umi_chart *chart;
    const umi_posting *posting;
    if (c->kind != UMI_CODE_CHANNEL || umi_bank_own_channel(c->word))
        return UMI_OK;
    umi_status rc = umi_book_chart(l->b, &chart, &posting, err);
    if (rc != UMI_OK)
        return rc;
    const umi_bank_account_row *a = umi_bank_accounts_settling(l->all, c->id);
    int32_t cash = umi_bank_accounts_cash(l->all, chart, c->id);
    bool here =
        a != NULL ? a->id == l->w->account.id
                  : umi_text_eq(chart->accounts[cash].code, l->w->account.cash);
    if (!here)
        return UMI_OK;
    int64_t *list =
        umi_realloc(l->channels, (l->channel_count + 1) * sizeof *list);
    if (list == NULL)
        return umi_fail_memory(err);
    l->channels = list;
    list[l->channel_count++] = c->id;
    return UMI_OK;
}

/* --- hints --------------------------------------------------------------- */

static umi_status add_hint(loading *l, umi_bank_hint h, const umi_transfer *t)
{
    umi_bank_work *w = l->w;
    if (w->hint_count == w->hint_cap) {
        size_t cap = w->hint_cap ? w->hint_cap * 2 : 256;
        umi_bank_hint *hints = umi_arena_array(w->arena, cap, sizeof *hints);
        umi_transfer *rows = umi_arena_array(w->arena, cap, sizeof *rows);
        if (hints == NULL || rows == NULL)
            return umi_fail_memory(l->err);
        if (w->hint_count > 0) {
            memcpy(hints, w->hints, w->hint_count * sizeof *hints);
            memcpy(rows, w->transfers, w->hint_count * sizeof *rows);
        }
        w->hints = hints;
        w->transfers = rows;
        w->hint_cap = cap;
    }
    w->transfers[w->hint_count] = t ? *t : (umi_transfer){0};
    w->hints[w->hint_count++] = h;
    return UMI_OK;
}

static umi_status settled(loading *l,
                          umi_bank_target kind,
                          const int64_t *targets,
                          size_t n,
                          bool *out)
{
    int64_t *keys = umi_arena_array(l->w->arena, n + 1, sizeof *keys);
    umi_bank_settled *rows = umi_arena_array(l->w->arena, n + 1, sizeof *rows);
    if (keys == NULL || rows == NULL)
        return umi_fail_memory(l->err);
    for (size_t i = 0; i < n; i++)
        keys[i] = umi_bank_settled_key(kind, targets[i]);
    return umi__fetch(l->s, &umi_bank_settled_table, keys, n, rows, out,
                      l->w->arena, l->err);
}

/* A debit is the transfer, a credit its return. */
static umi_status transfer_hints(loading *l)
{
    umi_arena *arena = l->w->arena;
    size_t n = l->ref_count;
    int64_t *ids = umi_arena_array(arena, n + 1, sizeof *ids);
    umi_transfer *rows = umi_arena_array(arena, n + 1, sizeof *rows);
    bool *have = umi_arena_array(arena, n + 1, sizeof *have);
    bool *sent = umi_arena_array(arena, n + 1, sizeof *sent);
    bool *back = umi_arena_array(arena, n + 1, sizeof *back);
    if (!ids || !rows || !have || !sent || !back)
        return umi_fail_memory(l->err);
    umi_status rc = umi_store_lookup(l->s, &umi_transfer_by_reference, l->refs,
                                     n, ids, l->err);
    if (rc == UMI_OK)
        rc = umi__fetch(l->s, &umi_transfer_table, ids, n, rows, have, arena,
                        l->err);
    for (size_t i = 0; i < n; i++)
        ids[i] = rc == UMI_OK && have[i] ? rows[i].id : 0;
    if (rc == UMI_OK)
        rc = settled(l, UMI_BANK_TRANSFER, ids, n, sent);
    if (rc == UMI_OK)
        rc = settled(l, UMI_BANK_RETURN, ids, n, back);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        const umi_transfer *t = &rows[i];
        bool debit = l->w->units[l->ref_unit[i]].amount.sen < 0;
        umi_bank_hint h = {.unit = l->ref_unit[i],
                           .kind = debit ? UMI_BANK_TRANSFER : UMI_BANK_RETURN,
                           .target = ids[i]};
        if (!have[i])
            continue;
        h.amount.sen = debit ? -t->amount.sen : t->amount.sen;
        h.taken =
            debit ? sent[i] : back[i] || t->state == UMI_TRANSFER_RETURNED;
        h.ready = sent[i];
        rc = add_hint(l, h, t);
    }
    return rc;
}

/* Whether a posting was reversed: then it expects no money. */
static umi_status reversed(loading *l, int64_t txn, bool *out)
{
    umi_query_arg arg = UMI_ARG_INT(txn);
    void *rows;
    size_t n;
    umi_status rc = umi_store_find(l->s, &umi_txn_by_reverses, &arg, &rows, &n,
                                   l->w->arena, l->err);
    *out = n > 0;
    return rc;
}

static int by_key(const void *a, const void *b)
{
    const umi_reference_ask *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return 0;
}

/* The asks in ascending order of key, and whose each of them is (in `loan`
 * until the answer comes). */
static umi_status ask_references(loading *l, size_t **unit_of)
{
    size_t *units =
        umi_arena_array(l->w->arena, l->ask_count + 1, sizeof *units);
    if (units == NULL)
        return umi_fail_memory(l->err);
    for (size_t i = 0; i < l->ask_count; i++)
        l->asks[i].loan = (int64_t)l->ask_unit[i];
    if (l->ask_count > 1)
        qsort(l->asks, l->ask_count, sizeof *l->asks, by_key);
    for (size_t i = 0; i < l->ask_count; i++)
        units[i] = (size_t)l->asks[i].loan;
    *unit_of = units;
    return umi_keys_references(l->b, l->asks, l->ask_count, l->err);
}

static umi_status repayment_hints(loading *l)
{
    size_t *unit_of = NULL, n = 0;
    umi_arena *arena = l->w->arena;
    umi_status rc = ask_references(l, &unit_of);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < l->ask_count; i++) {
        if (l->asks[i].txn == 0)
            continue;
        unit_of[n] = unit_of[i];
        l->asks[n++] = l->asks[i];
    }
    int64_t *ids = umi_arena_array(arena, n + 1, sizeof *ids);
    umi_txn *rows = umi_arena_array(arena, n + 1, sizeof *rows);
    bool *have = umi_arena_array(arena, n + 1, sizeof *have);
    bool *done = umi_arena_array(arena, n + 1, sizeof *done);
    if (!ids || !rows || !have || !done)
        return umi_fail_memory(l->err);
    for (size_t i = 0; i < n; i++)
        ids[i] = l->asks[i].txn;
    rc = umi__fetch(l->s, &umi_txn_table, ids, n, rows, have, arena, l->err);
    if (rc == UMI_OK)
        rc = settled(l, UMI_BANK_REPAYMENT, ids, n, done);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        bool gone = false;
        if (!have[i] || rows[i].kind != UMI_TXN_REPAYMENT)
            continue;
        rc = reversed(l, ids[i], &gone);
        if (rc == UMI_OK && !gone)
            rc = add_hint(l,
                          (umi_bank_hint){.unit = unit_of[i],
                                          .kind = UMI_BANK_REPAYMENT,
                                          .target = ids[i],
                                          .amount = rows[i].amount,
                                          .taken = done[i]},
                          NULL);
    }
    return rc;
}

/* --- all together -------------------------------------------------------- */

static umi_status load(loading *l)
{
    umi_bank_work *w = l->w;
    umi_status rc = load_lines(l);
    if (rc == UMI_OK)
        rc = attach_texts(l);
    if (rc == UMI_OK)
        rc = make_units(l);
    if (rc == UMI_OK)
        rc = umi_store_scan(l->s, &umi_code_table, 0, INT64_MAX, take_channel,
                            l, l->err);
    for (l->unit = 0; l->unit < w->unit_count && rc == UMI_OK; l->unit++)
        if (!scan_unit(l))
            rc = umi_fail_memory(l->err);
    if (rc == UMI_OK && l->ref_count > 0)
        rc = transfer_hints(l);
    if (rc == UMI_OK && l->ask_count > 0)
        rc = repayment_hints(l);
    if (rc == UMI_OK)
        rc = umi_bank_decide(w->answers, w->units, w->unit_count, w->hints,
                             w->hint_count, l->err);
    return rc;
}

umi_status umi_bank_work_load(umi_bank_work *out,
                              umi_book *b,
                              const umi_bank_accounts *all,
                              const umi_bank_account_row *account,
                              umi_error *err)
{
    umi_bank_work w = {.arena = umi_arena_new(), .account = *account};
    loading l = {
        .w = &w, .b = b, .s = umi_book_store(b), .all = all, .err = err};
    umi_status rc = w.arena != NULL ? load(&l) : umi_fail_memory(err);
    umi_free(l.asks);
    umi_free(l.ask_unit);
    umi_free(l.refs);
    umi_free(l.ref_unit);
    umi_free(l.channels);
    if (rc == UMI_OK)
        *out = w;
    else
        umi_bank_work_free(&w);
    return rc;
}

void umi_bank_work_free(umi_bank_work *w)
{
    for (size_t i = 0; i < w->file_count; i++)
        umi_bank_file_free(w->files[i]);
    umi_free(w->files);
    umi_arena_free(w->arena);
    *w = (umi_bank_work){0};
}
