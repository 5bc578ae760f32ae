/* SPDX-License-Identifier: MIT */
#include "ledger/book/codes.h"

#include "ledger/store/store_int.h"

umi_status umi_codes_init(umi_codes *w, umi_sip_key key, umi_error *err)
{
    *w = (umi_codes){.arena = umi_arena_new(), .key = key};
    return w->arena ? UMI_OK : umi_fail_memory(err);
}

void umi_codes_free(umi_codes *w)
{
    umi_arena_free(w->arena);
    umi_free(w->rows);
    umi_free(w->slots);
    *w = (umi_codes){0};
}

umi_status umi_codes_check(umi_text word, const char *field, umi_error *err)
{
    if (word.len > 0 && word.len <= UMI_WORD_MAX && umi_text_utf8(word))
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, field,
                    "must be a code of 1 to 64 bytes, got '%.*s'",
                    UMI_SHOW(word));
}

/* Where the word is, or the free slot where it would be. */
static size_t place(const umi_codes *w, umi_code_kind kind, umi_text word)
{
    size_t mask = w->slot_count - 1;
    size_t i = (umi_sip(&w->key, word.ptr, word.len) + kind) & mask;
    for (; w->slots[i] != 0; i = (i + 1) & mask) {
        const umi_code_row *row = &w->rows[w->slots[i] - 1];
        if (row->kind == kind && umi_text_eq(row->word, word))
            break;
    }
    return i;
}

int64_t umi_codes_find(const umi_codes *w, umi_code_kind kind, umi_text word)
{
    return w->slot_count ? w->slots[place(w, kind, word)] : 0;
}

const umi_code_row *umi_codes_row(const umi_codes *w, int64_t id)
{
    return id < 1 || (size_t)id > w->count ? NULL : &w->rows[id - 1];
}

static umi_status grow(umi_codes *w, umi_error *err)
{
    if (w->count < w->cap)
        return UMI_OK;
    size_t cap = w->cap ? w->cap * 2 : 64;
    umi_code_row *rows = umi_realloc(w->rows, cap * sizeof *rows);
    if (rows == NULL)
        return umi_fail_memory(err);
    w->rows = rows;
    uint32_t *slots = umi_alloc_array(cap * 2, sizeof *slots);
    if (slots == NULL)
        return umi_fail_memory(err);
    umi_free(w->slots);
    w->cap = cap;
    w->slots = slots;
    w->slot_count = cap * 2;
    for (size_t i = 0; i < w->count; i++)
        slots[place(w, rows[i].kind, rows[i].word)] = (uint32_t)i + 1;
    return UMI_OK;
}

static umi_status append(umi_codes *w, const umi_code_row *from, umi_error *err)
{
    umi_status rc = grow(w, err);
    if (rc != UMI_OK)
        return rc;
    umi_code_row *row = &w->rows[w->count];
    *row = *from;
    row->id = (int64_t)w->count + 1;
    if (!umi__row_keep(&umi_code_table, row, w->arena))
        return umi_fail_memory(err);
    w->slots[place(w, row->kind, row->word)] = (uint32_t)++w->count;
    return UMI_OK;
}

umi_status umi_codes_load(umi_codes *w, const umi_code_row *row, umi_error *err)
{
    if (row->id != (int64_t)w->count + 1)
        return umi_fail(err, UMI_EDAMAGED, "", "a code of the book is missing");
    umi_status rc = append(w, row, err);
    w->written = w->count;
    return rc;
}

umi_status umi_codes_add(umi_codes *w,
                         umi_code_kind kind,
                         umi_text word,
                         umi_text detail,
                         int64_t *id,
                         umi_error *err)
{
    static const char *const fields[] = {"product", "branch", "channel"};
    umi_code_row row = {.kind = kind, .word = word, .detail = detail};
    umi_status rc = umi_codes_check(word, fields[kind], err);
    if (rc == UMI_OK)
        rc = append(w, &row, err);
    if (rc == UMI_OK)
        *id = (int64_t)w->count;
    return rc;
}

const umi_code_row *umi_codes_new(const umi_codes *w, size_t *n)
{
    *n = w->count - w->written;
    return *n ? w->rows + w->written : NULL;
}

void umi_codes_written(umi_codes *w)
{
    w->written = w->count;
}
