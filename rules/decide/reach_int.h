/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_REACH_INT_H
#define UMI_RULES_DECIDE_REACH_INT_H

/**
 * @file
 * Which facts an answer can hang on, through lets: what a rule does not reach
 * cannot turn it.
 */
#include "rules/decide/decision_int.h"

/* A set of facts by slot. */
typedef struct umi__slots {
    uint64_t bits[UMI_FACTS_MAX / 64];
} umi__slots;

struct umi__reach {
    umi__slots *lets, *rules; /* by index */
};

static inline bool umi__reaches(const umi__slots *s, uint32_t slot)
{
    return s->bits[slot / 64] >> slot % 64 & 1;
}

/* Make d->reach, once. */
UMI_MUST_CHECK umi_status umi__reach_ready(umi_decider *d);

#endif
