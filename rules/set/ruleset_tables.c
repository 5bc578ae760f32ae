/* SPDX-License-Identifier: MIT
 * The section tables: answers by rows of conditions.  A table is made into
 * lets, one for every input, cell, row and for the answer, so that unknowns,
 * errors, thresholds and explanations are those of expressions. */
#include "rules/set/ruleset_made.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

/* --- what is written ------------------------------------------------------ */

typedef enum collect {
    COLLECT_LIST,
    COLLECT_COUNT,
    COLLECT_SUM,
    COLLECT_MIN,
    COLLECT_MAX
} collect;

typedef struct table_form {
    int hit, collect, output;
    bool has_output, has_collect;
    const umi_yaml *inputs, *rows, *otherwise;
} table_form;

static const char *const hits[] = {"unique", "first", "collect", NULL};
static const char *const collects[] = {"list", "count", "sum",
                                       "min",  "max",   NULL};
static const char *const outputs[] = {"bool",  "int",  "decimal", "rate",
                                      "money", "date", "string",  NULL};
static const umi_kind output_kinds[] = {
    UMI_KIND_BOOL,  UMI_KIND_INT,  UMI_KIND_DECIMAL, UMI_KIND_RATE,
    UMI_KIND_MONEY, UMI_KIND_DATE, UMI_KIND_STRING};

const umi_bind umi__table_keys[] = {
    {"hit", UMI_BIND_ENUM, offsetof(table_form, hit), .names = hits,
     .doc = "which rows answer: the only one, the first, or all that hold"},
    {"collect", UMI_BIND_ENUM, offsetof(table_form, collect), .optional = true,
     .names = collects, .flag = offsetof(table_form, has_collect),
     .doc = "what becomes of the answers of hit collect"},
    {"inputs", UMI_BIND_NODE, offsetof(table_form, inputs),
     .doc = "the columns: names and expressions", .shape = "inputs"},
    {"output", UMI_BIND_ENUM, offsetof(table_form, output), .optional = true,
     .names = outputs, .flag = offsetof(table_form, has_output),
     .doc = "the type of the answers"},
    {"default", UMI_BIND_NODE, offsetof(table_form, otherwise),
     .optional = true, .doc = "the answer when no row holds; an expression",
     .shape = "expression"},
    {"rows", UMI_BIND_NODE, offsetof(table_form, rows),
     .doc = "a cell for every input, and then", .shape = "table_rows"},
    {0}};

/* An expression of the table, and where it stands; NULL: none, or wrong. */
typedef struct cell {
    umi_expr *expr;
    const umi_yaml *at;
    umi_name *made; /* of an answer, once it is a let */
} cell;

typedef struct row {
    const umi_yaml *at;
    cell *tests; /* by input; without an expression: any value */
    cell then;
    umi_name *when; /* once it is defined */
} row;

typedef struct table {
    umi__made made;
    umi_rule_table *out;
    const umi_yaml *at, *hit_at;
    umi_table_hit hit;
    collect collect;
    umi_type output;
    cell *inputs, otherwise;
    umi_name *input_names;
    size_t input_count;
    row *rows;
    size_t row_count;
    bool broken; /* told; its name is known all the same */
} table;

/* --- reading -------------------------------------------------------------- */

static void no_sense(umi__loader *l, table *t, const umi_yaml *n, const char *s)
{
    umi__problem(l->problems, n->key.ptr != NULL ? n->key_at : n->at, "E304",
                 "%s", umi_tr(l->problems->lang, s));
    umi__problem_width(l->problems, umi_text_points(n->key));
    t->broken = true;
}

static void read_expr(umi__loader *l, table *t, const umi_yaml *n, cell *out)
{
    out->at = n;
    if (umi__load_parse(l, n, &out->expr))
        t->made.nodes += out->expr->nodes;
    else
        t->broken = true;
}

static void read_inputs(umi__loader *l, table *t, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_MAP, UMI_TABLE_INPUTS_MAX, "inputs")) {
        t->broken = true;
        return;
    }
    t->inputs = umi__load_array(l, n->count, sizeof *t->inputs);
    t->input_names = umi__load_array(l, n->count, sizeof *t->input_names);
    if (l->failed)
        return;
    if (n->count == 0)
        no_sense(l, t, n, "a table needs an input");
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        if (umi_text_is(c->key, "then")) {
            no_sense(l, t, c, "'then' is the key of the answer");
            continue;
        }
        t->broken |= !umi__load_name(l, c->key, c->key_at);
        t->input_names[t->input_count] = (umi_name){.name = c->key};
        read_expr(l, t, c, &t->inputs[t->input_count++]);
    }
}

static size_t input_of(const table *t, umi_text name)
{
    size_t i = 0;
    while (i < t->input_count && !umi_text_eq(t->input_names[i].name, name))
        i++;
    return i;
}

static void unknown_key(umi__loader *l, table *t, const umi_yaml *c)
{
    umi_text names[UMI_TABLE_INPUTS_MAX];
    for (size_t i = 0; i < t->input_count; i++)
        names[i] = t->input_names[i].name;
    umi__problem(l->problems, c->key_at, "Y201", "unknown key '%.*s'",
                 UMI_SHOW(c->key));
    umi__problem_width(l->problems, umi_text_points(c->key));
    const umi_text *near = umi_suggest(c->key, names, t->input_count);
    if (near != NULL)
        umi__problem_help(l->problems, "did you mean '%.*s'?", UMI_SHOW(*near));
    t->broken = true;
}

static void read_cell(umi__loader *l, table *t, const umi_yaml *c, row *r)
{
    size_t i = input_of(t, c->key);
    if (umi_text_is(c->key, "then")) {
        read_expr(l, t, c, &r->then);
    } else if (i == t->input_count) {
        unknown_key(l, t, c);
    } else {
        r->tests[i].at = c;
        if (!umi__load_parse_test(l, c, &t->input_names[i], &r->tests[i].expr))
            t->broken = true;
        else if (r->tests[i].expr != NULL)
            t->made.nodes += r->tests[i].expr->nodes;
    }
}

static void missing(umi__loader *l, table *t, const row *r, umi_text key)
{
    umi__problem(l->problems, r->at->at, "Y202", "the key '%.*s' is missing",
                 UMI_SHOW(key));
    t->broken = true;
}

static void read_row(umi__loader *l, table *t, const umi_yaml *n, row *r)
{
    bool counts = t->hit == UMI_HIT_COLLECT && t->collect == COLLECT_COUNT;
    r->at = n;
    r->tests = umi__load_array(l, t->input_count, sizeof *r->tests);
    if (l->failed)
        return;
    if (!umi__load_kind(l, n, UMI_YAML_MAP)) {
        t->broken = true;
        return;
    }
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        read_cell(l, t, c, r);
    for (size_t i = 0; i < t->input_count; i++)
        if (r->tests[i].at == NULL) /* "any value" is said, not left out */
            missing(l, t, r, t->input_names[i].name);
    if (counts && r->then.at != NULL)
        no_sense(l, t, r->then.at, "rows that are counted have no answer");
    else if (!counts && r->then.at == NULL)
        missing(l, t, r, UMI_TEXT("then"));
}

static void read_rows(umi__loader *l, table *t, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_LIST, UMI_TABLE_ROWS_MAX, "rows")) {
        t->broken = true;
        return;
    }
    t->rows = umi__load_array(l, n->count, sizeof *t->rows);
    if (l->failed)
        return;
    if (n->count == 0)
        no_sense(l, t, n, "a table needs a row");
    for (const umi_yaml *c = n->first; c != NULL && !l->failed; c = c->next)
        read_row(l, t, c, &t->rows[t->row_count++]);
}

static bool adds(umi_kind k)
{
    return k == UMI_KIND_INT || k == UMI_KIND_DECIMAL || k == UMI_KIND_RATE ||
           k == UMI_KIND_MONEY;
}

/* Whether the answers can be collected as they shall. */
static void check_form(umi__loader *l, table *t, const table_form *f)
{
    const umi_yaml *how = umi_yaml_get(t->at, "collect");
    const umi_yaml *output = umi_yaml_get(t->at, "output");
    bool all = t->hit == UMI_HIT_COLLECT;
    bool extreme =
        all && (t->collect == COLLECT_MIN || t->collect == COLLECT_MAX);
    bool counts = all && t->collect == COLLECT_COUNT;
    umi_kind k = t->output.kind;
    if (!all && f->has_collect)
        no_sense(l, t, how, "only hit collect has collect");
    if (counts && f->has_output)
        no_sense(l, t, output, "rows that are counted have no answer");
    if (!counts && !f->has_output && output == NULL) {
        umi__problem(l->problems, t->at->key_at, "Y202",
                     "the key '%s' is missing", "output");
        t->broken = true;
    }
    if (f->has_output && all && t->collect == COLLECT_SUM && !adds(k))
        no_sense(l, t, output, "only numbers and amounts add up");
    if (f->has_output && extreme && !adds(k) && k != UMI_KIND_DATE)
        no_sense(l, t, output, "only numbers, amounts and dates are compared");
    if (f->otherwise != NULL && all && !extreme)
        no_sense(l, t, f->otherwise,
                 "without a row a list is empty, a count or sum is 0");
}

static void read_form(umi__loader *l, table *t, const umi_yaml *n)
{
    table_form f = {0};
    if (!umi__load_map(l, &f, n, umi__table_keys, "tables"))
        t->broken = true;
    if (n->kind != UMI_YAML_MAP)
        return;
    t->hit = (umi_table_hit)f.hit;
    t->hit_at = umi_yaml_get(n, "hit");
    t->collect = (collect)f.collect;
    t->output =
        umi_type_of(f.has_output ? output_kinds[f.output] : UMI_KIND_ANY);
    if (t->hit == UMI_HIT_COLLECT && t->collect == COLLECT_COUNT)
        t->output = umi_type_of(UMI_KIND_INT);
    if (!t->broken)
        check_form(l, t, &f);
    if (f.inputs != NULL)
        read_inputs(l, t, f.inputs);
    if (f.rows != NULL && t->inputs != NULL && !l->failed)
        read_rows(l, t, f.rows);
    if (f.otherwise != NULL)
        read_expr(l, t, f.otherwise, &t->otherwise);
}

/* --- rows that hold at once ----------------------------------------------- */

enum {
    ENDS_MAX = 8 /* comparisons of two cells */
};

/* A comparison of a cell with what stands to its right. */
typedef struct end {
    umi_op op;
    umi_text text;
    bool literal;
    umi_value value;
} end;

static size_t ends_of(const cell *c, const umi_node *n, end *out, size_t count)
{
    if (n->op == UMI_OP_AND) {
        count = ends_of(c, n->args[0], out, count);
        return ends_of(c, n->args[1], out, count);
    }
    if (count >= ENDS_MAX || n->count != 2 || n->op < UMI_OP_EQ ||
        n->op > UMI_OP_GE || n->op == UMI_OP_NE)
        return ENDS_MAX + 1;
    const umi_node *right = n->args[1];
    out[count] =
        (end){.op = n->op,
              .text = {c->expr->text.ptr + right->offset, right->length},
              .literal = right->op == UMI_OP_CONST &&
                         (umi_kind_number(right->type.kind) ||
                          right->type.kind == UMI_KIND_DATE),
              .value = right->value};
    return count + 1;
}

/* Whether @p point surely satisfies @p e. */
static bool satisfies(const end *point, const end *e)
{
    int order = 0;
    if (point->literal && e->literal)
        order = umi__value_order(&point->value, &e->value);
    else if (point->literal || e->literal || !umi_text_eq(point->text, e->text))
        return false;
    return (e->op == UMI_OP_LT && order < 0) ||
           (e->op == UMI_OP_LE && order <= 0) ||
           (e->op == UMI_OP_GT && order > 0) ||
           (e->op == UMI_OP_GE && order >= 0) ||
           (e->op == UMI_OP_EQ && order == 0);
}

/* Whether a value at an end of two cells, or one beside it, holds in both. */
static bool share_a_value(const umi_fact *f, const cell *a, const cell *b)
{
    end ends[ENDS_MAX];
    size_t n = ends_of(a, a->expr->root, ends, 0);
    if (n <= ENDS_MAX)
        n = ends_of(b, b->expr->root, ends, n);
    for (size_t i = 0; n <= ENDS_MAX && i < n; i++)
        for (int beside = -1; beside <= 1; beside++) {
            end point = ends[i];
            bool whole = point.literal && point.value.kind == UMI_KIND_INT &&
                         f->type.kind == UMI_KIND_INT;
            if (beside != 0 && !whole)
                continue;
            if (beside != 0 &&
                __builtin_add_overflow(point.value.i, beside, &point.value.i))
                continue;
            size_t held = 0;
            while (held < n && satisfies(&point, &ends[held]))
                held++;
            if (held == n && (!whole || umi_fact_admits(f, &point.value)))
                return true;
        }
    return false;
}

/* The fact that input @p c is and no other input; NULL: it is none. */
static const umi_fact *alone(const umi__loader *l, const table *t, size_t c)
{
    const umi_node *n = t->inputs[c].expr->root;
    if (n->op != UMI_OP_NAME || n->name->kind != UMI_NAME_FACT)
        return NULL;
    for (size_t i = 0; i < t->input_count; i++)
        if (i != c && t->inputs[i].expr->root->name == n->name)
            return NULL;
    return &l->rs->facts[n->name->slot];
}

/* Whether cells of input @p c surely hold together, for some of the values
 * for which one of them does. */
static bool
meet(const umi__loader *l, const table *t, size_t c, const row *x, const row *y)
{
    const cell *a = &x->tests[c], *b = &y->tests[c];
    if (a->expr == NULL || b->expr == NULL ||
        umi_text_eq(umi_text_trim(a->expr->text), umi_text_trim(b->expr->text)))
        return true;
    const umi_fact *f = alone(l, t, c);
    return f != NULL && share_a_value(f, a, b);
}

static void check_unique(umi__loader *l, table *t)
{
    for (size_t i = 1; i < t->row_count; i++)
        for (size_t k = 0; k < i; k++) {
            bool both = true;
            for (size_t c = 0; c < t->input_count; c++)
                both &= meet(l, t, c, &t->rows[i], &t->rows[k]);
            if (!both)
                continue;
            umi__problem(l->problems, t->rows[i].at->at, "E323",
                         "row %zu holds together with row %zu, but only one "
                         "may",
                         i + 1, k + 1);
            umi__problem_other(l->problems, t->rows[k].at->at);
            t->broken = true;
            break;
        }
}

/* --- making --------------------------------------------------------------- */

static void
names_in(const cell *c, void (*each)(void *to, const umi_node *name), void *to)
{
    if (c->expr != NULL)
        umi_expr_names(c->expr->root, each, to);
}

static void
names(void *self, void (*each)(void *to, const umi_node *name), void *to)
{
    const table *t = self;
    for (size_t i = 0; i < t->input_count; i++)
        names_in(&t->inputs[i], each, to);
    for (size_t i = 0; i < t->row_count; i++) {
        for (size_t c = 0; c < t->input_count && t->rows[i].tests; c++)
            names_in(&t->rows[i].tests[c], each, to);
        names_in(&t->rows[i].then, each, to);
    }
    names_in(&t->otherwise, each, to);
}

static bool check(umi__loader *l, const cell *c, const umi_type *want)
{
    return c->expr == NULL || umi__load_check(l, c->at, c->expr, want);
}

/* Every expression of the table against the names, which are defined now. */
static void check_all(umi__loader *l, table *t)
{
    umi_type truth = umi_type_of(UMI_KIND_BOOL);
    for (size_t i = 0; i < t->input_count; i++) {
        umi_name *name = &t->input_names[i];
        const cell *c = &t->inputs[i];
        if (c->expr == NULL || !check(l, c, NULL)) {
            t->broken = true;
            continue;
        }
        name->type = c->expr->root->type;
        umi_rule_let let = {.name = name->name,
                            .at = c->at->key_at,
                            .value = {c->expr, c->at},
                            .kind = UMI_LET_PART};
        if (!umi__load_let_part(l, let, name))
            t->broken = true;
    }
    for (size_t i = 0; i < t->row_count; i++) {
        row *r = &t->rows[i];
        for (size_t c = 0; c < t->input_count && r->tests; c++)
            if (t->input_names[c].kind == UMI_NAME_LET &&
                !check(l, &r->tests[c], &truth))
                t->broken = true;
        if (!check(l, &r->then, &t->output))
            t->broken = true;
    }
    if (!check(l, &t->otherwise, &t->output))
        t->broken = true;
}

/* The let that says whether a row holds. */
static bool make_row(umi__maker *m, table *t, row *r)
{
    umi_node *all = NULL;
    for (size_t c = 0; c < t->input_count; c++) {
        const cell *test = &r->tests[c];
        if (test->expr == NULL)
            continue;
        umi_name *name =
            umi__make_part(m, test->expr, test->at, test->expr->root->type);
        umi_node *n = umi__make_name(m, name);
        all = all != NULL ? umi__make(m, UMI_OP_AND, umi_type_of(UMI_KIND_BOOL),
                                      all, n, NULL)
                          : n;
    }
    if (all == NULL)
        all = umi__make_const(m, umi_value_bool(true));
    r->when = umi__make_let(m, all);
    return r->when != NULL;
}

/* The answer of a row, as a value of the table's type. */
static umi_node *answer(umi__maker *m, const table *t, cell *c)
{
    umi_node *sure = umi__make_const(m, umi_value_bool(true));
    if (c->made == NULL)
        c->made = umi__make_part(m, c->expr, c->at, c->expr->root->type);
    umi_node *n = umi__make_name(m, c->made);
    return umi__make(m, UMI_OP_COND, t->output, sure, n, n);
}

static umi_node *no_row(umi__maker *m, table *t)
{
    return t->otherwise.expr != NULL
               ? answer(m, t, &t->otherwise)
               : umi__make_fault(m, t->output, t->made.name, UMI_FAULT_NO_ROW);
}

static umi_node *when(umi__maker *m, const row *r)
{
    return umi__make_name(m, r->when);
}

static umi_node *first_row(umi__maker *m, table *t)
{
    umi_node *value = no_row(m, t);
    for (size_t i = t->row_count; i-- > 0;)
        value = umi__make(m, UMI_OP_COND, t->output, when(m, &t->rows[i]),
                          answer(m, t, &t->rows[i].then), value);
    return value;
}

/* Two rows that hold are an error, before any of them answers. */
static umi_node *only_row(umi__maker *m, table *t)
{
    umi_type truth = umi_type_of(UMI_KIND_BOOL);
    umi_node *twice = NULL, *any = when(m, &t->rows[0]);
    for (size_t i = 1; i < t->row_count; i++) {
        umi_name *before = umi__make_let(m, any);
        umi_node *both =
            umi__make(m, UMI_OP_AND, truth, umi__make_name(m, before),
                      when(m, &t->rows[i]), NULL);
        twice = twice != NULL
                    ? umi__make(m, UMI_OP_OR, truth, twice, both, NULL)
                    : both;
        any = umi__make(m, UMI_OP_OR, truth, umi__make_name(m, before),
                        when(m, &t->rows[i]), NULL);
    }
    umi_node *value = first_row(m, t);
    if (twice == NULL)
        return value;
    return umi__make(
        m, UMI_OP_COND, t->output, twice,
        umi__make_fault(m, t->output, t->made.name, UMI_FAULT_ROWS), value);
}

static umi_type type_of_value(umi__maker *m, const table *t)
{
    if (t->hit != UMI_HIT_COLLECT || t->collect != COLLECT_LIST)
        return t->output;
    umi_type *elem = umi__load_array(m->l, 1, sizeof *elem);
    if (elem == NULL)
        return t->output;
    *elem = t->output;
    return (umi_type){.kind = UMI_KIND_LIST, .elem = elem};
}

/* What a row adds when it holds, and when it does not. */
static umi_node *share(umi__maker *m, const table *t, row *r, umi_type of)
{
    umi_value zero =
        t->output.kind == UMI_KIND_INT
            ? umi_value_int(0)
            : umi_value_decimal(t->output.kind, umi_decimal_int(0));
    umi_node *yes, *no;
    if (t->collect == COLLECT_LIST) {
        yes = umi__make(m, UMI_OP_LIST, of, answer(m, t, &r->then), NULL, NULL);
        no = umi__make(m, UMI_OP_LIST, of, NULL, NULL, NULL);
    } else {
        yes = t->collect == COLLECT_COUNT ? umi__make_const(m, umi_value_int(1))
                                          : answer(m, t, &r->then);
        no = umi__make_const(m, zero);
    }
    return umi__make(m, UMI_OP_COND, of, when(m, r), yes, no);
}

static umi_node *all_rows(umi__maker *m, table *t)
{
    umi_type of = type_of_value(m, t);
    umi_node *sum = share(m, t, &t->rows[0], of);
    for (size_t i = 1; i < t->row_count; i++)
        sum = umi__make(m, UMI_OP_ADD, of, sum, share(m, t, &t->rows[i], of),
                        NULL);
    return sum;
}

/* Row by row the least or greatest so far, as a let of its own: it is used
 * twice in the next. */
static umi_node *extreme(umi__maker *m, table *t)
{
    umi_type truth = umi_type_of(UMI_KIND_BOOL);
    umi_node *best = no_row(m, t);
    umi_node *any = umi__make_const(m, umi_value_bool(false));
    for (size_t i = 0; i < t->row_count; i++) {
        umi_name *so_far = umi__make_let(m, best);
        umi_name *before = umi__make_let(m, any);
        umi_node *own = answer(m, t, &t->rows[i].then);
        umi_node *better = umi__make(m, UMI_OP_CALL, t->output,
                                     umi__make_name(m, so_far), own, NULL);
        if (better != NULL)
            better->fn = t->collect == COLLECT_MIN ? UMI_FN_MIN : UMI_FN_MAX;
        umi_node *mine =
            umi__make(m, UMI_OP_COND, t->output, umi__make_name(m, before),
                      better, answer(m, t, &t->rows[i].then));
        best = umi__make(m, UMI_OP_COND, t->output, when(m, &t->rows[i]), mine,
                         umi__make_name(m, so_far));
        any = umi__make(m, UMI_OP_OR, truth, umi__make_name(m, before),
                        when(m, &t->rows[i]), NULL);
    }
    return best;
}

static umi_node *value_of(umi__maker *m, table *t)
{
    switch (t->hit) {
    case UMI_HIT_UNIQUE:
        return only_row(m, t);
    case UMI_HIT_FIRST:
        return first_row(m, t);
    case UMI_HIT_COLLECT:
        break;
    }
    return t->collect == COLLECT_MIN || t->collect == COLLECT_MAX
               ? extreme(m, t)
               : all_rows(m, t);
}

static void keep_rows(umi__loader *l, const table *t)
{
    umi_table_row *rows = umi__load_array(l, t->row_count, sizeof *rows);
    if (rows == NULL)
        return;
    for (size_t i = 0; i < t->row_count; i++)
        rows[i] = (umi_table_row){.at = t->rows[i].at->at,
                                  .source = t->rows[i].at,
                                  .when = t->rows[i].when->slot};
    t->out->rows = rows;
    t->out->count = t->row_count;
}

static void define(umi__loader *l, void *self)
{
    table *t = self;
    umi__maker m = {.l = l, .source = t->hit_at, .at = t->at->key_at};
    umi_node *value = NULL;
    check_all(l, t);
    if (!t->broken && t->hit == UMI_HIT_UNIQUE)
        check_unique(l, t);
    for (size_t i = 0; i < t->row_count && !t->broken; i++)
        t->broken = !make_row(&m, t, &t->rows[i]);
    if (!t->broken)
        value = value_of(&m, t);
    if (value != NULL && !m.full)
        keep_rows(l, t);
    t->out->value = (uint32_t)l->rs->let_count;
    umi_type type = value != NULL ? value->type : umi_type_of(UMI_KIND_ANY);
    umi_rule_let let = {.name = t->made.name,
                        .at = t->at->key_at,
                        .kind = UMI_LET_TABLE,
                        .value = {umi__make_expr(&m, value), t->hit_at}};
    (void)umi__load_let(l, let, type);
}

/* --- the section ---------------------------------------------------------- */

void umi__load_tables(umi__loader *l, size_t count)
{
    l->rs->tables = umi__load_array(l, count, sizeof *l->rs->tables);
}

const umi__made *umi__read_table(umi__loader *l, const umi_yaml *n)
{
    table *t = umi__load_array(l, 1, sizeof *t);
    if (t == NULL || l->failed)
        return NULL;
    t->at = n;
    t->out = (umi_rule_table *)&l->rs->tables[l->rs->table_count++];
    t->made = (umi__made){
        .self = t, .name = n->key, .names = names, .define = define};
    read_form(l, t, n);
    *t->out = (umi_rule_table){
        .name = n->key, .at = n->key_at, .hit = t->hit, .source = n};
    return l->failed ? NULL : &t->made;
}
