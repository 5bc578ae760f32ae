/* SPDX-License-Identifier: MIT
 * Replay: what was decided comes out again, and not one byte of a stored
 * decision can be another without being noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/io/replay.h"
#include "rules/set/data.h"
#include "tests/support/random.h"

static umi_ruleset *shipped(void)
{
    umi_ruleset *rs = NULL;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, f->name);
    umi_rule_files files = umi_rule_files_shipped();
    umi_text text = {f->text, f->size};
    assert_int_equal(umi_ruleset_load_with(&rs, f->name, text, &files, &p),
                     UMI_OK);
    umi_arena_free(arena);
    return rs;
}

/* A decision on a few facts, as it is stored. */
static umi_buf decided(const umi_ruleset *rs, unsigned show)
{
    static const char *const known[][2] = {
        {"amount", "25000000"}, {"tenor_months", "24"}, {"is_wni", "true"},
        {"slik_grade", "1"},    {"job", "usaha"},       {"married", "true"},
        {"pkh_member", "false"}};
    umi_value facts[UMI_FACTS_MAX];
    umi_decider *d = NULL;
    const umi_decision *decision;
    umi_day day;
    umi_buf b = {0};
    umi_facts_clear(facts, rs);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(umi_fact_set(facts, rs, umi_text_of(known[i][0]),
                                      umi_text_of(known[i][1]), NULL),
                         UMI_OK);
    assert_true(umi_day_parse(&day, UMI_TEXT("2024-02-29")));
    assert_int_equal(umi_decider_new(&d, rs, day, NULL), UMI_OK);
    assert_int_equal(umi_decide(&decision, d, facts, NULL), UMI_OK);
    if (show & UMI_SHOW_WHAT_IFS)
        assert_int_equal(umi_decision_what_if(decision, NULL), UMI_OK);
    umi_decision_write_json(&b, decision, UMI_TEXT("A1"), show);
    umi_buf_putc(&b, '\0'); /* for strstr() */
    b.len--;
    umi_decider_free(d);
    return b;
}

static umi_status again(umi_replayer *r, umi_text stored, bool *equal)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    *equal = false;
    umi_status rc = umi_replay(&out, equal, r, stored, UMI_REPLAY_EXPLAINED,
                               (umi_text){0}, arena, NULL);
    assert_false(out.failed);
    umi_buf_free(&out);
    umi_arena_free(arena);
    return rc;
}

static void no_byte_can_be_another(void **state)
{
    (void)state;
    chance c = chance_begin("no_byte_can_be_another", 1961);
    umi_ruleset *rs = shipped();
    umi_replayer *r = NULL;
    bool equal;
    assert_int_equal(umi_replayer_new(&r, rs, NULL), UMI_OK);
    umi_buf b = decided(rs, UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
    assert_int_equal(again(r, umi_buf_as_text(&b), &equal), UMI_OK);
    assert_true(equal);
    /* the id and the day say what is made again; behind them all counts */
    size_t route = (size_t)(strstr(b.ptr, "\"route\":") - b.ptr);
    size_t engine = (size_t)(strstr(b.ptr, "\"engine\":") - b.ptr);
    for (int i = chance_rounds(1500); i > 0; i--) {
        size_t at = (size_t)chance_in(&c, (int64_t)route, (int64_t)engine - 1);
        char kept = b.ptr[at];
        do
            b.ptr[at] = chance_one_in(&c, 4) ? (char)chance_next(&c)
                                             : (char)chance_in(&c, 32, 126);
        while (b.ptr[at] == kept);
        (void)again(r, umi_buf_as_text(&b), &equal);
        if (equal)
            fail_msg("byte %zu: '%c' for '%c'", at, b.ptr[at], kept);
        b.ptr[at] = kept;
    }
    for (size_t len = 0; len < b.len; len += len < 40 ? 1 : 97) {
        (void)again(r, (umi_text){b.ptr, len}, &equal);
        assert_false(equal);
    }
    umi_buf_free(&b);
    umi_replayer_free(r);
    umi_ruleset_free(rs);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    umi_ruleset *rs = shipped();
    umi_buf b = decided(rs, UMI_SHOW_RULES);
    bool other = false;
    umi_buf changed = {0};
    umi_buf_bytes(&changed, b.ptr, b.len + 1);
    changed.len--;
    char *at = strstr(changed.ptr, "\"state\":\"unknown\"");
    assert_non_null(at);
    memcpy(at, "\"state\":\"unknowm\"", 17);
    for (int round = 0; round < 2; round++)
        for (int64_t nth = 1;; nth++) {
            umi_replayer *r = NULL;
            umi_arena *arena = umi_arena_new();
            umi_buf out = {0};
            bool equal = false;
            umi_alloc_fail_at(nth, 0);
            umi_status rc = umi_replayer_new(&r, rs, NULL);
            if (rc == UMI_OK)
                rc = umi_replay(&out, &equal, r,
                                umi_buf_as_text(round == 0 ? &b : &changed),
                                UMI_REPLAY_EXPLAINED, (umi_text){0}, arena,
                                NULL);
            bool reached = umi_alloc_count() >= nth;
            umi_alloc_fail_at(0, 0);
            if (reached && rc == UMI_OK)
                assert_true(out.failed);
            else
                assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
            if (!reached)
                assert_int_equal(equal, round == 0);
            other |= round == 1 && !reached;
            umi_buf_free(&out);
            umi_replayer_free(r);
            umi_arena_free(arena);
            if (!reached)
                break;
        }
    assert_true(other);
    umi_buf_free(&b);
    umi_buf_free(&changed);
    umi_ruleset_free(rs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_byte_can_be_another),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/replay", tests, NULL, NULL);
}
