/* SPDX-License-Identifier: MIT */
#include "ledger/book/loan_batch.h"

#include "ledger/book/deal.h"
#include "ledger/book/fold.h"
#include "ledger/book/gl.h"
#include "ledger/book/keys.h"
#include "ledger/book/sort.h"
#include "ledger/desk/words.h"

#include <assert.h>
#include <stdlib.h>

enum {
    CHUNK = 50000 /* loans; six rows each */
};

/* A line of the chunk, and what is known of its number. */
typedef struct item {
    umi_import_line line;
    umi_hash origin; /* of everything the line says */
    int64_t key;
    int64_t loan;   /* that has this number already, or 0 */
    int64_t person; /* 0: to be made */
} item;

/* Numbers of lines of this file that stand: hash, origin, by open
 * addressing. */
typedef struct seen {
    int64_t key; /* 0: free */
    umi_hash origin;
    umi_text number;
} seen;

struct umi_loan_batch {
    umi_file_run *run;
    umi_book *b;
    umi_loans_judged_fn judged;
    void *self;
    umi_sip_key secret;
    umi_arena *numbers; /* as long as the batch */
    umi_arena *arena;   /* of the chunk */
    umi_deals *deals;
    umi_gl *gl;
    bool begun; /* the one transaction of a whole file */
    item *items;
    size_t count, cap;
    umi_pair *pairs, *room;
    seen *seen;
    size_t seen_count, seen_room;
    umi_row *rows; /* of the schedule at hand */
    size_t row_cap;
    /* rows of the chunk */
    umi_person *persons;
    umi_terms_row *terms;
    umi_loan *loans;
    umi_agreement *agreements;
    umi_loan_state *states;
    umi_txn *txns;
    size_t person_count, terms_count, loan_count;
    umi_words *niks; /* of the chunk's new persons, to their place */
};

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

/* --- life ----------------------------------------------------------------- */

static bool make_tables(umi_loan_batch *lb)
{
    size_t n = lb->cap;
    lb->items = umi_alloc_array(n, sizeof *lb->items);
    lb->pairs = umi_alloc_array(n, sizeof *lb->pairs);
    lb->room = umi_alloc_array(n, sizeof *lb->room);
    lb->persons = umi_alloc_array(n, sizeof *lb->persons);
    lb->terms = umi_alloc_array(n, sizeof *lb->terms);
    lb->loans = umi_alloc_array(n, sizeof *lb->loans);
    lb->agreements = umi_alloc_array(n, sizeof *lb->agreements);
    lb->states = umi_alloc_array(n, sizeof *lb->states);
    lb->txns = umi_alloc_array(n, sizeof *lb->txns);
    return lb->items && lb->pairs && lb->room && lb->persons && lb->terms &&
           lb->loans && lb->agreements && lb->states && lb->txns;
}

umi_status umi_loan_batch_new(umi_loan_batch **out,
                              umi_file_run *run,
                              umi_loans_judged_fn judged,
                              void *self,
                              umi_error *err)
{
    umi_loan_batch *lb = umi_alloc_array(1, sizeof *lb);
    if (lb == NULL)
        return no_memory(err);
    lb->run = run;
    lb->b = run->book;
    lb->judged = judged;
    lb->self = self;
    lb->secret = umi_book_secret(lb->b);
    lb->cap = run->ask->chunk ? run->ask->chunk : CHUNK;
    lb->numbers = umi_arena_new();
    lb->arena = umi_arena_new();
    lb->niks = umi_words_new();
    umi_status rc = lb->numbers && lb->arena && lb->niks && make_tables(lb)
                        ? UMI_OK
                        : no_memory(err);
    if (rc == UMI_OK)
        rc = umi_deals_new(&lb->deals, lb->b, err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&lb->gl, lb->b, err);
    if (rc == UMI_OK && run->ask->whole && !run->ask->dry_run)
        rc = umi_store_begin(umi_book_store(lb->b), err);
    if (rc != UMI_OK) {
        umi_loan_batch_free(lb);
        return rc;
    }
    lb->begun = run->ask->whole && !run->ask->dry_run;
    *out = lb;
    return UMI_OK;
}

void umi_loan_batch_free(umi_loan_batch *lb)
{
    if (lb == NULL)
        return;
    umi_free(lb->items);
    umi_free(lb->pairs);
    umi_free(lb->room);
    umi_free(lb->seen);
    umi_free(lb->rows);
    umi_free(lb->persons);
    umi_free(lb->terms);
    umi_free(lb->loans);
    umi_free(lb->agreements);
    umi_free(lb->states);
    umi_free(lb->txns);
    umi_words_free(lb->niks);
    umi_deals_free(lb->deals);
    umi_gl_free(lb->gl);
    umi_arena_free(lb->arena);
    umi_arena_free(lb->numbers);
    umi_free(lb);
}

/* --- what a line says ----------------------------------------------------- */

/* Everything that makes two lines the same loan, under the book's own key, so
 * that the digest tells nothing of the person. */
static umi_hash origin_of(const umi_loan_batch *lb, const umi_import_line *l)
{
    const umi_terms *t = &l->terms;
    umi_blake2b h;
    umi_blake2b_init(&h);
    umi_blake2b_update(&h, lb->secret.byte, sizeof lb->secret.byte);
    const umi_text texts[] = {l->number,  l->product,  l->branch, l->grp,
                              l->officer, l->borrower, l->nik};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        umi_blake2b_text(&h, texts[i]);
    const int64_t numbers[] = {
        t->principal.sen,  t->disbursed.n,        t->periods,
        t->every,          (int64_t)t->unit,      t->rate.num,
        t->rate.den,       (int64_t)t->rate_per,  (int64_t)t->method,
        t->has_first_due,  t->first_due.n,        (int64_t)t->day_count,
        t->round.unit.sen, l->paid_principal.sen, l->paid_interest.sen};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        umi_blake2b_int(&h, numbers[i]);
    return umi_blake2b_final(&h);
}

static bool keep(umi_loan_batch *lb, umi_text *t)
{
    if (t->len == 0) { /* "" and absent are both "not known" */
        *t = (umi_text){0};
        return true;
    }
    t->ptr = umi_arena_copy(lb->arena, t->ptr, t->len);
    return t->ptr != NULL;
}

static umi_status
add_item(umi_loan_batch *lb, const umi_import_line *line, umi_error *err)
{
    item *it = &lb->items[lb->count];
    *it = (item){.line = *line};
    umi_import_line *l = &it->line;
    if (l->fault == NULL) {
        if (l->branch.len == 0)
            l->branch = umi_book_branch(lb->b);
        if (!keep(lb, &l->number) || !keep(lb, &l->product) ||
            !keep(lb, &l->branch) || !keep(lb, &l->grp) ||
            !keep(lb, &l->officer) || !keep(lb, &l->borrower) ||
            !keep(lb, &l->nik))
            return no_memory(err);
        it->origin = origin_of(lb, l);
        it->key = umi_key_number(&lb->secret, l->number);
    }
    lb->count++;
    return UMI_OK;
}

/* --- numbers -------------------------------------------------------------- */

static umi_status find_numbers(umi_loan_batch *lb, umi_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < lb->count; i++)
        if (lb->items[i].line.fault == NULL)
            lb->pairs[n++] = (umi_pair){lb->items[i].key, (int64_t)i};
    umi_sort_pairs(lb->pairs, lb->room, n);
    umi_number_ask *asks = umi_arena_array(lb->arena, n, sizeof *asks);
    if (asks == NULL)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        const item *it = &lb->items[lb->pairs[i].value];
        asks[i] = (umi_number_ask){.key = it->key, .number = it->line.number};
    }
    umi_status rc = umi_keys_numbers(lb->b, asks, n, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        lb->items[lb->pairs[i].value].loan = asks[i].loan;
        lb->items[lb->pairs[i].value].key = asks[i].key;
    }
    return rc;
}

/* The rows of loans that exist, in order of key. */
typedef struct known {
    int64_t *keys;
    umi_loan *rows;
    bool *found;
    size_t n;
} known;

static int by_key(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static umi_status read_known(umi_loan_batch *lb, known *k, umi_error *err)
{
    size_t n = 0, distinct = 0;
    k->keys = umi_arena_array(lb->arena, lb->count, sizeof *k->keys);
    if (k->keys == NULL)
        return no_memory(err);
    for (size_t i = 0; i < lb->count; i++)
        if (lb->items[i].loan != 0)
            k->keys[n++] = lb->items[i].loan;
    if (n > 0)
        qsort(k->keys, n, sizeof *k->keys, by_key);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || k->keys[i] != k->keys[distinct - 1])
            k->keys[distinct++] = k->keys[i];
    k->n = distinct;
    k->rows = umi_arena_array(lb->arena, distinct, sizeof *k->rows);
    k->found = umi_arena_array(lb->arena, distinct, sizeof *k->found);
    if (k->rows == NULL || k->found == NULL)
        return no_memory(err);
    umi_status rc =
        umi_store_read(umi_book_store(lb->b), &umi_loan_table, k->keys,
                       distinct, k->rows, k->found, lb->arena, err);
    for (size_t i = 0; i < distinct && rc == UMI_OK; i++)
        if (!k->found[i])
            rc = umi_fail(err, UMI_EDAMAGED, "",
                          "a loan number is kept for no loan");
    return rc;
}

static const umi_loan *known_loan(const known *k, int64_t id)
{
    const int64_t *at = bsearch(&id, k->keys, k->n, sizeof id, by_key);
    return at ? &k->rows[at - k->keys] : NULL;
}

static bool same_origin(const umi_loan *l, const umi_hash *origin)
{
    return l->origin.len == UMI_HASH_SIZE &&
           memcmp(l->origin.ptr, origin->byte, UMI_HASH_SIZE) == 0;
}

static bool seen_grow(umi_loan_batch *lb);

static seen *seen_place(seen *table, size_t room, int64_t key, umi_text number)
{
    size_t i = (uint64_t)key & (room - 1);
    while (table[i].key != 0 &&
           (table[i].key != key || !umi_text_eq(table[i].number, number)))
        i = (i + 1) & (room - 1);
    return &table[i];
}

static bool seen_grow(umi_loan_batch *lb)
{
    if (lb->seen_count * 2 < lb->seen_room)
        return true;
    size_t room = lb->seen_room ? lb->seen_room * 2 : 4096;
    seen *table = umi_alloc_array(room, sizeof *table);
    if (table == NULL)
        return false;
    for (size_t i = 0; i < lb->seen_room; i++)
        if (lb->seen[i].key != 0)
            *seen_place(table, room, lb->seen[i].key, lb->seen[i].number) =
                lb->seen[i];
    umi_free(lb->seen);
    lb->seen = table;
    lb->seen_room = room;
    return true;
}

/* --- persons -------------------------------------------------------------- */

static umi_status find_persons(umi_loan_batch *lb, umi_error *err)
{
    size_t n = 0;
    umi_text *niks = umi_arena_array(lb->arena, lb->count, sizeof *niks);
    size_t *which = umi_arena_array(lb->arena, lb->count, sizeof *which);
    int64_t *ids = umi_arena_array(lb->arena, lb->count, sizeof *ids);
    if (niks == NULL || which == NULL || ids == NULL)
        return no_memory(err);
    for (size_t i = 0; i < lb->count; i++)
        if (lb->items[i].line.fault == NULL && lb->items[i].line.nik.len > 0) {
            which[n] = i;
            niks[n++] = lb->items[i].line.nik;
        }
    umi_status rc = umi_store_lookup(umi_book_store(lb->b), &umi_person_by_nik,
                                     niks, n, ids, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        lb->items[which[i]].person = ids[i] == UMI_NONE ? 0 : ids[i];
    return rc;
}

static umi_status new_person(umi_loan_batch *lb, item *it, umi_error *err)
{
    umi_person *p = &lb->persons[lb->person_count];
    char *salt = umi_arena_alloc(lb->arena, UMI_SIP_KEY);
    if (salt == NULL)
        return no_memory(err);
    umi_store_random(salt, UMI_SIP_KEY);
    *p = (umi_person){.seq = 1,
                      .salt = {salt, UMI_SIP_KEY},
                      .nik = it->line.nik,
                      .name = it->line.borrower,
                      .household = UMI_NONE,
                      .birth = {UMI_NONE32}};
    umi_status rc = umi_book_take(lb->b, &umi_person_table, 1, &p->id, err);
    it->person = p->id;
    lb->person_count++;
    return rc;
}

/* The person of a loan; lines of one chunk with one NIK share a new one. */
static umi_status person_of(umi_loan_batch *lb, item *it, umi_error *err)
{
    if (it->person != 0)
        return UMI_OK;
    if (it->line.nik.len == 0)
        return new_person(lb, it, err);
    int64_t known_id = umi_words_get(lb->niks, it->line.nik);
    if (known_id != INT64_MIN) {
        it->person = known_id;
        return UMI_OK;
    }
    umi_status rc = new_person(lb, it, err);
    if (rc == UMI_OK && !umi_words_set(lb->niks, it->line.nik, it->person))
        rc = no_memory(err);
    return rc;
}

/* --- one loan ------------------------------------------------------------- */

static umi_status
refuse(umi_loan_batch *lb, const item *it, const char *code, umi_error *err)
{
    return umi_file_refuse(lb->run, it->line.line, code, it->line.amount, err);
}

static umi_status build_schedule(umi_loan_batch *lb,
                                 const umi_terms *t,
                                 umi_schedule *s,
                                 umi_error *err)
{
    size_t n = umi_schedule_rows(t);
    if (n > lb->row_cap) {
        umi_row *rows = umi_realloc(lb->rows, n * sizeof *rows);
        if (rows == NULL)
            return no_memory(err);
        lb->rows = rows;
        lb->row_cap = n;
    }
    return umi_schedule_build(s, lb->rows, n, t, err);
}

static umi_status intern_terms(umi_loan_batch *lb,
                               const item *it,
                               const umi_policy *policy,
                               int64_t *id,
                               umi_error *err)
{
    const umi_frame *f;
    const umi_terms_row *added;
    umi_status rc =
        umi_deals_intern(lb->deals, &it->line.terms, policy, &f, &added, err);
    if (rc != UMI_OK)
        return rc;
    if (added != NULL)
        lb->terms[lb->terms_count++] = *added;
    *id = f->id;
    return UMI_OK;
}

static umi_status
policy_of(umi_loan_batch *lb, umi_text product, umi_policy *out, umi_error *err)
{
    const umi_set *set;
    umi_status rc = umi_book_set(lb->b, &set, err);
    if (rc != UMI_OK)
        return rc;
    const umi_product *p = umi_product_find(&set->products, product);
    *out = p ? p->policy : umi_policy_default();
    return UMI_OK;
}

static umi_status fill_loan(umi_loan_batch *lb, item *it, umi_error *err)
{
    const umi_import_line *l = &it->line;
    umi_loan *row = &lb->loans[lb->loan_count];
    umi_policy policy;
    *row = (umi_loan){.number = l->number,
                      .grp = l->grp,
                      .officer = l->officer,
                      .principal = l->terms.principal,
                      .paid_principal = l->paid_principal,
                      .paid_interest = l->paid_interest,
                      .origin = {(const char *)it->origin.byte, UMI_HASH_SIZE},
                      .application = UMI_NONE,
                      .batch = lb->run->row.id,
                      .line = l->line};
    umi_status rc = person_of(lb, it, err);
    row->person = it->person;
    if (rc == UMI_OK)
        rc = umi_book_code(lb->b, UMI_CODE_PRODUCT, l->product, &row->product,
                           err);
    if (rc == UMI_OK)
        rc =
            umi_book_code(lb->b, UMI_CODE_BRANCH, l->branch, &row->branch, err);
    if (rc == UMI_OK)
        rc = policy_of(lb, l->product, &policy, err);
    if (rc == UMI_OK)
        rc = intern_terms(lb, it, &policy, &row->terms, err);
    return rc != UMI_OK
               ? rc
               : umi_book_take(lb->b, &umi_loan_table, 1, &row->id, err);
}

static umi_status fill_agreement(umi_loan_batch *lb,
                                 const item *it,
                                 const umi_schedule *s,
                                 umi_error *err)
{
    const umi_terms *t = &it->line.terms;
    const umi_loan *loan = &lb->loans[lb->loan_count];
    umi_agreement *a = &lb->agreements[lb->loan_count];
    *a = (umi_agreement){.loan = loan->id,
                         .terms = loan->terms,
                         .principal = t->principal,
                         .disbursed = t->disbursed,
                         .first_due = t->has_first_due ? t->first_due
                                                       : (umi_day){UMI_NONE32},
                         .schedule = umi_schedule_hash(s),
                         .batch = lb->run->row.id};
    return umi_book_take(lb->b, &umi_agreement_table, 1, &a->id, err);
}

static umi_status fill_txn(umi_loan_batch *lb, const item *it, umi_error *err)
{
    const umi_loan *loan = &lb->loans[lb->loan_count];
    umi_txn *t = &lb->txns[lb->loan_count];
    *t = umi_fold_draft(UMI_TXN_IMPORT, lb->run->row.id, it->line.line,
                        it->line.terms.disbursed);
    t->loan = loan->id;
    t->parts.principal.sen = loan->principal.sen - loan->paid_principal.sen;
    t->amount = t->parts.principal;
    umi_status rc = umi_book_take(lb->b, &umi_txn_table, 1, &t->id, err);
    if (rc != UMI_OK)
        return rc;
    const umi_gl_key key = {
        .kind = UMI_POST_IMPORT,
        .day = umi_book_day_open(lb->b, t->day) ? t->day : lb->run->row.booked,
        .product = loan->product,
        .branch = loan->branch,
        .channel = UMI_NONE};
    return umi_gl_add(lb->gl, &key, &t->parts, err);
}

static void fill_state(umi_loan_batch *lb, const umi_schedule *s)
{
    const umi_loan *loan = &lb->loans[lb->loan_count];
    const umi_agreement *a = &lb->agreements[lb->loan_count];
    const umi_txn *t = &lb->txns[lb->loan_count];
    umi_loan_state *st = &lb->states[lb->loan_count];
    *st = (umi_loan_state){.id = loan->id,
                           .seq = 1,
                           .agreement = a->id,
                           .terms = loan->terms,
                           .product = loan->product,
                           .branch = loan->branch,
                           .principal = loan->principal,
                           .disbursed = a->disbursed,
                           .first_due = a->first_due,
                           .last_txn = t->id,
                           .last_day = t->day};
    st->paid.principal = loan->paid_principal;
    st->paid.interest = loan->paid_interest;
    st->owed.principal.sen = s->principal.sen - loan->paid_principal.sen;
    st->owed.interest.sen = s->interest.sen - loan->paid_interest.sen;
    st->owed.fee = s->fee;
    bool owes =
        st->owed.principal.sen || st->owed.interest.sen || st->owed.fee.sen;
    st->status = owes ? UMI_LOAN_ACTIVE : UMI_LOAN_CLOSED;
}

static umi_status take_loan(umi_loan_batch *lb, item *it, umi_error *err)
{
    const umi_import_line *l = &it->line;
    umi_schedule s;
    umi_paid paid;
    umi_error why = {0};
    umi_status rc = build_schedule(lb, &l->terms, &s, &why);
    if (rc == UMI_EINVAL || rc == UMI_ERANGE)
        return refuse(lb, it, "TERMS", err);
    if (rc != UMI_OK)
        return no_memory(err);
    if (s.interest.sen > UMI_MONEY_ONCE_MAX)
        return refuse(lb, it, "TERMS", err);
    if (!umi_paid_of(&paid, s.rows, s.count, l->paid_principal,
                     l->paid_interest, (umi_money){0}))
        return refuse(lb, it, "PAID", err);
    rc = fill_loan(lb, it, err);
    if (rc == UMI_OK)
        rc = fill_agreement(lb, it, &s, err);
    if (rc == UMI_OK)
        rc = fill_txn(lb, it, err);
    if (rc != UMI_OK)
        return rc;
    fill_state(lb, &s);
    lb->loan_count++;
    return umi_file_count(&lb->run->row.posted, l->amount, err);
}

/* A number that is taken: by the same loan, or by another. */
static umi_status
take_again(umi_loan_batch *lb, const item *it, bool same, umi_error *err)
{
    if (same)
        return umi_file_count(&lb->run->row.duplicate, it->line.amount, err);
    return refuse(lb, it, "CONFLICT", err);
}

static umi_status
judge(umi_loan_batch *lb, item *it, const known *k, umi_error *err)
{
    if (it->line.fault != NULL)
        return refuse(lb, it, it->line.fault, err);
    if (it->loan != 0)
        return take_again(
            lb, it, same_origin(known_loan(k, it->loan), &it->origin), err);
    if (!seen_grow(lb))
        return no_memory(err);
    int64_t hash = umi_key_number(&lb->secret, it->line.number);
    seen *s = seen_place(lb->seen, lb->seen_room, hash, it->line.number);
    if (s->key != 0)
        return take_again(lb, it, umi_hash_eq(&s->origin, &it->origin), err);
    int64_t before = lb->run->row.posted.n;
    umi_status rc = take_loan(lb, it, err);
    if (rc != UMI_OK || lb->run->row.posted.n == before)
        return rc; /* a refused line does not use its number up */
    const umi_text *n = &it->line.number;
    *s =
        (seen){.key = hash,
               .origin = it->origin,
               .number = {umi_arena_copy(lb->numbers, n->ptr, n->len), n->len}};
    lb->seen_count++;
    return s->number.ptr ? UMI_OK : no_memory(err);
}

/* --- a chunk -------------------------------------------------------------- */

static umi_status gather_keys(umi_loan_batch *lb, umi_change *c, umi_error *err)
{
    size_t n = 0;
    umi_loan_key *rows =
        umi_arena_array(lb->arena, lb->loan_count, sizeof *rows);
    int64_t *keys = umi_arena_array(lb->arena, lb->loan_count, sizeof *keys);
    if (rows == NULL || keys == NULL)
        return no_memory(err);
    for (size_t i = 0, at = 0; i < lb->count && at < lb->loan_count; i++)
        if (lb->items[i].line.line == lb->loans[at].line) {
            lb->pairs[n++] = (umi_pair){lb->items[i].key, (int64_t)at};
            at++;
        }
    umi_sort_pairs(lb->pairs, lb->room, n);
    for (size_t i = 0; i < n; i++)
        keys[i] = lb->pairs[i].key;
    umi_status rc = umi_keys_spread(lb->b, &umi_loan_key_table, keys, n, err);
    for (size_t i = 0; i < n; i++) {
        const umi_loan *loan = &lb->loans[lb->pairs[i].value];
        rows[i] = (umi_loan_key){keys[i], loan->id, loan->number};
    }
    umi_change_put(c, &umi_loan_key_table, rows, n);
    return rc;
}

static umi_status
gather_ledger(umi_loan_batch *lb, umi_change *c, umi_error *err)
{
    umi_gl_line *rows;
    size_t n;
    int64_t id;
    umi_status rc =
        umi_gl_lines(lb->gl, lb->run->row.id, &rows, &n, lb->arena, err);
    if (rc == UMI_OK)
        rc = umi_book_take(lb->b, &umi_gl_line_table, n, &id, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rows[i].id = id++;
    if (rc == UMI_OK)
        umi_change_put(c, &umi_gl_line_table, rows, n);
    return rc;
}

static void note_place(umi_loan_batch *lb)
{
    umi_run *r = &lb->run->row;
    if (lb->count > 0)
        r->at_line = lb->items[lb->count - 1].line.line;
    if (lb->loan_count == 0)
        return;
    if (r->first_txn == 0)
        r->first_txn = lb->txns[0].id;
    r->last_txn = lb->txns[lb->loan_count - 1].id;
}

static umi_status write_chunk(umi_loan_batch *lb, bool last, umi_error *err)
{
    umi_change c = {0};
    umi_status rc = UMI_OK;
    if (!lb->run->ask->dry_run) {
        rc = gather_keys(lb, &c, err);
        if (rc == UMI_OK)
            rc = gather_ledger(lb, &c, err);
    }
    umi_change_put(&c, &umi_person_table, lb->persons, lb->person_count);
    umi_change_put(&c, &umi_terms_table, lb->terms, lb->terms_count);
    umi_change_put(&c, &umi_loan_table, lb->loans, lb->loan_count);
    umi_change_put(&c, &umi_agreement_table, lb->agreements, lb->loan_count);
    umi_change_put(&c, &umi_loan_state_table, lb->states, lb->loan_count);
    umi_change_put(&c, &umi_txn_table, lb->txns, lb->loan_count);
    note_place(lb);
    if (rc == UMI_OK && last && lb->judged != NULL)
        rc = lb->judged(lb->self, lb->run, err);
    return rc != UMI_OK ? rc : umi_file_write(lb->run, &c, last, err);
}

static umi_status flush(umi_loan_batch *lb, bool last, umi_error *err)
{
    known k = {0};
    umi_words_reset(lb->niks);
    lb->person_count = lb->terms_count = lb->loan_count = 0;
    umi_gl_clear(lb->gl);
    umi_status rc = find_numbers(lb, err);
    if (rc == UMI_OK)
        rc = read_known(lb, &k, err);
    if (rc == UMI_OK)
        rc = find_persons(lb, err);
    for (size_t i = 0; i < lb->count && rc == UMI_OK; i++)
        rc = judge(lb, &lb->items[i], &k, err);
    if (rc == UMI_OK)
        rc = write_chunk(lb, last, err);
    lb->count = 0;
    umi_arena_reset(lb->arena);
    const umi_file_ask *ask = lb->run->ask;
    if (rc == UMI_OK && ask->progress != NULL)
        ask->progress(ask->self, UMI_PHASE_WRITE, lb->run->lines.n,
                      lb->run->about);
    return rc;
}

umi_status umi_loan_batch_add(umi_loan_batch *lb,
                              const umi_import_line *line,
                              umi_error *err)
{
    bool decided = lb->run->stored && line->line <= lb->run->row.at_line;
    umi_status rc = UMI_OK;
    if (!decided && lb->count == lb->cap)
        rc = flush(lb, false, err);
    if (rc == UMI_OK)
        rc = umi_file_count(&lb->run->lines, line->amount, err);
    return rc != UMI_OK || decided ? rc : add_item(lb, line, err);
}

umi_status umi_loan_batch_finish(umi_loan_batch *lb, umi_error *err)
{
    umi_status rc = flush(lb, true, err);
    if (rc == UMI_OK && lb->begun)
        rc = umi_store_commit(umi_book_store(lb->b), err);
    return rc;
}
