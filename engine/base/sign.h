/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_SIGN_H
#define UMI_ENGINE_BASE_SIGN_H

/**
 * @file
 * Signatures (Ed25519, RFC 8032, from libsodium).  A secret key is its seed
 * of 32 bytes, drawn by the caller; the public key follows from it.  Keys and
 * signatures are written as lower-case hex.
 */
#include "engine/base/text.h"

#define UMI_KEY_SIZE       32
#define UMI_SIGNATURE_SIZE 64

typedef struct umi_secret_key {
    unsigned char byte[UMI_KEY_SIZE];
} umi_secret_key;

typedef struct umi_public_key {
    unsigned char byte[UMI_KEY_SIZE];
} umi_public_key;

typedef struct umi_signature {
    unsigned char byte[UMI_SIGNATURE_SIZE];
} umi_signature;

umi_public_key umi_public_key_of(const umi_secret_key *key);

/** The same bytes under the same key give the same signature. */
umi_signature umi_sign(const umi_secret_key *key, umi_text bytes);

bool umi_sign_holds(const umi_signature *s,
                    const umi_public_key *key,
                    umi_text bytes);

/** Overwrite a secret that is no longer needed. */
void umi_wipe(void *bytes, size_t len);

void umi_buf_hex(umi_buf *b, const unsigned char *bytes, size_t len);
/** Exactly 2 @p len hex digits; @p out is untouched otherwise. */
UMI_MUST_CHECK bool
umi_hex_parse(unsigned char *out, size_t len, umi_text text);

#endif
