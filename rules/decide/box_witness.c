/* SPDX-License-Identifier: MIT
 * An applicant who shows what is claimed, and the decision that proves it. */
#include "rules/decide/box_claim_int.h"
#include "rules/decide/fragments_int.h"

/* --- which facts --------------------------------------------------------- */

static void add_unit(umi__fact_set *to, const umi__unit *u)
{
    for (size_t i = 0; i < UMI_FACTS_MAX / 64; i++)
        to->bits[i] |= u->facts[i];
}

void umi__add_rule_facts(const umi__analysis *a, umi__fact_set *to, size_t r)
{
    add_unit(to, umi__require_unit(a, r));
    add_unit(to, umi__unless_unit(a, r));
}

void umi__add_row_facts(const umi__analysis *a, umi__fact_set *to, size_t row)
{
    add_unit(to, umi__row_unit(a, row));
}

/* --- which values -------------------------------------------------------- */

static bool below_zero(const umi_value *v)
{
    return v->kind == UMI_KIND_INT
               ? v->i < 0
               : (v->kind == UMI_KIND_MONEY || v->kind == UMI_KIND_DECIMAL ||
                  v->kind == UMI_KIND_RATE) &&
                     v->q.num < 0;
}

/* Of the values in @p cells one that people would name: a whole step, not
 * negative.  NULL: there is none to show. */
static const umi_value *pick(const umi__var *v, const uint64_t *cells)
{
    const umi_value *found = NULL;
    for (uint32_t i = 0; i < v->cells; i++) {
        if (!umi__cell_in(cells, i) || !umi__cell_in(v->valid, i) ||
            v->shown[i].state != UMI_KNOWN)
            continue;
        if (umi__cell_in(v->grid, i) && !below_zero(&v->shown[i]))
            return &v->shown[i];
        if (found == NULL)
            found = &v->shown[i];
    }
    return found;
}

static int64_t span(umi_fn fn, umi_day from, umi_day to)
{
    return fn == UMI_FN_YEARS_BETWEEN    ? umi_years_between(from, to)
           : fn == UMI_FN_MONTHS_BETWEEN ? umi_months_between(from, to)
                                         : (int64_t)to.n - from.n;
}

/* A day of fact @p v->slot for which the span to or from today is @p want. */
static void put_span(umi__analysis *a, const umi__var *v, int64_t want)
{
    const umi_node *n = v->node;
    bool from_today = n->args[0]->name->kind == UMI_NAME_INPUT;
    int64_t move = from_today ? want : -want;
    int64_t guess = a->on.n + move;
    if (move < -120000 || move > 120000)
        return;
    if (n->fn != UMI_FN_DAYS_BETWEEN)
        guess = umi_day_add_months(
                    a->on,
                    (int32_t)(n->fn == UMI_FN_YEARS_BETWEEN ? 12 * move : move),
                    umi_civil_of(a->on).day)
                    .n;
    /* a month is not always as long as the one that is wanted */
    static const int32_t near[] = {3, -3, 2, -2, 1, -1, 0};
    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        umi_day x = {(int32_t)guess + near[i]};
        umi_value day = umi_value_day(x);
        int64_t got =
            from_today ? span(n->fn, a->on, x) : span(n->fn, x, a->on);
        if (got == want && umi_fact_admits(&a->rs->facts[v->slot], &day))
            a->facts[v->slot] = day;
    }
}

static void put_side(umi__analysis *a, const umi__side *side)
{
    const umi__var *v = &a->space.vars[side->var];
    const umi_value *shown = pick(v, side->cells);
    if (v->kind == UMI__VAR_SPAN && shown != NULL)
        put_span(a, v, shown->i);
    if (v->kind != UMI__VAR_FACT)
        return;
    a->facts[v->slot] = shown != NULL ? *shown : umi_value_unknown(v->slot);
}

void umi__witness(umi__analysis *a, const umi__box *box, umi__fact_set need)
{
    umi_facts_clear(a->facts, a->rs);
    a->on = a->day;
    for (uint32_t i = 0; i < a->rs->fact_count; i++) {
        const umi__var *v = &a->space.vars[i];
        const umi_value *shown = pick(v, v->valid);
        if ((need.bits[i / 64] >> i % 64 & 1) && shown != NULL)
            a->facts[i] = *shown;
    }
    for (uint32_t i = 0; box != NULL && i < box->count; i++)
        if (box->sides[i].var == a->rs->fact_count) {
            const umi_value *day =
                pick(&a->space.vars[a->rs->fact_count], box->sides[i].cells);
            if (day != NULL)
                a->on = (umi_day){(int32_t)day->i};
        }
    for (uint32_t i = 0; box != NULL && i < box->count; i++) {
        const umi__var *v = &a->space.vars[box->sides[i].var];
        if (v->kind != UMI__VAR_TODAY &&
            (need.bits[v->slot / 64] >> v->slot % 64 & 1))
            put_side(a, &box->sides[i]);
    }
}

const umi_decision *umi__witness_decision(umi__analysis *a)
{
    const umi_decision *out = NULL;
    if (umi_decider_on(a->d, a->on, NULL) != UMI_OK ||
        umi_decide(&out, a->d, a->facts, NULL) != UMI_OK)
        a->failed = true;
    return a->failed ? NULL : out;
}

/* --- telling ------------------------------------------------------------- */

void umi__witness_tell(umi__analysis *a)
{
    umi_buf b = {0};
    umi_buf_puts(&b, "{\"id\":\"witness\"");
    for (size_t i = 0; i < a->rs->fact_count; i++) {
        if (a->facts[i].state != UMI_KNOWN)
            continue;
        umi_buf_puts(&b, ",\"");
        umi_buf_text(&b, a->rs->facts[i].name);
        umi_buf_puts(&b, "\":");
        umi__json_value(&b, &a->facts[i]);
    }
    umi_buf_putc(&b, '}');
    if (b.failed)
        a->failed = true;
    else
        umi__problem_witness(a->problems, a->on, umi_buf_as_text(&b));
    umi_buf_free(&b);
}
