/* SPDX-License-Identifier: MIT
 * SWIFT MT940 and MT942: one scan over the bytes, a field at a time.  A field
 * is a run of whole lines from its tag to the next tag, so most texts can be
 * borrowed from the input. */
#include "ledger/bank/build_int.h"
#include "ledger/bank/figure.h"

typedef struct scan {
    umi__bank_builder *b;
    const char *p, *end;
    int64_t line;    /* number of the line at p */
    bool seen_block; /* there was a field 20 */
    bool interim;    /* a mark of MT942: 34F, 13D, 90C, 90D, {2:I942 */
    bool balance;    /* a field 60 or 62: MT940 */
    bool text_open;  /* the last line still takes a field 86 */

    /* of the open statement */
    bool opened;             /* field 60 stands */
    char closed_account[40]; /* of the page before this one: */
    umi_money closed_amount;
    bool closed_as_page;
    bool opens_page;
} scan;

typedef struct field {
    int tag;     /* 61; 0 for :NS: */
    char letter; /* 'F' of 60F, else 0 */
    umi_text raw;
    int64_t line;
} field;

static const umi__bank_style comma = {.point = ','};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The first line of @p t is cut off and returned. */
static umi_text cut_line(umi_text *t)
{
    const char *nl = t->len ? memchr(t->ptr, '\n', t->len) : NULL;
    size_t n = nl ? (size_t)(nl - t->ptr) : t->len;
    umi_text line = {t->ptr, n};
    t->ptr += n + (nl != NULL);
    t->len -= n + (nl != NULL);
    return line;
}

/* "YYMMDD" or "MMDD" at @p p; all digits are checked. */
static bool two(const char *p, int32_t *out)
{
    *out = (p[0] - '0') * 10 + p[1] - '0';
    return digit(p[0]) && digit(p[1]);
}

static bool six(umi_text t, umi_civil *c)
{
    if (t.len < 6 || !two(t.ptr, &c->year) || !two(t.ptr + 2, &c->month) ||
        !two(t.ptr + 4, &c->day))
        return false;
    c->year += c->year > 79 ? 1900 : 2000;
    return true;
}

/* --- fields 60 and 62 ---------------------------------------------------- */

/* "C100802IDR1000000,00" */
static bool balance(scan *s,
                    const field *f,
                    umi_bank_figure *out,
                    umi_day *day,
                    char currency[4])
{
    umi_text t = umi_text_trim(f->raw);
    umi_civil c;
    umi_money m;
    bool debit = t.len > 0 && t.ptr[0] == 'D';
    if (t.len < 11 || (!debit && t.ptr[0] != 'C') || t.ptr[10] == '-' ||
        !six((umi_text){t.ptr + 1, 6}, &c) ||
        !umi__bank_real_day(s->b, day, c, f->line) ||
        umi__bank_amount(&m, (umi_text){t.ptr + 10, t.len - 10}, comma) !=
            UMI__BANK_OK) {
        umi__bank_warn(s->b, "W-BANK-FIELD", f->line,
                       "the balance '%.*s' cannot be read", UMI_SHOW(t));
        return false;
    }
    umi__bank_currency(currency, (umi_text){t.ptr + 7, 3});
    out->amount.sen = debit ? -m.sen : m.sen;
    out->known = true;
    return true;
}

static umi_text account_line(umi_text raw)
{
    return umi_text_trim(cut_line(&raw));
}

/* A page must open where the page before it, of the same account, closed. */
static void check_page(scan *s)
{
    umi_bank_statement *now = &s->b->now;
    bool same = s->closed_as_page && now->account.len > 0 &&
                umi_text_is(now->account, s->closed_account);
    s->b->has_page = s->opens_page;
    s->b->page = UMI_BANK_UNKNOWN;
    if (same && now->opening.known)
        s->b->page = now->opening.amount.sen == s->closed_amount.sen
                         ? UMI_BANK_HOLDS
                         : UMI_BANK_FAILS;
}

static void opening(scan *s, const field *f)
{
    umi_bank_statement *now = &s->b->now;
    if (s->opened) {
        umi__bank_warn(s->b, "W-BANK-FIELD", f->line,
                       "a second opening balance is ignored");
        return;
    }
    s->opened = s->balance = true;
    s->opens_page = f->letter == 'M';
    balance(s, f, &now->opening, &now->from, now->currency);
}

static void leave(scan *s)
{
    umi_bank_statement *now = &s->b->now;
    check_page(s);
    s->closed_as_page = false;
    if (now->account.len < sizeof s->closed_account) {
        if (now->account.len > 0)
            memcpy(s->closed_account, now->account.ptr, now->account.len);
        s->closed_account[now->account.len] = '\0';
    }
    s->text_open = false;
    umi__bank_close(s->b);
}

static void closing(scan *s, const field *f)
{
    umi_bank_statement *now = &s->b->now;
    umi_bank_figure figure = {0};
    char currency[4] = "";
    bool ok = balance(s, f, &figure, &now->to, currency);
    s->balance = true;
    if (ok && s->opened && now->opening.known &&
        strcmp(currency, now->currency) != 0)
        umi__bank_warn(s->b, "W-BANK-CURRENCY", f->line,
                       "the closing balance is in %s, the opening in %s",
                       currency, now->currency);
    else
        now->closing = figure;
    if (now->currency[0] == '\0')
        memcpy(now->currency, currency, sizeof currency);
    bool page = f->letter == 'M' && now->closing.known;
    umi_money amount = now->closing.amount;
    leave(s);
    s->closed_as_page = page;
    s->closed_amount = amount;
}

/* The statement ends without a field 62. */
static void break_off(scan *s)
{
    if (s->opened)
        umi__bank_warn(s->b, "W-BANK-FIELD", s->b->start,
                       "the statement has no closing balance");
    leave(s);
}

static void begin(scan *s, const field *f)
{
    if (s->b->open)
        break_off(s);
    s->seen_block = true;
    s->opened = s->opens_page = s->text_open = false;
    umi__bank_open(s->b, f->line);
}

/* --- field 61 ------------------------------------------------------------ */

/* What a line begins with: dates, mark, funds code, amount. */
typedef struct head {
    umi_civil value, entry;
    bool has_entry, debit, reversal;
    umi_text amount;
} head;

static void skip(umi_text *t, size_t n)
{
    t->ptr += n;
    t->len -= n;
}

/* "R?[CD]" or "E[CD]", then perhaps one letter of the currency. */
static bool mark(umi_text *t, head *h)
{
    bool prefix = t->len > 1 && (t->ptr[0] == 'R' || t->ptr[0] == 'E') &&
                  (t->ptr[1] == 'C' || t->ptr[1] == 'D');
    h->reversal = prefix && t->ptr[0] == 'R';
    skip(t, prefix);
    if (t->len == 0 || (t->ptr[0] != 'C' && t->ptr[0] != 'D'))
        return false;
    h->debit = (t->ptr[0] == 'D') != h->reversal;
    skip(t, 1);
    if (t->len > 0 && upper(t->ptr[0]))
        skip(t, 1);
    return true;
}

static bool read_head(umi_text *t, head *h)
{
    if (!six(*t, &h->value))
        return false;
    skip(t, 6);
    if (t->len > 4 && digit(t->ptr[0])) {
        h->has_entry =
            two(t->ptr, &h->entry.month) && two(t->ptr + 2, &h->entry.day);
        if (!h->has_entry)
            return false;
        skip(t, 4);
    }
    while (t->len > 0 && t->ptr[0] == ' ')
        skip(t, 1);
    if (!mark(t, h))
        return false;
    size_t n = 0;
    while (n < t->len && (digit(t->ptr[n]) || t->ptr[n] == ','))
        n++;
    h->amount = (umi_text){t->ptr, n};
    skip(t, n);
    return true;
}

/* An entry date has no year: the one that puts it nearest the value date. */
static void entry_day(scan *s, umi_bank_line *l, head *h, int64_t line)
{
    umi_civil v = umi_civil_of(l->value);
    umi_day best = l->value, day;
    bool clamped, warned = false, found = false;
    for (int32_t year = v.year - 1; year <= v.year + 1; year++) {
        umi_civil c = {year, h->entry.month, h->entry.day};
        if (!umi__bank_civil(&day, &clamped, c))
            continue;
        int32_t far =
            day.n > l->value.n ? day.n - l->value.n : l->value.n - day.n;
        int32_t near =
            best.n > l->value.n ? best.n - l->value.n : l->value.n - best.n;
        if (!found || far < near) {
            best = day;
            warned = clamped;
        }
        found = true;
    }
    if (!found || warned)
        umi__bank_warn(s->b, "W-BANK-DATE", line,
                       found ? "there is no entry date %02d%02d; the month's "
                               "last day is taken"
                             : "the entry date %02d%02d is none; the value "
                               "date is taken",
                       h->entry.month, h->entry.day);
    l->booked = best;
}

/* Type, customer reference, bank reference, supplementary details. */
static void read_tail(scan *s, umi_bank_line *l, umi_text t, umi_text rest)
{
    size_t type = t.len < 4 ? t.len : 4;
    l->type = umi__bank_text(s->b, (umi_text){t.ptr, type});
    skip(&t, type);
    size_t cut = t.len;
    for (size_t i = 0; i + 1 < t.len; i++) {
        if (t.ptr[i] == '/' && t.ptr[i + 1] == '/') {
            cut = i;
            break;
        }
    }
    l->customer_ref = umi__bank_text(s->b, (umi_text){t.ptr, cut});
    if (cut < t.len)
        l->bank_ref =
            umi__bank_text(s->b, (umi_text){t.ptr + cut + 2, t.len - cut - 2});
    umi_text more = umi__bank_text(s->b, rest);
    umi_bank_detail *d = more.len > 0 ? umi__bank_detail_new(s->b, l) : NULL;
    if (d != NULL)
        d->text = more;
}

/* An amount with two decimals is whole even when nothing follows it. */
static bool whole_amount(umi_text t)
{
    return t.len > 2 && t.ptr[t.len - 3] == ',';
}

static void movement(scan *s, const field *f)
{
    umi_text rest = f->raw, t = umi_text_trim(cut_line(&rest)), whole = t;
    head h = {0};
    umi_money m;
    umi_day value;
    s->text_open = false;
    if (!s->b->open) {
        umi__bank_warn(s->b, "W-BANK-OUTSIDE", f->line,
                       "a line outside a statement is not counted: '%.*s'",
                       UMI_SHOW(t));
        return;
    }
    if (!read_head(&t, &h) ||
        !umi__bank_real_day(s->b, &value, h.value, f->line)) {
        umi__bank_refuse(s->b, f->line, "line refused: '%.*s' is no movement",
                         UMI_SHOW(whole));
        return;
    }
    umi__bank_reading r = umi__bank_amount(&m, h.amount, comma);
    if (r != UMI__BANK_OK) {
        umi__bank_refuse(
            s->b, f->line,
            umi__bank_why(r, "line refused: '%.*s' is not an amount"),
            UMI_SHOW(h.amount));
        return;
    }
    if (t.len > 0 ? !upper(t.ptr[0]) : !whole_amount(h.amount)) {
        umi__bank_refuse(s->b, f->line,
                         "line refused: no transaction type behind the "
                         "amount in '%.*s'",
                         UMI_SHOW(whole));
        return;
    }
    umi_bank_line *l = umi__bank_line_new(s->b, f->line);
    if (l == NULL)
        return;
    l->value = l->booked = value;
    l->amount.sen = h.debit ? -m.sen : m.sen;
    l->debit = h.debit;
    l->reversal = h.reversal;
    memcpy(l->currency, s->b->now.currency, sizeof l->currency);
    if (h.has_entry)
        entry_day(s, l, &h, f->line);
    read_tail(s, l, t, rest);
    s->text_open = true;
}

/* --- field 86 ------------------------------------------------------------ */

/* Structured dialects break words at the end of a line, free text does not:
 * "166?00..." (German), "/EREF/..." (Dutch), "~20" and "<00" (Polish). */
static bool structured(umi_text t)
{
    if (t.len > 3 && digit(t.ptr[0]) && digit(t.ptr[1]) && digit(t.ptr[2]))
        return !digit(t.ptr[3]) && !upper(t.ptr[3]) && t.ptr[3] > ' ';
    if (t.len > 2 && (t.ptr[0] == '~' || t.ptr[0] == '<'))
        return digit(t.ptr[1]) && digit(t.ptr[2]);
    if (t.len < 4 || t.ptr[0] != '/')
        return false;
    size_t n = 1;
    while (n < t.len && upper(t.ptr[n]))
        n++;
    return n > 2 && n < t.len && t.ptr[n] == '/';
}

/* ":86:" or ":NS:" at the head of @p t. */
static bool text_tag(umi_text t)
{
    return t.len >= 4 &&
           (memcmp(t.ptr, ":86:", 4) == 0 || memcmp(t.ptr, ":NS:", 4) == 0);
}

/* The lines of a field as one text. */
static umi_text joined(scan *s, umi_text raw)
{
    if (raw.len == 0 || memchr(raw.ptr, '\n', raw.len) == NULL)
        return umi__bank_text(s->b, raw);
    char *copy = umi_arena_alloc(s->b->file->arena, raw.len + 1), *w = copy;
    if (copy == NULL) {
        s->b->failed = true;
        return (umi_text){0};
    }
    bool tight = structured(raw);
    while (raw.len > 0) {
        umi_text line = cut_line(&raw);
        bool again = text_tag(line); /* another field 86 of the same line */
        if (again)
            line = (umi_text){line.ptr + 4, line.len - 4};
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (!tight)
            line = umi_text_trim(line);
        if ((!tight || again) && w > copy && line.len > 0)
            *w++ = ' ';
        memcpy(w, line.ptr, line.len);
        w += line.len;
    }
    return umi__bank_text(s->b, (umi_text){copy, (size_t)(w - copy)});
}

static void information(scan *s, const field *f)
{
    umi_bank_line *l = s->text_open ? umi__bank_last_line(s->b) : NULL;
    if (l != NULL)
        l->text = joined(s, f->raw);
    s->text_open = false;
}

/* --- the other fields ---------------------------------------------------- */

/* MT942: "90D:1EUR2,30" */
static void control(scan *s, const field *f)
{
    umi_text t = umi_text_trim(f->raw);
    size_t n = 0;
    while (n < t.len && digit(t.ptr[n]))
        n++;
    umi__bank_control c = {0};
    s->interim = true;
    if (t.len < n + 4 || t.ptr[n + 3] == '-' ||
        !umi_text_int((umi_text){t.ptr, n}, 0, INT64_MAX, &c.count) ||
        umi__bank_amount(&c.sum.amount,
                         (umi_text){t.ptr + n + 3, t.len - n - 3},
                         comma) != UMI__BANK_OK) {
        umi__bank_warn(s->b, "W-BANK-FIELD", f->line,
                       "the control total '%.*s' cannot be read", UMI_SHOW(t));
        return;
    }
    c.sum.known = true;
    s->b->control[f->letter == 'D'] = c;
}

static void inside(scan *s, const field *f)
{
    umi_bank_statement *now = &s->b->now;
    umi_text t = umi_text_trim(f->raw);
    switch (f->tag) {
    case 25:
        now->account = umi__bank_text(
            s->b, f->letter == 'P' ? account_line(t) : joined(s, f->raw));
        break;
    case 28:
        now->number = umi__bank_text(s->b, account_line(t));
        break;
    case 60:
        opening(s, f);
        break;
    case 62:
        closing(s, f);
        break;
    case 34:
        s->interim = true;
        if (now->currency[0] == '\0' && t.len > 3)
            umi__bank_currency(now->currency, (umi_text){t.ptr, 3});
        break;
    case 13: {
        umi_civil c;
        s->interim = true;
        if (six(t, &c))
            (void)umi__bank_real_day(s->b, &now->to, c, f->line);
        break;
    }
    case 90:
        control(s, f);
        break;
    case 21:
    case 64:
    case 65:
        break;
    default:
        umi__bank_warn(s->b, "W-BANK-FIELD", f->line,
                       "field %d is not known and not read", f->tag);
    }
}

static void take_field(scan *s, const field *f)
{
    if (f->tag == 20)
        begin(s, f);
    else if (f->tag == 61)
        movement(s, f);
    else if (f->tag == 86 || f->tag == 0)
        information(s, f);
    else if (s->b->open)
        inside(s, f);
    else if (f->tag != 64 && f->tag != 65 && s->seen_block)
        umi__bank_warn(s->b, "W-BANK-OUTSIDE", f->line,
                       "field %d stands outside a statement", f->tag);
}

/* --- the scan ------------------------------------------------------------ */

/* ":61:", ":60F:", ":NS:" at the head of a line: its length, else 0. */
static size_t tag_at(const char *p, const char *end, field *f)
{
    if (end - p < 4 || p[0] != ':')
        return 0;
    if (p[1] == 'N' && p[2] == 'S' && p[3] == ':') {
        f->tag = 0;
        f->letter = 0;
        return 4;
    }
    if (!digit(p[1]) || !digit(p[2]))
        return 0;
    bool letter = end - p > 4 && upper(p[3]) && p[4] == ':';
    if (!letter && p[3] != ':')
        return 0;
    f->tag = (p[1] - '0') * 10 + p[2] - '0';
    f->letter = letter ? p[3] : 0;
    return letter ? 5 : 4;
}

/* Control characters and blanks before a tag do not hide it. */
static const char *visible(const char *p, const char *end)
{
    while (p < end && (unsigned char)*p <= ' ' && *p != '\n')
        p++;
    return p;
}

/* "{1:...}{2:I940...}{4:" perhaps with a field behind it, and "-}". */
static bool envelope(scan *s, const char **p, const char *end)
{
    if (end - *p < 3 || (*p)[0] != '{' || !digit((*p)[1]) || (*p)[2] != ':')
        return false;
    for (const char *q = *p; end - q >= 3; q++) {
        if (end - q >= 7 && memcmp(q, "{2:", 3) == 0 &&
            (memcmp(q + 4, "942", 3) == 0))
            s->interim = true;
        if (memcmp(q, "{4:", 3) == 0) {
            *p = q + 3;
            return true;
        }
    }
    *p = end;
    return true;
}

/* A lone "-" or "-}" ends a message; inside the text of an MT940 that still
 * lacks its closing balance it is text. */
static bool terminator(const scan *s, const char *p, const char *end, bool text)
{
    if (p == end || *p != '-')
        return false;
    if (end - p >= 2 && p[1] == '}')
        return true;
    bool lone = visible(p + 1, end) == end;
    return lone && !(text && s->b->open && s->opened);
}

static void finish(scan *s, field *f, const char *from, const char *to)
{
    if (f->tag < 0)
        return;
    while (to > from && (to[-1] == '\n' || to[-1] == '\r'))
        to--;
    f->raw = (umi_text){from, (size_t)(to - from)};
    take_field(s, f);
    f->tag = -1;
}

static bool is_text(const field *f)
{
    return f->tag == 86 || f->tag == 0;
}

static void run(scan *s)
{
    field now = {.tag = -1}, next = {.tag = -1};
    const char *from = s->p;
    while (s->p < s->end && !s->b->failed) {
        const char *nl = memchr(s->p, '\n', (size_t)(s->end - s->p));
        const char *stop = nl ? nl : s->end;
        const char *p = *s->p == ':' ? s->p : visible(s->p, stop);
        bool wrapped = envelope(s, &p, stop);
        size_t tag = tag_at(p, stop, &next);
        bool last = terminator(s, p, stop, now.tag == 86);
        if (tag > 0 && is_text(&next) && is_text(&now))
            tag = 0; /* one text in several fields: joined at its end */
        if (wrapped || tag > 0 || last)
            finish(s, &now, from, s->p);
        if (last && s->b->open)
            break_off(s);
        if (tag > 0) {
            now = next;
            now.line = s->line;
            from = p + tag;
        }
        s->p = nl ? nl + 1 : s->end;
        s->line++;
    }
    finish(s, &now, from, s->end);
    if (s->b->open)
        break_off(s);
}

umi_status umi__bank_read_mt(umi__bank_builder *b, umi_text t, umi_error *err)
{
    scan s = {.b = b, .line = 1};
    if (t.len > 0) {
        s.p = t.ptr;
        s.end = t.ptr + t.len;
        run(&s);
    }
    if (!s.seen_block)
        return umi_fail_code(err, UMI_ESYNTAX, "BANK-FORMAT", "",
                             "this is no MT940 or MT942 message");
    b->file->format = s.interim && !s.balance ? UMI_BANK_MT942 : UMI_BANK_MT940;
    if (b->options->format != UMI_BANK_AUTO)
        b->file->format = b->options->format;
    return UMI_OK;
}
