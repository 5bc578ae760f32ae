/* SPDX-License-Identifier: MIT */
#include "tests/support/fault_disk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A write, or with bytes NULL a truncation to `at`. */
typedef struct act {
    int64_t at;
    size_t n;
    unsigned char *bytes;
} act;

typedef struct image {
    unsigned char *bytes;
    size_t n, room;
} image;

struct fault_node {
    fault_node *next;
    char path[300];
    image sure; /* what is synced */
    act *acts;  /* since then */
    size_t count, room;
    bool now;     /* it stands at its path */
    bool certain; /* it would after a power loss, folder unsynced */
};

/* All files that were, some of them under one name. */
static fault_node *nodes;

static void *grown(void *p, size_t size)
{
    p = realloc(p, size ? size : 1);
    assert(p != NULL);
    return p;
}

/* --- images --------------------------------------------------------------- */

static void resize(image *m, size_t n)
{
    if (n > m->room) {
        m->room = n + n / 2;
        m->bytes = grown(m->bytes, m->room);
    }
    if (n > m->n)
        memset(m->bytes + m->n, 0, n - m->n);
    m->n = n;
}

static void put(image *m, size_t at, const void *bytes, size_t n)
{
    if (at + n > m->n)
        resize(m, at + n);
    if (n > 0)
        memcpy(m->bytes + at, bytes, n);
}

static void apply(image *m, const act *a)
{
    if (a->bytes == NULL)
        resize(m, (size_t)a->at);
    else
        put(m, (size_t)a->at, a->bytes, a->n);
}

/* The real disk under the model: a claim that fails says what it said. */
static void real(bool ok, const char *verb, const char *path)
{
    if (ok)
        return;
    (void)fprintf(stderr, "fault_disk: %s %s: %s\n", verb, path,
                  errno ? strerror(errno) : "cut short");
    abort();
}

static void show(const fault_node *f)
{
    errno = 0;
    int fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    real(fd >= 0, "open", f->path);
    ssize_t n = f->sure.n ? write(fd, f->sure.bytes, f->sure.n) : 0;
    real(n == (ssize_t)f->sure.n, "write", f->path);
    (void)close(fd);
}

/* --- files ---------------------------------------------------------------- */

static void drop_acts(fault_node *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->acts[i].bytes);
    f->count = 0;
}

static fault_node *node_new(const char *path)
{
    fault_node *f = calloc(1, sizeof *f);
    assert(f != NULL && strlen(path) < sizeof f->path);
    (void)snprintf(f->path, sizeof f->path, "%s", path);
    f->now = f->certain = true;
    f->next = nodes;
    nodes = f;
    return f;
}

static fault_node *standing(const char *path)
{
    fault_node *f = nodes;
    while (f != NULL && !(f->now && strcmp(f->path, path) == 0))
        f = f->next;
    return f;
}

static void load(fault_node *f)
{
    struct stat st;
    int fd = open(f->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    real(fstat(fd, &st) == 0, "stat", f->path);
    errno = 0;
    resize(&f->sure, (size_t)st.st_size);
    ssize_t n = f->sure.n ? read(fd, f->sure.bytes, f->sure.n) : 0;
    real(n == (ssize_t)f->sure.n, "read", f->path);
    (void)close(fd);
}

fault_node *fault_disk_open(const char *path)
{
    fault_node *f = standing(path);
    if (f == NULL) {
        f = node_new(path);
        load(f);
    }
    return f;
}

void fault_disk_named(fault_node *f)
{
    f->certain = false;
    resize(&f->sure, 0);
}

bool fault_disk_is_new(const fault_node *f)
{
    return !f->certain;
}

static void keep(fault_node *f, act a)
{
    if (f->count == f->room) {
        f->room = f->room ? f->room * 2 : 64;
        f->acts = grown(f->acts, f->room * sizeof *f->acts);
    }
    f->acts[f->count++] = a;
}

void fault_disk_write(fault_node *f, int64_t at, const void *bytes, size_t n)
{
    act a = {at, n, grown(NULL, n)};
    memcpy(a.bytes, bytes, n);
    keep(f, a);
}

void fault_disk_truncate(fault_node *f, int64_t size)
{
    keep(f, (act){.at = size});
}

void fault_disk_removed(const char *path)
{
    fault_node *f = standing(path);
    if (f != NULL)
        f->now = false;
}

void fault_disk_synced(fault_node *f)
{
    for (size_t i = 0; i < f->count; i++)
        apply(&f->sure, &f->acts[i]);
    drop_acts(f);
}

static void node_free(fault_node *f)
{
    drop_acts(f);
    free(f->acts);
    free(f->sure.bytes);
    free(f);
}

void fault_disk_folder_synced(void)
{
    for (fault_node *f = nodes; f != NULL; f = f->next)
        f->certain = f->now;
}

void fault_disk_lose(fault_node *f)
{
    drop_acts(f);
    if (f->now)
        show(f);
}

void fault_disk_forget(void)
{
    while (nodes != NULL) {
        fault_node *f = nodes;
        nodes = f->next;
        node_free(f);
    }
}

void fault_disk_put(const char *path, const void *bytes, size_t n)
{
    fault_node **at = &nodes;
    while (*at != NULL) {
        fault_node *f = *at;
        if (strcmp(f->path, path) != 0) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        node_free(f);
    }
    if (bytes == NULL) {
        (void)unlink(path);
        return;
    }
    fault_node *f = node_new(path);
    put(&f->sure, 0, bytes, n);
    show(f);
}

void fault_disk_calm(void)
{
    for (fault_node *f = nodes; f != NULL; f = f->next)
        fault_disk_synced(f);
    fault_disk_folder_synced();
}

/* --- power loss ----------------------------------------------------------- */

static void garble(unsigned char *at, size_t n, chance *c)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (unsigned char)chance_next(c);
}

/* Some sectors of a write: the others hold what they held, or garbage. */
static void tear(image *m, const act *a, chance *c)
{
    size_t from = (size_t)a->at, end = from + a->n;
    bool garbage = chance_one_in(c, 2);
    for (size_t at = from, next; at < end; at = next) {
        next = (at / FAULT_SECTOR + 1) * FAULT_SECTOR;
        if (next > end)
            next = end;
        if (chance_one_in(c, 2))
            put(m, at, a->bytes + (at - from), next - at);
        else if (garbage) {
            put(m, at, a->bytes + (at - from), next - at);
            garble(m->bytes + at, next - at, c);
        }
    }
}

/* In one loss of four what came first stayed, up to a torn write; else each
 * write for itself. */
static void resolve(fault_node *f, chance *c)
{
    bool ordered = chance_one_in(c, 4);
    size_t cut = (size_t)chance_in(c, 0, (int64_t)f->count);
    for (size_t i = 0; i < f->count; i++) {
        const act *a = &f->acts[i];
        int64_t lot = ordered ? (i < cut    ? 0
                                 : i == cut ? 9
                                            : 7)
                              : chance_in(c, 0, 9);
        if (lot < 5)
            apply(&f->sure, a);
        else if (lot >= 8 && a->bytes != NULL)
            tear(&f->sure, a, c);
    }
    drop_acts(f);
}

/* Of the files that may have this name each may be it, and none if the
 * folder's last certain state had none. */
static fault_node *found_at(const char *path, chance *c)
{
    fault_node *candidates[16];
    size_t n = 0;
    bool sure = false;
    for (fault_node *f = nodes; f != NULL; f = f->next)
        if (strcmp(f->path, path) == 0 && (f->now || f->certain) && n < 15) {
            candidates[n++] = f;
            sure = sure || (f->now && f->certain);
        }
    if (sure)
        return standing(path);
    candidates[n++] = NULL;
    return candidates[chance_in(c, 0, (int64_t)n - 1)];
}

void fault_disk_power(chance *c)
{
    for (fault_node *f = nodes; f != NULL; f = f->next)
        resolve(f, c);
    for (fault_node *f = nodes; f != NULL; f = f->next) {
        fault_node *stays = found_at(f->path, c);
        for (fault_node *g = f; g != NULL; g = g->next)
            if (strcmp(g->path, f->path) == 0)
                g->now = g->certain = g == stays;
        if (stays == NULL)
            (void)unlink(f->path);
        else if (stays == f)
            show(f);
    }
}
