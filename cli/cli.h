/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_CLI_H
#define UMI_CLI_CLI_H

/**
 * @file
 * The command line as tables: groups of commands with their options.  Help,
 * the man page and completion are printed from the same tables.  A command's
 * run() parses, calls one library function, and prints.
 */
#include "engine/base/alloc.h"
#include "engine/base/status.h"
#include "engine/base/text.h"

#include <stdio.h>

typedef struct cli_option {
    const char *name;  /**< without dashes; NULL ends the list */
    const char *value; /**< name of its value ("DATE"), NULL for a flag */
    const char *help;  /**< English; translated with umi_tr() */
} cli_option;

typedef struct cli cli;

typedef struct cli_command {
    const char *name; /**< "show"; "" when the group is the command */
    const char *args; /**< "ID", "FILE...", ""; for help and its count */
    int min, max;     /**< positional arguments; max -1: any number */
    const char *summary;
    const cli_option *options; /**< ended by {0}; may be NULL */
    int (*run)(cli *c);        /**< the exit code */
} cli_command;

typedef struct cli_group {
    const char *name, *summary;
    const cli_command *commands; /**< ended by a command without run */
} cli_group;

/** What one run of the program knows. */
struct cli {
    const char *book, *user;
    umi_lang lang;
    const cli_group *group;
    const cli_command *command;
    const char *const *args; /**< positional */
    int arg_count;
    const char *values[64]; /**< by index in command->options; flags "" */
    umi_arena *arena;       /**< lives as long as the command */
    umi_error err;          /**< for library calls; lang is set */
    FILE *out, *talk;       /**< stdout, stderr */
};

extern const cli_group *const cli_groups[]; /**< ended by NULL; cli/groups.c */

/** The value of option @p name, "" for a flag that is given, else NULL. */
const char *cli_value(const cli *c, const char *name);
bool cli_flag(const cli *c, const char *name);
umi_text cli_text(const cli *c, const char *name); /**< {NULL,0} if absent */

/** Print c->err as one line on stderr; returns its exit code. */
int cli_failed(cli *c);
/** Fill c->err with a usage error about @p what, print it, return 2. */
int cli_usage(cli *c, const char *field, const char *fmt, const char *what);
/** Write a buffer to stdout and free it; exit code 0, or 4 when it fails. */
int cli_emit(cli *c, umi_buf *b);

/**
 * A whole file (or "-" for standard input), at most @p max bytes.
 * @retval UMI_EIO with err->file set
 */
umi_status cli_read_file(cli *c, const char *path, size_t max, umi_text *out);

/** One JSON Lines command: called per line, writes one object to @p out. */
typedef umi_status (*cli_line_fn)(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err);
/**
 * Stream JSON Lines from stdin (or the file argument @p path) to stdout, one
 * object out per object in, same order, constant memory.  A failing line
 * yields {"id":…,"error":{…}} and does not stop the run; a line over 1 MiB is
 * refused.  Blank lines are skipped.
 * @return exit code: 0, or 1 when a line failed, or 4 on a write error
 */
int cli_json_lines(cli *c, const char *path, cli_line_fn fn, void *self);

/** Of lines that are not blank. */
typedef struct cli_line_count {
    size_t all, failed;
} cli_line_count;
/**
 * The same for people: what @p fn writes stands as it is, behind what @p out
 * holds before; a failing line is told on stderr with its number.  What is
 * not yet written when the input ends is left in @p out.
 */
int cli_text_lines(cli *c,
                   const char *path,
                   cli_line_fn fn,
                   void *self,
                   umi_buf *out,
                   cli_line_count *count);

#endif
