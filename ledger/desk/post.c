/* SPDX-License-Identifier: MIT */
#include "ledger/desk/post.h"

#include "ledger/book/posting_batch.h"
#include "ledger/desk/post_segments_int.h"

#include <stdio.h>

/* The reason in full where the line itself shows it. */
static void
explain(void *self, const umi_record *r, const char *reason, umi_error *why)
{
    const umi__shape *shape = self;
    const umi_text code = umi_text_of(reason);
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
    while (f < UMI_PAY_RANGE && strcmp(umi_pay_fault_code(f), reason) != 0)
        f++;
    umi_file_reason(why, reason, umi_pay_fault_text(f));
}

/* --- posting -------------------------------------------------------------- */

/* A file of repayments on its way. */
typedef struct posting {
    const umi_file_ask *ask;
    umi_book *b;
    umi__shape shape;
    umi__segments segments;
    umi_pay_file *f; /* the first segment to be posted */
    umi_file_run run;
} posting;

static umi_status judged(void *self, umi_file_run *run, umi_error *err)
{
    posting *p = self;
    const umi_csv_spec spec =
        umi__shape_spec(&p->shape, umi_file_ask_name(run->ask));
    return umi_source_rejects(run, &spec, explain, &p->shape, err);
}

static umi_status next_segment(void *self, umi_pay_file *f, umi_error *err)
{
    return umi__segments_next(&((posting *)self)->segments, f, err);
}

/* Which segment comes first: that in which an earlier part of the run left
 * off.  If the file was cut otherwise then, it is cut so again. */
static umi_status first_segment(posting *p, size_t *at, umi_error *err)
{
    umi__segments *s = &p->segments;
    const umi_run *r = &p->run.row;
    umi_status rc = UMI_OK;
    *at = 0;
    if (!p->run.stored || r->seg_first == 0)
        return UMI_OK;
    *at = umi__segments_find(s, r->seg_first, r->seg_last);
    if (*at < s->count)
        return UMI_OK;
    s->cut[0] = r->seg_first;
    s->cut[1] = r->seg_last;
    umi_source_close(&s->source);
    umi_pay_clear(p->f);
    rc = umi__segments_count(s, p->f, p->b, err);
    if (rc == UMI_OK)
        rc = umi__segments_same(s, &r->sha256, err);
    *at = umi__segments_find(s, r->seg_first, r->seg_last);
    if (rc == UMI_OK && *at == s->count)
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "the book does not say how far the file is");
    return rc;
}

static umi_status post_segments(posting *p, umi_error *err)
{
    umi__segments *s = &p->segments;
    size_t at;
    umi_status rc = first_segment(p, &at, err);
    if (rc != UMI_OK)
        return rc;
    umi_pay_plan plan = {.following = s->count - 1 - at,
                         .next = next_segment,
                         .judged = judged,
                         .self = p};
    for (size_t i = 0; i < at; i++)
        plan.done_before += s->list[i].n;
    p->run.lines = s->lines;
    umi__segments_rewind(s, at > 0 ? at : 1);
    if (at > 0) {
        umi_pay_clear(p->f);
        rc = umi__segments_next(s, p->f, err);
    }
    return rc != UMI_OK ? rc : umi_pay_post(p->f, &p->run, &plan, err);
}

/* Lines of one segment may depend on what those of an earlier one did, so a
 * trial of several writes them and does not commit. */
static umi_status rehearse(posting *p, umi_file_ask *ask, umi_error *err)
{
    if (!ask->dry_run || p->segments.count < 2)
        return UMI_OK;
    if (umi_book_access(p->b) == UMI_READ)
        return umi_fail_code(err, UMI_ESTATE, "TRIAL", "",
                             "a trial of so many lines needs the book for "
                             "writing");
    ask->dry_run = ask->whole = false;
    ask->rehearsal = true;
    return umi_store_begin(umi_book_store(p->b), err);
}

static umi_status post(posting *p, umi_arena *arena, umi_error *err)
{
    umi_file_ask ask = *p->ask;
    umi_status rc = UMI_OK;
    if (p->segments.count == 1) /* the SHA-256 is not ready yet */
        rc = umi_pay_find(p->f, p->b, err);
    if (rc != UMI_OK)
        return rc;
    umi_hash sha = umi__segments_hash(&p->segments);
    rc =
        umi_file_begin(&p->run, p->b, UMI_BATCH_POST, &sha, p->ask, arena, err);
    if (rc == UMI_OK && p->run.repeated) {
        rc = judged(p, &p->run, err);
    } else if (rc == UMI_OK) {
        rc = umi_source_rejects_fit(&ask, err);
        if (rc == UMI_OK)
            rc = rehearse(p, &ask, err);
        p->run.ask = &ask;
        if (rc == UMI_OK)
            rc = post_segments(p, err);
        if (p->ask->dry_run)
            p->run.result.state = UMI_FILE_DRY_RUN;
    }
    umi_file_end(&p->run);
    return rc;
}

umi_status umi_post_file(umi_file_result *out,
                         umi_book *b,
                         const umi_file_ask *ask,
                         umi_arena *arena,
                         umi_error *err)
{
    posting p = {.ask = ask, .b = b};
    p.segments.source.fd = -1;
    p.segments.ask = ask;
    p.segments.shape = &p.shape;
    umi_status rc = umi__shape_of(&p.shape, ask->profile, arena, err);
    if (rc == UMI_OK)
        rc = umi_pay_new(&p.f, b, ask->segment, err);
    if (rc == UMI_OK)
        rc = umi__segments_count(&p.segments, p.f, b, err);
    if (rc == UMI_OK)
        rc = umi_file_expected(ask, &p.segments.lines, err);
    if (rc == UMI_OK)
        rc = post(&p, arena, err);
    if (rc == UMI_OK)
        *out = p.run.result;
    umi__segments_free(&p.segments);
    umi_pay_free(p.f);
    return rc;
}
