/* SPDX-License-Identifier: MIT */
#include "ledger/io/xml.h"

#include "engine/base/alloc.h"

#include <expat.h>
#include <limits.h>

typedef struct reader {
    const umi_xml_handler *handler;
    XML_Parser parser;
    umi_buf text;               /* of the elements that are open */
    size_t from[UMI_XML_DEPTH]; /* where each one's text begins */
    int depth;
    const char *refusal; /* English; set before the parser is stopped */
    bool no_memory;
} reader;

static void stop(reader *r, const char *refusal)
{
    r->refusal = refusal;
    r->no_memory = refusal == NULL;
    XML_StopParser(r->parser, XML_FALSE);
}

/* Some callbacks may still follow a stop. */
static bool stopped(const reader *r)
{
    return r->no_memory || r->refusal != NULL;
}

static umi_text local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return umi_text_of(colon ? colon + 1 : name);
}

static void XMLCALL on_open(void *self, const char *name, const char **atts)
{
    reader *r = self;
    if (stopped(r))
        return;
    if (r->depth == UMI_XML_DEPTH) {
        stop(r, "elements are nested too deep");
        return;
    }
    r->from[r->depth++] = r->text.len;
    int64_t line = (int64_t)XML_GetCurrentLineNumber(r->parser);
    if (!r->handler->open(r->handler->self, local_name(name),
                          (const char *const *)atts, line))
        stop(r, NULL);
}

static void XMLCALL on_close(void *self, const char *name)
{
    reader *r = self;
    if (stopped(r))
        return;
    size_t from = r->from[--r->depth];
    umi_text text = {NULL, r->text.len - from};
    if (text.len > 0)
        text.ptr = r->text.ptr + from;
    bool ok = r->handler->close(r->handler->self, local_name(name), text);
    r->text.len = from;
    if (!ok)
        stop(r, NULL);
}

static void XMLCALL on_text(void *self, const char *s, int len)
{
    reader *r = self;
    if (stopped(r) || r->depth == 0)
        return;
    if (r->text.len - r->from[r->depth - 1] + (size_t)len > UMI_XML_TEXT_MAX) {
        stop(r, "the text of an element is too long");
        return;
    }
    umi_buf_bytes(&r->text, s, (size_t)len);
    if (r->text.failed)
        stop(r, NULL);
}

static void XMLCALL on_doctype(void *self,
                               const char *name,
                               const char *system,
                               const char *public,
                               int subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)subset;
    stop(self, "a document type is not allowed");
}

/* Latin-1 where the bytes are not UTF-8 and nothing else is declared. */
static const char *encoding_of(umi_text t, bool *latin)
{
    umi_text head = {t.ptr, t.len < 200 ? t.len : 200};
    bool declared = false;
    *latin = false;
    if (t.len >= 2 && ((unsigned char)t.ptr[0] >= 0xFE || t.ptr[1] == '\0'))
        return NULL; /* UTF-16: expat knows by the mark */
    for (size_t i = 0; i + 9 < head.len && head.ptr[i] != '>'; i++)
        if (memcmp(head.ptr + i, "encoding=", 9) == 0)
            declared = i + 13 < head.len && (head.ptr[i + 10] | 32) != 'u';
    *latin = !declared && !umi_text_utf8(t);
    return *latin ? "ISO-8859-1" : NULL;
}

static umi_status outcome(reader *r, umi_error *err)
{
    enum XML_Error code = XML_GetErrorCode(r->parser);
    umi_status rc;
    if (r->no_memory || code == XML_ERROR_NO_MEMORY)
        return umi_fail_memory(err);
    if (r->refusal != NULL)
        rc = umi_fail_code(err, UMI_ESYNTAX, "XML", "", "%s",
                           umi_error_tr(err, r->refusal));
    else
        rc = umi_fail_code(err, UMI_ESYNTAX, "XML", "", "malformed XML: %s",
                           umi_error_tr(err, XML_ErrorString(code)));
    umi_error_at(err, "", (int64_t)XML_GetCurrentLineNumber(r->parser),
                 (int64_t)XML_GetCurrentColumnNumber(r->parser) + 1);
    return rc;
}

/* Fed in pieces: expat takes an int, and keeps no copy of a large buffer. */
static bool feed(XML_Parser p, umi_text t)
{
    enum {
        PIECE = 1 << 20
    };
    for (;;) {
        bool last = t.len <= PIECE;
        int n = last ? (int)t.len : PIECE;
        if (XML_Parse(p, t.ptr, n, last) != XML_STATUS_OK)
            return false;
        if (last)
            return true;
        t.ptr += n;
        t.len -= (size_t)n;
    }
}

umi_status umi_xml_read(umi_text bytes,
                        const umi_xml_handler *handler,
                        bool *latin,
                        umi_error *err)
{
    static const XML_Memory_Handling_Suite memory = {umi_alloc, umi_realloc,
                                                     umi_free};
    const char *encoding = encoding_of(bytes, latin);
    reader r = {.handler = handler};
    r.parser = XML_ParserCreate_MM(encoding, &memory, NULL);
    if (r.parser == NULL)
        return umi_fail_memory(err);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_open, on_close);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    bool ok = feed(r.parser, bytes) && !stopped(&r);
    umi_status rc = ok ? UMI_OK : outcome(&r, err);
    umi_buf_free(&r.text);
    XML_ParserFree(r.parser);
    return rc;
}

const char *umi_xml_version(void)
{
    return XML_ExpatVersion();
}
