/* SPDX-License-Identifier: MIT */
#include "ledger/bank/settle_verify.h"

#include "ledger/bank/rows.h"
#include "ledger/book/sort.h"
#include "ledger/book/verify_int.h"

enum {
    SLICE = 1024 /* rows looked up at a time */
};

/* Movements are numbered one after another; nothing is numbered so far out. */
static const int64_t lines_most = INT64_C(1) << 32;

typedef struct settled {
    umi_store *s;
    unsigned char *matched; /* a bit a movement */
    int64_t last;           /* movement */
    int64_t lines, matches, targets;
    /* of the slice at hand */
    umi_bank_settled rows[SLICE];
    umi_stmt_line movements[SLICE];
    umi_pair keys[SLICE], room[SLICE];
    int64_t ids[SLICE], accounts[SLICE];
    bool found[SLICE];
    size_t n;
    int64_t at; /* movements below this are compared */
} settled;

static bool matched(const settled *v, int64_t line)
{
    return v->matched[line / 8] >> (line % 8) & 1;
}

/* --- targets -------------------------------------------------------------- */

static umi_status compare_targets(settled *v, umi_error *err)
{
    umi_sort_pairs(v->keys, v->room, v->n);
    for (size_t i = 0; i < v->n; i++) {
        v->ids[i] = v->keys[i].key;
        if (i > 0 && v->ids[i] == v->ids[i - 1])
            return umi__finding(err, "bank_match", v->keys[i].value,
                                "its target has another match");
    }
    umi_status rc = umi_store_read(v->s, &umi_bank_settled_table, v->ids, v->n,
                                   v->rows, v->found, NULL, err);
    for (size_t i = 0; i < v->n && rc == UMI_OK; i++)
        if (!v->found[i] || v->rows[i].seq != 1 ||
            v->rows[i].match != v->keys[i].value)
            rc = umi__finding(err, "bank_match", v->keys[i].value,
                              "its target is not kept as settled by it");
    v->targets += (int64_t)v->n;
    v->n = 0;
    return rc;
}

static umi_status take_match(void *self, const void *row, umi_error *err)
{
    settled *v = self;
    const umi_bank_match_row *m = row;
    v->matches++;
    if (m->line < 1 || m->line > v->last)
        return umi__finding(err, "bank_match", m->id,
                            "its movement is not there");
    v->matched[m->line / 8] |= (unsigned char)(1u << (m->line % 8));
    if (m->target == 0)
        return UMI_OK;
    if (m->target < 0 || m->target > INT64_MAX / 16)
        return umi__finding(err, "bank_match", m->id,
                            "its target is not there");
    umi_status rc = v->n == SLICE ? compare_targets(v, err) : UMI_OK;
    if (rc == UMI_OK)
        v->keys[v->n++] =
            (umi_pair){umi_bank_settled_key(m->kind, m->target), m->id};
    return rc;
}

static umi_status count_row(void *self, const void *row, umi_error *err)
{
    (void)row, (void)err;
    ++*(int64_t *)self;
    return UMI_OK;
}

/* Each match found its own row, so equal counts leave none over. */
static umi_status verify_targets(settled *v, umi_error *err)
{
    int64_t rows = 0;
    umi_status rc = umi_store_scan(v->s, &umi_bank_match_table, INT64_MIN,
                                   INT64_MAX, take_match, v, err);
    if (rc == UMI_OK)
        rc = compare_targets(v, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(v->s, &umi_bank_settled_table, INT64_MIN, INT64_MAX,
                            count_row, &rows, err);
    if (rc == UMI_OK && rows != v->targets)
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "table %s has %lld rows, %lld belong to something",
                      umi_bank_settled_table.name, (long long)rows,
                      (long long)v->targets);
    return rc;
}

/* --- open movements ------------------------------------------------------- */

/* Below @p to, every movement that is not in the slice must be matched. */
static umi_status skip_to(settled *v, int64_t to, umi_error *err)
{
    for (; v->at < to; v->at++)
        if (!matched(v, v->at))
            return umi__finding(err, "stmt_line", v->at,
                                "nothing explains it and it is not open");
    return UMI_OK;
}

static umi_status compare_open(settled *v, umi_error *err)
{
    umi_status rc = umi_store_read(v->s, &umi_stmt_line_table, v->ids, v->n,
                                   v->movements, v->found, NULL, err);
    for (size_t i = 0; i < v->n && rc == UMI_OK; i++)
        if (!v->found[i] || v->movements[i].account != v->accounts[i])
            rc = umi__finding(err, "stmt_open", v->ids[i],
                              "it is not the movement that it names");
    v->n = 0;
    return rc;
}

static umi_status take_open(void *self, const void *row, umi_error *err)
{
    settled *v = self;
    const umi_stmt_open *o = row;
    if (o->id < 1 || o->id > v->last || o->seq != 1)
        return umi__finding(err, "stmt_open", o->id,
                            "it is not the movement that it names");
    umi_status rc = skip_to(v, o->id, err);
    if (rc == UMI_OK && matched(v, o->id))
        rc = umi__finding(err, "stmt_open", o->id,
                          "it is open though a match explains it");
    v->at = o->id + 1;
    if (rc == UMI_OK && v->n == SLICE)
        rc = compare_open(v, err);
    v->accounts[v->n] = o->account;
    v->ids[v->n] = o->id;
    v->n++;
    return rc;
}

static umi_status verify_open(settled *v, umi_error *err)
{
    v->at = 1;
    umi_status rc = umi_store_scan(v->s, &umi_stmt_open_table, INT64_MIN,
                                   INT64_MAX, take_open, v, err);
    if (rc == UMI_OK)
        rc = compare_open(v, err);
    return rc == UMI_OK ? skip_to(v, v->last + 1, err) : rc;
}

/* --- all ------------------------------------------------------------------ */

static umi_status verify(settled *v, umi_error *err)
{
    umi_status rc = umi_store_last(v->s, &umi_stmt_line_table, &v->last, err);
    if (rc == UMI_OK && (v->last < 0 || v->last > lines_most))
        rc = umi__finding(err, "stmt_line", v->last, "its number is odd");
    if (rc != UMI_OK)
        return rc;
    v->matched = umi_alloc_array((size_t)v->last / 8 + 1, 1);
    if (v->matched == NULL)
        return umi_fail_memory(err);
    rc = umi_store_scan(v->s, &umi_stmt_line_table, INT64_MIN, INT64_MAX,
                        count_row, &v->lines, err);
    if (rc == UMI_OK)
        rc = verify_targets(v, err);
    return rc == UMI_OK ? verify_open(v, err) : rc;
}

umi_status umi_bank_settle_verify(umi_book *b, int64_t *n, umi_error *err)
{
    settled *v = umi_alloc_array(1, sizeof *v);
    if (v == NULL)
        return umi_fail_memory(err);
    v->s = umi_book_store(b);
    umi_status rc = verify(v, err);
    *n = v->lines + v->matches;
    umi_free(v->matched);
    umi_free(v);
    return rc;
}
