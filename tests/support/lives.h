/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_LIVES_H
#define UMI_TESTS_SUPPORT_LIVES_H

/** @file Events told in a few words, and the life that they make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/loans.h"

#define P UMI_PRINCIPAL
#define I UMI_INTEREST
#define F UMI_FEE
#define Q UMI_PENALTY

#define IS(what) .kind = UMI_EVENT_##what
#define ON(day)  .date = {day}
#define SEN(a)   .has_amount = true, .amount = {a}
#define ONLY(c)  .has_component = true, .component = (c)

/* What tests leave out has its default. */
static inline void complete(umi_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (events[i].booked.n == 0)
            events[i].booked = events[i].date;
        if (events[i].due.n == 0)
            events[i].due = events[i].date;
    }
}

static inline umi_life replay(umi_arena *arena,
                              const loan *l,
                              const umi_policy *p,
                              const umi_event *events,
                              size_t n,
                              int32_t as_of)
{
    umi_life life;
    umi_error err = {0};
    umi_status rc = umi_events_check(events, n, (umi_day){0}, &err);
    if (rc == UMI_OK)
        rc = umi_life_replay(&life, &l->schedule, p, NULL, events, n,
                             (umi_day){as_of}, arena, &err);
    if (rc != UMI_OK)
        print_message("%s: %s\n", err.field, err.message);
    assert_int_equal(rc, UMI_OK);
    return life;
}

#endif
