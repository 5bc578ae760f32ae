/* SPDX-License-Identifier: MIT
 * The tables of Indonesian banks: title rows, a header that tells the layout,
 * rows, and labelled rows before and behind them. */
#include "ledger/bank/csv_layout_int.h"

#include <strings.h>

enum {
    HEADER_WITHIN = 100 /* rows in which a header is looked for */
};

typedef struct table {
    umi__bank_builder *b;
    umi__rows rows;
    const umi__layout *layout;
    umi__role roles[UMI__ROW_CELLS];
    size_t columns;     /* cells of the header */
    size_t named;       /* of them, up to the last with a name */
    bool header;        /* this statement's header was read */
    umi_civil from, to; /* stated period; day 0: none */
    bool footer;        /* an opening or closing balance was stated */
    bool line_before;   /* the row before gave a line */
    umi_buf more;       /* text of the rows that go on with it */
} table;

/* The cells of one row by role; texts joined. */
typedef struct entry {
    umi_text by[UMI__ROLE_COUNT];
    umi_text text;
    int64_t line;
} entry;

static bool is(umi_text t, const char *word)
{
    return t.len == strlen(word) && strncasecmp(t.ptr, word, t.len) == 0;
}

static bool empty(umi_text t)
{
    return t.len == 0;
}

/* --- labelled rows ------------------------------------------------------- */

static void stated_period(table *t, umi_text v)
{
    umi_bank_statement *s = &t->b->now;
    bool clamped;
    for (size_t i = 0; i + 2 < v.len; i++) {
        umi_text a = {v.ptr, i}, z = {v.ptr + i + 3, v.len - i - 3};
        if (memcmp(v.ptr + i, " - ", 3) != 0)
            continue;
        if (umi__bank_date(&t->from, a) && umi__bank_date(&t->to, z) &&
            umi__bank_civil(&s->from, &clamped, t->from) &&
            umi__bank_civil(&s->to, &clamped, t->to)) {
            t->b->period = UMI__BANK_PERIOD_CHECK;
            return;
        }
    }
    t->from = t->to = (umi_civil){0};
    s->from = s->to = UMI_BANK_NO_DAY;
    umi__bank_warn(t->b, "W-BANK-FIELD", t->rows.line - 1,
                   "the period '%.*s' cannot be read", UMI_SHOW(v));
}

static umi_bank_figure stated_amount(table *t, umi_text v)
{
    umi_bank_figure f = {0};
    f.known = umi__bank_amount(&f.amount, v, t->layout->style) == UMI__BANK_OK;
    if (!f.known)
        umi__bank_warn(t->b, "W-BANK-FIELD", t->rows.line - 1,
                       "the figure '%.*s' cannot be read", UMI_SHOW(v));
    return f;
}

static void stated_control(table *t, bool debit, umi_text v, umi_text behind)
{
    umi__bank_control *c = &t->b->control[debit];
    c->sum = stated_amount(t, v);
    if (!umi_text_int(behind, 0, INT64_MAX, &c->count))
        c->count = -1;
}

static void end_row(table *t);

static void next_statement(table *t, int64_t line)
{
    if (t->b->open) {
        end_row(t);
        umi__bank_close(t->b);
    }
    umi__bank_open(t->b, line);
    t->b->derive_ends = !t->layout->prints_ends;
    t->header = t->footer = false;
    t->from = t->to = (umi_civil){0};
}

static void
labelled(table *t, umi__label label, umi_text v, umi_text behind, int64_t line)
{
    switch (label) {
    case UMI__LABEL_NONE:
    case UMI__LABEL_IGNORED:
        return;
    case UMI__LABEL_ACCOUNT:
        if (t->header) /* the head of another statement in the same file */
            next_statement(t, line);
        if (v.len > 0 && v.ptr[0] == '\'')
            v = (umi_text){v.ptr + 1, v.len - 1};
        t->b->now.account = umi__bank_text(t->b, v);
        return;
    case UMI__LABEL_PERIOD:
        stated_period(t, v);
        return;
    case UMI__LABEL_CURRENCY:
        umi__bank_currency(t->b->now.currency, v);
        return;
    case UMI__LABEL_OPENING:
        t->b->now.opening = stated_amount(t, v);
        t->footer = true;
        return;
    case UMI__LABEL_CLOSING:
        t->b->now.closing = stated_amount(t, v);
        t->footer = true;
        return;
    case UMI__LABEL_DEBITS:
    case UMI__LABEL_CREDITS:
        stated_control(t, label == UMI__LABEL_DEBITS, v, behind);
    }
}

/* --- one row ------------------------------------------------------------- */

static entry sort_cells(table *t, const umi__row *row)
{
    entry e = {.line = row->line};
    for (size_t i = 0; i < row->count && i < UMI__ROW_CELLS; i++) {
        umi__role r = t->roles[i];
        if (r == UMI__ROLE_TEXT)
            e.text = umi__bank_join(t->b, e.text,
                                    umi__bank_text(t->b, row->cell[i]));
        else if (empty(e.by[r]))
            e.by[r] = row->cell[i];
    }
    return e;
}

/* Runs of blanks inside a text say nothing but how wide a column was. */
static umi_text squeezed(table *t, umi_text v)
{
    size_t runs = 0;
    for (size_t i = 1; i < v.len; i++)
        runs += v.ptr[i] == ' ' && v.ptr[i - 1] == ' ';
    char *copy = runs ? umi_arena_alloc(t->b->file->arena, v.len) : NULL;
    if (copy == NULL) {
        t->b->failed |= runs > 0;
        return v;
    }
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++)
        if (i == 0 || v.ptr[i] != ' ' || v.ptr[i - 1] != ' ')
            copy[n++] = v.ptr[i];
    return (umi_text){copy, n};
}

static bool refuse_amount(table *t, umi__bank_reading r, umi_text v, int64_t at)
{
    umi__bank_refuse(t->b, at,
                     umi__bank_why(r, "line refused: '%.*s' is not an amount"),
                     UMI_SHOW(v));
    return false;
}

/* An amount that must not be negative; empty is 0. */
static bool side(table *t, const entry *e, umi__role role, umi_money *out)
{
    umi_text v = e->by[role];
    out->sen = 0;
    if (empty(v))
        return true;
    umi__bank_reading r = umi__bank_amount(out, v, t->layout->style);
    if (r == UMI__BANK_OK && out->sen < 0)
        r = UMI__BANK_BAD;
    return r == UMI__BANK_OK || refuse_amount(t, r, v, e->line);
}

/* "DB", "CR" and their like; 0 when it is neither. */
static int mark_of(umi_text t)
{
    static const char *const debit[] = {"DB", "D", "DR", "DEBET", "DEBIT"};
    static const char *const credit[] = {"CR", "C", "K", "KR", "KREDIT"};
    for (size_t i = 0; i < 5; i++) {
        if (is(t, debit[i]))
            return 'D';
        if (is(t, credit[i]))
            return 'C';
    }
    return 0;
}

/* "2,500.00 DB": the mark is cut off @p v and returned, or {NULL,0}. */
static umi_text cut_mark(umi_text *v)
{
    for (size_t i = v->len; i > 0; i--) {
        if (v->ptr[i - 1] != ' ')
            continue;
        umi_text mark = {v->ptr + i, v->len - i};
        *v = umi_text_trim((umi_text){v->ptr, i});
        return mark;
    }
    return (umi_text){0};
}

/* "2,500.00 DB", or an unsigned amount with its mark in another column. */
static bool marked(table *t, const entry *e, umi_money *out, bool *debit)
{
    umi_text v = e->by[UMI__ROLE_AMOUNT], mark = e->by[UMI__ROLE_MARK];
    if (empty(mark))
        mark = cut_mark(&v);
    int m = mark_of(mark);
    if (m == 0)
        return refuse_amount(t, UMI__BANK_BAD, e->by[UMI__ROLE_AMOUNT],
                             e->line);
    umi__bank_reading r = umi__bank_amount(out, v, t->layout->style);
    if (r == UMI__BANK_OK && out->sen < 0)
        r = UMI__BANK_BAD;
    if (r != UMI__BANK_OK)
        return refuse_amount(t, r, v, e->line);
    *debit = m == 'D';
    return true;
}

static bool two_sided(table *t, const entry *e, umi_money *out, bool *debit)
{
    umi_money d, c;
    if (!side(t, e, UMI__ROLE_DEBIT, &d) || !side(t, e, UMI__ROLE_CREDIT, &c))
        return false;
    umi_text dt = e->by[UMI__ROLE_DEBIT], ct = e->by[UMI__ROLE_CREDIT];
    if ((empty(dt) && empty(ct)) || (d.sen != 0 && c.sen != 0)) {
        umi__bank_refuse(t->b, e->line,
                         "line refused: debit '%.*s' and credit '%.*s'",
                         UMI_SHOW(dt), UMI_SHOW(ct));
        return false;
    }
    *debit = d.sen != 0;
    *out = *debit ? d : c;
    return true;
}

/* The amount of a row, not negative, and its side. */
static bool amount(table *t, const entry *e, umi_money *out, bool *debit)
{
    bool has[UMI__ROLE_COUNT] = {false};
    for (size_t i = 0; i < t->columns && i < UMI__ROW_CELLS; i++)
        has[t->roles[i]] = true;
    if (has[UMI__ROLE_AMOUNT])
        return marked(t, e, out, debit);
    if (has[UMI__ROLE_DEBIT])
        return two_sided(t, e, out, debit);
    *debit = false;
    if (empty(e->by[UMI__ROLE_PAID]))
        return refuse_amount(t, UMI__BANK_BAD, e->by[UMI__ROLE_PAID], e->line);
    return side(t, e, UMI__ROLE_PAID, out);
}

/* --- days ---------------------------------------------------------------- */

/* How far @p c lies outside the stated period. */
static int32_t distance(const table *t, umi_civil c)
{
    umi_day d, from = t->b->now.from, to = t->b->now.to;
    bool clamped;
    if (!umi__bank_civil(&d, &clamped, c))
        return INT32_MAX;
    return d.n < from.n ? from.n - d.n : d.n > to.n ? d.n - to.n : 0;
}

/* A date without a year takes the year that brings it into the period, or
 * nearest to it. */
static void add_year(const table *t, umi_civil *c)
{
    umi_civil last = *c;
    c->year = t->from.year;
    last.year = t->to.year;
    if (distance(t, last) < distance(t, *c))
        c->year = last.year;
}

static bool day_of(table *t, umi_text v, umi_day *out, int64_t line)
{
    umi_civil c;
    if (!umi__bank_date(&c, v))
        return false;
    if (c.year == 0 && t->from.day == 0)
        return false;
    if (c.year == 0)
        add_year(t, &c);
    return umi__bank_real_day(t->b, out, c, line);
}

/* --- from a row to a line ------------------------------------------------ */

static umi_bank_figure
balance(table *t, const entry *e, umi__role role, const char *fmt)
{
    umi_bank_figure f = {0};
    umi_text v = e->by[role];
    if (empty(v))
        return f;
    f.known = umi__bank_amount(&f.amount, v, t->layout->style) == UMI__BANK_OK;
    if (!f.known)
        umi__bank_warn(t->b, "W-BANK-FIELD", e->line, "%s '%.*s'",
                       umi_tr(t->b->options->lang, fmt), UMI_SHOW(v));
    return f;
}

static void account_detail(table *t, const entry *e, umi_bank_line *l)
{
    umi_bank_detail *d = umi__bank_detail_new(t->b, l);
    const char *bad = "a figure cannot be read:";
    if (d == NULL)
        return;
    d->reference = umi__bank_text(t->b, e->by[UMI__ROLE_REQUEST]);
    d->bank_ref = l->bank_ref;
    d->name = umi__bank_text(t->b, e->by[UMI__ROLE_NAME]);
    d->amount = (umi_bank_figure){l->amount, true};
    d->gross = balance(t, e, UMI__ROLE_GROSS, bad);
    d->fee = balance(t, e, UMI__ROLE_FEE, bad);
    d->vat = balance(t, e, UMI__ROLE_VAT, bad);
    d->withholding = balance(t, e, UMI__ROLE_WITHHOLDING, bad);
    memcpy(d->currency, l->currency, sizeof d->currency);
    l->text = d->name;
}

static void set_currency(table *t, const entry *e, umi_bank_line *l)
{
    umi_bank_statement *s = &t->b->now;
    umi__bank_currency(l->currency, e->by[UMI__ROLE_CURRENCY]);
    if (s->currency[0] == '\0') /* these layouts are of rupiah accounts */
        memcpy(s->currency, l->currency[0] ? l->currency : "IDR", 4);
    if (l->currency[0] == '\0')
        memcpy(l->currency, s->currency, sizeof l->currency);
}

/* A row that prints the balance before and behind it proves itself. */
static void prove_row(table *t, const entry *e, const umi_bank_line *l)
{
    int64_t after;
    umi_bank_figure was =
        balance(t, e, UMI__ROLE_BEFORE, "a balance cannot be read:");
    if (was.known && l->balance.known && t->b->broken_at == 0 &&
        (__builtin_add_overflow(was.amount.sen, l->amount.sen, &after) ||
         after != l->balance.amount.sen))
        t->b->broken_at = e->line;
}

static void movement(table *t, const entry *e)
{
    umi_text date = e->by[UMI__ROLE_BOOKED], when = e->by[UMI__ROLE_VALUE];
    umi_day booked = UMI_BANK_NO_DAY, value = UMI_BANK_NO_DAY;
    bool pending = is(date, "PEND"), debit;
    umi_money m;
    if (empty(date))
        date = when;
    if (!pending && !day_of(t, date, &booked, e->line)) {
        umi__bank_refuse(t->b, e->line,
                         "line refused: '%.*s' is no date that can be placed",
                         UMI_SHOW(date));
        return;
    }
    if (!empty(when) && !day_of(t, when, &value, e->line))
        umi__bank_warn(t->b, "W-BANK-DATE", e->line,
                       "the value date '%.*s' is none; the booking date is "
                       "taken",
                       UMI_SHOW(when));
    if (!amount(t, e, &m, &debit))
        return;
    umi_bank_line *l = umi__bank_line_new(t->b, e->line);
    if (l == NULL)
        return;
    l->booked = booked;
    l->value = value.n == UMI_BANK_NO_DAY.n ? booked : value;
    l->amount.sen = debit ? -m.sen : m.sen;
    l->debit = debit;
    l->pending = pending;
    l->balance = balance(t, e, UMI__ROLE_BALANCE, "a balance cannot be read:");
    l->bank_ref = umi__bank_text(t->b, e->by[UMI__ROLE_BANK_REF]);
    l->customer_ref = umi__bank_text(t->b, e->by[UMI__ROLE_CUSTOMER_REF]);
    l->type = pending ? UMI_TEXT("pending")
                      : umi__bank_text(t->b, e->by[UMI__ROLE_TYPE]);
    l->text = squeezed(t, e->text);
    set_currency(t, e, l);
    if (t->layout->format == UMI_BANK_VA)
        account_detail(t, e, l);
    prove_row(t, e, l);
    t->line_before = true;
}

/* --- rows that are not as they should be --------------------------------- */

static bool all_digits(umi_text t, size_t least, size_t most)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] < '0' || t.ptr[i] > '9')
            return false;
    return t.len >= least && t.len <= most;
}

/* Pieces [from, to) as one cell again: they lie side by side in the input. */
static umi_text whole(const umi__row *row, size_t from, size_t to)
{
    const char *p = row->cell[from].ptr;
    const umi_text *last = &row->cell[to - 1];
    return (umi_text){p, (size_t)(last->ptr + last->len - p)};
}

/* BCA amounts without quotes fall apart at their commas.  They are put
 * together only when there is one way: a branch of four digits before them,
 * groups of three, and the mark at the end of the amount. */
static bool reassemble(table *t, umi__row *row)
{
    size_t n = row->count, end = 3;
    umi_money m;
    if (t->layout->format != UMI_BANK_BCA || n < 5 || n > UMI__ROW_CELLS ||
        !all_digits(row->cell[2], 4, 4))
        return false;
    while (end < n && all_digits(row->cell[end], 1, 3))
        end++;
    if (end + 1 >= n)
        return false;
    umi_text sum = whole(row, 3, end + 1), rest = whole(row, end + 1, n);
    umi_text bare = sum;
    if (mark_of(cut_mark(&bare)) == 0 ||
        umi__bank_amount(&m, bare, t->layout->style) != UMI__BANK_OK ||
        umi__bank_amount(&m, rest, t->layout->style) != UMI__BANK_OK)
        return false;
    row->cell[3] = sum;
    row->cell[4] = rest;
    row->count = 5;
    umi__bank_warn(t->b, "W-BANK-CELLS", row->line,
                   "amounts without quotes were put together: '%.*s'",
                   UMI_SHOW(sum));
    return true;
}

static bool too_wide(const table *t, const umi__row *row)
{
    for (size_t i = t->columns; i < row->count; i++)
        if (i >= UMI__ROW_CELLS || !empty(row->cell[i]))
            return true;
    return false;
}

/* A row that ends before the last named column was cut off. */
static bool too_narrow(const table *t, const umi__row *row)
{
    return row->count < t->columns &&
           (row->count < t->named || t->rows.rest.len == 0);
}

static bool blank(const umi__row *row)
{
    for (size_t i = 0; i < row->count && i < UMI__ROW_CELLS; i++)
        if (!empty(row->cell[i]))
            return false;
    return true;
}

static bool has_figure(const entry *e)
{
    return !empty(e->by[UMI__ROLE_DEBIT]) || !empty(e->by[UMI__ROLE_CREDIT]) ||
           !empty(e->by[UMI__ROLE_AMOUNT]) ||
           !empty(e->by[UMI__ROLE_BALANCE]) || !empty(e->by[UMI__ROLE_PAID]);
}

/* Text without a date and a figure goes on with the row above. */
static void continuation(table *t, const entry *e)
{
    umi_text v = squeezed(t, e->text);
    if (!t->line_before)
        return;
    umi_buf_putc(&t->more, ' ');
    umi_buf_text(&t->more, v);
    t->b->failed |= t->more.failed;
}

/* The row is complete: what went on with it is put to its text, at once, so
 * that a file of continuations costs no more than its length. */
static void end_row(table *t)
{
    umi_bank_line *l = t->line_before ? umi__bank_last_line(t->b) : NULL;
    if (l != NULL && t->more.len > 0) {
        umi_text v = {t->more.ptr + 1, t->more.len - 1};
        char *copy = umi_arena_copy(t->b->file->arena, v.ptr, v.len);
        t->b->failed |= copy == NULL;
        if (copy != NULL)
            l->text = umi__bank_join(t->b, l->text, (umi_text){copy, v.len});
    }
    t->more.len = 0;
    t->line_before = false;
}

static bool spoilt(umi_text t)
{
    size_t i = 0;
    while (i < t.len && ((t.ptr[i] >= '0' && t.ptr[i] <= '9') ||
                         t.ptr[i] == '.' || t.ptr[i] == ','))
        i++;
    return i > 0 && i + 1 < t.len && (t.ptr[i] | 32) == 'e' &&
           (t.ptr[i + 1] == '+' ||
            (t.ptr[i + 1] >= '0' && t.ptr[i + 1] <= '9'));
}

/* A row of another account begins another statement. */
static umi_status take_account(table *t, const entry *e, umi_error *err)
{
    umi_text v = e->by[UMI__ROLE_ACCOUNT];
    umi_bank_statement *s = &t->b->now;
    if (empty(v))
        return UMI_OK;
    if (spoilt(v)) {
        if (t->b->options->account.len == 0)
            return umi_fail_code(err, UMI_EINVAL, "BANK-ACCOUNT", "",
                                 "line %lld: the account '%.*s' was spoilt by "
                                 "a spreadsheet",
                                 (long long)e->line, UMI_SHOW(v));
        v = t->b->options->account;
    }
    if (s->account.len > 0 && !umi_text_eq(s->account, v)) {
        next_statement(t, e->line);
        t->header = true;
    }
    if (t->b->now.account.len == 0)
        t->b->now.account = umi__bank_text(t->b, v);
    return UMI_OK;
}

static umi_status data_row(table *t, umi__row *row, umi_error *err)
{
    if (too_wide(t, row) && !reassemble(t, row)) {
        umi__bank_refuse(t->b, row->line,
                         "line refused: more cells than the header has");
        end_row(t);
        return UMI_OK;
    }
    umi_civil c;
    entry e = sort_cells(t, row);
    umi_text date = e.by[UMI__ROLE_BOOKED];
    bool figure = has_figure(&e);
    bool dated = umi__bank_date(&c, date) || is(date, "PEND");
    if (empty(date) && !figure && !empty(e.text)) {
        continuation(t, &e);
        return UMI_OK;
    }
    end_row(t);
    if (!figure && !dated) {
        umi__bank_warn(t->b, "W-BANK-ROW", row->line,
                       "the row '%.*s' is not understood",
                       UMI_SHOW(row->cell[0]));
        return UMI_OK;
    }
    if (too_narrow(t, row)) {
        umi__bank_refuse(t->b, row->line,
                         "line refused: fewer cells than the header has");
        return UMI_OK;
    }
    umi_status rc = take_account(t, &e, err);
    if (rc == UMI_OK)
        movement(t, &e);
    return rc;
}

static umi_status any_row(table *t, umi__row *row, umi_error *err)
{
    umi_text value, behind;
    umi__label label;
    if (blank(row))
        return UMI_OK;
    if (umi__layout_find(row, t->layout->format) == t->layout) {
        if (t->header)
            next_statement(t, row->line);
        t->header = true;
        t->columns = t->named = row->count;
        while (t->named > 0 && t->named <= UMI__ROW_CELLS &&
               empty(row->cell[t->named - 1]))
            t->named--;
        umi__layout_roles(t->layout, row, t->roles);
        return UMI_OK;
    }
    label = umi__label_find(row, &value, &behind);
    if (label != UMI__LABEL_NONE) {
        end_row(t);
        labelled(t, label, value, behind, row->line);
        return UMI_OK;
    }
    return t->header ? data_row(t, row, err) : UMI_OK;
}

/* --- which table it is --------------------------------------------------- */

static const umi__layout *recognise(umi__bank_builder *b, umi_text t, char *by)
{
    static const char delimiters[] = {',', ';', '\t', '|'};
    umi__row row;
    for (size_t k = 0; k < sizeof delimiters; k++) {
        umi__rows rows = {b, t, 1, delimiters[k]};
        for (int i = 0; i < HEADER_WITHIN && umi__rows_next(&rows, &row); i++) {
            const umi__layout *l = umi__layout_find(&row, b->options->format);
            if (l != NULL) {
                *by = delimiters[k];
                return l;
            }
        }
    }
    return NULL;
}

static void missing_footer(table *t)
{
    if (t->layout->prints_ends && !t->footer)
        umi__bank_warn(t->b, "W-BANK-FIELD", 0,
                       "the footer with the balances is missing");
}

umi_status umi__bank_read_csv(umi__bank_builder *b, umi_text t, umi_error *err)
{
    char by = ',';
    const umi__layout *l = recognise(b, t, &by);
    umi_status rc = UMI_OK;
    umi__row row;
    if (l == NULL)
        return umi_fail_code(err, UMI_ESYNTAX, "BANK-FORMAT", "",
                             "this is no bank statement of a known format");
    table s = {.b = b, .rows = {b, t, 1, by}, .layout = l};
    b->file->format = l->format;
    next_statement(&s, 1);
    while (rc == UMI_OK && !b->failed && umi__rows_next(&s.rows, &row))
        rc = any_row(&s, &row, err);
    end_row(&s);
    umi_buf_free(&s.more);
    if (rc == UMI_OK)
        missing_footer(&s);
    return rc;
}
