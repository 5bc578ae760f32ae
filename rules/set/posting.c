/* SPDX-License-Identifier: MIT */
#include "rules/set/posting.h"

#include <assert.h>

enum {
    COMPONENTS = 5
};

static const char *const kind_names[] = {
#define X(name, text) text,
    UMI_POSTING_KINDS(X)
#undef X
        NULL};

static const char *const basis_names[] = {"accrual", "cash", "both", NULL};

/* The bits of UMI_OF_*, and a word for all of them. */
static const char *const of_names[] = {
    "principal", "interest", "fee", "penalty", "overpaid", "amount", NULL};

typedef struct leg_text {
    umi_text debit, credit; /* exactly one: a role or the code of an account */
    const int *of;
    size_t of_count;
    umi_at at;
    umi_leg leg; /* account is UMI_NO_ACCOUNT while the family decides */
} leg_text;

typedef struct rule {
    int kind, basis;
    umi_text product; /* absent: all */
    leg_text *legs;
    size_t leg_count;
    const int *memo;
    size_t memo_count;
    uint8_t moves, memo_bits;
    umi_at at;
} rule;

typedef struct version {
    int32_t version;
    umi_day from;
    umi_text note;
    rule *rules;
    size_t rule_count;
    umi_at at;
} version;

struct umi_posting {
    int format;
    version *versions; /* ascending by number and date */
    size_t version_count;
    umi_chart chart;
};

const char *umi_posting_kind_name(umi_posting_kind k)
{
    assert(k < UMI_POST_KINDS);
    return kind_names[k];
}

bool umi_posting_kind_parse(umi_posting_kind *out, umi_text t)
{
    size_t n = sizeof kind_names / sizeof *kind_names,
           i = umi_text_index(t, kind_names, n);
    if (i < n)
        *out = (umi_posting_kind)i;
    return i < n;
}

const char *umi_basis_name(umi_basis b)
{
    return basis_names[b];
}

bool umi_basis_parse(umi_basis *out, umi_text t)
{
    for (int i = UMI_BASIS_ACCRUAL; i <= UMI_BASIS_CASH; i++)
        if (umi_text_is(t, basis_names[i])) {
            *out = (umi_basis)i;
            return true;
        }
    return false;
}

/* --- tables -------------------------------------------------------------- */

static const char *const formats[] = {"posting/1", NULL};

static const umi_bind of_item[] = {
    {"", UMI_BIND_ENUM, 0, .names = of_names},
    {0},
};

static const umi_bind leg_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(leg_text, at)},
    {"dr", UMI_BIND_CODE, offsetof(leg_text, debit), .optional = true,
     .doc = "role or code of the account that is debited"},
    {"cr", UMI_BIND_CODE, offsetof(leg_text, credit), .optional = true,
     .doc = "role or code of the account that is credited"},
    {"of", UMI_BIND_LIST, offsetof(leg_text, of), .min = 1, .max = COMPONENTS,
     .fields = of_item, .size = sizeof(int),
     .count = offsetof(leg_text, of_count),
     .doc = "components whose sum it moves; amount is all five"},
    {0},
};

static const umi_bind leg_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = leg_table},
    {0},
};

static const umi_bind rule_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(rule, at)},
    {"kind", UMI_BIND_ENUM, offsetof(rule, kind), .names = kind_names,
     .doc = "of transaction"},
    {"basis", UMI_BIND_ENUM, offsetof(rule, basis), .names = basis_names,
     .doc = "of accounting"},
    {"product", UMI_BIND_CODE, offsetof(rule, product), .optional = true,
     .doc = "only this product; without it, all that have no own rule"},
    {"legs", UMI_BIND_LIST, offsetof(rule, legs), .max = UMI_LEGS_MAX,
     .fields = leg_item, .size = sizeof(leg_text),
     .count = offsetof(rule, leg_count), .doc = "debits and credits"},
    {"memo", UMI_BIND_LIST, offsetof(rule, memo), .optional = true,
     .max = COMPONENTS, .fields = of_item, .size = sizeof(int),
     .count = offsetof(rule, memo_count),
     .doc = "components that move no account, on purpose"},
    {0},
};

static const umi_bind rule_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = rule_table},
    {0},
};

static const umi_bind version_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(version, at)},
    {"version", UMI_BIND_INT, offsetof(version, version), .min = 1,
     .max = 1000000, .doc = "stored with every transaction; never reused"},
    {"from", UMI_BIND_DATE, offsetof(version, from),
     .doc = "first booking date"},
    {"note", UMI_BIND_TEXT, offsetof(version, note), .optional = true,
     .doc = "why there is a new version"},
    {"rules", UMI_BIND_LIST, offsetof(version, rules), .min = 1,
     .fields = rule_item, .size = sizeof(rule),
     .count = offsetof(version, rule_count), .doc = "one per kind and basis"},
    {0},
};

static const umi_bind version_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = version_table},
    {0},
};

static const umi_bind file_table[] = {
    {"format", UMI_BIND_ENUM, offsetof(struct umi_posting, format),
     .names = formats, .doc = "shape of this file"},
    {"versions", UMI_BIND_LIST, offsetof(struct umi_posting, versions),
     .min = 1, .max = 100, .fields = version_item, .size = sizeof(version),
     .count = offsetof(struct umi_posting, version_count),
     .doc = "ascending; a version is never edited, only followed"},
    {0},
};

/* --- one rule ------------------------------------------------------------ */

static uint8_t bits_of(const int *names, size_t n)
{
    uint8_t bits = 0;
    for (size_t i = 0; i < n; i++)
        bits |=
            (uint8_t)(names[i] == COMPONENTS ? UMI_OF_AMOUNT : 1u << names[i]);
    return bits;
}

static void resolve(leg_text *l, const umi_chart *chart, umi_problems *p)
{
    bool debit = l->debit.len != 0;
    umi_text name = debit ? l->debit : l->credit;
    if (debit == (l->credit.len != 0)) {
        umi__problem(p, l->at, "Y311", "a leg has either dr or cr");
        return;
    }
    l->leg = (umi_leg){.account = UMI_NO_ACCOUNT,
                       .debit = debit,
                       .of = bits_of(l->of, l->of_count)};
    if (umi_role_parse(&l->leg.role, name) && l->leg.role != UMI_ROLE_OTHER)
        return;
    l->leg.account = umi_chart_find(chart, name);
    if (l->leg.account != UMI_NO_ACCOUNT) {
        l->leg.role = chart->accounts[l->leg.account].role;
        return;
    }
    umi__problem(p, l->at, "Y302", "no role and no account is called '%.*s'",
                 UMI_SHOW(name));
}

/* A control account equals the sum of its component over all loans, so it
 * must not take any other. */
static uint8_t component_of(umi_role r)
{
    switch (r) {
    case UMI_ROLE_PRINCIPAL:
        return UMI_OF_PRINCIPAL;
    case UMI_ROLE_INTEREST_RECEIVABLE:
    case UMI_ROLE_INTEREST_INCOME:
        return UMI_OF_INTEREST;
    case UMI_ROLE_FEE_RECEIVABLE:
    case UMI_ROLE_FEE_INCOME:
        return UMI_OF_FEE;
    case UMI_ROLE_PENALTY_RECEIVABLE:
    case UMI_ROLE_PENALTY_INCOME:
        return UMI_OF_PENALTY;
    case UMI_ROLE_OVERPAID:
        return UMI_OF_OVERPAID;
    case UMI_ROLE_CASH:
    case UMI_ROLE_OPENING:
    case UMI_ROLE_OTHER:
        break;
    }
    return UMI_OF_AMOUNT;
}

static void check_control(const leg_text *l, umi_problems *p)
{
    if ((l->leg.of & ~component_of(l->leg.role)) != 0)
        umi__problem(p, l->at, "Y311",
                     "an account of role %s takes only its own component",
                     umi_role_name(l->leg.role));
}

static void check_balance(rule *r, umi_problems *p)
{
    for (int c = 0; c < COMPONENTS; c++) {
        int debits = 0, credits = 0;
        uint8_t bit = (uint8_t)(1u << c);
        for (size_t i = 0; i < r->leg_count; i++)
            if (r->legs[i].leg.of & bit)
                *(r->legs[i].leg.debit ? &debits : &credits) += 1;
        if (debits != credits || debits > 1)
            umi__problem(p, r->at, "Y311",
                         "%s: component %s stands %d times in debit and %d "
                         "times in credit; it must be once in each or in none",
                         kind_names[r->kind], of_names[c], debits, credits);
        if (debits > 0 && r->memo_bits & bit)
            umi__problem(p, r->at, "Y311",
                         "%s: component %s stands in the legs and in memo",
                         kind_names[r->kind], of_names[c]);
        if (debits > 0)
            r->moves |= bit;
    }
}

/* What book-spec rule 28 demands, whatever the file says: the component on
 * that side goes to one of these roles. */
static const struct demand {
    umi_posting_kind kind;
    int component;
    bool debit;
    unsigned roles;
} demands[] = {
#define ROLE(r) (1u << UMI_ROLE_##r)
    {UMI_POST_DISBURSEMENT, 0, true, ROLE(PRINCIPAL)},
    {UMI_POST_IMPORT, 0, true, ROLE(PRINCIPAL)},
    {UMI_POST_IMPORT, 0, false, ROLE(OPENING)},
    {UMI_POST_REPAYMENT, 0, true, ROLE(CASH)},
    {UMI_POST_REPAYMENT, 1, true, ROLE(CASH)},
    {UMI_POST_REPAYMENT, 2, true, ROLE(CASH)},
    {UMI_POST_REPAYMENT, 3, true, ROLE(CASH)},
    {UMI_POST_REPAYMENT, 4, true, ROLE(CASH)},
    {UMI_POST_REPAYMENT, 0, false, ROLE(PRINCIPAL)},
    {UMI_POST_REPAYMENT, 1, false,
     ROLE(INTEREST_RECEIVABLE) | ROLE(INTEREST_INCOME)},
    {UMI_POST_REPAYMENT, 2, false, ROLE(FEE_RECEIVABLE) | ROLE(FEE_INCOME)},
    {UMI_POST_REPAYMENT, 3, false,
     ROLE(PENALTY_RECEIVABLE) | ROLE(PENALTY_INCOME)},
    {UMI_POST_REPAYMENT, 4, false, ROLE(OVERPAID)},
    {UMI_POST_WAIVE, 0, false, ROLE(PRINCIPAL)},
    {UMI_POST_WRITE_OFF, 0, false, ROLE(PRINCIPAL)},
    {UMI_POST_REFUND, 0, false, ROLE(PRINCIPAL)},
    {UMI_POST_REFUND, 4, false, ROLE(OVERPAID)},
    {UMI_POST_IDENTIFIED, 0, false, ROLE(PRINCIPAL)},
    {UMI_POST_AUCTION, 0, false, ROLE(PRINCIPAL)},
#undef ROLE
};

static bool satisfied(const rule *r, const struct demand *d)
{
    for (size_t i = 0; i < r->leg_count; i++) {
        const umi_leg *l = &r->legs[i].leg;
        if (l->debit == d->debit && l->of & (1u << d->component))
            return (d->roles & (1u << l->role)) != 0;
    }
    return false;
}

static void check_demands(const rule *r, umi_problems *p)
{
    for (size_t i = 0; i < sizeof demands / sizeof *demands; i++) {
        const struct demand *d = &demands[i];
        if ((int)d->kind != r->kind || satisfied(r, d))
            continue;
        int role = __builtin_ctz(d->roles);
        umi__problem(p, r->at, "Y311",
                     d->debit ? "%s must debit %s with component %s"
                              : "%s must credit %s with component %s",
                     kind_names[r->kind], umi_role_name((umi_role)role),
                     of_names[d->component]);
    }
}

static void check_rule(rule *r, const umi_chart *chart, umi_problems *p)
{
    size_t errors = p->errors;
    r->memo_bits = bits_of(r->memo, r->memo_count);
    for (size_t i = 0; i < r->leg_count; i++)
        resolve(&r->legs[i], chart, p);
    if (p->errors != errors)
        return;
    for (size_t i = 0; i < r->leg_count; i++)
        check_control(&r->legs[i], p);
    check_balance(r, p);
    check_demands(r, p);
}

/* --- a version ----------------------------------------------------------- */

static bool on_basis(const rule *r, umi_basis b)
{
    return r->basis == (int)b || r->basis == UMI_BASIS_CASH + 1;
}

static void check_unique(const version *v, umi_problems *p)
{
    for (size_t i = 1; i < v->rule_count; i++)
        for (size_t k = 0; k < i; k++) {
            const rule *a = &v->rules[k], *b = &v->rules[i];
            bool meet = a->basis == b->basis ||
                        a->basis == UMI_BASIS_CASH + 1 ||
                        b->basis == UMI_BASIS_CASH + 1;
            if (a->kind != b->kind || !meet ||
                !umi_text_eq(a->product, b->product))
                continue;
            umi__problem(p, b->at, "Y303", "a second rule for %s",
                         kind_names[b->kind]);
            umi__problem_other(p, a->at);
        }
}

static const rule *find_rule(const version *v,
                             umi_posting_kind kind,
                             umi_basis basis,
                             umi_text product)
{
    const rule *general = NULL;
    for (size_t i = 0; i < v->rule_count; i++) {
        const rule *r = &v->rules[i];
        if (r->kind != (int)kind || !on_basis(r, basis))
            continue;
        if (r->product.len == 0)
            general = r;
        else if (umi_text_eq(r->product, product))
            return r;
    }
    return general;
}

static void check_complete(const version *v, umi_problems *p)
{
    for (int kind = 0; kind < UMI_POST_KINDS; kind++)
        for (int basis = UMI_BASIS_ACCRUAL; basis <= UMI_BASIS_CASH; basis++)
            if (find_rule(v, (umi_posting_kind)kind, (umi_basis)basis,
                          UMI_TEXT("")) == NULL)
                umi__problem(p, v->at, "Y312",
                             "version %d has no rule for %s on basis %s",
                             v->version, kind_names[kind], basis_names[basis]);
}

static void check_order(const umi_posting *all, umi_problems *p)
{
    for (size_t i = 1; i < all->version_count; i++) {
        const version *a = &all->versions[i - 1], *b = &all->versions[i];
        if (b->version <= a->version || b->from.n <= a->from.n) {
            umi__problem(p, b->at, "Y301",
                         "versions and their dates must ascend");
            umi__problem_other(p, a->at);
        }
    }
}

umi_status umi_posting_load(const umi_posting **out,
                            umi_text text,
                            const umi_chart *chart,
                            umi_arena *arena,
                            umi_problems *p)
{
    size_t errors = p->errors;
    umi_posting *all = umi_arena_alloc(arena, sizeof *all);
    if (all == NULL)
        return UMI_ENOMEM;
    umi_status rc = umi_bind_text(all, text, file_table, arena, p);
    if (rc != UMI_OK)
        return rc;
    all->chart = *chart;
    check_order(all, p);
    for (size_t i = 0; i < all->version_count; i++) {
        version *v = &all->versions[i];
        for (size_t k = 0; k < v->rule_count; k++)
            check_rule(&v->rules[k], chart, p);
        check_unique(v, p);
        check_complete(v, p);
    }
    rc = umi__problems_since(p, errors);
    if (rc == UMI_OK)
        *out = all;
    return rc;
}

/* --- use ----------------------------------------------------------------- */

int32_t umi_posting_version(const umi_posting *p, umi_day day)
{
    int32_t in_force = 0;
    for (size_t i = 0; i < p->version_count; i++)
        if (p->versions[i].from.n <= day.n)
            in_force = p->versions[i].version;
    return in_force;
}

static const version *find_version(const umi_posting *p, int32_t number)
{
    for (size_t i = 0; i < p->version_count; i++)
        if (p->versions[i].version == number)
            return &p->versions[i];
    return NULL;
}

umi_status umi_posting_legs(umi_legs *out,
                            const umi_posting *p,
                            int32_t number,
                            umi_posting_kind kind,
                            umi_basis basis,
                            umi_text product,
                            umi_text family,
                            umi_error *err)
{
    const version *v = find_version(p, number);
    if (v == NULL)
        return umi_fail(err, UMI_ENOENT, "version",
                        "there are no posting rules of version %d", number);
    const rule *r = find_rule(v, kind, basis, product);
    if (r == NULL)
        return umi_fail(err, UMI_ENOENT, "kind",
                        "posting rules %d have none for %s", number,
                        umi_posting_kind_name(kind));
    *out = (umi_legs){.count = (uint32_t)r->leg_count,
                      .moves = r->moves,
                      .memo = r->memo_bits,
                      .version = number};
    for (size_t i = 0; i < r->leg_count; i++) {
        umi_leg *l = &out->leg[i];
        *l = r->legs[i].leg;
        if (l->account == UMI_NO_ACCOUNT)
            l->account = umi_chart_role(&p->chart, l->role, family);
        assert(l->account != UMI_NO_ACCOUNT); /* a loaded chart is complete */
    }
    return UMI_OK;
}

bool umi_leg_value(umi_money *out, const umi_leg *leg, const umi_parts *t)
{
    const umi_money part[COMPONENTS] = {t->principal, t->interest, t->fee,
                                        t->penalty, t->overpaid};
    umi_money sum = {0};
    for (int c = 0; c < COMPONENTS; c++)
        if (leg->of & (1u << c) && !umi_money_add(&sum, sum, part[c]))
            return false;
    *out = sum;
    return true;
}

const umi_bind *umi_posting_keys(void)
{
    return file_table;
}
