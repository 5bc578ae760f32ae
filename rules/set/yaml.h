/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_YAML_H
#define UMI_RULES_SET_YAML_H

/**
 * @file
 * YAML text to a tree of maps, lists and scalars that know their places.  A
 * scalar stays the text that was written, with its style: its type is given
 * by our schema (rules/set/bind.h), never guessed.  What surprises people or
 * costs unbounded work is refused: anchors, aliases, tags, merge keys,
 * directives, duplicate and composed keys, several documents, control
 * characters.
 * @source YAML 1.1 as read by libyaml 0.2.5, events only
 */
#include "rules/set/problem.h"

#define UMI_YAML_FILE_MAX   1048576 /**< bytes of a file */
#define UMI_YAML_DEPTH_MAX  16      /**< maps and lists in each other */
#define UMI_YAML_COUNT_MAX  60000   /**< scalars, keys included */
#define UMI_YAML_SCALAR_MAX 16384   /**< bytes of one scalar */

typedef enum umi_yaml_kind {
    UMI_YAML_SCALAR,
    UMI_YAML_LIST,
    UMI_YAML_MAP
} umi_yaml_kind;

typedef enum umi_yaml_style {
    UMI_YAML_PLAIN,
    UMI_YAML_SINGLE,
    UMI_YAML_DOUBLE,
    UMI_YAML_LITERAL,
    UMI_YAML_FOLDED
} umi_yaml_style;

/** One node.  Children of maps and lists are a singly linked list. */
typedef struct umi_yaml {
    umi_yaml_kind kind;
    umi_yaml_style style; /**< of a scalar; a key's is key_style */
    umi_at at;            /**< first character, the quote included */
    umi_text text;        /**< a scalar's value */
    umi_text raw;         /**< a scalar as written, quotes included */
    umi_text key;         /**< name in the parent map, else {NULL, 0} */
    umi_yaml_style key_style;
    umi_at key_at;  /**< where the key begins */
    uint32_t count; /**< children */
    struct umi_yaml *first, *next;
} umi_yaml;

/**
 * Read one document.  Nodes live in @p arena and borrow from @p text.
 * Problems (codes Y101 .. Y116) are added to @p problems; those that leave
 * the structure readable do not end the reading, so that all are found.
 *
 * @param[out] out untouched on failure
 * @retval UMI_ESYNTAX at least one problem was added
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_yaml_parse(umi_yaml **out,
                                         umi_text text,
                                         umi_arena *arena,
                                         umi_problems *problems);

/** The child of map @p map under @p key, or NULL. */
umi_yaml *umi_yaml_get(const umi_yaml *map, const char *key);

/**
 * Where byte @p offset of the value of @p scalar was written, so that a
 * problem inside an expression can be shown in the file.  Exact for plain,
 * single-quoted and block scalars, and for double-quoted ones up to the first
 * escape that is not a single character; from there on the scalar's start.
 */
umi_at umi_yaml_inside(const umi_yaml *scalar, size_t offset);

const char *umi_yaml_version(void); /**< of libyaml; lives for ever */

#endif
