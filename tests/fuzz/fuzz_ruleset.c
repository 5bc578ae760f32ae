/* SPDX-License-Identifier: MIT
 * Any bytes as a rule file: refused with a place, or a rule set that decides
 * on applicants of whom nothing, something and everything is known, and whose
 * explanation is JSON.  Any YAML is formatted once and for all. */
#include <assert.h>

#include "engine/base/json.h"
#include "rules/decide/box.h"
#include "rules/decide/mutate.h"
#include "rules/decide/rule_test.h"
#include "rules/decide/sweep.h"
#include "rules/set/ruleset_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static umi_status format(umi_buf *out, umi_text text, umi_arena *arena)
{
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "f");
    umi_yaml *root = NULL;
    umi_status rc = umi_yaml_parse(&root, text, arena, &p);
    return rc == UMI_OK ? umi_ruleset_format(out, text, root, arena) : rc;
}

/* @return whether the file is YAML; @p out holds its layout */
static bool as_layout(umi_text text, umi_buf *out)
{
    umi_arena *arena = umi_arena_new();
    umi_buf again = {0};
    assert(arena != NULL);
    bool yaml = format(out, text, arena) == UMI_OK;
    if (yaml) {
        umi_status rc = format(&again, umi_buf_as_text(out), arena);
        assert(rc == UMI_OK);
        assert(umi_text_eq(umi_buf_as_text(out), umi_buf_as_text(&again)));
    }
    umi_buf_free(&again);
    umi_arena_free(arena);
    return yaml;
}

static void explain(umi_decider *d, const umi_value *facts)
{
    const umi_decision *decision;
    umi_buf b = {0};
    umi_json *root;
    umi_arena *arena = umi_arena_new();
    umi_error err = {0};
    assert(arena != NULL);
    umi_status rc = umi_decide(&decision, d, facts, &err);
    assert(rc == UMI_OK);
    rc = umi_decision_what_if(decision, &err);
    assert(rc == UMI_OK);
    umi_decision_write_json(&b, decision, UMI_TEXT("x"),
                            UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
    rc = umi_json_parse(&root, umi_buf_as_text(&b), arena, &err);
    assert(rc == UMI_OK);
    umi_buf_free(&b);
    umi_arena_free(arena);
}

static void decide(const umi_ruleset *rs)
{
    umi_value facts[UMI_FACTS_MAX];
    umi_decider *d = NULL;
    umi_status rc = umi_decider_new(&d, rs, rs->complete_from, NULL);
    assert(rc == UMI_OK);
    umi_facts_clear(facts, rs);
    explain(d, facts);
    for (size_t i = 0; i < rs->test_count && i < 3; i++) {
        umi_error err = {0};
        rc = umi_decider_on(d, rs->tests[i].on, &err);
        assert(rc == UMI_OK);
        explain(d, rs->tests[i].facts);
    }
    umi_decider_free(d);
}

/* Dates crossed and changes made leave the rule set as it was. */
static void try_changes(umi_ruleset *rs, umi_arena *arena)
{
    umi_buf before = {0}, after = {0};
    umi_json_out w = {.buf = &before};
    umi_sweep dates;
    umi_mutants changes;
    if (rs->rule_count > 8 || rs->test_count > 4 || rs->param_count > 8)
        return; /* it would take a while */
    umi_status rc = umi_ruleset_sweep(&dates, rs, arena, UMI_LANG_EN, NULL);
    assert(rc == UMI_OK);
    umi_sweep_write_json(&w, rs, &dates);
    rc = umi_ruleset_mutate(&changes, rs, arena, UMI_LANG_EN, NULL);
    assert(rc == UMI_OK || rc == UMI_EINVAL);
    if (rc == UMI_OK)
        assert(changes.killed + changes.survivor_count == changes.count);
    rc = umi_ruleset_sweep(&dates, rs, arena, UMI_LANG_EN, NULL);
    assert(rc == UMI_OK);
    w = (umi_json_out){.buf = &after};
    umi_sweep_write_json(&w, rs, &dates);
    assert(umi_text_eq(umi_buf_as_text(&before), umi_buf_as_text(&after)));
    umi_buf_free(&before);
    umi_buf_free(&after);
}

/* A file that includes finds itself. */
static umi_status itself(
    void *self, umi_text *out, umi_text name, umi_arena *arena, umi_error *err)
{
    (void)name;
    (void)arena;
    (void)err;
    *out = *(const umi_text *)self;
    return UMI_OK;
}

/* @return whether it is a rule set; @p hash names it */
static bool as_rules(umi_text text, umi_hash *hash)
{
    umi_arena *arena = umi_arena_new();
    assert(arena != NULL);
    umi_problems p = umi_problems_new(arena, UMI_LANG_ID, "f");
    umi_ruleset *rs = NULL;
    umi_buf b = {0};
    umi_rule_files files = {itself, &text};
    umi_status rc = umi_ruleset_load_with(&rs, "f", text, &files, &p);
    assert(rc == UMI_OK || rc == UMI_ESYNTAX);
    assert((rc == UMI_OK) == (p.errors == 0));
    if (rc == UMI_OK) {
        *hash = rs->sha256;
        rc = umi_ruleset_run_tests(rs, &p, NULL);
        assert(rc == UMI_OK);
        decide(rs);
        try_changes(rs, arena);
        umi_box_report report;
        rc = umi_ruleset_analyse(&report, rs, &p, NULL);
        assert(rc == UMI_OK && report.opaque_count <= report.rules);
    }
    for (const umi_problem *q = p.first; q != NULL; q = q->next)
        assert(q->at.line >= 1 && q->at.column >= 1);
    umi_problems_print(&b, &p, text);
    umi_buf_free(&b);
    bool ok = rs != NULL;
    umi_ruleset_free(rs);
    umi_arena_free(arena);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_text text = {(const char *)data, size};
    umi_buf layout = {0};
    umi_hash before, after;
    bool yaml = as_layout(text, &layout);
    if (as_rules(text, &before)) {
        assert(yaml);
        bool same = as_rules(umi_buf_as_text(&layout), &after);
        assert(same && umi_hash_eq(&before, &after));
    }
    umi_buf_free(&layout);
    return 0;
}
