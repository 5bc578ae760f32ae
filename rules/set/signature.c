/* SPDX-License-Identifier: MIT */
#include "rules/set/signature.h"

static void
put_line(umi_buf *b, const char *word, const unsigned char *bytes, size_t len)
{
    umi_buf_puts(b, word);
    umi_buf_putc(b, ' ');
    umi_buf_hex(b, bytes, len);
    umi_buf_putc(b, '\n');
}

static const char secret_word[] = "umi-secret-key";
static const char public_word[] = "umi-public-key";
static const char signature_word[] = "umi-signature";

void umi_secret_key_write(umi_buf *b, const umi_secret_key *key)
{
    put_line(b, secret_word, key->byte, sizeof key->byte);
}

void umi_public_key_write(umi_buf *b, const umi_public_key *key)
{
    put_line(b, public_word, key->byte, sizeof key->byte);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next word of @p t, which is taken off. */
static umi_text word(umi_text *t)
{
    size_t from = 0;
    while (from < t->len && is_blank(t->ptr[from]))
        from++;
    size_t to = from;
    while (to < t->len && !is_blank(t->ptr[to]))
        to++;
    umi_text w = {t->ptr + from, to - from};
    *t = (umi_text){t->ptr + to, t->len - to};
    return w;
}

static bool
read_line(umi_text text, const char *begin, unsigned char *out, size_t len)
{
    return umi_text_is(word(&text), begin) &&
           umi_hex_parse(out, len, word(&text)) && word(&text).len == 0;
}

umi_status
umi_secret_key_read(umi_secret_key *out, umi_text text, umi_error *err)
{
    if (read_line(text, secret_word, out->byte, sizeof out->byte))
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, "key", "is not a secret key");
}

umi_status
umi_public_key_read(umi_public_key *out, umi_text text, umi_error *err)
{
    if (read_line(text, public_word, out->byte, sizeof out->byte))
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, "key", "is not a public key");
}

/* What is signed begins with what it is, so that a signature of something
 * else under the same key never counts. */
static umi_text signed_text(char out[128], const umi_ruleset *rs)
{
    static const char begin[] = "umi rule set\n";
    memcpy(out, begin, sizeof begin - 1);
    umi_hash_hex(out + sizeof begin - 1, &rs->sha256);
    return (umi_text){out, sizeof begin - 1 + UMI_HASH_HEX - 1};
}

void umi_ruleset_sign(umi_buf *b,
                      const umi_ruleset *rs,
                      const umi_secret_key *key)
{
    char text[128];
    umi_public_key pub = umi_public_key_of(key);
    umi_signature s = umi_sign(key, signed_text(text, rs));
    umi_buf_puts(b, signature_word);
    umi_buf_putc(b, ' ');
    umi_buf_hex(b, pub.byte, sizeof pub.byte);
    umi_buf_putc(b, ' ');
    umi_buf_hex(b, s.byte, sizeof s.byte);
    umi_buf_putc(b, '\n');
}

static umi_status refused(umi_error *err, const char *why)
{
    return umi_fail_code(err, UMI_EDENIED, "SIGNATURE", "", "%s",
                         umi_error_tr(err, why));
}

umi_status umi_ruleset_verify(const umi_ruleset *rs,
                              const umi_public_key *key,
                              umi_text signature,
                              umi_error *err)
{
    char text[128];
    umi_public_key by;
    umi_signature s;
    if (!umi_text_is(word(&signature), signature_word) ||
        !umi_hex_parse(by.byte, sizeof by.byte, word(&signature)) ||
        !umi_hex_parse(s.byte, sizeof s.byte, word(&signature)) ||
        word(&signature).len != 0)
        return refused(err, "is not a signature");
    if (memcmp(by.byte, key->byte, sizeof by.byte) != 0)
        return refused(err, "is the signature of another key");
    if (!umi_sign_holds(&s, key, signed_text(text, rs)))
        return refused(err, "is the signature of other rules");
    return UMI_OK;
}
