/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_PROBLEM_H
#define UMI_RULES_SET_PROBLEM_H

/**
 * @file
 * What is wrong with a file of rules: a list, because its author wants to see
 * all of it in one run.  Every problem has a place, a stable code, a sentence
 * and perhaps a suggestion.  A code that begins with "W-" is a warning.
 */
#include "engine/base/alloc.h"
#include "engine/base/json.h"

#define UMI_PROBLEMS_MAX 50 /**< more are counted, not kept */

/** A place in a text: line and column 1-based in characters, or 0. */
typedef struct umi_at {
    uint32_t line, column;
    uint32_t offset; /**< bytes from the start of the file */
    uint32_t file;   /**< 0: the file that is read; else number of another that
                        it takes in (umi_problems.others) */
} umi_at;

/** A file that the one that is read takes in. */
typedef struct umi_other_file {
    const char *name; /**< as people are to be told */
    umi_text text;
} umi_other_file;

typedef struct umi_problem {
    char code[16];
    umi_at at;
    uint32_t width;   /**< characters concerned, 0 when not known */
    umi_at other;     /**< a related place (first definition); line 0: none */
    const char *file; /**< as named by the user */
    const char *other_file;
    umi_text text;    /**< of that file; {NULL, 0}: of the one that is read */
    const char *path; /**< dotted path of the key, "" when there is none */
    const char *message; /**< one line, no final full stop */
    const char *help;    /**< a suggestion, or NULL */
    const char *witness; /**< an application that shows it, or NULL */
    umi_day on;          /**< the day on which it does */
    struct umi_problem *next;
} umi_problem;

/** A list under construction; texts live in the arena. */
typedef struct umi_problems {
    umi_arena *arena;
    umi_lang lang;                /**< of the messages */
    const char *file;             /**< named by the problems that follow */
    const umi_other_file *others; /**< by umi_at.file - 1 */
    uint32_t inside;              /**< the file of places that name none */
    umi_problem *first, *last;
    size_t errors, warnings; /**< all of them, kept or not */
    bool failed;             /**< memory ran out: the list is not complete */
    bool kept;               /**< the problem added last was kept */
} umi_problems;

/** An empty list. @p file and @p arena are borrowed. */
umi_problems
umi_problems_new(umi_arena *arena, umi_lang lang, const char *file);

/**
 * Add a problem at @p at.  @p code is listed in engine/base/code.def, @p fmt
 * is translated like that of umi_fail().
 */
void umi__problem(umi_problems *p,
                  umi_at at,
                  const char *code,
                  const char *fmt,
                  ...) UMI_PRINTF(4, 5);

/* What more is known of the problem added last. */
void umi__problem_help(umi_problems *p, const char *fmt, ...) UMI_PRINTF(2, 3);
void umi__problem_path(umi_problems *p, const char *path); /**< copied */
void umi__problem_width(umi_problems *p, size_t characters);
void umi__problem_other(umi_problems *p, umi_at at);
/** A line for `umi screen --on DAY` that shows it; copied. */
void umi__problem_witness(umi_problems *p, umi_day on, umi_text application);

/** The name of the file in which @p at lies. */
const char *umi__problem_file(const umi_problems *p, umi_at at);

/**
 * The candidate of @p names (@p n) that @p wrong is a slip of: the least
 * Damerau-Levenshtein distance, at most 2 and less than the length of the
 * text; NULL when there is none.
 */
const umi_text *umi_suggest(umi_text wrong, const umi_text *names, size_t n);

/** Order by file, line and column; places that are equal keep their order. */
void umi_problems_sort(umi_problems *p);

/**
 * Write every problem as `file:line:column: CODE: message`.  With @p source
 * (the text of the file that was read, or {NULL, 0}) the line concerned and a
 * line of carets follow; a suggestion follows on its own line.
 */
void umi_problems_print(umi_buf *b, const umi_problems *p, umi_text source);

/** The same as a JSON array: file, line, column, code, severity, message,
 * path, help, and range (0-based, as the Language Server Protocol has it). */
void umi_problems_json(umi_json_out *w, const umi_problems *p);

/**
 * For callers that want one failure: UMI_OK without an error in the list,
 * else the first error with its file, line and column in @p err.
 * @retval UMI_ESYNTAX the list holds an error
 * @retval UMI_ENOMEM  memory ran out while it was made
 */
UMI_MUST_CHECK umi_status umi_problems_status(const umi_problems *p,
                                              umi_error *err);

/** UMI_OK when no error was added since there were @p errors, else as above:
 * the end of every loader. */
UMI_MUST_CHECK umi_status umi__problems_since(const umi_problems *p,
                                              size_t errors);

#endif
