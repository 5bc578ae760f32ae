/* SPDX-License-Identifier: MIT */
#include "cli/desk_words.h"

#define WORD(text) text /* tr:WORD:0 */

const char *cli_word_state(umi_lang lang, umi_application_state s)
{
    static const char *const words[] = {
        [UMI_APPLIED] = WORD("waits for a decision"),
        [UMI_DECIDED] = WORD("decided"),
        [UMI_APPROVED] = WORD("approved"),
        [UMI_REJECTED] = WORD("rejected"),
        [UMI_BOOKED] = WORD("booked"),
        [UMI_DISBURSED] = WORD("paid out"),
        [UMI_CLOSED] = WORD("paid off"),
        [UMI_CANCELLED] = WORD("withdrawn"),
    };
    return umi_tr(lang, words[s]);
}

const char *cli_word_verdict(umi_lang lang, umi_verdict v)
{
    static const char *const words[] = {
        [UMI_VERDICT_ELIGIBLE] = WORD("may be lent"),
        [UMI_VERDICT_REFER] = WORD("a person decides"),
        [UMI_VERDICT_NEED_DOCUMENTS] = WORD("documents are missing"),
        [UMI_VERDICT_ERROR] = WORD("the rules cannot tell"),
        [UMI_VERDICT_BLOCKED] = WORD("not possible"),
    };
    return umi_tr(lang, words[v]);
}

const char *cli_word_deed(umi_lang lang, umi_deed d)
{
    static const char *const words[] = {
        [UMI_DEED_IMPORT] = WORD("imported by"),
        [UMI_DEED_CREATE] = WORD("made by"),
        [UMI_DEED_APPLY] = WORD("entered by"),
        [UMI_DEED_DECIDE] = WORD("decided by"),
        [UMI_DEED_APPROVE] = WORD("approved by"),
        [UMI_DEED_REJECT] = WORD("rejected by"),
        [UMI_DEED_BOOK] = WORD("booked by"),
        [UMI_DEED_DISBURSE] = WORD("paid out by"),
        [UMI_DEED_RETURN] = WORD("came back, told by"),
        [UMI_DEED_CANCEL] = WORD("withdrawn, told by"),
        [UMI_DEED_EXTEND] = WORD("extended by"),
    };
    return umi_tr(lang, words[d]);
}

const char *cli_word_posting(umi_lang lang, umi_txn_kind k)
{
    static const char *const words[UMI_TXN_KINDS] = {
        [UMI_TXN_DISBURSEMENT] = WORD("disbursement"),
        [UMI_TXN_IMPORT] = WORD("brought forward"),
        [UMI_TXN_REPAYMENT] = WORD("repayment"),
        [UMI_TXN_REVERSAL] = WORD("reversal"),
        [UMI_TXN_REALLOCATION] = WORD("divided anew"),
        [UMI_TXN_FEE] = WORD("fee"),
        [UMI_TXN_PENALTY] = WORD("penalty"),
        [UMI_TXN_WAIVE] = WORD("waiver"),
        [UMI_TXN_WRITE_OFF] = WORD("write-off"),
        [UMI_TXN_RECOVER] = WORD("recovery"),
        [UMI_TXN_REFUND] = WORD("refund"),
    };
    return umi_tr(lang, words[k]);
}

const char *cli_word_loan(umi_lang lang, umi_loan_status s)
{
    static const char *const words[] = {
        [UMI_LOAN_BOOKED] = WORD("not paid out"),
        [UMI_LOAN_ACTIVE] = WORD("running"),
        [UMI_LOAN_CLOSED] = WORD("paid off"),
        [UMI_LOAN_WRITTEN_OFF] = WORD("written off"),
    };
    return umi_tr(lang, words[s]);
}

const char *cli_word_unit(umi_lang lang, umi_unit u)
{
    static const char *const words[] = {
        [UMI_UNIT_DAY] = WORD("day"),
        [UMI_UNIT_WEEK] = WORD("week"),
        [UMI_UNIT_MONTH] = WORD("month"),
        [UMI_UNIT_YEAR] = WORD("year"),
    };
    return umi_tr(lang, words[u]);
}
