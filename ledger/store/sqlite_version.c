/* SPDX-License-Identifier: MIT */
#include "ledger/store/version.h"

#include <sqlite3.h>

const char *umi_sqlite_version(void)
{
    return sqlite3_libversion();
}

int umi_sqlite_number(void)
{
    return sqlite3_libversion_number();
}
