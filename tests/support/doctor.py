# SPDX-License-Identifier: MIT
"""What the doctor says of books that are fit and of those that are not.
doctor.py UMI SEED FLIPS"""
import datetime, fcntl, json, os, random, shutil, sqlite3, struct, subprocess, sys, threading, time

umi, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2])
flips = int(sys.argv[3] or 25)
rng = random.Random(seed)
passed, failed = 0, 0
BOOKLESS = ["D-VERSION", "D-SQLITE", "D-FILESYSTEM", "D-CLOCK", "D-TMPDIR", "D-LANGUAGE"]
FIT = ["D-VERSION", "D-SQLITE", "D-FILESYSTEM", "D-RIGHTS", "D-DRAFTS", "D-HELD", "D-BOOK", "D-VERIFY", "D-UNFINISHED",
       "D-CLOCK", "D-DISK", "D-LOG", "D-SETTINGS", "D-TMPDIR", "D-LANGUAGE"]


def claim(text, good):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", text, flush=True)
    return good


def run(book, *words, **env):
    p = subprocess.run([umi, "--lang", "en", *(("--book", book) if book else ()), *words], capture_output=True, text=True,
                       timeout=120, env={**os.environ, **env})
    return p.returncode, p.stdout, p.stderr


def must(book, *words, want=(0,)):
    rc, out, err = run(book, *words)
    claim(f"{words} in {book}: exit {rc} {out} {err}", rc in want)
    return out


def ask(book, *words, **env):
    """Exit code and the checks by code."""
    rc, out, err = run(book, "doctor", "--json", *words, **env)
    try:
        checks = json.loads(out)["checks"]
    except ValueError:
        checks = []
    claim(f"doctor of {book}: exit {rc} {out} {err}", checks and not err)
    for k in checks:
        claim(f"{k}: shape", sorted(k) == ["advice", "code", "found", "state"] and k["state"] in ("ok", "warn", "fail") and
              k["found"] and (k["state"] == "ok" or k["advice"]))
    return rc, {k["code"]: k for k in checks}, [k["code"] for k in checks]


def says(text, book, code, state, want, found="", advice="", *words, **env):
    rc, by, _ = ask(book, *words, **env)
    k = by.get(code, {})
    claim(f"{text}: exit {rc} {k}", rc == want and k.get("state") == state and found in k["found"] and advice in k["advice"])


def make_book():
    must("b.umi", "init", "--institution", "Koperasi Uji")
    with open("loans.csv", "w") as f:
        f.write("loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed\n")
        for i in range(2000):
            f.write(f"L{i},MEKAAR,N,1000000,1,week,flat,25,1,week,2025-05-01\n")
    with open("pay.csv", "w") as f:
        f.write("reference,loan,date,amount,channel\n")
        for i in range(5000):
            f.write(f"{rng.randrange(1 << 72):018X},L{rng.randrange(2000)},2025-07-01,{rng.randrange(1, 90)}000,VA\n")
    must("b.umi", "loan", "import", "loans.csv")
    must("b.umi", "post", "pay.csv", "--date", "2025-08-01")
    os.chmod("b.umi", 0o600)


def fit():
    rc, by, order = ask(None)
    claim(f"without a book: {rc} {order}", rc == 0 and order == BOOKLESS)
    rc, by, order = ask("b.umi")
    claim(f"a fit book: {rc} {order}", rc == 0 and order == FIT)
    for code in ("D-RIGHTS", "D-DRAFTS", "D-HELD", "D-BOOK", "D-VERIFY", "D-UNFINISHED", "D-DISK", "D-LOG", "D-SETTINGS"):
        claim(f"{by[code]}", by[code]["state"] == "ok")
    for what in ("journal_mode wal", "locking_mode exclusive", "synchronous 2", "foreign_keys 1", "cell_size_check 1"):
        claim(f"settings have {what}", what in by["D-SETTINGS"]["found"])
    claim("versions", all(w in by["D-VERSION"]["found"] for w in ("SQLite " + sqlite3.sqlite_version, "GMP ", "libsodium ")))
    claim("it is measured, for the largest file", "5000 lines" in by["D-DISK"]["found"] and "measured" in by["D-DISK"]["found"])
    before = open("b.umi", "rb").read()
    ask("b.umi")
    claim("the book is as it was", open("b.umi", "rb").read() == before and not os.path.exists("b.umi-wal"))
    rc, out, err = run("b.umi", "doctor")
    claim(f"as text: {out}", rc == 0 and out.count("\n") >= len(FIT) and out.startswith("D-VERSION    ok"))
    for code in FIT:
        claim(f"explain {code}", run(None, "explain", code)[0] == 0)
    p = subprocess.run([umi, "--lang", "id", "--book", "b.umi", "doctor"], capture_output=True, text=True)
    claim(f"in Indonesian: {p.stdout}", "beres" in p.stdout and "bahasa Indonesia" in p.stdout)
    claim("a bad number of lines", run("b.umi", "doctor", "--lines", "0")[0] == 2)


def place():
    says("rights", "b.umi", "D-RIGHTS", "ok", 0)
    os.chmod("b.umi", 0o644)
    says("others may read", "b.umi", "D-RIGHTS", "warn", 0, "0644", "chmod 600")
    claim("strict", ask("b.umi", "--strict")[0] == 1)
    os.chmod("b.umi", 0o600)
    open("b.umi.new-77", "w").close()
    says("a draft", "b.umi", "D-DRAFTS", "warn", 0, "1 draft")
    os.remove("b.umi.new-77")
    says("too little room", "b.umi", "D-DISK", "fail", 1, "1000000000 lines", "make room", "--lines", "1000000000")
    says("no TMPDIR", "b.umi", "D-TMPDIR", "warn", 0, "nowhere", "TMPDIR", TMPDIR="/nowhere")
    says("a locale", "b.umi", "D-LANGUAGE", "ok", 0, "LC_ALL=id_ID.UTF-8", LC_ALL="id_ID.UTF-8")


def log():
    """Rows that stand only in the log, and the book is another program's."""
    shutil.copy("b.umi", "w.umi")
    db = sqlite3.connect("w.umi")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE more(a)")
    db.execute("DROP TABLE more")
    db.commit()
    shutil.copy("w.umi", "l.umi")
    shutil.copy("w.umi-wal", "l.umi-wal")
    db.close()
    says("a log", "l.umi", "D-LOG", "ok", 0, "folded in")
    says("no log", "l.umi", "D-LOG", "ok", 0, "no log")
    for name in ("w.umi", "l.umi"):
        os.remove(name)


def holders():
    """As SQLite locks, by another process."""
    with open("b.umi", "r+b") as f:
        for kind, word, state, want in ((fcntl.LOCK_EX, "writes", "warn", 4), (fcntl.LOCK_SH, "reads", "ok", 0)):
            fcntl.lockf(f, kind | fcntl.LOCK_NB, 510, (1 << 30) + 2)
            says(word, "b.umi", "D-HELD", state, want, f"process {os.getpid()} {word}")
            claim(f"{word}: no wait, settings not read", "not read" in ask("b.umi")[1].get("D-SETTINGS", {"found": "not read"})["found"])
            fcntl.lockf(f, fcntl.LOCK_UN, 510, (1 << 30) + 2)


def vanish(folder, log):
    """Its place is taken from a file that is being entered."""
    while not os.path.exists(log) or os.path.getsize(log) == 0:
        time.sleep(0.002)
    os.rmdir(folder)


def unfinished():
    """A file that stopped between two chunks, by a profile and without."""
    must("u.umi", "init", "--institution", "Uji")
    with open("many.csv", "w") as f:
        f.write("loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed\n")
        for i in range(100010):
            f.write(f"L{i},MEKAAR,N,1000000,1,week,flat,{4 if i else 'x'},1,week,2025-05-01\n")
    os.makedirs("for-a-while")
    threading.Thread(target=vanish, args=("for-a-while", "u.umi-wal"), daemon=True).start()
    must("u.umi", "loan", "import", "many.csv", "--rejects", "for-a-while/r.csv", want=(4,))
    rc, by, _ = ask("u.umi")
    k = by["D-UNFINISHED"]
    if claim(f"unfinished: {rc} {k}", rc == 1 and k["state"] == "fail" and "many.csv" in k["found"]):
        command = k["advice"].split("umi ", 1)[1].split()
        p = subprocess.run([umi, *command], capture_output=True, text=True)
        claim(f"the advice {command} finishes it: {p.returncode} {p.stderr}", p.returncode == 1)
        says("it is finished", "u.umi", "D-UNFINISHED", "ok", 0)


def days():
    today = (datetime.datetime.utcnow() + datetime.timedelta(hours=7)).date()
    for ahead, state in ((-30, "warn"), (-5, "ok"), (0, "ok"), (5, "warn")):
        must("d.umi", "init", "--institution", "Uji")
        must("d.umi", "day", "close", "--date", str(today + datetime.timedelta(days=ahead)))
        os.chmod("d.umi", 0o600)
        says(f"closed {ahead} days ahead", "d.umi", "D-CLOCK", state, 0)
        os.remove("d.umi")


def refused():
    says("no book", "none.umi", "D-BOOK", "fail", 4)
    says("a folder", ".", "D-BOOK", "fail", 4)
    says("no folder", "nowhere/b.umi", "D-BOOK", "fail", 4)
    open("text.umi", "w").write("no book at all\n" * 100)
    open("empty.umi", "w").close()
    sqlite3.connect("other.umi").executescript("CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    for name in ("text.umi", "empty.umi", "other.umi"):
        says(name, name, "D-BOOK", "fail", 5, "NOT-A-BOOK", "restore")
    shutil.copy("b.umi", "newer.umi")
    db = sqlite3.connect("newer.umi")
    db.execute("PRAGMA user_version = 1000")
    db.close()
    says("newer", "newer.umi", "D-BOOK", "fail", 5, "BOOK-VERSION")
    shutil.copy("b.umi", "bad.umi")
    db = sqlite3.connect("bad.umi")
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM block WHERE id = 2")
    db.commit()
    db.close()
    says("a changed book", "bad.umi", "D-VERIFY", "fail", 5, "", "restore")


def damaged():
    """It reports; it never crashes."""
    good = open("b.umi", "rb").read()
    for i in range(flips):
        data = bytearray(good)
        if i % 5 == 0:
            data = data[:rng.randrange(len(data))]
        for _ in range(rng.choice((1, 1, 20, 400))):
            if data:
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        open("bad.umi", "wb").write(data)
        rc, by, order = ask("bad.umi")
        claim(f"damage {i}: exit {rc}", rc in (0, 1, 4, 5) and order[-1] == "D-LANGUAGE" and (rc != 0 or order == FIT))
    os.remove("bad.umi")


def room_is_enough():
    """What the doctor says that a file needs is at least what it takes, and
    not many times as much."""
    for loans, lines in ((2000, 5000), (2000, 60000)):
        with open("next.csv", "w") as f:
            f.write("reference,loan,date,amount,channel\n")
            for i in range(lines):
                f.write(f"{rng.randrange(1 << 72):018X},L{rng.randrange(loans)},2025-07-01,{rng.randrange(1, 90)}000,VA\n")
        shutil.copy("b.umi", "n.umi")
        said = ask("n.umi", "--lines", str(lines))[1]["D-DISK"]["found"]
        need = int(said.split(" need ")[1].split()[0])
        grow = int(said.split("grows by ")[1].split()[0])
        before, most, done = os.path.getsize("n.umi"), [0], []

        def watch():
            while not done:
                try:
                    most[0] = max(most[0], os.path.getsize("n.umi-wal") + os.path.getsize("n.umi") - before)
                except OSError:
                    pass
                time.sleep(0.002)
        t = threading.Thread(target=watch)
        t.start()
        must("n.umi", "post", "next.csv", "--date", "2025-08-01")
        done.append(1)
        t.join()
        grown = os.path.getsize("n.umi") - before
        took = max(most[0], grown) / 2 ** 20
        claim(f"{lines} lines took {took:.1f} MiB, said {said}", took <= need and need <= 4 * took + 20)
        claim(f"{lines} lines grew the book by {grown}, said {grow} MiB", grown <= grow * 2 ** 20 <= grown * 1.3 + 2 ** 20)
        os.remove("n.umi")


os.environ["UMI_USER"] = "ani"
os.environ.pop("UMI_BOOK", None)
make_book()
fit()
place()
log()
holders()
unfinished()
days()
refused()
damaged()
room_is_enough()
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
