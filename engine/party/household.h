/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_PARTY_HOUSEHOLD_H
#define UMI_ENGINE_PARTY_HOUSEHOLD_H

/**
 * @file
 * A household is what a family card (kartu keluarga) lists: persons, how each
 * is related to its head, and the social programmes that it takes part in.
 */
#include "engine/base/date.h"

/** The column "status hubungan dalam keluarga" of a family card. */
typedef enum umi_relation {
    UMI_RELATION_HEAD,
    UMI_RELATION_HUSBAND,
    UMI_RELATION_WIFE,
    UMI_RELATION_CHILD,
    UMI_RELATION_CHILD_IN_LAW,
    UMI_RELATION_GRANDCHILD,
    UMI_RELATION_PARENT,
    UMI_RELATION_PARENT_IN_LAW,
    UMI_RELATION_FAMILY,
    UMI_RELATION_HELPER,
    UMI_RELATION_OTHER
} umi_relation;

const char *umi_relation_name(umi_relation r); /**< "kepala", "istri", ... */
/** Indonesian names, with "_", "-" or a blank between words, in any case. */
UMI_MUST_CHECK bool umi_relation_parse(umi_relation *out, umi_text t);

/** What the programmes of a household say; each may be not known. */
typedef struct umi_programmes {
    bool pkh;      /**< receives PKH now */
    bool graduate; /**< has left PKH */
    bool kube;     /**< takes part in a KUBE */
} umi_programmes;

/**
 * Read "PKH|KUBE": codes of A-Z, 0-9, "_" and "-" in any case, 1..32 each,
 * separated by "|"; empty is none.  Codes beside the known ones are kept by
 * the caller and say nothing here.
 * @retval UMI_EINVAL a code is not of that form, or is given twice
 */
UMI_MUST_CHECK umi_status umi_programmes_parse(umi_programmes *out,
                                               umi_text t,
                                               umi_error *err);

#define UMI_DECILE_MIN 1
#define UMI_DECILE_MAX 10

#endif
