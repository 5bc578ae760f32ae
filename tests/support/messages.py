#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The English texts that people may see, from the sources.

    messages.py            the texts that engine/base/lang_id.def lacks
    messages.py --all      all of them
    messages.py --check    counts; also that conversions agree, and that no
                           translation stands for a text that is gone
"""
import glob
import re
import sys

# which argument of which call is a text for people
CALLS = {"umi_fail": 3, "umi_fail_code": 4, "umi_tr": 1, "cli_usage": 2,
         "umi__expr_error": 3, "umi__expr_warning": 3, "umi__expr_help": 2,
         "cli_line": 2, "cli_line_int": 2, "cli_line_money": 2, "cli_line_day": 2}
EXTRA = re.compile(r"/\* tr:(\w+):(\d+) \*/")  # a room may name its own
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def unescape(s):
    return s.encode().decode("unicode_escape").encode("latin-1").decode("utf-8") if "\\" in s else s


def strip_comments(text):
    text = re.sub(r"\bPRI([a-zX])(?:8|16|32|64|PTR|MAX)\b", r'"ll\1"', text)
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


def literals(arg):
    """The literal texts an argument may be: adjacent strings are one text,
    a conditional is two."""
    found = []
    for part in re.split(r"[?:](?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", arg):
        strings = STRING.findall(part)
        if strings and not re.sub(STRING, "", part).strip(" \n\t()"):
            found.append(unescape("".join(strings)))
    return found


def table_texts(text):
    """Summaries and helps of command tables, marked by their types."""
    for m in re.finditer(r"\bcli_(command|option|group)\s+\w+(?:\[\])?\s*=\s*\{", text):
        body = arguments(text, m.end() - 1)
        rows = body if m.group(1) != "group" else ["{" + ",".join(body) + "}"]
        for row in rows:
            at = row.find("{")
            if at < 0:
                continue
            fields = arguments(row, at)
            index = {"command": 4, "option": 2, "group": 1}[m.group(1)]
            if len(fields) > index:
                yield from literals(fields[index])


def wanted():
    texts = {}
    files = sorted(glob.glob("engine/*/*.[ch]") + glob.glob("rules/*/*.[ch]") +
                   glob.glob("ledger/*/*.[ch]") + glob.glob("cli/*.[ch]") + glob.glob("cli/*/*.[ch]"))
    for name in files:
        raw = open(name, encoding="utf-8").read()
        calls = dict(CALLS)
        for m in EXTRA.finditer(raw):
            calls[m.group(1)] = int(m.group(2))
        text = strip_comments(raw)
        for call, index in calls.items():
            for m in re.finditer(r"\b%s\(" % call, text):
                args = arguments(text, m.end() - 1)
                if len(args) > index:
                    for s in literals(args[index]):
                        texts.setdefault(s, name)
        for s in table_texts(text):
            texts.setdefault(s, name)
    for row in re.findall(r'X\(("(?:[^"\\]|\\.)*"),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)',
                          open("engine/base/code.def", encoding="utf-8").read()):
        texts.setdefault("".join(map(unescape, STRING.findall(row[1]))), "code.def")
    for row in re.findall(r'X\(UMI_FAULT_\w+, "\w+", "([^"]*)"\)', open("rules/expr/value.h").read()):
        texts.setdefault(row, "value.h")
    for row in re.findall(r'X\(UMI_\w+, \d+, "\w+", "([^"]*)"\)', open("engine/base/status.h").read()):
        texts.setdefault(row, "status.h")
    return {t: f for t, f in texts.items() if re.search(r"[A-Za-z]{2}", re.sub(r"%[-.*0-9]*(ll|z|h)?[a-zA-Z]", "", t))}


def translated():
    text = strip_comments(open("engine/base/lang_id.def", encoding="utf-8").read())
    out = {}
    for m in re.finditer(r"\bX\(", text):
        args = arguments(text, m.end() - 1)
        key, value = ("".join(map(unescape, STRING.findall(a))) for a in args[:2])
        out[key] = value
    return out


def conversions(s):
    return re.findall(r"%(?:[-+ 0#]*[\d*]*(?:\.[\d*]+)?(?:ll|l|z|h)?[a-zA-Z%])", s)


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    want, have = wanted(), translated()
    if mode == "--all":
        print("\n".join("%s\t%s" % (f, t) for t, f in sorted(want.items())))
        return 0
    missing = [t for t in sorted(want) if t not in have]
    if mode != "--check":
        for t in missing:
            print("%s\t%s" % (want[t], t.replace("\n", "\\n")))
        return 0
    bad = ["no translation of: %s (%s)" % (t, want[t]) for t in missing]
    bad += ["conversions differ: %s" % t for t in have if conversions(t) != conversions(have[t])]
    bad += ["translates nothing: %s" % t for t in have if t not in want]
    order = [t.encode() for t in have]
    bad += ["out of order: %s" % b.decode() for a, b in zip(order, order[1:]) if a > b]
    print("\n".join(bad))
    print("%d passed, %d failed" % (len(want) - len(missing), len(bad)))
    return bool(bad)


sys.exit(main())
