/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_WHAT_IF_INT_H
#define UMI_RULES_DECIDE_WHAT_IF_INT_H

/**
 * @file
 * Trying out what would open a closed product: one fact moves, from where a
 * run left it, through the values around its breakpoints.
 */
#include "rules/decide/breakpoints_int.h"

enum {
    UMI__TRIALS_MAX = 400, /* decisions for one fact, or for all pairs */
    UMI__CANDIDATES_MAX = UMI__BREAKPOINTS_MAX * 4 + 2,
    UMI__PAIRS_MAX = 8 /* told of one product */
};

/* The search for one product. */
typedef struct umi__search {
    umi_decider *d;
    umi__finder *finder;
    size_t product;
    umi_what_if *room; /* for facts, or for pairs and their second halves */
    int left;          /* trials */
} umi__search;

/* One fact that moves while all others stay as in `from`. */
typedef struct umi__attempt {
    umi__search *s;
    umi__run from;
    uint32_t slot;
    const umi_fact *fact;
    umi_decimal now, step; /* of a number */
    umi_value found;
    bool done; /* found holds an answer */
    bool hard; /* a comparison of the number could not be solved */
} umi__attempt;

typedef struct umi__candidate {
    umi_decimal away; /* from what it is now */
    umi_value value;
} umi__candidate;

umi__attempt umi__attempt_at(umi__search *s, umi__run from, uint32_t slot);

/* The values worth trying, nearest first, members in their order; with the
 * ends of the range if asked for.  Sets t->hard. */
size_t umi__candidates(umi__attempt *t,
                       umi__candidate out[UMI__CANDIDATES_MAX],
                       bool with_ends);

/* A full decision with the fact at @p v; t->done when it opens the product
 * and closes none that is eligible.  Without trials left nothing is done. */
UMI_MUST_CHECK umi_status umi__attempt_value(umi__attempt *t, umi_value v);

/* All of @p all, until one opens the product. */
UMI_MUST_CHECK umi_status umi__attempt_all(umi__attempt *t,
                                           const umi__candidate *all,
                                           size_t count);

/* The answer of an attempt that is done. */
umi_what_if umi__answer(const umi__attempt *t);

/* Whether the fact may be proposed at all. */
bool umi__may_move(const umi_decider *d, uint32_t slot);

/* Whether fact @p a or @p b reaches every rule of the product that does not
 * pass by @p states: otherwise moving them is in vain. */
bool umi__may_help(const umi_decider *d,
                   size_t product,
                   const umi_rule_state *states,
                   uint32_t a,
                   uint32_t b);

/* The states of the rules of @p product after @p run, in d->trial_states. */
void umi__product_states(umi_decider *d, size_t product, umi__run run);

/* Two facts that move together; @p count pairs come to s->room. */
UMI_MUST_CHECK umi_status umi__find_pairs(umi__search *s, size_t *count);

#endif
