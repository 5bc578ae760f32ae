/* SPDX-License-Identifier: MIT */
#include "engine/base/version.h"

#include <gmp.h>

const char *umi_version(void)
{
    return UMI_VERSION;
}

const char *umi_gmp_version(void)
{
    return gmp_version;
}
