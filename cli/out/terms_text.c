/* SPDX-License-Identifier: MIT */
#include "cli/out/terms_text.h"

#include "engine/base/exact.h"

const char *cli_method_text(umi_method m, umi_lang lang)
{
    static const char *const methods[] = {
        [UMI_ANNUITY] = "annuity",
        [UMI_EQUAL_PRINCIPAL] = "equal principal",
        [UMI_FLAT] = "flat",
        [UMI_FLAT_EQUIVALENT] = "flat equivalent of an effective rate",
        [UMI_BULLET] = "principal at the end",
        [UMI_PAWN] = "pawn",
    };
    return umi_tr(lang, methods[m]);
}

const char *cli_rate_per_text(const umi_terms *t, umi_lang lang)
{
    static const char *const per[] = {
        [UMI_PER_YEAR] = "year",     [UMI_PER_MONTH] = "month",
        [UMI_PER_WEEK] = "week",     [UMI_PER_DAY] = "day",
        [UMI_PER_PERIOD] = "period", [UMI_PER_TERM] = "term",
    };
    bool pawn = t->method == UMI_PAWN;
    return umi_tr(lang, pawn ? "block" : per[t->rate_per]);
}

void cli_put_fixed(umi_buf *b, umi_i128 value, int places, umi_lang lang)
{
    size_t at = b->len;
    umi_buf_fixed(b, value, places);
    for (; lang == UMI_LANG_ID && at < b->len; at++)
        if (b->ptr[at] == '.')
            b->ptr[at] = ',';
}

void cli_put_percent(umi_buf *b, umi_rate r, umi_lang lang)
{
    umi_i128 num = (umi_i128)r.num * 100;
    int places = 0;
    for (; num % r.den != 0; places++)
        num *= 10;
    cli_put_fixed(b, num / r.den, places, lang);
}

void cli_put_micro(umi_buf *b, umi_i128 micro, umi_lang lang)
{
    cli_put_fixed(b, micro, 6, lang);
}

void cli_put_legal(umi_buf *b,
                   const umi_product *p,
                   const umi_when *row,
                   umi_lang lang)
{
    const umi_legal *legal = umi_product_legal(p, row);
    umi_buf_text(b, legal->title);
    if (legal->pin.len > 0) {
        umi_buf_puts(b, ", ");
        umi_buf_text(b, legal->pin);
    }
    if (row->verify || legal->verify)
        umi_buf_puts(b, umi_tr(lang, " (not verified)"));
}
