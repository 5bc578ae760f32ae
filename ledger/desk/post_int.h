/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_POST_INT_H
#define UMI_LEDGER_DESK_POST_INT_H

/**
 * @file
 * The shape of a file of repayments: the header of the contract, or what a
 * profile says of a bank's, a provider's or an agent's file.
 */
#include "ledger/io/csv.h"
#include "rules/set/profile.h"

typedef struct umi__shape {
    const umi_profile *profile; /* NULL: the header of the contract */
    const umi_column *columns;
    size_t count;
    int column[UMI_REPAYMENT_FIELDS]; /* in columns; -1: a constant */
} umi__shape;

/** @p profile may be NULL; the shape lives in @p arena. */
UMI_MUST_CHECK umi_status umi__shape_of(umi__shape *out,
                                        const umi_profile *profile,
                                        umi_arena *arena,
                                        umi_error *err);
umi_csv_spec umi__shape_spec(const umi__shape *s, const char *path);

/** Reference, loan or channel. @retval UMI_EINVAL its prefix is missing */
UMI_MUST_CHECK umi_status umi__shape_text(umi_text *out,
                                          const umi__shape *s,
                                          const umi_record *r,
                                          umi_repayment_field field,
                                          umi_error *err);
/** As umi_record_day() and umi_record_amount(). */
UMI_MUST_CHECK umi_status umi__shape_day(umi_day *out,
                                         const umi__shape *s,
                                         const umi_record *r,
                                         umi_error *err);
UMI_MUST_CHECK umi_status umi__shape_amount(umi_money *out,
                                            const umi__shape *s,
                                            const umi_record *r,
                                            umi_error *err);

#endif
