/* SPDX-License-Identifier: MIT */
#include "engine/base/sign.h"

#include <assert.h>
#include <sodium.h>

static_assert(crypto_sign_SEEDBYTES == UMI_KEY_SIZE, "a seed");
static_assert(crypto_sign_PUBLICKEYBYTES == UMI_KEY_SIZE, "a public key");
static_assert(crypto_sign_BYTES == UMI_SIGNATURE_SIZE, "a signature");

/* Fails only when it has no memory of its own to fail with: never. */
static void expect(int rc)
{
    assert(rc == 0);
    (void)rc;
}

umi_public_key umi_public_key_of(const umi_secret_key *key)
{
    umi_public_key out;
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    expect(crypto_sign_seed_keypair(out.byte, secret, key->byte));
    sodium_memzero(secret, sizeof secret);
    return out;
}

umi_signature umi_sign(const umi_secret_key *key, umi_text bytes)
{
    umi_public_key pub;
    umi_signature out;
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    expect(crypto_sign_seed_keypair(pub.byte, secret, key->byte));
    expect(crypto_sign_detached(
        out.byte, NULL, (const unsigned char *)bytes.ptr, bytes.len, secret));
    sodium_memzero(secret, sizeof secret);
    return out;
}

bool umi_sign_holds(const umi_signature *s,
                    const umi_public_key *key,
                    umi_text bytes)
{
    return crypto_sign_verify_detached(s->byte,
                                       (const unsigned char *)bytes.ptr,
                                       bytes.len, key->byte) == 0;
}

void umi_wipe(void *bytes, size_t len)
{
    sodium_memzero(bytes, len);
}

/* --- hex ------------------------------------------------------------------ */

void umi_buf_hex(umi_buf *b, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        umi_buf_putc(b, digits[bytes[i] >> 4]);
        umi_buf_putc(b, digits[bytes[i] & 15]);
    }
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

bool umi_hex_parse(unsigned char *out, size_t len, umi_text text)
{
    if (text.len != 2 * len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (digit(text.ptr[i]) < 0)
            return false;
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)(digit(text.ptr[2 * i]) << 4 |
                                 digit(text.ptr[2 * i + 1]));
    return true;
}
