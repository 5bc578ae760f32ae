/* SPDX-License-Identifier: MIT */
#include "ledger/desk/known.h"

#include "engine/party/household.h"
#include "ledger/desk/fetch.h"
#include "ledger/desk/group.h"

#include <assert.h>

typedef struct knowing {
    umi_knowns *out;
    umi_desk *desk;
    const umi_application *a;
    umi_arena *arena;
    const umi_resident *home; /* persons of the household, NULL: not known */
    size_t home_count;
} knowing;

/* --- adding ----------------------------------------------------------------- */

static umi_status
add_text(knowing *k, const char *fact, umi_text text, umi_error *err)
{
    assert(k->out->count < UMI_KNOWN_MAX);
    const char *copy = umi_arena_copy(k->arena, text.ptr, text.len);
    if (copy == NULL)
        return umi_fail_memory(err);
    k->out->items[k->out->count++] =
        (umi_known){.fact = fact, .text = {copy, text.len}};
    return UMI_OK;
}

static umi_status add_bool(knowing *k, const char *fact, bool v, umi_error *err)
{
    return add_text(k, fact, v ? UMI_TEXT("true") : UMI_TEXT("false"), err);
}

static umi_status
add_int(knowing *k, const char *fact, int64_t v, umi_error *err)
{
    umi_buf b = {0};
    umi_buf_int(&b, v);
    umi_status rc = b.failed ? umi_fail_memory(err)
                             : add_text(k, fact, umi_buf_as_text(&b), err);
    umi_buf_free(&b);
    return rc;
}

static umi_status
add_count(knowing *k, const char *fact, int64_t v, umi_error *err)
{
    umi_status rc = v == 0 ? UMI_OK : add_int(k, fact, v, err);
    if (rc == UMI_OK && v != 0)
        k->out->items[k->out->count - 1].at_least = true;
    return rc;
}

/* --- the application -------------------------------------------------------- */

int64_t umi_tenor_months(int64_t periods, umi_unit unit)
{
    switch (unit) {
    case UMI_UNIT_DAY:
        return (periods * 12 + 364) / 365;
    case UMI_UNIT_WEEK:
        return (periods * 12 + 51) / 52;
    case UMI_UNIT_MONTH:
        return periods;
    case UMI_UNIT_YEAR:
        break;
    }
    return periods * 12;
}

static umi_status know_application(knowing *k, umi_error *err)
{
    const umi_application *a = k->a;
    const umi_product *p = a->product.ptr && k->desk->products
                               ? umi_product_find(k->desk->products, a->product)
                               : NULL;
    char amount[UMI_MONEY_TEXT];
    size_t n = umi_money_write(amount, a->amount);
    umi_status rc = add_text(k, "amount", (umi_text){amount, n}, err);
    bool pawn = p != NULL && p->term_days > 0;
    if (rc == UMI_OK)
        rc = add_int(k, "tenor_months",
                     pawn ? umi_tenor_months(p->term_days, UMI_UNIT_DAY)
                          : umi_tenor_months(a->periods, a->unit),
                     err);
    return rc;
}

/* --- the person and the household ------------------------------------------ */

static umi_status know_person(knowing *k, umi_error *err)
{
    umi_person p;
    char day[UMI_DAY_TEXT];
    umi_status rc = umi__fetch_one(k->desk->store, &umi_person_table,
                                   k->a->person, &p, k->arena, err);
    if (rc == UMI_OK && p.birth.n != UMI_NONE32) {
        size_t n = umi_day_write(day, p.birth);
        rc = add_text(k, "birth_date", (umi_text){day, n}, err);
    }
    if (rc == UMI_OK && p.sex.ptr != NULL)
        rc = add_bool(k, "female", umi_text_is(p.sex, "P"), err);
    if (rc != UMI_OK || p.household == UMI_NONE)
        return rc;
    void *rows = NULL;
    umi_query_arg arg = UMI_ARG_INT(p.household);
    rc = umi_store_find(k->desk->store, &umi_resident_by_household, &arg, &rows,
                        &k->home_count, k->arena, err);
    k->home = rows;
    return rc;
}

/* Who has the decile of the latest date; NULL when two of that date differ. */
static const umi_resident *ranked(const knowing *k)
{
    const umi_resident *best = NULL;
    bool differs = false;
    for (size_t i = 0; i < k->home_count; i++) {
        const umi_resident *r = &k->home[i];
        if (r->decile == UMI_NONE)
            continue;
        if (best == NULL || r->decile_as_of.n > best->decile_as_of.n) {
            best = r;
            differs = false;
        } else if (r->decile_as_of.n == best->decile_as_of.n) {
            differs |= r->decile != best->decile;
        }
    }
    return differs ? NULL : best;
}

static umi_status know_decile(knowing *k, umi_error *err)
{
    const umi_resident *r = ranked(k);
    if (r == NULL)
        return UMI_OK;
    umi_status rc = add_int(k, "dtsen_decile", r->decile, err);
    char day[UMI_DAY_TEXT];
    if (rc != UMI_OK || r->decile_as_of.n == UMI_NONE32)
        return rc;
    size_t n = umi_day_write(day, r->decile_as_of);
    return add_text(k, "dtsen_date", (umi_text){day, n}, err);
}

static umi_status know_household(knowing *k, umi_error *err)
{
    umi_programmes all = {0};
    if (k->home_count == 0)
        return UMI_OK;
    for (size_t i = 0; i < k->home_count; i++) {
        umi_programmes p = {0};
        umi_status rc = umi_programmes_parse(&p, k->home[i].programmes, err);
        if (rc != UMI_OK)
            return umi_fail(err, UMI_EDAMAGED, "",
                            "a household has programmes that cannot be read");
        all.pkh |= p.pkh;
        all.graduate |= p.graduate;
        all.kube |= p.kube;
    }
    umi_status rc = add_int(k, "household_size", (int64_t)k->home_count, err);
    if (rc == UMI_OK)
        rc = know_decile(k, err);
    /* members of one family that say both: then the book does not know */
    if (rc == UMI_OK && all.pkh != all.graduate)
        rc = add_bool(k, "pkh_graduate", all.graduate, err);
    if (rc == UMI_OK && all.pkh != all.graduate)
        rc = add_bool(k, "pkh_member", all.pkh, err);
    if (rc == UMI_OK && all.kube)
        rc = add_bool(k, "kube_member", true, err);
    return rc;
}

/* --- groups ------------------------------------------------------------------ */

static bool knows(const knowing *k, const char *fact)
{
    for (size_t i = 0; i < k->out->count; i++)
        if (strcmp(k->out->items[i].fact, fact) == 0)
            return true;
    return false;
}

static umi_status know_sizes(knowing *k,
                             const umi_member *seat,
                             umi_group_kind kind,
                             umi_error *err)
{
    umi_group_seat *seats = NULL;
    size_t n = 0;
    umi_status rc =
        umi_group_seats(&seats, &n, k->desk, seat->grp, k->arena, err);
    if (rc != UMI_OK)
        return rc;
    rc = add_int(k, "group_size", (int64_t)n, err);
    if (rc == UMI_OK && kind == UMI_GROUP_KUBE)
        rc = add_int(k, "kube_size", (int64_t)n, err);
    if (rc == UMI_OK)
        rc = add_int(k, "subgroups", umi_group_count(seats, n).subgroups, err);
    if (rc == UMI_OK)
        rc = add_int(k, "subgroup_size",
                     umi_subgroup_size(seats, n, seat->subgroup), err);
    return rc;
}

static umi_status know_groups(knowing *k, umi_error *err)
{
    void *rows = NULL;
    size_t n = 0;
    umi_query_arg arg = UMI_ARG_INT(k->a->person);
    umi_status rc = umi_store_find(k->desk->store, &umi_member_by_person, &arg,
                                   &rows, &n, k->arena, err);
    const umi_member *seats = rows;
    for (size_t i = 0; rc == UMI_OK && i < n; i++) {
        umi_group g;
        rc = umi__fetch_one(k->desk->store, &umi_grp_table, seats[i].grp, &g,
                            k->arena, err);
        if (rc == UMI_OK && g.kind == UMI_GROUP_KUBE &&
            !knows(k, "kube_member"))
            rc = add_bool(k, "kube_member", true, err);
        if (rc == UMI_OK && seats[i].grp == k->a->grp)
            rc = know_sizes(k, &seats[i], g.kind, err);
    }
    return rc;
}

/* --- loans ------------------------------------------------------------------- */

typedef struct history {
    int64_t live;        /* loans of the household */
    bool programme;      /* one of them a programme credit */
    int64_t kur, mekaar; /* the applicant's: KUR ever, Mekaar finished */
} history;

static umi_text family_of(const knowing *k, const umi_loan *loan)
{
    umi_text code = umi_book_word(k->desk->book, loan->product);
    const umi_product *p = umi_product_find(k->desk->products, code);
    return p ? p->family : code;
}

static bool programme(umi_text family)
{
    return umi_text_is(family, "KUR") || umi_text_is(family, "UMI");
}

/* A loan that is booked and not paid out counts, unless it was withdrawn: or
 * two applications of one family would not see each other. */
static umi_status
look_at_promise(knowing *k, const umi_loan *loan, history *past, umi_error *err)
{
    umi_application a;
    if (loan->application == UMI_NONE || loan->application == k->a->id)
        return UMI_OK;
    umi_status rc = umi__fetch_one(k->desk->store, &umi_application_table,
                                   loan->application, &a, k->arena, err);
    if (rc == UMI_OK && a.state != UMI_CANCELLED) {
        past->live++;
        past->programme |= programme(family_of(k, loan));
    }
    return rc;
}

static umi_status
look_at_loan(knowing *k, const umi_loan *loan, history *past, umi_error *err)
{
    umi_loan_state state;
    umi_status rc = umi__fetch_one(k->desk->store, &umi_loan_state_table,
                                   loan->id, &state, k->arena, err);
    if (rc == UMI_OK && state.status == UMI_LOAN_BOOKED)
        return look_at_promise(k, loan, past, err);
    if (rc != UMI_OK)
        return rc;
    const umi_product *p = umi_product_find(
        k->desk->products, umi_book_word(k->desk->book, loan->product));
    umi_text family =
        p ? p->family : umi_book_word(k->desk->book, loan->product);
    bool own = loan->person == k->a->person;
    past->live += state.status == UMI_LOAN_ACTIVE;
    bool kur = umi_text_is(family, "KUR");
    past->programme |=
        state.status != UMI_LOAN_CLOSED && (kur || umi_text_is(family, "UMI"));
    past->kur += own && kur;
    past->mekaar +=
        own && umi_text_is(family, "MEKAAR") && state.status == UMI_LOAN_CLOSED;
    return UMI_OK;
}

static umi_status
look_at_person(knowing *k, int64_t person, history *past, umi_error *err)
{
    void *rows = NULL;
    size_t n = 0;
    umi_query_arg arg = UMI_ARG_INT(person);
    umi_status rc = umi_store_find(k->desk->store, &umi_loan_by_person, &arg,
                                   &rows, &n, k->arena, err);
    const umi_loan *loans = rows;
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rc = look_at_loan(k, &loans[i], past, err);
    return rc;
}

static umi_status know_loans(knowing *k, umi_error *err)
{
    history past = {0};
    umi_status rc = look_at_person(k, k->a->person, &past, err);
    for (size_t i = 0; rc == UMI_OK && i < k->home_count; i++)
        if (k->home[i].id != k->a->person)
            rc = look_at_person(k, k->home[i].id, &past, err);
    if (rc == UMI_OK && k->home_count > 0)
        rc = add_int(k, "household_live_loans", past.live, err);
    else if (rc == UMI_OK)
        rc = add_count(k, "household_live_loans", past.live, err);
    /* none here says nothing about other lenders */
    if (rc == UMI_OK && past.programme)
        rc = add_bool(k, "sikp_active", true, err);
    if (rc == UMI_OK && past.programme)
        rc = add_bool(k, "programme_unpaid", true, err);
    if (rc == UMI_OK)
        rc = add_count(k, "kur_count", past.kur, err);
    if (rc == UMI_OK)
        rc = add_count(k, "mekaar_cycles", past.mekaar, err);
    return rc;
}

umi_status umi_known_of(umi_knowns *out,
                        umi_desk *desk,
                        const umi_application *a,
                        umi_arena *arena,
                        umi_error *err)
{
    umi_knowns all = {0};
    knowing k = {.out = &all, .desk = desk, .a = a, .arena = arena};
    umi_status rc = know_application(&k, err);
    if (rc == UMI_OK)
        rc = know_person(&k, err);
    if (rc == UMI_OK)
        rc = know_household(&k, err);
    if (rc == UMI_OK)
        rc = know_groups(&k, err);
    if (rc == UMI_OK)
        rc = know_loans(&k, err);
    if (rc == UMI_OK)
        *out = all;
    return rc;
}
