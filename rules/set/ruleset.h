/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_RULESET_H
#define UMI_RULES_SET_RULESET_H

/**
 * @file
 * An eligibility rule set: which facts may be asked of an applicant, which
 * figures hold from which date, which products exist, which rules bind them,
 * and in which order they are offered.  It is read once from YAML, checked as
 * a whole, and frozen: everything here is constant and may be shared by
 * threads.  Deciding lives in rules/decide/.
 * @source docs/eligibility.md
 */
#include "engine/base/hash.h"
#include "rules/expr/expr.h"
#include "rules/set/product.h"

#define UMI_RULES_MAX           1000
#define UMI_PARAMS_MAX          1000
#define UMI_PARAM_VALUES_MAX    100
#define UMI_LETS_MAX            1000
#define UMI_PRODUCTS_MAX        64 /**< a set of products is 64 bits */
#define UMI_ROWS_MAX            100
#define UMI_TABLES_MAX          100
#define UMI_TABLE_ROWS_MAX      100
#define UMI_TABLE_INPUTS_MAX    16
#define UMI_SCORECARDS_MAX      20
#define UMI_CHARACTERISTICS_MAX 50 /**< of one scorecard */
#define UMI_ATTRIBUTES_MAX      50 /**< of one characteristic */
#define UMI_POINTS_MAX          1000000
#define UMI_PLACEHOLDERS_MAX    50 /**< names in one message */
#define UMI_RULE_TESTS_MAX      1000
#define UMI_INCLUDES_MAX        16 /**< files that one rule file takes in */
#define UMI_LANGS               2  /**< texts are indexed by umi_lang */
#define UMI_RANK_LAST           INT32_MAX /**< of a rule that names no rank */

/** How an applicant can alter a fact; the rest of them never can. */
typedef enum umi_move {
    UMI_MOVE_NEVER,
    UMI_MOVE_INCREASE,
    UMI_MOVE_DECREASE,
    UMI_MOVE_EITHER,
    UMI_MOVE_SET
} umi_move;

typedef enum umi_severity {
    UMI_SEVERITY_BLOCK, /**< the product is closed */
    UMI_SEVERITY_REFER, /**< a person decides */
    UMI_SEVERITY_WARN   /**< a note, never a reason to stop */
} umi_severity;

/** A thing that may be asked.  Its slot is its index in the rule set. */
typedef struct umi_fact {
    umi_text name;
    umi_at at;
    umi_type type; /**< bool, int, decimal, rate, money, date, string, enum */
    bool ranged;
    umi_value min, max; /**< of the type, both included */
    uint32_t doc; /**< index into docs: what proves it; without one its name */
    umi_move change;
    bool stepped;
    umi_decimal step;  /**< values proposed are whole multiples of it; > 0 */
    bool confidential; /**< `private`: never shown in an explanation */
    bool used;         /**< some expression or message names it */
} umi_fact;

typedef struct umi_param_value {
    umi_day from; /**< the first day on which it holds */
    umi_value value;
    uint32_t legal; /**< index */
    bool verify;
    umi_at at;
} umi_param_value;

typedef struct umi_param {
    umi_text name; /**< with its prefix: "param.umi_max" */
    umi_at at;
    umi_type type;
    const umi_param_value *values; /**< ascending by from; never empty */
    size_t count;
} umi_param;

/** An expression and where it stands; NULL expr: there is none. */
typedef struct umi_rule_expr {
    const umi_expr *expr;
    const umi_yaml *source;
} umi_rule_expr;

typedef enum umi_let_kind {
    UMI_LET_PLAIN, /**< one expression, as written */
    UMI_LET_TABLE, /**< the answer of a table */
    UMI_LET_SCORE, /**< the points of a scorecard */
    UMI_LET_PART,  /**< of a table or scorecard, as written; no expression can
                      name it */
    UMI_LET_MADE   /**< the same, but no text says it */
} umi_let_kind;

typedef struct umi_rule_let {
    umi_text name;
    umi_at at;
    umi_rule_expr value;
    umi_let_kind kind;
} umi_rule_let;

/** Whether @p l is an expression of the file: the nodes of others have no
 * places. */
static inline bool umi_let_written(const umi_rule_let *l)
{
    return l->kind == UMI_LET_PLAIN || l->kind == UMI_LET_PART;
}

typedef enum umi_table_hit {
    UMI_HIT_UNIQUE, /**< one row at most may hold */
    UMI_HIT_FIRST,  /**< the first that holds answers */
    UMI_HIT_COLLECT /**< all that hold answer together */
} umi_table_hit;

typedef struct umi_table_row {
    umi_at at;
    const umi_yaml *source;
    uint32_t when; /**< slot of the let that says whether it holds */
} umi_table_row;

/** A decision table: rules of a kind, side by side. */
typedef struct umi_rule_table {
    umi_text name;
    umi_at at;
    umi_table_hit hit;
    uint32_t value; /**< slot of its let */
    const umi_yaml *source;
    const umi_table_row *rows;
    size_t count;
} umi_rule_table;

typedef struct umi_score_attribute {
    umi_at at;
    const umi_yaml *source;
    uint32_t when; /**< slot of the let that says whether it holds */
    int32_t points;
    umi_text reason_code; /**< may be empty of the best attribute only */
} umi_score_attribute;

/** What gives points: those of the first attribute that holds. */
typedef struct umi_characteristic {
    umi_text id;
    umi_at at;
    const umi_yaml *source;
    uint32_t points; /**< slot of the let of its points */
    int32_t best;    /**< the most that an attribute gives */
    const umi_score_attribute *attributes;
    size_t count;
} umi_characteristic;

typedef struct umi_scorecard {
    umi_text name; /**< with its prefix: "score.usaha" */
    umi_at at;
    const umi_yaml *source;
    int32_t base;
    uint32_t value; /**< slot of its let */
    const umi_characteristic *characteristics;
    size_t count;
} umi_scorecard;

typedef struct umi_rule_product {
    umi_text code, channel;
    umi_at at;
    umi_rule_expr max, rate; /**< rate may be absent */
    const uint32_t *rules;   /**< those that bind it, in file order */
    size_t rule_count;
} umi_rule_product;

/** A stretch of a message: plain text, or the value of a name. */
typedef struct umi_message_part {
    umi_text text;
    const umi_name *name; /**< NULL: plain text */
} umi_message_part;

typedef struct umi_message {
    const umi_message_part *parts;
    size_t count;
} umi_message;

typedef struct umi_rule {
    umi_text id;
    umi_at at;
    uint64_t products; /**< set of product indices */
    umi_rule_expr require, unless;
    umi_severity severity;
    umi_text reason_code;
    uint32_t legal;              /**< index */
    umi_message text[UMI_LANGS]; /**< by umi_lang */
    bool has_from, has_until;
    umi_day from, until; /**< holds from `from` to the day before `until` */
    int32_t rank;        /**< order of the reasons told; or UMI_RANK_LAST */
} umi_rule;

typedef struct umi_route_row {
    umi_rule_expr when;
    const uint32_t *order; /**< product indices, the preferred one first */
    size_t count;
    umi_at at;
} umi_route_row;

/** Products of which nobody shall have two, and whose bands shall join. */
typedef struct umi_exclusive {
    umi_at at;
    const uint32_t *products; /**< indices, in the order of the file */
    size_t count;             /**< at least two */
} umi_exclusive;

typedef enum umi_expect_kind {
    UMI_EXPECT_DECISION,
    UMI_EXPECT_ROUTE,
    UMI_EXPECT_DOCUMENTS,
    UMI_EXPECT_STATUS, /**< this and what follows: of one product */
    UMI_EXPECT_REASONS,
    UMI_EXPECT_MAX,
    UMI_EXPECT_RATE,
    UMI_EXPECT_WHAT_IF
} umi_expect_kind;

/** What a test of the file claims. */
typedef struct umi_expect {
    umi_expect_kind kind;
    uint32_t product;      /**< index; for the kinds of one product */
    const umi_yaml *value; /**< as written; its shape was checked */
} umi_expect;

typedef struct umi_rule_test {
    umi_text name;
    umi_at at; /**< of the name */
    umi_day on;
    const umi_value *facts; /**< by slot */
    const umi_expect *expects;
    size_t expect_count;
} umi_rule_test;

/** A text that a rule set was read from. */
typedef struct umi_rule_file {
    const char *name; /**< as named by the user, without its folders */
    umi_text text;
} umi_rule_file;

typedef struct umi_ruleset {
    umi_arena *arena;           /**< holds everything below */
    const char *file;           /**< files[0].name */
    umi_text source;            /**< files[0].text */
    const umi_rule_file *files; /**< by umi_at.file: the file itself, and those
                                   that it includes */
    size_t file_count;
    const umi_yaml *root; /**< of all files together */
    umi_text id, version, owner, timezone;
    int32_t utc_offset;    /**< minutes that the time zone is ahead of UTC */
    umi_day complete_from; /**< every parameter in use has a value from here */
    umi_hash sha256;       /**< of the canonical form */

    const umi_fact *facts;
    size_t fact_count;
    uint32_t today; /**< the slot of the decision date, behind the facts */
    const umi_text *docs;
    size_t doc_count;
    const umi_legal *legal;
    size_t legal_count;
    const umi_param *params;
    size_t param_count;
    const umi_rule_let *lets; /**< each uses only those before it */
    size_t let_count;
    const umi_rule_table *tables; /**< in file order */
    size_t table_count;
    const umi_scorecard *scorecards; /**< in file order */
    size_t scorecard_count;
    const umi_rule_product *products;
    size_t product_count;
    const umi_rule *rules;
    size_t rule_count;
    const umi_route_row *rows;
    size_t row_count;
    const umi_exclusive *exclusives;
    size_t exclusive_count;
    const umi_rule_test *tests;
    size_t test_count;

    const umi_env *names; /**< facts, today, params, lets */
} umi_ruleset;

/**
 * Read and check a rule set.  Every problem found is added to @p problems
 * (codes Y1.. of YAML, E1.. of expressions, E3.. of the rule set, W-..);
 * reading goes on at the next entry, so that one run shows them all.
 *
 * @param[out] out  the caller frees with umi_ruleset_free(); untouched on
 *                  failure
 * @param file      the name for messages; borrowed during the call
 * @param text      borrowed during the call
 * @retval UMI_ESYNTAX at least one error was added
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_ruleset_load(umi_ruleset **out,
                                           const char *file,
                                           umi_text text,
                                           umi_problems *problems);

/** Where the files come from that a rule set includes. */
typedef struct umi_rule_files {
    /**
     * The text of file @p name, in @p arena.
     * @retval UMI_EINVAL not to be had; err->message says why
     * @retval UMI_ENOMEM memory exhausted
     */
    umi_status (*read)(void *self,
                       umi_text *out,
                       umi_text name,
                       umi_arena *arena,
                       umi_error *err);
    void *self;
} umi_rule_files;

/**
 * The same; the files of its `include` come from @p files (NULL: none may be
 * included, as with umi_ruleset_load()).
 */
UMI_MUST_CHECK umi_status umi_ruleset_load_with(umi_ruleset **out,
                                                const char *file,
                                                umi_text text,
                                                const umi_rule_files *files,
                                                umi_problems *problems);

/** Files beside @p path (borrowed), the path of a rule file. */
umi_rule_files umi_rule_files_beside(const char *path);
/** Files of rules/data as they are in the program. */
umi_rule_files umi_rule_files_shipped(void);

void umi_ruleset_free(umi_ruleset *rs); /**< NULL is allowed */

/**
 * Add a problem (E318) for every product of @p rs whose code none of
 * @p products has.
 */
void umi_ruleset_check_products(const umi_ruleset *rs,
                                const umi_products *products,
                                umi_problems *problems);

/** Whether @p v, known and of the type of @p f, lies in its range. */
bool umi_fact_admits(const umi_fact *f, const umi_value *v);

/** The product with code @p code, or -1. */
int umi_ruleset_product(const umi_ruleset *rs, umi_text code);

/** The value of @p p in force on @p day, or NULL before its first one. */
const umi_param_value *umi_param_on(const umi_param *p, umi_day day);

/** Whether @p r holds on @p day. */
static inline bool umi_rule_on(const umi_rule *r, umi_day day)
{
    return (!r->has_from || day.n >= r->from.n) &&
           (!r->has_until || day.n < r->until.n);
}

/** Where a name of the rule set was defined; line 0 for "today". */
umi_at umi_ruleset_defined(const umi_ruleset *rs, const umi_name *name);

const char *umi_severity_name(umi_severity s); /**< "block", ... */
const char *umi_move_name(umi_move c);         /**< "increase", ...; "never" */

/**
 * The canonical form, whose SHA-256 names the rule set: JSON with sorted keys
 * and normal numbers, without comments and styles.  Two files that decide
 * and test the same in the same words have the same one, whether they include
 * others or say all of it themselves.
 */
void umi_ruleset_canonical(umi_buf *b, const umi_ruleset *rs);

#endif
