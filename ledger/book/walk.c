/* SPDX-License-Identifier: MIT */
#include "ledger/book/walk.h"

#include "engine/loan/life.h"

bool umi_walk_begin(umi_walk_sums *sums, const umi_schedule *s)
{
    umi_walk_sums sum = {0};
    sums[0] = sum;
    for (size_t i = 0; i < s->count; i++) {
        for (umi_component c = 0; c < UMI_ROW_COMPONENTS; c++) {
            int64_t part = umi_row_part(&s->rows[i], c).sen;
            if (part < 0 ||
                __builtin_add_overflow(sum.of[c], part, &sum.of[c]) ||
                __builtin_add_overflow(sum.all, part, &sum.all))
                return false;
        }
        sums[i + 1] = sum;
    }
    return true;
}

/* How many rows are paid in full by @p paid. */
static size_t whole_rows(const umi_walk_sums *sums, size_t rows, int64_t paid)
{
    size_t low = 0, high = rows;
    while (low < high) {
        size_t mid = high - (high - low) / 2;
        if (sums[mid].all <= paid)
            low = mid;
        else
            high = mid - 1;
    }
    return low;
}

/* What @p paid comes to: whole rows, then the next one in the order of the
 * allocation. */
static umi_parts come_to(const umi_walk_sums *sums,
                         size_t rows,
                         const umi_policy *policy,
                         int64_t paid)
{
    size_t at = whole_rows(sums, rows, paid);
    int64_t left = paid - sums[at].all;
    umi_parts parts = {.overpaid = {0}};
    for (size_t c = 0; c < UMI_ROW_COMPONENTS; c++)
        parts.of[c].sen = sums[at].of[c];
    for (size_t i = 0; i < UMI_COMPONENTS && at < rows; i++) {
        umi_component c = policy->allocation[i];
        if (c == UMI_PENALTY)
            continue;
        int64_t asks = sums[at + 1].of[c] - sums[at].of[c];
        int64_t takes = asks < left ? asks : left;
        parts.of[c].sen += takes;
        left -= takes;
    }
    parts.overpaid.sen = left;
    return parts;
}

/* Whether a posting moved the loan from @p before to @p after. */
static bool
moves(const umi_parts *by, const umi_parts *before, const umi_parts *after)
{
    bool same = by->overpaid.sen == after->overpaid.sen - before->overpaid.sen;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        same &= by->of[c].sen == after->of[c].sen - before->of[c].sen;
    return same;
}

static bool is_state(const umi_loan_state *s,
                     const umi_parts *paid,
                     const umi_walk_sums *asked)
{
    bool same = !s->charged && s->overpaid.sen == paid->overpaid.sen &&
                s->paid.penalty.sen == 0 && s->owed.penalty.sen == 0;
    bool owes = false;
    for (size_t c = 0; c < UMI_ROW_COMPONENTS; c++) {
        int64_t owed = asked->of[c] - paid->of[c].sen;
        same &=
            s->paid.of[c].sen == paid->of[c].sen && s->owed.of[c].sen == owed;
        owes |= owed != 0;
    }
    return same && s->status == (owes ? UMI_LOAN_ACTIVE : UMI_LOAN_CLOSED);
}

static bool is_money_out(const umi_txn *t)
{
    return (t->kind == UMI_TXN_DISBURSEMENT || t->kind == UMI_TXN_IMPORT) &&
           t->parts.overpaid.sen == 0;
}

static bool is_payment(const umi_txn *t)
{
    return t->kind == UMI_TXN_REPAYMENT && t->amount.sen > 0 &&
           (int32_t)t->component == UMI_NONE32 && t->day.n >= UMI_DAY_MIN &&
           t->day.n <= UMI_DAY_MAX;
}

/* What was paid before an import, if it lies on the way; else below 0. */
static int64_t paid_before(const umi_walk_sums *sums,
                           size_t rows,
                           const umi_policy *policy,
                           const umi_loan *l)
{
    const umi_parts said = {{{l->paid_principal, l->paid_interest, {0}, {0}}},
                            {0}};
    const umi_parts none = {.overpaid = {0}};
    int64_t paid;
    if (l->paid_principal.sen < 0 || l->paid_interest.sen < 0 ||
        __builtin_add_overflow(l->paid_principal.sen, l->paid_interest.sen,
                               &paid))
        return -1;
    umi_parts at = come_to(sums, rows, policy, paid);
    return moves(&said, &none, &at) ? paid : -1;
}

bool umi_walk_proves(const umi_walk_sums *sums,
                     size_t rows,
                     const umi_policy *policy,
                     const umi_loan *loan,
                     const umi_loan_state *state,
                     const umi_txn *txns,
                     size_t n)
{
    if (!umi_waterfall_order_free(policy) || n == 0 || !is_money_out(&txns[0]))
        return false;
    int64_t paid = paid_before(sums, rows, policy, loan);
    if (paid < 0)
        return false;
    umi_parts before = come_to(sums, rows, policy, paid);
    for (size_t i = 1; i < n; i++) {
        const umi_txn *t = &txns[i];
        if (!is_payment(t) ||
            __builtin_add_overflow(paid, t->amount.sen, &paid))
            return false;
        umi_parts after = come_to(sums, rows, policy, paid);
        if (!moves(&t->parts, &before, &after))
            return false;
        before = after;
    }
    return is_state(state, &before, &sums[rows]);
}
