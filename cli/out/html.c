/* SPDX-License-Identifier: MIT */
#include "cli/out/html.h"

/* Bytes of the character at the start of @p t; 0 when there is none. */
static size_t character(umi_text t)
{
    for (size_t n = 1; n <= 4 && n <= t.len; n++)
        if (umi_text_utf8((umi_text){t.ptr, n}))
            return n;
    return 0;
}

static uint32_t point_of(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    uint32_t point = n == 1 ? u[0] : u[0] & (0xFFU >> (n + 1));
    for (size_t i = 1; i < n; i++)
        point = point << 6 | (u[i] & 0x3FU);
    return point;
}

/* What is not seen but changes what is seen, and what XML does not take. */
static bool unprintable(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200E, 0x200F},
        {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFFFE, 0xFFFF},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

static const char *escaped(uint32_t c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return " ";
    default:
        return unprintable(c) ? "\xEF\xBF\xBD" : NULL;
    }
}

void cli_html_text(umi_buf *b, umi_text t)
{
    for (size_t i = 0, n; i < t.len; i += n) {
        n = character((umi_text){t.ptr + i, t.len - i});
        const char *safe =
            n == 0 ? "\xEF\xBF\xBD" : escaped(point_of(t.ptr + i, n));
        if (safe != NULL)
            umi_buf_puts(b, safe);
        else
            umi_buf_bytes(b, t.ptr + i, n);
        n += n == 0;
    }
}

void cli_html_say(umi_buf *b, umi_lang lang, const char *english)
{
    cli_html_text(b, umi_text_of(umi_tr(lang, english)));
}

void cli_html_typed(umi_buf *b, umi_text t)
{
    cli_html_element(b, "bdi", t);
}

void cli_html_element(umi_buf *b, const char *open, umi_text t)
{
    umi_buf_printf(b, "<%s>", open);
    cli_html_text(b, t);
    umi_buf_printf(b, "</%.*s>", (int)strcspn(open, " "), open);
}

/* Sums stand once, at a table's end; its heads stand on each page. */
static const char common[] =
    "@page{size:A4;margin:13mm 17mm 15mm;font:8pt sans-serif;color:#555;"
    "@bottom-right{content:counter(page) \" / \" counter(pages)}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;color:#111;font:10pt/1.3 \"Noto Sans\",\"Liberation Sans\","
    "Arial,\"DejaVu Sans\",sans-serif}\n"
    "@media screen{body{max-width:188mm;margin:10mm auto;padding:0 6mm}}\n"
    "h1{margin:0;font-size:16pt;line-height:1.2}\n"
    "h2{margin:4mm 0 1mm;font-size:11pt;break-after:avoid}\n"
    "table{border-collapse:collapse}\n"
    "th,td{padding:.5mm 3mm .5mm 0;border-bottom:.2mm solid #bbb;"
    "text-align:left;vertical-align:baseline}\n"
    "thead{display:table-header-group}\n"
    "thead th{border-bottom:.4mm solid #111}\n"
    "tfoot{display:table-row-group;font-weight:bold}\n"
    "tfoot td{border:0;border-top:.4mm solid #111}\n"
    "tr{break-inside:avoid}\n"
    "bdi{overflow-wrap:anywhere}\n"
    ".r{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums lining-nums}\n";

void cli_html_begin(umi_buf *b,
                    umi_text title,
                    const char *style,
                    const char *foot,
                    umi_lang lang)
{
    umi_buf_printf(b,
                   "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
                   "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
                   "content=\"width=device-width\"/>\n",
                   lang == UMI_LANG_ID ? "id" : "en");
    cli_html_element(b, "title", title);
    umi_buf_printf(b,
                   "\n<style>\n%s%s@page{@bottom-left{content:\"%s\"}}\n</"
                   "style>\n</head>\n<body>\n",
                   common, style, foot);
}

void cli_html_end(umi_buf *b)
{
    umi_buf_puts(b, "</body>\n</html>\n");
}
