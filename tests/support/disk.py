# SPDX-License-Identifier: MIT
"""Commands on a disk that is full, read-only, or shared with another process.
Each ends as on a good disk, or with one line and a book that holds; then the
same command finishes it when there is room.
disk.py UMI SEED mount|limit [long]"""
import json, os, random, resource, shutil, subprocess, sys, time

umi, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2])
mounts, long = sys.argv[3] == "mount", len(sys.argv) > 4
rng = random.Random(seed)
passed, failed = 0, 0
SMALL = "small" # where the small file system stands
BOOK = SMALL + "/b.umi"
IMPORT = ("loan", "import", "loans.csv", "--json")
POST = ("post", "pay.csv", "--date", "2025-09-01", "--json")
OTHER = ("post", "other.csv", "--date", "2025-09-01", "--json")
CLOSE = ("day", "close", "--date", "2025-09-01")
FIGURES = ("file_sha256", "lines", "amount", "posted", "duplicate", "rejected")
STOPPED = (4, 5, 70)


def claim(text, good):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", text, flush=True)
    return good


def start(book, *words, **more):
    return subprocess.Popen([umi, "--lang", "en", "--book", book, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, **more)


def run(book, *words, **more):
    p = start(book, *words, **more)
    out, err = p.communicate(timeout=300)
    return p.returncode, out, err


def must(book, *words, want=(0, 1)):
    rc, out, err = run(book, *words)
    claim(f"{words} in {book}: exit {rc} {out} {err}", rc in want)
    return out


def holds(book, when):
    since = time.monotonic()
    rc, out, err = run(book, "verify", "--full")
    took = time.monotonic() - since
    return claim(f"verify --full {when}: exit {rc} after {took:.0f} s {out} {err}", rc == 0 and took < 25)


def business(book):
    return [run(book, *words.split())[1] for words in (
        "export journal --format csv --level loan", "report trial-balance --as-of 2025-09-01 --format json")]


def figures(out):
    said = json.loads(out)
    return [said[k] for k in FIGURES]


def payments(name, n, prefix):
    with open(name, "w") as f:
        f.write("reference,loan,date,amount,channel\n")
        for i in range(n):
            f.write(f"{prefix}{rng.randrange(i) if i % 50 == 1 else i},L{rng.randrange(1010)},"
                    f"2025-0{rng.randrange(6, 9)}-{rng.randrange(1, 29):02d},{rng.randrange(0, 300)}000,VA\n")


def loans(name, first, n):
    with open(name, "w") as f:
        f.write("loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,branch\n")
        for i in range(first, first + n):
            f.write(f"L{i},MEKAAR,N,{'1.234' if i % 197 == 5 else 1000000 + i % 7 * 250000},1,week,flat,{10 + i % 3 * 20},1,week,"
                    f"2025-0{1 + i % 5}-{1 + i % 28:02d},B{i % 5}\n")


def make_files():
    """Files, and the books at each stage as they are on a good disk."""
    loans("loans.csv", 0, 1000)
    loans("more.csv", 2000, 1000)
    payments("pay.csv", 5000, "R")
    payments("other.csv", 3000, "Q")
    must("fresh.umi", "init", "--institution", "Uji")
    for was, now, words in (("fresh", "loans", IMPORT), ("loans", "paid", POST), ("paid", "closed", CLOSE)):
        shutil.copyfile(was + ".umi", now + ".umi")
        out = must(now + ".umi", *words)
        calm[words] = (figures(out) if out.startswith("{") else None, business(now + ".umi"), now + ".umi")
    holds("closed.umi", "on a good disk")
    must("paid.umi", "backup", "backup.umi")
    calm["rejects"] = {n: open(n + ".rejects.csv").read() for n in ("loans.csv", "pay.csv")}


# --- a disk with little room --------------------------------------------------

def mount(size):
    os.makedirs(SMALL, exist_ok=True)
    if mounts:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", SMALL], check=True)


def unmount():
    if mounts:
        subprocess.run(["umount", SMALL], check=True)
    else:
        shutil.rmtree(SMALL)


def fill(room):
    """Leave so many bytes."""
    s = os.statvfs(SMALL)
    with open(SMALL + "/ballast", "wb") as f:
        if s.f_bavail * s.f_frsize > room:
            os.posix_fallocate(f.fileno(), 0, s.f_bavail * s.f_frsize - room)


def in_room(room, book, *words, **more):
    """The command where the file system, or each file, may grow so far."""
    if mounts:
        fill(room)
        return run(book, *words, **more)
    return run(book, *words, preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY)), **more)


def more_room():
    if mounts:
        os.remove(SMALL + "/ballast")


def stopped(text, rc, out, err):
    return claim(f"{text}: exit {rc} {out} {err}", rc in STOPPED and err.count("\n") == 1 and not out)


def sizes(top, n):
    """From nothing to enough, with some off the grid."""
    n = n * 8 if long else n
    return [top * i // n // 4096 * 4096 + (rng.randrange(4096) if i % 2 else 0) for i in range(n + 1)]


def finished(words, text, rc, out, err):
    said, rows, _ = calm[words]
    if claim(f"{text}: exit {rc} {err}", rc in (0, 1) and (said is None or out.startswith("{"))):
        claim(f"{text}: figures {out}", said is None or figures(out) == said)
        claim(f"{text}: what stands in the book", business(BOOK) == rows)


def grows(words, base, top, n):
    """A command that writes to the book."""
    few = 0
    for room in sizes(top, n):
        text = f"{words[0]} with {room} bytes"
        mount("16m")
        shutil.copyfile(base, BOOK)
        rc, out, err = in_room(room, BOOK, *words)
        if rc in (0, 1):
            finished(words, text, rc, out, err)
        else:
            few += 1
            stopped(text, rc, out, err)
            holds(BOOK, f"at once, {text}")
        more_room()
        rc, out, err = run(BOOK, *words)
        if words == CLOSE and rc == 3: # it was done, to the end
            rc = 0
        finished(words, text + ", then enough", rc, out, err)
        holds(BOOK, f"in the end, {text}")
        unmount()
    claim(f"{words[0]}: {few} sizes were too small", few >= n // 3)


def makes(words, made, top, n):
    """A command that makes a file: it is whole or it is not there."""
    few = 0
    for room in sizes(top, n):
        text = f"{words} with {room} bytes"
        mount("16m")
        rc, out, err = in_room(room, *words)
        if rc != 0:
            few += 1
            stopped(text, rc, out, err)
            claim(f"{text}: left {os.listdir(SMALL)}", set(os.listdir(SMALL)) <= {"ballast"})
            more_room()
            must(*words, want=(0,))
        holds(made, text)
        unmount()
    claim(f"{words}: {few} sizes were too small", few >= 2)


def beside():
    """What is written beside the book finds no room: rejects, receipts,
    standard input, standard output."""
    if not mounts:
        return
    for name, words, base in (("pay.csv", POST, "loans.umi"), ("loans.csv", IMPORT, "fresh.umi")):
        for room in (0, 4096):
            mount("2m")
            shutil.copyfile(base, "work.umi")
            where = SMALL + "/r.csv"
            rc, out, err = in_room(room, "work.umi", *words, "--rejects", where)
            if rc != 1: # the shorter list fits into a page
                stopped(f"no room for rejects of {name}", rc, out, err)
            holds("work.umi", "when rejects find no room")
            more_room()
            out = must("work.umi", *words, "--rejects", where)
            claim(f"figures then: {out}", figures(out) == calm[words][0])
            claim("what stands in the book then", business("work.umi") == calm[words][1])
            claim("rejects then", open(where).read() == calm["rejects"][name])
            unmount()
    mount("2m")
    shutil.copyfile("loans.umi", "work.umi")
    was = open("work.umi", "rb").read()
    fill(0)
    rc, out, err = run("work.umi", "post", "-", "--date", "2025-09-01", "--json", stdin=open("pay.csv"),
                       env={**os.environ, "TMPDIR": SMALL})
    stopped("no room for standard input", rc, out, err)
    claim("the book is as it was", open("work.umi", "rb").read() == was)
    rc, out, err = run("work.umi", *POST, "--receipts", SMALL + "/receipts.csv")
    stopped("no room for receipts", rc, out, err)
    holds("work.umi", "when receipts find no room")
    more_room()
    out = must("work.umi", *POST, "--receipts", SMALL + "/receipts.csv")
    claim("figures then", figures(out) == calm[POST][0] and business("work.umi") == calm[POST][1])
    claim("a line of receipts each", sum(1 for _ in open(SMALL + "/receipts.csv")) == 5001)
    unmount()
    for words in (("verify", "--json"), ("export", "journal", "--format", "csv"), ("doctor",), ("loan", "list", "--json")):
        with open("/dev/full", "w") as full:
            p = subprocess.run([umi, "--book", "paid.umi", *words], stdout=full, stderr=subprocess.PIPE, text=True)
        claim(f"{words} to a full disk: exit {p.returncode} {p.stderr}", p.returncode == 4)


# --- read-only ----------------------------------------------------------------

READERS = (("verify", "--full"), ("loan", "show", "L1", "--json"), ("report", "portfolio", "--format", "json"),
           ("backup", "copy.umi"))


def read_only():
    """A file system that may not be written: nothing is, and who writes is
    told so."""
    if not mounts:
        return
    mount("16m")
    shutil.copyfile("loans.umi", BOOK)
    subprocess.run(["mount", "-o", "remount,bind,ro", SMALL], check=True)
    was = open(BOOK, "rb").read()
    for words in (POST, IMPORT, CLOSE, ("backup", SMALL + "/copy.umi")):
        stopped(f"{words} on a read-only disk", *run(BOOK, *words))
    stopped("init", *run(SMALL + "/new.umi", "init", "--institution", "Uji"))
    stopped("restore", *run(SMALL + "/new.umi", "restore", "backup.umi"))
    for words in READERS:
        rc, out, err = run(BOOK, *words)
        claim(f"{words} on a read-only disk: exit {rc} {err}", rc == 0 or rc == 4 and err.count("\n") == 1)
    rc, out, err = run(BOOK, "doctor", "--json")
    claim(f"the doctor there: exit {rc} {out}", rc in (1, 4) and any(
        k["code"] == "D-RIGHTS" and k["state"] == "fail" for k in json.loads(out)["checks"]))
    claim(f"nothing was written: {os.listdir(SMALL)}", open(BOOK, "rb").read() == was and os.listdir(SMALL) == ["b.umi"])
    rc, out, err = run("out.umi", "restore", "backup.umi")
    claim(f"from there: {rc} {err}", rc == 0)
    for name in ("out.umi", "copy.umi", "copy.umi.sha256"):
        if os.path.exists(name):
            os.remove(name)
    unmount()


def as_nobody():
    """A file, and a folder, that this user may only read."""
    try:
        subprocess.run(["true"], check=True, user=65534, group=65534, extra_groups=[])
    except (OSError, subprocess.SubprocessError, ValueError) as why:
        print("SKIPPED: as another user:", why)
        return
    os.chmod(".", 0o755)
    shutil.copyfile(umi, "plain-umi")
    os.chmod("plain-umi", 0o755)
    for mode, folder in ((0o444, 0o777), (0o666, 0o555), (0o000, 0o777)):
        os.makedirs("shut")
        shutil.copyfile("loans.umi", "shut/b.umi")
        os.chmod("shut/b.umi", mode)
        os.chmod("shut", folder)
        was = open("shut/b.umi", "rb").read()
        for words in (POST + ("--rejects", "/dev/null/none"), CLOSE):
            p = subprocess.run(["./plain-umi", "--lang", "en", "--book", "shut/b.umi", *words], capture_output=True, text=True,
                               user=65534, group=65534, extra_groups=[])
            stopped(f"{words[0]} with rights {mode:o} in {folder:o}", p.returncode, p.stdout, p.stderr)
        p = subprocess.run(["./plain-umi", "--lang", "en", "--book", "shut/b.umi", "doctor", "--json"], capture_output=True,
                           text=True, user=65534, group=65534, extra_groups=[])
        claim(f"the doctor: {p.returncode} {p.stdout} {p.stderr}", p.returncode in (1, 4) and json.loads(p.stdout))
        claim("the file is as it was", open("shut/b.umi", "rb").read() == was)
        os.chmod("shut", 0o755)
        # SQLite cannot fold in the empty log of a file that it may only read
        claim(f"nothing is left: {os.listdir('shut')}", all(
            n in ("b.umi", "b.umi-shm") or os.path.getsize("shut/" + n) == 0 for n in os.listdir("shut")))
        shutil.rmtree("shut")


# --- two at once --------------------------------------------------------------

def in_order(base, orders):
    """What stands in the book after the commands, one after the other."""
    out = []
    for words in orders:
        shutil.copyfile(base, "order.umi")
        for w in words:
            must("order.umi", *w)
        out.append(business("order.umi"))
    return out


def pair(base, first, second, possible, same):
    shutil.copyfile(base, "two.umi")
    both = [start("two.umi", *first)]
    time.sleep(rng.random() * rng.choice((0, 0.01, 0.1)))
    both.append(start("two.umi", *second))
    ends = []
    for p in both:
        out, err = p.communicate(timeout=120)
        ends.append((p.returncode, json.loads(out)["state"] if out.startswith("{") else err))
    done = sum(e == (1, "done") for e in ends)
    claim(f"{first[:2]} and {second[:2]}: {ends}", all(e in ((1, "done"), (0, "repeated")) or e[0] == 4 for e in ends) and
          (done == 1 if same else done + sum(e[0] == 4 for e in ends) == 2))
    holds("two.umi", "after two at once")
    for w in (first, second):
        must("two.umi", *w)
    claim(f"{first[:2]} and {second[:2]}: every line once", business("two.umi") in possible)


def two_at_once():
    more = ("loan", "import", "more.csv", "--json")
    both = in_order("loans.umi", ((POST, OTHER), (OTHER, POST)))
    mixed = in_order("loans.umi", ((POST, more), (more, POST)))
    for _ in range(100 if long else 3):
        pair("loans.umi", POST, POST, [calm[POST][1]], True)
        pair("fresh.umi", IMPORT, IMPORT, [calm[IMPORT][1]], True)
        pair("loans.umi", *rng.sample((POST, OTHER), 2), both, False)
        pair("loans.umi", *rng.sample((POST, more), 2), mixed, False)


def backup_meanwhile():
    """A backup beside a posting is the book before it or after it."""
    for _ in range(40 if long else 3):
        shutil.copyfile("loans.umi", "two.umi")
        p = start("two.umi", *POST)
        time.sleep(rng.random() * 0.1)
        since = time.monotonic()
        rc, out, err = run("two.umi", "doctor")
        claim(f"the doctor meanwhile: exit {rc} {out}", rc in (0, 1, 4) and out and time.monotonic() - since < 20)
        rc, out, err = run("two.umi", "backup", "copy.umi")
        p.communicate()
        claim(f"posting beside a backup: exit {p.returncode}", p.returncode in (1, 4))
        if claim(f"a backup meanwhile: exit {rc} {err}", rc == 0 or rc == 4 and not os.path.exists("copy.umi")) and rc == 0:
            claim("it is before or after", business("copy.umi") in (calm[IMPORT][1], calm[POST][1]))
            for name in ("copy.umi", "copy.umi.sha256"):
                os.remove(name)
        finished_two = must("two.umi", *POST)
        claim("the posting is whole", figures(finished_two) == calm[POST][0] and business("two.umi") == calm[POST][1])


calm = {}
os.environ["UMI_USER"] = "ani"
os.environ.pop("UMI_BOOK", None)
make_files()
MIB = 1 << 20
grows(POST, "loans.umi", MIB * 3 // 2, 9)
grows(IMPORT, "fresh.umi", MIB, 6)
grows(CLOSE, "paid.umi", MIB // 2, 4)
makes((BOOK, "init", "--institution", "Uji"), BOOK, 2 * MIB, 6)
makes((os.path.abspath("paid.umi"), "backup", SMALL + "/c.umi"), SMALL + "/c.umi", 3 * MIB, 5)
makes((BOOK, "restore", "backup.umi"), BOOK, 3 * MIB, 5)
beside()
read_only()
as_nobody()
two_at_once()
backup_meanwhile()
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
