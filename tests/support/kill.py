# SPDX-License-Identifier: MIT
"""Kills imports and postings at random moments, starts them two at a time,
lets files not grow and folders not be written; whatever happens the book
holds, and the same command ends where an undisturbed run ends.
kill.py UMI SEED KILLS LOANS LINES"""
import json, os, random, resource, shutil, subprocess, sys, time

umi, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2])
kills, loans, lines = map(int, sys.argv[3:6])
rng = random.Random(seed)
passed, failed = 0, 0
IMPORT = ("loan", "import", "loans.csv", "--json")
POST = ("post", "pay.csv", "--date", "2025-09-01", "--json")
FIGURES = ("file_sha256", "lines", "amount", "posted", "duplicate", "rejected")


def claim(text, good):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", text, flush=True)
    return good


def start(book, *words, **more):
    return subprocess.Popen([umi, "--lang", "en", "--book", book, *words],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def run(book, *words, **more):
    p = start(book, *words, **more)
    out, err = p.communicate(timeout=300)
    return p.returncode, out, err


def holds(book, when):
    rc, out, err = run(book, "verify", "--full")
    return claim(f"verify --full {when}: exit {rc} {out} {err}", rc == 0)


def figures(out):
    said = json.loads(out)
    return [said[k] for k in FIGURES]


def business(book):
    return [run(book, *words.split())[1] for words in (
        "export journal --format csv --level loan",
        "report trial-balance --as-of 2025-09-01 --format json",
        "report portfolio --as-of 2025-09-01 --format json")]


def fresh(book):
    for end in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(book + end):
            os.remove(book + end)
    assert run(book, "init", "--institution", "Uji")[0] == 0


def write_files():
    with open("loans.csv", "w") as f:
        f.write("loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,branch\n")
        for i in range(loans):
            p = "1.234" if i % 997 == 5 else 1000000 + i % 7 * 250000
            f.write(f"L{i},{('UMI', 'MEKAAR', 'BARU')[i % 3]},N,{p},1,week,flat,{10 + i % 3 * 20},1,week,"
                    f"2025-0{1 + i % 5}-{1 + i % 28:02d},B{i % 5}\n")
    with open("pay.csv", "w") as f:
        f.write("reference,loan,date,amount,channel\n")
        for i in range(lines):
            if i % 50 == 2: # now and then a line that is known
                f.write(line)
                continue
            ref = rng.randrange(i) if i % 50 == 1 else i # or a reference
            line = (f"R{ref},L{rng.randrange(loans + 5)},2025-0{rng.randrange(5, 9)}-{rng.randrange(1, 29):02d},"
                    f"{rng.randrange(0, 300000)}.{rng.randrange(100)},{rng.choice(('VA', 'CASH'))}\n")
            f.write(line)


def calm_run():
    """An undisturbed run: figures, business content, rejects and seconds."""
    fresh("calm.umi")
    out = []
    for words in (IMPORT, POST):
        since = time.monotonic()
        rc, text, err = run("calm.umi", *words)
        claim(f"{words}: exit {rc} {err}", rc == 1)
        rejects = open(json.loads(text)["rejects_file"]).read()
        out.append([figures(text), business("calm.umi"), rejects, time.monotonic() - since])
        shutil.copyfile("calm.umi", f"calm-{words[0]}.umi")
    holds("calm.umi", "after a calm run")
    return out


def ended(book, words, calm, rc, out, err):
    said = f"{words} in {book}: exit {rc} {out} {err}"
    if not claim(said, rc in (0, 1) and out):
        return
    state = json.loads(out)["state"]
    claim(f"{said}: state", (rc, state) in ((1, "done"), (0, "repeated")))
    claim(f"{said}: figures", figures(out) == calm[0])
    claim(f"{said}: what stands in the book", business(book) == calm[1])
    claim(f"{said}: rejects", open(json.loads(out)["rejects_file"]).read() == calm[2])


def killed_runs(calm):
    """Books whose import and posting are killed, up to three times each."""
    done = 0
    while done < kills:
        fresh("killed.umi")
        before = None
        for words, right in zip((IMPORT, POST), calm):
            scope = rng.choice(("file", "chunk"))
            for turn in range(rng.randrange(1, 4)):
                p = start("killed.umi", *words, "--atomic", scope)
                since = time.monotonic()
                try:
                    p.wait(rng.random() * right[3])
                    if turn == 0: # the machine is less busy than it was
                        right[3] = min(right[3], (time.monotonic() - since) * 1.25)
                except subprocess.TimeoutExpired:
                    p.kill()
                p.communicate()
                if p.returncode != -9:
                    break
                done += 1
                holds("killed.umi", f"after kill {done}")
                if scope == "file":
                    lines = run("killed.umi", "export", "journal", "--format", "csv", "--level", "loan")[1]
                    claim(f"kill {done} left a part of a file", lines in (before, right[1][0]) or
                          before is None and lines.count("\n") <= 1)
            ended("killed.umi", words, right, *run("killed.umi", *words, "--atomic", scope))
            before = right[1][0]
        holds("killed.umi", "at the end")


def two_at_once(calm):
    for i, (words, right, base) in enumerate(zip((IMPORT, POST), calm, (None, "calm-loan.umi"))):
        fresh("two.umi")
        if base:
            shutil.copyfile(base, "two.umi")
        both = [start("two.umi", *words) for _ in range(2)]
        ends = []
        for p in both:
            out, err = p.communicate(timeout=120)
            ends.append((p.returncode, json.loads(out)["state"] if out else err))
        ends.sort(key=lambda e: e[0] != 1)
        claim(f"two at once: {ends}", ends[0] == (1, "done") and (ends[1] == (0, "repeated") or ends[1][0] == 4))
        ended("two.umi", words, right, *run("two.umi", *words))
        holds("two.umi", "after two at once")


def many_at_once():
    """Those who open the book at the same moment do not keep each other out."""
    shutil.copyfile("calm-loan.umi", "many.umi")
    for turn in range(4):
        for i in range(8):
            with open(f"m{i}.csv", "w") as f:
                f.write(f"reference,loan,date,amount,channel\nMANY-{turn}-{i},L0,2025-06-01,1,VA\n")
        ends = []
        for p in [start("many.umi", "post", f"m{i}.csv") for i in range(8)]:
            out, err = p.communicate(timeout=120)
            ends.append((p.returncode, err))
        claim(f"many at once: {ends}", all(rc == 0 for rc, _ in ends))
    holds("many.umi", "after many at once")


def no_room(calm):
    """The same with a file that may not grow beyond a size."""
    top = os.path.getsize("calm.umi")
    stopped = 0
    for i in range(10):
        fresh("small.umi")
        shutil.copyfile("calm-loan.umi", "small.umi")
        if os.path.exists("pay.csv.rejects.csv"):
            os.remove("pay.csv.rejects.csv")
        size = top * i // 8 // 512 * 512 + 4096
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        rc, out, err = run("small.umi", *POST, preexec_fn=limit)
        if rc in (0, 1): # it is in the log, which may stay until there is room
            ended("small.umi", POST, calm[1], rc, out, err)
        else:
            stopped += 1
            claim(f"{size} bytes: exit {rc} {err}", rc in (4, 5, 70) and err.count("\n") == 1 and not out)
        holds("small.umi", f"after {size} bytes were too few")
        ended("small.umi", POST, calm[1], *run("small.umi", *POST))
        holds("small.umi", "when there is room again")
    claim(f"only {stopped} of 10 sizes were too small", stopped >= 3)


def read_only(calm):
    """A folder that may not be written, as one who is not root."""
    os.makedirs("locked", exist_ok=True)
    shutil.copyfile("calm-loan.umi", "locked/book.umi")
    shutil.copyfile(umi, "plain-umi")
    os.chmod("plain-umi", 0o755)
    os.chmod("locked/book.umi", 0o666)
    os.chmod("locked", 0o555)
    os.chmod(".", 0o755)
    who = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    was = open("locked/book.umi", "rb").read()

    def plain(*words):
        p = subprocess.run(["./plain-umi", "--lang", "en", "--book", "locked/book.umi", *words],
                           capture_output=True, text=True, **who)
        return p.returncode, p.stdout, p.stderr
    rc, out, err = plain(*POST, "--rejects", "/tmp/none.csv")
    claim(f"read-only folder: exit {rc} {out} {err}", rc == 4 and err.count("\n") == 1 and not out)
    rc, out, err = plain("init", "--institution", "Uji")
    claim(f"init over it: exit {rc} {err}", rc == 2)
    rc, out, err = plain("backup", "locked/copy.umi")
    claim(f"backup into it: exit {rc} {err}", rc == 4)
    claim("the file is as it was", open("locked/book.umi", "rb").read() == was)
    claim("nothing was left there", os.listdir("locked") == ["book.umi"])
    os.chmod("locked", 0o755)
    shutil.copyfile("calm-loan.umi", "rejects.umi")
    os.makedirs("shut", exist_ok=True)
    rc, out, err = run("rejects.umi", *POST, "--rejects", "shut/nowhere/r.csv")
    claim(f"rejects cannot be written: exit {rc} {err}", rc == 4 and err.count("\n") == 1)
    holds("rejects.umi", "when rejects cannot be written")
    ended("rejects.umi", POST, calm[1], *run("rejects.umi", *POST))


write_files()
calm = calm_run()
killed_runs(calm)
two_at_once(calm)
many_at_once()
no_room(calm)
read_only(calm)
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
