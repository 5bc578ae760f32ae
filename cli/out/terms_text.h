/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_TERMS_TEXT_H
#define UMI_CLI_OUT_TERMS_TEXT_H

/** @file The words for a loan's terms that people read, table and page. */
#include "engine/base/round.h"
#include "rules/set/product.h"

/** "annuity", "principal at the end", in @p lang. */
const char *cli_method_text(umi_method m, umi_lang lang);
/** "year", ...; "block" for a pawn. */
const char *cli_rate_per_text(const umi_terms *t, umi_lang lang);

/** Append the percent of a rate as it was agreed ("0,9"): a decimal, which
 * umi_terms_check() has seen to. */
void cli_put_percent(umi_buf *b, umi_rate r, umi_lang lang);
/** Append value / 10^places in the language's notation. */
void cli_put_fixed(umi_buf *b, umi_i128 value, int places, umi_lang lang);
/** Append millionths in the language's notation, with six decimals. */
void cli_put_micro(umi_buf *b, umi_i128 micro, umi_lang lang);

/** Append what a row of @p p rests on: the citation, and whether it has still
 * to be verified. */
void cli_put_legal(umi_buf *b,
                   const umi_product *p,
                   const umi_when *row,
                   umi_lang lang);

#endif
