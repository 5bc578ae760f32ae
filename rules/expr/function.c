/* SPDX-License-Identifier: MIT */
#include "rules/expr/expr_int.h"

#define BIT(kind) (1U << UMI_KIND_##kind)
#define NUMBERS   (BIT(INT) | BIT(DECIMAL) | BIT(RATE))
#define ORDERED   (NUMBERS | BIT(BOOL) | BIT(MONEY) | BIT(DATE) | BIT(STRING))
#define TEXTS     {BIT(STRING), BIT(STRING)}, UMI_KIND_BOOL
#define DATES     {BIT(DATE), BIT(DATE)}, UMI_KIND_INT
#define ROUNDS    {NUMBERS | BIT(MONEY), BIT(INT)}, UMI_KIND_DECIMAL
#define EITHER    {ORDERED, ORDERED}, UMI_KIND_ANY

/* name, arguments, as f(x), as x.f(), what each may be, what comes out */
const umi__function umi__functions[UMI_FN_KNOWN + 1] = {
    [UMI_FN_SIZE] =
        {"size", 1, true, true, {BIT(STRING) | BIT(LIST)}, UMI_KIND_INT},
    [UMI_FN_CONTAINS] = {"contains", 2, false, true, TEXTS},
    [UMI_FN_STARTS_WITH] = {"startsWith", 2, false, true, TEXTS},
    [UMI_FN_ENDS_WITH] = {"endsWith", 2, false, true, TEXTS},
    [UMI_FN_INT] =
        {"int", 1, true, false, {NUMBERS | BIT(STRING)}, UMI_KIND_INT},
    [UMI_FN_STRING] =
        {"string", 1, true, false, {ORDERED | BIT(ENUM)}, UMI_KIND_STRING},
    [UMI_FN_BOOL] =
        {"bool", 1, true, false, {BIT(BOOL) | BIT(STRING)}, UMI_KIND_BOOL},
    [UMI_FN_DATE] =
        {"date", 1, true, false, {BIT(STRING) | BIT(DATE)}, UMI_KIND_DATE},
    [UMI_FN_YEARS_BETWEEN] = {"years_between", 2, true, false, DATES},
    [UMI_FN_MONTHS_BETWEEN] = {"months_between", 2, true, false, DATES},
    [UMI_FN_DAYS_BETWEEN] = {"days_between", 2, true, false, DATES},
    [UMI_FN_ROUND_HALF_UP] = {"round_half_up", 2, true, false, ROUNDS},
    [UMI_FN_ROUND_HALF_EVEN] = {"round_half_even", 2, true, false, ROUNDS},
    [UMI_FN_ROUND_HALF_DOWN] = {"round_half_down", 2, true, false, ROUNDS},
    [UMI_FN_ROUND_UP] = {"round_up", 2, true, false, ROUNDS},
    [UMI_FN_ROUND_DOWN] = {"round_down", 2, true, false, ROUNDS},
    [UMI_FN_FLOOR] = {"floor", 2, true, false, ROUNDS},
    [UMI_FN_CEIL] = {"ceil", 2, true, false, ROUNDS},
    [UMI_FN_MIN] = {"min", 2, true, false, EITHER},
    [UMI_FN_MAX] = {"max", 2, true, false, EITHER},
    [UMI_FN_KNOWN] = {"known", 1, true, false, {~0U}, UMI_KIND_BOOL},
};

enum {
    COUNT = sizeof umi__functions / sizeof *umi__functions
};

int umi__function_find(umi_text name)
{
    for (int i = 0; i < COUNT; i++)
        if (umi_text_is(name, umi__functions[i].name))
            return i;
    return -1;
}

const char *umi__function_near(umi_text name)
{
    umi_text names[COUNT];
    for (int i = 0; i < COUNT; i++)
        names[i] = umi_text_of(umi__functions[i].name);
    int i = umi_text_near(name, names, COUNT);
    return i < 0 ? NULL : umi__functions[i].name;
}

/* The place of the name, or of the whole call for its arguments. */
static void
wrong_form(const umi_node *n, const umi__function *f, umi_expr_log *log)
{
    umi__span at = {n->offset, n->length};
    umi_expr_problem *p;
    if (n->method ? !f->method : !f->function) {
        p = umi__expr_error(log, "E107", at, "%s() is not called like this",
                            f->name);
        if (n->method)
            umi__expr_help(log, p, "write %s(...)", f->name);
        else
            umi__expr_help(log, p, "write text.%s(...)", f->name);
        return;
    }
    int want = f->args - n->method, got = (int)n->count - n->method;
    p = umi__expr_error(log, "E108", at, "%s() takes %d arguments, got %d",
                        f->name, want, got);
    if (n->fn >= UMI_FN_ROUND_HALF_UP && n->fn <= UMI_FN_CEIL && got == 1)
        umi__expr_help(log, p, "say how many decimals: %s(x, 0)", f->name);
}

static void no_function(const umi_node *n, umi_expr_log *log)
{
    umi__span at = {n->offset, n->length};
    umi_expr_problem *p = umi__expr_error(
        log, "E107", at, "there is no function '%.*s'", UMI_SHOW(n->text));
    const char *near = umi__function_near(n->text);
    if (near != NULL)
        umi__expr_help(log, p, "did you mean '%s'?", near);
}

bool umi__call_bind(umi_node *n, umi_expr_log *log)
{
    int fn = umi__function_find(n->text);
    const umi__function *f = fn < 0 ? NULL : &umi__functions[fn];
    n->fn = f ? (umi_fn)fn : UMI_FN_NONE;
    bool fits = f != NULL && (n->method ? f->method : f->function) &&
                n->count == f->args;
    if (fits || log == NULL)
        return fits;
    if (f == NULL)
        no_function(n, log);
    else
        wrong_form(n, f, log);
    return false;
}
