/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_ROWS_H
#define UMI_LEDGER_BANK_ROWS_H

/**
 * @file
 * Statements in the book.  Files, statements and movements are only ever
 * added; the bytes of a file stand in a table of their own, under a salt, so
 * that the texts of a statement, which name people, stand nowhere else: they
 * are read from the bytes again when they are needed.
 */
#include "ledger/store/store.h"

#define UMI_BANK_SALT 16

typedef struct umi_stmt_file {
    int64_t id;
    umi_hash sha256;
    umi_text name; /**< without folders */
    int64_t size;
    umi_text format;
    int64_t account; /**< a bank account */
    umi_day day;     /**< when it came in */
    umi_text actor;
} umi_stmt_file;

/** The bytes of a file; the key is the file's. */
typedef struct umi_stmt_raw {
    int64_t id, seq;
    umi_text salt, bytes;
} umi_stmt_raw;

typedef struct umi_stmt {
    int64_t id;
    int64_t file, place; /**< the place-th statement of its file, from 0 */
    int64_t account;
    umi_text number;  /**< optional */
    umi_day from, to; /**< optional */
    umi_text currency;
    umi_money opening, closing; /**< optional: UMI_NONE */
    int64_t lines;              /**< movements that are booked */
    bool quarantined;           /**< a check failed when it came in */
    umi_text checks;            /**< "continuity:true complete:true" */
} umi_stmt;

/** A quarantined statement let in, by another person than who imported it. */
typedef struct umi_stmt_release {
    int64_t id; /**< the statement's */
    umi_day day;
    umi_text actor, reason;
} umi_stmt_release;

/** One booked movement that no earlier file had. */
typedef struct umi_stmt_line {
    int64_t id;
    int64_t stmt, place; /**< the place-th line of its statement, from 0 */
    int64_t account;
    umi_day booked, value;
    umi_money amount;
    bool reversal;
    int64_t print;      /**< fingerprint */
    int64_t occurrence; /**< n-th of equal fingerprints, from 1 */
} umi_stmt_line;

/** A movement that nothing explains yet; the key is the line's. */
typedef struct umi_stmt_open {
    int64_t id, seq;
    int64_t account;
} umi_stmt_open;

/** What explains a movement. */
typedef enum umi_bank_target {
    UMI_BANK_TRANSFER,     /**< a transfer to a borrower was debited */
    UMI_BANK_RETURN,       /**< it came back; the disbursement is reversed */
    UMI_BANK_REPAYMENT,    /**< a posted repayment arrived */
    UMI_BANK_UNIDENTIFIED, /**< money of nobody knows whom, a liability */
    UMI_BANK_FEE,          /**< what the bank takes */
    UMI_BANK_INTEREST      /**< what the bank gives */
} umi_bank_target;

/** A movement, or a transaction inside a bulk one, and what explains it. */
typedef struct umi_bank_match_row {
    int64_t id;
    int64_t line, part; /**< part 0: the whole; else the n-th detail */
    int64_t account;
    umi_bank_target kind;
    int64_t target; /**< a transfer, or the txn of a repayment; 0: none */
    umi_money amount;
    umi_text how; /**< "reference", or "by hand: " and the reason */
    umi_day day;
    umi_text actor;
    umi_day posted; /**< day of its entry in the ledger; repayments: none */
} umi_bank_match_row;

/** How far the signing of a reconciliation is. */
typedef enum umi_bank_step {
    UMI_BANK_PREPARED,
    UMI_BANK_REVIEWED /**< by a second person: it is closed */
} umi_bank_step;

/** A signature under a reconciliation, chained to the closed one before. */
typedef struct umi_bank_signature {
    int64_t id;
    int64_t account;
    umi_day as_of;
    umi_bank_step step;
    umi_day day;
    umi_text actor;
    umi_hash content;  /**< of the figures and items that were signed */
    umi_hash previous; /**< hash of the account's closed signature before */
    umi_hash hash;     /**< over all of the above */
} umi_bank_signature;

const char *umi_bank_step_name(umi_bank_step s); /**< "prepared", ... */

/** That a target is explained: it takes no second movement.  The key is
 * umi_bank_settled_key(). */
typedef struct umi_bank_settled {
    int64_t id, seq;
    int64_t match;
} umi_bank_settled;

static inline int64_t umi_bank_settled_key(umi_bank_target kind, int64_t target)
{
    return target * 8 + (int64_t)kind;
}

/** What one person proposes for a movement and another must approve; the key
 * is the movement's. */
typedef struct umi_bank_proposal {
    int64_t id, seq;
    umi_bank_target kind;
    umi_text reference; /**< of the transfer or repayment; optional */
    umi_text channel;   /**< of the repayment; optional */
    umi_text reason, actor;
    umi_day day;
} umi_bank_proposal;

const char *umi_bank_target_name(umi_bank_target t); /**< "transfer", ... */
bool umi_bank_target_parse(umi_bank_target *out, umi_text t);

extern const umi_table umi_bank_match_table, umi_bank_settled_table,
    umi_bank_proposal_table, umi_bank_signature_table;
extern const umi_query umi_bank_signature_by_account; /**< account */
extern const umi_query umi_bank_match_by_account;     /**< account */
extern const umi_query umi_txn_by_reverses;           /**< a txn */

extern const umi_table umi_stmt_file_table, umi_stmt_raw_table, umi_stmt_table,
    umi_stmt_release_table, umi_stmt_line_table, umi_stmt_open_table;

extern const umi_query umi_stmt_file_by_sha256;  /**< sha256, account */
extern const umi_query umi_stmt_by_file;         /**< file */
extern const umi_query umi_stmt_by_account;      /**< account */
extern const umi_query umi_stmt_line_by_day;     /**< account, >= day, <= day */
extern const umi_query umi_stmt_open_by_account; /**< account */

#endif
