/* SPDX-License-Identifier: MIT */
#include "ledger/desk/fetch.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* The distinct ids that are any, ascending; returns how many. */
static size_t distinct(int64_t *out, const int64_t *ids, size_t n)
{
    size_t m = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        if (ids[i] != UMI_NONE)
            out[m++] = ids[i];
    if (m > 1)
        qsort(out, m, sizeof *out, by_value);
    for (size_t i = 0; i < m; i++)
        if (k == 0 || out[k - 1] != out[i])
            out[k++] = out[i];
    return k;
}

umi_status umi__fetch(umi_store *s,
                      const umi_table *t,
                      const int64_t *ids,
                      size_t n,
                      void *rows,
                      bool *found,
                      umi_arena *arena,
                      umi_error *err)
{
    int64_t *keys = umi_arena_array(arena, n + 1, sizeof *keys);
    bool *have = umi_arena_array(arena, n + 1, sizeof *have);
    char *read = umi_arena_array(arena, n + 1, t->size);
    if (keys == NULL || have == NULL || read == NULL)
        return umi_fail_memory(err);
    size_t m = distinct(keys, ids, n);
    umi_status rc = umi_store_read(s, t, keys, m, read, have, arena, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < n; i++) {
        const int64_t *at =
            ids[i] == UMI_NONE || m == 0
                ? NULL
                : bsearch(&ids[i], keys, m, sizeof *keys, by_value);
        found[i] = at != NULL && have[at - keys];
        if (found[i])
            memcpy((char *)rows + i * t->size,
                   read + (size_t)(at - keys) * t->size, t->size);
    }
    return UMI_OK;
}

umi_status umi__fetch_one(umi_store *s,
                          const umi_table *t,
                          int64_t id,
                          void *row,
                          umi_arena *arena,
                          umi_error *err)
{
    bool found = false;
    umi_status rc = umi_store_read(s, t, &id, 1, row, &found, arena, err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_EDAMAGED, "", "row %lld of table %s is missing",
                      (long long)id, t->name);
    return rc;
}

umi_status umi__find_key(umi_store *s,
                         const umi_query *q,
                         umi_text text,
                         int64_t *id,
                         umi_error *err)
{
    return umi_store_lookup(s, q, &text, 1, id, err);
}
