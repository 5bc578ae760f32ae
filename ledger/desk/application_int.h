/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_APPLICATION_INT_H
#define UMI_LEDGER_DESK_APPLICATION_INT_H

/** @file How the use cases of the desk move an application on. */
#include "ledger/desk/application.h"

/** Read the row of application @p code. */
UMI_MUST_CHECK umi_status umi__application_read(umi_application *out,
                                                umi_desk *desk,
                                                umi_text code,
                                                umi_arena *arena,
                                                umi_error *err);

/**
 * Take application @p a one step on: its state, its seq, and @p log, the act
 * to be written with it.  Nothing is written yet.
 */
UMI_MUST_CHECK umi_status umi__application_step(umi_application *a,
                                                umi_act *log,
                                                umi_desk *desk,
                                                umi_application_act act,
                                                umi_text note,
                                                umi_error *err);

/** Refuse when verdict @p v leaves nothing to lend. */
UMI_MUST_CHECK umi_status umi__verdict_open(umi_verdict v, umi_error *err);

#endif
