/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_EXPR_EXPR_INT_H
#define UMI_RULES_EXPR_EXPR_INT_H

/** @file What the parts of the expression language share. */
#include "rules/expr/expr.h"

/** A run of bytes of the text that a problem is about. */
typedef struct umi__span {
    uint32_t offset, length;
} umi__span;

/** Note an error; NULL when memory is exhausted (the log says so later). */
umi_expr_problem *umi__expr_error(umi_expr_log *log,
                                  const char *code,
                                  umi__span at,
                                  const char *fmt,
                                  ...) UMI_PRINTF(4, 5);
umi_expr_problem *umi__expr_warning(umi_expr_log *log,
                                    const char *code,
                                    umi__span at,
                                    const char *fmt,
                                    ...) UMI_PRINTF(4, 5);
/** What to write instead; @p p may be NULL. */
void umi__expr_help(umi_expr_log *log,
                    umi_expr_problem *p,
                    const char *fmt,
                    ...) UMI_PRINTF(3, 4);

/* --- tokens ------------------------------------------------------------ */

typedef enum umi__token_kind {
    UMI__T_END,
    UMI__T_ERROR, /**< told already */
    UMI__T_INT,
    UMI__T_DECIMAL,
    UMI__T_STRING,
    UMI__T_IDENT,
    UMI__T_TRUE,
    UMI__T_FALSE,
    UMI__T_MARK /**< operators and brackets: see mark */
} umi__token_kind;

/** Operators of two characters as one number; "in" is one too. */
#define UMI__MARK2(a, b) ((a) << 8 | (b))

typedef struct umi__token {
    umi__token_kind kind;
    umi__span at;
    int mark;           /**< '+' or UMI__MARK2('<', '=') */
    uint64_t magnitude; /**< of an int: at most 2^63 */
    umi_decimal decimal;
    umi_text text; /**< of a string: decoded; of an identifier: itself */
} umi__token;

typedef struct umi__lexer {
    umi_text text;
    size_t at;
    umi_arena *arena;
    umi_expr_log *log;
    bool nomem;
} umi__lexer;

void umi__lex(umi__lexer *lx, umi__token *t);

/* --- functions --------------------------------------------------------- */

typedef struct umi__function {
    const char *name;
    uint8_t args;          /**< with the receiver */
    bool function, method; /**< how it may be written */
    unsigned kinds[2];     /**< bit k: an argument may be of umi_kind k */
    umi_kind result;       /**< UMI_KIND_ANY: that of its arguments */
} umi__function;

/** By umi_fn. */
extern const umi__function umi__functions[UMI_FN_KNOWN + 1];
/** The function named @p name, or -1. */
int umi__function_find(umi_text name);
/** The function whose name is nearest, or NULL. */
const char *umi__function_near(umi_text name);

/** Bind a call to its function; tells what is wrong, unless @p log is NULL. */
bool umi__call_bind(umi_node *n, umi_expr_log *log);

/* --- what operations mean ---------------------------------------------- */

/** What + - * / % give, or UMI_KIND_ANY where they have no meaning. */
umi_kind umi__arithmetic(umi_op op, umi_kind a, umi_kind b);

/**
 * One operation on values of any kind: UMI_OP_NOT .. UMI_OP_INDEX but for
 * AND, OR and COND (@p b is ignored by the unary ones), judged by the kinds
 * the values have.
 * @retval false  memory for a text or a list is exhausted
 */
UMI_MUST_CHECK bool umi__operate(umi_value *out,
                                 umi_op op,
                                 const umi_value *a,
                                 const umi_value *b,
                                 umi_arena *texts);
/** The same for a function but known(); @p b is NULL for one argument. */
UMI_MUST_CHECK bool umi__apply(umi_value *out,
                               umi_fn fn,
                               const umi_value *a,
                               const umi_value *b,
                               umi_arena *texts);
/** What an operator gives when not both are known: unknown wins. */
void umi__absorb(umi_value *out, const umi_value *a, const umi_value *b);

#endif
