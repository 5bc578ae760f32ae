/* SPDX-License-Identifier: MIT */
#include "ledger/desk/rows.h"

#include "ledger/book/journal.h"

static const char *const kinds[] = {"MEKAAR", "KUBE", "KUR", NULL};
static const char *const roles[] = {"ketua",     "sekretaris", "bendahara",
                                    "ketua_sub", "anggota",    NULL};
static const char *const units[] = {"day", "week", "month", "year", NULL};
static const char *const states[] = {
#define X(name, text) text,
    UMI_APPLICATION_STATES(X)
#undef X
        NULL};
static const char *const verdicts[] = {"eligible", "refer",   "need_documents",
                                       "error",    "blocked", NULL};
static const char *const transfers[] = {"sent", "returned", NULL};
static const char *const subjects[] = {"household", "group", "application",
                                       NULL};
static const char *const deeds[] = {"import",  "create", "apply",  "decide",
                                    "approve", "reject", "book",   "disburse",
                                    "return",  "cancel", "extend", NULL};

const char *umi_deed_name(umi_deed d)
{
    return deeds[d];
}

const char *umi_transfer_state_name(umi_transfer_state s)
{
    return transfers[s];
}

static const umi_store_column household_columns[] = {
    UMI_COL(umi_household, id, INT),
    UMI_COL(umi_household, seq, INT),
    UMI_COL(umi_household, salt, BLOB),
    UMI_COL(umi_household, nkk, TEXT),
};
const umi_table umi_household_table = UMI_TABLE_WITNESSED(
    umi_household, HOUSEHOLD, "household", household_columns, UMI_SQL_NONE);

static const umi_store_column resident_columns[] = {
    UMI_COL(umi_resident, id, INT),
    UMI_COL(umi_resident, seq, INT),
    UMI_COL(umi_resident, salt, BLOB),
    UMI_COL(umi_resident, household, INT),
    UMI_COL_OPT(umi_resident, village, TEXT),
    UMI_COL(umi_resident, programmes, TEXT),
    UMI_COL_OPT(umi_resident, decile, INT),
    UMI_COL_OPT(umi_resident, decile_as_of, DAY),
};
const umi_table umi_resident_table = UMI_TABLE_WITNESSED(
    umi_resident, RESIDENT, "resident", resident_columns, UMI_SQL_NONE);

static const umi_store_column grp_columns[] = {
    UMI_COL(umi_group, id, INT),
    UMI_COL(umi_group, seq, INT),
    UMI_COL(umi_group, code, TEXT),
    UMI_COL_ENUM(umi_group, kind, kinds),
    UMI_COL_OPT(umi_group, meeting_day, INT),
    UMI_COL_OPT(umi_group, officer, TEXT),
};
const umi_table umi_grp_table =
    UMI_TABLE_WITNESSED(umi_group, GRP, "grp", grp_columns, UMI_SQL_NONE);

static const umi_store_column member_columns[] = {
    UMI_COL(umi_member, id, INT),        UMI_COL(umi_member, seq, INT),
    UMI_COL(umi_member, grp, INT),       UMI_COL(umi_member, person, INT),
    UMI_COL(umi_member, subgroup, TEXT), UMI_COL_ENUM(umi_member, role, roles),
};
const umi_table umi_member_table = UMI_TABLE_WITNESSED(
    umi_member, MEMBER, "member", member_columns, UMI_SQL_NONE);

static const umi_store_column decision_columns[] = {
    UMI_COL(umi_decision_row, id, INT),
    UMI_COL(umi_decision_row, application, INT),
    UMI_COL(umi_decision_row, day, DAY),
    UMI_COL(umi_decision_row, actor, TEXT),
    UMI_COL(umi_decision_row, ruleset, TEXT),
    UMI_COL(umi_decision_row, version, TEXT),
    UMI_COL(umi_decision_row, sha256, HASH),
    UMI_COL_OPT(umi_decision_row, product, TEXT),
    UMI_COL_ENUM(umi_decision_row, status, verdicts),
    UMI_COL_OPT(umi_decision_row, max, MONEY),
    UMI_COL_OPT(umi_decision_row, rate, TEXT),
    UMI_COL(umi_decision_row, facts, TEXT),
    UMI_COL(umi_decision_row, body, TEXT),
};
const umi_table umi_decision_table = UMI_TABLE_OF(
    JOURNAL, umi_decision_row, DECISION, "decision", decision_columns);

static const umi_store_column application_columns[] = {
    UMI_COL(umi_application, id, INT),
    UMI_COL(umi_application, seq, INT),
    UMI_COL(umi_application, code, TEXT),
    UMI_COL(umi_application, person, INT),
    UMI_COL_OPT(umi_application, grp, INT),
    UMI_COL_OPT(umi_application, product, TEXT),
    UMI_COL(umi_application, amount, MONEY),
    UMI_COL(umi_application, periods, INT),
    UMI_COL_ENUM(umi_application, unit, units),
    UMI_COL_OPT(umi_application, purpose, TEXT),
    UMI_COL(umi_application, facts, TEXT),
    UMI_COL(umi_application, entered_by, TEXT),
    UMI_COL(umi_application, entered_on, DAY),
    UMI_COL_ENUM(umi_application, state, states),
    UMI_COL_OPT(umi_application, decision, INT),
    UMI_COL_OPT(umi_application, loan, INT),
};
const umi_table umi_application_table = UMI_TABLE_WITNESSED(umi_application,
                                                            APPLICATION,
                                                            "application",
                                                            application_columns,
                                                            UMI_SQL_NONE);

static const umi_store_column transfer_columns[] = {
    UMI_COL(umi_transfer, id, INT),
    UMI_COL(umi_transfer, seq, INT),
    UMI_COL(umi_transfer, reference, TEXT),
    UMI_COL(umi_transfer, application, INT),
    UMI_COL(umi_transfer, loan, INT),
    UMI_COL(umi_transfer, amount, MONEY),
    UMI_COL(umi_transfer, day, DAY),
    UMI_COL_OPT(umi_transfer, bank, TEXT),
    UMI_COL_OPT(umi_transfer, account, TEXT),
    UMI_COL_OPT(umi_transfer, source, TEXT),
    UMI_COL_ENUM(umi_transfer, state, transfers),
};
const umi_table umi_transfer_table = UMI_TABLE_WITNESSED(
    umi_transfer, TRANSFER, "transfer", transfer_columns, UMI_SQL_NONE);

static const umi_store_column act_columns[] = {
    UMI_COL(umi_act, id, INT),
    UMI_COL(umi_act, day, DAY),
    UMI_COL(umi_act, actor, TEXT),
    UMI_COL_ENUM(umi_act, what, deeds),
    UMI_COL_ENUM(umi_act, subject, subjects),
    UMI_COL(umi_act, subject_id, INT),
    UMI_COL_OPT(umi_act, note, TEXT),
};
const umi_table umi_act_table =
    UMI_TABLE_OF(JOURNAL, umi_act, ACT, "act", act_columns);

/* A query by the equality of one column. */
#define BY(table_name, NAME, column_name)                                      \
    {                                                                          \
        .sql = UMI_SQL_##NAME, .table = &umi_##table_name##_table, .where = {  \
            {column_name, UMI_WHERE_EQ}                                        \
        }                                                                      \
    }

const umi_query umi_household_by_nkk = BY(household, HOUSEHOLD_BY_NKK, "nkk");
const umi_query umi_resident_by_household =
    BY(resident, RESIDENT_BY_HOUSEHOLD, "household");
const umi_query umi_loan_by_person = BY(loan, LOAN_BY_PERSON, "person");
const umi_query umi_grp_by_code = BY(grp, GRP_BY_CODE, "code");
const umi_query umi_member_by_grp = BY(member, MEMBER_BY_GRP, "grp");
const umi_query umi_member_by_person = BY(member, MEMBER_BY_PERSON, "person");
const umi_query umi_application_by_code =
    BY(application, APPLICATION_BY_CODE, "code");
const umi_query umi_application_by_state =
    BY(application, APPLICATION_BY_STATE, "state");
const umi_query umi_application_by_person =
    BY(application, APPLICATION_BY_PERSON, "person");
const umi_query umi_application_by_loan =
    BY(application, APPLICATION_BY_LOAN, "loan");
const umi_query umi_transfer_by_reference =
    BY(transfer, TRANSFER_BY_REFERENCE, "reference");
const umi_query umi_transfer_by_loan = BY(transfer, TRANSFER_BY_LOAN, "loan");
const umi_query umi_act_by_subject = {
    .sql = UMI_SQL_ACT_BY_SUBJECT,
    .table = &umi_act_table,
    .where = {{"subject", UMI_WHERE_EQ}, {"subject_id", UMI_WHERE_EQ}},
};
