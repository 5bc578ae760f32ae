/* SPDX-License-Identifier: MIT
 * Applications as facts: what is absent is unknown, what is wrong is named,
 * and a JSON line and a CSV row say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/io/facts.h"
#include "rules/set/data.h"

static umi_ruleset *shipped(void)
{
    umi_ruleset *rs = NULL;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, f->name);
    assert_int_equal(
        umi_ruleset_load(&rs, f->name, (umi_text){f->text, f->size}, &p),
        UMI_OK);
    umi_arena_free(arena);
    return rs;
}

/* "name=value" of every known fact. */
static void list(umi_buf *b, const umi_ruleset *rs, const umi_value *facts)
{
    for (size_t i = 0; i < rs->fact_count; i++) {
        if (facts[i].state != UMI_KNOWN)
            continue;
        if (b->len > 0)
            umi_buf_putc(b, ' ');
        umi_buf_text(b, rs->facts[i].name);
        umi_buf_putc(b, '=');
        umi_buf_value(b, &facts[i]);
    }
}

static void lines_become_facts_or_are_refused_by_key(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        umi_status rc;
        const char *out; /* facts, or the field of the error */
    } cases[] = {
        {"{}", UMI_OK, ""},
        {"{\"id\":\"A\",\"married\":true,\"slik_grade\":2}", UMI_OK,
         "married=true slik_grade=2"},
        {"{\"amount\":\"2500000.50\",\"job\":\"pmi\"}", UMI_OK,
         "job=pmi amount=2500000.5"},
        {"{\"married\":null,\"amount\":null}", UMI_OK, ""},
        {"{\"id\":null}", UMI_OK, ""},
        {"{\"id\":7}", UMI_EINVAL, "id"},
        {"{\"married\":\"true\"}", UMI_EINVAL, "married"},
        {"{\"married\":1}", UMI_EINVAL, "married"},
        {"{\"slik_grade\":\"2\"}", UMI_EINVAL, "slik_grade"},
        {"{\"slik_grade\":2.0}", UMI_EINVAL, "slik_grade"},
        {"{\"slik_grade\":2e0}", UMI_EINVAL, "slik_grade"},
        {"{\"slik_grade\":6}", UMI_EINVAL, "slik_grade"},
        {"{\"slik_grade\":99999999999999999999}", UMI_EINVAL, "slik_grade"},
        {"{\"amount\":2500000}", UMI_EINVAL, "amount"},
        {"{\"amount\":\"\"}", UMI_EINVAL, "amount"},
        {"{\"amount\":[]}", UMI_EINVAL, "amount"},
        {"{\"birth_date\":\"1990-02-30\"}", UMI_EINVAL, "birth_date"},
        {"{\"job\":\"dukun\"}", UMI_EINVAL, "job"},
        {"{\"amont\":\"1\"}", UMI_ENOENT, "amont"},
        {"{\"age\":30}", UMI_ENOENT, "age"},
        {"{\"today\":\"2020-01-01\"}", UMI_ENOENT, "today"},
        {"{\"married\":true,\"married\":true}", UMI_EINVAL, "married"},
        {"[]", UMI_ESYNTAX, ""},
        {"\"A\"", UMI_ESYNTAX, ""},
        {"{", UMI_ESYNTAX, ""},
    };
    umi_ruleset *rs = shipped();
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_value facts[UMI_FACTS_MAX];
        umi_text id;
        umi_error err = {0};
        umi_buf b = {0};
        umi_status rc = umi_facts_from_json(
            facts, &id, rs, NULL, umi_text_of(cases[i].line), arena, &err);
        if (rc != cases[i].rc)
            fail_msg("%s: %s", cases[i].line, err.message);
        if (rc == UMI_OK)
            list(&b, rs, facts);
        else
            umi_buf_puts(&b, err.field);
        if (!umi_text_is(umi_buf_as_text(&b), cases[i].out))
            fail_msg("%s: %.*s", cases[i].line, (int)b.len, b.ptr);
        umi_buf_free(&b);
    }
    umi_arena_free(arena);
    umi_ruleset_free(rs);
}

static void rows_say_the_same_as_lines(void **state)
{
    (void)state;
    static const char csv[] = "amount,id,married,slik_grade,birth_date\n"
                              "2500000.50,A,true,,1990-05-01\n"
                              ",B,yes,2,\n"
                              "1000000,,false,3,2000-01-31\n";
    static const struct {
        umi_status rc;
        const char *id, *out;
    } rows[] = {
        {UMI_OK, "A", "birth_date=1990-05-01 married=true amount=2500000.5"},
        {UMI_EINVAL, "B", "married"},
        {UMI_OK, NULL,
         "birth_date=2000-01-31 married=false slik_grade=3 amount=1000000"},
    };
    umi_ruleset *rs = shipped();
    umi_arena *arena = umi_arena_new();
    umi_csv *reader = NULL;
    umi_csv_spec spec = {0};
    bool more = false;
    spec.columns = umi_facts_columns(rs, NULL, arena, &spec.count);
    assert_int_equal(spec.count, rs->fact_count + 1);
    assert_int_equal(umi_csv_open_text(&reader, umi_text_of(csv), &spec, NULL),
                     UMI_OK);
    for (size_t i = 0; i < 3; i++) {
        umi_value facts[UMI_FACTS_MAX];
        umi_text id;
        umi_error err = {0};
        umi_buf b = {0};
        assert_int_equal(umi_csv_next(reader, &more, NULL), UMI_OK);
        assert_true(more);
        umi_status rc = umi_facts_from_record(facts, &id, rs, NULL,
                                              umi_csv_record(reader), &err);
        assert_int_equal(rc, rows[i].rc);
        assert_int_equal(id.ptr == NULL, rows[i].id == NULL);
        assert_true(umi_text_is(id, rows[i].id ? rows[i].id : ""));
        if (rc == UMI_OK)
            list(&b, rs, facts);
        else
            umi_buf_puts(&b, err.field);
        umi_buf_putc(&b, '\0');
        assert_string_equal(b.ptr, rows[i].out);
        umi_buf_free(&b);
    }
    assert_int_equal(umi_csv_next(reader, &more, NULL), UMI_OK);
    assert_false(more);
    umi_csv_free(reader);
    umi_arena_free(arena);
    umi_ruleset_free(rs);
}

static void a_column_that_is_no_fact_is_refused(void **state)
{
    (void)state;
    umi_ruleset *rs = shipped();
    umi_arena *arena = umi_arena_new();
    umi_csv *reader = NULL;
    umi_csv_spec spec = {0};
    umi_error err = {0};
    spec.columns = umi_facts_columns(rs, NULL, arena, &spec.count);
    assert_int_equal(
        umi_csv_open_text(&reader, UMI_TEXT("id,amont\nA,1\n"), &spec, &err),
        UMI_EINVAL);
    assert_string_equal(err.field, "amont");
    umi_arena_free(arena);
    umi_ruleset_free(rs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_facts_or_are_refused_by_key),
        cmocka_unit_test(rows_say_the_same_as_lines),
        cmocka_unit_test(a_column_that_is_no_fact_is_refused),
    };
    return cmocka_run_group_tests_name("ledger/facts", tests, NULL, NULL);
}
