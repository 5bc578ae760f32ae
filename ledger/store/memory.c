/* SPDX-License-Identifier: MIT */
#include "ledger/store/store_int.h"

#include <assert.h>

/* The store as it is meant: one sorted array of structs per table.  It knows
 * the tables by their descriptors only and is compared with SQLite by the
 * tests.  Texts live in one arena until it is closed. */

typedef struct shelf {
    char *rows;
    size_t count, cap;
} shelf;

typedef struct memory {
    umi_store base;
    umi_arena *arena;
    shelf shelves[];
} memory;

static shelf *shelf_of(umi_store *base, const umi_table *t)
{
    return &((memory *)base)->shelves[umi_table_index(t)];
}

/* Index of the first row with a key of at least @p key. */
static size_t lower(const shelf *s, const umi_table *t, int64_t key)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (umi__row_key(s->rows + mid * t->size) < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static char *row_at(const shelf *s, const umi_table *t, int64_t key)
{
    size_t i = lower(s, t, key);
    char *row = s->rows + i * t->size;
    return i < s->count && umi__row_key(row) == key ? row : NULL;
}

/* --- reading -------------------------------------------------------------- */

static umi_status memory_read(umi_store *base,
                              const umi_table *t,
                              const int64_t *keys,
                              size_t n,
                              void *rows,
                              bool *found,
                              umi_arena *arena,
                              umi_error *err)
{
    const shelf *s = shelf_of(base, t);
    for (size_t i = 0; i < n; i++) {
        const char *row = s->count ? row_at(s, t, keys[i]) : NULL;
        char *out = (char *)rows + i * t->size;
        found[i] = row != NULL;
        if (!found[i])
            continue;
        memcpy(out, row, t->size);
        if (arena != NULL && !umi__row_keep(t, out, arena))
            return umi_fail_memory(err);
    }
    return UMI_OK;
}

static umi_status memory_scan(umi_store *base,
                              const umi_table *t,
                              int64_t from,
                              int64_t to,
                              umi_row_fn fn,
                              void *self,
                              umi_error *err)
{
    const shelf *s = shelf_of(base, t);
    umi_status rc = UMI_OK;
    for (size_t i = lower(s, t, from); i < s->count && rc == UMI_OK; i++) {
        const char *row = s->rows + i * t->size;
        if (umi__row_key(row) > to)
            break;
        rc = fn(self, row, err);
    }
    return rc;
}

static umi_status
memory_last(umi_store *base, const umi_table *t, int64_t *key, umi_error *err)
{
    const shelf *s = shelf_of(base, t);
    (void)err;
    *key = s->count ? umi__row_key(s->rows + (s->count - 1) * t->size) : 0;
    return UMI_OK;
}

/* --- queries -------------------------------------------------------------- */

static const umi_store_column *column(const umi_table *t, const char *name)
{
    size_t i = 0;
    while (strcmp(t->columns[i].name, name) != 0) {
        i++;
        assert(i < t->count); /* a query that names no column is our mistake */
    }
    return &t->columns[i];
}

static int
compare(const umi_store_column *col, const umi__cell *a, const umi__cell *b)
{
    if (umi__column_texty(col->type))
        return umi_text_cmp(a->text, b->text);
    return a->number < b->number ? -1 : a->number > b->number;
}

static bool
matches(const umi_query *q, const umi_query_arg *args, const char *row)
{
    for (size_t i = 0; q->where[i].column != NULL; i++) {
        const umi_store_column *col = column(q->table, q->where[i].column);
        umi__cell have = umi__cell_get(col, row);
        umi__cell want = {.number = args[i].number, .text = args[i].text};
        assert(args[i].is_text == umi__column_texty(col->type));
        if (have.absent)
            return false;
        int order = compare(col, &have, &want);
        umi_where_op op = q->where[i].op;
        if ((op == UMI_WHERE_EQ && order != 0) ||
            (op == UMI_WHERE_LE && order > 0) ||
            (op == UMI_WHERE_GE && order < 0))
            return false;
    }
    return true;
}

/* Groups under construction: result rows in order of their group columns. */
typedef struct grouping {
    const umi_query *q;
    const umi_query_arg *args;
    umi_row_fn fn; /* of a plain query */
    void *self;
    char *rows;
    size_t count, cap;
} grouping;

static int group_order(const umi_table *r, const char *a, const char *b)
{
    for (size_t i = 0; i < r->count; i++) {
        const umi_store_column *col = &r->columns[i];
        if (col->fold != UMI_FOLD_KEY)
            continue;
        umi__cell x = umi__cell_get(col, a), y = umi__cell_get(col, b);
        int order = compare(col, &x, &y);
        if (order != 0)
            return order;
    }
    return 0;
}

static umi_status
add_to(const umi_table *r, char *into, const char *one, umi_error *err)
{
    for (size_t i = 0; i < r->count; i++) {
        const umi_store_column *col = &r->columns[i];
        if (col->fold == UMI_FOLD_KEY)
            continue;
        umi__cell a = umi__cell_get(col, into), b = umi__cell_get(col, one);
        if (__builtin_add_overflow(a.number, b.number, &a.number))
            return umi_fail(err, UMI_ERANGE, "", "a sum does not fit");
        if (!umi__cell_set(col, into, &a))
            return umi_fail(err, UMI_ERANGE, "", "a sum does not fit");
    }
    return UMI_OK;
}

/* The group of one row by itself. */
static bool single(const umi_query *q, char *out, const char *row)
{
    for (size_t i = 0; i < q->result->count; i++) {
        const umi_store_column *col = &q->result->columns[i];
        umi__cell v = {.number = 1};
        if (col->fold != UMI_FOLD_COUNT)
            v = umi__cell_get(column(q->table, col->name), row);
        if (!umi__cell_set(col, out, &v))
            return false;
    }
    return true;
}

static bool group_room(grouping *g, size_t size)
{
    if (g->count < g->cap)
        return true;
    size_t cap = g->cap ? g->cap * 2 : 16;
    char *grown = umi_realloc(g->rows, cap * size);
    if (grown == NULL)
        return false;
    g->rows = grown;
    g->cap = cap;
    return true;
}

static umi_status group_row(grouping *g, const char *row, umi_error *err)
{
    const umi_table *r = g->q->result;
    if (!group_room(g, r->size))
        return umi_fail_memory(err);
    char *one = umi_alloc_array(1, r->size);
    if (one == NULL)
        return umi_fail_memory(err);
    umi_status rc = UMI_OK;
    size_t at = 0;
    bool ok = single(g->q, one, row);
    assert(ok);
    while (at < g->count && group_order(r, g->rows + at * r->size, one) < 0)
        at++;
    char *here = g->rows + at * r->size;
    if (at < g->count && group_order(r, here, one) == 0) {
        rc = add_to(r, here, one, err);
    } else {
        memmove(here + r->size, here, (g->count - at) * r->size);
        memcpy(here, one, r->size);
        g->count++;
    }
    umi_free(one);
    return rc;
}

static umi_status query_row(void *self, const void *row, umi_error *err)
{
    grouping *g = self;
    if (!matches(g->q, g->args, row))
        return UMI_OK;
    return g->q->result ? group_row(g, row, err) : g->fn(g->self, row, err);
}

static umi_status memory_query(umi_store *base,
                               const umi_query *q,
                               const umi_query_arg *args,
                               umi_row_fn fn,
                               void *self,
                               umi_error *err)
{
    grouping g = {.q = q, .args = args, .fn = fn, .self = self};
    umi_status rc =
        memory_scan(base, q->table, INT64_MIN, INT64_MAX, query_row, &g, err);
    for (size_t i = 0; i < g.count && rc == UMI_OK; i++)
        rc = fn(self, g.rows + i * q->result->size, err);
    umi_free(g.rows);
    return rc;
}

typedef struct looking {
    const umi_query *q;
    umi_query_arg arg;
    int64_t *id;
} looking;

static umi_status look(void *self, const void *row, umi_error *err)
{
    looking *l = self;
    (void)err;
    if (*l->id == UMI_NONE && matches(l->q, &l->arg, row))
        *l->id = umi__row_key(row);
    return UMI_OK;
}

static umi_status memory_lookup(umi_store *base,
                                const umi_query *q,
                                const umi_text *texts,
                                size_t n,
                                int64_t *ids,
                                umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        looking l = {q, UMI_ARG_TEXT(texts[i]), &ids[i]};
        ids[i] = UMI_NONE;
        rc = memory_scan(base, q->table, INT64_MIN, INT64_MAX, look, &l, err);
    }
    return rc;
}

/* --- apply ---------------------------------------------------------------- */

static int64_t seq_of(const umi_table *t, const char *row)
{
    return umi__cell_get(&t->columns[1], row).number;
}

static umi_status refuse(const umi_table *t, const char *why, umi_error *err)
{
    return umi_fail(err, UMI_EINTERNAL, "", "table %s: %s", t->name, why);
}

/* Whether @p row may take the place of @p old, which is NULL for none. */
static bool fits(const umi_table *t, const char *row, const char *old)
{
    if (t->kind != UMI_TABLE_STATE)
        return old == NULL;
    if (old != NULL)
        return seq_of(t, row) == seq_of(t, old) + 1;
    return !t->packed || seq_of(t, row) == 1;
}

/* Everything that can fail, before anything changes. */
static umi_status
prepare(umi_store *base, const umi_change_part *p, umi_error *err)
{
    const umi_table *t = p->table;
    shelf *s = shelf_of(base, t);
    size_t need = s->count + p->count;
    if (p->rows != NULL && need > s->cap) {
        size_t cap = need + need / 2;
        char *grown = umi_realloc(s->rows, cap * t->size);
        if (grown == NULL)
            return umi_fail_memory(err);
        s->rows = grown;
        s->cap = cap;
    }
    for (size_t i = 0; i < p->count; i++) {
        const char *row = (const char *)p->rows + i * t->size;
        int64_t key = p->rows ? umi__row_key(row) : p->keys[i];
        const char *old = s->count ? row_at(s, t, key) : NULL;
        if (p->rows == NULL ? old == NULL : !fits(t, row, old))
            return refuse(t, "a row changed between reading and writing it",
                          err);
    }
    return UMI_OK;
}

static void put_row(shelf *s, const umi_table *t, const char *row)
{
    size_t i = lower(s, t, umi__row_key(row));
    char *here = s->rows + i * t->size;
    if (i == s->count || umi__row_key(here) != umi__row_key(row)) {
        memmove(here + t->size, here, (s->count - i) * t->size);
        s->count++;
    }
    memcpy(here, row, t->size);
}

static void remove_row(shelf *s, const umi_table *t, int64_t key)
{
    char *here = row_at(s, t, key);
    assert(here != NULL);
    s->count--;
    memmove(here, here + t->size,
            s->count * t->size - (size_t)(here - s->rows));
}

/* Copies of the rows of a part, with texts that stay. */
static umi_status
keep(memory *m, const umi_change_part *p, char **out, umi_error *err)
{
    const umi_table *t = p->table;
    *out = NULL;
    if (p->rows == NULL)
        return UMI_OK;
    char *copy = umi_arena_array(m->arena, p->count, t->size);
    if (copy == NULL)
        return umi_fail_memory(err);
    memcpy(copy, p->rows, p->count * t->size);
    for (size_t i = 0; i < p->count; i++)
        if (!umi__row_keep(t, copy + i * t->size, m->arena))
            return umi_fail_memory(err);
    *out = copy;
    return UMI_OK;
}

static umi_status
memory_apply(umi_store *base, const umi_change *c, umi_error *err)
{
    char *rows[UMI_PARTS_MAX];
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < c->count && rc == UMI_OK; i++) {
        rc = prepare(base, &c->part[i], err);
        if (rc == UMI_OK)
            rc = keep((memory *)base, &c->part[i], &rows[i], err);
    }
    for (size_t i = 0; i < c->count && rc == UMI_OK; i++) {
        const umi_change_part *p = &c->part[i];
        shelf *s = shelf_of(base, p->table);
        for (size_t k = 0; k < p->count; k++)
            if (p->rows != NULL)
                put_row(s, p->table, rows[i] + k * p->table->size);
            else
                remove_row(s, p->table, p->keys[k]);
    }
    return rc;
}

/* A model that is closed keeps nothing anyway. */
static umi_status memory_begin(umi_store *base, umi_error *err)
{
    (void)base, (void)err;
    return UMI_OK;
}

/* --- life ----------------------------------------------------------------- */

static umi_status memory_copy(umi_store *base, const char *path, umi_error *err)
{
    (void)base, (void)path;
    return umi_fail(err, UMI_ESTATE, "", "a store in memory has no file");
}

static umi_status memory_check(umi_store *base, umi_error *err)
{
    (void)base, (void)err;
    return UMI_OK;
}

static umi_status
memory_settings(umi_store *base, umi_setting_fn fn, void *self, umi_error *err)
{
    (void)base, (void)fn, (void)self, (void)err;
    return UMI_OK;
}

static umi_status memory_measure(umi_store *base,
                                 const umi_table *t,
                                 umi_table_size *out,
                                 umi_error *err)
{
    (void)base, (void)t, (void)err;
    *out = (umi_table_size){.bytes = UMI_NONE};
    return UMI_OK;
}

static void memory_close(umi_store *base)
{
    memory *m = (memory *)base;
    size_t n;
    (void)umi_tables(&n);
    for (size_t i = 0; i < n; i++)
        umi_free(m->shelves[i].rows);
    umi_arena_free(m->arena);
    umi_free(m);
}

static const umi__store_ops ops = {
    .read = memory_read,
    .lookup = memory_lookup,
    .scan = memory_scan,
    .query = memory_query,
    .last = memory_last,
    .apply = memory_apply,
    .begin = memory_begin,
    .commit = memory_begin,
    .copy = memory_copy,
    .check = memory_check,
    .check_references = memory_check,
    .settings = memory_settings,
    .measure = memory_measure,
    .close = memory_close,
};

umi_status umi_memory_open(umi_store **out, umi_error *err)
{
    size_t n;
    (void)umi_tables(&n);
    memory *m = umi_alloc_array(1, sizeof *m + n * sizeof m->shelves[0]);
    if (m == NULL)
        return umi_fail_memory(err);
    m->base.ops = &ops;
    m->arena = umi_arena_new();
    if (m->arena == NULL) {
        umi_free(m);
        return umi_fail_memory(err);
    }
    *out = &m->base;
    return UMI_OK;
}
