-- SPDX-License-Identifier: MIT
-- What the close of a day found and wrote; amounts are sen.

-- Interest and fees of all loans up to a closed day, by branch and product.
-- The sums run from the beginning: a day's own is the difference to the close
-- before it.
-- name: accrual_create
CREATE TABLE accrual(
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    day INTEGER NOT NULL,
    branch INTEGER NOT NULL REFERENCES code,
    product INTEGER NOT NULL REFERENCES code,
    earned INTEGER NOT NULL CHECK (earned >= 0),
    suspended INTEGER NOT NULL CHECK (suspended >= 0),
    fee INTEGER NOT NULL CHECK (fee >= 0)
) STRICT;
CREATE INDEX accrual_batch ON accrual(batch);
CREATE TRIGGER accrual_no_update BEFORE UPDATE ON accrual
BEGIN SELECT raise(ABORT, 'accrual is append-only'); END;
CREATE TRIGGER accrual_no_delete BEFORE DELETE ON accrual
BEGIN SELECT raise(ABORT, 'accrual is append-only'); END;
-- name: accrual_put
INSERT INTO accrual(id, batch, day, branch, product, earned, suspended, fee)
SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM feed;
-- name: accrual_from
SELECT 1 FROM accrual WHERE id >= ?1
AND sink(id, batch, day, branch, product, earned, suspended, fee)
ORDER BY id;
-- name: accrual_last
SELECT coalesce(max(id), 0) FROM accrual;
-- name: accrual_by_batch
SELECT id, batch, day, branch, product, earned, suspended, fee
FROM accrual WHERE batch = ?1 ORDER BY id;

-- The figures on which a close was signed: control totals of the loans and of
-- the general ledger, and the principal by days past due.
-- name: closing_create
CREATE TABLE closing(
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    n INTEGER NOT NULL,
    loans INTEGER NOT NULL,
    ledger INTEGER NOT NULL
) STRICT;
CREATE INDEX closing_batch ON closing(batch);
CREATE TRIGGER closing_no_update BEFORE UPDATE ON closing
BEGIN SELECT raise(ABORT, 'closing is append-only'); END;
CREATE TRIGGER closing_no_delete BEFORE DELETE ON closing
BEGIN SELECT raise(ABORT, 'closing is append-only'); END;
-- name: closing_put
INSERT INTO closing(id, batch, kind, name, n, loans, ledger)
SELECT c0, c1, c2, c3, c4, c5, c6 FROM feed;
-- name: closing_from
SELECT 1 FROM closing WHERE id >= ?1
AND sink(id, batch, kind, name, n, loans, ledger)
ORDER BY id;
-- name: closing_last
SELECT coalesce(max(id), 0) FROM closing;
-- name: closing_by_batch
SELECT id, batch, kind, name, n, loans, ledger
FROM closing WHERE batch = ?1 ORDER BY id;
