/* SPDX-License-Identifier: MIT */
#include "ledger/desk/household_import.h"

#include "engine/party/household.h"
#include "engine/party/nik.h"
#include "ledger/desk/fetch.h"
#include "ledger/desk/import_int.h"
#include "ledger/desk/rows.h"

#include <assert.h>
#include <stdlib.h>

enum {
    NKK,
    NIK,
    NAME,
    RELATION,
    BIRTH_DATE,
    SEX,
    VILLAGE,
    PROGRAMMES,
    DECILE,
    DECILE_AS_OF
};

static const umi_column columns[] = {
    [NKK] = {"nkk", UMI_COLUMN_REQUIRED},
    [NIK] = {"nik", UMI_COLUMN_REQUIRED},
    [NAME] = {"name", UMI_COLUMN_REQUIRED},
    [RELATION] = {"relation", UMI_COLUMN_REQUIRED},
    [BIRTH_DATE] = {"birth_date", UMI_COLUMN_REQUIRED},
    [SEX] = {"sex", UMI_COLUMN_REQUIRED},
    [VILLAGE] = {"village", UMI_COLUMN_REQUIRED},
    [PROGRAMMES] = {"programmes", UMI_COLUMN_REQUIRED},
    [DECILE] = {"decile", UMI_COLUMN_REQUIRED},
    [DECILE_AS_OF] = {"decile_as_of", UMI_COLUMN_REQUIRED},
    UMI_CSV_REJECT_COLUMNS,
};

/* A line by itself; what is not known holds its table's absent value. */
typedef struct entry {
    umi_nkk nkk;
    umi_nik nik;
    umi_text name, relation, sex, village, programmes;
    umi_day birth;
    int64_t decile;
    umi_day decile_as_of;
} entry;

/* --- a line by itself ---------------------------------------------------- */

static umi_status past_day(
    umi_day *out, const umi_record *r, size_t i, umi_day today, umi_error *err)
{
    *out = (umi_day){UMI_NONE32};
    if (umi_record_text(r, i).len == 0)
        return UMI_OK;
    umi_status rc = umi_record_day(out, r, i, err);
    if (rc == UMI_OK && out->n > today.n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", r->columns[i].name,
                             "must not lie in the future, got '%.*s'",
                             UMI_SHOW(umi_record_text(r, i)));
    return rc;
}

/* A word of a list: *out is its canonical name, absent when it is empty. */
static umi_status
word(umi_text *out, const umi_record *r, size_t i, umi_error *err)
{
    umi_text t = umi_record_text(r, i);
    umi_relation relation;
    umi_sex sex;
    *out = (umi_text){0};
    if (t.len == 0)
        return UMI_OK;
    if (i == RELATION && umi_relation_parse(&relation, t))
        *out = umi_text_of(umi_relation_name(relation));
    else if (i == SEX && umi_sex_parse(&sex, t))
        *out = umi_text_of(umi_sex_name(sex));
    else
        return umi_fail(err, UMI_EINVAL, columns[i].name,
                        "is not known, got '%.*s'", UMI_SHOW(t));
    return UMI_OK;
}

static umi_status
decile(entry *e, const umi_record *r, umi_day today, umi_error *err)
{
    e->decile = UMI_NONE;
    umi_status rc = past_day(&e->decile_as_of, r, DECILE_AS_OF, today, err);
    if (rc != UMI_OK)
        return rc;
    bool dated = e->decile_as_of.n != UMI_NONE32;
    bool given = umi_record_text(r, DECILE).len > 0;
    if (dated != given)
        return umi_fail(err, UMI_EINVAL, dated ? "decile" : "decile_as_of",
                        "a decile and its date stand together or not at all");
    return given ? umi_record_int(&e->decile, r, DECILE, UMI_DECILE_MIN,
                                  UMI_DECILE_MAX, err)
                 : UMI_OK;
}

static umi_text optional(const umi_record *r, size_t i)
{
    umi_text t = umi_text_trim(umi_record_text(r, i));
    return t.len > 0 ? t : (umi_text){0};
}

/* A number that disagrees is odd and no reason to turn a person away. */
static void compare(umi__import *im, const umi_record *r, const entry *e)
{
    umi_error w = {.lang = im->ask->lang};
    umi_sex sex = UMI_SEX_MALE;
    bool has_sex = e->sex.ptr != NULL && umi_sex_parse(&sex, e->sex);
    bool has_birth = e->birth.n != UMI_NONE32;
    unsigned differs = umi_nik_compare(&e->nik, has_birth ? &e->birth : NULL,
                                       has_sex ? &sex : NULL);
    if (differs & UMI_NIK_BIRTH_DIFFERS) {
        umi_fail_code(&w, UMI_EINVAL, "W-NIK", "birth_date",
                      "the NIK tells another birth date than '%.*s'",
                      UMI_SHOW(umi_record_text(r, BIRTH_DATE)));
        umi__import_warn(im, r->line, &w);
    }
    if (differs & UMI_NIK_SEX_DIFFERS) {
        umi_fail_code(&w, UMI_EINVAL, "W-NIK", "sex",
                      "the NIK tells another sex than '%.*s'",
                      UMI_SHOW(umi_record_text(r, SEX)));
        umi__import_warn(im, r->line, &w);
    }
}

static umi_status
parse(umi__import *im, const umi_record *r, void *data, umi_error *err)
{
    entry *e = data;
    umi_day today = im->desk->today;
    umi_programmes programmes;
    umi_status rc = umi_nkk_parse(&e->nkk, umi_record_text(r, NKK), err);
    if (rc == UMI_OK)
        rc = umi_nik_parse(&e->nik, umi_record_text(r, NIK), today, err);
    if (rc == UMI_OK)
        rc = umi_record_need(&e->name, r, NAME, err);
    if (rc == UMI_OK)
        rc = word(&e->relation, r, RELATION, err);
    if (rc == UMI_OK)
        rc = past_day(&e->birth, r, BIRTH_DATE, today, err);
    if (rc == UMI_OK)
        rc = word(&e->sex, r, SEX, err);
    e->village = optional(r, VILLAGE);
    e->programmes = optional(r, PROGRAMMES);
    if (rc == UMI_OK)
        rc = umi_programmes_parse(&programmes, e->programmes, err);
    if (rc == UMI_OK)
        rc = decile(e, r, today, err);
    if (rc == UMI_OK)
        compare(im, r, e);
    return rc;
}

/* --- against the book ---------------------------------------------------- */

/* A person that the chunk names, as it stood and as it will stand. */
typedef struct work {
    umi_person person;
    umi_resident resident;
    bool has_person, has_resident; /* stood in the book before */
    bool changed, settled;         /* settled: a line has been merged */
} work;

typedef struct session {
    umi_words *seen; /* NIK to line, over the whole file */
    int64_t last_person, last_household;
    /* of the chunk */
    umi_words *persons, *households; /* NIK to work, NKK to household */
    work *works;
    size_t work_count;
    umi_household *new_households;
    size_t new_household_count;
} session;

static umi_text new_salt(umi_arena *arena)
{
    char *salt = umi_arena_alloc(arena, UMI_SALT_SIZE);
    if (salt == NULL)
        return (umi_text){0};
    umi_store_random(salt, UMI_SALT_SIZE);
    return (umi_text){salt, UMI_SALT_SIZE};
}

/* The ids of the chunk's persons and households as far as the book has them. */
static umi_status
look_up(umi__import *im, int64_t *persons, int64_t *households, umi_error *err)
{
    umi_text *nik = umi_arena_array(im->arena, im->count, sizeof *nik);
    umi_text *nkk = umi_arena_array(im->arena, im->count, sizeof *nkk);
    if (nik == NULL || nkk == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < im->count; i++) {
        const entry *e = im->lines[i].data;
        nik[i] = umi_text_of(e ? e->nik.text : "");
        nkk[i] = umi_text_of(e ? e->nkk.text : "");
    }
    umi_status rc = umi_store_lookup(im->desk->store, &umi_person_by_nik, nik,
                                     im->count, persons, err);
    if (rc == UMI_OK)
        rc = umi_store_lookup(im->desk->store, &umi_household_by_nkk, nkk,
                              im->count, households, err);
    return rc;
}

static umi_status
begin_household(umi__import *im, const entry *e, int64_t known, umi_error *err)
{
    session *s = im->self;
    umi_text nkk = umi_text_of(e->nkk.text);
    if (umi_words_get(s->households, nkk) != INT64_MIN)
        return UMI_OK;
    if (known == UMI_NONE) {
        umi_household *h = &s->new_households[s->new_household_count++];
        known = ++s->last_household;
        *h = (umi_household){known, 0, new_salt(im->arena), nkk};
        if (h->salt.ptr == NULL)
            return umi_fail_memory(err);
    }
    return umi_words_set(s->households, nkk, known) ? UMI_OK
                                                    : umi_fail_memory(err);
}

static umi_status
begin_person(umi__import *im, const entry *e, int64_t known, umi_error *err)
{
    session *s = im->self;
    umi_text nik = umi_text_of(e->nik.text);
    if (umi_words_get(s->persons, nik) != INT64_MIN)
        return UMI_OK;
    work *w = &s->works[s->work_count];
    w->person.id = known;
    if (!umi_words_set(s->persons, nik, (int64_t)s->work_count))
        return umi_fail_memory(err);
    s->work_count++;
    return UMI_OK;
}

static umi_status read_known(umi__import *im, umi_error *err)
{
    session *s = im->self;
    size_t n = s->work_count;
    int64_t *ids = umi_arena_array(im->arena, n + 1, sizeof *ids);
    umi_person *p = umi_arena_array(im->arena, n + 1, sizeof *p);
    umi_resident *r = umi_arena_array(im->arena, n + 1, sizeof *r);
    bool *has_p = umi_arena_array(im->arena, n + 1, sizeof *has_p);
    bool *has_r = umi_arena_array(im->arena, n + 1, sizeof *has_r);
    if (!ids || !p || !r || !has_p || !has_r)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        ids[i] = s->works[i].person.id;
    umi_status rc = umi__fetch(im->desk->store, &umi_person_table, ids, n, p,
                               has_p, im->arena, err);
    if (rc == UMI_OK)
        rc = umi__fetch(im->desk->store, &umi_resident_table, ids, n, r, has_r,
                        im->arena, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        s->works[i] = (work){.person = p[i],
                             .resident = r[i],
                             .has_person = has_p[i],
                             .has_resident = has_r[i]};
    return rc;
}

static umi_status begin(umi__import *im, umi_error *err)
{
    session *s = im->self;
    int64_t *person = umi_arena_array(im->arena, im->count, sizeof *person);
    int64_t *house = umi_arena_array(im->arena, im->count, sizeof *house);
    s->works = umi_arena_array(im->arena, im->count, sizeof *s->works);
    s->new_households =
        umi_arena_array(im->arena, im->count, sizeof *s->new_households);
    s->work_count = s->new_household_count = 0;
    umi_words_reset(s->persons);
    umi_words_reset(s->households);
    if (!person || !house || !s->works || !s->new_households)
        return umi_fail_memory(err);
    umi_status rc = look_up(im, person, house, err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++) {
        const entry *e = im->lines[i].data;
        if (e == NULL)
            continue;
        rc = begin_household(im, e, house[i], err);
        if (rc == UMI_OK)
            rc = begin_person(im, e, person[i], err);
    }
    return rc == UMI_OK ? read_known(im, err) : rc;
}

/* --- merging -------------------------------------------------------------- */

/* Set *to to a known @p from; whether that changed it. */
static bool set_text(umi_text *to, umi_text from)
{
    if (from.ptr == NULL || (to->ptr != NULL && umi_text_eq(*to, from)))
        return false;
    *to = from;
    return true;
}

static bool set_int(int64_t *to, int64_t from)
{
    bool differs = from != UMI_NONE && *to != from;
    if (differs)
        *to = from;
    return differs;
}

static bool set_day(umi_day *to, umi_day from)
{
    bool differs = from.n != UMI_NONE32 && to->n != from.n;
    if (differs)
        *to = from;
    return differs;
}

/* Of two deciles the later counts; two of one day must agree. */
static umi_status
merge_decile(umi_resident *r, const entry *e, bool *changed, umi_error *err)
{
    if (e->decile == UMI_NONE)
        return UMI_OK;
    if (r->decile != UMI_NONE && e->decile_as_of.n < r->decile_as_of.n)
        return UMI_OK;
    if (r->decile != UMI_NONE && e->decile_as_of.n == r->decile_as_of.n &&
        e->decile != r->decile)
        return umi_fail_code(err, UMI_EINVAL, "CONFLICT", "decile",
                             "the book has decile %lld of the same day, got "
                             "%lld",
                             (long long)r->decile, (long long)e->decile);
    *changed |= set_int(&r->decile, e->decile);
    *changed |= set_day(&r->decile_as_of, e->decile_as_of);
    return UMI_OK;
}

/* What a person looks like after the line. */
static umi_status
merge(work *w, const entry *e, int64_t household, umi_error *err)
{
    umi_person *p = &w->person;
    umi_resident *r = &w->resident;
    if (!w->has_person && !w->settled)
        *p = (umi_person){.nik = umi_text_of(e->nik.text),
                          .household = UMI_NONE,
                          .birth = {UMI_NONE32}};
    if (!w->has_resident && !w->settled)
        *r = (umi_resident){.household = UMI_NONE,
                            .programmes = UMI_TEXT(""),
                            .decile = UMI_NONE,
                            .decile_as_of = {UMI_NONE32}};
    bool changed = false;
    umi_status rc = merge_decile(r, e, &changed, err);
    if (rc != UMI_OK)
        return rc;
    changed |= set_text(&p->name, e->name);
    changed |= set_text(&p->relation, e->relation);
    changed |= set_text(&p->sex, e->sex);
    changed |= set_day(&p->birth, e->birth);
    changed |= set_int(&p->household, household);
    changed |= set_int(&r->household, household);
    changed |= set_text(&r->village, e->village);
    changed |= set_text(&r->programmes, e->programmes);
    w->changed |= changed || !w->has_resident;
    w->settled = true;
    return UMI_OK;
}

/* The second line of a person in one file may only repeat the first. */
static umi_status
repeats(const work *now, const work *then, int64_t line, umi_error *err)
{
    bool same =
        now->person.household == then->person.household &&
        umi_text_eq(now->person.name, then->person.name) &&
        umi_text_eq(now->person.relation, then->person.relation) &&
        umi_text_eq(now->person.sex, then->person.sex) &&
        now->person.birth.n == then->person.birth.n &&
        umi_text_eq(now->resident.village, then->resident.village) &&
        umi_text_eq(now->resident.programmes, then->resident.programmes) &&
        now->resident.decile == then->resident.decile &&
        now->resident.decile_as_of.n == then->resident.decile_as_of.n;
    return same ? UMI_OK
                : umi_fail_code(err, UMI_EINVAL, "CONFLICT", "nik",
                                "line %lld says something else of this person",
                                (long long)line);
}

static umi_status settle_line(umi__import *im, umi__line *line, umi_error *err)
{
    session *s = im->self;
    const entry *e = line->data;
    umi_text nik = umi_text_of(e->nik.text);
    work *w = &s->works[umi_words_get(s->persons, nik)];
    int64_t household = umi_words_get(s->households, umi_text_of(e->nkk.text));
    int64_t before = umi_words_get(s->seen, nik);
    work then = *w;
    umi_error why = {.lang = im->ask->lang};
    umi_status rc = merge(w, e, household, &why);
    bool known = then.has_person && then.has_resident;
    line->outcome = !known && !then.settled       ? UMI__ADDED
                    : w->changed && !then.changed ? UMI__CHANGED
                                                  : UMI__SAME;
    if (rc == UMI_OK && before != INT64_MIN)
        rc = repeats(w, &then, before, &why);
    if (rc != UMI_OK) {
        *w = then;
        return umi__import_reject(im, line, &why, err);
    }
    if (before == INT64_MIN && !umi_words_set(s->seen, nik, line->record->line))
        return umi_fail_memory(err);
    int64_t first_new = s->last_household - (int64_t)s->new_household_count + 1;
    if (household >= first_new)
        s->new_households[household - first_new].seq = 1;
    return UMI_OK;
}

/* --- writing -------------------------------------------------------------- */

static int by_person(const void *a, const void *b)
{
    const work *x = a, *y = b;
    return (x->person.id > y->person.id) - (x->person.id < y->person.id);
}

/* Number what is new; drop what did not change; sort for the store. */
static umi_status finish_works(umi__import *im, umi_error *err)
{
    session *s = im->self;
    size_t k = 0;
    for (size_t i = 0; i < s->work_count; i++) {
        work *w = &s->works[i];
        if (!w->changed)
            continue;
        if (!w->has_person) {
            w->person.id = ++s->last_person;
            w->person.salt = new_salt(im->arena);
        }
        if (!w->has_resident)
            w->resident.salt = new_salt(im->arena);
        if (w->person.salt.ptr == NULL || w->resident.salt.ptr == NULL)
            return umi_fail_memory(err);
        w->resident.id = w->person.id;
        w->person.seq++;
        w->resident.seq++;
        s->works[k++] = *w;
    }
    s->work_count = k;
    if (k > 1)
        qsort(s->works, k, sizeof *s->works, by_person);
    return UMI_OK;
}

/* Only households that a line which stands moved into; see settle_line(). */
static size_t used_households(session *s)
{
    size_t k = 0;
    for (size_t i = 0; i < s->new_household_count; i++)
        if (s->new_households[i].seq == 1)
            s->new_households[k++] = s->new_households[i];
    return k;
}

static umi_status write_chunk(umi__import *im, umi_error *err)
{
    session *s = im->self;
    umi_status rc = finish_works(im, err);
    if (rc != UMI_OK || s->work_count == 0)
        return rc;
    size_t n = s->work_count;
    umi_person *p = umi_arena_array(im->arena, n, sizeof *p);
    umi_resident *r = umi_arena_array(im->arena, n, sizeof *r);
    if (p == NULL || r == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        p[i] = s->works[i].person;
        r[i] = s->works[i].resident;
    }
    umi_change change = {0};
    umi_change_put(&change, &umi_household_table, s->new_households,
                   used_households(s));
    umi_change_put(&change, &umi_person_table, p, n);
    umi_change_put(&change, &umi_resident_table, r, n);
    return umi_book_apply(im->desk->book, &change, err);
}

static umi_status settle(umi__import *im, umi_error *err)
{
    umi_status rc = begin(im, err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++)
        if (im->lines[i].data != NULL)
            rc = settle_line(im, &im->lines[i], err);
    return rc == UMI_OK ? write_chunk(im, err) : rc;
}

umi_status umi_household_import(umi_import_result *out,
                                umi_desk *desk,
                                const umi_import_ask *ask,
                                umi_arena *arena,
                                umi_error *err)
{
    static const umi__import_kind kind = {
        .spec = {.columns = columns, .count = sizeof columns / sizeof *columns},
        .subject = UMI_SUBJECT_HOUSEHOLD,
        .size = sizeof(entry),
        .parse = parse,
        .settle = settle,
    };
    session s = {.seen = umi_words_new(),
                 .persons = umi_words_new(),
                 .households = umi_words_new()};
    umi_status rc = UMI_ENOMEM;
    if (s.seen == NULL || s.persons == NULL || s.households == NULL)
        rc = umi_fail_memory(err);
    else
        rc =
            umi_store_last(desk->store, &umi_person_table, &s.last_person, err);
    if (rc == UMI_OK)
        rc = umi_store_last(desk->store, &umi_household_table,
                            &s.last_household, err);
    if (rc == UMI_OK)
        rc = umi__import_run(out, &kind, ask, desk, &s, arena, err);
    umi_words_free(s.seen);
    umi_words_free(s.persons);
    umi_words_free(s.households);
    return rc;
}
