/* SPDX-License-Identifier: MIT */
#include "ledger/book/keys.h"
#include "ledger/book/sort.h"
#include "ledger/book/verify_int.h"

enum {
    SLICE = 1000000, /* texts looked up at a time */
    PARTS = 16,      /* of the range of keys, each looked through at once */
    KEY_SHIFT = 58   /* keys are below 2^62 and a little */
};

/* --- exactly --------------------------------------------------------------
 * Every text of a table has its key, and every key a text.  Each look-up
 * finds the very row it started from, so equal counts leave nothing over. */
typedef struct keying {
    umi_book *b;
    umi_arena *arena; /* of the slice */
    umi_sip_key secret;
    umi_pair *pairs, *room;
    umi_text *texts, *channels;
    int64_t *owners;
    size_t n;
    int64_t total;
} keying;

static umi_status keying_new(keying *k, umi_book *b, umi_error *err)
{
    *k = (keying){.b = b, .secret = umi_book_secret(b)};
    k->arena = umi_arena_new();
    k->pairs = umi_alloc_array(SLICE, sizeof *k->pairs);
    k->room = umi_alloc_array(SLICE, sizeof *k->room);
    k->texts = umi_alloc_array(SLICE, sizeof *k->texts);
    k->channels = umi_alloc_array(SLICE, sizeof *k->channels);
    k->owners = umi_alloc_array(SLICE, sizeof *k->owners);
    return k->arena && k->pairs && k->room && k->texts && k->channels &&
                   k->owners
               ? UMI_OK
               : umi_fail_memory(err);
}

static void keying_free(keying *k)
{
    umi_arena_free(k->arena);
    umi_free(k->pairs);
    umi_free(k->room);
    umi_free(k->texts);
    umi_free(k->channels);
    umi_free(k->owners);
}

static umi_status add(keying *k,
                      int64_t key,
                      umi_text channel,
                      umi_text text,
                      int64_t owner,
                      umi_error *err)
{
    size_t i = k->n++;
    k->pairs[i] = (umi_pair){key, (int64_t)i};
    k->owners[i] = owner;
    k->channels[i] = channel;
    k->texts[i] =
        (umi_text){umi_arena_copy(k->arena, text.ptr, text.len), text.len};
    return k->texts[i].ptr ? UMI_OK : umi_fail_memory(err);
}

static umi_status count_row(void *self, const void *row, umi_error *err)
{
    (void)row, (void)err;
    ++*(int64_t *)self;
    return UMI_OK;
}

static umi_status same_count(keying *k, const umi_table *t, umi_error *err)
{
    int64_t rows = 0;
    umi_status rc = umi_store_scan(umi_book_store(k->b), t, INT64_MIN,
                                   INT64_MAX, count_row, &rows, err);
    if (rc == UMI_OK && rows != k->total)
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "table %s has %lld rows, %lld belong to something",
                      t->name, (long long)rows, (long long)k->total);
    return rc;
}

/* --- loan numbers --------------------------------------------------------- */

static umi_status check_numbers(keying *k, umi_error *err)
{
    umi_number_ask *asks = umi_arena_array(k->arena, k->n, sizeof *asks);
    if (asks == NULL)
        return umi_fail_memory(err);
    umi_sort_pairs(k->pairs, k->room, k->n);
    for (size_t i = 0; i < k->n; i++)
        asks[i] = (umi_number_ask){.key = k->pairs[i].key,
                                   .number = k->texts[k->pairs[i].value]};
    umi_status rc = umi_keys_numbers(k->b, asks, k->n, err);
    for (size_t i = 0; i < k->n && rc == UMI_OK; i++)
        if (asks[i].loan != k->owners[k->pairs[i].value])
            rc = umi__finding(err, "loan", k->owners[k->pairs[i].value],
                              "it is not found by its number");
    k->total += (int64_t)k->n;
    k->n = 0;
    umi_arena_reset(k->arena);
    return rc;
}

static umi_status take_number(void *self, const void *row, umi_error *err)
{
    keying *k = self;
    const umi_loan *l = row;
    umi_status rc = k->n == SLICE ? check_numbers(k, err) : UMI_OK;
    if (rc != UMI_OK)
        return rc;
    return add(k, umi_key_number(&k->secret, l->number), (umi_text){0},
               l->number, l->id, err);
}

static umi_status exact_numbers(umi_book *b, umi_error *err)
{
    keying k;
    umi_status rc = keying_new(&k, b, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_loan_table, INT64_MIN,
                            INT64_MAX, take_number, &k, err);
    if (rc == UMI_OK)
        rc = check_numbers(&k, err);
    if (rc == UMI_OK)
        rc = same_count(&k, &umi_loan_key_table, err);
    keying_free(&k);
    return rc;
}

/* --- references ----------------------------------------------------------- */

static umi_status check_references(keying *k, umi_error *err)
{
    umi_reference_ask *asks = umi_arena_array(k->arena, k->n, sizeof *asks);
    if (asks == NULL)
        return umi_fail_memory(err);
    umi_sort_pairs(k->pairs, k->room, k->n);
    for (size_t i = 0; i < k->n; i++) {
        int64_t at = k->pairs[i].value;
        asks[i] = (umi_reference_ask){.key = k->pairs[i].key,
                                      .channel = k->channels[at],
                                      .ref = k->texts[at]};
    }
    umi_status rc = umi_keys_references(k->b, asks, k->n, err);
    for (size_t i = 0; i < k->n && rc == UMI_OK; i++)
        if (asks[i].txn != k->owners[k->pairs[i].value])
            rc = umi__finding(err, "txn", k->owners[k->pairs[i].value],
                              "it is not found by its reference");
    k->total += (int64_t)k->n;
    k->n = 0;
    umi_arena_reset(k->arena);
    return rc;
}

static umi_status take_reference(void *self, const void *row, umi_error *err)
{
    keying *k = self;
    const umi_txn *t = row;
    if (t->ref.ptr == NULL)
        return UMI_OK;
    umi_status rc = k->n == SLICE ? check_references(k, err) : UMI_OK;
    if (rc != UMI_OK)
        return rc;
    umi_text channel = umi_book_word(k->b, t->channel);
    return add(k, umi_key_reference(&k->secret, channel, t->ref), channel,
               t->ref, t->id, err);
}

static umi_status exact_references(umi_book *b, umi_error *err)
{
    keying k;
    umi_status rc = keying_new(&k, b, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_txn_table, INT64_MIN,
                            INT64_MAX, take_reference, &k, err);
    if (rc == UMI_OK)
        rc = check_references(&k, err);
    if (rc == UMI_OK)
        rc = same_count(&k, &umi_idem_table, err);
    keying_free(&k);
    return rc;
}

/* --- at once --------------------------------------------------------------
 * Whether two sets of pairs are the same is told from the sums of their
 * fingerprints, under a key that is drawn for this verification: sums of
 * different sets agree once in 2^64 times, whatever was written into the
 * book.  When they differ, or a key has had to give way to another, the
 * exact look-ups above tell what is wrong, if anything is. */

static uint64_t
fingerprint(const umi__proof *p, uint64_t domain, uint64_t a, uint64_t b)
{
    const uint64_t words[3] = {domain, a, b};
    return umi_sip(&p->once, words, sizeof words);
}

/* A row whose text is not at its own key is none of the set. */
static uint64_t number_print(const umi__proof *p, int64_t loan, umi_text number)
{
    return fingerprint(p, 1, (uint64_t)loan,
                       umi_sip(&p->once, number.ptr, number.len));
}

void umi__see_number(umi__proof *p, umi__worker *w, const umi_loan *l)
{
    w->numbers += number_print(p, l->id, l->number);
    w->number_count++;
}

void umi__see_reference(umi__proof *p, umi__worker *w, const umi_txn *t)
{
    if (t->ref.ptr == NULL)
        return;
    umi_sip_key secret = umi_book_secret(w->book);
    umi_text channel = umi_book_word(w->book, t->channel);
    int64_t key = channel.len < 256 /* else no channel of ours */
                      ? umi_key_reference(&secret, channel, t->ref)
                      : 0;
    w->references += fingerprint(p, 2, (uint64_t)key, (uint64_t)t->id);
    w->reference_count++;
}

typedef struct looking {
    umi__proof *p;
    umi__worker *w;
    umi_sip_key secret;
} looking;

static umi_status take_loan_key(void *self, const void *row, umi_error *err)
{
    looking *l = self;
    const umi_loan_key *k = row;
    (void)err;
    if (k->key == umi_key_number(&l->secret, k->number))
        l->w->numbers -= number_print(l->p, k->loan, k->number);
    l->w->number_count--;
    return UMI_OK;
}

static umi_status take_idem(void *self, const void *row, umi_error *err)
{
    looking *l = self;
    const umi_idem *k = row;
    (void)err;
    l->w->references -=
        fingerprint(l->p, 2, (uint64_t)k->key, (uint64_t)k->txn);
    l->w->reference_count--;
    return UMI_OK;
}

/* Keys are spread evenly over their range; a job takes a part of it. */
static umi_status scan_keys(umi__worker *w,
                            const umi_table *t,
                            umi_row_fn fn,
                            looking *l,
                            const umi__job *job,
                            umi_error *err)
{
    int64_t low = job->from == 0 ? INT64_MIN : job->from << KEY_SHIFT;
    int64_t high = job->to == PARTS ? INT64_MAX : (job->to << KEY_SHIFT) - 1;
    return umi_store_scan(umi_book_store(w->book), t, low, high, fn, l, err);
}

static umi_status
scan_numbers(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    looking l = {p, w, umi_book_secret(w->book)};
    return scan_keys(w, &umi_loan_key_table, take_loan_key, &l, job, err);
}

static umi_status scan_references(umi__proof *p,
                                  umi__worker *w,
                                  const umi__job *job,
                                  umi_error *err)
{
    looking l = {p, w, umi_book_secret(w->book)};
    return scan_keys(w, &umi_idem_table, take_idem, &l, job, err);
}

umi_status umi__key_jobs(umi__proof *p, umi_error *err)
{
    for (size_t i = 0; i < p->workers; i++) {
        p->numbers += p->worker[i].number_count;
        p->references += p->worker[i].reference_count;
    }
    umi__job numbers = {.check = UMI__NUMBERS,
                        .fn = scan_numbers,
                        .to = PARTS,
                        .rows =
                            p->table[umi_table_index(&umi_loan_table)].rows};
    umi__job references = {.check = UMI__REFERENCES,
                           .fn = scan_references,
                           .to = PARTS,
                           .rows =
                               p->table[umi_table_index(&umi_txn_table)].rows};
    umi_status rc = umi__proof_cut(p, &numbers, 1, err);
    return rc == UMI_OK ? umi__proof_cut(p, &references, 1, err) : rc;
}

static umi_status settle(umi__proof *p,
                         umi__check_id check,
                         bool same,
                         umi_status (*exact)(umi_book *, umi_error *),
                         umi_error *err)
{
    umi_error why = {.lang = p->lang};
    if (same || p->result[check].rc != UMI_OK)
        return UMI_OK;
    umi_status rc = exact(p->book, &why);
    return umi__proof_told(p, check, 0, rc, &why, err);
}

umi_status umi__keys_end(umi__proof *p, umi_error *err)
{
    uint64_t numbers = 0, references = 0;
    int64_t n = 0, m = 0;
    for (size_t i = 0; i < p->workers; i++) {
        numbers += p->worker[i].numbers;
        references += p->worker[i].references;
        n += p->worker[i].number_count;
        m += p->worker[i].reference_count;
    }
    umi_status rc =
        settle(p, UMI__NUMBERS, numbers == 0 && n == 0, exact_numbers, err);
    return rc == UMI_OK ? settle(p, UMI__REFERENCES, references == 0 && m == 0,
                                 exact_references, err)
                        : rc;
}
