/* SPDX-License-Identifier: MIT */
#include "ledger/desk/application.h"

#include "ledger/desk/application_int.h"
#include "ledger/desk/fetch.h"

umi_status umi_application_code_check(umi_text code, umi_error *err)
{
    bool bad = code.len == 0 || code.len > UMI_APPLICATION_CODE_MAX;
    for (size_t i = 0; i < code.len; i++)
        bad |= (unsigned char)code.ptr[i] <= ' ' || code.ptr[i] == 0x7F;
    if (!bad)
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, "id",
                    "must be 1 to %d bytes without blanks, got '%.*s'",
                    UMI_APPLICATION_CODE_MAX, UMI_SHOW(code));
}

umi_status umi__application_read(umi_application *out,
                                 umi_desk *desk,
                                 umi_text code,
                                 umi_arena *arena,
                                 umi_error *err)
{
    int64_t id = UMI_NONE;
    umi_status rc =
        umi__find_key(desk->store, &umi_application_by_code, code, &id, err);
    if (rc == UMI_OK && id == UMI_NONE)
        rc = umi_fail(err, UMI_ENOENT, "id", "there is no application '%.*s'",
                      UMI_SHOW(code));
    return rc == UMI_OK ? umi__fetch_one(desk->store, &umi_application_table,
                                         id, out, arena, err)
                        : rc;
}

/* --- looking ---------------------------------------------------------------- */

/* What the loan tells of its application: paid off, or come back.  The row
 * is not touched for that; it says what was done at the desk. */
static umi_status
look_at_loan(umi_application *a, umi_desk *desk, umi_error *err)
{
    umi_loan_state state;
    bool found = false;
    if (a->state != UMI_DISBURSED)
        return UMI_OK;
    umi_status rc = umi_store_read(desk->store, &umi_loan_state_table, &a->loan,
                                   1, &state, &found, NULL, err);
    if (rc != UMI_OK || !found)
        return rc;
    if (state.status == UMI_LOAN_BOOKED)
        a->state = UMI_BOOKED;
    else if (state.status == UMI_LOAN_CLOSED)
        a->state = UMI_CLOSED;
    return UMI_OK;
}

static umi_status read_loan(umi_application_view *v,
                            umi_desk *desk,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_loan loan;
    void *rows = NULL;
    umi_query_arg arg = UMI_ARG_INT(v->application.loan);
    if (v->application.loan == UMI_NONE)
        return UMI_OK;
    umi_status rc = umi__fetch_one(desk->store, &umi_loan_table,
                                   v->application.loan, &loan, arena, err);
    if (rc != UMI_OK)
        return rc;
    v->loan = loan.number;
    rc = umi_store_find(desk->store, &umi_transfer_by_loan, &arg, &rows,
                        &v->transfer_count, arena, err);
    v->transfers = rows;
    return rc;
}

static umi_status read_acts(umi_application_view *v,
                            umi_desk *desk,
                            umi_arena *arena,
                            umi_error *err)
{
    void *rows = NULL;
    umi_query_arg args[] = {UMI_ARG_TEXT(UMI_TEXT("application")),
                            UMI_ARG_INT(v->application.id)};
    umi_status rc = umi_store_find(desk->store, &umi_act_by_subject, args,
                                   &rows, &v->act_count, arena, err);
    v->acts = rows;
    return rc;
}

umi_status umi_application_show(umi_application_view *out,
                                umi_desk *desk,
                                umi_text code,
                                umi_arena *arena,
                                umi_error *err)
{
    umi_application_view v = {0};
    const umi_application *a = &v.application;
    umi_store *s = desk->store;
    umi_status rc =
        umi__application_read(&v.application, desk, code, arena, err);
    if (rc == UMI_OK)
        rc = umi__fetch_one(s, &umi_person_table, a->person, &v.person, arena,
                            err);
    v.has_group = rc == UMI_OK && a->grp != UMI_NONE;
    if (v.has_group)
        rc = umi__fetch_one(s, &umi_grp_table, a->grp, &v.group, arena, err);
    v.has_decision = rc == UMI_OK && a->decision != UMI_NONE;
    if (v.has_decision)
        rc = umi__fetch_one(s, &umi_decision_table, a->decision, &v.decision,
                            arena, err);
    if (rc == UMI_OK)
        rc = read_loan(&v, desk, arena, err);
    if (rc == UMI_OK)
        rc = read_acts(&v, desk, arena, err);
    if (rc == UMI_OK)
        rc = look_at_loan(&v.application, desk, err);
    if (rc == UMI_OK)
        *out = v;
    return rc;
}

typedef struct listing {
    umi_desk *desk;
    const umi_application_state *wanted; /* NULL: all */
    umi_application_fn fn;
    void *self;
} listing;

static umi_status list_one(void *self, const void *row, umi_error *err)
{
    const listing *l = self;
    umi_application a;
    memcpy(&a, row, sizeof a);
    umi_status rc = look_at_loan(&a, l->desk, err);
    if (rc != UMI_OK || (l->wanted != NULL && a.state != *l->wanted))
        return rc;
    return l->fn(l->self, &a, err);
}

static umi_status
list_state(listing *l, umi_application_state stored, umi_error *err)
{
    umi_query_arg arg =
        UMI_ARG_TEXT(umi_text_of(umi_application_state_name(stored)));
    return umi_store_query(l->desk->store, &umi_application_by_state, &arg,
                           list_one, l, err);
}

umi_status umi_application_each(umi_desk *desk,
                                const umi_application_state *state,
                                umi_application_fn fn,
                                void *self,
                                umi_error *err)
{
    listing l = {desk, state, fn, self};
    if (state == NULL)
        return umi_store_scan(desk->store, &umi_application_table, 1, INT64_MAX,
                              list_one, &l, err);
    umi_status rc = list_state(&l, *state, err);
    /* rows of paid-out loans that have come back or are paid off */
    if (rc == UMI_OK && (*state == UMI_BOOKED || *state == UMI_CLOSED))
        rc = list_state(&l, UMI_DISBURSED, err);
    return rc;
}

/* --- moving on ------------------------------------------------------------- */

static umi_deed deed_of(umi_application_act act)
{
    switch (act) {
    case UMI_ACT_DECIDE:
        return UMI_DEED_DECIDE;
    case UMI_ACT_APPROVE:
        return UMI_DEED_APPROVE;
    case UMI_ACT_REJECT:
        return UMI_DEED_REJECT;
    case UMI_ACT_BOOK:
        return UMI_DEED_BOOK;
    case UMI_ACT_DISBURSE:
        return UMI_DEED_DISBURSE;
    case UMI_ACT_RETURN:
        return UMI_DEED_RETURN;
    case UMI_ACT_CLOSE:
    case UMI_ACT_CANCEL:
        break;
    }
    return UMI_DEED_CANCEL;
}

umi_status umi__application_step(umi_application *a,
                                 umi_act *log,
                                 umi_desk *desk,
                                 umi_application_act act,
                                 umi_text note,
                                 umi_error *err)
{
    umi_application_state to = a->state;
    int64_t id = 0;
    umi_status rc = umi_application_move(&to, a->state, act, err);
    if (rc == UMI_OK)
        rc = umi_application_may(act, desk->actor, a->entered_by, err);
    if (rc == UMI_OK)
        rc = umi_book_take(desk->book, &umi_act_table, 1, &id, err);
    if (rc != UMI_OK)
        return rc;
    a->state = to;
    a->seq++;
    *log = (umi_act){.id = id,
                     .day = desk->today,
                     .actor = desk->actor,
                     .what = deed_of(act),
                     .subject = UMI_SUBJECT_APPLICATION,
                     .subject_id = a->id,
                     .note = note.len ? note : (umi_text){0}};
    return UMI_OK;
}

umi_status umi__verdict_open(umi_verdict v, umi_error *err)
{
    if (v == UMI_VERDICT_ELIGIBLE || v == UMI_VERDICT_REFER)
        return UMI_OK;
    return umi_fail_code(err, UMI_EDENIED, "NOT-ELIGIBLE", "decision",
                         "the rules say '%s'",
                         umi_error_tr(err, umi_verdict_name(v)));
}

static umi_status may_approve(umi_desk *desk,
                              const umi_application *a,
                              umi_arena *arena,
                              umi_error *err)
{
    umi_decision_row d;
    umi_status rc = umi__fetch_one(desk->store, &umi_decision_table,
                                   a->decision, &d, arena, err);
    return rc == UMI_OK ? umi__verdict_open(d.status, err) : rc;
}

umi_status umi_application_act_on(umi_desk *desk,
                                  umi_text code,
                                  umi_application_act act,
                                  umi_text note,
                                  umi_error *err)
{
    umi_application a;
    umi_act log;
    umi_change change = {0};
    umi_arena *arena = umi_arena_new();
    umi_status rc;
    if (arena == NULL)
        return umi_fail_memory(err);
    rc = umi__application_read(&a, desk, code, arena, err);
    if (rc == UMI_OK && act == UMI_ACT_REJECT && note.len == 0)
        rc =
            umi_fail(err, UMI_EINVAL, "reason", "a rejection needs its reason");
    if (rc == UMI_OK)
        rc = umi__application_step(&a, &log, desk, act, note, err);
    if (rc == UMI_OK && act == UMI_ACT_APPROVE)
        rc = may_approve(desk, &a, arena, err);
    if (rc == UMI_OK) {
        umi_change_put(&change, &umi_application_table, &a, 1);
        umi_change_put(&change, &umi_act_table, &log, 1);
        rc = umi_book_apply(desk->book, &change, err);
    }
    umi_arena_free(arena);
    return rc;
}
