-- SPDX-License-Identifier: MIT
-- What the engine itself says of an open book, for `umi doctor`.

-- name: tell_journal_mode
PRAGMA journal_mode;

-- name: tell_synchronous
PRAGMA synchronous;

-- name: tell_locking_mode
PRAGMA locking_mode;

-- name: tell_foreign_keys
PRAGMA foreign_keys;

-- name: tell_cell_size_check
PRAGMA cell_size_check;

-- name: tell_trusted_schema
PRAGMA trusted_schema;

-- name: tell_mmap_size
PRAGMA mmap_size;

-- name: tell_cache_size
PRAGMA cache_size;

-- name: tell_page_size
PRAGMA page_size;

-- name: tell_wal_autocheckpoint
PRAGMA wal_autocheckpoint;

-- Where SQLite was built without this table nobody can tell.
-- name: table_size
SELECT sum(pgsize), sum(CASE pagetype WHEN 'leaf' THEN ncell ELSE 0 END)
FROM dbstat WHERE name = ?1 GROUP BY name;

-- Of the leaves with the largest keys.
-- name: newest_size
SELECT sum(pgsize), sum(ncell) FROM (
    SELECT name, pgsize, ncell FROM dbstat
    WHERE name = ?1 AND pagetype = 'leaf' ORDER BY path DESC LIMIT 64)
GROUP BY name;
