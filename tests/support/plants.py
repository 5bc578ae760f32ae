#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the tests notice what would lose money?  (`make plants`)

Each tests/support/plants/NAME.plant is one grave fault: a sentence, the tests
that are to notice it, and what is replaced by what in which file:

    sentence
    tests ledger/test_x cli/check_y.sh
    file ledger/...
    <<<<
    old text, which stands there exactly once
    ====
    new text
    >>>>

The fault is put into a copy of the tree with its objects, so that building it
costs one file; the tests run until one fails.  A plant that survives, or that
cannot be put in its place any more, is a failure.

    plants.py [--write] [NAME...]     BUILD: where the objects are

--write puts the table of what caught what into docs/reliability.md.
"""
import os
import re
import shutil
import subprocess
import sys
import time

BUILD = os.environ.get("BUILD", "build")
HERE = "tests/support/plants"
PAGE, BEGIN, END = "docs/reliability.md", "<!-- plants -->\n", "<!-- /plants -->\n"
TREE = os.path.join(BUILD, "plants")
STATEMENTS, HAS_STATEMENTS = "build/gen/sql.h", "build/ledger/store/sqlite.o"
LIMIT = 600  # seconds for one test
TEST_RUNS = re.compile(r"\[(?: RUN      |  FAILED  )\] (\w+)")


def read(path):
    with open(path) as f:
        return f.read()


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


class Plant:
    def __init__(self, name):
        self.name = name
        lines = read(f"{HERE}/{name}.plant").split("\n")
        self.sentence = lines[0]
        self.tests = lines[1].split()[1:]
        self.edits = []  # (file, old, new)
        path, part, texts = None, None, None
        for line in lines[2:]:
            if part is None and line.startswith("file "):
                path = line[5:]
            elif line == "<<<<":
                part, texts = 0, [[], []]
            elif line == "====":
                part = 1
            elif line == ">>>>":
                old, new = ("\n".join(t) for t in texts)
                self.edits.append((path, old, new))
                part = None
            elif part is not None:
                texts[part].append(line)

    def put(self):
        """Into the copy; gives what stood there, or says what does not fit."""
        good = {}
        for path, old, new in self.edits:
            where = os.path.join(TREE, STATEMENTS if path.endswith(".sql") else path)
            text = read(where)
            good.setdefault(where, text)
            if text.count(old) != 1:
                undo(good)
                raise ValueError(f"its text stands in {path} {text.count(old)} times")
            change(where, text.replace(old, new))
        return good


def change(where, text):
    """All files include the names of the statements, and one their texts."""
    times = os.stat(where)
    write(where, text)
    if where.endswith(STATEMENTS):
        os.utime(where, ns=(times.st_atime_ns, times.st_mtime_ns))
        os.utime(os.path.join(TREE, HAS_STATEMENTS), (1, 1))


def undo(good):
    for where, text in good.items():
        change(where, text)


def copy_tree():
    """Sources and objects with their times, so that make builds nothing."""
    shutil.rmtree(TREE, ignore_errors=True)
    os.makedirs(TREE)
    for name in ("engine", "rules", "ledger", "cli", "tests", "docs", "Makefile", "config.mk"):
        if os.path.exists(name):
            subprocess.run(["cp", "-a", name, TREE], check=True)
    os.makedirs(f"{TREE}/build")
    for name in ("engine", "rules", "ledger", "cli", "gen", "libumi.a"):
        subprocess.run(["cp", "-a", f"{BUILD}/{name}", f"{TREE}/build"], check=True)
    os.makedirs(f"{TREE}/build/tests")
    for name in ("support", "ledger"):
        if os.path.exists(f"{BUILD}/tests/{name}"):
            subprocess.run(["cp", "-a", f"{BUILD}/tests/{name}", f"{TREE}/build/tests"], check=True)


def build(tests):
    goals = [f"build/tests/{t}" for t in tests if not t.endswith(".sh")]
    if len(goals) < len(tests):
        goals.append("build/umi")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    p = subprocess.run(["make", "-s", "-C", TREE, "BUILD=build", *goals], env=env,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if p.returncode != 0:
        raise ValueError("it does not compile: " + p.stderr.strip()[-300:])


def caught_by(test):
    """What of the test noticed it: a name, or None."""
    script = test.endswith(".sh")
    words = ["sh", f"tests/{test}"] if script else ["stdbuf", "-oL", f"build/tests/{test}"]
    env = dict(os.environ, BUILD="build")
    env.pop("TORTURE", None)
    p = subprocess.Popen(words, cwd=TREE, env=env, text=True, errors="replace",
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    last, since = "", time.monotonic()
    for line in p.stdout:
        at = TEST_RUNS.search(line)
        last = at.group(1) if at else last
        if "FAILED" in line or time.monotonic() - since > LIMIT:
            p.kill()
            break
    p.stdout.close()
    if p.wait() == 0:
        return None
    if last == "GROUP": # cmocka, of what comes before the tests
        last = "without any fault"
    return test if script or not last else f"{test}: {last}"


def row(plant):
    try:
        good = plant.put()
    except ValueError as e:
        return f"NOT PUT: {e}"
    try:
        build(plant.tests)
        for test in plant.tests:
            who = caught_by(test)
            if who:
                return who
        return "SURVIVES"
    except ValueError as e:
        return f"NOT PUT: {e}"
    finally:
        undo(good)


def main():
    names = [a for a in sys.argv[1:] if not a.startswith("--")]
    every = sorted(f[:-6] for f in os.listdir(HERE) if f.endswith(".plant"))
    plants = [Plant(n) for n in names or every]
    copy_tree()
    rows, bad = [], 0
    for plant in plants:
        since = time.monotonic()
        who = row(plant)
        missed = who.startswith(("NOT PUT", "SURVIVES"))
        bad += missed
        print(f"{'FAILED' if missed else 'caught'} {plant.name}: {who} ({time.monotonic() - since:.0f} s)", flush=True)
        rows.append(f"| {plant.sentence} | `{who}` |\n")
    if "--write" in sys.argv and not bad and not names:
        before, rest = read(PAGE).split(BEGIN)
        table = "| planted fault | caught by |\n|---|---|\n" + "".join(rows)
        write(PAGE, before + BEGIN + table + END + rest.split(END)[1])
    print(f"{len(plants) - bad} passed, {bad} failed")
    sys.exit(bad != 0)


main()
