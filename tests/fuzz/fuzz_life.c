/* SPDX-License-Identifier: MIT
 * Any bytes as a loan's life.  Bytes that begin with '{' are the line itself;
 * others choose the words of a line that is well-formed, so that the replay is
 * reached.  The engine's own assertions judge; here only that the answer is
 * JSON and the same each time, and that a refusal says why. */
#include "ledger/io/life_json.h"

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

static void put_terms(umi_buf *line, bytes *b)
{
    static const char *const methods[] = {"annuity", "flat", "equal_principal",
                                          "bullet"};
    static const char *const units[] = {"day", "week", "month"};
    static const char *const amounts[] = {"1000", "1", "0.03", "10000000",
                                          "92233720368547758.07"};
    static const char *const rates[] = {"0", "6", "24.5", "999999"};
    umi_buf_printf(line,
                   "{\"id\":\"f\",\"terms\":{\"principal\":\"%s\","
                   "\"disbursed\":\"2024-01-31\",\"periods\":%u,"
                   "\"unit\":\"%s\",\"rate\":\"%s\",\"method\":\"%s\"}",
                   PICK(b, amounts), take(b) % 40, PICK(b, units),
                   PICK(b, rates), PICK(b, methods));
}

static void put_policy(umi_buf *line, bytes *b)
{
    static const char *const orders[] = {
        "\"penalty\",\"fee\",\"interest\",\"principal\"",
        "\"principal\",\"interest\",\"fee\",\"penalty\"",
        "\"interest\",\"principal\",\"penalty\",\"fee\""};
    static const char *const walks[] = {"instalment", "component"};
    static const char *const aheads[] = {"next", "last"};
    umi_buf_printf(line,
                   ",\"policy\":{\"allocation\":[%s],\"walk\":\"%s\","
                   "\"ahead\":\"%s\"}",
                   PICK(b, orders), PICK(b, walks), PICK(b, aheads));
}

/* A date near the loan's life, that may not exist. */
static void put_date(umi_buf *line, const char *key, bytes *b)
{
    unsigned n = take(b);
    umi_buf_printf(line, ",\"%s\":\"202%u-%02u-%02u\"", key, 4 + n % 3,
                   n % 12 + 1, take(b) % 31 + 1);
}

static void put_event(umi_buf *line, bytes *b, unsigned n)
{
    static const char *const kinds[] = {"repayment", "fee",    "penalty",
                                        "waive",     "refund", "write_off",
                                        "recover",   "payoff", "reverse"};
    static const char *const components[] = {"principal", "interest", "fee",
                                             "penalty"};
    static const char *const amounts[] = {
        "1", "0.01", "120", "990.5", "5000", "92233720368547758.07"};
    unsigned what = take(b);
    umi_buf_printf(line, "%s{\"kind\":\"%s\"", n > 0 ? "," : "",
                   kinds[what % 9]);
    put_date(line, "date", b);
    bool reverse = what % 9 == 8, takes = what % 9 == 3 || what % 9 == 5;
    bool charges = what % 9 == 1 || what % 9 == 2;
    if (reverse)
        umi_buf_printf(line, ",\"reverses\":%u", n > 0 ? take(b) % n + 1 : 1);
    else if ((what & 0x80) == 0 || (!takes && what % 9 != 7))
        umi_buf_printf(line, ",\"amount\":\"%s\"", PICK(b, amounts));
    if (takes && (what & 0x40) != 0)
        umi_buf_printf(line, ",\"component\":\"%s\"", PICK(b, components));
    if (charges && (what & 0x40) != 0)
        put_date(line, "due", b);
    umi_buf_putc(line, '}');
}

static void put_line(umi_buf *line, bytes *b)
{
    put_terms(line, b);
    put_policy(line, b);
    umi_buf_puts(line, ",\"events\":[");
    for (unsigned n = 0; b->at < b->end && n < 300; n++)
        put_event(line, b, n);
    umi_buf_puts(line, "]}");
}

static umi_status
answer(umi_buf *out, umi_text line, umi_arena *arena, umi_error *err)
{
    umi_arena_reset(arena);
    return umi_life_answer(out, line, NULL, arena, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_arena *arena = umi_arena_new();
    umi_buf composed = {0}, first = {0}, second = {0};
    umi_error err = {0};
    umi_text line = {(const char *)data, size};
    bytes b = {data, data + size};
    assert(arena != NULL);
    if (size == 0 || data[0] != '{') {
        put_line(&composed, &b);
        line = umi_buf_as_text(&composed);
    }
    umi_status rc = answer(&first, line, arena, &err);
    if (rc != UMI_OK) {
        assert(err.status == rc && err.message[0] != '\0');
        assert(rc == UMI_EINVAL || rc == UMI_ERANGE || rc == UMI_ESYNTAX);
    } else {
        umi_json *v;
        assert(answer(&second, line, arena, &err) == UMI_OK);
        assert(umi_text_eq(umi_buf_as_text(&first), umi_buf_as_text(&second)));
        assert(umi_json_parse(&v, umi_buf_as_text(&first), arena, &err) ==
               UMI_OK);
    }
    umi_buf_free(&composed);
    umi_buf_free(&first);
    umi_buf_free(&second);
    umi_arena_free(arena);
    return 0;
}
