/* SPDX-License-Identifier: MIT
 * What no test would notice, and who would. */
#include "rules/decide/mutate.h"

#include "rules/decide/breakpoints_int.h"
#include "rules/decide/edit_int.h"
#include "rules/decide/outcome_int.h"
#include "rules/decide/rule_test.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    PROBES_MAX = 2000, /* applicants tried for one survivor */
    VALUES_MAX = 3 * UMI__BREAKPOINTS_MAX
};

typedef struct mutator {
    umi_ruleset *rs;
    umi_arena *arena;
    umi_lang lang;
    umi_error *err;
    umi_decider *before;    /* the rule set as it is */
    const uint32_t *by_day; /* tests in order of their days */
    umi_mutant *survivors;
    umi_mutants found;
    umi__outcome was, is;
} mutator;

static bool within(const umi__edit *e, umi_day day)
{
    return day.n >= e->first && day.n < e->end;
}

/* --- the tests ----------------------------------------------------------- */

static umi_status run_test(mutator *m, umi_decider *d, uint32_t i, bool *ok)
{
    umi_buf why = {0};
    umi_status rc =
        umi_rule_test_run(ok, &why, d, &m->rs->tests[i], NULL, m->err);
    umi_buf_free(&why);
    return rc;
}

/* Run the tests on days on which @p e (made) can matter, until one fails. */
static umi_status try_tests(mutator *m, const umi__edit *e, bool *noticed)
{
    umi_decider *d = NULL;
    umi_status rc = UMI_OK;
    bool ok = true;
    for (size_t k = 0; k < m->rs->test_count && rc == UMI_OK && ok; k++) {
        const umi_rule_test *t = &m->rs->tests[m->by_day[k]];
        if (!within(e, t->on))
            continue;
        if (d == NULL)
            rc = umi_decider_new(&d, m->rs, t->on, m->err);
        if (rc == UMI_OK)
            rc = run_test(m, d, m->by_day[k], &ok);
    }
    umi_decider_free(d);
    *noticed = !ok;
    return rc;
}

/* --- who would notice ---------------------------------------------------- */

typedef struct seeker {
    mutator *m;
    umi__edit *e;
    umi_decider *after; /* the rule set with the edit */
    bool *lets, *rules; /* which of them hang on what is edited */
    uint64_t products;  /* bound by such a rule */
    umi__slots slots;   /* facts such a rule hangs on */
    umi_value facts[UMI_FACTS_MAX];
    int probes;
    bool found;
} seeker;

static bool hangs(const seeker *s, const umi_node *n)
{
    if (n == s->e->node || (n->op == UMI_OP_NAME && n->name == s->e->param))
        return true;
    if (n->op == UMI_OP_NAME && n->name->kind == UMI_NAME_LET)
        return s->lets[n->name->slot];
    for (uint32_t i = 0; i < n->count; i++)
        if (hangs(s, n->args[i]))
            return true;
    return false;
}

static bool expr_hangs(const seeker *s, const umi_rule_expr *e)
{
    return e->expr != NULL && hangs(s, e->expr->root);
}

static void add_slots(seeker *s, const umi__slots *of)
{
    for (size_t k = 0; k < UMI_FACTS_MAX / 64; k++)
        s->slots.bits[k] |= of->bits[k];
}

static void add_facts(void *self, const umi_node *n)
{
    seeker *s = self;
    if (n->name->kind == UMI_NAME_FACT)
        s->slots.bits[n->name->slot / 64] |= (uint64_t)1 << n->name->slot % 64;
    else if (n->name->kind == UMI_NAME_LET)
        add_slots(s, &s->m->before->reach->lets[n->name->slot]);
}

/* Terms and rows: what they hang on when they hang on the edit. */
static void find_in(seeker *s, const umi_rule_expr *e)
{
    if (expr_hangs(s, e))
        umi_expr_names(e->expr->root, add_facts, s);
}

/* Asked while the edit is not made. */
static void find_rules(seeker *s)
{
    const umi_ruleset *rs = s->m->rs;
    for (size_t i = 0; i < rs->let_count; i++)
        s->lets[i] = expr_hangs(s, &rs->lets[i].value);
    for (size_t i = 0; i < rs->rule_count; i++) {
        const umi_rule *r = &rs->rules[i];
        s->rules[i] = s->e->rule == (int64_t)i || expr_hangs(s, &r->require) ||
                      expr_hangs(s, &r->unless);
        if (!s->rules[i])
            continue;
        s->products |= r->products;
        add_slots(s, &s->m->before->reach->rules[i]);
    }
    for (size_t i = 0; i < rs->product_count; i++) {
        find_in(s, &rs->products[i].max);
        find_in(s, &rs->products[i].rate);
    }
    for (size_t i = 0; i < rs->row_count; i++)
        find_in(s, &rs->rows[i].when);
}

static umi_status
decide(umi_decider *d, const seeker *s, umi_day day, umi__outcome *out)
{
    const umi_decision *decision;
    umi_status rc = umi_decider_on(d, day, s->m->err);
    if (rc == UMI_OK)
        rc = umi_decide(&decision, d, s->facts, s->m->err);
    if (rc == UMI_OK)
        umi__outcome_take(out, decision);
    return rc;
}

/* Decide s->facts with and without the edit, which is not made outside. */
static umi_status probe(seeker *s, umi_day day)
{
    mutator *m = s->m;
    s->probes++;
    umi_status rc = decide(m->before, s, day, &m->was);
    umi__edit_swap(s->e);
    if (rc == UMI_OK && s->after == NULL)
        rc = umi_decider_new(&s->after, m->rs, day, m->err);
    if (rc == UMI_OK)
        rc = decide(s->after, s, day, &m->is);
    umi__edit_swap(s->e);
    s->found = rc == UMI_OK && !umi__outcome_same(m->rs, &m->was, &m->is);
    return rc;
}

static umi_day day_for(const seeker *s, const umi_rule_test *t)
{
    if (within(s->e, t->on))
        return t->on;
    return (umi_day){s->e->first != INT32_MIN ? s->e->first : s->e->end - 1};
}

static void take_facts(seeker *s, const umi_rule_test *t)
{
    memcpy(s->facts, t->facts, s->m->rs->fact_count * sizeof *s->facts);
}

/* --- values of one fact -------------------------------------------------- */

static size_t members(const umi_fact *f, umi_value *out)
{
    bool is_bool = f->type.kind == UMI_KIND_BOOL;
    uint32_t n = is_bool ? 2 : f->type.of->count;
    for (uint32_t i = 0; i < n && i < VALUES_MAX; i++)
        out[i] =
            is_bool ? umi_value_bool(i != 0) : umi_value_enum(f->type.of, i);
    return n < VALUES_MAX ? n : VALUES_MAX;
}

static bool as_fact(const umi_fact *f, umi_decimal q, umi_value *out)
{
    q = umi_decimal_reduce(q);
    *out = umi_value_decimal(f->type.kind, q);
    if (f->type.kind == UMI_KIND_INT) {
        int64_t i;
        if (q.den != 1 || !umi_decimal_whole(&i, q))
            return false;
        *out = umi_value_int(i);
    }
    return q.num >= 0 && umi_fact_admits(f, out);
}

/* Where a comparison turns, and a step to both sides. */
static size_t
around(const umi_fact *f, const umi__breakpoints *turns, umi_value *out)
{
    size_t n = 0;
    umi_decimal step = f->stepped ? f->step : umi_decimal_int(1);
    for (size_t i = 0; i < turns->count; i++)
        for (int way = -1; way <= 1; way++) {
            umi_decimal q = turns->at[i];
            bool ok = way < 0   ? umi_decimal_sub(&q, q, step)
                      : way > 0 ? umi_decimal_add(&q, q, step)
                                : true;
            n += ok && as_fact(f, q, &out[n]);
        }
    return n;
}

/* The days on which something is so many months or years old, or will be
 * tomorrow. */
static size_t birthdays(const umi_fact *f, umi_day today, umi_value *out)
{
    size_t n = 0;
    int32_t dom = umi_civil_of(today).day;
    for (int32_t months = 0; months <= 12 * 100; months += months < 24 ? 1 : 12)
        for (int32_t later = 0; later <= 1; later++) {
            umi_day day = umi_day_add_months(today, -months, dom);
            out[n] = umi_value_day((umi_day){day.n + later});
            n += umi_fact_admits(f, &out[n]);
        }
    return n;
}

static bool few(const umi_fact *f)
{
    return f->type.kind == UMI_KIND_INT && f->ranged &&
           f->max.i - 100 <= f->min.i;
}

static size_t all_of(const umi_fact *f, umi_value *out)
{
    size_t n = 0;
    for (int64_t i = f->min.i; i <= f->max.i; i++)
        out[n++] = umi_value_int(i);
    return n;
}

/* The values of fact @p slot worth a try, when m->before has just decided. */
static umi_status
values_of(seeker *s, uint32_t slot, umi_value *out, size_t *count)
{
    umi_decider *d = s->m->before;
    const umi_fact *f = &s->m->rs->facts[slot];
    umi__breakpoints turns = {0};
    *count = 0;
    if (f->type.kind == UMI_KIND_BOOL || f->type.kind == UMI_KIND_ENUM)
        *count = members(f, out);
    if (f->type.kind == UMI_KIND_DATE)
        *count = birthdays(f, d->on, out);
    if (few(f))
        *count = all_of(f, out);
    if (*count > 0)
        return UMI_OK;
    if (f->type.kind != UMI_KIND_MONEY && !umi_kind_number(f->type.kind))
        return UMI_OK;
    umi__finder *finder = umi__finder_new(d);
    if (finder == NULL)
        return umi_fail_memory(s->m->err);
    int product = s->products == 0 ? 0 : __builtin_ctzll(s->products);
    umi__find_breakpoints(&turns, finder, (umi__run){d->slots, d->scratch},
                          (size_t)product, slot);
    *count = around(f, &turns, out);
    return UMI_OK;
}

static const char *keep(seeker *s, umi_buf *b)
{
    char *copy = b->failed ? NULL : umi_arena_copy(s->m->arena, b->ptr, b->len);
    umi_buf_free(b);
    return copy;
}

static umi_status note(seeker *s, umi_mutant *out, size_t test, int64_t slot)
{
    mutator *m = s->m;
    const umi_rule_test *t = &m->rs->tests[test];
    umi_buf altered = {0}, what = {0};
    umi_day day = day_for(s, t);
    char text[UMI_DAY_TEXT];
    if (slot >= 0) {
        umi_buf_text(&altered, m->rs->facts[slot].name);
        umi_buf_putc(&altered, ' ');
        umi_buf_value(&altered, &s->facts[slot]);
    }
    if (day.n != t->on.n) {
        umi_day_write(text, day);
        umi_buf_printf(&altered, "%s%s", slot >= 0 ? ", " : "", text);
    }
    umi__outcome_tell(&what, m->lang, m->rs, &m->was, &m->is);
    out->witness = (int64_t)test;
    out->altered = keep(s, &altered);
    out->what = keep(s, &what);
    return out->altered != NULL && out->what != NULL ? UMI_OK
                                                     : umi_fail_memory(m->err);
}

static umi_status
alter_fact(seeker *s, umi_mutant *out, size_t test, uint32_t slot)
{
    const umi_rule_test *t = &s->m->rs->tests[test];
    umi_value values[VALUES_MAX];
    size_t count;
    take_facts(s, t);
    umi_status rc = probe(s, day_for(s, t));
    if (rc == UMI_OK)
        rc = values_of(s, slot, values, &count);
    for (size_t i = 0; rc == UMI_OK && i < count && s->probes < PROBES_MAX;
         i++) {
        s->facts[slot] = values[i];
        rc = probe(s, day_for(s, t));
        if (rc == UMI_OK && s->found)
            return note(s, out, test, slot);
    }
    return rc;
}

static umi_status seek(seeker *s, umi_mutant *out)
{
    const umi_ruleset *rs = s->m->rs;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < rs->test_count && rc == UMI_OK; i++) {
        take_facts(s, &rs->tests[i]);
        rc = probe(s, day_for(s, &rs->tests[i]));
        if (rc == UMI_OK && s->found)
            return note(s, out, i, -1);
    }
    for (size_t i = 0; i < rs->test_count && rc == UMI_OK; i++)
        for (uint32_t k = 0; k < rs->fact_count && rc == UMI_OK; k++) {
            if (!umi__reaches(&s->slots, k) || s->probes >= PROBES_MAX)
                continue;
            rc = alter_fact(s, out, i, k);
            if (rc == UMI_OK && s->found)
                return rc;
        }
    return rc;
}

static umi_status find_witness(mutator *m, umi__edit *e, umi_mutant *out)
{
    umi_arena *own = umi_arena_new();
    seeker *s = own != NULL ? umi_arena_alloc(own, sizeof *s) : NULL;
    umi_status rc = UMI_ENOMEM;
    if (s != NULL) {
        s->m = m;
        s->e = e;
        s->lets = umi_arena_array(own, m->rs->let_count + 1, sizeof(bool));
        s->rules = umi_arena_array(own, m->rs->rule_count + 1, sizeof(bool));
    }
    if (s == NULL || s->lets == NULL || s->rules == NULL) {
        umi_fail_memory(m->err);
    } else {
        find_rules(s);
        rc = seek(s, out);
        umi_decider_free(s->after);
    }
    umi_arena_free(own);
    return rc;
}

/* --- one change ---------------------------------------------------------- */

static bool has(umi_text t, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= t.len; i++)
        if (memcmp(t.ptr + i, word, len) == 0)
            return true;
    return false;
}

/* Whether the line of @p at ends in a comment that excuses it. */
static bool is_marked(const umi_ruleset *rs, umi_at at)
{
    umi_text t = rs->files[at.file].text;
    size_t end = at.offset;
    while (end < t.len && t.ptr[end] != '\n')
        end++;
    if (at.offset > t.len)
        return false;
    umi_text rest = {t.ptr + at.offset, end - at.offset};
    return has(rest, "# mutant: ") || has(rest, "// mutant: ");
}

static umi_status survive(mutator *m, umi__edit *e)
{
    umi_mutant *out = &m->survivors[m->found.survivor_count++];
    *out = (umi_mutant){.at = e->at,
                        .name = e->name,
                        .was = e->was,
                        .is = e->is,
                        .marked = is_marked(m->rs, e->at),
                        .witness = -1,
                        .altered = "",
                        .what = ""};
    m->found.marked += out->marked;
    return out->marked ? UMI_OK : find_witness(m, e, out);
}

static umi_status try_edits(mutator *m, umi__edits *edits)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < edits->count && rc == UMI_OK; i++) {
        bool noticed = false;
        umi__edit_swap(&edits->all[i]);
        rc = try_tests(m, &edits->all[i], &noticed);
        umi__edit_swap(&edits->all[i]);
        m->found.count++;
        m->found.killed += noticed;
        if (rc == UMI_OK && !noticed)
            rc = survive(m, &edits->all[i]);
    }
    return rc;
}

/* --- the whole ----------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const umi_mutant *x = a, *y = b;
    if (x->at.file != y->at.file)
        return x->at.file < y->at.file ? -1 : 1;
    if (x->at.offset != y->at.offset)
        return x->at.offset < y->at.offset ? -1 : 1;
    return strcmp(x->is, y->is);
}

static const uint32_t *sort_tests(mutator *m)
{
    size_t n = m->rs->test_count;
    uint32_t *order = umi_arena_array(m->arena, n + 1, sizeof *order);
    for (uint32_t i = 0; order != NULL && i < n; i++) {
        uint32_t k = i;
        while (k > 0 &&
               m->rs->tests[order[k - 1]].on.n > m->rs->tests[i].on.n) {
            order[k] = order[k - 1];
            k--;
        }
        order[k] = i;
    }
    return order;
}

static umi_status check_green(mutator *m)
{
    for (uint32_t i = 0; i < m->rs->test_count; i++) {
        bool ok = false;
        umi_status rc = run_test(m, m->before, i, &ok);
        if (rc != UMI_OK)
            return rc;
        if (!ok)
            return umi_fail(m->err, UMI_EINVAL, "tests",
                            "the test '%.*s' fails before anything is changed",
                            UMI_SHOW(m->rs->tests[i].name));
    }
    return UMI_OK;
}

static umi_status mutate(mutator *m, umi__edits *edits)
{
    umi__edits_list(edits);
    m->by_day = sort_tests(m);
    m->survivors =
        umi_arena_array(m->arena, edits->count + 1, sizeof *m->survivors);
    if (edits->failed || m->by_day == NULL || m->survivors == NULL)
        return umi_fail_memory(m->err);
    umi_status rc = umi__reach_ready(m->before);
    if (rc != UMI_OK)
        return umi_fail(m->err, rc, "", "memory exhausted");
    if ((rc = check_green(m)) == UMI_OK)
        rc = try_edits(m, edits);
    return rc;
}

umi_status umi_ruleset_mutate(umi_mutants *out,
                              umi_ruleset *rs,
                              umi_arena *arena,
                              umi_lang lang,
                              umi_error *err)
{
    umi__edits edits = {.arena = arena, .rs = rs};
    mutator *m = umi_arena_alloc(arena, sizeof *m);
    if (m == NULL)
        return umi_fail_memory(err);
    *m = (mutator){.rs = rs, .arena = arena, .lang = lang, .err = err};
    umi_status rc = umi_decider_new(&m->before, rs, rs->complete_from, err);
    if (rc != UMI_OK)
        return rc;
    rc = mutate(m, &edits);
    umi_decider_free(m->before);
    if (rc != UMI_OK)
        return rc;
    qsort(m->survivors, m->found.survivor_count, sizeof *m->survivors,
          by_place);
    m->found.survivors = m->survivors;
    *out = m->found;
    return UMI_OK;
}

/* --- JSON ---------------------------------------------------------------- */

static void
write_mutant(umi_json_out *w, const umi_ruleset *rs, const umi_mutant *m)
{
    umi_json_open(w, '{');
    umi_json_put_str(w, "file", rs->files[m->at.file].name);
    umi_json_put_int(w, "line", m->at.line);
    umi_json_put_int(w, "column", m->at.column);
    umi_json_put_text(w, "name", m->name);
    umi_json_put_str(w, "was", m->was);
    umi_json_put_str(w, "is", m->is);
    umi_json_put_bool(w, "marked", m->marked);
    umi_json_key(w, "test");
    if (m->witness < 0)
        umi_json_null(w);
    else
        umi_json_int(w, m->witness + 1);
    umi_json_put_str(w, "with", m->altered);
    umi_json_put_str(w, "change", m->witness < 0 ? NULL : m->what);
    umi_json_close(w, '}');
}

void umi_mutants_write_json(umi_json_out *w,
                            const umi_ruleset *rs,
                            const umi_mutants *m)
{
    umi_json_open(w, '{');
    umi_json_put_int(w, "mutants", (int64_t)m->count);
    umi_json_put_int(w, "killed", (int64_t)m->killed);
    umi_json_put_int(w, "marked", (int64_t)m->marked);
    umi_json_key(w, "survivors");
    umi_json_open(w, '[');
    for (size_t i = 0; i < m->survivor_count; i++)
        write_mutant(w, rs, &m->survivors[i]);
    umi_json_close(w, ']');
    umi_json_close(w, '}');
}
