#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The English texts that people may see, from the sources.

    messages.py            the texts that engine/base/lang_id.def lacks
    messages.py --all      all of them
    messages.py --odd      sentences in the sources that nobody translates, and
                           arguments of umi_tr() whose texts cannot be seen
    messages.py --check    counts; also that conversions agree, that the order
                           is that of the bytes, and that no translation stands
                           for a text that is gone
    messages.py --sort     write the table anew, in order, without those

A text is found where it is handed to umi_tr() or to a function that hands it
on, however far, and in the tables that are named below.
"""
import errno
import glob
import os
import re
import sys

TABLE = "engine/base/lang_id.def"
# what the C library, libyaml, expat and SQLite say, as far as people meet it
FOREIGN = [os.strerror(n) for n in (
    errno.EPERM, errno.ENOENT, errno.EIO, errno.EACCES, errno.EBUSY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR,
    errno.EINVAL, errno.EMFILE, errno.EFBIG, errno.ENOSPC, errno.EROFS, errno.EPIPE, errno.ENAMETOOLONG,
    errno.ELOOP, errno.EDQUOT, errno.ENXIO, errno.EBADF)] + """
could not find expected ':'
did not find expected '-' indicator
did not find expected ',' or ']'
did not find expected ',' or '}'
did not find expected <document start>
did not find expected alphabetic or numeric character
did not find expected comment or line break
did not find expected hexdecimal number
did not find expected key
did not find expected node content
did not find expected whitespace or line break
block sequence entries are not allowed in this context
mapping keys are not allowed in this context
mapping values are not allowed in this context
found a tab character that violates indentation
found a tab character where an indentation space is expected
found an indentation indicator equal to 0
found character that cannot start any token
found invalid Unicode character escape code
found unexpected document indicator
found unexpected end of stream
found unknown escape character
while parsing a block collection
while parsing a block mapping
while parsing a block node
while parsing a flow mapping
while parsing a flow node
while parsing a flow sequence
while parsing a node
while parsing a quoted scalar
while scanning a block scalar
while scanning a directive
while scanning a plain scalar
while scanning a quoted scalar
while scanning a simple key
while scanning a tag
while scanning an alias
while scanning an anchor
while scanning for the next token
XML declaration not well-formed
XML or text declaration not at start of entity
duplicate attribute
encoding specified in XML declaration is incorrect
junk after document element
mismatched tag
no element found
not well-formed (invalid token)
partial character
reference to invalid character number
syntax error
unbound prefix
unclosed token
undefined entity
unknown encoding
attempt to write a readonly database
database disk image is malformed
database or disk is full
disk I/O error
file is not a database
unable to open database file
""".strip().split("\n")
SINKS = {"umi_tr": {1}, "umi_fail": {3}, "umi_fail_code": {4},
         "umi_report_value": {2}, "umi_report_add": {2}, "umi_cell_word": {0}}
# the column of the texts in tables of these types
TABLES = {"cli_command": 4, "cli_option": 2, "cli_group": 1,
          "umi_report_column": 1, "umi_report_kind": 1, "rule": 2, "step": 0, "counting": 1}
LISTS = ("_STATUS_LIST", "_FAULT_LIST", "_FAULTS", "APPLICATION_STATES", "APPLICATION_ACTS")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')
WORD = re.compile(r"^\w+$")


def unescape(s):
    return s.encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace") if "\\" in s else s


def joined(literal):
    return "".join(map(unescape, STRING.findall(literal)))


def plain(text):
    """Without comments; macros of formats as they are on this machine."""
    text = re.sub(r"\bPRI([a-zX])(?:64|PTR|MAX)\b", r'"l\1"', text)
    text = re.sub(r"\bPRI([a-zX])(?:8|16|32)\b", r'"\1"', text)
    return re.sub(r'("(?:[^"\\]|\\.)*")|/\*.*?\*/|//[^\n]*',
                  lambda m: m.group(1) or " ", text, flags=re.S)


def arguments(text, start):
    """Texts of the arguments of the call whose '(' is at start."""
    depth, begin, out, i = 0, start + 1, [], start
    while i < len(text):
        c = text[i]
        if c == '"':
            i = STRING.match(text, i).end()
            continue
        if c == "'":
            i += 4 if text[i + 1] == "\\" else 3
            continue
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth == 0:
                out.append(text[begin:i])
                return out
        elif c == "," and depth == 1:
            out.append(text[begin:i])
            begin = i + 1
        i += 1
    return out


def choices(expression):
    """What an expression may be: a conditional is two, without its condition."""
    parts = re.split(r"([?:])(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", expression) + [""]
    values = [p.strip() for p, then in zip(parts[::2], parts[1::2]) if then != "?"]
    return [re.sub(r"^\((.*)\)$", r"\1", v, flags=re.S).strip() for v in values]


class Function:
    def __init__(self, head, body):
        opening = head.rfind("(") if head.count("(") == 1 else None
        depth = 0
        for i in range(len(head) - 1, -1, -1):
            depth += (head[i] == ")") - (head[i] == "(")
            if depth == 0 and head[i] == "(":
                opening = i
                break
        self.name = (re.findall(r"(\w+)\s*$", head[:opening]) or [""])[0]
        self.static = "static" in head[:opening].rsplit("}", 1)[-1].rsplit(";", 1)[-1].split()
        names = [re.findall(r"\w+", p) for p in arguments(head, opening)]
        self.params = [n[-1] if n else "..." for n in names]
        self.body = body


class Source:
    def __init__(self, name):
        self.name, self.text = name, plain(open(name, encoding="utf-8").read())
        self.functions, self.macros = {}, []
        for m in re.finditer(r"\)\n\{\n(.*?\n)\}", self.text, flags=re.S):
            begin = max(self.text.rfind(s, 0, m.start()) for s in ("\n}", "\n#", ";\n", "\n\n"))
            f = Function(self.text[max(begin, 0):m.start() + 1], m.group(1))
            self.functions[f.name] = f
        for m in re.finditer(r"#define (\w+)(?:\(([^)]*)\))?((?:.*\\\n)*.*)", self.text):
            self.macros.append((m.group(1), [p.strip() for p in (m.group(2) or "").split(",")],
                                m.group(3).replace("\\\n", "\n")))
        self.text = re.sub(r"^#include.*$", "", self.text, flags=re.M)


def calls(text, name):
    for m in re.finditer(r"(?<!\w)%s\(" % name, text):
        yield m.start(), arguments(text, m.end() - 1)


class Texts:
    def __init__(self, names):
        self.sources = [Source(n) for n in names]
        self.found, self.odd = {}, []
        self.shared = {k: set(v) for k, v in SINKS.items()}
        self.own = {s.name: {} for s in self.sources}
        while self.spread():
            pass
        for s in self.sources:
            self.collect(s)

    def sinks(self, s):
        both = {k: set(v) for k, v in self.shared.items()}
        for f in s.functions.values():
            if f.static and f.name not in self.own[s.name]:
                both.pop(f.name, None)
        for k, v in self.own[s.name].items():
            both[k] = set(v)
        return both

    def spread(self):
        """A function that hands a parameter on to such a one is one, too."""
        grown = False

        def add(s, static, name, index):
            nonlocal grown
            table = self.own[s.name] if static else self.shared
            if index not in table.setdefault(name, set()):
                table[name].add(index)
                grown = True

        for s in self.sources:
            for sink, indices in self.sinks(s).items():
                for f in s.functions.values():
                    for _, args in calls(f.body, sink):
                        for i in indices:
                            for part in choices(args[i]) if i < len(args) else []:
                                if part in f.params:
                                    add(s, f.static, f.name, f.params.index(part))
                                kept = re.fullmatch(r"\w+->(\w+)", part)
                                if kept:
                                    self.kept(s, kept.group(1), add)
                for name, params, body in s.macros:
                    for _, args in calls(body, sink):
                        for i in indices:
                            if i < len(args) and args[i].strip() in ("__VA_ARGS__", "fmt", "text"):
                                here = args[i].strip().replace("__VA_ARGS__", "...")
                                if here in params:
                                    add(s, not s.name.endswith(".h"), name, params.index(here))
        return grown

    @staticmethod
    def kept(s, member, add):
        """Functions that keep a parameter in that member."""
        for f in s.functions.values():
            for value in re.findall(r"->%s = (\w+);" % member, f.body):
                if value in f.params:
                    add(s, f.static, f.name, f.params.index(value))

    def take(self, s, text):
        if re.search(r"[A-Za-z]{2}", re.sub(r"%[-.*0-9]*(ll|l|z|h)?[a-zA-Z]", "", text)):
            self.found.setdefault(text, s.name)

    def see(self, s, f, expression, depth=0):
        """Take the literals that an expression may be; False when unknown."""
        known = True
        for part in choices(expression):
            if TEXT.fullmatch(part):
                self.take(s, joined(part))
            elif part in ("NULL", "0"):
                pass
            elif WORD.match(part) and f is not None and part in f.params:
                pass
            elif WORD.match(part) and f is not None and depth < 4:
                value = r"(?<![\w.>])%s(?:\[\])?\s*=(?!=)\s*([^;{]*);" % part
                values = re.findall(value, f.body) or re.findall(value, s.text)
                known &= bool(values) and all([self.see(s, f, v, depth + 1) for v in values])
            elif re.fullmatch(r"\w+\[[^\]]*\]\.\w+", part):
                name, member = re.match(r"(\w+)\[.*\]\.(\w+)$", part, flags=re.S).groups()
                known &= self.members(s, f, name, member)
            elif re.fullmatch(r"\w+\[[^\]]*\]", part):
                array = r"\b%s\[\w*\]\s*=\s*\{" % part[:part.index("[")]
                within = f.body if f is not None and re.search(array, f.body) else s.text
                m = re.search(array, within)
                for t in TEXT.findall(",".join(arguments(within, m.end() - 1))) if m else []:
                    self.take(s, joined(t))
                known &= m is not None
            elif re.match(r"^\w+\(.*\)$", part, flags=re.S) and depth < 4:
                name = part[:part.index("(")]
                other = next((o for o in [s] + self.sources if name in o.functions), None)
                if other is None or "const char *" not in other.text:
                    known = False
                    continue
                g = other.functions[name]
                values = re.findall(r"\breturn ([^;]*);", g.body)
                known &= bool(values) and all([self.see(other, g, v, depth + 1) for v in values])
            else:
                known = False
        return known

    def members(self, s, f, name, member):
        """Take a column of a table whose struct stands before it."""
        table = r"struct \w*\s*\{([^}]*)\}[^;{=]*\b%s\[\]\s*=\s*\{" % name
        for within in [f.body if f else "", s.text]:
            m = re.search(table, within)
            names = re.findall(r"(\w+)\s*(?=[,;])", m.group(1)) if m else []
            if member in names:
                self.column(s, arguments(within, m.end() - 1), names.index(member))
                return True
        return False

    def collect(self, s):
        inside = [(f, s.text.find(f.body)) for f in s.functions.values()]
        for sink, indices in self.sinks(s).items():
            for at, args in calls(s.text, sink):
                f = next((f for f, b in inside if b <= at < b + len(f.body)), None)
                for i in indices:
                    if i < len(args) and not re.match(r"\s*const char\b", args[i]):
                        if not self.see(s, f, args[i]) and f is not None:
                            self.odd.append((s.name, re.sub(r"\s+", " ", "%s(... %s)" % (sink, args[i].strip()))))
        for kind, index in TABLES.items():
            for m in re.finditer(r"\b%s\s+\w+(\[\w*\])?\s*=\s*\{" % kind, s.text):
                rows = arguments(s.text, m.end() - 1)
                self.column(s, rows if m.group(1) else ["{" + ",".join(rows) + "}"], index)
        # lists of codes with their meaning, and options that commands share
        for name, _, body in s.macros:
            for _, args in calls(body, "X"):
                if name.endswith(LISTS) and TEXT.fullmatch(args[-1].strip()):
                    self.take(s, joined(args[-1]))
            if name.endswith("OPTIONS") and s.name.startswith("cli/"):
                self.column(s, arguments("(%s)" % body, 0), TABLES["cli_option"])

    def column(self, s, rows, index):
        for row in rows:
            at = row.find("{")
            fields = arguments(row, at) if at >= 0 else []
            if len(fields) > index:
                self.see(s, None, fields[index])


def sources():
    return sorted(n for p in ("engine/*/*.[ch]", "rules/*/*.[ch]", "ledger/*/*.[ch]", "cli/*.[ch]", "cli/*/*.[ch]")
                  for n in glob.glob(p))


def wanted(texts):
    found = dict(texts.found, **{t: "FOREIGN" for t in FOREIGN})
    code = plain(open("engine/base/code.def", encoding="utf-8").read())
    for _, args in calls(code, "X"):
        found.setdefault(joined(args[1]), "code.def")
    return found


def literals(texts):
    """Every literal of the sources, with what stands before it."""
    out = {}
    for s in texts.sources:
        for m in TEXT.finditer(s.text):
            out.setdefault(joined(m.group(0)), (s.name, s.text[max(0, m.start() - 80):m.start()]))
    return out


def entries():
    """(English, Indonesian, both as written) of the table, in its order."""
    raw = re.sub(r'("(?:[^"\\]|\\.)*")|/\*.*?\*/', lambda m: m.group(1) or " ",
                 open(TABLE, encoding="utf-8").read(), flags=re.S)
    for _, args in calls(raw, "X"):
        yield joined(plain(args[0])), joined(plain(args[1])), args


def conversions(s):
    return re.findall(r"%(?:[-+0#]*[\d*]*(?:\.[\d*]+)?(?:ll|l|z|h)?[a-zA-Z%])", s)


def pieces(written):
    """A text as written, cut behind blanks and around macros."""
    out = []
    for m in re.finditer(r'((?:"(?:[^"\\]|\\.)*"\s*)+)|(PRI\w+)', written):
        if m.group(2):
            out.append(m.group(2))
        else:
            whole = "".join(STRING.findall(m.group(1)))
            out += ['"%s"' % p for p in re.findall(r"[^ ]* *", whole) if p]
    return out


def laid(parts, indent, room):
    """Put pieces together to lines of at most 80 characters."""
    lines, line = [], ""
    for p in parts:
        joint = line[:-1] + p[1:] if line.endswith('"') and p.startswith('"') else (line + " " + p).strip()
        if line and len(indent) + len(joint) > room:
            lines.append(line)
            line = p
        else:
            line = joint
    return ("\n" + indent).join(lines + [line])


def sort(texts):
    alive = set(wanted(texts)) | set(literals(texts))
    rows = {}
    for english, indonesian, args in entries():
        if english in alive:
            rows.setdefault(english, (indonesian, args))
    head = re.match(r"/\*.*?\*/\n", open(TABLE, encoding="utf-8").read(), flags=re.S).group(0)
    with open(TABLE, "w", encoding="utf-8") as f:
        f.write(head)
        for english in sorted(rows, key=str.encode):
            key, value = (pieces(a) for a in rows[english][1])
            one = "X(%s, %s)" % (laid(key, "", 999), laid(value, "", 999))
            f.write((one if len(one) <= 80 else "X(%s,\n  %s)" % (laid(key, "  ", 79), laid(value, "  ", 79))) + "\n")


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    texts = Texts(sources())
    if mode == "--sort":
        sort(texts)
        return 0
    want, have = wanted(texts), {}
    twice = []
    for english, indonesian, _ in entries():
        if have.get(english, indonesian) != indonesian:
            twice.append(english)
        have[english] = indonesian
    if mode == "--all":
        print("\n".join("%s\t%s" % (f, t.replace("\n", "\\n")) for t, f in sorted(want.items())))
        return 0
    every = literals(texts)
    if mode == "--odd":
        for t, (name, before) in every.items():
            if t not in have and t not in want and re.search(r"[A-Za-z]{2,} [a-z%]|[a-z%] [a-z]{2,}", t):
                if not re.search(r"(assert\([^;]*|\.doc = |,)\s*$", before) or "assert" not in before and ".doc" not in before:
                    print("%s\t%s\t%s" % (name, t.replace("\n", "\\n"), re.sub(r"\s+", " ", before)[-40:]))
        for name, call in sorted(set(texts.odd)):
            print("%s\tunseen: %s" % (name, call))
        return 0
    missing = [t for t in sorted(want) if t not in have]
    if mode != "--check":
        for t in missing:
            print("%s\t%s" % (want[t], t.replace("\n", "\\n")))
        return 0
    bad = ["no translation of: %s (%s)" % (t, want[t]) for t in missing]
    bad += ["conversions differ: %s" % t for t in have if conversions(t) != conversions(have[t])]
    bad += ["translates nothing: %s" % t for t in have if t not in want and t not in every]
    bad += ["translated twice: %s" % t for t in twice]
    order = [e.encode() for e, _, _ in entries()]
    bad += ["out of order: %s" % b.decode() for a, b in zip(order, order[1:]) if a >= b]
    print("\n".join(bad))
    print("%d passed, %d failed" % (len(want) - len(missing), len(bad)))
    return bool(bad)


sys.exit(main())
