/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_FACTS_HASH_INT_H
#define UMI_RULES_DECIDE_FACTS_HASH_INT_H

/**
 * @file
 * The hash of what was seen of an applicant: all known facts in order of
 * name, confidential ones too, each as NAME=VALUE LENGTH and a newline.  Two
 * decisions with the same hash saw the same applicant.
 */
#include "rules/decide/decision_int.h"

/* How a fact stands in that text. */
typedef struct umi__fact_line {
    uint32_t slot;
    umi_text begin;         /* NAME= */
    const umi_text *wholes; /* the whole line by the value of a bool or enum;
                             * else NULL */
    size_t room;            /* for a line whose value is no text */
} umi__fact_line;

/* The lines of @p d in order of name, in @p arena; NULL: no memory. */
const umi__fact_line *umi__fact_lines(const umi_decider *d, umi_arena *arena);

/* The text is gathered behind what @p b holds and taken off again; zeros when
 * @p b has failed. */
umi_hash umi__facts_hash(umi_buf *b,
                         const umi__fact_line *lines,
                         size_t count,
                         const umi_value *facts);

#endif
