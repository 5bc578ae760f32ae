/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_BIND_H
#define UMI_RULES_SET_BIND_H

/**
 * @file
 * From a YAML tree into structs through a table of keys.  A row of the table
 * parses, checks and documents its key at once:
 *
 *     {"max", UMI_BIND_MONEY, offsetof(limit, max), .min = 1, .doc = "..."}
 *
 * Unknown and missing keys, wrong types and values out of range become
 * problems (codes Y201 .. Y210) with line, column and dotted path, in which
 * elements of lists count from 1 ("rates.2.from").
 */
#include "engine/base/rate.h"
#include "rules/set/yaml.h"

typedef enum umi_bind_kind {
    UMI_BIND_TEXT,    /**< umi_text of 1 .. max bytes (0: 300) */
    UMI_BIND_CODE,    /**< umi_text of A-Z a-z 0-9 _ - . / only, 1 .. 64 */
    UMI_BIND_BOOL,    /**< bool: true or false, nothing else */
    UMI_BIND_INT,     /**< int32_t, min .. max */
    UMI_BIND_MONEY,   /**< umi_money in quotes, min .. max sen (0: any) */
    UMI_BIND_PERCENT, /**< umi_rate in quotes, as a fraction: '6' is 3/50 */
    UMI_BIND_DATE,    /**< umi_day */
    UMI_BIND_ENUM,    /**< an enum: the index in names */
    UMI_BIND_MAP,     /**< a struct described by fields */
    UMI_BIND_LIST,    /**< const T *, of items described by the row fields[0];
                         min .. max elements (0: 1000) */
    UMI_BIND_DICT,    /**< const T *, of named maps described by fields */
    UMI_BIND_NODE,    /**< const umi_yaml *: any value, left to the caller */
    UMI_BIND_AT,      /**< umi_at: where the map begins; key is "" */
    UMI_BIND_NAME     /**< umi_text: the map's name in its DICT; key is "" */
} umi_bind_kind;

/** One key.  A table ends with a row whose key is NULL. */
typedef struct umi_bind {
    const char *key;
    umi_bind_kind kind;
    size_t at;     /**< offset in the struct */
    bool optional; /**< when absent the struct is left as it was */
    int64_t min, max;
    const char *const *names;      /**< of an enum, ended by NULL; of a
                                      text: those that its reader takes */
    const struct umi_bind *fields; /**< of a map, list or dict */
    size_t size;                   /**< bytes of an item of a list or dict */
    size_t count; /**< offset of the size_t that counts a list or dict */
    size_t flag;  /**< offset of a bool set when the key is there; 0: none */
    const char *doc;
    const char *shape; /**< of a node: what its reader expects; names an entry
                          of the schema (rules/set/ruleset_schema.c) */
} umi_bind;

/**
 * Read @p node, a map, into the struct @p out by @p table.  Texts borrow from
 * the tree; lists are made in @p arena.  Values whose key has a problem are
 * left as they were.
 *
 * @param path dotted path of the map, "" at the top
 * @return whether no problem was added (p->failed tells of exhausted memory)
 */
bool umi_bind_map(void *out,
                  const umi_yaml *node,
                  const umi_bind *table,
                  const char *path,
                  umi_arena *arena,
                  umi_problems *p);

/** One value by one row, as umi_bind_map() does it; row->at is not added. */
bool umi_bind_value(void *out,
                    const umi_yaml *node,
                    const umi_bind *row,
                    const char *path,
                    umi_arena *arena,
                    umi_problems *p);

/**
 * Parse @p text and read it by @p table: the beginning of every loader.
 * @retval UMI_ESYNTAX problems were added
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_bind_text(void *out,
                                        umi_text text,
                                        const umi_bind *table,
                                        umi_arena *arena,
                                        umi_problems *p);

/** The table as Markdown rows `key | type | meaning`, maps and lists with
 * their keys below them. */
void umi_bind_doc(umi_buf *b, const umi_bind *table);

/* What a word that other languages take for a bool means here: "true",
 * "false", or NULL. */
const char *umi__bool_meant(umi_text t);
/* 010 is eight to some and ten to others. */
bool umi__leading_zero(umi_text t);

#endif
