/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_BOX_CLAIM_INT_H
#define UMI_RULES_DECIDE_BOX_CLAIM_INT_H

/** @file For the files of rules/decide/box_*.c only: one analysis at work. */
#include "rules/decide/box.h"
#include "rules/decide/box_int.h"

/* A rule on the epoch at hand, and what was found of it so far. */
typedef struct umi__rule_case {
    umi__truth truth;
    bool on, fresh;   /* fresh: read or switched in this epoch */
    bool seen;        /* on in some epoch; the last of them began on `day` */
    bool always;      /* so far nobody fails it */
    bool never, lost; /* on some day */
    umi_day day;
    umi__boxes fails; /* who fails it, on the last epoch when somebody does */
    umi_day fail_day;
    bool failed;        /* somebody fails it on the epoch at hand */
    uint32_t *stronger; /* rules that made it superfluous so far */
    size_t stronger_count;
} umi__rule_case;

/* A row of routing. */
typedef struct umi__row_case {
    bool hit;         /* the first to hold, on some day */
    umi__boxes holds; /* for whom, on the last epoch when for somebody */
    umi_day day;
} umi__row_case;

typedef struct umi__analysis {
    umi__space space;
    const umi_ruleset *rs;
    umi_problems *problems;
    umi_decider *d;
    umi_day day;        /* the first of the epoch at hand */
    umi_day last;       /* the first of the last epoch */
    umi__boxes world;   /* the days of the epoch, and spans to them */
    bool moving;        /* some expression asks for them */
    umi__boxes on_grid; /* amounts that are whole steps */
    umi_value *params;
    uint64_t *changed; /* set of params since the epoch before */
    size_t param_words;
    umi__unit *units; /* lets, requires, unlesses, rows */
    size_t unit_count;
    umi__rule_case *rules;
    umi__row_case *rows;
    uint64_t shut; /* set of products that were told */
    uint64_t gap[UMI_PRODUCTS_MAX], overlap[UMI_PRODUCTS_MAX]; /* told */
    umi__part parts[UMI_EXPR_NODES];
    umi_value *facts; /* the witness at hand */
    umi_day on;       /* its day */
    size_t unproved;
    bool failed; /* memory exhausted */
} umi__analysis;

static inline umi__unit *umi__require_unit(const umi__analysis *a, size_t rule)
{
    return &a->units[a->rs->let_count + rule];
}
static inline umi__unit *umi__unless_unit(const umi__analysis *a, size_t rule)
{
    return &a->units[a->rs->let_count + a->rs->rule_count + rule];
}
static inline umi__unit *umi__row_unit(const umi__analysis *a, size_t row)
{
    return &a->units[a->rs->let_count + 2 * a->rs->rule_count + row];
}

typedef struct umi__fact_set {
    uint64_t bits[UMI_FACTS_MAX / 64];
} umi__fact_set;

void umi__add_rule_facts(const umi__analysis *a, umi__fact_set *to, size_t r);
void umi__add_row_facts(const umi__analysis *a, umi__fact_set *to, size_t row);

/* An applicant within @p box (NULL: anywhere) who shows all of @p need. */
void umi__witness(umi__analysis *a, const umi__box *box, umi__fact_set need);
/* The full decision on the witness, or NULL (failed is set). */
const umi_decision *umi__witness_decision(umi__analysis *a);
/* Hang the witness on the problem told last. */
void umi__witness_tell(umi__analysis *a);

/* What can be claimed; the epoch at hand was read. */
void umi__claim_rules(umi__analysis *a);
void umi__claim_products(umi__analysis *a);
void umi__claim_bands(umi__analysis *a);
void umi__claim_rows(umi__analysis *a);
/* What had to hold in all epochs; after the last one. */
void umi__claim_at_end(umi__analysis *a);

#endif
