/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_QUOTE_PRODUCT_H
#define UMI_CLI_QUOTE_PRODUCT_H

/**
 * @file
 * A quote of a product: `--product` and what is asked of it, in place of the
 * terms themselves.  What the product decides (rate, rounding, fees ...) is
 * no flag then.
 */
#include "cli/cli.h"
#include "engine/base/json.h"
#include "rules/set/product.h"

/** The product that was asked, and what of it. */
typedef struct cli_product_quote {
    const umi_product *product; /**< NULL: the flags are the terms */
    umi_product_ask ask;
    umi_day disbursed; /**< ask.on is the day whose rows hold */
} cli_product_quote;

/**
 * The terms of the loan that the flags of @p c ask of a product of @p all, as
 * the object that cli_quote_flags() would make of them; in c->arena.  Without
 * --product @p out stays NULL and the flags that belong to it are refused.
 *
 * @retval UMI_EUSAGE a flag does not go with --product, or only with it
 * @retval UMI_EINVAL there is no such product, a value is not of its form, or
 *   the product does not allow it (umi_product_terms())
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status cli_quote_product(umi_json **out,
                                            cli_product_quote *asked,
                                            cli *c,
                                            const umi_products *all,
                                            umi_day today);

#endif
