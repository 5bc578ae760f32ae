/* SPDX-License-Identifier: MIT
 * umi rules key, sign, verify: who answers for a rule file signs it. */
#include "cli/rules.h"

#include "ledger/io/outfile.h"
#include "rules/set/signature.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    LINE_MOST = 4096 /* bytes of a key file or a signature */
};

const cli_option cli_rules_sign_options[] = {
    {"key", "FILE", "the secret key; umi rules key makes one"},
    {0},
};
const cli_option cli_rules_verify_options[] = {
    {"key", "FILE", "the public key"},
    {0},
};

/* PATH and what is hung on it, in the arena. */
static const char *path_with(cli *c, const char *path, const char *more)
{
    size_t n = strlen(path), m = strlen(more);
    char *out = umi_arena_alloc(c->arena, n + m + 1);
    if (out == NULL)
        return NULL;
    memcpy(out, path, n);
    memcpy(out + n, more, m + 1);
    return out;
}

static int cannot(cli *c, const char *path, umi_status status)
{
    umi_fail(&c->err, status, "", "cannot be written: %s",
             umi_error_tr(&c->err, strerror(errno)));
    umi_error_at(&c->err, path, 0, 0);
    return cli_failed(c);
}

/* --- keys ----------------------------------------------------------------- */

/* A file that only its owner reads, and that never replaces another. */
static int write_secret(cli *c, const char *path, const umi_buf *b)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return cannot(c, path, UMI_EINVAL);
    bool ok = write(fd, b->ptr, b->len) == (ssize_t)b->len && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok ? 0 : cannot(c, path, UMI_EIO);
}

static int write_file(cli *c, const char *path, umi_buf *b)
{
    umi_outfile *f = NULL;
    umi_status rc = b->failed ? umi_fail_memory(&c->err)
                              : umi_outfile_open_public(&f, path, &c->err);
    if (rc == UMI_OK) {
        umi_buf_bytes(umi_outfile_buf(f), b->ptr, b->len);
        rc = umi_outfile_commit(f, &c->err);
    }
    return rc == UMI_OK ? 0 : cli_failed(c);
}

int cli_rules_key(cli *c)
{
    umi_secret_key key;
    umi_buf secret = {0}, public = {0};
    const char *path = c->args[0], *beside = path_with(c, path, ".pub");
    if (beside == NULL ||
        getrandom(key.byte, sizeof key.byte, 0) != (ssize_t)sizeof key.byte) {
        umi_fail_memory(&c->err);
        return cli_failed(c);
    }
    const umi_public_key pub = umi_public_key_of(&key);
    umi_secret_key_write(&secret, &key);
    umi_public_key_write(&public, &pub);
    int code = write_secret(c, path, &secret);
    if (code == 0)
        code = write_file(c, beside, &public);
    if (secret.ptr != NULL)
        umi_wipe(secret.ptr, secret.len);
    umi_wipe(&key, sizeof key);
    umi_buf_free(&secret);
    if (code == 0)
        return cli_emit(c, &public);
    umi_buf_free(&public);
    return code;
}

static int read_text(cli *c, const char *path, umi_text *out)
{
    return cli_read_file(c, path, LINE_MOST, out) == UMI_OK ? 0 : cli_failed(c);
}

static int bad_key(cli *c, const char *path)
{
    umi_error_at(&c->err, path, 0, 0);
    return cli_failed(c);
}

/* --- signatures ----------------------------------------------------------- */

int cli_rules_sign(cli *c)
{
    umi_ruleset *rs = NULL;
    umi_secret_key key;
    umi_text text;
    umi_buf b = {0};
    const char *path = c->args[0], *with = cli_value(c, "key");
    if (with == NULL)
        return cli_usage(c, "--key", "option %s is missing", "--key");
    int code = read_text(c, with, &text);
    if (code == 0 && umi_secret_key_read(&key, text, &c->err) != UMI_OK)
        code = bad_key(c, with);
    if (code == 0)
        code = cli_load_ruleset(c, path, &rs);
    if (code != 0)
        return code;
    const char *beside = path_with(c, path, ".sig");
    umi_ruleset_sign(&b, rs, &key);
    umi_wipe(&key, sizeof key);
    umi_ruleset_free(rs);
    if (beside == NULL)
        b.failed = true;
    code = write_file(c, beside, &b);
    if (code == 0)
        return cli_emit(c, &b);
    umi_buf_free(&b);
    return code;
}

static int unsigned_rules(cli *c, const char *path)
{
    umi_fail_code(&c->err, UMI_EDENIED, "SIGNATURE", "",
                  "there is no signature");
    umi_error_at(&c->err, path, 0, 0);
    return cli_failed(c);
}

int cli_rules_signed(cli *c,
                     const umi_ruleset *rs,
                     const char *path,
                     const char *key_path)
{
    umi_public_key key;
    umi_text text;
    int code = read_text(c, key_path, &text);
    if (code != 0)
        return code;
    if (umi_public_key_read(&key, text, &c->err) != UMI_OK)
        return bad_key(c, key_path);
    if (path == NULL || strcmp(path, "-") == 0)
        return unsigned_rules(c, rs->file);
    const char *beside = path_with(c, path, ".sig");
    if (beside == NULL) {
        umi_fail_memory(&c->err);
        return cli_failed(c);
    }
    if (access(beside, F_OK) != 0)
        return unsigned_rules(c, beside);
    code = read_text(c, beside, &text);
    if (code == 0 && umi_ruleset_verify(rs, &key, text, &c->err) != UMI_OK) {
        umi_error_at(&c->err, beside, 0, 0);
        code = cli_failed(c);
    }
    return code;
}

int cli_rules_verify(cli *c)
{
    umi_ruleset *rs = NULL;
    const char *key = cli_value(c, "key");
    if (key == NULL)
        return cli_usage(c, "--key", "option %s is missing", "--key");
    int code = cli_read_ruleset(c, c->args[0], &rs);
    if (code == 0)
        code = cli_rules_signed(c, rs, c->args[0], key);
    if (code == 0) {
        umi_buf b = {0};
        char hex[UMI_HASH_HEX];
        umi_hash_hex(hex, &rs->sha256);
        umi_buf_printf(&b, umi_tr(c->lang, "%s: signed: %.*s %.*s, %s\n"),
                       c->args[0], UMI_SHOW(rs->id), UMI_SHOW(rs->version),
                       hex);
        code = cli_emit(c, &b);
    }
    umi_ruleset_free(rs);
    return code;
}
