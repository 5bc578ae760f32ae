/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_LANG_H
#define UMI_ENGINE_BASE_LANG_H

/**
 * @file
 * Text for people, in English or Indonesian.  The English text is the key:
 * what has no translation is shown as it is.  Codes, JSON keys and data are
 * never translated.
 */

typedef enum umi_lang {
    UMI_LANG_EN,
    UMI_LANG_ID,
} umi_lang;

/**
 * The text @p english in @p lang.  Formats keep their conversions in the same
 * order.  Returns a borrowed, constant text, never NULL.
 */
__attribute__((format_arg(2))) const char *umi_tr(umi_lang lang,
                                                  const char *english);

#endif
