/* SPDX-License-Identifier: MIT */
#include "rules/set/data.h"

#include <string.h>

const umi_data_file *umi_data_all(void)
{
    return umi__data_files;
}

const umi_data_file *umi_data_find(const char *name)
{
    for (const umi_data_file *f = umi__data_files; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
