/* SPDX-License-Identifier: MIT */
#include "tests/support/fault_book.h"

#include "ledger/desk/day_close.h"
#include "ledger/desk/desk.h"
#include "ledger/desk/repay.h"
#include "ledger/desk/reverse.h"
#include "ledger/store/pack_int.h"
#include "ledger/store/sqlite_int.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/files.h"
#include "tests/support/files_of_loans.h"

enum {
    ACTS = 9,
    LARGE = 7000 /* lines; from 5,000 on rows are hashed on a thread */
};

static const char *path;
static umi_text image;  /* of the book before any act */
static int64_t batches; /* in it */
static umi_buf before, after[ACTS];
static umi_text rejects[ACTS];
static int64_t told;

/* --- acts ----------------------------------------------------------------- */

static void tell(void *self, umi_phase phase, int64_t done, int64_t all)
{
    (void)self, (void)all;
    if (phase == UMI_PHASE_WRITE)
        told = done;
}

static umi_file_ask ask_of(const char *name, size_t chunk, bool whole)
{
    umi_file_ask ask = an_ask(name);
    ask.chunk = chunk;
    ask.whole = whole;
    ask.progress = whole ? NULL : tell;
    return ask;
}

static umi_status
enter_file(umi_book *b, umi_file_ask ask, bool loans, umi_error *err)
{
    umi_file_result r = {0};
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    umi_status rc = loans ? umi_loan_import_file(&r, b, &ask, arena, err)
                          : umi_post_file(&r, b, &ask, arena, err);
    umi_arena_free(arena);
    return rc;
}

static umi_status import_chunks(umi_book *b, umi_error *err)
{
    return enter_file(b, ask_of("more.csv", 6, false), true, err);
}

static umi_status import_whole(umi_book *b, umi_error *err)
{
    return enter_file(b, ask_of("more.csv", 6, true), true, err);
}

static umi_status post_chunks(umi_book *b, umi_error *err)
{
    return enter_file(b, ask_of("pay.csv", 9, false), false, err);
}

/* The next lines are read while some are posted. */
static umi_status post_segments(umi_book *b, umi_error *err)
{
    umi_file_ask ask = ask_of("pay.csv", 9, false);
    ask.segment = 17;
    return enter_file(b, ask, false, err);
}

static umi_status post_whole(umi_book *b, umi_error *err)
{
    umi_file_ask ask = ask_of("pay.csv", 20, true);
    ask.segment = 25;
    return enter_file(b, ask, false, err);
}

static umi_status post_large(umi_book *b, umi_error *err)
{
    return enter_file(b, ask_of("large.csv", 0, false), false, err);
}

/* A payment that others followed, so that the loan is divided anew. */
static umi_status reverse(umi_book *b, umi_error *err)
{
    umi_reversed out;
    const umi_reverse_ask ask = {.txn = 21, .day = {UMI_NONE32}};
    umi_status rc = umi_reverse(&out, b, &ask, err);
    if (rc == UMI_ESTATE) { /* it came through the last time */
        umi_error_clear(err);
        rc = UMI_OK;
    }
    return rc;
}

static umi_status counter(umi_book *b, umi_error *err)
{
    umi_booked out;
    umi_desk desk = umi_desk_at(b);
    const umi_repay_ask ask = {.loan = UMI_TEXT("L3"),
                               .amount = {12345600},
                               .channel = UMI_TEXT("LOKET"),
                               .reference = UMI_TEXT("K1"),
                               .day = a_day("2026-08-03")};
    return umi_repay(&out, &desk, &ask, err);
}

static umi_status close_days(umi_book *b, umi_error *err)
{
    umi_status rc =
        umi_day_close(b, a_day("2026-11-21"), a_day("2026-11-23"), err);
    if (rc == UMI_EDENIED &&
        umi_book_business_date(b).n == a_day("2026-11-24").n) { /* likewise */
        umi_error_clear(err);
        rc = UMI_OK;
    }
    return rc;
}

const fault_act fault_acts[ACTS] = {
    {"import", import_chunks, true, false, 0},
    {"post", post_chunks, false, false, 0},
    {"post segments, log folded", post_segments, false, false, 20},
    {"post whole", post_whole, false, true, 0},
    {"import whole", import_whole, true, true, 0},
    {"reverse", reverse, false, true, 0},
    {"pay", counter, false, true, 0},
    {"close days", close_days, false, true, 0},
    {"post a large file", post_large, false, false, 0},
};
const size_t fault_act_count = ACTS - 1;
const fault_act *const fault_act_large = &fault_acts[ACTS - 1];

static const char *rejects_name(const fault_act *act)
{
    return act->salted ? "more.csv.rejects.csv" : "pay.csv.rejects.csv";
}

/* --- opening -------------------------------------------------------------- */

static umi_status open_as(umi_book **b, umi_access access, umi_error *err)
{
    const umi_book_session session = a_session();
    return umi_book_open(b, path, access, &session, err);
}

const char *fault_book_path(const char *name)
{
    return temp_path(name);
}

umi_status fault_book_act(const fault_act *act, umi_error *err)
{
    umi_book *b = NULL;
    fault_fold_log_at(act->fold_at);
    umi_status rc = open_as(&b, UMI_WRITE, err);
    if (rc == UMI_OK)
        rc = act->run(b, err);
    umi_book_close(b);
    return rc;
}

umi_status fault_book_act_under(const fault_act *act,
                                fault_kind kind,
                                int64_t at,
                                uint64_t seed,
                                bool *fired,
                                umi_error *err)
{
    fault_plan(kind, at, seed);
    umi_status rc = fault_book_act(act, err);
    *fired = fault_fired();
    fault_over(false);
    return rc;
}

void fault_book_restore(void)
{
    static const char *const beside[] = {"-wal", "-shm", "-journal"};
    char name[600];
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, beside[i]);
        fault_disk_put(name, NULL, 0);
    }
    fault_disk_put(path, image.ptr, image.len);
    (void)unlink(temp_path("pay.csv.rejects.csv"));
    (void)unlink(temp_path("more.csv.rejects.csv"));
    fault_vfs_chance(1); /* what is drawn is the same again */
    told = 0;
}

/* --- every row ------------------------------------------------------------ */

/* Salts are chance, and digests are made of them. */
static bool left_out(const umi_table *t, const umi_store_column *col)
{
    return (strcmp(t->name, "person") == 0 && strcmp(col->name, "salt") == 0) ||
           (strcmp(t->name, "witness") == 0 && col->type == UMI_COL_HASH) ||
           (strcmp(t->name, "block") == 0 && col->type == UMI_COL_HASH);
}

typedef struct writing {
    const umi_table *table;
    bool salted;
    umi_buf *out;
} writing;

static void write_hex(umi_buf *b, umi_text t)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < t.len; i++) {
        umi_buf_putc(b, digits[(unsigned char)t.ptr[i] >> 4]);
        umi_buf_putc(b, digits[(unsigned char)t.ptr[i] & 15]);
    }
}

static void write_cell(umi_buf *b, umi_store_type type, const umi__cell *v)
{
    umi_buf_putc(b, '|');
    if (v->absent)
        umi_buf_putc(b, '-');
    else if (type == UMI_COL_BLOB || type == UMI_COL_HASH)
        write_hex(b, v->text);
    else if (umi__column_texty(type))
        umi_buf_text(b, v->text);
    else if (v->number == 0)
        umi_buf_putc(b, '0'); /* most are */
    else
        umi_buf_printf(b, "%lld", (long long)v->number);
}

static umi_status write_row(void *self, const void *row, umi_error *err)
{
    const writing *w = self;
    (void)err;
    umi_buf_puts(w->out, w->table->name);
    for (size_t i = 0; i < w->table->count; i++) {
        const umi_store_column *col = &w->table->columns[i];
        umi__cell v = umi__cell_get(col, row);
        if (!w->salted || !left_out(w->table, col))
            write_cell(w->out, col->type, &v);
    }
    umi_buf_putc(w->out, '\n');
    return UMI_OK;
}

/* All rows of all tables but the texts of the rules, which are long. */
static umi_status
rows_of(umi_buf *out, umi_book *b, bool salted, umi_error *err)
{
    size_t n;
    const umi_table *const *t = umi_tables(&n);
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        writing w = {t[i], salted, out};
        if (strcmp(t[i]->name, "rules") != 0)
            rc = umi_store_scan(umi_book_store(b), t[i], INT64_MIN, INT64_MAX,
                                write_row, &w, err);
    }
    umi_buf_putc(out, '\0');
    return rc;
}

/* The first line in which two texts differ. */
static void show_difference(char why[400], const char *want, const char *have)
{
    size_t i = 0, line = 0;
    while (want[i] != '\0' && want[i] == have[i]) {
        if (want[i] == '\n')
            line = i + 1;
        i++;
    }
    (void)snprintf(why, 400, "want %.*s, have %.*s",
                   (int)strcspn(want + line, "\n"), want + line,
                   (int)strcspn(have + line, "\n"), have + line);
}

static bool failed(const umi_error *err, char why[400])
{
    (void)snprintf(why, 400, "%.300s", err->message);
    return false;
}

static bool
same_rows(umi_book *b, const umi_buf *want, bool salted, char why[400])
{
    umi_error err = {0};
    umi_buf have = {0};
    bool same = rows_of(&have, b, salted, &err) == UMI_OK;
    if (!same)
        (void)failed(&err, why);
    else if (strcmp(want->ptr, have.ptr) != 0) {
        show_difference(why, want->ptr, have.ptr);
        same = false;
    }
    umi_buf_free(&have);
    return same;
}

/* What stands in a file; ptr NULL when there is none.  free(ptr). */
static umi_text file_of(const char *name)
{
    FILE *f = fopen(name, "rb");
    if (f == NULL)
        return (umi_text){0};
    (void)fclose(f);
    return file_read("/", name);
}

/* --- states that were tried ----------------------------------------------- */

/* What a book comes to depends on nothing but its bytes, those of the rejects
 * and what was told to be done: one that came through need not be tried again,
 * and one of AGAIN is all the same. */
enum {
    STATES = 1 << 18,
    AGAIN = 32
};

static uint64_t states[STATES];
static size_t state_count, known_count;

static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
    const char *p = bytes;
    h = (h ^ n) * 0x9fb21c651e98df25U;
    for (; n > 0; n -= n < 8 ? n : 8) {
        uint64_t word = 0;
        memcpy(&word, p, n < 8 ? n : 8);
        p += n < 8 ? n : 8;
        h = (h ^ word) * 0x9fb21c651e98df25U;
        h ^= h >> 29;
    }
    return h;
}

static uint64_t mix_file(uint64_t h, const char *name)
{
    static char room[1 << 16];
    size_t n;
    FILE *f = fopen(name, "rb");
    if (f == NULL)
        return mix(h, "none", 4);
    setbuf(f, NULL);
    while ((n = fread(room, 1, sizeof room, f)) > 0)
        h = mix(h, room, n);
    (void)fclose(f);
    return h;
}

/* Of the files as they lie there. */
static uint64_t print_of_files(uint64_t h)
{
    char log[600];
    (void)snprintf(log, sizeof log, "%s-wal", path);
    return mix_file(mix_file(h, path), log);
}

/* Of the book as it is seen through its log; 0: it cannot be read. */
static uint64_t print_of_pages(uint64_t h, umi_book *b)
{
    const umi__sqlite *s = (const umi__sqlite *)umi_book_store(b);
    sqlite3_int64 n;
    unsigned char *pages = sqlite3_serialize(s->db, "main", &n, 0);
    h = pages ? mix(h, pages, (size_t)n) : 0;
    sqlite3_free(pages);
    return h;
}

static uint64_t *state_at(uint64_t print)
{
    uint64_t *at = &states[print % STATES];
    while (*at != 0 && *at != print)
        at = at == &states[STATES - 1] ? states : at + 1;
    return at;
}

static bool is_known(uint64_t print)
{
    return print != 0 && *state_at(print) == print &&
           ++known_count % AGAIN != 0;
}

static void remember(uint64_t print)
{
    uint64_t *at = state_at(print);
    if (print == 0 || *at == print || state_count > STATES / 2)
        return;
    *at = print;
    state_count++;
}

static bool same_in(umi_book *b, const fault_act *act, char why[400])
{
    size_t i = (size_t)(act - fault_acts);
    if (!same_rows(b, &after[i], act->salted, why))
        return false;
    umi_text have = file_of(temp_path(rejects_name(act)));
    bool same = umi_text_eq(have, rejects[i]);
    free((void *)(uintptr_t)have.ptr);
    if (!same)
        (void)snprintf(why, 400, "other rejects");
    return same;
}

/* --- soundness ------------------------------------------------------------ */

static bool sound_in(umi_book *b, char why[400])
{
    umi_error err = {0};
    umi_verification v;
    if (umi_book_verify(&v, b, true, &err) != UMI_OK)
        return failed(&err, why);
    for (size_t i = 0; i < v.count; i++)
        if (!v.checks[i].ok) {
            (void)snprintf(why, 400, "%s: %.300s", v.checks[i].name,
                           v.checks[i].message);
            return false;
        }
    return v.ok;
}

/* Lines of unfinished files that are decided; all, when one was finished. */
static umi_status add_run(void *self, const void *row, umi_error *err)
{
    const umi_run *r = row;
    (void)err;
    *(int64_t *)self += r->posted.n + r->duplicate.n + r->rejected.n;
    return UMI_OK;
}

static bool kept_in(umi_book *b, char why[400])
{
    umi_error err = {0};
    int64_t last = 0, lines = 0;
    umi_status rc =
        umi_store_last(umi_book_store(b), &umi_batch_table, &last, &err);
    if (rc == UMI_OK && last <= batches)
        rc = umi_store_scan(umi_book_store(b), &umi_run_table, 1, INT64_MAX,
                            add_run, &lines, &err);
    if (rc != UMI_OK)
        return failed(&err, why);
    (void)snprintf(why, 400, "%lld lines told to be done, %lld are",
                   (long long)told, (long long)lines);
    return last > batches || lines >= told;
}

static umi_book *opened(umi_access access, char why[400])
{
    umi_error err = {0};
    umi_book *b = NULL;
    if (open_as(&b, access, &err) != UMI_OK)
        (void)failed(&err, why);
    return b;
}

umi_status fault_book_verify(umi_verification *out, umi_error *err)
{
    umi_book *b = NULL;
    umi_status rc = open_as(&b, UMI_READ, err);
    if (rc == UMI_OK)
        rc = umi_book_verify(out, b, true, err);
    umi_book_close(b);
    return rc;
}

bool fault_book_sound(char why[400])
{
    umi_book *b = opened(UMI_READ, why);
    bool ok = b != NULL && sound_in(b, why);
    umi_book_close(b);
    return ok;
}

/* One who only reads sees it sound. */
static bool reads_sound(char why[400])
{
    umi_book *b = opened(UMI_READ, why);
    if (b == NULL)
        return false;
    const uint64_t print = print_of_pages(UMI_READ, b);
    bool ok = is_known(print) || sound_in(b, why);
    umi_book_close(b);
    if (ok)
        remember(print);
    return ok;
}

static bool goes_on(umi_book *b, const fault_act *act, bool done, char why[400])
{
    umi_error err = {0};
    if (!sound_in(b, why) || !kept_in(b, why) ||
        (done && !same_in(b, act, why)))
        return false;
    if (act->run(b, &err) != UMI_OK)
        return failed(&err, why);
    return same_in(b, act, why);
}

bool fault_book_recovers(const fault_act *act,
                         bool reader,
                         bool done,
                         char why[400])
{
    const int64_t asked[] = {act - fault_acts, told, done, reader};
    const uint64_t h = mix_file(mix(UMI_WRITE, asked, sizeof asked),
                                temp_path(rejects_name(act)));
    const uint64_t files = print_of_files(h);
    if (is_known(files))
        return true;
    if (reader && !reads_sound(why))
        return false;
    umi_book *b = opened(UMI_WRITE, why);
    if (b == NULL)
        return false;
    const uint64_t pages = print_of_pages(h, b);
    bool ok = is_known(pages) || goes_on(b, act, done, why);
    umi_book_close(b);
    if (ok) {
        remember(files);
        remember(pages);
    }
    return ok;
}

bool fault_book_same(const fault_act *act, char why[400])
{
    umi_book *b = opened(UMI_READ, why);
    bool ok = b != NULL && same_in(b, act, why);
    umi_book_close(b);
    return ok;
}

bool fault_book_untouched(char why[400])
{
    umi_book *b = opened(UMI_READ, why);
    bool ok = b != NULL && same_rows(b, &before, false, why);
    umi_book_close(b);
    return ok;
}

umi_status fault_book_copy(umi_error *err)
{
    umi_book *b = NULL;
    fault_disk_put(temp_path("copy.db"), NULL, 0);
    umi_status rc = open_as(&b, UMI_READ, err);
    if (rc == UMI_OK)
        rc = umi_store_snapshot(umi_book_store(b), temp_path("copy.db"), err);
    umi_book_close(b);
    fault_disk_forget(); /* names changed behind its back */
    return rc;
}

bool fault_book_copied(bool whole, char why[400])
{
    const char *book = path;
    char copy[600];
    (void)snprintf(copy, sizeof copy, "%s", temp_path("copy.db"));
    (void)snprintf(why, 400, "a copy that failed is there");
    if (!whole)
        return access(copy, F_OK) != 0;
    path = copy;
    bool same = fault_book_sound(why) && fault_book_untouched(why);
    path = book;
    return same;
}

/* --- begin and end -------------------------------------------------------- */

static void append_payments(const char *name, const char *more)
{
    FILE *f = fopen(temp_path(name), "a");
    assert_non_null(f);
    (void)fputs(more, f);
    assert_int_equal(fclose(f), 0);
}

static void write_files(void)
{
    chance c = {4711};
    write_loans("loans.csv", &c, 20);
    write_payments("first.csv", &c, 24, 20, 0);
    write_loans("more.csv", &c, 26); /* the first 20 are known, or are not */
    write_payments("pay.csv", &c, 48, 20, 100);
    append_payments("first.csv", "F1,L1,2026-07-01,50000,VA\n"
                                 "F2,L2,2026-07-01,99000000,VA\n"
                                 "F3,L4,2026-07-02,25000,VA\n"
                                 "F4,L5,2026-07-02,150000,VA\n"
                                 "F5,L5,2026-07-09,75000,VA\n");
    append_payments("more.csv", "B1,MEKAAR,,1000000,1,week,flat,10,1,week,"
                                "2026-03-01,,,,\n"
                                "B2,MEKAAR,Ibu,1.234,1,week,flat,10,1,week,"
                                "2026-03-01,,,,\n");
    /* of another file, another payment, twice in this one, more than is owed,
     * paid off already, before its time, not disbursed, unknown, no line */
    append_payments("pay.csv", "F1,L1,2026-07-01,50000,VA\n"
                               "F3,L4,2026-07-02,25001,VA\n"
                               "P1,L3,2026-08-01,60000,VA\n"
                               "P1,L3,2026-08-01,60000,VA\n"
                               "P1,L6,2026-08-01,60000,VA\n"
                               "P2,L6,2026-08-01,88000000.5,AGEN\n"
                               "P3,L2,2026-08-01,10000,VA\n"
                               "P4,L7,2020-08-01,10000,VA\n"
                               "P4,L7,2026-08-01,10000,VA\n"
                               "P5,NEW,2026-08-01,10000,VA\n"
                               "P6,NOBODY,2026-08-01,10000,VA\n"
                               "P7,L8\n");
}

static void write_large(void)
{
    umi_buf b = {0};
    umi_buf_puts(&b, "reference,loan,date,amount,channel\n");
    for (int i = 0; i < LARGE; i++)
        umi_buf_printf(&b, "X%d,L%d,2026-11-20,%d,VA\n", i, i % 20 + 1,
                       100 + i);
    temp_write("large.csv", &b);
    umi_buf_free(&b);
}

/* A loan that is agreed and not paid out. */
static void add_booked(umi_book *b)
{
    umi_error err = {0};
    umi_policy policy = umi_policy_default();
    umi_terms t = umi_terms_default();
    int64_t id;
    t.principal.sen = 100000000;
    t.periods = 10;
    t.unit = UMI_UNIT_WEEK;
    t.rate = umi_rate_of(1, 100);
    t.rate_per = UMI_PER_WEEK;
    t.method = UMI_FLAT;
    t.disbursed = a_day("2026-01-05");
    umi_new_loan l = {.number = UMI_TEXT("NEW"),
                      .person = 1,
                      .product = UMI_TEXT("MEKAAR"),
                      .branch = UMI_TEXT("GRT"),
                      .terms = &t,
                      .policy = &policy,
                      .application = UMI_NONE};
    if (umi_book_add_loan(b, &l, NULL, &id, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

static void keep_rows(umi_buf *out, bool salted)
{
    char why[400] = "";
    umi_error err = {0};
    umi_book *b = opened(UMI_READ, why);
    assert_string_equal(why, "");
    assert_int_equal(rows_of(out, b, salted, &err), UMI_OK);
    umi_book_close(b);
}

static void make_book(void)
{
    umi_error err = {0};
    create_book("book.db");
    fault_disk_forget(); /* it got its name behind its back */
    umi_book *b = open_book("book.db");
    (void)import_file(b, an_ask("loans.csv"));
    add_booked(b);
    (void)post_file(b, an_ask("first.csv"));
    assert_int_equal(
        umi_store_last(umi_book_store(b), &umi_batch_table, &batches, &err),
        UMI_OK);
    umi_book_close(b);
    image = file_of(path);
    assert_non_null(image.ptr);
    fault_book_restore();
    keep_rows(&before, false);
}

const char *fault_book_begin(void)
{
    static char room[600];
    char why[400];
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 1);
    fault_vfs_install();
    umi__packs_tune(4, 2); /* so that every act merges some */
    (void)snprintf(room, sizeof room, "%s", temp_path("book.db"));
    path = room;
    write_files();
    write_large();
    make_book();
    for (size_t i = 0; i < ACTS; i++) {
        umi_error err = {0};
        fault_book_restore();
        if (fault_book_act(&fault_acts[i], &err) != UMI_OK)
            fail_msg("%s: %s", fault_acts[i].name, err.message);
        if (!fault_book_sound(why))
            fail_msg("%s: %s", fault_acts[i].name, why);
        assert_false(fault_book_untouched(why));
        keep_rows(&after[i], fault_acts[i].salted);
        rejects[i] = file_of(temp_path(rejects_name(&fault_acts[i])));
    }
    return path;
}

void fault_book_end(void)
{
    static const char *const files[] = {"loans.csv", "more.csv", "first.csv",
                                        "pay.csv",   "book.db",  "copy.db",
                                        "large.csv"};
    char folder[600];
    for (size_t i = 0; i < ACTS; i++) {
        umi_buf_free(&after[i]);
        free((void *)(uintptr_t)rejects[i].ptr);
    }
    umi_buf_free(&before);
    free((void *)(uintptr_t)image.ptr);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        temp_remove(files[i]);
    fault_disk_forget();
    umi__packs_tune(0, 0);
    (void)snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    (void)rmdir(folder);
}
