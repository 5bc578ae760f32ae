/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_JUDGE_H
#define UMI_LEDGER_DESK_JUDGE_H

/**
 * @file
 * An application before the rules: what was stated, overridden by what the
 * book knows, decided for the product that is asked for.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/rows.h"
#include "rules/decide/decision.h"

/** How a judgement is told. */
typedef struct umi_judge_view {
    umi_lang lang; /**< of reasons and messages */
    bool explain;  /**< with every rule and its values: five times as long */
} umi_judge_view;

/** A fact that was stated otherwise than the book knows it. */
typedef struct umi_disagreement {
    umi_text fact, stated, known;
} umi_disagreement;

typedef struct umi_judgement {
    umi_text product;    /**< asked for, else offered; {NULL, 0}: none */
    umi_verdict verdict; /**< on that product, else on the whole */
    bool has_max, has_rate;
    umi_money max;
    umi_rate rate;       /**< a fraction a year */
    umi_text rate_text;  /**< the same, "0.06" */
    int32_t access;      /**< KUR: this would be the n-th; 0: not known */
    umi_money appraisal; /**< of the pledge; 0: not known */
    umi_text body;  /**< the decision, JSON; with what-ifs unless eligible */
    umi_text facts; /**< what it rests on, a JSON object of texts */
    umi_text explained; /**< body with every rule; only when asked for */
    /* for people, in the language asked for: */
    const umi_text *reasons, *documents, *what_ifs;
    size_t reason_count, document_count, what_if_count;
    const umi_disagreement *disagreements;
    size_t disagreement_count;
} umi_judgement;

/**
 * Judge @p a by the rules of @p d's rule set on its day.
 *
 * @param[out] out everything lives in @p arena
 * @retval UMI_ENOENT the rule set does not decide on the product
 * @retval UMI_EINVAL a stated or known fact is no value of its type
 */
UMI_MUST_CHECK umi_status umi_judge(umi_judgement *out,
                                    umi_desk *desk,
                                    umi_decider *decider,
                                    const umi_application *a,
                                    umi_judge_view view,
                                    umi_arena *arena,
                                    umi_error *err);

#endif
