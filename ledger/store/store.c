/* SPDX-License-Identifier: MIT */
#include "ledger/store/draft_int.h"
#include "ledger/store/store_int.h"

#include <assert.h>

#define X(name) extern const umi_table umi_##name##_table;
#include "ledger/store/tables.def"
#undef X

static const umi_table *const tables[] = {
#define X(name) &umi_##name##_table,
#include "ledger/store/tables.def"
#undef X
};

const umi_table *const *umi_tables(size_t *n)
{
    *n = sizeof tables / sizeof *tables;
    return tables;
}

size_t umi_table_index(const umi_table *t)
{
    size_t i = 0;
    while (tables[i] != t) {
        i++;
        assert(i < sizeof tables / sizeof *tables);
    }
    return i;
}

/* --- cells --------------------------------------------------------------- */

static bool set_small(char *at, int64_t v, int64_t min, int64_t max)
{
    int32_t small = (int32_t)v;
    if (v < min || v > max)
        return false;
    memcpy(at, &small, sizeof small);
    return true;
}

static bool set_name(const umi_store_column *col, char *at, umi_text name)
{
    for (int32_t i = 0; col->names[i] != NULL; i++)
        if (umi_text_is(name, col->names[i]))
            return set_small(at, i, 0, i);
    return false;
}

static bool set_absent(const umi_store_column *col, char *at)
{
    const int64_t none = UMI_NONE;
    const int32_t none32 = UMI_NONE32;
    const umi_text no_text = {0};
    if (!col->optional)
        return false;
    if (col->type == UMI_COL_INT || col->type == UMI_COL_MONEY)
        memcpy(at, &none, sizeof none);
    else if (col->type == UMI_COL_DAY || col->type == UMI_COL_NAME)
        memcpy(at, &none32, sizeof none32);
    else
        memcpy(at, &no_text, sizeof no_text);
    return true;
}

bool umi__cell_set(const umi_store_column *col, void *row, const umi__cell *v)
{
    char *at = (char *)row + col->offset;
    if (v->absent)
        return set_absent(col, at);
    switch (col->type) {
    case UMI_COL_INT:
    case UMI_COL_MONEY:
        memcpy(at, &v->number, sizeof v->number);
        return true;
    case UMI_COL_DAY:
        return set_small(at, v->number, UMI_DAY_MIN, UMI_DAY_MAX);
    case UMI_COL_BOOL:
        *(bool *)at = v->number == 1;
        return v->number == 0 || v->number == 1;
    case UMI_COL_NAME:
        return set_name(col, at, v->text);
    case UMI_COL_TEXT:
    case UMI_COL_BLOB:
        memcpy(at, &v->text, sizeof v->text);
        return true;
    case UMI_COL_HASH:
        if (v->text.len != UMI_HASH_SIZE)
            return false;
        memcpy(at, v->text.ptr, UMI_HASH_SIZE);
        return true;
    }
    return false;
}

bool umi__row_keep(const umi_table *t, void *row, umi_arena *arena)
{
    for (size_t i = 0; i < t->count; i++) {
        const umi_store_column *col = &t->columns[i];
        if (col->type != UMI_COL_TEXT && col->type != UMI_COL_BLOB)
            continue;
        umi_text text;
        char *at = (char *)row + col->offset;
        memcpy(&text, at, sizeof text);
        if (text.ptr == NULL)
            continue;
        text.ptr = umi_arena_copy(arena, text.ptr, text.len);
        if (text.ptr == NULL)
            return false;
        memcpy(at, &text, sizeof text);
    }
    return true;
}

/* --- change sets --------------------------------------------------------- */

static void add_part(umi_change *c, umi_change_part part)
{
    if (part.count == 0)
        return;
    assert(c->count < UMI_PARTS_MAX);
    for (size_t i = 0; i < c->count; i++)
        assert(c->part[i].table != part.table); /* one part a table */
    c->part[c->count++] = part;
}

void umi_change_put(umi_change *c,
                    const umi_table *t,
                    const void *rows,
                    size_t n)
{
    add_part(c, (umi_change_part){.table = t, .rows = rows, .count = n});
}

void umi_change_remove(umi_change *c,
                       const umi_table *t,
                       const int64_t *keys,
                       size_t n)
{
    assert(t->kind == UMI_TABLE_STATE);
    add_part(c, (umi_change_part){.table = t, .keys = keys, .count = n});
}

/* --- the port ------------------------------------------------------------ */

static umi_status alive(const umi_store *s, umi_error *err)
{
    if (s->dead)
        return umi_fail(err, UMI_EIO, "",
                        "the book was given up after an "
                        "error; open it again");
    return UMI_OK;
}

static bool ascending(const int64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (keys[i - 1] >= keys[i])
            return false;
    return true;
}

static bool ascending_rows(const umi_change_part *p)
{
    const char *row = p->rows;
    for (size_t i = 1; i < p->count; i++, row += p->table->size)
        if (umi__row_key(row) >= umi__row_key(row + p->table->size))
            return false;
    return true;
}

umi_status umi_store_read(umi_store *s,
                          const umi_table *t,
                          const int64_t *keys,
                          size_t n,
                          void *rows,
                          bool *found,
                          umi_arena *arena,
                          umi_error *err)
{
    assert(ascending(keys, n));
    umi_status rc = alive(s, err);
    if (rc == UMI_OK && n > 0)
        rc = s->ops->read(s, t, keys, n, rows, found, arena, err);
    return rc;
}

umi_status umi_store_lookup(umi_store *s,
                            const umi_query *q,
                            const umi_text *texts,
                            size_t n,
                            int64_t *ids,
                            umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->lookup(s, q, texts, n, ids, err);
}

umi_status umi_store_scan(umi_store *s,
                          const umi_table *t,
                          int64_t from,
                          int64_t to,
                          umi_row_fn fn,
                          void *self,
                          umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->scan(s, t, from, to, fn, self, err);
}

umi_status umi_store_query(umi_store *s,
                           const umi_query *q,
                           const umi_query_arg *args,
                           umi_row_fn fn,
                           void *self,
                           umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->query(s, q, args, fn, self, err);
}

typedef struct finding {
    const umi_table *table;
    umi_arena *arena;
    char *rows;
    size_t n, cap;
} finding;

static umi_status find_row(void *self, const void *row, umi_error *err)
{
    finding *f = self;
    size_t size = f->table->size;
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 8;
        char *grown = umi_arena_array(f->arena, cap, size);
        if (grown == NULL)
            return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
        if (f->n > 0)
            memcpy(grown, f->rows, f->n * size);
        f->rows = grown;
        f->cap = cap;
    }
    char *at = f->rows + f->n * size;
    memcpy(at, row, size);
    if (!umi__row_keep(f->table, at, f->arena))
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    f->n++;
    return UMI_OK;
}

umi_status umi_store_find(umi_store *s,
                          const umi_query *q,
                          const umi_query_arg *args,
                          void **rows,
                          size_t *n,
                          umi_arena *arena,
                          umi_error *err)
{
    finding f = {.table = q->result ? q->result : q->table, .arena = arena};
    umi_status rc = umi_store_query(s, q, args, find_row, &f, err);
    if (rc != UMI_OK)
        return rc;
    *rows = f.rows;
    *n = f.n;
    return UMI_OK;
}

umi_status
umi_store_last(umi_store *s, const umi_table *t, int64_t *key, umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->last(s, t, key, err);
}

umi_status umi_store_apply(umi_store *s, const umi_change *c, umi_error *err)
{
    umi_status rc = alive(s, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < c->count; i++) {
        const umi_change_part *p = &c->part[i];
        assert(p->rows ? ascending_rows(p) : ascending(p->keys, p->count));
    }
    rc = s->ops->apply(s, c, err);
    s->dead = rc != UMI_OK && rc != UMI_EBUSY;
    return rc;
}

umi_status umi_store_begin(umi_store *s, umi_error *err)
{
    assert(!s->open);
    umi_status rc = alive(s, err);
    if (rc == UMI_OK)
        rc = s->ops->begin(s, err);
    s->open = rc == UMI_OK;
    return rc;
}

umi_status umi_store_commit(umi_store *s, umi_error *err)
{
    assert(s->open);
    umi_status rc = alive(s, err);
    if (rc == UMI_OK)
        rc = s->ops->commit(s, err);
    s->open = false;
    s->dead = rc != UMI_OK;
    return rc;
}

umi_status umi__store_copy(umi_store *s, const char *path, umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->copy(s, path, err);
}

umi_status umi_store_snapshot(umi_store *s, const char *path, umi_error *err)
{
    umi__draft d;
    umi_status rc = umi__draft_begin(&d, path, 0600, err);
    if (rc != UMI_OK)
        return rc;
    rc = umi__store_copy(s, d.path, err);
    if (rc == UMI_OK)
        rc = umi__draft_publish(&d, path, err);
    umi__draft_end(&d);
    return rc;
}

umi_status umi_store_check(umi_store *s, umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->check(s, err);
}

umi_status umi_store_check_references(umi_store *s, umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->check_references(s, err);
}

umi_status
umi_store_settings(umi_store *s, umi_setting_fn fn, void *self, umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->settings(s, fn, self, err);
}

umi_status umi_store_measure(umi_store *s,
                             const umi_table *t,
                             umi_table_size *out,
                             umi_error *err)
{
    umi_status rc = alive(s, err);
    return rc != UMI_OK ? rc : s->ops->measure(s, t, out, err);
}

umi_status umi_store_pages(umi_store *s, int64_t *pages, umi_error *err)
{
    *pages = 0;
    umi_status rc = alive(s, err);
    if (rc == UMI_OK && s->ops->pages != NULL)
        rc = s->ops->pages(s, pages, err);
    return rc;
}

umi_status umi_store_beside(umi_store **out, const umi_store *s, umi_error *err)
{
    *out = NULL;
    umi_status rc = alive(s, err);
    return rc != UMI_OK || s->ops->beside == NULL ? rc
                                                  : s->ops->beside(out, s, err);
}

void umi_store_close(umi_store *s)
{
    if (s != NULL)
        s->ops->close(s);
}
