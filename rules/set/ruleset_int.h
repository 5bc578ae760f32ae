/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_RULESET_INT_H
#define UMI_RULES_SET_RULESET_INT_H

/**
 * @file
 * For the files of ruleset*.c only: what one loading knows, and how a value
 * of the tree is read.  A reader that fails has told why; the caller goes on
 * with the next entry.
 */
#include "rules/set/bind.h"
#include "rules/set/ruleset.h"

typedef struct umi__loader {
    umi_ruleset *rs;
    umi_problems *problems;
    umi_arena *arena;
    umi_env *env;      /* facts, today, params, lets */
    umi_env *legal;    /* slot: index */
    umi_env *products; /* slot: index */
    bool *facts_used, *params_used, *lets_used;
    const umi_rule_files *files; /* to include from, or NULL */
    size_t let_room;             /* of rs->lets */
    bool lets_full;              /* told */
    umi_at *defined;             /* by umi_name.tag - 1 */
    size_t defined_count, defined_room;
    bool has_complete_from;
    size_t errors_before; /* of other files in the same list */
    bool failed;          /* memory exhausted */
} umi__loader;

/* Zeroed memory; NULL, and failed is set, when there is none. */
void *umi__load_array(umi__loader *l, size_t count, size_t size);

/* Whether @p n is of @p kind; told otherwise. */
bool umi__load_kind(umi__loader *l, const umi_yaml *n, umi_yaml_kind kind);
/* Bind map @p n into @p out by @p table; whether nothing had to be told.  The
 * path of its keys begins with @p section and the name of the map, if any. */
bool umi__load_map(umi__loader *l,
                   void *out,
                   const umi_yaml *n,
                   const umi_bind *table,
                   const char *section);
/* Whether @p n is a map or list of at most @p max entries. */
bool umi__load_many(umi__loader *l,
                    const umi_yaml *n,
                    umi_yaml_kind kind,
                    uint32_t max,
                    const char *what);

/* A value of type @p t.  Amounts, rates and decimals, and with @p quoted also
 * whole numbers, must stand in quotes. */
bool umi__load_value(
    umi__loader *l, const umi_yaml *n, umi_type t, bool quoted, umi_value *out);

/* Which of two numbers, amounts or dates is less: below, at or above 0. */
int umi__value_order(const umi_value *a, const umi_value *b);

/* An entry of a list that no expression names: place @p i under @p name. */
static inline umi_name umi__load_entry(umi_text name, size_t i)
{
    return (umi_name){
        .name = name, .kind = UMI_NAME_INPUT, .slot = (uint32_t)i};
}

/* A name that expressions can use. */
bool umi__load_name(umi__loader *l, umi_text name, umi_at at);
/* Look @p n up in @p in; a miss is told with the nearest name. */
const umi_name *umi__load_ref(umi__loader *l,
                              const umi_yaml *n,
                              const umi_env *in,
                              const char *what);
/* Define @p name in @p in; a clash is told.  false: not defined. */
bool umi__load_define(umi__loader *l, umi_env *in, umi_name name, umi_at at);

/* Parse an expression; it must stand in quotes. */
bool umi__load_parse(umi__loader *l, const umi_yaml *n, umi_expr **out);
/* Parse a cell, a test of @p subject; "-" leaves @p out NULL. */
bool umi__load_parse_test(umi__loader *l,
                          const umi_yaml *n,
                          const umi_name *subject,
                          umi_expr **out);
/* Bind and type it; @p want as for umi_expr_check(). */
bool umi__load_check(umi__loader *l,
                     const umi_yaml *n,
                     umi_expr *e,
                     const umi_type *want);
/* Both; @p out stays empty when it is wrong. */
void umi__load_expr(umi__loader *l,
                    const umi_yaml *n,
                    umi_kind want,
                    umi_rule_expr *out);

/* Define a let whose names are all defined; false: told. */
bool umi__load_let(umi__loader *l, umi_rule_let let, umi_type type);
/* The same for a part of something made, which no expression can name: @p name
 * becomes the name by which its maker does.  let.kind is UMI_LET_PART or
 * UMI_LET_MADE. */
bool umi__load_let_part(umi__loader *l, umi_rule_let let, umi_name *name);

/* A let that is made of several expressions. */
typedef struct umi__made {
    void *self;
    umi_text name;
    uint32_t nodes; /* names that it uses, at most */
    void (*names)(void *self,
                  void (*each)(void *to, const umi_node *name),
                  void *to);
    void (*define)(umi__loader *l, void *self); /* when they are defined */
} umi__made;

/* Read one without its names; NULL: told, or no memory. */
typedef const umi__made *umi__read_made(umi__loader *l, const umi_yaml *n);
void umi__load_tables(umi__loader *l, size_t count); /* room for them */
umi__read_made umi__read_table;
void umi__load_scorecards(umi__loader *l, size_t count); /* the same */
umi__read_made umi__read_scorecard;

/* Read the files that @p root includes and join their sections to its own;
 * false: one could not be read, so that names would be missing. */
bool umi__load_includes(umi__loader *l, umi_yaml *root);
/* The canonical form of one tree; @p names knows its facts, or NULL. */
void umi__canonical(umi_buf *b, const umi_yaml *root, const umi_env *names);

/* The sections, in the order in which they need each other. */
void umi__load_facts(umi__loader *l, const umi_yaml *n);
void umi__load_legal(umi__loader *l, const umi_yaml *n);
void umi__load_params(umi__loader *l, const umi_yaml *n);
void umi__load_lets(umi__loader *l,
                    const umi_yaml *let,
                    const umi_yaml *tables,
                    const umi_yaml *scorecards);
void umi__load_products(umi__loader *l, const umi_yaml *n);
void umi__load_rules(umi__loader *l, const umi_yaml *n);
void umi__load_routing(umi__loader *l, const umi_yaml *n);
void umi__load_tests(umi__loader *l, const umi_yaml *n);
/* The keys of the maps, for the readers and for the schema. */
extern const umi_bind umi__ruleset_keys[], umi__fact_keys[], umi__param_keys[],
    umi__dated_keys[], umi__rule_product_keys[], umi__rule_keys[],
    umi__message_keys[], umi__period_keys[], umi__routing_keys[],
    umi__row_keys[], umi__rule_test_keys[], umi__include_keys[],
    umi__table_keys[], umi__scorecard_keys[], umi__characteristic_keys[],
    umi__attribute_keys[],
    umi__part_keys[]; /* of an included file; without a shape: refused */
extern const char *const umi__change_names[]; /* ended by NULL */

/* What only the whole can show: what nobody uses, what has no value yet. */
void umi__load_cross_check(umi__loader *l);

#endif
