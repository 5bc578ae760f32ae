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

/* Most loans of a file are alike in everything but amount and dates: columns
 * that say the same bytes are read once. */
static const int alike_columns[] = {RATE,  RATE_PER, METHOD,    PERIODS,
                                    EVERY, UNIT,     DAY_COUNT, ROUND_UNIT};

enum {
    ALIKE_COLUMNS = sizeof alike_columns / sizeof *alike_columns,
    SAID_MAX = 128,
    SLOTS = 64 /* a power of two */
};

typedef struct alike {
    int64_t number; /* 0: nothing is kept here */
    size_t len;
    char said[SAID_MAX]; /* each text behind its length */
    umi_terms terms;
} alike;

typedef struct memory {
    int64_t newest;
    alike slots[SLOTS]; /* a newcomer takes the place */
} memory;

/* The bytes that the columns say; 0 when they are too many. */
static size_t say(char room[SAID_MAX], const umi_record *r)
{
    size_t n = 0;
    for (size_t i = 0; i < ALIKE_COLUMNS; i++) {
        umi_text t = umi_record_text(r, (size_t)alike_columns[i]);
        if (t.len >= SAID_MAX - n)
            return 0;
        room[n++] = (char)t.len;
        if (t.len > 0)
            memcpy(room + n, t.ptr, t.len);
        n += t.len;
    }
    return n;
}

static alike *slot_of(memory *m, const char *said, size_t len)
{
    static const umi_sip_key key = {"terms of a file"};
    return &m->slots[umi_sip(&key, said, len) & (SLOTS - 1)];
}

static umi_status
frame(memory *m, umi_import_line *l, const umi_record *r, umi_error *err)
{
    char said[SAID_MAX];
    const umi_money principal = l->terms.principal;
    const size_t len = m ? say(said, r) : 0;
    alike *a = len > 0 ? slot_of(m, said, len) : NULL;
    if (a != NULL && a->number > 0 && a->len == len &&
        memcmp(a->said, said, len) == 0) {
        l->terms = a->terms;
        l->terms.principal = principal;
        l->alike = a->number;
        return UMI_OK;
    }
    umi_status rc = words(&l->terms, r, err);
    if (rc == UMI_OK)
        rc = numbers(&l->terms, r, err);
    if (rc != UMI_OK || a == NULL)
        return rc;
    *a = (alike){.number = ++m->newest, .len = len, .terms = l->terms};
    memcpy(a->said, said, len);
    l->alike = a->number;
    return UMI_OK;
}

static umi_status
terms(memory *m, umi_import_line *l, const umi_record *r, umi_error *err)
{
    l->terms = umi_terms_default();
    umi_status rc = umi_record_amount(&l->terms.principal, r, PRINCIPAL, err);
    if (rc == UMI_OK)
        rc = frame(m, l, r, err);
    if (rc == UMI_OK)
        rc = dates(&l->terms, r, err);
    return rc == UMI_OK ? umi_terms_check(&l->terms, err) : rc;
}

/* --- a line --------------------------------------------------------------- */

static umi_status
read_line(memory *m, umi_import_line *l, const umi_record *r, umi_error *err)
{
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
        rc = terms(m, l, r, err);
    if (rc == UMI_OK)
        rc = paid(&l->paid_principal, r, PAID_PRINCIPAL, err);
    if (rc == UMI_OK)
        rc = paid(&l->paid_interest, r, PAID_INTEREST, err);
    return rc;
}

/* The line with its fault as a code, which lives for ever. */
static umi_import_line judge_line(memory *m, const umi_record *r)
{
    umi_import_line l = {.line = r->line};
    umi_error why = {0};
    if (read_line(m, &l, r, &why) == UMI_OK) {
        l.amount = l.terms.principal;
        return l;
    }
    const umi_code *known = umi_code_find(why.code);
    l.fault = known ? known->code : "INVALID";
    if (umi_record_amount(&l.amount, r, PRINCIPAL, NULL) != UMI_OK)
        l.amount = (umi_money){0};
    return l;
}

static void
explain(void *self, const umi_record *r, const char *reason, umi_error *why)
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
    if (read_line(NULL, &l, r, why) != UMI_OK)
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, reason) == 0)
            umi_file_reason(why, reason, known[i].text);
}

/* --- the file ------------------------------------------------------------- */

/* All lines before one is taken, when the sender said how many they are. */
static umi_status count(umi_source *s, const umi_file_ask *ask, umi_error *err)
{
    umi_tally lines = {0};
    bool more = true, row_fault;
    umi_status rc = UMI_OK;
    while (rc == UMI_OK) {
        umi_money amount = {0};
        umi_error why;
        rc = umi_source_next(s, &more, &row_fault, &why, err);
        if (rc != UMI_OK || !more)
            break;
        const umi_record *r = umi_csv_record(s->csv);
        if (row_fault ||
            umi_record_amount(&amount, r, PRINCIPAL, NULL) != UMI_OK)
            amount = (umi_money){0};
        rc = umi_file_count(&lines, amount, err);
    }
    return rc == UMI_OK ? umi_file_expected(ask, &lines, err) : rc;
}

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
    umi_source_watch(&s, ask->progress, ask->self);
    if (ask->expect_lines != NULL || ask->expect_amount != NULL)
        rc = count(&s, ask, err);
    else
        rc = umi_source_drain(&s, err);
    *sha = umi_source_hash(&s);
    *about = s.breaks - 1;
    umi_source_close(&s);
    return rc;
}

typedef struct reading {
    umi_source source;
    memory memory;
    umi_hash sha256; /* that the file had */
} reading;

/* At the end the file must be what it was when it was looked up. */
static umi_status
next(void *self, umi_import_line *l, bool *more, umi_error *err)
{
    reading *in = self;
    bool row_fault;
    umi_error why;
    umi_status rc = umi_source_next(&in->source, more, &row_fault, &why, err);
    if (rc != UMI_OK)
        return rc;
    if (!*more) {
        umi_hash sha = umi_source_hash(&in->source);
        return umi_hash_eq(&sha, &in->sha256)
                   ? UMI_OK
                   : umi_fail(err, UMI_EIO, "",
                              "the file changed while it was read");
    }
    const umi_record *r = umi_csv_record(in->source.csv);
    if (row_fault)
        *l = (umi_import_line){.line = r->line, .fault = "CSV"};
    else
        *l = judge_line(&in->memory, r);
    return UMI_OK;
}

static umi_status judged(void *self, umi_file_run *run, umi_error *err)
{
    (void)self;
    const umi_csv_spec spec = spec_of(umi_file_ask_name(run->ask));
    return umi_source_rejects(run, &spec, explain, NULL, err);
}

static umi_status take_file(umi_file_run *run, umi_error *err)
{
    const umi_csv_spec spec = spec_of(umi_file_ask_name(run->ask));
    reading *in = umi_alloc_array(1, sizeof *in);
    if (in == NULL)
        return umi_fail_memory(err);
    in->sha256 = run->row.sha256;
    umi_status rc = umi_source_rejects_fit(run->ask, err);
    if (rc == UMI_OK)
        rc = umi_source_open(&in->source, run->ask->path, &spec, err);
    if (rc == UMI_OK) {
        const umi_loan_feed feed = {next, judged, in};
        rc = umi_loans_take(run, &feed, err);
        umi_source_close(&in->source);
    }
    umi_free(in);
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
