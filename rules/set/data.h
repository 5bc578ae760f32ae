/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_DATA_H
#define UMI_RULES_SET_DATA_H

/**
 * @file
 * The texts of rules/data as they were when the program was built: products,
 * charts of accounts, posting rules, calendars, bank profiles.
 */
#include <stddef.h>

typedef struct umi_data_file {
    const char *name; /**< path below rules/data, e.g. "product/kur.yaml" */
    const char *text;
    size_t size;
} umi_data_file;

/** The shipped file @p name, or NULL when there is none. */
const umi_data_file *umi_data_find(const char *name);

/** All shipped files in order of name, ended by one whose name is NULL. */
const umi_data_file *umi_data_all(void);

extern const umi_data_file umi__data_files[];

#endif
