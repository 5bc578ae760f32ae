/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_EXPR_PROGRAM_INT_H
#define UMI_RULES_EXPR_PROGRAM_INT_H

/** @file What the compiler writes and the machine runs. */
#include "rules/expr/program.h"

/* In every name: I for what lives in umi_value.i, Q for exact decimals. */
typedef enum umi__code {
    UMI__SKIP_FALSE, /**< a false: the result of instruction b is false, go on
                        behind it */
    UMI__SKIP_TRUE,
    UMI__AND,
    UMI__OR,
    UMI__NOT,
    UMI__SELECT,  /**< a ? b : c */
    UMI__AS_BOOL, /**< an error unless a is a bool */
    UMI__KNOWN,
    UMI__FAIL, /**< the error umi_fault c */
    UMI__EQ_I,
    UMI__NE_I,
    UMI__LT_I,
    UMI__LE_I,
    UMI__GT_I,
    UMI__GE_I,
    UMI__EQ_Q,
    UMI__NE_Q,
    UMI__LT_Q,
    UMI__LE_Q,
    UMI__GT_Q,
    UMI__GE_Q,
    UMI__ADD_Q,
    UMI__SUB_Q,
    UMI__MUL_Q,
    UMI__DIV_Q,
    UMI__TO_Q,    /**< a number as the kind `kind` */
    UMI__IN_BITS, /**< a among the members of the mask b + (c << 32) */
    UMI__LIST,    /**< of the c operands from program->items[b] on */
    UMI__OPERATE, /**< umi__operate(c) of a and b */
    UMI__APPLY1,  /**< umi__apply(c) of a */
    UMI__APPLY2
} umi__code;

/**
 * Where an operand is: two bits for the table (scratch, constants, slots),
 * the rest for the place in it, in bytes.
 */
typedef uint32_t umi__operand;

enum {
    UMI__SCRATCH,
    UMI__CONST,
    UMI__SLOT,
    UMI__PLACE_BITS = 30,
    UMI__PLACE_MASK = (1 << UMI__PLACE_BITS) - 1
};

/** The result of instruction k goes to scratch[k]. */
typedef struct umi__instr {
    uint8_t code; /**< umi__code */
    uint8_t kind; /**< of the result, where the code does not tell */
    umi__operand a, b, c;
} umi__instr;

struct umi_program {
    umi__instr *instrs;
    const umi_node **origins; /**< of each instruction */
    umi_value *consts;
    umi__operand *items; /**< of lists */
    umi__operand *roots, *lets;
    uint32_t instr_count, const_count, item_count, root_count, let_count;
};

#endif
