/* SPDX-License-Identifier: MIT */
#include "cli/out/report_int.h"
#include "cli/out/zip.h"

#include <assert.h>
#include <stdio.h>

/* A workbook as ECMA-376 has it (SpreadsheetML), a sheet for each table.
 * Written by hand: amounts stand in it as the exact decimals that they are,
 * and no temporary file can run full unseen (docs/adr/0090). */

enum {
    ROWS_MAX = 1048576, /* of a sheet; a text; a sheet's name */
    TEXT_MAX = 32767,
    NAME_MAX_LEN = 31,
    SHEETS = UMI_REPORT_ITEMS,
    CHUNK = 1 << 16,
    WIDTH_MIN = 12, /* of a column, in digits */
    WIDTH_MAX = 60
};

/* A spreadsheet counts in binary with fifteen decimal digits to trust. */
#define EXACT INT64_C(1000000000000000)

/* Formats of cells, in the order of cellXfs below. */
typedef enum style {
    PLAIN,
    TITLE,
    BOLD,
    HEAD,
    HEAD_RIGHT,
    TEXT,
    RUPIAH,
    SEN,
    INT,
    DAY,
    TEXT_RIGHT,
    TOTAL = TEXT_RIGHT + 1 - TEXT /* added to one of the six above */
} style;

static const char styles[] =
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/"
    "2006/main\"><numFmts count=\"3\">"
    "<numFmt numFmtId=\"164\" formatCode=\"&quot;Rp&quot;\\ #,##0\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"&quot;Rp&quot;\\ #,##0.00\"/>"
    "<numFmt numFmtId=\"166\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"
    "<fonts count=\"3\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font>"
    "<font><b/><sz val=\"14\"/><name val=\"Calibri\"/></font></fonts>"
    "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE7E6E6\"/>"
    "<bgColor indexed=\"64\"/></patternFill></fill></fills>"
    "<borders count=\"3\">"
    "<border><left/><right/><top/><bottom/><diagonal/></border>"
    "<border><left/><right/><top/><bottom style=\"thin\"/><diagonal/></border>"
    "<border><left/><right/><top style=\"thin\"/><bottom/><diagonal/></border>"
    "</borders><cellStyleXfs count=\"1\">"
    "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
    "</cellStyleXfs><cellXfs count=\"17\">"
#define XF(format, font, fill, border, rest)                                   \
    "<xf numFmtId=\"" #format "\" fontId=\"" #font "\" fillId=\"" #fill        \
    "\" borderId=\"" #border "\" xfId=\"0\" applyNumberFormat=\"1\" "          \
    "applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\"" rest
#define RIGHT " applyAlignment=\"1\"><alignment horizontal=\"right\"/></xf>"
    XF(0, 0, 0, 0, "/>") XF(49, 2, 0, 0, "/>") XF(49, 1, 0, 0, "/>")
        XF(49, 1, 2, 1, "/>") XF(49, 1, 2, 1, RIGHT) XF(49, 0, 0, 0, "/>") XF(
            164, 0, 0, 0, "/>") XF(165, 0, 0, 0, "/>") XF(1, 0, 0, 0, "/>")
            XF(166, 0, 0, 0, "/>") XF(49, 0, 0, 0, RIGHT) XF(49, 1, 0, 2, "/>")
                XF(164, 1, 0, 2, "/>") XF(165, 1, 0, 2, "/>")
                    XF(1, 1, 0, 2, "/>") XF(166, 1, 0, 2, "/>") XF(
                        49,
                        1,
                        0,
                        2,
                        RIGHT) "</cellXfs><cellStyles count=\"1\"><cellStyle "
                               "name=\"Normal\" xfId=\"0\" "
                               "builtinId=\"0\"/></cellStyles></styleSheet>";

#define XML    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/"
#define PARTS  "http://schemas.openxmlformats.org/package/2006/"
#define KINDS  "application/vnd.openxmlformats-officedocument.spreadsheetml."

typedef struct sheet {
    const umi_report_item *item; /* NULL: only the values of the report */
    const char *name;
    size_t head; /* row of the headings, from 1; 0: none */
    char path[40];
} sheet;

typedef struct book {
    const umi_report *r;
    umi_lang lang;
    cli_zip *zip;
    umi_buf xml;
    umi_error *err;
    umi_status rc;
    sheet sheets[SHEETS];
    size_t count;
    /* of the sheet that is being written */
    size_t row, column;
    bool *sen;  /* the column has amounts with sen */
    bool unfit; /* an amount stands as text */
    size_t *width;
} book;

static void flush(book *b, bool all)
{
    if (b->xml.len < CHUNK && !all)
        return;
    cli_zip_write(b->zip, umi_buf_as_text(&b->xml));
    b->xml.len = 0;
}

static void say(book *b, const char *xml)
{
    umi_buf_puts(&b->xml, xml);
}

/* --- text ----------------------------------------------------------------- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

/* "_x000D_" is an escape: in a text that has it, its first '_' is one. */
static bool like_escape(umi_text t)
{
    if (t.len < 7 || t.ptr[1] != 'x' || t.ptr[6] != '_')
        return false;
    return is_hex(t.ptr[2]) && is_hex(t.ptr[3]) && is_hex(t.ptr[4]) &&
           is_hex(t.ptr[5]);
}

static void put_char(umi_buf *b, umi_text rest, size_t n)
{
    unsigned char c = (unsigned char)*rest.ptr;
    if (n == 0)
        umi_buf_puts(b, "\xEF\xBF\xBD");
    else if (c == '&')
        umi_buf_puts(b, "&amp;");
    else if (c == '<')
        umi_buf_puts(b, "&lt;");
    else if (c == '>')
        umi_buf_puts(b, "&gt;");
    else if (c == '"')
        umi_buf_puts(b, "&quot;");
    else if (c == '_' && like_escape(rest))
        umi_buf_puts(b, "_x005F_");
    else if (c < ' ' && c != '\t' && c != '\n')
        umi_buf_printf(b, "_x%04X_", (unsigned)c);
    else if (n == 3 && memcmp(rest.ptr, "\xEF\xBF\xBE", 3) == 0)
        umi_buf_puts(b, "_xFFFE_"); /* no character of XML */
    else if (n == 3 && memcmp(rest.ptr, "\xEF\xBF\xBF", 3) == 0)
        umi_buf_puts(b, "_xFFFF_");
    else
        umi_buf_bytes(b, rest.ptr, n);
}

/* Counted as a spreadsheet does it, in units of UTF-16. */
static size_t put_escaped(umi_buf *b, umi_text t)
{
    size_t units = 0;
    while (t.len > 0) {
        size_t n = umi_text_utf8_at(t), step = n ? n : 1;
        put_char(b, t, n);
        units += n == 4 ? 2 : 1;
        t = (umi_text){t.ptr + step, t.len - step};
    }
    return units;
}

/* --- cells ---------------------------------------------------------------- */

/* "AB": columns are counted in letters, without a zero. */
static void put_column(umi_buf *b, size_t at)
{
    if (at >= 26)
        put_column(b, at / 26 - 1);
    umi_buf_putc(b, (char)('A' + at % 26));
}

static void begin_cell(book *b, style s)
{
    say(b, "<c r=\"");
    put_column(&b->xml, b->column++);
    umi_buf_printf(&b->xml, "%zu\" s=\"%d\"", b->row, (int)s);
}

static void begin_row(book *b)
{
    b->column = 0;
    umi_buf_printf(&b->xml, "<row r=\"%zu\">", ++b->row);
}

static void end_row(book *b)
{
    say(b, "</row>");
    flush(b, false);
}

/* A text, whatever it begins with: a formula would be an <f>. */
static void text_cell(book *b, style s, umi_text t)
{
    begin_cell(b, s);
    say(b, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    size_t units = put_escaped(&b->xml, t);
    say(b, "</t></is></c>");
    if (units > TEXT_MAX && b->rc == UMI_OK)
        b->rc = umi_fail(b->err, UMI_ERANGE, "",
                         "a text of %zu characters does not fit into a cell of "
                         "%d; --format csv takes it",
                         units, TEXT_MAX);
}

static bool fits(const umi_cell *c)
{
    int64_t v = c->number;
    if (c->type == UMI_CELL_MONEY)
        v = c->money.sen % 100 ? c->money.sen : c->money.sen / 100;
    return v > -EXACT && v < EXACT;
}

/* Days since 1899-12-31, and one more behind the 29 February 1900 that there
 * never was (ECMA-376 part 1, 18.17.4.1). */
static int64_t serial(int64_t day)
{
    int64_t since = day - UMI_DAY_MIN + 1;
    return since < 60 ? since : since + 1;
}

static void number_cell(book *b, style s, const umi_cell *c, bool sen)
{
    static const style kinds[] = {
        [UMI_CELL_MONEY] = RUPIAH, [UMI_CELL_INT] = INT, [UMI_CELL_DAY] = DAY};
    style kind = kinds[c->type];
    begin_cell(b, s + (kind == RUPIAH && sen ? SEN : kind));
    say(b, "><v>");
    if (c->type == UMI_CELL_MONEY)
        umi_buf_money(&b->xml, c->money);
    else
        umi_buf_int(&b->xml,
                    c->type == UMI_CELL_DAY ? serial(c->number) : c->number);
    say(b, "</v></c>");
}

/* @p over: 0 or TOTAL. */
static void put_cell(book *b, style over, const umi_cell *c, bool sen)
{
    bool number = c->type == UMI_CELL_MONEY || c->type == UMI_CELL_INT ||
                  c->type == UMI_CELL_DAY;
    umi_buf text = {0};
    if (number && fits(c)) {
        number_cell(b, over, c, sen);
        return;
    }
    b->unfit |= number;
    cli__report_cell(&text, c, b->lang);
    if (c->type != UMI_CELL_NONE)
        text_cell(b, over + (number ? TEXT_RIGHT : TEXT),
                  umi_buf_as_text(&text));
    else if (over != 0) {
        begin_cell(b, over + TEXT);
        say(b, "/>");
    } else {
        b->column++;
    }
    b->xml.failed |= text.failed;
    umi_buf_free(&text);
}

/* --- widths --------------------------------------------------------------- */

static void widen(book *b, size_t column, size_t width)
{
    if (width > b->width[column])
        b->width[column] = width;
}

static void measure_cells(book *b, const umi_cell *cells, size_t n)
{
    umi_buf text = {0};
    for (size_t i = 0; i < n; i++) {
        bool money = cells[i].type == UMI_CELL_MONEY;
        text.len = 0;
        cli__report_cell(&text, &cells[i], b->lang);
        widen(b, i, umi_text_points(umi_buf_as_text(&text)) + (money ? 6 : 0));
        if (money && cells[i].money.sen % 100 != 0)
            b->sen[i] = true;
    }
    b->xml.failed |= text.failed;
    umi_buf_free(&text);
}

/* The heading that people see; what they do not see has its key. */
static const char *heading(const book *b, const umi_report_column *c)
{
    return c->label ? umi_tr(b->lang, c->label) : c->key;
}

static bool measure(book *b, const umi_report_table *t)
{
    size_t n = t && t->column_count > 2 ? t->column_count : 2;
    b->sen = umi_arena_array(b->r->arena, n, sizeof *b->sen);
    b->width = umi_arena_array(b->r->arena, n, sizeof *b->width);
    if (b->sen == NULL || b->width == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        b->width[i] = WIDTH_MIN;
    for (size_t i = 0; i < b->r->count; i++)
        if (b->r->items[i].label != NULL && b->r->items[i].table == NULL)
            widen(b, 0,
                  umi_text_points(
                      umi_text_of(umi_tr(b->lang, b->r->items[i].label))));
    for (size_t i = 0; t != NULL && i < t->column_count; i++)
        widen(b, i, umi_text_points(umi_text_of(heading(b, &t->columns[i]))));
    for (size_t k = 0; t != NULL && k < t->rows; k++)
        measure_cells(b, t->cells + k * t->column_count, t->column_count);
    if (t != NULL && t->total != NULL)
        measure_cells(b, t->total, t->column_count);
    say(b, "<cols>");
    for (size_t i = 0; i < n; i++)
        umi_buf_printf(&b->xml,
                       "<col min=\"%zu\" max=\"%zu\" width=\"%zu\" "
                       "customWidth=\"1\"/>",
                       i + 1, i + 1,
                       (b->width[i] < WIDTH_MAX ? b->width[i] : WIDTH_MAX) + 2);
    say(b, "</cols>");
    return true;
}

/* --- a sheet -------------------------------------------------------------- */

static void line(book *b, style s, umi_text t)
{
    begin_row(b);
    text_cell(b, s, t);
    end_row(b);
}

/* Institution, title, what the table is, and the values of the report. */
static void put_top(book *b, const sheet *s)
{
    line(b, BOLD, b->r->institution);
    line(b, TITLE, umi_text_of(umi_tr(b->lang, b->r->title)));
    if (s->item != NULL && *s->item->label != '\0')
        line(b, BOLD, umi_text_of(umi_tr(b->lang, s->item->label)));
    for (size_t i = 0; i < b->r->count; i++) {
        const umi_report_item *item = &b->r->items[i];
        if (item->label == NULL || item->table != NULL)
            continue;
        begin_row(b);
        text_cell(b, TEXT, umi_text_of(umi_tr(b->lang, item->label)));
        put_cell(b, 0, &item->value,
                 item->value.type == UMI_CELL_MONEY &&
                     item->value.money.sen % 100 != 0);
        end_row(b);
    }
    b->row++;
}

static void
put_row(book *b, style over, const umi_report_table *t, const umi_cell *cells)
{
    begin_row(b);
    for (size_t i = 0; i < t->column_count; i++)
        put_cell(b, over, &cells[i], b->sen[i]);
    end_row(b);
}

static void put_table(book *b, const umi_report_table *t)
{
    begin_row(b);
    for (size_t i = 0; i < t->column_count; i++)
        text_cell(b, t->columns[i].right ? HEAD_RIGHT : HEAD,
                  umi_text_of(heading(b, &t->columns[i])));
    end_row(b);
    for (size_t k = 0; k < t->rows && b->rc == UMI_OK; k++)
        put_row(b, 0, t, t->cells + k * t->column_count);
    if (t->total != NULL)
        put_row(b, TOTAL, t, t->total);
    b->row++;
    if (b->unfit)
        line(b, TEXT,
             umi_text_of(umi_tr(b->lang,
                                "numbers of more than 15 digits stand as text, "
                                "exact; sums of the sheet leave them out")));
}

static size_t top_rows(const book *b, const sheet *s)
{
    size_t rows = 3; /* institution, title, and the blank one */
    rows += s->item != NULL && *s->item->label != '\0';
    for (size_t i = 0; i < b->r->count; i++)
        rows += b->r->items[i].label != NULL && b->r->items[i].table == NULL;
    return rows;
}

/* The headings stay in sight. */
static void put_view(book *b, const sheet *s)
{
    umi_buf_printf(&b->xml, "<sheetViews><sheetView%s workbookViewId=\"0\">",
                   s == b->sheets ? " tabSelected=\"1\"" : "");
    if (s->head > 0)
        umi_buf_printf(&b->xml,
                       "<pane ySplit=\"%zu\" topLeftCell=\"A%zu\" "
                       "activePane=\"bottomLeft\" state=\"frozen\"/>"
                       "<selection pane=\"bottomLeft\"/>",
                       s->head, s->head + 1);
    say(b, "</sheetView></sheetViews>");
}

static umi_status put_sheet(book *b, sheet *s)
{
    const umi_report_table *t = s->item ? s->item->table : NULL;
    s->head = t ? top_rows(b, s) + 1 : 0;
    if (t != NULL && t->rows > ROWS_MAX - s->head - 3)
        return umi_fail(b->err, UMI_ERANGE, s->item->key,
                        "%zu rows do not fit into a sheet of %d; --format csv "
                        "takes them",
                        t->rows, ROWS_MAX);
    cli_zip_member(b->zip, s->path);
    say(b, XML "<worksheet xmlns=\"http://schemas.openxmlformats.org/"
               "spreadsheetml/2006/main\"><sheetPr><pageSetUpPr "
               "fitToPage=\"1\"/></sheetPr>");
    put_view(b, s);
    b->row = 0;
    b->unfit = false;
    if (!measure(b, t))
        return umi_fail_memory(b->err);
    say(b, "<sheetData>");
    put_top(b, s);
    if (t != NULL)
        put_table(b, t);
    say(b, "</sheetData><pageSetup paperSize=\"9\" orientation=\"landscape\" "
           "fitToHeight=\"0\"/><headerFooter><oddFooter>&amp;C&amp;P / "
           "&amp;N</oddFooter></headerFooter></worksheet>");
    flush(b, true);
    return b->rc;
}

/* --- the parts around ----------------------------------------------------- */

static void part(book *b, const char *path, const char *xml)
{
    cli_zip_member(b->zip, path);
    say(b, XML);
    say(b, xml);
}

static void put_types(book *b)
{
    part(b, "[Content_Types].xml",
         "<Types xmlns=\"" PARTS "content-types\">"
         "<Default Extension=\"rels\" ContentType=\"application/"
         "vnd.openxmlformats-package.relationships+xml\"/>"
         "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
         "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" KINDS
         "sheet.main+xml\"/>"
         "<Override PartName=\"/xl/styles.xml\" ContentType=\"" KINDS
         "styles+xml\"/>"
         "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
         "vnd.openxmlformats-package.core-properties+xml\"/>");
    for (size_t i = 0; i < b->count; i++)
        umi_buf_printf(&b->xml,
                       "<Override PartName=\"/%s\" ContentType=\"" KINDS
                       "worksheet+xml\"/>",
                       b->sheets[i].path);
    say(b, "</Types>");
    flush(b, true);
}

static void put_relations(book *b)
{
    part(b, "_rels/.rels",
         "<Relationships xmlns=\"" PARTS "relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" OFFICE
         "relationships/officeDocument\" Target=\"xl/workbook.xml\"/>"
         "<Relationship Id=\"rId2\" Type=\"" PARTS
         "relationships/metadata/core-properties\" "
         "Target=\"docProps/core.xml\"/></Relationships>");
    flush(b, true);
    part(b, "xl/_rels/workbook.xml.rels",
         "<Relationships xmlns=\"" PARTS "relationships\">"
         "<Relationship Id=\"rId0\" Type=\"" OFFICE
         "relationships/styles\" Target=\"styles.xml\"/>");
    for (size_t i = 0; i < b->count; i++)
        umi_buf_printf(&b->xml,
                       "<Relationship Id=\"rId%zu\" Type=\"" OFFICE
                       "relationships/worksheet\" Target=\"%s\"/>",
                       i + 1, b->sheets[i].path + strlen("xl/"));
    say(b, "</Relationships>");
    flush(b, true);
}

/* The headings are printed on every page. */
static void put_workbook(book *b)
{
    part(b, "xl/workbook.xml",
         "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/"
         "2006/main\" xmlns:r=\"" OFFICE
         "relationships\"><bookViews><workbookView/>"
         "</bookViews><sheets>");
    for (size_t i = 0; i < b->count; i++)
        umi_buf_printf(&b->xml,
                       "<sheet name=\"%s\" sheetId=\"%zu\" r:id=\"rId%zu\"/>",
                       b->sheets[i].name, i + 1, i + 1);
    say(b, "</sheets>");
    if (b->sheets[0].head > 0)
        say(b, "<definedNames>");
    for (size_t i = 0; i < b->count && b->sheets[0].head > 0; i++)
        umi_buf_printf(&b->xml,
                       "<definedName name=\"_xlnm.Print_Titles\" "
                       "localSheetId=\"%zu\">'%s'!$%zu:$%zu</definedName>",
                       i, b->sheets[i].name, b->sheets[i].head,
                       b->sheets[i].head);
    if (b->sheets[0].head > 0)
        say(b, "</definedNames>");
    say(b, "</workbook>");
    flush(b, true);
    part(b, "xl/styles.xml", styles);
    flush(b, true);
}

/* Made on the day of the report: the clock has no part in it. */
static void put_core(book *b)
{
    part(b, "docProps/core.xml",
         "<cp:coreProperties xmlns:cp=\"" PARTS "metadata/core-properties\" "
         "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
         "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
    (void)put_escaped(&b->xml, umi_text_of(umi_tr(b->lang, b->r->title)));
    say(b, "</dc:title><dc:creator>");
    (void)put_escaped(&b->xml, b->r->institution);
    say(b, "</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">");
    umi_buf_day(&b->xml, cli__report_day(b->r));
    say(b, "T00:00:00Z</dcterms:created></cp:coreProperties>");
    flush(b, true);
}

/* --- the workbook --------------------------------------------------------- */

static void add_sheet(book *b, const umi_report_item *item)
{
    sheet *s = &b->sheets[b->count++];
    *s = (sheet){.item = item, .name = b->r->name};
    if (item != NULL && *item->label != '\0')
        s->name = item->key;
    assert(strlen(s->name) <= NAME_MAX_LEN);
    (void)snprintf(s->path, sizeof s->path, "xl/worksheets/sheet%zu.xml",
                   b->count);
}

static umi_status put_book(book *b)
{
    for (size_t i = 0; i < b->r->count; i++)
        if (b->r->items[i].label != NULL && b->r->items[i].table != NULL)
            add_sheet(b, &b->r->items[i]);
    if (b->count == 0)
        add_sheet(b, NULL);
    put_types(b);
    put_relations(b);
    put_core(b);
    for (size_t i = 0; i < b->count && b->rc == UMI_OK; i++)
        b->rc = put_sheet(b, &b->sheets[i]);
    if (b->rc != UMI_OK)
        return b->rc;
    put_workbook(b);
    return b->xml.failed ? umi_fail_memory(b->err)
                         : cli_zip_close(b->zip, b->err);
}

umi_status cli__report_xlsx(umi_buf *out,
                            const umi_report *r,
                            umi_lang lang,
                            umi_error *err)
{
    book b = {.r = r, .lang = lang, .err = err, .zip = cli_zip_new(out)};
    umi_status rc = b.zip ? put_book(&b) : umi_fail_memory(err);
    cli_zip_free(b.zip);
    umi_buf_free(&b.xml);
    if (rc != UMI_OK)
        umi_buf_free(out);
    return rc;
}
