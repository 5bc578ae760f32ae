/* SPDX-License-Identifier: MIT */
#include "cli/set.h"

#include <stdlib.h>

const char *cli_set_folder(void)
{
    const char *folder = getenv("UMI_RULES");
    return folder != NULL && folder[0] != '\0' ? folder : NULL;
}

umi_status cli_set_files(cli *c, const char *folder, const umi_data_file **out)
{
    if (folder != NULL)
        return umi_data_folder(out, folder, c->arena, &c->err);
    *out = umi_data_all();
    return UMI_OK;
}

umi_status cli_set(cli *c, umi_set **out)
{
    const char *folder = cli_set_folder();
    const umi_data_file *files;
    umi_status rc = cli_set_files(c, folder, &files);
    if (rc != UMI_OK)
        return rc;
    rc = umi_set_load(out, files, &c->err);
    if (rc != UMI_OK && folder != NULL && c->err.file[0] != '\0') {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", folder, c->err.file);
        umi_error_at(&c->err, path, c->err.line, c->err.column);
    }
    return rc;
}
