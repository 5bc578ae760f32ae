/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_EXPR_VALUE_H
#define UMI_RULES_EXPR_VALUE_H

/**
 * @file
 * Values of the expression language and their types.  A value is known,
 * unknown (with the set of facts that nobody has shown), or an error; an
 * error is a state of its own that never looks like true or false.
 */
#include "engine/base/date.h"
#include "rules/expr/decimal.h"

#define UMI_TEXT_LONGEST 65536 /**< bytes of a text that + makes */
#define UMI_LIST_LONGEST 4096  /**< elements of a list that + makes */
#define UMI_FACTS_MAX    256   /**< slots that an unknown can name */

typedef enum umi_kind {
    UMI_KIND_ANY, /**< not known before the run: an unknown without a type */
    UMI_KIND_BOOL,
    UMI_KIND_INT,     /**< int64 */
    UMI_KIND_DECIMAL, /**< exact */
    UMI_KIND_RATE,    /**< a decimal that people read as percent */
    UMI_KIND_MONEY,   /**< exact rupiah */
    UMI_KIND_DATE,    /**< 0001-01-01 .. 9999-12-31 */
    UMI_KIND_STRING,  /**< UTF-8, may hold U+0000 */
    UMI_KIND_ENUM,    /**< a member of a closed set */
    UMI_KIND_LIST
} umi_kind;

/** The members of an enum, in the order of the file; borrowed. */
typedef struct umi_enum {
    const umi_text *members;
    uint32_t count;
} umi_enum;

/** A type; compare with umi_type_same(). */
typedef struct umi_type {
    umi_kind kind;
    const umi_enum *of;          /**< of UMI_KIND_ENUM, else NULL */
    const struct umi_type *elem; /**< of UMI_KIND_LIST; NULL: any element */
} umi_type;

static inline umi_type umi_type_of(umi_kind kind)
{
    return (umi_type){.kind = kind};
}
/** int, decimal or rate: what compares and reckons with each other. */
static inline bool umi_kind_number(umi_kind k)
{
    return k == UMI_KIND_INT || k == UMI_KIND_DECIMAL || k == UMI_KIND_RATE;
}
bool umi_type_same(umi_type a, umi_type b);
/** "int", "money", "enum", "list", ...: a word of the language. */
const char *umi_kind_name(umi_kind kind);
UMI_MUST_CHECK bool umi_kind_parse(umi_kind *out, umi_text name);
/** "list<int>", "enum{tani, kebun, ...}": for messages. */
void umi_buf_type(umi_buf *b, umi_type t);

typedef enum umi_state {
    UMI_KNOWN, /**< zero, so that states can be or-ed and tested at once */
    UMI_UNKNOWN,
    UMI_ERROR
} umi_state;

/** What can go wrong when an expression runs: name, code, meaning. */
#define UMI_FAULT_LIST(X)                                                      \
    X(UMI_FAULT_OVERFLOW, "E201", "the result does not fit an int")            \
    X(UMI_FAULT_ZERO, "E202", "division by zero")                              \
    X(UMI_FAULT_DIGITS, "E203", "the exact result is beyond 10^38")            \
    X(UMI_FAULT_PARAM, "E204", "the parameter is not in force on this date")   \
    X(UMI_FAULT_SCALE, "E205", "the scale is not within -38 .. 38")            \
    X(UMI_FAULT_DATE, "E206", "not a date of the calendar")                    \
    X(UMI_FAULT_INDEX, "E207", "the index is outside the list")                \
    X(UMI_FAULT_CONVERT, "E208", "the text cannot be converted")               \
    X(UMI_FAULT_TYPE, "E209", "no such operation for these types")             \
    X(UMI_FAULT_LONG, "E210", "the text or list is too long")                  \
    X(UMI_FAULT_NO_ROW, "E211", "no row of the table holds")                   \
    X(UMI_FAULT_ROWS, "E212", "several rows hold, but only one may")

typedef enum umi_fault {
    UMI_FAULT_NONE,
#define X(name, code, text) name,
    UMI_FAULT_LIST(X)
#undef X
} umi_fault;

const char *umi_fault_code(umi_fault f); /**< "E202" */
const char *umi_fault_text(umi_fault f); /**< English; for umi_tr() */

/** A value: 48 bytes, copied freely; texts and items are borrowed. */
typedef struct umi_value {
    uint8_t state;  /**< umi_state */
    uint8_t kind;   /**< umi_kind; of an unknown or error it means nothing */
    uint16_t fault; /**< umi_fault of an error */
    uint32_t at;    /**< of an error: see umi_program_origin() */
    int64_t i;      /**< bool (0, 1), int, date (umi_day), enum (index) */
    union {
        umi_decimal q;      /**< decimal, rate, money (rupiah) */
        umi_text text;      /**< string */
        const umi_enum *of; /**< enum */
        struct {
            const struct umi_value *items;
            size_t count;
        } list;
        uint64_t unknown[UMI_FACTS_MAX / 64]; /**< set of slots */
    };
} umi_value;

static inline umi_value umi_value_bool(bool b)
{
    return (umi_value){.kind = UMI_KIND_BOOL, .i = b};
}
static inline umi_value umi_value_int(int64_t i)
{
    return (umi_value){.kind = UMI_KIND_INT, .i = i};
}
static inline umi_value umi_value_day(umi_day d)
{
    return (umi_value){.kind = UMI_KIND_DATE, .i = d.n};
}
static inline umi_value umi_value_string(umi_text t)
{
    return (umi_value){.kind = UMI_KIND_STRING, .text = t};
}
static inline umi_value umi_value_enum(const umi_enum *of, uint32_t index)
{
    return (umi_value){.kind = UMI_KIND_ENUM, .i = index, .of = of};
}
/** @p kind is UMI_KIND_DECIMAL, _RATE, or _MONEY (q in rupiah). */
static inline umi_value umi_value_decimal(umi_kind kind, umi_decimal q)
{
    return (umi_value){.kind = (uint8_t)kind, .q = q};
}
static inline umi_value umi_value_fault(umi_fault f)
{
    return (umi_value){.state = UMI_ERROR, .fault = (uint16_t)f};
}
/**
 * Make @p out a known value, number by number where it stays: what is made
 * elsewhere and then copied is loaded in larger pieces than it was stored in,
 * and processors wait for that.  @p num and @p den are 0 where @p i counts.
 */
static inline void umi_value_set(
    umi_value *out, umi_kind kind, int64_t i, umi_i128 num, umi_i128 den)
{
    out->state = UMI_KNOWN;
    out->kind = (uint8_t)kind;
    out->fault = 0;
    out->at = 0;
    out->i = i;
    out->q.num = num;
    out->q.den = den;
}
/** The fact in @p slot (below UMI_FACTS_MAX) that nobody has shown. */
umi_value umi_value_unknown(uint32_t slot);
umi_value umi_value_money(umi_money m);

/** Whether a bool is known and true. */
static inline bool umi_value_true(const umi_value *v)
{
    return v->state == UMI_KNOWN && v->i != 0;
}
/** Whether a bool is known and false. */
static inline bool umi_value_false(const umi_value *v)
{
    return v->state == UMI_KNOWN && v->i == 0;
}
/** Whether unknown @p v names @p slot. */
static inline bool umi_value_names(const umi_value *v, uint32_t slot)
{
    return v->state == UMI_UNKNOWN && (v->unknown[slot / 64] >> slot % 64 & 1);
}
/** Both known and equal by ==; false where the kinds differ (but int and
 * decimal compare as numbers). */
bool umi_value_equal(const umi_value *a, const umi_value *b);
/** A known int, decimal or rate as the decimal or rate @p kind; others as
 * they are. */
umi_value umi_value_as(umi_kind kind, const umi_value *v);
/** Known amounts, for the engine: whole sen that fit, else false. */
UMI_MUST_CHECK bool umi_value_as_money(umi_money *out, const umi_value *v);

/**
 * A known value from its canonical text: bool "true"/"false", int, decimal,
 * rate (a fraction, "0.06"), money (rupiah), date, string, enum (a member).
 * No exponents; "n/d" for a decimal only.  A string borrows @p text.
 * @retval false  not such a text; *out untouched
 */
UMI_MUST_CHECK bool umi_value_parse(umi_value *out, umi_type t, umi_text text);

/** "YYYY-MM-DD" that exists within 0001-01-01 .. 9999-12-31. */
UMI_MUST_CHECK bool umi_value_day_parse(umi_value *out, umi_text text);

/** Canonical text of a known value (nothing for the others). */
void umi_buf_value(umi_buf *b, const umi_value *v);

/**
 * A known value for people: "Rp20.000.000" or "Rp 20,000,000", "35%",
 * "2,5" or "2.5", "ya" or "yes".  Money is shown to at most 2 places, decimals
 * and percents to at most 4, half even; showing changes no value.
 */
void umi_buf_value_show(umi_buf *b, const umi_value *v, umi_lang lang);

#endif
