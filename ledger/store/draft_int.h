/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_DRAFT_INT_H
#define UMI_LEDGER_STORE_DRAFT_INT_H

/**
 * @file
 * A file in the making stands under a draft's name, PATH.new-NUMBER, and gets
 * its own only when all of it is on the disk.  A draft is locked while
 * somebody makes it: one without a lock was left by a killed run, and the
 * next run for the same PATH removes it.
 */
#include "engine/base/status.h"

#include <sys/types.h>

typedef struct umi__draft {
    char path[4096]; /**< where to write */
    int fd;          /**< of the empty file there; holds the lock */
} umi__draft;

/**
 * Begin the file that shall stand at @p path; remove what killed runs left.
 * End it with umi__draft_end(), whatever happens.
 * @param mode  rights of the file, less the umask
 * @retval UMI_EEXIST something is at @p path, or a log of SQLite beside it,
 *                    which would be taken for that of the new file
 * @retval UMI_EINVAL the path is too long
 * @retval UMI_EIO    the draft cannot be made
 */
UMI_MUST_CHECK umi_status umi__draft_begin(umi__draft *d,
                                           const char *path,
                                           mode_t mode,
                                           umi_error *err);

/**
 * Bring all of the draft to the disk, and drop it from memory: what is read
 * of it next is what the disk holds.
 * @retval UMI_EIO it cannot be written
 */
UMI_MUST_CHECK umi_status umi__draft_sync(const umi__draft *d,
                                          const char *path,
                                          umi_error *err);

/**
 * umi__draft_sync(), then give the file its name, never in place of another.
 * @retval UMI_EEXIST something has come to @p path
 * @retval UMI_EIO    it cannot be written
 */
UMI_MUST_CHECK umi_status umi__draft_publish(const umi__draft *d,
                                             const char *path,
                                             umi_error *err);

/** Remove the draft's name and what stands beside it; not what was
 * published.  A draft that is all zero is allowed. */
void umi__draft_end(umi__draft *d);

/** How many drafts for @p path killed runs have left; none is removed. */
int umi__drafts_left(const char *path);

/** The error of a file that cannot be written, out of errno. */
umi_status umi__draft_failed(const char *path, umi_error *err);

#endif
