/* SPDX-License-Identifier: MIT
 * The section include: sections of a rule set that stand in other files of
 * its folder.  Each is named with the hash of what it says, so that a set
 * cannot change by a file that nobody looked at. */
#include "rules/set/ruleset_int.h"

#include "rules/set/data.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- where files come from ------------------------------------------------ */

static umi_status take(umi_text *out, int fd, umi_arena *arena, umi_error *err)
{
    umi_buf b = {0};
    size_t room = UMI_YAML_FILE_MAX + 1; /* one more is told by the parser */
    char *to = umi_buf_reserve(&b, room);
    umi_status rc = to == NULL ? umi_fail_memory(err) : UMI_OK;
    for (ssize_t n = 1; rc == UMI_OK && n > 0 && b.len < room;) {
        n = read(fd, to + b.len, room - b.len);
        if (n > 0)
            b.len += (size_t)n;
        else if (n < 0 && errno == EINTR)
            n = 1;
        else if (n < 0)
            rc = umi_fail(err, UMI_EINVAL, "", "%s",
                          umi_error_tr(err, strerror(errno)));
    }
    const char *text = rc == UMI_OK ? umi_arena_copy(arena, to, b.len) : NULL;
    if (rc == UMI_OK && text == NULL)
        rc = umi_fail_memory(err);
    if (rc == UMI_OK)
        *out = (umi_text){text, b.len};
    umi_buf_free(&b);
    return rc;
}

/* A link could lead out of the folder, a pipe could wait for ever. */
static umi_status read_beside(
    void *self, umi_text *out, umi_text name, umi_arena *arena, umi_error *err)
{
    const char *path = self, *slash = strrchr(path, '/');
    umi_buf b = {0};
    if (slash != NULL)
        umi_buf_bytes(&b, path, (size_t)(slash - path) + 1);
    umi_buf_text(&b, name);
    umi_buf_putc(&b, '\0');
    if (b.failed) {
        umi_buf_free(&b);
        return umi_fail_memory(err);
    }
    int fd = open(b.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int reason = errno;
    struct stat st;
    umi_status rc;
    umi_buf_free(&b);
    if (fd < 0 && reason == ELOOP)
        return umi_fail(err, UMI_EINVAL, "", "it is a symbolic link");
    if (fd < 0)
        return umi_fail(err, UMI_EINVAL, "", "%s",
                        umi_error_tr(err, strerror(reason)));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        rc = umi_fail(err, UMI_EINVAL, "", "it is not a file");
    else
        rc = take(out, fd, arena, err);
    (void)close(fd);
    return rc;
}

umi_rule_files umi_rule_files_beside(const char *path)
{
    return (umi_rule_files){read_beside, (void *)(uintptr_t)path};
}

static umi_status read_shipped(
    void *self, umi_text *out, umi_text name, umi_arena *arena, umi_error *err)
{
    (void)self;
    for (const umi_data_file *f = umi_data_all(); f->name != NULL; f++) {
        if (!umi_text_is(name, f->name))
            continue;
        const char *text = umi_arena_copy(arena, f->text, f->size);
        if (text == NULL)
            return umi_fail_memory(err);
        *out = (umi_text){text, f->size};
        return UMI_OK;
    }
    return umi_fail(err, UMI_EINVAL, "", "there is no such file");
}

umi_rule_files umi_rule_files_shipped(void)
{
    return (umi_rule_files){read_shipped, NULL};
}

/* --- the list ------------------------------------------------------------- */

typedef struct include_form {
    umi_text file;
    const umi_yaml *hash;
} include_form;

const umi_bind umi__include_keys[] = {
    {"file", UMI_BIND_CODE, offsetof(include_form, file),
     .doc = "in the same folder"},
    {"sha256", UMI_BIND_NODE, offsetof(include_form, hash), .optional = true,
     .doc = "of its canonical form; umi rules check tells it",
     .shape = "sha256"},
    {0}};

typedef struct part {
    const umi_yaml *entry, *root;
    umi_text name;
} part;

typedef struct parts {
    umi__loader *l;
    umi_other_file *others;
    part all[UMI_INCLUDES_MAX];
    uint32_t count;
    size_t bytes, nodes;
    bool missing;
} parts;

/* --- one file ------------------------------------------------------------- */

/* What only the whole has stands in the file that includes. */
typedef struct part_form {
    umi_text format;
    const umi_yaml *own[8], *others[6];
} part_form;

#define OWN(i, name)                                                           \
    {                                                                          \
        name, UMI_BIND_NODE, offsetof(part_form, own[i]),                      \
            .optional = true, .doc = "", .shape = name                         \
    }
#define OTHER(i, name)                                                         \
    {                                                                          \
        name, UMI_BIND_NODE, offsetof(part_form, others[i]), .optional = true  \
    }

static const char *const part_formats[] = {"eligibility-part/1", NULL};

const umi_bind umi__part_keys[] = {
    {"format", UMI_BIND_TEXT, offsetof(part_form, format),
     .names = part_formats, .doc = "of this file"},
    OWN(0, "facts"),
    OWN(1, "params"),
    OWN(2, "legal"),
    OWN(3, "let"),
    OWN(4, "products"),
    OWN(5, "rules"),
    OWN(6, "tables"),
    OWN(7, "scorecard"),
    OTHER(0, "ruleset"),
    OTHER(1, "effective"),
    OTHER(2, "languages"),
    OTHER(3, "routing"),
    OTHER(4, "tests"),
    OTHER(5, "include"),
    {0}};

static umi_yaml_kind kind_of(const umi_yaml *section)
{
    return umi_text_is(section->key, "rules") ? UMI_YAML_LIST : UMI_YAML_MAP;
}

/* Places name their file from now on; counts the nodes. */
static void mark(umi_yaml *n, uint32_t file, size_t *nodes)
{
    n->at.file = n->key_at.file = file;
    ++*nodes;
    for (umi_yaml *c = n->first; c != NULL; c = c->next)
        mark(c, file, nodes);
}

static void check_part(umi__loader *l, const umi_yaml *root)
{
    part_form form = {0};
    (void)umi_bind_map(&form, root, umi__part_keys, "", l->arena, l->problems);
    const umi_yaml *format =
        root->kind == UMI_YAML_MAP ? umi_yaml_get(root, "format") : NULL;
    if (format != NULL && form.format.ptr != NULL &&
        !umi_text_is(form.format, part_formats[0]))
        umi__problem(l->problems, format->at, "E304",
                     "the format of an included file must be %s, got '%.*s'",
                     part_formats[0], UMI_SHOW(form.format));
    for (size_t i = 0; i < sizeof form.own / sizeof *form.own; i++)
        if (form.own[i] != NULL)
            (void)umi__load_kind(l, form.own[i], kind_of(form.own[i]));
    for (size_t i = 0; i < sizeof form.others / sizeof *form.others; i++)
        if (form.others[i] != NULL) {
            umi__problem(l->problems, form.others[i]->key_at, "E322",
                         "'%.*s' belongs in the file that includes this one",
                         UMI_SHOW(form.others[i]->key));
            umi__problem_width(l->problems,
                               umi_text_points(form.others[i]->key));
        }
}

static void check_hash(parts *s, const umi_yaml *root, const umi_yaml *entry)
{
    umi__loader *l = s->l;
    const umi_yaml *n = umi_yaml_get(entry, "sha256");
    umi_buf b = {0};
    char hex[UMI_HASH_HEX];
    umi__canonical(&b, root, NULL);
    l->failed |= b.failed;
    umi_hash h = umi_sha256_of(b.ptr, b.len);
    umi_buf_free(&b);
    umi_hash_hex(hex, &h);
    if (n != NULL && umi_text_is(n->text, hex))
        return;
    umi__problem(l->problems, n != NULL ? n->at : entry->at, "E321",
                 n != NULL ? "the file does not say what its hash says"
                           : "the file is included without its hash");
    umi__problem_width(l->problems, n != NULL ? umi_text_points(n->raw) : 0);
    umi__problem_help(l->problems,
                      "if it is as it should be, write sha256: '%s'", hex);
}

/* Parse file @p k and look at its shape; false: nothing of it can be used. */
static bool parse_part(parts *s, uint32_t k, umi_text text)
{
    umi__loader *l = s->l;
    umi_yaml *root = NULL;
    l->problems->inside = k;
    umi_status rc = umi_yaml_parse(&root, text, l->arena, l->problems);
    if (rc == UMI_OK) {
        mark(root, k, &s->nodes);
        check_part(l, root);
    }
    l->problems->inside = 0;
    l->failed |= rc == UMI_ENOMEM;
    if (rc != UMI_OK)
        return false;
    check_hash(s, root, s->all[k - 1].entry);
    s->all[k - 1].root = root;
    return true;
}

/* "folder/" + name, as people call the file. */
static const char *path_of(umi__loader *l, umi_text name)
{
    const char *file = l->problems->file, *slash = strrchr(file, '/');
    size_t folder = slash != NULL ? (size_t)(slash - file) + 1 : 0;
    char *path = umi_arena_array(l->problems->arena, folder + name.len + 1, 1);
    l->failed |= path == NULL;
    if (path == NULL)
        return file;
    memcpy(path, file, folder);
    memcpy(path + folder, name.ptr, name.len);
    return path;
}

/* The texts must outlive the rule set in its problems, when it is refused. */
static void keep_text(parts *s, uint32_t k, umi_text text)
{
    umi__loader *l = s->l;
    umi_text copy = {umi_arena_copy(l->problems->arena, text.ptr, text.len),
                     text.len};
    char *name = umi_arena_copy(l->arena, s->all[k - 1].name.ptr,
                                s->all[k - 1].name.len);
    l->failed |= copy.ptr == NULL || name == NULL;
    s->others[k - 1] = (umi_other_file){path_of(l, s->all[k - 1].name), copy};
    ((umi_rule_file *)l->rs->files)[k] = (umi_rule_file){name, text};
    l->rs->file_count = k + 1;
    s->bytes += text.len;
}

static bool read_part(parts *s, uint32_t k)
{
    umi__loader *l = s->l;
    umi_error err = {.lang = l->problems->lang};
    umi_text text, name = s->all[k - 1].name;
    const umi_yaml *at = umi_yaml_get(s->all[k - 1].entry, "file");
    umi_status rc = UMI_EINVAL;
    if (l->files == NULL)
        umi_fail(&err, rc, "", "there is no folder to include from");
    else if (name.ptr[0] == '.' || memchr(name.ptr, '/', name.len) != NULL)
        umi_fail(&err, rc, "", "it must stand in the same folder");
    else
        rc = l->files->read(l->files->self, &text, name, l->arena, &err);
    l->failed |= rc == UMI_ENOMEM;
    if (rc == UMI_OK) {
        keep_text(s, k, text);
        return !l->failed && parse_part(s, k, text);
    }
    umi__problem(l->problems, at->at, "E320", "'%.*s' cannot be included: %s",
                 UMI_SHOW(name), err.message);
    umi__problem_width(l->problems, umi_text_points(at->raw));
    return false;
}

/* --- all files ------------------------------------------------------------ */

static bool named_before(const parts *s, umi_text name)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (umi_text_eq(s->all[i].name, name))
            return true;
    return false;
}

static void load_entry(parts *s, const umi_yaml *n)
{
    umi__loader *l = s->l;
    include_form form = {0};
    bool ok = umi__load_map(l, &form, n, umi__include_keys, "include");
    if (form.hash != NULL)
        ok &= umi__load_kind(l, form.hash, UMI_YAML_SCALAR);
    if (form.file.ptr != NULL && named_before(s, form.file)) {
        umi__problem(l->problems, umi_yaml_get(n, "file")->at, "E307",
                     "'%.*s' stands here twice", UMI_SHOW(form.file));
        ok = false;
    }
    if (ok) {
        s->all[s->count++] = (part){.entry = n, .name = form.file};
        ok = read_part(s, s->count);
    }
    s->missing |= !ok;
}

static umi_yaml *last_of(umi_yaml *first)
{
    while (first->next != NULL)
        first = first->next;
    return first;
}

/* What is included stands before what the file says itself. */
static void join_section(umi__loader *l, umi_yaml *root, umi_yaml *section)
{
    char key[16];
    (void)snprintf(key, sizeof key, "%.*s", UMI_SHOW(section->key));
    umi_yaml *own = umi_yaml_get(root, key);
    if (own == NULL) {
        own = umi__load_array(l, 1, sizeof *own);
        if (own == NULL)
            return;
        *own = *section;
        own->next = NULL;
        last_of(root->first)->next = own;
        root->count++;
    } else if (own->kind == section->kind && section->first != NULL) {
        last_of(section->first)->next = own->first;
        own->first = section->first;
        own->count += section->count;
    }
}

static void join(parts *s, umi_yaml *root)
{
    for (uint32_t i = s->count; i-- > 0;) {
        const umi_yaml *of = s->all[i].root;
        if (of == NULL || of->kind != UMI_YAML_MAP)
            continue;
        for (umi_yaml *c = of->first, *next; c != NULL; c = next) {
            next = c->next;
            bool own = false;
            for (size_t k = 1; k <= 8; k++)
                own |= umi_text_is(c->key, umi__part_keys[k].key);
            if (own && c->kind == kind_of(c))
                join_section(s->l, root, c);
        }
    }
}

/* The set is what the files say together; its hash does not tell how many. */
static void unlink_include(umi_yaml *root, const umi_yaml *include)
{
    umi_yaml **at = &root->first;
    while (*at != include)
        at = &(*at)->next;
    *at = include->next;
    root->count--;
}

static void check_sizes(parts *s, const umi_yaml *include)
{
    umi__loader *l = s->l;
    size_t bytes = s->bytes + l->rs->source.len;
    if (bytes > UMI_YAML_FILE_MAX)
        umi__problem(l->problems, include->key_at, "E315",
                     "%zu bytes in all files, at most %d", bytes,
                     UMI_YAML_FILE_MAX);
    if (s->nodes > UMI_YAML_COUNT_MAX)
        umi__problem(l->problems, include->key_at, "E315",
                     "%zu values in the included files, at most %d", s->nodes,
                     UMI_YAML_COUNT_MAX);
}

bool umi__load_includes(umi__loader *l, umi_yaml *root)
{
    const umi_yaml *include =
        root->kind == UMI_YAML_MAP ? umi_yaml_get(root, "include") : NULL;
    parts s = {.l = l};
    if (include == NULL)
        return true;
    if (!umi__load_many(l, include, UMI_YAML_LIST, UMI_INCLUDES_MAX, "files"))
        return false;
    s.others =
        umi_arena_array(l->problems->arena, UMI_INCLUDES_MAX, sizeof *s.others);
    l->failed |= s.others == NULL;
    if (l->failed)
        return false;
    l->problems->others = s.others;
    for (const umi_yaml *n = include->first; n != NULL; n = n->next)
        load_entry(&s, n);
    check_sizes(&s, include);
    if (s.missing || l->failed)
        return false;
    unlink_include(root, include);
    join(&s, root);
    return !l->failed;
}
