# SPDX-License-Identifier: MIT
"""Packed tables of a book, read by packed.py, against the journal, which is
plain.  packed_agree.py BOOK [spread]: `spread` writes all of them anew first,
as blocks of this program's own, older rows in older packs."""
import random
import sqlite3
import sys

import packed

book = sys.argv[1]
rng = random.Random(7)
db = sqlite3.connect(book, isolation_level=None)


def spread(table, older):
    """Rows of the table over five packs; those of older ones hold no more."""
    rows = db.execute(f"SELECT * FROM temp.{table} ORDER BY 1").fetchall()
    db.execute("DELETE FROM pack_block WHERE pack IN (SELECT id FROM pack WHERE tab = ?)", (table,))
    db.execute("DELETE FROM pack WHERE tab = ?", (table,))
    parts = [[] for _ in range(5)]
    for row in rows:
        at = rng.randrange(5)
        parts[at].append(row)
        if older and at > 0:
            parts[rng.randrange(at)].append((row[0], row[1] - 1) + row[2:7] + (row[7] + 1,) + row[8:])
    for part in parts:
        if not part:
            continue
        own = db.execute("INSERT INTO pack(tab, n) VALUES (?, ?)", (table, len(part))).lastrowid
        while part:
            n = rng.randrange(1, 9)
            block, part = part[:n], part[n:]
            db.execute("INSERT INTO pack_block(pack, first, last, n, body) VALUES (?, ?, ?, ?, ?)",
                       (own, block[0][0], block[-1][0], len(block), packed.body_of(table, block)))
    db.execute(f"DROP TABLE temp.{table}")


if "spread" in sys.argv:
    db.execute("BEGIN")
    for name in packed.TABLES:
        packed.unpack(db, name)
        spread(name, name == "loan_state")
    db.execute("COMMIT")
for name in packed.TABLES:
    packed.unpack(db, name)

SAME = {
    "loan numbers": ("SELECT loan, number FROM temp.loan_key", "SELECT id, number FROM loan"),
    "references": ("SELECT txn FROM temp.idem", "SELECT id FROM txn WHERE ref IS NOT NULL"),
    "last postings": ("SELECT id, last_txn FROM temp.loan_state",
                      "SELECT loan.id, max(txn.id) FROM loan JOIN txn ON txn.loan = loan.id GROUP BY loan.id"),
    "what was paid": ("SELECT id, paid_principal, paid_interest FROM temp.loan_state",
                      "SELECT loan, sum(principal), sum(interest) FROM ("
                      "SELECT loan, principal, interest FROM txn WHERE kind = 'repayment' "
                      "UNION ALL SELECT id, 0, 0 FROM loan) GROUP BY loan"),
}
good = True
for what, (a, b) in SAME.items():
    x, y = sorted(db.execute(a)), sorted(db.execute(b))
    if x != y or not x:
        good = False
        print(f"{what}: {set(x) ^ set(y)}")
packs = db.execute("SELECT count(*) FROM pack").fetchone()[0]
if packs > 40:
    good = False
    print(f"{packs} packs")
sys.exit(not good)
