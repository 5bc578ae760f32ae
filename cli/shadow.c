/* SPDX-License-Identifier: MIT */
#include "cli/shadow.h"

#include <inttypes.h>

/* --- opening -------------------------------------------------------------- */

int cli_shadow_open(cli *c, cli_shadow *out)
{
    const char *path = cli_value(c, "shadow");
    const char *share = cli_value(c, "shadow-share");
    *out = (cli_shadow){.c = c, .share = 100};
    if (path == NULL)
        return share == NULL
                   ? 0
                   : cli_usage(c, "shadow", "%s is needed", "--shadow");
    if (share != NULL && !umi_text_int(umi_text_of(share), 0, 100, &out->share))
        return cli_usage(c, "shadow-share",
                         "--shadow-share must be a whole number from 0 to "
                         "100, got '%s'",
                         share);
    return cli_load_ruleset(c, path, &out->rs);
}

void cli_shadow_close(cli_shadow *s)
{
    umi_decider_free(s->decider);
    umi_ruleset_free(s->rs);
}

umi_status cli_shadow_ready(cli_shadow *s, const umi_ruleset *rs, umi_day on)
{
    cli *c = s->c;
    s->facts =
        umi_arena_array(c->arena, s->rs->fact_count + 1, sizeof *s->facts);
    if (s->facts == NULL)
        return umi_fail_memory(&c->err);
    umi_status rc =
        umi_shadow_tally_new(&s->tally, rs, s->rs, c->arena, &c->err);
    if (rc == UMI_OK)
        rc = umi_facts_line_new(&s->reader, s->rs, rs, c->arena, &c->err);
    return rc == UMI_OK ? umi_decider_new(&s->decider, s->rs, on, &c->err) : rc;
}

bool cli_shadow_columns(cli_shadow *s,
                        umi_csv_spec *spec,
                        const umi_ruleset *rs,
                        umi_arena *arena)
{
    spec->columns =
        umi_facts_columns(rs, s != NULL ? s->rs : NULL, arena, &spec->count);
    if (spec->columns == NULL || s == NULL)
        return spec->columns != NULL;
    s->places = umi_facts_places(s->rs, spec->columns, spec->count, arena);
    return s->places != NULL;
}

/* --- one application ------------------------------------------------------ */

umi_status cli_shadow_take_json(cli_shadow *s,
                                umi_text line,
                                umi_arena *arena,
                                umi_error *err)
{
    umi_text id;
    s->why = (umi_error){.lang = s->c->lang};
    s->taken =
        umi_facts_line_read(s->reader, s->facts, &id, line, arena, &s->why);
    if (s->taken == UMI_ENOMEM)
        return umi_fail_memory(err);
    return UMI_OK;
}

void cli_shadow_take_record(cli_shadow *s, const umi_record *row)
{
    umi_text id;
    s->why = (umi_error){.lang = s->c->lang};
    s->taken =
        umi_facts_from_record(s->facts, &id, s->rs, s->places, row, &s->why);
}

/* The same applicants in every run and under every version of the shadow: its
 * name and the id of the application are hashed. */
static bool is_drawn(const cli_shadow *s, umi_text id)
{
    umi_blake2b h;
    uint64_t n = 0;
    umi_blake2b_init(&h);
    umi_blake2b_text(&h, s->rs->id);
    umi_blake2b_text(&h, id);
    umi_hash hash = umi_blake2b_final(&h);
    for (int i = 0; i < 8; i++)
        n = n << 8 | hash.byte[i];
    return n % 100 < (uint64_t)s->share;
}

umi_status cli_shadow_write(cli_shadow *s,
                            umi_buf *out,
                            const umi_decision *d,
                            umi_text id,
                            umi_error *err)
{
    const umi_decision *own = NULL;
    if (s->share < 100 && !is_drawn(s, id))
        return UMI_OK;
    if (s->taken != UMI_OK) {
        umi_shadow_write_failure(out, s->rs, &s->why, &s->tally);
        return UMI_OK;
    }
    umi_status rc = umi_decide(&own, s->decider, s->facts, err);
    if (rc == UMI_OK)
        umi_shadow_write_json(out, d, own, &s->tally);
    return rc;
}

/* --- the end -------------------------------------------------------------- */

static void
put_counts(umi_buf *b, char sign, const umi_ruleset *rs, const int64_t *counts)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (counts[i] > 0)
            umi_buf_printf(b, "  %c %.*s %" PRId64 "\n", sign,
                           UMI_SHOW(rs->rules[i].reason_code), counts[i]);
}

void cli_shadow_tell(const cli_shadow *s, const umi_ruleset *rs)
{
    umi_buf b = {0};
    const umi_shadow_tally *t = &s->tally;
    umi_buf_printf(&b,
                   umi_tr(s->c->lang,
                          "shadow %.*s %.*s: %" PRId64 " applications, %" PRId64
                          " differ, %" PRId64 " cannot be read\n"),
                   UMI_SHOW(s->rs->id), UMI_SHOW(s->rs->version), t->all,
                   t->differ, t->failed);
    put_counts(&b, '+', s->rs, t->added);
    put_counts(&b, '-', rs, t->dropped);
    if (b.len > 0)
        (void)fwrite(b.ptr, 1, b.len, s->c->talk);
    umi_buf_free(&b);
}
