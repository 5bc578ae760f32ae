/* SPDX-License-Identifier: MIT */
#include "cli/out/latin.h"
#include "cli/out/report_int.h"

#include "engine/base/alloc.h"

#include <assert.h>
#include <hpdf.h>

/* Lengths are thousandths of a point, as the widths of characters are
 * thousandths of the size of the font: the layout is whole numbers. */
#define PT 1000

enum {
    SHORT = 595 * PT, /* A4, as libharu has it */
    LONG = 842 * PT,
    MARGIN = 36 * PT,
    FOOT = 2 * MARGIN, /* nothing of the report stands below */
    GAP = 8 * PT,      /* between columns */
    NORMAL = 9,        /* sizes of the font */
    WRAPPED = 7,       /* from here down columns of text are broken */
    LEAST = 4,
    NARROW = 12,   /* a broken column has at least so many em */
    PAGES = 10000, /* the library holds them all in memory */
    CODES = 256,
    CALL = 1 << 20, /* bytes that no call of the library takes */
    BLOCK = 3 << 20 /* taken at once beside them */
};

typedef struct face {
    HPDF_Font font;
    int32_t width[CODES]; /* of a character, in thousandths of the size */
} face;

/* A cell, drawn line after line: what is left of it, in its row's text. */
typedef struct piece {
    size_t from, end;
} piece;

typedef struct row {
    umi_buf text;
    piece *pieces;
} row;

typedef struct column {
    int64_t natural;  /* thousandths of an em */
    int64_t x, width; /* on the page */
    bool right;
} column;

typedef struct grid {
    const umi_report_table *t;
    cli_report_shown shown;
    column *columns;
    row head, body;
    int size;
} grid;

typedef struct paper {
    const umi_report *r;
    umi_lang lang;
    umi_error *err;
    HPDF_Doc doc;
    HPDF_Page page;
    face plain, bold;
    bool landscape;
    size_t pages, lost; /* characters that have a stand-in */
    int64_t y;          /* baseline of the last line */
    umi_buf text;       /* for a moment */
} paper;

/* The library follows pointers that it did not get, so it must get them all:
 * before each call there is room for more than the call takes.  Nothing is
 * given back singly.  The library hands its allocator nothing but a size, so
 * the room stands here. */
typedef struct block {
    struct block *next;
    max_align_t bytes[];
} block;

static _Thread_local struct {
    block *blocks;
    char *at;
    size_t left, used;
} pool;

static void *take(HPDF_UINT size)
{
    size_t need = ((size_t)size + 15) & ~(size_t)15;
    void *memory = pool.at;
    if (need > pool.left)
        return NULL;
    pool.at += need;
    pool.left -= need;
    pool.used += need;
    return memory;
}

static void give(void *memory)
{
    (void)memory;
}

static bool ready(paper *p, size_t need)
{
    if (pool.left >= need || p->text.failed)
        return !p->text.failed;
    block *b = umi_alloc(sizeof *b + need + BLOCK);
    if (b == NULL) {
        p->text.failed = true;
        return false;
    }
    b->next = pool.blocks;
    pool.blocks = b;
    pool.at = (char *)b->bytes;
    pool.left = need + BLOCK;
    return true;
}

static void give_all(void)
{
    for (block *next; pool.blocks != NULL; pool.blocks = next) {
        next = pool.blocks->next;
        umi_free(pool.blocks);
    }
    pool.at = NULL;
    pool.left = pool.used = 0;
}

static HPDF_REAL real(int64_t length)
{
    return (HPDF_REAL)length / PT;
}

static int64_t page_width(const paper *p)
{
    return p->landscape ? LONG : SHORT;
}

static int64_t room(const paper *p)
{
    return page_width(p) - 2 * MARGIN;
}

static int64_t leading(int size)
{
    return (int64_t)size * PT * 5 / 4;
}

static umi_status trouble(const paper *p)
{
    HPDF_STATUS code = HPDF_GetError(p->doc);
    if (p->text.failed)
        return umi_fail_memory(p->err);
    if (code != HPDF_OK)
        return umi_fail(p->err, UMI_EINTERNAL, "",
                        "the PDF library failed with 0x%04lX",
                        (unsigned long)code);
    return UMI_OK;
}

/* --- text ----------------------------------------------------------------- */

static int64_t width_of(const face *f, umi_text t)
{
    int64_t sum = 0;
    for (size_t i = 0; i < t.len; i++)
        sum += f->width[(unsigned char)t.ptr[i]];
    return sum;
}

/* How much of @p t stands on a line of @p width thousandths of an em: whole
 * words, or of a longer word as much as fits; at least a character. */
static size_t line_end(const face *f, umi_text t, int64_t width)
{
    size_t blank = 0, i = 0;
    for (int64_t sum = 0; i < t.len; i++) {
        sum += f->width[(unsigned char)t.ptr[i]];
        if (sum > width && i > 0)
            return blank > 0 ? blank : i;
        if (t.ptr[i] == ' ')
            blank = i + 1;
    }
    return i;
}

static void
write_at(paper *p, const face *f, int size, int64_t x, int64_t y, umi_text t)
{
    p->text.len = 0;
    umi_buf_text(&p->text, t);
    umi_buf_putc(&p->text, '\0');
    if (!ready(p, CALL))
        return;
    HPDF_Page_BeginText(p->page);
    HPDF_Page_SetFontAndSize(p->page, f->font, (HPDF_REAL)size);
    HPDF_Page_TextOut(p->page, real(x), real(y), p->text.ptr);
    HPDF_Page_EndText(p->page);
}

static void rule(paper *p, int64_t from, int64_t to, int64_t y)
{
    if (!ready(p, CALL))
        return;
    HPDF_Page_SetLineWidth(p->page, real(PT / 2));
    HPDF_Page_MoveTo(p->page, real(from), real(y));
    HPDF_Page_LineTo(p->page, real(to), real(y));
    HPDF_Page_Stroke(p->page);
}

/* --- pages ---------------------------------------------------------------- */

static umi_status new_page(paper *p)
{
    if (p->pages == PAGES)
        return umi_fail(p->err, UMI_ERANGE, "",
                        "more than %d pages; --format xlsx takes them", PAGES);
    if (!ready(p, CALL))
        return umi_fail_memory(p->err);
    p->page = HPDF_AddPage(p->doc);
    HPDF_Page_SetSize(p->page, HPDF_PAGE_SIZE_A4,
                      p->landscape ? HPDF_PAGE_LANDSCAPE : HPDF_PAGE_PORTRAIT);
    p->pages++;
    p->y = (p->landscape ? SHORT : LONG) - MARGIN;
    return trouble(p);
}

/* A line over the whole width, broken where it is too long. */
static umi_status say(paper *p, const face *f, int size, umi_text t)
{
    umi_buf latin = {0};
    umi_status rc = UMI_OK;
    p->lost += cli_latin(&latin, t);
    umi_text rest = umi_buf_as_text(&latin);
    while (rest.len > 0 && rc == UMI_OK) {
        size_t n = line_end(f, rest, room(p) / size);
        if (p->y - leading(size) < FOOT)
            rc = new_page(p);
        p->y -= leading(size);
        if (rc == UMI_OK)
            write_at(p, f, size, MARGIN, p->y, (umi_text){rest.ptr, n});
        rest = (umi_text){rest.ptr + n, rest.len - n};
    }
    p->text.failed |= latin.failed;
    umi_buf_free(&latin);
    return rc;
}

/* --- the width of a table ------------------------------------------------- */

static void measure(paper *p, grid *g, const face *f, const umi_cell *cells)
{
    umi_buf text = {0};
    for (size_t i = 0; i < g->shown.n; i++) {
        text.len = p->text.len = 0;
        cli__report_cell(&text, &cells[g->shown.which[i]], p->lang);
        (void)cli_latin(&p->text, umi_buf_as_text(&text));
        int64_t width = width_of(f, umi_buf_as_text(&p->text));
        if (width > g->columns[i].natural)
            g->columns[i].natural = width;
    }
    p->text.failed |= text.failed;
    umi_buf_free(&text);
}

static bool measure_table(paper *p, grid *g, const umi_report_table *t)
{
    umi_arena *arena = p->r->arena;
    g->t = t;
    if (!cli__report_shown(&g->shown, t, p->lang, arena))
        return false;
    g->columns = umi_arena_array(arena, g->shown.n + 1, sizeof *g->columns);
    g->head.pieces = umi_arena_array(arena, g->shown.n + 1, sizeof(piece));
    g->body.pieces = umi_arena_array(arena, g->shown.n + 1, sizeof(piece));
    if (g->columns == NULL || g->head.pieces == NULL || g->body.pieces == NULL)
        return false;
    for (size_t i = 0; i < g->shown.n; i++) {
        p->text.len = 0;
        (void)cli_latin(&p->text, umi_text_of(g->shown.heads[i]));
        g->columns[i].natural = width_of(&p->bold, umi_buf_as_text(&p->text));
        g->columns[i].right = g->shown.align[i] == 'r';
    }
    assert(g->shown.n > 0);
    for (size_t k = 0; k < t->rows; k++)
        measure(p, g, &p->plain, t->cells + k * t->column_count);
    if (t->total != NULL)
        measure(p, g, &p->bold, t->total);
    return !p->text.failed;
}

/* The table's width in a font of @p size, when no column of text is wider
 * than @p cap; numbers are never broken. */
static int64_t width_at(const grid *g, int size, int64_t cap)
{
    int64_t sum = g->shown.n ? (int64_t)(g->shown.n - 1) * GAP : 0;
    for (size_t i = 0; i < g->shown.n; i++) {
        int64_t width = g->columns[i].natural * size;
        sum += g->columns[i].right || width < cap ? width : cap;
    }
    return sum;
}

static void place(grid *g, int size, int64_t cap)
{
    int64_t x = MARGIN;
    g->size = size;
    for (size_t i = 0; i < g->shown.n; i++) {
        column *c = &g->columns[i];
        int64_t width = c->natural * size;
        c->x = x;
        c->width = c->right || width < cap ? width : cap;
        x += c->width + GAP;
    }
}

/* The largest font in which it fits; small ones may break columns of text. */
static umi_status fit(const paper *p, grid *g)
{
    for (int size = NORMAL; size >= LEAST; size--) {
        int64_t cap = room(p), least = (int64_t)NARROW * size * PT;
        while (size <= WRAPPED && cap > least &&
               width_at(g, size, cap) > room(p))
            cap -= PT;
        if (width_at(g, size, cap) <= room(p)) {
            place(g, size, cap);
            return UMI_OK;
        }
    }
    return umi_fail(p->err, UMI_ERANGE, "",
                    "a table of %zu columns does not fit onto a page; "
                    "--format xlsx takes it",
                    g->shown.n);
}

/* --- the rows of a table -------------------------------------------------- */

/* The next line of a cell in column @p c. */
static umi_text
next_line(const grid *g, const face *f, const row *r, piece *part, size_t c)
{
    umi_text rest = {r->text.ptr + part->from, part->end - part->from};
    if (rest.len > 0)
        rest.len = line_end(f, rest, g->columns[c].width / g->size);
    part->from += rest.len;
    while (rest.len > 0 && rest.ptr[rest.len - 1] == ' ')
        rest.len--;
    return rest;
}

static size_t lines_of(const grid *g, const face *f, const row *r)
{
    size_t most = 1;
    for (size_t i = 0; i < g->shown.n; i++) {
        piece part = r->pieces[i];
        size_t n = 0;
        for (; part.from < part.end; n++)
            (void)next_line(g, f, r, &part, i);
        most = n > most ? n : most;
    }
    return most;
}

static void draw_line(paper *p, const grid *g, const face *f, row *r)
{
    p->y -= leading(g->size);
    for (size_t i = 0; i < g->shown.n; i++) {
        const column *c = &g->columns[i];
        umi_text t = next_line(g, f, r, &r->pieces[i], i);
        int64_t left = c->right ? c->width - width_of(f, t) * g->size : 0;
        if (t.len > 0)
            write_at(p, f, g->size, c->x + left, p->y, t);
    }
}

static void table_rule(paper *p, const grid *g)
{
    const column *last = &g->columns[g->shown.n - 1];
    p->y -= leading(g->size) / 4;
    rule(p, MARGIN, last->x + last->width, p->y);
}

static void add_piece(paper *p, row *r, size_t i, umi_text t)
{
    r->pieces[i].from = r->text.len;
    p->lost += cli_latin(&r->text, t);
    r->pieces[i].end = r->text.len;
    p->text.failed |= r->text.failed;
}

static umi_status draw_head(paper *p, grid *g)
{
    const face *f = &p->bold;
    g->head.text.len = 0;
    for (size_t i = 0; i < g->shown.n; i++)
        add_piece(p, &g->head, i, umi_text_of(g->shown.heads[i]));
    if (p->text.failed)
        return umi_fail_memory(p->err);
    for (size_t k = lines_of(g, f, &g->head); k > 0; k--)
        draw_line(p, g, f, &g->head);
    table_rule(p, g);
    return trouble(p);
}

/* On a page with room for @p n lines of the table. */
static umi_status make_room(paper *p, grid *g, size_t n)
{
    if (p->y - leading(g->size) * (int64_t)n >= FOOT)
        return UMI_OK;
    umi_status rc = new_page(p);
    return rc == UMI_OK ? draw_head(p, g) : rc;
}

static void fill(paper *p, grid *g, const umi_cell *cells)
{
    umi_buf text = {0};
    g->body.text.len = 0;
    for (size_t i = 0; i < g->shown.n; i++) {
        text.len = 0;
        cli__report_cell(&text, &cells[g->shown.which[i]], p->lang);
        add_piece(p, &g->body, i, umi_buf_as_text(&text));
    }
    p->text.failed |= text.failed;
    umi_buf_free(&text);
}

/* A row stands on one page, unless it is longer than half of one. */
static umi_status
draw_row(paper *p, grid *g, const face *f, const umi_cell *cells)
{
    fill(p, g, cells);
    if (p->text.failed)
        return umi_fail_memory(p->err);
    size_t n = lines_of(g, f, &g->body);
    bool whole = leading(g->size) * (int64_t)n < (SHORT - FOOT) / 2;
    umi_status rc = make_room(p, g, whole ? n : 1);
    for (size_t k = 0; k < n && rc == UMI_OK; k++) {
        rc = make_room(p, g, 1);
        if (rc == UMI_OK)
            draw_line(p, g, f, &g->body);
    }
    return rc == UMI_OK ? trouble(p) : rc;
}

static umi_status draw_table(paper *p, grid *g)
{
    const umi_report_table *t = g->t;
    umi_status rc = fit(p, g);
    if (rc == UMI_OK && p->y - 4 * leading(g->size) < FOOT)
        rc = new_page(p);
    if (rc == UMI_OK)
        rc = draw_head(p, g);
    for (size_t k = 0; k < t->rows && rc == UMI_OK; k++)
        rc = draw_row(p, g, &p->plain, t->cells + k * t->column_count);
    if (t->total == NULL || rc != UMI_OK)
        return rc;
    rc = make_room(p, g, 2);
    table_rule(p, g);
    return rc == UMI_OK ? draw_row(p, g, &p->bold, t->total) : rc;
}

/* --- the report ----------------------------------------------------------- */

static umi_status say_value(paper *p, const umi_report_item *item)
{
    umi_buf text = {0};
    umi_buf_printf(&text, "%s: ", umi_tr(p->lang, item->label));
    cli__report_cell(&text, &item->value, p->lang);
    p->text.failed |= text.failed;
    umi_status rc = say(p, &p->plain, NORMAL, umi_buf_as_text(&text));
    umi_buf_free(&text);
    return rc;
}

static umi_status draw_item(paper *p, const umi_report_item *item, grid *g)
{
    umi_status rc = UMI_OK;
    if (item->table == NULL)
        return say_value(p, item);
    p->y -= leading(NORMAL);
    if (p->y - 6 * leading(NORMAL) < FOOT)
        rc = new_page(p);
    if (rc == UMI_OK && *item->label != '\0')
        rc = say(p, &p->bold, NORMAL + 2,
                 umi_text_of(umi_tr(p->lang, item->label)));
    return rc == UMI_OK ? draw_table(p, g) : rc;
}

/* Its pages lie down when one of its tables is wider than a page that stands.
 */
static umi_status measure_all(paper *p, grid *grids)
{
    for (size_t i = 0; i < p->r->count; i++) {
        const umi_report_item *item = &p->r->items[i];
        if (item->label == NULL || item->table == NULL)
            continue;
        if (!measure_table(p, &grids[i], item->table))
            return umi_fail_memory(p->err);
        if (width_at(&grids[i], NORMAL, LONG) > room(p))
            p->landscape = true;
    }
    return UMI_OK;
}

static umi_status draw_all(paper *p, grid *grids)
{
    umi_status rc = measure_all(p, grids);
    if (rc == UMI_OK)
        rc = new_page(p);
    if (rc == UMI_OK)
        rc = say(p, &p->bold, NORMAL + 1, p->r->institution);
    if (rc == UMI_OK)
        rc = say(p, &p->bold, NORMAL + 5,
                 umi_text_of(umi_tr(p->lang, p->r->title)));
    for (size_t i = 0; i < p->r->count && rc == UMI_OK; i++)
        if (p->r->items[i].label != NULL)
            rc = draw_item(p, &p->r->items[i], &grids[i]);
    return rc;
}

/* --- the foot of each page ------------------------------------------------ */

static void foot_line(paper *p, const umi_buf *text, int64_t y, bool right)
{
    umi_buf latin = {0};
    (void)cli_latin(&latin, umi_buf_as_text(text));
    umi_text t = umi_buf_as_text(&latin);
    size_t n = line_end(&p->plain, t, room(p) * 3 / 4 / WRAPPED);
    int64_t width = width_of(&p->plain, (umi_text){t.ptr, n}) * WRAPPED;
    p->text.failed |= latin.failed || text->failed;
    if (n > 0)
        write_at(p, &p->plain, WRAPPED,
                 right ? page_width(p) - MARGIN - width : MARGIN, y,
                 (umi_text){t.ptr, n});
    umi_buf_free(&latin);
}

static void draw_foot(paper *p, size_t number)
{
    umi_buf text = {0};
    int64_t y = MARGIN;
    p->page = HPDF_GetPageByIndex(p->doc, (HPDF_UINT)number);
    umi_buf_printf(&text, umi_tr(p->lang, "page %zu of %zu"), number + 1,
                   p->pages);
    foot_line(p, &text, y, true);
    text.len = 0;
    umi_buf_puts(&text, umi_tr(p->lang, p->r->title));
    umi_buf_puts(&text, ", ");
    umi_buf_day(&text, cli__report_day(p->r));
    foot_line(p, &text, y, false);
    text.len = 0;
    if (p->lost > 0)
        umi_buf_printf(&text,
                       umi_tr(p->lang,
                              "characters that the font does not have and that "
                              "stand as '?': %zu; --format xlsx has them"),
                       p->lost);
    foot_line(p, &text, y + leading(NORMAL), false);
    umi_buf_free(&text);
}

/* --- the document --------------------------------------------------------- */

static void learn(paper *p, face *f, const char *name)
{
    f->font = HPDF_GetFont(p->doc, name, "WinAnsiEncoding");
    for (int i = ' '; i < CODES; i++) {
        HPDF_BYTE c = (HPDF_BYTE)i;
        f->width[i] = (int32_t)HPDF_Font_TextWidth(f->font, &c, 1).width;
    }
}

/* Made on the day of the report: the clock has no part in it. */
static void set_facts(paper *p)
{
    umi_civil day = umi_civil_of(cli__report_day(p->r));
    HPDF_Date made = {
        .year = day.year, .month = day.month, .day = day.day, .ind = 'Z'};
    HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_CREATION_DATE, made);
    HPDF_SetInfoAttr(p->doc, HPDF_INFO_TITLE, umi_tr(p->lang, p->r->title));
}

static umi_status save(paper *p, umi_buf *out)
{
    /* what is packed is no larger than what was drawn */
    if (!ready(p, pool.used + CALL))
        return umi_fail_memory(p->err);
    HPDF_SaveToStream(p->doc);
    umi_status rc = trouble(p);
    HPDF_UINT32 size = rc == UMI_OK ? HPDF_GetStreamSize(p->doc) : 0;
    char *to = size ? umi_buf_reserve(out, size) : NULL;
    if (rc != UMI_OK)
        return rc;
    if (to == NULL)
        return umi_fail_memory(p->err);
    HPDF_ReadFromStream(p->doc, (HPDF_BYTE *)to, &size);
    out->len += size;
    return UMI_OK;
}

static umi_status draw(paper *p, umi_buf *out)
{
    grid grids[UMI_REPORT_ITEMS] = {0};
    HPDF_SetCompressionMode(p->doc, HPDF_COMP_ALL);
    learn(p, &p->plain, "Helvetica");
    learn(p, &p->bold, "Helvetica-Bold");
    set_facts(p);
    umi_status rc = trouble(p);
    if (rc == UMI_OK)
        rc = draw_all(p, grids);
    for (size_t i = 0; i < p->pages && rc == UMI_OK; i++) {
        draw_foot(p, i);
        rc = trouble(p);
    }
    for (size_t i = 0; i < UMI_REPORT_ITEMS; i++) {
        umi_buf_free(&grids[i].head.text);
        umi_buf_free(&grids[i].body.text);
    }
    return rc == UMI_OK ? save(p, out) : rc;
}

umi_status cli__report_pdf(umi_buf *out,
                           const umi_report *r,
                           umi_lang lang,
                           umi_error *err)
{
    paper p = {.r = r, .lang = lang, .err = err};
    assert(pool.blocks == NULL);
    if (ready(&p, CALL))
        p.doc = HPDF_NewEx(NULL, take, give, 0, NULL);
    umi_status rc = p.doc ? draw(&p, out) : umi_fail_memory(err);
    if (p.doc != NULL)
        HPDF_Free(p.doc);
    give_all();
    umi_buf_free(&p.text);
    if (rc != UMI_OK)
        umi_buf_free(out);
    return rc;
}
