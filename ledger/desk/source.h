/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_SOURCE_H
#define UMI_LEDGER_DESK_SOURCE_H

/**
 * @file
 * A file of lines for the book: read once to be judged, with its SHA-256, and
 * once more when some of its lines go to a file of rejects.
 */
#include "ledger/book/file_run.h"
#include "ledger/io/csv.h"
#include "ledger/io/hashing.h"

/** Stays where it is while it is open. */
typedef struct umi_source {
    const char *path;
    int fd;
    umi_hashing *hash; /**< NULL: not asked for */
    umi_csv *csv;
    umi_progress_fn progress;
    void *self;         /* for progress */
    int64_t done, size; /* bytes */
    int64_t breaks;     /* of lines, so far */
} umi_source;

/**
 * Open the file, which spec->name calls, and read its header.  A packed one
 * is read, and hashed, as what is packed in it (ledger/io/unpack.h).
 * @retval UMI_EINVAL it is no file that can be read, or as umi_csv_open()
 */
UMI_MUST_CHECK umi_status umi_source_open(umi_source *s,
                                          const char *path,
                                          const umi_csv_spec *spec,
                                          umi_error *err);
/** Tell @p progress (may be NULL) from now on how much is read. */
void umi_source_watch(umi_source *s, umi_progress_fn progress, void *self);
/** Read on to the end without looking at the records. */
UMI_MUST_CHECK umi_status umi_source_drain(umi_source *s, umi_error *err);
/** The SHA-256 of all that was read; once, at the end of the file. */
umi_hash umi_source_hash(umi_source *s);
/** Nobody will ask for it. */
void umi_source_unhashed(umi_source *s);
void umi_source_close(umi_source *s);

/**
 * The next record; *row_fault says that the row is malformed and why stands
 * in @p why, in the language of @p err.
 */
UMI_MUST_CHECK umi_status umi_source_next(
    umi_source *s, bool *more, bool *row_fault, umi_error *why, umi_error *err);

/** Whether the rejects can be written where @p ask wants them; nothing is
 * asked of the place beside the file, for most files have none. */
UMI_MUST_CHECK umi_status umi_source_rejects_fit(const umi_file_ask *ask,
                                                 umi_error *err);

/** Why line @p r of the file was refused, told as well as can be; @p code is
 * that of the reason. */
typedef void (*umi_explain_fn)(void *self,
                               const umi_record *r,
                               const char *code,
                               umi_error *why);

/**
 * Write the lines that @p run refused into its file of rejects, with the
 * reasons; set run->result.rejects_file.  Nothing in a dry run, or without
 * refusals.
 * @retval UMI_EIO the file changed meanwhile, or the rejects cannot be written
 */
UMI_MUST_CHECK umi_status umi_source_rejects(umi_file_run *run,
                                             const umi_csv_spec *spec,
                                             umi_explain_fn explain,
                                             void *self,
                                             umi_error *err);

#endif
