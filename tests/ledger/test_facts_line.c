/* SPDX-License-Identifier: MIT
 * Applications straight into facts: what the quick reader takes is what the
 * tree gives, and what it does not take is refused or read by the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/set/data.h"
#include "tests/support/applicants.h"
#include "tests/support/facts_agree.h"
#include "tests/support/random.h"

typedef struct suite {
    umi_arena *arena;
    umi_ruleset *every, *shipped;
    facts_agree both, people; /* under every, under shipped */
} suite;

static facts_agree readers(suite *s, const umi_ruleset *rs)
{
    facts_agree a = {.rs = rs, .arena = umi_arena_new()};
    assert_non_null(a.arena);
    assert_int_equal(umi_facts_line_new(&a.reader, rs, NULL, s->arena, NULL),
                     UMI_OK);
    return a;
}

static int set_up(void **state)
{
    static suite s;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    s.arena = umi_arena_new();
    umi_problems p = umi_problems_new(s.arena, UMI_LANG_EN, f->name);
    s.every = facts_of_every_kind(s.arena);
    assert_non_null(s.every);
    assert_int_equal(
        umi_ruleset_load(&s.shipped, f->name, (umi_text){f->text, f->size}, &p),
        UMI_OK);
    s.both = readers(&s, s.every);
    s.people = readers(&s, s.shipped);
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    suite *s = *state;
    umi_arena_free(s->both.arena);
    umi_arena_free(s->people.arena);
    umi_ruleset_free(s->every);
    umi_ruleset_free(s->shipped);
    umi_arena_free(s->arena);
    return 0;
}

static void agree(facts_agree *a, umi_text line)
{
    const char *what = facts_differ(a, line);
    if (what != NULL)
        fail_msg("%s: %.*s", what, (int)line.len, line.ptr);
}

/* --- one by one ---------------------------------------------------------- */

static void what_is_taken_and_what_is_left(void **state)
{
    static const struct {
        const char *line;
        bool taken;
    } cases[] = {
        {"{\"id\":\"A\"}", true},
        {"{\"id\":\"\"}", true},
        {"{\"id\":null}", true},
        {" \t\r{ \"id\" : \"A\" , \"n\" : 7 } \t\r", true},
        {"{\"n\":7,\"id\":\"A\"}", true},
        {"{\"n\":0}", true},
        {"{\"n\":-0}", true},
        {"{\"n\":-12}", true},
        {"{\"n\":9223372036854775807}", true},
        {"{\"n\":-9223372036854775808}", true},
        {"{\"n\":null}", true},
        {"{\"yes\":true}", true},
        {"{\"yes\":false}", true},
        {"{\"amount\":\"0\"}", true},
        {"{\"amount\":\"500000000\"}", true},
        {"{\"amount\":\"2500000.50\"}", true},
        {"{\"amount\":\"000001\"}", true},
        {"{\"amount\":\"500000000.5\"}", true},
        {"{\"share\":\"1/3\"}", true},
        {"{\"share\":\"99999999999999999999999999999999999999\"}", true},
        {"{\"interest_rate\":\"0.06\"}", true},
        {"{\"interest_rate\":\"-0.5\"}", true},
        {"{\"day\":\"2024-02-29\"}", true},
        {"{\"since\":\"2000-01-01\"}", true},
        {"{\"name\":\"\"}", true},
        {"{\"name\":\"a b/c}\"}", true},
        {"{\"job\":\"rumah_tangga\"}", true},
        {"{\"more_0\":1,\"more_63\":2,\"more_69\":3,\"id\":\"x\"}", true},
        /* left: read by the tree */
        {"{}", false},
        {"{\"id\":\"\\u0041\"}", false},
        {"{\"id\":\"\xC3\xA9\"}", false},
        {"{\"name\":\"\x7F\"}", false},
        {"{\"name\":\"a\\\"b\"}", false},
        {"{\"\\u006e\":7}", false},
        /* left: refused by the tree */
        {"", false},
        {" ", false},
        {"null", false},
        {"[]", false},
        {"{", false},
        {"{\"", false},
        {"{\"n", false},
        {"{\"n\"", false},
        {"{\"n\":", false},
        {"{\"n\": ", false},
        {"{\"n\":-", false},
        {"{\"n\":7", false},
        {"{\"n\":7,", false},
        {"{\"n\":7,}", false},
        {"{\"n\":7}}", false},
        {"{\"n\":7}x", false},
        {"{\"n\":7 8}", false},
        {"{,\"n\":7}", false},
        {"{\"n\":07}", false},
        {"{\"n\":-01}", false},
        {"{\"n\":7.0}", false},
        {"{\"n\":7e0}", false},
        {"{\"n\":7E0}", false},
        {"{\"n\":+7}", false},
        {"{\"n\":\"7\"}", false},
        {"{\"n\":9223372036854775808}", false},
        {"{\"n\":true}", false},
        {"{\"n\":nul}", false},
        {"{\"n\":nulll}", false},
        {"{\"n\":7,\"n\":7}", false},
        {"{\"n\":null,\"n\":7}", false},
        {"{\"n\":null,\"n\":null}", false},
        {"{\"more_60\":1,\"n\":7,\"more_60\":1}", false},
        {"{\"id\":\"A\",\"id\":\"A\"}", false},
        {"{\"id\":null,\"id\":null}", false},
        {"{\"id\":7}", false},
        {"{\"id\":true}", false},
        {"{\"id\":\"A}", false},
        {"{\"id\":\"A\n\"}", false},
        {"{\"id\":\"\xFF\"}", false},
        {"{\"grade\":-4}", false},
        {"{\"grade\":1000001}", false},
        {"{\"yes\":\"true\"}", false},
        {"{\"yes\":tru}", false},
        {"{\"yes\":truee}", false},
        {"{\"yes\":fals}", false},
        {"{\"yes\":1}", false},
        {"{\"amount\":2500000}", false},
        {"{\"amount\":\"\"}", false},
        {"{\"amount\":\"-1\"}", false},
        {"{\"amount\":\"1/2\"}", false},
        {"{\"amount\":\"1e3\"}", false},
        {"{\"amount\":\"500000000.51\"}", false},
        {"{\"interest_rate\":\"1.01\"}", false},
        {"{\"day\":\"2026-02-29\"}", false},
        {"{\"since\":\"1999-12-31\"}", false},
        {"{\"job\":\"Tani\"}", false},
        {"{\"job\":[]}", false},
        {"{\"half\":true}", false},
        {"{\"param.most\":\"5\"}", false},
        {"{\"today\":\"2026-01-01\"}", false},
        {"{\"nobody\":1}", false},
        {"{\"\":1}", false},
        {"{\"N\":7}", false},
        {"{\"n \":7}", false},
    };
    suite *s = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        long before = s->both.taken;
        /* in memory of its own length, so that a sanitizer sees its end */
        umi_text line = umi_text_of(cases[i].line);
        char *own = test_malloc(line.len + 1);
        memcpy(own, line.ptr, line.len);
        for (int twice = 0; twice < 2; twice++)
            agree(&s->both, (umi_text){own, line.len});
        test_free(own);
        if ((s->both.taken - before == 2) != cases[i].taken)
            fail_msg("%s: %s", cases[i].line,
                     cases[i].taken ? "was left" : "was taken");
    }
}

static void the_end_of_a_line_is_kept(void **state)
{
    suite *s = *state;
    char line[APPLICANT_ROOM];
    size_t n = applicant_write(line, sizeof line, 7);
    for (size_t len = 0; len <= n; len++) {
        char *own = test_malloc(len + 1);
        memcpy(own, line, len);
        agree(&s->people, (umi_text){own, len});
        test_free(own);
    }
    umi_text behind = {line, n - 1}; /* what stands behind is no part of it */
    agree(&s->people, behind);
}

/* --- by the thousand ------------------------------------------------------ */

static void applicants_are_taken(void **state)
{
    suite *s = *state;
    char line[APPLICANT_ROOM];
    long before = s->people.taken;
    for (int i = 0; i < 500; i++)
        agree(&s->people,
              (umi_text){line, applicant_write(line, sizeof line, i)});
    assert_int_equal(s->people.taken - before, 500);
}

typedef struct mutant {
    char b[2 * APPLICANT_ROOM];
    size_t len;
    chance c;
} mutant;

static void replace(mutant *m, size_t at, size_t n, const char *t, size_t len)
{
    if (m->len - n + len > sizeof m->b)
        return;
    memmove(m->b + at + len, m->b + at + n, m->len - at - n);
    memcpy(m->b + at, t, len);
    m->len += len - n;
}

/* From behind a comma or the brace to the next one; false: there is none. */
static bool member(mutant *m, size_t *from, size_t *to)
{
    size_t at = (size_t)chance_in(&m->c, 0, (int64_t)m->len);
    while (at < m->len && m->b[at] != ',' && m->b[at] != '{')
        at++;
    *from = *to = at + 1;
    while (*to < m->len && m->b[*to] != ',' && m->b[*to] != '}')
        ++*to;
    return at < m->len;
}

static void other_value(mutant *m)
{
    static const char *const values[] = {
        "true",
        "false",
        "null",
        "0",
        "-0",
        "-1",
        "01",
        "1.0",
        "1e3",
        "12",
        "999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "\"\"",
        "\"0\"",
        "\"00\"",
        "\"-5\"",
        "\"1.5\"",
        "\"1/2\"",
        "\"1e3\"",
        "\"123456789012345678\"",
        "\"1234567890123456789\"",
        "\"2026-02-29\"",
        "\"2024-02-29\"",
        "\"usaha\"",
        "\"tani\"",
        "\"\\u0041\"",
        "\"\\ud800\"",
        "\"\xC3\xA9\"",
        "\"\xFF\"",
        "\"a\\nb\"",
        "{}",
        "[1]",
        "tru",
        "+1",
        " 7 ",
        "\" 1\"",
        "\"0.06\"",
    };
    size_t from, to;
    if (!member(m, &from, &to))
        return;
    const char *colon = memchr(m->b + from, ':', to - from);
    const char *v =
        values[chance_next(&m->c) % (sizeof values / sizeof *values)];
    if (colon != NULL) {
        from = (size_t)(colon + 1 - m->b);
        replace(m, from, to - from, v, strlen(v));
    }
}

/* A member once more, or somewhere else. */
static void copy_member(mutant *m, bool move)
{
    char text[2 * APPLICANT_ROOM];
    size_t from, to, at, end;
    if (!member(m, &from, &to) || to == m->len)
        return;
    size_t n = to - from;
    memcpy(text, m->b + from, n);
    text[n++] = ',';
    if (move && m->b[to] == ',')
        replace(m, from, n, "", 0);
    if (member(m, &at, &end))
        replace(m, at, 0, text, n);
}

static void any_byte(mutant *m)
{
    static const char marks[] = "\",:{}[]\\0-.eE+/u \t\r\x7F\x80\xC3\xED";
    size_t at = (size_t)chance_in(&m->c, 0, (int64_t)m->len);
    char c = marks[chance_next(&m->c) % (sizeof marks - 1)];
    if (chance_one_in(&m->c, 3))
        c = (char)chance_next(&m->c);
    replace(m, at, at < m->len && chance_one_in(&m->c, 2), &c, 1);
}

static void mutate(mutant *m)
{
    size_t at = (size_t)chance_in(&m->c, 0, (int64_t)m->len);
    switch (chance_in(&m->c, 0, 7)) {
    case 0:
    case 1:
        any_byte(m);
        break;
    case 2:
        if (at < m->len)
            replace(m, at, 1, "", 0);
        break;
    case 3:
        m->len = at;
        break;
    case 4:
    case 5:
        other_value(m);
        break;
    default:
        copy_member(m, chance_one_in(&m->c, 2));
    }
}

static void readers_agree_on_mutants(void **state)
{
    suite *s = *state;
    static mutant m;
    m.c = chance_begin("mutants of applications", 20261122);
    int rounds = chance_rounds(40000);
    long taken = s->people.taken, left = s->people.left;
    for (int i = 0; i < rounds; i++) {
        m.len =
            applicant_write(m.b, sizeof m.b, (int)(chance_next(&m.c) % 10000));
        for (int64_t k = chance_in(&m.c, 0, 3); k > 0; k--)
            mutate(&m);
        agree(&s->people, (umi_text){m.b, m.len});
    }
    /* both kinds are many, or nothing was compared */
    assert_true(s->people.taken - taken > rounds / 5);
    assert_true(s->people.left - left > rounds / 5);
}

/* --- beside --------------------------------------------------------------- */

static void names_of_another_set_are_passed_over(void **state)
{
    suite *s = *state;
    facts_agree a = {
        .rs = s->every, .also = s->shipped, .arena = umi_arena_new()};
    assert_int_equal(
        umi_facts_line_new(&a.reader, a.rs, a.also, s->arena, NULL), UMI_OK);
    agree(&a, UMI_TEXT("{\"n\":7,\"married\":true,\"yes\":true}"));
    agree(&a, UMI_TEXT("{\"n\":7,\"married\":5}"));
    agree(&a, UMI_TEXT("{\"n\":7,\"nobody\":5}"));
    assert_int_equal(a.taken, 0);
    agree(&a, UMI_TEXT("{\"n\":7}"));
    assert_int_equal(a.taken, 1);
    umi_arena_free(a.arena);
}

static void no_memory_makes_no_reader(void **state)
{
    suite *s = *state;
    umi_status rc = UMI_ENOMEM;
    int64_t nth = 0;
    while (rc != UMI_OK) {
        umi_facts_line *r = NULL;
        umi_error err = {0};
        umi_arena *arena = umi_arena_new();
        umi_alloc_fail_at(++nth, 0);
        rc = umi_facts_line_new(&r, s->every, NULL, arena, &err);
        umi_alloc_fail_at(0, 0);
        assert_int_equal(r == NULL, rc == UMI_ENOMEM);
        assert_int_equal(err.status, rc);
        umi_arena_free(arena);
    }
    assert_true(nth > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_and_what_is_left),
        cmocka_unit_test(the_end_of_a_line_is_kept),
        cmocka_unit_test(applicants_are_taken),
        cmocka_unit_test(readers_agree_on_mutants),
        cmocka_unit_test(names_of_another_set_are_passed_over),
        cmocka_unit_test(no_memory_makes_no_reader),
    };
    return cmocka_run_group_tests_name("ledger/facts_line", tests, set_up,
                                       tear_down);
}
