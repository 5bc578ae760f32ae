/* SPDX-License-Identifier: MIT */
#include "ledger/book/redivide.h"
#include "ledger/book/verify_int.h"

#include <assert.h>
#include <stdio.h>

enum {
    PARTS_TEXT = 200
};

/* "principal 100.00, interest 20.00"; what is nothing is left out. */
static void write_parts(char out[PARTS_TEXT], const umi_parts *p)
{
    size_t n = 0;
    char sum[UMI_MONEY_TEXT];
    (void)snprintf(out, PARTS_TEXT, "0");
    for (size_t c = 0; c <= UMI_COMPONENTS; c++) {
        const bool rest = c == UMI_COMPONENTS;
        const umi_money m = rest ? p->overpaid : p->of[c];
        if (m.sen == 0)
            continue;
        umi_money_write(sum, m);
        n += (size_t)snprintf(
            out + n, PARTS_TEXT - n, "%s%s %s", n > 0 ? ", " : "",
            rest ? "overpaid" : umi_component_name((umi_component)c), sum);
        assert(n < PARTS_TEXT);
    }
}

/* A posting that is not what the terms of its loan give, with both. */
static void
tell(umi__proof *p, const umi_redivide_ask *ask, const umi_redivided *odd)
{
    umi_error why = {.lang = p->lang};
    const umi_txn *t = odd->at < ask->n ? &ask->txns[odd->at] : NULL;
    const umi_txn *want = odd->has_want ? &odd->want : NULL;
    const long long loan = (long long)ask->loan->id;
    char is[PARTS_TEXT], gives[PARTS_TEXT];
    if (want != NULL)
        write_parts(gives, &want->parts);
    if (t != NULL)
        write_parts(is, &t->parts);
    if (t != NULL && want == NULL)
        (void)umi_fail(&why, UMI_EDAMAGED, "",
                       "loan %lld, posting %lld: a %s of %s cannot stand here",
                       loan, (long long)t->id, umi_txn_kind_name(t->kind), is);
    else if (t != NULL && t->kind == want->kind && strcmp(is, gives) != 0)
        (void)umi_fail(&why, UMI_EDAMAGED, "",
                       "loan %lld, posting %lld: %s is stored, the terms give "
                       "%s",
                       loan, (long long)t->id, is, gives);
    else
        (void)umi_fail(&why, UMI_EDAMAGED, "",
                       "loan %lld, posting %lld: a %s of %s belongs behind it",
                       loan,
                       (long long)(odd->at > 0 ? ask->txns[odd->at - 1].id : 0),
                       umi_txn_kind_name(want->kind), gives);
    umi__proof_note(p, UMI__DIVISION, ask->loan->id, UMI_EDAMAGED, &why);
}

umi_status umi__divide_again(umi__proof *p,
                             const umi_redivide_ask *ask,
                             umi_redivided *out,
                             umi_error *err)
{
    umi_status rc = umi_redivide(out, ask, err);
    if (rc == UMI_OK && out->odd)
        tell(p, ask, out);
    return rc;
}
