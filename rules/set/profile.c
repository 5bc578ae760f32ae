/* SPDX-License-Identifier: MIT */
#include "rules/set/profile.h"

#include <assert.h>

/* --- banks and channels -------------------------------------------------- */

typedef struct banks_file {
    int format;
    umi_banks banks;
} banks_file;

static const char *const bank_formats[] = {"bank/1", NULL};

static const umi_bind account_table[] = {
    {"", UMI_BIND_NAME, .at = offsetof(umi_bank_account, code)},
    {"", UMI_BIND_AT, .at = offsetof(umi_bank_account, at)},
    {"bank", UMI_BIND_CODE, offsetof(umi_bank_account, bank),
     .doc = "that keeps the account"},
    {"number", UMI_BIND_CODE, offsetof(umi_bank_account, number),
     .doc = "as its statements print it, in quotes"},
    {"cash", UMI_BIND_CODE, offsetof(umi_bank_account, cash),
     .doc = "code of its cash account in the chart"},
    {"format", UMI_BIND_CODE, offsetof(umi_bank_account, format),
     .doc = "of its statements, as `umi bank parse --format`; or `auto`"},
    {0},
};

static const umi_bind channel_name_table[] = {
    {"id", UMI_BIND_TEXT, offsetof(umi_channel, name_id), .max = 80,
     .doc = "name in Indonesian"},
    {"en", UMI_BIND_TEXT, offsetof(umi_channel, name_en), .max = 80,
     .doc = "name in English"},
    {0},
};

static const umi_bind channel_table[] = {
    {"", UMI_BIND_NAME, .at = offsetof(umi_channel, code)},
    {"", UMI_BIND_AT, .at = offsetof(umi_channel, at)},
    {"name", UMI_BIND_MAP, 0, .fields = channel_name_table,
     .doc = "for people"},
    {"settles", UMI_BIND_CODE, offsetof(umi_channel, settles), .optional = true,
     .doc = "code of the bank account its money reaches (else standard cash)"},
    {0},
};

static const umi_bind banks_table[] = {
    {"format", UMI_BIND_ENUM, offsetof(banks_file, format),
     .names = bank_formats, .doc = "shape of this file"},
    {"accounts", UMI_BIND_DICT, offsetof(banks_file, banks.accounts),
     .fields = account_table, .size = sizeof(umi_bank_account),
     .count = offsetof(banks_file, banks.account_count), .doc = "by our code"},
    {"channels", UMI_BIND_DICT, offsetof(banks_file, banks.channels),
     .fields = channel_table, .size = sizeof(umi_channel),
     .count = offsetof(banks_file, banks.channel_count),
     .doc = "by the code that repayment files carry"},
    {0},
};

static const umi_bank_account *find_account(const umi_banks *b, umi_text code)
{
    for (size_t i = 0; i < b->account_count; i++)
        if (umi_text_eq(b->accounts[i].code, code))
            return &b->accounts[i];
    return NULL;
}

const umi_channel *umi_channel_find(const umi_banks *b, umi_text code)
{
    for (size_t i = 0; i < b->channel_count; i++)
        if (umi_text_eq(b->channels[i].code, code))
            return &b->channels[i];
    return NULL;
}

int32_t
umi_channel_cash(const umi_banks *b, const umi_chart *chart, umi_text channel)
{
    const umi_channel *c = umi_channel_find(b, channel);
    const umi_bank_account *a = c == NULL ? NULL : find_account(b, c->settles);
    return a == NULL ? umi_chart_role(chart, UMI_ROLE_CASH, UMI_TEXT(""))
                     : umi_chart_find(chart, a->cash);
}

static void check_account(const umi_bank_account *a,
                          const umi_chart *chart,
                          umi_problems *p)
{
    int32_t cash = umi_chart_find(chart, a->cash);
    if (cash == UMI_NO_ACCOUNT)
        umi__problem(p, a->at, "Y302", "the chart has no account '%.*s'",
                     UMI_SHOW(a->cash));
    else if (chart->accounts[cash].role != UMI_ROLE_CASH)
        umi__problem(p, a->at, "Y340", "account %.*s has not the role cash",
                     UMI_SHOW(a->cash));
}

static void check_twice(const umi_banks *b, umi_problems *p)
{
    for (size_t i = 1; i < b->account_count; i++)
        for (size_t k = 0; k < i; k++) {
            const umi_bank_account *x = &b->accounts[k], *y = &b->accounts[i];
            if (umi_text_eq(x->bank, y->bank) &&
                umi_text_eq(x->number, y->number)) {
                umi__problem(p, y->at, "Y303",
                             "the same bank and number as %.*s",
                             UMI_SHOW(x->code));
                umi__problem_other(p, x->at);
            }
        }
}

umi_status umi_banks_read(umi_banks *out,
                          umi_text text,
                          const umi_chart *chart,
                          umi_arena *arena,
                          umi_problems *p)
{
    banks_file f = {0};
    size_t errors = p->errors;
    umi_status rc = umi_bind_text(&f, text, banks_table, arena, p);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < f.banks.account_count; i++)
        check_account(&f.banks.accounts[i], chart, p);
    check_twice(&f.banks, p);
    for (size_t i = 0; i < f.banks.channel_count; i++) {
        const umi_channel *c = &f.banks.channels[i];
        if (c->settles.len != 0 && find_account(&f.banks, c->settles) == NULL)
            umi__problem(p, c->at, "Y302", "no bank account is called '%.*s'",
                         UMI_SHOW(c->settles));
    }
    rc = umi__problems_since(p, errors);
    if (rc == UMI_OK)
        *out = f.banks;
    return rc;
}

/* --- profiles of repayment files ----------------------------------------- */

typedef struct profile_file {
    umi_profile p;
    int format, delimiter, decimal, grouping, date;
} profile_file;

static const char *const profile_formats[] = {"profile/1", NULL};
static const char *const marks[] = {"none",      "comma", "point", "blank",
                                    "semicolon", "tab",   "pipe",  NULL};
static const char mark_bytes[] = {'\0', ',', '.', ' ', ';', '\t', '|'};
static const char *const dates[] = {"iso",  "iso_time", "dmy",
                                    "ymd8", "dmy8",     NULL};
static const char *const field_names[] = {"reference", "loan", "date", "amount",
                                          "channel"};

static const umi_bind source_table[] = {
    {"column", UMI_BIND_TEXT, offsetof(umi_field_source, column),
     .optional = true, .max = 80, .doc = "name in the header"},
    {"constant", UMI_BIND_CODE, offsetof(umi_field_source, constant),
     .optional = true, .doc = "the same for every line"},
    {"prefix", UMI_BIND_CODE, offsetof(umi_field_source, prefix),
     .optional = true, .doc = "must stand before the value, and is cut off"},
    {0},
};

#define SOURCE(name, field)                                                    \
    {                                                                          \
        name, UMI_BIND_MAP, offsetof(profile_file, p.source[field]),           \
            .fields = source_table, .doc = "where it stands"                   \
    }

static const umi_bind fields_table[] = {
    SOURCE("reference", UMI_FIELD_REFERENCE),
    SOURCE("loan", UMI_FIELD_LOAN),
    SOURCE("date", UMI_FIELD_DATE),
    SOURCE("amount", UMI_FIELD_AMOUNT),
    SOURCE("channel", UMI_FIELD_CHANNEL),
    {0},
};

static const umi_bind ignore_item[] = {
    {"", UMI_BIND_TEXT, 0, .max = 80},
    {0},
};

static const umi_bind profile_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(profile_file, p.at)},
    {"format", UMI_BIND_ENUM, offsetof(profile_file, format),
     .names = profile_formats, .doc = "shape of this file"},
    {"name", UMI_BIND_CODE, offsetof(profile_file, p.name),
     .doc = "of the profile"},
    {"delimiter", UMI_BIND_ENUM, offsetof(profile_file, delimiter),
     .names = marks, .doc = "between columns"},
    {"decimal", UMI_BIND_ENUM, offsetof(profile_file, decimal), .names = marks,
     .doc = "before the sen: point or comma"},
    {"grouping", UMI_BIND_ENUM, offsetof(profile_file, grouping),
     .names = marks, .doc = "between thousands"},
    {"minor_digits", UMI_BIND_INT, offsetof(profile_file, p.minor_digits),
     .optional = true, .min = 2, .max = 2,
     .doc = "2: amounts are whole sen, without a decimal mark"},
    {"date", UMI_BIND_ENUM, offsetof(profile_file, date), .names = dates,
     .doc = "form of dates"},
    {"trim", UMI_BIND_BOOL, offsetof(profile_file, p.trim), .optional = true,
     .doc = "blanks around a field do not belong to it"},
    {"fields", UMI_BIND_MAP, 0, .fields = fields_table,
     .doc = "of a repayment"},
    {"ignore", UMI_BIND_LIST, offsetof(profile_file, p.ignore),
     .optional = true, .max = 200, .fields = ignore_item,
     .size = sizeof(umi_text), .count = offsetof(profile_file, p.ignore_count),
     .doc = "further columns that may be there"},
    {0},
};

static void check_source(const umi_profile *f, size_t i, umi_problems *p)
{
    const umi_field_source *s = &f->source[i];
    if ((s->column.len != 0) == (s->constant.len != 0))
        umi__problem(p, f->at, "Y340", "%s: either column or constant",
                     field_names[i]);
    bool plain = i == UMI_FIELD_DATE || i == UMI_FIELD_AMOUNT;
    if (plain && (s->constant.len != 0 || s->prefix.len != 0))
        umi__problem(p, f->at, "Y340", "%s stands in a column without prefix",
                     field_names[i]);
    if (i == UMI_FIELD_REFERENCE && s->constant.len != 0)
        umi__problem(p, f->at, "Y340", "%s cannot be the same for every line",
                     field_names[i]); /* all but the first were duplicates */
    for (size_t k = 0; k < i && s->column.len != 0; k++)
        if (umi_text_eq(s->column, f->source[k].column))
            umi__problem(p, f->at, "Y303", "%s and %s stand in one column",
                         field_names[k], field_names[i]);
}

static void check_marks(const umi_profile *f, umi_problems *p)
{
    if (f->delimiter == '\0' || f->delimiter == '.' || f->delimiter == ' ')
        umi__problem(p, f->at, "Y340",
                     "delimiter must be comma, semicolon, tab or pipe");
    if (f->decimal != '.' && f->decimal != ',')
        umi__problem(p, f->at, "Y340", "decimal must be point or comma");
    if (f->grouping != '\0' &&
        (f->grouping == f->decimal || strchr(",. ", f->grouping) == NULL))
        umi__problem(p, f->at, "Y340",
                     "grouping must be none, or comma, point or blank other "
                     "than decimal");
}

/* A file of rejects has columns of its own beside those of the file, and
 * calls them otherwise when the file has their names; but not these. */
static void check_name(const umi_profile *f, umi_text column, umi_problems *p)
{
    static const char *const taken[] = {"reject_line", "reject_code",
                                        "reject_message"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (umi_text_is(column, taken[i]))
            umi__problem(p, f->at, "Y340",
                         "%s is the name of a column of rejects files",
                         taken[i]);
}

umi_status umi_profile_read(umi_profile *out,
                            umi_text text,
                            umi_arena *arena,
                            umi_problems *p)
{
    profile_file f = {0};
    size_t errors = p->errors;
    umi_status rc = umi_bind_text(&f, text, profile_table, arena, p);
    if (rc != UMI_OK)
        return rc;
    f.p.delimiter = mark_bytes[f.delimiter];
    f.p.decimal = mark_bytes[f.decimal];
    f.p.grouping = mark_bytes[f.grouping];
    f.p.date = (umi_date_form)f.date;
    check_marks(&f.p, p);
    for (size_t i = 0; i < UMI_REPAYMENT_FIELDS; i++) {
        check_source(&f.p, i, p);
        check_name(&f.p, f.p.source[i].column, p);
    }
    for (size_t i = 0; i < f.p.ignore_count; i++)
        check_name(&f.p, f.p.ignore[i], p);
    rc = umi__problems_since(p, errors);
    if (rc == UMI_OK)
        *out = f.p;
    return rc;
}

umi_hash umi_profile_digest(const umi_profile *f)
{
    const int64_t forms[] = {f->delimiter,    f->decimal, f->grouping,
                             f->minor_digits, f->date,    f->trim};
    umi_blake2b sum;
    umi_blake2b_init(&sum);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        umi_blake2b_int(&sum, forms[i]);
    for (size_t i = 0; i < UMI_REPAYMENT_FIELDS; i++) {
        umi_blake2b_text(&sum, f->source[i].column);
        umi_blake2b_text(&sum, f->source[i].constant);
        umi_blake2b_text(&sum, f->source[i].prefix);
    }
    return umi_blake2b_final(&sum);
}

const umi_profile *umi_profile_find(const umi_profiles *all, umi_text name)
{
    for (size_t i = 0; i < all->count; i++)
        if (umi_text_eq(all->items[i].name, name))
            return &all->items[i];
    return NULL;
}

/* --- values of a file ---------------------------------------------------- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Groups of three from the decimal mark, the first of one to three: whatever
 * is grouped otherwise may be grouped by the other mark. */
static bool grouped_well(const umi_profile *f, umi_text whole)
{
    size_t first = 0;
    while (first < whole.len && digit(whole.ptr[first]))
        first++;
    if (first == whole.len)
        return true;
    if (first < 1 || first > 3 || (whole.len - first) % 4 != 0)
        return false;
    for (size_t i = first; i < whole.len; i++) {
        bool mark = (i - first) % 4 == 0;
        if (mark ? whole.ptr[i] != f->grouping : !digit(whole.ptr[i]))
            return false;
    }
    return true;
}

bool umi_profile_amount(umi_money *out, const umi_profile *f, umi_text t)
{
    char plain[40];
    size_t n = 0, whole = 0;
    t = f->trim ? umi_text_trim(t) : t;
    if (f->minor_digits == 2) {
        int64_t sen;
        if (t.len == 0 || !digit(t.ptr[0]) ||
            !umi_text_int(t, 1, INT64_MAX, &sen))
            return false;
        out->sen = sen;
        return true;
    }
    while (whole < t.len && t.ptr[whole] != f->decimal)
        whole++;
    if (t.len >= sizeof plain || !grouped_well(f, (umi_text){t.ptr, whole}))
        return false;
    for (size_t i = 0; i < t.len; i++) {
        bool mark = i == whole;
        if (!mark && i < whole && f->grouping != '\0' &&
            t.ptr[i] == f->grouping)
            continue;
        if (!mark && !digit(t.ptr[i]))
            return false;
        plain[n++] = mark ? '.' : t.ptr[i];
    }
    umi_money m;
    if (!umi_money_parse(&m, (umi_text){plain, n}) || m.sen <= 0)
        return false;
    *out = m;
    return true;
}

/* Reads a run of exactly @p width digits and steps over it. */
static bool number(umi_text *t, size_t width, int32_t *out)
{
    int32_t v = 0;
    if (t->len < width)
        return false;
    for (size_t i = 0; i < width; i++) {
        if (!digit(t->ptr[i]))
            return false;
        v = v * 10 + (t->ptr[i] - '0');
    }
    *t = (umi_text){t->ptr + width, t->len - width};
    *out = v;
    return true;
}

static bool mark(umi_text *t, const char *any)
{
    if (t->len == 0 || t->ptr[0] == '\0' || strchr(any, t->ptr[0]) == NULL)
        return false;
    *t = (umi_text){t->ptr + 1, t->len - 1};
    return true;
}

/* A time of day behind the date.  Another zone than Jakarta's would make
 * another day of it, so it is refused, not converted. */
static bool time_of_day(umi_text t)
{
    int32_t h, m, s = 0;
    if (!mark(&t, "T ") || !number(&t, 2, &h) || !mark(&t, ":") ||
        !number(&t, 2, &m) || (mark(&t, ":") && !number(&t, 2, &s)))
        return false;
    return h < 24 && m < 60 && s < 61 &&
           (t.len == 0 || umi_text_is(t, "+07:00"));
}

bool umi_profile_day(umi_day *out, const umi_profile *f, umi_text t)
{
    umi_civil c;
    char sep;
    t = f->trim ? umi_text_trim(t) : t;
    switch (f->date) {
    case UMI_DATE_ISO:
        return umi_day_parse(out, t);
    case UMI_DATE_ISO_TIME:
        return t.len > 10 && time_of_day((umi_text){t.ptr + 10, t.len - 10}) &&
               umi_day_parse(out, (umi_text){t.ptr, 10});
    case UMI_DATE_DMY:
        if (t.len != 10)
            return false;
        sep = t.ptr[2];
        if (sep != t.ptr[5] || !number(&t, 2, &c.day) || !mark(&t, "/-.") ||
            !number(&t, 2, &c.month) || !mark(&t, "/-.") ||
            !number(&t, 4, &c.year))
            return false;
        break;
    case UMI_DATE_YMD8:
        if (!number(&t, 4, &c.year) || !number(&t, 2, &c.month) ||
            !number(&t, 2, &c.day))
            return false;
        break;
    case UMI_DATE_DMY8:
        if (!number(&t, 2, &c.day) || !number(&t, 2, &c.month) ||
            !number(&t, 4, &c.year))
            return false;
        break;
    }
    if (t.len != 0 || !umi_civil_ok(c))
        return false;
    *out = umi_day_of(c);
    return true;
}

bool umi_profile_text(umi_text *out,
                      const umi_profile *f,
                      umi_repayment_field field,
                      umi_text t)
{
    umi_text prefix = f->source[field].prefix;
    t = f->trim ? umi_text_trim(t) : t;
    if (t.len < prefix.len ||
        !umi_text_eq((umi_text){t.ptr, prefix.len}, prefix))
        return false;
    *out = (umi_text){t.ptr + prefix.len, t.len - prefix.len};
    return true;
}

const umi_bind *umi_banks_keys(void)
{
    return banks_table;
}

const umi_bind *umi_profile_keys(void)
{
    return profile_table;
}
