/* SPDX-License-Identifier: MIT */
#include "ledger/desk/receipts.h"

#include "ledger/book/keys.h"
#include "ledger/book/refused_int.h"
#include "ledger/book/sort.h"
#include "ledger/desk/post.h"
#include "ledger/desk/post_int.h"
#include "ledger/desk/source.h"
#include "ledger/io/outfile.h"

enum {
    SEGMENT = 1 << 20, /* lines whose postings are held at a time */
    RANGE = 1 << 14,   /* postings that are read or left out together */
    SLICE = 1 << 16    /* lines that are looked up together */
};

/* What a line came to, by its place in the segment; txn 0: no posting. */
typedef struct posted {
    int64_t txn;
    umi_parts parts;
} posted;

/* The lines that a range of postings is of. */
typedef struct range {
    int64_t low, high;
} range;

/* A line of the file, with its own copies of texts. */
typedef struct row {
    int64_t line;
    umi_text text[UMI_REPAYMENT_FIELDS]; /* as read, else as it stands */
    umi_money amount;
    bool named; /* reference and channel could be read */
    const posted *posted;
    const char *code; /* of the refusal */
    int64_t txn;      /* of a duplicate */
} row;

typedef struct receipts {
    umi_book *b;
    const umi_receipts_ask *ask;
    umi_batch batch;
    int64_t standing; /* postings up to this one stand in the book */
    umi__shape shape;
    umi_source source;
    umi_outfile *file;
    umi_csv_out out;
    umi_arena *arena; /* as long as this */
    umi_arena *slice;
    int64_t base; /* first line of the segment */
    posted *lines;
    range *ranges;
    bool ranged; /* ranges are known */
    umi__refused *refused;
    row *rows;
    size_t row_count;
    umi_tally posted, duplicate, rejected;
} receipts;

/* --- what the book says --------------------------------------------------- */

static umi_status load_refused(receipts *r, umi_error *err)
{
    umi_status rc = umi__refused_new(&r->refused, r->b, r->batch.id, err);
    if (rc == UMI_OK)
        rc = umi__refused_load(r->refused, err);
    if (rc == UMI_OK && umi__refused_count(r->refused) > r->batch.rejected.n)
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "batch %lld has more refused lines than it says",
                      (long long)r->batch.id);
    return rc;
}

static umi_status take_posting(void *self, const void *stored, umi_error *err)
{
    receipts *r = self;
    const umi_txn *t = stored;
    (void)err;
    if (t->batch != r->batch.id || t->kind != UMI_TXN_REPAYMENT)
        return UMI_OK;
    range *in = &r->ranges[(t->id - r->batch.first_txn) / RANGE];
    if (!r->ranged) {
        in->low = in->high == 0 || t->line < in->low ? t->line : in->low;
        in->high = t->line > in->high ? t->line : in->high;
    }
    if (t->line >= r->base && t->line < r->base + SEGMENT)
        r->lines[t->line - r->base] = (posted){t->id, t->parts};
    return UMI_OK;
}

static bool touches(const receipts *r, const range *in)
{
    return !r->ranged || (in->high >= r->base && in->low < r->base + SEGMENT);
}

/* The postings of the segment that begins with line @p base.  The first time
 * all are read; then it is known which ranges have which lines. */
static umi_status load_segment(receipts *r, int64_t base, umi_error *err)
{
    const umi_batch *k = &r->batch;
    umi_store *s = umi_book_store(r->b);
    umi_status rc = UMI_OK;
    r->base = base;
    memset(r->lines, 0, SEGMENT * sizeof *r->lines);
    size_t n = k->first_txn == 0
                   ? 0
                   : (size_t)(k->last_txn - k->first_txn) / RANGE + 1;
    for (size_t i = 0, end; i < n && rc == UMI_OK; i = end + 1) {
        for (end = i; end < n && touches(r, &r->ranges[end]);)
            end++;
        int64_t from = k->first_txn + (int64_t)i * RANGE;
        int64_t to = k->first_txn + (int64_t)end * RANGE - 1;
        if (end > i)
            rc = umi_store_scan(s, &umi_txn_table, from,
                                to < k->last_txn ? to : k->last_txn,
                                take_posting, r, err);
    }
    r->ranged = true;
    return rc;
}

/* --- what the file says --------------------------------------------------- */

static bool keep_text(receipts *r, umi_text *to, umi_text from)
{
    char *copy = umi_arena_copy(r->slice, from.ptr ? from.ptr : "", from.len);
    *to = (umi_text){copy, from.len};
    return copy != NULL;
}

/* A field as it is meant; one that has no meaning as it stands. */
static bool keep_field(receipts *r,
                       row *to,
                       const umi_record *record,
                       umi_repayment_field field)
{
    const umi__shape *shape = &r->shape;
    char room[UMI_MONEY_TEXT > UMI_DAY_TEXT ? UMI_MONEY_TEXT : UMI_DAY_TEXT];
    umi_text t;
    umi_day day;
    if (field == UMI_FIELD_DATE &&
        umi__shape_day(&day, shape, record, NULL) == UMI_OK)
        t = (umi_text){room, umi_day_write(room, day)};
    else if (field == UMI_FIELD_AMOUNT &&
             umi__shape_amount(&to->amount, shape, record, NULL) == UMI_OK)
        t = (umi_text){room, umi_money_write(room, to->amount)};
    else if (umi__shape_text(&t, shape, record, field, NULL) != UMI_OK)
        t = umi_record_text(record, (size_t)shape->column[field]);
    return keep_text(r, &to->text[field], t);
}

static bool keep_row(receipts *r, row *to, bool row_fault)
{
    const umi_record *record = umi_csv_record(r->source.csv);
    bool kept = true;
    *to = (row){.line = record->line, .named = !row_fault};
    for (size_t i = 0; i < UMI_REPAYMENT_FIELDS && !row_fault && kept; i++)
        kept = keep_field(r, to, record, (umi_repayment_field)i);
    return kept;
}

static umi_status another_file(const receipts *r, umi_error *err)
{
    umi_fail(err, UMI_EINVAL, "", "not the file of batch %lld",
             (long long)r->batch.id);
    umi_error_at(err, r->source.path, 0, 0);
    return UMI_EINVAL;
}

static umi_status
another_profile(const receipts *r, const row *x, umi_error *err)
{
    umi_fail(err, UMI_EINVAL, "",
             "read by another profile than that by which it was posted");
    umi_error_at(err, r->source.path, x->line, 0);
    return UMI_EINVAL;
}

/* The line is posted, refused, or neither: then its reference was taken. */
static umi_status judge(receipts *r, row *x, umi_error *err)
{
    const posted *p = &r->lines[x->line - r->base];
    umi_money sum = p->parts.overpaid;
    umi_status rc = umi__refused_code(r->refused, x->line, &x->code, err);
    if (rc != UMI_OK)
        return rc;
    if (x->code != NULL)
        return umi_file_count(&r->rejected, x->amount, err);
    if (p->txn == 0)
        return umi_file_count(&r->duplicate, x->amount, err);
    x->posted = p;
    for (size_t i = 0; i < UMI_COMPONENTS; i++)
        sum.sen += p->parts.of[i].sen; /* they summed up when it was stored */
    if (sum.sen != x->amount.sen)
        return another_profile(r, x, err);
    return umi_file_count(&r->posted, x->amount, err);
}

/* --- who has the references of duplicates --------------------------------- */

static bool duplicate(const row *x)
{
    return x->posted == NULL && x->code == NULL;
}

static umi_status
look_up(receipts *r, umi_pair *order, size_t n, umi_error *err)
{
    umi_reference_ask *asks = umi_arena_array(r->slice, n, sizeof *asks);
    if (asks == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const row *x = &r->rows[order[i].value];
        asks[i] = (umi_reference_ask){.key = order[i].key,
                                      .channel = x->text[UMI_FIELD_CHANNEL],
                                      .ref = x->text[UMI_FIELD_REFERENCE]};
    }
    umi_status rc = umi_keys_references(r->b, asks, n, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        row *x = &r->rows[order[i].value];
        x->txn = asks[i].txn;
        if (x->txn == 0 || asks[i].amount.sen != x->amount.sen)
            rc = another_profile(r, x, err);
    }
    return rc;
}

static umi_status find_holders(receipts *r, umi_error *err)
{
    const umi_sip_key secret = umi_book_secret(r->b);
    umi_pair *order = umi_arena_array(r->slice, SLICE, sizeof *order);
    umi_pair *room = umi_arena_array(r->slice, SLICE, sizeof *room);
    size_t n = 0;
    if (order == NULL || room == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < r->row_count; i++) {
        const row *x = &r->rows[i];
        if (!duplicate(x))
            continue;
        if (!x->named)
            return umi_fail(err, UMI_EDAMAGED, "",
                            "the book does not account for line %lld",
                            (long long)x->line);
        order[n++] =
            (umi_pair){umi_key_reference(&secret, x->text[UMI_FIELD_CHANNEL],
                                         x->text[UMI_FIELD_REFERENCE]),
                       (int64_t)i};
    }
    umi_sort_pairs(order, room, n);
    return n > 0 ? look_up(r, order, n, err) : UMI_OK;
}

/* --- writing -------------------------------------------------------------- */

static void put_header(umi_csv_out *w)
{
    static const char *const names[] = {
        "line",     "reference", "loan",    "date",    "amount",
        "channel",  "result",    "code",    "txn",     "principal",
        "interest", "fee",       "penalty", "overpaid"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        umi_csv_put_str(w, names[i]);
    umi_csv_end(w);
}

static void put_txn(const receipts *r, umi_csv_out *w, int64_t txn)
{
    if (txn == 0 || txn > r->standing)
        umi_csv_put_str(w, "");
    else
        umi_csv_put_int(w, txn);
}

static void put_row(receipts *r, const row *x)
{
    umi_csv_out *w = &r->out;
    umi_csv_put_int(w, x->line);
    for (size_t i = 0; i < UMI_REPAYMENT_FIELDS; i++)
        umi_csv_put(w, x->text[i]);
    umi_csv_put_str(w, x->posted ? "posted"
                       : x->code ? "rejected"
                                 : "duplicate");
    umi_csv_put_str(w, x->code);
    put_txn(r, w, x->posted ? x->posted->txn : x->txn);
    for (size_t i = 0; i < UMI_COMPONENTS; i++)
        if (x->posted != NULL)
            umi_csv_put_money(w, x->posted->parts.of[i]);
        else
            umi_csv_put_str(w, "");
    if (x->posted != NULL)
        umi_csv_put_money(w, x->posted->parts.overpaid);
    else
        umi_csv_put_str(w, "");
    umi_csv_end(w);
}

static umi_status put_slice(receipts *r, umi_error *err)
{
    umi_status rc = find_holders(r, err);
    for (size_t i = 0; i < r->row_count && rc == UMI_OK; i++) {
        put_row(r, &r->rows[i]);
        rc = umi_outfile_pass(r->file, err);
    }
    r->row_count = 0;
    umi_arena_reset(r->slice);
    if (rc == UMI_OK && r->ask->progress != NULL)
        r->ask->progress(r->ask->self, UMI_PHASE_RECEIPTS,
                         r->posted.n + r->duplicate.n + r->rejected.n,
                         r->batch.lines.n);
    return rc;
}

/* --- the whole ------------------------------------------------------------ */

static umi_status take_row(receipts *r, bool row_fault, umi_error *err)
{
    int64_t line = umi_csv_record(r->source.csv)->line;
    umi_status rc = UMI_OK;
    if (r->row_count == SLICE || line >= r->base + SEGMENT)
        rc = put_slice(r, err);
    if (rc == UMI_OK && line >= r->base + SEGMENT)
        rc = load_segment(r, line, err);
    if (rc != UMI_OK)
        return rc;
    row *x = &r->rows[r->row_count++];
    return keep_row(r, x, row_fault) ? judge(r, x, err) : umi_fail_memory(err);
}

static umi_status put_all(receipts *r, umi_error *err)
{
    bool more = true, row_fault;
    umi_status rc = UMI_OK;
    r->out.buf = umi_outfile_buf(r->file);
    put_header(&r->out);
    while (rc == UMI_OK) {
        umi_error why;
        rc = umi_source_next(&r->source, &more, &row_fault, &why, err);
        if (rc == UMI_OK && !more)
            break;
        if (rc == UMI_OK)
            rc = take_row(r, row_fault, err);
    }
    return rc == UMI_OK ? put_slice(r, err) : rc;
}

static bool same(umi_tally a, umi_tally b)
{
    return a.n == b.n && a.amount.sen == b.amount.sen;
}

/* What went wrong is another matter when the file is not that of the batch. */
static umi_status check_file(receipts *r, umi_status rc, umi_error *err)
{
    const umi_batch *k = &r->batch;
    if (rc != UMI_OK && rc != UMI_EINVAL && rc != UMI_EDAMAGED)
        return rc;
    if (umi_source_drain(&r->source, NULL) != UMI_OK)
        return another_file(r, err);
    umi_hash sha = umi_source_hash(&r->source);
    if (memcmp(sha.byte, k->sha256.ptr, sizeof sha.byte) != 0)
        return another_file(r, err);
    if (rc == UMI_OK &&
        (!same(r->posted, k->posted) || !same(r->duplicate, k->duplicate) ||
         !same(r->rejected, k->rejected)))
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "batch %lld does not account for every line",
                      (long long)k->id);
    return rc;
}

static umi_status find_batch(receipts *r, umi_error *err)
{
    const umi_receipts_ask *ask = r->ask;
    bool found;
    umi_status rc =
        umi_store_read(umi_book_store(r->b), &umi_batch_table, &ask->batch, 1,
                       &r->batch, &found, r->arena, err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_ENOENT, "", "there is no finished batch %lld",
                      (long long)ask->batch);
    else if (rc == UMI_OK && (r->batch.kind != UMI_BATCH_POST ||
                              r->batch.sha256.len != UMI_HASH_SIZE))
        rc =
            umi_fail(err, UMI_EINVAL, "", "batch %lld is no file of repayments",
                     (long long)ask->batch);
    return rc;
}

static umi_status make_room(receipts *r, umi_error *err)
{
    const umi_batch *k = &r->batch;
    size_t ranges = (size_t)(k->last_txn - k->first_txn) / RANGE + 1;
    r->lines = umi_alloc_array(SEGMENT, sizeof *r->lines);
    r->rows = umi_alloc_array(SLICE, sizeof *r->rows);
    r->ranges = umi_alloc_array(ranges, sizeof *r->ranges);
    return r->lines && r->rows && r->ranges ? UMI_OK : umi_fail_memory(err);
}

static umi_status open_files(receipts *r, umi_error *err)
{
    const umi_receipts_ask *ask = r->ask;
    umi_status rc = umi__shape_of(&r->shape, ask->profile, r->arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_csv_spec spec =
        umi__shape_spec(&r->shape, ask->name ? ask->name : ask->path);
    rc = umi_source_open(&r->source, ask->path, &spec, err);
    return rc == UMI_OK ? umi_outfile_open(&r->file, ask->out, err) : rc;
}

static umi_status run(receipts *r, umi_error *err)
{
    r->arena = umi_arena_new();
    r->slice = umi_arena_new();
    if (r->arena == NULL || r->slice == NULL)
        return umi_fail_memory(err);
    umi_status rc = find_batch(r, err);
    if (rc == UMI_OK)
        rc = make_room(r, err);
    if (rc == UMI_OK)
        rc = open_files(r, err);
    if (rc == UMI_OK)
        rc = load_refused(r, err);
    if (rc == UMI_OK)
        rc = load_segment(r, 1, err);
    if (rc == UMI_OK)
        rc = check_file(r, put_all(r, err), err);
    if (rc != UMI_OK)
        return rc;
    umi_outfile *file = r->file;
    r->file = NULL;
    return umi_outfile_commit(file, err);
}

static umi_status write_receipts(umi_book *b,
                                 const umi_receipts_ask *ask,
                                 int64_t standing,
                                 umi_error *err)
{
    receipts r = {.b = b, .ask = ask, .standing = standing};
    r.source.fd = -1;
    umi_status rc = run(&r, err);
    umi_source_close(&r.source);
    umi_outfile_discard(r.file);
    umi_free(r.lines);
    umi_free(r.rows);
    umi_free(r.ranges);
    umi__refused_free(r.refused);
    umi_arena_free(r.slice);
    umi_arena_free(r.arena);
    return rc;
}

umi_status
umi_receipts_write(umi_book *b, const umi_receipts_ask *ask, umi_error *err)
{
    return write_receipts(b, ask, INT64_MAX, err);
}

/* Begin what will not be committed; the last posting that stands. */
static umi_status rehearse(umi_book *b, int64_t *standing, umi_error *err)
{
    umi_store *s = umi_book_store(b);
    umi_status rc = umi_store_last(s, &umi_txn_table, standing, err);
    return rc == UMI_OK ? umi_store_begin(s, err) : rc;
}

umi_status umi_post_receipts(umi_file_result *out,
                             umi_book *b,
                             const umi_file_ask *ask,
                             umi_arena *arena,
                             umi_error *err)
{
    umi_file_ask inner = *ask;
    umi_file_result result;
    int64_t standing = INT64_MAX;
    if (ask->receipts == NULL)
        return umi_post_file(out, b, ask, arena, err);
    umi_status rc = umi_outfile_try(ask->receipts, err);
    if (rc == UMI_OK && ask->dry_run) {
        inner.dry_run = inner.whole = false;
        inner.rehearsal = true;
        rc = rehearse(b, &standing, err);
    }
    if (rc == UMI_OK)
        rc = umi_post_file(&result, b, &inner, arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_receipts_ask what = {.path = ask->path,
                                   .name = ask->name,
                                   .profile = ask->profile,
                                   .out = ask->receipts,
                                   .batch = result.batch,
                                   .progress = ask->progress,
                                   .self = ask->self};
    rc = write_receipts(b, &what, standing, err);
    if (ask->dry_run && result.state == UMI_FILE_DONE)
        result.state = UMI_FILE_DRY_RUN;
    if (rc == UMI_OK)
        *out = result;
    return rc;
}
