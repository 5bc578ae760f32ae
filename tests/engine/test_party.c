/* SPDX-License-Identifier: MIT
 * Persons, households, groups and applications: what identifies them is read
 * strictly, what merely disagrees is told and not refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/umi.h"

static umi_day day(const char *text)
{
    umi_day d = {0};
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static void a_nik_tells_region_birth_and_sex(void **state)
{
    (void)state;
    static const struct {
        const char *nik, *reference;
        int32_t province, regency, district, serial;
        const char *born;
        umi_sex sex;
    } cases[] = {
        /* the published example of systems.md section 3 */
        {"3602041211870001", "2026-11-21", 36, 2, 4, 1, "1987-11-12",
         UMI_SEX_MALE},
        {"3602045211870001", "2026-11-21", 36, 2, 4, 1, "1987-11-12",
         UMI_SEX_FEMALE},
        {"3201014101000002", "2026-11-21", 32, 1, 1, 2, "2000-01-01",
         UMI_SEX_FEMALE},
        {"3201017112990002", "2026-11-21", 32, 1, 1, 2, "1999-12-31",
         UMI_SEX_FEMALE},
        /* the year is the latest that lies not after the reference */
        {"3201012111260009", "2026-11-21", 32, 1, 1, 9, "2026-11-21",
         UMI_SEX_MALE},
        {"3201012211260009", "2026-11-21", 32, 1, 1, 9, "1926-11-22",
         UMI_SEX_MALE},
        {"3201012902000009", "2026-11-21", 32, 1, 1, 9, "2000-02-29",
         UMI_SEX_MALE},
        {"9671013112859999", "2026-11-21", 96, 71, 1, 9999, "1985-12-31",
         UMI_SEX_MALE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_nik n;
        umi_error err = {0};
        assert_int_equal(umi_nik_parse(&n, umi_text_of(cases[i].nik),
                                       day(cases[i].reference), &err),
                         UMI_OK);
        assert_string_equal(n.text, cases[i].nik);
        assert_int_equal(n.province, cases[i].province);
        assert_int_equal(n.regency, cases[i].regency);
        assert_int_equal(n.district, cases[i].district);
        assert_int_equal(n.serial, cases[i].serial);
        assert_int_equal(n.born.n, day(cases[i].born).n);
        assert_int_equal(n.sex, cases[i].sex);
    }
}

static void what_cannot_be_a_nik_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "360204121187000",   /* 15 digits */
        "36020412118700011", /* 17 */
        "360204121187000a",
        "3602 4121187000 ",
        "2002041211870001", /* no province 20 */
        "3600041211870001", /* regency 00 */
        "3602001211870001", /* district 00 */
        "3602040011870001", /* day 00 */
        "3602043211870001", /* day 32 */
        "3602044011870001", /* day 40 */
        "3602047211870001", /* day 72 - 40 */
        "3602041200870001", /* month 00 */
        "3602041213870001", /* month 13 */
        "3602043002870001", /* 30 February */
        "3602042902990001", /* 29 February of a common year */
        "3602041211870000", /* serial */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        umi_nik n = {.serial = -1};
        umi_error err = {0};
        umi_status rc =
            umi_nik_parse(&n, umi_text_of(bad[i]), day("2026-11-21"), &err);
        assert_int_equal(rc, UMI_EINVAL);
        assert_string_equal(err.code, "NIK");
        assert_string_equal(err.field, "nik");
        assert_int_equal(n.serial, -1);
    }
}

static void every_day_of_a_century_is_read_for_both_sexes(void **state)
{
    (void)state;
    umi_day reference = day("2026-11-21");
    for (int32_t d = day("1926-11-22").n; d <= reference.n; d++) {
        umi_civil c = umi_civil_of((umi_day){d});
        for (int32_t sex = 0; sex < 2; sex++) {
            umi_buf b = {0};
            umi_nik n;
            umi_buf_printf(&b, "320101%02d%02d%02d0001", c.day + 40 * sex,
                           c.month, c.year % 100);
            assert_int_equal(
                umi_nik_parse(&n, umi_buf_as_text(&b), reference, NULL),
                UMI_OK);
            assert_int_equal(n.born.n, d);
            assert_int_equal(n.sex, sex);
            umi_buf_free(&b);
        }
    }
}

static void a_nik_that_disagrees_is_told(void **state)
{
    (void)state;
    umi_nik n;
    assert_int_equal(umi_nik_parse(&n, UMI_TEXT("3602045211870001"),
                                   day("2026-11-21"), NULL),
                     UMI_OK);
    umi_sex man = UMI_SEX_MALE, woman = UMI_SEX_FEMALE;
    umi_day same = day("1987-11-12"), other = day("1987-11-13");
    assert_int_equal(umi_nik_compare(&n, NULL, NULL), UMI_NIK_AGREES);
    assert_int_equal(umi_nik_compare(&n, &same, &woman), UMI_NIK_AGREES);
    assert_int_equal(umi_nik_compare(&n, &other, &woman),
                     UMI_NIK_BIRTH_DIFFERS);
    assert_int_equal(umi_nik_compare(&n, &other, &man),
                     UMI_NIK_BIRTH_DIFFERS | UMI_NIK_SEX_DIFFERS);
    /* a century is not in the number: a grandmother is no disagreement */
    umi_day old = day("1920-01-05");
    assert_int_equal(umi_nik_parse(&n, UMI_TEXT("3602044501200001"),
                                   day("2026-11-21"), NULL),
                     UMI_OK);
    assert_int_equal(n.born.n, day("2020-01-05").n);
    assert_int_equal(umi_nik_compare(&n, &old, &woman), UMI_NIK_AGREES);
}

static void an_nkk_is_sixteen_digits_of_a_province(void **state)
{
    (void)state;
    umi_nkk k;
    umi_error err = {0};
    assert_int_equal(umi_nkk_parse(&k, UMI_TEXT("3602040101200001"), &err),
                     UMI_OK);
    assert_int_equal(k.province, 36);
    static const char *const bad[] = {"", "360204010120000", "9902040101200001",
                                      "3602040101200000", "36020401012000x1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(umi_nkk_parse(&k, umi_text_of(bad[i]), &err),
                         UMI_EINVAL);
        assert_string_equal(err.code, "NKK");
    }
    assert_string_equal(k.text, "3602040101200001");
    assert_string_equal(umi_province_name(32), "Jawa Barat");
    assert_null(umi_province_name(22));
}

static void words_of_a_family_card_are_read(void **state)
{
    (void)state;
    umi_relation r;
    for (int i = UMI_RELATION_HEAD; i <= UMI_RELATION_OTHER; i++) {
        umi_text name = umi_text_of(umi_relation_name((umi_relation)i));
        assert_true(umi_relation_parse(&r, name));
        assert_int_equal(r, i);
    }
    assert_true(umi_relation_parse(&r, UMI_TEXT("Kepala Keluarga")));
    assert_int_equal(r, UMI_RELATION_HEAD);
    assert_true(umi_relation_parse(&r, UMI_TEXT("FAMILI LAIN")));
    assert_int_equal(r, UMI_RELATION_FAMILY);
    assert_true(umi_relation_parse(&r, UMI_TEXT("Orang Tua")));
    assert_int_equal(r, UMI_RELATION_PARENT);
    assert_false(umi_relation_parse(&r, UMI_TEXT("")));
    assert_false(umi_relation_parse(&r, UMI_TEXT("tetangga")));
    umi_sex s;
    assert_true(umi_sex_parse(&s, UMI_TEXT("Perempuan")));
    assert_int_equal(s, UMI_SEX_FEMALE);
    assert_true(umi_sex_parse(&s, UMI_TEXT("l")));
    assert_int_equal(s, UMI_SEX_MALE);
    assert_false(umi_sex_parse(&s, UMI_TEXT("x")));
    assert_false(umi_sex_parse(&s, UMI_TEXT("")));
}

static void programmes_are_a_list_of_codes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok, pkh, graduate, kube;
    } cases[] = {
        {"", true, false, false, false},
        {"PKH", true, true, false, false},
        {"pkh|KUBE", true, true, false, true},
        {"SEMBAKO|PKH_GRADUATE", true, false, true, false},
        {"PKH-Lulus", true, false, true, false},
        {"PKHX", true, false, false, false},
        {"|", false, false, false, false},
        {"PKH|", false, false, false, false},
        {"|PKH", false, false, false, false},
        {"PKH|pkh", false, false, false, false},
        {"A|B|A", false, false, false, false},
        {"PKH|PKH_GRADUATE", false, false, false, false},
        {"PKH,KUBE", false, false, false, false},
        {"PKH KUBE", false, false, false, false},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", false, false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_programmes p = {0};
        umi_error err = {0};
        umi_status rc =
            umi_programmes_parse(&p, umi_text_of(cases[i].text), &err);
        assert_int_equal(rc == UMI_OK, cases[i].ok);
        assert_int_equal(p.pkh, cases[i].pkh);
        assert_int_equal(p.graduate, cases[i].graduate);
        assert_int_equal(p.kube, cases[i].kube);
        if (rc != UMI_OK)
            assert_string_equal(err.field, "programmes");
    }
}

static void groups_are_counted_by_sub_group(void **state)
{
    (void)state;
    umi_group_seat seats[] = {
        {UMI_TEXT("A"), UMI_ROLE_CHAIR},    {UMI_TEXT("A"), UMI_ROLE_MEMBER},
        {UMI_TEXT("B"), UMI_ROLE_CHAIR},    {UMI_TEXT("A"), UMI_ROLE_MEMBER},
        {UMI_TEXT(""), UMI_ROLE_TREASURER},
    };
    umi_group_sizes s = umi_group_count(seats, 5);
    assert_int_equal(s.members, 5);
    assert_int_equal(s.subgroups, 3);
    assert_int_equal(s.smallest, 1);
    assert_int_equal(s.largest, 3);
    assert_int_equal(umi_subgroup_size(seats, 5, UMI_TEXT("A")), 3);
    assert_int_equal(umi_subgroup_size(seats, 5, UMI_TEXT("C")), 0);
    s = umi_group_count(seats, 0);
    assert_int_equal(s.members + s.subgroups + s.smallest + s.largest, 0);
    umi_group_seat chairs[] = {{UMI_TEXT("A"), UMI_ROLE_CHAIR},
                               {UMI_TEXT("B"), UMI_ROLE_CHAIR},
                               {UMI_TEXT("A"), UMI_ROLE_SUB_CHAIR},
                               {UMI_TEXT("B"), UMI_ROLE_SUB_CHAIR},
                               {UMI_TEXT("A"), UMI_ROLE_MEMBER}};
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 5; k++)
            assert_int_equal(umi_group_same_office(&chairs[i], &chairs[k]),
                             i < 2 ? k < 2 : i < 4 && k == i);
}

static void words_of_a_group_are_read(void **state)
{
    (void)state;
    umi_group_kind k;
    umi_group_role r;
    int32_t d;
    for (int i = UMI_GROUP_MEKAAR; i <= UMI_GROUP_KUR; i++) {
        umi_text name = umi_text_of(umi_group_kind_name((umi_group_kind)i));
        assert_true(umi_group_kind_parse(&k, name));
        assert_int_equal(k, i);
    }
    for (int i = UMI_ROLE_CHAIR; i <= UMI_ROLE_MEMBER; i++) {
        umi_text name = umi_text_of(umi_group_role_name((umi_group_role)i));
        assert_true(umi_group_role_parse(&r, name));
        assert_int_equal(r, i);
    }
    for (int32_t i = 1; i <= 7; i++) {
        assert_true(umi_weekday_parse(&d, umi_text_of(umi_weekday_name(i))));
        assert_int_equal(d, i);
    }
    assert_true(umi_weekday_parse(&d, UMI_TEXT("Thursday")));
    assert_int_equal(d, 4);
    assert_true(umi_weekday_parse(&d, UMI_TEXT("7")));
    assert_int_equal(d, 7);
    assert_false(umi_weekday_parse(&d, UMI_TEXT("0")));
    assert_false(umi_weekday_parse(&d, UMI_TEXT("8")));
    assert_false(umi_weekday_parse(&d, UMI_TEXT("")));
    assert_false(umi_group_kind_parse(&k, UMI_TEXT("ARISAN")));
    assert_false(umi_group_role_parse(&r, UMI_TEXT("")));
}

/* One row per state, one column per act: the state that follows, or '.'. */
static void only_listed_moves_are_possible(void **state)
{
    (void)state;
    static const char *const follows[] = {
        /* decide approve reject book disburse return close cancel */
        [UMI_APPLIED] = "d.r....c",  [UMI_DECIDED] = "dar....c",
        [UMI_APPROVED] = "d.rb...c", [UMI_REJECTED] = "........",
        [UMI_BOOKED] = "....D..c",   [UMI_DISBURSED] = ".....bx.",
        [UMI_CLOSED] = "........",   [UMI_CANCELLED] = "........",
    };
    static const char letters[] = {
        [UMI_APPLIED] = 'A',  [UMI_DECIDED] = 'd',   [UMI_APPROVED] = 'a',
        [UMI_REJECTED] = 'r', [UMI_BOOKED] = 'b',    [UMI_DISBURSED] = 'D',
        [UMI_CLOSED] = 'x',   [UMI_CANCELLED] = 'c',
    };
    for (int s = UMI_APPLIED; s <= UMI_CANCELLED; s++)
        for (int a = UMI_ACT_DECIDE; a <= UMI_ACT_CANCEL; a++) {
            umi_application_state to = UMI_APPLIED;
            umi_error err = {0};
            umi_status rc = umi_application_move(&to, (umi_application_state)s,
                                                 (umi_application_act)a, &err);
            assert_int_equal(rc, follows[s][a] == '.' ? UMI_ESTATE : UMI_OK);
            if (rc == UMI_OK)
                assert_int_equal(letters[to], follows[s][a]);
        }
    for (int s = UMI_APPLIED; s <= UMI_CANCELLED; s++) {
        umi_application_state t;
        umi_text name =
            umi_text_of(umi_application_state_name((umi_application_state)s));
        assert_true(umi_application_state_parse(&t, name));
        assert_int_equal(t, s);
    }
    umi_application_state t;
    assert_false(umi_application_state_parse(&t, UMI_TEXT("draft")));
}

static void nobody_approves_what_he_entered(void **state)
{
    (void)state;
    umi_text ani = UMI_TEXT("ani"), budi = UMI_TEXT("budi");
    umi_error err = {0};
    assert_int_equal(umi_application_may(UMI_ACT_APPROVE, ani, ani, &err),
                     UMI_EDENIED);
    assert_string_equal(err.code, "SECOND");
    assert_int_equal(umi_application_may(UMI_ACT_APPROVE, budi, ani, &err),
                     UMI_OK);
    assert_int_equal(umi_application_may(UMI_ACT_REJECT, ani, ani, &err),
                     UMI_OK);
}

static void references_carry_a_check_character(void **state)
{
    (void)state;
    /* ISO 7064 MOD 37,36; the example of the standard's GRid identifier */
    assert_int_equal(umi_reference_check(UMI_TEXT("A12425GABC1234002")), 'M');
    assert_int_equal(umi_reference_check(UMI_TEXT("a")), 0);
    int tried = 0, missed = 0;
    for (int64_t n = 1; n < UMI_REFERENCE_MAX; n = n * 2 + 3) {
        umi_reference r = umi_reference_of(n);
        umi_text t = umi_text_of(r.text);
        assert_int_equal(t.len, UMI_REFERENCE_LEN);
        assert_true(umi_reference_ok(t));
        for (size_t i = 0; i < UMI_REFERENCE_LEN; i++) {
            char was = r.text[i];
            r.text[i] = was == '7' ? '8' : '7'; /* any wrong digit is seen */
            assert_false(umi_reference_ok(t));
            r.text[i] = was;
        }
        for (size_t i = 3; i + 2 < UMI_REFERENCE_LEN; i++) {
            char a = r.text[i], b = r.text[i + 1];
            r.text[i] = b, r.text[i + 1] = a;
            tried += a != b;
            missed += a != b && umi_reference_ok(t);
            r.text[i] = a, r.text[i + 1] = b;
        }
    }
    /* of two digits that changed places the system sees nearly all */
    assert_true(tried > 200 && missed * 50 < tried);
    assert_false(umi_reference_ok(UMI_TEXT("")));
    assert_false(umi_reference_ok(UMI_TEXT("UMI0000000000000")));
    assert_false(umi_reference_ok(UMI_TEXT("UMI-00000000001X")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nik_tells_region_birth_and_sex),
        cmocka_unit_test(what_cannot_be_a_nik_is_refused),
        cmocka_unit_test(every_day_of_a_century_is_read_for_both_sexes),
        cmocka_unit_test(a_nik_that_disagrees_is_told),
        cmocka_unit_test(an_nkk_is_sixteen_digits_of_a_province),
        cmocka_unit_test(words_of_a_family_card_are_read),
        cmocka_unit_test(programmes_are_a_list_of_codes),
        cmocka_unit_test(groups_are_counted_by_sub_group),
        cmocka_unit_test(words_of_a_group_are_read),
        cmocka_unit_test(only_listed_moves_are_possible),
        cmocka_unit_test(nobody_approves_what_he_entered),
        cmocka_unit_test(references_carry_a_check_character),
    };
    return cmocka_run_group_tests_name("engine/party", tests, NULL, NULL);
}
