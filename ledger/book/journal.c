/* SPDX-License-Identifier: MIT */
#include "ledger/book/journal.h"

static const char *const code_kinds[] = {"product", "branch", "channel", NULL};
static const char *const txn_kinds[] = {
    "disbursement", "import", "repayment", "reversal", "reallocation", "fee",
    "penalty",      "waive",  "write_off", "recover",  "refund",       NULL};
static const char *const batch_kinds[] = {"import", "post", "entry",
                                          "close",  "bank", NULL};
static const char *const loan_statuses[] = {"booked", "active", "closed",
                                            "written_off", NULL};
static const char *const bases[] = {"accrual", "cash", NULL};
static const char *const components[] = {"principal", "interest", "fee",
                                         "penalty", NULL};

const char *umi_txn_kind_name(umi_txn_kind k)
{
    return txn_kinds[k];
}

const char *umi_batch_kind_name(umi_batch_kind k)
{
    return batch_kinds[k];
}

const char *umi_loan_status_name(umi_loan_status s)
{
    return loan_statuses[s];
}

/* Members of members under the names that they have as columns. */
#define NAMED(row, text, member, kind)                                         \
    {                                                                          \
        .name = text, .type = UMI_COL_##kind, .offset = offsetof(row, member)  \
    }
#define OPT_NAME(row, member, list)                                            \
    {                                                                          \
        .name = #member, .type = UMI_COL_NAME, .optional = true,               \
        .offset = offsetof(row, member), .names = list                         \
    }
#define TALLY(row, text, member)                                               \
    NAMED(row, text "_n", member.n, INT), NAMED(row, text, member.amount, MONEY)

static const umi_store_column book_columns[] = {
    UMI_COL(umi_book_row, id, INT),
    UMI_COL(umi_book_row, institution, TEXT),
    UMI_COL(umi_book_row, branch, TEXT),
    UMI_COL_ENUM(umi_book_row, basis, bases),
    UMI_COL(umi_book_row, secret, BLOB),
};
const umi_table umi_book_table =
    UMI_TABLE_OF(JOURNAL, umi_book_row, BOOK, "book", book_columns);

static const umi_store_column rules_columns[] = {
    UMI_COL(umi_rules_row, id, INT),
    UMI_COL(umi_rules_row, chart, TEXT),
    UMI_COL(umi_rules_row, posting, TEXT),
};
const umi_table umi_rules_table =
    UMI_TABLE_OF(JOURNAL, umi_rules_row, RULES, "rules", rules_columns);

static const umi_store_column code_columns[] = {
    UMI_COL(umi_code_row, id, INT),
    UMI_COL_ENUM(umi_code_row, kind, code_kinds),
    UMI_COL(umi_code_row, word, TEXT),
    UMI_COL_OPT(umi_code_row, detail, TEXT),
};
const umi_table umi_code_table =
    UMI_TABLE_OF(JOURNAL, umi_code_row, CODE, "code", code_columns);

static const umi_store_column person_columns[] = {
    UMI_COL(umi_person, id, INT),
    UMI_COL(umi_person, seq, INT),
    UMI_COL(umi_person, salt, BLOB),
    UMI_COL_OPT(umi_person, nik, TEXT),
    UMI_COL(umi_person, name, TEXT),
    UMI_COL_OPT(umi_person, household, INT),
    UMI_COL_OPT(umi_person, relation, TEXT),
    UMI_COL_OPT(umi_person, birth, DAY),
    UMI_COL_OPT(umi_person, sex, TEXT),
};
const umi_table umi_person_table = UMI_TABLE_WITNESSED(
    umi_person, PERSON, "person", person_columns, UMI_SQL_PERSON_REMOVE);
const umi_query umi_person_by_nik = {
    .sql = UMI_SQL_PERSON_BY_NIK,
    .table = &umi_person_table,
    .where = {{"nik", UMI_WHERE_EQ}},
};

static const umi_store_column terms_columns[] = {
    UMI_COL(umi_terms_row, id, INT),
    UMI_COL(umi_terms_row, body, TEXT),
};
const umi_table umi_terms_table =
    UMI_TABLE_OF(JOURNAL, umi_terms_row, TERMS, "terms", terms_columns);
const umi_query umi_terms_by_body = {
    .sql = UMI_SQL_TERMS_BY_BODY,
    .table = &umi_terms_table,
    .where = {{"body", UMI_WHERE_EQ}},
};

static const umi_store_column loan_columns[] = {
    UMI_COL(umi_loan, id, INT),
    UMI_COL(umi_loan, number, TEXT),
    UMI_COL(umi_loan, person, INT),
    UMI_COL(umi_loan, product, INT),
    UMI_COL(umi_loan, branch, INT),
    UMI_COL_OPT(umi_loan, grp, TEXT),
    UMI_COL_OPT(umi_loan, officer, TEXT),
    UMI_COL(umi_loan, principal, MONEY),
    UMI_COL(umi_loan, terms, INT),
    UMI_COL(umi_loan, paid_principal, MONEY),
    UMI_COL(umi_loan, paid_interest, MONEY),
    UMI_COL_OPT(umi_loan, origin, BLOB),
    UMI_COL_OPT(umi_loan, application, INT),
    UMI_COL(umi_loan, batch, INT),
    UMI_COL(umi_loan, line, INT),
};
const umi_table umi_loan_table =
    UMI_TABLE_OF(JOURNAL, umi_loan, LOAN, "loan", loan_columns);

static const umi_store_column agreement_columns[] = {
    UMI_COL(umi_agreement, id, INT),
    UMI_COL(umi_agreement, loan, INT),
    UMI_COL(umi_agreement, terms, INT),
    UMI_COL(umi_agreement, principal, MONEY),
    UMI_COL(umi_agreement, disbursed, DAY),
    UMI_COL_OPT(umi_agreement, first_due, DAY),
    UMI_COL(umi_agreement, schedule, HASH),
    UMI_COL(umi_agreement, batch, INT),
};
const umi_table umi_agreement_table = UMI_TABLE_OF(
    JOURNAL, umi_agreement, AGREEMENT, "agreement", agreement_columns);

static const umi_store_column loan_state_columns[] = {
    UMI_COL(umi_loan_state, id, INT),
    UMI_COL(umi_loan_state, seq, INT),
    UMI_COL_ENUM(umi_loan_state, status, loan_statuses),
    UMI_COL_OPT(umi_loan_state, agreement, INT),
    UMI_COL(umi_loan_state, terms, INT),
    UMI_COL(umi_loan_state, product, INT),
    UMI_COL(umi_loan_state, branch, INT),
    UMI_COL(umi_loan_state, principal, MONEY),
    UMI_COL_OPT(umi_loan_state, disbursed, DAY),
    UMI_COL_OPT(umi_loan_state, first_due, DAY),
    UMI_COL_OPT(umi_loan_state, last_txn, INT),
    UMI_COL_OPT(umi_loan_state, last_day, DAY),
    UMI_COL(umi_loan_state, charged, BOOL),
    NAMED(umi_loan_state, "paid_principal", paid.principal, MONEY),
    NAMED(umi_loan_state, "paid_interest", paid.interest, MONEY),
    NAMED(umi_loan_state, "paid_fee", paid.fee, MONEY),
    NAMED(umi_loan_state, "paid_penalty", paid.penalty, MONEY),
    NAMED(umi_loan_state, "owed_principal", owed.principal, MONEY),
    NAMED(umi_loan_state, "owed_interest", owed.interest, MONEY),
    NAMED(umi_loan_state, "owed_fee", owed.fee, MONEY),
    NAMED(umi_loan_state, "owed_penalty", owed.penalty, MONEY),
    UMI_COL(umi_loan_state, overpaid, MONEY),
};
const umi_table umi_loan_state_table =
    UMI_TABLE_PACKED(STATE, umi_loan_state, "loan_state", loan_state_columns);

static const umi_store_column txn_columns[] = {
    UMI_COL(umi_txn, id, INT),
    UMI_COL(umi_txn, loan, INT),
    UMI_COL_OPT(umi_txn, prev, INT),
    UMI_COL_ENUM(umi_txn, kind, txn_kinds),
    UMI_COL(umi_txn, day, DAY),
    UMI_COL(umi_txn, amount, MONEY),
    NAMED(umi_txn, "principal", parts.principal, MONEY),
    NAMED(umi_txn, "interest", parts.interest, MONEY),
    NAMED(umi_txn, "fee", parts.fee, MONEY),
    NAMED(umi_txn, "penalty", parts.penalty, MONEY),
    NAMED(umi_txn, "overpaid", parts.overpaid, MONEY),
    UMI_COL(umi_txn, batch, INT),
    UMI_COL(umi_txn, line, INT),
    UMI_COL_OPT(umi_txn, channel, INT),
    UMI_COL_OPT(umi_txn, ref, TEXT),
    UMI_COL_OPT(umi_txn, reverses, INT),
    OPT_NAME(umi_txn, component, components),
    UMI_COL_OPT(umi_txn, due, DAY),
    UMI_COL_OPT(umi_txn, asked, MONEY),
};
const umi_table umi_txn_table =
    UMI_TABLE_OF(JOURNAL, umi_txn, TXN, "txn", txn_columns);

static const umi_store_column idem_columns[] = {
    UMI_COL(umi_idem, key, INT),
    UMI_COL(umi_idem, txn, INT),
};
const umi_table umi_idem_table =
    UMI_TABLE_PACKED(KEY, umi_idem, "idem", idem_columns);

static const umi_store_column loan_key_columns[] = {
    UMI_COL(umi_loan_key, key, INT),
    UMI_COL(umi_loan_key, loan, INT),
    UMI_COL(umi_loan_key, number, TEXT),
};
const umi_table umi_loan_key_table =
    UMI_TABLE_PACKED(KEY, umi_loan_key, "loan_key", loan_key_columns);

static const umi_store_column batch_columns[] = {
    UMI_COL(umi_batch, id, INT),
    UMI_COL_ENUM(umi_batch, kind, batch_kinds),
    UMI_COL(umi_batch, name, TEXT),
    UMI_COL_OPT(umi_batch, sha256, BLOB),
    UMI_COL(umi_batch, booked, DAY),
    UMI_COL(umi_batch, actor, TEXT),
    UMI_COL(umi_batch, rules, INT),
    NAMED(umi_batch, "lines", lines.n, INT),
    NAMED(umi_batch, "amount", lines.amount, MONEY),
    TALLY(umi_batch, "posted", posted),
    TALLY(umi_batch, "duplicate", duplicate),
    TALLY(umi_batch, "rejected", rejected),
    UMI_COL(umi_batch, first_txn, INT),
    UMI_COL(umi_batch, last_txn, INT),
};
const umi_table umi_batch_table =
    UMI_TABLE_OF(JOURNAL, umi_batch, BATCH, "batch", batch_columns);
const umi_query umi_batch_by_file = {
    .sql = UMI_SQL_BATCH_BY_FILE,
    .table = &umi_batch_table,
    .where = {{"kind", UMI_WHERE_EQ}, {"sha256", UMI_WHERE_EQ}},
};

static const umi_store_column run_columns[] = {
    UMI_COL(umi_run, id, INT),
    UMI_COL(umi_run, seq, INT),
    UMI_COL_ENUM(umi_run, kind, batch_kinds),
    UMI_COL(umi_run, name, TEXT),
    UMI_COL(umi_run, sha256, HASH),
    UMI_COL(umi_run, booked, DAY),
    UMI_COL(umi_run, actor, TEXT),
    UMI_COL(umi_run, rules, INT),
    TALLY(umi_run, "posted", posted),
    TALLY(umi_run, "duplicate", duplicate),
    TALLY(umi_run, "rejected", rejected),
    UMI_COL(umi_run, first_txn, INT),
    UMI_COL(umi_run, last_txn, INT),
    UMI_COL(umi_run, at_loan, INT),
    UMI_COL(umi_run, at_line, INT),
    UMI_COL(umi_run, seg_first, INT),
    UMI_COL(umi_run, seg_last, INT),
};
const umi_table umi_run_table =
    UMI_TABLE_WITNESSED(umi_run, RUN, "run", run_columns, UMI_SQL_RUN_REMOVE);

static const umi_store_column reject_columns[] = {
    UMI_COL(umi_reject, id, INT),       UMI_COL(umi_reject, batch, INT),
    UMI_COL(umi_reject, line, INT),     UMI_COL(umi_reject, code, TEXT),
    UMI_COL(umi_reject, amount, MONEY),
};
const umi_table umi_reject_table =
    UMI_TABLE_OF(JOURNAL, umi_reject, REJECT, "reject", reject_columns);
const umi_query umi_reject_by_batch = {
    .sql = UMI_SQL_REJECT_BY_BATCH,
    .table = &umi_reject_table,
    .where = {{"batch", UMI_WHERE_EQ}},
};

static const umi_store_column segment_columns[] = {
    UMI_COL(umi_segment, id, INT),
    UMI_COL(umi_segment, batch, INT),
    UMI_COL(umi_segment, first_line, INT),
    UMI_COL(umi_segment, first_txn, INT),
};
const umi_table umi_segment_table =
    UMI_TABLE_OF(JOURNAL, umi_segment, SEGMENT, "segment", segment_columns);

static const umi_store_column gl_line_columns[] = {
    UMI_COL(umi_gl_line, id, INT),       UMI_COL(umi_gl_line, batch, INT),
    UMI_COL(umi_gl_line, day, DAY),      UMI_COL(umi_gl_line, branch, INT),
    UMI_COL(umi_gl_line, account, TEXT), UMI_COL(umi_gl_line, debit, MONEY),
    UMI_COL(umi_gl_line, credit, MONEY),
};
const umi_table umi_gl_line_table =
    UMI_TABLE_OF(JOURNAL, umi_gl_line, GL_LINE, "gl_line", gl_line_columns);

static const umi_store_column gl_balance_columns[] = {
    UMI_COL(umi_gl_balance, account, TEXT),
    {.name = "debit",
     .type = UMI_COL_MONEY,
     .offset = offsetof(umi_gl_balance, debit),
     .fold = UMI_FOLD_SUM},
    {.name = "credit",
     .type = UMI_COL_MONEY,
     .offset = offsetof(umi_gl_balance, credit),
     .fold = UMI_FOLD_SUM},
    {.name = "lines",
     .type = UMI_COL_INT,
     .offset = offsetof(umi_gl_balance, lines),
     .fold = UMI_FOLD_COUNT},
};
static const umi_table gl_balance_table =
    UMI_RESULT_OF(umi_gl_balance, gl_balance_columns);
const umi_query umi_gl_balance_query = {
    .sql = UMI_SQL_GL_BALANCE,
    .table = &umi_gl_line_table,
    .result = &gl_balance_table,
    .where = {{"day", UMI_WHERE_LE}},
};

static const umi_store_column closed_day_columns[] = {
    UMI_COL(umi_closed_day, id, INT),
    UMI_COL(umi_closed_day, batch, INT),
    UMI_COL(umi_closed_day, head, HASH),
};
const umi_table umi_closed_day_table = UMI_TABLE_OF(
    JOURNAL, umi_closed_day, CLOSED_DAY, "closed_day", closed_day_columns);

static const umi_store_column block_columns[] = {
    UMI_COL(umi_block, id, INT),    UMI_COL(umi_block, rel, TEXT),
    UMI_COL(umi_block, first, INT), UMI_COL(umi_block, last, INT),
    UMI_COL(umi_block, n, INT),     UMI_COL(umi_block, hash, HASH),
};
const umi_table umi_block_table =
    UMI_TABLE_OF(CHAIN, umi_block, BLOCK, "block", block_columns);

static const umi_store_column witness_columns[] = {
    UMI_COL(umi_witness, id, INT),      UMI_COL(umi_witness, rel, TEXT),
    UMI_COL(umi_witness, key, INT),     UMI_COL(umi_witness, seq, INT),
    UMI_COL(umi_witness, digest, HASH),
};
const umi_table umi_witness_table =
    UMI_TABLE_OF(JOURNAL, umi_witness, WITNESS, "witness", witness_columns);
