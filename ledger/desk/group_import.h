/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_GROUP_IMPORT_H
#define UMI_LEDGER_DESK_GROUP_IMPORT_H

/**
 * @file
 * Use case: take groups and their members into the book.  A line a member:
 * group,kind,subgroup,nik,role,meeting_day,officer.  The person must stand in
 * the book already; an empty role is `anggota`; an empty meeting day or
 * officer is not known and takes nothing away.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"

/** Statuses as umi_household_import(). */
UMI_MUST_CHECK umi_status umi_group_import(umi_import_result *out,
                                           umi_desk *desk,
                                           const umi_import_ask *ask,
                                           umi_arena *arena,
                                           umi_error *err);

#endif
