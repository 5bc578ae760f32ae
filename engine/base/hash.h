/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_HASH_H
#define UMI_ENGINE_BASE_HASH_H

/**
 * @file
 * Hashes: SHA-256 names a file to the world, BLAKE2b-256 chains what the book
 * stores, and a keyed 64-bit SipHash finds a text in an index (the full text
 * is always compared afterwards).  All come from libsodium.
 */
#include "engine/base/text.h"

#define UMI_HASH_SIZE 32 /**< bytes of SHA-256 and of BLAKE2b-256 */
#define UMI_HASH_HEX  65 /**< lower-case hex text and its NUL */
#define UMI_SIP_KEY   16 /**< bytes of a SipHash key */

typedef struct umi_hash {
    unsigned char byte[UMI_HASH_SIZE];
} umi_hash;

typedef struct umi_sip_key {
    unsigned char byte[UMI_SIP_KEY];
} umi_sip_key;

/** A SHA-256 over pieces: init, update any number of times, final once. */
typedef struct umi_sha256 {
    _Alignas(16) unsigned char state[128];
} umi_sha256;

/** A BLAKE2b-256 over pieces, in the same three steps. */
typedef struct umi_blake2b {
    _Alignas(64) unsigned char state[384];
} umi_blake2b;

void umi_sha256_init(umi_sha256 *s);
void umi_sha256_update(umi_sha256 *s, const void *bytes, size_t len);
umi_hash umi_sha256_final(umi_sha256 *s);
umi_hash umi_sha256_of(const void *bytes, size_t len);

void umi_blake2b_init(umi_blake2b *s);
void umi_blake2b_update(umi_blake2b *s, const void *bytes, size_t len);
/** @p v as eight bytes, least significant first, on every machine. */
void umi_blake2b_int(umi_blake2b *s, int64_t v);
/** The length of @p t and then its bytes, so that no two lists collide. */
void umi_blake2b_text(umi_blake2b *s, umi_text t);
umi_hash umi_blake2b_final(umi_blake2b *s);
umi_hash umi_blake2b_of(const void *bytes, size_t len);

/** SipHash-2-4 of @p len bytes under @p key. */
uint64_t umi_sip(const umi_sip_key *key, const void *bytes, size_t len);

const char *umi_sodium_version(void); /**< of libsodium; lives for ever */

bool umi_hash_eq(const umi_hash *a, const umi_hash *b);
void umi_hash_hex(char out[UMI_HASH_HEX], const umi_hash *h);

#endif
