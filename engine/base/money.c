/* SPDX-License-Identifier: MIT */
#include "engine/base/money.h"

#include "engine/base/digits.h"

bool umi_money_parse(umi_money *out, umi_text t)
{
    bool minus = t.len > 0 && t.ptr[0] == '-';
    size_t i = minus, whole = 0, places = 0;
    bool point = false;
    int64_t v = 0; /* kept negative: INT64_MIN has no positive twin */
    for (; i < t.len; i++) {
        char c = t.ptr[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || places == 2)
            return false;
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_sub_overflow(v, c - '0', &v))
            return false;
        point ? places++ : whole++;
    }
    if (whole == 0 || (point && places == 0))
        return false;
    for (; places < 2; places++)
        if (__builtin_mul_overflow(v, 10, &v))
            return false;
    if (!minus && __builtin_sub_overflow((int64_t)0, v, &v))
        return false;
    out->sen = v;
    return true;
}

/* Writes backwards from the end; group is 0 for none. */
static size_t
write_money(char out[UMI_MONEY_TEXT], umi_money m, char point, char group)
{
    char text[UMI_MONEY_TEXT];
    size_t i = sizeof text;
    uint64_t u = m.sen < 0 ? 0 - (uint64_t)m.sen : (uint64_t)m.sen;
    uint64_t rupiah = u / 100, sen = u % 100;
    if (sen != 0) {
        if (sen % 10 != 0)
            text[--i] = (char)('0' + sen % 10);
        else if (group != 0)
            text[--i] = '0';
        text[--i] = (char)('0' + sen / 10);
        text[--i] = point;
    }
    for (int n = 0; n == 0 || rupiah != 0; n++, rupiah /= 10) {
        if (group != 0 && n > 0 && n % 3 == 0)
            text[--i] = group;
        text[--i] = (char)('0' + rupiah % 10);
    }
    if (m.sen < 0)
        text[--i] = '-';
    size_t len = sizeof text - i;
    memcpy(out, text + i, len);
    out[len] = '\0';
    return len;
}

size_t umi_money_write(char out[UMI_MONEY_TEXT], umi_money m)
{
    return write_money(out, m, '.', 0);
}

size_t umi_money_show(char out[UMI_MONEY_TEXT], umi_money m, umi_lang lang)
{
    bool id = lang == UMI_LANG_ID;
    return write_money(out, m, id ? ',' : '.', id ? '.' : ',');
}

void umi_buf_money(umi_buf *b, umi_money m)
{
    char *p = umi_buf_reserve(b, UMI_DIGITS_ROOM);
    if (p != NULL)
        b->len = (size_t)(umi_put_money(p, m) - b->ptr);
}
