/* SPDX-License-Identifier: MIT */
#include "cli/quote_product.h"

#include "cli/quote_flags.h"
#include "ledger/io/terms_json.h"

#include <stddef.h>
#include <stdio.h>

/* --- flags that do not go together ----------------------------------------- */

static const char *const only_with[] = {"amount",    "access", "on",
                                        "appraisal", "relief", NULL};

/* The terms that a product fixes. */
static const char *const decided[] = {"rate",
                                      "rate-per",
                                      "day-count",
                                      "level-from",
                                      "round",
                                      "payment-round",
                                      "carry",
                                      "residue",
                                      "adjust",
                                      "grace-mode",
                                      "flat-equivalent-digits",
                                      "steps",
                                      "fees",
                                      "block-days",
                                      "disbursements",
                                      NULL};

static const char *first_given(const cli *c, const char *const *names)
{
    while (*names != NULL && !cli_flag(c, *names))
        names++;
    return *names;
}

static umi_status check_flags(cli *c, bool product)
{
    const char *name = first_given(c, product ? decided : only_with);
    if (name != NULL)
        return umi_fail(&c->err, UMI_EUSAGE, name,
                        product ? "the product decides --%s; leave it out"
                                : "--%s goes with --product only",
                        name);
    if (product && cli_flag(c, "grace"))
        return umi_fail(&c->err, UMI_EUSAGE, "grace",
                        "with --product say --grace-principal and "
                        "--grace-interest");
    if (product && cli_flag(c, "amount") && cli_flag(c, "principal"))
        return umi_fail(&c->err, UMI_EUSAGE, "principal",
                        "--amount and --principal are the same: give one");
    return UMI_OK;
}

/* --- what is asked --------------------------------------------------------- */

typedef enum form {
    MONEY,
    COUNT,
    DAY,
    METHOD,
    UNIT,
    WORD
} form;

typedef struct flag {
    const char *name, *field;
    form form;
    size_t at;        /* in umi_product_ask */
    int32_t min, max; /* of a count */
    size_t has;       /* a bool that is set, too; 0: none */
} flag;

#define AT(f) offsetof(umi_product_ask, f)

static const flag flags[] = {
    {"principal", "principal", MONEY, AT(amount), 0, 0, 0},
    {"amount", "amount", MONEY, AT(amount), 0, 0, 0},
    {"appraisal", "appraisal", MONEY, AT(appraisal), 0, 0, 0},
    {"periods", "periods", COUNT, AT(periods), 1, UMI_PERIODS_MAX, 0},
    {"access", "access", COUNT, AT(access), 1, 99, 0},
    {"every", "every", COUNT, AT(every), 1, 366, 0},
    {"term-days", "term_days", COUNT, AT(term_days), 1, UMI_PERIODS_MAX, 0},
    {"grace-principal", "grace.principal", COUNT, AT(grace_principal), 0,
     UMI_PERIODS_MAX, 0},
    {"grace-interest", "grace.interest", COUNT, AT(grace_interest), 0,
     UMI_PERIODS_MAX, 0},
    {"disbursed", "disbursed", DAY, AT(on), 0, 0, 0}, /* unless on is said */
    {"on", "on", DAY, AT(on), 0, 0, 0},
    {"method", "method", METHOD, AT(method), 0, 0, AT(has_method)},
    {"unit", "unit", UNIT, AT(unit), 0, 0, AT(has_unit)},
    {"relief", "relief", WORD, AT(relief), 0, 0, 0},
};

static umi_status
refuse(cli *c, const char *field, const char *must, umi_text t)
{
    return umi_fail(&c->err, UMI_EINVAL, field, "%s, got '%.*s'",
                    umi_tr(c->lang, must), UMI_SHOW(t));
}

static umi_status
refuse_word(cli *c, const char *field, umi_text t, const char *words)
{
    return umi_fail(&c->err, UMI_EINVAL, field, "must be one of %s, got '%.*s'",
                    words, UMI_SHOW(t));
}

static umi_status read_count(cli *c, const flag *f, umi_text t, int32_t *out)
{
    int64_t n;
    if (!umi_text_int(t, f->min, f->max, &n))
        return umi_fail(&c->err, UMI_EINVAL, f->field,
                        "must be a whole number from %d to %d, got '%.*s'",
                        f->min, f->max, UMI_SHOW(t));
    *out = (int32_t)n;
    return UMI_OK;
}

static umi_status read_flag(cli *c, const flag *f, umi_text t, char *ask)
{
    switch (f->form) {
    case MONEY:
        return umi_money_parse((umi_money *)(ask + f->at), t)
                   ? UMI_OK
                   : refuse(c, f->field,
                            "must be an amount in rupiah like 1500000 or "
                            "1500000.5",
                            t);
    case COUNT:
        return read_count(c, f, t, (int32_t *)(ask + f->at));
    case DAY:
        return umi_day_parse((umi_day *)(ask + f->at), t)
                   ? UMI_OK
                   : refuse(c, f->field,
                            "must be a date YYYY-MM-DD of 1900 to 2999", t);
    case METHOD:
        return umi_method_parse((umi_method *)(ask + f->at), t)
                   ? UMI_OK
                   : refuse_word(c, f->field, t,
                                 "annuity, equal_principal, flat, "
                                 "flat_equivalent, bullet, pawn");
    case UNIT:
        return umi_unit_parse((umi_unit *)(ask + f->at), t)
                   ? UMI_OK
                   : refuse_word(c, f->field, t, "day, week, month, year");
    case WORD:
        break;
    }
    *(umi_text *)(ask + f->at) = t;
    return UMI_OK;
}

static umi_status read_ask(cli_product_quote *asked, cli *c, umi_day today)
{
    umi_product_ask *ask = &asked->ask;
    *ask = (umi_product_ask){.on = today, .access = 1};
    if (!cli_flag(c, "amount") && !cli_flag(c, "principal"))
        return umi_fail(&c->err, UMI_EINVAL, "amount", "must be given");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        const flag *f = &flags[i];
        umi_text t = cli_text(c, f->name);
        if (t.ptr == NULL)
            continue;
        umi_status rc = read_flag(c, f, t, (char *)ask);
        if (rc != UMI_OK)
            return rc;
        if (f->has != 0)
            *(bool *)((char *)ask + f->has) = true;
    }
    asked->disbursed = ask->on;
    umi_text day = cli_text(c, "disbursed");
    return day.ptr == NULL || umi_day_parse(&asked->disbursed, day)
               ? UMI_OK
               : refuse(c, "disbursed",
                        "must be a date YYYY-MM-DD of 1900 to 2999", day);
}

static umi_status unknown_product(cli *c, const umi_products *all, umi_text t)
{
    umi_buf b = {0};
    for (size_t i = 0; i < all->count; i++)
        umi_buf_printf(&b, "%s%.*s", i ? ", " : "",
                       UMI_SHOW(all->items[i].code));
    umi_buf_putc(&b, '\0');
    umi_status rc = b.failed ? umi_fail_memory(&c->err)
                             : refuse_word(c, "product", t, b.ptr);
    umi_buf_free(&b);
    return rc;
}

/* --- terms as an object ---------------------------------------------------- */

/* Flags that a product leaves free; the binder reads and refuses them. */
static umi_status add_free(umi_json *o, cli *c)
{
    static const char *const names[] = {"id", "first-due", "calendar", "shift",
                                        "effective"};
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && rc == UMI_OK; i++)
        rc = cli_quote_flag(o, c, names[i]);
    return rc;
}

static umi_status as_object(umi_json **out, cli *c, const umi_terms *t)
{
    umi_buf b = {0};
    umi_terms_write(&b, t);
    char *copy = b.failed ? NULL : umi_arena_copy(c->arena, b.ptr, b.len);
    umi_text text = {copy, b.len};
    umi_buf_free(&b);
    if (copy == NULL)
        return umi_fail_memory(&c->err);
    umi_status rc = umi_json_parse(out, text, c->arena, &c->err);
    return rc == UMI_OK ? add_free(*out, c) : rc;
}

umi_status cli_quote_product(umi_json **out,
                             cli_product_quote *asked,
                             cli *c,
                             const umi_products *all,
                             umi_day today)
{
    umi_text code = cli_text(c, "product");
    umi_terms t;
    *out = NULL;
    *asked = (cli_product_quote){0};
    umi_status rc = check_flags(c, code.ptr != NULL);
    if (rc != UMI_OK || code.ptr == NULL)
        return rc;
    asked->product = umi_product_find(all, code);
    if (asked->product == NULL)
        return unknown_product(c, all, code);
    rc = read_ask(asked, c, today);
    if (rc == UMI_OK)
        rc = umi_product_terms(asked->product, &asked->ask, &t, &c->err);
    if (rc != UMI_OK)
        return rc;
    t.disbursed = asked->disbursed;
    return as_object(out, c, &t);
}
