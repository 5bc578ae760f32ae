/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_FRAGMENTS_INT_H
#define UMI_RULES_DECIDE_FRAGMENTS_INT_H

/**
 * @file
 * The parts of a decision's JSON that are the same in every decision of an
 * epoch, quoted and escaped once: writing a decision is mostly copying them.
 */
#include "rules/decide/facts_hash_int.h"

enum {
    UMI_VERDICTS = UMI_VERDICT_BLOCKED + 1
};

typedef enum umi__piece_kind {
    UMI__PIECE_TEXT,  /* JSON as it stands */
    UMI__PIECE_SHOWN, /* the value of a name, for people */
    UMI__PIECE_VALUE, /* the value of a name, as JSON */
    UMI__PIECE_ROOT,  /* the value of a root; null unless known */
    UMI__PIECE_STATE  /* of the rule */
} umi__piece_kind;

typedef struct umi__piece {
    umi__piece_kind kind;
    umi_lang lang;
    uint32_t root;
    umi_text text;
    const umi_name *name;
} umi__piece;

typedef struct umi__fragment {
    const umi__piece *pieces;
    size_t count;
} umi__fragment;

/* Items of lists end with a comma; the writer takes the last one back. */
struct umi__fragments {
    umi_text head;                 /* ,"ruleset":{...},"products":[ */
    umi_text tail;                 /* ","engine":"...","shadow":null} */
    const umi__fragment *products; /* {"product":...,"reasons":[ by product
                                    * and in it by status */
    const umi_text *docs;          /* "...", */
    const umi_text *codes;         /* "...", of a rule's reason */
    const umi_text *facts;         /* "...": */
    const umi__fact_line *lines;   /* of facts_hash */
    const umi__fragment *reasons;  /* {"code":...}, of a rule */
    const umi__fragment *rules;    /* {"rule":... of a rule, not closed */
};

/* Make d->fragments in d->own, unless they are made; false: no memory. */
bool umi__fragments_ready(umi_decider *d);

/* Append @p t escaped for JSON, without quotes. */
void umi__json_escape(umi_buf *b, umi_text t);
/* Append a value as JSON: bools and whole numbers are JSON's own, everything
 * else is its canonical text; unknown is null. */
void umi__json_value(umi_buf *b, const umi_value *v);
void umi__json_fact(umi_buf *b, const umi_fact *f, const umi_value *v);

/* Append which rows of the tables hold, when there are tables. */
void umi__put_tables(umi_buf *b, const umi_decider *d);
/* Append the points of the scorecards, when there are any. */
void umi__put_scorecards(umi_buf *b, const umi_decider *d);

#endif
