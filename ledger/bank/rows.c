/* SPDX-License-Identifier: MIT */
#include "ledger/bank/rows.h"

#include "ledger/book/journal.h"

static const umi_store_column file_columns[] = {
    UMI_COL(umi_stmt_file, id, INT),      UMI_COL(umi_stmt_file, sha256, HASH),
    UMI_COL(umi_stmt_file, name, TEXT),   UMI_COL(umi_stmt_file, size, INT),
    UMI_COL(umi_stmt_file, format, TEXT), UMI_COL(umi_stmt_file, account, INT),
    UMI_COL(umi_stmt_file, day, DAY),     UMI_COL(umi_stmt_file, actor, TEXT),
};
const umi_table umi_stmt_file_table =
    UMI_TABLE_OF(JOURNAL, umi_stmt_file, STMT_FILE, "stmt_file", file_columns);
const umi_query umi_stmt_file_by_sha256 = {
    .sql = UMI_SQL_STMT_FILE_BY_SHA256,
    .table = &umi_stmt_file_table,
    .where = {{"sha256", UMI_WHERE_EQ}, {"account", UMI_WHERE_EQ}},
};

static const umi_store_column raw_columns[] = {
    UMI_COL(umi_stmt_raw, id, INT),
    UMI_COL(umi_stmt_raw, seq, INT),
    UMI_COL(umi_stmt_raw, salt, BLOB),
    UMI_COL(umi_stmt_raw, bytes, BLOB),
};
const umi_table umi_stmt_raw_table = UMI_TABLE_WITNESSED(
    umi_stmt_raw, STMT_RAW, "stmt_raw", raw_columns, UMI_SQL_NONE);

static const umi_store_column stmt_columns[] = {
    UMI_COL(umi_stmt, id, INT),
    UMI_COL(umi_stmt, file, INT),
    UMI_COL(umi_stmt, place, INT),
    UMI_COL(umi_stmt, account, INT),
    UMI_COL_OPT(umi_stmt, number, TEXT),
    {.name = "from_day",
     .type = UMI_COL_DAY,
     .optional = true,
     .offset = offsetof(umi_stmt, from)},
    {.name = "to_day",
     .type = UMI_COL_DAY,
     .optional = true,
     .offset = offsetof(umi_stmt, to)},
    UMI_COL(umi_stmt, currency, TEXT),
    UMI_COL_OPT(umi_stmt, opening, MONEY),
    UMI_COL_OPT(umi_stmt, closing, MONEY),
    UMI_COL(umi_stmt, lines, INT),
    UMI_COL(umi_stmt, quarantined, BOOL),
    UMI_COL(umi_stmt, checks, TEXT),
};
const umi_table umi_stmt_table =
    UMI_TABLE_OF(JOURNAL, umi_stmt, STMT, "stmt", stmt_columns);
const umi_query umi_stmt_by_file = {
    .sql = UMI_SQL_STMT_BY_FILE,
    .table = &umi_stmt_table,
    .where = {{"file", UMI_WHERE_EQ}},
};
const umi_query umi_stmt_by_account = {
    .sql = UMI_SQL_STMT_BY_ACCOUNT,
    .table = &umi_stmt_table,
    .where = {{"account", UMI_WHERE_EQ}},
};

static const umi_store_column release_columns[] = {
    UMI_COL(umi_stmt_release, id, INT),
    UMI_COL(umi_stmt_release, day, DAY),
    UMI_COL(umi_stmt_release, actor, TEXT),
    UMI_COL(umi_stmt_release, reason, TEXT),
};
const umi_table umi_stmt_release_table = {
    .name = "stmt_release",
    .kind = UMI_TABLE_KEY,
    .size = sizeof(umi_stmt_release),
    .columns = release_columns,
    .count = sizeof release_columns / sizeof *release_columns,
    .create = UMI_SQL_STMT_RELEASE_CREATE,
    .put = UMI_SQL_STMT_RELEASE_PUT,
    .from = UMI_SQL_STMT_RELEASE_FROM,
    .last = UMI_SQL_STMT_RELEASE_LAST,
    .witnessed = true, /* its keys do not ascend, so no block covers it */
};

static const umi_store_column line_columns[] = {
    UMI_COL(umi_stmt_line, id, INT),
    UMI_COL(umi_stmt_line, stmt, INT),
    UMI_COL(umi_stmt_line, place, INT),
    UMI_COL(umi_stmt_line, account, INT),
    UMI_COL(umi_stmt_line, booked, DAY),
    UMI_COL(umi_stmt_line, value, DAY),
    UMI_COL(umi_stmt_line, amount, MONEY),
    UMI_COL(umi_stmt_line, reversal, BOOL),
    UMI_COL(umi_stmt_line, print, INT),
    UMI_COL(umi_stmt_line, occurrence, INT),
};
const umi_table umi_stmt_line_table =
    UMI_TABLE_OF(JOURNAL, umi_stmt_line, STMT_LINE, "stmt_line", line_columns);
const umi_query umi_stmt_line_by_day = {
    .sql = UMI_SQL_STMT_LINE_BY_DAY,
    .table = &umi_stmt_line_table,
    .where = {{"account", UMI_WHERE_EQ},
              {"booked", UMI_WHERE_GE},
              {"booked", UMI_WHERE_LE}},
};

static const umi_store_column open_columns[] = {
    UMI_COL(umi_stmt_open, id, INT),
    UMI_COL(umi_stmt_open, seq, INT),
    UMI_COL(umi_stmt_open, account, INT),
};
const umi_table umi_stmt_open_table =
    UMI_TABLE_REMOVABLE(umi_stmt_open,
                        STMT_OPEN,
                        "stmt_open",
                        open_columns,
                        UMI_SQL_STMT_OPEN_REMOVE);
const umi_query umi_stmt_open_by_account = {
    .sql = UMI_SQL_STMT_OPEN_BY_ACCOUNT,
    .table = &umi_stmt_open_table,
    .where = {{"account", UMI_WHERE_EQ}},
};

static const char *const targets[] = {
    "transfer", "return", "repayment", "unidentified", "fee", "interest", NULL};

const char *umi_bank_target_name(umi_bank_target t)
{
    return targets[t];
}

bool umi_bank_target_parse(umi_bank_target *out, umi_text t)
{
    size_t n = sizeof targets / sizeof *targets,
           i = umi_text_index(t, targets, n);
    if (i < n)
        *out = (umi_bank_target)i;
    return i < n;
}

static const umi_store_column match_columns[] = {
    UMI_COL(umi_bank_match_row, id, INT),
    UMI_COL(umi_bank_match_row, line, INT),
    UMI_COL(umi_bank_match_row, part, INT),
    UMI_COL(umi_bank_match_row, account, INT),
    UMI_COL_ENUM(umi_bank_match_row, kind, targets),
    UMI_COL(umi_bank_match_row, target, INT),
    UMI_COL(umi_bank_match_row, amount, MONEY),
    UMI_COL(umi_bank_match_row, how, TEXT),
    UMI_COL(umi_bank_match_row, day, DAY),
    UMI_COL(umi_bank_match_row, actor, TEXT),
    UMI_COL_OPT(umi_bank_match_row, posted, DAY),
};
const umi_table umi_bank_match_table = UMI_TABLE_OF(
    JOURNAL, umi_bank_match_row, BANK_MATCH, "bank_match", match_columns);
const umi_query umi_bank_match_by_account = {
    .sql = UMI_SQL_BANK_MATCH_BY_ACCOUNT,
    .table = &umi_bank_match_table,
    .where = {{"account", UMI_WHERE_EQ}},
};

static const umi_store_column settled_columns[] = {
    UMI_COL(umi_bank_settled, id, INT),
    UMI_COL(umi_bank_settled, seq, INT),
    UMI_COL(umi_bank_settled, match, INT),
};
const umi_table umi_bank_settled_table = UMI_TABLE_OF(
    STATE, umi_bank_settled, BANK_SETTLED, "bank_settled", settled_columns);

static const umi_store_column proposal_columns[] = {
    UMI_COL(umi_bank_proposal, id, INT),
    UMI_COL(umi_bank_proposal, seq, INT),
    UMI_COL_ENUM(umi_bank_proposal, kind, targets),
    UMI_COL_OPT(umi_bank_proposal, reference, TEXT),
    UMI_COL_OPT(umi_bank_proposal, channel, TEXT),
    UMI_COL(umi_bank_proposal, reason, TEXT),
    UMI_COL(umi_bank_proposal, actor, TEXT),
    UMI_COL(umi_bank_proposal, day, DAY),
};
const umi_table umi_bank_proposal_table =
    UMI_TABLE_WITNESSED(umi_bank_proposal,
                        BANK_PROPOSAL,
                        "bank_proposal",
                        proposal_columns,
                        UMI_SQL_BANK_PROPOSAL_REMOVE);

const umi_query umi_txn_by_reverses = {
    .sql = UMI_SQL_TXN_BY_REVERSES,
    .table = &umi_txn_table,
    .where = {{"reverses", UMI_WHERE_EQ}},
};

static const char *const steps[] = {"prepared", "reviewed", NULL};

const char *umi_bank_step_name(umi_bank_step s)
{
    return steps[s];
}

static const umi_store_column signature_columns[] = {
    UMI_COL(umi_bank_signature, id, INT),
    UMI_COL(umi_bank_signature, account, INT),
    UMI_COL(umi_bank_signature, as_of, DAY),
    UMI_COL_ENUM(umi_bank_signature, step, steps),
    UMI_COL(umi_bank_signature, day, DAY),
    UMI_COL(umi_bank_signature, actor, TEXT),
    UMI_COL(umi_bank_signature, content, HASH),
    UMI_COL(umi_bank_signature, previous, HASH),
    UMI_COL(umi_bank_signature, hash, HASH),
};
const umi_table umi_bank_signature_table = UMI_TABLE_OF(JOURNAL,
                                                        umi_bank_signature,
                                                        BANK_SIGNATURE,
                                                        "bank_signature",
                                                        signature_columns);
const umi_query umi_bank_signature_by_account = {
    .sql = UMI_SQL_BANK_SIGNATURE_BY_ACCOUNT,
    .table = &umi_bank_signature_table,
    .where = {{"account", UMI_WHERE_EQ}},
};
