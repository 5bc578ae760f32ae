-- SPDX-License-Identifier: MIT
-- The connection itself.

-- name: feed_declare
CREATE TABLE feed(
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15,
    c16, c17, c18, c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29,
    c30, c31, c32, c33, c34, c35, c36, c37, c38, c39)

-- Before the first table is made.
-- name: settings_new
PRAGMA page_size = 4096;
PRAGMA auto_vacuum = NONE;
PRAGMA encoding = 'UTF-8';

-- For every connection.  What the schema of a foreign file says is not
-- trusted, cells are checked when pages are loaded, and no page is mapped (an
-- I/O error would be a signal then).
-- name: settings
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;

-- name: settings_read
PRAGMA query_only = ON;

-- One writer, alone: the fault of SQLite before 3.51.3 that loses frames of
-- the log needs two connections, and a commit is on the disk when it returns.
-- name: settings_write
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -65536;
PRAGMA wal_autocheckpoint = 65536;

-- Before the log is looked at.
-- name: settings_alone
PRAGMA locking_mode = EXCLUSIVE;

-- name: settings_wal
PRAGMA journal_mode = WAL;

-- name: settings_plain
PRAGMA journal_mode = DELETE;

-- name: mark_application
PRAGMA application_id = 1431128385;

-- name: mark_version
PRAGMA user_version = 3;

-- name: get_version
PRAGMA user_version;

-- name: count_pages
PRAGMA page_count;

-- name: lock
BEGIN IMMEDIATE;
COMMIT;

-- name: txn_begin
BEGIN IMMEDIATE;

-- name: txn_commit
COMMIT;

-- name: txn_rollback
ROLLBACK;

-- name: checkpoint
PRAGMA wal_checkpoint(TRUNCATE);

-- name: settings_copy
PRAGMA query_only = OFF;

-- name: copy_into
VACUUM INTO ?1;

-- name: check_integrity
PRAGMA integrity_check(1);

-- name: check_references
PRAGMA foreign_key_check;

-- name: schema_list
SELECT type, name, tbl_name, coalesce(sql, '')
FROM sqlite_schema ORDER BY type, name;
