/* SPDX-License-Identifier: MIT */
#include "engine/party/nik.h"

#include <strings.h>

/* Codes of the Ministry of Home Affairs, with the six provinces of Papua. */
static const struct {
    int32_t code;
    const char *name;
} provinces[] = {
    {11, "Aceh"},
    {12, "Sumatera Utara"},
    {13, "Sumatera Barat"},
    {14, "Riau"},
    {15, "Jambi"},
    {16, "Sumatera Selatan"},
    {17, "Bengkulu"},
    {18, "Lampung"},
    {19, "Kepulauan Bangka Belitung"},
    {21, "Kepulauan Riau"},
    {31, "DKI Jakarta"},
    {32, "Jawa Barat"},
    {33, "Jawa Tengah"},
    {34, "DI Yogyakarta"},
    {35, "Jawa Timur"},
    {36, "Banten"},
    {51, "Bali"},
    {52, "Nusa Tenggara Barat"},
    {53, "Nusa Tenggara Timur"},
    {61, "Kalimantan Barat"},
    {62, "Kalimantan Tengah"},
    {63, "Kalimantan Selatan"},
    {64, "Kalimantan Timur"},
    {65, "Kalimantan Utara"},
    {71, "Sulawesi Utara"},
    {72, "Sulawesi Tengah"},
    {73, "Sulawesi Selatan"},
    {74, "Sulawesi Tenggara"},
    {75, "Gorontalo"},
    {76, "Sulawesi Barat"},
    {81, "Maluku"},
    {82, "Maluku Utara"},
    {91, "Papua"},
    {92, "Papua Barat"},
    {93, "Papua Selatan"},
    {94, "Papua Tengah"},
    {95, "Papua Pegunungan"},
    {96, "Papua Barat Daya"},
};

const char *umi_province_name(int32_t code)
{
    for (size_t i = 0; i < sizeof provinces / sizeof *provinces; i++)
        if (provinces[i].code == code)
            return provinces[i].name;
    return NULL;
}

const char *umi_sex_name(umi_sex s)
{
    return s == UMI_SEX_FEMALE ? "P" : "L";
}

bool umi_sex_parse(umi_sex *out, umi_text t)
{
    static const struct {
        const char *name;
        umi_sex sex;
    } names[] = {
        {"L", UMI_SEX_MALE},         {"P", UMI_SEX_FEMALE},
        {"M", UMI_SEX_MALE},         {"F", UMI_SEX_FEMALE},
        {"laki-laki", UMI_SEX_MALE}, {"perempuan", UMI_SEX_FEMALE},
        {"male", UMI_SEX_MALE},      {"female", UMI_SEX_FEMALE},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (t.len == strlen(names[i].name) &&
            strncasecmp(t.ptr, names[i].name, t.len) == 0) {
            *out = names[i].sex;
            return true;
        }
    return false;
}

static bool sixteen_digits(umi_text t)
{
    if (t.len != UMI_NIK_DIGITS)
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] < '0' || t.ptr[i] > '9')
            return false;
    return true;
}

static int32_t digits(umi_text t, size_t from, size_t n)
{
    int32_t v = 0;
    for (size_t i = from; i < from + n; i++)
        v = v * 10 + (t.ptr[i] - '0');
    return v;
}

/* The latest day of that two-digit year on or before the reference. */
static bool
birthday(umi_day *out, int32_t yy, int32_t month, int32_t day, umi_day ref)
{
    int32_t century = umi_civil_of(ref).year / 100 * 100;
    for (int32_t year = century + yy; year >= 1900; year -= 100) {
        umi_civil c = {year, month, day};
        if (!umi_civil_ok(c) || umi_day_of(c).n > ref.n)
            continue;
        *out = umi_day_of(c);
        return true;
    }
    return false;
}

/* tr:BAD:0 */
#define BAD(...) umi_fail_code(err, UMI_EINVAL, "NIK", "nik", __VA_ARGS__)

umi_status
umi_nik_parse(umi_nik *out, umi_text t, umi_day reference, umi_error *err)
{
    if (!sixteen_digits(t))
        return BAD("must be 16 digits, got '%.*s'", UMI_SHOW(t));
    umi_nik n = {.province = digits(t, 0, 2),
                 .regency = digits(t, 2, 2),
                 .district = digits(t, 4, 2),
                 .serial = digits(t, 12, 4)};
    int32_t day = digits(t, 6, 2);
    n.sex = day > 40 ? UMI_SEX_FEMALE : UMI_SEX_MALE;
    if (umi_province_name(n.province) == NULL)
        return BAD("there is no province %02d, got '%.*s'", n.province,
                   UMI_SHOW(t));
    if (n.regency == 0 || n.district == 0)
        return BAD("regency and district must not be 00, got '%.*s'",
                   UMI_SHOW(t));
    if (!birthday(&n.born, digits(t, 10, 2), digits(t, 8, 2),
                  day > 40 ? day - 40 : day, reference))
        return BAD("digits 7 to 12 are no birth date, got '%.*s'", UMI_SHOW(t));
    if (n.serial == 0)
        return BAD("the serial must not be 0000, got '%.*s'", UMI_SHOW(t));
    memcpy(n.text, t.ptr, t.len);
    *out = n;
    return UMI_OK;
}

unsigned
umi_nik_compare(const umi_nik *nik, const umi_day *born, const umi_sex *sex)
{
    unsigned differs = UMI_NIK_AGREES;
    if (born != NULL) {
        umi_civil a = umi_civil_of(nik->born), b = umi_civil_of(*born);
        if (a.day != b.day || a.month != b.month ||
            a.year % 100 != b.year % 100)
            differs |= UMI_NIK_BIRTH_DIFFERS;
    }
    if (sex != NULL && *sex != nik->sex)
        differs |= UMI_NIK_SEX_DIFFERS;
    return differs;
}

umi_status umi_nkk_parse(umi_nkk *out, umi_text t, umi_error *err)
{
    if (!sixteen_digits(t))
        return umi_fail_code(err, UMI_EINVAL, "NKK", "nkk",
                             "must be 16 digits, got '%.*s'", UMI_SHOW(t));
    umi_nkk n = {.province = digits(t, 0, 2),
                 .regency = digits(t, 2, 2),
                 .district = digits(t, 4, 2)};
    if (umi_province_name(n.province) == NULL)
        return umi_fail_code(err, UMI_EINVAL, "NKK", "nkk",
                             "there is no province %02d, got '%.*s'",
                             n.province, UMI_SHOW(t));
    if (digits(t, 12, 4) == 0)
        return umi_fail_code(err, UMI_EINVAL, "NKK", "nkk",
                             "the serial must not be 0000, got '%.*s'",
                             UMI_SHOW(t));
    memcpy(n.text, t.ptr, t.len);
    *out = n;
    return UMI_OK;
}
