/* SPDX-License-Identifier: MIT
 * Movements a second: statements of a day parsed and checked, beside the
 * fastest walk over the same lines of text (memchr for the line ends); and
 * matching movements that each name one of as many payments, beside sorting
 * and looking up the same references. */
#include "engine/base/json.h"
#include "ledger/bank/match.h"
#include "ledger/bank/statement.h"
#include "tests/bench/bench.h"

enum {
    LINES = 200000,
    TIMES = 5 /* the best of so many */
};

static void mt940(umi_buf *b)
{
    int64_t sum = 0;
    umi_buf_puts(b, ":20:X\n:25:1270009876505\n:60F:C260615IDR0,00\n");
    for (int i = 0; i < LINES; i++) {
        int amount = 100000 + i * 7919 % 1900000;
        umi_buf_printf(b,
                       ":61:2606150615C%d,00NTRFNONREF//%d\n"
                       ":86:SETORAN ANGSURAN UMI%d PARDI UTAMI\n",
                       amount, 700000000 + i, 100000000 + i);
        sum += amount;
    }
    umi_buf_printf(b, ":62F:C260615IDR%lld,00\n-\n", (long long)sum);
}

static void camt(umi_buf *b)
{
    umi_buf_puts(b, "<Document><BkToCstmrStmt><Stmt>");
    for (int i = 0; i < LINES; i++)
        umi_buf_printf(
            b,
            "<Ntry><Amt Ccy=\"IDR\">%d.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
            "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-06-16</Dt></BookgDt>"
            "<ValDt><Dt>2026-06-16</Dt></ValDt><AcctSvcrRef>%d</AcctSvcrRef>"
            "<NtryDtls><TxDtls><Refs><EndToEndId>UMI%d</EndToEndId></Refs>"
            "<RmtInf><Ustrd>SETORAN ANGSURAN UMI%d</Ustrd></RmtInf></TxDtls>"
            "</NtryDtls></Ntry>",
            100000 + i, 700000000 + i, i, i);
    umi_buf_puts(b, "</Stmt></BkToCstmrStmt></Document>");
}

static void table(umi_buf *b)
{
    umi_buf_puts(b, "Post Date,Value Date,Branch,Journal No.,Description,"
                    "Debit,Credit,\n");
    for (int i = 0; i < LINES; i++)
        umi_buf_printf(b,
                       "01/10/26 22.02.14,01/10/26,0427,%d,TRANSFER DARI | "
                       "SETORAN ANGSURAN UMI%d,0.00,%d.00,\n",
                       162634 + i, i, 100000 + i);
}

static double walk(umi_text t)
{
    double best = 0;
    for (int k = 0; k < TIMES; k++) {
        volatile int64_t lines = 0;
        double from = cpu();
        const char *p = t.ptr, *end = t.ptr + t.len;
        while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL && ++p < end)
            lines++;
        best = least(best, cpu() - from);
    }
    return best;
}

static double parse(umi_text t)
{
    double best = 0;
    umi_bank_options o = {0};
    for (int k = 0; k < TIMES; k++) {
        umi_bank_file *f = NULL;
        double from = cpu();
        if (umi_bank_parse(&f, t, &o, NULL) != UMI_OK ||
            f->all_count != LINES || !umi_bank_sound(f))
            abort();
        double took = cpu() - from;
        umi_bank_file_free(f);
        best = least(best, took);
    }
    return best;
}

static void bench_parse(const char *name,
                        void (*fill)(umi_buf *b),
                        const umi_buf *floor_text)
{
    umi_buf b = {0};
    fill(&b);
    umi_text t = umi_buf_as_text(&b);
    double floor = walk(floor_text ? umi_buf_as_text(floor_text) : t);
    tell(name, LINES / parse(t), "movements/s", LINES / floor);
    umi_buf_free(&b);
}

static int by_target(const void *a, const void *b)
{
    const umi_bank_hint *x = a, *y = b;
    return (x->target > y->target) - (x->target < y->target);
}

/* Every movement names one payment of its amount; one in ten names two. */
static void bench_match(void)
{
    umi_bank_unit *units = calloc(LINES, sizeof *units);
    umi_bank_hint *hints = calloc(LINES * 2, sizeof *hints);
    umi_bank_answer *answers = calloc(LINES, sizeof *answers);
    if (!units || !hints || !answers)
        abort();
    size_t m = 0;
    for (int i = 0; i < LINES; i++) {
        units[i] = (umi_bank_unit){.line = i + 1,
                                   .booked = {20000 + i % 30},
                                   .print = (int64_t)i * 7919,
                                   .occurrence = 1,
                                   .amount = {100 + i}};
        for (int k = 0; k < 1 + (i % 10 == 0); k++)
            hints[m++] = (umi_bank_hint){.unit = (size_t)i,
                                         .kind = UMI_BANK_REPAYMENT,
                                         .target = (i + k) * 3 % LINES,
                                         .amount = {100 + i + k}};
    }
    double best = 0, floor = 0;
    for (int k = 0; k < TIMES; k++) {
        double from = cpu();
        if (umi_bank_decide(answers, units, LINES, hints, m, NULL) != UMI_OK)
            abort();
        best = least(best, cpu() - from);
    }
    qsort(hints, m, sizeof *hints, by_target); /* the floor: only sorting */
    for (int k = 0; k < TIMES; k++) {
        umi_bank_hint *copy = calloc(m, sizeof *copy);
        if (copy == NULL)
            abort();
        for (size_t i = 0; i < m; i++)
            copy[i * 7919 % m] = hints[i];
        double from = cpu();
        qsort(copy, m, sizeof *copy, by_target);
        floor = least(floor, cpu() - from);
        free(copy);
    }
    tell("bank_match", LINES / best, "movements/s", LINES / floor);
    free(units);
    free(hints);
    free(answers);
}

int main(void)
{
    umi_buf lines = {0};
    mt940(&lines);
    bench_parse("bank_mt940", mt940, NULL);
    bench_parse("bank_table", table, NULL);
    bench_parse("bank_camt", camt, &lines);
    bench_match();
    umi_buf_free(&lines);
    return 0;
}
