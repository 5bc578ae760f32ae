/* SPDX-License-Identifier: MIT */
#include "rules/set/product.h"

#include <assert.h>
#include <stdio.h>

const umi_product *umi_product_find(const umi_products *all, umi_text code)
{
    for (size_t i = 0; i < all->count; i++)
        if (umi_text_eq(all->items[i].code, code))
            return &all->items[i];
    return NULL;
}

/* --- dated rows ---------------------------------------------------------- */

/* Every row of a table begins with its umi_when; the rest differs. */
static const umi_when *row_at(const void *rows, size_t size, size_t i)
{
    return (const umi_when *)((const char *)rows + i * size);
}

/* The row in force as umi_when says, or NULL.  The rows ascend, so the last
 * date and access that do not exceed what is asked come last, too. */
static const void *in_force(const void *rows,
                            size_t count,
                            size_t size,
                            const umi_product_ask *ask)
{
    const umi_when *group = NULL, *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const umi_when *w = row_at(rows, size, i);
        if (w->from.n > ask->on.n)
            break;
        if (w->access > (ask->access > 0 ? ask->access : 1))
            continue;
        if (group == NULL || group->from.n != w->from.n ||
            group->access != w->access) {
            group = w;
            found = NULL;
        }
        if (found == NULL && ask->periods <= w->periods_to &&
            ask->amount.sen <= w->up_to.sen)
            found = w;
    }
    return found;
}

const umi_percent_row *umi_percent_find(const umi_percent_row *rows,
                                        size_t count,
                                        const umi_product_ask *ask)
{
    return in_force(rows, count, sizeof *rows, ask);
}

const umi_percent_row *umi_product_rate(const umi_product *p,
                                        const umi_product_ask *ask)
{
    return umi_percent_find(p->rates.rows, p->rates.count, ask);
}

const umi_limit_row *umi_product_limit(const umi_product *p, umi_day on)
{
    umi_product_ask ask = {.on = on};
    return in_force(p->limits.rows, p->limits.count, sizeof *p->limits.rows,
                    &ask);
}

const umi_fee_row *umi_product_fees(const umi_product *p,
                                    const umi_product_ask *ask)
{
    return in_force(p->fees.rows, p->fees.count, sizeof *p->fees.rows, ask);
}

const umi_relief *umi_product_relief(const umi_product *p, umi_text region)
{
    for (size_t i = 0; i < p->reliefs.count; i++)
        for (size_t k = 0; k < p->reliefs.rows[i].region_count; k++)
            if (umi_text_eq(p->reliefs.rows[i].regions[k], region))
                return &p->reliefs.rows[i];
    return NULL;
}

const umi_legal *umi_product_legal(const umi_product *p, const umi_when *row)
{
    const umi_legal *legal = umi_legal_find(p->legals, row->legal);
    assert(legal != NULL); /* the loader refused it (Y302) */
    return legal;
}

/* Whether the rate of that day depends on the access number. */
static bool tiered(const umi_product *p, umi_day on)
{
    const umi_when *last = NULL;
    for (size_t i = 0; i < p->rates.count; i++)
        if (p->rates.rows[i].when.from.n <= on.n)
            last = &p->rates.rows[i].when;
    return last != NULL && last->access > 1;
}

/* --- pledges ------------------------------------------------------------- */

static bool share_of(umi_money *out,
                     const umi_product *p,
                     const umi_percent_row *row,
                     umi_money appraisal)
{
    return umi_round(out, (umi_i128)appraisal.sen * row->percent.num,
                     row->percent.den, p->amount_round);
}

bool umi_product_lends(umi_money *out,
                       const umi_product *p,
                       umi_money appraisal,
                       umi_day on)
{
    umi_money best = {-1}, floor = {0};
    umi_product_ask ask = {.on = on};
    const umi_percent_row *row;
    /* Each band lends its share, but not more than the band itself; a share
     * that falls below its band belongs to a lower one. */
    while ((row = umi_percent_find(p->loan_to_value.rows,
                                   p->loan_to_value.count, &ask)) != NULL) {
        umi_money share;
        if (!share_of(&share, p, row, appraisal))
            return false;
        share = umi_money_min(share, row->when.up_to);
        if (share.sen > floor.sen || best.sen < 0)
            best = share;
        floor = row->when.up_to;
        if (floor.sen == INT64_MAX)
            break;
        ask.amount.sen = floor.sen + 1;
    }
    if (best.sen < 0)
        return false;
    *out = best;
    return true;
}

/* --- asking -------------------------------------------------------------- */

static umi_status refuse_day(umi_error *err, const umi_product *p, umi_day on)
{
    char text[UMI_DAY_TEXT], begin[UMI_DAY_TEXT];
    umi_day first = p->limits.rows[0].when.from;
    umi_day_write(text, on);
    umi_day_write(begin, first);
    if (on.n >= first.n)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "on",
                             "%.*s was not offered on %s", UMI_SHOW(p->code),
                             text);
    return umi_fail_code(
        err, UMI_EINVAL, "PRODUCT", "on",
        "%.*s was not offered on %s, only since %s (%.*s)", UMI_SHOW(p->code),
        text, begin,
        UMI_SHOW(umi_product_legal(p, &p->limits.rows[0].when)->title));
}

static umi_status
ask_amount(const umi_product *p, const umi_product_ask *ask, umi_error *err)
{
    char asked[UMI_MONEY_TEXT], limit[UMI_MONEY_TEXT];
    const umi_limit_row *row = umi_product_limit(p, ask->on);
    if (row == NULL)
        return refuse_day(err, p, ask->on);
    umi_text by = umi_product_legal(p, &row->when)->title;
    umi_money_write(asked, ask->amount);
    if (ask->amount.sen <= row->above.sen) {
        umi_money_write(limit, row->above);
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "amount",
                             "must be more than %s (%.*s), got %s", limit,
                             UMI_SHOW(by), asked);
    }
    if (ask->amount.sen < row->min.sen) {
        umi_money_write(limit, row->min);
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "amount",
                             "must be at least %s (%.*s), got %s", limit,
                             UMI_SHOW(by), asked);
    }
    if (ask->amount.sen > row->max.sen) {
        umi_money_write(limit, row->max);
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "amount",
                             "must be at most %s (%.*s), got %s", limit,
                             UMI_SHOW(by), asked);
    }
    if (ask->amount.sen % p->amount_round.unit.sen != 0) {
        umi_money_write(limit, p->amount_round.unit);
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "amount",
                             "must be a multiple of %s, got %s", limit, asked);
    }
    return UMI_OK;
}

/* Whether the pledge covers the loan; a product without pledge needs none. */
static umi_status
ask_pledge(const umi_product *p, const umi_product_ask *ask, umi_error *err)
{
    umi_money most;
    if (p->loan_to_value.count == 0)
        return UMI_OK;
    if (ask->appraisal.sen <= 0)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "appraisal",
                             "the appraised value is not known");
    const umi_percent_row *row =
        umi_percent_find(p->loan_to_value.rows, p->loan_to_value.count, ask);
    if (row == NULL || !umi_product_lends(&most, p, ask->appraisal, ask->on))
        return refuse_day(err, p, ask->on);
    umi_money share;
    if (share_of(&share, p, row, ask->appraisal) &&
        ask->amount.sen <= share.sen)
        return UMI_OK;
    char asked[UMI_MONEY_TEXT], limit[UMI_MONEY_TEXT];
    umi_money_write(asked, ask->amount);
    umi_money_write(limit, most);
    return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "amount",
                         "the appraised value allows %s, got %s", limit, asked);
}

static umi_status ask_method(const umi_product *p,
                             const umi_product_ask *ask,
                             umi_terms *t,
                             umi_error *err)
{
    t->method = ask->has_method ? ask->method : p->methods[0];
    for (size_t i = 0; i < p->method_count; i++)
        if (p->methods[i] == t->method)
            return UMI_OK;
    char text[120] = "";
    for (size_t i = 0, n = 0; i < p->method_count; i++) {
        int more = snprintf(text + n, sizeof text - n, "%s%s", i ? ", " : "",
                            umi_method_name(p->methods[i]));
        assert(more > 0 && (size_t)more < sizeof text - n);
        n += (size_t)more;
    }
    return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "method",
                         "must be one of %s, got '%s'", text,
                         umi_method_name(t->method));
}

static bool allows(const umi_plan *plan, int32_t periods)
{
    if (plan->periods == NULL)
        return periods >= plan->from && periods <= plan->to;
    for (size_t i = 0; i < plan->period_count; i++)
        if (plan->periods[i] == periods)
            return true;
    return false;
}

static bool fits(const umi_plan *plan, const umi_product_ask *ask)
{
    return allows(plan, ask->periods) &&
           (!ask->has_unit || plan->unit == ask->unit) &&
           (ask->every == 0 || plan->every == ask->every);
}

/* "25 50 week, 1 .. 12 month": what a product allows, for its refusal. */
static void
plans_text(char out[120], const umi_product *p, const umi_error *err)
{
    umi_buf b = {0};
    for (size_t i = 0; i < p->plan_count; i++) {
        const umi_plan *plan = &p->plans[i];
        umi_buf_puts(&b, i ? ", " : "");
        if (plan->periods == NULL)
            umi_buf_printf(&b, "%d .. %d ", plan->from, plan->to);
        for (size_t k = 0; k < plan->period_count; k++)
            umi_buf_printf(&b, "%d ", plan->periods[k]);
        umi_buf_puts(&b, umi_error_tr(err, umi_unit_name(plan->unit)));
    }
    size_t n = b.failed ? 0 : b.len < 119 ? b.len : 119;
    if (n != 0)
        memcpy(out, b.ptr, n);
    out[n] = '\0';
    umi_buf_free(&b);
}

/* Exactly one plan must fit: a second one would make the answer a guess. */
static umi_status ask_plan(const umi_product *p,
                           const umi_product_ask *ask,
                           umi_terms *t,
                           umi_error *err)
{
    const umi_plan *found = NULL, *other = NULL;
    for (size_t i = 0; i < p->plan_count && other == NULL; i++)
        if (fits(&p->plans[i], ask)) {
            other = found;
            found = &p->plans[i];
        }
    char text[120] = "";
    if (found == NULL || other != NULL)
        plans_text(text, p, err);
    if (other != NULL)
        return umi_fail_code(
            err, UMI_EINVAL, "PRODUCT",
            found->unit == other->unit ? "every" : "unit",
            "must be said: %d instalments fit several plans of %.*s: %s",
            ask->periods, UMI_SHOW(p->code), text);
    if (found == NULL && ask->periods == 0)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "periods",
                             "must be given: one of %s", text);
    if (found == NULL)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "periods",
                             "must be one of %s, got %d", text, ask->periods);
    t->unit = found->unit;
    t->every = found->every;
    t->periods = ask->periods;
    return UMI_OK;
}

static umi_status ask_pawn(const umi_product *p,
                           const umi_product_ask *ask,
                           umi_terms *t,
                           umi_error *err)
{
    if (ask->periods > 1)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "periods",
                             "a pawn loan has no instalments, got %d",
                             ask->periods);
    if (ask->term_days < 0 || ask->term_days > p->term_days)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "term_days",
                             "must be 1 .. %d, got %d", p->term_days,
                             ask->term_days);
    t->periods = 1;
    t->block_days = p->block_days;
    t->term_days = ask->term_days > 0 ? ask->term_days : p->term_days;
    return UMI_OK;
}

static umi_status ask_grace(const umi_product *p,
                            const umi_product_ask *ask,
                            umi_terms *t,
                            umi_error *err)
{
    const struct {
        const char *field;
        int32_t rows;
    } asked[] = {{"grace.principal", ask->grace_principal},
                 {"grace.interest", ask->grace_interest}};
    for (size_t i = 0; i < 2; i++)
        if (asked[i].rows < 0 || asked[i].rows > p->grace_max)
            return umi_fail_code(err, UMI_EINVAL, "PRODUCT", asked[i].field,
                                 "must be 0 .. %d, got %d", p->grace_max,
                                 asked[i].rows);
    t->grace_principal = ask->grace_principal;
    t->grace_interest = ask->grace_interest;
    t->grace_mode = p->grace_mode;
    return UMI_OK;
}

/* A rate on the appraised value as a rate on the loan.  Terms hold twelve
 * decimals of a percent; rounded up there, the interest that comes of it is
 * that of the exact rate, ties included, but for amounts beyond the limits. */
static umi_status on_appraisal(umi_rate *out,
                               umi_rate rate,
                               const umi_product_ask *ask,
                               umi_error *err)
{
    const int64_t places = 100000000000000; /* 12 and those of the percent */
    if (ask->appraisal.sen <= 0)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "appraisal",
                             "the appraised value is not known");
    umi_i128 num, den = (umi_i128)rate.den * ask->amount.sen;
    int64_t scaled;
    if (__builtin_mul_overflow((umi_i128)rate.num * ask->appraisal.sen,
                               (umi_i128)places, &num) ||
        __builtin_add_overflow(num / den, (umi_i128)(num % den != 0), &scaled))
        return umi_fail(err, UMI_ERANGE, "appraisal",
                        "the rate on the appraised value does not fit");
    *out = umi_rate_of(scaled, places);
    return UMI_OK;
}

static umi_status ask_rate(const umi_product *p,
                           const umi_product_ask *ask,
                           umi_terms *t,
                           umi_error *err)
{
    if (ask->has_rate) {
        t->rate = ask->rate;
        t->rate_per = ask->rate_per;
        return UMI_OK;
    }
    if (ask->access <= 0 && tiered(p, ask->on))
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "access",
                             "must be said: the rate depends on it");
    const umi_percent_row *row = umi_product_rate(p, ask);
    if (row == NULL)
        return refuse_day(err, p, ask->on);
    t->rate = row->percent;
    t->rate_per = p->rate_per;
    return p->on_appraisal ? on_appraisal(&t->rate, row->percent, ask, err)
                           : UMI_OK;
}

static umi_status ask_relief(const umi_product *p,
                             const umi_product_ask *ask,
                             umi_terms *t,
                             umi_error *err)
{
    if (ask->relief.ptr == NULL)
        return UMI_OK;
    const umi_relief *relief = umi_product_relief(p, ask->relief);
    if (relief == NULL)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "relief",
                             "%.*s has no relief for '%.*s'", UMI_SHOW(p->code),
                             UMI_SHOW(ask->relief));
    if (t->rate_per != p->rate_per)
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "relief",
                             "is per %s, the decided rate per %s",
                             umi_rate_per_name(p->rate_per),
                             umi_rate_per_name(t->rate_per));
    t->steps = relief->steps;
    t->step_count = relief->rates.count;
    return UMI_OK;
}

/* A product that charges fees says so for every day and amount, if only that
 * there are none: a missing row is no free loan. */
static umi_status ask_fees(const umi_product *p,
                           const umi_product_ask *ask,
                           umi_terms *t,
                           umi_error *err)
{
    if (p->fees.count == 0)
        return UMI_OK;
    const umi_fee_row *row = umi_product_fees(p, ask);
    if (row == NULL) {
        char on[UMI_DAY_TEXT], amount[UMI_MONEY_TEXT];
        umi_day_write(on, ask->on);
        umi_money_write(amount, ask->amount);
        return umi_fail_code(err, UMI_EINVAL, "PRODUCT", "on",
                             "what %.*s charges for %s on %s is not known",
                             UMI_SHOW(p->code), amount, on);
    }
    t->fees = row->charges;
    t->fee_count = row->count;
    return UMI_OK;
}

umi_status umi_product_terms(const umi_product *p,
                             const umi_product_ask *ask,
                             umi_terms *out,
                             umi_error *err)
{
    umi_terms t = umi_terms_default();
    bool pawn = p->term_days > 0;
    t.principal = ask->amount;
    t.disbursed = ask->on;
    t.day_count = p->day_count;
    t.round = p->round;
    t.has_payment_round = p->has_payment_round;
    t.payment_round = p->has_payment_round ? p->payment_round : p->round;
    t.residue = p->residue;
    umi_status rc = ask_amount(p, ask, err);
    if (rc == UMI_OK)
        rc = ask_pledge(p, ask, err);
    if (rc == UMI_OK)
        rc = ask_method(p, ask, &t, err);
    if (rc == UMI_OK)
        rc = pawn ? ask_pawn(p, ask, &t, err) : ask_plan(p, ask, &t, err);
    if (rc == UMI_OK)
        rc = ask_grace(p, ask, &t, err);
    if (rc == UMI_OK)
        rc = ask_rate(p, ask, &t, err);
    if (rc == UMI_OK)
        rc = ask_fees(p, ask, &t, err);
    if (rc == UMI_OK)
        rc = ask_relief(p, ask, &t, err);
    if (rc == UMI_OK)
        rc = umi_terms_check(&t, err);
    if (rc == UMI_OK)
        *out = t;
    return rc;
}
