/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_UNPACK_H
#define UMI_LEDGER_IO_UNPACK_H

/**
 * @file
 * Files packed by gzip or zstd, known by how they begin and never by their
 * name.  A packed file is unpacked whole before a line of it is looked at, so
 * that one which is cut off or damaged costs nothing but the attempt; and
 * into a file, because files of lines are read more than once.
 */
#include "engine/base/status.h"

/** Told now and then how many bytes of how many are unpacked; both packed. */
typedef struct umi_unpack_watch {
    void (*fn)(void *self, int64_t done, int64_t all);
    void *self;
} umi_unpack_watch;

/**
 * Put what @p fd holds in its place, if it is packed: then *fd is closed and
 * becomes a file without a name (ledger/io/scratch.h).  Members of gzip and
 * frames of zstd that stand one behind the other are one file.  Constant
 * memory; there is no limit but the room in TMPDIR.
 *
 * @param[in,out] fd a regular file; at its beginning before and after;
 *                   untouched on failure
 * @param name       of the file, for messages
 * @param watch      may be NULL
 * @retval UMI_EINVAL code PACKED: it is cut off, damaged, followed by
 *                    something else, packed twice, or larger than the room;
 *                    or packed by a program that is not read here
 * @retval UMI_EIO    the unpacked bytes cannot be kept
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_unpack(int *fd,
                                     const char *name,
                                     const umi_unpack_watch *watch,
                                     umi_error *err);

const char *umi_zlib_version(void); /**< "1.2.13" */
const char *umi_zstd_version(void); /**< "1.5.4" */

#endif
