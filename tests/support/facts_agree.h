/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_FACTS_AGREE_H
#define UMI_TESTS_SUPPORT_FACTS_AGREE_H

/**
 * @file
 * The two readers of applications beside each other: the one that takes a
 * line straight into facts, and the one that goes by a tree and refuses.
 */
#include "ledger/io/facts_line.h"

#include <stdio.h>

/** Both readers under one rule set. */
typedef struct facts_agree {
    const umi_ruleset *rs, *also;
    umi_facts_line *reader;
    umi_arena *arena; /* of one line */
    long taken, left; /* by the first reader */
} facts_agree;

static inline bool
facts_same(const umi_ruleset *rs, const umi_value *a, const umi_value *b)
{
    for (size_t i = 0; i < rs->fact_count; i++) {
        bool same = a[i].state == b[i].state && a[i].fault == b[i].fault &&
                    a[i].at == b[i].at;
        if (same && a[i].state == UMI_KNOWN)
            same =
                a[i].kind == b[i].kind && umi_value_equal(&a[i], &b[i]) &&
                (a[i].kind < UMI_KIND_DECIMAL || a[i].kind > UMI_KIND_MONEY ||
                 (a[i].q.num == b[i].q.num && a[i].q.den == b[i].q.den));
        else if (same)
            same = memcmp(a[i].unknown, b[i].unknown, sizeof a->unknown) == 0;
        if (!same)
            return false;
    }
    return true;
}

static inline bool id_same(umi_text a, umi_text b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && umi_text_eq(a, b);
}

/** NULL, or in what the readers differ over @p line. */
static inline const char *facts_differ(facts_agree *s, umi_text line)
{
    static umi_value facts[3][UMI_FACTS_MAX];
    umi_text ids[3] = {{0}};
    umi_error errs[2] = {{0}};
    umi_arena_reset(s->arena);
    umi_status want = umi_facts_from_json(facts[0], &ids[0], s->rs, s->also,
                                          line, s->arena, &errs[0]);
    bool taken = umi_facts_line_take(s->reader, facts[1], &ids[1], line);
    umi_status rc = umi_facts_line_read(s->reader, facts[2], &ids[2], line,
                                        s->arena, &errs[1]);
    ++*(taken ? &s->taken : &s->left);
    if (taken && want != UMI_OK)
        return "taken, but refused by the tree";
    if (rc != want || errs[0].column != errs[1].column ||
        strcmp(errs[0].code, errs[1].code) != 0 ||
        strcmp(errs[0].field, errs[1].field) != 0 ||
        strcmp(errs[0].message, errs[1].message) != 0)
        return "the refusal";
    if (taken &&
        (!facts_same(s->rs, facts[0], facts[1]) || !id_same(ids[0], ids[1])))
        return "what was taken";
    if (rc == UMI_OK &&
        (!facts_same(s->rs, facts[0], facts[2]) || !id_same(ids[0], ids[2])))
        return "the facts";
    return NULL;
}

/** A rule set with facts of every kind, more than 64 of them; "id" and some
 * names are no facts.  In @p arena; NULL: it was refused. */
static inline umi_ruleset *facts_of_every_kind(umi_arena *arena)
{
    umi_ruleset *rs = NULL;
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_buf b = {0};
    umi_buf_puts(&b,
                 "format: eligibility/1\n"
                 "ruleset: {id: t, version: '1', timezone: UTC}\n"
                 "effective: {from: '2020-01-01'}\n"
                 "languages: [id, en]\n"
                 "legal: {L: {title: An act}}\n"
                 "facts:\n"
                 "  yes: {type: bool}\n"
                 "  n: {type: int}\n"
                 "  grade: {type: int, range: [-3, 1000000]}\n"
                 "  amount: {type: money, range: ['0', '500000000.5']}\n"
                 "  share: {type: decimal}\n"
                 "  interest_rate: {type: rate, range: ['-0.5', '1']}\n"
                 "  day: {type: date}\n"
                 "  since: {type: date, range: ['2000-01-01', '2030-12-31']}\n"
                 "  name: {type: string}\n"
                 "  job: {type: enum, values: [a, bb, tani, rumah_tangga]}\n");
    for (int i = 0; i < 70; i++)
        umi_buf_printf(&b, "  more_%d: {type: int}\n", i);
    umi_buf_puts(
        &b, "params: {most: {type: money, values: [{from: '2020-01-01', value: "
            "'5', legal: L}]}}\n"
            "let: {half: 'n > 3'}\n"
            "products: {P: {channel: X, max: 'param.most'}}\n"
            "routing: {hit: first, rows: [{when: 'true', order: [P]}]}\n"
            "rules:\n"
            "  - {id: r, for: [P], require: 'half', severity: block, "
            "reason_code: R, legal_basis: L, message: {id: x, en: x}}\n");
    umi_status rc = umi_ruleset_load(&rs, "t.yaml", umi_buf_as_text(&b), &p);
    umi_buf_free(&b);
    return rc == UMI_OK ? rs : NULL;
}

#endif
