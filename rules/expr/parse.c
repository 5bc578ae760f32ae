/* SPDX-License-Identifier: MIT */
#include "rules/expr/expr_int.h"

#include <assert.h>

typedef struct parser {
    umi__lexer lex;
    umi__token now;
    umi_arena *arena;
    umi_expr_log *log;
    umi_text text;
    uint32_t nodes, depth, end; /* end: behind the last token taken */
    bool negate;                /* the next literal is behind a minus */
    bool stopped;               /* told, or out of memory */
} parser;

/* Every function below gives NULL once the parser has stopped. */

static umi_node *stop(parser *p)
{
    p->stopped = true;
    return NULL;
}

static void advance(parser *p)
{
    p->end = p->now.at.offset + p->now.at.length;
    umi__lex(&p->lex, &p->now);
}

static bool is(const parser *p, int mark)
{
    return p->now.kind == UMI__T_MARK && p->now.mark == mark;
}

static bool take(parser *p, int mark)
{
    if (!is(p, mark))
        return false;
    advance(p);
    return true;
}

static umi_node *node(parser *p, umi_op op, uint32_t offset, uint32_t room)
{
    if (++p->nodes > UMI_EXPR_NODES) {
        umi__expr_error(p->log, "E112", (umi__span){offset, p->end - offset},
                        "the expression has more than %d nodes",
                        UMI_EXPR_NODES);
        return stop(p);
    }
    umi_node *n = umi_arena_alloc(p->arena, sizeof *n);
    if (n != NULL && room != 0)
        n->args = umi_arena_array(p->arena, room, sizeof *n->args);
    if (n == NULL || (room != 0 && n->args == NULL)) {
        p->lex.nomem = true;
        return stop(p);
    }
    n->op = op;
    n->offset = offset;
    n->length = p->end - offset;
    return n;
}

static umi_node *literal(parser *p, uint32_t offset, umi_value v)
{
    umi_node *n = node(p, UMI_OP_CONST, offset, 0);
    if (n != NULL)
        n->value = v;
    return n;
}

static const char *instead(umi_text word)
{
    static const char *const words[][2] = {
        {"and", "&&"},
        {"or", "||"},
        {"AND", "&&"},
        {"OR", "||"},
        {"not", "!"},
        {"NOT", "!"},
        {"is", "=="},
        {"then", "c ? a : b"},
        {"if", "c ? a : b"},
        {"else", "c ? a : b"},
        {"null", "known(fact)"},
        {"mod", "%"},
        {"div", "/"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (umi_text_is(word, words[i][0]))
            return words[i][1];
    return NULL;
}

static umi_node *unexpected(parser *p)
{
    const umi__token *t = &p->now;
    if (t->kind == UMI__T_ERROR) /* the lexer told */
        return stop(p);
    if (t->kind == UMI__T_END) {
        if (p->end == 0)
            umi__expr_error(p->log, "E101", t->at, "the expression is empty");
        else
            umi__expr_error(p->log, "E101", t->at,
                            "the expression ends too early");
        return stop(p);
    }
    umi_text shown = {p->text.ptr + t->at.offset, t->at.length};
    umi_expr_problem *q = umi__expr_error(p->log, "E101", t->at,
                                          "unexpected '%.*s'", UMI_SHOW(shown));
    const char *right = instead(shown);
    if (right != NULL)
        umi__expr_help(p->log, q, "write %s", right);
    return stop(p);
}

static bool expect(parser *p, int mark)
{
    if (take(p, mark))
        return true;
    (void)unexpected(p);
    return false;
}

static umi_node *expression(parser *p);

static bool enter(parser *p)
{
    if (++p->depth <= UMI_EXPR_DEPTH)
        return true;
    umi__expr_error(p->log, "E112", p->now.at,
                    "brackets are nested more than %d deep", UMI_EXPR_DEPTH);
    (void)stop(p);
    return false;
}

/* Expressions up to @p close into n->args, behind those that are there. */
static bool arguments(parser *p, umi_node *n, int close)
{
    uint32_t room = n->count;
    while (!take(p, close)) {
        umi_node *arg = expression(p);
        if (arg == NULL)
            return false;
        if (n->count == room) {
            room = room * 2 + 4;
            umi_node **args = umi_arena_array(p->arena, room, sizeof *args);
            if (args == NULL) {
                p->lex.nomem = true;
                return stop(p) != NULL;
            }
            if (n->count != 0)
                memcpy(args, n->args, n->count * sizeof *args);
            n->args = args;
        }
        n->args[n->count++] = arg;
        if (!take(p, ',') && !is(p, close))
            return unexpected(p) != NULL;
    }
    n->length = p->end - n->offset;
    p->depth--;
    return true;
}

static umi_node *call(parser *p, umi_text name, uint32_t at, umi_node *receiver)
{
    umi_node *n = node(p, UMI_OP_CALL, receiver ? receiver->offset : at,
                       receiver != NULL);
    if (n == NULL || !enter(p))
        return NULL;
    n->text = name;
    n->method = receiver != NULL;
    if (receiver != NULL)
        n->args[n->count++] = receiver;
    return arguments(p, n, ')') ? n : NULL;
}

static bool reserved(umi_text t)
{
    static const char *const words[] = {
        "as",       "break",     "const",  "continue", "else", "for",
        "function", "if",        "import", "let",      "loop", "null",
        "package",  "namespace", "return", "var",      "void", "while"};
    const size_t n = sizeof words / sizeof *words;
    return umi_text_index(t, words, n) < n;
}

static umi_node *word(parser *p)
{
    umi_text name = p->now.text;
    uint32_t at = p->now.at.offset;
    if (reserved(name)) {
        umi_expr_problem *q = umi__expr_error(
            p->log, "E106", p->now.at, "'%.*s' is reserved", UMI_SHOW(name));
        const char *right = instead(name);
        if (right != NULL)
            umi__expr_help(p->log, q, "write %s", right);
        return stop(p);
    }
    advance(p);
    if (take(p, '('))
        return call(p, name, at, NULL);
    umi_node *n = node(p, UMI_OP_NAME, at, 0);
    if (n != NULL)
        n->text = name;
    return n;
}

static umi_node *integer(parser *p, uint32_t offset, bool minus)
{
    uint64_t m = p->now.magnitude;
    umi__span at = p->now.at;
    advance(p);
    if (!minus && m > INT64_MAX) {
        umi__expr_error(p->log, "E105", at,
                        "the number does not fit an int (64 bits)");
        return stop(p);
    }
    return literal(p, offset,
                   umi_value_int(minus ? (int64_t)(0 - m) : (int64_t)m));
}

static umi_node *primary(parser *p)
{
    umi__token t = p->now;
    bool minus = p->negate;
    uint32_t at = minus ? p->end - 1 : t.at.offset; /* the minus was last */
    umi_node *n;
    p->negate = false;
    switch (t.kind) {
    case UMI__T_INT:
        return integer(p, at, minus);
    case UMI__T_DECIMAL:
        advance(p);
        t.decimal.num = minus ? -t.decimal.num : t.decimal.num;
        return literal(p, at, umi_value_decimal(UMI_KIND_DECIMAL, t.decimal));
    case UMI__T_STRING:
        advance(p);
        return literal(p, at, umi_value_string(t.text));
    case UMI__T_TRUE:
    case UMI__T_FALSE:
        advance(p);
        return literal(p, at, umi_value_bool(t.kind == UMI__T_TRUE));
    case UMI__T_IDENT:
        return word(p);
    case UMI__T_MARK:
        if (t.mark == '(') {
            if (!enter(p))
                return NULL;
            advance(p);
            n = expression(p);
            p->depth--;
            return n != NULL && expect(p, ')') ? n : NULL;
        }
        if (t.mark == '[') {
            if (!enter(p))
                return NULL;
            advance(p);
            n = node(p, UMI_OP_LIST, at, 0);
            return n != NULL && arguments(p, n, ']') ? n : NULL;
        }
        break;
    case UMI__T_END:
    case UMI__T_ERROR:
        break;
    }
    return unexpected(p);
}

/* a . b: the name "a.b", without what may stand around the point. */
static umi_node *longer_name(parser *p, umi_node *n, umi_text part)
{
    size_t len = n->text.len + 1 + part.len;
    n->length = p->end - n->offset;
    if (n->length == len) {
        n->text = (umi_text){p->text.ptr + n->offset, len};
        return n;
    }
    char *joined = umi_arena_alloc(p->arena, len + 1);
    if (joined == NULL) {
        p->lex.nomem = true;
        return stop(p);
    }
    memcpy(joined, n->text.ptr, n->text.len);
    joined[n->text.len] = '.';
    memcpy(joined + n->text.len + 1, part.ptr, part.len);
    n->text = (umi_text){joined, len};
    return n;
}

static umi_node *member(parser *p, umi_node *n, bool bare)
{
    umi__token part = p->now;
    if (part.kind != UMI__T_IDENT)
        return unexpected(p);
    advance(p);
    if (take(p, '('))
        return call(p, part.text, part.at.offset, n);
    if (n->op == UMI_OP_NAME && bare)
        return longer_name(p, n, part.text);
    umi__expr_error(p->log, "E101", part.at, "a value has no field '%.*s'",
                    UMI_SHOW(part.text));
    return stop(p);
}

static umi_node *subscript(parser *p, umi_node *list)
{
    umi_node *n = enter(p) ? node(p, UMI_OP_INDEX, list->offset, 2) : NULL;
    if (n == NULL || (n->args[1] = expression(p)) == NULL || !expect(p, ']'))
        return NULL;
    p->depth--;
    n->args[0] = list;
    n->count = 2;
    n->length = p->end - n->offset;
    return n;
}

static umi_node *postfix(parser *p)
{
    bool bare = p->now.kind == UMI__T_IDENT;
    umi_node *n = primary(p);
    while (n != NULL) {
        if (take(p, '.'))
            n = member(p, n, bare);
        else if (take(p, '['))
            n = subscript(p, n);
        else
            break;
    }
    return n;
}

static umi_node *unary(parser *p)
{
    int mark = is(p, '!') ? '!' : '-';
    uint32_t first = p->now.at.offset, signs = 0;
    uint32_t at[UMI_EXPR_NODES];
    while (is(p, mark)) {
        if (signs == UMI_EXPR_NODES) { /* one node each: refused in any case */
            p->nodes = UMI_EXPR_NODES;
            return node(p, UMI_OP_NOT, first, 0);
        }
        at[signs++] = p->now.at.offset;
        advance(p);
    }
    if (signs > 0 && mark == '-' &&
        (p->now.kind == UMI__T_INT || p->now.kind == UMI__T_DECIMAL)) {
        p->negate = true;
        p->end = at[--signs] + 1;
    }
    umi_node *n = postfix(p);
    while (n != NULL && signs-- > 0) {
        umi_node *arg = n;
        n = node(p, mark == '!' ? UMI_OP_NOT : UMI_OP_NEG, at[signs], 1);
        if (n != NULL)
            n->args[n->count++] = arg;
    }
    return n;
}

/* Binary operators by binding strength, weakest first. */
static const struct {
    int mark, level;
    umi_op op;
} operators[] = {
    {UMI__MARK2('|', '|'), 1, UMI_OP_OR},
    {UMI__MARK2('&', '&'), 2, UMI_OP_AND},
    {UMI__MARK2('=', '='), 3, UMI_OP_EQ},
    {UMI__MARK2('!', '='), 3, UMI_OP_NE},
    {'<', 3, UMI_OP_LT},
    {UMI__MARK2('<', '='), 3, UMI_OP_LE},
    {'>', 3, UMI_OP_GT},
    {UMI__MARK2('>', '='), 3, UMI_OP_GE},
    {UMI__MARK2('i', 'n'), 3, UMI_OP_IN},
    {'+', 4, UMI_OP_ADD},
    {'-', 4, UMI_OP_SUB},
    {'*', 5, UMI_OP_MUL},
    {'/', 5, UMI_OP_DIV},
    {'%', 5, UMI_OP_MOD},
};

enum {
    COMPARISON = 3,
    TIGHTEST = 5
};

static int operator_at(const parser *p, int level)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (operators[i].level == level && is(p, operators[i].mark))
            return (int)i;
    return -1;
}

static umi_node *binary(parser *p, int level)
{
    if (level > TIGHTEST)
        return unary(p);
    uint32_t first = p->now.at.offset; /* a bracket before the left one */
    umi_node *left = binary(p, level + 1);
    bool again = false;
    for (int i; left != NULL && (i = operator_at(p, level)) >= 0;) {
        advance(p);
        umi_node *right = binary(p, level + 1);
        umi_node *n = right ? node(p, operators[i].op, first, 2) : NULL;
        if (n == NULL)
            return NULL;
        n->args[0] = left;
        n->args[1] = right;
        n->count = 2;
        n->chained = again && level == COMPARISON;
        again = true;
        left = n;
    }
    return left;
}

/* The nodes of condition and branches bound how deep this can recurse. */
static umi_node *expression(parser *p)
{
    uint32_t first = p->now.at.offset;
    umi_node *c = binary(p, 1);
    if (c == NULL || !take(p, '?'))
        return c;
    umi_node *a = binary(p, 1);
    if (a == NULL || !expect(p, ':'))
        return NULL;
    umi_node *b = expression(p);
    umi_node *n = b ? node(p, UMI_OP_COND, first, 3) : NULL;
    if (n == NULL)
        return NULL;
    n->args[0] = c;
    n->args[1] = a;
    n->args[2] = b;
    n->count = 3;
    return n;
}

static bool too_long(umi_text text, umi_expr_log *log)
{
    bool utf8 = text.len <= UMI_EXPR_CHARS * 4 && umi_text_utf8(text);
    if (utf8 && umi_text_points(text) <= UMI_EXPR_CHARS)
        return false;
    if (utf8 || text.len > UMI_EXPR_CHARS * 4)
        umi__expr_error(log, "E112", (umi__span){0, 0},
                        "the expression is longer than %d characters",
                        UMI_EXPR_CHARS);
    else
        umi__expr_error(log, "E101", (umi__span){0, 0},
                        "the expression is not UTF-8");
    return true;
}

/* --- tests of a subject --------------------------------------------------- */

static umi_node *subject_at(parser *p, uint32_t offset, const umi_name *subject)
{
    umi_node *n = node(p, UMI_OP_NAME, offset, 0);
    if (n != NULL) {
        n->text = subject->name;
        n->name = subject;
        n->length = 0; /* it is not written here */
    }
    return n;
}

static umi_node *
join(parser *p, umi_op op, uint32_t offset, umi_node *a, umi_node *b)
{
    umi_node *n = a != NULL ? node(p, op, offset, b != NULL ? 2 : 1) : NULL;
    if (n == NULL)
        return NULL;
    n->args[n->count++] = a;
    if (b != NULL)
        n->args[n->count++] = b;
    return n;
}

static umi_node *comparison(parser *p, const umi_name *subject)
{
    uint32_t at = p->now.at.offset;
    int i = operator_at(p, COMPARISON);
    if (i >= 0)
        advance(p);
    umi_node *right = binary(p, COMPARISON + 1);
    umi_node *left = right != NULL ? subject_at(p, at, subject) : NULL;
    if (left == NULL)
        return NULL;
    if (i >= 0)
        return join(p, operators[i].op, at, left, right);
    if (right->op != UMI_OP_CONST || right->value.kind != UMI_KIND_BOOL)
        return join(p, UMI_OP_EQ, at, left, right);
    return right->value.i != 0 ? left : join(p, UMI_OP_NOT, at, left, NULL);
}

static umi_node *test(parser *p, const umi_name *subject)
{
    umi_node *all = comparison(p, subject);
    while (all != NULL && take(p, UMI__MARK2('&', '&'))) {
        umi_node *more = comparison(p, subject);
        all = more != NULL ? join(p, UMI_OP_AND, 0, all, more) : NULL;
    }
    return all;
}

/* --- the whole ------------------------------------------------------------ */

/* An expression, or with @p subject a test of it. */
static umi_status parse(umi_expr **out,
                        umi_arena *arena,
                        umi_text text,
                        const umi_name *subject,
                        umi_expr_log *log)
{
    if (too_long(text, log))
        return log->nomem ? UMI_ENOMEM : UMI_ESYNTAX;
    parser p = {.lex = {.text = text, .arena = arena, .log = log},
                .arena = arena,
                .log = log,
                .text = text};
    advance(&p);
    umi_node *root = subject != NULL ? test(&p, subject) : expression(&p);
    if (root != NULL && p.now.kind != UMI__T_END)
        root = unexpected(&p);
    umi_expr *e = root ? umi_arena_alloc(arena, sizeof *e) : NULL;
    if (p.lex.nomem || log->nomem || (root != NULL && e == NULL))
        return UMI_ENOMEM;
    if (root == NULL) {
        assert(p.stopped && log->errors > 0);
        return UMI_ESYNTAX;
    }
    *e = (umi_expr){.text = text, .root = root, .nodes = p.nodes};
    *out = e;
    return UMI_OK;
}

umi_status umi_expr_parse(umi_expr **out,
                          umi_arena *arena,
                          umi_text text,
                          umi_expr_log *log)
{
    return parse(out, arena, text, NULL, log);
}

umi_status umi_expr_parse_test(umi_expr **out,
                               umi_arena *arena,
                               umi_text text,
                               const umi_name *subject,
                               umi_expr_log *log)
{
    return parse(out, arena, text, subject, log);
}
