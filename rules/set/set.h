/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_SET_H
#define UMI_RULES_SET_SET_H

/**
 * @file
 * Everything of rules/data but eligibility, read once and frozen: products,
 * chart, posting rules, calendars, banks and file profiles, checked against
 * each other.  Lives in one arena; everything inside is borrowed from it.
 */
#include "rules/set/calendar.h"
#include "rules/set/data.h"
#include "rules/set/posting.h"
#include "rules/set/product.h"
#include "rules/set/profile.h"

typedef struct umi_set {
    umi_products products;
    umi_chart chart;
    const umi_posting *posting;
    umi_calendars calendars;
    umi_banks banks;
    umi_profiles profiles;
    umi_arena *arena; /**< holds all of it */
} umi_set;

/**
 * Read a set out of @p files (ended by one without a name; umi_data_all() for
 * what is shipped), whose texts must outlive it.
 *
 * @param[out] out new set, caller frees with umi_set_free()
 * @retval UMI_ESYNTAX a file has a problem; err says where
 * @retval UMI_ENOENT  a file that must be there is not
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_set_load(umi_set **out,
                                       const umi_data_file *files,
                                       umi_error *err);

/** The same, with all problems of all files in @p p. */
UMI_MUST_CHECK umi_status umi_set_read(umi_set *out,
                                       const umi_data_file *files,
                                       umi_arena *arena,
                                       umi_problems *p);

void umi_set_free(umi_set *set); /**< NULL is allowed */

/** The keys of every kind of file, as docs/data-keys.md has them. */
void umi_set_doc(umi_buf *b);

/** umi_calendar_find() for umi_terms_bind_opts: @p self is a umi_set. */
const umi_calendar *umi_set_calendar(void *self, umi_text name);

/**
 * The files of a folder with the shape of rules/data, in order of name, as
 * umi_data_all() gives the shipped ones.  Lives in @p arena.
 * @retval UMI_EIO    the folder or a file cannot be read; err->file names it
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_data_folder(const umi_data_file **out,
                                          const char *path,
                                          umi_arena *arena,
                                          umi_error *err);

#endif
