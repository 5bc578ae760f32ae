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
static const char *const rates[] = {"0", "6", "24.5", "999999",
                                    "12.345678901234"};
static const char *const modes[] = {"half_even", "half_up", "half_down", "up",
                                    "down",      "ceil",    "floor"};

static void put_choices(umi_buf *line, bytes *b)
{
    static const char *const choices[] = {
        "\"day_count\":\"30/360\"",
        "\"day_count\":\"act/act\"",
        "\"level_from\":\"nominal\"",
        "\"carry\":\"unrounded\"",
        "\"residue\":\"first\"",
        "\"residue\":\"spread\"",
        "\"adjust\":\"closest\"",
        "\"first_due\":\"2024-02-29\"",
        "\"grace\":{\"principal\":2,\"interest\":1}",
        "\"grace\":{\"principal\":2,\"interest\":2,\"interest_mode\":"
        "\"capitalise\"}",
        "\"grace\":{\"interest\":2,\"interest_mode\":\"waive\"}",
        "\"steps\":[{\"from\":\"2024-03-01\",\"rate\":\"30\"}]",
        "\"fees\":[{\"code\":\"f\",\"percent\":\"0.5\",\"due\":\"each\"}]",
        "\"rate_per\":\"day\"",
        "\"rate_per\":\"term\"",
        "\"every\":3",
        "\"effective\":true",
    };
    unsigned n = take(b) % 5;
    for (unsigned i = 0; i < n; i++)
        umi_buf_printf(line, ",%s", PICK(b, choices));
    umi_buf_printf(line, ",\"round\":{\"unit\":\"%s\",\"mode\":\"%s\"}",
                   PICK(b, amounts), PICK(b, modes));
}

static void put_terms(umi_buf *line, bytes *b)
{
    static const char *const methods[] = {"annuity", "flat", "equal_principal",
                                          "bullet", "flat_equivalent"};
    static const char *const units[] = {"day", "week", "month", "year"};
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
    umi_buf_printf(line,
                   ",\"periods\":%u,\"unit\":\"%s\",\"rate\":\"%s\","
                   "\"method\":\"%s\"",
                   take(b) % 40, PICK(b, units), PICK(b, rates),
                   PICK(b, methods));
    put_choices(line, b);
    umi_buf_putc(line, '}');
}

static void read_back(umi_text line, umi_arena *arena)
{
    umi_json *o;
    umi_terms t;
    umi_terms_bind_opts opts = {.extra = umi_quote_extra};
    umi_buf once = {0}, twice = {0};
    if (umi_json_parse(&o, line, arena, NULL) != UMI_OK ||
        umi_terms_bind(&t, o, &opts, arena, NULL) != UMI_OK)
        return;
    umi_terms_write(&once, &t);
    assert(umi_json_parse(&o, umi_buf_as_text(&once), arena, NULL) == UMI_OK);
    assert(umi_terms_bind(&t, o, NULL, arena, NULL) == UMI_OK);
    umi_terms_write(&twice, &t);
    assert(umi_text_eq(umi_buf_as_text(&once), umi_buf_as_text(&twice)));
    umi_buf_free(&once);
    umi_buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_arena *arena = umi_arena_new();
    umi_terms_bind_opts opts = {.extra = umi_quote_extra};
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
