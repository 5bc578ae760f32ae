/* SPDX-License-Identifier: MIT */
#include "engine/base/lang.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *english, *indonesian;
} messages[] = {
#define X(english, indonesian) {english, indonesian},
#include "engine/base/lang_id.def"
#undef X
};

const char *umi_tr(umi_lang lang, const char *english)
{
    size_t low = 0, high = sizeof messages / sizeof *messages;
    if (lang == UMI_LANG_EN)
        return english;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(english, messages[middle].english);
        if (order == 0)
            return messages[middle].indonesian;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return english;
}
