/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_STATUS_H
#define UMI_ENGINE_BASE_STATUS_H

/**
 * @file
 * Outcomes.  Every function that can fail returns a umi_status and, when it
 * does fail, describes the failure in a caller-owned umi_error: the status is
 * for the program, the error for a person.
 */
#include "engine/base/lang.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define UMI_MUST_CHECK        __attribute__((warn_unused_result))
#define UMI_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define UMI_MUST_CHECK
#define UMI_PRINTF(fmt, args)
#endif

/** The list of statuses: name, process exit code, stable code, meaning. */
#define UMI_STATUS_LIST(X)                                                     \
    X(UMI_OK, 0, "OK", "success")                                              \
    X(UMI_EINVAL, 2, "INVALID", "a value is outside its domain")               \
    X(UMI_ERANGE, 2, "RANGE", "an exact result does not fit its type")         \
    X(UMI_ESYNTAX, 2, "SYNTAX", "a text is not of the expected form")          \
    X(UMI_EUSAGE, 2, "USAGE", "the command line is wrong")                     \
    X(UMI_ENOENT, 2, "UNKNOWN", "what was named does not exist")               \
    X(UMI_EEXIST, 2, "EXISTS", "what was to be made exists already")           \
    X(UMI_ESTATE, 2, "STATE", "not possible in the present state")             \
    X(UMI_EDENIED, 3, "DENIED", "refused by a control")                        \
    X(UMI_EBUSY, 4, "BUSY", "another process holds the book")                  \
    X(UMI_EIO, 4, "IO", "a file cannot be read or written")                    \
    X(UMI_EDAMAGED, 5, "DAMAGED", "the book is damaged")                       \
    X(UMI_ENOMEM, 70, "MEMORY", "memory exhausted")                            \
    X(UMI_EINTERNAL, 70, "INTERNAL", "a defect of this program")

typedef enum umi_status {
#define X(name, exit_code, code, text) name,
    UMI_STATUS_LIST(X)
#undef X
} umi_status;

/**
 * A failure, told to a human.  Plain data; needs no cleanup.  `lang` is set by
 * the caller before the call and chooses the language of `message`.
 */
typedef struct umi_error {
    umi_lang lang;     /**< in: language of the message */
    umi_status status; /**< same value the function returned */
    char code[16];     /**< stable code, e.g. "INVALID" or "E102" */
    char file[128];    /**< input file as named by the user, made fit to be
                        * shown; "" if none */
    int64_t line;      /**< 1-based line of the input, 0 if none */
    int64_t column;    /**< 1-based column in characters, 0 if none */
    char field[96];    /**< key or dotted path, "grace.principal"; "" if none */
    char message[320]; /**< one line, no final full stop */
} umi_error;

/**
 * Fill @p err (ignored when NULL) and return @p status, so that a failing
 * function can end in `return umi_fail(err, UMI_EINVAL, "periods", ...)`.
 * The code is that of the status.  @p fmt is looked up in the language of
 * the error; file, line and column are cleared.
 */
umi_status umi_fail(umi_error *err,
                    umi_status status,
                    const char *field,
                    const char *fmt,
                    ...) UMI_PRINTF(4, 5);

/** umi_fail() for memory that nobody gives.  @return UMI_ENOMEM */
umi_status umi_fail_memory(umi_error *err);

/** umi_fail() with a code of its own, listed in engine/base/code.def. */
umi_status umi_fail_code(umi_error *err,
                         umi_status status,
                         const char *code,
                         const char *field,
                         const char *fmt,
                         ...) UMI_PRINTF(5, 6);

/** Say where in an input the failure in @p err (may be NULL) lies. */
void umi_error_at(umi_error *err, const char *file, int64_t line, int64_t col);

/**
 * What another program says in English (the C library, libyaml, expat,
 * SQLite), in the language of @p err, English when that is NULL.
 */
const char *umi_error_tr(const umi_error *err, const char *english);

/** Forget a failure but keep the language. */
void umi_error_clear(umi_error *err);

/** The process exit code that stands for @p status. */
int umi_status_exit(umi_status status);

/** The stable code of @p status, e.g. "INVALID". */
const char *umi_status_code(umi_status status);

/** What a stable code means. */
typedef struct umi_code {
    const char *code;
    const char *text; /**< one English sentence; translate with umi_tr() */
} umi_code;

/** The meaning of @p code, or NULL when no such code exists. */
const umi_code *umi_code_find(const char *code);
/** All codes in alphabetical order of nothing but the list; @p n is set. */
const umi_code *umi_code_all(size_t *n);

#endif
