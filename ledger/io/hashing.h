/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_HASHING_H
#define UMI_LEDGER_IO_HASHING_H

/**
 * @file
 * SHA-256 of a stream that is read for something else: the other core hashes
 * while this one goes on with the bytes.  Of a short stream this one does it.
 */
#include "engine/base/hash.h"
#include "engine/base/status.h"

typedef struct umi_hashing umi_hashing;

/** Caller frees. @retval UMI_ENOMEM memory exhausted */
UMI_MUST_CHECK umi_status umi_hashing_new(umi_hashing **out, umi_error *err);
/** Bytes are copied where they must be; some 16 MB wait at most. */
void umi_hashing_add(umi_hashing *h, const void *bytes, size_t len);
umi_hash umi_hashing_end(umi_hashing *h); /**< once, of all that was added */
void umi_hashing_free(umi_hashing *h);    /**< NULL is allowed */

#endif
