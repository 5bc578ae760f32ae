/* SPDX-License-Identifier: MIT */
#include "engine/base/date.h"

bool umi_leap_year(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t umi_month_days(int32_t year, int32_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    return month == 2 && umi_leap_year(year) ? 29 : days[month - 1];
}

/* The year is taken to begin in March, so that the leap day is its last:
 * months then have (153 m + 2) / 5 days before them, and a year of the
 * 400-year era starts after 365 y + y/4 - y/100 days. */
umi_day umi_day_of(umi_civil c)
{
    int32_t y = c.year - (c.month <= 2);
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    int32_t yoe = y - era * 400;
    int32_t m = c.month + (c.month > 2 ? -3 : 9);
    int32_t doy = (153 * m + 2) / 5 + c.day - 1;
    int32_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (umi_day){era * 146097 + doe - 719468};
}

/* The same year from March, downwards: century, year and month each come from
 * a linear function of the days left, divided by a constant; of the year and
 * the day in it, a product by 2^32/1461 holds both.
 * See Neri and Schneider, Euclidean affine functions and their application to
 * calendar algorithms, 2022.  From -5200-03-01 on. */
umi_civil umi_civil_of(umi_day d)
{
    enum {
        ERAS = 13
    }; /* of 400 years, added so that nothing is below 0 */
    uint32_t n = 4 * ((uint32_t)(d.n + 719468 + ERAS * 146097)) + 3;
    uint32_t century = n / 146097, rest = n % 146097 / 4;
    uint64_t product = (uint64_t)2939745 * (4 * rest + 3);
    uint32_t year = 100 * century + (uint32_t)(product >> 32);
    uint32_t doy = (uint32_t)product / 2939745 / 4;
    uint32_t m = 2141 * doy + 197913;
    bool next = doy >= 306; /* January and February */
    return (umi_civil){(int32_t)(year + next) - ERAS * 400,
                       (int32_t)(m >> 16) - (next ? 12 : 0),
                       (int32_t)((m & 65535) / 2141) + 1};
}

bool umi_civil_ok(umi_civil c)
{
    return c.year >= 1900 && c.year <= 2999 && c.month >= 1 && c.month <= 12 &&
           c.day >= 1 && c.day <= umi_month_days(c.year, c.month);
}

static bool digits(const char *p, int n, int32_t *out)
{
    int32_t v = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return true;
}

bool umi_day_parse(umi_day *out, umi_text t)
{
    umi_civil c;
    if (t.len != 10 || t.ptr[4] != '-' || t.ptr[7] != '-' ||
        !digits(t.ptr, 4, &c.year) || !digits(t.ptr + 5, 2, &c.month) ||
        !digits(t.ptr + 8, 2, &c.day) || !umi_civil_ok(c))
        return false;
    *out = umi_day_of(c);
    return true;
}

static void put(char *p, int n, int32_t v)
{
    for (int i = n - 1; i >= 0; i--, v /= 10)
        p[i] = (char)('0' + v % 10);
}

size_t umi_day_write(char out[UMI_DAY_TEXT], umi_day d)
{
    umi_civil c = umi_civil_of(d);
    put(out, 4, c.year);
    put(out + 5, 2, c.month);
    put(out + 8, 2, c.day);
    out[4] = out[7] = '-';
    out[10] = '\0';
    return 10;
}

void umi_buf_day(umi_buf *b, umi_day d)
{
    char text[UMI_DAY_TEXT];
    umi_buf_bytes(b, text, umi_day_write(text, d));
}

umi_day umi_day_add_months(umi_day from, int32_t months, int32_t dom)
{
    umi_civil c = umi_civil_of(from);
    int32_t m = c.year * 12 + (c.month - 1) + months;
    c.year = m / 12;
    c.month = m % 12 + 1;
    int32_t last = umi_month_days(c.year, c.month);
    c.day = dom < last ? dom : last;
    return umi_day_of(c);
}

int32_t umi_day_weekday(umi_day d)
{
    return ((d.n + 3) % 7 + 7) % 7 + 1; /* 1970-01-01 was a Thursday */
}

int32_t umi_months_between(umi_day a, umi_day b)
{
    if (b.n < a.n)
        return -umi_months_between(b, a);
    umi_civil x = umi_civil_of(a), y = umi_civil_of(b);
    return (y.year - x.year) * 12 + (y.month - x.month) - (y.day < x.day);
}

int32_t umi_years_between(umi_day a, umi_day b)
{
    return umi_months_between(a, b) / 12;
}
