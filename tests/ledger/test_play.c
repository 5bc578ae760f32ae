/* SPDX-License-Identifier: MIT
 * Plays the steps that tests/support/model_post.py took on a book on disk
 * once more, on a book in memory (UMI_PLAY names the folder), and writes its
 * journal beside the other.  Alone it plays a few steps on both itself. */
#include "ledger/desk/reverse.h"
#include "ledger/io/journal_export.h"
#include "tests/support/files_of_loans.h"

#include <stdio.h>

static umi_status keep(void *self, umi_text text, umi_error *err)
{
    FILE *f = self;
    (void)err;
    assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
    return UMI_OK;
}

static void write_journal(umi_book *b, const char *path)
{
    umi_error err = {0};
    const umi_journal_ask ask = {.format = UMI_JOURNAL_CSV,
                                 .loans = true,
                                 .from = {UMI_DAY_MIN},
                                 .to = {UMI_DAY_MAX}};
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    if (umi_journal_export(b, &ask, keep, f, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_int_equal(fclose(f), 0);
}

static void reverse(umi_book *b, int64_t txn)
{
    umi_error err = {0};
    umi_reversed out;
    const umi_reverse_ask ask = {txn, a_day("2026-11-21")};
    if (umi_reverse(&out, b, &ask, &err) != UMI_OK)
        fail_msg("%lld: %s", (long long)txn, err.message);
}

/* "import FILE", "post FILE" or "reverse TXN". */
static void play(umi_book *b, const char *folder, const char *step)
{
    char path[512], word[16], what[128];
    umi_file_ask ask = {.path = path, .booked = a_day("2026-11-21")};
    assert_int_equal(sscanf(step, "%15s %127s", word, what), 2);
    (void)snprintf(path, sizeof path, "%s/%s", folder, what);
    if (strcmp(word, "reverse") == 0)
        reverse(b, strtoll(what, NULL, 10));
    else if (strcmp(word, "post") == 0)
        (void)post_file(b, ask);
    else
        (void)import_file(b, ask);
}

static void play_all(umi_book *b, const char *folder, const char *path)
{
    char line[256];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL)
        play(b, folder, line);
    (void)fclose(f);
}

static void what_was_done_on_disk(void **state)
{
    (void)state;
    char path[512];
    const char *folder = getenv("UMI_PLAY");
    umi_book *b = memory_book();
    (void)snprintf(path, sizeof path, "%s/steps", folder);
    play_all(b, folder, path);
    sound_book(b);
    (void)snprintf(path, sizeof path, "%s/memory.csv", folder);
    write_journal(b, path);
    umi_book_close(b);
}

static void memory_and_disk(void **state)
{
    (void)state;
    chance c = chance_begin("memory_and_disk", 17);
    char folder[512];
    write_loans("loans.csv", &c, 30);
    write_payments("pay.csv", &c, 200, 30, 0);
    (void)snprintf(folder, sizeof folder, "%s", temp_path(""));
    umi_book *books[2] = {memory_book()};
    create_book("play.db");
    books[1] = open_book("play.db");
    for (size_t i = 0; i < 2; i++) {
        play(books[i], folder, "import loans.csv");
        play(books[i], folder, "post pay.csv");
        play(books[i], folder, "reverse 40");
        sound_book(books[i]);
    }
    same_books(books[0], books[1]);
    umi_book_close(books[0]);
    umi_book_close(books[1]);
    temp_remove("play.db");
}

int main(void)
{
    const struct CMUnitTest alone[] = {cmocka_unit_test(memory_and_disk)};
    const struct CMUnitTest asked[] = {cmocka_unit_test(what_was_done_on_disk)};
    return getenv("UMI_PLAY") ? cmocka_run_group_tests(asked, NULL, NULL)
                              : cmocka_run_group_tests(alone, NULL, NULL);
}
