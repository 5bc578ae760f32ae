/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_SIGN_H
#define UMI_LEDGER_BANK_SIGN_H

/**
 * @file
 * Signing a reconciliation: one person prepares it, another reviews it, and
 * then it is closed.  A signature covers the figures and every open item; the
 * closed ones of an account form a chain, so that none can be exchanged.
 */
#include "ledger/bank/reconcile.h"

/** What signing came to. */
typedef struct umi_bank_signed {
    umi_bank_signature signature; /**< texts live in the arena */
    umi_bank_recon recon;
} umi_bank_signed;

/**
 * Sign the reconciliation of an account: the first signature of a content
 * prepares it, the second, by another person, closes it.  What changed since
 * it was prepared is prepared anew.
 *
 * @param account code or number
 * @param as_of   NULL: the last day of the last statement
 * @retval UMI_ENOENT  no such account, or no statement up to @p as_of
 * @retval UMI_ESTATE  the reconciliation has a difference, or is closed
 * @retval UMI_EDENIED code SECOND: who prepared it must not review it
 */
UMI_MUST_CHECK umi_status umi_bank_sign(umi_bank_signed *out,
                                        umi_book *b,
                                        umi_text account,
                                        const umi_day *as_of,
                                        umi_arena *arena,
                                        umi_error *err);

/** The last day up to which an account is closed, or before all days. */
UMI_MUST_CHECK umi_status umi_bank_signed_to(umi_day *out,
                                             umi_store *s,
                                             int64_t account,
                                             umi_arena *arena,
                                             umi_error *err);

#endif
