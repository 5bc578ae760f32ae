#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the tests notice when the code is wrong?  (`make mutate`)

Each mutant is one source file with one small fault: a comparison, a sign, a
logical operator or a constant flipped, a condition negated, a statement left
out, a result forgotten.  It is compiled into a shared object that takes the
place of the good file in the test programs, which must then fail, crash or
run out of time.  What still passes survives: either a test is missing, or the
mutant means the same as the original, which tests/support/mutants_survive.txt
must then say with the reason.  One whose optimised object code is that of the
original is no mutant.

    mutate.py [--file F]... [--names F] [--sample N] [--seed S] [--list] TEST...

What a run found is kept in BUILD/mutate/work/fates, and not asked again as long
as the library, the compiler's command and the tests that said it (one for a
mutant that was killed, all for another) stay as they are: a run that was cut
off goes on where it stood.

Environment, from the Makefile: COMPILE_ONE (the command for an object file) and
BUILD (where to write).  The layout of clang-format is relied on: binary
operators stand between blanks.
"""
import argparse
import collections
import concurrent.futures
import glob
import hashlib
import os
import random
import re
import resource
import shlex
import subprocess
import sys
import threading
import time

SURVIVORS = "tests/support/mutants_survive.txt"
FILES = ["engine/base/*.c", "engine/loan/schedule*.c"]
GOAL = 95  # percent that must be killed
CPU_SECONDS, MEMORY = 2, 1 << 30  # a test that wants more is killed

TOKEN = re.compile(
    r"""(?P<blank>\s+|/\*.*?\*/|//[^\n]*|^[ ]*\#(?:\\\n|[^\n])*)
      | (?P<text>"(?:\\.|[^"\\])*")
      | (?P<char>'(?:\\.|[^'\\])+')
      | (?P<number>\d[\w.]*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<op><<=|>>=|->|\+\+|--|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||.)""",
    re.S | re.X | re.M)
BINARY = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "==": ["!="], "!=": ["=="], "+": ["-"], "-": ["+"], "*": ["/"],
    "/": ["*"], "%": ["*"], "&&": ["||"], "||": ["&&"], "&": ["|"],
    "|": ["&"], "<<": [">>"], ">>": ["<<"], "+=": ["-="], "-=": ["+="],
    "*=": ["="], "/=": ["="], "^": ["|"], "|=": ["="], "&=": ["="]}
COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, set(")]}")
NO_STATEMENT = {"if", "for", "while", "do", "switch", "case", "default",
                "else", "return", "static", "const", "struct", "enum",
                "union", "unsigned", "typedef", "assert", "_Thread_local"}

Token = collections.namedtuple("Token", "kind text at end")
Mutant = collections.namedtuple("Mutant", "path line name begin end new")
# name: what the list of survivors calls it, whatever line it moves to


class Source:
    """A file as tokens, and the mutants that can be made of it."""

    def __init__(self, path):
        self.path = path
        self.text = open(path, encoding="utf-8").read()
        self.lines = self.text.split("\n")
        self.tokens = [Token(m.lastgroup, m.group(), m.start(), m.end())
                       for m in TOKEN.finditer(self.text)
                       if m.lastgroup != "blank"]
        self.pair = self.match_brackets()
        self.mutants, self.names = [], collections.Counter()
        self.function, body_end, header_end = "", -1, -1
        i = 0
        while i < len(self.tokens):
            t = self.tokens[i]
            if t.text in ("assert", "static_assert", "alignas"):
                i = self.pair[i + 1]
            elif i > body_end:
                if t.text == "{" and self.tokens[i - 1].text == ")":
                    body_end = self.pair[i]
                    self.function = self.tokens[self.pair[i - 1] - 1].text
                elif t.kind in ("number", "char"):
                    self.constant(t)
            else:
                self.operator(i, t)
                if i > header_end:
                    self.statement(i, t)
                if t.text == "for":
                    header_end = self.pair[i + 1]
            if i == body_end:
                self.function = ""
            i += 1

    def match_brackets(self):
        pair, stack = {}, []
        for i, t in enumerate(self.tokens):
            if t.kind != "op":
                continue
            if t.text in OPEN:
                stack.append(i)
            elif t.text in CLOSE:
                pair[i] = stack.pop()
                pair[pair[i]] = i
        return pair

    def add(self, begin, end, new):
        line = self.text.count("\n", 0, begin)
        old = " ".join(self.text[begin:end].split())
        shown = " ".join(new.split()) or "nothing"
        name = f"{self.path} {self.function or '-'} | " \
               f"{self.lines[line].strip()} | {old} -> {shown}"
        self.names[name] += 1
        if self.names[name] > 1:
            name += f" ({self.names[name]})"
        new += "\n" * (self.text.count("\n", begin, end) - new.count("\n"))
        self.mutants.append(Mutant(self.path, line + 1, name, begin, end, new))

    def constant(self, t):
        new = f"({t.text} + 1)"
        if t.text.isdecimal():
            new = "0" if t.text == "1" else str(int(t.text) + 1)
        self.add(t.at, t.end, new)

    def operator(self, i, t):
        before, after = self.text[t.at - 1], self.text[t.end]
        if t.kind in ("number", "char"):
            self.constant(t)
        elif t.text in ("true", "false"):
            self.add(t.at, t.end, "false" if t.text == "true" else "true")
        elif t.text in ("++", "--"):
            self.add(t.at, t.end, "--" if t.text == "++" else "++")
        elif t.text in BINARY and before in " \n" and after in " \n":
            for new in BINARY[t.text]:
                self.add(t.at, t.end, new)
        elif t.text in ("!", "-", "~"):
            self.add(t.at, t.end, "")
        elif t.text in ("if", "while"):
            self.condition(i + 1)

    def condition(self, i):
        inside = [t.text for t in self.tokens[i + 1:self.pair[i]]]
        if sum(op in COMPARISONS for op in inside) == 1 and not \
                {"&&", "||", "!"} & set(inside):
            return  # its comparison is negated already
        begin, end = self.tokens[i].at, self.tokens[self.pair[i]].end
        self.add(begin, end, "(!" + self.text[begin:end] + ")")

    def statement(self, i, t):
        """Left out, when it is a call, an assignment or a jump; a result
        becomes 0."""
        p = self.tokens[i - 1].text
        line = self.text.rfind("\n", 0, t.at) + 1
        label = p == ":" and \
            self.text[line:t.at].split()[:1] in (["case"], ["default:"])
        header = p == ")" and self.tokens[self.pair[i - 1] - 1].text in (
            "if", "for", "while")
        if t.text == "return":
            end = self.end_of(i)
            value = self.text[self.tokens[i + 1].at:self.tokens[end].at]
            if end == i + 1:
                self.add(t.at, self.tokens[end].end, ";")
            elif value not in ("0", "1", "true", "false", "NULL", "UMI_OK"):
                self.add(self.tokens[i + 1].at, self.tokens[end].at, "0")
            return
        if not (header or label or
                p in (";", "{", "}", "else", "do")):
            return
        declares = t.kind == "word" and (
            self.tokens[i + 1].kind == "word" or
            (self.tokens[i + 1].text == "*" and
             self.text[self.tokens[i + 1].end] != " "))
        if t.text in NO_STATEMENT or declares or \
                not (t.kind == "word" or t.text in ("*", "(", "++", "--")):
            return
        end = self.end_of(i)
        if self.tokens[end].text == ";":
            self.add(t.at, self.tokens[end].end, ";")

    def end_of(self, i):
        """The token that ends the statement: its semicolon, else a bracket
        or comma that shows it to be none."""
        while self.tokens[i].text not in (";", "}", ",", ")"):
            i = self.pair[i] if self.tokens[i].text in OPEN else i
            i += 1
        return i


class Bench:
    """Compiles mutants and runs the tests on them."""

    def __init__(self, build, tests):
        self.build = build
        self.env = dict(os.environ, CCACHE_DISABLE="1", BRIEF="1")
        self.command = shlex.split(os.environ["COMPILE_ONE"]) + ["-g0", "-w"]
        self.tests = tests
        self.took, self.kills = {}, collections.Counter()
        self.order, self.good, self.lock = {}, {}, threading.Lock()
        os.makedirs(build, exist_ok=True)
        self.fates = f"{build}/fates"
        self.all = self.stamp(*sorted(tests))
        self.by = {t: self.stamp(t) for t in tests}

    def stamp(self, *tests):
        """Of all that decides the fate of a mutant besides its own text."""
        h = hashlib.sha256("\0".join(self.command).encode())
        for path in (f"{self.build}/../libumi.so",) + tests:
            with open(path, "rb") as f:
                h.update(hashlib.sha256(f.read()).digest())
        return h.hexdigest()[:16]

    def kept(self):
        """Fates that an earlier run found and that still hold, by name."""
        good = {self.all, *self.by.values()}
        if not os.path.exists(self.fates):
            return {}
        with open(self.fates, encoding="utf-8") as f:
            lines = [line.rstrip("\n").split(" ", 2) for line in f]
        return {name: fate for stamp, fate, name in lines if stamp in good}

    def keep(self, m, fate, test):
        with self.lock, open(self.fates, "a", encoding="utf-8") as f:
            f.write(f"{self.by[test] if test else self.all} {fate} {m.name}\n")

    def time(self):
        for test in self.tests:
            began = time.monotonic()
            if not self.passes(test):
                sys.exit(f"{test} fails on the original")
            self.took[test] = time.monotonic() - began

    def compile(self, path, text, level):
        """The object code, or None.  The name of the file stays the same
        for all, for object code holds it."""
        room = f"{self.build}/{os.getpid()}-{threading.get_ident()}"
        os.makedirs(room, exist_ok=True)
        out = f"{room}/mutant.o"
        c = subprocess.run(
            self.command + [level, "-x", "c", "-", "-c", "-o", out],
            input=f'#line 1 "{path}"\n{text}', text=True, env=self.env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return out if c.returncode == 0 else None

    def passes(self, test, preload=None):
        def limits():
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS,) * 2)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        env = dict(self.env, LD_PRELOAD=preload) if preload else self.env
        try:
            return subprocess.run(
                [test], env=env, stdin=subprocess.DEVNULL, check=False,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                preexec_fn=limits, timeout=30 * CPU_SECONDS).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def optimised(self, path, text):
        with open(self.compile(path, text, "-O2"), "rb") as f:
            return f.read()

    def same(self, source, text):
        if source.path not in self.good:
            self.good[source.path] = self.optimised(source.path, source.text)
        return self.good[source.path] == self.optimised(source.path, text)

    def killer(self, path, text):
        """The test that fails with this text in the place of the file, or
        None; False when it does not compile."""
        obj = self.compile(path, text, "-O0")
        if obj is None:
            return False
        lib = os.path.abspath(obj[:-2] + ".so")
        subprocess.run(["cc", "-shared", "-o", lib, obj], check=True)
        return next((t for t in sorted(self.order[path], key=lambda t:
                                       self.cost(path, t))
                     if not self.passes(t, lib)), None)

    def cost(self, path, test):
        """Seconds for a kill, as far as is known."""
        return self.took[test] / (self.kills[path, test] + 1)

    def prepare(self, source):
        """The original must pass in the way that mutants take."""
        self.order[source.path] = [t for t in self.tests
                                   if concerns(t, source.path)]
        test = self.killer(source.path, source.text)
        if test is not None:
            sys.exit(f"{test} fails on the original of {source.path}")

    def judge(self, source, m):
        """"broken" (no program), "same", "killed" or "survived"."""
        fate, test = self.ask(source, m)
        self.keep(m, fate, test)
        return fate

    def ask(self, source, m):
        text = source.text[:m.begin] + m.new + source.text[m.end:]
        test = self.killer(m.path, text)
        if test:
            self.kills[m.path, test] += 1
            return "killed", test
        if test is False:
            return "broken", None
        return ("same" if self.same(source, text) else "survived"), None


def concerns(test, path):
    """Rooms to the left of a file do not depend on it."""
    return "loan" not in path or re.search("schedule|quote", test)


def listed(path):
    """Names of mutants in a list with reasons, or in an earlier report, and
    whether they stand under a reason that begins with "=": whatever is put
    in, such a mutant gives what the original gives."""
    names, same = {}, False
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line[:2] in ("= ", "~ "):
                same = line[0] == "="
            elif line.count(" | ") > 1:
                names[line.rstrip("\n")] = same
    return names


def arguments():
    a = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    a.add_argument("--file", action="append", default=[])
    a.add_argument("--sample", type=int, default=0)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--names", help="only those named in this file, such as "
                   "the report of an earlier run")
    a.add_argument("--list", action="store_true", help="name the mutants")
    a.add_argument("tests", nargs="*")
    return a.parse_args()


def report(sources, fates, known, whole):
    """Print the table and what is wrong; whether all is well."""
    count = {s.path: collections.Counter() for s in sources}
    for m, fate in fates.items():
        equal = fate == "survived" and known.get(m.name)
        count[m.path]["equal" if equal else fate] += 1
    print(f"{'file':34} {'killed':>7} {'equal':>6} {'left':>5} {'percent':>8}")
    count["all"] = sum(count.values(), collections.Counter())
    for path, c in count.items():
        n = c["killed"] + c["survived"]
        if n:
            print(f"{path:34} {c['killed']:7} {c['equal']:6} "
                  f"{c['survived']:5} {100 * c['killed'] / n:8.1f}")
    c = count["all"]
    n = c["killed"] + c["survived"]
    if n:
        print(f"{100 * c['killed'] / (n + c['equal']):.1f} percent when equal "
              f"ones count; {c['same']} with the object code of the original "
              f"and {c['broken']} that do not compile are none")
    new = [m for m, f in fates.items()
           if f == "survived" and m.name not in known]
    for m in new:
        print(f"not listed, line {m.line}:\n{m.name}")
    made = {m.name: f for m, f in fates.items()}
    stale = [n for n in known if made.get(n, "killed" if whole else "survived")
             != "survived"]
    for name in stale:
        print(f"listed, but does not survive:\n{name}")
    enough = not whole or 100 * c["killed"] >= GOAL * n
    return not new and enough


def main():
    args = arguments()
    paths = args.file or sorted(p for g in FILES for p in glob.glob(g))
    sources = [Source(p) for p in paths]
    home = {s.path: s for s in sources}
    mutants = [m for s in sources for m in s.mutants]
    if args.names:
        names = listed(args.names)
        mutants = [m for m in mutants if m.name in names]
    if args.sample and args.sample < len(mutants):
        mutants = random.Random(args.seed).sample(mutants, args.sample)
        print(f"{args.sample} mutants of seed {args.seed}")
    if args.list:
        print("\n".join(m.name for m in mutants))
        return 0
    bench = Bench(os.environ.get("BUILD", "build") + "/mutate/work",
                  args.tests)
    known = {n: same for n, same in listed(SURVIVORS).items()
             if n.split(" ", 1)[0] in home}
    kept = bench.kept()
    todo = [m for m in mutants if m.name not in kept]
    if todo:
        bench.time()
    for path in {m.path for m in todo}:
        bench.prepare(home[path])
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(
            int(os.environ.get("JOBS", "2"))) as pool:
        fates = {m: kept[m.name] for m in mutants if m.name in kept}
        for m, fate in zip(todo, pool.map(
                lambda m: bench.judge(home[m.path], m), todo)):
            fates[m] = fate
            if sys.stderr.isatty() or len(fates) % 100 == 0:
                print(f"{len(fates)} of {len(mutants)}", end="\r",
                      file=sys.stderr, flush=True)
    ok = report(sources, fates, known, not args.sample and not args.names)
    print(f"{time.monotonic() - began:.0f} s")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
