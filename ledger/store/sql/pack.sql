-- SPDX-License-Identifier: MIT
-- Packed tables: rows that nobody reads by SQL, a thousand to a block
-- (ledger/store/block_int.h).  Blocks of a pack come one behind the other, in
-- order of their keys; of two packs with one key the younger one holds.

-- name: pack_create
CREATE TABLE pack(
    id INTEGER PRIMARY KEY,
    tab TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0)
) STRICT;
CREATE TABLE pack_block(
    pack INTEGER NOT NULL REFERENCES pack,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX pack_block_at ON pack_block(pack, last, first, n);
CREATE TRIGGER pack_block_no_update BEFORE UPDATE ON pack_block
BEGIN SELECT raise(ABORT, 'pack_block is never changed in place'); END;

-- name: pack_list
SELECT id, tab, n FROM pack ORDER BY id;

-- name: pack_put
INSERT INTO pack(id, tab, n) VALUES (?1, ?2, ?3);

-- name: pack_grow
UPDATE pack SET n = ?2 WHERE id = ?1;

-- name: pack_remove
DELETE FROM pack WHERE id = ?1;

-- name: pack_block_put
INSERT INTO pack_block(pack, first, last, n, body) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: pack_block_remove
DELETE FROM pack_block WHERE pack = ?1;

-- The block where a key is, if it is anywhere.
-- name: pack_seek
SELECT rowid, first, last, n FROM pack_block
WHERE pack = ?1 AND last >= ?2 ORDER BY last LIMIT 1;

-- name: pack_body
SELECT body FROM pack_block WHERE rowid = ?1;

-- name: pack_last
SELECT last FROM pack_block WHERE pack = ?1 ORDER BY last DESC LIMIT 1;

-- name: pack_measure
SELECT coalesce(sum(length(body)), 0), coalesce(sum(pack_block.n), 0)
FROM pack JOIN pack_block ON pack_block.pack = pack.id WHERE pack.tab = ?1;

-- Packs that have not as many rows as their blocks, and blocks that do not
-- begin behind the one before.
-- name: pack_check
SELECT id FROM pack WHERE n <> (
    SELECT coalesce(sum(pack_block.n), 0) FROM pack_block
    WHERE pack_block.pack = pack.id)
UNION ALL
SELECT pack.id FROM pack CROSS JOIN pack_block AS own ON own.pack = pack.id
WHERE own.first > own.last OR own.first <= (
    SELECT other.last FROM pack_block AS other
    WHERE other.pack = own.pack AND other.last <= own.last
        AND other.rowid <> own.rowid
    ORDER BY other.last DESC LIMIT 1);
