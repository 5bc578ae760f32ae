/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_EDIT_INT_H
#define UMI_RULES_DECIDE_EDIT_INT_H

/**
 * @file
 * For mutate.c only: every small change that can be made to a rule set.
 * Making one and taking it back is the same: what stands in the rule set and
 * what stands in the edit change places.
 */
#include "rules/set/ruleset.h"

typedef enum umi__edit_kind {
    UMI__EDIT_NODE, /* of an expression */
    UMI__EDIT_VALUE,
    UMI__EDIT_DATE
} umi__edit_kind;

typedef struct umi__edit {
    umi__edit_kind kind;
    umi_at at;
    umi_text name; /* of what is changed */
    const char *was, *is;
    int32_t first, end;    /* it matters on days from first to before end */
    const umi_node *node;  /* of UMI__EDIT_NODE */
    const umi_name *param; /* of UMI__EDIT_VALUE, and of dates of one */
    int64_t rule;          /* of a date of a rule; else -1 */
    union {
        umi_node *node;
        umi_value *value;
        umi_day *day;
    } place;
    union {
        umi_node node;
        umi_value value;
        umi_day day;
    } other;
} umi__edit;

typedef struct umi__edits {
    umi__edit *all;
    size_t count, room;
    umi_arena *arena;
    umi_ruleset *rs;
    bool failed; /* memory exhausted */
} umi__edits;

/* All edits of out->rs, in the order of the file's sections. */
void umi__edits_list(umi__edits *out);
/* Make @p e, or take it back. */
void umi__edit_swap(umi__edit *e);

#endif
