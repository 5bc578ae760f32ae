/* SPDX-License-Identifier: MIT */
#include "rules/set/chart.h"

#include <assert.h>

static const char *const type_names[] = {"asset",  "liability", "equity",
                                         "income", "expense",   NULL};

static const char *const role_names[] = {"cash",
                                         "principal",
                                         "interest_receivable",
                                         "interest_income",
                                         "fee_receivable",
                                         "fee_income",
                                         "penalty_receivable",
                                         "penalty_income",
                                         "overpaid",
                                         "opening",
                                         "other",
                                         NULL};

/* The type that an account must have to play a role. */
static const umi_account_type type_of_role[] = {
    [UMI_ROLE_CASH] = UMI_ASSET,
    [UMI_ROLE_PRINCIPAL] = UMI_ASSET,
    [UMI_ROLE_INTEREST_RECEIVABLE] = UMI_ASSET,
    [UMI_ROLE_INTEREST_INCOME] = UMI_INCOME,
    [UMI_ROLE_FEE_RECEIVABLE] = UMI_ASSET,
    [UMI_ROLE_FEE_INCOME] = UMI_INCOME,
    [UMI_ROLE_PENALTY_RECEIVABLE] = UMI_ASSET,
    [UMI_ROLE_PENALTY_INCOME] = UMI_INCOME,
    [UMI_ROLE_OVERPAID] = UMI_LIABILITY,
    [UMI_ROLE_OPENING] = UMI_EQUITY,
};

static_assert(sizeof role_names / sizeof *role_names == UMI_ROLES + 1 &&
                  sizeof type_of_role / sizeof *type_of_role == UMI_ROLE_OTHER,
              "a name for every role, a type for every one but `other`");

const char *umi_account_type_name(umi_account_type t)
{
    return type_names[t];
}

const char *umi_role_name(umi_role r)
{
    return role_names[r];
}

bool umi_account_type_parse(umi_account_type *out, umi_text t)
{
    size_t n = sizeof type_names / sizeof *type_names,
           i = umi_text_index(t, type_names, n);
    if (i < n)
        *out = (umi_account_type)i;
    return i < n;
}

bool umi_role_parse(umi_role *out, umi_text t)
{
    size_t n = sizeof role_names / sizeof *role_names,
           i = umi_text_index(t, role_names, n);
    if (i < n)
        *out = (umi_role)i;
    return i < n;
}

int32_t umi_chart_find(const umi_chart *c, umi_text code)
{
    for (size_t i = 0; i < c->count; i++)
        if (umi_text_eq(c->accounts[i].code, code))
            return (int32_t)i;
    return UMI_NO_ACCOUNT;
}

int32_t umi_chart_role(const umi_chart *c, umi_role role, umi_text family)
{
    int32_t general = UMI_NO_ACCOUNT;
    assert(role != UMI_ROLE_OTHER);
    for (size_t i = 0; i < c->count; i++) {
        const umi_account *a = &c->accounts[i];
        if (a->role != role || (role == UMI_ROLE_CASH && !a->standard))
            continue;
        if (a->family.len == 0)
            general = (int32_t)i;
        else if (umi_text_eq(a->family, family))
            return (int32_t)i;
    }
    return general;
}

/* --- loading ------------------------------------------------------------- */

static const char *const formats[] = {"chart/1", NULL};

static const umi_bind name_table[] = {
    {"id", UMI_BIND_TEXT, offsetof(umi_account, name_id), .max = 80,
     .doc = "name in Indonesian"},
    {"en", UMI_BIND_TEXT, offsetof(umi_account, name_en), .max = 80,
     .doc = "name in English"},
    {0},
};

static const umi_bind account_table[] = {
    {"", UMI_BIND_NAME, .at = offsetof(umi_account, code)},
    {"", UMI_BIND_AT, .at = offsetof(umi_account, at)},
    {"name", UMI_BIND_MAP, 0, .fields = name_table, .doc = "for people"},
    {"type", UMI_BIND_ENUM, offsetof(umi_account, type), .names = type_names,
     .doc = "side of the balance sheet or of the income statement"},
    {"role", UMI_BIND_ENUM, offsetof(umi_account, role), .names = role_names,
     .doc = "what posting rules and reports call it by"},
    {"family", UMI_BIND_CODE, offsetof(umi_account, family), .optional = true,
     .doc = "product family; without it, every family that has no own"},
    {"standard", UMI_BIND_BOOL, offsetof(umi_account, standard),
     .optional = true, .doc = "the cash account of unknown channels"},
    {"memorandum", UMI_BIND_BOOL, offsetof(umi_account, memorandum),
     .optional = true, .doc = "outside the balance sheet"},
    {0},
};

typedef struct file {
    int format;
    umi_chart chart;
} file;

static const umi_bind file_table[] = {
    {"format", UMI_BIND_ENUM, offsetof(file, format), .names = formats,
     .doc = "shape of this file"},
    {"accounts", UMI_BIND_DICT, offsetof(file, chart.accounts), .min = 1,
     .max = UMI_ACCOUNTS_MAX, .fields = account_table,
     .size = sizeof(umi_account), .count = offsetof(file, chart.count),
     .doc = "by code"},
    {0},
};

static void
contradiction(umi_problems *p, const umi_account *a, const char *fmt)
{
    umi__problem(p, a->at, "Y310", "account %.*s: %s", UMI_SHOW(a->code),
                 umi_tr(p->lang, fmt));
}

static void check_account(const umi_account *a, umi_problems *p)
{
    if (a->role != UMI_ROLE_OTHER && a->type != type_of_role[a->role])
        umi__problem(p, a->at, "Y310",
                     "account %.*s: role %s needs type %s, got %s",
                     UMI_SHOW(a->code), role_names[a->role],
                     type_names[type_of_role[a->role]], type_names[a->type]);
    if (a->standard && a->role != UMI_ROLE_CASH)
        contradiction(p, a, "only a cash account can be the standard one");
    if (a->family.len != 0 &&
        (a->role == UMI_ROLE_CASH || a->role == UMI_ROLE_OTHER))
        contradiction(p, a, "cash and other accounts belong to no family");
    if (a->memorandum && a->role != UMI_ROLE_OTHER)
        contradiction(p, a, "a memorandum account has the role other");
}

static bool compete(const umi_account *a, const umi_account *b)
{
    if (a->role != b->role || a->role == UMI_ROLE_OTHER)
        return false;
    if (a->role == UMI_ROLE_CASH)
        return a->standard && b->standard;
    return umi_text_eq(a->family, b->family);
}

static void check_unique(const umi_chart *c, umi_problems *p)
{
    for (size_t i = 1; i < c->count; i++)
        for (size_t k = 0; k < i; k++) {
            const umi_account *a = &c->accounts[k], *b = &c->accounts[i];
            if (!compete(a, b))
                continue;
            umi__problem(p, b->at, "Y303",
                         "account %.*s has the same role and family as %.*s",
                         UMI_SHOW(b->code), UMI_SHOW(a->code));
            umi__problem_other(p, a->at);
        }
}

static void check_complete(const umi_chart *c, umi_problems *p)
{
    for (int role = 0; role < UMI_ROLE_OTHER; role++)
        if (umi_chart_role(c, (umi_role)role, UMI_TEXT("")) == UMI_NO_ACCOUNT)
            umi__problem(p, (umi_at){.line = 1, .column = 1}, "Y310",
                         role == UMI_ROLE_CASH
                             ? "no account has role %s and is the standard one"
                             : "no account without family has role %s",
                         role_names[role]);
}

umi_status
umi_chart_load(umi_chart *out, umi_text text, umi_arena *arena, umi_problems *p)
{
    file f = {0};
    size_t errors = p->errors;
    umi_status rc = umi_bind_text(&f, text, file_table, arena, p);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < f.chart.count; i++)
        check_account(&f.chart.accounts[i], p);
    check_unique(&f.chart, p);
    check_complete(&f.chart, p);
    rc = umi__problems_since(p, errors);
    if (rc == UMI_OK)
        *out = f.chart;
    return rc;
}

const umi_bind *umi_chart_keys(void)
{
    return file_table;
}
