/* SPDX-License-Identifier: MIT */
#include "ledger/desk/doctor.h"

#include "engine/base/version.h"
#include "engine/loan/cashflow.h"
#include "ledger/book/space.h"
#include "ledger/book/verify.h"
#include "ledger/io/unpack.h"
#include "ledger/io/xml.h"
#include "ledger/store/place.h"
#include "ledger/store/version.h"
#include "rules/set/yaml.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum {
    UNFINISHED_MAX = 8,  /* told one by one */
    LATE = 7,            /* days that may wait for their close */
    CACHE_MAX = 131072,  /* KiB */
    INPUT_LINE = 64,     /* bytes of a line of a file, about */
    SMALL_ROOM = 1 << 24 /* bytes that any book needs */
};

typedef struct doctor {
    umi_diagnosis d;
    const umi_doctor_ask *ask;
    umi_symptom *at; /* the newest */
    umi_place place;
    umi_book *book;
} doctor;

const char *umi_health_name(umi_health h)
{
    static const char *const names[] = {"ok", "warn", "fail"};
    return names[h];
}

static void check(doctor *x, const char *code)
{
    assert(x->d.count < UMI_SYMPTOMS_MAX);
    x->at = &x->d.list[x->d.count++];
    *x->at = (umi_symptom){.code = code};
}

UMI_PRINTF(2, 3) static void found(doctor *x, const char *english, ...)
{
    va_list ap;
    va_start(ap, english);
    (void)vsnprintf(x->at->found, sizeof x->at->found,
                    umi_tr(x->ask->lang, english), ap);
    va_end(ap);
}

UMI_PRINTF(3, 4)
static void advise(doctor *x, umi_health h, const char *english, ...)
{
    va_list ap;
    if (h > x->at->state)
        x->at->state = h;
    va_start(ap, english);
    (void)vsnprintf(x->at->advice, sizeof x->at->advice,
                    umi_tr(x->ask->lang, english), ap);
    va_end(ap);
}

static long long mib(int64_t bytes)
{
    return (long long)((bytes + (1 << 20) - 1) >> 20);
}

/* --- the program ---------------------------------------------------------- */

static void look_at_versions(doctor *x)
{
    check(x, "D-VERSION");
    (void)snprintf(x->at->found, sizeof x->at->found,
                   "umi %s, SQLite %s, GMP %s, MPFR %s, libsodium %s, "
                   "libyaml %s, %s, zlib %s, zstd %s",
                   umi_version(), umi_sqlite_version(), umi_gmp_version(),
                   umi_mpfr_version(), umi_sodium_version(), umi_yaml_version(),
                   umi_xml_version(), umi_zlib_version(), umi_zstd_version());
}

bool umi_doctor_wal_fault(int number)
{
    return number >= 3007000 && number < 3051003;
}

static void look_at_engine(doctor *x)
{
    check(x, "D-SQLITE");
    if (umi_doctor_wal_fault(umi_sqlite_number()))
        found(x,
              "SQLite %s can lose frames of the log when two connections write "
              "at once (3.7.0 to 3.51.2); a book has one writer, alone",
              umi_sqlite_version());
    else
        found(x, "SQLite %s has no known fault of its log",
              umi_sqlite_version());
}

/* --- the place ------------------------------------------------------------ */

static void look_at_file_system(doctor *x)
{
    const umi_fs fs = x->place.fs;
    const char *name = *fs.name ? fs.name : "?";
    check(x, "D-FILESYSTEM");
    found(x, "%s, %lld MiB free", name, (long long)(x->place.room >> 20));
    if (fs.kind == UMI_FS_NETWORK)
        advise(x, UMI_HEALTH_WARN,
               "locks and fsync are another machine's word here; keep the book "
               "on a disk of this one");
    else if (fs.kind == UMI_FS_MEMORY)
        advise(x, UMI_HEALTH_WARN,
               "this is memory: the book is gone when the machine is");
}

static void look_at_rights(doctor *x)
{
    const char *path = x->ask->book;
    check(x, "D-RIGHTS");
    found(x, "%04o, %s", (unsigned)x->place.mode,
          umi_tr(x->ask->lang,
                 x->place.writable ? "may be written" : "may not be written"));
    if (x->place.mode & 07)
        advise(x, UMI_HEALTH_WARN,
               "others may read names and NIK: chmod 600 %s", path);
    if (!x->place.writable)
        advise(x, UMI_HEALTH_FAIL,
               "give this user the right to write the book and its folder");
}

static void look_at_drafts(doctor *x)
{
    check(x, "D-DRAFTS");
    found(x, "%d drafts left by killed runs", x->place.drafts);
    if (x->place.drafts > 0)
        advise(x, UMI_HEALTH_WARN, "remove %s.new-*", x->ask->book);
}

static void look_at_holder(doctor *x)
{
    long long who = (long long)x->place.holder;
    check(x, "D-HELD");
    if (who == 0)
        found(x, "no other process has the book open");
    else if (x->place.held_to_write)
        found(x, "process %lld writes to the book", who);
    else
        found(x, "process %lld reads the book", who);
    if (x->place.held_to_write)
        advise(x, UMI_HEALTH_WARN, "ask again when it has ended");
}

/* After the book was opened: that folds a log in. */
static void look_at_log(doctor *x)
{
    umi_place now;
    int64_t was = x->place.log_bytes;
    check(x, "D-LOG");
    if (was == 0) {
        found(x, "no log (-wal) was left beside the book");
        return;
    }
    if (x->place.holder != 0) {
        found(x, "%lld bytes in the log (-wal) of a book in use",
              (long long)was);
        return;
    }
    bool still =
        umi_place_look(&now, x->ask->book, NULL) != UMI_OK || now.log_bytes > 0;
    found(x,
          still ? "%lld bytes were left in the log (-wal), and are still there"
                : "%lld bytes were left in the log (-wal), and are folded in",
          (long long)was);
    if (still)
        advise(x, UMI_HEALTH_FAIL,
               "make room; never remove it: it is a part of the book");
}

/* --- the book ------------------------------------------------------------- */

static void book_failed(doctor *x, umi_status rc, const umi_error *err)
{
    x->d.book = rc;
    if (err->code[0] != '\0' && strcmp(err->code, umi_status_code(rc)) != 0)
        found(x, "%s: %s: %s", x->ask->book, err->code, err->message);
    else
        found(x, "%s: %s", x->ask->book, err->message);
    advise(x, UMI_HEALTH_FAIL,
           rc == UMI_EDAMAGED
               ? "make the book anew from the newest backup: umi restore"
               : "see that the path is right and this user may use it");
}

static void open_book(doctor *x)
{
    umi_error err = {.lang = x->ask->lang};
    check(x, "D-BOOK");
    if (x->place.held_to_write) {
        x->d.book = UMI_EBUSY;
        found(x, "%s: not looked into while it is written", x->ask->book);
        advise(x, UMI_HEALTH_WARN, "ask again when it has ended");
        return;
    }
    umi_status rc =
        umi_book_open(&x->book, x->ask->book, UMI_READ, &x->ask->session, &err);
    if (rc != UMI_OK) {
        book_failed(x, rc, &err);
        return;
    }
    umi_text owner = umi_book_institution(x->book);
    found(x, "%.*s, %lld MiB", UMI_SHOW(owner), mib(x->place.bytes));
}

static void verify(doctor *x)
{
    umi_error err = {.lang = x->ask->lang};
    umi_verification v;
    check(x, "D-VERIFY");
    umi_status rc = umi_book_verify(&v, x->book, false, &err);
    if (rc != UMI_OK) {
        book_failed(x, rc, &err);
        return;
    }
    for (size_t i = 0; i < v.count; i++)
        if (v.checks[i].done && !v.checks[i].ok) {
            x->d.book = UMI_EDAMAGED;
            found(x, "%s: %s", v.checks[i].name, v.checks[i].message);
            advise(x, UMI_HEALTH_FAIL,
                   "make the book anew from the newest backup: umi restore");
            return;
        }
    found(x, "block heads, counts and control totals agree (%lld blocks)",
          (long long)v.blocks);
}

typedef struct unfinished {
    doctor *x;
    int count;
} unfinished;

/* A file read by a profile is called PROFILE@DIGEST/FILE until it is done. */
static void how_to_finish(doctor *x, const umi_run *r)
{
    char day[UMI_DAY_TEXT];
    size_t slash = r->name.len, n = 0;
    while (slash > 0 && r->name.ptr[slash - 1] != '/')
        slash--;
    umi_text file = {r->name.ptr + slash, r->name.len - slash};
    while (n + 1 < slash && r->name.ptr[n] != '@')
        n++;
    umi_day_write(day, r->booked);
    if (r->kind == UMI_BATCH_IMPORT)
        advise(x, UMI_HEALTH_FAIL, "finish it: umi --book %s loan import %.*s",
               x->ask->book, UMI_SHOW(file));
    else if (slash == 0)
        advise(x, UMI_HEALTH_FAIL,
               "finish it: umi --book %s post %.*s --date %s", x->ask->book,
               UMI_SHOW(file), day);
    else
        advise(x, UMI_HEALTH_FAIL,
               "finish it: umi --book %s post %.*s --date %s --profile %.*s",
               x->ask->book, UMI_SHOW(file), day, (int)n, r->name.ptr);
}

static umi_status tell_run(void *self, const void *row, umi_error *err)
{
    unfinished *u = self;
    const umi_run *r = row;
    char hex[UMI_HASH_HEX];
    (void)err;
    if (u->count++ >= UNFINISHED_MAX)
        return UMI_OK;
    umi_hash_hex(hex, &r->sha256);
    check(u->x, "D-UNFINISHED");
    found(u->x,
          "batch %lld, %.*s (SHA-256 %.12s): %lld posted, %lld duplicate, %lld "
          "rejected so far",
          (long long)r->id, UMI_SHOW(r->name), hex, (long long)r->posted.n,
          (long long)r->duplicate.n, (long long)r->rejected.n);
    how_to_finish(u->x, r);
    return UMI_OK;
}

static void look_for_unfinished(doctor *x)
{
    umi_error err = {.lang = x->ask->lang};
    unfinished u = {.x = x};
    umi_status rc = umi_store_scan(umi_book_store(x->book), &umi_run_table, 1,
                                   INT64_MAX, tell_run, &u, &err);
    if (rc != UMI_OK || u.count == 0)
        check(x, "D-UNFINISHED");
    if (rc != UMI_OK)
        book_failed(x, rc, &err);
    else if (u.count == 0)
        found(x, "no file is half entered");
}

/* --- the clock ------------------------------------------------------------ */

static void look_at_clock(doctor *x)
{
    char today[UMI_DAY_TEXT], business[UMI_DAY_TEXT];
    umi_day now = x->ask->session.today;
    umi_day day = x->book ? umi_book_business_date(x->book) : now;
    umi_day_write(today, now);
    umi_day_write(business, day);
    check(x, "D-CLOCK");
    found(x, "today is %s, the business date %s", today, business);
    if (day.n > now.n + 1)
        advise(x, UMI_HEALTH_WARN,
               "days are closed that have not come yet; is the clock right?");
    else if (now.n - day.n > LATE)
        advise(x, UMI_HEALTH_WARN,
               "%d days wait for their close: umi day close --date %s "
               "--through D",
               now.n - day.n, business);
}

/* --- room ----------------------------------------------------------------- */

static void judge_room(doctor *x, const umi_space *s)
{
    int64_t need = (s->book + s->log) / 10 * 11 + SMALL_ROOM;
    found(x,
          s->measured ? "%lld lines need %lld MiB: the book grows by %lld MiB "
                        "(%lld bytes a line, measured), its log takes up to "
                        "%lld MiB; %lld MiB are free"
                      : "%lld lines need %lld MiB: the book grows by %lld MiB "
                        "(%lld bytes a line, assumed), its log takes up to "
                        "%lld MiB; %lld MiB are free",
          (long long)s->lines, mib(need), mib(s->book), (long long)s->per_line,
          mib(s->log), (long long)(x->place.room >> 20));
    if (need > x->place.room)
        advise(x, UMI_HEALTH_FAIL, "make room for %lld MiB more",
               mib(need - x->place.room));
}

static void look_at_room(doctor *x, int64_t *lines)
{
    umi_error err = {.lang = x->ask->lang};
    umi_space s;
    umi_status rc = UMI_OK;
    if (*lines == 0)
        rc = umi_space_lines(lines, x->book, &err);
    if (rc == UMI_OK)
        rc = umi_space_for(&s, x->book, *lines, &err);
    check(x, "D-DISK");
    if (rc == UMI_OK)
        judge_room(x, &s);
    else
        book_failed(x, rc, &err);
}

static void look_at_tmpdir(doctor *x, int64_t lines)
{
    umi_place place;
    const char *dir = x->ask->tmpdir;
    char inside[4096];
    int64_t need = lines * INPUT_LINE;
    check(x, "D-TMPDIR");
    int n = snprintf(inside, sizeof inside, "%s/umi-", dir);
    if (n < 0 || (size_t)n >= sizeof inside || access(dir, W_OK | X_OK) != 0 ||
        umi_place_look(&place, inside, NULL) != UMI_OK) {
        found(x, "%s cannot be written", dir);
        advise(x, UMI_HEALTH_WARN,
               "set TMPDIR to a folder where standard input can be kept");
        return;
    }
    found(x, "%s, %lld MiB free; %lld lines of standard input take %lld MiB",
          dir, (long long)(place.room >> 20), (long long)lines, mib(need));
    if (need > place.room)
        advise(x, UMI_HEALTH_WARN,
               "set TMPDIR to a folder where standard input can be kept");
}

/* --- settings ------------------------------------------------------------- */

/* What the engine must say of a book that is open for writing. */
static bool as_it_should_be(const char *name, umi_text value)
{
    static const struct {
        const char *name, *value;
    } want[] = {
        {"journal_mode", "wal"},  {"locking_mode", "exclusive"},
        {"synchronous", "2"},     {"foreign_keys", "1"},
        {"cell_size_check", "1"}, {"trusted_schema", "0"},
        {"mmap_size", "0"},       {"defensive", "1"},
    };
    int64_t kib;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        if (strcmp(want[i].name, name) == 0)
            return umi_text_is(value, want[i].value);
    if (strcmp(name, "cache_size") == 0) /* negative: KiB; else pages */
        return umi_text_int(value, -CACHE_MAX, CACHE_MAX / 4, &kib);
    return true;
}

typedef struct settings {
    char all[320], wrong[160];
} settings;

static umi_status
tell_setting(void *self, const char *name, umi_text value, umi_error *err)
{
    settings *s = self;
    size_t n = strlen(s->all), w = strlen(s->wrong);
    (void)err;
    (void)snprintf(s->all + n, sizeof s->all - n, "%s%s %.*s", n ? ", " : "",
                   name, UMI_SHOW(value));
    if (!as_it_should_be(name, value))
        (void)snprintf(s->wrong + w, sizeof s->wrong - w, "%s%s", w ? ", " : "",
                       name);
    return UMI_OK;
}

static void read_settings(doctor *x)
{
    umi_error err = {.lang = x->ask->lang};
    umi_book *b = NULL;
    settings s = {0};
    umi_status rc =
        umi_book_open(&b, x->ask->book, UMI_WRITE, &x->ask->session, &err);
    if (rc == UMI_OK)
        rc = umi_store_settings(umi_book_store(b), tell_setting, &s, &err);
    umi_book_close(b);
    if (rc != UMI_OK) {
        book_failed(x, rc, &err);
        return;
    }
    found(x, "%s", s.all);
    if (*s.wrong)
        advise(x, UMI_HEALTH_FAIL,
               "not as this program sets them: %s; do not post with it",
               s.wrong);
}

/* As a command that writes has them.  Opening a backup like that would change
 * its bytes, and so its checksum. */
static void look_at_settings(doctor *x)
{
    check(x, "D-SETTINGS");
    if (x->place.holder != 0 || !x->place.writable)
        found(x, "not read: the book cannot be opened for writing now");
    else if (!x->place.logged)
        found(x, "not read: nothing was written since it was copied, and this "
                 "leaves it so");
    else
        read_settings(x);
}

/* --- language ------------------------------------------------------------- */

static void look_at_language(doctor *x)
{
    const char *name = x->ask->lang == UMI_LANG_ID ? "Indonesian" : "English";
    check(x, "D-LANGUAGE");
    if (x->ask->locale != NULL)
        found(x, "%s; the locale is %s", umi_tr(x->ask->lang, name),
              x->ask->locale);
    else
        found(x, "%s; no locale is set", umi_tr(x->ask->lang, name));
}

/* --- all ------------------------------------------------------------------ */

static void look_into(doctor *x, int64_t *lines)
{
    verify(x);
    if (x->d.book == UMI_OK)
        look_for_unfinished(x);
    look_at_clock(x);
    if (x->d.book == UMI_OK)
        look_at_room(x, lines);
    umi_book_close(x->book);
    x->book = NULL;
    look_at_log(x);
    if (x->d.book == UMI_OK)
        look_at_settings(x);
}

static void look_at_book(doctor *x, int64_t *lines)
{
    umi_error err = {.lang = x->ask->lang};
    umi_status rc = umi_place_look(&x->place, x->ask->book, &err);
    if (rc != UMI_OK) {
        check(x, "D-BOOK");
        book_failed(x, rc, &err);
        return;
    }
    look_at_file_system(x);
    if (x->place.exists) {
        look_at_rights(x);
        look_at_drafts(x);
        look_at_holder(x);
    }
    open_book(x);
    if (x->book != NULL) {
        look_into(x, lines);
        return;
    }
    look_at_log(x);
    look_at_clock(x);
}

umi_status
umi_doctor(umi_diagnosis *out, const umi_doctor_ask *ask, umi_error *err)
{
    doctor x = {.ask = ask};
    int64_t lines = ask->lines;
    look_at_versions(&x);
    look_at_engine(&x);
    if (ask->book != NULL)
        look_at_book(&x, &lines);
    else if (umi_place_look(&x.place, "./umi-", NULL) == UMI_OK)
        look_at_file_system(&x);
    if (ask->book == NULL)
        look_at_clock(&x);
    look_at_tmpdir(&x, lines > 0 ? lines : UMI_SPACE_LINES);
    look_at_language(&x);
    if (x.d.book == UMI_ENOMEM)
        return umi_fail_memory(err);
    *out = x.d;
    return UMI_OK;
}
