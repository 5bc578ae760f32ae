/* SPDX-License-Identifier: MIT */
#include "engine/base/money_words.h"

static const char *const units[2][20] = {
    [UMI_LANG_EN] = {"zero",    "one",     "two",       "three",    "four",
                     "five",    "six",     "seven",     "eight",    "nine",
                     "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                     "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"},
    [UMI_LANG_ID] = {"nol", "satu", "dua", "tiga", "empat", "lima", "enam",
                     "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"},
};
static const char *const tens[10] = {NULL,     NULL,    "twenty", "thirty",
                                     "forty",  "fifty", "sixty",  "seventy",
                                     "eighty", "ninety"};
/* Groups of three digits from the least; int64 sen has six of them. */
static const char *const scales[2][6] = {
    [UMI_LANG_EN] = {"", " thousand", " million", " billion", " trillion",
                     " quadrillion"},
    [UMI_LANG_ID] = {"", " ribu", " juta", " miliar", " triliun",
                     " kuadriliun"},
};

/* 1 .. 99 */
static void english(umi_buf *b, unsigned n)
{
    if (n < 20) {
        umi_buf_puts(b, units[UMI_LANG_EN][n]);
        return;
    }
    umi_buf_puts(b, tens[n / 10]);
    if (n % 10 != 0)
        umi_buf_printf(b, "-%s", units[UMI_LANG_EN][n % 10]);
}

/* 1 .. 99 */
static void indonesian(umi_buf *b, unsigned n)
{
    const char *const *unit = units[UMI_LANG_ID];
    if (n < 12) {
        umi_buf_puts(b, unit[n]);
    } else if (n < 20) {
        umi_buf_printf(b, "%s belas", unit[n - 10]);
    } else {
        umi_buf_printf(b, "%s puluh", unit[n / 10]);
        if (n % 10 != 0)
            umi_buf_printf(b, " %s", unit[n % 10]);
    }
}

/* 1 .. 999 */
static void group(umi_buf *b, unsigned n, umi_lang lang)
{
    bool id = lang == UMI_LANG_ID;
    if (id && n / 100 == 1)
        umi_buf_puts(b, "seratus");
    else if (n >= 100)
        umi_buf_printf(b, id ? "%s ratus" : "%s hundred", units[lang][n / 100]);
    if (n >= 100 && n % 100 != 0)
        umi_buf_putc(b, ' ');
    if (n % 100 != 0)
        (id ? indonesian : english)(b, n % 100);
}

static void number(umi_buf *b, uint64_t n, umi_lang lang)
{
    uint64_t scale = UINT64_C(1000000000000000);
    size_t start = b->len;
    if (n == 0)
        umi_buf_puts(b, units[lang][0]);
    for (int i = 5; i >= 0; i--, scale /= 1000) {
        unsigned part = (unsigned)(n / scale % 1000);
        if (part == 0)
            continue;
        if (b->len > start)
            umi_buf_putc(b, ' ');
        if (lang == UMI_LANG_ID && i == 1 && part == 1) {
            umi_buf_puts(b, "seribu");
            continue;
        }
        group(b, part, lang);
        umi_buf_puts(b, scales[lang][i]);
    }
}

void umi_buf_money_words(umi_buf *b, umi_money m, umi_lang lang)
{
    uint64_t all = m.sen < 0 ? 0 - (uint64_t)m.sen : (uint64_t)m.sen;
    uint64_t rupiah = all / 100, sen = all % 100;
    if (m.sen < 0)
        umi_buf_puts(b, "minus ");
    if (rupiah != 0 || sen == 0) {
        number(b, rupiah, lang);
        umi_buf_puts(b, " rupiah");
    }
    if (rupiah != 0 && sen != 0)
        umi_buf_puts(b, lang == UMI_LANG_ID ? " " : " and ");
    if (sen != 0) {
        number(b, sen, lang);
        umi_buf_puts(b, " sen");
    }
}
