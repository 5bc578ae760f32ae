/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_LEGAL_H
#define UMI_RULES_SET_LEGAL_H

/**
 * @file
 * What a figure rests on.  Every file of rules/data has a map `legal` of
 * citations; dated values name a key of it.  `verify` marks what was taken
 * from public pages and not from the gazette.
 */
#include "rules/set/bind.h"

typedef struct umi_legal {
    umi_text key;   /**< "PERMENKO-1/2023" */
    umi_text title; /**< the instrument */
    umi_text pin;   /**< article, or absent */
    umi_text url;   /**< where it was read, or absent */
    bool verify;    /**< not checked against the official text */
    umi_at at;
} umi_legal;

typedef struct umi_legals {
    const umi_legal *items;
    size_t count;
} umi_legals;

/** The citation @p key, or NULL. */
const umi_legal *umi_legal_find(const umi_legals *l, umi_text key);

/** The keys of one citation, for the tables of other files. */
extern const umi_bind umi__legal_table[];

#endif
