/* SPDX-License-Identifier: MIT */
#include "engine/loan/waterfall.h"

#include <assert.h>

static_assert(UMI_PRINCIPAL == 0 && UMI_INTEREST == 1 && UMI_FEE == 2 &&
                  UMI_PENALTY == UMI_COMPONENTS - 1,
              "named amounts stand in the order of umi_component");

static const char *const component_names[] = {
    [UMI_PRINCIPAL] = "principal",
    [UMI_INTEREST] = "interest",
    [UMI_FEE] = "fee",
    [UMI_PENALTY] = "penalty",
};
static const char *const walk_names[] = {
    [UMI_WALK_INSTALMENT] = "instalment",
    [UMI_WALK_COMPONENT] = "component",
};
static const char *const ahead_names[] = {
    [UMI_AHEAD_NEXT] = "next",
    [UMI_AHEAD_LAST] = "last",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *umi_component_name(umi_component c)
{
    assert((size_t)c < COUNT(component_names));
    return component_names[c];
}

bool umi_component_parse(umi_component *out, umi_text t)
{
    size_t i = umi_text_index(t, component_names, COUNT(component_names));
    if (i == COUNT(component_names))
        return false;
    *out = (umi_component)i;
    return true;
}

const char *umi_walk_name(umi_walk w)
{
    assert((size_t)w < COUNT(walk_names));
    return walk_names[w];
}

bool umi_walk_parse(umi_walk *out, umi_text t)
{
    size_t i = umi_text_index(t, walk_names, COUNT(walk_names));
    if (i == COUNT(walk_names))
        return false;
    *out = (umi_walk)i;
    return true;
}

const char *umi_ahead_name(umi_ahead a)
{
    assert((size_t)a < COUNT(ahead_names));
    return ahead_names[a];
}

bool umi_ahead_parse(umi_ahead *out, umi_text t)
{
    size_t i = umi_text_index(t, ahead_names, COUNT(ahead_names));
    if (i == COUNT(ahead_names))
        return false;
    *out = (umi_ahead)i;
    return true;
}

umi_policy umi_policy_default(void)
{
    return (umi_policy){
        .allocation = {UMI_PENALTY, UMI_FEE, UMI_INTEREST, UMI_PRINCIPAL},
        .walk = UMI_WALK_INSTALMENT,
        .ahead = UMI_AHEAD_NEXT,
    };
}

bool umi_policy_ok(const umi_policy *p)
{
    unsigned seen = 0;
    for (size_t i = 0; i < UMI_COMPONENTS; i++) {
        if ((size_t)p->allocation[i] >= UMI_COMPONENTS)
            return false;
        seen |= 1U << p->allocation[i];
    }
    return seen == (1U << UMI_COMPONENTS) - 1 &&
           (size_t)p->walk < COUNT(walk_names) &&
           (size_t)p->ahead < COUNT(ahead_names);
}

/* Add a row to the sums of the rows before it. */
static bool add_row(umi_money sums[UMI_ROW_COMPONENTS], const umi_row *r)
{
    return umi_money_add(&sums[UMI_PRINCIPAL], sums[UMI_PRINCIPAL],
                         r->principal) &&
           umi_money_add(&sums[UMI_INTEREST], sums[UMI_INTEREST],
                         r->interest) &&
           umi_money_add(&sums[UMI_FEE], sums[UMI_FEE], r->fee);
}

static bool covers(const umi_money *paid, const umi_money *owed)
{
    return paid[UMI_PRINCIPAL].sen >= owed[UMI_PRINCIPAL].sen &&
           paid[UMI_INTEREST].sen >= owed[UMI_INTEREST].sen &&
           paid[UMI_FEE].sen >= owed[UMI_FEE].sen;
}

bool umi_paid_of(umi_paid *out,
                 const umi_row *rows,
                 size_t n,
                 umi_money principal,
                 umi_money interest,
                 umi_money fee)
{
    umi_paid p = {.of = {principal, interest, fee}};
    umi_money owed[UMI_ROW_COMPONENTS] = {{0}};
    if (principal.sen < 0 || interest.sen < 0 || fee.sen < 0)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!add_row(owed, &rows[i]))
            return false;
        if (covers(p.of, owed)) { /* and so all before it */
            p.row = i + 1;
            memcpy(p.before, owed, sizeof owed);
        }
    }
    if (!covers(owed, p.of))
        return false;
    *out = p;
    return true;
}

/* A payment on its way through the rows. */
typedef struct flow {
    const umi_row *rows;
    size_t count;
    const umi_component *allocation;
    umi_paid paid;
    umi_money left;
    umi_parts parts;
} flow;

/* Pay each component up to @p owed, the sum that is owed to the end of some
 * row, in the order of the allocation.  True when all of it is paid. */
static bool pay_up_to(flow *f, const umi_money *owed)
{
    for (size_t i = 0; i < UMI_COMPONENTS; i++) {
        umi_component c = f->allocation[i];
        if (c == UMI_PENALTY || f->paid.of[c].sen >= owed[c].sen)
            continue;
        umi_money lacks = {owed[c].sen - f->paid.of[c].sen};
        umi_money x = umi_money_min(lacks, f->left);
        f->paid.of[c].sen += x.sen;
        f->parts.of[c].sen += x.sen;
        f->left.sen -= x.sen;
    }
    return covers(f->paid.of, owed);
}

/* UMI_WALK_COMPONENT: all that is due is one row to the allocation. */
static bool pay_due(flow *f, umi_day on)
{
    umi_money owed[UMI_ROW_COMPONENTS];
    memcpy(owed, f->paid.before, sizeof owed);
    for (size_t i = f->paid.row; i < f->count && f->rows[i].due.n <= on.n; i++)
        if (!add_row(owed, &f->rows[i]))
            return false;
    (void)pay_up_to(f, owed);
    return true;
}

static bool pay_rows(flow *f)
{
    umi_money owed[UMI_ROW_COMPONENTS];
    memcpy(owed, f->paid.before, sizeof owed);
    for (; f->paid.row < f->count; f->paid.row++) {
        if (!add_row(owed, &f->rows[f->paid.row]))
            return false;
        if (!pay_up_to(f, owed))
            break;
        memcpy(f->paid.before, owed, sizeof owed);
    }
    return true;
}

bool umi_waterfall_pay(const umi_row *rows,
                       size_t n,
                       const umi_policy *p,
                       umi_paid *paid,
                       umi_money amount,
                       umi_day on,
                       umi_parts *out)
{
    assert(amount.sen > 0 && umi_waterfall_fits(p));
    assert(paid->row <= n);
    flow f = {rows,  n,      p->allocation,
              *paid, amount, .parts = {.overpaid = {0}}};
    if (p->walk == UMI_WALK_COMPONENT && !pay_due(&f, on))
        return false;
    if (!pay_rows(&f))
        return false;
    f.parts.overpaid = f.left;
    *paid = f.paid;
    *out = f.parts;
    return true;
}
