/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "engine/base/alloc.h"
#include "engine/base/round.h"

#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    PATIENCE = 700, /* ms until a terminal sees the first bar */
    BETWEEN = 100,  /* ms between two of them */
    LINES = 1000,   /* ms between two lines of a log */
    EARLY = 300,    /* ms of a phase that tell nothing about its pace */
    BAR = 20,       /* columns */
    BAR_LEAST = 5
};

static const struct {
    const char *name, *unit; /* NULL: bytes */
} phases[] = {
    [UMI_PHASE_UNPACK] = {"unpacking", NULL},
    [UMI_PHASE_READ] = {"reading", NULL},
    [UMI_PHASE_SORT] = {"sorting", "lines"},
    [UMI_PHASE_WRITE] = {"writing", "lines"},
    [UMI_PHASE_RECEIPTS] = {"receipts", "lines"},
    [UMI_PHASE_VERIFY] = {"verifying", "rows"},
};

/* --- one line ------------------------------------------------------------- */

static int64_t scaled(int64_t a, int64_t b, int64_t by)
{
    return (int64_t)((umi_i128)a * b / by);
}

int64_t cli_progress_left(const cli_progress_view *v)
{
    int64_t done = v->done - v->from;
    if (v->all > 0 && v->done >= v->all)
        return 0;
    if (v->all <= 0 || done <= 0 || v->ms < EARLY)
        return -1;
    umi_i128 left = (umi_i128)v->ms * (v->all - v->done) / done;
    return left > INT64_MAX ? INT64_MAX : (int64_t)left;
}

static void put_number(umi_buf *b, int64_t n, umi_lang lang)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            umi_buf_putc(b, lang == UMI_LANG_ID ? '.' : ',');
        umi_buf_putc(b, digits[i]);
    }
}

/* Megabytes with one decimal. */
static void put_size(umi_buf *b, int64_t bytes, umi_lang lang)
{
    int64_t tenths = bytes / 100000;
    put_number(b, tenths / 10, lang);
    umi_buf_putc(b, lang == UMI_LANG_ID ? ',' : '.');
    umi_buf_int(b, tenths % 10);
}

static void put_amount(umi_buf *b, const cli_progress_view *v, int64_t n)
{
    if (phases[v->phase].unit == NULL)
        put_size(b, n, v->lang);
    else
        put_number(b, n, v->lang);
}

static const char *unit(const cli_progress_view *v)
{
    const char *name = phases[v->phase].unit;
    return name == NULL ? "MB" : umi_tr(v->lang, name);
}

static void put_left(umi_buf *b, const cli_progress_view *v)
{
    int64_t left = cli_progress_left(v);
    if (left < 0)
        return;
    char clock[32];
    int64_t s = left / 1000 + (left % 1000 != 0);
    if (s >= 3600)
        (void)snprintf(clock, sizeof clock, "%lld:%02d:%02d",
                       (long long)(s / 3600), (int)(s / 60 % 60),
                       (int)(s % 60));
    else
        (void)snprintf(clock, sizeof clock, "%d:%02d", (int)(s / 60),
                       (int)(s % 60));
    umi_buf_puts(b, "  ");
    umi_buf_printf(b, umi_tr(v->lang, "%s left"), clock);
}

static void put_rate(umi_buf *b, const cli_progress_view *v)
{
    if (v->ms < EARLY || v->done <= v->from)
        return;
    umi_buf_puts(b, "  ");
    put_amount(b, v, scaled(v->done - v->from, 1000, v->ms));
    umi_buf_printf(b, " %s/s", unit(v));
}

/* Behind the name and the bar: how much, and with @p pace how fast. */
static void put_rest(umi_buf *b, const cli_progress_view *v, bool pace)
{
    if (v->all > 0)
        umi_buf_printf(b, " %3d %%", (int)scaled(v->done, 100, v->all));
    umi_buf_puts(b, "  ");
    put_amount(b, v, v->done);
    if (v->all > 0) {
        umi_buf_puts(b, " / ");
        put_amount(b, v, v->all);
    }
    umi_buf_printf(b, " %s", unit(v));
    if (!pace)
        return;
    put_rate(b, v);
    put_left(b, v);
}

static void put_bar(umi_buf *b, const cli_progress_view *v, int64_t size)
{
    int64_t full = scaled(v->done, size, v->all);
    umi_buf_puts(b, " [");
    for (int64_t i = 0; i < size; i++)
        umi_buf_putc(b, i < full ? '#' : '-');
    umi_buf_putc(b, ']');
}

/* The bar takes what room is left; then the pace goes, then the end. */
void cli_progress_write(umi_buf *b, const cli_progress_view *asked)
{
    cli_progress_view v = *asked;
    char room[256]; /* more than the longest line: it never has to grow */
    umi_buf rest = {room, 0, sizeof room, false};
    const char *name = umi_tr(v.lang, phases[v.phase].name);
    size_t width = (size_t)v.width, used = strlen(name);
    if (v.all > 0 && v.done > v.all)
        v.done = v.all;
    put_rest(&rest, &v, true);
    if (used + rest.len > width) {
        rest.len = 0;
        put_rest(&rest, &v, false);
    }
    umi_buf_puts(b, name);
    used += rest.len;
    if (v.all > 0 && used + BAR_LEAST + 3 <= width)
        put_bar(b, &v,
                used + BAR + 3 <= width ? BAR : (int64_t)(width - used - 3));
    if (used > width)
        rest.len -= used - width < rest.len ? used - width : rest.len;
    umi_buf_text(b, umi_buf_as_text(&rest));
}

/* --- where it stands ------------------------------------------------------ */

static int64_t now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int columns_of(const cli *c)
{
    struct winsize size = {0};
    if (ioctl(fileno(c->talk), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 79;
    return size.ws_col < 21 ? 20 : size.ws_col - 1;
}

void cli_progress_begin(cli_progress *p, cli *c)
{
    *p = (cli_progress){.c = c, .terminal = isatty(fileno(c->talk)) == 1};
    p->on =
        !cli_flag(c, "no-progress") && (p->terminal || cli_flag(c, "progress"));
    p->last = now() + (cli_flag(c, "progress") ? -LINES : PATIENCE);
}

static void draw(cli_progress *p, int64_t done, int64_t all, int64_t at)
{
    char room[512];
    umi_buf b = {room, 0, sizeof room, false};
    const cli_progress_view v = {.phase = p->phase,
                                 .done = done,
                                 .all = all,
                                 .from = p->from,
                                 .ms = at - p->start,
                                 .width = p->terminal ? columns_of(p->c) : 200,
                                 .lang = p->c->lang};
    cli_progress_write(&b, &v);
    if (!p->terminal) {
        (void)fprintf(p->c->talk, "%.*s\n", (int)b.len, b.ptr);
    } else {
        int gap = p->drawn > b.len ? (int)(p->drawn - b.len) : 0;
        (void)fprintf(p->c->talk, "\r%.*s%*s", (int)b.len, b.ptr, gap, "");
        p->drawn = b.len + (size_t)gap;
    }
    (void)fflush(p->c->talk);
    p->last = at;
}

void cli_progress_tell(void *self, umi_phase phase, int64_t done, int64_t all)
{
    cli_progress *p = self;
    /* a file in segments is sorted again while it is written: what is told
     * is the phase that came last, at its pace since then */
    if (!p->on || (p->begun && phase < p->phase))
        return;
    int64_t at = now();
    if (!p->begun || p->phase != phase || done < p->done) {
        p->start = at;
        p->from = done;
    }
    p->begun = true;
    p->phase = phase;
    p->done = done;
    if (at - p->last >= (p->terminal ? BETWEEN : LINES))
        draw(p, done, all, at);
}

void cli_progress_unpacking(void *self, int64_t done, int64_t all)
{
    cli_progress_tell(self, UMI_PHASE_UNPACK, done, all);
}

void cli_progress_wipe(cli_progress *p)
{
    if (p->drawn == 0)
        return;
    (void)fprintf(p->c->talk, "\r%*s\r", (int)p->drawn, "");
    (void)fflush(p->c->talk);
    p->drawn = 0;
}
