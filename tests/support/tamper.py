# SPDX-License-Identifier: MIT
"""Changes a book behind its back, one thing at a time, and expects that
`umi verify --full` notices.  tamper.py UMI BOOK SEED [ROWS] [FLIPS] [TABLE,...]"""
import os, random, shutil, sqlite3, subprocess, sys

import packed

umi, book, seed = sys.argv[1:4]
rows_each = int(sys.argv[4]) if len(sys.argv) > 4 else 1
flips = int(sys.argv[5]) if len(sys.argv) > 5 else 60
only = sys.argv[6].split(",") if len(sys.argv) > 6 else None
rng = random.Random(int(seed))
work = book + ".tampered"
passed, failed = 0, 0


def claim(text, good):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", text)
    return good


def verify(path):
    """Exit status; a crash is negative here and 128 and above in a shell."""
    return subprocess.run([umi, "--book", path, "verify", "--full"], timeout=60,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def fresh():
    for end in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(work + end):
            os.remove(work + end)
    shutil.copyfile(book, work)


def content(path):
    """Every stored value that anybody reads, or None when SQLite cannot read
    them.  Of a block that are its rows, but those over which a younger pack
    has one of the same key."""
    try:
        db = sqlite3.connect(path)
        db.text_factory = bytes
        names = [r[0].decode() for r in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
        columns = {"pack_block": "rowid, pack, first, last, n"}
        out = [(n, db.execute(f'SELECT {columns.get(n, "*")} FROM "{n}" NOT INDEXED').fetchall()) for n in names]
        for t in packed.TABLES:
            packed.unpack(db, t)
            out.append((t, db.execute(f"SELECT * FROM temp.{t}").fetchall()))
        db.close()
        return out
    except (sqlite3.Error, UnicodeError):
        return None


def tamper(sql, args=()):
    """One statement, with neither triggers nor constraints in its way; the
    schema is afterwards as it was.  False when SQLite itself refuses."""
    plain = [t for t in packed.TABLES if t in sql.split()]
    fresh()
    db = sqlite3.connect(work, isolation_level=None)
    db.execute("PRAGMA ignore_check_constraints = ON")
    triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid").fetchall()
    db.execute("BEGIN")
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    for t in plain:
        packed.unpack(db, t)
    try:
        done = db.execute(sql, args).rowcount == 1
        for t in plain:
            packed.pack(db, t)
    except (sqlite3.Error, ValueError, OverflowError, AttributeError):
        done = False
    for _, text in triggers:
        db.execute(text)
    db.execute("COMMIT")
    db.close()
    return done


def others(value, kind):
    """What the value might be changed into."""
    if value is None:
        return [1 if kind == "INTEGER" else b"\1" * 32 if kind == "BLOB" else "x"]
    if isinstance(value, int):
        return [value + 1, -value] if value else [1]
    if isinstance(value, bytes):
        at = rng.randrange(len(value)) if value else 0
        return [value[:at] + bytes([value[at] ^ 1 << rng.randrange(8)]) + value[at + 1:] if value else b"x"]
    return [value + "x", value[:-1] + ("y" if value[-1:] == "x" else "x")]


was = content(book)
db = sqlite3.connect(book)
tables = [r[0] for r in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
          if only is None or r[0] in only]
for table in packed.TABLES:
    if only is None or table in only:
        packed.unpack(db, table)
        tables.append(table)
claim("the book holds before it is touched", verify(book) == 0)
fresh()
claim("so does a plain copy", verify(work) == 0)
filled = set()
claim("triggers that come back are no finding", tamper("UPDATE book SET basis = basis") and verify(work) == 0)
for table in tables:
    columns = [(r[1], r[2], r[3]) for r in db.execute(f"PRAGMA table_info({table})")]
    if table == "pack_block": # rows have no number of their own
        columns.insert(0, ("rowid", "INTEGER", 1))
    if table in packed.TABLES:
        columns = [(name, "TEXT" if (table, name) in packed.TEXTS else "INTEGER", 0) for name, _, _ in columns]
    key = columns[0][0]
    rows = db.execute(f"SELECT {', '.join(c[0] for c in columns)} FROM {table} ORDER BY 1").fetchall()
    if not rows:
        continue
    filled.add(table)
    picked = rng.sample(rows, min(rows_each, len(rows)))
    for row in picked:
        for (name, kind, notnull), value in zip(columns, row):
            changes = others(value, kind)
            if value is not None and not notnull and name != key:
                changes.append(None)
            if name == key:
                changes = [] if key == "rowid" else [rows[-1][0] + 1000]
            for new in changes:
                if tamper(f"UPDATE {table} SET {name} = ? WHERE {key} = ?", (new, row[0])):
                    rc = verify(work)
                    claim(f"{table}.{name} of row {row[0]}: {value!r} -> {new!r}, exit {rc}",
                          rc in (1, 5) or name == "body" and rc == 0 and content(work) == was)
    for row in {rows[0], rows[-1], *picked}:
        if tamper(f"DELETE FROM {table} WHERE {key} = ?", (row[0],)):
            rc = verify(work)
            claim(f"{table}: row {row[0]} deleted, exit {rc}", rc in (1, 5))
    for new in (rows[-1][0] + 1, rows[-1][0] + 1000, rows[0][0] - 1):
        marks = ", ".join("?" * len(columns))
        names = ", ".join(c[0] for c in columns)
        if tamper(f"INSERT INTO {table} ({names}) VALUES ({marks})", (new, *rows[-1][1:])):
            rc = verify(work)
            claim(f"{table}: a copy of row {rows[-1][0]} added as {new}, exit {rc}", rc in (1, 5))
    if len(rows) > 1: # two rows change places
        a, b = rng.sample(rows, 2)
        names = [c[0] for c in columns[1:]]
        sets = ", ".join(f"{n} = ?" for n in names)
        if a[1:] != b[1:] and tamper(f"UPDATE {table} SET {sets} WHERE {key} = ?", (*b[1:], a[0])):
            rc = verify(work)
            claim(f"{table}: row {a[0]} says what row {b[0]} says, exit {rc}", rc in (1, 5))
# packed rows are a small part of the file, and half of the flips are theirs
whole = open(book, "rb").read()
spots = []
for (body,) in db.execute("SELECT body FROM pack_block"):
    at = whole.find(body)
    spots += range(at, at + len(body)) if at >= 0 else ()
db.close()
needed = {"book", "rules", "code", "person", "terms", "loan", "agreement", "loan_state", "txn", "idem", "loan_key",
          "batch", "reject", "gl_line", "closed_day", "witness", "block", "accrual", "closing"}
needed = set(only) if only else needed
claim(f"no rows in {sorted(needed - filled)}", needed <= filled)

for i in range(flips):
    data = bytearray(whole)
    for _ in range(rng.choice((1, 1, 1, 8))):
        data[rng.choice(spots if i % 2 else range(len(data)))] ^= 1 << rng.randrange(8)
    fresh()
    open(work, "wb").write(data)
    rc = verify(work)
    claim(f"flip {i} ends with {rc}", rc in (0, 1, 4, 5))
    if not claim(f"flip {i} is not noticed", rc != 0 or content(work) == was):
        print("of bytes", [at for at in range(len(data)) if data[at] != whole[at]])
for i in range(flips // 4):
    size = rng.randrange(len(whole))
    if i % 2:
        size -= size % 4096
    fresh()
    open(work, "wb").write(whole[:size])
    rc = verify(work)
    claim(f"cut to {size} of {len(whole)} bytes ends with {rc}", rc in (1, 5))
fresh()
os.remove(work)
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
