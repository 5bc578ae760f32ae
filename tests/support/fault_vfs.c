/* SPDX-License-Identifier: MIT */
#include "tests/support/fault_vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

typedef struct faulty {
    sqlite3_file base;
    fault_node *node; /* NULL: a file without a name, which nobody misses */
    sqlite3_file *real;
} faulty;

/* What is asked of a disk. */
typedef enum asked {
    A_WRITE = 1,
    A_SYNC = 2,
    A_TRUNCATE = 4,
    A_DELETE = 8,
    A_OPEN = 16,
    A_READ = 32,
    A_CHANGE = A_WRITE | A_SYNC | A_TRUNCATE | A_DELETE
} asked;

static const struct {
    const char *name;
    int asked;
    bool on;   /* from there on */
    bool full; /* no room, rather than an error */
} kinds[FAULT_KINDS] = {
    [FAULT_NONE] = {"none", A_CHANGE, false, false},
    [FAULT_IO] = {"I/O error", A_CHANGE, false, false},
    [FAULT_IO_ON] = {"I/O error from there on", A_CHANGE, true, false},
    [FAULT_FULL] = {"full disk", A_WRITE, false, true},
    [FAULT_FULL_ON] = {"full disk from there on", A_WRITE, true, true},
    [FAULT_SHORT] = {"short write", A_WRITE, false, true},
    [FAULT_TORN] = {"torn write", A_WRITE, false, false},
    [FAULT_SYNC] = {"failed sync that loses", A_SYNC, false, false},
    [FAULT_CRASH] = {"power loss", A_CHANGE, true, false},
    [FAULT_ANY] = {"some fault", A_CHANGE, false, false},
    [FAULT_OPEN] = {"failed open", A_OPEN, false, false},
    [FAULT_READ] = {"failed read", A_READ, false, false},
    [FAULT_ROT] = {"bit rot", A_READ, false, false},
};

static sqlite3_vfs *system_vfs;
static fault_kind kind;
static int64_t at, count;
static bool fired;
static chance lots;
static int fold_at;
static sqlite3 *newest;
static bool unwatched;
static chance draws; /* of salts */
static bool drawn;   /* from it, and not from the system */

const char *fault_name(fault_kind k)
{
    return kinds[k].name;
}

void fault_plan(fault_kind k, int64_t nth, uint64_t seed)
{
    kind = k;
    at = nth;
    count = 0;
    fired = false;
    lots = (chance){seed};
}

int64_t fault_count(void)
{
    return count;
}

bool fault_fired(void)
{
    return fired;
}

/* After a failed sync nobody knows what the machine still remembers. */
void fault_over(bool power)
{
    if (power || (fired && (kind == FAULT_CRASH || kind == FAULT_SYNC)))
        fault_disk_power(&lots);
    else
        fault_disk_calm();
    fault_plan(FAULT_NONE, 0, 0);
}

/* A fault that this operation can have. */
static fault_kind any_of(asked what)
{
    for (;;) {
        fault_kind k = (fault_kind)chance_in(&lots, FAULT_IO, FAULT_SYNC);
        if ((kinds[k].asked & (int)what) != 0)
            return k;
    }
}

/* Whether this operation goes wrong. */
static bool strikes(asked what)
{
    if (kind == FAULT_CRASH && fired)
        return true;
    if ((kinds[kind].asked & (int)what) == 0)
        return false;
    count++;
    if (at == 0 || count < at || (count > at && !kinds[kind].on))
        return false;
    if (kind == FAULT_ANY)
        kind = any_of(what);
    fired = true;
    return true;
}

/* --- files ---------------------------------------------------------------- */

static int f_close(sqlite3_file *base)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods ? f->real->pMethods->xClose(f->real) : SQLITE_OK;
}

/* A bit of what is about to be read turns over, for good. */
static void rot(faulty *f, int n, sqlite3_int64 from)
{
    unsigned char byte;
    sqlite3_int64 place = from + chance_in(&lots, 0, n - 1);
    if (f->real->pMethods->xRead(f->real, &byte, 1, place) != SQLITE_OK)
        return;
    byte ^= (unsigned char)(1U << chance_in(&lots, 0, 7));
    (void)f->real->pMethods->xWrite(f->real, &byte, 1, place);
}

static int f_read(sqlite3_file *base, void *to, int n, sqlite3_int64 from)
{
    faulty *f = (faulty *)base;
    if (f->node != NULL && strikes(A_READ)) {
        if (kind != FAULT_ROT)
            return SQLITE_IOERR_READ;
        rot(f, n, from);
    }
    return f->real->pMethods->xRead(f->real, to, n, from);
}

static int pass_write(faulty *f, const void *bytes, int n, sqlite3_int64 to)
{
    if (n > 0 && f->node != NULL)
        fault_disk_write(f->node, to, bytes, (size_t)n);
    return n > 0 ? f->real->pMethods->xWrite(f->real, bytes, n, to) : SQLITE_OK;
}

/* Of the sectors of a write some reach the file. */
static void tear_write(faulty *f, const char *bytes, int n, sqlite3_int64 to)
{
    for (int from = 0, next; from < n; from = next) {
        next = from + FAULT_SECTOR - (int)((to + from) % FAULT_SECTOR);
        if (next > n)
            next = n;
        if (chance_one_in(&lots, 2))
            (void)pass_write(f, bytes + from, next - from, to + from);
    }
}

static int
f_write(sqlite3_file *base, const void *bytes, int n, sqlite3_int64 to)
{
    faulty *f = (faulty *)base;
    bool first = !fired;
    if (f->node == NULL || !strikes(A_WRITE))
        return pass_write(f, bytes, n, to);
    if (kind == FAULT_CRASH && first) /* it is on its way */
        fault_disk_write(f->node, to, bytes, (size_t)n);
    if (kind == FAULT_SHORT)
        (void)pass_write(f, bytes, (int)chance_in(&lots, 0, n - 1), to);
    if (kind == FAULT_TORN)
        tear_write(f, bytes, n, to);
    return kinds[kind].full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int f_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    faulty *f = (faulty *)base;
    bool first = !fired;
    if (f->node != NULL && strikes(A_TRUNCATE)) {
        if (kind == FAULT_CRASH && first)
            fault_disk_truncate(f->node, size);
        return SQLITE_IOERR_TRUNCATE;
    }
    if (f->node != NULL)
        fault_disk_truncate(f->node, size);
    return f->real->pMethods->xTruncate(f->real, size);
}

/* Nothing is brought to a real disk: the model is the disk. */
static int f_sync(sqlite3_file *base, int flags)
{
    faulty *f = (faulty *)base;
    (void)flags;
    if (f->node == NULL)
        return SQLITE_OK;
    if (strikes(A_SYNC)) {
        if (kind == FAULT_SYNC)
            fault_disk_lose(f->node);
        return SQLITE_IOERR_FSYNC;
    }
    fault_disk_synced(f->node);
    if (fault_disk_is_new(f->node))
        fault_disk_folder_synced();
    return SQLITE_OK;
}

static int f_size(sqlite3_file *base, sqlite3_int64 *size)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xFileSize(f->real, size);
}

static int f_lock(sqlite3_file *base, int level)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xLock(f->real, level);
}

static int f_unlock(sqlite3_file *base, int level)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xUnlock(f->real, level);
}

static int f_check_lock(sqlite3_file *base, int *out)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xCheckReservedLock(f->real, out);
}

static int f_control(sqlite3_file *base, int op, void *arg)
{
    faulty *f = (faulty *)base;
    char **words = arg;
    if (op == SQLITE_FCNTL_PRAGMA && fold_at > 0 && newest != NULL &&
        strcmp(words[1], "wal_autocheckpoint") == 0) {
        (void)sqlite3_wal_autocheckpoint(newest, fold_at);
        return SQLITE_OK; /* done; the program's own figure is not seen */
    }
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK; /* would write behind the model's back */
    return f->real->pMethods->xFileControl(f->real, op, arg);
}

static int f_sector(sqlite3_file *base)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xSectorSize(f->real);
}

static int f_device(sqlite3_file *base)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xDeviceCharacteristics(f->real);
}

static int
f_shm_map(sqlite3_file *base, int page, int size, int more, void volatile **out)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xShmMap(f->real, page, size, more, out);
}

static int f_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xShmLock(f->real, offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *base)
{
    faulty *f = (faulty *)base;
    f->real->pMethods->xShmBarrier(f->real);
}

static int f_shm_unmap(sqlite3_file *base, int remove)
{
    faulty *f = (faulty *)base;
    return f->real->pMethods->xShmUnmap(f->real, remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_check_lock,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_device,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

/* --- the file system ------------------------------------------------------ */

static int v_open(sqlite3_vfs *vfs,
                  const char *path,
                  sqlite3_file *base,
                  int flags,
                  int *out_flags)
{
    faulty *f = (faulty *)base;
    (void)vfs;
    *f = (faulty){.real = (sqlite3_file *)(f + 1)};
    f->real->pMethods = NULL;
    if (path != NULL && !unwatched && strikes(A_OPEN))
        return SQLITE_CANTOPEN;
    bool watched = path != NULL && !unwatched;
    bool is_new = watched && access(path, F_OK) != 0;
    if (is_new && kind == FAULT_CRASH && fired)
        return SQLITE_CANTOPEN;
    int rc = system_vfs->xOpen(system_vfs, path, f->real, flags, out_flags);
    if (rc != SQLITE_OK)
        return rc;
    if (watched) {
        f->node = fault_disk_open(path);
        if (is_new)
            fault_disk_named(f->node);
    }
    f->base.pMethods = &methods;
    return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    bool first = !fired;
    if (unwatched)
        return system_vfs->xDelete(system_vfs, path, sync);
    if (strikes(A_DELETE)) {
        if (kind == FAULT_CRASH && first)
            fault_disk_removed(path);
        return SQLITE_IOERR_DELETE;
    }
    int rc = system_vfs->xDelete(system_vfs, path, 0);
    if (rc == SQLITE_OK)
        fault_disk_removed(path);
    if (rc == SQLITE_OK && sync)
        fault_disk_folder_synced();
    return rc;
}

static int v_randomness(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs;
    if (!drawn)
        return system_vfs->xRandomness(system_vfs, n, out);
    for (int i = 0; i < n; i++)
        out[i] = (char)chance_next(&draws);
    return n;
}

void fault_vfs_watch(bool on)
{
    unwatched = !on;
}

void fault_vfs_chance(uint64_t seed)
{
    draws = (chance){seed};
    drawn = true;
    sqlite3_randomness(0, NULL);
}

/* The newest connection, for the setting that fault_fold_log_at() changes. */
static int see(sqlite3 *db, char **message, const void *api)
{
    (void)message, (void)api;
    newest = db;
    return SQLITE_OK;
}

void fault_fold_log_at(int pages)
{
    fold_at = pages;
}

void fault_vfs_install(void)
{
    static sqlite3_vfs shim;
    if (system_vfs != NULL)
        return;
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* for speed */
    system_vfs = sqlite3_vfs_find(NULL);
    assert(system_vfs != NULL);
    shim = *system_vfs;
    shim.zName = "fault";
    shim.szOsFile = (int)sizeof(faulty) + system_vfs->szOsFile;
    shim.xOpen = v_open;
    shim.xDelete = v_delete;
    shim.xRandomness = v_randomness;
    int rc = sqlite3_vfs_register(&shim, 1);
    assert(rc == SQLITE_OK);
    rc = sqlite3_auto_extension((void (*)(void))see);
    assert(rc == SQLITE_OK);
}
