/* SPDX-License-Identifier: MIT */
#include "ledger/desk/loan_import.h"

#include "ledger/book/loan_batch.h"
#include "ledger/desk/source.h"

enum {
    LOAN,
    PRODUCT,
    BORROWER,
    PRINCIPAL,
    RATE,
    RATE_PER,
    METHOD,
    PERIODS,
    EVERY,
    UNIT,
    DISBURSED,
    NIK,
    GROUP,
    BRANCH,
    OFFICER,
    FIRST_DUE,
    DAY_COUNT,
    ROUND_UNIT,
    PAID_PRINCIPAL,
    PAID_INTEREST
};

static const umi_column columns[] = {
    [LOAN] = {"loan", UMI_COLUMN_REQUIRED},
    [PRODUCT] = {"product", UMI_COLUMN_REQUIRED},
    [BORROWER] = {"borrower", UMI_COLUMN_REQUIRED},
    [PRINCIPAL] = {"principal", UMI_COLUMN_REQUIRED},
    [RATE] = {"rate", UMI_COLUMN_REQUIRED},
    [RATE_PER] = {"rate_per", UMI_COLUMN_REQUIRED},
    [METHOD] = {"method", UMI_COLUMN_REQUIRED},
    [PERIODS] = {"periods", UMI_COLUMN_REQUIRED},
    [EVERY] = {"every", UMI_COLUMN_REQUIRED},
    [UNIT] = {"unit", UMI_COLUMN_REQUIRED},
    [DISBURSED] = {"disbursed", UMI_COLUMN_REQUIRED},
    [NIK] = {"nik", UMI_COLUMN_OPTIONAL},
    [GROUP] = {"group", UMI_COLUMN_OPTIONAL},
    [BRANCH] = {"branch", UMI_COLUMN_OPTIONAL},
    [OFFICER] = {"officer", UMI_COLUMN_OPTIONAL},
    [FIRST_DUE] = {"first_due", UMI_COLUMN_OPTIONAL},
    [DAY_COUNT] = {"day_count", UMI_COLUMN_OPTIONAL},
    [ROUND_UNIT] = {"round_unit", UMI_COLUMN_OPTIONAL},
    [PAID_PRINCIPAL] = {"paid_principal", UMI_COLUMN_OPTIONAL},
    [PAID_INTEREST] = {"paid_interest", UMI_COLUMN_OPTIONAL},
    UMI_CSV_REJECT_COLUMNS,
};

static umi_csv_spec spec_of(const char *path)
{
    return (umi_csv_spec){.columns = columns,
                          .count = sizeof columns / sizeof *columns,
                          .name = path};
}

/* --- fields --------------------------------------------------------------- */

static umi_status bad(const umi_record *r, int i, umi_error *err)
{
    return umi_fail(err, UMI_EINVAL, columns[i].name, "not valid: '%.*s'",
                    UMI_SHOW(umi_record_text(r, (size_t)i)));
}

static bool empty(const umi_record *r, int i)
{
    return umi_record_text(r, (size_t)i).len == 0;
}

static umi_status
code(umi_text *out, const umi_record *r, int i, size_t max, umi_error *err)
{
    *out = umi_record_text(r, (size_t)i);
    return out->len <= max ? UMI_OK : bad(r, i, err);
}

static umi_status
named(umi_text *out, const umi_record *r, int i, size_t max, umi_error *err)
{
    umi_status rc = umi_record_need(out, r, (size_t)i, err);
    return rc == UMI_OK ? code(out, r, i, max, err) : rc;
}

static umi_status nik(umi_text *out, const umi_record *r, umi_error *err)
{
    *out = umi_record_text(r, NIK);
    if (out->len == 0)
        return UMI_OK;
    bool good = out->len == 16;
    for (size_t i = 0; good && i < out->len; i++)
        good = out->ptr[i] >= '0' && out->ptr[i] <= '9';
    return good
               ? UMI_OK
               : umi_fail_code(err, UMI_EINVAL, "NIK", "nik",
                               "must be 16 digits, got '%.*s'", UMI_SHOW(*out));
}

/* An amount paid so far; unlike other amounts it may be 0. */
static umi_status
paid(umi_money *out, const umi_record *r, int i, umi_error *err)
{
    umi_text t = umi_record_text(r, (size_t)i);
    umi_money m = {0};
    *out = (umi_money){0};
    if (t.len == 0 || (umi_money_parse(&m, t) && m.sen == 0 && t.ptr[0] != '-'))
        return UMI_OK;
    return umi_record_amount(out, r, (size_t)i, err);
}

static umi_status
whole(int32_t *out, const umi_record *r, int i, int64_t max, umi_error *err)
{
    int64_t n;
    umi_status rc = umi_record_int(&n, r, (size_t)i, 1, max, err);
    if (rc == UMI_OK)
        *out = (int32_t)n;
    return rc;
}

/* --- terms ---------------------------------------------------------------- */

static umi_status words(umi_terms *t, const umi_record *r, umi_error *err)
{
    if (!umi_rate_per_parse(&t->rate_per, umi_record_text(r, RATE_PER)))
        return bad(r, RATE_PER, err);
    if (!umi_method_parse(&t->method, umi_record_text(r, METHOD)))
        return bad(r, METHOD, err);
    if (t->method == UMI_PAWN) /* it has no instalments to pay */
        return umi_fail(err, UMI_EINVAL, "method",
                        "a pawn loan cannot be imported");
    if (!umi_unit_parse(&t->unit, umi_record_text(r, UNIT)))
        return bad(r, UNIT, err);
    if (!empty(r, DAY_COUNT) &&
        !umi_day_count_parse(&t->day_count, umi_record_text(r, DAY_COUNT)))
        return bad(r, DAY_COUNT, err);
    return UMI_OK;
}

static umi_status numbers(umi_terms *t, const umi_record *r, umi_error *err)
{
    if (!umi_rate_parse(&t->rate, umi_record_text(r, RATE), 6, 12, 100))
        return bad(r, RATE, err);
    umi_status rc = whole(&t->periods, r, PERIODS, UMI_PERIODS_MAX, err);
    if (rc == UMI_OK && !empty(r, EVERY))
        rc = whole(&t->every, r, EVERY, 366, err);
    if (rc == UMI_OK && !empty(r, ROUND_UNIT))
        rc = umi_record_amount(&t->round.unit, r, ROUND_UNIT, err);
    return rc;
}

static umi_status dates(umi_terms *t, const umi_record *r, umi_error *err)
{
    umi_status rc = umi_record_day(&t->disbursed, r, DISBURSED, err);
    if (rc == UMI_OK && !empty(r, FIRST_DUE)) {
        rc = umi_record_day(&t->first_due, r, FIRST_DUE, err);
        t->has_first_due = true;
    }
    return rc;
}

static umi_status terms(umi_terms *t, const umi_record *r, umi_error *err)
{
    umi_status rc = umi_record_amount(&t->principal, r, PRINCIPAL, err);
    if (rc == UMI_OK)
        rc = words(t, r, err);
    if (rc == UMI_OK)
        rc = numbers(t, r, err);
    if (rc == UMI_OK)
        rc = dates(t, r, err);
    return rc == UMI_OK ? umi_terms_check(t, err) : rc;
}

/* --- a line --------------------------------------------------------------- */

static umi_status
read_line(umi_import_line *l, const umi_record *r, umi_error *err)
{
    l->terms = umi_terms_default();
    umi_status rc = named(&l->number, r, LOAN, 64, err);
    if (rc == UMI_OK)
        rc = named(&l->product, r, PRODUCT, 64, err);
    if (rc == UMI_OK)
        rc = named(&l->borrower, r, BORROWER, 200, err);
    if (rc == UMI_OK)
        rc = nik(&l->nik, r, err);
    if (rc == UMI_OK)
        rc = code(&l->grp, r, GROUP, 64, err);
    if (rc == UMI_OK)
        rc = code(&l->branch, r, BRANCH, 64, err);
    if (rc == UMI_OK)
        rc = code(&l->officer, r, OFFICER, 64, err);
    if (rc == UMI_OK)
        rc = terms(&l->terms, r, err);
    if (rc == UMI_OK)
        rc = paid(&l->paid_principal, r, PAID_PRINCIPAL, err);
    if (rc == UMI_OK)
        rc = paid(&l->paid_interest, r, PAID_INTEREST, err);
    return rc;
}

/* The line with its fault as a code, which lives for ever. */
static umi_import_line judge_line(const umi_record *r)
{
    umi_import_line l = {.line = r->line};
    umi_error why = {0};
    if (read_line(&l, r, &why) != UMI_OK) {
        const umi_code *known = umi_code_find(why.code);
        l.fault = known ? known->code : "INVALID";
    }
    if (umi_record_amount(&l.amount, r, PRINCIPAL, NULL) != UMI_OK)
        l.amount = (umi_money){0};
    return l;
}

static void explain(void *self,
                    const umi_record *r,
                    const umi_refusal *refusal,
                    umi_error *why)
{
    static const struct {
        const char *code, *text;
    } known[] = {
        {"CONFLICT", "another loan has this number"},
        {"PAID", "more is paid than the schedule asks for"},
        {"TERMS", "these terms make no schedule"},
    };
    umi_import_line l;
    (void)self;
    if (read_line(&l, r, why) != UMI_OK)
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, refusal->code) == 0)
            umi_file_reason(why, refusal->code, known[i].text);
}

static umi_status judged(void *self, umi_file_run *run, umi_error *err)
{
    (void)self;
    const umi_csv_spec spec = spec_of(umi_file_ask_name(run->ask));
    return umi_source_rejects(run, &spec, explain, NULL, err);
}

/* --- the file ------------------------------------------------------------- */

/* The SHA-256 comes first: it tells whether there is anything to do. */
static umi_status hash_file(const umi_file_ask *ask,
                            umi_hash *sha,
                            int64_t *about,
                            umi_error *err)
{
    const umi_csv_spec spec = spec_of(umi_file_ask_name(ask));
    umi_source s;
    umi_status rc = umi_source_open(&s, ask->path, &spec, err);
    if (rc != UMI_OK)
        return rc;
    umi_source_watch(&s, ask);
    rc = umi_source_drain(&s, err);
    *sha = umi_source_hash(&s);
    *about = s.breaks - 1;
    umi_source_close(&s);
    return rc;
}

static umi_status load(umi_loan_batch *lb, umi_source *s, umi_error *err)
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
        umi_import_line l = {.line = r->line, .fault = "CSV"};
        if (!row_fault)
            l = judge_line(r);
        rc = umi_loan_batch_add(lb, &l, err);
    }
    return rc;
}

static umi_status take_file(umi_file_run *run, umi_error *err)
{
    const umi_csv_spec spec = spec_of(umi_file_ask_name(run->ask));
    umi_loan_batch *lb = NULL;
    umi_source s;
    umi_status rc = umi_source_open(&s, run->ask->path, &spec, err);
    if (rc != UMI_OK)
        return rc;
    rc = umi_loan_batch_new(&lb, run, judged, NULL, err);
    if (rc == UMI_OK)
        rc = load(lb, &s, err);
    umi_hash sha = umi_source_hash(&s);
    umi_source_close(&s);
    if (rc == UMI_OK && !umi_hash_eq(&sha, &run->row.sha256))
        rc = umi_fail(err, UMI_EIO, "", "the file changed while it was read");
    if (rc == UMI_OK)
        rc = umi_loan_batch_finish(lb, err);
    umi_loan_batch_free(lb);
    return rc;
}

umi_status umi_loan_import_file(umi_file_result *out,
                                umi_book *b,
                                const umi_file_ask *ask,
                                umi_arena *arena,
                                umi_error *err)
{
    umi_file_run run;
    umi_hash sha;
    int64_t about;
    umi_status rc = hash_file(ask, &sha, &about, err);
    if (rc != UMI_OK)
        return rc;
    rc = umi_file_begin(&run, b, UMI_BATCH_IMPORT, &sha, ask, arena, err);
    run.about = about;
    if (rc == UMI_OK)
        rc = run.repeated ? judged(NULL, &run, err) : take_file(&run, err);
    if (rc == UMI_OK)
        *out = run.result;
    umi_file_end(&run);
    return rc;
}
