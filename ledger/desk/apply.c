/* SPDX-License-Identifier: MIT */
#include "ledger/desk/apply.h"

#include "engine/party/nik.h"
#include "ledger/desk/application.h"
#include "ledger/desk/fetch.h"
#include "ledger/desk/import_int.h"

#include <assert.h>

enum {
    ID,
    NIK,
    GROUP,
    PRODUCT,
    AMOUNT,
    PERIODS,
    UNIT,
    PURPOSE,
    FACTS /* and all that follow */
};

static const umi_column own_columns[FACTS] = {
    [ID] = {"id", UMI_COLUMN_REQUIRED},
    [NIK] = {"nik", UMI_COLUMN_REQUIRED},
    [GROUP] = {"group", UMI_COLUMN_REQUIRED},
    [PRODUCT] = {"product", UMI_COLUMN_REQUIRED},
    [AMOUNT] = {"amount", UMI_COLUMN_REQUIRED},
    [PERIODS] = {"periods", UMI_COLUMN_REQUIRED},
    [UNIT] = {"unit", UMI_COLUMN_REQUIRED},
    [PURPOSE] = {"purpose", UMI_COLUMN_REQUIRED},
};

typedef struct entry {
    umi_application application; /* without keys */
    umi_nik nik;
    umi_text group;
} entry;

typedef struct session {
    umi_column *columns;
    size_t fact_count;     /* columns FACTS .. FACTS + fact_count */
    const uint32_t *slots; /* of those columns */
    umi_value *scratch;    /* by slot: values are only judged here */
    umi_words *seen;       /* id to line, over the whole file */
    int64_t *persons, *groups, *known; /* by line of the chunk */
    umi_application *rows;             /* by line: what the book has */
    bool *have;
} session;

/* --- columns --------------------------------------------------------------- */

static bool own_column(umi_text name)
{
    for (size_t i = 0; i < FACTS; i++)
        if (umi_text_is(name, own_columns[i].name))
            return true;
    return false;
}

/* The application's own columns, the facts of the rule set, and those that a
 * rejects file adds. */
static umi_status make_columns(session *s,
                               umi_csv_spec *spec,
                               const umi_ruleset *rs,
                               umi_arena *arena,
                               umi_error *err)
{
    size_t most = FACTS + rs->fact_count + UMI_CSV_REJECTS, n = FACTS;
    umi_column *all = umi_arena_array(arena, most, sizeof *all);
    uint32_t *slots = umi_arena_array(arena, rs->fact_count + 1, sizeof *slots);
    s->scratch = umi_arena_array(arena, rs->fact_count + 1, sizeof *s->scratch);
    if (all == NULL || slots == NULL || s->scratch == NULL)
        return umi_fail_memory(err);
    memcpy(all, own_columns, sizeof own_columns);
    for (uint32_t i = 0; i < rs->fact_count; i++) {
        umi_text name = rs->facts[i].name;
        if (own_column(name))
            continue;
        slots[n - FACTS] = i;
        all[n].name = umi_arena_copy(arena, name.ptr, name.len);
        all[n].need = UMI_COLUMN_OPTIONAL;
        if (all[n++].name == NULL)
            return umi_fail_memory(err);
    }
    s->columns = all;
    s->slots = slots;
    s->fact_count = n - FACTS;
    umi_csv_reject_columns(all + n, all, n);
    spec->columns = all;
    spec->count = n + UMI_CSV_REJECTS;
    return UMI_OK;
}

/* --- a line by itself ------------------------------------------------------ */

static umi_text optional(const umi_record *r, size_t i)
{
    umi_text t = umi_text_trim(umi_record_text(r, i));
    return t.len > 0 ? t : (umi_text){0};
}

/* How long: a pawn loan has one term and names none. */
static umi_status parse_term(umi__import *im,
                             umi_application *a,
                             const umi_record *r,
                             umi_error *err)
{
    const umi_product *p =
        a->product.ptr ? umi_product_find(im->desk->products, a->product)
                       : NULL;
    umi_text unit = umi_record_text(r, UNIT);
    if (p != NULL && p->block_days > 0) {
        a->periods = 1;
        a->unit = UMI_UNIT_DAY;
        if (umi_record_text(r, PERIODS).len == 0)
            return UMI_OK;
        return umi_record_int(&a->periods, r, PERIODS, 1, 1, err);
    }
    if (!umi_unit_parse(&a->unit, unit))
        return umi_fail(err, UMI_EINVAL, "unit",
                        "must be day, week, month or year, got '%.*s'",
                        UMI_SHOW(unit));
    return umi_record_int(&a->periods, r, PERIODS, 1, UMI_PERIODS_MAX, err);
}

static umi_status parse_product(umi__import *im,
                                umi_application *a,
                                const umi_record *r,
                                umi_error *err)
{
    a->product = optional(r, PRODUCT);
    if (a->product.ptr == NULL)
        return UMI_OK;
    if (umi_product_find(im->desk->products, a->product) != NULL &&
        umi_ruleset_product(im->desk->rules, a->product) >= 0)
        return UMI_OK;
    return umi_fail_code(err, UMI_ENOENT, "UNKNOWN", "product",
                         "there is no product '%.*s'", UMI_SHOW(a->product));
}

/* What is stated, as a JSON object of texts in the order of the rule set. */
static umi_status parse_facts(umi__import *im,
                              umi_application *a,
                              const umi_record *r,
                              umi_error *err)
{
    session *s = im->self;
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    umi_status rc = UMI_OK;
    umi_facts_clear(s->scratch, im->desk->rules);
    umi_json_open(&w, '{');
    for (size_t i = 0; i < s->fact_count && rc == UMI_OK; i++) {
        umi_text t = umi_text_trim(umi_record_text(r, FACTS + i));
        if (t.len == 0)
            continue;
        rc = umi_fact_put(s->scratch, im->desk->rules, s->slots[i], t, err);
        umi_json_put_text(&w, s->columns[FACTS + i].name, t);
    }
    umi_json_close(&w, '}');
    a->facts = (umi_text){
        b.failed ? NULL : umi_arena_copy(im->arena, b.ptr, b.len), b.len};
    umi_buf_free(&b);
    if (rc == UMI_OK && a->facts.ptr == NULL)
        rc = umi_fail_memory(err);
    return rc;
}

static umi_status
parse(umi__import *im, const umi_record *r, void *data, umi_error *err)
{
    entry *e = data;
    umi_application *a = &e->application;
    *a = (umi_application){.decision = UMI_NONE, .loan = UMI_NONE};
    a->code = umi_record_text(r, ID);
    e->group = optional(r, GROUP);
    a->purpose = optional(r, PURPOSE);
    umi_status rc = umi_application_code_check(a->code, err);
    if (rc == UMI_OK)
        rc = umi_nik_parse(&e->nik, umi_record_text(r, NIK), im->desk->today,
                           err);
    if (rc == UMI_OK)
        rc = parse_product(im, a, r, err);
    if (rc == UMI_OK)
        rc = umi_record_amount(&a->amount, r, AMOUNT, err);
    if (rc == UMI_OK)
        rc = parse_term(im, a, r, err);
    if (rc == UMI_OK)
        rc = parse_facts(im, a, r, err);
    return rc;
}

/* --- against the book ------------------------------------------------------ */

static umi_status begin(umi__import *im, umi_error *err)
{
    session *s = im->self;
    umi_store *store = im->desk->store;
    size_t n = im->count;
    umi_text *texts = umi_arena_array(im->arena, 3 * n, sizeof *texts);
    umi_text *nik = texts, *group = texts + n, *code = texts + 2 * n;
    int64_t *keys = umi_arena_array(im->arena, 3 * n, sizeof *keys);
    s->rows = umi_arena_array(im->arena, n, sizeof *s->rows);
    s->have = umi_arena_array(im->arena, n, sizeof *s->have);
    if (!texts || !keys || !s->rows || !s->have)
        return umi_fail_memory(err);
    s->persons = keys;
    s->groups = keys + n;
    s->known = keys + 2 * n;
    for (size_t i = 0; i < n; i++) {
        const entry *e = im->lines[i].data;
        nik[i] = umi_text_of(e ? e->nik.text : "");
        group[i] = e && e->group.ptr ? e->group : UMI_TEXT("");
        code[i] = e ? e->application.code : UMI_TEXT("");
    }
    umi_status rc =
        umi_store_lookup(store, &umi_person_by_nik, nik, n, s->persons, err);
    if (rc == UMI_OK)
        rc =
            umi_store_lookup(store, &umi_grp_by_code, group, n, s->groups, err);
    if (rc == UMI_OK)
        rc = umi_store_lookup(store, &umi_application_by_code, code, n,
                              s->known, err);
    if (rc == UMI_OK)
        rc = umi__fetch(store, &umi_application_table, s->known, n, s->rows,
                        s->have, im->arena, err);
    return rc;
}

static umi_status sits_in(
    umi__import *im, int64_t person, int64_t group, bool *sits, umi_error *err)
{
    void *rows = NULL;
    size_t n = 0;
    umi_query_arg arg = UMI_ARG_INT(person);
    umi_status rc = umi_store_find(im->desk->store, &umi_member_by_person, &arg,
                                   &rows, &n, im->arena, err);
    const umi_member *members = rows;
    *sits = false;
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        *sits |= members[i].grp == group;
    return rc;
}

/* UMI_OK with why->status set is a reject. */
static umi_status
judge_people(umi__import *im, size_t i, umi_error *why, umi_error *err)
{
    session *s = im->self;
    entry *e = im->lines[i].data;
    bool sits = true;
    if (s->persons[i] == UMI_NONE) {
        (void)umi_fail_code(why, UMI_ENOENT, "UNKNOWN", "nik",
                            "the person is not in the book; import the "
                            "household first");
        return UMI_OK;
    }
    if (e->group.ptr != NULL && s->groups[i] == UMI_NONE) {
        (void)umi_fail_code(why, UMI_ENOENT, "UNKNOWN", "group",
                            "there is no group '%.*s'", UMI_SHOW(e->group));
        return UMI_OK;
    }
    e->application.person = s->persons[i];
    e->application.grp = e->group.ptr ? s->groups[i] : UMI_NONE;
    umi_status rc = UMI_OK;
    if (e->group.ptr != NULL)
        rc = sits_in(im, s->persons[i], s->groups[i], &sits, err);
    if (rc == UMI_OK && !sits)
        (void)umi_fail_code(why, UMI_EINVAL, "UNKNOWN", "group",
                            "the applicant is no member of group '%.*s'",
                            UMI_SHOW(e->group));
    return rc;
}

static bool same_text(umi_text a, umi_text b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && umi_text_eq(a, b);
}

static bool same(const umi_application *a, const umi_application *b)
{
    return a->person == b->person && a->grp == b->grp &&
           same_text(a->product, b->product) &&
           a->amount.sen == b->amount.sen && a->periods == b->periods &&
           a->unit == b->unit && same_text(a->purpose, b->purpose) &&
           same_text(a->facts, b->facts);
}

/* The application of this id that is there already, or NULL. */
static const umi_application *earlier(umi__import *im, size_t i)
{
    session *s = im->self;
    const entry *e = im->lines[i].data;
    if (s->have[i])
        return &s->rows[i];
    for (size_t k = 0; k < i; k++) {
        const entry *o = im->lines[k].data;
        if (o != NULL && im->lines[k].outcome == UMI__ADDED &&
            umi_text_eq(o->application.code, e->application.code))
            return &o->application;
    }
    return NULL;
}

static umi_status settle_line(umi__import *im, size_t i, umi_error *err)
{
    session *s = im->self;
    umi__line *line = &im->lines[i];
    entry *e = line->data;
    umi_error why = {.lang = im->ask->lang, .status = UMI_OK};
    umi_status rc = judge_people(im, i, &why, err);
    if (rc != UMI_OK)
        return rc;
    /* the search in the chunk only for an id that the file had before */
    bool repeated = umi_words_get(s->seen, e->application.code) != INT64_MIN;
    const umi_application *known =
        s->have[i] || repeated ? earlier(im, i) : NULL;
    if (why.status == UMI_OK && known != NULL && !same(known, &e->application))
        (void)umi_fail_code(&why, UMI_EINVAL, "CONFLICT", "id",
                            "application '%.*s' is there with other values",
                            UMI_SHOW(e->application.code));
    if (why.status != UMI_OK)
        return umi__import_reject(im, line, &why, err);
    line->outcome = known != NULL ? UMI__SAME : UMI__ADDED;
    return umi_words_set(s->seen, e->application.code, line->record->line)
               ? UMI_OK
               : umi_fail_memory(err);
}

static umi_status write_chunk(umi__import *im, umi_error *err)
{
    umi_desk *desk = im->desk;
    umi_application *rows = umi_arena_array(im->arena, im->count, sizeof *rows);
    umi_act *acts = umi_arena_array(im->arena, im->count, sizeof *acts);
    size_t n = 0;
    int64_t id = 0, act = 0;
    if (rows == NULL || acts == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < im->count; i++)
        if (im->lines[i].outcome == UMI__ADDED)
            rows[n++] = ((entry *)im->lines[i].data)->application;
    if (n == 0)
        return UMI_OK;
    umi_status rc =
        umi_book_take(desk->book, &umi_application_table, n, &id, err);
    if (rc == UMI_OK)
        rc = umi_book_take(desk->book, &umi_act_table, n, &act, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < n; i++) {
        rows[i].id = id + (int64_t)i;
        rows[i].seq = 1;
        rows[i].state = UMI_APPLIED;
        rows[i].entered_by = desk->actor;
        rows[i].entered_on = desk->today;
        acts[i] = (umi_act){.id = act + (int64_t)i,
                            .day = desk->today,
                            .actor = desk->actor,
                            .what = UMI_DEED_APPLY,
                            .subject = UMI_SUBJECT_APPLICATION,
                            .subject_id = rows[i].id};
    }
    umi_change change = {0};
    umi_change_put(&change, &umi_application_table, rows, n);
    umi_change_put(&change, &umi_act_table, acts, n);
    return umi_book_apply(desk->book, &change, err);
}

static umi_status settle(umi__import *im, umi_error *err)
{
    umi_status rc = begin(im, err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++)
        if (im->lines[i].data != NULL)
            rc = settle_line(im, i, err);
    return rc == UMI_OK ? write_chunk(im, err) : rc;
}

umi_status umi_apply(umi_import_result *out,
                     umi_desk *desk,
                     const umi_import_ask *ask,
                     umi_arena *arena,
                     umi_error *err)
{
    assert(desk->rules != NULL && desk->products != NULL);
    umi__import_kind kind = {
        .subject = UMI_SUBJECT_APPLICATION,
        .size = sizeof(entry),
        .parse = parse,
        .settle = settle,
    };
    session s = {.seen = umi_words_new()};
    umi_status rc = s.seen ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = make_columns(&s, &kind.spec, desk->rules, arena, err);
    if (rc == UMI_OK)
        rc = umi__import_run(out, &kind, ask, desk, &s, arena, err);
    umi_words_free(s.seen);
    return rc;
}
