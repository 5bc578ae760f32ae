-- SPDX-License-Identifier: MIT
-- The bank: own accounts, statements as they came, what was matched.

-- name: bank_account_create
CREATE TABLE bank_account(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    code TEXT NOT NULL UNIQUE,
    bank TEXT,
    number TEXT NOT NULL UNIQUE,
    cash TEXT NOT NULL,
    format TEXT NOT NULL
) STRICT;
-- name: bank_account_put
INSERT INTO bank_account(id, seq, code, bank, number, cash, format)
SELECT c0, c1, c2, c3, c4, c5, c6 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, code = excluded.code,
    bank = excluded.bank, number = excluded.number, cash = excluded.cash,
    format = excluded.format
WHERE bank_account.seq = excluded.seq - 1;
-- name: bank_account_from
SELECT 1 FROM bank_account WHERE id >= ?1
AND sink(id, seq, code, bank, number, cash, format)
ORDER BY id;
-- name: bank_account_last
SELECT coalesce(max(id), 0) FROM bank_account;

-- Which bank account a channel settles to.
-- name: bank_channel_create
CREATE TABLE bank_channel(
    id INTEGER PRIMARY KEY REFERENCES code,
    seq INTEGER NOT NULL CHECK (seq > 0),
    account INTEGER NOT NULL REFERENCES bank_account
) STRICT;
-- name: bank_channel_put
INSERT INTO bank_channel(id, seq, account)
SELECT c0, c1, c2 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, account = excluded.account
WHERE bank_channel.seq = excluded.seq - 1;
-- name: bank_channel_from
SELECT 1 FROM bank_channel WHERE id >= ?1
AND sink(id, seq, account)
ORDER BY id;
-- name: bank_channel_last
SELECT coalesce(max(id), 0) FROM bank_channel;

-- A statement file as it came; the same bytes come in once for an account.
-- name: stmt_file_create
CREATE TABLE stmt_file(
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    format TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES bank_account,
    day INTEGER NOT NULL,
    actor TEXT NOT NULL,
    UNIQUE (sha256, account)
) STRICT;
CREATE TRIGGER stmt_file_no_update BEFORE UPDATE ON stmt_file
BEGIN SELECT raise(ABORT, 'stmt_file is append-only'); END;
CREATE TRIGGER stmt_file_no_delete BEFORE DELETE ON stmt_file
BEGIN SELECT raise(ABORT, 'stmt_file is append-only'); END;
-- name: stmt_file_put
INSERT INTO stmt_file(id, sha256, name, size, format, account, day, actor)
SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM feed;
-- name: stmt_file_from
SELECT 1 FROM stmt_file WHERE id >= ?1
AND sink(id, sha256, name, size, format, account, day, actor)
ORDER BY id;
-- name: stmt_file_last
SELECT coalesce(max(id), 0) FROM stmt_file;
-- name: stmt_file_by_sha256
SELECT id, sha256, name, size, format, account, day, actor
FROM stmt_file WHERE sha256 = CAST(?1 AS BLOB) AND account = ?2 ORDER BY id;

-- The bytes of a file: the only place in the book where its texts stand.
-- name: stmt_raw_create
CREATE TABLE stmt_raw(
    id INTEGER PRIMARY KEY REFERENCES stmt_file,
    seq INTEGER NOT NULL CHECK (seq > 0),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    bytes BLOB NOT NULL
) STRICT;
-- name: stmt_raw_put
INSERT INTO stmt_raw(id, seq, salt, bytes)
SELECT c0, c1, c2, c3 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, salt = excluded.salt,
    bytes = excluded.bytes
WHERE stmt_raw.seq = excluded.seq - 1;
-- name: stmt_raw_from
SELECT 1 FROM stmt_raw WHERE id >= ?1
AND sink(id, seq, salt, bytes)
ORDER BY id;
-- name: stmt_raw_last
SELECT coalesce(max(id), 0) FROM stmt_raw;

-- name: stmt_create
CREATE TABLE stmt(
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES stmt_file,
    place INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES bank_account,
    number TEXT,
    from_day INTEGER,
    to_day INTEGER,
    currency TEXT NOT NULL,
    opening INTEGER,
    closing INTEGER,
    lines INTEGER NOT NULL,
    quarantined INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
    checks TEXT NOT NULL
) STRICT;
CREATE INDEX stmt_file_of ON stmt(file);
CREATE INDEX stmt_account ON stmt(account);
CREATE TRIGGER stmt_no_update BEFORE UPDATE ON stmt
BEGIN SELECT raise(ABORT, 'stmt is append-only'); END;
CREATE TRIGGER stmt_no_delete BEFORE DELETE ON stmt
BEGIN SELECT raise(ABORT, 'stmt is append-only'); END;
-- name: stmt_put
INSERT INTO stmt(id, file, place, account, number, from_day, to_day, currency,
    opening, closing, lines, quarantined, checks)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12 FROM feed;
-- name: stmt_from
SELECT 1 FROM stmt WHERE id >= ?1
AND sink(id, file, place, account, number, from_day, to_day, currency,
    opening, closing, lines, quarantined, checks)
ORDER BY id;
-- name: stmt_last
SELECT coalesce(max(id), 0) FROM stmt;
-- name: stmt_by_file
SELECT id, file, place, account, number, from_day, to_day, currency, opening,
    closing, lines, quarantined, checks
FROM stmt WHERE file = ?1 ORDER BY id;
-- name: stmt_by_account
SELECT id, file, place, account, number, from_day, to_day, currency, opening,
    closing, lines, quarantined, checks
FROM stmt WHERE account = ?1 ORDER BY id;

-- A quarantined statement let in by a second person.
-- name: stmt_release_create
CREATE TABLE stmt_release(
    id INTEGER PRIMARY KEY REFERENCES stmt,
    day INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE TRIGGER stmt_release_no_update BEFORE UPDATE ON stmt_release
BEGIN SELECT raise(ABORT, 'stmt_release is append-only'); END;
CREATE TRIGGER stmt_release_no_delete BEFORE DELETE ON stmt_release
BEGIN SELECT raise(ABORT, 'stmt_release is append-only'); END;
-- name: stmt_release_put
INSERT INTO stmt_release(id, day, actor, reason)
SELECT c0, c1, c2, c3 FROM feed;
-- name: stmt_release_from
SELECT 1 FROM stmt_release WHERE id >= ?1
AND sink(id, day, actor, reason)
ORDER BY id;
-- name: stmt_release_last
SELECT coalesce(max(id), 0) FROM stmt_release;

-- A movement, once, whatever number of files have it.
-- name: stmt_line_create
CREATE TABLE stmt_line(
    id INTEGER PRIMARY KEY,
    stmt INTEGER NOT NULL REFERENCES stmt,
    place INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES bank_account,
    booked INTEGER NOT NULL,
    value INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    reversal INTEGER NOT NULL CHECK (reversal IN (0, 1)),
    print INTEGER NOT NULL,
    occurrence INTEGER NOT NULL CHECK (occurrence > 0)
) STRICT;
CREATE UNIQUE INDEX stmt_line_once
ON stmt_line(account, booked, print, occurrence);
CREATE TRIGGER stmt_line_no_update BEFORE UPDATE ON stmt_line
BEGIN SELECT raise(ABORT, 'stmt_line is append-only'); END;
CREATE TRIGGER stmt_line_no_delete BEFORE DELETE ON stmt_line
BEGIN SELECT raise(ABORT, 'stmt_line is append-only'); END;
-- name: stmt_line_put
INSERT INTO stmt_line(id, stmt, place, account, booked, value, amount,
    reversal, print, occurrence)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 FROM feed;
-- name: stmt_line_from
SELECT 1 FROM stmt_line WHERE id >= ?1
AND sink(id, stmt, place, account, booked, value, amount, reversal, print,
    occurrence)
ORDER BY id;
-- name: stmt_line_last
SELECT coalesce(max(id), 0) FROM stmt_line;
-- name: stmt_line_by_day
SELECT id, stmt, place, account, booked, value, amount, reversal, print,
    occurrence
FROM stmt_line WHERE account = ?1 AND booked >= ?2 AND booked <= ?3
ORDER BY id;

-- Movements that nothing explains yet.
-- name: stmt_open_create
CREATE TABLE stmt_open(
    id INTEGER PRIMARY KEY REFERENCES stmt_line,
    seq INTEGER NOT NULL CHECK (seq > 0),
    account INTEGER NOT NULL
) STRICT;
CREATE INDEX stmt_open_account ON stmt_open(account);
-- name: stmt_open_put
INSERT INTO stmt_open(id, seq, account)
SELECT c0, c1, c2 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, account = excluded.account
WHERE stmt_open.seq = excluded.seq - 1;
-- name: stmt_open_from
SELECT 1 FROM stmt_open WHERE id >= ?1
AND sink(id, seq, account)
ORDER BY id;
-- name: stmt_open_last
SELECT coalesce(max(id), 0) FROM stmt_open;
-- name: stmt_open_remove
DELETE FROM stmt_open WHERE id IN (SELECT c0 FROM feed);
-- name: stmt_open_by_account
SELECT id, seq, account FROM stmt_open WHERE account = ?1 ORDER BY id;

-- What explains which movement.
-- name: bank_match_create
CREATE TABLE bank_match(
    id INTEGER PRIMARY KEY,
    line INTEGER NOT NULL REFERENCES stmt_line,
    part INTEGER NOT NULL,
    account INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    how TEXT NOT NULL,
    day INTEGER NOT NULL,
    actor TEXT NOT NULL,
    posted INTEGER
) STRICT;
CREATE UNIQUE INDEX bank_match_once ON bank_match(line, part);
CREATE INDEX bank_match_account ON bank_match(account);
CREATE TRIGGER bank_match_no_update BEFORE UPDATE ON bank_match
BEGIN SELECT raise(ABORT, 'bank_match is append-only'); END;
CREATE TRIGGER bank_match_no_delete BEFORE DELETE ON bank_match
BEGIN SELECT raise(ABORT, 'bank_match is append-only'); END;
-- name: bank_match_put
INSERT INTO bank_match(id, line, part, account, kind, target, amount, how, day,
    actor, posted)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 FROM feed;
-- name: bank_match_from
SELECT 1 FROM bank_match WHERE id >= ?1
AND sink(id, line, part, account, kind, target, amount, how, day, actor,
    posted)
ORDER BY id;
-- name: bank_match_last
SELECT coalesce(max(id), 0) FROM bank_match;
-- name: bank_match_by_account
SELECT id, line, part, account, kind, target, amount, how, day, actor,
    posted
FROM bank_match WHERE account = ?1 ORDER BY id;

-- Targets that a movement explains already.
-- name: bank_settled_create
CREATE TABLE bank_settled(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    match INTEGER NOT NULL REFERENCES bank_match
) STRICT;
-- name: bank_settled_put
INSERT INTO bank_settled(id, seq, match)
SELECT c0, c1, c2 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, match = excluded.match
WHERE bank_settled.seq = excluded.seq - 1;
-- name: bank_settled_from
SELECT 1 FROM bank_settled WHERE id >= ?1
AND sink(id, seq, match)
ORDER BY id;
-- name: bank_settled_last
SELECT coalesce(max(id), 0) FROM bank_settled;

-- Proposals that wait for a second person.
-- name: bank_proposal_create
CREATE TABLE bank_proposal(
    id INTEGER PRIMARY KEY REFERENCES stmt_line,
    seq INTEGER NOT NULL CHECK (seq > 0),
    kind TEXT NOT NULL,
    reference TEXT,
    channel TEXT,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    day INTEGER NOT NULL
) STRICT;
-- name: bank_proposal_put
INSERT INTO bank_proposal(id, seq, kind, reference, channel, reason, actor, day)
SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, kind = excluded.kind,
    reference = excluded.reference, channel = excluded.channel,
    reason = excluded.reason,
    actor = excluded.actor, day = excluded.day
WHERE bank_proposal.seq = excluded.seq - 1;
-- name: bank_proposal_from
SELECT 1 FROM bank_proposal WHERE id >= ?1
AND sink(id, seq, kind, reference, channel, reason, actor, day)
ORDER BY id;
-- name: bank_proposal_last
SELECT coalesce(max(id), 0) FROM bank_proposal;
-- name: bank_proposal_remove
DELETE FROM bank_proposal WHERE id IN (SELECT c0 FROM feed);

-- The reversal of a posting, if there is one.
-- name: txn_by_reverses
SELECT id, loan, prev, kind, day, amount, principal, interest, fee, penalty,
    overpaid, batch, line, channel, ref, reverses, component, due, asked
FROM txn WHERE reverses = ?1 ORDER BY id;

-- Signatures under reconciliations.
-- name: bank_signature_create
CREATE TABLE bank_signature(
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES bank_account,
    as_of INTEGER NOT NULL,
    step TEXT NOT NULL,
    day INTEGER NOT NULL,
    actor TEXT NOT NULL,
    content BLOB NOT NULL CHECK (length(content) = 32),
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX bank_signature_account ON bank_signature(account);
CREATE TRIGGER bank_signature_no_update BEFORE UPDATE ON bank_signature
BEGIN SELECT raise(ABORT, 'bank_signature is append-only'); END;
CREATE TRIGGER bank_signature_no_delete BEFORE DELETE ON bank_signature
BEGIN SELECT raise(ABORT, 'bank_signature is append-only'); END;
-- name: bank_signature_put
INSERT INTO bank_signature(id, account, as_of, step, day, actor, content,
    previous, hash)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8 FROM feed;
-- name: bank_signature_from
SELECT 1 FROM bank_signature WHERE id >= ?1
AND sink(id, account, as_of, step, day, actor, content, previous, hash)
ORDER BY id;
-- name: bank_signature_last
SELECT coalesce(max(id), 0) FROM bank_signature;
-- name: bank_signature_by_account
SELECT id, account, as_of, step, day, actor, content, previous, hash
FROM bank_signature WHERE account = ?1 ORDER BY id;
