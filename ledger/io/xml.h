/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_XML_H
#define UMI_LEDGER_IO_XML_H

/**
 * @file
 * XML as a stream of elements: names without prefix, the text directly inside
 * an element given at its end.  A document type is refused, and with it every
 * entity but the five of XML itself.
 */
#include "engine/base/text.h"

enum {
    UMI_XML_DEPTH = 64,        /**< deepest nesting */
    UMI_XML_TEXT_MAX = 1 << 20 /**< longest text of an element, bytes */
};

/** Callbacks; each returns false to stop with UMI_ENOMEM. */
typedef struct umi_xml_handler {
    void *self;
    /** @p attributes: name, value, name, value, ..., NULL. */
    bool (*open)(void *self,
                 umi_text name,
                 const char *const *attributes,
                 int64_t line);
    /** @p text: character data of the element itself, untrimmed. */
    bool (*close)(void *self, umi_text name, umi_text text);
} umi_xml_handler;

/**
 * Read one document.  Bytes that are not UTF-8 in a document that declares no
 * other encoding are taken as Latin-1, and @p latin is set.
 *
 * @retval UMI_ESYNTAX not well-formed, a document type, an unknown encoding,
 *                     deeper than UMI_XML_DEPTH, or a text too long;
 *                     code XML, err->line and err->column are set
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_xml_read(umi_text bytes,
                                       const umi_xml_handler *handler,
                                       bool *latin,
                                       umi_error *err);

const char *umi_xml_version(void); /**< of expat; lives for ever */

#endif
