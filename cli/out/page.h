/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_PAGE_H
#define UMI_CLI_OUT_PAGE_H

/** @file The page of a schedule in the making, and its small parts. */
#include "cli/out/quote_html.h"
#include "engine/base/hash.h"

typedef struct page {
    umi_buf *b;
    const cli_quote_page *is;
    const umi_terms *t;
    const umi_schedule *s;
    umi_lang lang;
    char hash[UMI_HASH_HEX]; /**< of the rows, as a book keeps it */
} page;

void page_put(const page *w, const char *html);
void page_say(const page *w, const char *english);
/** The sign and its figures, which stay on one line. */
void page_money(const page *w, umi_money m);
void page_words(const page *w, umi_money m);
/** Figures under @p id, and the same in words. */
void page_both(const page *w, const char *id, umi_money m);
/** "3 September 2026"; in a table "3 Sep 2026". */
void page_day(const page *w, umi_day d, bool table);
/** A name, or a line to write it on. */
void page_name(const page *w, umi_text name);
void page_percent(const page *w, umi_rate r);
/** "every month", "every 2 weeks" */
void page_every(const page *w);

/** A line "label: value" of a list; the value follows, then its end. */
void page_line(const page *w, const char *label);
void page_line_end(const page *w);
/** A whole line, unless @p value is absent. */
void page_text_line(const page *w, const char *label, umi_text value);

/** How many rows ask the same, when more than half of them do, else 0. */
size_t page_usual_rows(const umi_schedule *s, umi_money *usual);
/** Whether that is the level payment, and there are several. */
bool page_level_is_usual(const umi_schedule *s);

/* Sections, in page_terms.c. */
void page_product(const page *w); /**< lines: which, and what it rests on */
void page_terms(const page *w);   /**< what is agreed */
void page_fees(const page *w);    /**< nothing when there are none */

#endif
