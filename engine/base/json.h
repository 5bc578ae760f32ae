/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_JSON_H
#define UMI_ENGINE_BASE_JSON_H

/**
 * @file
 * JSON text (RFC 8259) to a tree in an arena, and a writer into a buffer.
 * Numbers keep their text and are never turned into floating point.
 * Duplicate keys, ill-formed UTF-8, lone surrogates, NUL and control
 * characters in texts, and depth above 32 are refused with the column.
 */
#include "engine/base/alloc.h"
#include "engine/base/date.h"
#include "engine/base/money.h"

typedef enum umi_json_type {
    UMI_JSON_NULL,
    UMI_JSON_BOOL,
    UMI_JSON_NUMBER,
    UMI_JSON_STRING,
    UMI_JSON_ARRAY,
    UMI_JSON_OBJECT
} umi_json_type;

/** One value.  Children of arrays and objects are a singly linked list. */
typedef struct umi_json {
    umi_json_type type;
    bool boolean;    /**< of UMI_JSON_BOOL */
    umi_text key;    /**< name in the parent object, else {NULL, 0} */
    umi_text text;   /**< decoded string; others as they are written */
    uint32_t count;  /**< children */
    uint32_t column; /**< 1-based byte column of the value */
    struct umi_json *first, *next;
} umi_json;

/**
 * Parse exactly one value (blanks around it allowed).  Strings without
 * escapes borrow from @p text, everything else lives in @p arena.
 *
 * @retval UMI_ESYNTAX not JSON; code JSON, err->column is the 1-based byte
 * @retval UMI_EINVAL  duplicate key; err->field names it
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_json_parse(umi_json **out,
                                         umi_text text,
                                         umi_arena *arena,
                                         umi_error *err);

/**
 * The text under @p key of an object whose rest may be broken, so that an
 * error can name the line it is about: what stands before the first break
 * is looked at, other keys may stand twice.
 *
 * @return false when the key is not there, stands twice or is no text;
 *         @p out, which lives as long as those of umi_json_parse(), is then
 *         untouched
 */
bool umi_json_peek(umi_text *out,
                   umi_text text,
                   const char *key,
                   umi_arena *arena);

/** The child of object @p o named @p key, or NULL. */
const umi_json *umi_json_get(const umi_json *o, const char *key);

/**
 * Let the message of @p err say what @p o, or an object within it, gives
 * under the path err->field, unless that is not there or the message ends
 * with it.
 */
void umi_json_got(umi_error *err, const umi_json *o);

/** For building trees in code (flags of a command line): arena or NULL. */
umi_json *umi_json_new(umi_arena *arena, umi_json_type type, umi_text text);
/** Append @p child under @p key (NULL in an array). */
void umi_json_add(umi_json *parent, const char *key, umi_json *child);

/** A JSON writer: commas and quoting are its business. */
typedef struct umi_json_out {
    umi_buf *buf;
    bool comma; /**< a comma is due before the next item */
} umi_json_out;

void umi_json_open(umi_json_out *w, char bracket);  /**< '{' or '[' */
void umi_json_close(umi_json_out *w, char bracket); /**< '}' or ']' */
/** @p key is a word of the program: nothing in it needs escaping.  Inlined,
 * so that the length of a literal is known. */
static inline void umi_json_key(umi_json_out *w, const char *key)
{
    size_t len = strlen(key);
    char *p = umi_buf_reserve(w->buf, len + 4);
    if (p == NULL)
        return;
    *p = ',';
    p += w->comma;
    *p++ = '"';
    memcpy(p, key, len);
    memcpy(p + len, "\":", 2);
    w->buf->len = (size_t)(p + len + 2 - w->buf->ptr);
    w->comma = false;
}
void umi_json_text(umi_json_out *w, umi_text t);   /**< quoted and escaped */
void umi_json_str(umi_json_out *w, const char *s); /**< NULL writes null */
void umi_json_int(umi_json_out *w, int64_t v);
void umi_json_bool(umi_json_out *w, bool v);
void umi_json_null(umi_json_out *w);
void umi_json_money(umi_json_out *w, umi_money m); /**< "860664" */
void umi_json_day(umi_json_out *w, umi_day d);     /**< "2026-01-15" */
/* A member of an object: its key and its value. */
#define UMI_JSON_PUT(type, T)                                                  \
    static inline void umi_json_put_##type(umi_json_out *w, const char *key,   \
                                           T v)                                \
    {                                                                          \
        umi_json_key(w, key);                                                  \
        umi_json_##type(w, v);                                                 \
    }
UMI_JSON_PUT(text, umi_text)
UMI_JSON_PUT(str, const char *)
UMI_JSON_PUT(int, int64_t)
UMI_JSON_PUT(bool, bool)
UMI_JSON_PUT(money, umi_money)
UMI_JSON_PUT(day, umi_day)
#undef UMI_JSON_PUT

/** The error object of a JSON Lines answer: {"code","field","message"}. */
void umi_json_error(umi_json_out *w, const umi_error *err);
/** A parsed tree again, compact; numbers as they were written. */
void umi_json_value(umi_json_out *w, const umi_json *v);

#endif
