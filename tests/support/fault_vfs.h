/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_FAULT_VFS_H
#define UMI_TESTS_SUPPORT_FAULT_VFS_H

/**
 * @file
 * A SQLite VFS, before the one of the system, that counts what is asked of
 * the disk and lets one operation, or all from it on, go wrong.  What is
 * written is told to fault_disk.h, so that a power loss can be played.
 */
#include "tests/support/fault_disk.h"

typedef enum fault_kind {
    FAULT_NONE,
    FAULT_IO,      /**< one operation fails */
    FAULT_IO_ON,   /**< it and all after it fail */
    FAULT_FULL,    /**< there is no room for one write */
    FAULT_FULL_ON, /**< nor for any after it */
    FAULT_SHORT,   /**< a part of a write is written */
    FAULT_TORN,    /**< some sectors of it are */
    FAULT_SYNC,    /**< a sync fails, and what it was for is lost */
    FAULT_CRASH,   /**< the power goes */
    FAULT_ANY,     /**< one of those above but the last, by chance */
    FAULT_OPEN,    /**< a file cannot be opened */
    FAULT_READ,    /**< a read fails */
    FAULT_ROT,     /**< a bit of the file turned over before it is read */
    FAULT_KINDS
} fault_kind;

const char *fault_name(fault_kind kind);

/** Become the default VFS of this process. */
void fault_vfs_install(void);

/**
 * From now on operation number @p at (1 = the next) of those that @p kind is
 * about goes wrong: writes, syncs, truncations and removals for IO, IO_ON,
 * CRASH and ANY; writes for FULL, FULL_ON, SHORT and TORN; syncs for SYNC; openings,
 * or reads, for the rest.  Chance is taken from @p seed.
 *
 * After a CRASH nothing reaches the disk: every later operation fails.
 * ROT flips a bit of the file itself before it is read.
 */
void fault_plan(fault_kind kind, int64_t at, uint64_t seed);

/** Operations of the planned kind so far. */
int64_t fault_count(void);
/** Whether it has happened. */
bool fault_fired(void);

/** The faults are over: after a CRASH the files hold what the disk may hold
 * then; with @p power also after another kind. */
void fault_over(bool power);

/** Without @p on files opened later are left to the system: no faults, and
 * the model of the disk stays as it is. */
void fault_vfs_watch(bool on);

/** Salts and keys of SQLite are chance from @p seed on, the same each time. */
void fault_vfs_chance(uint64_t seed);

/** Let the log be folded into the book whenever it has so many pages, in
 * place of what the program asks for; 0: as the program asks. */
void fault_fold_log_at(int pages);

#endif
