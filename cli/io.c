/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <string.h>

int cli_failed(cli *c)
{
    const umi_error *e = &c->err;
    if (e->file[0] != '\0') {
        (void)fprintf(c->talk, "%s:", e->file);
        if (e->line > 0)
            (void)fprintf(c->talk, "%lld:", (long long)e->line);
        if (e->column > 0)
            (void)fprintf(c->talk, "%lld:", (long long)e->column);
        (void)fputc(' ', c->talk);
    }
    (void)fprintf(c->talk, "%s: ", e->code);
    if (e->field[0] != '\0')
        (void)fprintf(c->talk, "%s: ", e->field);
    (void)fprintf(c->talk, "%s\n", e->message);
    return umi_status_exit(e->status);
}

int cli_usage(cli *c, const char *field, const char *fmt, const char *what)
{
    /* the message is built here, for fmt is not a literal */
    char text[sizeof c->err.message];
    (void)snprintf(text, sizeof text, umi_tr(c->lang, fmt), what);
    (void)field;
    umi_fail(&c->err, UMI_EUSAGE, "", "%s", text);
    return cli_failed(c);
}

int cli_emit(cli *c, umi_buf *b)
{
    bool ok = !b->failed &&
              (b->len == 0 || fwrite(b->ptr, 1, b->len, c->out) == b->len);
    bool memory = b->failed;
    umi_buf_free(b);
    if (ok && fflush(c->out) == 0)
        return 0;
    if (memory)
        umi_fail_memory(&c->err);
    else
        umi_fail(&c->err, UMI_EIO, "", "the output cannot be written: %s",
                 umi_error_tr(&c->err, strerror(errno)));
    return cli_failed(c);
}

static umi_status read_all(cli *c, FILE *f, size_t max, umi_text *out)
{
    umi_buf b = {0};
    umi_status rc = UMI_OK;
    for (;;) {
        char *p = umi_buf_reserve(&b, 65536);
        size_t n = p ? fread(p, 1, 65536, f) : 0;
        b.len += n;
        if (n == 0 || b.len > max)
            break;
    }
    char *copy = NULL;
    if (ferror(f))
        rc = umi_fail(&c->err, UMI_EINVAL, "", "cannot be read: %s",
                      umi_error_tr(&c->err, strerror(errno)));
    else if (b.len > max)
        rc = umi_fail(&c->err, UMI_EINVAL, "",
                      "the file is larger than %zu bytes", max);
    else if (b.failed ||
             (copy = umi_arena_copy(c->arena, b.ptr, b.len)) == NULL)
        rc = umi_fail_memory(&c->err);
    else
        *out = (umi_text){copy, b.len};
    umi_buf_free(&b);
    return rc;
}

umi_status cli_read_file(cli *c, const char *path, size_t max, umi_text *out)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "rb");
    umi_status rc;
    if (f == NULL)
        rc = umi_fail(&c->err, UMI_EINVAL, "", "cannot be read: %s",
                      umi_error_tr(&c->err, strerror(errno)));
    else
        rc = read_all(c, f, max, out);
    if (rc != UMI_OK)
        umi_error_at(&c->err, path, 0, 0);
    if (f != NULL && !standard)
        (void)fclose(f);
    return rc;
}
