/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_QUOTE_HTML_H
#define UMI_CLI_OUT_QUOTE_HTML_H

/** @file A repayment schedule as paper, to be read and signed. */
#include "ledger/io/quote_json.h"
#include "rules/set/product.h"

/** What stands on the page.  A text that is {NULL, 0} is not known: names
 * become a line to write on, the others do not appear. */
typedef struct cli_quote_page {
    const umi_quote *quote;
    umi_text institution, borrower, officer; /**< names */
    umi_text loan, product_code;             /**< of a loan that is booked */
    const umi_product *product;              /**< that was asked, or NULL */
    const umi_product_ask *ask;              /**< what of it */
} cli_quote_page;

/**
 * Append the page.  Its bytes follow from @p page and @p lang alone; each
 * figure is one of the quote, shown with all its digits.
 */
void cli_quote_html(umi_buf *b, const cli_quote_page *page, umi_lang lang);

#endif
