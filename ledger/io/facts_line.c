/* SPDX-License-Identifier: MIT */
#include "ledger/io/facts_line.h"

enum {
    WORDS = UMI_FACTS_MAX / 64 + 1, /* a bit for every fact, and for the id */
    NO_KEY = UINT16_MAX
};

typedef struct key {
    umi_text quoted;      /* "NAME" with its quotes */
    const umi_fact *fact; /* NULL: the id */
} key;

struct umi_facts_line {
    const umi_ruleset *rs, *also;
    uint32_t count; /* of keys: facts by slot, and behind them the id */
    const key *keys;
    uint16_t *next; /* by key: which one came behind it the last time, or
                     * NO_KEY; the first of all stands behind the last key */
};

/* --- making -------------------------------------------------------------- */

static bool make_key(key *k, umi_text name, umi_arena *arena)
{
    char *p = umi_arena_alloc(arena, name.len + 2);
    if (p == NULL)
        return false;
    p[0] = '"';
    memcpy(p + 1, name.ptr, name.len);
    p[name.len + 1] = '"';
    k->quoted = (umi_text){p, name.len + 2};
    return true;
}

static bool make_keys(umi_facts_line *r, umi_arena *arena)
{
    size_t n = r->rs->fact_count;
    key *keys = umi_arena_array(arena, n + 1, sizeof *keys);
    r->next = umi_arena_array(arena, n + 2, sizeof *r->next);
    bool ok = keys != NULL && r->next != NULL;
    for (size_t i = 0; i < n && ok; i++) {
        keys[i].fact = &r->rs->facts[i];
        ok = make_key(&keys[i], r->rs->facts[i].name, arena);
    }
    for (size_t i = 0; i < n + 2 && ok; i++)
        r->next[i] = NO_KEY;
    r->keys = keys;
    r->count = (uint32_t)n + 1;
    return ok && make_key(&keys[n], UMI_TEXT("id"), arena);
}

umi_status umi_facts_line_new(umi_facts_line **out,
                              const umi_ruleset *rs,
                              const umi_ruleset *also,
                              umi_arena *arena,
                              umi_error *err)
{
    umi_facts_line *r = umi_arena_alloc(arena, sizeof *r);
    if (r != NULL) {
        r->rs = rs;
        r->also = also;
    }
    if (r == NULL || !make_keys(r, arena))
        return umi_fail_memory(err);
    *out = r;
    return UMI_OK;
}

/* --- texts --------------------------------------------------------------- */

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
        p++;
    return p;
}

/* The quote that closes the text at @p p, which is plain ASCII; or NULL. */
static const char *text_end(const char *p, const char *end)
{
    while (p < end && *p >= 0x20 && *p < 0x7F && *p != '"' && *p != '\\')
        p++;
    return p < end && *p == '"' ? p : NULL;
}

/* Behind @p t, when it stands at @p p; or NULL.  Inlined, and eight bytes at
 * a time: every key of every applicant is compared here. */
static inline const char *
behind(const char *p, const char *end, const char *t, size_t n)
{
    uint64_t a, b, differ = 0;
    if ((size_t)(end - p) < n)
        return NULL;
    if (n < sizeof a)
        return memcmp(p, t, n) == 0 ? p + n : NULL;
    for (size_t i = 0; i + sizeof a < n; i += sizeof a) {
        memcpy(&a, p + i, sizeof a);
        memcpy(&b, t + i, sizeof b);
        differ |= a ^ b;
    }
    memcpy(&a, p + n - sizeof a, sizeof a);
    memcpy(&b, t + n - sizeof b, sizeof b);
    return (differ | (a ^ b)) == 0 ? p + n : NULL;
}

static const char *behind_word(const char *p, const char *end, const char *word)
{
    return behind(p, end, word, strlen(word));
}

/* --- values -------------------------------------------------------------- */

static const char *read_bool(umi_value *v, const char *p, const char *end)
{
    bool yes = *p == 't';
    umi_value_set(v, UMI_KIND_BOOL, yes, 0, 0);
    return yes ? behind(p, end, "true", 4) : behind(p, end, "false", 5);
}

/* What JSON writes a whole number as; a fraction or an exponent is left. */
static const char *number_end(const char *p, const char *end)
{
    const char *digits = p += *p == '-';
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    if (p == digits || (*digits == '0' && p - digits > 1))
        return NULL;
    return p < end && (*p == '.' || *p == 'e' || *p == 'E') ? NULL : p;
}

/* The value of @p f that stands at @p p < @p end: behind it, or NULL. */
static const char *
read_value(umi_value *v, const umi_fact *f, const char *p, const char *end)
{
    if (f->type.kind == UMI_KIND_BOOL)
        return read_bool(v, p, end);
    bool quoted = f->type.kind != UMI_KIND_INT;
    if (quoted && *p++ != '"')
        return NULL;
    const char *stop = quoted ? text_end(p, end) : number_end(p, end);
    if (stop == NULL)
        return NULL;
    umi_text t = {p, (size_t)(stop - p)};
    return umi_value_parse(v, f->type, t) && umi_fact_admits(f, v)
               ? stop + quoted
               : NULL;
}

static const char *read_id(umi_text *id, const char *p, const char *end)
{
    const char *stop = *p == '"' ? text_end(p + 1, end) : NULL;
    if (stop == NULL)
        return NULL;
    *id = (umi_text){p + 1, (size_t)(stop - p - 1)};
    return stop + 1;
}

/* --- a line -------------------------------------------------------------- */

typedef struct reading {
    umi_facts_line *r;
    umi_value *facts;
    umi_text id;
    uint64_t seen[WORDS], known[WORDS]; /* keys */
} reading;

static uint32_t look_up(const umi_facts_line *r, umi_text name)
{
    const umi_name *n = umi_env_find(r->rs->names, name);
    if (n != NULL)
        return n->kind == UMI_NAME_FACT ? n->slot : NO_KEY;
    return umi_text_is(name, "id") ? r->count - 1 : NO_KEY;
}

/* The key at @p p: behind it, or NULL. */
static const char *
read_key(const umi_facts_line *r, uint32_t *out, const char *p, const char *end)
{
    if (*out != NO_KEY) {
        const umi_text *likely = &r->keys[*out].quoted;
        const char *stop = behind(p, end, likely->ptr, likely->len);
        if (stop != NULL)
            return stop;
    }
    const char *stop = p < end && *p == '"' ? text_end(p + 1, end) : NULL;
    if (stop == NULL)
        return NULL;
    *out = look_up(r, (umi_text){p + 1, (size_t)(stop - p - 1)});
    return *out != NO_KEY ? stop + 1 : NULL;
}

/* One key and its value: behind them, or NULL. */
static const char *
read_member(reading *s, uint32_t *last, const char *p, const char *end)
{
    uint32_t k = s->r->next[*last];
    p = read_key(s->r, &k, skip_blanks(p, end), end);
    if (p == NULL || s->seen[k / 64] >> k % 64 & 1)
        return NULL;
    s->seen[k / 64] |= UINT64_C(1) << k % 64;
    s->r->next[*last] = (uint16_t)k;
    *last = k;
    p = skip_blanks(p, end);
    if (p == end || *p != ':')
        return NULL;
    p = skip_blanks(p + 1, end);
    if (p == end)
        return NULL;
    if (*p == 'n')
        return behind_word(p, end, "null");
    const umi_fact *f = s->r->keys[k].fact;
    if (f == NULL)
        return read_id(&s->id, p, end);
    s->known[k / 64] |= UINT64_C(1) << k % 64;
    return read_value(&s->facts[k], f, p, end);
}

static void hide_the_rest(const reading *s)
{
    for (uint32_t i = 0; i < s->r->rs->fact_count; i++)
        if (!(s->known[i / 64] >> i % 64 & 1))
            s->facts[i] = umi_value_unknown(i);
}

bool umi_facts_line_take(umi_facts_line *r,
                         umi_value *facts,
                         umi_text *id,
                         umi_text line)
{
    reading s = {.r = r, .facts = facts};
    const char *end = line.ptr + line.len;
    const char *p = skip_blanks(line.ptr, end);
    uint32_t last = r->count;
    if (p == end || *p != '{')
        return false;
    do {
        p = read_member(&s, &last, p + 1, end);
        if (p == NULL)
            return false;
        p = skip_blanks(p, end);
    } while (p < end && *p == ',');
    if (p == end || *p != '}' || skip_blanks(p + 1, end) != end)
        return false;
    hide_the_rest(&s);
    *id = s.id;
    return true;
}

umi_status umi_facts_line_read(umi_facts_line *r,
                               umi_value *facts,
                               umi_text *id,
                               umi_text line,
                               umi_arena *arena,
                               umi_error *err)
{
    if (umi_facts_line_take(r, facts, id, line))
        return UMI_OK;
    return umi_facts_from_json(facts, id, r->rs, r->also, line, arena, err);
}
