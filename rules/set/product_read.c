/* SPDX-License-Identifier: MIT */
#include "rules/set/product.h"

#include <assert.h>

/* --- shapes as the file has them ----------------------------------------- */

typedef struct charge {
    umi_text code;
    bool has_amount, has_percent;
    umi_money amount;
    umi_rate percent;
    const umi_yaml *due; /* disbursement, each, or the number of a row */
    umi_at at;
} charge;

typedef struct fee_draft {
    umi_when when;
    const charge *charges;
    size_t count;
} fee_draft;

typedef struct plan_draft {
    umi_plan plan;
    const umi_yaml *periods; /* a list, or {from, to} */
    umi_at at;
} plan_draft;

typedef struct draft {
    umi_product p; /* first: tables of a umi_product serve a draft, too */
    const int *methods;
    const plan_draft *plans;
    size_t plan_count;
    const fee_draft *fees;
    size_t fee_count;
    const int *allocation;
    size_t allocation_count;
} draft;

typedef struct file {
    int format;
    umi_legals legals;
    draft *drafts;
    size_t count;
} file;

/* --- words, in the order of their enums [tested] --------------------------------- */

static const char *const formats[] = {"product/1", NULL};
static const char *const methods[] = {
    "annuity", "equal_principal", "flat", "flat_equivalent", "bullet", "pawn",
    NULL};
static const char *const units[] = {"day", "week", "month", "year", NULL};
static const char *const pers[] = {"year",   "month", "week", "day",
                                   "period", "term",  NULL};
static const char *const counts[] = {"period",  "30/360",  "30E/360", "act/360",
                                     "act/364", "act/365", "act/act", NULL};
static const char *const residues[] = {"last", "first", "spread", NULL};
static const char *const graces[] = {"defer", "capitalise", "waive", NULL};
static const char *const modes[] = {"half_even", "half_up", "half_down", "up",
                                    "down",      "ceil",    "floor",     NULL};
static const char *const components[] = {"principal", "interest", "fee",
                                         "penalty", NULL};
static const char *const walks[] = {"instalment", "component", NULL};
static const char *const aheads[] = {"next", "last", NULL};

/* --- tables -------------------------------------------------------------- */

#define WHEN                                                                   \
    {"", UMI_BIND_AT, .at = offsetof(umi_when, at)},                           \
        {"from", UMI_BIND_DATE, offsetof(umi_when, from),                      \
         .doc = "first day on which the row is in force"},                     \
        {"legal", UMI_BIND_CODE, offsetof(umi_when, legal),                    \
         .doc = "key of legal"},                                               \
    {                                                                          \
        "verify", UMI_BIND_BOOL, offsetof(umi_when, verify),                   \
            .optional = true, .doc = "not checked against the official text"   \
    }

#define BAND                                                                   \
    {"access",                                                                 \
     UMI_BIND_INT,                                                             \
     offsetof(umi_when, access),                                               \
     .optional = true,                                                         \
     .min = 1,                                                                 \
     .max = 99,                                                                \
     .doc = "from this access number on (else 1)"},                            \
        {"periods_to",                                                         \
         UMI_BIND_INT,                                                         \
         offsetof(umi_when, periods_to),                                       \
         .optional = true,                                                     \
         .min = 1,                                                             \
         .max = UMI_PERIODS_MAX,                                               \
         .doc = "for at most so many instalments"},                            \
    {                                                                          \
        "up_to", UMI_BIND_MONEY, offsetof(umi_when, up_to),                    \
            .optional = true, .min = 1, .doc = "for at most this amount"       \
    }

static const umi_bind percent_table[] = {
    WHEN,
    BAND,
    {"percent", UMI_BIND_PERCENT, offsetof(umi_percent_row, percent),
     .doc = "of the loan, per rate_per; of the appraised value; a year"},
    {0},
};

static const umi_bind limit_table[] = {
    WHEN,
    {"above", UMI_BIND_MONEY, offsetof(umi_limit_row, above), .optional = true,
     .min = 1, .doc = "the amount must be more than this"},
    {"min", UMI_BIND_MONEY, offsetof(umi_limit_row, min), .optional = true,
     .min = 1, .doc = "at least this"},
    {"max", UMI_BIND_MONEY, offsetof(umi_limit_row, max), .min = 1,
     .doc = "and at most this"},
    {0},
};

static const umi_bind relief_rate_table[] = {
    WHEN,
    {"percent", UMI_BIND_PERCENT, offsetof(umi_percent_row, percent),
     .doc = "of the loan, per rate_per"},
    {0},
};
static const umi_bind relief_rate_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = relief_rate_table},
    {0},
};
static const umi_bind region_item[] = {
    {"", UMI_BIND_CODE, .at = 0},
    {0},
};
static const umi_bind relief_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(umi_relief, at)},
    {"regions", UMI_BIND_LIST, offsetof(umi_relief, regions), .min = 1,
     .fields = region_item, .size = sizeof(umi_text),
     .count = offsetof(umi_relief, region_count),
     .doc = "where the borrower was struck"},
    {"rates", UMI_BIND_LIST, offsetof(umi_relief, rates.rows), .min = 1,
     .max = UMI_STEPS_MAX, .fields = relief_rate_item,
     .size = sizeof(umi_percent_row),
     .count = offsetof(umi_relief, rates.count),
     .doc = "by the calendar, whenever the loan was paid out"},
    {0},
};
static const umi_bind relief_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = relief_table},
    {0},
};

static const umi_bind charge_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(charge, at)},
    {"code", UMI_BIND_CODE, offsetof(charge, code), .doc = "name of the fee"},
    {"amount", UMI_BIND_MONEY, offsetof(charge, amount), .optional = true,
     .flag = offsetof(charge, has_amount), .doc = "either this"},
    {"percent", UMI_BIND_PERCENT, offsetof(charge, percent), .optional = true,
     .flag = offsetof(charge, has_percent), .doc = "or this, of the loan"},
    {"due", UMI_BIND_NODE, offsetof(charge, due),
     .doc = "`disbursement` (withheld), `each`, or a row's number"},
    {0},
};

static const umi_bind charge_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = charge_table},
    {0},
};

static const umi_bind fee_table[] = {
    WHEN,
    BAND,
    {"charges", UMI_BIND_LIST, offsetof(fee_draft, charges),
     .max = UMI_STEPS_MAX, .fields = charge_item, .size = sizeof(charge),
     .count = offsetof(fee_draft, count), .doc = "none: an empty list"},
    {0},
};

static const umi_bind percent_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = percent_table},
    {0},
};
static const umi_bind limit_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = limit_table},
    {0},
};
static const umi_bind fee_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = fee_table},
    {0},
};
static const umi_bind method_item[] = {
    {"", UMI_BIND_ENUM, 0, .names = methods},
    {0},
};
static const umi_bind component_item[] = {
    {"", UMI_BIND_ENUM, 0, .names = components},
    {0},
};
static const umi_bind period_item[] = {
    {"", UMI_BIND_INT, 0, .min = 1, .max = UMI_PERIODS_MAX},
    {0},
};

static const umi_bind range_table[] = {
    {"from", UMI_BIND_INT, offsetof(umi_plan, from), .min = 1,
     .max = UMI_PERIODS_MAX},
    {"to", UMI_BIND_INT, offsetof(umi_plan, to), .min = 1,
     .max = UMI_PERIODS_MAX},
    {0},
};

static const umi_bind period_list = {
    "",
    UMI_BIND_LIST,
    offsetof(umi_plan, periods),
    .min = 1,
    .max = 100,
    .fields = period_item,
    .size = sizeof(int32_t),
    .count = offsetof(umi_plan, period_count),
};

static const umi_bind plan_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(plan_draft, at)},
    {"unit", UMI_BIND_ENUM, offsetof(plan_draft, plan.unit), .names = units,
     .doc = "of time"},
    {"every", UMI_BIND_INT, offsetof(plan_draft, plan.every), .min = 1,
     .max = 366, .doc = "units between instalments"},
    {"periods", UMI_BIND_NODE, offsetof(plan_draft, periods),
     .doc = "allowed numbers of instalments: a list, or `{from, to}`"},
    {0},
};

static const umi_bind plan_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = plan_table},
    {0},
};

static const umi_bind name_table[] = {
    {"id", UMI_BIND_TEXT, offsetof(draft, p.name_id), .max = 80,
     .doc = "name in Indonesian"},
    {"en", UMI_BIND_TEXT, offsetof(draft, p.name_en), .max = 80,
     .doc = "name in English"},
    {0},
};

#define ROUND_TABLE(name, field)                                               \
    static const umi_bind name[] = {                                           \
        {"unit", UMI_BIND_MONEY, offsetof(draft, p.field.unit), .min = 1,      \
         .doc = "rounded to multiples of this"},                               \
        {"mode", UMI_BIND_ENUM, offsetof(draft, p.field.mode), .names = modes, \
         .doc = "of rounding"},                                                \
        {0},                                                                   \
    }
ROUND_TABLE(round_table, round);
ROUND_TABLE(payment_round_table, payment_round);
ROUND_TABLE(amount_round_table, amount_round);

static const umi_bind grace_table[] = {
    {"max", UMI_BIND_INT, offsetof(draft, p.grace_max), .min = 1,
     .max = UMI_PERIODS_MAX, .doc = "most instalments of grace"},
    {"interest_mode", UMI_BIND_ENUM, offsetof(draft, p.grace_mode),
     .names = graces, .doc = "what becomes of interest in the grace"},
    {0},
};

static const umi_bind pawn_table[] = {
    {"block_days", UMI_BIND_INT, offsetof(draft, p.block_days), .min = 1,
     .max = 3660, .doc = "rent is charged per started block"},
    {"term_days", UMI_BIND_INT, offsetof(draft, p.term_days), .min = 1,
     .max = 3660, .doc = "longest term"},
    {0},
};

#define ROWS(table, T)                                                         \
    offsetof(draft, p.table.rows), .optional = true, .fields = percent_item,   \
                                   .size = sizeof(T),                          \
                                   .count = offsetof(draft, p.table.count)

static const umi_bind product_table[] = {
    {"", UMI_BIND_NAME, .at = offsetof(draft, p.code)},
    {"", UMI_BIND_AT, .at = offsetof(draft, p.at)},
    {"name", UMI_BIND_MAP, 0, .fields = name_table, .doc = "for people"},
    {"family", UMI_BIND_CODE, offsetof(draft, p.family),
     .doc = "chooses the accounts of the chart"},
    {"channel", UMI_BIND_CODE, offsetof(draft, p.channel), .doc = "who lends"},
    {"methods", UMI_BIND_LIST, offsetof(draft, methods), .min = 1,
     .max = UMI_PRODUCT_LINES, .fields = method_item, .size = sizeof(int),
     .count = offsetof(draft, p.method_count),
     .doc = "of instalments; the first unless another is asked for"},
    {"plans", UMI_BIND_LIST, offsetof(draft, plans), .optional = true, .min = 1,
     .max = UMI_PRODUCT_LINES, .fields = plan_item, .size = sizeof(plan_draft),
     .count = offsetof(draft, plan_count),
     .doc = "patterns of instalments (all but pawn)"},
    {"day_count", UMI_BIND_ENUM, offsetof(draft, p.day_count), .names = counts,
     .doc = "how interest counts days"},
    {"round", UMI_BIND_MAP, 0, .fields = round_table,
     .doc = "of principal, interest and fee of each row"},
    {"payment_round", UMI_BIND_MAP, 0, .optional = true,
     .fields = payment_round_table,
     .flag = offsetof(draft, p.has_payment_round),
     .doc = "of the level payment (else round)"},
    {"residue", UMI_BIND_ENUM, offsetof(draft, p.residue), .optional = true,
     .names = residues, .doc = "where the rounding residue goes (else last)"},
    {"rate_per", UMI_BIND_ENUM, offsetof(draft, p.rate_per), .names = pers,
     .doc = "period of every percentage in rates"},
    {"on_appraisal", UMI_BIND_BOOL, offsetof(draft, p.on_appraisal),
     .optional = true, .doc = "rates are of the appraised value"},
    {"appraised_by", UMI_BIND_CODE, offsetof(draft, p.appraised_by),
     .optional = true, .doc = "the fact that tells the appraised value"},
    {"rates", UMI_BIND_LIST, offsetof(draft, p.rates.rows), .min = 1,
     .fields = percent_item, .size = sizeof(umi_percent_row),
     .count = offsetof(draft, p.rates.count), .doc = "what the borrower pays"},
    {"limits", UMI_BIND_LIST, offsetof(draft, p.limits.rows), .min = 1,
     .fields = limit_item, .size = sizeof(umi_limit_row),
     .count = offsetof(draft, p.limits.count), .doc = "amounts lent"},
    {"fees", UMI_BIND_LIST, offsetof(draft, fees), .optional = true,
     .fields = fee_item, .size = sizeof(fee_draft),
     .count = offsetof(draft, fee_count), .doc = "charges beside interest"},
    {"loan_to_value", UMI_BIND_LIST, ROWS(loan_to_value, umi_percent_row),
     .doc = "share of the appraised value that is lent"},
    {"security", UMI_BIND_LIST, ROWS(security, umi_percent_row),
     .doc = "share of the loan kept until its end (UP)"},
    {"subsidy", UMI_BIND_LIST, ROWS(subsidy, umi_percent_row),
     .doc = "what the State adds, a year"},
    {"relief", UMI_BIND_LIST, offsetof(draft, p.reliefs.rows), .optional = true,
     .min = 1, .fields = relief_item, .size = sizeof(umi_relief),
     .count = offsetof(draft, p.reliefs.count),
     .doc = "rates after a disaster, by region"},
    {"allocation", UMI_BIND_LIST, offsetof(draft, allocation), .optional = true,
     .min = UMI_COMPONENTS, .max = UMI_COMPONENTS, .fields = component_item,
     .size = sizeof(int), .count = offsetof(draft, allocation_count),
     .doc = "order in which a repayment is divided"},
    {"walk", UMI_BIND_ENUM, offsetof(draft, p.policy.walk), .optional = true,
     .names = walks, .doc = "what is finished first (else instalment)"},
    {"ahead", UMI_BIND_ENUM, offsetof(draft, p.policy.ahead), .optional = true,
     .names = aheads, .doc = "where money ahead goes (else next)"},
    {"grace", UMI_BIND_MAP, 0, .optional = true, .fields = grace_table,
     .doc = "instalments without principal or interest (else none)"},
    {"pawn", UMI_BIND_MAP, 0, .optional = true, .fields = pawn_table,
     .doc = "of pawn loans only"},
    {"amount_round", UMI_BIND_MAP, 0, .optional = true,
     .fields = amount_round_table,
     .doc = "of the loan: multiples only, and how a share of an appraisal is "
            "rounded (else 0.01)"},
    {0},
};

static const umi_bind file_table[] = {
    {"format", UMI_BIND_ENUM, offsetof(file, format), .names = formats,
     .doc = "shape of this file"},
    {"legal", UMI_BIND_DICT, offsetof(file, legals.items),
     .fields = umi__legal_table, .size = sizeof(umi_legal),
     .count = offsetof(file, legals.count), .doc = "citations by key"},
    {"products", UMI_BIND_DICT, offsetof(file, drafts), .min = 1, .max = 64,
     .fields = product_table, .size = sizeof(draft),
     .count = offsetof(file, count), .doc = "by code"},
    {0},
};

/* --- rows ---------------------------------------------------------------- */

static int order(const umi_when *a, const umi_when *b)
{
    if (a->from.n != b->from.n)
        return a->from.n < b->from.n ? -1 : 1;
    if (a->access != b->access)
        return a->access < b->access ? -1 : 1;
    if (a->periods_to != b->periods_to)
        return a->periods_to < b->periods_to ? -1 : 1;
    return (a->up_to.sen > b->up_to.sen) - (a->up_to.sen < b->up_to.sen);
}

/* What a row does not say is open; then rows ascend, each date begins with
 * access 1, and each names a citation of the file. */
static void check_rows(const void *rows,
                       size_t count,
                       size_t size,
                       const umi_legals *legals,
                       umi_problems *p)
{
    umi_when *before = NULL;
    for (size_t i = 0; i < count; i++) {
        umi_when *w = (umi_when *)((char *)rows + i * size);
        w->access = w->access ? w->access : 1;
        w->periods_to = w->periods_to ? w->periods_to : INT32_MAX;
        w->up_to.sen = w->up_to.sen ? w->up_to.sen : INT64_MAX;
        bool first = before == NULL || before->from.n != w->from.n;
        if (before != NULL && order(before, w) >= 0) {
            umi__problem(p, w->at, "Y301",
                         "rows must ascend by from, access, periods_to, up_to");
            umi__problem_other(p, before->at);
        } else if (first && w->access != 1) {
            umi__problem(p, w->at, "Y301",
                         "the first row of a date must be of access 1");
        }
        if (umi_legal_find(legals, w->legal) == NULL)
            umi__problem(p, w->at, "Y302", "legal has no key '%.*s'",
                         UMI_SHOW(w->legal));
        before = w;
    }
}

#define CHECK_ROWS(t) check_rows((t).rows, (t).count, sizeof *(t).rows, l, p)

static void contradiction(const draft *d, const char *why, umi_problems *p)
{
    umi__problem(p, d->p.at, "Y320", "%.*s: %s", UMI_SHOW(d->p.code),
                 umi_tr(p->lang, why));
}

/* --- one product --------------------------------------------------------- */

static bool read_due(int32_t *out, const charge *c, umi_problems *p)
{
    int64_t n;
    umi_text t = c->due->text; /* empty when it is no scalar */
    if (umi_text_is(t, "disbursement"))
        *out = UMI_DUE_DISBURSEMENT;
    else if (umi_text_is(t, "each"))
        *out = UMI_DUE_EACH;
    else if (umi_text_int(t, 1, UMI_PERIODS_MAX, &n))
        *out = (int32_t)n;
    else {
        umi__problem(
            p, c->due->at, "Y209",
            "must be disbursement, each, or a row's number, got '%.*s'",
            UMI_SHOW(t));
        return false;
    }
    return true;
}

static void read_charge(umi_fee *out, const charge *c, umi_problems *p)
{
    int32_t due = 0;
    if (c->has_amount == c->has_percent)
        umi__problem(p, c->at, "Y320",
                     "fee %.*s: exactly one of amount and percent",
                     UMI_SHOW(c->code));
    if (read_due(&due, c, p))
        *out = (umi_fee){.code = c->code,
                         .percent = c->has_percent,
                         .amount = c->amount,
                         .rate = c->percent,
                         .due = due};
}

static bool read_fees(draft *d, umi_arena *arena, umi_problems *p)
{
    umi_fee_row *rows = umi_arena_array(arena, d->fee_count, sizeof *rows);
    for (size_t i = 0; rows != NULL && i < d->fee_count; i++) {
        const fee_draft *f = &d->fees[i];
        umi_fee *charges = umi_arena_array(arena, f->count, sizeof *charges);
        if (charges == NULL)
            return false;
        for (size_t k = 0; k < f->count; k++)
            read_charge(&charges[k], &f->charges[k], p);
        rows[i] = (umi_fee_row){f->when, charges, f->count};
    }
    d->p.fees.rows = rows;
    d->p.fees.count = d->fee_count;
    return rows != NULL;
}

static bool twice(const umi_product *p, size_t i, size_t k)
{
    umi_text region = p->reliefs.rows[i].regions[k];
    const umi_relief *first = umi_product_relief(p, region);
    if (first != &p->reliefs.rows[i])
        return true;
    for (size_t j = 0; j < k; j++)
        if (umi_text_eq(first->regions[j], region))
            return true;
    return false;
}

/* The rates of each relief, as the steps that terms know. */
static bool read_reliefs(draft *d, umi_arena *arena, umi_problems *p)
{
    for (size_t i = 0; i < d->p.reliefs.count; i++) {
        umi_relief *r = (umi_relief *)&d->p.reliefs.rows[i];
        umi_step *steps = umi_arena_array(arena, r->rates.count, sizeof *steps);
        if (steps == NULL)
            return false;
        for (size_t k = 0; k < r->rates.count; k++)
            steps[k] = (umi_step){r->rates.rows[k].when.from,
                                  r->rates.rows[k].percent};
        r->steps = steps;
        for (size_t k = 0; k < r->region_count; k++)
            if (twice(&d->p, i, k))
                umi__problem(p, r->at, "Y320", "region %.*s stands twice",
                             UMI_SHOW(r->regions[k]));
        if (d->p.term_days > 0 || d->p.on_appraisal)
            umi__problem(p, r->at, "Y320",
                         "pawn and rates on the appraised value have no "
                         "relief");
    }
    return true;
}

static void read_plan(umi_plan *out,
                      const plan_draft *from,
                      umi_arena *arena,
                      umi_problems *p)
{
    *out = from->plan;
    if (from->periods->kind == UMI_YAML_LIST) {
        (void)umi_bind_value(&out->periods, from->periods, &period_list,
                             "periods", arena, p);
        return;
    }
    if (umi_bind_map(out, from->periods, range_table, "periods", arena, p) &&
        out->from > out->to)
        umi__problem(p, from->at, "Y320", "periods from %d to %d are none",
                     out->from, out->to);
}

static void read_policy(draft *d, umi_problems *p)
{
    umi_policy usual = umi_policy_default();
    memcpy(d->p.policy.allocation, usual.allocation, sizeof usual.allocation);
    for (size_t i = 0; i < d->allocation_count; i++)
        d->p.policy.allocation[i] = (umi_component)d->allocation[i];
    if (!umi_policy_ok(&d->p.policy))
        contradiction(d, "allocation must name every component once", p);
}

static void check_limits(const draft *d, umi_problems *p)
{
    for (size_t i = 0; i < d->p.limits.count; i++) {
        const umi_limit_row *row = &d->p.limits.rows[i];
        if (row->above.sen >= row->max.sen || row->min.sen > row->max.sen)
            umi__problem(p, row->when.at, "Y320",
                         "no amount lies within these limits");
    }
}

static void check_shape(const draft *d, umi_problems *p)
{
    bool pawn = d->p.methods[0] == UMI_PAWN;
    if (pawn != (d->p.term_days > 0))
        contradiction(d, "method pawn and the key pawn belong together", p);
    if (pawn == (d->plan_count > 0))
        contradiction(d, "plans belong to every method but pawn", p);
    if (pawn && (d->p.method_count > 1 || d->p.rate_per != UMI_PER_PERIOD))
        contradiction(d, "pawn is the only method and its rate per period", p);
    if (pawn && d->p.grace_max > 0)
        contradiction(d, "pawn has no grace", p);
    for (size_t i = 1; i < d->p.method_count; i++)
        if (d->p.methods[i] == UMI_PAWN)
            contradiction(d, "pawn is the only method and its rate per period",
                          p);
}

static bool read_product(umi_product *out,
                         draft *d,
                         const umi_legals *l,
                         umi_arena *arena,
                         umi_problems *p)
{
    if (!read_fees(d, arena, p) || !read_reliefs(d, arena, p))
        return false;
    for (size_t i = 0; i < d->p.method_count; i++)
        d->p.methods[i] = (umi_method)d->methods[i];
    for (size_t i = 0; i < d->plan_count; i++)
        read_plan(&d->p.plans[i], &d->plans[i], arena, p);
    d->p.plan_count = d->plan_count;
    if (d->p.amount_round.unit.sen == 0)
        d->p.amount_round = (umi_rounding){{1}, UMI_ROUND_DOWN};
    read_policy(d, p);
    CHECK_ROWS(d->p.rates);
    CHECK_ROWS(d->p.limits);
    CHECK_ROWS(d->p.fees);
    CHECK_ROWS(d->p.loan_to_value);
    CHECK_ROWS(d->p.security);
    CHECK_ROWS(d->p.subsidy);
    for (size_t i = 0; i < d->p.reliefs.count; i++)
        CHECK_ROWS(d->p.reliefs.rows[i].rates);
    check_limits(d, p);
    check_shape(d, p);
    d->p.legals = l;
    *out = d->p;
    return true;
}

umi_status umi_products_read(umi_products *out,
                             umi_text text,
                             umi_arena *arena,
                             umi_problems *p)
{
    file f = {0};
    size_t errors = p->errors;
    umi_status rc = umi_bind_text(&f, text, file_table, arena, p);
    if (rc != UMI_OK)
        return rc;
    umi_legals *legals = umi_arena_alloc(arena, sizeof *legals);
    umi_product *items = umi_arena_array(arena, f.count, sizeof *items);
    if (legals == NULL || items == NULL)
        return UMI_ENOMEM;
    *legals = f.legals;
    for (size_t i = 0; i < f.count; i++)
        if (!read_product(&items[i], &f.drafts[i], legals, arena, p))
            return UMI_ENOMEM;
    rc = umi__problems_since(p, errors);
    if (rc == UMI_OK)
        *out = (umi_products){items, f.count};
    return rc;
}

const umi_bind *umi_product_keys(void)
{
    return file_table;
}
