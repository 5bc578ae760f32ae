/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_PAPER_H
#define UMI_CLI_PAPER_H

/** @file A schedule as text, as JSON, or as paper: what two commands share. */
#include "cli/cli.h"
#include "cli/out/quote_html.h"

typedef enum cli_paper {
    CLI_PAPER_TEXT,
    CLI_PAPER_JSON,
    CLI_PAPER_HTML
} cli_paper;

/**
 * What --format, or --json in its place, asks for.
 * @return -1; or the exit code of a usage error, printed: a format that does
 *   not exist, both options, a name without a page, a name that is no text
 */
int cli_paper_format(cli *c, cli_paper *out);

#endif
