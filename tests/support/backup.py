# SPDX-License-Identifier: MIT
"""Backups and what is restored from them.
backup.py UMI SEED KILLS FLIPS"""
import json, os, random, shutil, signal, sqlite3, subprocess, sys, time

import packed

umi, seed, kills = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
flips = int(sys.argv[4] or 40)
rng = random.Random(seed)
passed, failed = 0, 0


def claim(text, good):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", text, flush=True)
    return good


def run(book, *words):
    p = subprocess.run([umi, "--lang", "en", "--book", book, *words], capture_output=True, text=True, timeout=300)
    return p.returncode, p.stdout, p.stderr


def must(book, *words, want=0):
    rc, out, err = run(book, *words)
    claim(f"{words} in {book}: exit {rc} {out} {err}", rc == want)
    return out


def refused(text, want, code, *words):
    """The command ends with one line, the code, and leaves nothing."""
    before = sorted(os.listdir("."))
    rc, out, err = run(*words)
    claim(f"{text}: exit {rc} {out} {err}", rc == want and f"{code}: " in err and err.count("\n") == 1 and not out)
    claim(f"{text}: {before} became {sorted(os.listdir('.'))}", sorted(os.listdir(".")) == before)


def business(book):
    return [must(book, *words.split()) for words in (
        "export journal --format csv --level loan", "report trial-balance --as-of 2025-09-01 --format json",
        "report portfolio --as-of 2025-09-01 --format json")]


def remove(*names):
    for name in names:
        if os.path.exists(name):
            os.remove(name)


def make_book():
    with open("loans.csv", "w") as f:
        f.write("loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,branch\n")
        for i in range(1500):
            f.write(f"L{i},MEKAAR,N,{1000000 + i % 7 * 250000},1,week,flat,25,1,week,2025-05-{1 + i % 28:02d},B{i % 3}\n")
    for n in (1, 2):
        with open(f"pay{n}.csv", "w") as f:
            f.write("reference,loan,date,amount,channel\n")
            for i in range(3000):
                f.write(f"R{n}-{i},L{rng.randrange(1500)},2025-07-{1 + i % 28:02d},{rng.randrange(1, 90)}000,VA\n")
    must("book.umi", "init", "--institution", "Koperasi Uji")
    must("book.umi", "loan", "import", "loans.csv")
    must("book.umi", "post", "pay1.csv", "--date", "2025-08-01")
    must("book.umi", "day", "close", "--date", "2025-08-01")


def round_trip():
    """A copy, its checksum, and a book out of it that goes on as the first."""
    os.chmod("book.umi", 0o600)
    said = json.loads(must("book.umi", "backup", "copy.umi", "--full", "--json"))
    head = json.loads(must("book.umi", "verify", "--json"))["head"]
    claim("the head is the book's", said["head"] == head and said["verified"] == "full")
    claim("counts and days", [said[k] for k in ("loans", "postings", "batches", "last_day", "business_date")] ==
          [1500, 4500, 3, "2025-08-01", "2025-08-02"])
    claim("sha256sum -c", subprocess.run(["sha256sum", "--strict", "-c", "copy.umi.sha256"],
                                         capture_output=True).returncode == 0)
    claim("its size", said["bytes"] == os.path.getsize("copy.umi"))
    claim("rights are the owner's alone", all(os.stat(n).st_mode & 0o777 == 0o600 for n in ("copy.umi", "copy.umi.sha256")))
    again = json.loads(must("new.umi", "restore", "copy.umi", "--json", "--expect-head", head))
    claim(f"restored: {again}", again.pop("checksum") == "agrees" and said.pop("checksum") == "written" and
          {**said, "book": "new.umi"} == again)
    claim("rights of what is restored", os.stat("new.umi").st_mode & 0o777 == 0o600)
    claim("what stands in it", business("new.umi") == business("book.umi"))
    must("new.umi", "verify", "--full")
    for book in ("new.umi", "book.umi"):
        must(book, "post", "pay2.csv", "--date", "2025-09-01")
    claim("it goes on as the first", business("new.umi") == business("book.umi"))
    must("new.umi", "verify", "--full")
    claim("a backup opens as a book by itself", run("copy.umi", "verify", "--full")[0] == 0)
    os.rename("copy.umi.sha256", "kept")
    rc, out, err = run("alone.umi", "restore", "copy.umi", "--json")
    claim(f"without a checksum: {rc} {out} {err}", rc == 0 and json.loads(out)["checksum"] == "missing" and "no checksum" in err)
    os.rename("kept", "copy.umi.sha256")
    shutil.copy("book.umi", "plain.umi") # with its mark that it has a log
    must("fromplain.umi", "restore", "plain.umi")
    claim("a plain copy of a closed book", business("fromplain.umi") == business("book.umi") and not left())
    remove("plain.umi", "fromplain.umi")
    remove("new.umi", "alone.umi")


def names():
    """Names as they may come; sha256sum reads what is written."""
    os.mkdir("folder")
    for name in ("a b.umi", "back\\slash.umi", "new\nline.umi", "file:odd.umi", "folder/x.umi", "-dash.umi"):
        must("book.umi", "backup", "--", name)
        here, base = os.path.split(name)
        claim(f"sha256sum of {name!r}", subprocess.run(["sha256sum", "--strict", "-c", "--", base + ".sha256"], capture_output=True,
                                                       cwd=here or ".").returncode == 0)
        must("named.umi", "restore", "--", name)
        remove(name, name + ".sha256", "named.umi")
    os.rmdir("folder")


def refusals():
    refused("over a file", 2, "EXISTS", "book.umi", "backup", "copy.umi")
    refused("over the book", 2, "EXISTS", "book.umi", "backup", "book.umi")
    refused("over a book", 2, "EXISTS", "book.umi", "restore", "copy.umi")
    open("c2.umi.sha256", "w").write("of something else\n")
    refused("over a checksum", 2, "EXISTS", "book.umi", "backup", "c2.umi")
    remove("c2.umi.sha256")
    for end in ("-wal", "-journal"):
        open("r.umi" + end, "w").write("of a book that was here")
        refused("beside the log of another book", 2, "EXISTS", "r.umi", "restore", "copy.umi")
        refused("beside the log of another book", 2, "EXISTS", "r.umi", "init", "--institution", "X")
        remove("r.umi" + end)
    refused("no book", 4, "IO", "none.umi", "backup", "c2.umi")
    refused("no backup", 2, "INVALID", "r.umi", "restore", "none.umi")
    refused("a folder", 2, "INVALID", "r.umi", "restore", ".")
    refused("a device", 2, "INVALID", "r.umi", "restore", "/dev/null")
    refused("into no folder", 4, "IO", "nowhere/r.umi", "restore", "copy.umi")
    refused("another head", 3, "HEAD", "r.umi", "restore", "copy.umi", "--expect-head", "0" * 64)
    refused("no head", 2, "USAGE", "r.umi", "restore", "copy.umi", "--expect-head", "0" * 63)
    shutil.copy("copy.umi", "live.umi")
    open("live.umi-wal", "w").write("rows that are not in the file")
    refused("a book with its log", 2, "INVALID", "r.umi", "restore", "live.umi")
    remove("live.umi", "live.umi-wal")
    open("text.umi", "w").write("no book at all\n" * 100)
    open("empty.umi", "w").close()
    sqlite3.connect("other.umi").executescript("CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    for name in ("text.umi", "empty.umi", "other.umi"):
        refused(name, 5, "NOT-A-BOOK", "r.umi", "restore", name)
        remove(name)
    shutil.copy("copy.umi", "newer.umi")
    db = sqlite3.connect("newer.umi")
    db.execute("PRAGMA user_version = 1000")
    db.close()
    refused("of a newer program", 5, "BOOK-VERSION", "r.umi", "restore", "newer.umi")
    remove("newer.umi")


def damage():
    """A copy that is not what was written, with its checksum and without."""
    good = open("copy.umi", "rb").read()
    line = open("copy.umi.sha256").read()
    calm = business("copy.umi")

    def put(data, sums):
        open("bad.umi", "wb").write(data)
        remove("bad.umi.sha256")
        if sums is not None:
            open("bad.umi.sha256", "w").write(sums)
    for sums in (line, "", "0" * 63, "g" * 64, "0" * 64 + "  bad.umi\n"):
        put(good[:-1] + bytes([good[-1] ^ 1]) if sums == line else good, sums)
        refused(f"checksum {sums!r}", 5, "CHECKSUM", "r.umi", "restore", "bad.umi")
    put(good, line.upper().replace("COPY", "bad"))
    must("r.umi", "restore", "bad.umi")
    remove("r.umi")
    for size in [0, 1, 99, 100, 4095, 4096] + [rng.randrange(len(good)) for _ in range(6)] + [len(good) - 4096, len(good) - 1]:
        put(good[:size], None)
        rc, out, err = run("r.umi", "restore", "bad.umi")
        claim(f"cut to {size}: exit {rc} {out} {err}", rc == 5 and err.startswith("bad.umi: ") and not os.path.exists("r.umi"))
    quiet = 0
    for _ in range(flips):
        at = rng.randrange(len(good))
        put(good[:at] + bytes([good[at] ^ 1 << rng.randrange(8)]) + good[at + 1:], None)
        rc, out, err = run("r.umi", "restore", "bad.umi")
        if rc == 0: # where nothing stands, or what is rebuilt
            quiet += 1
            claim(f"flip at {at} is accepted", business("r.umi") == calm)
            remove("r.umi")
        else:
            claim(f"flip at {at}: exit {rc} {out} {err}", rc in (4, 5) and err.count("\n") <= 2 and not out)
    claim(f"{quiet} of {flips} flips are quiet", quiet < flips / 2)
    remove("bad.umi", "bad.umi.sha256")
    claim(f"nothing is left: {os.listdir('.')}", not [n for n in os.listdir(".") if n.startswith(("r.umi", "bad."))])


def damaged_book():
    """A book that was changed behind its back gives no backup in full, and
    none at all where the quick form sees it."""
    for what, full in (("UPDATE loan_state SET overpaid = overpaid + 1 WHERE id = 5", True),
                       ("UPDATE txn SET day = day + 1 WHERE id = 2000", True),
                       ("DELETE FROM block WHERE id = 2", False)):
        shutil.copy("copy.umi", "bad.umi")
        db = sqlite3.connect("bad.umi")
        for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        if "loan_state" in what:
            packed.unpack(db, "loan_state")
        db.execute(what)
        if "loan_state" in what:
            packed.pack(db, "loan_state")
        db.commit()
        db.close()
        words = ("bad.umi", "backup", "c3.umi") + (("--full",) if full else ())
        refused(what, 5, "DAMAGED", *words)
    remove("bad.umi")


def left():
    return [n for n in os.listdir(".") if ".new-" in n]


def killed():
    since = time.monotonic()
    must("k.umi", "restore", "copy.umi")
    right = time.monotonic() - since
    remove("k.umi")
    done = 0
    for i in range(kills):
        back = rng.random() < 0.5
        words = ("book.umi", "backup", "k.umi") if back else ("k.umi", "restore", "copy.umi")
        p = subprocess.Popen([umi, "--book", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.random() * right)
        p.send_signal(signal.SIGKILL)
        p.wait()
        done += p.returncode == -9
        if os.path.exists("k.umi"):
            must("k.umi", "verify", "--full")
            remove("k.umi", "k.umi.sha256")
        must(*words)
        claim(f"left: {left()}", not left())
        must("k.umi", "verify", "--full")
        remove("k.umi", "k.umi.sha256")
    if kills:
        claim("something was killed", done > 0)


def two_at_once():
    """Two restores of one book: one makes it, the other finds it."""
    both = [subprocess.Popen([umi, "--book", "t.umi", "restore", "copy.umi"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for _ in range(2)]
    ends = [(p.communicate(), p.returncode)[1] for p in both]
    claim(f"two at once: {ends}", sorted(ends) == [0, 2])
    must("t.umi", "verify", "--full")
    claim(f"left: {left()}", not left())
    remove("t.umi")


os.environ["UMI_USER"] = "ani"
make_book()
round_trip()
names()
refusals()
damage()
damaged_book()
killed()
two_at_once()
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
