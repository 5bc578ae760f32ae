/* SPDX-License-Identifier: MIT
 * The desk: registers enter the book line by line, what is bad stands in a
 * rejects file, and the same file again changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/book/journal.h"
#include "ledger/desk/group.h"
#include "ledger/desk/group_import.h"
#include "ledger/desk/household_import.h"
#include "ledger/desk/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[256];
static umi_arena *arena;
static umi_desk desk;

static void write_file(const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static int open_desk(void **state)
{
    (void)state;
    umi_day today = {0};
    (void)snprintf(path, sizeof path, "%s/desk-%ld.csv",
                   getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
                   (long)getpid());
    assert_true(umi_day_parse(&today, UMI_TEXT("2026-11-21")));
    arena = umi_arena_new();
    umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    umi_book_session session = {UMI_TEXT("ani"), today};
    umi_book *book = NULL;
    assert_int_equal(umi_book_in_memory(&book, &owner, &session, NULL), UMI_OK);
    desk = umi_desk_at(book);
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    char rejects[300];
    umi_book_close(desk.book);
    umi_arena_free(arena);
    (void)snprintf(rejects, sizeof rejects, "%s.rejects.csv", path);
    (void)unlink(path);
    (void)unlink(rejects);
    return 0;
}

static umi_text read_rejects(const char *rejects)
{
    umi_buf b = {0};
    FILE *f = fopen(rejects, "rb");
    assert_non_null(f);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        umi_buf_bytes(&b, piece, n);
    (void)fclose(f);
    char *copy = umi_arena_copy(arena, b.ptr, b.len);
    umi_text t = {copy, b.len};
    umi_buf_free(&b);
    return t;
}

/* --- households ------------------------------------------------------------ */

#define HEAD                                                                   \
    "nkk,nik,name,relation,birth_date,sex,village,programmes,decile,"          \
    "decile_as_of\n"
#define KK1  "3602040101200001"
#define KK2  "3602040101200002"
#define SITI "3602045211870001"
#define BUDI "3602041211850001"

static umi_import_result import(const char *text)
{
    umi_import_ask ask = {.path = path};
    umi_import_result r = {0};
    umi_error err = {0};
    write_file(text);
    if (umi_household_import(&r, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    assert_int_equal(r.lines, r.added + r.changed + r.same + r.rejected);
    return r;
}

static void counts(umi_import_result r,
                   int64_t added,
                   int64_t changed,
                   int64_t same,
                   int64_t rejected)
{
    assert_int_equal(r.added, added);
    assert_int_equal(r.changed, changed);
    assert_int_equal(r.same, same);
    assert_int_equal(r.rejected, rejected);
}

static umi_person person(const char *nik, umi_resident *resident)
{
    umi_text t = umi_text_of(nik);
    int64_t id;
    umi_person p = {0};
    bool found = false;
    assert_int_equal(
        umi_store_lookup(desk.store, &umi_person_by_nik, &t, 1, &id, NULL),
        UMI_OK);
    assert_true(id != UMI_NONE);
    assert_int_equal(umi_store_read(desk.store, &umi_person_table, &id, 1, &p,
                                    &found, arena, NULL),
                     UMI_OK);
    assert_true(found);
    assert_int_equal(umi_store_read(desk.store, &umi_resident_table, &id, 1,
                                    resident, &found, arena, NULL),
                     UMI_OK);
    assert_true(found);
    return p;
}

static const char family[] = HEAD KK1
    "," SITI ",Siti Aminah,istri,1987-11-12,P,Sukamaju,PKH|KUBE,3,"
    "2026-09-30\n" KK1 "," BUDI ",Budi,kepala,1985-11-12,L,Sukamaju,,,\n";

static void a_register_enters_once(void **state)
{
    (void)state;
    umi_import_result r = import(family);
    counts(r, 2, 0, 0, 0);
    assert_null(r.rejects_file);
    assert_int_equal(r.warnings, 0);
    umi_resident home = {0};
    umi_person siti = person(SITI, &home);
    assert_true(umi_text_is(siti.name, "Siti Aminah"));
    assert_true(umi_text_is(siti.relation, "istri"));
    assert_true(umi_text_is(siti.sex, "P"));
    assert_true(umi_text_is(home.village, "Sukamaju"));
    assert_true(umi_text_is(home.programmes, "PKH|KUBE"));
    assert_int_equal(home.decile, 3);
    assert_int_equal(home.household, siti.household);
    int64_t household = siti.household;
    umi_person budi = person(BUDI, &home);
    assert_int_equal(budi.household, household);
    assert_int_equal(home.decile, UMI_NONE);
    counts(import(family), 0, 0, 2, 0); /* the same again */
    assert_int_equal(person(SITI, &home).seq, 1);
}

static void what_is_not_known_takes_nothing_away(void **state)
{
    (void)state;
    umi_resident home = {0};
    (void)import(family);
    counts(import(HEAD KK1 "," SITI ",Siti Aminah,,,,,PKH|KUBE,,\n"), 0, 0, 1,
           0);
    counts(import(HEAD KK2 "," SITI ",Siti Aminah,kepala,,,Mekarsari,,,\n"), 0,
           1, 0, 0);
    umi_person siti = person(SITI, &home);
    assert_int_equal(siti.seq, 2);
    assert_true(umi_text_is(siti.relation, "kepala"));
    assert_true(umi_text_is(home.village, "Mekarsari"));
    assert_true(umi_text_is(home.programmes, "PKH|KUBE"));
    assert_int_equal(home.decile, 3);
    assert_int_not_equal(siti.household, person(BUDI, &home).household);
}

static void of_two_deciles_the_later_counts(void **state)
{
    (void)state;
    umi_resident home = {0};
    (void)import(family);
#define DECILE(d, day)                                                         \
    HEAD KK1 "," SITI ",Siti Aminah,,,,,PKH|KUBE," d "," day "\n"
    counts(import(DECILE("5", "2026-06-30")), 0, 0, 1, 0);
    (void)person(SITI, &home);
    assert_int_equal(home.decile, 3);
    counts(import(DECILE("4", "2026-10-31")), 0, 1, 0, 0);
    (void)person(SITI, &home);
    assert_int_equal(home.decile, 4);
    umi_import_result r = import(DECILE("5", "2026-10-31"));
    counts(r, 0, 0, 0, 1);
    assert_non_null(strstr(read_rejects(r.rejects_file).ptr, ",2,CONFLICT,"));
}

static void bad_lines_are_rejects_and_the_rest_goes_on(void **state)
{
    (void)state;
    static const struct {
        const char *line, *code;
    } bad[] = {
        {KK1 ",360204521187000,A,,,,,,,", "NIK"},
        {"36020401012000," SITI ",A,,,,,,,", "NKK"},
        {KK1 "," SITI ",,,,,,,,", "INVALID"},
        {KK1 "," SITI ",A,tetangga,,,,,,", "INVALID"},
        {KK1 "," SITI ",A,,1987-02-30,,,,,", "DATE"},
        {KK1 "," SITI ",A,,2026-11-22,,,,,", "DATE"},
        {KK1 "," SITI ",A,,,x,,,,", "INVALID"},
        {KK1 "," SITI ",A,,,,,PKH||KUBE,,", "INVALID"},
        {KK1 "," SITI ",A,,,,,,11,2026-01-01", "INVALID"},
        {KK1 "," SITI ",A,,,,,,0,2026-01-01", "INVALID"},
        {KK1 "," SITI ",A,,,,,,3,", "INVALID"},
        {KK1 "," SITI ",A,,,,,,,2026-01-01", "INVALID"},
        {KK1 "," SITI ",A,,,,,,3,2026-11-22", "DATE"},
        {KK1 "," SITI ",A,,,,,,3", "CSV"},
        {"\"" KK1 "," SITI ",A,,,,,,,", "CSV"},
    };
    enum {
        N = sizeof bad / sizeof *bad
    };
    umi_buf b = {0};
    umi_buf_puts(&b, HEAD);
    for (size_t i = 0; i < N; i++)
        umi_buf_printf(&b, "%s\n", bad[i].line);
    umi_buf_puts(&b, KK1 "," BUDI ",Budi,kepala,,,,,,\n");
    umi_buf_putc(&b, '\0');
    umi_import_result r = import(b.ptr);
    umi_buf_free(&b);
    counts(r, 1, 0, 0, N);
    const char *at = read_rejects(r.rejects_file).ptr;
    for (size_t i = 0; i < N; i++) {
        char want[64];
        (void)snprintf(want, sizeof want, ",%zu,%s,", i + 2, bad[i].code);
        at = strstr(at, want);
        if (at == NULL)
            fail_msg("no %s in the rejects", want);
    }
}

static void one_file_says_one_thing_of_a_person(void **state)
{
    (void)state;
    umi_import_result r = import(
        HEAD KK1 "," SITI ",Siti,,,,,,,\n" KK1 "," SITI ",Siti,,,,,,,\n" KK2
                 "," SITI ",Siti,,,,,,,\n" KK1 "," SITI ",Sitti,,,,,,,\n");
    counts(r, 1, 0, 1, 2);
    umi_resident home = {0};
    assert_true(umi_text_is(person(SITI, &home).name, "Siti"));
    int64_t last;
    assert_int_equal(
        umi_store_last(desk.store, &umi_household_table, &last, NULL), UMI_OK);
    assert_int_equal(last, 1); /* no household of a line that was rejected */
}

static int64_t warned_line;
static void warned(void *self, int64_t line, const umi_error *w)
{
    (void)self;
    warned_line = line;
    assert_string_equal(w->code, "W-NIK");
}

static void a_number_that_disagrees_is_a_warning(void **state)
{
    (void)state;
    umi_import_ask ask = {.path = path, .warn = warned};
    umi_import_result r = {0};
    write_file(HEAD KK1 "," SITI ",Siti,,1987-11-13,P,,,,\n" KK1 "," BUDI
                        ",Budi,,1985-11-12,P,,,,\n");
    assert_int_equal(umi_household_import(&r, &desk, &ask, arena, NULL),
                     UMI_OK);
    counts(r, 2, 0, 0, 0);
    assert_int_equal(r.warnings, 2);
    assert_int_equal(warned_line, 3);
}

static void a_file_that_is_no_register_writes_nothing(void **state)
{
    (void)state;
    umi_import_ask ask = {.path = path};
    umi_import_result r = {.lines = 42};
    umi_error err = {0};
    write_file("nkk,nik,name\n");
    assert_int_equal(umi_household_import(&r, &desk, &ask, arena, &err),
                     UMI_EINVAL);
    assert_string_equal(err.code, "COLUMN");
    ask.path = "/nonexistent/file.csv";
    assert_int_equal(umi_household_import(&r, &desk, &ask, arena, &err),
                     UMI_EINVAL);
    assert_int_equal(r.lines, 42);
}

/* Ten thousand persons in 2,500 households: past one chunk. */
static void chunks_do_not_show(void **state)
{
    (void)state;
    enum {
        N = 10000
    };
    umi_buf b = {0};
    umi_buf_puts(&b, HEAD);
    for (int i = 0; i < N; i++)
        umi_buf_printf(&b, "360204010120%04d,360204%02d1187%04d,N%d,,,,,,,\n",
                       1 + (i * 7) % 2500, 1 + i / 5000, 1 + i % 5000, i);
    umi_buf_puts(&b, "3602040101200008,3602040111870002,N1,,,,,,,\n");
    umi_buf_puts(&b, "3602040101200008,3602040111870002,other,,,,,,,\n");
    umi_buf_putc(&b, '\0');
    umi_import_result r = import(b.ptr);
    counts(r, N, 0, 1, 1);
    counts(import(b.ptr), 0, 0, N + 1, 1);
    umi_buf_free(&b);
    int64_t last;
    assert_int_equal(
        umi_store_last(desk.store, &umi_household_table, &last, NULL), UMI_OK);
    assert_int_equal(last, 2500);
}

/* --- groups ---------------------------------------------------------------- */

#define GROUPS "group,kind,subgroup,nik,role,meeting_day,officer\n"
#define RATNA  "3602044107900003"

static const char *last_code;
static void note_warning(void *self, int64_t line, const umi_error *w)
{
    static char code[16];
    (void)self;
    (void)line;
    (void)snprintf(code, sizeof code, "%s", w->code);
    last_code = code;
}

static umi_import_result import_groups(const char *lines)
{
    char text[4096];
    umi_import_ask ask = {.path = path, .warn = note_warning};
    umi_import_result r = {0};
    umi_error err = {0};
    (void)snprintf(text, sizeof text, GROUPS "%s", lines);
    ask.text = umi_text_of(text);
    if (umi_group_import(&r, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    assert_int_equal(r.lines, r.added + r.changed + r.same + r.rejected);
    return r;
}

static umi_group_view group(const char *code)
{
    umi_group_view v = {0};
    assert_int_equal(umi_group_show(&v, &desk, umi_text_of(code), arena, NULL),
                     UMI_OK);
    return v;
}

static void three_persons(void)
{
    (void)import(family);
    (void)import(HEAD KK2 "," RATNA ",Ratna,kepala,,,,,,\n");
}

static void groups_enter_once(void **state)
{
    (void)state;
    static const char lines[] = "G1,mekaar,A," SITI ",ketua,senin,Rina\n"
                                "G1,MEKAAR,B," RATNA ",,,\n"
                                "G2,KUBE,," SITI ",bendahara,,\n";
    three_persons();
    counts(import_groups(lines), 3, 0, 0, 0);
    counts(import_groups(lines), 0, 0, 3, 0);
    umi_group_view v = group("G1");
    assert_int_equal(v.sizes.members, 2);
    assert_int_equal(v.sizes.subgroups, 2);
    assert_int_equal(v.group.meeting_day, 1);
    assert_true(umi_text_is(v.group.officer, "Rina"));
    assert_true(umi_text_is(v.members[0].person.name, "Siti Aminah"));
    assert_int_equal(v.members[1].member.role, UMI_ROLE_MEMBER);
    /* moves to another sub-group and office; the group meets on another day */
    counts(import_groups("G1,MEKAAR,A," RATNA ",sekretaris,rabu,\n"), 0, 1, 0,
           0);
    v = group("G1");
    assert_int_equal(v.sizes.subgroups, 1);
    assert_int_equal(v.group.meeting_day, 3);
    assert_int_equal(v.group.seq, 2);
    assert_int_equal(v.members[1].member.role, UMI_ROLE_SECRETARY);
    assert_int_equal(v.members[1].member.seq, 2);
}

static void bad_group_lines_are_rejects(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *code;
    } bad[] = {
        {",MEKAAR,A," SITI ",,,\n", "INVALID"},
        {"G 1,MEKAAR,A," SITI ",,,\n", "INVALID"},
        {"G1,ARISAN,A," SITI ",,,\n", "INVALID"},
        {"G1,MEKAAR,A," SITI ",juru,,\n", "INVALID"},
        {"G1,MEKAAR,A," SITI ",,besok,\n", "INVALID"},
        {"G1,MEKAAR,A,360204521187000,,,\n", "NIK"},
        {"G1,MEKAAR,A,3602045211870009,,,\n", "UNKNOWN"},
        {"G1,KUBE,A," SITI ",,,\n", "CONFLICT"},
        {"G2,KUR,," SITI ",,senin,\nG2,KUR,," BUDI ",,selasa,\n", "CONFLICT"},
        {"G2,KUR,," SITI ",,,Ani\nG2,KUR,," BUDI ",,,Budi\n", "CONFLICT"},
        {"G2,KUR,," SITI ",,,\nG2,KUR,A," SITI ",,,\n", "CONFLICT"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)close_desk(NULL);
        (void)open_desk(NULL);
        three_persons();
        counts(import_groups("G1,MEKAAR,A," SITI ",,,\n"), 1, 0, 0, 0);
        umi_import_result r = import_groups(bad[i].lines);
        assert_int_equal(r.rejected, 1);
        if (strstr(read_rejects(r.rejects_file).ptr, bad[i].code) == NULL)
            fail_msg("%s: no %s", bad[i].lines, bad[i].code);
        assert_int_equal(group("G1").sizes.members, 1);
    }
}

static void an_office_held_twice_is_a_warning(void **state)
{
    (void)state;
    three_persons();
    last_code = "";
    umi_import_result r = import_groups("G1,MEKAAR,A," SITI ",ketua,,\n"
                                        "G1,MEKAAR,A," RATNA ",ketua_sub,,\n"
                                        "G1,MEKAAR,B," BUDI ",ketua_sub,,\n");
    assert_int_equal(r.warnings, 0);
    r = import_groups("G1,MEKAAR,B," RATNA ",ketua,,\n");
    counts(r, 0, 1, 0, 0);
    assert_int_equal(r.warnings, 1);
    assert_string_equal(last_code, "W-ROLE");
}

static umi_status
count_group(void *self, const umi_group *g, umi_group_sizes s, umi_error *err)
{
    (void)g;
    (void)err;
    *(int *)self += s.members + 100;
    return UMI_OK;
}

static void a_group_is_made_once(void **state)
{
    (void)state;
    umi_group g = {.code = UMI_TEXT("K1"),
                   .kind = UMI_GROUP_KUBE,
                   .meeting_day = UMI_NONE};
    umi_group_view v;
    int total = 0;
    three_persons();
    assert_int_equal(umi_group_create(&desk, &g, NULL), UMI_OK);
    assert_int_equal(umi_group_create(&desk, &g, NULL), UMI_EEXIST);
    assert_int_equal(group("K1").sizes.members, 0);
    g.code = UMI_TEXT("");
    assert_int_equal(umi_group_create(&desk, &g, NULL), UMI_EINVAL);
    assert_int_equal(umi_group_show(&v, &desk, UMI_TEXT("K2"), arena, NULL),
                     UMI_ENOENT);
    counts(import_groups("K1,KUBE,," SITI ",ketua,,\n"), 1, 0, 0, 0);
    counts(import_groups("K3,KUR,," SITI ",ketua,,\n"), 1, 0, 0, 0);
    assert_int_equal(umi_group_each(&desk, count_group, &total, NULL), UMI_OK);
    assert_int_equal(total, 202);
}

static void every_allocation_of_a_group_import_may_fail(void **state)
{
    (void)state;
    static const char text[] = GROUPS "G1,MEKAAR,A," SITI ",ketua,senin,Rina\n"
                                      "G1,MEKAAR,B," BUDI ",,,\n";
    for (int64_t nth = 1;; nth++) {
        umi_import_ask ask = {.path = path, .text = UMI_TEXT(text)};
        umi_import_result r = {0};
        (void)close_desk(NULL);
        (void)open_desk(NULL);
        (void)import(family);
        umi_arena *a = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_group_import(&r, &desk, &ask, a, NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        umi_arena_free(a);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached) {
            assert_true(nth > 20);
            break;
        }
    }
}

static void every_allocation_of_an_import_may_fail(void **state)
{
    (void)state;
    umi_import_ask ask = {.path = path};
    write_file(family);
    for (int64_t nth = 1;; nth++) {
        umi_import_result r = {0};
        umi_arena *a = umi_arena_new();
        (void)close_desk(NULL);
        (void)open_desk(NULL);
        write_file(family);
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_household_import(&r, &desk, &ask, a, NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        umi_arena_free(a);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached)
            break;
    }
}

#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_register_enters_once),
        DESK_TEST(what_is_not_known_takes_nothing_away),
        DESK_TEST(of_two_deciles_the_later_counts),
        DESK_TEST(bad_lines_are_rejects_and_the_rest_goes_on),
        DESK_TEST(one_file_says_one_thing_of_a_person),
        DESK_TEST(a_number_that_disagrees_is_a_warning),
        DESK_TEST(a_file_that_is_no_register_writes_nothing),
        DESK_TEST(chunks_do_not_show),
        DESK_TEST(groups_enter_once),
        DESK_TEST(bad_group_lines_are_rejects),
        DESK_TEST(an_office_held_twice_is_a_warning),
        DESK_TEST(a_group_is_made_once),
        DESK_TEST(every_allocation_of_a_group_import_may_fail),
        DESK_TEST(every_allocation_of_an_import_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/desk", tests, NULL, NULL);
}
