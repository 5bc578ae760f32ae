/* SPDX-License-Identifier: MIT
 * Answers that the model in Python has proved, by their hashes: all methods
 * and conventions in a tenth of a second.  Where one differs,
 * tests/support/model_quote.py says what is wrong; where the output itself was
 * changed on purpose, it writes the file anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/hash.h"
#include "ledger/io/quote_json.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"

static const umi_terms_bind_opts opts = {umi_quote_extra, NULL, NULL};

static bool proved(umi_arena *arena, umi_text line, umi_buf *out)
{
    umi_json *c;
    umi_error err = {0};
    char hex[UMI_HASH_HEX];
    out->len = 0;
    assert_int_equal(umi_json_parse(&c, line, arena, &err), UMI_OK);
    umi_text input = answer_text(arena, umi_json_get(c, "input"));
    umi_status rc = umi_quote_answer(out, input, &opts, arena, &err);
    umi_hash h = umi_sha256_of(out->ptr, out->len);
    umi_hash_hex(hex, &h);
    return rc == UMI_OK &&
           umi_text_eq((umi_text){hex, 16}, umi_json_get(c, "sha256")->text);
}

static void answers_are_those_of_the_model(void **state)
{
    (void)state;
    umi_text file = file_read("tests/vectors", "proved.jsonl"), rest = file;
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    int count = 0, wrong = 0;
    while (rest.len > 0) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        umi_text line = {rest.ptr, (size_t)(end - rest.ptr)};
        rest = (umi_text){end + 1, rest.len - line.len - 1};
        if (!proved(arena, line, &out) && wrong++ < 5)
            print_message("%.*s\n", (int)line.len, line.ptr);
        count++;
        umi_arena_reset(arena);
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(count, 1200);
    umi_buf_free(&out);
    umi_arena_free(arena);
    free((char *)file.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_those_of_the_model),
    };
    return cmocka_run_group_tests_name("quotes proved", tests, NULL, NULL);
}
