/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_BANK_HOLD_H
#define UMI_TESTS_SUPPORT_BANK_HOLD_H

/**
 * @file
 * What holds for every parsed bank file, whatever its bytes: shared by the
 * property tests and the fuzz targets.
 */
#include <assert.h>

#include "engine/base/round.h"
#include "ledger/bank/statement.h"

static inline void bank_text_holds(umi_text t)
{
    assert((t.ptr == NULL) == (t.len == 0));
    assert(umi_text_utf8(t));
}

static inline void bank_day_holds(umi_day d, bool pending)
{
    assert(umi_day_ok(d) || (d.n == UMI_BANK_NO_DAY.n && pending));
}

static inline umi_i128 bank_line_holds(const umi_bank_line *l)
{
    bank_text_holds(l->bank_ref);
    bank_text_holds(l->customer_ref);
    bank_text_holds(l->type);
    bank_text_holds(l->text);
    for (const umi_bank_detail *d = l->details; d != NULL; d = d->next) {
        bank_text_holds(d->reference);
        bank_text_holds(d->bank_ref);
        bank_text_holds(d->name);
        bank_text_holds(d->text);
        bank_text_holds(d->reason);
    }
    assert(l->source > 0);
    assert(l->amount.sen == 0 || (l->amount.sen < 0) == l->debit);
    return l->pending ? 0 : l->amount.sen;
}

/* Continuity holds exactly when the figures say so. */
static inline void bank_statement_holds(const umi_bank_statement *s)
{
    umi_i128 sum = 0;
    bool mixed = false;
    for (size_t i = 0; i < s->line_count; i++) {
        const umi_bank_line *l = &s->lines[i];
        sum += bank_line_holds(l);
        mixed |= !l->pending && l->currency[0] != '\0' &&
                 strcmp(l->currency, s->currency) != 0;
    }
    assert(s->check_count >= 2);
    assert(strcmp(s->checks[0].code, "continuity") == 0);
    umi_bank_verdict expected = UMI_BANK_UNKNOWN;
    if (s->opening.known && s->closing.known && !mixed)
        expected = s->opening.amount.sen + sum == s->closing.amount.sen
                       ? UMI_BANK_HOLDS
                       : UMI_BANK_FAILS;
    assert(s->checks[0].ok == expected);
    bank_text_holds(s->account);
    bank_text_holds(s->number);
    for (size_t i = 0; i < s->check_count; i++)
        bank_text_holds(s->checks[i].message);
}

static inline void bank_file_holds(const umi_bank_file *f)
{
    assert(f->statement_count > 0 && f->format != UMI_BANK_AUTO);
    size_t lines = 0;
    for (size_t i = 0; i < f->statement_count; i++) {
        bank_statement_holds(&f->statements[i]);
        lines += f->statements[i].line_count;
    }
    assert(lines == f->all_count);
    for (size_t i = 0; i < f->warning_count; i++) {
        bank_text_holds(f->warnings[i].message);
        assert(strncmp(f->warnings[i].code, "W-", 2) == 0);
        assert(umi_code_find(f->warnings[i].code) != NULL);
    }
}

/** Parse and check; false when the bytes are refused with exit code 2. */
static inline bool bank_bytes_hold(umi_bank_format format, umi_text bytes)
{
    umi_bank_file *f = NULL;
    umi_error err = {0};
    umi_bank_options o = {.format = format};
    umi_status rc = umi_bank_parse(&f, bytes, &o, &err);
    if (rc != UMI_OK) {
        assert(f == NULL && umi_status_exit(rc) == 2);
        assert(err.message[0] != '\0');
        return false;
    }
    bank_file_holds(f);
    umi_bank_file_free(f);
    return true;
}

#endif
