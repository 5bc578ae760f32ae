/* SPDX-License-Identifier: MIT
 * What holds for every schedule, whatever its terms: rows add up, nothing is
 * negative, dates increase, and laws that tie the schedules of related terms
 * together.  And no terms take long, however extreme. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "engine/umi.h"
#include "tests/support/random.h"

#define COUNT(array)   ((int64_t)(sizeof(array) / sizeof *(array)))
#define PICK(c, array) ((array)[chance_in(c, 0, COUNT(array) - 1)])

enum {
    FEW = 4,
    DAYS_400_YEARS = 146097, /* whole weeks too */
    HOLIDAYS = 5
};

/* Terms and all that they borrow. */
typedef struct deal {
    umi_terms t;
    umi_tranche tranches[UMI_STEPS_MAX];
    umi_step steps[UMI_STEPS_MAX];
    umi_fee fees[UMI_STEPS_MAX];
    umi_day holidays[HOLIDAYS];
    umi_calendar calendar;
} deal;

typedef struct built {
    umi_schedule s;
    umi_row rows[UMI_PERIODS_MAX];
    umi_status rc;
    umi_error err;
} built;

/* --- random terms ------------------------------------------------------------- */

static const int32_t unit_days[] = {1, 7, 30, 365};

static umi_rate some_rate(chance *c)
{
    static const int64_t dens[] = {100,   100,     800,
                                   10000, 1000000, 100000000000000};
    int64_t den = PICK(c, dens);
    if (chance_one_in(c, 10))
        return (umi_rate){0, 1};
    if (chance_one_in(c, 30)) /* up to 999999 percent */
        return umi_rate_of(chance_in(c, 0, 9999 * den), den);
    return umi_rate_of(chance_in(c, 0, den * 2 / 5), den);
}

static umi_money some_amount(chance *c)
{
    int64_t most = 10;
    for (int64_t i = chance_in(c, 1, 12); i > 0; i--)
        most *= 10;
    if (chance_one_in(c, 200))
        most = INT64_MAX - 1;
    return (umi_money){chance_in(c, 1, most)};
}

static umi_rounding some_round(chance *c)
{
    static const int64_t units[] = {1, 100, 100, 5, 700, 10000, 100000};
    return (umi_rounding){{PICK(c, units)},
                          (umi_round_mode)chance_in(c, 0, UMI_ROUND_FLOOR)};
}

static umi_day some_day(chance *c, const umi_terms *t, int64_t low)
{
    int64_t span = (int64_t)t->periods * t->every * unit_days[t->unit];
    return (umi_day){t->disbursed.n + (int32_t)chance_in(c, low, span + low)};
}

static void add_steps(chance *c, deal *d, size_t most)
{
    int32_t before = INT32_MIN;
    for (size_t i = 0; i < most; i++) {
        umi_day from = some_day(c, &d->t, -9);
        if (from.n <= before)
            break;
        d->steps[d->t.step_count++] = (umi_step){from, some_rate(c)};
        before = from.n;
    }
    d->t.steps = d->steps;
}

static void add_tranches(chance *c, deal *d, size_t most)
{
    umi_terms *t = &d->t;
    d->tranches[t->tranche_count++] = (umi_tranche){t->disbursed, t->principal};
    for (size_t i = 1; i < most; i++) {
        umi_tranche a = {some_day(c, t, -3), some_amount(c)};
        if (a.date.n <= d->tranches[i - 1].date.n ||
            !umi_money_add(&t->principal, t->principal, a.amount))
            break;
        d->tranches[t->tranche_count++] = a;
    }
    t->tranches = d->tranches;
}

static void add_fees(chance *c, deal *d, size_t most)
{
    for (; d->t.fee_count < most; d->t.fee_count++) {
        umi_fee *f = &d->fees[d->t.fee_count];
        *f = (umi_fee){.code = UMI_TEXT("fee"),
                       .percent = chance_one_in(c, 2),
                       .due = (int32_t)chance_in(c, -1, d->t.periods)};
        if (f->percent)
            f->rate = some_rate(c);
        else
            f->amount.sen = chance_in(c, 0, 1000000);
    }
    d->t.fees = d->fees;
}

static void add_calendar(chance *c, deal *d)
{
    for (int i = 0; i < HOLIDAYS; i++)
        d->holidays[i].n = d->t.disbursed.n + 30 * i + 29 +
                           (int32_t)chance_in(c, 0, 9) + 3 * i;
    d->calendar = (umi_calendar){UMI_TEXT("some"), 0, d->holidays, HOLIDAYS};
    static const uint8_t rest[] = {1 << 6, 1 << 6 | 1 << 5, 0x70};
    d->calendar.rest = PICK(c, rest);
    d->t.calendar = &d->calendar;
    d->t.shift = (umi_shift)chance_in(c, 0, UMI_SHIFT_PRECEDING);
}

static void pawn(chance *c, deal *d)
{
    umi_terms *t = &d->t;
    t->method = UMI_PAWN;
    t->rate_per = UMI_PER_PERIOD;
    t->periods = 1;
    t->block_days = (int32_t)chance_in(c, 1, 40);
    t->term_days = (int32_t)chance_in(c, 1, 400);
    t->rate = some_rate(c);
    t->round = some_round(c);
}

static void instalments(chance *c, deal *d)
{
    static const umi_method methods[] = {UMI_ANNUITY,         UMI_ANNUITY,
                                         UMI_EQUAL_PRINCIPAL, UMI_FLAT,
                                         UMI_FLAT_EQUIVALENT, UMI_BULLET};
    umi_terms *t = &d->t;
    t->method = PICK(c, methods);
    bool equivalent = t->method == UMI_FLAT_EQUIVALENT;
    bool flat = t->method == UMI_FLAT || equivalent;
    t->periods = (int32_t)chance_in(c, 1, chance_one_in(c, 20) ? 150 : 26);
    t->every = chance_one_in(c, 3) ? (int32_t)chance_in(c, 1, 6) : 1;
    t->unit = (umi_unit)chance_in(c, 0, UMI_UNIT_YEAR);
    t->rate = some_rate(c);
    t->rate_per = (umi_rate_per)chance_in(c, 0, UMI_PER_TERM);
    if (t->rate_per <= UMI_PER_DAY && (!equivalent || chance_one_in(c, 9)))
        t->day_count = (umi_day_count)chance_in(c, 0, UMI_COUNT_ACT_ACT);
    t->level_from = (umi_level_from)chance_one_in(c, 3);
    t->round = some_round(c);
    t->has_payment_round = chance_one_in(c, 4);
    if (t->has_payment_round)
        t->payment_round = some_round(c);
    t->carry = (umi_carry)chance_one_in(c, 3);
    t->residue = (umi_residue)chance_in(c, 0, UMI_RESIDUE_SPREAD);
    t->adjust = (umi_adjust)(t->method == UMI_ANNUITY && chance_one_in(c, 3));
    t->flat_equivalent_digits = (int32_t)chance_in(c, 0, 12);
    if (chance_one_in(c, 3) && !equivalent) {
        t->grace_principal = (int32_t)chance_in(c, 0, 4);
        t->grace_interest = (int32_t)chance_in(c, 0, 3);
        t->grace_mode = (umi_grace_mode)chance_in(c, 0, UMI_GRACE_WAIVE);
    }
    t->has_first_due = chance_one_in(c, 4);
    if (t->has_first_due)
        t->first_due.n = t->disbursed.n + (int32_t)chance_in(c, 1, 60);
    if (chance_one_in(c, 4) && !equivalent)
        add_steps(c, d, (size_t)chance_in(c, 1, FEW));
    if (chance_one_in(c, flat ? 50 : 4))
        add_tranches(c, d, (size_t)chance_in(c, 1, FEW));
}

/* Terms that may contradict each other, but mostly do not. */
static void some_terms(chance *c, deal *d)
{
    umi_terms *t = &d->t;
    *t = umi_terms_default();
    t->principal = some_amount(c);
    t->disbursed.n = (int32_t)chance_in(c, -25567, 120000); /* from 1900 on */
    if (chance_one_in(c, 20))
        pawn(c, d);
    else
        instalments(c, d);
    if (chance_one_in(c, 4))
        add_fees(c, d, (size_t)chance_in(c, 1, FEW));
    if (chance_one_in(c, 4))
        add_calendar(c, d);
}

/* --- what holds for one ----------------------------------------------------------- */

static void build(built *b, const umi_terms *t)
{
    umi_schedule before;
    memset(&b->s, 0xa5, sizeof b->s);
    memcpy(&before, &b->s, sizeof before);
    b->err = (umi_error){0};
    b->rc = umi_schedule_build(&b->s, b->rows, UMI_PERIODS_MAX, t, &b->err);
    if (b->rc == UMI_OK)
        return;
    assert_memory_equal(&b->s, &before, sizeof before);
    assert_int_equal(b->err.status, b->rc);
    assert_true(b->rc == UMI_EINVAL || b->rc == UMI_ERANGE);
    assert_true(b->err.field[0] != '\0' && b->err.message[0] != '\0');
}

static bool has_payment(const umi_terms *t)
{
    bool flat = t->method == UMI_FLAT || t->method == UMI_FLAT_EQUIVALENT;
    return t->method == UMI_ANNUITY ||
           (flat && t->day_count == UMI_COUNT_PERIOD && t->step_count == 0);
}

static void check_row(const umi_row *r, umi_day before)
{
    assert_true(r->principal.sen >= 0 && r->interest.sen >= 0);
    assert_true(r->fee.sen >= 0 && r->balance.sen >= 0);
    assert_int_equal(r->total.sen,
                     r->principal.sen + r->interest.sen + r->fee.sen);
    assert_true(r->due.n > before.n);
}

/* Due dates not moved: they tell which tranches are in a balance. */
static void check_schedule(const built *b, const umi_terms *t)
{
    const umi_schedule *s = &b->s;
    umi_row sum = {0};
    int64_t paid_out = t->tranche_count == 0 ? t->principal.sen : 0;
    size_t tranche = 0;
    umi_day before = t->disbursed;
    assert_int_equal(s->count, umi_schedule_rows(t));
    assert_ptr_equal(s->rows, b->rows);
    for (size_t i = 0; i < s->count; i++) {
        const umi_row *r = &s->rows[i];
        check_row(r, before);
        assert_int_equal(r->n, i + 1);
        assert_int_equal(r->days, r->due.n - before.n);
        before = r->due;
        sum.principal.sen += r->principal.sen;
        sum.interest.sen += r->interest.sen;
        sum.fee.sen += r->fee.sen;
        sum.total.sen += r->total.sen;
        while (tranche < t->tranche_count &&
               t->tranches[tranche].date.n < r->due.n)
            paid_out += t->tranches[tranche++].amount.sen;
        assert_int_equal(r->balance.sen, paid_out - sum.principal.sen);
    }
    assert_int_equal(s->rows[s->count - 1].balance.sen, 0);
    assert_int_equal(sum.principal.sen, t->principal.sen);
    assert_int_equal(sum.principal.sen, s->principal.sen);
    assert_int_equal(sum.interest.sen, s->interest.sen);
    assert_int_equal(sum.fee.sen, s->fee.sen);
    assert_int_equal(sum.total.sen, s->total.sen);
    assert_int_equal(s->has_payment, has_payment(t));
    assert_true(s->withheld.sen >= 0 && umi_schedule_flat_rate(s, t) >= 0);
}

/* --- what holds between two --------------------------------------------------------- */

enum {
    FEES_TOO = 1,
    DATES_TOO = 2
};

/* @p b is @p a with every amount @p times as large and due @p later. */
static void check_alike(
    const built *a, const built *b, int64_t times, int32_t later, int too)
{
    assert_int_equal(b->rc, UMI_OK);
    assert_int_equal(b->s.count, a->s.count);
    for (size_t i = 0; i < a->s.count; i++) {
        const umi_row *x = &a->rows[i], *y = &b->rows[i];
        assert_int_equal(y->n, x->n);
        assert_int_equal(y->days, x->days);
        assert_int_equal(y->principal.sen, x->principal.sen * times);
        assert_int_equal(y->interest.sen, x->interest.sen * times);
        assert_int_equal(y->balance.sen, x->balance.sen * times);
        if (too & FEES_TOO) {
            assert_int_equal(y->fee.sen, x->fee.sen * times);
            assert_int_equal(y->total.sen, x->total.sen * times);
        }
        if (too & DATES_TOO)
            assert_int_equal(y->due.n, x->due.n + later);
    }
    assert_int_equal(b->s.has_payment, a->s.has_payment);
    if (a->s.has_payment)
        assert_int_equal(b->s.payment.sen, a->s.payment.sen * times);
    if (too & FEES_TOO)
        assert_int_equal(b->s.withheld.sen, a->s.withheld.sen * times);
}

/* A calendar moves due dates and nothing else. */
static void shift_moves_dates_only(const deal *d, const built *plain)
{
    static built b;
    umi_day before = d->t.disbursed;
    build(&b, &d->t);
    if (b.rc != UMI_OK) {
        assert_string_equal(b.err.field, "shift");
        return;
    }
    check_alike(plain, &b, 1, 0, FEES_TOO);
    for (size_t i = 0; i < b.s.count; i++) {
        umi_day due = plain->rows[i].due;
        if (d->t.shift != UMI_SHIFT_NONE)
            due = umi_calendar_shift(&d->calendar, due, d->t.shift);
        assert_int_equal(b.rows[i].due.n, due.n);
        assert_true(due.n > before.n);
        before = due;
    }
}

static void fees_change_nothing_else(umi_terms t, const built *plain)
{
    static built b;
    t.fees = NULL;
    t.fee_count = 0;
    build(&b, &t);
    check_alike(plain, &b, 1, 0, DATES_TOO);
    assert_int_equal(b.s.fee.sen + b.s.withheld.sen, 0);
}

/* A hundred times the amounts and units, a hundred times the figures. */
static void amounts_scale(const deal *of, const built *plain)
{
    static built b;
    static deal d;
    bool fits = true;
    d = *of;
    umi_terms *t = &d.t;
    t->tranches = t->tranches != NULL ? d.tranches : NULL;
    t->fees = d.fees;
    t->calendar = NULL;
    t->shift = UMI_SHIFT_NONE;
    umi_money *amounts[] = {&t->principal, &t->round.unit,
                            &t->payment_round.unit};
    for (size_t i = 0; i < 3; i++)
        fits &= !__builtin_mul_overflow(amounts[i]->sen, 100, &amounts[i]->sen);
    if (!fits)
        return;
    for (size_t i = 0; i < t->tranche_count; i++)
        d.tranches[i].amount.sen *= 100;
    for (size_t i = 0; i < t->fee_count; i++)
        d.fees[i].amount.sen *= 100;
    build(&b, t);
    if (b.rc == UMI_OK)
        check_alike(plain, &b, 100, 0, FEES_TOO | DATES_TOO);
    else
        assert_int_equal(b.rc, UMI_ERANGE);
    if (b.rc == UMI_OK)
        assert_true(umi_schedule_flat_rate(&b.s, t) ==
                    umi_schedule_flat_rate(&plain->s, &of->t));
}

/* The calendar repeats after 400 years, and so does every schedule. */
static void dates_repeat(const deal *of, const built *plain)
{
    static built b;
    static deal d;
    d = *of;
    umi_terms *t = &d.t;
    t->tranches = t->tranches != NULL ? d.tranches : NULL;
    t->steps = d.steps;
    t->calendar = NULL;
    t->shift = UMI_SHIFT_NONE;
    t->disbursed.n += DAYS_400_YEARS;
    t->first_due.n += DAYS_400_YEARS;
    for (size_t i = 0; i < t->tranche_count; i++)
        d.tranches[i].date.n += DAYS_400_YEARS;
    for (size_t i = 0; i < t->step_count; i++)
        d.steps[i].from.n += DAYS_400_YEARS;
    umi_day last = plain->rows[plain->s.count - 1].due;
    if (t->step_count > 0 && of->steps[t->step_count - 1].from.n > last.n)
        last = of->steps[t->step_count - 1].from;
    build(&b, t);
    if (last.n + DAYS_400_YEARS <= UMI_DAY_MAX)
        check_alike(plain, &b, 1, DAYS_400_YEARS, FEES_TOO | DATES_TOO);
    else
        assert_int_equal(b.rc, UMI_EINVAL);
}

static void no_rate_no_interest(const deal *of)
{
    static built b;
    static deal d;
    d = *of;
    d.t.steps = d.steps;
    d.t.rate = (umi_rate){0, 1};
    for (size_t i = 0; i < d.t.step_count; i++)
        d.steps[i].rate = (umi_rate){0, 1};
    build(&b, &d.t);
    if (b.rc != UMI_OK)
        return;
    assert_int_equal(b.s.interest.sen, 0);
    assert_true(umi_schedule_flat_rate(&b.s, &d.t) == 0);
}

/* --- the runs ----------------------------------------------------------------------- */

/* Whether the terms were accepted. */
static bool hold(const deal *d)
{
    static built plain, again;
    umi_terms t = d->t;
    t.calendar = NULL;
    t.shift = UMI_SHIFT_NONE;
    build(&plain, &t);
    memset(again.rows, 0x5a, sizeof *again.rows * umi_schedule_rows(&t));
    build(&again, &t);
    if (plain.rc != UMI_OK) {
        assert_int_equal(again.rc, plain.rc);
        assert_string_equal(again.err.field, plain.err.field);
        assert_string_equal(again.err.message, plain.err.message);
        return false;
    }
    check_schedule(&plain, &t);
    check_alike(&plain, &again, 1, 0, FEES_TOO | DATES_TOO);
    if (d->t.shift != UMI_SHIFT_NONE)
        shift_moves_dates_only(d, &plain);
    if (t.fee_count > 0)
        fees_change_nothing_else(t, &plain);
    amounts_scale(d, &plain);
    dates_repeat(d, &plain);
    no_rate_no_interest(d);
    return true;
}

static void every_schedule_holds_together(void **state)
{
    chance c = chance_begin("every_schedule_holds_together", 20261122);
    static deal d;
    int rounds = getenv("TORTURE") != NULL ? 1000000 : 20000;
    int by_method[UMI_PAWN + 1] = {0}, all = 0;
    for (int i = 0; i < rounds; i++) {
        memset(&d, 0, sizeof d);
        some_terms(&c, &d);
        if (!hold(&d))
            continue;
        by_method[d.t.method]++;
        all++;
    }
    printf("%d of %d terms accepted\n", all, rounds);
    for (int m = 0; m <= UMI_PAWN; m++)
        assert_true(by_method[m] > rounds / 100);
    assert_true(all > rounds / 2);
    (void)state;
}

/* --- extremes ----------------------------------------------------------------------- */

/* From next to nothing to absurd; rates that are whole in a day, a week or a
 * month make interest on whole sen whole. */
static umi_rate extreme_rate(chance *c)
{
    static const int64_t most[] = {100, 100000000, 1000000000000,
                                   999999999999999999};
    static const int64_t whole[] = {0, 1, 12, 52, 365, 3650, 7300, 9999};
    if (chance_one_in(c, 2))
        return (umi_rate){PICK(c, whole), 1};
    return umi_rate_of(chance_in(c, 0, PICK(c, most)), 100000000000000);
}

/* All that there may be of steps, tranches and fees. */
static void fill_lists(chance *c, deal *d)
{
    umi_terms *t = &d->t;
    int32_t apart = (int32_t)chance_in(c, 1, 30) * unit_days[t->unit];
    bool draws = t->method == UMI_ANNUITY || t->method == UMI_BULLET ||
                 t->method == UMI_EQUAL_PRINCIPAL;
    if (t->method != UMI_FLAT_EQUIVALENT && t->rate_per != UMI_PER_TERM) {
        t->steps = d->steps;
        t->step_count = UMI_STEPS_MAX;
    }
    if (draws && chance_one_in(c, 2)) {
        t->tranches = d->tranches;
        t->tranche_count = UMI_STEPS_MAX;
        t->principal.sen = 0;
    }
    for (int32_t i = 0; i < UMI_STEPS_MAX; i++) {
        d->steps[i].from.n = t->disbursed.n + 9 + apart / 2 * i + i;
        d->steps[i].rate = extreme_rate(c);
        d->tranches[i].date.n = t->disbursed.n + apart * i;
        d->tranches[i].amount.sen = chance_in(c, 1, 100000);
        if (t->tranche_count > 0)
            t->principal.sen += d->tranches[i].amount.sen;
    }
    add_fees(c, d, UMI_STEPS_MAX);
}

/* As long as terms may be, and as full. */
static void extreme_terms(chance *c, deal *d)
{
    umi_terms *t = &d->t;
    *t = umi_terms_default();
    t->principal.sen = chance_in(c, 1, 1000000);
    t->disbursed.n = (int32_t)chance_in(c, -25567, 20000);
    instalments(c, d);
    t->periods = t->unit == UMI_UNIT_YEAR ? 900 : UMI_PERIODS_MAX;
    t->every = 1;
    t->carry = (umi_carry)chance_in(c, 0, 1);
    if (t->residue == UMI_RESIDUE_FIRST)
        t->residue = UMI_RESIDUE_SPREAD;
    t->adjust = UMI_ADJUST_NONE;
    t->tranches = NULL;
    t->tranche_count = 0;
    if (t->grace_principal > 1 && chance_one_in(c, 2))
        t->grace_principal = t->periods / 2;
    t->rate = extreme_rate(c);
    t->round.unit.sen = chance_in(c, 1, 2);
    fill_lists(c, d);
}

/* No more than a second of the processor each, even where it is slow and the
 * program instrumented: whoever takes minutes is ended by the system. */
static void extreme_terms_take_no_time(void **state)
{
    chance c = chance_begin("extreme_terms_take_no_time", 20261122);
    static deal d;
    int rounds = getenv("TORTURE") != NULL ? 3000 : 60, all = 0;
    struct rusage used;
    struct rlimit limit;
    assert_int_equal(getrusage(RUSAGE_SELF, &used), 0);
    assert_int_equal(getrlimit(RLIMIT_CPU, &limit), 0);
    struct rlimit ours = limit;
    ours.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + 2 * rounds);
    if (ours.rlim_cur > limit.rlim_cur)
        ours.rlim_cur = limit.rlim_cur;
    assert_int_equal(setrlimit(RLIMIT_CPU, &ours), 0);
    for (int i = 0; i < rounds; i++) {
        static built b;
        memset(&d, 0, sizeof d);
        extreme_terms(&c, &d);
        build(&b, &d.t);
        if (b.rc != UMI_OK)
            continue;
        check_schedule(&b, &d.t);
        all++;
    }
    printf("%d of %d extremes accepted\n", all, rounds);
    assert_true(all > rounds / 4);
    assert_int_equal(setrlimit(RLIMIT_CPU, &limit), 0);
    (void)state;
}

/* --- ties ---------------------------------------------------------------------------- */

/* Figures that are whole, or just beside it, in the midst of numbers that have
 * no short fraction: known as what they are they need few bits, else all that
 * there are.  Memory asked for is the measure: numbers that stay short come
 * from one piece. */
static const struct tie {
    const char *what;
    umi_unit unit;
    int32_t periods, grace;
    int64_t rate; /* as a fraction: 1 is a hundred percent */
    umi_rate_per per;
    umi_day_count count;
    umi_level_from from;
    umi_round_mode mode;
    umi_residue residue;
    size_t tranches, steps;
    int64_t asked; /* at most */
} ties[] = {
    {"principal repaid with what was capitalised", UMI_UNIT_MONTH, 3000, 1,
     9999, UMI_PER_YEAR, UMI_COUNT_ACT_ACT, UMI_LEVEL_ACCRUAL, UMI_ROUND_DOWN,
     UMI_RESIDUE_LAST, 0, 0, 40},
    {"thirds of a sen that add up", UMI_UNIT_DAY, 3660, 0, 7300, UMI_PER_MONTH,
     UMI_COUNT_30E_360, UMI_LEVEL_ACCRUAL, UMI_ROUND_DOWN, UMI_RESIDUE_SPREAD,
     20, 0, 90},
    {"all repaid before a tranche", UMI_UNIT_YEAR, 900, 0, 3650, UMI_PER_YEAR,
     UMI_COUNT_30E_360, UMI_LEVEL_NOMINAL, UMI_ROUND_CEIL, UMI_RESIDUE_SPREAD,
     20, 20, 500},
    {"a factor that is the same for a month", UMI_UNIT_DAY, 3660, 0, 9999,
     UMI_PER_DAY, UMI_COUNT_30_360, UMI_LEVEL_ACCRUAL, UMI_ROUND_CEIL,
     UMI_RESIDUE_LAST, 0, 50, 40},
    {"an ordinary loan of ten years", UMI_UNIT_DAY, 3660, 0, 1, UMI_PER_YEAR,
     UMI_COUNT_ACT_365, UMI_LEVEL_ACCRUAL, UMI_ROUND_HALF_UP,
     UMI_RESIDUE_SPREAD, 9, 50, 30},
};

static void tie_terms(const struct tie *of, deal *d)
{
    umi_terms *t = &d->t;
    *t = umi_terms_default();
    t->principal.sen = of->tranches ? 100 * (int64_t)of->tranches : 100;
    t->disbursed.n = -14963; /* 1929-01-12 */
    t->periods = of->periods;
    t->unit = of->unit;
    t->rate = (umi_rate){of->rate, 1};
    t->rate_per = of->per;
    t->day_count = of->count;
    t->level_from = of->from;
    t->round = (umi_rounding){{1}, of->mode};
    t->carry = UMI_CARRY_UNROUNDED;
    t->residue = of->residue;
    t->grace_principal = t->grace_interest = of->grace;
    t->grace_mode = UMI_GRACE_CAPITALISE;
    t->tranches = of->tranches ? d->tranches : NULL;
    t->tranche_count = of->tranches;
    t->steps = d->steps;
    t->step_count = of->steps;
    for (int32_t i = 0; i < UMI_STEPS_MAX; i++) {
        int32_t start = t->disbursed.n + unit_days[t->unit] * i;
        d->tranches[i] = (umi_tranche){{start}, {100}};
        start += 2 * unit_days[t->unit] * i + 5;
        d->steps[i].from.n = start;
        d->steps[i].rate = umi_rate_of(of->rate * 1000 - 9 * i, 1000);
    }
}

static void ties_need_no_long_numbers(void **state)
{
    static built b;
    static deal d;
    for (int64_t i = 0; i < COUNT(ties); i++) {
        tie_terms(&ties[i], &d);
        umi_alloc_fail_at(INT64_MAX, 0);
        build(&b, &d.t);
        int64_t asked = umi_alloc_count();
        umi_alloc_fail_at(0, 0);
        printf("%s: memory asked for %" PRId64 " times\n", ties[i].what, asked);
        assert_int_equal(b.rc, UMI_OK);
        check_schedule(&b, &d.t);
        assert_true(asked <= ties[i].asked);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schedule_holds_together),
        cmocka_unit_test(extreme_terms_take_no_time),
        cmocka_unit_test(ties_need_no_long_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
