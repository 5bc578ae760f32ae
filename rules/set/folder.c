/* SPDX-License-Identifier: MIT */
#include "rules/set/set.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    FILES_MAX = 1000,
    PATH_BYTES = 1024
};

typedef struct folder {
    const char *path;
    umi_arena *arena;
    umi_data_file *files;
    size_t count;
    umi_error *err;
} folder;

static umi_status no_memory(folder *f)
{
    return umi_fail(f->err, UMI_ENOMEM, "", "no memory for the rules");
}

static umi_status unreadable(folder *f, const char *path)
{
    umi_status rc = umi_fail(f->err, UMI_EIO, "", "cannot be read: %s",
                             umi_error_tr(f->err, strerror(errno)));
    umi_error_at(f->err, path, 0, 0);
    return rc;
}

/* The text of a file, one byte more than is allowed at most: whoever parses
 * it refuses that with its own words. */
static umi_status read_text(folder *f, const char *path, umi_data_file *out)
{
    umi_buf b = {0};
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return unreadable(f, path);
    char *to = umi_buf_reserve(&b, UMI_YAML_FILE_MAX + 1);
    size_t n = to == NULL ? 0 : fread(to, 1, UMI_YAML_FILE_MAX + 1, in);
    bool failed = ferror(in) != 0;
    (void)fclose(in);
    const char *text = to == NULL ? NULL : umi_arena_copy(f->arena, to, n);
    umi_buf_free(&b);
    if (failed)
        return unreadable(f, path);
    if (text == NULL)
        return no_memory(f);
    out->text = text;
    out->size = n;
    return UMI_OK;
}

static bool is_yaml(const char *name)
{
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static umi_status add(folder *f, const char *below, const char *name)
{
    char path[PATH_BYTES];
    if (f->count == FILES_MAX)
        return umi_fail(f->err, UMI_EINVAL, "", "more than %d files of rules",
                        FILES_MAX);
    umi_data_file *file = &f->files[f->count];
    int n = snprintf(path, sizeof path, "%s/%s%s", f->path, below, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return umi_fail(f->err, UMI_EINVAL, "", "the path is too long");
    size_t root = strlen(f->path) + 1;
    file->name = umi_arena_copy(f->arena, path + root, (size_t)n - root);
    if (file->name == NULL)
        return no_memory(f);
    f->count++;
    return read_text(f, path, file);
}

static umi_status scan(folder *f, const char *below, bool deeper);

static umi_status enter(folder *f, const char *name)
{
    char below[256 + 2];
    (void)snprintf(below, sizeof below, "%s/", name);
    return scan(f, below, false);
}

/* One folder: its YAML files and, from the top, the folders in it. */
static umi_status scan(folder *f, const char *below, bool deeper)
{
    char path[PATH_BYTES];
    umi_status rc = UMI_OK;
    (void)snprintf(path, sizeof path, "%s/%s", f->path, below);
    DIR *dir = opendir(path);
    if (dir == NULL)
        return !deeper && errno == ENOTDIR ? UMI_OK : unreadable(f, path);
    const struct dirent *e;
    while (rc == UMI_OK && (errno = 0, e = readdir(dir)) != NULL) {
        if (is_yaml(e->d_name))
            rc = add(f, below, e->d_name);
        else if (deeper && e->d_name[0] != '.')
            rc = enter(f, e->d_name);
    }
    if (rc == UMI_OK && errno != 0)
        rc = unreadable(f, path);
    (void)closedir(dir);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    const umi_data_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

umi_status umi_data_folder(const umi_data_file **out,
                           const char *path,
                           umi_arena *arena,
                           umi_error *err)
{
    folder f = {.path = path, .arena = arena, .err = err};
    f.files = umi_arena_array(arena, FILES_MAX + 1, sizeof *f.files);
    if (f.files == NULL)
        return no_memory(&f);
    umi_status rc = scan(&f, "", true);
    if (rc != UMI_OK)
        return rc;
    qsort(f.files, f.count, sizeof *f.files, by_name);
    *out = f.files;
    return UMI_OK;
}
