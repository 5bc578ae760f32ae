/* SPDX-License-Identifier: MIT
 * Failures as they are told: status, code, place and language; every stable
 * code, every translated text, and the versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/base/version.h"

#include <gmp.h>
#include <inttypes.h>

static const struct {
    umi_status status;
    int exit_code;
    const char *code;
} statuses[] = {
#define X(name, exit_code, code, text) {name, exit_code, code},
    UMI_STATUS_LIST(X)
#undef X
};

static void statuses_have_exits_and_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        assert_int_equal(umi_status_exit(statuses[i].status),
                         statuses[i].exit_code);
        assert_string_equal(umi_status_code(statuses[i].status),
                            statuses[i].code);
        const umi_code *c = umi_code_find(statuses[i].code);
        assert_non_null(c);
        assert_string_equal(c->code, statuses[i].code);
    }
}

static void every_code_is_found_by_its_name(void **state)
{
    (void)state;
    size_t n = 0;
    const umi_code *all = umi_code_all(&n);
    size_t listed = 0;
#define X(code, text) listed++;
#include "engine/base/code.def"
#undef X
    assert_int_equal(n, sizeof statuses / sizeof *statuses + listed);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(umi_code_find(all[i].code), &all[i]);
        assert_true(strlen(all[i].text) > 0);
    }
    assert_null(umi_code_find("nonesuch"));
    assert_null(umi_code_find(""));
}

static void failures_say_what_and_where(void **state)
{
    (void)state;
    umi_error err = {.lang = UMI_LANG_EN};
    assert_int_equal(umi_fail(&err, UMI_EIO, "a.b", "%d of %s", 3, "five"),
                     UMI_EIO);
    assert_int_equal(err.status, UMI_EIO);
    assert_string_equal(err.code, "IO");
    assert_string_equal(err.field, "a.b");
    assert_string_equal(err.message, "3 of five");
    umi_error_at(&err, "file", 4, 5);
    assert_string_equal(err.file, "file");
    assert_int_equal(err.line, 4);
    assert_int_equal(err.column, 5);
    umi_error_at(&err, NULL, 6, 7);
    assert_string_equal(err.file, "");
    assert_int_equal(err.line, 6);
    assert_int_equal(err.column, 7);
    umi_error_at(&err, "file", 4, 5);
    assert_int_equal(umi_fail_code(&err, UMI_EINVAL, "E102", "c", "no"),
                     UMI_EINVAL);
    assert_string_equal(err.code, "E102");
    assert_string_equal(err.file, ""); /* of the failure before */
    assert_int_equal(err.line, 0);
    assert_int_equal(err.column, 0);
    umi_error_clear(&err);
    assert_int_equal(err.status, UMI_OK);
    assert_string_equal(err.code, "");
    assert_string_equal(err.field, "");
}

static void failures_speak_their_language(void **state)
{
    (void)state;
    static const char text[] = "memory exhausted";
    umi_error en = {.lang = UMI_LANG_EN}, id = {.lang = UMI_LANG_ID};
    assert_int_equal(umi_fail_memory(&en), UMI_ENOMEM);
    assert_int_equal(umi_fail_memory(&id), UMI_ENOMEM);
    assert_string_equal(en.message, text);
    assert_string_equal(id.message, umi_tr(UMI_LANG_ID, text));
    assert_string_not_equal(id.message, text);
    assert_string_equal(umi_error_tr(&en, text), text);
    assert_string_equal(umi_error_tr(&id, text), id.message);
    assert_string_equal(umi_error_tr(NULL, text), text);
}

static void every_text_has_its_translation(void **state)
{
    (void)state;
    static const struct {
        const char *english, *indonesian;
    } messages[] = {
#define X(english, indonesian) {english, indonesian},
#include "engine/base/lang_id.def"
#undef X
    };
    static const char *const none[] = {"", "\x01", "nothing of the sort",
                                       "\xff\xff"};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        const char *english = messages[i].english;
        assert_string_equal(umi_tr(UMI_LANG_ID, english),
                            messages[i].indonesian);
        assert_ptr_equal(umi_tr(UMI_LANG_EN, english), english);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_ptr_equal(umi_tr(UMI_LANG_ID, none[i]), none[i]);
}

static void versions_are_told(void **state)
{
    (void)state;
    assert_string_equal(umi_version(), UMI_VERSION);
    assert_string_equal(umi_gmp_version(), gmp_version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_have_exits_and_codes),
        cmocka_unit_test(every_code_is_found_by_its_name),
        cmocka_unit_test(failures_say_what_and_where),
        cmocka_unit_test(failures_speak_their_language),
        cmocka_unit_test(every_text_has_its_translation),
        cmocka_unit_test(versions_are_told),
    };
    return cmocka_run_group_tests_name("engine/status", tests, NULL, NULL);
}
