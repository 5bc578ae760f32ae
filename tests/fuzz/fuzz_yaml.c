/* SPDX-License-Identifier: MIT
 * Any bytes as YAML: what is accepted is a tree whose places lie in the text
 * and whose scalars stand where it says; what is refused has a problem with a
 * place.  Then the same bytes as each kind of file of rules/data: a loader
 * either gives what its checks promise or says what is wrong. */
#include <assert.h>

#include "rules/set/set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_place(umi_text text, umi_at at)
{
    uint32_t line = 1;
    assert(at.line >= 1 && at.column >= 1 && at.offset <= text.len);
    for (uint32_t i = 0; i < at.offset; i++)
        line += text.ptr[i] == '\n';
    assert(at.line == line);
}

static void check_node(umi_text text, const umi_yaml *v, int depth)
{
    uint32_t n = 0;
    assert(depth <= UMI_YAML_DEPTH_MAX);
    check_place(text, v->at);
    if (v->key.ptr != NULL)
        check_place(text, v->key_at);
    for (const umi_yaml *c = v->first; c != NULL; c = c->next, n++)
        check_node(text, c, depth + 1);
    assert(n == v->count);
    if (v->kind != UMI_YAML_SCALAR)
        return;
    assert(umi_text_utf8(v->text) && v->text.len <= UMI_YAML_SCALAR_MAX);
    assert(v->raw.ptr == text.ptr + v->at.offset);
    assert(v->raw.len <= text.len - v->at.offset);
    for (size_t i = 0; i <= v->text.len && i < 200; i++) {
        umi_at at = umi_yaml_inside(v, i);
        check_place(text, at);
        assert(at.offset >= v->at.offset);
        assert(at.offset <= v->at.offset + v->raw.len);
    }
}

static void check_problems(umi_status rc, umi_problems *p)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    umi_error err = {0};
    assert(rc == UMI_OK || rc == UMI_ESYNTAX);
    assert((rc == UMI_OK) == (p->errors == 0));
    umi_problems_sort(p);
    umi_problems_print(&b, p, (umi_text){NULL, 0});
    umi_problems_json(&w, p);
    assert(umi_problems_status(p, &err) == rc);
    umi_buf_free(&b);
}

static void as_yaml(umi_text text)
{
    umi_arena *arena = umi_arena_new();
    assert(arena != NULL);
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "f");
    umi_yaml *root = NULL;
    umi_status rc = umi_yaml_parse(&root, text, arena, &p);
    check_problems(rc, &p);
    bool mark = text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0;
    umi_text bare = {text.ptr + 3 * mark, text.len - 3 * mark};
    if (rc == UMI_OK)
        check_node(bare, root, 0);
    umi_buf b = {0};
    umi_problems_print(&b, &p, text);
    umi_buf_free(&b);
    umi_arena_free(arena);
}

/* The shipped chart, read once. */
static const umi_chart *shipped_chart(void)
{
    static umi_arena *arena;
    static umi_chart chart;
    if (arena == NULL) {
        const umi_data_file *f = umi_data_find("chart.yaml");
        arena = umi_arena_new();
        assert(arena != NULL);
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "chart.yaml");
        umi_status rc =
            umi_chart_load(&chart, (umi_text){f->text, f->size}, arena, &p);
        assert(rc == UMI_OK);
    }
    return &chart;
}

static void as_file(umi_text text, size_t kind)
{
    umi_arena *arena = umi_arena_new();
    assert(arena != NULL);
    umi_problems p = umi_problems_new(arena, UMI_LANG_ID, "f");
    const umi_chart *chart = shipped_chart();
    umi_chart own;
    umi_products products = {0};
    const umi_posting *posting;
    umi_calendar_file calendar;
    umi_banks banks;
    umi_profile profile;
    umi_status rc = UMI_OK;
    switch (kind) {
    case 0:
        rc = umi_products_read(&products, text, arena, &p);
        break;
    case 1:
        rc = umi_posting_load(&posting, text, chart, arena, &p);
        break;
    case 2:
        rc = umi_calendar_read(&calendar, text, arena, &p);
        break;
    case 3:
        rc = umi_banks_read(&banks, text, chart, arena, &p);
        break;
    case 4:
        rc = umi_profile_read(&profile, text, arena, &p);
        break;
    default:
        rc = umi_chart_load(&own, text, arena, &p);
    }
    check_problems(rc, &p);
    for (size_t i = 0; i < products.count; i++) {
        umi_terms t;
        umi_product_ask ask = {.amount = {1000000000},
                               .periods = 12,
                               .on = {20000},
                               .access = 1,
                               .appraisal = {2000000000}};
        if (umi_product_terms(&products.items[i], &ask, &t, NULL) == UMI_OK)
            assert(umi_terms_check(&t, NULL) == UMI_OK);
    }
    umi_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_text text = {(const char *)data, size};
    as_yaml(text);
    for (size_t kind = 0; kind < 6; kind++)
        as_file(text, kind);
    return 0;
}
