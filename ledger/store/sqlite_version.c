/* SPDX-License-Identifier: MIT */
#include "ledger/store/version.h"

#include <sqlite3.h>

const char *umi_sqlite_version(void)
{
    return sqlite3_libversion();
}
