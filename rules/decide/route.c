/* SPDX-License-Identifier: MIT
 * Which product is offered: the first row that holds gives the order, and the
 * first product of the best status in that order is the route. */
#include "rules/decide/decision_int.h"

#define UNDECIDED (-2)

static int route_of(const umi_decider *d, const umi_route_row *row)
{
    int best = -1;
    for (size_t i = 0; i < row->count; i++) {
        umi_verdict o = d->products[row->order[i]].status;
        if (o <= UMI_VERDICT_NEED_DOCUMENTS &&
            (best < 0 || o < d->products[best].status))
            best = (int)row->order[i];
    }
    return best;
}

static umi_verdict outcome_without_route(const umi_decider *d)
{
    for (size_t i = 0; i < d->rs->product_count; i++)
        if (d->products[i].status == UMI_VERDICT_ERROR)
            return UMI_VERDICT_ERROR;
    return UMI_VERDICT_BLOCKED;
}

/* Every row that may be the one, up to the first that is. */
typedef struct choice {
    int route;           /* UNDECIDED until a row was seen */
    bool differ;         /* possible rows lead to different products */
    int64_t unknown_row; /* the first that is unknown, or -1 */
} choice;

static choice choose(const umi_decider *d)
{
    choice c = {.route = UNDECIDED, .unknown_row = -1};
    for (size_t i = 0; i < d->rs->row_count; i++) {
        const umi_value *v = umi__root(d, d->roots.when[i]);
        if (umi_value_false(v))
            continue;
        int route = route_of(d, &d->rs->rows[i]);
        c.differ |= c.route != UNDECIDED && c.route != route;
        c.route = route;
        if (v->state == UMI_UNKNOWN && c.unknown_row < 0)
            c.unknown_row = (int64_t)i;
        if (umi_value_true(v))
            break;
    }
    return c;
}

umi_status umi__route(umi_decider *d)
{
    umi_decision *out = &d->decision;
    choice c = choose(d);
    out->documents = (umi_doc_set){0};
    out->route = -1;
    if (c.differ && c.unknown_row >= 0) {
        out->outcome = UMI_VERDICT_NEED_DOCUMENTS;
        return umi__row_documents(d, (uint32_t)c.unknown_row, &out->documents);
    }
    if (c.differ) { /* a row is in error: no document can settle it */
        out->outcome = UMI_VERDICT_ERROR;
        return UMI_OK;
    }
    out->route = c.route;
    if (c.route < 0) {
        out->outcome = outcome_without_route(d);
        return UMI_OK;
    }
    out->outcome = d->products[c.route].status;
    out->documents = d->products[c.route].documents;
    return UMI_OK;
}
