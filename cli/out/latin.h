/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_LATIN_H
#define UMI_CLI_OUT_LATIN_H

/** @file Text in the encoding of the fonts that every PDF reader has. */
#include "engine/base/text.h"

/**
 * Append @p t in Windows code page 1252, of which Latin-1 is a part; a blank
 * for tab, line feed and carriage return, '?' for what it does not have.
 * @return how many '?' stand for something else
 */
size_t cli_latin(umi_buf *b, umi_text t);

#endif
