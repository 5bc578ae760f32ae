/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_JUDGEMENT_H
#define UMI_CLI_JUDGEMENT_H

/** @file A judgement on an application, printed and as JSON. */
#include "cli/desk.h"

#include "ledger/desk/judge.h"

/** Members product, status, max, rate, disagreements, decision. */
void cli_write_judgement(umi_json_out *w, const umi_judgement *j);
void cli_print_judgement(umi_buf *b, const cli *c, const umi_judgement *j);

#endif
