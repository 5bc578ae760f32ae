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
    if (lang == UMI_LANG_EN)
        return english;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (strcmp(messages[i].english, english) == 0)
            return messages[i].indonesian;
    return english;
}
