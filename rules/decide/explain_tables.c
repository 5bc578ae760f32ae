/* SPDX-License-Identifier: MIT
 * What tables answered in a decision, and by which rows; which points
 * scorecards gave, and for what. */
#include "rules/decide/fragments_int.h"

static const umi_value *value_of(const umi_decider *d, uint32_t slot)
{
    return umi_program_let(d->program, d->slots, d->scratch, slot);
}

/* Rows in state @p state, counted from 1; of hit first those up to the one
 * that answers. */
static void put_rows(umi_buf *b,
                     const umi_decider *d,
                     const umi_rule_table *t,
                     umi_state state)
{
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '[');
    for (size_t i = 0; i < t->count; i++) {
        const umi_value *v = value_of(d, t->rows[i].when);
        bool holds = umi_value_true(v);
        if (state == UMI_KNOWN ? holds : v->state == (uint8_t)state)
            umi_json_int(&w, (int64_t)i + 1);
        if (holds && t->hit == UMI_HIT_FIRST)
            break;
    }
    umi_json_close(&w, ']');
}

static void put_table(umi_buf *b, const umi_decider *d, const umi_rule_table *t)
{
    umi_buf_putc(b, '"');
    umi_buf_text(b, t->name);
    umi_buf_puts(b, "\":{\"value\":");
    umi__json_value(b, value_of(d, t->value));
    umi_buf_puts(b, ",\"rows\":");
    put_rows(b, d, t, UMI_KNOWN);
    umi_buf_puts(b, ",\"unknown_rows\":");
    put_rows(b, d, t, UMI_UNKNOWN);
    umi_buf_putc(b, '}');
}

void umi__put_tables(umi_buf *b, const umi_decider *d)
{
    const umi_ruleset *rs = d->rs;
    for (size_t i = 0; i < rs->table_count; i++) {
        umi_buf_puts(b, i == 0 ? ",\"tables\":{" : ",");
        put_table(b, d, &rs->tables[i]);
    }
    if (rs->table_count > 0)
        umi_buf_putc(b, '}');
}

/* --- scorecards ------------------------------------------------------------ */

/* The attribute that gave the points; NULL: not known which. */
static const umi_score_attribute *held(const umi_decider *d,
                                       const umi_characteristic *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const umi_value *v = value_of(d, c->attributes[i].when);
        if (umi_value_true(v))
            return &c->attributes[i];
        if (!umi_value_false(v))
            break;
    }
    return NULL;
}

static void text_or_null(umi_json_out *w, umi_text t)
{
    if (t.len > 0)
        umi_json_text(w, t);
    else
        umi_json_null(w);
}

static void put_characteristic(umi_json_out *w,
                               const umi_decider *d,
                               const umi_characteristic *c)
{
    const umi_score_attribute *a = held(d, c);
    umi_json_open(w, '{');
    umi_json_put_text(w, "id", c->id);
    umi_json_key(w, "attribute");
    if (a != NULL)
        umi_json_int(w, a - c->attributes + 1);
    else
        umi_json_null(w);
    umi_json_key(w, "points");
    umi__json_value(w->buf, value_of(d, c->points));
    w->comma = true;
    umi_json_put_int(w, "of", c->best);
    umi_json_key(w, "reason_code");
    text_or_null(w, a != NULL ? a->reason_code : (umi_text){0});
    umi_json_close(w, '}');
}

/* Points that are missing to the best attribute; 0: none, or not known. */
static int64_t loss(const umi_decider *d, const umi_characteristic *c)
{
    const umi_score_attribute *a = held(d, c);
    return a != NULL ? (int64_t)c->best - a->points : 0;
}

/* The codes of the greatest losses, the first of equal ones first. */
static void
put_losses(umi_json_out *w, const umi_decider *d, const umi_scorecard *card)
{
    bool told[UMI_CHARACTERISTICS_MAX] = {false};
    umi_json_open(w, '[');
    for (int n = 0; n < UMI_TOLD_MAX; n++) {
        size_t most = card->count;
        for (size_t i = 0; i < card->count; i++) {
            int64_t lost = told[i] ? 0 : loss(d, &card->characteristics[i]);
            if (lost > 0 && (most == card->count ||
                             lost > loss(d, &card->characteristics[most])))
                most = i;
        }
        if (most == card->count)
            break;
        told[most] = true;
        umi_json_text(w, held(d, &card->characteristics[most])->reason_code);
    }
    umi_json_close(w, ']');
}

static int64_t partial(const umi_decider *d, const umi_scorecard *card)
{
    int64_t sum = card->base;
    for (size_t i = 0; i < card->count; i++) {
        const umi_value *v = value_of(d, card->characteristics[i].points);
        if (v->state == UMI_KNOWN)
            sum += v->i;
    }
    return sum;
}

static void
put_card(umi_json_out *w, const umi_decider *d, const umi_scorecard *card)
{
    umi_json_open(w, '{');
    umi_json_key(w, "score");
    umi__json_value(w->buf, value_of(d, card->value));
    w->comma = true;
    umi_json_put_int(w, "partial", partial(d, card));
    umi_json_key(w, "characteristics");
    umi_json_open(w, '[');
    for (size_t i = 0; i < card->count; i++)
        put_characteristic(w, d, &card->characteristics[i]);
    umi_json_close(w, ']');
    umi_json_key(w, "reasons");
    put_losses(w, d, card);
    umi_json_close(w, '}');
}

void umi__put_scorecards(umi_buf *b, const umi_decider *d)
{
    const umi_ruleset *rs = d->rs;
    umi_json_out w = {.buf = b};
    for (size_t i = 0; i < rs->scorecard_count; i++) {
        umi_buf_puts(b, i == 0 ? ",\"scorecard\":{\"" : ",\"");
        umi_buf_text(b, rs->scorecards[i].name);
        umi_buf_puts(b, "\":");
        w.comma = false;
        put_card(&w, d, &rs->scorecards[i]);
    }
    if (rs->scorecard_count > 0)
        umi_buf_putc(b, '}');
}
