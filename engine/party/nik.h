/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_PARTY_NIK_H
#define UMI_ENGINE_PARTY_NIK_H

/**
 * @file
 * The numbers of the Indonesian population register.  A NIK names a person
 * for life: region of first registration, birth date (the day plus 40 for a
 * woman) and a serial.  It has no check digit, and it is not issued anew when
 * a birth date is corrected: a disagreement is a warning, never a refusal.
 * An NKK names a household.
 */
#include "engine/base/date.h"

#define UMI_NIK_DIGITS 16

typedef enum umi_sex {
    UMI_SEX_MALE,
    UMI_SEX_FEMALE
} umi_sex;

const char *umi_sex_name(umi_sex s); /**< "L" laki-laki, "P" perempuan */
/** "L" or "P", also "M"/"F" and the words, in any case. */
UMI_MUST_CHECK bool umi_sex_parse(umi_sex *out, umi_text t);

typedef struct umi_nik {
    char text[UMI_NIK_DIGITS + 1];
    int32_t province, regency, district; /**< of first registration */
    umi_day born; /**< the latest such day that is not after the reference */
    umi_sex sex;
    int32_t serial; /**< 1 .. 9999 */
} umi_nik;

/** How a stated birth date and sex differ from what the NIK says. */
typedef enum umi_nik_differs {
    UMI_NIK_AGREES = 0,
    UMI_NIK_BIRTH_DIFFERS = 1,
    UMI_NIK_SEX_DIFFERS = 2
} umi_nik_differs;

/**
 * Read a NIK.  The two-digit year is the latest that makes the birth date not
 * later than @p reference (the day of use: today, or the day of the file).
 *
 * @retval UMI_EINVAL code NIK: not 16 digits, a province that does not exist,
 *                    regency or district 00, no such birth date, serial 0000
 * @source systems.md section 3 (Dukcapil)
 */
UMI_MUST_CHECK umi_status umi_nik_parse(umi_nik *out,
                                        umi_text t,
                                        umi_day reference,
                                        umi_error *err);

/**
 * Compare with what was stated (each may be NULL: not known).  The century is
 * not compared, for the number does not hold it.
 * @return a set of umi_nik_differs
 */
unsigned
umi_nik_compare(const umi_nik *nik, const umi_day *born, const umi_sex *sex);

typedef struct umi_nkk {
    char text[UMI_NIK_DIGITS + 1];
    int32_t province, regency, district;
} umi_nkk;

/**
 * Read an NKK: region, issue date and serial.  The date is not judged.
 * @retval UMI_EINVAL code NKK: not 16 digits, a province that does not exist,
 *                    serial 0000
 */
UMI_MUST_CHECK umi_status umi_nkk_parse(umi_nkk *out,
                                        umi_text t,
                                        umi_error *err);

/** The name of a province by its code, or NULL when there is none. */
const char *umi_province_name(int32_t code);

#endif
