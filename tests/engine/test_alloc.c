/* SPDX-License-Identifier: MIT
 * The heap and arenas: what is asked for is there, zeroed and apart; what
 * cannot be is NULL; what is given back is gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/alloc.h"
#include "tests/support/memory.h"

#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

static bool zero(const void *p, size_t n)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++)
        if (b[i] != 0)
            return false;
    return true;
}

static void nothing_is_a_pointer_too(void **state)
{
    (void)state;
    void *a = umi_alloc(0), *b = umi_alloc_array(0, 0), *c = umi_alloc(8);
    assert_non_null(a);
    assert_non_null(b);
    c = umi_realloc(c, 0);
    assert_non_null(c);
    umi_free(a);
    umi_free(b);
    umi_free(c);
    umi_free(NULL);
}

static void arrays_are_zeroed_or_refused(void **state)
{
    (void)state;
    unsigned char *p = umi_alloc_array(7, 3);
    assert_true(zero(p, 21));
    umi_free(p);
    assert_null(umi_alloc_array(SIZE_MAX / 8 + 2, 8));
}

static void the_nth_fails_once_or_for_ever(void **state)
{
    (void)state;
    static const struct {
        int64_t nth;
        int forever;
        const char *given; /* y or n, request by request */
    } cases[] = {
        {0, 0, "yyyyy"}, {1, 0, "nyyyy"}, {3, 0, "yynyy"},
        {3, 1, "yynnn"}, {1, 1, "nnnnn"}, {9, 1, "yyyyy"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char given[6] = "";
        umi_alloc_fail_at(cases[i].nth, cases[i].forever);
        for (int k = 0; k < 5; k++) {
            void *p = k == 0   ? umi_alloc(1)
                      : k == 1 ? umi_alloc_array(1, 1)
                      : k == 2 ? umi_realloc(NULL, 1)
                               : umi_alloc(1);
            given[k] = p != NULL ? 'y' : 'n';
            umi_free(p);
        }
        assert_int_equal(umi_alloc_count(), cases[i].nth == 0 ? 0 : 5);
        umi_alloc_fail_at(0, 0);
        assert_string_equal(given, cases[i].given);
    }
}

static void pieces_of_an_arena_lie_apart(void **state)
{
    (void)state;
    umi_arena *a = umi_arena_new();
    for (int round = 0; round < 2; round++) {
        unsigned char *piece[300];
        for (size_t i = 0; i < 300; i++) {
            size_t size = i * 7 % 500;
            piece[i] = umi_arena_alloc(a, size);
            assert_int_equal((uintptr_t)piece[i] % alignof(max_align_t), 0);
            assert_true(zero(piece[i], size));
            memset(piece[i], (int)(i % 255) + 1, size);
        }
        for (size_t i = 0; i < 300; i++)
            for (size_t k = 0; k < i * 7 % 500; k++)
                assert_int_equal(piece[i][k], i % 255 + 1);
        umi_arena_reset(a); /* and everything is zero again */
    }
    umi_arena_free(a);
}

static int64_t blocks_for(umi_arena *a, size_t times, size_t size)
{
    umi_alloc_fail_at(INT64_MAX, 0); /* only to count */
    for (size_t i = 0; i < times; i++)
        assert_non_null(umi_arena_alloc(a, size));
    int64_t n = umi_alloc_count();
    umi_alloc_fail_at(0, 0);
    return n;
}

/* 4 KiB, doubled up to 1 MiB: few blocks, and none larger than needed. */
static void blocks_of_an_arena_double(void **state)
{
    (void)state;
    umi_arena *a = umi_arena_new();
    assert_int_equal(blocks_for(a, 4, 1024), 1);
    assert_int_equal(blocks_for(a, 1, 16), 1);
    assert_int_equal(blocks_for(a, 1, 8192 - 16), 0); /* to the last byte */
    assert_int_equal(blocks_for(a, 4, 4096), 1);
    assert_int_equal(blocks_for(a, 992 * 1024 / 4096, 4096), 5);
    assert_int_equal(blocks_for(a, 8, 1 << 19), 4); /* 1 MiB for two */
    assert_int_equal(blocks_for(a, 1, 3 << 20), 1); /* a block of its own */
    assert_int_equal(blocks_for(a, 4, 1 << 18), 1);
    umi_arena_reset(a);
    assert_int_equal(blocks_for(a, 4, 1 << 18), 0); /* one was kept */
    umi_arena_free(a);
}

static void arenas_give_everything_back(void **state)
{
    (void)state;
    umi_arena *a = umi_arena_new();
    umi_arena_reset(a); /* nothing in it yet */
    (void)blocks_for(a, 100, 1000);
    umi_arena_reset(a);
    umi_arena_free(a);
    umi_free(umi_alloc(100000));
    size_t before = memory_held();
    for (int i = 0; i < 10; i++) {
        umi_free(umi_alloc(100000));
        a = umi_arena_new();
        (void)blocks_for(a, 100, 1000);
        size_t full = memory_held();
        umi_arena_reset(a);
        assert_true(full == 0 || memory_held() < full);
        (void)blocks_for(a, 100, 1000);
        umi_arena_free(a);
    }
    assert_int_equal(memory_held(), before);
}

static void what_cannot_be_is_null(void **state)
{
    (void)state;
    umi_arena *a = umi_arena_new();
    assert_non_null(umi_arena_alloc(a, 1));
    static const size_t sizes[] = {SIZE_MAX,         SIZE_MAX - 1,
                                   SIZE_MAX - 8,     SIZE_MAX - 64,
                                   SIZE_MAX / 2 + 1, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_null(umi_arena_alloc(a, sizes[i]));
    assert_null(umi_arena_array(a, SIZE_MAX / 16 + 2, 16)); /* 2^64 + 16 */
    assert_null(umi_arena_array(a, 16, SIZE_MAX / 16 + 2));
    assert_non_null(umi_arena_array(a, 0, 0));
    assert_non_null(umi_arena_array(a, 0, 7));
    assert_non_null(umi_arena_array(a, 7, 0));
    unsigned char *p = umi_arena_array(a, 5, 100);
    assert_true(zero(p, 500));
    umi_alloc_fail_at(1, 1);
    assert_null(umi_arena_new());
    assert_null(umi_arena_alloc(a, 1 << 20));
    assert_null(umi_arena_array(a, 1 << 10, 1 << 10));
    assert_null(umi_arena_copy(a, "text", 1 << 20));
    umi_alloc_fail_at(0, 0);
    assert_non_null(umi_arena_alloc(a, 1)); /* and it goes on */
    umi_arena_free(a);
    umi_arena_free(NULL);
}

static void copies_end_with_nul(void **state)
{
    (void)state;
    umi_arena *a = umi_arena_new();
    const char *one = umi_arena_copy(a, "xyz", 1);
    const char *all = umi_arena_copy(a, "xyz", 3);
    assert_string_equal(one, "x");
    assert_string_equal(all, "xyz");
    assert_string_equal(umi_arena_copy(a, NULL, 0), "");
    umi_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_a_pointer_too),
        cmocka_unit_test(arrays_are_zeroed_or_refused),
        cmocka_unit_test(the_nth_fails_once_or_for_ever),
        cmocka_unit_test(pieces_of_an_arena_lie_apart),
        cmocka_unit_test(blocks_of_an_arena_double),
        cmocka_unit_test(arenas_give_everything_back),
        cmocka_unit_test(what_cannot_be_is_null),
        cmocka_unit_test(copies_end_with_nul),
    };
    return cmocka_run_group_tests_name("engine/alloc", tests, NULL, NULL);
}
