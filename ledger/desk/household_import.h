/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_HOUSEHOLD_IMPORT_H
#define UMI_LEDGER_DESK_HOUSEHOLD_IMPORT_H

/**
 * @file
 * Use case: take a register of households into the book.  A line a person:
 * nkk,nik,name,relation,birth_date,sex,village,programmes,decile,decile_as_of.
 * A person is a NIK, a household an NKK; an empty optional field is not known
 * and takes nothing away.  Of two deciles the one with the later date counts.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"

/**
 * @param[out] out counts; its texts live in @p arena
 * @retval UMI_EINVAL  the file cannot be opened, or a column is missing or
 *                     unknown (code COLUMN); nothing was written
 * @retval UMI_ESYNTAX there is no header
 * @retval UMI_EIO     reading or writing failed; whole chunks may be written,
 *                     and the same file goes on from there
 */
UMI_MUST_CHECK umi_status umi_household_import(umi_import_result *out,
                                               umi_desk *desk,
                                               const umi_import_ask *ask,
                                               umi_arena *arena,
                                               umi_error *err);

#endif
