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
SELECT id, seq, code, bank, number, cash, format
FROM bank_account WHERE id >= ?1 ORDER BY id;
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
SELECT id, seq, account FROM bank_channel WHERE id >= ?1 ORDER BY id;
-- name: bank_channel_last
SELECT coalesce(max(id), 0) FROM bank_channel;
