/* SPDX-License-Identifier: MIT
 * Amounts in words: the words that are hard, in both languages, and a reader
 * that knows nothing of the writer and finds the number again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/alloc.h"
#include "engine/base/money_words.h"
#include "tests/support/random.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The words of an amount, ended by NUL; valid until the next call. */
static const char *words(int64_t sen, umi_lang lang)
{
    static char text[512];
    umi_buf b = {0};
    umi_buf_money_words(&b, (umi_money){sen}, lang);
    assert_false(b.failed);
    assert_true(b.len < sizeof text);
    memcpy(text, b.ptr, b.len);
    text[b.len] = '\0';
    umi_buf_free(&b);
    return text;
}

static void known_amounts(void **state)
{
    static const struct {
        const char *amount, *id, *en;
    } cases[] = {
        {"0", "nol rupiah", "zero rupiah"},
        {"1", "satu rupiah", "one rupiah"},
        {"2", "dua rupiah", "two rupiah"},
        {"9", "sembilan rupiah", "nine rupiah"},
        {"10", "sepuluh rupiah", "ten rupiah"},
        {"11", "sebelas rupiah", "eleven rupiah"},
        {"12", "dua belas rupiah", "twelve rupiah"},
        {"13", "tiga belas rupiah", "thirteen rupiah"},
        {"14", "empat belas rupiah", "fourteen rupiah"},
        {"15", "lima belas rupiah", "fifteen rupiah"},
        {"16", "enam belas rupiah", "sixteen rupiah"},
        {"17", "tujuh belas rupiah", "seventeen rupiah"},
        {"18", "delapan belas rupiah", "eighteen rupiah"},
        {"19", "sembilan belas rupiah", "nineteen rupiah"},
        {"20", "dua puluh rupiah", "twenty rupiah"},
        {"21", "dua puluh satu rupiah", "twenty-one rupiah"},
        {"30", "tiga puluh rupiah", "thirty rupiah"},
        {"40", "empat puluh rupiah", "forty rupiah"},
        {"55", "lima puluh lima rupiah", "fifty-five rupiah"},
        {"66", "enam puluh enam rupiah", "sixty-six rupiah"},
        {"77", "tujuh puluh tujuh rupiah", "seventy-seven rupiah"},
        {"88", "delapan puluh delapan rupiah", "eighty-eight rupiah"},
        {"99", "sembilan puluh sembilan rupiah", "ninety-nine rupiah"},
        {"100", "seratus rupiah", "one hundred rupiah"},
        {"101", "seratus satu rupiah", "one hundred one rupiah"},
        {"110", "seratus sepuluh rupiah", "one hundred ten rupiah"},
        {"111", "seratus sebelas rupiah", "one hundred eleven rupiah"},
        {"119", "seratus sembilan belas rupiah", "one hundred nineteen rupiah"},
        {"200", "dua ratus rupiah", "two hundred rupiah"},
        {"999", "sembilan ratus sembilan puluh sembilan rupiah",
         "nine hundred ninety-nine rupiah"},
        {"1000", "seribu rupiah", "one thousand rupiah"},
        {"1001", "seribu satu rupiah", "one thousand one rupiah"},
        {"1010", "seribu sepuluh rupiah", "one thousand ten rupiah"},
        {"1100", "seribu seratus rupiah", "one thousand one hundred rupiah"},
        {"1111", "seribu seratus sebelas rupiah",
         "one thousand one hundred eleven rupiah"},
        {"1999", "seribu sembilan ratus sembilan puluh sembilan rupiah",
         "one thousand nine hundred ninety-nine rupiah"},
        {"2000", "dua ribu rupiah", "two thousand rupiah"},
        {"10000", "sepuluh ribu rupiah", "ten thousand rupiah"},
        {"11000", "sebelas ribu rupiah", "eleven thousand rupiah"},
        {"12000", "dua belas ribu rupiah", "twelve thousand rupiah"},
        {"21000", "dua puluh satu ribu rupiah", "twenty-one thousand rupiah"},
        {"50000", "lima puluh ribu rupiah", "fifty thousand rupiah"},
        {"100000", "seratus ribu rupiah", "one hundred thousand rupiah"},
        {"101000", "seratus satu ribu rupiah",
         "one hundred one thousand rupiah"},
        {"111111", "seratus sebelas ribu seratus sebelas rupiah",
         "one hundred eleven thousand one hundred eleven rupiah"},
        {"860664",
         "delapan ratus enam puluh ribu enam ratus enam puluh empat "
         "rupiah",
         "eight hundred sixty thousand six hundred sixty-four rupiah"},
        {"1000000", "satu juta rupiah", "one million rupiah"},
        {"1000001", "satu juta satu rupiah", "one million one rupiah"},
        {"1001000", "satu juta seribu rupiah",
         "one million one thousand rupiah"},
        {"1101001", "satu juta seratus satu ribu satu rupiah",
         "one million one hundred one thousand one rupiah"},
        {"10000000", "sepuluh juta rupiah", "ten million rupiah"},
        {"11011011", "sebelas juta sebelas ribu sebelas rupiah",
         "eleven million eleven thousand eleven rupiah"},
        {"100000000", "seratus juta rupiah", "one hundred million rupiah"},
        {"1000000000", "satu miliar rupiah", "one billion rupiah"},
        {"1000001000", "satu miliar seribu rupiah",
         "one billion one thousand rupiah"},
        {"1001001001", "satu miliar satu juta seribu satu rupiah",
         "one billion one million one thousand one rupiah"},
        {"1000000000000", "satu triliun rupiah", "one trillion rupiah"},
        {"10000000000000", "sepuluh triliun rupiah", "ten trillion rupiah"},
        {"1000000000000000", "satu kuadriliun rupiah",
         "one quadrillion rupiah"},
        {"0.01", "satu sen", "one sen"},
        {"0.1", "sepuluh sen", "ten sen"},
        {"0.5", "lima puluh sen", "fifty sen"},
        {"0.99", "sembilan puluh sembilan sen", "ninety-nine sen"},
        {"1.11", "satu rupiah sebelas sen", "one rupiah and eleven sen"},
        {"1000.05", "seribu rupiah lima sen",
         "one thousand rupiah and five sen"},
        {"860664.5",
         "delapan ratus enam puluh ribu enam ratus enam puluh empat rupiah "
         "lima puluh sen",
         "eight hundred sixty thousand six hundred sixty-four rupiah and fifty "
         "sen"},
        {"-1", "minus satu rupiah", "minus one rupiah"},
        {"-1000.1", "minus seribu rupiah sepuluh sen",
         "minus one thousand rupiah and ten sen"},
        {"-0.25", "minus dua puluh lima sen", "minus twenty-five sen"},
        {"92233720368547758.07",
         "sembilan puluh dua kuadriliun dua ratus tiga puluh tiga triliun "
         "tujuh ratus dua puluh miliar tiga ratus enam puluh delapan juta lima "
         "ratus empat puluh tujuh ribu tujuh ratus lima puluh delapan rupiah "
         "tujuh sen",
         "ninety-two quadrillion two hundred thirty-three trillion seven "
         "hundred twenty billion three hundred sixty-eight million five "
         "hundred forty-seven thousand seven hundred fifty-eight rupiah and "
         "seven sen"},
        {"-92233720368547758.08",
         "minus sembilan puluh dua kuadriliun dua ratus tiga puluh tiga "
         "triliun tujuh ratus dua puluh miliar tiga ratus enam puluh delapan "
         "juta lima ratus empat puluh tujuh ribu tujuh ratus lima puluh "
         "delapan rupiah delapan sen",
         "minus ninety-two quadrillion two hundred thirty-three trillion seven "
         "hundred twenty billion three hundred sixty-eight million five "
         "hundred forty-seven thousand seven hundred fifty-eight rupiah and "
         "eight sen"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_money m;
        assert_true(umi_money_parse(&m, umi_text_of(cases[i].amount)));
        assert_string_equal(words(m.sen, UMI_LANG_ID), cases[i].id);
        assert_string_equal(words(m.sen, UMI_LANG_EN), cases[i].en);
    }
    (void)state;
}

/* --- a reader -----------------------------------------------------------------
 * A word adds to the group, multiplies it, or closes it; the same machine
 * reads both languages from one list. */

typedef enum act {
    ADD,   /* to the group */
    TEEN,  /* "dua belas" */
    TIMES, /* the last digit of the group, by 10 or 100 */
    CLOSE, /* the group becomes so many of these */
    AND,
    MINUS,
    RUPIAH,
    SEN
} act;

static const struct {
    const char *word;
    act act;
    int64_t value;
} readings[] = {
    {"nol", ADD, 0},
    {"satu", ADD, 1},
    {"dua", ADD, 2},
    {"tiga", ADD, 3},
    {"empat", ADD, 4},
    {"lima", ADD, 5},
    {"enam", ADD, 6},
    {"tujuh", ADD, 7},
    {"delapan", ADD, 8},
    {"sembilan", ADD, 9},
    {"sepuluh", ADD, 10},
    {"sebelas", ADD, 11},
    {"belas", TEEN, 10},
    {"puluh", TIMES, 10},
    {"seratus", ADD, 100},
    {"ratus", TIMES, 100},
    {"seribu", CLOSE, 0},
    {"ribu", CLOSE, 1000},
    {"juta", CLOSE, 1000000},
    {"miliar", CLOSE, 1000000000},
    {"triliun", CLOSE, 1000000000000},
    {"kuadriliun", CLOSE, 1000000000000000},
    {"zero", ADD, 0},
    {"one", ADD, 1},
    {"two", ADD, 2},
    {"three", ADD, 3},
    {"four", ADD, 4},
    {"five", ADD, 5},
    {"six", ADD, 6},
    {"seven", ADD, 7},
    {"eight", ADD, 8},
    {"nine", ADD, 9},
    {"ten", ADD, 10},
    {"eleven", ADD, 11},
    {"twelve", ADD, 12},
    {"thirteen", ADD, 13},
    {"fourteen", ADD, 14},
    {"fifteen", ADD, 15},
    {"sixteen", ADD, 16},
    {"seventeen", ADD, 17},
    {"eighteen", ADD, 18},
    {"nineteen", ADD, 19},
    {"twenty", ADD, 20},
    {"thirty", ADD, 30},
    {"forty", ADD, 40},
    {"fifty", ADD, 50},
    {"sixty", ADD, 60},
    {"seventy", ADD, 70},
    {"eighty", ADD, 80},
    {"ninety", ADD, 90},
    {"hundred", TIMES, 100},
    {"thousand", CLOSE, 1000},
    {"million", CLOSE, 1000000},
    {"billion", CLOSE, 1000000000},
    {"trillion", CLOSE, 1000000000000},
    {"quadrillion", CLOSE, 1000000000000000},
    {"and", AND, 0},
    {"minus", MINUS, 0},
    {"rupiah", RUPIAH, 0},
    {"sen", SEN, 0},
};

typedef struct reader {
    uint64_t all, sum, group, last; /* sen; closed groups; open group; word */
    bool minus;
} reader;

static void read_word(reader *r, const char *word, size_t len)
{
    size_t i = 0;
    while (i < COUNT(readings) && (strlen(readings[i].word) != len ||
                                   memcmp(readings[i].word, word, len) != 0))
        i++;
    assert_true(i < COUNT(readings));
    uint64_t value = (uint64_t)readings[i].value;
    switch (readings[i].act) {
    case ADD:
        r->group += r->last = value;
        return;
    case TEEN:
        assert_in_range(r->last, 2, 9);
        r->group += value;
        return;
    case TIMES:
        assert_in_range(r->last, value == 100 ? 1 : 2, 9);
        r->group += r->last * (value - 1);
        return;
    case CLOSE: /* greater groups come first */
        assert_true(value == 0 ? r->group == 0 : r->group > 0);
        r->sum += value == 0 ? 1000 : r->group * value;
        assert_true(value == 0 || r->sum % value == 0);
        r->group = 0;
        return;
    case AND:
        assert_true(r->all > 0);
        return;
    case MINUS:
        r->minus = true;
        return;
    case RUPIAH:
    case SEN:
        assert_true(r->group < 1000);
        r->all += (r->sum + r->group) * (readings[i].act == SEN ? 1 : 100);
        r->sum = r->group = 0;
        return;
    }
}

static int64_t number_of(const char *text)
{
    reader r = {0};
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, " -");
        read_word(&r, at, len);
        at += len;
        if (*at != '\0')
            assert_true(*++at != '\0' && *at != ' '); /* one blank, inside */
    }
    return (int64_t)(r.minus ? 0 - r.all : r.all);
}

/* Amounts of every length, many of them round, as agreed amounts are. */
static int64_t some_amount(chance *c)
{
    int64_t unit = 1, digits = chance_in(c, 0, 18);
    for (int64_t i = 0; i < digits; i++)
        unit *= 10;
    if (chance_one_in(c, 3))
        return (int64_t)chance_next(c);
    return chance_in(c, -9, 9) * unit +
           chance_in(c, 0, 1) * chance_in(c, 0, 99);
}

static void words_read_back_are_the_amount(void **state)
{
    chance c = chance_begin("words_read_back_are_the_amount", 11);
    for (int i = 0; i < chance_rounds(20000); i++) {
        int64_t sen = some_amount(&c);
        assert_int_equal(number_of(words(sen, UMI_LANG_ID)), sen);
        assert_int_equal(number_of(words(sen, UMI_LANG_EN)), sen);
    }
    for (int64_t sen = -20200; sen <= 202000; sen += 7) {
        assert_int_equal(number_of(words(sen, UMI_LANG_ID)), sen);
        assert_int_equal(number_of(words(sen, UMI_LANG_EN)), sen);
    }
    (void)state;
}

/* "satu ratus", "satu ribu", "satu puluh", "satu belas" are not said; "satu
 * juta" is, and so is "seratus satu ribu". */
static void one_is_said_as_people_say_it(void **state)
{
    static const char *const never[] = {"satu ratus", "satu puluh",
                                        "satu belas", "nol puluh", "  "};
    chance c = chance_begin("one_is_said_as_people_say_it", 12);
    for (int i = 0; i < chance_rounds(2000); i++) {
        const char *text = words(some_amount(&c), UMI_LANG_ID);
        for (size_t k = 0; k < COUNT(never); k++)
            assert_null(strstr(text, never[k]));
        const char *at = strstr(text, "satu ribu");
        assert_true(at == NULL ||
                    (at > text + 6 && (memcmp(at - 6, "puluh ", 6) == 0 ||
                                       memcmp(at - 6, "ratus ", 6) == 0)));
    }
    (void)state;
}

static void exhausted_memory_is_remembered(void **state)
{
    umi_buf b = {0};
    umi_alloc_fail_at(1, 0);
    umi_buf_money_words(&b, (umi_money){12345678}, UMI_LANG_ID);
    umi_alloc_fail_at(0, 0);
    assert_true(b.failed);
    umi_buf_free(&b);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_amounts),
        cmocka_unit_test(words_read_back_are_the_amount),
        cmocka_unit_test(one_is_said_as_people_say_it),
        cmocka_unit_test(exhausted_memory_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
