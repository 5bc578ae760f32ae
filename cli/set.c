/* SPDX-License-Identifier: MIT */
#include "cli/set.h"

#include <stdlib.h>

umi_status cli_set(cli *c, umi_set **out)
{
    const umi_data_file *files = umi_data_all();
    const char *folder = getenv("UMI_RULES");
    umi_status rc = UMI_OK;
    if (folder != NULL && folder[0] != '\0')
        rc = umi_data_folder(&files, folder, c->arena, &c->err);
    return rc == UMI_OK ? umi_set_load(out, files, &c->err) : rc;
}
