/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_PARTY_REFERENCE_H
#define UMI_ENGINE_PARTY_REFERENCE_H

/**
 * @file
 * The reference of a transfer: 16 characters A-Z and 0-9 that survive every
 * bank's remark field, the last of them a check character (ISO 7064,
 * MOD 37,36), so that a reference mistyped or cut by a bank is told from
 * another transfer's.
 */
#include "engine/base/text.h"

#define UMI_REFERENCE_LEN 16
#define UMI_REFERENCE_MAX INT64_C(999999999999)

typedef struct umi_reference {
    char text[UMI_REFERENCE_LEN + 1]; /**< ends with NUL */
} umi_reference;

/** The reference of transfer number @p n, 1 .. UMI_REFERENCE_MAX. */
umi_reference umi_reference_of(int64_t n);

/** Whether @p t is a reference that umi_reference_of() makes. */
bool umi_reference_ok(umi_text t);

/** The ISO 7064 MOD 37,36 check character of @p t; 0 for other characters. */
char umi_reference_check(umi_text t);

#endif
