/* SPDX-License-Identifier: MIT
 * Hashes equal their published vectors, in one piece and in many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/hash.h"
#include "engine/base/sign.h"

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

/* A number is its eight bytes, a text its length and its bytes. */
static void pieces_are_what_they_are_made_of(void **state)
{
    (void)state;
    static const struct {
        int64_t v;
        unsigned char bytes[8];
    } numbers[] = {
        {0, {0}},
        {1, {1}},
        {0x0102030405060708, {8, 7, 6, 5, 4, 3, 2, 1}},
        {-2, {254, 255, 255, 255, 255, 255, 255, 255}},
        {INT64_MIN, {0, 0, 0, 0, 0, 0, 0, 128}},
    };
    umi_blake2b s;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        umi_blake2b_init(&s);
        umi_blake2b_int(&s, numbers[i].v);
        umi_hash got = umi_blake2b_final(&s);
        umi_hash want = umi_blake2b_of(numbers[i].bytes, 8);
        assert_true(umi_hash_eq(&got, &want));
    }
    umi_blake2b_init(&s);
    umi_blake2b_text(&s, UMI_TEXT("x"));
    umi_blake2b_text(&s, (umi_text){0});
    umi_hash got = umi_blake2b_final(&s);
    umi_hash want = umi_blake2b_of("\1\0\0\0\0\0\0\0x\0\0\0\0\0\0\0\0", 17);
    assert_true(umi_hash_eq(&got, &want));
    want.byte[31] ^= 1;
    assert_false(umi_hash_eq(&got, &want));
    want.byte[31] ^= 1;
    want.byte[0] ^= 1;
    assert_false(umi_hash_eq(&got, &want));
}

static void hex_is_64_digits_and_a_nul(void **state)
{
    (void)state;
    char out[UMI_HASH_HEX + 2];
    umi_hash h;
    for (size_t i = 0; i < sizeof h.byte; i++)
        h.byte[i] = (unsigned char)(i * 9);
    memset(out, '#', sizeof out);
    umi_hash_hex(out, &h);
    assert_memory_equal(out,
                        "0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1ea"
                        "f3fc050e17\0##",
                        sizeof out);
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

/* RFC 8032, 7.1, tests 1 and 2 */
static void signatures_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *secret, *public, *message, *signature;
    } pairs[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8"
         "821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
         "r",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085a"
         "c1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        umi_secret_key key;
        umi_signature want;
        umi_buf b = {0};
        umi_text message = umi_text_of(pairs[i].message);
        assert_true(umi_hex_parse(key.byte, sizeof key.byte,
                                  umi_text_of(pairs[i].secret)));
        assert_true(umi_hex_parse(want.byte, sizeof want.byte,
                                  umi_text_of(pairs[i].signature)));
        umi_public_key pub = umi_public_key_of(&key);
        umi_buf_hex(&b, pub.byte, sizeof pub.byte);
        assert_true(umi_text_is(umi_buf_as_text(&b), pairs[i].public));
        umi_signature got = umi_sign(&key, message);
        assert_memory_equal(got.byte, want.byte, sizeof want.byte);
        assert_true(umi_sign_holds(&got, &pub, message));
        assert_false(umi_sign_holds(&got, &pub, UMI_TEXT("s")));
        for (size_t k = 0; k < sizeof got.byte; k++) {
            got.byte[k] ^= 1;
            assert_false(umi_sign_holds(&got, &pub, message));
            got.byte[k] ^= 1;
        }
        umi_wipe(key.byte, sizeof key.byte);
        for (size_t k = 0; k < sizeof key.byte; k++)
            assert_int_equal(key.byte[k], 0);
        umi_buf_free(&b);
    }
}

static void hex_is_read_strictly(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "0",    "0g",   "0A",   " 00f",
                                      "000f0", "00f",  "00 f", "000g", "000G",
                                      "000:",  "00/f", "000`", "00Af"};
    unsigned char out[2] = {7, 7};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(umi_hex_parse(out, 2, umi_text_of(bad[i])));
    assert_int_equal(out[0] + out[1], 14);
    assert_true(umi_hex_parse(out, 2, umi_text_of("00fe")));
    assert_int_equal(out[1], 0xfe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_hold),
        cmocka_unit_test(lists_of_texts_do_not_collide),
        cmocka_unit_test(pieces_are_what_they_are_made_of),
        cmocka_unit_test(hex_is_64_digits_and_a_nul),
        cmocka_unit_test(siphash_depends_on_key_and_text),
        cmocka_unit_test(signatures_are_those_of_the_standard),
        cmocka_unit_test(hex_is_read_strictly),
    };
    return cmocka_run_group_tests_name("engine/hash", tests, NULL, NULL);
}
