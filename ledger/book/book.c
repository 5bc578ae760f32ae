/* SPDX-License-Identifier: MIT */
#include "ledger/book/book.h"

#include "engine/base/task.h"
#include "ledger/book/book_int.h"
#include "ledger/book/chain.h"
#include "ledger/book/codes.h"
#include "ledger/store/store_int.h"
#include "rules/set/data.h"

#include <assert.h>

enum {
    TABLES_MAX = 64,
    ROWS_FOR_A_THREAD = 5000 /* fewer are hashed before it has begun */
};

struct umi_book {
    umi_store *store;
    umi_arena *arena; /* as long as the book */
    umi_access access;
    umi_book_session session;
    umi_book_row row;
    umi_codes codes;
    umi_hash head;
    int64_t blocks;   /* newest block */
    int64_t last_day; /* last closed day, 0 when none is */
    int64_t last_batch;
    int64_t rules;
    umi_set *set;           /* NULL until asked for */
    const umi_chart *chart; /* NULL until asked for */
    const umi_posting *posting;
    int64_t taken[TABLES_MAX]; /* newest key by table; -1: not asked yet */
};

/* --- what it knows -------------------------------------------------------- */

umi_store *umi_book_store(umi_book *b)
{
    return b->store;
}

umi_access umi_book_access(const umi_book *b)
{
    return b->access;
}

umi_text umi_book_actor(const umi_book *b)
{
    return b->session.actor;
}

umi_text umi_book_institution(const umi_book *b)
{
    return b->row.institution;
}

umi_text umi_book_branch(const umi_book *b)
{
    return b->row.branch;
}

umi_day umi_book_business_date(const umi_book *b)
{
    return b->last_day ? (umi_day){(int32_t)b->last_day + 1} : b->session.today;
}

bool umi_book_day_open(const umi_book *b, umi_day d)
{
    return b->last_day == 0 || d.n > b->last_day;
}

umi_hash umi_book_head(const umi_book *b)
{
    return b->head;
}

int64_t umi_book_rules(const umi_book *b)
{
    return b->rules;
}

umi_sip_key umi_book_secret(const umi_book *b)
{
    umi_sip_key k;
    memcpy(k.byte, b->row.secret.ptr, sizeof k.byte);
    return k;
}

int64_t umi_book_code_find(const umi_book *b, umi_code_kind kind, umi_text word)
{
    return umi_codes_find(&b->codes, kind, word);
}

umi_text umi_book_word(const umi_book *b, int64_t code)
{
    const umi_code_row *row = umi_codes_row(&b->codes, code);
    return row ? row->word : UMI_TEXT("");
}

umi_text umi_book_detail(const umi_book *b, int64_t code)
{
    const umi_code_row *row = umi_codes_row(&b->codes, code);
    return row ? row->detail : (umi_text){0};
}

umi_basis umi_book_basis(const umi_book *b)
{
    return b->row.basis;
}

umi_status umi_book_set(umi_book *b, const umi_set **out, umi_error *err)
{
    if (b->set == NULL) {
        umi_status rc = umi_set_load(&b->set, umi_data_all(), err);
        if (rc != UMI_OK)
            return rc;
    }
    *out = b->set;
    return UMI_OK;
}

/* The family of a product that the program knows. */
static umi_status
family_of(umi_book *b, umi_text word, umi_text *family, umi_error *err)
{
    const umi_set *set;
    umi_status rc = umi_book_set(b, &set, err);
    if (rc != UMI_OK)
        return rc;
    const umi_product *p = umi_product_find(&set->products, word);
    if (p != NULL)
        *family = p->family;
    return UMI_OK;
}

umi_status umi_book_code(
    umi_book *b, umi_code_kind kind, umi_text word, int64_t *id, umi_error *err)
{
    umi_text detail = {0};
    umi_status rc = UMI_OK;
    *id = umi_codes_find(&b->codes, kind, word);
    if (*id > 0)
        return UMI_OK;
    if (kind == UMI_CODE_PRODUCT)
        rc = family_of(b, word, &detail, err);
    return rc != UMI_OK ? rc
                        : umi_codes_add(&b->codes, kind, word, detail, id, err);
}

/* --- keys ----------------------------------------------------------------- */

umi_status umi_book_take(
    umi_book *b, const umi_table *t, size_t n, int64_t *first, umi_error *err)
{
    int64_t *last = &b->taken[umi_table_index(t)];
    if (*last < 0) {
        umi_status rc = umi_store_last(b->store, t, last, err);
        if (rc != UMI_OK)
            return rc;
    }
    *first = *last + 1;
    *last += (int64_t)n;
    return UMI_OK;
}

umi_status umi_book_take_batch(umi_book *b, int64_t *id, umi_error *err)
{
    (void)err;
    *id = ++b->last_batch;
    return UMI_OK;
}

/* --- apply ---------------------------------------------------------------- */

typedef struct applying {
    umi_book *b;
    umi_arena *arena;
    umi_change all;         /* what goes to the store, but for the blocks */
    size_t rows;            /* of it that are chained */
    umi_witness *witnesses; /* of `all`; NULL when it needs none */
    umi_block *block_rows;
    size_t block_count;
    umi_hash head; /* of the newest block */
    int64_t blocks;
} applying;

static umi_status add_codes(applying *a)
{
    size_t n;
    const umi_code_row *rows = umi_codes_new(&a->b->codes, &n);
    umi_change_put(&a->all, &umi_code_table, rows, n);
    return UMI_OK;
}

static void witness(umi_witness *w, const umi_change_part *p, size_t i)
{
    const umi_table *t = p->table;
    w->rel = umi_text_of(t->name);
    if (p->rows == NULL) { /* a removal: seq 0 and no digest */
        w->key = p->keys[i];
        return;
    }
    const char *row = (const char *)p->rows + i * t->size;
    w->key = umi__row_key(row);
    w->seq = t->kind == UMI_TABLE_STATE
                 ? umi__cell_get(&t->columns[1], row).number
                 : 1; /* it never changes */
    w->digest = umi_chain_digest(t, row);
}

/* Fill the rows that add_witnesses() made room for. */
static void witness_all(applying *a)
{
    umi_witness *at = a->witnesses;
    for (size_t i = 0; i < a->all.count; i++)
        for (size_t m = 0;
             a->all.part[i].table->witnessed && m < a->all.part[i].count; m++)
            witness(at++, &a->all.part[i], m);
}

static umi_status add_witnesses(applying *a, umi_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < a->all.count; i++)
        if (a->all.part[i].table->witnessed)
            n += a->all.part[i].count;
    if (n == 0)
        return UMI_OK;
    umi_witness *rows = umi_arena_array(a->arena, n, sizeof *rows);
    int64_t id;
    if (rows == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_book_take(a->b, &umi_witness_table, n, &id, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < n; i++)
        rows[i].id = id++;
    a->witnesses = rows;
    umi_change_put(&a->all, &umi_witness_table, rows, n);
    return UMI_OK;
}

/* Tables before those that refer to them. */
static void sort_parts(umi_change *c)
{
    for (size_t i = 1; i < c->count; i++) {
        umi_change_part p = c->part[i];
        size_t at = i;
        for (; at > 0 && umi_table_index(c->part[at - 1].table) >
                             umi_table_index(p.table);
             at--)
            c->part[at] = c->part[at - 1];
        c->part[at] = p;
    }
}

static bool chained(const umi_change_part *p)
{
    return p->table->kind == UMI_TABLE_JOURNAL;
}

/* Room for the blocks of everything that is added. */
static umi_status block_room(applying *a, umi_error *err)
{
    for (size_t i = 0; i < a->all.count; i++)
        if (chained(&a->all.part[i])) {
            a->block_count += umi_chain_blocks(a->all.part[i].count);
            a->rows += a->all.part[i].count;
        }
    a->block_rows =
        umi_arena_array(a->arena, a->block_count, sizeof *a->block_rows);
    return a->block_rows ? UMI_OK : umi_fail_memory(err);
}

/* Hash the new rows.  Reads nothing but rows that nobody changes. */
static void hash_rows(void *self)
{
    applying *a = self;
    umi_block *at = a->block_rows;
    witness_all(a); /* their digests are chained like all that is added */
    for (size_t i = 0; i < a->all.count; i++) {
        const umi_change_part *p = &a->all.part[i];
        if (!chained(p))
            continue;
        umi_chain_rows(at, a->blocks + 1, &a->head, p->table, p->rows,
                       p->count);
        a->blocks += (int64_t)umi_chain_blocks(p->count);
        at += umi_chain_blocks(p->count);
    }
}

static umi_status complete(applying *a, umi_error *err)
{
    umi_status rc = add_codes(a);
    if (rc == UMI_OK)
        rc = add_witnesses(a, err);
    sort_parts(&a->all);
    return rc != UMI_OK ? rc : block_room(a, err);
}

/* Rows go to the store while another core hashes them: both only read them.
 * What the hashing makes, digests and blocks, follows in the same
 * transaction. */
static umi_status write_rows(applying *a, umi_error *err)
{
    umi_task task;
    umi_change given = {0}, made = {0};
    const bool beside = a->rows >= ROWS_FOR_A_THREAD;
    for (size_t i = 0; i < a->all.count; i++) {
        const umi_change_part *p = &a->all.part[i];
        umi_change *to = p->table == &umi_witness_table ? &made : &given;
        to->part[to->count++] = *p;
    }
    umi_change_put(&made, &umi_block_table, a->block_rows, a->block_count);
    if (beside)
        umi_task_start(&task, hash_rows, a);
    else
        hash_rows(a);
    umi_status rc = umi_store_apply(a->b->store, &given, err);
    if (beside)
        umi_task_join(&task);
    return rc != UMI_OK ? rc : umi_store_apply(a->b->store, &made, err);
}

static umi_status write_all(applying *a, umi_error *err)
{
    umi_store *s = a->b->store;
    if (s->open) /* the transaction is the caller's */
        return write_rows(a, err);
    umi_status rc = umi_store_begin(s, err);
    if (rc == UMI_OK)
        rc = write_rows(a, err);
    return rc != UMI_OK ? rc : umi_store_commit(s, err);
}

static void note(umi_book *b, const umi_change *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const umi_change_part *p = &c->part[i];
        if (p->table == &umi_closed_day_table)
            b->last_day = ((const umi_closed_day *)p->rows)[p->count - 1].id;
    }
}

umi_status umi_book_apply(umi_book *b, const umi_change *c, umi_error *err)
{
    applying a = {.b = b, .all = *c, .head = b->head, .blocks = b->blocks};
    a.arena = umi_arena_new();
    umi_status rc = a.arena ? complete(&a, err) : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = write_all(&a, err);
    if (rc == UMI_OK) {
        b->head = a.head;
        b->blocks = a.blocks;
        umi_codes_written(&b->codes);
        note(b, c);
    }
    umi_arena_free(a.arena);
    return rc;
}

/* --- rules ---------------------------------------------------------------- */

static umi_status
load_rules(umi_book *b, const umi_rules_row *row, umi_error *err)
{
    umi_problems p =
        umi_problems_new(b->arena, err ? err->lang : UMI_LANG_EN, "chart.yaml");
    umi_chart *chart = umi_arena_array(b->arena, 1, sizeof *chart);
    if (chart == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_chart_load(chart, row->chart, b->arena, &p);
    p.file = "posting.yaml";
    if (rc == UMI_OK)
        rc = umi_posting_load(&b->posting, row->posting, chart, b->arena, &p);
    if (rc == UMI_ENOMEM)
        return umi_fail_memory(err);
    if (rc != UMI_OK)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "the stored rules of the book "
                        "cannot be read");
    b->chart = chart;
    return UMI_OK;
}

umi_status umi_book_chart(umi_book *b,
                          const umi_chart **chart,
                          const umi_posting **posting,
                          umi_error *err)
{
    if (b->chart == NULL) {
        umi_rules_row row;
        bool found;
        umi_status rc = umi_store_read(b->store, &umi_rules_table, &b->rules, 1,
                                       &row, &found, b->arena, err);
        if (rc == UMI_OK && !found)
            rc = umi_fail(err, UMI_EDAMAGED, "", "the book has no rules");
        if (rc == UMI_OK)
            rc = load_rules(b, &row, err);
        if (rc != UMI_OK)
            return rc;
    }
    *chart = b->chart;
    if (posting != NULL)
        *posting = b->posting;
    return UMI_OK;
}

/* --- life ----------------------------------------------------------------- */

static umi_status load_code(void *self, const void *row, umi_error *err)
{
    return umi_codes_load(self, row, err);
}

static umi_status load_owner(umi_book *b, umi_error *err)
{
    static const int64_t one = 1;
    bool found = false;
    umi_status rc = umi_store_read(b->store, &umi_book_table, &one, 1, &b->row,
                                   &found, b->arena, err);
    if (rc == UMI_OK && (!found || b->row.secret.len != UMI_SIP_KEY))
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "the book does not say whose it "
                      "is");
    return rc;
}

static umi_status load_head(umi_book *b, umi_error *err)
{
    umi_block block;
    bool found = false;
    umi_status rc = umi_store_last(b->store, &umi_block_table, &b->blocks, err);
    if (rc == UMI_OK)
        rc = umi_store_read(b->store, &umi_block_table, &b->blocks, 1, &block,
                            &found, b->arena, err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_EDAMAGED, "", "the book has no block hashes");
    if (rc == UMI_OK)
        b->head = block.hash;
    return rc;
}

static umi_status load_counters(umi_book *b, umi_error *err)
{
    int64_t run = 0;
    umi_status rc =
        umi_store_last(b->store, &umi_batch_table, &b->last_batch, err);
    if (rc == UMI_OK)
        rc = umi_store_last(b->store, &umi_run_table, &run, err);
    if (rc == UMI_OK)
        rc = umi_store_last(b->store, &umi_closed_day_table, &b->last_day, err);
    if (rc == UMI_OK)
        rc = umi_store_last(b->store, &umi_rules_table, &b->rules, err);
    if (rc == UMI_OK && (b->last_day < 0 || b->last_day > UMI_DAY_MAX))
        rc = umi_fail(err, UMI_EDAMAGED, "", "a closed day is no day");
    if (run > b->last_batch)
        b->last_batch = run;
    return rc;
}

static umi_status load_book(umi_book *b, umi_error *err)
{
    size_t n;
    (void)umi_tables(&n);
    assert(n <= TABLES_MAX);
    for (size_t i = 0; i < n; i++)
        b->taken[i] = -1;
    umi_status rc = load_owner(b, err);
    if (rc == UMI_OK)
        rc = load_head(b, err);
    if (rc == UMI_OK)
        rc = load_counters(b, err);
    if (rc == UMI_OK)
        rc = umi_codes_init(&b->codes, umi_book_secret(b), err);
    if (rc == UMI_OK)
        rc = umi_store_scan(b->store, &umi_code_table, 1, INT64_MAX, load_code,
                            &b->codes, err);
    return rc;
}

/* Takes @p store over, also when it fails. */
static umi_status attach(umi_book **out,
                         umi_store *store,
                         umi_access access,
                         const umi_book_session *session,
                         umi_error *err)
{
    umi_book *b = umi_alloc_array(1, sizeof *b);
    umi_arena *arena = umi_arena_new();
    if (b == NULL || arena == NULL) {
        umi_free(b);
        umi_arena_free(arena);
        umi_store_close(store);
        return umi_fail_memory(err);
    }
    b->store = store;
    b->arena = arena;
    b->access = access;
    b->session = *session;
    umi_status rc = load_book(b, err);
    if (rc != UMI_OK) {
        umi_book_close(b);
        return rc;
    }
    *out = b;
    return UMI_OK;
}

umi_status umi_book_open(umi_book **out,
                         const char *path,
                         umi_access access,
                         const umi_book_session *session,
                         umi_error *err)
{
    umi_store *store = NULL;
    umi_status rc = umi_sqlite_open(&store, path, access, err);
    if (rc != UMI_OK)
        return rc;
    rc = attach(out, store, access, session, err);
    if (rc != UMI_OK)
        umi_error_at(err, path, 0, 0);
    return rc;
}

umi_status umi__book_beside(umi_book **out, const umi_book *b, umi_error *err)
{
    umi_store *store = NULL;
    *out = NULL;
    umi_status rc = umi_store_beside(&store, b->store, err);
    if (rc != UMI_OK || store == NULL)
        return rc;
    return attach(out, store, UMI_READ, &b->session, err);
}

void umi_book_close(umi_book *b)
{
    if (b == NULL)
        return;
    umi_store_close(b->store);
    umi_codes_free(&b->codes);
    umi_set_free(b->set);
    umi_arena_free(b->arena);
    umi_free(b);
}

/* The rows that make a store a book, chained like all others. */
typedef struct birth {
    umi_book_row owner;
    umi_rules_row rules;
    umi_code_row branch;
    umi_block blocks[3];
    char secret[UMI_SIP_KEY];
    umi_change change;
} birth;

static void bear(birth *f)
{
    umi_hash head = {{0}};
    const umi_change_part parts[] = {
        {.table = &umi_book_table, .rows = &f->owner, .count = 1},
        {.table = &umi_rules_table, .rows = &f->rules, .count = 1},
        {.table = &umi_code_table, .rows = &f->branch, .count = 1},
    };
    for (size_t i = 0; i < 3; i++) {
        umi_chain_rows(&f->blocks[i], (int64_t)i + 1, &head, parts[i].table,
                       parts[i].rows, 1);
        umi_change_put(&f->change, parts[i].table, parts[i].rows, 1);
    }
    umi_change_put(&f->change, &umi_block_table, f->blocks, 3);
}

static umi_status
conceive(birth *f, const umi_book_owner *owner, umi_error *err)
{
    const umi_data_file *chart = umi_data_find("chart.yaml");
    const umi_data_file *posting = umi_data_find("posting.yaml");
    assert(chart != NULL && posting != NULL);
    umi_text branch = owner->branch.ptr ? owner->branch : UMI_TEXT("PUSAT");
    if (umi_text_trim(owner->institution).len == 0 ||
        owner->institution.len > 200 || !umi_text_utf8(owner->institution))
        return umi_fail(err, UMI_EINVAL, "institution",
                        "must be a name of at most 200 bytes");
    umi_status rc = umi_codes_check(branch, "branch", err);
    if (rc != UMI_OK)
        return rc;
    umi_store_random(f->secret, sizeof f->secret);
    f->owner = (umi_book_row){.id = 1,
                              .institution = owner->institution,
                              .branch = branch,
                              .basis = owner->basis,
                              .secret = {f->secret, sizeof f->secret}};
    f->rules = (umi_rules_row){
        1, {chart->text, chart->size}, {posting->text, posting->size}};
    f->branch = (umi_code_row){1, UMI_CODE_BRANCH, branch, {0}};
    bear(f);
    return UMI_OK;
}

umi_status
umi_book_create(const char *path, const umi_book_owner *owner, umi_error *err)
{
    birth f = {0};
    umi_status rc = conceive(&f, owner, err);
    return rc != UMI_OK ? rc : umi_sqlite_create(path, &f.change, err);
}

umi_status umi_book_in_memory(umi_book **out,
                              const umi_book_owner *owner,
                              const umi_book_session *session,
                              umi_error *err)
{
    birth f = {0};
    umi_store *store = NULL;
    umi_status rc = conceive(&f, owner, err);
    if (rc == UMI_OK)
        rc = umi_memory_open(&store, err);
    if (rc == UMI_OK)
        rc = umi_store_apply(store, &f.change, err);
    if (rc != UMI_OK) {
        umi_store_close(store);
        return rc;
    }
    return attach(out, store, UMI_WRITE, session, err);
}
