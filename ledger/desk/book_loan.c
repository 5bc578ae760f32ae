/* SPDX-License-Identifier: MIT */
#include "ledger/desk/book_loan.h"

#include "ledger/book/enter.h"
#include "ledger/desk/application_int.h"
#include "ledger/desk/decide_int.h"
#include "ledger/desk/fetch.h"

#include <assert.h>

typedef struct booking {
    umi_desk *desk;
    const umi_book_loan_ask *ask;
    umi_book_loan_done *out;
    umi_application application;
    const umi_product *product;
    umi_group group;
    umi_arena *arena;
} booking;

/* --- may it be lent ---------------------------------------------------------- */

/* The first reason says more than the verdict does. */
static umi_status refuse(const umi_judgement *j, umi_error *err)
{
    umi_status rc = umi__verdict_open(j->verdict, err);
    if (rc == UMI_OK || j->reason_count == 0)
        return rc;
    return umi_fail_code(err, rc, "NOT-ELIGIBLE", "decision",
                         "the rules say '%s': %.*s",
                         umi_error_tr(err, umi_verdict_name(j->verdict)),
                         (int)j->reasons[0].len, j->reasons[0].ptr);
}

/* What was approved as eligible is not lent on a verdict that nobody saw. */
static umi_status compare_decision(booking *k, umi_error *err)
{
    const umi_judgement *j = &k->out->judgement;
    umi_decision_row d;
    umi_status rc = umi__fetch_one(k->desk->store, &umi_decision_table,
                                   k->application.decision, &d, k->arena, err);
    if (rc != UMI_OK || d.status == j->verdict)
        return rc;
    umi_text why = j->reason_count > 0 ? j->reasons[0] : (umi_text){0};
    return umi_fail_code(err, UMI_EDENIED, "CHANGED", "decision",
                         "the rules now say '%s' and said '%s' when it was "
                         "approved: %.*s",
                         umi_error_tr(err, umi_verdict_name(j->verdict)),
                         umi_error_tr(err, umi_verdict_name(d.status)),
                         (int)why.len, why.ptr ? why.ptr : "");
}

static umi_status judge(booking *k, umi_error *err)
{
    umi_judgement *j = &k->out->judgement;
    umi_decider *decider = NULL;
    umi_status rc =
        umi_decider_new(&decider, k->desk->rules, k->desk->today, err);
    if (rc == UMI_OK)
        rc = umi_judge(j, k->desk, decider, &k->application,
                       (umi_judge_view){.lang = k->ask->lang}, k->arena, err);
    umi_decider_free(decider);
    if (rc == UMI_OK)
        rc = refuse(j, err);
    if (rc == UMI_OK)
        rc = compare_decision(k, err);
    if (rc == UMI_OK && j->product.ptr == NULL)
        rc = umi_fail_code(err, UMI_EDENIED, "NOT-ELIGIBLE", "product",
                           "the rules offer no product");
    if (rc == UMI_OK && j->has_max && k->application.amount.sen > j->max.sen) {
        char max[UMI_MONEY_TEXT];
        (void)umi_money_write(max, j->max);
        rc = umi_fail_code(err, UMI_EDENIED, "LIMIT", "amount",
                           "the rules allow %s at most", max);
    }
    return rc;
}

/* --- what is agreed ---------------------------------------------------------- */

static umi_status make_terms(booking *k, umi_error *err)
{
    const umi_application *a = &k->application;
    const umi_judgement *j = &k->out->judgement;
    k->product = umi_product_find(k->desk->products, j->product);
    if (k->product == NULL)
        return umi_fail_code(err, UMI_ENOENT, "UNKNOWN", "product",
                             "there is no product '%.*s'",
                             UMI_SHOW(j->product));
    bool pawn = k->product->block_days > 0;
    umi_product_ask ask = {
        .amount = a->amount,
        .periods = (int32_t)a->periods,
        .on = k->ask->expected,
        .access = j->access,
        .has_unit = !pawn,
        .unit = a->unit,
        .has_rate = j->has_rate,
        .rate = j->rate,
        .rate_per = UMI_PER_YEAR,
        .appraisal = j->appraisal,
    };
    return umi_product_terms(k->product, &ask, &k->out->terms, err);
}

static umi_status make_schedule(booking *k, umi_error *err)
{
    size_t n = umi_schedule_rows(&k->out->terms);
    umi_row *rows = umi_arena_array(k->arena, n, sizeof *rows);
    if (rows == NULL)
        return umi_fail_memory(err);
    return umi_schedule_build(&k->out->schedule, rows, n, &k->out->terms, err);
}

/* --- writing ----------------------------------------------------------------- */

static umi_status read_group(booking *k, umi_error *err)
{
    if (k->application.grp == UMI_NONE)
        return UMI_OK;
    return umi__fetch_one(k->desk->store, &umi_grp_table, k->application.grp,
                          &k->group, k->arena, err);
}

static umi_status write(booking *k, umi_error *err)
{
    umi_desk *desk = k->desk;
    umi_decision_row decision;
    umi_act log;
    umi_change with = {0};
    int64_t next = 0, loan = 0;
    umi_application *a = &k->application;
    umi_status rc =
        umi__application_step(a, &log, desk, UMI_ACT_BOOK, (umi_text){0}, err);
    if (rc == UMI_OK)
        rc = umi__decision_row(&decision, desk, a, &k->out->judgement, err);
    /* none is taken: only which key the loan will have, for it is written
     * with the application that names it */
    if (rc == UMI_OK)
        rc = umi_book_take(desk->book, &umi_loan_table, 0, &next, err);
    if (rc != UMI_OK)
        return rc;
    a->decision = decision.id;
    a->loan = next;
    umi_change_put(&with, &umi_decision_table, &decision, 1);
    umi_change_put(&with, &umi_application_table, a, 1);
    umi_change_put(&with, &umi_act_table, &log, 1);
    const umi_new_loan new_loan = {
        .number = k->out->number,
        .person = a->person,
        .product = k->out->judgement.product,
        .grp = k->group.code,
        .officer = k->ask->officer.ptr ? k->ask->officer : k->group.officer,
        .terms = &k->out->terms,
        .policy = &k->product->policy,
        .application = a->id,
    };
    rc = umi_book_add_loan(desk->book, &new_loan, &with, &loan, err);
    assert(rc != UMI_OK || loan == next);
    k->out->loan = loan;
    return rc;
}

umi_status umi_book_loan(umi_book_loan_done *out,
                         umi_desk *desk,
                         const umi_book_loan_ask *ask,
                         umi_arena *arena,
                         umi_error *err)
{
    assert(desk->rules != NULL && desk->products != NULL);
    umi_book_loan_done done = {.number = ask->number};
    booking k = {.desk = desk, .ask = ask, .out = &done, .arena = arena};
    umi_application_state to;
    umi_status rc = umi__application_read(&k.application, desk,
                                          ask->application, arena, err);
    if (rc == UMI_OK)
        rc = umi_application_move(&to, k.application.state, UMI_ACT_BOOK, err);
    if (done.number.ptr == NULL)
        done.number = ask->application;
    if (rc == UMI_OK)
        rc = judge(&k, err);
    if (rc == UMI_OK)
        rc = make_terms(&k, err);
    if (rc == UMI_OK)
        rc = make_schedule(&k, err);
    if (rc == UMI_OK)
        rc = read_group(&k, err);
    if (rc == UMI_OK)
        rc = write(&k, err);
    if (rc == UMI_OK)
        *out = done;
    return rc;
}
