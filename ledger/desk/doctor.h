/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DOCTOR_H
#define UMI_LEDGER_DESK_DOCTOR_H

/**
 * @file
 * The doctor: whether program, machine and book are fit for the next batch.
 * It changes nothing, except that a log left beside the book is folded in, as
 * whoever opens the book next would do.
 */
#include "ledger/book/book.h"

typedef enum umi_health {
    UMI_HEALTH_OK,
    UMI_HEALTH_WARN, /**< good to know */
    UMI_HEALTH_FAIL  /**< somebody must act before the next batch */
} umi_health;

const char *umi_health_name(umi_health h); /**< "ok", "warn", "fail" */

typedef struct umi_symptom {
    const char *code; /**< stable, see `umi explain` */
    umi_health state;
    char found[480];  /**< in the language asked for */
    char advice[320]; /**< what to do; "" when nothing is */
} umi_symptom;

#define UMI_SYMPTOMS_MAX 40

typedef struct umi_diagnosis {
    umi_symptom list[UMI_SYMPTOMS_MAX];
    size_t count;
    /** UMI_OK, or why the book cannot be used (UMI_EIO, UMI_EBUSY,
     * UMI_EDAMAGED) */
    umi_status book;
} umi_diagnosis;

typedef struct umi_doctor_ask {
    const char *book; /**< NULL: without one */
    umi_book_session session;
    umi_lang lang;
    int64_t lines;      /**< of the next file, .. UMI_SPACE_MOST; 0: as the
                         * book tells */
    const char *tmpdir; /**< where standard input is kept */
    const char *locale; /**< "LANG=id_ID.UTF-8"; NULL: nothing says it */
} umi_doctor_ask;

/**
 * Examine.  Whatever is wrong stands in @p out.
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_doctor(umi_diagnosis *out,
                                     const umi_doctor_ask *ask,
                                     umi_error *err);

/** What is known of SQLite of version @p number (3051003 is 3.51.3). */
bool umi_doctor_wal_fault(int number);

#endif
