/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_MONEY_WORDS_H
#define UMI_ENGINE_BASE_MONEY_WORDS_H

/**
 * @file
 * Amounts in words (terbilang), as they stand beside the figures on a paper
 * that is signed: "dua ratus lima puluh ribu rupiah", "two hundred fifty
 * thousand rupiah".
 */
#include "engine/base/money.h"

/**
 * Append @p m in the words of @p lang, in small letters.  Every amount has
 * words: thousands are grouped up to quadrillions (kuadriliun), an amount
 * below zero begins with "minus", sen are said only when there are any.
 * @source docs/glossary.md, "terbilang"
 */
void umi_buf_money_words(umi_buf *b, umi_money m, umi_lang lang);

#endif
