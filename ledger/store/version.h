/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_VERSION_H
#define UMI_LEDGER_STORE_VERSION_H

/** @file The version of the store's engine. */

const char *umi_sqlite_version(void); /**< lives for ever */
int umi_sqlite_number(void);          /**< 3051003 is 3.51.3 */

#endif
