/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_OUTFILE_H
#define UMI_LEDGER_IO_OUTFILE_H

/**
 * @file
 * A file that appears whole or not at all: it is written under another name
 * beside its place, brought to the disk, and then renamed over what stood
 * there.
 */
#include "engine/base/text.h"

typedef struct umi_outfile umi_outfile;

/**
 * Begin a file that shall stand at @p path, for its owner alone (0600): what
 * a book writes tells of persons, their loans and their money.
 * @param[out] out new, the caller commits or discards it
 * @retval UMI_EIO    it cannot be created there
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_outfile_open(umi_outfile **out,
                                           const char *path,
                                           umi_error *err);

/** The same, of what everybody may read (0644, less the umask). */
UMI_MUST_CHECK umi_status umi_outfile_open_public(umi_outfile **out,
                                                  const char *path,
                                                  umi_error *err);

/**
 * Whether a file could be begun at @p path (NULL: it need not), so that this
 * is known before there is anything to write.
 */
UMI_MUST_CHECK umi_status umi_outfile_try(const char *path, umi_error *err);

/** Where to write; call umi_outfile_pass() now and then. */
umi_buf *umi_outfile_buf(umi_outfile *f);

/**
 * Hand over what is in the buffer once it is large.
 * @retval UMI_EIO    it cannot be written
 * @retval UMI_ENOMEM the buffer failed to grow
 */
UMI_MUST_CHECK umi_status umi_outfile_pass(umi_outfile *f, umi_error *err);

/** Finish and free @p f; on failure nothing changed at its path. */
UMI_MUST_CHECK umi_status umi_outfile_commit(umi_outfile *f, umi_error *err);

/** Forget and free @p f; NULL is allowed. */
void umi_outfile_discard(umi_outfile *f);

#endif
