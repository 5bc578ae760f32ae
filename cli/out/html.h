/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_HTML_H
#define UMI_CLI_OUT_HTML_H

/**
 * @file
 * Paper as HTML: one file that needs nothing else, prints on A4, carries no
 * script, and is XML too.  Every text goes through the escaping here.
 */
#include "engine/base/text.h"

/**
 * Append @p t as it is read, whatever stands in it: what has a meaning in
 * HTML is escaped; a line's end and a tab become a blank; other controls,
 * marks that turn the direction of writing, and bytes that are no UTF-8
 * become U+FFFD, so that what is printed is what is there.
 */
void cli_html_text(umi_buf *b, umi_text t);

/** The same for @p english in @p lang. */
void cli_html_say(umi_buf *b, umi_lang lang, const char *english);

/**
 * Append @p t, as people have typed it, so that its direction of writing
 * moves nothing around it.
 */
void cli_html_typed(umi_buf *b, umi_text t);

/** Append <TAG>text</TAG>; @p open is the tag with its attributes. */
void cli_html_element(umi_buf *b, const char *open, umi_text t);

/**
 * Begin a page up to <body>.
 * @param style CSS after the common one, with neither '<' nor '&' in it
 * @param foot  of each sheet, beside its number: letters, digits and blanks
 */
void cli_html_begin(umi_buf *b,
                    umi_text title,
                    const char *style,
                    const char *foot,
                    umi_lang lang);
void cli_html_end(umi_buf *b);

#endif
