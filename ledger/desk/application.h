/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_APPLICATION_H
#define UMI_LEDGER_DESK_APPLICATION_H

/**
 * @file
 * Use cases: look at an application, list them, approve, reject, cancel.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/rows.h"

#define UMI_APPLICATION_CODE_MAX 64 /**< bytes, as a loan's number */

/**
 * Refuse an id that is empty, too long, or has blanks or control characters.
 * @retval UMI_EINVAL err->field is "id"
 */
UMI_MUST_CHECK umi_status umi_application_code_check(umi_text code,
                                                     umi_error *err);

/** An application with what belongs to it.  Its state is as of now: `closed`
 * once the loan is paid, `booked` again when the money came back. */
typedef struct umi_application_view {
    umi_application application;
    umi_person person;
    bool has_group, has_decision;
    umi_group group;
    umi_decision_row decision; /**< the last one */
    umi_text loan;             /**< number of its loan, {NULL, 0}: none yet */
    const umi_act *acts;       /**< oldest first */
    size_t act_count;
    const umi_transfer *transfers; /**< oldest first */
    size_t transfer_count;
} umi_application_view;

/**
 * Read an application by its id; texts live in @p arena.
 * @retval UMI_ENOENT there is none
 */
UMI_MUST_CHECK umi_status umi_application_show(umi_application_view *out,
                                               umi_desk *desk,
                                               umi_text code,
                                               umi_arena *arena,
                                               umi_error *err);

typedef umi_status (*umi_application_fn)(void *self,
                                         const umi_application *a,
                                         umi_error *err);
/** All applications in order of entry, or those in @p state (NULL: all), as
 * they are now. */
UMI_MUST_CHECK umi_status
umi_application_each(umi_desk *desk,
                     const umi_application_state *state,
                     umi_application_fn fn,
                     void *self,
                     umi_error *err);

/**
 * Approve, reject or cancel.  Only what the rules find open, or leave to a
 * person, can be approved, and not by who entered it.
 *
 * @param note why; required for a rejection
 * @retval UMI_ENOENT  there is no such application
 * @retval UMI_ESTATE  not possible in its state
 * @retval UMI_EDENIED code SECOND: another person must approve; code
 *                     NOT-ELIGIBLE: the last decision does not allow it
 * @retval UMI_EINVAL  a rejection without a reason
 */
UMI_MUST_CHECK umi_status umi_application_act_on(umi_desk *desk,
                                                 umi_text code,
                                                 umi_application_act act,
                                                 umi_text note,
                                                 umi_error *err);

#endif
