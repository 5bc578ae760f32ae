/* SPDX-License-Identifier: MIT */
#include "rules/decide/sweep.h"

#include "rules/decide/outcome_int.h"

const char *umi_dated_name(umi_dated_kind k)
{
    static const char *const names[] = {"value", "from", "until"};
    return names[k];
}

umi_text umi_sweep_name(const umi_ruleset *rs, const umi_sweep_row *r)
{
    return r->kind == UMI_DATED_VALUE ? rs->params[r->index].name
                                      : rs->rules[r->index].id;
}

/* --- the dates ----------------------------------------------------------- */

static size_t count_dates(const umi_ruleset *rs)
{
    size_t n = 0;
    for (size_t i = 0; i < rs->param_count; i++)
        n += rs->params[i].count;
    for (size_t i = 0; i < rs->rule_count; i++)
        n += (size_t)rs->rules[i].has_from + rs->rules[i].has_until;
    return n;
}

static void add_param(umi_sweep_row **next, const umi_ruleset *rs, uint32_t i)
{
    const umi_param *p = &rs->params[i];
    for (uint32_t k = 0; k < p->count; k++)
        *(*next)++ = (umi_sweep_row){.kind = UMI_DATED_VALUE,
                                     .index = i,
                                     .value = k,
                                     .day = p->values[k].from,
                                     .at = p->values[k].at,
                                     .witness = -1};
}

static void add_rule(umi_sweep_row **next, const umi_ruleset *rs, uint32_t i)
{
    const umi_rule *r = &rs->rules[i];
    umi_sweep_row row = {.index = i, .at = r->at, .witness = -1};
    if (r->has_from) {
        row.kind = UMI_DATED_FROM;
        row.day = r->from;
        *(*next)++ = row;
    }
    if (r->has_until) {
        row.kind = UMI_DATED_UNTIL;
        row.day = r->until;
        *(*next)++ = row;
    }
}

/* The first day on which what begins with @p r has ended again. */
static int32_t end_of(const umi_ruleset *rs, const umi_sweep_row *r)
{
    if (r->kind == UMI_DATED_VALUE) {
        const umi_param *p = &rs->params[r->index];
        return r->value + 1 < p->count ? p->values[r->value + 1].from.n
                                       : INT32_MAX;
    }
    const umi_rule *rule = &rs->rules[r->index];
    return r->kind == UMI_DATED_FROM && rule->has_until ? rule->until.n
                                                        : INT32_MAX;
}

static void count_tests(const umi_ruleset *rs, umi_sweep_row *r)
{
    int32_t end = end_of(rs, r);
    for (size_t i = 0; i < rs->test_count; i++)
        r->tests += rs->tests[i].on.n >= r->day.n && rs->tests[i].on.n < end;
}

/* The date itself, to be moved. */
static umi_day *place_of(umi_ruleset *rs, const umi_sweep_row *r)
{
    umi_rule *rule = (umi_rule *)&rs->rules[r->index];
    switch (r->kind) {
    case UMI_DATED_VALUE:
        return &((umi_param_value *)rs->params[r->index].values)[r->value].from;
    case UMI_DATED_FROM:
        return &rule->from;
    case UMI_DATED_UNTIL:
        break;
    }
    return &rule->until;
}

/* --- the applicants ------------------------------------------------------ */

typedef struct sweeper {
    umi_ruleset *rs;
    umi_arena *arena;
    umi_lang lang;
    umi__outcome *with, *without; /* by test: on the day itself */
    umi_error *err;
} sweeper;

/* Decide everybody on @p on under the rule set as it stands now. */
static umi_status decide_all(sweeper *s, umi_day on, umi__outcome *out)
{
    umi_decider *d = NULL;
    const umi_decision *decision;
    umi_status rc = umi_decider_new(&d, s->rs, on, s->err);
    for (size_t i = 0; i < s->rs->test_count && rc == UMI_OK; i++) {
        rc = umi_decide(&decision, d, s->rs->tests[i].facts, s->err);
        if (rc == UMI_OK)
            umi__outcome_take(&out[i], decision);
    }
    umi_decider_free(d);
    return rc;
}

static umi_status count_errors(sweeper *s, umi_sweep_row *r)
{
    for (umi_sweep_day k = UMI_SWEEP_BEFORE; k < UMI_SWEEP_DAYS; k++) {
        umi_day on = {r->day.n + (int32_t)k - UMI_SWEEP_ON};
        umi__outcome *out = k == UMI_SWEEP_ON ? s->with : s->without;
        umi_status rc = decide_all(s, on, out);
        if (rc != UMI_OK)
            return rc;
        for (size_t i = 0; i < s->rs->test_count; i++)
            r->errors[k] += umi__outcome_error(s->rs, &out[i]);
    }
    return UMI_OK;
}

static umi_status show(sweeper *s, umi_sweep_row *r)
{
    umi_buf b = {0};
    umi__outcome_tell(&b, s->lang, s->rs, &s->without[r->witness],
                      &s->with[r->witness]);
    char *copy = b.failed ? NULL : umi_arena_copy(s->arena, b.ptr, b.len);
    if (copy != NULL)
        r->what = (umi_text){copy, b.len};
    umi_buf_free(&b);
    return copy != NULL ? UMI_OK : umi_fail_memory(s->err);
}

/* What one date does alone is seen when it comes a day later and all others
 * stay: two values that begin on one day are told apart, and nobody's age has
 * grown meanwhile. */
static umi_status compare(sweeper *s, umi_sweep_row *r)
{
    umi_day *place = place_of(s->rs, r);
    place->n++;
    umi_status rc = decide_all(s, r->day, s->without);
    place->n--;
    for (size_t i = 0; i < s->rs->test_count && rc == UMI_OK; i++)
        if (!umi__outcome_same(s->rs, &s->without[i], &s->with[i]) &&
            r->changed++ == 0) {
            r->witness = (int64_t)i;
            rc = show(s, r);
        }
    return rc;
}

bool umi_sweep_fails(const umi_ruleset *rs, const umi_sweep_row *r)
{
    for (umi_sweep_day k = UMI_SWEEP_BEFORE; k < UMI_SWEEP_DAYS; k++)
        if (r->errors[k] > 0 &&
            r->day.n + (int32_t)k - UMI_SWEEP_ON >= rs->complete_from.n)
            return true;
    return false;
}

static umi_status sweep_rows(sweeper *s, umi_sweep *out, umi_sweep_row *rows)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < out->count && rc == UMI_OK; i++) {
        umi_sweep_row *r = &rows[i];
        count_tests(s->rs, r);
        rc = count_errors(s, r);
        if (rc == UMI_OK)
            rc = compare(s, r);
        out->changing += r->changed > 0;
        out->untested += r->tests == 0;
        out->failing += umi_sweep_fails(s->rs, r);
    }
    return rc;
}

umi_status umi_ruleset_sweep(umi_sweep *out,
                             umi_ruleset *rs,
                             umi_arena *arena,
                             umi_lang lang,
                             umi_error *err)
{
    size_t people = rs->test_count + 1;
    sweeper s = {.rs = rs, .arena = arena, .lang = lang, .err = err};
    umi_sweep all = {.count = count_dates(rs)};
    umi_sweep_row *rows = umi_arena_array(arena, all.count + 1, sizeof *rows);
    umi_arena *own = umi_arena_new();
    if (own != NULL) {
        s.with = umi_arena_array(own, people, sizeof *s.with);
        s.without = umi_arena_array(own, people, sizeof *s.without);
    }
    umi_status rc;
    if (rows == NULL || s.with == NULL || s.without == NULL) {
        rc = umi_fail_memory(err);
    } else {
        umi_sweep_row *next = rows;
        for (uint32_t i = 0; i < rs->param_count; i++)
            add_param(&next, rs, i);
        for (uint32_t i = 0; i < rs->rule_count; i++)
            add_rule(&next, rs, i);
        all.rows = rows;
        rc = sweep_rows(&s, &all, rows);
    }
    umi_arena_free(own);
    if (rc == UMI_OK)
        *out = all;
    return rc;
}

/* --- JSON ---------------------------------------------------------------- */

static void
write_row(umi_json_out *w, const umi_ruleset *rs, const umi_sweep_row *r)
{
    umi_json_open(w, '{');
    umi_json_put_text(w, "name", umi_sweep_name(rs, r));
    umi_json_put_str(w, "date", umi_dated_name(r->kind));
    umi_json_put_day(w, "on", r->day);
    umi_json_put_int(w, "line", r->at.line);
    umi_json_put_int(w, "column", r->at.column);
    umi_json_put_int(w, "tests", r->tests);
    umi_json_key(w, "errors");
    umi_json_open(w, '[');
    for (umi_sweep_day k = UMI_SWEEP_BEFORE; k < UMI_SWEEP_DAYS; k++)
        umi_json_int(w, r->errors[k]);
    umi_json_close(w, ']');
    umi_json_put_int(w, "changed", r->changed);
    umi_json_key(w, "witness");
    if (r->witness < 0) {
        umi_json_null(w);
    } else {
        umi_json_open(w, '{');
        umi_json_put_int(w, "test", r->witness + 1);
        umi_json_put_text(w, "name", rs->tests[r->witness].name);
        umi_json_put_text(w, "change", r->what);
        umi_json_close(w, '}');
    }
    umi_json_close(w, '}');
}

void umi_sweep_write_json(umi_json_out *w,
                          const umi_ruleset *rs,
                          const umi_sweep *s)
{
    umi_json_open(w, '[');
    for (size_t i = 0; i < s->count; i++)
        write_row(w, rs, &s->rows[i]);
    umi_json_close(w, ']');
}
