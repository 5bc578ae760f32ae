/* SPDX-License-Identifier: MIT */
#include "ledger/desk/reverse.h"

static umi_status
find(umi_txn *t, umi_book *b, int64_t txn, umi_arena *arena, umi_error *err)
{
    bool found;
    umi_status rc = umi_store_read(umi_book_store(b), &umi_txn_table, &txn, 1,
                                   t, &found, arena, err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_ENOENT, "", "there is no posting %lld",
                      (long long)txn);
    return rc;
}

static umi_day
day_of(const umi_book *b, const umi_reverse_ask *ask, const umi_txn *t)
{
    umi_day today = umi_book_business_date(b);
    if (ask->day.n != UMI_NONE32)
        return ask->day;
    return t->day.n > today.n ? t->day : today;
}

static umi_status reverse(umi_reversed *out,
                          umi_book *b,
                          const umi_reverse_ask *ask,
                          umi_arena *arena,
                          umi_error *err)
{
    umi_txn t;
    umi_booked booked;
    int64_t last;
    umi_status rc = find(&t, b, ask->txn, arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_booking booking = {.kind = UMI_TXN_REVERSAL,
                                 .reverses = ask->txn,
                                 .day = day_of(b, ask, &t)};
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("reverse"),
                               .booked = booking.day,
                               .bookings = &booking,
                               .count = 1};
    rc = umi_book_enter(b, &act, &booked, NULL, err);
    if (rc == UMI_OK)
        rc = umi_store_last(umi_book_store(b), &umi_txn_table, &last, err);
    if (rc == UMI_OK)
        *out = (umi_reversed){booked.txn, t.loan, booked.amount, booked.parts,
                              last - booked.txn};
    return rc;
}

umi_status umi_reverse(umi_reversed *out,
                       umi_book *b,
                       const umi_reverse_ask *ask,
                       umi_error *err)
{
    umi_arena *arena = umi_arena_new();
    umi_status rc =
        arena ? reverse(out, b, ask, arena, err) : umi_fail_memory(err);
    umi_arena_free(arena);
    return rc;
}
