/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_REPORT_REPORT_H
#define UMI_LEDGER_REPORT_REPORT_H

/**
 * @file
 * A report as a model: named values and tables, in the order in which they
 * are shown.  Every output format prints this one model, so a figure cannot
 * differ between them.  Everything lives in the arena of the report.
 */
#include "ledger/book/book.h"

typedef enum umi_cell_type {
    UMI_CELL_NONE, /**< nothing: null in JSON, an empty field */
    UMI_CELL_TEXT,
    UMI_CELL_WORD, /**< an English word of ours; people see it translated */
    UMI_CELL_MONEY,
    UMI_CELL_INT,
    UMI_CELL_DAY
} umi_cell_type;

typedef struct umi_cell {
    umi_cell_type type;
    umi_text text;
    umi_money money;
    int64_t number; /**< an int, or a day's number */
} umi_cell;

static inline umi_cell umi_cell_text(umi_text t)
{
    return t.ptr ? (umi_cell){.type = UMI_CELL_TEXT, .text = t} : (umi_cell){0};
}
static inline umi_cell umi_cell_word(const char *english)
{
    return (umi_cell){.type = UMI_CELL_WORD, .text = umi_text_of(english)};
}
static inline umi_cell umi_cell_money(umi_money m)
{
    return (umi_cell){.type = UMI_CELL_MONEY, .money = m};
}
static inline umi_cell umi_cell_int(int64_t v)
{
    return (umi_cell){.type = UMI_CELL_INT, .number = v};
}
static inline umi_cell umi_cell_day(umi_day d)
{
    return (umi_cell){.type = UMI_CELL_DAY, .number = d.n};
}

/**
 * A column.  Its key is the place of the cell in the row's JSON object:
 * "outstanding.interest" stands in an object of the object, "buckets.0.from"
 * in the first object of a list; columns of one object stand side by side.
 */
typedef struct umi_report_column {
    const char *key;
    const char *label; /**< English, translated when shown; NULL: not shown */
    bool right;        /**< stands to the right */
} umi_report_column;

typedef struct umi_report_table {
    const umi_report_column *columns;
    size_t column_count;
    umi_cell *cells; /**< row after row */
    size_t rows, room;
    const umi_cell *total; /**< a last row for people; NULL: none */
} umi_report_table;

/** One thing of a report: a table, or a value. */
typedef struct umi_report_item {
    const char *key;
    const char *label;             /**< English; NULL: shown nowhere but JSON */
    const umi_report_table *table; /**< NULL: a value */
    umi_cell value;
} umi_report_item;

#define UMI_REPORT_ITEMS 24

typedef struct umi_report {
    const char *name, *title; /**< the title in English */
    umi_text institution;
    umi_arena *arena;
    umi_report_item items[UMI_REPORT_ITEMS];
    size_t count;
    bool failed; /**< an allocation failed on the way */
} umi_report;

/** What a reader asks for. */
typedef struct umi_report_ask {
    const umi_day *as_of; /**< NULL: the report's own default */
    umi_lang lang;        /**< of names that stand in two languages */
} umi_report_ask;

/** A kind of report. */
typedef struct umi_report_kind {
    const char *name, *summary; /**< the summary in English */
    umi_status (*build)(umi_report *out,
                        umi_book *b,
                        const umi_report_ask *ask,
                        umi_error *err);
} umi_report_kind;

/** All kinds, in the order in which they are listed. */
const umi_report_kind *umi_report_kinds(size_t *n);

/**
 * Build the report called @p name; texts are borrowed from the book or live
 * in @p arena.
 * @retval UMI_ENOENT   there is no such report
 * @retval UMI_EDAMAGED the book's rows contradict each other
 */
UMI_MUST_CHECK umi_status umi_report_build(umi_report *out,
                                           umi_text name,
                                           umi_book *b,
                                           const umi_report_ask *ask,
                                           umi_arena *arena,
                                           umi_error *err);

/* --- making one ----------------------------------------------------------- */

void umi_report_value(umi_report *r,
                      const char *key,
                      const char *label,
                      umi_cell value);
/** A new table at the end of the report; NULL when memory is exhausted. */
umi_report_table *umi_report_add(umi_report *r,
                                 const char *key,
                                 const char *label,
                                 const umi_report_column *columns,
                                 size_t n);
/** The cells of a new row, all empty; NULL when memory is exhausted. */
umi_cell *umi_report_row(umi_report *r, umi_report_table *t);
/** UMI_ENOMEM when something did not fit into memory. */
UMI_MUST_CHECK umi_status umi_report_done(const umi_report *r, umi_error *err);

#endif
