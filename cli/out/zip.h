/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_ZIP_H
#define UMI_CLI_OUT_ZIP_H

/**
 * @file
 * A zip archive that is written into memory, member by member; only what is
 * packed is kept.  The same members give the same bytes.
 */
#include "engine/base/text.h"

typedef struct cli_zip cli_zip;

/** An archive at the end of the empty @p out, which must outlive it; NULL
 * when memory is exhausted. */
cli_zip *cli_zip_new(umi_buf *out);
/** Begin a member; the one before ends.  @p name is borrowed. */
void cli_zip_member(cli_zip *z, const char *name);
/** Bytes of the member; they are compressed as they come. */
void cli_zip_write(cli_zip *z, umi_text bytes);
/**
 * End the archive.
 * @retval UMI_ENOMEM memory was exhausted on the way
 * @retval UMI_ERANGE it has more than 4 GiB
 */
UMI_MUST_CHECK umi_status cli_zip_close(cli_zip *z, umi_error *err);
void cli_zip_free(cli_zip *z); /**< NULL is allowed */

#endif
