/* SPDX-License-Identifier: MIT */
#include "rules/decide/coverage.h"
#include "rules/decide/decision_int.h"

umi_coverage *umi_coverage_new(umi_arena *arena, const umi_ruleset *rs)
{
    umi_coverage *c = umi_arena_alloc(arena, sizeof *c);
    if (c == NULL)
        return NULL;
    c->ruleset = rs;
    c->rules = umi_arena_array(arena, rs->rule_count + 1, sizeof *c->rules);
    c->products =
        umi_arena_array(arena, rs->product_count + 1, sizeof *c->products);
    c->values = umi_arena_array(arena, rs->param_count + 1, sizeof *c->values);
    c->rows = umi_arena_array(arena, rs->row_count + 1, sizeof *c->rows);
    c->hits = umi_arena_array(arena, rs->let_count + 1, sizeof *c->hits);
    c->docs = umi_arena_array(arena, rs->doc_count + 1, sizeof *c->docs);
    if (c->rules == NULL || c->products == NULL || c->values == NULL ||
        c->rows == NULL || c->hits == NULL || c->docs == NULL)
        return NULL;
    for (size_t i = 0; i < rs->param_count; i++) {
        c->values[i] =
            umi_arena_array(arena, rs->params[i].count, sizeof **c->values);
        if (c->values[i] == NULL)
            return NULL;
    }
    return c;
}

/* The row that chose the order: the first that is not false, if it is true. */
static void add_row(umi_coverage *c, const umi_decider *d)
{
    for (size_t i = 0; i < c->ruleset->row_count; i++) {
        const umi_value *v = umi__root(d, d->roots.when[i]);
        if (umi_value_false(v))
            continue;
        c->rows[i] += umi_value_true(v);
        return;
    }
}

/* Counts the condition in @p slot when it holds; whether the next may. */
static bool add_hit(umi_coverage *c, const umi_decider *d, uint32_t slot)
{
    const umi_value *v =
        umi_program_let(d->program, d->slots, d->scratch, slot);
    c->hits[slot] += umi_value_true(v);
    return umi_value_false(v);
}

static void add_hits(umi_coverage *c, const umi_decider *d)
{
    const umi_ruleset *rs = c->ruleset;
    for (size_t i = 0; i < rs->table_count; i++)
        for (size_t k = 0; k < rs->tables[i].count; k++)
            if (!add_hit(c, d, rs->tables[i].rows[k].when) &&
                rs->tables[i].hit == UMI_HIT_FIRST)
                break;
    for (size_t i = 0; i < rs->scorecard_count; i++)
        for (size_t k = 0; k < rs->scorecards[i].count; k++) {
            const umi_characteristic *h = &rs->scorecards[i].characteristics[k];
            size_t a = 0;
            while (a < h->count && add_hit(c, d, h->attributes[a].when))
                a++;
        }
}

void umi_coverage_add(umi_coverage *c, const umi_decision *d)
{
    const umi_ruleset *rs = c->ruleset;
    for (size_t i = 0; i < rs->rule_count; i++)
        c->rules[i].seen[d->rules[i]]++;
    for (size_t i = 0; i < rs->product_count; i++)
        c->products[i].seen[d->products[i].status]++;
    for (size_t i = 0; i < rs->param_count; i++) {
        const umi_param_value *v = d->decider->in_force[i];
        if (v != NULL)
            c->values[i][v - rs->params[i].values]++;
    }
    for (size_t i = 0; i < rs->doc_count; i++)
        c->docs[i] += umi_doc_in(&d->documents, i);
    add_row(c, d->decider);
    add_hits(c, d->decider);
}

/* --- JSON ---------------------------------------------------------------- */

static void named(umi_json_out *w, const char *key, umi_text name)
{
    umi_json_open(w, '{');
    umi_json_put_text(w, key, name);
}

static void write_rules(umi_json_out *w, const umi_coverage *c)
{
    umi_json_key(w, "rules");
    umi_json_open(w, '[');
    for (size_t i = 0; i < c->ruleset->rule_count; i++) {
        named(w, "rule", c->ruleset->rules[i].id);
        for (umi_rule_state s = UMI_RULE_PASS; s <= UMI_RULE_OFF; s++)
            umi_json_put_int(w, umi_rule_state_name(s), c->rules[i].seen[s]);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void write_products(umi_json_out *w, const umi_coverage *c)
{
    umi_json_key(w, "products");
    umi_json_open(w, '[');
    for (size_t i = 0; i < c->ruleset->product_count; i++) {
        named(w, "product", c->ruleset->products[i].code);
        for (umi_verdict s = 0; s <= UMI_VERDICT_BLOCKED; s++)
            umi_json_put_int(w, umi_verdict_name(s), c->products[i].seen[s]);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void write_params(umi_json_out *w, const umi_coverage *c)
{
    umi_json_key(w, "params");
    umi_json_open(w, '[');
    for (size_t i = 0; i < c->ruleset->param_count; i++) {
        const umi_param *p = &c->ruleset->params[i];
        for (size_t k = 0; k < p->count; k++) {
            named(w, "param", p->name);
            umi_json_put_day(w, "from", p->values[k].from);
            umi_json_put_int(w, "tests", c->values[i][k]);
            umi_json_close(w, '}');
        }
    }
    umi_json_close(w, ']');
}

static void write_tables(umi_json_out *w, const umi_coverage *c)
{
    const umi_ruleset *rs = c->ruleset;
    umi_json_key(w, "tables");
    umi_json_open(w, '[');
    for (size_t i = 0; i < rs->table_count; i++)
        for (size_t k = 0; k < rs->tables[i].count; k++) {
            named(w, "table", rs->tables[i].name);
            umi_json_put_int(w, "row", (uint32_t)k + 1);
            umi_json_put_int(w, "line", rs->tables[i].rows[k].at.line);
            umi_json_put_int(w, "tests", c->hits[rs->tables[i].rows[k].when]);
            umi_json_close(w, '}');
        }
    umi_json_close(w, ']');
}

static void write_attributes(umi_json_out *w,
                             const umi_coverage *c,
                             const umi_scorecard *card,
                             const umi_characteristic *h)
{
    for (size_t i = 0; i < h->count; i++) {
        named(w, "scorecard", card->name);
        umi_json_put_text(w, "characteristic", h->id);
        umi_json_put_int(w, "attribute", (uint32_t)i + 1);
        umi_json_put_int(w, "line", h->attributes[i].at.line);
        umi_json_put_int(w, "tests", c->hits[h->attributes[i].when]);
        umi_json_close(w, '}');
    }
}

static void write_scorecards(umi_json_out *w, const umi_coverage *c)
{
    const umi_ruleset *rs = c->ruleset;
    umi_json_key(w, "scorecard");
    umi_json_open(w, '[');
    for (size_t i = 0; i < rs->scorecard_count; i++)
        for (size_t k = 0; k < rs->scorecards[i].count; k++)
            write_attributes(w, c, &rs->scorecards[i],
                             &rs->scorecards[i].characteristics[k]);
    umi_json_close(w, ']');
}

void umi_coverage_write_json(umi_json_out *w, const umi_coverage *c)
{
    umi_json_open(w, '{');
    write_rules(w, c);
    write_products(w, c);
    write_params(w, c);
    umi_json_key(w, "routing");
    umi_json_open(w, '[');
    for (size_t i = 0; i < c->ruleset->row_count; i++) {
        umi_json_open(w, '{');
        umi_json_put_int(w, "row", (uint32_t)i + 1);
        umi_json_put_int(w, "line", c->ruleset->rows[i].at.line);
        umi_json_put_int(w, "tests", c->rows[i]);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
    if (c->ruleset->table_count > 0)
        write_tables(w, c);
    if (c->ruleset->scorecard_count > 0)
        write_scorecards(w, c);
    umi_json_key(w, "documents");
    umi_json_open(w, '[');
    for (size_t i = 0; i < c->ruleset->doc_count; i++) {
        named(w, "document", c->ruleset->docs[i]);
        umi_json_put_int(w, "tests", c->docs[i]);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
    umi_json_close(w, '}');
}
