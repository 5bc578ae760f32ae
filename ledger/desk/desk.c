/* SPDX-License-Identifier: MIT */
#include "ledger/desk/desk.h"

umi_desk umi_desk_at(umi_book *book)
{
    return (umi_desk){.book = book,
                      .store = umi_book_store(book),
                      .actor = umi_book_actor(book),
                      .today = umi_book_business_date(book)};
}
