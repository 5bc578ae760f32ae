/* SPDX-License-Identifier: MIT */
#include "ledger/book/loan_rows_int.h"

#include "ledger/book/fold.h"

#include <assert.h>

/* --- life ----------------------------------------------------------------- */

static bool make_tables(umi__loan_rows *r)
{
    size_t n = r->cap;
    r->persons = umi_alloc_array(n, sizeof *r->persons);
    r->terms = umi_alloc_array(n, sizeof *r->terms);
    r->loans = umi_alloc_array(n, sizeof *r->loans);
    r->agreements = umi_alloc_array(n, sizeof *r->agreements);
    r->states = umi_alloc_array(n, sizeof *r->states);
    r->txns = umi_alloc_array(n, sizeof *r->txns);
    return r->persons && r->terms && r->loans && r->agreements && r->states &&
           r->txns;
}

umi_status umi__loan_rows_new(umi__loan_rows *r,
                              const umi_file_run *run,
                              umi_arena *arena,
                              size_t cap,
                              umi_error *err)
{
    *r = (umi__loan_rows){.book = run->book,
                          .batch = run->row.id,
                          .booked = run->row.booked,
                          .arena = arena,
                          .cap = cap};
    r->niks = umi_words_new();
    umi_status rc = r->niks && make_tables(r) ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi_deals_new(&r->deals, r->book, err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&r->gl, r->book, err);
    return rc;
}

void umi__loan_rows_free(umi__loan_rows *r)
{
    umi_free(r->persons);
    umi_free(r->terms);
    umi_free(r->loans);
    umi_free(r->agreements);
    umi_free(r->states);
    umi_free(r->txns);
    umi_words_free(r->niks);
    umi_deals_free(r->deals);
    umi_gl_free(r->gl);
}

/* Keys are counted up here and taken from the book at the end, for how many
 * lines become loans is not known before. */
static umi_status next_keys(umi__loan_rows *r, umi_error *err)
{
    umi_status rc =
        umi_book_take(r->book, &umi_person_table, 0, &r->person, err);
    if (rc == UMI_OK)
        rc = umi_book_take(r->book, &umi_loan_table, 0, &r->loan, err);
    if (rc == UMI_OK)
        rc =
            umi_book_take(r->book, &umi_agreement_table, 0, &r->agreement, err);
    if (rc == UMI_OK)
        rc = umi_book_take(r->book, &umi_txn_table, 0, &r->txn, err);
    return rc;
}

umi_status umi__loan_rows_begin(umi__loan_rows *r, umi_error *err)
{
    r->person_count = r->terms_count = r->loan_count = 0;
    memset(r->kinds, 0, sizeof r->kinds); /* they name texts of the chunk */
    umi_words_reset(r->niks);
    umi_gl_clear(r->gl);
    return next_keys(r, err);
}

/* --- persons -------------------------------------------------------------- */

static umi_status
new_person(umi__loan_rows *r, umi__loan_line *it, umi_error *err)
{
    umi_person *p = &r->persons[r->person_count];
    char *salt = umi_arena_alloc(r->arena, UMI_SIP_KEY);
    if (salt == NULL)
        return umi_fail_memory(err);
    umi_store_random(salt, UMI_SIP_KEY);
    it->person = r->person++;
    *p = (umi_person){.id = it->person,
                      .seq = 1,
                      .salt = {salt, UMI_SIP_KEY},
                      .nik = it->nik,
                      .name = it->borrower,
                      .household = UMI_NONE,
                      .birth = {UMI_NONE32}};
    r->person_count++;
    return UMI_OK;
}

/* The person of a loan; lines of one chunk with one NIK share a new one. */
static umi_status
person_of(umi__loan_rows *r, umi__loan_line *it, umi_error *err)
{
    if (it->person != 0)
        return UMI_OK;
    if (it->nik.len == 0)
        return new_person(r, it, err);
    int64_t known = umi_words_get(r->niks, it->nik);
    if (known != INT64_MIN) {
        it->person = known;
        return UMI_OK;
    }
    umi_status rc = new_person(r, it, err);
    if (rc == UMI_OK && !umi_words_set(r->niks, it->nik, it->person))
        rc = umi_fail_memory(err);
    return rc;
}

/* --- products and terms --------------------------------------------------- */

static umi_status
policy_of(umi__loan_rows *r, umi_text product, umi_policy *out, umi_error *err)
{
    const umi_set *set;
    umi_status rc = umi_book_set(r->book, &set, err);
    if (rc != UMI_OK)
        return rc;
    const umi_product *p = umi_product_find(&set->products, product);
    *out = p ? p->policy : umi_policy_default();
    return UMI_OK;
}

static umi_status intern_terms(umi__loan_rows *r,
                               const umi__loan_line *it,
                               int64_t *id,
                               umi_error *err)
{
    const umi_frame *f;
    const umi_terms_row *added = NULL;
    umi_policy policy;
    umi_status rc = policy_of(r, it->product, &policy, err);
    if (rc == UMI_OK)
        rc = umi_deals_intern(r->deals, it->terms, &policy, &f, &added, err);
    if (rc != UMI_OK)
        return rc;
    if (added != NULL)
        r->terms[r->terms_count++] = *added;
    *id = f->id;
    return UMI_OK;
}

/* Loans come from few products on few terms: what was found for the one
 * before is kept. */
static umi_status kind_of(umi__loan_rows *r,
                          const umi__loan_line *it,
                          const umi__loan_kind **out,
                          umi_error *err)
{
    const size_t mix = (uintptr_t)it->terms >> 5 ^ (uintptr_t)it->terms >> 11;
    const unsigned char end =
        (unsigned char)it->product.ptr[it->product.len - 1];
    umi__loan_kind *k = &r->kinds[(mix ^ end) & (UMI__KINDS - 1)];
    *out = k;
    if (k->like == it->terms && umi_text_eq(k->word, it->product))
        return UMI_OK;
    umi__loan_kind found = {.like = it->terms, .word = it->product};
    umi_status rc = umi_book_code(r->book, UMI_CODE_PRODUCT, it->product,
                                  &found.product, err);
    if (rc == UMI_OK)
        rc = intern_terms(r, it, &found.terms, err);
    if (rc == UMI_OK)
        *k = found;
    return rc;
}

/* --- one loan ------------------------------------------------------------- */

static umi_status
fill_loan(umi__loan_rows *r, umi__loan_line *it, umi_error *err)
{
    umi_loan *row = &r->loans[r->loan_count];
    const umi__loan_kind *kind = NULL;
    int64_t branch;
    umi_status rc = person_of(r, it, err);
    if (rc == UMI_OK)
        rc = kind_of(r, it, &kind, err);
    if (rc == UMI_OK)
        rc = umi_book_code(r->book, UMI_CODE_BRANCH, it->branch, &branch, err);
    if (rc != UMI_OK)
        return rc;
    *row = (umi_loan){.id = r->loan++,
                      .number = it->number,
                      .person = it->person,
                      .product = kind->product,
                      .branch = branch,
                      .grp = it->grp,
                      .officer = it->officer,
                      .principal = it->amount,
                      .terms = kind->terms,
                      .paid_principal = it->paid_principal,
                      .paid_interest = it->paid_interest,
                      .origin = {(const char *)it->origin.byte, UMI_HASH_SIZE},
                      .application = UMI_NONE,
                      .batch = r->batch,
                      .line = it->line};
    return UMI_OK;
}

static void fill_agreement(umi__loan_rows *r, const umi__loan_line *it)
{
    const umi_loan *loan = &r->loans[r->loan_count];
    r->agreements[r->loan_count] = (umi_agreement){.id = r->agreement++,
                                                   .loan = loan->id,
                                                   .terms = loan->terms,
                                                   .principal = loan->principal,
                                                   .disbursed = it->disbursed,
                                                   .first_due = it->first_due,
                                                   .schedule = it->schedule,
                                                   .batch = r->batch};
}

static umi_status
fill_txn(umi__loan_rows *r, const umi__loan_line *it, umi_error *err)
{
    const umi_loan *loan = &r->loans[r->loan_count];
    umi_txn *t = &r->txns[r->loan_count];
    *t = umi_fold_draft(UMI_TXN_IMPORT, r->batch, it->line, it->disbursed);
    t->id = r->txn++;
    t->loan = loan->id;
    t->parts.principal.sen = loan->principal.sen - loan->paid_principal.sen;
    t->amount = t->parts.principal;
    const umi_gl_key key = {
        .kind = UMI_POST_IMPORT,
        .day = umi_book_day_open(r->book, t->day) ? t->day : r->booked,
        .product = loan->product,
        .branch = loan->branch,
        .channel = UMI_NONE};
    return umi_gl_add(r->gl, &key, &t->parts, err);
}

static void fill_state(umi__loan_rows *r, const umi__loan_line *it)
{
    const umi_loan *loan = &r->loans[r->loan_count];
    const umi_agreement *a = &r->agreements[r->loan_count];
    const umi_txn *t = &r->txns[r->loan_count];
    umi_loan_state *st = &r->states[r->loan_count];
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
    st->owed.principal.sen = loan->principal.sen - loan->paid_principal.sen;
    st->owed.interest.sen = it->interest.sen - loan->paid_interest.sen;
    st->owed.fee = it->fee;
    bool owes =
        st->owed.principal.sen || st->owed.interest.sen || st->owed.fee.sen;
    st->status = owes ? UMI_LOAN_ACTIVE : UMI_LOAN_CLOSED;
}

umi_status
umi__loan_rows_add(umi__loan_rows *r, umi__loan_line *it, umi_error *err)
{
    assert(r->loan_count < r->cap);
    umi_status rc = fill_loan(r, it, err);
    if (rc != UMI_OK)
        return rc;
    fill_agreement(r, it);
    rc = fill_txn(r, it, err);
    if (rc != UMI_OK)
        return rc;
    fill_state(r, it);
    it->row = ++r->loan_count;
    return UMI_OK;
}

/* --- a chunk -------------------------------------------------------------- */

static umi_status take_keys(umi__loan_rows *r, umi_error *err)
{
    int64_t first;
    umi_status rc =
        umi_book_take(r->book, &umi_person_table, r->person_count, &first, err);
    if (rc == UMI_OK)
        rc =
            umi_book_take(r->book, &umi_loan_table, r->loan_count, &first, err);
    if (rc == UMI_OK)
        rc = umi_book_take(r->book, &umi_agreement_table, r->loan_count, &first,
                           err);
    if (rc == UMI_OK)
        rc = umi_book_take(r->book, &umi_txn_table, r->loan_count, &first, err);
    return rc;
}

static umi_status put_ledger(umi__loan_rows *r, umi_change *c, umi_error *err)
{
    umi_gl_line *rows;
    size_t n;
    int64_t id;
    umi_status rc = umi_gl_lines(r->gl, r->batch, &rows, &n, r->arena, err);
    if (rc == UMI_OK)
        rc = umi_book_take(r->book, &umi_gl_line_table, n, &id, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rows[i].id = id++;
    if (rc == UMI_OK)
        umi_change_put(c, &umi_gl_line_table, rows, n);
    return rc;
}

umi_status umi__loan_rows_put(umi__loan_rows *r, umi_change *c, umi_error *err)
{
    umi_status rc = take_keys(r, err);
    if (rc == UMI_OK)
        rc = put_ledger(r, c, err);
    umi_change_put(c, &umi_person_table, r->persons, r->person_count);
    umi_change_put(c, &umi_terms_table, r->terms, r->terms_count);
    umi_change_put(c, &umi_loan_table, r->loans, r->loan_count);
    umi_change_put(c, &umi_agreement_table, r->agreements, r->loan_count);
    umi_change_put(c, &umi_loan_state_table, r->states, r->loan_count);
    umi_change_put(c, &umi_txn_table, r->txns, r->loan_count);
    return rc;
}
