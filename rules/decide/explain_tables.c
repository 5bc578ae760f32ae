/* SPDX-License-Identifier: MIT
 * What tables answered in a decision, and by which rows. */
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
