/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_FAULT_DISK_H
#define UMI_TESTS_SUPPORT_FAULT_DISK_H

/**
 * @file
 * What a disk may hold when the power goes: of each file the bytes that are
 * synced, and in order what was written since.  Real files (in a folder in
 * memory) show what a running program sees; after fault_disk_power() they
 * show one of the many things that it may find after a power loss.
 *
 * Synced bytes stay.  Each unsynced write or truncation stays or not, in any
 * combination (so a later one may be there and an earlier one not); a write
 * may also be torn at sectors of 512 bytes, or have left garbage in some of
 * its sectors.  Bytes beside a write are never harmed (SQLite's "powersafe
 * overwrite").  New names and removed ones become certain with the sync of
 * the folder; before it the old or the new file may stand there.
 *
 * One disk, one folder, one thread that writes.
 */
#include "tests/support/random.h"

#include <stddef.h>

#define FAULT_SECTOR 512

typedef struct fault_node fault_node;

/** Let the file at @p path hold exactly @p bytes, for certain; with @p bytes
 * NULL there is none. */
void fault_disk_put(const char *path, const void *bytes, size_t n);

/** The file at @p path that is being opened, or was made a moment ago. */
fault_node *fault_disk_open(const char *path);
/** The file was made by this opening: its name is not certain. */
void fault_disk_named(fault_node *f);

void fault_disk_write(fault_node *f, int64_t at, const void *bytes, size_t n);
void fault_disk_truncate(fault_node *f, int64_t size);
void fault_disk_removed(const char *path);
void fault_disk_synced(fault_node *f);
void fault_disk_folder_synced(void);
/** Whether the folder is to be synced with @p f, as SQLite does for a new
 * journal. */
bool fault_disk_is_new(const fault_node *f);

/** What was written to @p f since its last sync is gone, at once: a failed
 * sync may leave that behind. */
void fault_disk_lose(fault_node *f);

/** The power went and is back: choose what stayed, by @p c. */
void fault_disk_power(chance *c);
/** Nothing is uncertain any more: the machine ran on. */
void fault_disk_calm(void);
/** Forget every file; the real ones stay. */
void fault_disk_forget(void);

#endif
