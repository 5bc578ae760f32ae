/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_PLACE_H
#define UMI_LEDGER_STORE_PLACE_H

/**
 * @file
 * Where a book stands: its file system, the room there, who may read and
 * write it, and what lies beside it.  Nothing is opened as a book.
 */
#include "engine/base/status.h"

#include <stdbool.h>

/** What a file system is good for. */
typedef enum umi_fs_kind {
    UMI_FS_DISK,    /**< on this machine, or not known for anything else */
    UMI_FS_NETWORK, /**< locks and fsync are another machine's word */
    UMI_FS_MEMORY   /**< gone when the machine is */
} umi_fs_kind;

typedef struct umi_fs {
    const char *name; /**< "ext4"; "" when it is not known */
    umi_fs_kind kind;
} umi_fs;

/** What Linux calls @p magic (statfs(2)). */
umi_fs umi_fs_of(int64_t magic);

typedef struct umi_place {
    umi_fs fs;
    int64_t room;             /**< bytes that this user may still write there */
    bool exists;              /**< the file; the members below are of it */
    bool logged;              /**< its own mark says that it has a log (WAL) */
    int64_t bytes, log_bytes; /**< of the file, and of its -wal */
    int mode;                 /**< rights: 0600 and the like */
    bool writable;            /**< the file and its folder, by this user */
    int64_t holder;           /**< process that has it open; 0: none */
    bool held_to_write;
    int drafts; /**< left beside it by killed runs */
} umi_place;

/**
 * Look at the place of @p path, which need not exist.  Not for a file that
 * this process has open as a book: the locks of that would be lost.
 * @retval UMI_EIO the file or its folder cannot be looked at
 */
UMI_MUST_CHECK umi_status umi_place_look(umi_place *out,
                                         const char *path,
                                         umi_error *err);

#endif
