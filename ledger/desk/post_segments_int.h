/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_POST_SEGMENTS_INT_H
#define UMI_LEDGER_DESK_POST_SEGMENTS_INT_H

/**
 * @file
 * A file of repayments, read in segments.  It is read whole before anything
 * of it is written: then its lines and their sum are known, its SHA-256, and
 * of each segment what lines it has and a digest of them.  Segments behind the
 * first are read again when their turn comes, and compared.
 */
#include "ledger/book/pay_file.h"
#include "ledger/desk/post_int.h"
#include "ledger/desk/source.h"

typedef struct umi__segment {
    int64_t first, last, n; /* lines */
    umi_hash digest;        /* when there are others */
} umi__segment;

typedef struct umi__segments {
    const umi_file_ask *ask;
    const umi__shape *shape;
    umi_source source;
    bool pending, row_fault; /* the record at hand is not taken yet */
    int64_t cut[2];          /* segments end before the one, behind the other */
    umi__segment *list;
    size_t count, cap;
    size_t at;       /* in the list: the next one to read again */
    umi_tally lines; /* of the whole file */
} umi__segments;

/** Read the file through; its first segment stays in @p f. */
UMI_MUST_CHECK umi_status umi__segments_count(umi__segments *s,
                                              umi_pay_file *f,
                                              const umi_book *b,
                                              umi_error *err);
/** The SHA-256 of the file; once, behind umi__segments_count(). */
umi_hash umi__segments_hash(umi__segments *s);

/** The same once the file was counted again. @retval UMI_EIO it changed */
UMI_MUST_CHECK umi_status umi__segments_same(umi__segments *s,
                                             const umi_hash *was,
                                             umi_error *err);

/** The place of the segment with these lines; s->count: there is none. */
size_t umi__segments_find(const umi__segments *s, int64_t first, int64_t last);

/** Be ready to read from the segment @p at of the list on. */
void umi__segments_rewind(umi__segments *s, size_t at);

/**
 * The next segment again, into @p f, which is empty.
 * @retval UMI_EIO the file changed meanwhile
 */
UMI_MUST_CHECK umi_status umi__segments_next(umi__segments *s,
                                             umi_pay_file *f,
                                             umi_error *err);

void umi__segments_free(umi__segments *s);

#endif
