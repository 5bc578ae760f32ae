/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_PRODUCTS_H
#define UMI_TESTS_SUPPORT_PRODUCTS_H

/** @file The shipped products, and what is asked of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/set/set.h"

static umi_set *set;

static inline int setup(void **state)
{
    (void)state;
    umi_error err = {.lang = UMI_LANG_EN};
    umi_status rc = umi_set_load(&set, umi_data_all(), &err);
    if (rc != UMI_OK)
        print_error("%s:%d: %s\n", err.file, (int)err.line, err.message);
    return rc != UMI_OK;
}

static inline int teardown(void **state)
{
    (void)state;
    umi_set_free(set);
    return 0;
}

static const umi_product *product(const char *code)
{
    const umi_product *p = umi_product_find(&set->products, umi_text_of(code));
    assert_non_null(p);
    return p;
}

static inline umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static inline umi_product_ask
ask(int64_t rupiah, int32_t periods, const char *on)
{
    return (umi_product_ask){
        .amount = {rupiah * 100}, .periods = periods, .on = day(on)};
}

#endif
