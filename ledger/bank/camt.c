/* SPDX-License-Identifier: MIT
 * ISO 20022 camt.053 (statement of a day) and camt.054 (notification), all
 * versions: elements are recognised by their path below a statement, a
 * balance, an entry or a transaction, so that one table holds what differs
 * between versions. */
#include "ledger/bank/build_int.h"
#include "ledger/bank/figure.h"
#include "ledger/io/xml.h"

typedef enum level {
    OUTSIDE,
    STATEMENT,
    BALANCE,
    ENTRY,
    TRANSACTION
} level;

typedef enum item {
    I_NONE,
    /* statement */
    I_ID,
    I_SEQUENCE,
    I_FROM,
    I_TO,
    I_ACCOUNT_IBAN,
    I_ACCOUNT_OTHER,
    I_ACCOUNT_CURRENCY,
    I_CREDIT_COUNT,
    I_CREDIT_SUM,
    I_DEBIT_COUNT,
    I_DEBIT_SUM,
    /* shared by balance, entry, transaction */
    I_CODE,
    I_AMOUNT,
    I_SIGN,
    I_DAY,
    I_VALUE_DAY,
    /* entry */
    I_REVERSAL,
    I_STATUS,
    I_BANK_REF,
    I_TYPE,
    I_BATCH,
    I_INFO,
    /* transaction */
    I_REFERENCE,
    I_OTHER_AMOUNT,
    I_DEBTOR,
    I_CREDITOR,
    I_TEXT,
    I_STRUCTURED,
    I_REASON
} item;

static const struct {
    level level;
    item item;
    const char *path;
} table[] = {
    {STATEMENT, I_ID, "Id"},
    {STATEMENT, I_SEQUENCE, "ElctrncSeqNb"},
    {STATEMENT, I_SEQUENCE, "LglSeqNb"},
    {STATEMENT, I_FROM, "FrToDt/FrDtTm"},
    {STATEMENT, I_TO, "FrToDt/ToDtTm"},
    {STATEMENT, I_ACCOUNT_IBAN, "Acct/Id/IBAN"},
    {STATEMENT, I_ACCOUNT_OTHER, "Acct/Id/Othr/Id"},
    {STATEMENT, I_ACCOUNT_CURRENCY, "Acct/Ccy"},
    {STATEMENT, I_CREDIT_COUNT, "TxsSummry/TtlCdtNtries/NbOfNtries"},
    {STATEMENT, I_CREDIT_SUM, "TxsSummry/TtlCdtNtries/Sum"},
    {STATEMENT, I_DEBIT_COUNT, "TxsSummry/TtlDbtNtries/NbOfNtries"},
    {STATEMENT, I_DEBIT_SUM, "TxsSummry/TtlDbtNtries/Sum"},
    {BALANCE, I_CODE, "Tp/CdOrPrtry/Cd"},
    {BALANCE, I_AMOUNT, "Amt"},
    {BALANCE, I_SIGN, "CdtDbtInd"},
    {ENTRY, I_AMOUNT, "Amt"},
    {ENTRY, I_SIGN, "CdtDbtInd"},
    {ENTRY, I_REVERSAL, "RvslInd"},
    {ENTRY, I_STATUS, "Sts"},
    {ENTRY, I_STATUS, "Sts/Cd"},
    {ENTRY, I_DAY, "BookgDt/Dt"},
    {ENTRY, I_DAY, "BookgDt/DtTm"},
    {ENTRY, I_VALUE_DAY, "ValDt/Dt"},
    {ENTRY, I_VALUE_DAY, "ValDt/DtTm"},
    {ENTRY, I_BANK_REF, "AcctSvcrRef"},
    {ENTRY, I_TYPE, "BkTxCd/Domn/Cd"},
    {ENTRY, I_TYPE, "BkTxCd/Domn/Fmly/Cd"},
    {ENTRY, I_TYPE, "BkTxCd/Domn/Fmly/SubFmlyCd"},
    {ENTRY, I_CODE, "BkTxCd/Prtry/Cd"},
    {ENTRY, I_BATCH, "NtryDtls/Btch/PmtInfId"},
    {ENTRY, I_INFO, "AddtlNtryInf"},
    {TRANSACTION, I_REFERENCE, "Refs/EndToEndId"},
    {TRANSACTION, I_BANK_REF, "Refs/AcctSvcrRef"},
    {TRANSACTION, I_AMOUNT, "Amt"},
    {TRANSACTION, I_OTHER_AMOUNT, "AmtDtls/TxAmt/Amt"},
    {TRANSACTION, I_SIGN, "CdtDbtInd"},
    {TRANSACTION, I_DEBTOR, "RltdPties/Dbtr/Nm"},
    {TRANSACTION, I_DEBTOR, "RltdPties/Dbtr/Pty/Nm"},
    {TRANSACTION, I_CREDITOR, "RltdPties/Cdtr/Nm"},
    {TRANSACTION, I_CREDITOR, "RltdPties/Cdtr/Pty/Nm"},
    {TRANSACTION, I_TEXT, "RmtInf/Ustrd"},
    {TRANSACTION, I_TEXT, "AddtlTxInf"},
    {TRANSACTION, I_STRUCTURED, "RmtInf/Strd/CdtrRefInf/Ref"},
    {TRANSACTION, I_REASON, "RtrInf/Rsn/Cd"},
};

/* An amount with its sign and currency, as they arrive. */
typedef struct figure {
    umi_money amount;
    umi__bank_reading reading;
    bool seen, has_sign, debit, bad_sign;
    char currency[4];
    umi_text raw;
} figure;

typedef struct reader {
    umi__bank_builder *b;
    bool message; /* inside BkToCstmrStmt or BkToCstmrDbtCdtNtfctn */
    bool any;     /* there was such a message */
    level level;
    int depth, message_depth;
    int base[TRANSACTION + 1]; /* depth of the element that opened a level */
    char path[256];            /* below that element */
    size_t path_at[UMI_XML_DEPTH + 1];
    size_t path_len;
    char currency[4]; /* attribute Ccy of the element that is open */
    int64_t line;

    umi_text id, iban;
    bool opbd; /* the opening balance is OPBD, not PRCD */

    umi_text code; /* of a balance; proprietary code of an entry */
    figure figure;

    umi_bank_line entry;
    int64_t entry_line;
    umi_text status, batch, info, type;
    umi_civil booked, value;

    umi_bank_detail *first, *tail;
    size_t details;
    umi_bank_detail now;
    figure inner, other;
    umi_text debtor, creditor;
    umi_buf text, structured; /* remittance information, piece by piece */
} reader;

static const umi__bank_style point = {.point = '.'};

/* --- values -------------------------------------------------------------- */

/* Expat's text does not outlive the callback. */
static umi_text keep(reader *r, umi_text t)
{
    t = umi__bank_text(r->b, t);
    if (t.len == 0)
        return (umi_text){0};
    char *copy = umi_arena_copy(r->b->file->arena, t.ptr, t.len);
    r->b->failed |= copy == NULL;
    return copy ? (umi_text){copy, t.len} : (umi_text){0};
}

static umi_text blanks_off(umi_text t)
{
    while (t.len > 0 && (unsigned char)t.ptr[0] <= ' ')
        t.ptr++, t.len--;
    while (t.len > 0 && (unsigned char)t.ptr[t.len - 1] <= ' ')
        t.len--;
    return t;
}

static void read_amount(reader *r, figure *f, umi_text t)
{
    t = blanks_off(t);
    f->seen = true;
    f->reading = umi__bank_amount(&f->amount, t, point);
    if (f->reading == UMI__BANK_OK && f->amount.sen < 0)
        f->reading = UMI__BANK_BAD; /* the sign stands in CdtDbtInd */
    f->raw = f->reading == UMI__BANK_OK ? (umi_text){0} : keep(r, t);
    memcpy(f->currency, r->currency, sizeof f->currency);
}

static void read_sign(figure *f, umi_text t)
{
    t = blanks_off(t);
    f->has_sign = true;
    f->debit = umi_text_is(t, "DBIT");
    f->bad_sign = !f->debit && !umi_text_is(t, "CRDT");
}

static bool signed_ok(const figure *f)
{
    return f->seen && f->reading == UMI__BANK_OK && f->has_sign && !f->bad_sign;
}

static umi_money signed_amount(const figure *f)
{
    return (umi_money){f->debit ? -f->amount.sen : f->amount.sen};
}

static umi_day read_day(reader *r, umi_civil c)
{
    umi_day d = UMI_BANK_NO_DAY;
    if (c.day == 0)
        return d;
    if (!umi__bank_real_day(r->b, &d, c, r->entry_line))
        umi__bank_warn(r->b, "W-BANK-DATE", r->entry_line,
                       "the date %04d-%02d-%02d is none; it is left out",
                       c.year, c.month, c.day);
    return d;
}

static void stated_day(umi_day *out, umi_text t)
{
    umi_civil c;
    bool clamped;
    if (umi__bank_date(&c, blanks_off(t)))
        (void)umi__bank_civil(out, &clamped, c);
}

/* --- a statement --------------------------------------------------------- */

static void statement_item(reader *r, item i, umi_text t)
{
    umi_bank_statement *s = &r->b->now;
    umi__bank_control *c = r->b->control;
    bool debit = i == I_DEBIT_COUNT || i == I_DEBIT_SUM;
    if (i == I_ID) {
        r->id = keep(r, t);
    } else if (i == I_SEQUENCE && s->number.len == 0) {
        s->number = keep(r, t);
    } else if (i == I_FROM) {
        stated_day(&s->from, t);
    } else if (i == I_TO) {
        stated_day(&s->to, t);
    } else if (i == I_ACCOUNT_IBAN || i == I_ACCOUNT_OTHER) {
        if (i == I_ACCOUNT_IBAN || s->account.len == 0)
            s->account = keep(r, t);
    } else if (i == I_ACCOUNT_CURRENCY) {
        umi__bank_currency(s->currency, blanks_off(t));
    } else if (i == I_CREDIT_COUNT || i == I_DEBIT_COUNT) {
        if (!umi_text_int(blanks_off(t), 0, INT64_MAX, &c[debit].count))
            c[debit].count = -1;
    } else if (i == I_CREDIT_SUM || i == I_DEBIT_SUM) {
        umi_bank_figure *f = &c[debit].sum;
        f->known =
            umi__bank_amount(&f->amount, blanks_off(t), point) == UMI__BANK_OK;
    }
}

static void end_balance(reader *r)
{
    umi_bank_statement *s = &r->b->now;
    const figure *f = &r->figure;
    bool opbd = umi_text_is(r->code, "OPBD");
    bool prcd = umi_text_is(r->code, "PRCD");
    bool clbd = umi_text_is(r->code, "CLBD");
    if (!opbd && !prcd && !clbd)
        return;
    umi_bank_figure *out = clbd ? &s->closing : &s->opening;
    if (!signed_ok(f)) {
        umi__bank_warn(r->b, "W-BANK-FIELD", r->line,
                       "the balance '%.*s' cannot be read", UMI_SHOW(f->raw));
        return;
    }
    if (out->known && !(opbd && !r->opbd))
        return;
    if (s->currency[0] == '\0')
        memcpy(s->currency, f->currency, sizeof s->currency);
    if (f->currency[0] != '\0' && strcmp(f->currency, s->currency) != 0) {
        umi__bank_warn(r->b, "W-BANK-CURRENCY", r->line,
                       "a balance is in %s, the account in %s", f->currency,
                       s->currency);
        return;
    }
    r->opbd |= opbd;
    *out = (umi_bank_figure){signed_amount(f), true};
}

static void end_statement(reader *r)
{
    if (r->b->now.number.len == 0)
        r->b->now.number = r->id;
    r->b->period = UMI__BANK_PERIOD_WARN;
    umi__bank_close(r->b);
}

/* --- an entry ------------------------------------------------------------ */

static void entry_item(reader *r, item i, umi_text t)
{
    if (i == I_AMOUNT)
        read_amount(r, &r->figure, t);
    else if (i == I_SIGN)
        read_sign(&r->figure, t);
    else if (i == I_REVERSAL)
        r->entry.reversal = umi_text_is(blanks_off(t), "true") ||
                            umi_text_is(blanks_off(t), "1");
    else if (i == I_STATUS && r->status.len == 0)
        r->status = keep(r, blanks_off(t));
    else if (i == I_DAY)
        (void)umi__bank_date(&r->booked, blanks_off(t));
    else if (i == I_VALUE_DAY)
        (void)umi__bank_date(&r->value, blanks_off(t));
    else if (i == I_BANK_REF)
        r->entry.bank_ref = keep(r, blanks_off(t));
    else if (i == I_BATCH)
        r->batch = keep(r, blanks_off(t));
    else if (i == I_INFO)
        r->info = keep(r, blanks_off(t));
    else if (i == I_CODE)
        r->code = keep(r, blanks_off(t));
    else if (i == I_TYPE) {
        char text[64];
        umi_text more = blanks_off(t);
        size_t n = r->type.len;
        if (n + more.len + 1 > sizeof text)
            return;
        if (n > 0) {
            memcpy(text, r->type.ptr, n);
            text[n++] = '-';
        }
        memcpy(text + n, more.ptr, more.len);
        r->type = keep(r, (umi_text){text, n + more.len});
    }
}

/* The transactions' amounts, when all are known, against the entry's. */
static void compare_details(reader *r, const umi_bank_line *l)
{
    int64_t sum = 0;
    for (const umi_bank_detail *d = r->first; d != NULL; d = d->next)
        if (!d->amount.known ||
            (d->currency[0] != '\0' && strcmp(d->currency, l->currency) != 0) ||
            __builtin_add_overflow(sum, d->amount.amount.sen, &sum))
            return;
    if (r->first == NULL || sum == l->amount.sen)
        return;
    char a[UMI_MONEY_TEXT], b[UMI_MONEY_TEXT];
    umi_money_show(a, (umi_money){sum}, r->b->options->lang);
    umi_money_show(b, l->amount, r->b->options->lang);
    umi__bank_warn(r->b, "W-BANK-DETAILS", r->entry_line,
                   "the details add up to %s, the entry is %s", a, b);
}

static umi_text reference_of(const reader *r)
{
    if (r->details != 1)
        return r->batch;
    umi_text ref = r->first->reference;
    return umi_text_is(ref, "NOTPROVIDED") ? r->batch : ref;
}

static void fill_entry(reader *r, umi_bank_line *l)
{
    umi_text text = r->details == 1 ? r->first->text : (umi_text){0};
    bool booked = r->status.len == 0 || umi_text_is(r->status, "BOOK");
    l->booked = read_day(r, r->booked);
    l->value = read_day(r, r->value);
    if (l->booked.n == UMI_BANK_NO_DAY.n)
        l->booked = l->value;
    if (l->value.n == UMI_BANK_NO_DAY.n)
        l->value = l->booked;
    l->amount = signed_amount(&r->figure);
    l->debit = r->figure.debit;
    memcpy(l->currency, r->figure.currency, sizeof l->currency);
    l->reversal = r->entry.reversal;
    l->bank_ref = r->entry.bank_ref;
    l->customer_ref = reference_of(r);
    l->type = r->type.len > 0 ? r->type : r->code;
    l->text = umi__bank_join(r->b, r->info, text);
    l->details = r->first;
    l->pending = !booked;
    if (!booked)
        l->type = UMI_TEXT("pending");
}

static void end_entry(reader *r)
{
    const figure *f = &r->figure;
    if (!f->seen || !f->has_sign || f->bad_sign) {
        umi__bank_refuse(r->b, r->entry_line,
                         "line refused: the entry has no amount or no sign");
        return;
    }
    if (f->reading != UMI__BANK_OK) {
        umi__bank_refuse(
            r->b, r->entry_line,
            umi__bank_why(f->reading, "line refused: '%.*s' is no amount"),
            UMI_SHOW(f->raw));
        return;
    }
    if (r->booked.day == 0 && r->value.day == 0)
        umi__bank_warn(r->b, "W-BANK-DATE", r->entry_line,
                       "the entry has no date");
    umi_bank_line *l = umi__bank_line_new(r->b, r->entry_line);
    if (l == NULL)
        return;
    fill_entry(r, l);
    compare_details(r, l);
}

/* --- a transaction ------------------------------------------------------- */

static void append(reader *r, umi_buf *b, umi_text t)
{
    umi_buf_puts(b, b->len > 0 ? " " : "");
    umi_buf_text(b, blanks_off(t));
    r->b->failed |= b->failed;
}

static void transaction_item(reader *r, item i, umi_text t)
{
    umi_bank_detail *d = &r->now;
    if (i == I_AMOUNT)
        read_amount(r, &r->inner, t);
    else if (i == I_OTHER_AMOUNT)
        read_amount(r, &r->other, t);
    else if (i == I_SIGN)
        read_sign(&r->inner, t);
    else if (i == I_REFERENCE)
        d->reference = keep(r, blanks_off(t));
    else if (i == I_BANK_REF)
        d->bank_ref = keep(r, blanks_off(t));
    else if (i == I_DEBTOR)
        r->debtor = keep(r, blanks_off(t));
    else if (i == I_CREDITOR)
        r->creditor = keep(r, blanks_off(t));
    else if (i == I_TEXT)
        append(r, &r->text, t);
    else if (i == I_STRUCTURED)
        append(r, &r->structured, t);
    else if (i == I_REASON)
        d->reason = keep(r, blanks_off(t));
}

static void end_transaction(reader *r)
{
    umi_bank_detail *d = umi_arena_alloc(r->b->file->arena, sizeof *d);
    const figure *f = r->inner.seen ? &r->inner : &r->other;
    bool debit = r->inner.has_sign ? r->inner.debit : r->figure.debit;
    if (d == NULL) {
        r->b->failed = true;
        return;
    }
    *d = r->now;
    if (f->seen && f->reading == UMI__BANK_OK) {
        d->amount.known = true;
        d->amount.amount.sen = debit ? -f->amount.sen : f->amount.sen;
        memcpy(d->currency, f->currency, sizeof d->currency);
    }
    umi_text one = debit ? r->creditor : r->debtor;
    umi_text two = debit ? r->debtor : r->creditor;
    d->name = one.len > 0 ? one : two;
    d->text = umi__bank_join(r->b, keep(r, umi_buf_as_text(&r->text)),
                             keep(r, umi_buf_as_text(&r->structured)));
    if (r->tail == NULL)
        r->first = d;
    else
        r->tail->next = d;
    r->tail = d;
    r->details++;
}

/* --- elements ------------------------------------------------------------ */

static void enter(reader *r, level l)
{
    r->level = l;
    r->base[l] = r->depth;
    r->path_len = 0;
    if (l == STATEMENT) {
        umi__bank_open(r->b, r->line);
        r->id = (umi_text){0};
        r->opbd = false;
    } else if (l == TRANSACTION) {
        r->now = (umi_bank_detail){0};
        r->inner = r->other = (figure){0};
        r->debtor = r->creditor = (umi_text){0};
        r->text.len = r->structured.len = 0;
    } else {
        r->figure = (figure){0};
        r->code = (umi_text){0};
    }
    if (l == ENTRY) {
        r->entry = (umi_bank_line){0};
        r->entry_line = r->line;
        r->status = r->batch = r->info = r->type = (umi_text){0};
        r->booked = r->value = (umi_civil){0};
        r->first = r->tail = NULL;
        r->details = 0;
    }
}

/* Which level an element opens where the reader stands. */
static level opens(const reader *r, umi_text name)
{
    bool child = r->depth == r->base[STATEMENT] + 1;
    if (r->level == OUTSIDE && r->message && r->depth == r->message_depth + 1 &&
        (umi_text_is(name, "Stmt") || umi_text_is(name, "Ntfctn")))
        return STATEMENT;
    if (r->level == STATEMENT && child && umi_text_is(name, "Bal"))
        return BALANCE;
    if (r->level == STATEMENT && child && umi_text_is(name, "Ntry"))
        return ENTRY;
    if (r->level == ENTRY && umi_text_is(name, "TxDtls"))
        return TRANSACTION;
    return OUTSIDE;
}

static void message_begins(reader *r, umi_text name)
{
    bool notice = umi_text_is(name, "BkToCstmrDbtCdtNtfctn");
    if (!notice && !umi_text_is(name, "BkToCstmrStmt"))
        return;
    r->message = true;
    r->message_depth = r->depth;
    if (!r->any)
        r->b->file->format = notice ? UMI_BANK_CAMT054 : UMI_BANK_CAMT053;
    r->any = true;
}

static void step_into(reader *r, umi_text name)
{
    r->path_at[r->depth] = r->path_len;
    size_t slash = r->path_len > 0;
    if (r->path_len + slash + name.len > sizeof r->path) {
        r->path_len = sizeof r->path; /* longer than any path of the table */
        return;
    }
    if (slash)
        r->path[r->path_len++] = '/';
    memcpy(r->path + r->path_len, name.ptr, name.len);
    r->path_len += name.len;
}

static bool
on_open(void *self, umi_text name, const char *const *attributes, int64_t line)
{
    reader *r = self;
    r->depth++;
    r->line = line;
    r->currency[0] = '\0';
    for (; attributes[0] != NULL; attributes += 2)
        if (strcmp(attributes[0], "Ccy") == 0)
            umi__bank_currency(r->currency, umi_text_of(attributes[1]));
    if (!r->message)
        message_begins(r, name);
    level l = opens(r, name);
    if (l != OUTSIDE) {
        r->path_at[r->depth] = r->path_len;
        enter(r, l);
    } else {
        step_into(r, name);
    }
    return !r->b->failed;
}

static item find(const reader *r)
{
    umi_text path = {r->path, r->path_len};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].level == r->level && umi_text_is(path, table[i].path))
            return table[i].item;
    return I_NONE;
}

static void take(reader *r, item i, umi_text t)
{
    switch (r->level) {
    case OUTSIDE:
        return;
    case STATEMENT:
        statement_item(r, i, t);
        return;
    case BALANCE:
        if (i == I_CODE)
            r->code = keep(r, blanks_off(t));
        else if (i == I_AMOUNT)
            read_amount(r, &r->figure, t);
        else
            read_sign(&r->figure, t);
        return;
    case ENTRY:
        entry_item(r, i, t);
        return;
    case TRANSACTION:
        transaction_item(r, i, t);
    }
}

static void leave(reader *r)
{
    static const level outer[] = {OUTSIDE, OUTSIDE, STATEMENT, STATEMENT,
                                  ENTRY};
    if (r->level == STATEMENT)
        end_statement(r);
    else if (r->level == BALANCE)
        end_balance(r);
    else if (r->level == ENTRY)
        end_entry(r);
    else
        end_transaction(r);
    r->level = outer[r->level];
}

static bool on_close(void *self, umi_text name, umi_text text)
{
    reader *r = self;
    (void)name;
    if (r->level != OUTSIDE && r->depth == r->base[r->level]) {
        leave(r);
    } else if (r->level != OUTSIDE) {
        item i = find(r);
        bool blank = blanks_off(text).len == 0; /* Sts around Sts/Cd */
        if (i != I_NONE && !blank)
            take(r, i, text);
    }
    if (r->message && r->depth == r->message_depth)
        r->message = false;
    r->path_len = r->path_at[r->depth--];
    return !r->b->failed;
}

umi_status umi__bank_read_camt(umi__bank_builder *b, umi_text t, umi_error *err)
{
    reader r = {.b = b};
    umi_xml_handler h = {&r, on_open, on_close};
    bool latin;
    umi_status rc = umi_xml_read(t, &h, &latin, err);
    umi_buf_free(&r.text);
    umi_buf_free(&r.structured);
    if (rc != UMI_OK)
        return rc;
    b->latin |= latin;
    umi_bank_format asked = b->options->format;
    bool fits = asked == UMI_BANK_AUTO || asked == b->file->format;
    if (!r.any || !fits)
        return umi_fail_code(
            err, UMI_ESYNTAX, "BANK-FORMAT", "", "this is no %s message",
            fits ? "camt.053/camt.054" : umi_bank_format_name(asked));
    return UMI_OK;
}
