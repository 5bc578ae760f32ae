/* SPDX-License-Identifier: MIT */
#include "engine/party/application.h"

static const char *const states[] = {
#define X(name, text) [name] = text,
    UMI_APPLICATION_STATES(X)
#undef X
};
static const char *const acts[] = {
#define X(name, text) [name] = text,
    UMI_APPLICATION_ACTS(X)
#undef X
};

static const struct {
    umi_application_state from;
    umi_application_act act;
    umi_application_state to;
} moves[] = {
    {UMI_APPLIED, UMI_ACT_DECIDE, UMI_DECIDED},
    {UMI_APPLIED, UMI_ACT_REJECT, UMI_REJECTED},
    {UMI_APPLIED, UMI_ACT_CANCEL, UMI_CANCELLED},
    /* a new decision on changed facts voids what was agreed on the old */
    {UMI_DECIDED, UMI_ACT_DECIDE, UMI_DECIDED},
    {UMI_DECIDED, UMI_ACT_APPROVE, UMI_APPROVED},
    {UMI_DECIDED, UMI_ACT_REJECT, UMI_REJECTED},
    {UMI_DECIDED, UMI_ACT_CANCEL, UMI_CANCELLED},
    {UMI_APPROVED, UMI_ACT_DECIDE, UMI_DECIDED},
    {UMI_APPROVED, UMI_ACT_BOOK, UMI_BOOKED},
    {UMI_APPROVED, UMI_ACT_REJECT, UMI_REJECTED},
    {UMI_APPROVED, UMI_ACT_CANCEL, UMI_CANCELLED},
    {UMI_BOOKED, UMI_ACT_DISBURSE, UMI_DISBURSED},
    {UMI_BOOKED, UMI_ACT_CANCEL, UMI_CANCELLED},
    {UMI_DISBURSED, UMI_ACT_RETURN, UMI_BOOKED},
    {UMI_DISBURSED, UMI_ACT_CLOSE, UMI_CLOSED},
};

const char *umi_application_state_name(umi_application_state s)
{
    return states[s];
}

bool umi_application_state_parse(umi_application_state *out, umi_text t)
{
    size_t n = sizeof states / sizeof *states, i = umi_text_index(t, states, n);
    if (i < n)
        *out = (umi_application_state)i;
    return i < n;
}

const char *umi_application_act_name(umi_application_act a)
{
    return acts[a];
}

umi_status umi_application_move(umi_application_state *to,
                                umi_application_state from,
                                umi_application_act act,
                                umi_error *err)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].from == from && moves[i].act == act) {
            *to = moves[i].to;
            return UMI_OK;
        }
    return umi_fail(err, UMI_ESTATE, "state",
                    "the application is '%s': '%s' is not possible now",
                    umi_error_tr(err, states[from]),
                    umi_error_tr(err, acts[act]));
}

umi_status umi_application_may(umi_application_act act,
                               umi_text actor,
                               umi_text entered_by,
                               umi_error *err)
{
    if (act != UMI_ACT_APPROVE || !umi_text_eq(actor, entered_by))
        return UMI_OK;
    return umi_fail_code(err, UMI_EDENIED, "SECOND", "user",
                         "'%.*s' entered the application; another person "
                         "must approve it",
                         UMI_SHOW(actor));
}
