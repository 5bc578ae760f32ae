/* SPDX-License-Identifier: MIT */
#include "rules/set/ruleset.h"
#include "rules/set/ruleset_int.h"

#include <inttypes.h>
#include <stddef.h>

/* --- the head of the file ------------------------------------------------ */

typedef struct head_form {
    umi_text format, id, version, owner, timezone;
    umi_day from;
    bool has_from;
    const umi_yaml *languages, *facts, *params, *legal, *let, *products, *rules,
        *routing, *tests, *tables, *scorecard, *include;
} head_form;

static const umi_bind ruleset_keys[] = {
    {"id", UMI_BIND_CODE, offsetof(head_form, id), .doc = "of the rule set"},
    {"version", UMI_BIND_CODE, offsetof(head_form, version),
     .doc = "of the rule set"},
    {"owner", UMI_BIND_TEXT, offsetof(head_form, owner), .optional = true,
     .doc = "who answers for it"},
    {"timezone", UMI_BIND_TEXT, offsetof(head_form, timezone),
     .doc = "whose today is the decision date"},
    {0}};

static const umi_bind effective_keys[] = {
    {"from", UMI_BIND_DATE, offsetof(head_form, from),
     .flag = offsetof(head_form, has_from),
     .doc = "from here on every parameter in use has a value"},
    {0}};

#define SECTION(name, may_lack, text)                                          \
    {                                                                          \
#name, UMI_BIND_NODE, offsetof(head_form, name),                       \
            .optional = may_lack, .doc = text, .shape = #name                  \
    }

static const char *const formats[] = {"eligibility/1", NULL};

const umi_bind umi__ruleset_keys[] = {
    {"format", UMI_BIND_TEXT, offsetof(head_form, format), .names = formats,
     .doc = "of this file"},
    {"ruleset", UMI_BIND_MAP, 0, .fields = ruleset_keys,
     .doc = "what it is called"},
    {"effective", UMI_BIND_MAP, 0, .fields = effective_keys,
     .doc = "since when it is complete"},
    SECTION(languages, false, "of the messages: id and en"),
    SECTION(facts, false, "what may be asked of an applicant"),
    SECTION(params, true, "figures with dates"),
    SECTION(legal, false, "citations"),
    SECTION(let, true, "named expressions"),
    SECTION(products, false, "what can be lent"),
    SECTION(rules, false, "what must hold"),
    SECTION(routing, false, "the order of the products"),
    SECTION(tests, true, "what must come out"),
    SECTION(tables, true, "answers by rows of conditions"),
    SECTION(scorecard, true, "points for what an applicant is"),
    SECTION(include, true, "files of the same folder, by their hash"),
    {0}};

/* Indonesia keeps no summer time, so a zone is a number of minutes. */
static const struct {
    const char *name;
    int32_t minutes;
} zones[] = {{"Asia/Jakarta", 420},
             {"Asia/Pontianak", 420},
             {"Asia/Makassar", 480},
             {"Asia/Jayapura", 540},
             {"UTC", 0}};

static void
check_zone(umi__loader *l, const umi_yaml *ruleset, const head_form *form)
{
    const umi_yaml *n = umi_yaml_get(ruleset, "timezone");
    if (n == NULL || form->timezone.ptr == NULL)
        return;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (umi_text_is(form->timezone, zones[i].name)) {
            l->rs->utc_offset = zones[i].minutes;
            return;
        }
    umi__problem(l->problems, n->at, "E304",
                 "the time zone '%.*s' is none of Indonesia or UTC",
                 UMI_SHOW(n->text));
    umi__problem_width(l->problems, umi_text_points(n->raw));
}

static void check_format(umi__loader *l, const umi_yaml *root)
{
    const umi_yaml *n = umi_yaml_get(root, "format");
    if (n != NULL && n->kind == UMI_YAML_SCALAR && n->text.len > 0 &&
        !umi_text_is(n->text, formats[0]))
        umi__problem(l->problems, n->at, "E304",
                     "the format must be eligibility/1, got '%.*s'",
                     UMI_SHOW(n->text));
}

static void check_languages(umi__loader *l, const umi_yaml *n)
{
    bool id = false, en = false;
    if (n == NULL || !umi__load_kind(l, n, UMI_YAML_LIST))
        return;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        id |= umi_text_is(c->text, "id");
        en |= umi_text_is(c->text, "en");
    }
    if (!id || !en || n->count != 2)
        umi__problem(l->problems, n->at, "E309",
                     "the languages must be [id, en]");
}

static void
load_head(umi__loader *l, const umi_yaml *root, const head_form *form)
{
    const umi_yaml *ruleset = umi_yaml_get(root, "ruleset");
    l->rs->id = form->id;
    l->rs->version = form->version;
    l->rs->owner = form->owner;
    l->rs->timezone = form->timezone;
    l->rs->complete_from = form->from;
    l->has_complete_from = form->has_from;
    check_format(l, root);
    check_languages(l, form->languages);
    if (ruleset != NULL && ruleset->kind == UMI_YAML_MAP)
        check_zone(l, ruleset, form);
}

/* --- the whole ----------------------------------------------------------- */

/* Sections in the order in which they need each other.  Without its facts a
 * file would only be told that every name in it is unknown. */
static void load_sections(umi__loader *l, const head_form *form)
{
    if (form->facts == NULL)
        return;
    umi__load_facts(l, form->facts);
    if (l->rs->names == NULL || l->facts_used == NULL)
        return;
    if (form->legal != NULL)
        umi__load_legal(l, form->legal);
    if (form->params != NULL)
        umi__load_params(l, form->params);
    umi__load_lets(l, form->let, form->tables, form->scorecard);
    if (form->products != NULL)
        umi__load_products(l, form->products);
    if (form->rules != NULL && !l->failed)
        umi__load_rules(l, form->rules);
    if (form->routing != NULL && !l->failed)
        umi__load_routing(l, form->routing);
    if (form->tests != NULL && !l->failed)
        umi__load_tests(l, form->tests);
    if (!l->failed)
        umi__load_cross_check(l);
}

static const char *base_name(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash != NULL ? slash + 1 : file;
}

static bool take_hash(umi_ruleset *rs)
{
    umi_buf b = {0};
    umi_ruleset_canonical(&b, rs);
    if (!b.failed)
        rs->sha256 = umi_sha256_of(b.ptr, b.len);
    bool ok = !b.failed;
    umi_buf_free(&b);
    return ok;
}

static umi_status load(umi_ruleset *rs,
                       const char *file,
                       umi_text text,
                       const umi_rule_files *files,
                       umi_problems *p)
{
    umi__loader l = {.rs = rs,
                     .problems = p,
                     .files = files,
                     .arena = rs->arena,
                     .errors_before = p->errors};
    umi_yaml *root = NULL;
    const char *name = base_name(file);
    rs->file = umi_arena_copy(rs->arena, name, strlen(name));
    rs->source.ptr = umi_arena_copy(rs->arena, text.ptr, text.len);
    rs->source.len = text.len;
    umi_rule_file *own =
        umi_arena_array(rs->arena, 1 + UMI_INCLUDES_MAX, sizeof *own);
    rs->files = own;
    rs->file_count = 1;
    p->others = NULL;
    l.env = umi_env_new(rs->arena);
    l.legal = umi_env_new(rs->arena);
    l.products = umi_env_new(rs->arena);
    rs->names = l.env;
    if (rs->file == NULL || rs->source.ptr == NULL || own == NULL ||
        l.env == NULL || l.legal == NULL || l.products == NULL)
        return UMI_ENOMEM;
    own[0] = (umi_rule_file){rs->file, rs->source};
    umi_status rc = umi_yaml_parse(&root, rs->source, rs->arena, p);
    if (rc != UMI_OK)
        return rc;
    head_form form = {0};
    rs->root = root;
    if (!umi__load_includes(&l, root))
        return l.failed || p->failed ? UMI_ENOMEM : UMI_ESYNTAX;
    (void)umi_bind_map(&form, root, umi__ruleset_keys, "", rs->arena, p);
    if (root->kind == UMI_YAML_MAP) {
        load_head(&l, root, &form);
        load_sections(&l, &form);
    }
    if (l.failed || p->failed)
        return UMI_ENOMEM;
    if (p->errors > l.errors_before)
        return UMI_ESYNTAX;
    return take_hash(rs) ? UMI_OK : UMI_ENOMEM;
}

umi_status umi_ruleset_load(umi_ruleset **out,
                            const char *file,
                            umi_text text,
                            umi_problems *problems)
{
    return umi_ruleset_load_with(out, file, text, NULL, problems);
}

umi_status umi_ruleset_load_with(umi_ruleset **out,
                                 const char *file,
                                 umi_text text,
                                 const umi_rule_files *files,
                                 umi_problems *problems)
{
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return UMI_ENOMEM;
    umi_ruleset *rs = umi_arena_alloc(arena, sizeof *rs);
    umi_status rc = UMI_ENOMEM;
    if (rs != NULL) {
        rs->arena = arena;
        rc = load(rs, file, text, files, problems);
    }
    umi_problems_sort(problems);
    if (rc != UMI_OK) {
        umi_arena_free(arena);
        return rc;
    }
    *out = rs;
    return UMI_OK;
}

void umi_ruleset_free(umi_ruleset *rs)
{
    if (rs != NULL)
        umi_arena_free(rs->arena);
}

umi_at umi_ruleset_defined(const umi_ruleset *rs, const umi_name *name)
{
    switch (name->kind) {
    case UMI_NAME_FACT:
        return rs->facts[name->slot].at;
    case UMI_NAME_PARAM:
        return rs->params[name->slot].at;
    case UMI_NAME_LET:
        return rs->lets[name->slot].at;
    case UMI_NAME_INPUT:
        break;
    }
    return (umi_at){0};
}
