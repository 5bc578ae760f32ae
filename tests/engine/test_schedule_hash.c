/* SPDX-License-Identifier: MIT
 * The fingerprint of a schedule: its value is pinned, and no figure of any row
 * can change without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/loan/schedule_hash.h"
#include "tests/support/random.h"

static umi_row rows[UMI_PERIODS_MAX];

static umi_row
row(int32_t due, int64_t principal, int64_t interest, int64_t fee)
{
    return (umi_row){.due = {due},
                     .principal = {principal},
                     .interest = {interest},
                     .fee = {fee}};
}

static umi_hash hash_of(size_t n)
{
    return umi_schedule_hash(&(umi_schedule){.rows = rows, .count = n});
}

static void says(size_t n, const char *want)
{
    char hex[UMI_HASH_HEX];
    umi_hash h = hash_of(n);
    umi_hash_hex(hex, &h);
    assert_string_equal(hex, want);
}

/* Figures from Python's hashlib over the bytes that docs/formulas.md names. */
static void is_what_the_formula_says(void **state)
{
    (void)state;
    for (int32_t i = 0; i < 50; i++) /* one run */
        rows[i] = row(20458 + 7 * (i + 1), 4000000, 1000000, 0);
    says(50, "f956a4836ae615217cc7aaf29172cb78"
             "af3852a318f0d559fe540073399c77cb");
    rows[0] = row(20512, 33300, 1000, 0); /* no runs */
    rows[1] = row(20543, 33300, 700, 0);
    rows[2] = row(20573, 33400, 300, 0);
    says(3, "0f978ca06f95b6162398bbcb984a283b"
            "101befb70e203a2d017410bbde91e729");
    for (int32_t i = 0, due = -1000; i < UMI_PERIODS_MAX; i++) {
        due += 1 + i % 3; /* more bytes than are kept at once */
        rows[i] = row(due, 100 * i, INT64_C(1000000000000000) - i, i / 7);
    }
    says(UMI_PERIODS_MAX, "d57e71b8cf98899f49581d948078f070"
                          "4a374d2f253cd75f9aa81f622a592e48");
}

static void make_rows(chance *c, size_t n)
{
    int32_t due = (int32_t)chance_in(c, -800, 60000);
    const int32_t step = (int32_t)chance_in(c, 1, 31);
    for (size_t i = 0; i < n; i++) {
        due += chance_one_in(c, 5) ? (int32_t)chance_in(c, 1, 31) : step;
        rows[i] = row(due, chance_in(c, 0, 2), chance_in(c, 0, 2) * 100,
                      chance_one_in(c, 9));
    }
}

static void differs(const umi_hash *was, size_t n)
{
    umi_hash is = hash_of(n);
    assert_false(umi_hash_eq(was, &is));
}

static void change(chance *c, size_t n)
{
    const umi_hash was = hash_of(n);
    umi_row *r = &rows[chance_in(c, 0, (int64_t)n - 1)], kept = *r;
    const int32_t by = chance_one_in(c, 2) ? 1 : -1;
    r->due.n += by;
    differs(&was, n);
    *r = kept;
    r->principal.sen += by;
    differs(&was, n);
    *r = kept;
    r->interest.sen += by;
    differs(&was, n);
    *r = kept;
    r->fee.sen += by;
    differs(&was, n);
    *r = kept;
    differs(&was, n - 1);
    rows[n] = rows[n - 1];
    differs(&was, n + 1);
    umi_hash is = hash_of(n);
    assert_true(umi_hash_eq(&was, &is));
}

static void changes_with_every_figure(void **state)
{
    (void)state;
    chance c = chance_begin("changes_with_every_figure", 20261122);
    const int times = chance_rounds(2000);
    for (int i = 0; i < times; i++) {
        size_t n = (size_t)chance_in(&c, 1, chance_one_in(&c, 20) ? 3000 : 30);
        make_rows(&c, n);
        change(&c, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_what_the_formula_says),
        cmocka_unit_test(changes_with_every_figure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
