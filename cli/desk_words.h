/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_DESK_WORDS_H
#define UMI_CLI_DESK_WORDS_H

/** @file Words for people where JSON and the book have names. */
#include "ledger/book/journal.h"
#include "ledger/desk/rows.h"

const char *cli_word_state(umi_lang lang, umi_application_state s);
const char *cli_word_verdict(umi_lang lang, umi_verdict v);
const char *cli_word_deed(umi_lang lang, umi_deed d);
const char *cli_word_posting(umi_lang lang, umi_txn_kind k);
const char *cli_word_loan(umi_lang lang, umi_loan_status s);
const char *cli_word_unit(umi_lang lang, umi_unit u);

#endif
