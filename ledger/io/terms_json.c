/* SPDX-License-Identifier: MIT */
#include "ledger/io/terms_json.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

/* Reading goes by tables: a key, how its value is read, and where it goes.
 * Each element knows its path, so that a refusal can name it. */
typedef struct place {
    const char *list; /* "grace", "steps", ...; NULL at the top */
    size_t index;     /* from 1 in a list, else 0 */
} place;

typedef struct binder {
    const umi_terms_bind_opts *opts;
    umi_arena *arena;
    umi_error *err;
    umi_terms t;
    umi_text calendar;
    uint32_t given; /* bit i: key i of the top table */
} binder;

typedef struct key key;
typedef umi_status
read_fn(binder *b, place at, const key *k, const umi_json *v, void *out);

struct key {
    const char *name;
    read_fn *read;
    size_t offset; /* into the struct that the table is for */
    int32_t min, max;
    bool (*word)(void *out, umi_text t);
    const char *words; /* for the refusal */
};

static umi_status
refuse(binder *b, place at, const char *name, const char *english, umi_text got)
{
    char path[sizeof b->err->field], which[32] = "";
    (void)snprintf(path, sizeof path, "%s%s%s", at.list ? at.list : "",
                   at.list && *name ? "." : "", name);
    if (at.index > 0)
        (void)snprintf(which, sizeof which, "no. %zu: ", at.index);
    const char *text = umi_tr(b->err ? b->err->lang : UMI_LANG_EN, english);
    if (got.ptr == NULL)
        return umi_fail(b->err, UMI_EINVAL, path, "%s%s", which, text);
    return umi_fail(b->err, UMI_EINVAL, path, "%s%s, got '%.*s'", which, text,
                    UMI_SHOW(got));
}

static umi_status no_memory(binder *b)
{
    return umi_fail(b->err, UMI_ENOMEM, "", "no memory for terms");
}

/* --- values ------------------------------------------------------------------ */

static umi_status
want_text(binder *b, place at, const key *k, const umi_json *v)
{
    if (v->type == UMI_JSON_STRING)
        return UMI_OK;
    return refuse(b, at, k->name, "must be a text in quotes", v->text);
}

static umi_status
read_money(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    umi_status rc = want_text(b, at, k, v);
    if (rc == UMI_OK && !umi_money_parse(out, v->text))
        return refuse(b, at, k->name,
                      "must be an amount in rupiah like 1500000 or 1500000.5",
                      v->text);
    if (rc == UMI_OK && ((umi_money *)out)->sen < k->min)
        return refuse(b, at, k->name,
                      k->min > 0 ? "must be above 0" : "must not be negative",
                      v->text);
    return rc;
}

static umi_status
read_day(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    umi_status rc = want_text(b, at, k, v);
    if (rc == UMI_OK && !umi_day_parse(out, v->text))
        return refuse(b, at, k->name,
                      "must be a date YYYY-MM-DD of 1900 to 2999", v->text);
    return rc;
}

static umi_status
read_percent(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    umi_status rc = want_text(b, at, k, v);
    if (rc == UMI_OK && !umi_rate_parse(out, v->text, 6, 12, 100))
        return refuse(b, at, k->name,
                      "must be a percent like 6 or 6.25, at most 6 digits "
                      "before and 12 after the point",
                      v->text);
    return rc;
}

static umi_status
read_int(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    int64_t n;
    if (v->type != UMI_JSON_NUMBER)
        return refuse(b, at, k->name, "must be a whole number without quotes",
                      v->text);
    if (!umi_text_int(v->text, k->min, k->max, &n)) {
        char text[64];
        (void)snprintf(text, sizeof text,
                       umi_tr(b->err ? b->err->lang : UMI_LANG_EN,
                              "must be a whole number from %d to %d"),
                       k->min, k->max);
        return refuse(b, at, k->name, text, v->text);
    }
    *(int32_t *)out = (int32_t)n;
    return UMI_OK;
}

static umi_status
read_word(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    umi_status rc = want_text(b, at, k, v);
    if (rc != UMI_OK || k->word(out, v->text))
        return rc;
    char text[160];
    (void)snprintf(
        text, sizeof text,
        umi_tr(b->err ? b->err->lang : UMI_LANG_EN, "must be one of %s"),
        k->words);
    return refuse(b, at, k->name, text, v->text);
}

static umi_status
read_text(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    umi_status rc = want_text(b, at, k, v);
    if (rc == UMI_OK)
        *(umi_text *)out = v->text;
    return rc;
}

#define WORD(type)                                                             \
    static bool word_##type(void *out, umi_text t)                             \
    {                                                                          \
        return umi_##type##_parse(out, t);                                     \
    }
WORD(method)
WORD(unit)
WORD(rate_per)
WORD(day_count)
WORD(level_from)
WORD(carry)
WORD(residue)
WORD(adjust)
WORD(grace_mode)
WORD(shift)
WORD(round_mode)

/* --- objects ----------------------------------------------------------------- */

/* Without a call: it is asked many times a line, and mostly answers no. */
static bool is_name(const char *name, umi_text t)
{
    size_t i = 0;
    while (i < t.len && name[i] != '\0' && name[i] == t.ptr[i])
        i++;
    return i == t.len && name[i] == '\0';
}

/* Read the keys of @p o by @p table into @p out; *given gets a bit a key. */
static umi_status read_object(binder *b,
                              place at,
                              const key *table,
                              const umi_json *o,
                              void *out,
                              uint32_t *given)
{
    *given = 0;
    for (const umi_json *v = o->first; v != NULL; v = v->next) {
        const key *k = table;
        while (k->name != NULL && !is_name(k->name, v->key))
            k++;
        if (k->name == NULL) {
            const char *const *extra =
                at.list == NULL && b->opts != NULL ? b->opts->extra : NULL;
            while (extra != NULL && *extra != NULL &&
                   !umi_text_is(v->key, *extra))
                extra++;
            if (extra != NULL && *extra != NULL)
                continue;
            char name[64];
            (void)snprintf(name, sizeof name, "%.*s", UMI_SHOW(v->key));
            return refuse(b, at, name, "unknown key", v->text);
        }
        uint32_t bit = UINT32_C(1) << (k - table);
        if (*given & bit)
            return refuse(b, at, k->name, "the key stands twice", v->text);
        *given |= bit;
        umi_status rc = k->read(b, at, k, v, (char *)out + k->offset);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

/* The first key of @p table within @p wanted that was not given. */
static umi_status
require(binder *b, place at, const key *table, uint32_t wanted, uint32_t given)
{
    for (int i = 0; table[i].name != NULL; i++)
        if (wanted >> i & ~given >> i & 1)
            return refuse(b, at, table[i].name, "must be given", (umi_text){0});
    return UMI_OK;
}

static umi_status
read_round(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    static const key table[] = {
        {"unit", read_money, offsetof(umi_rounding, unit), 1, 0, NULL, NULL},
        {"mode", read_word, offsetof(umi_rounding, mode), 0, 0, word_round_mode,
         "half_even, half_up, half_down, up, down, ceil, floor"},
        {0},
    };
    uint32_t given;
    if (v->type != UMI_JSON_OBJECT)
        return refuse(b, at, k->name, "must be an object with unit and mode",
                      (umi_text){0});
    /* a part left out is that of the default rounding */
    umi_rounding r = umi_terms_default().round;
    umi_status rc = read_object(b, (place){k->name, 0}, table, v, &r, &given);
    if (rc == UMI_OK)
        *(umi_rounding *)out = r;
    return rc;
}

static umi_status
read_grace(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    static const key table[] = {
        {"principal", read_int, offsetof(umi_terms, grace_principal), 0,
         UMI_PERIODS_MAX, NULL, NULL},
        {"interest", read_int, offsetof(umi_terms, grace_interest), 0,
         UMI_PERIODS_MAX, NULL, NULL},
        {"interest_mode", read_word, offsetof(umi_terms, grace_mode), 0, 0,
         word_grace_mode, "defer, capitalise, waive"},
        {0},
    };
    uint32_t given;
    if (v->type != UMI_JSON_OBJECT)
        return refuse(b, at, k->name, "must be an object", (umi_text){0});
    return read_object(b, (place){k->name, 0}, table, v, out, &given);
}

/* --- lists ------------------------------------------------------------------- */

static umi_status element_object(binder *b, place at, const umi_json *v)
{
    return v->type == UMI_JSON_OBJECT
               ? UMI_OK
               : refuse(b, at, "", "must be an object", v->text);
}

/* Room for the elements of @p v, at most UMI_STEPS_MAX. */
static umi_status
list_room(binder *b, const key *k, const umi_json *v, size_t size, void **out)
{
    place top = {0};
    if (v->type != UMI_JSON_ARRAY)
        return refuse(b, top, k->name, "must be a list", (umi_text){0});
    if (v->count > UMI_STEPS_MAX)
        return refuse(b, top, k->name, "has more than 100 elements",
                      (umi_text){0});
    *out = umi_arena_array(b->arena, v->count + 1, size);
    return *out != NULL ? UMI_OK : no_memory(b);
}

static umi_status
read_tranches(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    static const key table[] = {
        {"date", read_day, offsetof(umi_tranche, date), 0, 0, NULL, NULL},
        {"amount", read_money, offsetof(umi_tranche, amount), 1, 0, NULL, NULL},
        {0},
    };
    void *list;
    uint32_t given;
    (void)out;
    umi_status rc = list_room(b, k, v, sizeof(umi_tranche), &list);
    if (rc != UMI_OK)
        return rc;
    if (v->count == 0)
        return refuse(b, at, k->name, "must not be empty", (umi_text){0});
    at = (place){k->name, 1};
    umi_tranche *a = list;
    for (const umi_json *e = v->first; e != NULL; e = e->next, at.index++) {
        rc = element_object(b, at, e);
        if (rc == UMI_OK)
            rc = read_object(b, at, table, e, a++, &given);
        if (rc == UMI_OK)
            rc = require(b, at, table, 3, given);
        if (rc != UMI_OK)
            return rc;
    }
    b->t.tranches = list;
    b->t.tranche_count = v->count;
    return UMI_OK;
}

static umi_status
read_steps(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    static const key table[] = {
        {"from", read_day, offsetof(umi_step, from), 0, 0, NULL, NULL},
        {"rate", read_percent, offsetof(umi_step, rate), 0, 0, NULL, NULL},
        {0},
    };
    void *list;
    uint32_t given;
    (void)out;
    umi_status rc = list_room(b, k, v, sizeof(umi_step), &list);
    at = (place){k->name, 1};
    umi_step *s = list;
    for (const umi_json *e = rc == UMI_OK ? v->first : NULL; e != NULL;
         e = e->next, at.index++) {
        rc = element_object(b, at, e);
        if (rc == UMI_OK)
            rc = read_object(b, at, table, e, s++, &given);
        if (rc == UMI_OK)
            rc = require(b, at, table, 3, given);
        if (rc != UMI_OK)
            return rc;
    }
    if (rc != UMI_OK)
        return rc;
    b->t.steps = v->count ? list : NULL;
    b->t.step_count = v->count;
    return UMI_OK;
}

static umi_status
read_fee_due(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    int32_t *due = out;
    if (v->type == UMI_JSON_NUMBER)
        return read_int(b, at, k, v, out);
    if (v->type == UMI_JSON_STRING && umi_text_is(v->text, "disbursement"))
        *due = UMI_DUE_DISBURSEMENT;
    else if (v->type == UMI_JSON_STRING && umi_text_is(v->text, "each"))
        *due = UMI_DUE_EACH;
    else
        return refuse(b, at, k->name,
                      "must be disbursement, each or the number of a row",
                      v->text);
    return UMI_OK;
}

enum {
    FEE_CODE = 1,
    FEE_DUE = 2,
    FEE_AMOUNT = 4,
    FEE_PERCENT = 8
};

static umi_status read_fee(binder *b, place at, const umi_json *v, umi_fee *fee)
{
    static const key table[] = {
        {"code", read_text, offsetof(umi_fee, code), 0, 0, NULL, NULL},
        {"due", read_fee_due, offsetof(umi_fee, due), 1, UMI_PERIODS_MAX, NULL,
         NULL},
        {"amount", read_money, offsetof(umi_fee, amount), 0, 0, NULL, NULL},
        {"percent", read_percent, offsetof(umi_fee, rate), 0, 0, NULL, NULL},
        {0},
    };
    uint32_t given;
    umi_status rc = element_object(b, at, v);
    if (rc == UMI_OK)
        rc = read_object(b, at, table, v, fee, &given);
    if (rc == UMI_OK)
        rc = require(b, at, table, FEE_CODE | FEE_DUE, given);
    if (rc != UMI_OK)
        return rc;
    fee->percent = (given & FEE_PERCENT) != 0;
    if (fee->percent == ((given & FEE_AMOUNT) != 0))
        return refuse(b, at, fee->percent ? "percent" : "amount",
                      "exactly one of amount and percent must be given",
                      fee->percent ? umi_json_get(v, "percent")->text
                                   : (umi_text){0});
    return UMI_OK;
}

static umi_status
read_fees(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    void *list;
    (void)out;
    umi_status rc = list_room(b, k, v, sizeof(umi_fee), &list);
    if (rc != UMI_OK)
        return rc;
    at = (place){k->name, 1};
    umi_fee *fee = list;
    for (const umi_json *e = v->first; e != NULL; e = e->next, at.index++) {
        rc = read_fee(b, at, e, fee++);
        if (rc != UMI_OK)
            return rc;
    }
    b->t.fees = v->count ? list : NULL;
    b->t.fee_count = v->count;
    return UMI_OK;
}

static umi_status
read_calendar(binder *b, place at, const key *k, const umi_json *v, void *out)
{
    umi_status rc = want_text(b, at, k, v);
    if (rc != UMI_OK)
        return rc;
    const umi_calendar *c = b->opts != NULL && b->opts->calendar != NULL
                                ? b->opts->calendar(b->opts->self, v->text)
                                : NULL;
    if (c == NULL)
        return refuse(b, at, k->name, "there is no such calendar", v->text);
    *(const umi_calendar **)out = c;
    return UMI_OK;
}

/* --- terms ------------------------------------------------------------------- */

#define AT(field) offsetof(umi_terms, field)

enum {
    K_PRINCIPAL,
    K_RATE,
    K_PERIODS,
    K_METHOD,
    K_DISBURSED,
    K_DISBURSEMENTS,
    K_EVERY,
    K_UNIT,
    K_FIRST_DUE,
    K_RATE_PER,
    K_DAY_COUNT,
    K_LEVEL_FROM,
    K_ROUND,
    K_PAYMENT_ROUND,
    K_CARRY,
    K_RESIDUE,
    K_ADJUST,
    K_GRACE,
    K_DIGITS,
    K_STEPS,
    K_CALENDAR,
    K_SHIFT,
    K_FEES,
    K_BLOCK_DAYS,
    K_TERM_DAYS
};

/* those that every line has stand first */
static const key top[] = {
    [K_PRINCIPAL] = {"principal", read_money, AT(principal), 1, 0, NULL, NULL},
    [K_RATE] = {"rate", read_percent, AT(rate), 0, 0, NULL, NULL},
    [K_PERIODS] = {"periods", read_int, AT(periods), 1, UMI_PERIODS_MAX, NULL,
                   NULL},
    [K_METHOD] = {"method", read_word, AT(method), 0, 0, word_method,
                  "annuity, equal_principal, flat, flat_equivalent, bullet, "
                  "pawn"},
    [K_DISBURSED] = {"disbursed", read_day, AT(disbursed), 0, 0, NULL, NULL},
    [K_DISBURSEMENTS] = {"disbursements", read_tranches, 0, 0, 0, NULL, NULL},
    [K_EVERY] = {"every", read_int, AT(every), 1, 366, NULL, NULL},
    [K_UNIT] = {"unit", read_word, AT(unit), 0, 0, word_unit,
                "day, week, month, year"},
    [K_FIRST_DUE] = {"first_due", read_day, AT(first_due), 0, 0, NULL, NULL},
    [K_RATE_PER] = {"rate_per", read_word, AT(rate_per), 0, 0, word_rate_per,
                    "year, month, week, day, period, term"},
    [K_DAY_COUNT] = {"day_count", read_word, AT(day_count), 0, 0,
                     word_day_count,
                     "period, 30/360, 30E/360, act/360, act/364, act/365, "
                     "act/act"},
    [K_LEVEL_FROM] = {"level_from", read_word, AT(level_from), 0, 0,
                      word_level_from, "accrual, nominal"},
    [K_ROUND] = {"round", read_round, AT(round), 0, 0, NULL, NULL},
    [K_PAYMENT_ROUND] = {"payment_round", read_round, AT(payment_round), 0, 0,
                         NULL, NULL},
    [K_CARRY] = {"carry", read_word, AT(carry), 0, 0, word_carry,
                 "rounded, unrounded"},
    [K_RESIDUE] = {"residue", read_word, AT(residue), 0, 0, word_residue,
                   "last, first, spread"},
    [K_ADJUST] = {"adjust", read_word, AT(adjust), 0, 0, word_adjust,
                  "none, closest"},
    [K_GRACE] = {"grace", read_grace, 0, 0, 0, NULL, NULL},
    [K_DIGITS] = {"flat_equivalent_digits", read_int,
                  AT(flat_equivalent_digits), 0, 12, NULL, NULL},
    [K_STEPS] = {"steps", read_steps, 0, 0, 0, NULL, NULL},
    [K_CALENDAR] = {"calendar", read_calendar, AT(calendar), 0, 0, NULL, NULL},
    [K_SHIFT] = {"shift", read_word, AT(shift), 0, 0, word_shift,
                 "none, following, modified_following, preceding"},
    [K_FEES] = {"fees", read_fees, 0, 0, 0, NULL, NULL},
    [K_BLOCK_DAYS] = {"block_days", read_int, AT(block_days), 1,
                      UMI_PERIODS_MAX, NULL, NULL},
    [K_TERM_DAYS] = {"term_days", read_int, AT(term_days), 1, UMI_PERIODS_MAX,
                     NULL, NULL},
    {0},
};
static_assert(K_TERM_DAYS < 32, "a bit for each key");

#define BIT(k) (UINT32_C(1) << (k))

/* `disbursed` may be left out or repeat the first tranche's date; a single
 * tranche is no tranche. */
static umi_status take_tranches(binder *b)
{
    umi_terms *t = &b->t;
    place at = {0};
    t->principal = (umi_money){0};
    for (size_t i = 0; i < t->tranche_count; i++)
        if (!umi_money_add(&t->principal, t->principal, t->tranches[i].amount))
            return umi_fail(b->err, UMI_ERANGE, "disbursements",
                            "the sum does not fit");
    if (b->given & BIT(K_DISBURSED) && t->disbursed.n != t->tranches[0].date.n)
        return refuse(b, at, "disbursed",
                      "must be the date of the first disbursement",
                      (umi_text){0});
    t->disbursed = t->tranches[0].date;
    if (t->tranche_count == 1) {
        t->tranches = NULL;
        t->tranche_count = 0;
    }
    return UMI_OK;
}

/* What only the presence of a key can tell, not its value. */
static umi_status check_presence(binder *b)
{
    static const uint8_t not_for_pawn[] = {K_EVERY, K_UNIT,  K_FIRST_DUE,
                                           K_GRACE, K_STEPS, K_DISBURSEMENTS};
    umi_terms *t = &b->t;
    place at = {0};
    uint32_t wanted = BIT(K_RATE) | BIT(K_METHOD);
    if (t->method != UMI_PAWN)
        wanted |= BIT(K_PERIODS);
    wanted |= b->given & BIT(K_DISBURSEMENTS)
                  ? 0
                  : BIT(K_PRINCIPAL) | BIT(K_DISBURSED);
    umi_status rc = require(b, at, top, wanted, b->given);
    if (rc != UMI_OK)
        return rc;
    if (b->given & BIT(K_PRINCIPAL) && b->given & BIT(K_DISBURSEMENTS))
        return refuse(b, at, "disbursements",
                      "cannot be given together with principal", (umi_text){0});
    for (size_t i = 0; i < sizeof not_for_pawn && t->method == UMI_PAWN; i++)
        if (b->given & BIT(not_for_pawn[i]))
            return refuse(b, at, top[not_for_pawn[i]].name,
                          "cannot be given for a pawn", (umi_text){0});
    t->has_first_due = (b->given & BIT(K_FIRST_DUE)) != 0;
    t->has_payment_round = (b->given & BIT(K_PAYMENT_ROUND)) != 0;
    return UMI_OK;
}

umi_status umi_terms_bind(umi_terms *out,
                          const umi_json *object,
                          const umi_terms_bind_opts *opts,
                          umi_arena *arena,
                          umi_error *err)
{
    binder b = {
        .opts = opts, .arena = arena, .err = err, .t = umi_terms_default()};
    place at = {0};
    if (object->type != UMI_JSON_OBJECT)
        return refuse(&b, at, "", "must be an object", (umi_text){0});
    b.t.periods = 1;
    umi_status rc = read_object(&b, at, top, object, &b.t, &b.given);
    if (rc == UMI_OK)
        rc = check_presence(&b);
    if (rc == UMI_OK && b.given & BIT(K_DISBURSEMENTS))
        rc = take_tranches(&b);
    if (rc == UMI_OK)
        rc = umi_terms_check(&b.t, err);
    if (rc == UMI_OK)
        *out = b.t;
    else
        umi_json_got(err, object);
    return rc;
}
