/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_STORE_INT_H
#define UMI_LEDGER_STORE_STORE_INT_H

/**
 * @file
 * What stands behind the port: the calls that a backend fills in, and the
 * typed access to members of row structs that all of them share.
 */
#include "ledger/store/store.h"

typedef struct umi__store_ops {
    umi_status (*read)(umi_store *,
                       const umi_table *,
                       const int64_t *,
                       size_t,
                       void *,
                       bool *,
                       umi_arena *,
                       umi_error *);
    umi_status (*lookup)(umi_store *,
                         const umi_query *,
                         const umi_text *,
                         size_t,
                         int64_t *,
                         umi_error *);
    umi_status (*scan)(umi_store *,
                       const umi_table *,
                       int64_t,
                       int64_t,
                       umi_row_fn,
                       void *,
                       umi_error *);
    umi_status (*query)(umi_store *,
                        const umi_query *,
                        const umi_query_arg *,
                        umi_row_fn,
                        void *,
                        umi_error *);
    umi_status (*last)(umi_store *, const umi_table *, int64_t *, umi_error *);
    umi_status (*apply)(umi_store *, const umi_change *, umi_error *);
    umi_status (*begin)(umi_store *, umi_error *);
    umi_status (*commit)(umi_store *, umi_error *);
    umi_status (*copy)(umi_store *, const char *, umi_error *);
    umi_status (*check)(umi_store *, umi_error *);
    umi_status (*check_references)(umi_store *, umi_error *);
    umi_status (*settings)(umi_store *, umi_setting_fn, void *, umi_error *);
    umi_status (*measure)(umi_store *,
                          const umi_table *,
                          umi_table_size *,
                          umi_error *);
    umi_status (*pages)(umi_store *, int64_t *, umi_error *);
    umi_status (*beside)(umi_store **, const umi_store *, umi_error *);
    void (*close)(umi_store *);
} umi__store_ops;

/** First member of every backend's own struct. */
struct umi_store {
    const umi__store_ops *ops;
    bool open; /**< between umi_store_begin() and umi_store_commit() */
    bool dead; /**< an apply failed in a way that leaves no trust */
};

/** The committed rows into an empty file at @p path: all or a failure. */
UMI_MUST_CHECK umi_status umi__store_copy(umi_store *s,
                                          const char *path,
                                          umi_error *err);

/** One cell, out of its row: a number, or bytes. */
typedef struct umi__cell {
    bool absent;
    int64_t number; /**< of the numeric types and of UMI_COL_BOOL */
    umi_text text;  /**< of the others, names included */
} umi__cell;

static inline int64_t umi__small(const char *at)
{
    int32_t v;
    memcpy(&v, at, sizeof v);
    return v;
}

/* In the header for speed: every value that is written passes here. */
static inline umi__cell umi__cell_get(const umi_store_column *col,
                                      const void *row)
{
    const char *at = (const char *)row + col->offset;
    umi__cell v = {0};
    switch (col->type) {
    case UMI_COL_INT:
    case UMI_COL_MONEY:
        memcpy(&v.number, at, sizeof v.number);
        v.absent = col->optional && v.number == UMI_NONE;
        break;
    case UMI_COL_DAY:
        v.number = umi__small(at);
        v.absent = col->optional && v.number == UMI_NONE32;
        break;
    case UMI_COL_BOOL:
        v.number = *(const bool *)at;
        break;
    case UMI_COL_NAME:
        v.absent = col->optional && umi__small(at) == UMI_NONE32;
        if (!v.absent)
            v.text = umi_text_of(col->names[umi__small(at)]);
        break;
    case UMI_COL_TEXT:
    case UMI_COL_BLOB:
        memcpy(&v.text, at, sizeof v.text);
        v.absent = col->optional && v.text.ptr == NULL;
        break;
    case UMI_COL_HASH:
        v.text = (umi_text){at, UMI_HASH_SIZE};
        break;
    }
    return v;
}
/** False when the value is none that the column may hold. */
UMI_MUST_CHECK bool
umi__cell_set(const umi_store_column *col, void *row, const umi__cell *v);
static inline bool umi__column_texty(umi_store_type t)
{
    return t >= UMI_COL_NAME;
}

static inline int64_t umi__row_key(const void *row)
{
    int64_t key; /* column 0 is an int64 at offset 0, see umi_tables() */
    memcpy(&key, row, sizeof key);
    return key;
}

/** Copy the texts of @p row into @p arena, in place. */
UMI_MUST_CHECK bool
umi__row_keep(const umi_table *t, void *row, umi_arena *arena);

#endif
