/* SPDX-License-Identifier: MIT
 * Blocks give back what was put in, whatever it is; their bytes are those
 * that the header describes; and of bytes that somebody changed none is read
 * beyond, nor taken for what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/book/journal.h"
#include "ledger/store/block_int.h"
#include "tests/support/random.h"

/* --- a table with every kind of column ------------------------------------ */

typedef enum colour {
    RED,
    GREEN,
    BLUE
} colour;
static const char *const colours[] = {"red", "green", "blue", NULL};

typedef struct every {
    int64_t key, number, maybe;
    umi_money money, money_maybe;
    umi_day day, day_maybe;
    bool flag;
    colour name;
    int32_t name_maybe; /* of a colour */
    umi_text text;
} every;

static const umi_store_column every_columns[] = {
    UMI_COL(every, key, INT),
    UMI_COL(every, number, INT),
    UMI_COL_OPT(every, maybe, INT),
    UMI_COL(every, money, MONEY),
    UMI_COL_OPT(every, money_maybe, MONEY),
    UMI_COL(every, day, DAY),
    UMI_COL_OPT(every, day_maybe, DAY),
    UMI_COL(every, flag, BOOL),
    UMI_COL_ENUM(every, name, colours),
    {.name = "name_maybe",
     .type = UMI_COL_NAME,
     .optional = true,
     .offset = offsetof(every, name_maybe),
     .names = colours},
    UMI_COL(every, text, TEXT),
};
static const umi_table every_table =
    UMI_TABLE_PACKED(KEY, every, "every", every_columns);

enum {
    COLUMNS = sizeof every_columns / sizeof *every_columns
};

static void same_rows(const every *a, const every *b)
{
    assert_int_equal(a->key, b->key);
    assert_int_equal(a->number, b->number);
    assert_int_equal(a->maybe, b->maybe);
    assert_int_equal(a->money.sen, b->money.sen);
    assert_int_equal(a->money_maybe.sen, b->money_maybe.sen);
    assert_int_equal(a->day.n, b->day.n);
    assert_int_equal(a->day_maybe.n, b->day_maybe.n);
    assert_int_equal(a->flag, b->flag);
    assert_int_equal(a->name, b->name);
    assert_int_equal(a->name_maybe, b->name_maybe);
    assert_true(umi_text_eq(a->text, b->text));
}

static bool equal_rows(const every *a, const every *b)
{
    return a->key == b->key && a->number == b->number && a->maybe == b->maybe &&
           a->money.sen == b->money.sen &&
           a->money_maybe.sen == b->money_maybe.sen && a->day.n == b->day.n &&
           a->day_maybe.n == b->day_maybe.n && a->flag == b->flag &&
           a->name == b->name && a->name_maybe == b->name_maybe &&
           umi_text_eq(a->text, b->text);
}

/* --- bytes ---------------------------------------------------------------- */

/* A copy that ends where it may be read to, so that sanitizers see more. */
static umi_text tight(umi_text bytes)
{
    char *p = malloc(bytes.len + UMI__BLOCK_SLACK);
    assert_non_null(p);
    memcpy(p, bytes.ptr, bytes.len);
    memset(p + bytes.len, 0, UMI__BLOCK_SLACK);
    return (umi_text){p, bytes.len};
}

static void let_go(umi_text bytes)
{
    free((void *)(uintptr_t)bytes.ptr);
}

static umi_text written(const umi_table *t, const void *rows, size_t n)
{
    umi_buf b = {0};
    umi__block_write(&b, t, rows, n);
    assert_false(b.failed);
    umi_text out = tight(umi_buf_as_text(&b));
    umi_buf_free(&b);
    return out;
}

static void comes_back(const every *rows, size_t n)
{
    umi__block b;
    umi_text bytes = written(&every_table, rows, n);
    assert_true(umi__block_open(&b, &every_table, bytes));
    assert_int_equal(b.n, n);
    for (size_t i = 0; i < n; i++) {
        every row;
        memset(&row, 0x55, sizeof row);
        assert_int_equal(umi__block_key(&b, i), rows[i].key);
        assert_true(umi__block_load(&b, i, &row));
        same_rows(&row, &rows[i]);
    }
    let_go(bytes);
}

/* --- by chance ------------------------------------------------------------ */

/* Numbers that lie close, or @p bits apart, or at the ends of what there is. */
static int64_t some_number(chance *r, int bits)
{
    static const int64_t ends[] = {INT64_MIN + 1, INT64_MAX, 0, -1, 1};
    if (bits == 64 && chance_one_in(r, 3))
        return ends[chance_in(r, 0, 4)];
    uint64_t v = chance_next(r);
    return (int64_t)(bits == 64 ? v : v & ((UINT64_C(1) << bits) - 1));
}

static int64_t some_plain(chance *r, int bits)
{
    return bits == 64 && chance_one_in(r, 20) ? INT64_MIN
                                              : some_number(r, bits);
}

static int64_t perhaps(chance *r, int bits, int64_t none_in)
{
    return chance_one_in(r, none_in) ? UMI_NONE : some_number(r, bits);
}

static umi_text some_text(chance *r, umi_arena *arena, int64_t longest)
{
    size_t n = (size_t)chance_in(r, 0, longest);
    char *p = umi_arena_alloc(arena, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)chance_in(r, 0, 255);
    return (umi_text){p, n};
}

static void some_rows(every *rows, size_t n, chance *r, umi_arena *arena)
{
    const int bits = (int)chance_in(r, 0, 64);
    const int64_t none_in = chance_in(r, 1, 4);
    const int64_t longest = chance_one_in(r, 9) ? 3000 : chance_in(r, 0, 20);
    const int64_t gap = chance_one_in(r, 3) ? 1 : chance_in(r, 1, 1 << 20);
    int64_t key = chance_in(r, -100000, 100000);
    for (size_t i = 0; i < n; i++) {
        key += chance_in(r, 1, gap);
        rows[i] = (every){
            .key = key,
            .number = some_plain(r, bits),
            .maybe = perhaps(r, bits, none_in),
            .money = {some_plain(r, bits)},
            .money_maybe = {perhaps(r, bits, none_in)},
            .day = {(int32_t)chance_in(r, UMI_DAY_MIN, UMI_DAY_MAX)},
            .day_maybe = {(int32_t)chance_in(r, UMI_DAY_MIN, UMI_DAY_MAX)},
            .flag = chance_one_in(r, 2),
            .name = (colour)chance_in(r, RED, BLUE),
            .name_maybe = (int32_t)chance_in(r, RED, BLUE),
            .text = some_text(r, arena, longest)};
        if (chance_one_in(r, none_in))
            rows[i].day_maybe.n = UMI_NONE32;
        if (chance_one_in(r, none_in))
            rows[i].name_maybe = UMI_NONE32;
    }
}

static void any_rows_come_back(void **state)
{
    (void)state;
    static every rows[UMI__BLOCK_ROWS];
    chance r = chance_begin("any_rows_come_back", 20261122);
    umi_arena *arena = umi_arena_new();
    for (int i = 0; i < chance_rounds(400); i++) {
        size_t n = chance_one_in(&r, 20)  ? UMI__BLOCK_ROWS
                   : chance_one_in(&r, 4) ? 1
                                          : (size_t)chance_in(&r, 1, 40);
        some_rows(rows, n, &r, arena);
        comes_back(rows, n);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* --- the ends of what there is -------------------------------------------- */

static every plain_row(int64_t key)
{
    return (every){.key = key,
                   .maybe = UMI_NONE,
                   .money_maybe = {UMI_NONE},
                   .day_maybe = {UMI_NONE32},
                   .name_maybe = UMI_NONE32};
}

static uint8_t mark_of(umi_text bytes, size_t column)
{
    return (uint8_t)bytes.ptr[4 + 9 * column];
}

/* From the smallest number to the largest one, with and without none. */
static void the_widest_numbers_come_back(void **state)
{
    (void)state;
    every rows[3] = {plain_row(INT64_MIN), plain_row(0), plain_row(INT64_MAX)};
    rows[0].number = INT64_MAX;
    rows[2].number = INT64_MIN;
    rows[0].money.sen = INT64_MIN;
    rows[1].money.sen = INT64_MIN;
    rows[2].money.sen = INT64_MIN;
    rows[0].maybe = INT64_MIN + 1;
    rows[2].maybe = INT64_MAX;
    rows[1].money_maybe.sen = INT64_MAX;
    rows[0].day.n = UMI_DAY_MIN;
    rows[1].day.n = UMI_DAY_MAX;
    rows[1].day_maybe.n = UMI_DAY_MIN;
    rows[2].day_maybe.n = UMI_DAY_MAX;
    comes_back(rows, 3);
    comes_back(rows, 1);
    comes_back(rows + 2, 1);
    umi_text bytes = written(&every_table, rows, 3);
    assert_int_equal(mark_of(bytes, 0), 8);
    assert_int_equal(mark_of(bytes, 2), 8 | UMI__ABSENT);
    assert_int_equal(mark_of(bytes, 3), 0); /* all are one number */
    assert_int_equal(mark_of(bytes, 4), 1 | UMI__ABSENT);
    assert_int_equal(mark_of(bytes, 10), 0); /* no text has a byte */
    let_go(bytes);
}

/* Columns are as wide as what lies between their ends, none counted. */
static void figures_are_as_wide_as_they_need(void **state)
{
    (void)state;
    for (int bits = 0; bits <= 63; bits++)
        for (int none = 0; none < 2; none++) {
            every rows[3] = {plain_row(1), plain_row(2), plain_row(3)};
            const uint64_t most = (UINT64_C(1) << bits) - 1 + (uint64_t)!none;
            const int64_t low = -5;
            rows[0].number = rows[0].maybe = low;
            rows[1].number = rows[1].maybe = (int64_t)((uint64_t)low + most);
            rows[2].number = low;
            rows[2].maybe = none ? UMI_NONE : low;
            comes_back(rows, 3);
            umi_text bytes = written(&every_table, rows, 3);
            int width = 0;
            for (uint64_t v = most; v > 0; v >>= 8)
                width++;
            assert_int_equal(mark_of(bytes, 1), width);
            width = 0;
            for (uint64_t v = most + (uint64_t)none; v > 0; v >>= 8)
                width++;
            assert_int_equal(mark_of(bytes, 2),
                             width | (none ? UMI__ABSENT : 0));
            let_go(bytes);
        }
}

static void all_may_be_absent(void **state)
{
    (void)state;
    static every rows[UMI__BLOCK_ROWS];
    for (int64_t i = 0; i < UMI__BLOCK_ROWS; i++)
        rows[i] = plain_row(i - 7);
    comes_back(rows, 1);
    comes_back(rows, UMI__BLOCK_ROWS);
    umi_text bytes = written(&every_table, rows, UMI__BLOCK_ROWS);
    assert_int_equal(bytes.len, 4 + 9 * COLUMNS + 2 * UMI__BLOCK_ROWS);
    let_go(bytes);
}

/* --- bytes written by hand ------------------------------------------------ */

#define ZERO7 "\0\0\0\0\0\0\0"
#define FF7   "\xff\xff\xff\xff\xff\xff\xff"

static void expect_bytes(umi_text bytes, const char *want, size_t n)
{
    assert_int_equal(bytes.len, n);
    assert_memory_equal(bytes.ptr, want, n);
    let_go(bytes);
}

static void the_format_is_that_of_the_header(void **state)
{
    (void)state;
    const umi_idem refs[] = {{-2, 7}, {300, 7}, {1000, 7}};
    static const char ref_bytes[] = "\3\0\0\0"
                                    "\2\xfe" FF7        /* keys from -2 on */
                                    "\0\7" ZERO7        /* one figure for all */
                                    "\0\0\x2e\1\xea\3"; /* 0, 302, 1002 */
    expect_bytes(written(&umi_idem_table, refs, 3), ref_bytes,
                 sizeof ref_bytes - 1);

    const umi_loan_key keys[] = {{5, 258, UMI_TEXT("L1")},
                                 {6, 2, UMI_TEXT("")},
                                 {9, 257, UMI_TEXT("AB7")}};
    static const char key_bytes[] =
        "\3\0\0\0"
        "\1\5" ZERO7 "\2\2" ZERO7 "\1\0" ZERO7 "\0\1\4"
        "\0\1\0\0\xff\0" /* 256, 0, 255 */
        "\2\2\5"         /* ends of texts */
        "L1AB7";
    expect_bytes(written(&umi_loan_key_table, keys, 3), key_bytes,
                 sizeof key_bytes - 1);
}

/* The first three columns of a state, in a table of its own. */
static void absent_values_stand_as_nought(void **state)
{
    (void)state;
    static const umi_store_column columns[] = {
        UMI_COL(every, key, INT), UMI_COL_OPT(every, maybe, INT),
        UMI_COL_OPT(every, day_maybe, DAY), UMI_COL(every, flag, BOOL),
        UMI_COL_ENUM(every, name, colours)};
    static const umi_table table =
        UMI_TABLE_PACKED(KEY, every, "some", columns);
    every rows[] = {plain_row(1), plain_row(2), plain_row(3)};
    rows[0].maybe = 1000;
    rows[1].maybe = 1254;
    rows[1].day_maybe.n = 3;
    rows[1].flag = true;
    rows[2].name = BLUE;
    static const char bytes[] =
        "\3\0\0\0"
        "\1\1" ZERO7 "\x81\xe8\3\0\0\0\0\0\0" /* from 1000 on */
        "\x81\3" ZERO7 "\1\0" ZERO7 "\1\0" ZERO7 "\0\1\2"
        "\1\xff\0" /* one more than 0 and 254; none */
        "\0\1\0"
        "\0\1\0"
        "\0\0\2";
    expect_bytes(written(&table, rows, 3), bytes, sizeof bytes - 1);
}

/* --- seeking -------------------------------------------------------------- */

static void keys_are_sought_from_any_place(void **state)
{
    (void)state;
    static umi_idem rows[UMI__BLOCK_ROWS];
    chance r = chance_begin("keys_are_sought_from_any_place", 8);
    for (int round = 0; round < chance_rounds(60); round++) {
        umi__block b;
        size_t n = (size_t)chance_in(&r, 1, round % 2 ? 12 : UMI__BLOCK_ROWS);
        int64_t key = chance_in(&r, -500, 0);
        for (size_t i = 0; i < n; i++)
            rows[i] = (umi_idem){key += chance_in(&r, 1, 3), 1};
        umi_text bytes = written(&umi_idem_table, rows, n);
        assert_true(umi__block_open(&b, &umi_idem_table, bytes));
        for (int i = 0; i < 300; i++) {
            size_t from = (size_t)chance_in(&r, 0, (int64_t)n), want = from;
            int64_t sought = chance_in(&r, rows[0].key - 2, key + 2);
            while (want < n && rows[want].key < sought)
                want++;
            assert_int_equal(umi__block_seek(&b, from, sought), want);
        }
        let_go(bytes);
    }
}

/* --- bytes that somebody changed ------------------------------------------ */

static every few[3]; /* nothing is absent in the last one */

static int few_rows(void **state)
{
    (void)state;
    few[0] = plain_row(-3);
    few[0].number = 1;
    few[0].maybe = 500;
    few[0].money.sen = 70000;
    few[0].day.n = 20000;
    few[0].flag = true;
    few[0].name = GREEN;
    few[0].name_maybe = BLUE;
    few[0].text = UMI_TEXT("Ani");
    few[1] = plain_row(40);
    few[1].number = INT64_MAX;
    few[1].money.sen = -9;
    few[1].money_maybe.sen = 12;
    few[1].day.n = 20001;
    few[1].day_maybe.n = 19000;
    few[2] = (every){.key = 41,
                     .number = INT64_MIN,
                     .maybe = 7,
                     .money_maybe = {1 << 30},
                     .day = {20400},
                     .day_maybe = {19001},
                     .name = BLUE,
                     .text = UMI_TEXT("a longer one")};
    return 0;
}

/* Look at everything; true: all rows are those that were written. */
static bool looks_the_same(umi_text bytes, const every *rows, size_t n)
{
    umi__block b;
    if (!umi__block_open(&b, &every_table, bytes))
        return false;
    bool same = b.n == n;
    for (size_t i = 0; i < b.n; i++) {
        every row = {0};
        bool loaded = umi__block_load(&b, i, &row);
        unsigned sum = 0; /* of a text every byte is there */
        for (size_t k = 0; loaded && k < row.text.len; k++)
            sum += (unsigned char)row.text.ptr[k];
        assert_true(sum <= 255U * row.text.len);
        same = same && loaded && equal_rows(&row, &rows[i]);
        assert_true(umi__block_seek(&b, i, row.key) <= b.n);
        assert_true(umi__block_seek(&b, 0, row.key + (int64_t)i) <= b.n);
    }
    return same;
}

static void no_changed_byte_goes_unnoticed(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 3; n++) {
        const every *rows = few + 3 - n;
        umi_text bytes = written(&every_table, rows, n);
        char *p = (char *)(uintptr_t)bytes.ptr;
        assert_true(looks_the_same(bytes, rows, n));
        for (size_t at = 0; at < bytes.len; at++) {
            const char was = p[at];
            for (int v = 0; v < 256; v++) {
                p[at] = (char)v;
                if (looks_the_same(bytes, rows, n) != (p[at] == was))
                    fail_msg("%zu rows: byte %zu, %d for %d", n, at, v, was);
            }
            p[at] = was;
        }
        let_go(bytes);
    }
}

static void two_changed_bytes_do_no_harm(void **state)
{
    (void)state;
    chance r = chance_begin("two_changed_bytes_do_no_harm", 11);
    umi_text bytes = written(&every_table, few, 3);
    char *p = (char *)(uintptr_t)bytes.ptr;
    for (int i = 0; i < chance_rounds(60000); i++) {
        size_t a = (size_t)chance_in(&r, 0, (int64_t)bytes.len - 1);
        size_t b = (size_t)chance_in(&r, 0, 4 + 9 * COLUMNS - 1);
        const char was[] = {p[a], p[b]};
        p[a] = (char)chance_next(&r);
        p[b] = (char)chance_next(&r);
        (void)looks_the_same(bytes, few, 3);
        p[b] = was[1];
        p[a] = was[0];
    }
    assert_true(looks_the_same(bytes, few, 3));
    let_go(bytes);
}

static void a_block_ends_where_it_ends(void **state)
{
    (void)state;
    umi__block b;
    umi_text bytes = written(&every_table, few, 3);
    umi_text keys = written(&umi_idem_table, (umi_idem[]){{1, 2}, {3, 4}}, 2);
    for (size_t n = 0; n < bytes.len; n++) {
        umi_text cut = tight((umi_text){bytes.ptr, n});
        assert_false(umi__block_open(&b, &every_table, cut));
        let_go(cut);
    }
    for (size_t n = 0; n < keys.len; n++) { /* without texts too */
        umi_text cut = tight((umi_text){keys.ptr, n});
        assert_false(umi__block_open(&b, &umi_idem_table, cut));
        let_go(cut);
    }
    keys.len++;
    assert_false(umi__block_open(&b, &umi_idem_table, keys));
    keys.len--;
    assert_true(umi__block_open(&b, &umi_idem_table, keys));
    assert_false(umi__block_open(&b, &umi_loan_key_table, keys));
    let_go(keys);
    let_go(bytes);
}

/* --- tables --------------------------------------------------------------- */

static void packed_tables_fit_into_blocks(void **state)
{
    (void)state;
    static const umi_store_column two_texts[] = {UMI_COL(every, key, INT),
                                                 UMI_COL(every, text, TEXT),
                                                 UMI_COL(every, text, TEXT)};
    static const umi_store_column no_text[] = {UMI_COL(every, key, INT),
                                               UMI_COL_OPT(every, text, TEXT)};
    static const umi_store_column blob[] = {UMI_COL(every, key, INT),
                                            UMI_COL(every, text, BLOB)};
    const umi_table wrong[] = {
        UMI_TABLE_PACKED(KEY, every, "wrong", two_texts),
        UMI_TABLE_PACKED(KEY, every, "wrong", no_text),
        UMI_TABLE_PACKED(KEY, every, "wrong", blob),
    };
    size_t n, packed = 0;
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++)
        if (t[i]->packed) {
            packed++;
            assert_true(umi__block_holds(t[i]));
            assert_true(t[i]->columns[0].type == UMI_COL_INT);
            assert_false(t[i]->columns[0].optional);
            assert_false(t[i]->kind == UMI_TABLE_STATE &&
                         t[i]->columns[1].optional);
        }
    assert_int_equal(packed, 3);
    assert_true(umi__block_holds(&every_table));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(umi__block_holds(&wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rows_come_back),
        cmocka_unit_test(the_widest_numbers_come_back),
        cmocka_unit_test(figures_are_as_wide_as_they_need),
        cmocka_unit_test(all_may_be_absent),
        cmocka_unit_test(the_format_is_that_of_the_header),
        cmocka_unit_test(absent_values_stand_as_nought),
        cmocka_unit_test(keys_are_sought_from_any_place),
        cmocka_unit_test(no_changed_byte_goes_unnoticed),
        cmocka_unit_test(two_changed_bytes_do_no_harm),
        cmocka_unit_test(a_block_ends_where_it_ends),
        cmocka_unit_test(packed_tables_fit_into_blocks),
    };
    return cmocka_run_group_tests_name("ledger/block", tests, few_rows, NULL);
}
