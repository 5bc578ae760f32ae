/* SPDX-License-Identifier: MIT */
#include "ledger/store/pack_int.h"

/* --- statements ----------------------------------------------------------- */

/* Blocks are not what they say of themselves.  Figures in them that somebody
 * changed are for `verify` to tell. */
umi_status umi__pack_damaged(const umi_table *t, umi_error *err)
{
    return umi_fail(err, UMI_EDAMAGED, "",
                    "table %s holds a block that cannot be read", t->name);
}

/* Step a statement of at most two numbers; *row: it has yielded one. */
static umi_status ask(umi__sqlite *s,
                      int sql,
                      sqlite3_stmt **st,
                      int64_t a,
                      int64_t b,
                      bool *row,
                      umi_error *err)
{
    umi_status rc = umi__sqlite_prepare(s, sql, st, err);
    if (rc != UMI_OK)
        return rc;
    (void)sqlite3_bind_int64(*st, 1, a);
    if (sqlite3_bind_parameter_count(*st) > 1)
        (void)sqlite3_bind_int64(*st, 2, b);
    int code = sqlite3_step(*st);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return UMI_OK;
    rc = umi__sqlite_fail(s->db, code, err);
    (void)sqlite3_reset(*st);
    return rc;
}

/* --- the packs ------------------------------------------------------------ */

static const umi_table *packed_table(umi_text name)
{
    size_t n;
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++)
        if (t[i]->packed && umi_text_is(name, t[i]->name))
            return t[i];
    return NULL;
}

umi_status umi__packs_add(
    umi__sqlite *s, const umi_table *t, int64_t id, int64_t n, umi_error *err)
{
    if (s->pack_count == s->pack_cap) {
        size_t cap = s->pack_cap ? s->pack_cap * 2 : 16;
        umi__pack *grown = umi_realloc(s->packs, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        s->packs = grown;
        s->pack_cap = cap;
    }
    s->packs[s->pack_count++] = (umi__pack){
        .id = id, .n = n, .table = t, .cur = {.table = t, .pack = id}};
    return UMI_OK;
}

static umi_status take_pack(umi__sqlite *s, sqlite3_stmt *st, umi_error *err)
{
    const char *name = (const char *)sqlite3_column_text(st, 1);
    if (name == NULL)
        return umi_fail_memory(err);
    const umi_table *t = packed_table(umi_text_of(name));
    if (t == NULL)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "the book holds rows of a table that it has not");
    return umi__packs_add(s, t, sqlite3_column_int64(st, 0),
                          sqlite3_column_int64(st, 2), err);
}

umi_status umi__packs_know(umi__sqlite *s, umi_error *err)
{
    sqlite3_stmt *st;
    int code = SQLITE_ROW;
    umi_status rc = umi__sqlite_still_open(s, err);
    if (rc != UMI_OK || s->packs_known)
        return rc;
    rc = umi__sqlite_prepare(s, UMI_SQL_PACK_LIST, &st, err);
    if (rc != UMI_OK)
        return rc;
    umi__packs_forget(s);
    while (rc == UMI_OK && (code = sqlite3_step(st)) == SQLITE_ROW)
        rc = take_pack(s, st, err);
    if (rc == UMI_OK && code != SQLITE_DONE)
        rc = umi__sqlite_fail(s->db, code, err);
    (void)sqlite3_reset(st);
    s->packs_known = rc == UMI_OK;
    return rc;
}

void umi__packs_forget(umi__sqlite *s)
{
    for (size_t i = 0; i < s->pack_count; i++)
        umi_free(s->packs[i].cur.bytes);
    umi_free(s->packs);
    s->packs = NULL;
    s->pack_count = s->pack_cap = 0;
    s->packs_known = false;
}

size_t umi__packs_of(const umi__sqlite *s, const umi_table *t, size_t at)
{
    while (at < s->pack_count && s->packs[at].table != t)
        at++;
    return at;
}

/* --- a place in one ------------------------------------------------------- */

umi_status umi__cursor_place(
    umi__cursor *c, umi__sqlite *s, int64_t key, bool *there, umi_error *err)
{
    sqlite3_stmt *st;
    if (c->placed && key >= c->from && key <= c->last) {
        *there = true;
        return UMI_OK;
    }
    umi_status rc = ask(s, UMI_SQL_PACK_SEEK, &st, c->pack, key, there, err);
    if (rc != UMI_OK || !*there) {
        c->placed = c->placed && rc == UMI_OK;
        if (rc == UMI_OK)
            (void)sqlite3_reset(st);
        return rc;
    }
    c->id = sqlite3_column_int64(st, 0);
    c->first = sqlite3_column_int64(st, 1);
    c->last = sqlite3_column_int64(st, 2);
    c->n = (size_t)sqlite3_column_int64(st, 3);
    c->from = key;
    c->placed = true;
    c->loaded = false;
    c->at = 0;
    (void)sqlite3_reset(st);
    return UMI_OK;
}

/* A copy, which may be read a little beyond its end. */
static umi_status copy_body(umi__cursor *c, umi_text body, umi_error *err)
{
    size_t need = body.len + UMI__BLOCK_SLACK;
    if (need > c->cap) {
        char *grown = umi_realloc(c->bytes, need + need / 4);
        if (grown == NULL)
            return umi_fail_memory(err);
        c->bytes = grown;
        c->cap = need + need / 4;
    }
    memcpy(c->bytes, body.ptr, body.len);
    memset(c->bytes + body.len, 0, UMI__BLOCK_SLACK);
    if (!umi__block_open(&c->block, c->table, (umi_text){c->bytes, body.len}) ||
        c->block.n != c->n || umi__block_key(&c->block, 0) != c->first ||
        umi__block_key(&c->block, c->n - 1) != c->last)
        return umi__pack_damaged(c->table, err);
    return UMI_OK;
}

umi_status umi__cursor_load(umi__cursor *c, umi__sqlite *s, umi_error *err)
{
    sqlite3_stmt *st;
    bool there;
    if (c->loaded)
        return UMI_OK;
    umi_status rc = ask(s, UMI_SQL_PACK_BODY, &st, c->id, 0, &there, err);
    if (rc != UMI_OK)
        return rc;
    umi_text body = {0};
    if (there) {
        body.ptr = sqlite3_column_blob(st, 0);
        body.len = (size_t)sqlite3_column_bytes(st, 0);
    }
    if (body.ptr == NULL)
        rc = sqlite3_errcode(s->db) == SQLITE_NOMEM
                 ? umi_fail_memory(err)
                 : umi__pack_damaged(c->table, err);
    else
        rc = copy_body(c, body, err);
    (void)sqlite3_reset(st);
    c->loaded = rc == UMI_OK;
    return rc;
}

/* --- finding -------------------------------------------------------------- */

enum {
    FEW =
        16 /* keys in a block are few when they are fewer than one in so many */
};

/* Keys that are sought, and what becomes of those that are found. */
typedef struct seeking {
    umi__sqlite *s;
    const char *keys;
    size_t stride, n;
    bool *found;
    umi__hit_fn hit;
    void *self;
} seeking;

static int64_t key_at(const seeking *k, size_t i)
{
    return umi__row_key(k->keys + i * k->stride);
}

static umi_status
meet(const seeking *k, const umi__block *b, size_t i, size_t at, umi_error *err)
{
    if (k->found[i]) /* younger */
        return UMI_OK;
    k->found[i] = true;
    return k->hit(k->self, i, b, at, err);
}

/* Few keys of a block: each is sought. */
static umi_status
seek_few(const seeking *k, umi__cursor *c, size_t *i, umi_error *err)
{
    const umi__block *b = &c->block;
    size_t at = c->at;
    umi_status rc = UMI_OK;
    for (; *i < k->n && key_at(k, *i) <= c->last && rc == UMI_OK; ++*i) {
        at = umi__block_seek(b, at, key_at(k, *i));
        if (at < c->n && umi__block_key(b, at) == key_at(k, *i))
            rc = meet(k, b, *i, at, err);
    }
    c->at = at;
    return rc;
}

/* Many: block and keys are gone through side by side.  Which of the two is
 * behind cannot be foreseen, so no branch depends on it. */
static umi_status
seek_many(const seeking *k, umi__cursor *c, size_t *i, umi_error *err)
{
    const umi__block *b = &c->block;
    size_t at = c->at, from = *i;
    umi_status rc = UMI_OK;
    while (at < c->n && from < k->n && rc == UMI_OK) {
        const int64_t stored = umi__block_key(b, at), key = key_at(k, from);
        if (stored == key)
            rc = meet(k, b, from, at, err);
        const bool behind = stored < key;
        at += behind;
        from += !behind;
    }
    c->at = at;
    *i = from;
    return rc;
}

/* Keys from the *i th on, as far as they may stand in the block. */
static umi_status
seek_block(const seeking *k, umi__cursor *c, size_t *i, umi_error *err)
{
    const size_t some = *i + c->n / FEW;
    if (c->at == c->n || umi__block_key(&c->block, c->at) > key_at(k, *i))
        c->at = 0;
    return some < k->n && key_at(k, some) <= c->last ? seek_many(k, c, i, err)
                                                     : seek_few(k, c, i, err);
}

static umi_status seek_pack(const seeking *k, umi__cursor *c, umi_error *err)
{
    bool there = true;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < k->n && rc == UMI_OK;) {
        if (k->found[i]) {
            i++;
            continue;
        }
        rc = umi__cursor_place(c, k->s, key_at(k, i), &there, err);
        if (rc != UMI_OK || !there)
            break;
        if (key_at(k, i) < c->first) { /* in no block */
            i++;
            continue;
        }
        rc = umi__cursor_load(c, k->s, err);
        if (rc == UMI_OK)
            rc = seek_block(k, c, &i, err);
    }
    return rc;
}

umi_status umi__pack_find(umi__sqlite *s,
                          const umi_table *t,
                          const void *keys,
                          size_t stride,
                          size_t n,
                          bool *found,
                          umi__hit_fn hit,
                          void *self,
                          umi_error *err)
{
    const seeking k = {s, keys, stride, n, found, hit, self};
    umi_status rc = umi__packs_know(s, err);
    memset(found, 0, n * sizeof *found);
    for (size_t p = s->pack_count; p-- > 0 && rc == UMI_OK;)
        if (s->packs[p].table == t)
            rc = seek_pack(&k, &s->packs[p].cur, err);
    return rc;
}

typedef struct reading {
    const umi_table *table;
    char *rows;
    umi_arena *arena;
} reading;

static umi_status
read_hit(void *self, size_t i, const umi__block *b, size_t at, umi_error *err)
{
    const reading *r = self;
    char *row = r->rows + i * r->table->size;
    if (!umi__block_load(b, at, row))
        return umi__pack_damaged(r->table, err);
    if (r->arena != NULL && !umi__row_keep(r->table, row, r->arena))
        return umi_fail_memory(err);
    return UMI_OK;
}

umi_status umi__pack_read(umi__sqlite *s,
                          const umi_table *t,
                          const int64_t *keys,
                          size_t n,
                          void *rows,
                          bool *found,
                          umi_arena *arena,
                          umi_error *err)
{
    reading r = {t, rows, arena};
    return umi__pack_find(s, t, keys, sizeof *keys, n, found, read_hit, &r,
                          err);
}

/* --- the end -------------------------------------------------------------- */

umi_status
umi__pack_end(umi__sqlite *s, int64_t id, int64_t *last, umi_error *err)
{
    sqlite3_stmt *st;
    bool there;
    umi_status rc = ask(s, UMI_SQL_PACK_LAST, &st, id, 0, &there, err);
    if (rc != UMI_OK)
        return rc;
    *last = there ? sqlite3_column_int64(st, 0) : INT64_MIN;
    (void)sqlite3_reset(st);
    return UMI_OK;
}

umi_status
umi__pack_last(umi__sqlite *s, const umi_table *t, int64_t *key, umi_error *err)
{
    int64_t last = INT64_MIN, end;
    umi_status rc = umi__packs_know(s, err);
    const size_t first = umi__packs_of(s, t, 0);
    for (size_t p = first; p < s->pack_count && rc == UMI_OK;
         p = umi__packs_of(s, t, p + 1)) {
        rc = umi__pack_end(s, s->packs[p].id, &end, err);
        last = rc == UMI_OK && end > last ? end : last;
    }
    if (rc == UMI_OK)
        *key = first < s->pack_count ? last : 0;
    return rc;
}
