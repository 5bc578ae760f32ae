/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_BOX_INT_H
#define UMI_RULES_DECIDE_BOX_INT_H

/**
 * @file
 * For the files of rules/decide/box*.c only.  A variable is a fact, the
 * decision date, or a part of an expression that is not reckoned with; its
 * values are cut into cells in which no comparison of the file changes its
 * answer.  A box gives some variables a set of cells each, and stands for all
 * applicants within; boxes together are a union.  What cannot be told exactly
 * is told too large and marked `lost`: "nobody is in it" stays true then.
 */
#include "rules/decide/decision_int.h"
#include "rules/expr/expr_int.h"

#define UMI__BOXES_MAX 4096      /* of one rule; more are not analysed */
#define UMI__STEPS_MAX 400000000 /* for one file; one is some 2 ns */
#define UMI__LAST_DAY  2932896   /* 9999-12-31 */

/* --- variables ----------------------------------------------------------- */

typedef enum umi__var_kind {
    UMI__VAR_FACT,
    UMI__VAR_TODAY,
    UMI__VAR_SPAN, /* years, months or days between a fact and today */
    UMI__VAR_FREE, /* a number that is not reckoned with: it may be any */
    UMI__VAR_DOUBT /* a condition that is not reckoned with */
} umi__var_kind;

typedef struct umi__var {
    umi__var_kind kind;
    uint32_t slot;        /* of FACT and SPAN */
    const umi_node *node; /* of SPAN, FREE and DOUBT */
    uint32_t next;        /* of those with the same hash, or UINT32_MAX */
    bool used;            /* some comparison asks for it */
    bool lost;            /* its cells may not be free of other variables */
    bool ordered;         /* numbers and dates: cut by `cuts` */
    bool whole;           /* whole numbers only */
    bool has_min, has_max;
    umi_decimal min, max, step, anchor; /* anchor: the value liked most */
    umi_decimal *cuts;                  /* sorted once the space is cut */
    umi_text *texts;                    /* of a string, instead of cuts */
    uint32_t count, cap;                /* of either */
    uint32_t members;                   /* of a bool or enum */
    bool asks_absent; /* known(): the last cell is its absence */
    uint32_t cells, words;
    uint64_t *valid;  /* cells that have a value */
    uint64_t *grid;   /* cells that have a whole multiple of the step */
    umi_value *shown; /* by cell: a value of it; not known: none found */
} umi__var;

/* --- boxes --------------------------------------------------------------- */

typedef struct umi__side {
    uint32_t var;
    const uint64_t *cells;
} umi__side;

/* Sides ascend by variable; one that is not there has all its cells. */
typedef struct umi__box {
    const umi__side *sides;
    uint32_t count;
} umi__box;

typedef struct umi__boxes {
    const umi__box *all;
    uint32_t count; /* 0: nobody */
    bool lost;      /* may hold more than is meant */
} umi__boxes;

/* Where an expression is true, and where it is false. */
typedef struct umi__truth {
    umi__boxes yes, no;
} umi__truth;

typedef struct umi__space {
    const umi_ruleset *rs;
    umi_arena *keep;    /* lives as long as the space */
    umi_arena *scratch; /* of the expression or question at hand */
    umi__var *vars;     /* the facts by slot, today, then the others */
    uint32_t var_count, var_cap;
    uint32_t *buckets; /* of variables with a node, by its hash */
    bool absent;       /* some expression asks known() */
    bool cut;          /* cells are made; before, cuts are gathered */
    int64_t work;      /* steps left for the whole file */
    int64_t turn;      /* steps left for the expression at hand */
    int64_t room;      /* sides that may still be kept */
    bool failed;       /* memory exhausted */
} umi__space;

typedef enum umi__meeting {
    UMI__MEET_NOBODY,
    UMI__MEET_FOUND,
    UMI__MEET_GAVE_UP
} umi__meeting;

static inline bool umi__cell_in(const uint64_t *cells, uint32_t cell)
{
    return cells[cell / 64] >> cell % 64 & 1;
}

/* Facts and today; false: no memory. */
bool umi__space_open(umi__space *s, const umi_ruleset *rs);
void umi__space_close(umi__space *s);
/* Make the cells; from now on no cut may be added. */
void umi__space_cut(umi__space *s);
/* Forget the scratch and allow steps for one more expression or question. */
void umi__space_turn(umi__space *s);
/* Take @p steps of what is left; false: nothing is left. */
bool umi__space_spend(umi__space *s, size_t steps);

/* The variable of a part of an expression: of equal parts the same. */
uint32_t umi__var_span(umi__space *s, const umi_node *n, uint32_t slot);
uint32_t umi__var_free(umi__space *s, const umi_node *n);
uint32_t umi__var_doubt(umi__space *s, const umi_node *n);

/* Where variable @p var compares as @p op (EQ .. GE) with @p c. */
umi__truth umi__compare(umi__space *s, uint32_t var, umi_op op, umi_decimal c);
umi__truth umi__is_member(umi__space *s, uint32_t var, uint32_t member);
umi__truth umi__is_text(umi__space *s, uint32_t var, umi_text text);
umi__truth umi__is_known(umi__space *s, uint32_t slot);
umi__boxes umi__absent(umi__space *s, uint32_t slot); /* who do not show it */

/* Where span @p var can lie while today is @p first .. @p last. */
umi__boxes
umi__span_within(umi__space *s, uint32_t var, umi_day first, umi_day last);

umi__boxes umi__everybody(bool lost);
umi__boxes umi__both(umi__space *s, umi__boxes a, umi__boxes b);
umi__boxes umi__either(umi__space *s, umi__boxes a, umi__boxes b);
/* The same in s->keep. */
umi__boxes umi__keep(umi__space *s, umi__boxes a);
/* Whether no box of @p a meets one of @p b; false when it is not known. */
bool umi__apart(umi__space *s, const umi__boxes *a, const umi__boxes *b);
/* One box of a single side. */
umi__boxes umi__boxes_side(umi__space *s, uint32_t var, const uint64_t *cells);

/* Whether some applicant lies in all of @p sets, and then a box of them. */
umi__meeting
umi__meet(umi__space *s, const umi__boxes *sets, size_t count, umi__box *out);

/* --- expressions --------------------------------------------------------- */

/* One form that a value takes: where, and what it is there. */
typedef enum umi__form_kind {
    UMI__FORM_CONSTANT,
    UMI__FORM_NUMBER, /* a x + b of variable var */
    UMI__FORM_MEMBER, /* an enum or string variable */
    UMI__FORM_LOST    /* not reckoned with */
} umi__form_kind;

typedef struct umi__form {
    umi__boxes when;
    umi__form_kind kind;
    umi_value constant;
    uint32_t var;
    umi_decimal a, b;
} umi__form;

typedef struct umi__forms {
    umi__form *all;
    uint32_t count;
} umi__forms;

/* A part that is the same for everybody although none of its operands is. */
typedef struct umi__part {
    const umi_node *node;
    bool value;
} umi__part;

/* An expression of the file with what is known of it on the day. */
typedef struct umi__unit {
    const umi_rule_expr *e;
    uint64_t *params; /* set of those it needs, through lets */
    uint64_t facts[UMI_FACTS_MAX / 64];
    bool needed, is_bool, read;
    umi__truth truth;
    umi__forms forms;
    umi__part *parts; /* that were the same whenever it was read */
    size_t part_count;
} umi__unit;

typedef struct umi__reader {
    umi__space *space;
    umi__unit *lets; /* by slot */
    const umi_value *params;
    umi__part *parts; /* room for UMI_EXPR_NODES */
    size_t part_count;
} umi__reader;

/* Read @p u under r->params; the lets that it needs were read before. */
void umi__unit_read(umi__reader *r, umi__unit *u);

#endif
