/* SPDX-License-Identifier: MIT */
#include "ledger/bank/settle_verify.h"
#include "ledger/book/verify_int.h"
#include "ledger/desk/day_verify.h"

#include <stdio.h>

umi_status umi__finding(umi_error *err,
                        const char *table,
                        int64_t key,
                        const char *english)
{
    const char *text = umi_tr(err ? err->lang : UMI_LANG_EN, english);
    return umi_fail(err, UMI_EDAMAGED, "", "%s %lld: %s", table, (long long)key,
                    text);
}

/* Later checks take for granted what earlier ones have shown: rows of the
 * journal are not folded before the chain says that they are ours. */
typedef struct step {
    const char *name;
    umi__check_fn fn;
    bool ground; /* when it fails, what follows is not done */
} step;

static const step quick_steps[] = {
    {"blocks", umi__verify_blocks, true},
    {"control", umi__verify_control, false},
};

static const step full_steps[] = {
    {"file", umi__verify_file, true},
    {"blocks", umi__verify_blocks, true},
    {"chain", umi__verify_chain, true},
    {"witness", umi__verify_witness, false},
    {"numbers", umi__verify_numbers, false},
    {"references", umi__verify_references, false},
    {"loans", umi__verify_loans, false},
    {"batches", umi__verify_batches, false},
    {"ledger", umi__verify_ledger, false},
    {"closes", umi_day_verify, false},
    {"bank", umi_bank_settle_verify, false},
    {"control", umi__verify_control, false},
};

static bool is_finding(umi_status rc)
{
    return rc != UMI_OK && rc != UMI_EBUSY && rc != UMI_EIO && rc != UMI_ENOMEM;
}

umi_status
umi_book_verify(umi_verification *out, umi_book *b, bool full, umi_error *err)
{
    const step *steps = full ? full_steps : quick_steps;
    size_t n = full ? sizeof full_steps / sizeof *full_steps
                    : sizeof quick_steps / sizeof *quick_steps;
    umi_verification v = {.count = n, .ok = true};
    bool ground = true;
    v.head = umi_book_head(b);
    for (size_t i = 0; i < n; i++) {
        umi_check *c = &v.checks[i];
        umi_error why = {.lang = err ? err->lang : UMI_LANG_EN};
        c->name = steps[i].name;
        if (!ground)
            continue;
        umi_status rc = steps[i].fn(b, &c->count, &why);
        if (rc != UMI_OK && !is_finding(rc)) {
            if (err != NULL)
                *err = why;
            return rc;
        }
        c->done = true;
        c->ok = rc == UMI_OK;
        if (!c->ok) {
            (void)snprintf(c->message, sizeof c->message, "%s", why.message);
            v.ok = false;
            ground = !steps[i].ground;
        }
    }
    umi_status rc =
        umi_store_last(umi_book_store(b), &umi_block_table, &v.blocks, err);
    if (rc == UMI_OK || is_finding(rc)) {
        *out = v;
        rc = UMI_OK;
    }
    return rc;
}
