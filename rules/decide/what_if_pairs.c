/* SPDX-License-Identifier: MIT
 * Two facts that together open a product which neither opens alone.  The
 * first one goes through its values, nearest first; where only rules that the
 * second one reaches still stand in the way, the second one goes through its
 * own, which are found anew, for they may hang on the first.
 * @source docs/eligibility.md, "What would help" */
#include "rules/decide/what_if_int.h"

typedef struct pairing {
    umi__search *s;
    umi_value *slots, *scratch; /* a run with the first fact moved */
} pairing;

/* Run with @p t's fact moved to @p v from the decision at hand. */
static umi_status move(pairing *p, uint32_t slot, umi_value v)
{
    umi_decider *d = p->s->d;
    p->s->left--;
    memcpy(p->slots, d->slots, (d->rs->fact_count + 1) * sizeof *p->slots);
    p->slots[slot] = v;
    umi_arena_reset(d->trial_texts);
    return umi_program_run(d->program, p->slots, p->scratch, d->trial_texts);
}

/* One fact stands at @p v: what the other one can do. */
static umi_status
move_other(pairing *p, uint32_t slot, umi_value v, umi__attempt *other)
{
    umi__candidate all[UMI__CANDIDATES_MAX];
    umi__search *s = p->s;
    umi__run run = {p->slots, p->scratch};
    umi_status rc = move(p, slot, v);
    if (rc != UMI_OK)
        return rc;
    umi__product_states(s->d, s->product, run);
    if (!umi__may_help(s->d, s->product, s->d->trial_states, other->slot,
                       other->slot))
        return UMI_OK;
    *other = umi__attempt_at(s, run, other->slot);
    size_t n = umi__candidates(other, all, true);
    return umi__attempt_all(other, all, n);
}

/* The first pair of values that opens the product; *count grows by it.  Then
 * the first fact goes back as far as the second one lets it. */
static umi_status
try_pair(pairing *p, uint32_t one, uint32_t other, size_t *count)
{
    umi__search *s = p->s;
    umi__candidate all[UMI__CANDIDATES_MAX];
    umi__run now = {s->d->slots, s->d->scratch};
    umi__attempt first = umi__attempt_at(s, now, one);
    umi__attempt second = umi__attempt_at(s, now, other);
    size_t n = umi__candidates(&first, all, true);
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && !second.done && s->left > 0; i++) {
        first.found = all[i].value;
        rc = move_other(p, one, first.found, &second);
        if (rc != UMI_OK)
            return rc;
    }
    if (!second.done)
        return UMI_OK;
    umi__attempt back = first;
    if (s->left > 0)
        rc = move_other(p, other, second.found, &back);
    umi_what_if *out = &s->room[*count], *with = out + UMI__PAIRS_MAX;
    *out = umi__answer(rc == UMI_OK && back.done ? &back : &first);
    *with = umi__answer(&second);
    out->with = with;
    ++*count;
    return rc;
}

static bool make_room(pairing *p)
{
    umi_decider *d = p->s->d;
    p->slots =
        umi_arena_array(d->texts, d->rs->fact_count + 1, sizeof *p->slots);
    p->scratch = umi_arena_array(d->texts, umi_program_scratch(d->program) + 1,
                                 sizeof *p->scratch);
    return p->slots != NULL && p->scratch != NULL;
}

umi_status umi__find_pairs(umi__search *s, size_t *count)
{
    umi_decider *d = s->d;
    pairing p = {.s = s};
    uint32_t n = (uint32_t)d->rs->fact_count;
    s->left = UMI__TRIALS_MAX;
    *count = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = i + 1; k < n && umi__may_move(d, i); k++) {
            if (s->left == 0 || *count == UMI__PAIRS_MAX)
                return UMI_OK;
            if (!umi__may_move(d, k) ||
                !umi__may_help(d, s->product, d->states, i, k))
                continue;
            if (p.slots == NULL && !make_room(&p))
                return UMI_ENOMEM;
            umi_status rc = try_pair(&p, i, k, count);
            if (rc != UMI_OK)
                return rc;
        }
    return UMI_OK;
}
