/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_SCHEDULE_HASH_H
#define UMI_ENGINE_LOAN_SCHEDULE_HASH_H

/**
 * @file
 * The fingerprint of a schedule: what a book stores of it, and what stands on
 * the page that is signed.
 */
#include "engine/base/hash.h"
#include "engine/loan/schedule.h"

/**
 * BLAKE2b-256 over due date, principal, interest and fee of every row.
 * @source docs/formulas.md, "Fingerprint of a schedule"
 */
umi_hash umi_schedule_hash(const umi_schedule *s);

#endif
