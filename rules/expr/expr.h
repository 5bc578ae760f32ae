/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_EXPR_EXPR_H
#define UMI_RULES_EXPR_EXPR_H

/**
 * @file
 * Expressions: text to a tree, and the static checker.  A tree is parsed
 * once, checked once against the names that may stand in it, and compiled as
 * often as there are parameter epochs (rules/expr/program.h).
 *
 *     umi_expr_log log = {.arena = arena, .lang = lang};
 *     if (umi_expr_parse(&e, arena, text, &log) == UMI_OK)
 *         rc = umi_expr_check(e, env, &want, &log);
 *     for (p = log.first; p != NULL; p = p->next) ... offset, code, message
 */
#include "engine/base/alloc.h"
#include "rules/expr/value.h"

#define UMI_EXPR_CHARS 2000 /**< most characters of one expression */
#define UMI_EXPR_NODES 200  /**< most nodes of its tree */
#define UMI_EXPR_DEPTH 32   /**< most brackets open at once */

/* --- names ------------------------------------------------------------- */

typedef enum umi_name_kind {
    UMI_NAME_FACT,  /**< may be unknown; slot below UMI_FACTS_MAX */
    UMI_NAME_INPUT, /**< always known when run ("today"); shares the slots */
    UMI_NAME_PARAM, /**< a constant of the program; slot in params[] */
    UMI_NAME_LET    /**< another expression; slot chosen by the caller */
} umi_name_kind;

/** A name that may stand in an expression. */
typedef struct umi_name {
    umi_text name; /**< may have dots: "param.umi_max" */
    umi_name_kind kind;
    umi_type type; /**< UMI_KIND_ANY: taken as any type */
    uint32_t slot;
    uint32_t tag; /**< the caller's own, e.g. where it is defined */
} umi_name;

typedef struct umi_env umi_env;

/** No names yet; NULL when memory is exhausted. */
umi_env *umi_env_new(umi_arena *arena);
/**
 * Add a name.  @p name's text is borrowed.
 * @retval UMI_EEXIST the name is there already
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_env_add(umi_env *env, umi_name name);
/** Borrowed from @p env (until the next add), or NULL. */
const umi_name *umi_env_find(const umi_env *env, umi_text name);
/**
 * The same, looking first at the name added next after @p last (NULL: at
 * none): objects mostly have their keys in that order.
 */
const umi_name *
umi_env_find_next(const umi_env *env, umi_text name, const umi_name *last);
/**
 * The name nearest to @p name (Damerau-Levenshtein at most 2); one of type
 * @p want comes before all others; NULL when none is near.
 */
const umi_name *umi_env_near(const umi_env *env, umi_text name, umi_kind want);
/** The text among @p n nearest to @p name, or -1. */
int umi_text_near(umi_text name, const umi_text *among, size_t n);

/* --- problems ---------------------------------------------------------- */

/** One thing found; lives in the arena of its log. */
typedef struct umi_expr_problem {
    const char *code; /**< "E102", "W-INT-DIV" */
    bool warning;
    uint32_t offset, length; /**< bytes within the text of the expression */
    const char *message;     /**< one line in the language of the log */
    const char *help;        /**< "did you mean 'x'?", or NULL */
    const umi_name *related; /**< the name that help proposes, or NULL */
    struct umi_expr_problem *next;
} umi_expr_problem;

/** Problems in the order found.  Start from {.arena, .lang}. */
typedef struct umi_expr_log {
    umi_arena *arena;
    umi_lang lang;
    umi_expr_problem *first, *last;
    uint32_t errors, warnings;
    bool nomem; /**< a problem was lost: memory is exhausted */
} umi_expr_log;

/**
 * The first error of @p log as a failure: its code, message with the help
 * behind it, err->field "expr", err->column the byte offset + 1.
 */
umi_status umi_expr_fail(umi_error *err, const umi_expr_log *log);

/* --- trees ------------------------------------------------------------- */

typedef enum umi_op {
    UMI_OP_CONST,
    UMI_OP_NAME,
    UMI_OP_LIST,
    UMI_OP_NOT,
    UMI_OP_NEG,
    UMI_OP_AND,
    UMI_OP_OR,
    UMI_OP_COND, /**< args: condition, then, else */
    UMI_OP_EQ,
    UMI_OP_NE,
    UMI_OP_LT,
    UMI_OP_LE,
    UMI_OP_GT,
    UMI_OP_GE,
    UMI_OP_IN,
    UMI_OP_ADD,
    UMI_OP_SUB,
    UMI_OP_MUL,
    UMI_OP_DIV,
    UMI_OP_MOD,
    UMI_OP_INDEX,
    UMI_OP_CALL
} umi_op;

typedef enum umi_fn {
    UMI_FN_SIZE,
    UMI_FN_CONTAINS,
    UMI_FN_STARTS_WITH,
    UMI_FN_ENDS_WITH,
    UMI_FN_INT,
    UMI_FN_STRING,
    UMI_FN_BOOL,
    UMI_FN_DATE,
    UMI_FN_YEARS_BETWEEN,
    UMI_FN_MONTHS_BETWEEN,
    UMI_FN_DAYS_BETWEEN,
    UMI_FN_ROUND_HALF_UP,
    UMI_FN_ROUND_HALF_EVEN,
    UMI_FN_ROUND_HALF_DOWN,
    UMI_FN_ROUND_UP,
    UMI_FN_ROUND_DOWN,
    UMI_FN_FLOOR,
    UMI_FN_CEIL,
    UMI_FN_MIN,
    UMI_FN_MAX,
    UMI_FN_KNOWN,
    UMI_FN_NONE /**< a call that fails when it runs: with value.fault, or
                   because it was bound without types */
} umi_fn;

/** A node; after a check without errors every field is filled. */
typedef struct umi_node {
    umi_op op;
    umi_fn fn;               /**< of UMI_OP_CALL */
    uint32_t offset, length; /**< bytes within the text */
    umi_type type;           /**< set by the checker */
    umi_value value;         /**< of UMI_OP_CONST */
    umi_text text;           /**< name without blanks; of NAME and CALL */
    const umi_name *name;    /**< of UMI_OP_NAME, once bound */
    struct umi_node **args;  /**< operands; a receiver comes first */
    uint32_t count;
    bool chained; /**< a comparison of a comparison without parentheses */
    bool method;  /**< a call written x.f() */
} umi_node;

/** A parsed expression: everything lives in the arena it was parsed into. */
typedef struct umi_expr {
    umi_text text; /**< borrowed */
    umi_node *root;
    uint32_t nodes;
    bool typed; /**< checked, so that the types of nodes hold */
} umi_expr;

/**
 * Parse @p text (borrowed).  At most one syntax error is found.
 * @retval UMI_ESYNTAX told in @p log
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_expr_parse(umi_expr **out,
                                         umi_arena *arena,
                                         umi_text text,
                                         umi_expr_log *log);

/**
 * Parse a test of @p subject (borrowed): what stands behind it in one or more
 * comparisons, "<= 5", ">= 1 && < 6", "in [1, 2]".  Without an operator it is
 * equality; of a bool "true" and "false" mean the subject and its contrary.
 * The subject is bound already; its type may be found until the check.
 * @retval UMI_ESYNTAX told in @p log
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_expr_parse_test(umi_expr **out,
                                              umi_arena *arena,
                                              umi_text text,
                                              const umi_name *subject,
                                              umi_expr_log *log);

/**
 * Bind names, find types, and tell every error and warning.  The expression
 * must give @p want where that is not NULL; there an int passes for a decimal
 * or a rate, a decimal for a rate, and a rate for a decimal (see
 * umi_value_as()).  The type found is e->root->type.
 * @retval UMI_EINVAL told in @p log
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_expr_check(umi_expr *e,
                                         const umi_env *env,
                                         const umi_type *want,
                                         umi_expr_log *log);

/**
 * Bind names only: types, and whether a function exists, are then judged when
 * it runs.
 */
UMI_MUST_CHECK umi_status umi_expr_bind(umi_expr *e,
                                        const umi_env *env,
                                        umi_expr_log *log);

/**
 * Call @p each for every name node under @p n, left to right; for the order
 * of lets, and for what nobody uses.
 */
void umi_expr_names(const umi_node *n,
                    void (*each)(void *self, const umi_node *name),
                    void *self);

#endif
