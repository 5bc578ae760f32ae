/* SPDX-License-Identifier: MIT */
#include "engine/base/hash.h"

#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>

static_assert(sizeof(crypto_hash_sha256_state) <=
                  sizeof(((umi_sha256 *)0)->state),
              "the state of SHA-256 fits its opaque room");
static_assert(sizeof(crypto_generichash_state) <=
                  sizeof(((umi_blake2b *)0)->state),
              "the state of BLAKE2b fits its opaque room");
static_assert(_Alignof(crypto_generichash_state) <= _Alignof(umi_blake2b),
              "and is aligned in it");
static_assert(crypto_shorthash_KEYBYTES == UMI_SIP_KEY, "");

/* libsodium's functions for hashing fail only for lengths that cannot occur
 * here; a failure is a defect of ours. */
static void expect(int rc)
{
    assert(rc == 0);
    (void)rc;
}

/* Until it is told to look at the processor, libsodium takes the slowest
 * BLAKE2b that it has.  That may be told more than once. */
static void make_ready(void)
{
    static atomic_bool ready;
    if (atomic_load_explicit(&ready, memory_order_relaxed))
        return;
    expect(sodium_init() < 0);
    atomic_store_explicit(&ready, true, memory_order_relaxed);
}

void umi_sha256_init(umi_sha256 *s)
{
    expect(crypto_hash_sha256_init((crypto_hash_sha256_state *)s->state));
}

void umi_sha256_update(umi_sha256 *s, const void *bytes, size_t len)
{
    expect(crypto_hash_sha256_update((crypto_hash_sha256_state *)s->state,
                                     bytes, len));
}

umi_hash umi_sha256_final(umi_sha256 *s)
{
    umi_hash h;
    expect(
        crypto_hash_sha256_final((crypto_hash_sha256_state *)s->state, h.byte));
    return h;
}

umi_hash umi_sha256_of(const void *bytes, size_t len)
{
    umi_hash h;
    expect(crypto_hash_sha256(h.byte, bytes, len));
    return h;
}

void umi_blake2b_init(umi_blake2b *s)
{
    make_ready();
    expect(crypto_generichash_init((crypto_generichash_state *)s->state, NULL,
                                   0, UMI_HASH_SIZE));
}

void umi_blake2b_update(umi_blake2b *s, const void *bytes, size_t len)
{
    expect(crypto_generichash_update((crypto_generichash_state *)s->state,
                                     bytes, len));
}

void umi_blake2b_int(umi_blake2b *s, int64_t v)
{
    unsigned char b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (unsigned char)((uint64_t)v >> (8 * i));
    umi_blake2b_update(s, b, sizeof b);
}

void umi_blake2b_text(umi_blake2b *s, umi_text t)
{
    umi_blake2b_int(s, (int64_t)t.len);
    if (t.len > 0)
        umi_blake2b_update(s, t.ptr, t.len);
}

umi_hash umi_blake2b_final(umi_blake2b *s)
{
    umi_hash h;
    expect(crypto_generichash_final((crypto_generichash_state *)s->state,
                                    h.byte, UMI_HASH_SIZE));
    return h;
}

umi_hash umi_blake2b_of(const void *bytes, size_t len)
{
    umi_hash h;
    make_ready();
    expect(crypto_generichash(h.byte, UMI_HASH_SIZE, bytes, len, NULL, 0));
    return h;
}

uint64_t umi_sip(const umi_sip_key *key, const void *bytes, size_t len)
{
    unsigned char out[crypto_shorthash_BYTES];
    uint64_t v = 0;
    expect(crypto_shorthash(out, bytes, len, key->byte));
    for (size_t i = sizeof out; i-- > 0;)
        v = v << 8 | out[i];
    return v;
}

bool umi_hash_eq(const umi_hash *a, const umi_hash *b)
{
    return memcmp(a->byte, b->byte, UMI_HASH_SIZE) == 0;
}

void umi_hash_hex(char out[UMI_HASH_HEX], const umi_hash *h)
{
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < UMI_HASH_SIZE; i++) {
        out[2 * i] = digit[h->byte[i] >> 4];
        out[2 * i + 1] = digit[h->byte[i] & 15];
    }
    out[2 * UMI_HASH_SIZE] = '\0';
}

const char *umi_sodium_version(void)
{
    return sodium_version_string();
}
