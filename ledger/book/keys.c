/* SPDX-License-Identifier: MIT */
#include "ledger/book/keys.h"

#include <assert.h>
#include <stdlib.h>

enum {
    SLICE = 8192, /* keys looked up at a time */
};

/* All keys are above 0, with room above them for what collides. */
static const uint64_t all_bits = UINT64_MAX >> 2;
static uint64_t kept_bits = UINT64_MAX >> 2; /* fewer in tests only */

void umi__keys_narrow(int bits)
{
    kept_bits = bits > 0 ? (UINT64_C(1) << bits) - 1 : all_bits;
}

static int64_t key_of(uint64_t hash)
{
    return (int64_t)(hash & kept_bits) + 1;
}

int64_t umi_key_number(const umi_sip_key *k, umi_text number)
{
    return key_of(umi_sip(k, number.ptr, number.len));
}

int64_t umi_key_reference(const umi_sip_key *k, umi_text channel, umi_text ref)
{
    char room[512];
    size_t len = 1 + channel.len + ref.len;
    assert(channel.len < 256);
    if (len <= sizeof room) { /* the length first: ("ab", "c") is not
                               * ("a", "bc") */
        room[0] = (char)channel.len;
        memcpy(room + 1, channel.ptr, channel.len);
        memcpy(room + 1 + channel.len, ref.ptr, ref.len);
        return key_of(umi_sip(k, room, len));
    }
    umi_blake2b h;
    umi_blake2b_init(&h);
    umi_blake2b_text(&h, channel);
    umi_blake2b_text(&h, ref);
    umi_hash digest = umi_blake2b_final(&h);
    return key_of(umi_sip(k, digest.byte, sizeof digest.byte));
}

/* --- numbers -------------------------------------------------------------- */

/* What a look-up of a slice needs; made once per call. */
typedef struct slice {
    umi_book *b;
    umi_arena *arena;
    int64_t *keys;
    bool *found;
    void *rows; /* of the key table */
    umi_txn *txns;
    int64_t *ids;
    bool *have;
} slice;

static bool slice_new(slice *s, umi_book *b, const umi_table *t, size_t n)
{
    size_t room = n < SLICE ? n : SLICE;
    *s = (slice){.b = b, .arena = umi_arena_new()};
    s->keys = umi_alloc_array(room, sizeof *s->keys);
    s->found = umi_alloc_array(room, sizeof *s->found);
    s->rows = umi_alloc_array(room, t->size);
    if (t == &umi_idem_table) {
        s->txns = umi_alloc_array(room, sizeof *s->txns);
        s->ids = umi_alloc_array(room, sizeof *s->ids);
        s->have = umi_alloc_array(room, sizeof *s->have);
        if (s->txns == NULL || s->ids == NULL || s->have == NULL)
            return false;
    }
    return s->arena && s->keys && s->found && s->rows;
}

static void slice_free(slice *s)
{
    umi_arena_free(s->arena);
    umi_free(s->keys);
    umi_free(s->found);
    umi_free(s->rows);
    umi_free(s->txns);
    umi_free(s->ids);
    umi_free(s->have);
}

/* A hit that is another number: look behind it until it is found or free. */
static umi_status probe_number(slice *s, umi_number_ask *a, umi_error *err)
{
    umi_loan_key row;
    bool found = true;
    umi_status rc = UMI_OK;
    while (rc == UMI_OK) {
        rc = umi_store_read(umi_book_store(s->b), &umi_loan_key_table, &a->key,
                            1, &row, &found, s->arena, err);
        if (rc != UMI_OK || !found)
            break;
        if (umi_text_eq(row.number, a->number)) {
            a->loan = row.loan;
            break;
        }
        a->key++;
    }
    return rc;
}

static umi_status
numbers_slice(slice *s, umi_number_ask *asks, size_t n, umi_error *err)
{
    const umi_loan_key *rows = s->rows;
    size_t distinct = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || asks[i].key != asks[i - 1].key)
            s->keys[distinct++] = asks[i].key;
    umi_arena_reset(s->arena);
    umi_status rc =
        umi_store_read(umi_book_store(s->b), &umi_loan_key_table, s->keys,
                       distinct, s->rows, s->found, s->arena, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        umi_number_ask *a = &asks[i];
        while (s->keys[at] != a->key)
            at++;
        a->loan = 0;
        if (s->found[at] && umi_text_eq(rows[at].number, a->number))
            a->loan = rows[at].loan;
        else if (s->found[at])
            rc = probe_number(s, a, err);
    }
    return rc;
}

umi_status
umi_keys_numbers(umi_book *b, umi_number_ask *asks, size_t n, umi_error *err)
{
    slice s;
    umi_status rc = slice_new(&s, b, &umi_loan_key_table, n)
                        ? UMI_OK
                        : umi_fail_memory(err);
    for (size_t i = 0; i < n && rc == UMI_OK; i += SLICE)
        rc = numbers_slice(&s, asks + i, n - i < SLICE ? n - i : SLICE, err);
    slice_free(&s);
    return rc;
}

/* --- references ----------------------------------------------------------- */

static bool
same_reference(const slice *s, const umi_reference_ask *a, const umi_txn *t)
{
    return umi_text_eq(t->ref, a->ref) &&
           umi_text_eq(umi_book_word(s->b, t->channel), a->channel);
}

static void take(umi_reference_ask *a, const umi_txn *t)
{
    a->txn = t->id;
    a->loan = t->loan;
    a->batch = t->batch;
    a->line = t->line;
    a->amount = t->amount;
}

static umi_status missing_txn(umi_error *err)
{
    return umi_fail(err, UMI_EDAMAGED, "",
                    "a reference is kept for a posting that is not there");
}

static umi_status
probe_reference(slice *s, umi_reference_ask *a, umi_error *err)
{
    umi_store *store = umi_book_store(s->b);
    umi_status rc = UMI_OK;
    while (rc == UMI_OK) {
        umi_idem key;
        umi_txn t;
        bool found;
        rc = umi_store_read(store, &umi_idem_table, &a->key, 1, &key, &found,
                            NULL, err);
        if (rc != UMI_OK || !found)
            break;
        rc = umi_store_read(store, &umi_txn_table, &key.txn, 1, &t, &found,
                            s->arena, err);
        if (rc == UMI_OK && !found)
            rc = missing_txn(err);
        if (rc == UMI_OK && same_reference(s, a, &t)) {
            take(a, &t);
            break;
        }
        a->key++;
    }
    return rc;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int by_txn(const void *a, const void *b)
{
    return by_number(&((const umi_txn *)a)->id, &((const umi_txn *)b)->id);
}

/* The postings that the hits of a slice name, in order of their keys. */
static umi_status
read_hits(slice *s, size_t distinct, size_t *hits, umi_error *err)
{
    const umi_idem *rows = s->rows;
    size_t n = 0, m = 0;
    for (size_t i = 0; i < distinct; i++)
        if (s->found[i])
            s->ids[n++] = rows[i].txn;
    *hits = 0;
    if (n == 0)
        return UMI_OK;
    qsort(s->ids, n, sizeof *s->ids, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || s->ids[i] != s->ids[m - 1])
            s->ids[m++] = s->ids[i];
    umi_status rc = umi_store_read(umi_book_store(s->b), &umi_txn_table, s->ids,
                                   m, s->txns, s->have, s->arena, err);
    for (size_t i = 0; i < m && rc == UMI_OK; i++)
        if (!s->have[i])
            rc = missing_txn(err);
    *hits = m;
    return rc;
}

static umi_status
references_slice(slice *s, umi_reference_ask *asks, size_t n, umi_error *err)
{
    const umi_idem *rows = s->rows;
    size_t distinct = 0, at = 0, hits;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || asks[i].key != asks[i - 1].key)
            s->keys[distinct++] = asks[i].key;
    umi_arena_reset(s->arena);
    umi_status rc =
        umi_store_read(umi_book_store(s->b), &umi_idem_table, s->keys, distinct,
                       s->rows, s->found, NULL, err);
    if (rc == UMI_OK)
        rc = read_hits(s, distinct, &hits, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        umi_reference_ask *a = &asks[i];
        while (s->keys[at] != a->key)
            at++;
        a->txn = 0;
        if (!s->found[at])
            continue;
        const umi_txn want = {.id = rows[at].txn};
        const umi_txn *t = bsearch(&want, s->txns, hits, sizeof want, by_txn);
        if (same_reference(s, a, t))
            take(a, t);
        else
            rc = probe_reference(s, a, err);
    }
    return rc;
}

umi_status umi_keys_references(umi_book *b,
                               umi_reference_ask *asks,
                               size_t n,
                               umi_error *err)
{
    slice s;
    umi_status rc =
        slice_new(&s, b, &umi_idem_table, n) ? UMI_OK : umi_fail_memory(err);
    for (size_t i = 0; i < n && rc == UMI_OK; i += SLICE)
        rc = references_slice(&s, asks + i, n - i < SLICE ? n - i : SLICE, err);
    slice_free(&s);
    return rc;
}

/* --- new keys ------------------------------------------------------------- */

umi_status umi_keys_spread(
    umi_book *b, const umi_table *t, int64_t *keys, size_t n, umi_error *err)
{
    union {
        umi_idem idem;
        umi_loan_key number;
    } row;
    umi_status rc = UMI_OK;
    assert(t->size <= sizeof row);
    for (size_t i = 1; i < n && rc == UMI_OK; i++) {
        if (keys[i] > keys[i - 1])
            continue;
        bool found = true;
        keys[i] = keys[i - 1];
        while (rc == UMI_OK && found) {
            keys[i]++;
            rc = umi_store_read(umi_book_store(b), t, &keys[i], 1, &row, &found,
                                NULL, err);
        }
    }
    return rc;
}
