/* SPDX-License-Identifier: MIT */
#include "ledger/report/report_int.h"
#include "ledger/report/standing.h"

#include <assert.h>
#include <stdlib.h>

/* Loans with any debt left, by product and days past due. */

typedef struct product {
    int64_t code;
    umi_text word;
    int64_t count;
    umi_money disbursed;
    umi_amounts outstanding;
    int64_t in_bucket[UMI_BUCKETS];
    umi_money principal[UMI_BUCKETS];
} product;

typedef struct portfolio {
    umi_book *book;
    umi_arena *arena;
    product *products;
    size_t count, room, last;
} portfolio;

static product *product_of(portfolio *p, int64_t code)
{
    if (p->last < p->count && p->products[p->last].code == code)
        return &p->products[p->last];
    for (size_t i = 0; i < p->count; i++)
        if (p->products[i].code == code)
            return &p->products[p->last = i];
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 16;
        product *grown = umi_arena_array(p->arena, room, sizeof *grown);
        if (grown == NULL)
            return NULL;
        if (p->count > 0)
            memcpy(grown, p->products, p->count * sizeof *grown);
        p->products = grown;
        p->room = room;
    }
    p->last = p->count;
    p->products[p->count] =
        (product){.code = code, .word = umi_book_word(p->book, code)};
    return &p->products[p->count++];
}

static bool add_amounts(umi_amounts *sum, const umi_amounts *a)
{
    bool fits = true;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        fits = umi_money_add(&sum->of[c], sum->of[c], a->of[c]) && fits;
    return fits;
}

static umi_status add_loan(void *self, const umi_standing *s, umi_error *err)
{
    portfolio *p = self;
    product *k = product_of(p, s->loan->product);
    size_t in = umi_bucket_of(s->days_past_due);
    if (k == NULL)
        return umi_fail_memory(err);
    if (!umi_money_add(&k->disbursed, k->disbursed, s->state->principal) ||
        !add_amounts(&k->outstanding, &s->outstanding) ||
        !umi_money_add(&k->principal[in], k->principal[in],
                       s->outstanding.principal))
        return umi_fail(err, UMI_ERANGE, "outstanding", "a sum does not fit");
    k->count++;
    k->in_bucket[in]++;
    return UMI_OK;
}

static int by_word(const void *a, const void *b)
{
    return umi_text_cmp(((const product *)a)->word, ((const product *)b)->word);
}

/* --- as a report ---------------------------------------------------------- */

#define BUCKET(i, text)                                                        \
    {"buckets." #i ".from", NULL, true}, {"buckets." #i ".to", NULL, true},    \
        {"buckets." #i ".count", NULL, true},                                  \
    {                                                                          \
        "buckets." #i ".principal", text, true                                 \
    }

enum {
    BEFORE = 7, /* columns before the buckets */
    PARTS = 4   /* columns of a bucket */
};

static const umi_report_column columns[] = {
    {"product", "product", false},
    {"count", "loans", true},
    {"disbursed", "disbursed", true},
    {"outstanding.principal", "principal", true},
    {"outstanding.interest", "interest", true},
    {"outstanding.fee", "fee", true},
    {"outstanding.penalty", "penalty", true},
    BUCKET(0, "0"),
    BUCKET(1, "1-30"),
    BUCKET(2, "31-60"),
    BUCKET(3, "61-90"),
    BUCKET(4, "91-120"),
    BUCKET(5, "121-180"),
    BUCKET(6, "> 180"),
};
static_assert(sizeof columns / sizeof *columns == BEFORE + PARTS * UMI_BUCKETS,
              "a column for every bucket");

enum {
    COLUMNS = sizeof columns / sizeof *columns
};

static void fill(umi_cell *cell, const product *p)
{
    cell[0] = umi_cell_text(p->word);
    cell[1] = umi_cell_int(p->count);
    cell[2] = umi_cell_money(p->disbursed);
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        cell[3 + c] = umi_cell_money(p->outstanding.of[c]);
    for (size_t i = 0; i < UMI_BUCKETS; i++) {
        umi_cell *at = cell + BEFORE + PARTS * i;
        at[0] = umi_cell_int(umi_buckets[i].from);
        if (umi_buckets[i].to >= 0)
            at[1] = umi_cell_int(umi_buckets[i].to);
        at[2] = umi_cell_int(p->in_bucket[i]);
        at[3] = umi_cell_money(p->principal[i]);
    }
}

static umi_status total_of(product *sum, const portfolio *p, umi_error *err)
{
    *sum = (product){.word = UMI_TEXT("")};
    for (size_t i = 0; i < p->count; i++) {
        const product *k = &p->products[i];
        bool fits =
            umi_money_add(&sum->disbursed, sum->disbursed, k->disbursed) &&
            add_amounts(&sum->outstanding, &k->outstanding);
        sum->count += k->count;
        for (size_t m = 0; m < UMI_BUCKETS; m++) {
            sum->in_bucket[m] += k->in_bucket[m];
            fits = umi_money_add(&sum->principal[m], sum->principal[m],
                                 k->principal[m]) &&
                   fits;
        }
        if (!fits)
            return umi_fail(err, UMI_ERANGE, "outstanding",
                            "a sum does not fit");
    }
    return UMI_OK;
}

static umi_status table_of(umi_report *out, const portfolio *p, umi_error *err)
{
    product sum;
    umi_report_table *t = umi_report_add(out, "rows", "", columns, COLUMNS);
    umi_cell *total = umi_arena_array(out->arena, COLUMNS, sizeof *total);
    if (t == NULL || total == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < p->count; i++) {
        umi_cell *cell = umi_report_row(out, t);
        if (cell == NULL)
            return umi_fail_memory(err);
        fill(cell, &p->products[i]);
    }
    umi_status rc = total_of(&sum, p, err);
    if (rc != UMI_OK)
        return rc;
    fill(total, &sum);
    t->total = total;
    return UMI_OK;
}

umi_status umi__report_portfolio(umi_report *out,
                                 umi_book *b,
                                 const umi_report_ask *ask,
                                 umi_error *err)
{
    portfolio p = {.book = b, .arena = out->arena};
    umi_standing_ask want = {.day = umi_book_business_date(b)};
    if (ask->as_of != NULL)
        want.day = *ask->as_of;
    umi_status rc = umi_standing_each(b, &want, add_loan, &p, err);
    if (rc != UMI_OK)
        return rc;
    if (p.count > 0)
        qsort(p.products, p.count, sizeof *p.products, by_word);
    umi_report_value(out, "as_of", "as of", umi_cell_day(want.day));
    return table_of(out, &p, err);
}
