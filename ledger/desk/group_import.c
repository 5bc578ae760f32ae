/* SPDX-License-Identifier: MIT */
#include "ledger/desk/group_import.h"

#include "engine/party/nik.h"
#include "ledger/desk/fetch.h"
#include "ledger/desk/group.h"
#include "ledger/desk/import_int.h"
#include "ledger/desk/rows.h"

#include <stdlib.h>

enum {
    GROUP,
    KIND,
    SUBGROUP,
    NIK,
    ROLE,
    MEETING_DAY,
    OFFICER
};

static const umi_column columns[] = {
    [GROUP] = {"group", UMI_COLUMN_REQUIRED},
    [KIND] = {"kind", UMI_COLUMN_REQUIRED},
    [SUBGROUP] = {"subgroup", UMI_COLUMN_REQUIRED},
    [NIK] = {"nik", UMI_COLUMN_REQUIRED},
    [ROLE] = {"role", UMI_COLUMN_REQUIRED},
    [MEETING_DAY] = {"meeting_day", UMI_COLUMN_REQUIRED},
    [OFFICER] = {"officer", UMI_COLUMN_REQUIRED},
    UMI_CSV_REJECT_COLUMNS,
};

typedef struct entry {
    umi_group group; /* id and seq are not set */
    umi_nik nik;
    umi_text subgroup;
    umi_group_role role;
} entry;

/* --- a line by itself ---------------------------------------------------- */

static umi_status parse_words(entry *e, const umi_record *r, umi_error *err)
{
    umi_text kind = umi_record_text(r, KIND);
    umi_text role = umi_record_text(r, ROLE);
    umi_text meets = umi_record_text(r, MEETING_DAY);
    int32_t weekday = 0;
    e->role = UMI_ROLE_MEMBER;
    if (!umi_group_kind_parse(&e->group.kind, kind))
        return umi_fail(err, UMI_EINVAL, "kind",
                        "must be MEKAAR, KUBE or KUR, got '%.*s'",
                        UMI_SHOW(kind));
    if (role.len > 0 && !umi_group_role_parse(&e->role, role))
        return umi_fail(err, UMI_EINVAL, "role", "is not known, got '%.*s'",
                        UMI_SHOW(role));
    if (meets.len > 0 && !umi_weekday_parse(&weekday, meets))
        return umi_fail(err, UMI_EINVAL, "meeting_day",
                        "must be a weekday, got '%.*s'", UMI_SHOW(meets));
    e->group.meeting_day = weekday ? weekday : UMI_NONE;
    return UMI_OK;
}

static umi_status
parse(umi__import *im, const umi_record *r, void *data, umi_error *err)
{
    entry *e = data;
    umi_text officer = umi_text_trim(umi_record_text(r, OFFICER));
    e->group.officer = officer.len ? officer : (umi_text){0};
    e->group.code = umi_record_text(r, GROUP);
    e->subgroup = umi_text_trim(umi_record_text(r, SUBGROUP));
    umi_status rc = umi_group_code_check(e->group.code, err);
    if (rc == UMI_OK)
        rc = parse_words(e, r, err);
    if (rc == UMI_OK && e->subgroup.len > UMI_GROUP_CODE_MAX)
        rc = umi_fail(err, UMI_EINVAL, "subgroup", "is longer than %d bytes",
                      UMI_GROUP_CODE_MAX);
    if (rc == UMI_OK)
        rc = umi_nik_parse(&e->nik, umi_record_text(r, NIK), im->desk->today,
                           err);
    return rc;
}

/* --- against the book ---------------------------------------------------- */

/* A group that the chunk names. */
typedef struct work {
    umi_group group;
    bool changed;
    umi_member *members; /* those of the book, then those of the chunk */
    bool *touched;       /* by index of member */
    size_t count, cap;
} work;

typedef struct session {
    umi_words *seen;   /* group and NIK to line, over the whole file */
    umi_words *groups; /* code to work, of the chunk */
    work *works;
    size_t work_count;
    int64_t *persons; /* by line of the chunk */
} session;

static umi_status
read_group(umi__import *im, work *w, int64_t id, size_t lines, umi_error *err)
{
    void *rows = NULL;
    size_t n = 0;
    umi_query_arg arg = UMI_ARG_INT(id);
    umi_status rc = umi__fetch_one(im->desk->store, &umi_grp_table, id,
                                   &w->group, im->arena, err);
    if (rc == UMI_OK)
        rc = umi_store_find(im->desk->store, &umi_member_by_grp, &arg, &rows,
                            &n, im->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_member *members =
        umi_arena_array(im->arena, n + lines, sizeof *members);
    if (members == NULL)
        return umi_fail_memory(err);
    if (n > 0)
        memcpy(members, rows, n * sizeof *members);
    w->members = members;
    w->count = n;
    return UMI_OK;
}

/* How many lines of the chunk name @p code: room for new members. */
static size_t lines_of(const umi__import *im, umi_text code)
{
    size_t n = 0;
    for (size_t i = 0; i < im->count; i++) {
        const entry *e = im->lines[i].data;
        n += e != NULL && umi_text_eq(e->group.code, code);
    }
    return n;
}

static umi_status
begin_group(umi__import *im, const entry *e, int64_t known, umi_error *err)
{
    session *s = im->self;
    if (umi_words_get(s->groups, e->group.code) != INT64_MIN)
        return UMI_OK;
    work *w = &s->works[s->work_count];
    size_t lines = lines_of(im, e->group.code);
    umi_status rc = UMI_OK;
    *w = (work){0};
    if (known != UMI_NONE)
        rc = read_group(im, w, known, lines, err);
    else if ((w->members = umi_arena_array(im->arena, lines,
                                           sizeof *w->members)) == NULL)
        rc = umi_fail_memory(err);
    if (rc != UMI_OK)
        return rc;
    w->cap = w->count + lines;
    w->touched = umi_arena_array(im->arena, w->cap, sizeof *w->touched);
    if (w->touched == NULL ||
        !umi_words_set(s->groups, e->group.code, (int64_t)s->work_count))
        return umi_fail_memory(err);
    s->work_count++;
    return UMI_OK;
}

static umi_status begin(umi__import *im, umi_error *err)
{
    session *s = im->self;
    size_t n = im->count;
    umi_text *codes = umi_arena_array(im->arena, n, sizeof *codes);
    umi_text *niks = umi_arena_array(im->arena, n, sizeof *niks);
    int64_t *groups = umi_arena_array(im->arena, n, sizeof *groups);
    s->persons = umi_arena_array(im->arena, n, sizeof *s->persons);
    s->works = umi_arena_array(im->arena, n, sizeof *s->works);
    s->work_count = 0;
    umi_words_reset(s->groups);
    if (!codes || !niks || !groups || !s->persons || !s->works)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const entry *e = im->lines[i].data;
        codes[i] = e ? e->group.code : UMI_TEXT("");
        niks[i] = umi_text_of(e ? e->nik.text : "");
    }
    umi_status rc = umi_store_lookup(im->desk->store, &umi_grp_by_code, codes,
                                     n, groups, err);
    if (rc == UMI_OK)
        rc = umi_store_lookup(im->desk->store, &umi_person_by_nik, niks, n,
                              s->persons, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        if (im->lines[i].data != NULL)
            rc = begin_group(im, im->lines[i].data, groups[i], err);
    return rc;
}

/* --- merging -------------------------------------------------------------- */

/* What the line says of the group as a whole; @p first: nothing before it in
 * the file did. */
static umi_status
merge_group(work *w, const entry *e, bool first, bool *changed, umi_error *err)
{
    umi_group *g = &w->group;
    const umi_group *said = &e->group;
    bool meets =
        said->meeting_day != UMI_NONE && said->meeting_day != g->meeting_day;
    bool officer =
        said->officer.ptr != NULL &&
        (g->officer.ptr == NULL || !umi_text_eq(said->officer, g->officer));
    if (g->code.ptr == NULL) {
        *g = *said;
        *changed = true;
        return UMI_OK;
    }
    if (said->kind != g->kind)
        return umi_fail_code(err, UMI_EINVAL, "CONFLICT", "kind",
                             "the group is of kind %s",
                             umi_group_kind_name(g->kind));
    if (!first && ((meets && g->meeting_day != UMI_NONE) ||
                   (officer && g->officer.ptr != NULL)))
        return umi_fail_code(err, UMI_EINVAL, "CONFLICT",
                             meets ? "meeting_day" : "officer",
                             "an earlier line says something else of this "
                             "group");
    if (meets)
        g->meeting_day = said->meeting_day;
    if (officer)
        g->officer = said->officer;
    *changed = meets || officer;
    return UMI_OK;
}

/* Where @p person sits in the group, or w->count. */
static size_t seat_of(const work *w, int64_t person)
{
    size_t i = 0;
    while (i < w->count && w->members[i].person != person)
        i++;
    return i;
}

static umi__outcome
compare_member(const work *w, const entry *e, int64_t person)
{
    size_t i = seat_of(w, person);
    if (i == w->count)
        return UMI__ADDED;
    const umi_member *m = &w->members[i];
    bool same = m->role == e->role && umi_text_eq(m->subgroup, e->subgroup);
    return same ? UMI__SAME : UMI__CHANGED;
}

static void merge_member(work *w, const entry *e, int64_t person)
{
    size_t i = seat_of(w, person);
    w->touched[i] = true;
    if (i == w->count)
        w->members[w->count++] = (umi_member){.person = person};
    w->members[i].subgroup = e->subgroup;
    w->members[i].role = e->role;
}

/* The key of a group (nik NULL) or of a member in the lines taken so far. */
static umi_text seen_key(umi_buf *b, umi_text code, const char *nik)
{
    umi_buf_text(b, code);
    umi_buf_putc(b, '\n'); /* stands in no code */
    if (nik != NULL)
        umi_buf_puts(b, nik);
    return umi_buf_as_text(b);
}

static int64_t seen(const session *s, umi_text code, const char *nik)
{
    char room[UMI_GROUP_CODE_MAX + UMI_NIK_DIGITS + 2];
    umi_buf b = {room, 0, sizeof room, false};
    return umi_words_get(s->seen, seen_key(&b, code, nik));
}

static bool see(session *s, umi_text code, const char *nik, int64_t line)
{
    char room[UMI_GROUP_CODE_MAX + UMI_NIK_DIGITS + 2];
    umi_buf b = {room, 0, sizeof room, false};
    return seen(s, code, nik) != INT64_MIN ||
           umi_words_set(s->seen, seen_key(&b, code, nik), line);
}

static umi_status
judge(session *s, umi__line *line, work *w, int64_t person, umi_error *why)
{
    const entry *e = line->data;
    umi_text code = e->group.code;
    bool changed = false;
    if (person == UMI_NONE)
        return umi_fail_code(why, UMI_ENOENT, "UNKNOWN", "nik",
                             "the person is not in the book; import the "
                             "household first");
    int64_t before = seen(s, code, e->nik.text);
    umi__outcome outcome = compare_member(w, e, person);
    if (before != INT64_MIN && outcome != UMI__SAME)
        return umi_fail_code(why, UMI_EINVAL, "CONFLICT", "nik",
                             "line %lld says something else of this member",
                             (long long)before);
    umi_status rc =
        merge_group(w, e, seen(s, code, NULL) == INT64_MIN, &changed, why);
    if (rc != UMI_OK)
        return rc;
    if (outcome != UMI__SAME)
        merge_member(w, e, person);
    line->outcome = outcome == UMI__SAME && changed ? UMI__CHANGED : outcome;
    w->changed |= changed;
    return UMI_OK;
}

static umi_status settle_line(umi__import *im, size_t i, umi_error *err)
{
    session *s = im->self;
    umi__line *line = &im->lines[i];
    const entry *e = line->data;
    work *w = &s->works[umi_words_get(s->groups, e->group.code)];
    umi_error why = {.lang = im->ask->lang};
    if (judge(s, line, w, s->persons[i], &why) != UMI_OK)
        return umi__import_reject(im, line, &why, err);
    if (!see(s, e->group.code, NULL, line->record->line) ||
        !see(s, e->group.code, e->nik.text, line->record->line))
        return umi_fail_memory(err);
    return UMI_OK;
}

/* Two in one office are odd; who sits there is for people to say. */
static void look_for_doubles(umi__import *im, size_t i)
{
    session *s = im->self;
    const umi__line *line = &im->lines[i];
    const entry *e = line->data;
    if (e == NULL || line->outcome == UMI__REJECTED)
        return;
    const work *w = &s->works[umi_words_get(s->groups, e->group.code)];
    umi_group_seat own = {e->subgroup, e->role};
    for (size_t k = 0; k < w->count; k++) {
        const umi_member *m = &w->members[k];
        umi_group_seat other = {m->subgroup, m->role};
        if (m->person == s->persons[i] || !umi_group_same_office(&own, &other))
            continue;
        umi_error warning = {.lang = im->ask->lang};
        umi_fail_code(&warning, UMI_EINVAL, "W-ROLE", "role",
                      "another member is '%s' too",
                      umi_group_role_name(e->role));
        umi__import_warn(im, line->record->line, &warning);
        return;
    }
}

/* --- writing -------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* Number what is new, step what changed. */
static umi_status finish_group(umi__import *im,
                               work *w,
                               umi_member *members,
                               size_t *count,
                               umi_error *err)
{
    umi_book *book = im->desk->book;
    umi_status rc = UMI_OK;
    if (w->group.id == 0 && w->count > 0)
        rc = umi_book_take(book, &umi_grp_table, 1, &w->group.id, err);
    for (size_t i = 0; rc == UMI_OK && i < w->count; i++) {
        umi_member *m = &w->members[i];
        if (!w->touched[i])
            continue;
        if (m->id == 0)
            rc = umi_book_take(book, &umi_member_table, 1, &m->id, err);
        m->grp = w->group.id;
        m->seq++;
        members[(*count)++] = *m;
    }
    w->group.seq += w->changed;
    return rc;
}

static umi_status write_chunk(umi__import *im, umi_error *err)
{
    session *s = im->self;
    umi_group *groups =
        umi_arena_array(im->arena, s->work_count + 1, sizeof *groups);
    umi_member *members =
        umi_arena_array(im->arena, im->count + 1, sizeof *members);
    size_t g = 0, m = 0;
    umi_status rc = groups && members ? UMI_OK : umi_fail_memory(err);
    for (size_t i = 0; rc == UMI_OK && i < s->work_count; i++) {
        rc = finish_group(im, &s->works[i], members, &m, err);
        if (s->works[i].changed)
            groups[g++] = s->works[i].group;
    }
    if (rc != UMI_OK || g + m == 0)
        return rc;
    qsort(groups, g, sizeof *groups, by_id);
    qsort(members, m, sizeof *members, by_id);
    umi_change change = {0};
    umi_change_put(&change, &umi_grp_table, groups, g);
    umi_change_put(&change, &umi_member_table, members, m);
    return umi_book_apply(im->desk->book, &change, err);
}

static umi_status settle(umi__import *im, umi_error *err)
{
    umi_status rc = begin(im, err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++)
        if (im->lines[i].data != NULL)
            rc = settle_line(im, i, err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++)
        look_for_doubles(im, i);
    return rc == UMI_OK ? write_chunk(im, err) : rc;
}

umi_status umi_group_import(umi_import_result *out,
                            umi_desk *desk,
                            const umi_import_ask *ask,
                            umi_arena *arena,
                            umi_error *err)
{
    static const umi__import_kind kind = {
        .spec = {.columns = columns, .count = sizeof columns / sizeof *columns},
        .subject = UMI_SUBJECT_GROUP,
        .size = sizeof(entry),
        .parse = parse,
        .settle = settle,
    };
    session s = {.seen = umi_words_new(), .groups = umi_words_new()};
    umi_status rc = s.seen && s.groups ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi__import_run(out, &kind, ask, desk, &s, arena, err);
    umi_words_free(s.seen);
    umi_words_free(s.groups);
    return rc;
}
