/* SPDX-License-Identifier: MIT
 * What can be claimed of rules, products and rows. */
#include "rules/decide/box_claim_int.h"

static umi__meeting meet(umi__analysis *a, umi__boxes x, umi__box *out)
{
    umi__boxes sets[] = {x, a->world};
    return umi__meet(&a->space, sets, 2, out);
}

static umi_at place(const umi_rule_expr *e)
{
    return e->source->at;
}

/* A finding at @p e, whose whole text is meant. */
static void mark(umi__analysis *a, const umi_rule_expr *e)
{
    umi__problem_width(a->problems, umi_text_points(e->source->raw));
    umi__witness_tell(a);
}

static umi_rule_state rule_state(umi__analysis *a, size_t rule)
{
    const umi_decision *d = umi__witness_decision(a);
    return d != NULL ? d->rules[rule] : UMI_RULE_OFF;
}

/* A claim about the rule that no decision confirms is not told, and the rule
 * is said not to be analysed. */
static void doubt(umi__analysis *a, size_t rule)
{
    a->rules[rule].lost = true;
    a->unproved++;
}

static void day_text(char out[UMI_DAY_TEXT], umi_day day)
{
    (void)umi_day_write(out, day);
}

/* --- always, never ------------------------------------------------------- */

static void tell_never(umi__analysis *a, size_t rule)
{
    const umi_rule *r = &a->rs->rules[rule];
    umi__fact_set need = {0};
    char day[UMI_DAY_TEXT];
    umi__add_rule_facts(a, &need, rule);
    umi__witness(a, NULL, need);
    if (rule_state(a, rule) != UMI_RULE_FAIL) {
        doubt(a, rule);
        return;
    }
    day_text(day, a->day);
    umi__problem(a->problems, place(&r->require), "W-RULE-NEVER",
                 "nobody passes the rule '%.*s' on %s", UMI_SHOW(r->id), day);
    mark(a, &r->require);
}

static void see_name(void *self, const umi_node *node)
{
    unsigned *kinds = self;
    if (node->name != NULL)
        *kinds |= 1U << node->name->kind;
}

/* Whether the calendar alone decides, as in `today >= param.start`: such a
 * rule opens or closes a product on purpose. */
static bool by_date(const umi__analysis *a, size_t rule)
{
    const umi_rule *r = &a->rs->rules[rule];
    unsigned kinds = 0;
    umi_expr_names(r->require.expr->root, see_name, &kinds);
    if (r->unless.expr != NULL)
        umi_expr_names(r->unless.expr->root, see_name, &kinds);
    return (kinds & ~(1U << UMI_NAME_PARAM)) == 1U << UMI_NAME_INPUT;
}

static void claim_rule(umi__analysis *a, size_t rule)
{
    umi__rule_case *c = &a->rules[rule];
    umi__box box;
    if (!c->on)
        return;
    if (!c->seen) {
        c->seen = c->always = true;
    } else if (!c->fresh && !a->moving) {
        if (c->failed)
            c->fail_day = a->day;
        return;
    }
    c->lost |= c->truth.yes.lost || c->truth.no.lost;
    if (!c->never && meet(a, c->truth.yes, &box) == UMI__MEET_NOBODY) {
        c->never = true;
        if (!by_date(a, rule))
            tell_never(a, rule);
    }
    c->failed = meet(a, c->truth.no, &box) != UMI__MEET_NOBODY;
    if (!c->failed)
        return;
    c->always = false;
    c->fails = c->truth.no;
    c->fail_day = a->day;
}

static void tell_always(umi__analysis *a, size_t rule)
{
    const umi_rule *r = &a->rs->rules[rule];
    umi__fact_set need = {0};
    umi__add_rule_facts(a, &need, rule);
    a->day = a->rules[rule].day;
    umi__witness(a, NULL, need);
    if (rule_state(a, rule) != UMI_RULE_PASS) {
        doubt(a, rule);
        return;
    }
    umi__problem(a->problems, place(&r->require), "W-RULE-ALWAYS",
                 "everybody passes the rule '%.*s'", UMI_SHOW(r->id));
    mark(a, &r->require);
}

/* --- one rule within another --------------------------------------------- */

/* Whether some of them lie there because they do not show a fact: another
 * rule may then not fail but be unknown. */
static bool asks_absent(const umi__analysis *a, const umi__boxes *b)
{
    for (uint32_t i = 0; i < b->count; i++)
        for (uint32_t k = 0; k < b->all[i].count; k++) {
            const umi__side *side = &b->all[i].sides[k];
            const umi__var *v = &a->space.vars[side->var];
            if (v->asks_absent && umi__cell_in(side->cells, v->cells - 1))
                return true;
        }
    return false;
}

/* Whether on this day whoever fails @p weak fails @p strong as well, and is
 * treated no better for it. */
static bool within(umi__analysis *a, size_t weak, size_t strong)
{
    const umi_rule *w = &a->rs->rules[weak], *s = &a->rs->rules[strong];
    const umi__rule_case *x = &a->rules[weak], *y = &a->rules[strong];
    return weak != strong && y->on && (w->products & ~s->products) == 0 &&
           s->severity <= w->severity && !y->truth.yes.lost &&
           !y->truth.no.lost &&
           umi__apart(&a->space, &y->truth.yes, &x->truth.no) &&
           !asks_absent(a, &x->truth.no);
}

static void list_stronger(umi__analysis *a, size_t rule)
{
    umi__rule_case *c = &a->rules[rule];
    umi__space *s = &a->space;
    size_t n = 0;
    uint32_t *found =
        umi_arena_array(s->scratch, a->rs->rule_count + 1, sizeof *found);
    if (found == NULL) {
        a->failed = true;
        return;
    }
    for (uint32_t i = 0; i < a->rs->rule_count; i++)
        if (within(a, rule, i))
            found[n++] = i;
    c->stronger = umi_arena_array(s->keep, n + 1, sizeof *found);
    if (c->stronger == NULL) {
        a->failed = true;
        return;
    }
    memcpy(c->stronger, found, n * sizeof *found);
    c->stronger_count = n;
}

static void sift_stronger(umi__analysis *a, size_t rule)
{
    umi__rule_case *c = &a->rules[rule];
    size_t n = 0;
    for (size_t i = 0; i < c->stronger_count; i++) {
        uint32_t k = c->stronger[i];
        if (a->rules[k].on &&
            ((!c->fresh && !a->rules[k].fresh) || within(a, rule, k)))
            c->stronger[n++] = k;
    }
    c->stronger_count = n;
}

static bool is_stronger(const umi__rule_case *of, size_t rule)
{
    for (size_t i = 0; i < of->stronger_count; i++)
        if (of->stronger[i] == rule)
            return true;
    return false;
}

/* Of two that say the same the later one is superfluous. */
static void tell_implied(umi__analysis *a, size_t rule, size_t strong)
{
    const umi_rule *r = &a->rs->rules[rule], *s = &a->rs->rules[strong];
    const umi__rule_case *c = &a->rules[rule];
    umi__fact_set need = {0};
    umi__box box;
    umi__add_rule_facts(a, &need, rule);
    umi__add_rule_facts(a, &need, strong);
    a->day = c->fail_day;
    if (umi__meet(&a->space, &c->fails, 1, &box) != UMI__MEET_FOUND)
        return;
    umi__witness(a, &box, need);
    const umi_decision *d = umi__witness_decision(a);
    if (d == NULL || d->rules[rule] != UMI_RULE_FAIL ||
        d->rules[strong] != UMI_RULE_FAIL) {
        doubt(a, rule);
        return;
    }
    umi__problem(a->problems, place(&r->require), "W-RULE-IMPLIED",
                 "whoever fails the rule '%.*s' fails '%.*s' as well",
                 UMI_SHOW(r->id), UMI_SHOW(s->id));
    umi__problem_other(a->problems, place(&s->require));
    mark(a, &r->require);
}

static void find_implied(umi__analysis *a, size_t rule)
{
    const umi__rule_case *c = &a->rules[rule];
    for (size_t i = 0; i < c->stronger_count; i++) {
        size_t k = c->stronger[i];
        const umi__rule_case *s = &a->rules[k];
        bool mutual = is_stronger(s, rule);
        if (s->never || s->always || (mutual && rule < k))
            continue;
        tell_implied(a, rule, k);
        return;
    }
}

void umi__claim_rules(umi__analysis *a)
{
    for (size_t i = 0; i < a->rs->rule_count; i++) {
        bool first = a->rules[i].on && !a->rules[i].seen;
        claim_rule(a, i);
        if (!a->rules[i].on)
            continue;
        umi__space_turn(&a->space);
        if (first)
            list_stronger(a, i);
        else
            sift_stronger(a, i);
    }
}

/* --- products ------------------------------------------------------------ */

/* The block rules of @p product that are on; their number. */
static size_t
blocks_of(const umi__analysis *a, size_t product, uint32_t *out, bool *fresh)
{
    const umi_rule_product *p = &a->rs->products[product];
    size_t n = 0;
    for (size_t i = 0; i < p->rule_count; i++) {
        uint32_t r = p->rules[i];
        if (a->rs->rules[r].severity != UMI_SEVERITY_BLOCK)
            continue;
        *fresh |= a->rules[r].fresh;
        if (a->rules[r].on)
            out[n++] = r;
    }
    return n;
}

static bool nobody(umi__analysis *a,
                   const uint32_t *rules,
                   size_t count,
                   size_t but,
                   umi__box *box)
{
    umi__boxes *sets = umi_alloc_array(count + 1, sizeof *sets);
    size_t n = 0;
    if (sets == NULL) {
        a->failed = true;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (i != but)
            sets[n++] = a->rules[rules[i]].truth.yes;
    sets[n++] = a->world;
    umi__meeting m = umi__meet(&a->space, sets, n, box);
    umi_free(sets);
    return m == UMI__MEET_NOBODY;
}

/* Leave the fewest rules that still exclude each other: one, two, or what is
 * left when each that can be done without has been taken out. */
static size_t fewest(umi__analysis *a, uint32_t *rules, size_t count)
{
    umi__box box;
    for (size_t i = 0; i < count; i++)
        if (nobody(a, &rules[i], 1, 1, &box)) {
            rules[0] = rules[i];
            return 1;
        }
    umi__space_turn(&a->space);
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (umi__apart(&a->space, &a->rules[rules[i]].truth.yes,
                           &a->rules[rules[k]].truth.yes)) {
                uint32_t x = rules[i], y = rules[k];
                rules[0] = x;
                rules[1] = y;
                return 2;
            }
    for (size_t i = count; i-- > 0;)
        if (nobody(a, rules, count, i, &box)) {
            memmove(&rules[i], &rules[i + 1], (count - i - 1) * sizeof *rules);
            count--;
        }
    return count;
}

static void name_rules(umi_buf *b,
                       const umi__analysis *a,
                       const uint32_t *rules,
                       size_t count)
{
    for (size_t i = 0; i < count && i < 8; i++)
        umi_buf_printf(b, "%s'%.*s'", i > 0 ? ", " : "",
                       UMI_SHOW(a->rs->rules[rules[i]].id));
    if (count > 8)
        umi_buf_puts(b, ", ...");
    umi_buf_putc(b, '\0');
}

/* Someone whom the fewest of @p rules block: who passes all of them but one,
 * if there is such a one. */
static bool
show_shut(umi__analysis *a, size_t product, const uint32_t *rules, size_t count)
{
    umi__fact_set need = {0};
    for (size_t i = 0; i < count; i++)
        umi__add_rule_facts(a, &need, rules[i]);
    for (size_t i = count; i-- > 0;) {
        umi__box box = {0};
        bool passes = !nobody(a, rules, count, i, &box);
        umi__witness(a, passes ? &box : NULL, need);
        const umi_decision *d = umi__witness_decision(a);
        if (d == NULL)
            return false;
        if (d->products[product].status == UMI_VERDICT_BLOCKED)
            return true;
    }
    return false;
}

static void
tell_shut(umi__analysis *a, size_t product, uint32_t *rules, size_t count)
{
    const umi_rule_product *p = &a->rs->products[product];
    umi_buf names = {0};
    char day[UMI_DAY_TEXT];
    count = fewest(a, rules, count);
    if (!show_shut(a, product, rules, count)) {
        for (size_t i = 0; i < count; i++)
            doubt(a, rules[i]);
        return;
    }
    name_rules(&names, a, rules, count);
    a->failed |= names.failed;
    day_text(day, a->day);
    if (!names.failed)
        umi__problem(a->problems, p->at, "W-PRODUCT-SHUT",
                     count == 1
                         ? "nobody can have the product %.*s on %s: nobody "
                           "passes %s"
                         : "nobody can have the product %.*s on %s: nobody "
                           "passes all of %s",
                     UMI_SHOW(p->code), day, names.ptr);
    umi_buf_free(&names);
    umi__problem_width(a->problems, umi_text_points(p->code));
    umi__problem_other(a->problems, place(&a->rs->rules[rules[0]].require));
    umi__witness_tell(a);
}

static bool
closed_by_date(umi__analysis *a, const uint32_t *rules, size_t count)
{
    umi__box box;
    for (size_t i = 0; i < count; i++)
        if (by_date(a, rules[i]) &&
            meet(a, a->rules[rules[i]].truth.yes, &box) == UMI__MEET_NOBODY)
            return true;
    return false;
}

void umi__claim_products(umi__analysis *a)
{
    uint32_t *rules = umi_alloc_array(a->rs->rule_count + 1, sizeof *rules);
    if (rules == NULL) {
        a->failed = true;
        return;
    }
    for (size_t i = 0; i < a->rs->product_count && !a->failed; i++) {
        bool fresh = a->moving;
        umi__box box;
        if (a->shut >> i & 1)
            continue;
        size_t n = blocks_of(a, i, rules, &fresh);
        if (!fresh || !nobody(a, rules, n, n, &box) ||
            closed_by_date(a, rules, n))
            continue;
        a->shut |= UINT64_C(1) << i;
        tell_shut(a, i, rules, n);
    }
    umi_free(rules);
}

/* --- rows ---------------------------------------------------------------- */

/* Whom row @p row lets through: whom it is false for, and whoever does not
 * show a fact of it where files ask for absence. */
static umi__boxes let_through(umi__analysis *a, size_t row)
{
    umi__space *s = &a->space;
    const umi__unit *u = umi__row_unit(a, row);
    umi__boxes out = u->truth.no;
    for (uint32_t i = 0; i < a->rs->fact_count; i++)
        if (s->vars[i].asks_absent && (u->facts[i / 64] >> i % 64 & 1))
            out = umi__either(s, out, umi__absent(s, i));
    return out;
}

/* A row before it that is not wholly analysed may let everybody through. */
void umi__claim_rows(umi__analysis *a)
{
    umi__boxes sets[UMI_ROWS_MAX + 2];
    size_t n = 0;
    umi__box box;
    sets[n++] = a->world;
    for (size_t i = 0; i < a->rs->row_count; i++) {
        const umi__truth *t = &umi__row_unit(a, i)->truth;
        umi__row_case *c = &a->rows[i];
        sets[n] = t->yes;
        if (!c->hit &&
            umi__meet(&a->space, sets, n + 1, &box) != UMI__MEET_NOBODY)
            c->hit = true;
        if (!c->hit && t->yes.count > 0) {
            c->holds = t->yes;
            c->day = a->day;
        }
        umi__space_turn(&a->space);
        if (!t->yes.lost && !t->no.lost)
            sets[n++] = umi__keep(&a->space, let_through(a, i));
    }
}

static bool row_is(umi__analysis *a, const umi_decision *d, size_t row)
{
    return umi_value_true(umi__root(d->decider, a->d->roots.when[row]));
}

/* Who falls into the row, if anybody does, and is met by one before it. */
static void tell_row(umi__analysis *a, size_t row)
{
    const umi_rule_expr *when = &a->rs->rows[row].when;
    umi__fact_set need = {0};
    umi__box box;
    const umi__row_case *c = &a->rows[row];
    bool held = c->holds.count > 0 &&
                umi__meet(&a->space, &c->holds, 1, &box) == UMI__MEET_FOUND;
    a->day = held ? c->day : a->last;
    for (size_t i = 0; i <= row; i++)
        umi__add_row_facts(a, &need, i);
    umi__witness(a, held ? &box : NULL, need);
    const umi_decision *d = umi__witness_decision(a);
    if (d == NULL)
        return;
    bool before = false;
    for (size_t i = 0; i < row; i++)
        before |= row_is(a, d, i);
    if (held ? !row_is(a, d, row) || !before : row_is(a, d, row)) {
        a->unproved++;
        return;
    }
    umi__problem(a->problems, place(when), "W-ROW-NEVER",
                 held ? "the row is never used: a row before it holds "
                        "whenever it does"
                      : "the row is never used: it holds for nobody");
    mark(a, when);
}

/* --- parts that are always the same -------------------------------------- */

static void add_fact(void *self, const umi_node *node)
{
    umi__fact_set *s = self;
    if (node->name->kind == UMI_NAME_FACT)
        s->bits[node->name->slot / 64] |= UINT64_C(1) << node->name->slot % 64;
}

/* The facts of a part, through the lets that it names. */
typedef struct part_facts {
    const umi__analysis *a;
    umi__fact_set set;
} part_facts;

static void add_part_fact(void *self, const umi_node *node)
{
    part_facts *s = self;
    add_fact(&s->set, node);
    if (node->name->kind == UMI_NAME_LET)
        for (size_t i = 0; i < UMI_FACTS_MAX / 64; i++)
            s->set.bits[i] |= s->a->units[node->name->slot].facts[i];
}

static bool has_all(const umi__fact_set *of, const umi__fact_set *some)
{
    for (size_t i = 0; i < UMI_FACTS_MAX / 64; i++)
        if (some->bits[i] & ~of->bits[i])
            return false;
    return true;
}

/* A rule, or behind all rules a row, as far as a part of it is concerned. */
typedef struct subject {
    size_t index;
    bool row;
    umi__truth truth;
    umi__fact_set facts;
} subject;

static subject subject_of(const umi__analysis *a, size_t i)
{
    subject s = {.index = i, .row = i >= a->rs->rule_count};
    if (s.row) {
        s.index -= a->rs->rule_count;
        s.truth = umi__row_unit(a, s.index)->truth;
        umi__add_row_facts(a, &s.facts, s.index);
    } else {
        s.truth = a->rules[i].truth;
        umi__add_rule_facts(a, &s.facts, i);
    }
    return s;
}

static bool
stands_in(const umi__analysis *a, const umi__unit *u, const subject *s)
{
    if (u < a->units + a->rs->let_count)
        return true;
    return s->row ? u == umi__row_unit(a, s->index)
                  : u == umi__require_unit(a, s->index) ||
                        u == umi__unless_unit(a, s->index);
}

/* Whether the witness decides the subject, or leaves it unknown. */
static umi_state subject_state(umi__analysis *a, const subject *s)
{
    const umi_decision *d = umi__witness_decision(a);
    if (d == NULL)
        return UMI_ERROR;
    if (s->row)
        return (umi_state)umi__root(a->d, a->d->roots.when[s->index])->state;
    umi_rule_state state = d->rules[s->index];
    return state == UMI_RULE_PASS || state == UMI_RULE_FAIL ? UMI_KNOWN
           : state == UMI_RULE_UNKNOWN                      ? UMI_UNKNOWN
                                                            : UMI_ERROR;
}

static bool turns_unknown(umi__analysis *a,
                          const subject *s,
                          const umi__boxes *set,
                          const umi__fact_set *hidden)
{
    umi__box box;
    if (!has_all(&s->facts, hidden) ||
        umi__meet(&a->space, set, 1, &box) != UMI__MEET_FOUND)
        return false;
    umi__witness(a, &box, s->facts);
    if (subject_state(a, s) != UMI_KNOWN)
        return false;
    for (uint32_t i = 0; i < a->rs->fact_count; i++)
        if (hidden->bits[i / 64] >> i % 64 & 1)
            a->facts[i] = umi_value_unknown(i);
    return subject_state(a, s) == UMI_UNKNOWN;
}

static void
tell_part(umi__analysis *a, const umi__unit *u, const umi__part *part)
{
    const umi_node *n = part->node;
    const umi_yaml *source = u->e->source;
    umi_text text = {u->e->expr->text.ptr + n->offset, n->length};
    umi__problem(a->problems, umi_yaml_inside(source, n->offset), "W-TAUTOLOGY",
                 part->value ? "'%.*s' is true of everybody, and yet unknown "
                               "without its facts"
                             : "'%.*s' is false of everybody, and yet unknown "
                               "without its facts",
                 UMI_SHOW(text));
    umi__problem_width(a->problems, umi_text_points(text));
    umi__witness_tell(a);
}

/* Somebody for whom a rule or a row hangs on the part. */
static void
find_part(umi__analysis *a, const umi__unit *u, const umi__part *part)
{
    part_facts f = {.a = a};
    size_t count = a->rs->rule_count + a->rs->row_count;
    umi_expr_names(part->node, add_part_fact, &f);
    for (size_t i = 0; i < count && !a->failed; i++) {
        subject s = subject_of(a, i);
        if (!stands_in(a, u, &s) || (!s.row && !a->rules[i].seen))
            continue;
        a->day = s.row ? a->last : a->rules[i].day;
        if (turns_unknown(a, &s, &s.truth.yes, &f.set) ||
            turns_unknown(a, &s, &s.truth.no, &f.set)) {
            tell_part(a, u, part);
            return;
        }
    }
}

void umi__claim_at_end(umi__analysis *a)
{
    for (size_t i = 0; i < a->rs->rule_count && !a->failed; i++) {
        const umi__rule_case *c = &a->rules[i];
        if (c->seen && c->always)
            tell_always(a, i);
        else if (c->seen && !c->never)
            find_implied(a, i);
    }
    for (size_t i = 0; i < a->rs->row_count && !a->failed; i++)
        if (!a->rows[i].hit)
            tell_row(a, i);
    for (size_t i = 0; i < a->unit_count; i++) {
        if (i < a->rs->let_count && a->rs->lets[i].kind != UMI_LET_PLAIN)
            continue; /* nobody wrote it */
        for (size_t k = 0; k < a->units[i].part_count && !a->failed; k++)
            find_part(a, &a->units[i], &a->units[i].parts[k]);
    }
}
