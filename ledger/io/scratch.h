/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_SCRATCH_H
#define UMI_LEDGER_IO_SCRATCH_H

/**
 * @file
 * Room for bytes that are needed while a command runs: a file without a name
 * in TMPDIR, else /var/tmp.  It is gone when it is closed, also by a kill.
 */
#include "engine/base/status.h"

/**
 * @param[out] fd new, open for reading and writing; the caller closes it
 * @retval UMI_EIO it cannot be made there
 */
UMI_MUST_CHECK umi_status umi_scratch_open(int *fd, umi_error *err);

/** Append bytes. @retval UMI_EIO they cannot be kept; errno says why */
UMI_MUST_CHECK umi_status umi_scratch_write(int fd,
                                            const void *bytes,
                                            size_t len,
                                            umi_error *err);

#endif
