/* SPDX-License-Identifier: MIT */
#include "rules/set/legal.h"

const umi_bind umi__legal_table[] = {
    {"", UMI_BIND_NAME, .at = offsetof(umi_legal, key)},
    {"", UMI_BIND_AT, .at = offsetof(umi_legal, at)},
    {"title", UMI_BIND_TEXT, offsetof(umi_legal, title),
     .doc = "the instrument, or who says so"},
    {"pin", UMI_BIND_TEXT, offsetof(umi_legal, pin), .optional = true,
     .doc = "article"},
    {"url", UMI_BIND_TEXT, offsetof(umi_legal, url), .optional = true,
     .doc = "where it was read"},
    {"verify", UMI_BIND_BOOL, offsetof(umi_legal, verify), .optional = true,
     .doc = "not checked against the official text"},
    {0},
};

const umi_legal *umi_legal_find(const umi_legals *l, umi_text key)
{
    for (size_t i = 0; i < l->count; i++)
        if (umi_text_eq(l->items[i].key, key))
            return &l->items[i];
    return NULL;
}
