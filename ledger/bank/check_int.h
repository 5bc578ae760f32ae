/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_CHECK_INT_H
#define UMI_LEDGER_BANK_CHECK_INT_H

/** @file The checks of one statement, run when its last line is read. */
#include "ledger/bank/build_int.h"

/** Fill b->now.checks, and what rows imply: ends, period, currency. */
void umi__bank_check_all(umi__bank_builder *b);

#endif
