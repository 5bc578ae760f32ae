/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_JOURNAL_H
#define UMI_LEDGER_BOOK_JOURNAL_H

/**
 * @file
 * The rows of the book's own tables (ledger/store/sql/book.sql), member for
 * column.  What is optional holds UMI_NONE, UMI_NONE32 or a NULL text when it
 * is absent.
 */
#include "engine/loan/life.h"
#include "ledger/store/store.h"
#include "rules/set/posting.h"

/** What a code is the name of. */
typedef enum umi_code_kind {
    UMI_CODE_PRODUCT,
    UMI_CODE_BRANCH,
    UMI_CODE_CHANNEL
} umi_code_kind;

/** What a posting does; the posting rules turn it into debits and credits. */
typedef enum umi_txn_kind {
    UMI_TXN_DISBURSEMENT,
    UMI_TXN_IMPORT, /**< a loan that already existed: what is left of it */
    UMI_TXN_REPAYMENT,
    UMI_TXN_REVERSAL,
    UMI_TXN_REALLOCATION, /**< amount 0: a reversal divides others anew */
    UMI_TXN_FEE,
    UMI_TXN_PENALTY,
    UMI_TXN_WAIVE,
    UMI_TXN_WRITE_OFF,
    UMI_TXN_RECOVER,
    UMI_TXN_REFUND /**< its amount and parts are negative */
} umi_txn_kind;

#define UMI_TXN_KINDS 11

typedef enum umi_batch_kind {
    UMI_BATCH_IMPORT, /**< a file of loans */
    UMI_BATCH_POST,   /**< a file of repayments */
    UMI_BATCH_ENTRY,  /**< one act of a person */
    UMI_BATCH_CLOSE,  /**< of a day */
    UMI_BATCH_BANK    /**< settlement of a statement */
} umi_batch_kind;

typedef enum umi_loan_status {
    UMI_LOAN_BOOKED, /**< not disbursed yet, or its disbursement came back */
    UMI_LOAN_ACTIVE,
    UMI_LOAN_CLOSED,
    UMI_LOAN_WRITTEN_OFF
} umi_loan_status;

const char *umi_txn_kind_name(umi_txn_kind k); /**< "repayment", ... */
const char *umi_batch_kind_name(umi_batch_kind k);
const char *umi_loan_status_name(umi_loan_status s);

typedef struct umi_book_row {
    int64_t id;
    umi_text institution, branch;
    umi_basis basis;
    umi_text secret;
} umi_book_row;

/** A chart of accounts and posting rules, as YAML texts. */
typedef struct umi_rules_row {
    int64_t id;
    umi_text chart, posting;
} umi_rules_row;

typedef struct umi_code_row {
    int64_t id;
    umi_code_kind kind;
    umi_text word;
    umi_text detail; /**< optional; of a product: its family */
} umi_code_row;

typedef struct umi_person {
    int64_t id, seq;
    umi_text salt; /**< 16 random bytes, erased with the row */
    umi_text nik;  /**< optional */
    umi_text name;
    int64_t household; /**< optional */
    umi_text relation; /**< optional */
    umi_day birth;     /**< optional */
    umi_text sex;      /**< optional */
} umi_person;

typedef struct umi_terms_row {
    int64_t id;
    umi_text body; /**< see ledger/book/agreement.h */
} umi_terms_row;

typedef struct umi_loan {
    int64_t id;
    umi_text number;
    int64_t person, product, branch;
    umi_text grp, officer; /**< optional */
    umi_money principal;
    int64_t terms;
    umi_money paid_principal, paid_interest; /**< before it was imported */
    umi_text origin;     /**< optional; keyed hash of an imported line */
    int64_t application; /**< optional */
    int64_t batch, line;
} umi_loan;

typedef struct umi_agreement {
    int64_t id, loan, terms;
    umi_money principal;
    umi_day disbursed;
    umi_day first_due; /**< optional */
    umi_hash schedule;
    int64_t batch;
} umi_agreement;

typedef struct umi_loan_state {
    int64_t id, seq;
    umi_loan_status status;
    int64_t agreement; /**< optional */
    int64_t terms, product, branch;
    umi_money principal;
    umi_day disbursed; /**< optional */
    umi_day first_due; /**< optional */
    int64_t last_txn;  /**< optional */
    umi_day last_day;  /**< optional; latest value date of its postings */
    bool charged;      /**< something other than payments stands on it */
    umi_amounts paid, owed;
    umi_money overpaid;
} umi_loan_state;

typedef struct umi_txn {
    int64_t id, loan;
    int64_t prev; /**< optional; the loan's posting before this one */
    umi_txn_kind kind;
    umi_day day; /**< value date */
    umi_money amount;
    umi_parts parts;
    int64_t batch, line;
    int64_t channel;         /**< optional; a code */
    umi_text ref;            /**< optional */
    int64_t reverses;        /**< optional; a txn */
    umi_component component; /**< optional; of a waiver or write-off */
    umi_day due;             /**< optional; of a fee or penalty */
    umi_money asked; /**< optional; the amount that a waiver or write-off
                      * was limited to */
} umi_txn;

typedef struct umi_idem {
    int64_t key, txn;
} umi_idem;

typedef struct umi_loan_key {
    int64_t key, loan;
    umi_text number;
} umi_loan_key;

/** Lines and their amounts, by what became of them. */
typedef struct umi_tally {
    int64_t n;
    umi_money amount;
} umi_tally;

typedef struct umi_batch {
    int64_t id;
    umi_batch_kind kind;
    umi_text name;
    umi_text sha256; /**< optional; 32 bytes */
    umi_day booked;
    umi_text actor;
    int64_t rules;
    umi_tally lines, posted, duplicate, rejected;
    int64_t first_txn, last_txn; /**< 0 when there are none */
} umi_batch;

typedef struct umi_run {
    int64_t id, seq;
    umi_batch_kind kind;
    umi_text name;
    umi_hash sha256;
    umi_day booked;
    umi_text actor;
    int64_t rules;
    umi_tally posted, duplicate, rejected;
    int64_t first_txn, last_txn;
    int64_t at_loan, at_line;    /**< the last line that is decided */
    int64_t seg_first, seg_last; /**< among these lines, if not 0: all before
                                  * them are decided, none behind them is */
} umi_run;

typedef struct umi_reject {
    int64_t id, batch, line;
    umi_text code;
    umi_money amount;
} umi_reject;

/** A file of repayments was cut here: not before its first segment. */
typedef struct umi_segment {
    int64_t id, batch;
    int64_t first_line, first_txn; /**< of the segment */
} umi_segment;

typedef struct umi_gl_line {
    int64_t id, batch;
    umi_day day;
    int64_t branch;
    umi_text account;
    umi_money debit, credit;
} umi_gl_line;

typedef struct umi_closed_day {
    int64_t id; /**< the day's number */
    int64_t batch;
    umi_hash head; /**< of the chain when it was closed */
} umi_closed_day;

typedef struct umi_block {
    int64_t id;
    umi_text rel;
    int64_t first, last, n;
    umi_hash hash;
} umi_block;

typedef struct umi_witness {
    int64_t id;
    umi_text rel;
    int64_t key, seq;
    umi_hash digest;
} umi_witness;

/** Sums of the general ledger by account. */
typedef struct umi_gl_balance {
    umi_text account;
    umi_money debit, credit;
    int64_t lines;
} umi_gl_balance;

#define X(name) extern const umi_table umi_##name##_table;
#include "ledger/store/tables.def"
#undef X

extern const umi_query umi_person_by_nik;    /**< lookup */
extern const umi_query umi_terms_by_body;    /**< lookup */
extern const umi_query umi_batch_by_file;    /**< kind, sha256 */
extern const umi_query umi_reject_by_batch;  /**< batch */
extern const umi_query umi_gl_balance_query; /**< day; umi_gl_balance rows */

#endif
