/* SPDX-License-Identifier: MIT */
#include "ledger/book/keys.h"
#include "ledger/book/sort.h"
#include "ledger/book/verify_int.h"

enum {
    SLICE = 1000000 /* texts looked up at a time */
};

/* Every text of a table has its key, and every key a text.  Each look-up
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

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

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
               : no_memory(err);
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
    return k->texts[i].ptr ? UMI_OK : no_memory(err);
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
        return no_memory(err);
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

umi_status umi__verify_numbers(umi_book *b, int64_t *n, umi_error *err)
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
    *n = k.total;
    keying_free(&k);
    return rc;
}

/* --- references ----------------------------------------------------------- */

static umi_status check_references(keying *k, umi_error *err)
{
    umi_reference_ask *asks = umi_arena_array(k->arena, k->n, sizeof *asks);
    if (asks == NULL)
        return no_memory(err);
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

umi_status umi__verify_references(umi_book *b, int64_t *n, umi_error *err)
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
    *n = k.total;
    keying_free(&k);
    return rc;
}
