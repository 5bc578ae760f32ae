/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include "engine/base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
    CHUNK = 1 << 20,
    LINE_MAX_BYTES = 1 << 20,
    FLUSH = 1 << 18,
    BLOCK = 1 << 16 /* where writes to a file end; divides FLUSH */
};

typedef struct stream {
    int fd;
    char *data; /* CHUNK + LINE_MAX_BYTES + 1 bytes */
    size_t begin, end;
    size_t scanned; /* behind begin: where no newline was found */
    bool eof;
    int failed;    /* errno of the read that failed, else 0 */
    bool skipping; /* inside a line that was refused for its length */
} stream;

/* Whether a read or write that failed is worth another try: a signal came, or
 * another program has made the stream one that does not wait. */
static bool again(int fd, short event)
{
    struct pollfd p = {.fd = fd, .events = event};
    if (errno == EAGAIN)
        return poll(&p, 1, -1) >= 0 || errno == EINTR;
    return errno == EINTR;
}

/* Write the first @p len bytes of @p b and take them off. */
static bool flush(cli *c, umi_buf *b, size_t len)
{
    int fd = fileno(c->out);
    bool ok = !b->failed && fflush(c->out) == 0;
    for (size_t done = 0; ok && done < len;) {
        ssize_t n = write(fd, b->ptr + done, len - done);
        if (n > 0)
            done += (size_t)n;
        else
            ok = n < 0 && again(fd, POLLOUT);
    }
    b->len = ok ? b->len - len : 0;
    if (b->len > 0)
        memmove(b->ptr, b->ptr + len, b->len);
    return ok;
}

static void refill(stream *s)
{
    memmove(s->data, s->data + s->begin, s->end - s->begin);
    s->scanned = s->end -= s->begin;
    s->begin = 0;
    ssize_t n;
    do
        n = read(s->fd, s->data + s->end, CHUNK);
    while (n < 0 && again(s->fd, POLLIN));
    if (n <= 0) {
        s->eof = true;
        s->failed = n < 0 ? errno : 0;
    } else {
        s->end += (size_t)n;
    }
}

/* The next whole line, or the beginning of one that is too long; false when
 * more must be read first. */
static bool next_line(stream *s, umi_text *line, bool *too_long)
{
    char *p = s->data + s->begin;
    size_t have = s->end - s->begin;
    char *nl = have > s->scanned
                   ? memchr(p + s->scanned, '\n', have - s->scanned)
                   : NULL;
    s->scanned = 0;
    *too_long = false;
    if (nl == NULL && have > LINE_MAX_BYTES) {
        *too_long = !s->skipping; /* refused once, then skipped to its end */
        *line = (umi_text){p, LINE_MAX_BYTES}; /* may show its id */
        s->skipping = true;
        s->begin = s->end;
        return *too_long;
    }
    if (nl == NULL && (!s->eof || have == 0))
        return false;
    *line = (umi_text){p, nl ? (size_t)(nl - p) : have};
    s->begin += line->len + (nl != NULL);
    if (s->skipping) {
        s->skipping = false;
        *line = (umi_text){0};
    } else if (line->len > LINE_MAX_BYTES) {
        *too_long = true;
        line->len = LINE_MAX_BYTES;
    }
    return true;
}

static void
write_failure(umi_buf *out, umi_text line, umi_arena *arena, const umi_error *e)
{
    umi_text id = {0};
    umi_json_out w = {.buf = out};
    umi_json_open(&w, '{');
    umi_json_key(&w, "id");
    if (umi_json_peek(&id, line, "id", arena))
        umi_json_text(&w, id);
    else
        umi_json_null(&w);
    umi_json_key(&w, "error");
    umi_json_error(&w, e);
    umi_json_close(&w, '}');
    umi_buf_putc(out, '\n');
}

typedef struct run {
    cli *c;
    cli_line_fn fn;
    void *self;
    const char *path;
    cli_line_count *told; /* NULL: failures are answers, else for people */
    umi_arena *arena;
    umi_buf *out;
    size_t beyond; /* bytes written since the last end of a block */
    int64_t number;
    int worst;
} run;

/* All that is ready, before what may wait for more input. */
static bool flush_all(run *r)
{
    size_t len = r->out->len;
    r->beyond = (r->beyond + len) % BLOCK;
    return len == 0 || flush(r->c, r->out, len);
}

/* Whole blocks: a file takes them for less than pieces that cut its pages. */
static bool flush_blocks(run *r)
{
    size_t len = r->out->len - (r->beyond + r->out->len) % BLOCK;
    r->beyond = 0;
    return flush(r->c, r->out, len);
}

static void answer_failure(run *r, umi_text line)
{
    umi_error *err = &r->c->err;
    r->worst = 1;
    if (r->told == NULL) {
        write_failure(r->out, line, r->arena, err);
        return;
    }
    r->told->failed++;
    umi_error_at(err, r->path, r->number, 0);
    (void)cli_failed(r->c);
}

static void one_line(run *r, umi_text line, bool too_long)
{
    size_t mark = r->out->len;
    umi_status rc;
    umi_error_clear(&r->c->err);
    r->number++;
    if (!too_long && umi_text_trim(line).len == 0)
        return;
    if (r->told != NULL)
        r->told->all++;
    if (too_long)
        rc = umi_fail_code(&r->c->err, UMI_ESYNTAX, "JSON", "",
                           "the line is longer than 1 MiB");
    else
        rc = r->fn(r->self, line, r->arena, r->out, &r->c->err);
    if (rc != UMI_OK) {
        r->out->len = mark;
        answer_failure(r, line);
    } else if (r->told == NULL && !r->out->failed) {
        umi_buf_putc(r->out, '\n');
    }
    umi_arena_reset(r->arena);
}

static int pump(run *r, stream *s)
{
    umi_text line = {0};
    bool too_long;
    for (;;) {
        while (next_line(s, &line, &too_long)) {
            one_line(r, line, too_long);
            if (r->out->len >= FLUSH && !flush_blocks(r))
                return -1;
        }
        if (r->told == NULL && !flush_all(r))
            return -1;
        if (s->eof && s->begin == s->end)
            return r->out->failed || s->failed ? -1 : r->worst;
        if (!s->eof)
            refill(s);
    }
}

/* A file that the user named, or the input given: bad usage, not the book. */
static void unreadable(cli *c, const char *path, int why)
{
    umi_fail(&c->err, UMI_EIO, "", "cannot be read: %s",
             umi_error_tr(&c->err, strerror(why)));
    umi_error_at(&c->err, path ? path : "-", 0, 0);
    c->err.status = UMI_EINVAL;
}

static void tell_failure(run *r, const stream *s)
{
    cli *c = r->c;
    if (s->failed != 0)
        unreadable(c, r->path, s->failed);
    else if (r->out->failed)
        umi_fail_memory(&c->err);
    else
        umi_fail(&c->err, UMI_EIO, "", "the output cannot be written: %s",
                 umi_error_tr(&c->err, strerror(errno)));
}

static int run_lines(run *r)
{
    cli *c = r->c;
    bool standard = r->path == NULL || strcmp(r->path, "-") == 0;
    stream s = {.fd = standard ? 0 : open(r->path, O_RDONLY | O_CLOEXEC)};
    if (s.fd < 0) {
        unreadable(c, r->path, errno);
        return cli_failed(c);
    }
    r->arena = umi_arena_new();
    s.data = umi_alloc(CHUNK + LINE_MAX_BYTES + 1);
    int code = -1;
    if (r->arena != NULL && s.data != NULL)
        code = pump(r, &s);
    else
        r->out->failed = true;
    if (code == -1) {
        tell_failure(r, &s);
        code = cli_failed(c);
    }
    umi_free(s.data);
    umi_arena_free(r->arena);
    if (!standard)
        close(s.fd);
    return code;
}

int cli_json_lines(cli *c, const char *path, cli_line_fn fn, void *self)
{
    umi_buf out = {0};
    run r = {.c = c, .fn = fn, .self = self, .path = path, .out = &out};
    int code = run_lines(&r);
    umi_buf_free(&out);
    return code;
}

int cli_text_lines(cli *c,
                   const char *path,
                   cli_line_fn fn,
                   void *self,
                   umi_buf *out,
                   cli_line_count *count)
{
    run r = {.c = c,
             .fn = fn,
             .self = self,
             .path = path,
             .told = count,
             .out = out};
    return run_lines(&r);
}
