/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_APPLY_H
#define UMI_LEDGER_DESK_APPLY_H

/**
 * @file
 * Use case: take applications into the book.  Columns: id,nik,group,product,
 * amount,periods,unit,purpose and any named like facts of the rule set; an
 * empty fact is unknown.  The applicant stands in the book already; a group
 * must have the applicant as a member.  An id names one application for ever
 * and becomes the number of its loan.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"

/**
 * Statuses as umi_household_import(); @p desk needs its rules and products.
 */
UMI_MUST_CHECK umi_status umi_apply(umi_import_result *out,
                                    umi_desk *desk,
                                    const umi_import_ask *ask,
                                    umi_arena *arena,
                                    umi_error *err);

#endif
