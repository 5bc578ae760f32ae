/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_PARTY_APPLICATION_H
#define UMI_ENGINE_PARTY_APPLICATION_H

/**
 * @file
 * The states of an application and what moves it from one to the next, as a
 * table.  Two persons are needed between application and money: who approves
 * is another than who entered it.
 */
#include "engine/base/text.h"

#define UMI_APPLICATION_STATES(X)                                              \
    X(UMI_APPLIED, "applied")                                                  \
    X(UMI_DECIDED, "decided")                                                  \
    X(UMI_APPROVED, "approved")                                                \
    X(UMI_REJECTED, "rejected")                                                \
    X(UMI_BOOKED, "booked")                                                    \
    X(UMI_DISBURSED, "disbursed")                                              \
    X(UMI_CLOSED, "closed")                                                    \
    X(UMI_CANCELLED, "cancelled")

typedef enum umi_application_state {
#define X(name, text) name,
    UMI_APPLICATION_STATES(X)
#undef X
} umi_application_state;

#define UMI_APPLICATION_ACTS(X)                                                \
    X(UMI_ACT_DECIDE, "decide")                                                \
    X(UMI_ACT_APPROVE, "approve")                                              \
    X(UMI_ACT_REJECT, "reject")                                                \
    X(UMI_ACT_BOOK, "book")                                                    \
    X(UMI_ACT_DISBURSE, "disburse")                                            \
    X(UMI_ACT_RETURN, "return") /**< the transfer came back */                 \
    X(UMI_ACT_CLOSE, "close")   /**< the loan is paid */                       \
    X(UMI_ACT_CANCEL, "cancel") /**< withdrawn by the applicant */

typedef enum umi_application_act {
#define X(name, text) name,
    UMI_APPLICATION_ACTS(X)
#undef X
} umi_application_act;

const char *umi_application_state_name(umi_application_state s);
UMI_MUST_CHECK bool umi_application_state_parse(umi_application_state *out,
                                                umi_text t);
const char *umi_application_act_name(umi_application_act a);

/**
 * The state that @p act leads to.
 * @retval UMI_ESTATE @p act is not possible in state @p from
 */
UMI_MUST_CHECK umi_status umi_application_move(umi_application_state *to,
                                               umi_application_state from,
                                               umi_application_act act,
                                               umi_error *err);

/**
 * Whether @p actor may do @p act on what @p entered_by entered.
 * @retval UMI_EDENIED code SECOND: another person is needed
 */
UMI_MUST_CHECK umi_status umi_application_may(umi_application_act act,
                                              umi_text actor,
                                              umi_text entered_by,
                                              umi_error *err);

#endif
