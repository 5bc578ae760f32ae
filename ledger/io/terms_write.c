/* SPDX-License-Identifier: MIT */
#include "ledger/io/terms_json.h"

#include "engine/base/exact.h"

#include <assert.h>

/* The canonical text: one order of keys, defaults left out. */

/* Names are compared, so that one call serves every enum. */
static void put_word(umi_json_out *w,
                     const char *name,
                     const char *value,
                     const char *usual)
{
    if (strcmp(value, usual) != 0)
        umi_json_put_str(w, name, value);
}

static void
put_int(umi_json_out *w, const char *name, int32_t value, int32_t usual)
{
    if (value == usual)
        return;
    umi_json_put_int(w, name, value);
}

static void put_percent(umi_json_out *w, const char *name, umi_rate r)
{
    umi_buf text = {0};
    int64_t g = umi_gcd(100, r.den); /* num <= 10^4 den <= 10^18 */
    umi_json_key(w, name);
    umi_i128 num = (umi_i128)r.num * (100 / g);
    umi_i128 den = r.den / g;
    int places = 0;
    for (; places < 18 && num % den != 0; places++)
        num *= 10;
    assert(num % den == 0); /* umi_terms_check() lets no other rate pass */
    umi_buf_fixed(&text, num / den, places);
    umi_json_text(w, umi_buf_as_text(&text));
    w->buf->failed |= text.failed;
    umi_buf_free(&text);
}

static void put_round(umi_json_out *w, const char *name, umi_rounding r)
{
    umi_json_key(w, name);
    umi_json_open(w, '{');
    umi_json_put_money(w, "unit", r.unit);
    umi_json_put_str(w, "mode", umi_round_mode_name(r.mode));
    umi_json_close(w, '}');
}

static void put_tranches(umi_json_out *w, const umi_terms *t)
{
    umi_json_key(w, "disbursements");
    umi_json_open(w, '[');
    for (size_t i = 0; i < t->tranche_count; i++) {
        umi_json_open(w, '{');
        umi_json_put_day(w, "date", t->tranches[i].date);
        umi_json_put_money(w, "amount", t->tranches[i].amount);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void put_grace(umi_json_out *w, const umi_terms *t)
{
    if (t->grace_principal == 0 && t->grace_interest == 0)
        return;
    umi_json_key(w, "grace");
    umi_json_open(w, '{');
    put_int(w, "principal", t->grace_principal, 0);
    put_int(w, "interest", t->grace_interest, 0);
    if (t->grace_interest != 0)
        put_word(w, "interest_mode", umi_grace_mode_name(t->grace_mode),
                 "defer");
    umi_json_close(w, '}');
}

static void put_steps(umi_json_out *w, const umi_terms *t)
{
    if (t->step_count == 0)
        return;
    umi_json_key(w, "steps");
    umi_json_open(w, '[');
    for (size_t i = 0; i < t->step_count; i++) {
        umi_json_open(w, '{');
        umi_json_put_day(w, "from", t->steps[i].from);
        put_percent(w, "rate", t->steps[i].rate);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void put_fee(umi_json_out *w, const umi_fee *fee)
{
    umi_json_open(w, '{');
    umi_json_put_text(w, "code", fee->code);
    if (fee->percent)
        put_percent(w, "percent", fee->rate);
    else
        umi_json_put_money(w, "amount", fee->amount);
    umi_json_key(w, "due");
    if (fee->due == UMI_DUE_DISBURSEMENT)
        umi_json_str(w, "disbursement");
    else if (fee->due == UMI_DUE_EACH)
        umi_json_str(w, "each");
    else
        umi_json_int(w, fee->due);
    umi_json_close(w, '}');
}

static void put_fees(umi_json_out *w, const umi_terms *t)
{
    if (t->fee_count == 0)
        return;
    umi_json_key(w, "fees");
    umi_json_open(w, '[');
    for (size_t i = 0; i < t->fee_count; i++)
        put_fee(w, &t->fees[i]);
    umi_json_close(w, ']');
}

static bool same_round(umi_rounding a, umi_rounding b)
{
    return a.unit.sen == b.unit.sen && a.mode == b.mode;
}

void umi_terms_write(umi_buf *b, const umi_terms *t)
{
    const umi_terms d = umi_terms_default();
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '{');
    umi_json_put_str(&w, "method", umi_method_name(t->method));
    if (t->tranche_count > 0) {
        put_tranches(&w, t);
    } else {
        umi_json_put_money(&w, "principal", t->principal);
        umi_json_put_day(&w, "disbursed", t->disbursed);
    }
    if (t->method != UMI_PAWN)
        put_int(&w, "periods", t->periods, 0);
    put_int(&w, "every", t->every, d.every);
    put_word(&w, "unit", umi_unit_name(t->unit), "month");
    if (t->has_first_due)
        umi_json_put_day(&w, "first_due", t->first_due);
    put_percent(&w, "rate", t->rate);
    put_word(&w, "rate_per", umi_rate_per_name(t->rate_per), "year");
    put_word(&w, "day_count", umi_day_count_name(t->day_count), "period");
    put_word(&w, "level_from", umi_level_from_name(t->level_from), "accrual");
    if (!same_round(t->round, d.round))
        put_round(&w, "round", t->round);
    if (t->has_payment_round)
        put_round(&w, "payment_round", t->payment_round);
    put_word(&w, "carry", umi_carry_name(t->carry), "rounded");
    put_word(&w, "residue", umi_residue_name(t->residue), "last");
    put_word(&w, "adjust", umi_adjust_name(t->adjust), "none");
    put_grace(&w, t);
    put_int(&w, "flat_equivalent_digits", t->flat_equivalent_digits,
            d.flat_equivalent_digits);
    put_steps(&w, t);
    if (t->calendar != NULL) {
        umi_json_put_text(&w, "calendar", t->calendar->name);
    }
    put_word(&w, "shift", umi_shift_name(t->shift), "none");
    put_fees(&w, t);
    put_int(&w, "block_days", t->block_days, d.block_days);
    put_int(&w, "term_days", t->term_days, d.term_days);
    umi_json_close(&w, '}');
}
