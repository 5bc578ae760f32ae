/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_VERSION_H
#define UMI_ENGINE_BASE_VERSION_H

/** @file Versions, as texts that live for ever. */

const char *umi_version(void);     /**< of this library, "0.1.0" */
const char *umi_gmp_version(void); /**< of the GMP it runs with */

#endif
