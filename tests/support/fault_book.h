/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_FAULT_BOOK_H
#define UMI_TESTS_SUPPORT_FAULT_BOOK_H

/**
 * @file
 * A small book, and acts on it that may be cut anywhere: the same act again
 * finishes them.  What an undisturbed act leaves is known in full, so that
 * after any fault the book can be compared with it row by row.
 */
#include "ledger/book/verify.h"
#include "tests/support/fault_vfs.h"

/** An act; run again it goes on, or finds that it is done. */
typedef struct fault_act {
    const char *name;
    umi_status (*run)(umi_book *b, umi_error *err);
    bool salted; /**< draws salts, which are never the same */
    bool whole;  /**< all or nothing */
    int fold_at; /**< see fault_fold_log_at() */
} fault_act;

extern const fault_act fault_acts[];
extern const size_t fault_act_count;
/** A file large enough for all threads, for which every point is too much. */
extern const fault_act *const fault_act_large;

/** Make the book and the files, and see what each act leaves.  Call once,
 * before all else; the name of the book's file is given. */
const char *fault_book_begin(void);
void fault_book_end(void);

/** A name in the folder of the book. */
const char *fault_book_path(const char *name);

/** The book as it was before any act, for certain on the disk. */
void fault_book_restore(void);

/** Open it, run the act, close it. */
umi_status fault_book_act(const fault_act *act, umi_error *err);

/** The same with a fault planned before and over afterwards; @p fired tells
 * whether there was such an operation. */
umi_status fault_book_act_under(const fault_act *act,
                                fault_kind kind,
                                int64_t at,
                                uint64_t seed,
                                bool *fired,
                                umi_error *err);

/** Whether the book proves sound, with everything that `verify --full` looks
 * at; if not, @p why says what was found. */
bool fault_book_sound(char why[400]);

/** `verify --full` by one who only reads. */
umi_status fault_book_verify(umi_verification *out, umi_error *err);

/** Whether the book is sound, holds what was told to be done, and comes by
 * the same act to what the undisturbed act left, to the last row and line of
 * the rejects; with @p done nothing may be left to do.  With @p reader it is
 * looked at first as one does who only reads.  Of books that are the same to
 * the last byte, behind their logs, one is tried in full, and then one of 32. */
bool fault_book_recovers(const fault_act *act,
                         bool reader,
                         bool done,
                         char why[400]);

/** Whether it holds, as it is, what the undisturbed act left. */
bool fault_book_same(const fault_act *act, char why[400]);
/** Whether it is as it was before any act. */
bool fault_book_untouched(char why[400]);

/** Copy the book into another file, as `umi backup` does. */
umi_status fault_book_copy(umi_error *err);
/** Whether that copy is absent, or with @p whole holds all of the book. */
bool fault_book_copied(bool whole, char why[400]);

#endif
