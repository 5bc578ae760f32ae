/* SPDX-License-Identifier: MIT
 * A small book, damaged: every four bytes change one byte of the file (its page,
 * the place in it, the value), or cut it.  Opening and verifying it ends, and a
 * book that passes verify --full holds in the tables of loans, postings, keys,
 * batches and ledger what was written, cell by cell. */
#include "ledger/book/verify.h"
#include "ledger/desk/loan_import.h"
#include "ledger/desk/post.h"
#include "ledger/store/pack_int.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    PATCH = 4, /* bytes of a change */
    IMAGE = 8 << 20
};

static char folder[256], path[300];
static unsigned char *image;
static size_t image_size;
static umi_hash written; /* of what the tables hold */

static umi_status take_row(void *self, const void *row, umi_error *err)
{
    void **pair = self;
    const umi_table *t = pair[0];
    (void)err;
    for (size_t i = 0; i < t->count; i++) {
        umi__cell v = umi__cell_get(&t->columns[i], row);
        umi_blake2b_int(pair[1], v.absent);
        umi_blake2b_int(pair[1], v.number);
        umi_blake2b_text(pair[1], v.text);
    }
    return UMI_OK;
}

/* Rule 38 of the book names these. */
static bool promised(const umi_table *t)
{
    static const char *const names[] = {
        "loan",  "agreement", "terms",  "loan_state", "txn",   "idem",
        "batch", "loan_key",  "reject", "gl_line",    "block", "rules"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(t->name, names[i]) == 0)
            return true;
    return false;
}

static bool content(umi_hash *out, umi_book *b)
{
    size_t n;
    umi_blake2b h;
    umi_status rc = UMI_OK;
    const umi_table *const *t = umi_tables(&n);
    umi_blake2b_init(&h);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        void *pair[] = {(void *)(uintptr_t)t[i], &h};
        if (promised(t[i]))
            rc = umi_store_scan(umi_book_store(b), t[i], INT64_MIN, INT64_MAX,
                                take_row, pair, NULL);
    }
    *out = umi_blake2b_final(&h);
    return rc == UMI_OK;
}

static const umi_book_session session = {UMI_TEXT("fuzz"), {20780}};

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "wb");
    assert(f != NULL && fputs(text, f) >= 0);
    (void)fclose(f);
}

static void fill(umi_book *b)
{
    char name[300];
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    umi_file_ask ask = {.path = name, .booked = {UMI_NONE32}};
    (void)snprintf(name, sizeof name, "%s/f.csv", folder);
    put_file(name, "loan,product,borrower,principal,rate,rate_per,method,"
                   "periods,every,unit,disbursed\n"
                   "L1,UMI,Siti,5000000,1,month,flat,10,1,month,2026-01-05\n"
                   "L2,UMI,Ani,1000000,1,week,flat,5,1,week,2026-02-02\n");
    umi_status rc = umi_loan_import_file(&r, b, &ask, arena, NULL);
    assert(rc == UMI_OK && r.posted.n == 2);
    put_file(name, "reference,loan,date,amount,channel\n"
                   "A,L1,2026-03-01,550000,VA\nB,L1,2026-03-02,99,VA\n"
                   "C,L2,2026-03-03,9000000,VA\nC,L1,2026-03-03,1,VA\n"
                   "A,L1,2026-03-01,550000,VA\n");
    rc = umi_post_file(&r, b, &ask, arena, NULL);
    assert(rc == UMI_OK && r.posted.n == 3 && r.rejected.n == 1);
    (void)unlink(name);
    (void)snprintf(name, sizeof name, "%s/f.csv.rejects.csv", folder);
    (void)unlink(name);
    umi_arena_free(arena);
}

static void sweep(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[320];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

static void remove_folder(void)
{
    sweep();
    (void)rmdir(folder);
}

static umi_book *open_book(umi_access access)
{
    umi_book *b = NULL;
    umi_error err = {0};
    return umi_book_open(&b, path, access, &session, &err) == UMI_OK ? b : NULL;
}

static void make_image(void)
{
    const char *shm = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    const umi_book_owner owner = {.institution = UMI_TEXT("Uji")};
    (void)snprintf(folder, sizeof folder, "%s/umi-fuzz-XXXXXX", shm);
    umi__packs_tune(2, 2); /* so that there are blocks and packs to harm */
    bool made = mkdtemp(folder) != NULL;
    (void)snprintf(path, sizeof path, "%s/b", folder);
    made = made && umi_book_create(path, &owner, NULL) == UMI_OK;
    (void)atexit(remove_folder);
    umi_book *b = made ? open_book(UMI_WRITE) : NULL;
    assert(b != NULL);
    fill(b);
    made = content(&written, b);
    umi_book_close(b);
    image = malloc(IMAGE);
    FILE *f = fopen(path, "rb");
    assert(made && image != NULL && f != NULL);
    image_size = fread(image, 1, IMAGE, f);
    assert(image_size > 0 && image_size < IMAGE);
    (void)fclose(f);
}

/* Four bytes a change: page, place (two bytes), value. */
static void write_damaged(const uint8_t *data, size_t size)
{
    size_t pages = image_size / UMI_STORE_PAGE;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t length = image_size;
    if (size > 0 && data[0] == 255 && size > 2)
        length = image_size * ((size_t)data[1] << 8 | data[2]) / 65536;
    assert(fd >= 0 && write(fd, image, length) == (ssize_t)length);
    for (size_t i = 0; i + PATCH <= size; i += PATCH) {
        size_t place = (data[i] % pages) * UMI_STORE_PAGE +
                       (((size_t)data[i + 1] << 8 | data[i + 2]) & 4095);
        const unsigned char was = image[place], is = data[i + 3];
        if (place < length && was != is)
            assert(pwrite(fd, &is, 1, (off_t)place) == 1);
    }
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_verification v = {0};
    umi_hash now;
    if (image == NULL)
        make_image();
    sweep();
    write_damaged(data, size);
    umi_book *b = open_book(UMI_READ);
    if (b == NULL)
        return 0;
    if (umi_book_verify(&v, b, true, NULL) == UMI_OK && v.ok) {
        bool read = content(&now, b);
        assert(read && umi_hash_eq(&now, &written));
    }
    umi_book_close(b);
    return 0;
}
