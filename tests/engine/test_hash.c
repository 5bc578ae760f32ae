/* SPDX-License-Identifier: MIT
 * Hashes equal their published vectors, in one piece and in many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/hash.h"

/* FIPS 180-4 examples; BLAKE2b-256 of the same (RFC 7693 parameters). */
static const struct {
    const char *text, *sha256, *blake2b;
} cases[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
     "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
};

static void equals(const umi_hash *h, const char *want)
{
    char hex[UMI_HASH_HEX];
    umi_hash_hex(hex, h);
    assert_string_equal(hex, want);
}

static void published_vectors_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = strlen(cases[i].text);
        umi_hash a = umi_sha256_of(cases[i].text, len);
        umi_hash b = umi_blake2b_of(cases[i].text, len);
        equals(&a, cases[i].sha256);
        equals(&b, cases[i].blake2b);
        umi_sha256 s;
        umi_blake2b t;
        umi_sha256_init(&s);
        umi_blake2b_init(&t);
        for (size_t k = 0; k < len; k++) {
            umi_sha256_update(&s, cases[i].text + k, 1);
            umi_blake2b_update(&t, cases[i].text + k, 1);
        }
        a = umi_sha256_final(&s);
        equals(&a, cases[i].sha256);
        b = umi_blake2b_final(&t);
        equals(&b, cases[i].blake2b);
    }
}

static void lists_of_texts_do_not_collide(void **state)
{
    (void)state;
    umi_blake2b s;
    umi_blake2b_init(&s);
    umi_blake2b_text(&s, UMI_TEXT("ab"));
    umi_blake2b_text(&s, UMI_TEXT("c"));
    umi_hash a = umi_blake2b_final(&s);
    umi_blake2b_init(&s);
    umi_blake2b_text(&s, UMI_TEXT("a"));
    umi_blake2b_text(&s, UMI_TEXT("bc"));
    umi_hash b = umi_blake2b_final(&s);
    assert_false(umi_hash_eq(&a, &b));
    assert_true(umi_hash_eq(&a, &a));
}

/* The reference key 00..0f and inputs of the SipHash paper, appendix A. */
static void siphash_depends_on_key_and_text(void **state)
{
    (void)state;
    umi_sip_key k;
    unsigned char in[15];
    for (size_t i = 0; i < sizeof k.byte; i++)
        k.byte[i] = (unsigned char)i;
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (unsigned char)i;
    assert_true(umi_sip(&k, in, 15) == UINT64_C(0xa129ca6149be45e5));
    k.byte[0] ^= 1;
    assert_true(umi_sip(&k, in, 15) != UINT64_C(0xa129ca6149be45e5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_hold),
        cmocka_unit_test(lists_of_texts_do_not_collide),
        cmocka_unit_test(siphash_depends_on_key_and_text),
    };
    return cmocka_run_group_tests_name("engine/hash", tests, NULL, NULL);
}
