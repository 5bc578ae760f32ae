/* SPDX-License-Identifier: MIT
 * Any bytes as JSON: what is accepted is written, read again, and written the
 * same; what is refused leaves a message and a place. */
#include "engine/base/json.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static umi_text written(umi_buf *b, const umi_json *v)
{
    umi_json_out w = {.buf = b};
    umi_json_value(&w, v);
    assert(!b->failed);
    return umi_buf_as_text(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_arena *arena = umi_arena_new();
    umi_json *once = NULL, *twice = NULL;
    umi_error err = {0};
    umi_buf a = {0}, b = {0};
    umi_text line = {(const char *)data, size};
    assert(arena != NULL);
    if (umi_json_parse(&once, line, arena, &err) == UMI_OK) {
        umi_text first = written(&a, once);
        assert(umi_text_utf8(first));
        assert(umi_json_parse(&twice, first, arena, &err) == UMI_OK);
        assert(umi_text_eq(first, written(&b, twice)));
    } else {
        assert(once == NULL && err.message[0] != '\0');
        assert(err.column >= 0 && err.column <= (int64_t)size + 1);
    }
    umi_buf_free(&a);
    umi_buf_free(&b);
    umi_arena_free(arena);
    return 0;
}
