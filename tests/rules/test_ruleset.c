/* SPDX-License-Identifier: MIT
 * Rule sets: what is wrong is told at its place and nothing else is; what is
 * right has one name however it is laid out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/rule_test.h"
#include "rules/set/data.h"
#include "rules/set/ruleset.h"
#include "rules/set/ruleset_format.h"
#include "tests/support/files.h"

#define FOLDER "tests/vectors/rules_bad/"

static char *test_read(const char *path)
{
    return (char *)(uintptr_t)file_read(".", path).ptr;
}

typedef struct loaded {
    umi_arena *arena;
    umi_problems problems;
    umi_ruleset *rs;
    umi_status rc;
} loaded;

static loaded load(umi_text text)
{
    umi_rule_files beside = umi_rule_files_beside(FOLDER "t.yaml");
    loaded l = {.arena = umi_arena_new()};
    assert_non_null(l.arena);
    l.problems = umi_problems_new(l.arena, UMI_LANG_EN, "folder/t.yaml");
    l.rc = umi_ruleset_load_with(&l.rs, "folder/t.yaml", text, &beside,
                                 &l.problems);
    return l;
}

static void drop(loaded *l)
{
    umi_ruleset_free(l->rs);
    umi_arena_free(l->arena);
}

static umi_text shipped(void)
{
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    assert_non_null(f);
    return (umi_text){f->text, f->size};
}

/* --- what is wrong -------------------------------------------------------- */

/* "line column code" of every problem, one a line; and the file, when it is
 * another one. */
static void list_problems(umi_buf *b, const umi_problems *p)
{
    for (const umi_problem *q = p->first; q != NULL; q = q->next)
        umi_buf_printf(b, "%u\t%u\t%s%s%s\n", q->at.line, q->at.column, q->code,
                       strcmp(q->file, "folder/t.yaml") == 0 ? "" : "\t",
                       strcmp(q->file, "folder/t.yaml") == 0
                           ? ""
                           : q->file + strlen("folder/"));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines of @p text, which is spent, in order; umi_buf_free it. */
static umi_buf sorted(char *text)
{
    char *lines[64];
    size_t n = 0;
    umi_buf b = {0};
    for (char *s = strtok(text, "\n"); s != NULL; s = strtok(NULL, "\n")) {
        assert_true(n < sizeof lines / sizeof *lines);
        lines[n++] = s;
    }
    qsort(lines, n, sizeof *lines, by_text);
    for (size_t i = 0; i < n; i++)
        umi_buf_printf(&b, "%s\n", lines[i]);
    umi_buf_putc(&b, '\0');
    return b;
}

/* Check one file against what the table says of it. */
static void check_file(const char *name, char *expected)
{
    char path[256];
    umi_buf b = {0};
    (void)snprintf(path, sizeof path, FOLDER "%s.yaml", name);
    umi_text text = file_read(".", path); /* may hold a NUL */
    loaded l = load(text);
    if (l.rc == UMI_OK)
        assert_int_equal(umi_ruleset_run_tests(l.rs, &l.problems, NULL),
                         UMI_OK);
    else
        assert_int_equal(l.rc, UMI_ESYNTAX);
    assert_int_equal(l.rc == UMI_OK, l.rs != NULL);
    list_problems(&b, &l.problems);
    umi_buf_putc(&b, '\0');
    umi_buf got = sorted(b.ptr), want = sorted(expected);
    if (strcmp(got.ptr, want.ptr) != 0)
        fail_msg("%s: expected\n%sgot\n%s", name, want.ptr, got.ptr);
    umi_buf_free(&got);
    umi_buf_free(&want);
    umi_buf_free(&b);
    drop(&l);
    free((char *)(uintptr_t)text.ptr);
}

static void every_wrong_file_is_told_where_and_what(void **state)
{
    (void)state;
    char *table = test_read(FOLDER "expected.tsv");
    char name[64] = "";
    umi_buf expected = {0};
    size_t files = 0;
    for (char *line = table; line != NULL && *line != '\0';) {
        char *next = strchr(line, '\n');
        char file[64], rest[64];
        if (next != NULL)
            *next++ = '\0';
        if (line[0] != '#' &&
            sscanf(line, "%63[^\t]\t%63[^\n]", file, rest) == 2) {
            if (strcmp(file, name) != 0 && name[0] != '\0') {
                umi_buf_putc(&expected, '\0');
                check_file(name, expected.ptr);
                files++;
                expected.len = 0;
            }
            (void)snprintf(name, sizeof name, "%s", file);
            umi_buf_printf(&expected, "%s\n", rest);
        }
        line = next;
    }
    umi_buf_putc(&expected, '\0');
    check_file(name, expected.ptr);
    umi_buf_free(&expected);
    assert_true(files + 1 > 180);
    char none[1] = "";
    check_file("valid", none);
    check_file("tables_valid", none);
    check_file("scorecard_valid", none);
    free(table);
}

static bool helps(const umi_problems *p, unsigned line, const char *help)
{
    for (const umi_problem *q = p->first; q != NULL; q = q->next)
        if (q->at.line == line && q->help != NULL && strcmp(q->help, help) == 0)
            return true;
    return false;
}

static void what_to_write_instead_is_told(void **state)
{
    (void)state;
    char *table = test_read(FOLDER "help.tsv"), *next = NULL;
    size_t rows = 0;
    for (char *line = table; line != NULL && *line != '\0'; line = next) {
        char file[64], help[256], path[256];
        unsigned at;
        if ((next = strchr(line, '\n')) != NULL)
            *next++ = '\0';
        if (sscanf(line, "%63[^\t]\t%u\t%255[^\n]", file, &at, help) != 3)
            continue;
        (void)snprintf(path, sizeof path, FOLDER "%s.yaml", file);
        char *text = test_read(path);
        loaded l = load(umi_text_of(text));
        if (!helps(&l.problems, at, help))
            fail_msg("%s:%u: %s", file, at, help);
        drop(&l);
        free(text);
        rows++;
    }
    assert_true(rows >= 38);
    free(table);
}

static void problems_come_with_help_and_places(void **state)
{
    (void)state;
    char *text = test_read(FOLDER "expr_name.yaml");
    loaded l = load(umi_text_of(text));
    umi_buf b = {0};
    umi_problems_print(&b, &l.problems, umi_text_of(text));
    umi_buf_putc(&b, '\0');
    assert_string_equal(
        b.ptr, "folder/t.yaml:26:25: E102: unknown name 'param.limt'\n"
               "    require: 'amount <= param.limt'\n"
               "                        ^^^^^^^^^^\n"
               "    did you mean 'param.limit'? (defined at line 11)\n");
    assert_int_equal(l.problems.first->other.line, 11);
    umi_buf_free(&b);
    drop(&l);
    free(text);
}

static void a_warning_refuses_nothing(void **state)
{
    (void)state;
    char *text = test_read(FOLDER "fact_unused.yaml");
    loaded l = load(umi_text_of(text));
    assert_int_equal(l.rc, UMI_OK);
    assert_int_equal(l.problems.errors, 0);
    assert_int_equal(l.problems.warnings, 1);
    assert_string_equal(l.problems.first->code, "W-UNUSED");
    drop(&l);
    free(text);
}

/* --- limits --------------------------------------------------------------- */

static const char *problem_code(umi_text text)
{
    static char code[16];
    loaded l = load(text);
    assert_int_equal(l.rc, UMI_ESYNTAX);
    (void)snprintf(code, sizeof code, "%s", l.problems.first->code);
    drop(&l);
    return code;
}

/* The valid file with @p more repeated @p n times (with %d) behind @p after. */
static void
assert_limit(const char *after, const char *more, int n, const char *code)
{
    char *text = test_read(FOLDER "valid.yaml");
    umi_buf b = {0};
    char *at = strstr(text, after);
    assert_non_null(at);
    at += strlen(after);
    umi_buf_bytes(&b, text, (size_t)(at - text));
    for (int i = 0; i < n; i++) {
        char piece[512];
        (void)snprintf(piece, sizeof piece, more, i, i);
        umi_buf_puts(&b, piece);
    }
    umi_buf_puts(&b, at);
    assert_string_equal(problem_code(umi_buf_as_text(&b)), code);
    umi_buf_free(&b);
    free(text);
}

static void limits_are_told(void **state)
{
    (void)state;
    assert_limit("facts:\n", "  f%d: {type: bool}\n", 253, "E315");
    assert_limit("products:\n", "  P%d: {channel: X, max: 'half'}\n", 63,
                 "E315");
    assert_limit("params:\n",
                 "  p%d: {type: int, values: [{from: '2020-01-01', value: "
                 "'1', legal: L1}]}\n",
                 1000, "E315");
    assert_limit("rules:\n",
                 "  - {id: r%d, for: [UMI], require: 'active', severity: "
                 "warn, reason_code: W%d, legal_basis: L1, message: {id: a, "
                 "en: b}}\n",
                 999, "E315");
    assert_limit("    values:\n",
                 "      - {from: '1%03d-01-01', value: '1', legal: L1}\n", 99,
                 "E315");
    assert_limit("en: 'At most ", "{grade}", 50, "E315");
    assert_limit("let:\n", "  l%d: '%d'\n", 1000, "E315");
    umi_buf b = {0};
    for (int i = 0; i <= UMI_YAML_FILE_MAX; i++)
        umi_buf_putc(&b, '#');
    assert_string_equal(problem_code(umi_buf_as_text(&b)), "Y115");
    umi_buf_free(&b);
}

static void only_fifty_problems_are_kept(void **state)
{
    (void)state;
    umi_buf b = {0};
    for (int i = 0; i < 200; i++)
        umi_buf_printf(&b, "key%d: 1\n", i);
    loaded l = load(umi_buf_as_text(&b));
    size_t kept = 0;
    for (const umi_problem *q = l.problems.first; q != NULL; q = q->next)
        kept++;
    assert_int_equal(kept, UMI_PROBLEMS_MAX);
    assert_true(l.problems.errors >= 200);
    drop(&l);
    umi_buf_free(&b);
}

static umi_hash hash_of(umi_text text);

/* One set may stand in one file or in several: it has one name. */
static void what_is_included_is_part_of_the_set(void **state)
{
    (void)state;
    char *one = test_read(FOLDER "valid.yaml");
    char *several = test_read(FOLDER "include_valid.yaml");
    loaded l = load(umi_text_of(several));
    umi_hash whole = hash_of(umi_text_of(one));
    assert_int_equal(l.rc, UMI_OK);
    assert_int_equal(l.rs->file_count, 3);
    assert_string_equal(l.rs->files[2].name, "part_rules.yaml");
    assert_true(umi_hash_eq(&whole, &l.rs->sha256));
    assert_int_equal(l.rs->rules[1].at.file, 2);
    drop(&l);
    free(one);
    free(several);
}

static void without_a_folder_nothing_is_included(void **state)
{
    (void)state;
    char *text = test_read(FOLDER "include_valid.yaml");
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_ruleset *rs = NULL;
    assert_int_equal(umi_ruleset_load(&rs, "t.yaml", umi_text_of(text), &p),
                     UMI_ESYNTAX);
    assert_string_equal(p.first->code, "E320");
    umi_rule_files shipped = umi_rule_files_shipped();
    assert_int_equal(
        umi_ruleset_load_with(&rs, "t.yaml", umi_text_of(text), &shipped, &p),
        UMI_ESYNTAX);
    umi_arena_free(arena);
    free(text);
}

/* --- included files out of memory, for the limits ------------------------- */

typedef struct memory_file {
    umi_text text;
    int reads;
} memory_file;

static umi_status read_memory(
    void *self, umi_text *out, umi_text name, umi_arena *arena, umi_error *err)
{
    memory_file *f = self;
    (void)name;
    (void)arena;
    (void)err;
    f->reads++;
    *out = f->text;
    return UMI_OK;
}

static const char *code_with_part(const char *include, umi_text part)
{
    static char codes[128];
    char *valid = test_read(FOLDER "valid.yaml");
    memory_file f = {.text = part};
    umi_rule_files files = {read_memory, &f};
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_buf b = {0};
    umi_ruleset *rs = NULL;
    umi_buf_printf(&b, "%sinclude: [%s]\n", valid, include);
    assert_int_equal(
        umi_ruleset_load_with(&rs, "t.yaml", umi_buf_as_text(&b), &files, &p),
        UMI_ESYNTAX);
    codes[0] = '\0';
    for (const umi_problem *q = p.first; q != NULL; q = q->next)
        if (strlen(codes) < 100 && strcmp(q->code, "E321") != 0)
            (void)snprintf(codes + strlen(codes), 20, "%s ", q->code);
    umi_buf_free(&b);
    umi_arena_free(arena);
    free(valid);
    return codes;
}

static void limits_count_over_all_files(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_buf_puts(&b, "format: eligibility-part/1\nlet:\n");
    for (int i = 0; i < UMI_LETS_MAX; i++)
        umi_buf_printf(&b, "  l%d: '%d'\n", i, i);
    assert_non_null(
        strstr(code_with_part("{file: a}", umi_buf_as_text(&b)), "E315"));
    b.len = 0;
    umi_buf_puts(&b, "format: eligibility-part/1\n");
    while (b.len < UMI_YAML_FILE_MAX - 100)
        umi_buf_puts(&b,
                     "# a comment of fifty characters, more or less......\n");
    assert_string_equal(code_with_part("{file: a}", umi_buf_as_text(&b)),
                        "E315 ");
    umi_buf many = {0};
    for (int i = 0; i <= UMI_INCLUDES_MAX; i++)
        umi_buf_printf(&many, "%s{file: f%d}", i > 0 ? ", " : "", i);
    umi_buf_putc(&many, '\0');
    assert_string_equal(
        code_with_part(many.ptr, UMI_TEXT("format: eligibility-part/1\n")),
        "E315 ");
    umi_buf_free(&many);
    umi_buf_free(&b);
}

/* --- what is right -------------------------------------------------------- */

static void the_shipped_rules_hold_their_tests(void **state)
{
    (void)state;
    loaded l = load(shipped());
    assert_int_equal(l.rc, UMI_OK);
    assert_int_equal(umi_ruleset_run_tests(l.rs, &l.problems, NULL), UMI_OK);
    umi_buf b = {0};
    umi_problems_print(&b, &l.problems, (umi_text){0});
    if (b.len > 0)
        fail_msg("%.*s", (int)b.len, b.ptr);
    assert_string_equal(l.rs->file, "t.yaml");
    assert_int_equal(l.rs->utc_offset, 7 * 60);
    umi_buf_free(&b);
    drop(&l);
}

/* A figure that no test notices is a figure that can be mistyped. */
static void every_shipped_rule_passes_and_fails_in_a_test(void **state)
{
    (void)state;
    loaded l = load(shipped());
    umi_decider *d = NULL;
    umi_buf why = {0};
    umi_coverage *c = umi_coverage_new(l.arena, l.rs);
    assert_non_null(c);
    assert_int_equal(umi_decider_new(&d, l.rs, l.rs->complete_from, NULL),
                     UMI_OK);
    for (size_t i = 0; i < l.rs->test_count; i++) {
        bool ok = false;
        assert_int_equal(
            umi_rule_test_run(&ok, &why, d, &l.rs->tests[i], c, NULL), UMI_OK);
        assert_true(ok);
    }
    for (size_t i = 0; i < l.rs->rule_count; i++) {
        if (c->rules[i].seen[UMI_RULE_PASS] > 0 &&
            c->rules[i].seen[UMI_RULE_FAIL] > 0)
            continue;
        fail_msg("rule %.*s", UMI_SHOW(l.rs->rules[i].id));
    }
    umi_buf_free(&why);
    umi_decider_free(d);
    drop(&l);
}

/* --- names and layouts ---------------------------------------------------- */

static umi_hash hash_of(umi_text text)
{
    loaded l = load(text);
    assert_int_equal(l.rc, UMI_OK);
    umi_hash h = l.rs->sha256;
    drop(&l);
    return h;
}

/* The valid file with the first @p from replaced by @p to. */
static umi_hash hash_with(const char *from, const char *to)
{
    char *text = test_read(FOLDER "valid.yaml");
    char *at = strstr(text, from);
    umi_buf b = {0};
    assert_non_null(at);
    umi_buf_bytes(&b, text, (size_t)(at - text));
    umi_buf_puts(&b, to);
    umi_buf_puts(&b, at + strlen(from));
    umi_hash h = hash_of(umi_buf_as_text(&b));
    umi_buf_free(&b);
    free(text);
    return h;
}

static void the_hash_follows_meaning_not_layout(void **state)
{
    (void)state;
    umi_hash h = hash_with("format", "format");
    static const struct {
        const char *from, *to;
        bool same;
    } cases[] = {
        {"facts:\n", "# a comment\nfacts: # and another\n", true},
        {"'20000000'", "'20000000.00'", true},
        {"'20000000'", "\"20000000\"", true},
        {"'0.18'", "'0.180'", false}, /* an expression is a text */
        {"{id: kecil, version: '1',", "{version: 1, id: kecil,", true},
        {"version: '1'", "version: '1.0'", false},
        {"'20000000'", "'20000001'", false},
        {"grade <= 2", "grade <= 3", false},
        {"severity: refer", "severity: block", false},
        {"'5000000'", "'05000000'", true},
        {"Nilai", "Grade", false},
        {"[UMI, MEKAAR]}\n", "[MEKAAR, UMI]}\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_hash other = hash_with(cases[i].from, cases[i].to);
        if (umi_hash_eq(&h, &other) != cases[i].same)
            fail_msg("%s -> %s", cases[i].from, cases[i].to);
    }
}

static void the_canonical_form_is_sorted_json(void **state)
{
    (void)state;
    char *text = test_read(FOLDER "valid.yaml");
    loaded l = load(umi_text_of(text));
    umi_buf b = {0};
    umi_json *v;
    umi_ruleset_canonical(&b, l.rs);
    assert_false(b.failed);
    assert_int_equal(umi_json_parse(&v, umi_buf_as_text(&b), l.arena, NULL),
                     UMI_OK);
    for (const umi_json *c = v->first; c->next != NULL; c = c->next)
        assert_true(umi_text_cmp(c->key, c->next->key) < 0);
    umi_hash h = umi_sha256_of(b.ptr, b.len);
    assert_true(umi_hash_eq(&h, &l.rs->sha256));
    umi_buf_free(&b);
    drop(&l);
    free(text);
}

static umi_status format(umi_buf *b, umi_text text)
{
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_yaml *root = NULL;
    umi_status rc = umi_yaml_parse(&root, text, arena, &p);
    if (rc == UMI_OK)
        rc = umi_ruleset_format(b, text, root, arena);
    umi_arena_free(arena);
    return rc;
}

static void formatting_is_idempotent_and_keeps_the_hash(void **state)
{
    (void)state;
    char *valid = test_read(FOLDER "valid.yaml");
    char *tables = test_read(FOLDER "tables_valid.yaml");
    char *scorecard = test_read(FOLDER "scorecard_valid.yaml");
    umi_text texts[] = {shipped(), umi_text_of(valid), umi_text_of(tables),
                        umi_text_of(scorecard)};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        umi_buf once = {0}, twice = {0};
        assert_int_equal(format(&once, texts[i]), UMI_OK);
        assert_int_equal(format(&twice, umi_buf_as_text(&once)), UMI_OK);
        assert_true(
            umi_text_eq(umi_buf_as_text(&once), umi_buf_as_text(&twice)));
        umi_hash before = hash_of(texts[i]);
        umi_hash after = hash_of(umi_buf_as_text(&once));
        assert_true(umi_hash_eq(&before, &after));
        umi_buf_free(&once);
        umi_buf_free(&twice);
    }
    free(valid);
    free(tables);
    free(scorecard);
}

static void the_shipped_rules_have_the_layout_of_the_house(void **state)
{
    (void)state;
    umi_buf b = {0};
    assert_int_equal(format(&b, shipped()), UMI_OK);
    assert_true(umi_text_eq(umi_buf_as_text(&b), shipped()));
    umi_buf_free(&b);
}

static void layouts(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"a:    1\n", "a: 1\n"},
        {"# top\n\n\n\na: 1   # here\n# end\n",
         "# top\n\na: 1 # here\n# end\n"},
        {"a:   # why\n  b: 1\n", "a: # why\n  b: 1\n"},
        {"a:   # why\n  # inside\n  b: 1\n", "a: # why\n  # inside\n  b: 1\n"},
        {"a: {b: 1, # x\n  c: 2} # y\n", "a:\n  b: 1 # x\n  c: 2 # y\n"},
        {"- {a: 1, b: [2,3]}\n-    - 4\n", "- {a: 1, b: [2, 3]}\n- [4]\n"},
        {"a: 'it''s # no comment' # but this is\n",
         "a: 'it''s # no comment' # but this is\n"},
        {"a: \"x\\ty\"\n", "a: \"x\\ty\"\n"},
        {"a: |\n    x\n      y\n\nb: z\n", "a: |\n  x\n    y\n\nb: z\n"},
        {"a: | # why\n  x\n  y\nb: | # so\n  z\n",
         "a: | # why\n  x\n  y\nb: | # so\n  z\n"},
        {"a: # why\n  b\n", "# why\na: b\n"},
        {"a:\n# why\n  b\n", "# why\na: b\n"},
        {"- \n- [a, ]\n", "- ''\n- [a]\n"},
        {"a: >\n  one\n  two\n", "a: |\n  one two\n"},
        {"a: |-\n    x\n", "a: 'x'\n"},
        {"a: plain, with a comma\n", "a: 'plain, with a comma'\n"},
        {"a: one\n  two\n", "a: one two\n"},
        {"a: \"x\\ny\"\n", "a: \"x\\ny\"\n"},
        {"a: \"x\\ty\n  z\"\n", "a: \"x\\ty z\"\n"},
        {"\"a\\nb\": 1\n", "\"a\\nb\": 1\n"},
        {"a,b: c\n", "'a,b': c\n"},
        {"'a#b': 1\n", "'a#b': 1\n"},
        {"a: {}\nb: []\n", "a: {}\nb: []\n"},
        {"a: ''\n", "a: ''\n"},
        {"\xEF\xBB\xBF"
         "a:  1\n",
         "a: 1\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf b = {0}, again = {0};
        assert_int_equal(format(&b, umi_text_of(cases[i].in)), UMI_OK);
        if (!umi_text_is(umi_buf_as_text(&b), cases[i].out))
            fail_msg("%s became\n%.*s", cases[i].in, (int)b.len, b.ptr);
        assert_int_equal(format(&again, umi_buf_as_text(&b)), UMI_OK);
        assert_true(umi_text_eq(umi_buf_as_text(&b), umi_buf_as_text(&again)));
        umi_buf_free(&b);
        umi_buf_free(&again);
    }
}

/* --- memory --------------------------------------------------------------- */

static void allocations_may_fail(const char *name)
{
    char *text = test_read(name);
    umi_rule_files beside = umi_rule_files_beside(FOLDER "t.yaml");
    for (int64_t nth = 1;; nth++) {
        umi_arena *arena = umi_arena_new();
        umi_ruleset *rs = NULL;
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_ruleset_load_with(&rs, "t.yaml", umi_text_of(text),
                                              &beside, &p);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        assert_int_equal(rs != NULL, rc == UMI_OK);
        umi_ruleset_free(rs);
        umi_arena_free(arena);
        if (!reached)
            break;
    }
    free(text);
}

static void every_allocation_of_loading_may_fail(void **state)
{
    (void)state;
    allocations_may_fail(FOLDER "valid.yaml");
    allocations_may_fail(FOLDER "include_valid.yaml");
    allocations_may_fail(FOLDER "tables_valid.yaml");
    allocations_may_fail(FOLDER "scorecard_valid.yaml");
}

static void every_allocation_of_telling_may_fail(void **state)
{
    (void)state;
    char *text = test_read(FOLDER "several_at_once.yaml");
    for (int64_t nth = 1;; nth++) {
        umi_alloc_fail_at(nth, 0);
        umi_arena *arena = umi_arena_new();
        umi_ruleset *rs = NULL;
        umi_status rc = UMI_ENOMEM;
        if (arena != NULL) {
            umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
            rc = umi_ruleset_load(&rs, "t.yaml", umi_text_of(text), &p);
        }
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_ESYNTAX);
        assert_null(rs);
        umi_arena_free(arena);
        if (!reached)
            break;
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wrong_file_is_told_where_and_what),
        cmocka_unit_test(what_to_write_instead_is_told),
        cmocka_unit_test(problems_come_with_help_and_places),
        cmocka_unit_test(a_warning_refuses_nothing),
        cmocka_unit_test(limits_are_told),
        cmocka_unit_test(only_fifty_problems_are_kept),
        cmocka_unit_test(what_is_included_is_part_of_the_set),
        cmocka_unit_test(without_a_folder_nothing_is_included),
        cmocka_unit_test(limits_count_over_all_files),
        cmocka_unit_test(the_shipped_rules_hold_their_tests),
        cmocka_unit_test(every_shipped_rule_passes_and_fails_in_a_test),
        cmocka_unit_test(the_hash_follows_meaning_not_layout),
        cmocka_unit_test(the_canonical_form_is_sorted_json),
        cmocka_unit_test(formatting_is_idempotent_and_keeps_the_hash),
        cmocka_unit_test(the_shipped_rules_have_the_layout_of_the_house),
        cmocka_unit_test(layouts),
        cmocka_unit_test(every_allocation_of_loading_may_fail),
        cmocka_unit_test(every_allocation_of_telling_may_fail),
    };
    return cmocka_run_group_tests_name("rules/ruleset", tests, NULL, NULL);
}
