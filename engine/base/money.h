/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_MONEY_H
#define UMI_ENGINE_BASE_MONEY_H

/**
 * @file
 * Amounts: whole sen (1/100 rupiah; ISO 4217 gives the rupiah two decimals)
 * in a struct, so that no day can be added to one.  Every operation that can
 * overflow says so.
 */
#include "engine/base/text.h"

typedef struct umi_money {
    int64_t sen;
} umi_money;

/**
 * The largest amount that a book takes at once: ten trillion rupiah.  Any
 * thousand of them still have a sum, so that one mistyped line cannot leave
 * a book whose totals do not fit.
 */
#define UMI_MONEY_ONCE_MAX INT64_C(1000000000000000)

#define UMI_MONEY_TEXT 32 /**< room for any amount as text, NUL included */

/** *out = a + b.  False, and *out untouched, when it does not fit. */
UMI_MUST_CHECK static inline bool
umi_money_add(umi_money *out, umi_money a, umi_money b)
{
    int64_t v;
    if (__builtin_add_overflow(a.sen, b.sen, &v))
        return false;
    out->sen = v;
    return true;
}

/** *out = a - b.  False, and *out untouched, when it does not fit. */
UMI_MUST_CHECK static inline bool
umi_money_sub(umi_money *out, umi_money a, umi_money b)
{
    int64_t v;
    if (__builtin_sub_overflow(a.sen, b.sen, &v))
        return false;
    out->sen = v;
    return true;
}

static inline umi_money umi_money_min(umi_money a, umi_money b)
{
    return a.sen < b.sen ? a : b;
}

/**
 * Read rupiah: optional '-', digits, optionally a point and one or two
 * decimals.  No grouping, exponent, sign '+', or blank.
 * @retval false  not of that form, or not within int64 sen; *out untouched
 */
UMI_MUST_CHECK bool umi_money_parse(umi_money *out, umi_text t);

/** Canonical text: rupiah, no grouping, no trailing ".00" ("860664.5"). */
size_t umi_money_write(char out[UMI_MONEY_TEXT], umi_money m);

/** For people: "1.521.097" (id) or "1,521,097" (en); sen only if not 0. */
size_t umi_money_show(char out[UMI_MONEY_TEXT], umi_money m, umi_lang lang);

void umi_buf_money(umi_buf *b, umi_money m); /**< canonical text */

#endif
