/* SPDX-License-Identifier: MIT */
#include "cli/out/latin.h"

/* What code page 1252 has at 0x80 .. 0x9F, in UTF-8; "" is nothing. */
static const char *const high[32] = {
    "€", "",  "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š",
    "‹", "Œ", "",  "Ž", "",  "",  "‘", "’", "“", "”", "•",
    "–", "—", "˜", "™", "š", "›", "œ", "",  "ž", "Ÿ",
};

/* The byte of a character, or 0. */
static unsigned char byte_of(umi_text c)
{
    const unsigned char *u = (const unsigned char *)c.ptr;
    if (c.len == 1)
        return u[0] >= ' ' && u[0] < 0x7F ? u[0] : 0;
    if (c.len == 2 && (u[0] == 0xC2 || u[0] == 0xC3)) {
        unsigned point = (u[0] & 3U) << 6 | (u[1] & 0x3FU);
        return point >= 0xA0 ? (unsigned char)point : 0;
    }
    for (size_t i = 0; i < sizeof high / sizeof *high; i++)
        if (*high[i] != '\0' && umi_text_is(c, high[i]))
            return (unsigned char)(0x80 + i);
    return 0;
}

size_t cli_latin(umi_buf *b, umi_text t)
{
    size_t lost = 0;
    while (t.len > 0) {
        size_t n = umi_text_utf8_at(t), step = n ? n : 1;
        unsigned char c = byte_of((umi_text){t.ptr, step});
        if (c == 0 && strchr("\t\n\r", *t.ptr) && *t.ptr != '\0')
            c = ' ';
        lost += c == 0;
        umi_buf_putc(b, (char)(c ? c : '?'));
        t = (umi_text){t.ptr + step, t.len - step};
    }
    return lost;
}
