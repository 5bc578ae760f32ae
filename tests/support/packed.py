# SPDX-License-Identifier: MIT
"""Packed tables of a book read and written without the program, from the
description of a block in docs/adr/0052: for tests that look into a book or
change it behind its back.  A name stands as its place in the list of names."""
import struct

TABLES = {
    "loan_state": ("id seq status agreement terms product branch principal disbursed first_due last_txn last_day "
                   "charged paid_principal paid_interest paid_fee paid_penalty owed_principal owed_interest owed_fee "
                   "owed_penalty overpaid").split(),
    "idem": ["key", "txn"],
    "loan_key": ["key", "loan", "number"],
}
TEXTS = {("loan_key", "number")}


def rows_of(table, body):
    """The rows of a block, as tuples."""
    names = TABLES[table]
    n = struct.unpack_from("<I", body)[0]
    at = 4 + 9 * len(names)
    columns = []
    for i, name in enumerate(names):
        mark, base = struct.unpack_from("<BQ", body, 4 + 9 * i)
        width = mark & 127
        figures = [int.from_bytes(body[at + k * width:at + (k + 1) * width], "little") for k in range(n)]
        at += n * width
        if (table, name) in TEXTS:
            columns.append(figures)
        else:
            one = mark >> 7
            values = [None if one and f == 0 else (base + f - one) % 2 ** 64 for f in figures]
            columns.append([v if v is None or v < 2 ** 63 else v - 2 ** 64 for v in values])
    for i, name in enumerate(names):
        if (table, name) in TEXTS:
            ends = [0] + columns[i]
            columns[i] = [body[at + ends[k]:at + ends[k + 1]].decode() for k in range(n)]
    return list(zip(*columns))


def body_of(table, rows):
    """A block of these rows: every figure as wide as the widest."""
    head, figures, texts = struct.pack("<I", len(rows)), b"", b""
    for i, name in enumerate(TABLES[table]):
        column = [r[i] for r in rows]
        if (table, name) in TEXTS:
            ends = []
            for text in column:
                texts += text.encode()
                ends.append(len(texts))
            head += struct.pack("<BQ", 4, 0)
            figures += struct.pack(f"<{len(rows)}I", *ends)
            continue
        there = [v for v in column if v is not None]
        base, one = min(there, default=0), len(there) < len(column)
        head += struct.pack("<BQ", 8 | one << 7, base % 2 ** 64)
        figures += struct.pack(f"<{len(rows)}Q", *(0 if v is None else v - base + one for v in column))
    return head + figures + texts


def unpack(db, table):
    """The table as a temporary one of its name."""
    db.execute(f"CREATE TEMP TABLE {table}({', '.join(TABLES[table])})")
    found = {}
    for (body,) in db.execute("SELECT body FROM pack JOIN pack_block ON pack = pack.id WHERE tab = ? ORDER BY pack.id",
                              (table,)):
        for row in rows_of(table, body):
            found[row[0]] = row
    marks = ", ".join("?" * len(TABLES[table]))
    db.executemany(f"INSERT INTO {table} VALUES ({marks})", [found[k] for k in sorted(found)])


def pack(db, table):
    """What the temporary table holds, in place of the packs."""
    rows = db.execute(f"SELECT * FROM temp.{table} ORDER BY 1").fetchall()
    db.execute("DELETE FROM pack_block WHERE pack IN (SELECT id FROM pack WHERE tab = ?)", (table,))
    db.execute("DELETE FROM pack WHERE tab = ?", (table,))
    if rows:
        own = db.execute("INSERT INTO pack(tab, n) VALUES (?, ?)", (table, len(rows))).lastrowid
        for i in range(0, len(rows), 1000):
            part = rows[i:i + 1000]
            db.execute("INSERT INTO pack_block(pack, first, last, n, body) VALUES (?, ?, ?, ?, ?)",
                       (own, part[0][0], part[-1][0], len(part), body_of(table, part)))
    db.execute(f"DROP TABLE temp.{table}")
