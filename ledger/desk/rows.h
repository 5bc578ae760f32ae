/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_ROWS_H
#define UMI_LEDGER_DESK_ROWS_H

/**
 * @file
 * The rows of the desk: households and what they say of persons, groups and
 * their members, applications, decisions, transfers, and who did what.
 * Numbers of persons and family cards stand in no other table; salts keep the
 * digests of their rows from telling them.
 */
#include "engine/party/application.h"
#include "engine/party/group.h"
#include "engine/party/household.h"
#include "engine/party/nik.h"
#include "ledger/store/store.h"
#include "rules/decide/decision.h"

#include "engine/loan/terms.h"

#define UMI_SALT_SIZE 16

typedef struct umi_household {
    int64_t id, seq;
    umi_text salt;
    umi_text nkk;
} umi_household;

/** What a family register says of a person; the key is the person's. */
typedef struct umi_resident {
    int64_t id, seq;
    umi_text salt;
    int64_t household;
    umi_text village;     /**< optional */
    umi_text programmes;  /**< "PKH|KUBE"; "" is none */
    int64_t decile;       /**< 1..10, optional */
    umi_day decile_as_of; /**< optional, with decile */
} umi_resident;

typedef struct umi_group {
    int64_t id, seq;
    umi_text code;
    umi_group_kind kind;
    int64_t meeting_day; /**< 1 = Monday .. 7, optional */
    umi_text officer;    /**< optional */
} umi_group;

typedef struct umi_member {
    int64_t id, seq;
    int64_t grp, person;
    umi_text subgroup; /**< "" when the group has none */
    umi_group_role role;
} umi_member;

typedef struct umi_decision_row {
    int64_t id;
    int64_t application;
    umi_day day;
    umi_text actor;
    umi_text ruleset, version;
    umi_hash sha256;  /**< of the rule set's canonical form */
    umi_text product; /**< optional: none fits */
    umi_verdict status;
    umi_money max;  /**< optional */
    umi_text rate;  /**< a fraction a year, "0.06"; optional */
    umi_text facts; /**< what it rests on, a JSON object of texts */
    umi_text body;  /**< the decision, JSON */
} umi_decision_row;

typedef struct umi_application {
    int64_t id, seq;
    umi_text code; /**< as the institution names it; also the loan's number */
    int64_t person;
    int64_t grp;      /**< optional */
    umi_text product; /**< optional: what the rules offer */
    umi_money amount;
    int64_t periods;
    umi_unit unit;
    umi_text purpose; /**< optional */
    umi_text facts;   /**< stated, a JSON object of texts */
    umi_text entered_by;
    umi_day entered_on;
    umi_application_state state;
    int64_t decision; /**< the last one, optional */
    int64_t loan;     /**< optional */
} umi_application;

typedef enum umi_transfer_state {
    UMI_TRANSFER_SENT,
    UMI_TRANSFER_RETURNED
} umi_transfer_state;

typedef struct umi_transfer {
    int64_t id, seq;
    umi_text reference; /**< engine/party/reference.h */
    int64_t application, loan;
    umi_money amount;
    umi_day day;
    umi_text bank, account; /**< optional: paid out in cash */
    umi_text source; /**< SHA-256 of the file that asked for it, optional */
    umi_transfer_state state;
} umi_transfer;

typedef enum umi_subject {
    UMI_SUBJECT_HOUSEHOLD,
    UMI_SUBJECT_GROUP,
    UMI_SUBJECT_APPLICATION
} umi_subject;

typedef enum umi_deed {
    UMI_DEED_IMPORT,
    UMI_DEED_CREATE,
    UMI_DEED_APPLY,
    UMI_DEED_DECIDE,
    UMI_DEED_APPROVE,
    UMI_DEED_REJECT,
    UMI_DEED_BOOK,
    UMI_DEED_DISBURSE,
    UMI_DEED_RETURN,
    UMI_DEED_CANCEL,
    UMI_DEED_EXTEND
} umi_deed;

/** Who did what, and when.  Notes hold no names and no numbers of persons. */
typedef struct umi_act {
    int64_t id;
    umi_day day;
    umi_text actor;
    umi_deed what;
    umi_subject subject;
    int64_t subject_id;
    umi_text note; /**< optional */
} umi_act;

extern const umi_table umi_household_table, umi_resident_table, umi_grp_table,
    umi_member_table, umi_application_table, umi_decision_table,
    umi_transfer_table, umi_act_table;

extern const umi_query umi_household_by_nkk, umi_resident_by_household,
    umi_loan_by_person, umi_grp_by_code, umi_member_by_grp,
    umi_member_by_person, umi_application_by_code, umi_application_by_state,
    umi_application_by_person, umi_application_by_loan,
    umi_transfer_by_reference, umi_transfer_by_loan, umi_act_by_subject;

const char *umi_deed_name(umi_deed d);
const char *umi_transfer_state_name(umi_transfer_state s);

#endif
