/* SPDX-License-Identifier: MIT
 * Any bytes as a line of `umi quote`.  Bytes that begin with '{' are the line
 * itself; others choose the words of terms, so that the schedule is reached.
 * The engine's own assertions judge the figures; here only that the answer is
 * JSON, and that terms that were read are written and read back the same. */
#include "ledger/io/quote_json.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct bytes {
    const uint8_t *at, *end;
} bytes;

static unsigned take(bytes *b)
{
    return b->at < b->end ? *b->at++ : 0;
}

#define PICK(b, words) (words)[take(b) % (sizeof(words) / sizeof *(words))]

static const char *const amounts[] = {"1000", "1", "0.03", "10000000",
                                      "92233720368547758.07"};
static const char *const rates[] = {
    "0", "6", "24.5", "999999", "12.345678901234", "0.000000000001"};

/* Every other key, each with values that it may have. */
static const struct {
    const char *key, *values[7];
} keys[] = {
    {"id", {"\"a\"", "\"\\u00e9\\\"\\n\""}},
    {"every", {"1", "3", "7", "366"}},
    {"unit", {"\"day\"", "\"week\"", "\"month\"", "\"year\""}},
    {"first_due", {"\"2024-02-29\"", "\"2024-01-31\"", "\"2999-12-31\""}},
    {"rate_per",
     {"\"year\"", "\"month\"", "\"week\"", "\"day\"", "\"period\"",
      "\"term\""}},
    {"day_count",
     {"\"30/360\"", "\"30E/360\"", "\"act/360\"", "\"act/364\"", "\"act/365\"",
      "\"act/act\"", "\"period\""}},
    {"level_from", {"\"nominal\"", "\"accrual\""}},
    {"round",
     {"{\"unit\":\"0.01\",\"mode\":\"half_even\"}",
      "{\"unit\":\"100\",\"mode\":\"ceil\"}",
      "{\"unit\":\"1\",\"mode\":\"floor\"}",
      "{\"unit\":\"0.07\",\"mode\":\"half_down\"}",
      "{\"unit\":\"92233720368547758.07\",\"mode\":\"up\"}"}},
    {"payment_round",
     {"{\"unit\":\"500\",\"mode\":\"down\"}",
      "{\"unit\":\"0.01\",\"mode\":\"half_up\"}",
      "{\"unit\":\"1000\",\"mode\":\"ceil\"}"}},
    {"carry", {"\"unrounded\"", "\"rounded\""}},
    {"residue", {"\"first\"", "\"spread\"", "\"last\""}},
    {"adjust", {"\"closest\"", "\"none\""}},
    {"grace",
     {"{}", "{\"principal\":2,\"interest\":1}",
      "{\"principal\":3,\"interest\":2,\"interest_mode\":\"capitalise\"}",
      "{\"interest\":2,\"interest_mode\":\"waive\"}",
      "{\"interest\":1,\"interest_mode\":\"defer\"}"}},
    {"flat_equivalent_digits", {"0", "12", "4"}},
    {"steps",
     {"[{\"from\":\"2024-03-01\",\"rate\":\"30\"}]",
      "[{\"from\":\"2023-12-31\",\"rate\":\"0\"},"
      "{\"from\":\"2024-02-15\",\"rate\":\"3\"},"
      "{\"from\":\"2024-07-15\",\"rate\":\"999999.999999999999\"}]",
      "[]"}},
    {"calendar", {"\"some\"", "\"none\""}},
    {"shift",
     {"\"following\"", "\"modified_following\"", "\"preceding\"", "\"none\""}},
    {"fees",
     {"[{\"code\":\"f\",\"percent\":\"0.5\",\"due\":\"each\"}]",
      "[{\"code\":\"f\",\"amount\":\"5\",\"due\":\"disbursement\"},"
      "{\"code\":\"g\",\"percent\":\"1\",\"due\":1}]",
      "[{\"code\":\"f\",\"amount\":\"0\",\"due\":3}]"}},
    {"block_days", {"1", "15", "3660"}},
    {"term_days", {"1", "120", "3660"}},
    {"effective", {"true", "false"}},
};

static void put_choices(umi_buf *line, bytes *b)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        unsigned n = 0, which = take(b);
        while (n < 7 && keys[i].values[n] != NULL)
            n++;
        if (which < 192)
            continue;
        umi_buf_printf(line, ",\"%s\":%s", keys[i].key,
                       keys[i].values[which % n]);
    }
}

static void put_terms(umi_buf *line, bytes *b)
{
    static const char *const methods[] = {"annuity", "flat", "equal_principal",
                                          "bullet",  "pawn", "flat_equivalent"};
    bool drawn = take(b) % 3 == 0;
    const char *amount = PICK(b, amounts);
    if (drawn)
        umi_buf_printf(line,
                       "{\"disbursements\":[{\"date\":\"2024-01-31\","
                       "\"amount\":\"%s\"},{\"date\":\"2024-02-10\","
                       "\"amount\":\"70000\"}]",
                       amount);
    else
        umi_buf_printf(
            line, "{\"disbursed\":\"2024-01-31\",\"principal\":\"%s\"", amount);
    unsigned periods = take(b);
    umi_buf_printf(line, ",\"periods\":%u,\"rate\":\"%s\",\"method\":\"%s\"",
                   periods < 250 ? periods % 40 : periods * 14, PICK(b, rates),
                   PICK(b, methods));
    put_choices(line, b);
    umi_buf_putc(line, '}');
}

/* Sundays and two days in a row. */
static const umi_day holidays[] = {{19782}, {19783}};
static const umi_calendar some = {{"some", 4}, 1 << 6, holidays, 2};

static const umi_calendar *find_calendar(void *self, umi_text name)
{
    (void)self;
    return umi_text_is(name, "some") ? &some : NULL;
}

static const umi_terms_bind_opts opts = {umi_quote_extra, find_calendar, NULL};

static void read_back(umi_text line, umi_arena *arena)
{
    umi_json *o;
    umi_terms t;
    umi_buf once = {0}, twice = {0};
    if (umi_json_parse(&o, line, arena, NULL) != UMI_OK ||
        umi_terms_bind(&t, o, &opts, arena, NULL) != UMI_OK)
        return;
    umi_terms_write(&once, &t);
    assert(umi_json_parse(&o, umi_buf_as_text(&once), arena, NULL) == UMI_OK);
    assert(umi_terms_bind(&t, o, &opts, arena, NULL) == UMI_OK);
    umi_terms_write(&twice, &t);
    assert(umi_text_eq(umi_buf_as_text(&once), umi_buf_as_text(&twice)));
    umi_buf_free(&once);
    umi_buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0}, made = {0};
    umi_error err = {0};
    umi_text line = {(const char *)data, size};
    assert(arena != NULL);
    if (size > 0 && data[0] != '{') {
        bytes b = {data, data + size};
        put_terms(&made, &b);
        line = umi_buf_as_text(&made);
    }
    if (umi_quote_answer(&out, line, &opts, arena, &err) != UMI_OK) {
        umi_json_out w = {.buf = &out};
        assert(err.message[0] != '\0' && out.len == 0);
        umi_json_error(&w, &err);
    }
    umi_json *answer;
    assert(umi_json_parse(&answer, umi_buf_as_text(&out), arena, NULL) ==
           UMI_OK);
    read_back(line, arena);
    umi_buf_free(&out);
    umi_buf_free(&made);
    umi_arena_free(arena);
    return 0;
}
