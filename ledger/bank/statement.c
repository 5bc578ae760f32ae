/* SPDX-License-Identifier: MIT */
#include "ledger/bank/statement.h"

#include "ledger/bank/build_int.h"

static const char *const format_names[] = {
#define X(name, text) text,
    UMI_BANK_FORMAT_LIST(X)
#undef X
};

const char *umi_bank_format_name(umi_bank_format f)
{
    return format_names[f];
}

bool umi_bank_format_parse(umi_bank_format *out, umi_text t)
{
    size_t n = sizeof format_names / sizeof *format_names,
           i = umi_text_index(t, format_names, n);
    if (i < n)
        *out = (umi_bank_format)i;
    return i < n;
}

void umi_bank_file_free(umi_bank_file *f)
{
    if (f == NULL)
        return;
    umi_free(f->all_lines);
    umi_arena_free(f->arena);
    umi_free(f);
}

bool umi_bank_sound(const umi_bank_file *f)
{
    for (size_t i = 0; i < f->statement_count; i++)
        for (size_t k = 0; k < f->statements[i].check_count; k++)
            if (f->statements[i].checks[k].ok == UMI_BANK_FAILS)
                return false;
    return true;
}

typedef umi_status (*reader)(umi__bank_builder *b, umi_text t, umi_error *err);

/* The reader of a format; for "auto", by the look of the first bytes. */
static reader reader_of(umi_bank_format f, umi_text t)
{
    switch (f) {
    case UMI_BANK_MT940:
    case UMI_BANK_MT942:
        return umi__bank_read_mt;
    case UMI_BANK_CAMT053:
    case UMI_BANK_CAMT054:
        return umi__bank_read_camt;
    case UMI_BANK_BCA:
    case UMI_BANK_BCA_PERSONAL:
    case UMI_BANK_MANDIRI:
    case UMI_BANK_BNI:
    case UMI_BANK_BRI:
    case UMI_BANK_OCBC:
    case UMI_BANK_VA:
        return umi__bank_read_csv;
    case UMI_BANK_AUTO:
        break;
    }
    size_t i = 0;
    while (i < t.len && (unsigned char)t.ptr[i] <= ' ')
        i++;
    return i < t.len && t.ptr[i] == '<' ? umi__bank_read_camt : NULL;
}

static umi_status read_any(umi__bank_builder *b, umi_text t, umi_error *err)
{
    reader r = reader_of(b->options->format, t);
    if (r != NULL)
        return r(b, t, err);
    umi_status rc = umi__bank_read_mt(b, t, err);
    if (rc != UMI_ESYNTAX)
        return rc;
    b->file->warning_count = 0; /* what MT940 had to say about a table */
    return umi__bank_read_csv(b, t, err);
}

/* The vectors grew by reallocation; what others keep lies in the arena. */
static void freeze(umi__bank_builder *b)
{
    umi_bank_file *f = b->file;
    umi_bank_statement *s =
        umi_arena_array(f->arena, f->statement_count, sizeof *s);
    umi_bank_warning *w =
        umi_arena_array(f->arena, f->warning_count, sizeof *w);
    if (s == NULL || w == NULL) {
        b->failed = true;
        return;
    }
    size_t first = 0;
    for (size_t i = 0; i < f->statement_count; i++) {
        s[i] = b->statements[i];
        s[i].lines = s[i].line_count > 0 ? &f->all_lines[first] : NULL;
        first += s[i].line_count;
    }
    if (f->warning_count > 0)
        memcpy(w, b->warnings, f->warning_count * sizeof *w);
    f->statements = s;
    f->warnings = w;
}

static umi_status build(umi__bank_builder *b, umi_text bytes, umi_error *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    if (bytes.len >= 3 && memcmp(bytes.ptr, mark, 3) == 0)
        bytes = (umi_text){bytes.ptr + 3, bytes.len - 3};
    umi_status rc = read_any(b, bytes, err);
    if (rc == UMI_OK && b->open)
        umi__bank_close(b);
    if (rc == UMI_OK && b->latin)
        umi__bank_warn(b, "W-BANK-BYTES", 0,
                       "bytes that are not UTF-8 were read as Latin-1");
    if (rc == UMI_OK && !b->failed && b->file->statement_count == 0)
        rc = umi_fail_code(err, UMI_ESYNTAX, "BANK-FORMAT", "",
                           "there is no statement in the file");
    if (rc == UMI_OK)
        freeze(b);
    if (b->failed)
        rc = umi_fail_memory(err);
    return rc;
}

umi_status umi_bank_parse(umi_bank_file **out,
                          umi_text bytes,
                          const umi_bank_options *options,
                          umi_error *err)
{
    umi_bank_file *f = umi_alloc_array(1, sizeof *f);
    if (f != NULL)
        f->arena = umi_arena_new();
    umi__bank_builder b = {.file = f, .options = options};
    umi_status rc;
    if (f == NULL || f->arena == NULL)
        rc = umi_fail_memory(err);
    else
        rc = build(&b, bytes, err);
    umi_free(b.statements);
    umi_free(b.warnings);
    if (rc == UMI_OK)
        *out = f;
    else
        umi_bank_file_free(f);
    return rc;
}
