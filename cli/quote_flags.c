/* SPDX-License-Identifier: MIT */
#include "cli/quote_flags.h"

#include <stdio.h>
#include <string.h>

/* What a flag's value becomes.  A value that begins with a bracket is JSON
 * already. */
typedef enum form {
    TEXT,
    NUMBER,
    BOOL,
    OBJECT, /* as JSON only */
    ROUND,  /* "100:ceil" */
    PAIRS,  /* "2026-01-15:5000000,2026-03-15:5000000" */
    FEES    /* "admin:25000:disbursement,care:0.5%:each" */
} form;

typedef struct flag {
    const char *name, *parent, *key;
    form form;
    const char *first, *second; /* keys of a pair */
} flag;

static const flag flags[] = {
    {"id", NULL, "id", TEXT, NULL, NULL},
    {"principal", NULL, "principal", TEXT, NULL, NULL},
    {"disbursed", NULL, "disbursed", TEXT, NULL, NULL},
    {"disbursements", NULL, "disbursements", PAIRS, "date", "amount"},
    {"periods", NULL, "periods", NUMBER, NULL, NULL},
    {"every", NULL, "every", NUMBER, NULL, NULL},
    {"unit", NULL, "unit", TEXT, NULL, NULL},
    {"first-due", NULL, "first_due", TEXT, NULL, NULL},
    {"rate", NULL, "rate", TEXT, NULL, NULL},
    {"rate-per", NULL, "rate_per", TEXT, NULL, NULL},
    {"method", NULL, "method", TEXT, NULL, NULL},
    {"day-count", NULL, "day_count", TEXT, NULL, NULL},
    {"level-from", NULL, "level_from", TEXT, NULL, NULL},
    {"round", NULL, "round", ROUND, "unit", "mode"},
    {"payment-round", NULL, "payment_round", ROUND, "unit", "mode"},
    {"carry", NULL, "carry", TEXT, NULL, NULL},
    {"residue", NULL, "residue", TEXT, NULL, NULL},
    {"adjust", NULL, "adjust", TEXT, NULL, NULL},
    {"grace", NULL, "grace", OBJECT, NULL, NULL},
    {"grace-principal", "grace", "principal", NUMBER, NULL, NULL},
    {"grace-interest", "grace", "interest", NUMBER, NULL, NULL},
    {"grace-mode", "grace", "interest_mode", TEXT, NULL, NULL},
    {"flat-equivalent-digits", NULL, "flat_equivalent_digits", NUMBER, NULL,
     NULL},
    {"steps", NULL, "steps", PAIRS, "from", "rate"},
    {"calendar", NULL, "calendar", TEXT, NULL, NULL},
    {"shift", NULL, "shift", TEXT, NULL, NULL},
    {"fees", NULL, "fees", FEES, NULL, NULL},
    {"block-days", NULL, "block_days", NUMBER, NULL, NULL},
    {"term-days", NULL, "term_days", NUMBER, NULL, NULL},
    {"effective", NULL, "effective", BOOL, NULL, NULL},
};

const cli_option cli_quote_options[] = {
    {"product", "CODE",
     "the product decides the terms; the five below ask it for a loan"},
    {"amount", "RP", "amount lent (or --principal)"},
    {"access", "N", "the borrower's so many-th loan of it (default: 1)"},
    {"on", "DATE", "day whose rules hold (default: --disbursed, else today)"},
    {"appraisal", "RP", "appraised value of the pledge"},
    {"relief", "REGION", "rates after a disaster there, as ACEH"},
    {"principal", "RP", "amount lent"},
    {"disbursed", "DATE", "day it is paid out (default: today)"},
    {"disbursements", "DATE:RP,...", "tranches, in place of these two"},
    {"periods", "N", "number of instalments"},
    {"every", "N", "units between instalments (default: 1)"},
    {"unit", "UNIT", "day, week, month (default) or year"},
    {"first-due", "DATE", "due date of the first instalment"},
    {"rate", "PERCENT", "rate in percent"},
    {"rate-per", "PER", "year (default), month, week, day, period or term"},
    {"method", "METHOD",
     "annuity, equal_principal, flat, flat_equivalent, bullet or pawn"},
    {"day-count", "COUNT",
     "period (default), 30/360, 30E/360, act/360, act/364, act/365 or act/act"},
    {"level-from", "WAY", "level payment by accrual (default) or nominal"},
    {"round", "UNIT:MODE", "rounding of each figure (default: 1:half_up)"},
    {"payment-round", "UNIT:MODE", "rounding of the payment"},
    {"carry", "WAY", "rounded (default) or unrounded"},
    {"residue", "WHERE", "last (default), first or spread"},
    {"adjust", "HOW", "none (default) or closest"},
    {"grace", "JSON", "the three below as one object"},
    {"grace-principal", "N", "first rows without principal"},
    {"grace-interest", "N", "first rows without interest"},
    {"grace-mode", "MODE", "defer (default), capitalise or waive"},
    {"flat-equivalent-digits", "N",
     "decimals of the flat percent (default: 4)"},
    {"steps", "DATE:PERCENT,...", "changes of the rate"},
    {"calendar", "NAME", "calendar of holidays"},
    {"shift", "HOW", "following, modified_following or preceding"},
    {"fees", "CODE:RP:DUE,...",
     "fees; RP or PERCENT%, due disbursement, each or a row"},
    {"block-days", "N", "days of a pawn's block (default: 15)"},
    {"term-days", "N", "days of a pawn (default: 120)"},
    {"effective", "true|false", "compute the effective rate (default: true)"},
    {"id", "TEXT", "echoed in the JSON"},
    {"format", "text|json|html",
     "how it is printed (default: text); html is a page to sign"},
    {"institution", "NAME", "who lends, on that page (else a line for it)"},
    {"borrower", "NAME", "who borrows, on that page (else a line for it)"},
    {"json", NULL, "print one JSON object"},
    {"jsonl", NULL, "read and write JSON Lines, one loan a line"},
    {0},
};

/* Append a child; the parent may be the result of a failed allocation. */
static umi_json *add(cli *c,
                     umi_json *parent,
                     const char *key,
                     umi_json_type type,
                     umi_text text)
{
    umi_json *v = parent ? umi_json_new(c->arena, type, text) : NULL;
    if (v != NULL)
        umi_json_add(parent, key, v);
    return v;
}

/* The part before @p mark; @p rest becomes what follows, {NULL, 0} at the
 * end. */
static umi_text cut(umi_text *rest, char mark)
{
    const char *at = rest->len ? memchr(rest->ptr, mark, rest->len) : NULL;
    umi_text part = *rest;
    if (at == NULL) {
        *rest = (umi_text){0};
        return part;
    }
    part.len = (size_t)(at - rest->ptr);
    *rest = (umi_text){at + 1, rest->len - part.len - 1};
    return part;
}

/* Two parts of a text under their keys; without ':' the second is missing,
 * which the binder tells. */
static umi_json *
add_pair(cli *c, umi_json *parent, const char *key, const flag *f, umi_text t)
{
    umi_json *o = add(c, parent, key, UMI_JSON_OBJECT, (umi_text){0});
    umi_json *v = add(c, o, f->first, UMI_JSON_STRING, cut(&t, ':'));
    return t.ptr == NULL ? v : add(c, o, f->second, UMI_JSON_STRING, t);
}

static bool is_number(umi_text t)
{
    return t.len > 0 && t.ptr[0] >= '0' && t.ptr[0] <= '9';
}

/* CODE:AMOUNT:DUE or CODE:PERCENT%:DUE */
static umi_json *add_fee(cli *c, umi_json *list, umi_text t)
{
    umi_json *o = add(c, list, NULL, UMI_JSON_OBJECT, (umi_text){0});
    umi_json *v = add(c, o, "code", UMI_JSON_STRING, cut(&t, ':'));
    umi_text amount = cut(&t, ':');
    bool percent = amount.len > 0 && amount.ptr[amount.len - 1] == '%';
    amount.len -= percent;
    if (amount.ptr != NULL)
        v = add(c, o, percent ? "percent" : "amount", UMI_JSON_STRING, amount);
    if (t.ptr != NULL)
        v = add(c, o, "due", is_number(t) ? UMI_JSON_NUMBER : UMI_JSON_STRING,
                t);
    return v;
}

static umi_json *add_list(cli *c, umi_json *o, const flag *f, umi_text t)
{
    umi_json *list = add(c, o, f->key, UMI_JSON_ARRAY, (umi_text){0}),
             *v = list;
    while (t.ptr != NULL && v != NULL) {
        umi_text item = cut(&t, ',');
        v = f->form == FEES ? add_fee(c, list, item)
                            : add_pair(c, list, NULL, f, item);
    }
    return v;
}

static umi_status add_json(cli *c, umi_json *o, const flag *f, umi_text t)
{
    umi_json *v;
    umi_status rc = umi_json_parse(&v, t, c->arena, &c->err);
    if (rc == UMI_OK)
        umi_json_add(o, f->key, v);
    else
        (void)snprintf(c->err.field, sizeof c->err.field, "%s", f->key);
    return rc;
}

/* What is neither true nor false stays a text, which the reader refuses. */
static umi_json *add_bool(cli *c, umi_json *o, const char *key, umi_text t)
{
    bool yes = umi_text_is(t, "true"), known = yes || umi_text_is(t, "false");
    umi_json *v = add(c, o, key, known ? UMI_JSON_BOOL : UMI_JSON_STRING, t);
    if (v != NULL)
        v->boolean = yes;
    return v;
}

static umi_status add_flag(cli *c, umi_json *o, const flag *f, umi_text t)
{
    umi_json *v = NULL;
    if (!umi_text_utf8(t))
        return umi_fail(&c->err, UMI_EINVAL, f->key, "%s, got '%.*s'",
                        umi_tr(c->lang, "the text is not UTF-8"), UMI_SHOW(t));
    switch (f->form) {
    case TEXT:
        v = add(c, o, f->key, UMI_JSON_STRING, t);
        break;
    case NUMBER:
        v = add(c, o, f->key, UMI_JSON_NUMBER, t);
        break;
    case BOOL:
        v = add_bool(c, o, f->key, t);
        break;
    case OBJECT:
        return add_json(c, o, f, t);
    case ROUND:
        if (t.len > 0 && t.ptr[0] == '{')
            return add_json(c, o, f, t);
        v = add_pair(c, o, f->key, f, t);
        break;
    case PAIRS:
    case FEES:
        if (t.len > 0 && t.ptr[0] == '[')
            return add_json(c, o, f, t);
        v = add_list(c, o, f, t);
        break;
    }
    return v != NULL ? UMI_OK : umi_fail_memory(&c->err);
}

umi_status cli_quote_flag(umi_json *o, cli *c, const char *name)
{
    const flag *f = flags;
    while (strcmp(f->name, name) != 0)
        f++;
    umi_text t = cli_text(c, name);
    return t.ptr == NULL ? UMI_OK : add_flag(c, o, f, t);
}

umi_status cli_quote_flags(umi_json **out, cli *c, umi_day today)
{
    umi_json *o = umi_json_new(c->arena, UMI_JSON_OBJECT, (umi_text){0});
    umi_json *grace = NULL;
    if (o == NULL)
        return umi_fail_memory(&c->err);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        umi_text t = cli_text(c, flags[i].name);
        umi_json *to = o;
        if (t.ptr == NULL)
            continue;
        if (flags[i].parent != NULL) {
            if (grace == NULL)
                grace =
                    add(c, o, flags[i].parent, UMI_JSON_OBJECT, (umi_text){0});
            to = grace;
        }
        umi_status rc = add_flag(c, to, &flags[i], t);
        if (rc != UMI_OK)
            return rc;
    }
    if (!cli_flag(c, "disbursed") && !cli_flag(c, "disbursements")) {
        char *text = umi_arena_alloc(c->arena, UMI_DAY_TEXT);
        if (text == NULL)
            return umi_fail_memory(&c->err);
        umi_text day = {text, umi_day_write(text, today)};
        if (add(c, o, "disbursed", UMI_JSON_STRING, day) == NULL)
            return umi_fail_memory(&c->err);
    }
    *out = o;
    return UMI_OK;
}
