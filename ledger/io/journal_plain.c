/* SPDX-License-Identifier: MIT */
#include "ledger/io/journal_int.h"

/* Plain-text accounting.  The three programs differ in how accounts and the
 * commodity are declared and in the first line of a transaction; names are
 * made so that the strictest of them, beancount, takes them. */

#define NAME_MAX_BYTES 100

static const char *root_of(umi_account_type t)
{
    switch (t) {
    case UMI_ASSET:
        return "Assets";
    case UMI_LIABILITY:
        return "Liabilities";
    case UMI_EQUITY:
        return "Equity";
    case UMI_INCOME:
        return "Income";
    case UMI_EXPENSE:
        return "Expenses";
    }
    return "Equity";
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_plain(char c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}

/* Letters and digits; what stands between them becomes one hyphen. */
static size_t slug(char *out, size_t room, umi_text t)
{
    size_t n = 0;
    for (size_t i = 0; i < t.len && n < room; i++)
        if (is_plain(t.ptr[i]))
            out[n++] = t.ptr[i];
        else if (n > 0 && out[n - 1] != '-')
            out[n++] = '-';
    while (n > 0 && out[n - 1] == '-')
        n--;
    return n;
}

/* "1101-Kas": the code as it stands where beancount lets it. */
static size_t segment(char *out, const umi_account *a)
{
    size_t n = 0;
    char c = a->code.len > 0 ? a->code.ptr[0] : '-';
    if (!is_digit(c) && !is_upper(c))
        out[n++] = 'X';
    for (size_t i = 0; i < a->code.len && n < NAME_MAX_BYTES; i++)
        out[n++] = is_plain(a->code.ptr[i]) ? a->code.ptr[i] : '-';
    if (n < NAME_MAX_BYTES)
        out[n++] = '-';
    n += slug(out + n, NAME_MAX_BYTES - n, a->name_id);
    return out[n - 1] == '-' ? n - 1 : n;
}

static bool taken(const umi_plain *p, size_t before, umi_text name)
{
    for (size_t i = 0; i < before; i++)
        if (umi_text_eq(p->names[i], name))
            return true;
    return false;
}

/* Two codes that differ in a character that no account may have get numbers
 * behind their names. */
static umi_status name_accounts(umi_plain *p, umi_arena *arena, umi_error *err)
{
    p->names = umi_arena_array(arena, p->chart->count, sizeof *p->names);
    umi_buf b = {0};
    for (size_t i = 0; p->names != NULL && i < p->chart->count; i++) {
        const umi_account *a = &p->chart->accounts[i];
        char text[NAME_MAX_BYTES + 1];
        size_t len = segment(text, a);
        b.len = 0;
        umi_buf_printf(&b, "%s:%.*s", root_of(a->type), (int)len, text);
        size_t stem = b.len;
        for (int k = 2; !b.failed && taken(p, i, umi_buf_as_text(&b)); k++) {
            b.len = stem;
            umi_buf_printf(&b, "-%d", k);
        }
        p->names[i].len = b.len;
        p->names[i].ptr = umi_arena_copy(arena, b.ptr, b.len);
        if (p->names[i].ptr == NULL)
            b.failed = true;
    }
    bool failed = b.failed || p->names == NULL;
    umi_buf_free(&b);
    return failed ? umi_fail_memory(err) : UMI_OK;
}

/* --- declarations --------------------------------------------------------- */

/* A text inside double quotes or on a line of its own. */
static void put_plain(umi_buf *b, umi_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool harmless = is_plain(c) || c == ' ' || c == '-' || c == '.' ||
                        c == '_' || (unsigned char)c >= 0x80;
        umi_buf_putc(b, harmless ? c : '_');
    }
}

static void declare_beancount(umi_plain *p)
{
    umi_buf *b = &p->j->buf;
    umi_buf_puts(b, "option \"title\" \"");
    put_plain(b, umi_book_institution(p->j->book));
    umi_buf_puts(b, "\"\noption \"operating_currency\" \"IDR\"\n");
    umi_buf_puts(b, "1900-01-01 commodity IDR\n");
    for (size_t i = 0; i < p->chart->count; i++)
        umi_buf_printf(b, "1900-01-01 open %.*s IDR\n", (int)p->names[i].len,
                       p->names[i].ptr);
}

static void declare(umi_plain *p)
{
    umi_buf *b = &p->j->buf;
    if (p->j->ask->format == UMI_JOURNAL_BEANCOUNT) {
        declare_beancount(p);
        return;
    }
    umi_buf_puts(b, "; ");
    put_plain(b, umi_book_institution(p->j->book));
    umi_buf_puts(b, "\ncommodity IDR\n    format 1000.00 IDR\n");
    for (size_t i = 0; i < p->chart->count; i++)
        umi_buf_printf(b, "account %.*s\n", (int)p->names[i].len,
                       p->names[i].ptr);
}

/* --- transactions --------------------------------------------------------- */

static void begin(umi_plain *p, const umi_gl_line *line)
{
    umi_buf *b = &p->j->buf;
    bool bean = p->j->ask->format == UMI_JOURNAL_BEANCOUNT;
    umi_buf_putc(b, '\n');
    umi_buf_day(b, line->day);
    umi_buf_puts(b, bean ? " * \"" : " * ");
    if (p->what.len > 0)
        put_plain(b, p->what);
    else
        umi_buf_printf(b, "batch %lld", (long long)line->batch);
    umi_buf_puts(b, ", ");
    put_plain(b, umi_book_word(p->j->book, line->branch));
    umi_buf_puts(b, bean ? "\"\n" : "\n");
    p->batch = line->batch;
    p->branch = line->branch;
    p->day = line->day;
    p->open = true;
}

static void put_amount(umi_buf *b, umi_text name, umi_money m, bool credit)
{
    umi_buf_printf(b, "    %.*s  %s%lld.%02d IDR\n", (int)name.len, name.ptr,
                   credit ? "-" : "", (long long)(m.sen / 100),
                   (int)(m.sen % 100));
}

umi_status umi__plain_line(void *self, const void *row, umi_error *err)
{
    umi_plain *p = self;
    const umi_gl_line *line = row;
    if (line->day.n < p->j->ask->from.n || line->day.n > p->j->ask->to.n)
        return UMI_OK;
    if (line->debit.sen == 0 && line->credit.sen == 0)
        return UMI_OK;
    int32_t at = umi_chart_find(p->chart, line->account);
    if (at == UMI_NO_ACCOUNT)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "account '%.*s' is not in the chart of the book",
                        UMI_SHOW(line->account));
    if (!p->open || line->batch != p->batch || line->day.n != p->day.n ||
        line->branch != p->branch)
        begin(p, line);
    if (line->debit.sen != 0)
        put_amount(&p->j->buf, p->names[at], line->debit, false);
    if (line->credit.sen != 0)
        put_amount(&p->j->buf, p->names[at], line->credit, true);
    return umi__journal_pass(p->j, false, err);
}

umi_status umi__journal_plain(umi_journal *j, umi_error *err)
{
    umi_plain p = {.j = j};
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_book_chart(j->book, &p.chart, NULL, err);
    if (rc == UMI_OK)
        rc = name_accounts(&p, arena, err);
    if (rc == UMI_OK) {
        declare(&p);
        rc = j->ask->loans
                 ? umi__plain_loans(&p, err)
                 : umi_store_scan(umi_book_store(j->book), &umi_gl_line_table,
                                  1, INT64_MAX, umi__plain_line, &p, err);
    }
    umi_arena_free(arena);
    return rc;
}
