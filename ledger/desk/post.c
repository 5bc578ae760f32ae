/* SPDX-License-Identifier: MIT */
#include "ledger/desk/post.h"

#include "ledger/book/posting_batch.h"
#include "ledger/desk/post_int.h"
#include "ledger/desk/source.h"

#include <stdio.h>

static void fault(umi_pay_line *l, umi_pay_fault f)
{
    if (l->fault == UMI_PAY_NONE)
        l->fault = f;
}

/* One line as far as it can be judged without the book; the amount counts
 * even when something else is wrong. */
static umi_pay_line read_line(const umi__shape *shape, const umi_record *r)
{
    umi_pay_line l = {.line = r->line};
    if (umi__shape_text(&l.reference, shape, r, UMI_FIELD_REFERENCE, NULL) !=
            UMI_OK ||
        l.reference.len == 0 || l.reference.len > 255)
        fault(&l, UMI_PAY_REFERENCE);
    if (umi__shape_day(&l.date, shape, r, NULL) != UMI_OK)
        fault(&l, UMI_PAY_DATE);
    if (umi__shape_amount(&l.amount, shape, r, NULL) != UMI_OK)
        fault(&l, UMI_PAY_AMOUNT);
    if (umi__shape_text(&l.channel, shape, r, UMI_FIELD_CHANNEL, NULL) !=
            UMI_OK ||
        l.channel.len == 0 || l.channel.len > 64)
        fault(&l, UMI_PAY_CHANNEL);
    if (umi__shape_text(&l.loan, shape, r, UMI_FIELD_LOAN, NULL) != UMI_OK)
        fault(&l, UMI_PAY_LOAN);
    return l;
}

static umi_status load(umi_pay_file *f,
                       umi_source *s,
                       const umi__shape *shape,
                       umi_tally *lines,
                       umi_error *err)
{
    bool more = true, row_fault;
    umi_status rc = UMI_OK;
    while (rc == UMI_OK && more) {
        umi_error why;
        why.lang = UMI_LANG_EN;
        rc = umi_source_next(s, &more, &row_fault, &why, err);
        if (rc != UMI_OK || !more)
            break;
        const umi_record *r = umi_csv_record(s->csv);
        umi_pay_line l = {.line = r->line, .fault = UMI_PAY_CSV};
        if (!row_fault)
            l = read_line(shape, r);
        rc = umi_pay_add(f, &l, err);
        if (rc == UMI_OK)
            rc = umi_file_count(lines, l.amount, err);
    }
    return rc;
}

/* The reason in full where the line itself shows it. */
static void explain(void *self,
                    const umi_record *r,
                    const umi_refusal *refusal,
                    umi_error *why)
{
    const umi__shape *shape = self;
    const umi_text code = umi_text_of(refusal->code);
    umi_day day;
    umi_money amount;
    umi_text text;
    if (umi_text_is(code, "DATE") &&
        umi__shape_day(&day, shape, r, why) != UMI_OK)
        return;
    if (umi_text_is(code, "AMOUNT") &&
        umi__shape_amount(&amount, shape, r, why) != UMI_OK)
        return;
    if (umi_text_is(code, "LOAN") &&
        umi__shape_text(&text, shape, r, UMI_FIELD_LOAN, why) != UMI_OK) {
        (void)snprintf(why->code, sizeof why->code, "LOAN");
        return;
    }
    umi_pay_fault f = UMI_PAY_NONE;
    while (f < UMI_PAY_RANGE &&
           strcmp(umi_pay_fault_code(f), refusal->code) != 0)
        f++;
    umi_file_reason(why, refusal->code, umi_pay_fault_text(f));
}

static umi_status judged(void *self, umi_file_run *run, umi_error *err)
{
    const umi_csv_spec spec =
        umi__shape_spec(self, umi_file_ask_name(run->ask));
    return umi_source_rejects(run, &spec, explain, self, err);
}

static umi_status post(umi_file_run *run,
                       umi_pay_file *f,
                       umi__shape *shape,
                       umi_book *b,
                       const umi_hash *sha,
                       const umi_file_ask *ask,
                       umi_arena *arena,
                       umi_error *err)
{
    umi_status rc =
        umi_file_begin(run, b, UMI_BATCH_POST, sha, ask, arena, err);
    if (rc == UMI_OK && run->repeated)
        rc = judged(shape, run, err);
    else if (rc == UMI_OK)
        rc = umi_pay_post(f, run, judged, shape, err);
    umi_file_end(run);
    return rc;
}

umi_status umi_post_file(umi_file_result *out,
                         umi_book *b,
                         const umi_file_ask *ask,
                         umi_arena *arena,
                         umi_error *err)
{
    umi__shape shape;
    umi_source s;
    umi_pay_file *f = NULL;
    umi_file_run run;
    umi_tally lines = {0};
    umi_status rc = umi__shape_of(&shape, ask->profile, arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_csv_spec spec = umi__shape_spec(&shape, umi_file_ask_name(ask));
    rc = umi_source_open(&s, ask->path, &spec, err);
    if (rc != UMI_OK)
        return rc;
    umi_source_watch(&s, ask->progress, ask->self);
    rc = umi_pay_new(&f, b, err);
    if (rc == UMI_OK)
        rc = load(f, &s, &shape, &lines, err);
    umi_hash sha = umi_source_hash(&s);
    umi_source_close(&s);
    if (rc == UMI_OK)
        rc = umi_file_expected(ask, &lines, err);
    if (rc == UMI_OK)
        rc = post(&run, f, &shape, b, &sha, ask, arena, err);
    if (rc == UMI_OK)
        *out = run.result;
    umi_pay_free(f);
    return rc;
}
