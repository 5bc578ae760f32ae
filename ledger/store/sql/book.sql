-- SPDX-License-Identifier: MIT
-- The book's own tables: who keeps it, loans, postings, batches, ledger.
-- Amounts are sen, days are numbers, enums are stored by name.

-- The one row of what never changes.
-- name: book_create
CREATE TABLE book(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    institution TEXT NOT NULL,
    branch TEXT NOT NULL,
    basis TEXT NOT NULL,
    secret BLOB NOT NULL CHECK (length(secret) = 16)
) STRICT;
CREATE TRIGGER book_no_update BEFORE UPDATE ON book
BEGIN SELECT raise(ABORT, 'book is append-only'); END;
CREATE TRIGGER book_no_delete BEFORE DELETE ON book
BEGIN SELECT raise(ABORT, 'book is append-only'); END;
-- name: book_put
INSERT INTO book(id, institution, branch, basis, secret)
SELECT c0, c1, c2, c3, c4 FROM feed;
-- name: book_from
SELECT 1 FROM book WHERE id >= ?1
AND sink(id, institution, branch, basis, secret)
ORDER BY id;
-- name: book_last
SELECT coalesce(max(id), 0) FROM book;

-- The chart of accounts and the posting rules by which the book was kept, as
-- texts; the newest of a name is in force, batches name theirs.
-- name: rules_create
CREATE TABLE rules(
    id INTEGER PRIMARY KEY,
    chart TEXT NOT NULL,
    posting TEXT NOT NULL
) STRICT;
CREATE TRIGGER rules_no_update BEFORE UPDATE ON rules
BEGIN SELECT raise(ABORT, 'rules is append-only'); END;
CREATE TRIGGER rules_no_delete BEFORE DELETE ON rules
BEGIN SELECT raise(ABORT, 'rules is append-only'); END;
-- name: rules_put
INSERT INTO rules(id, chart, posting) SELECT c0, c1, c2 FROM feed;
-- name: rules_from
SELECT 1 FROM rules WHERE id >= ?1
AND sink(id, chart, posting)
ORDER BY id;
-- name: rules_last
SELECT coalesce(max(id), 0) FROM rules;

-- Short words that many rows name: products, branches, channels.  The detail
-- of a product is its family, as it was when the book met it.
-- name: code_create
CREATE TABLE code(
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    word TEXT NOT NULL,
    detail TEXT,
    UNIQUE (kind, word)
) STRICT;
CREATE TRIGGER code_no_update BEFORE UPDATE ON code
BEGIN SELECT raise(ABORT, 'code is append-only'); END;
CREATE TRIGGER code_no_delete BEFORE DELETE ON code
BEGIN SELECT raise(ABORT, 'code is append-only'); END;
-- name: code_put
INSERT INTO code(id, kind, word, detail) SELECT c0, c1, c2, c3 FROM feed;
-- name: code_from
SELECT 1 FROM code WHERE id >= ?1
AND sink(id, kind, word, detail)
ORDER BY id;
-- name: code_last
SELECT coalesce(max(id), 0) FROM code;

-- The only homes of names and NIK are person and the household tables.
-- name: person_create
CREATE TABLE person(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    nik TEXT,
    name TEXT NOT NULL,
    household INTEGER,
    relation TEXT,
    birth INTEGER,
    sex TEXT
) STRICT;
-- Most persons of an imported portfolio have none.
CREATE UNIQUE INDEX person_nik ON person(nik) WHERE nik IS NOT NULL;
-- name: person_put
INSERT INTO person(id, seq, salt, nik, name, household, relation, birth, sex)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, salt = excluded.salt,
    nik = excluded.nik, name = excluded.name, household = excluded.household,
    relation = excluded.relation, birth = excluded.birth, sex = excluded.sex
WHERE person.seq = excluded.seq - 1;
-- name: person_from
SELECT 1 FROM person WHERE id >= ?1
AND sink(id, seq, salt, nik, name, household, relation, birth, sex)
ORDER BY id;
-- name: person_last
SELECT coalesce(max(id), 0) FROM person;
-- name: person_remove
DELETE FROM person WHERE id IN (SELECT c0 FROM feed);
-- name: person_by_nik
SELECT id FROM person WHERE nik = ?1;

-- What loans agree on apart from amount and dates, so that a portfolio has
-- few of them.
-- name: terms_create
CREATE TABLE terms(
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER terms_no_update BEFORE UPDATE ON terms
BEGIN SELECT raise(ABORT, 'terms is append-only'); END;
CREATE TRIGGER terms_no_delete BEFORE DELETE ON terms
BEGIN SELECT raise(ABORT, 'terms is append-only'); END;
-- name: terms_put
INSERT INTO terms(id, body) SELECT c0, c1 FROM feed;
-- name: terms_from
SELECT 1 FROM terms WHERE id >= ?1
AND sink(id, body)
ORDER BY id;
-- name: terms_last
SELECT coalesce(max(id), 0) FROM terms;
-- name: terms_by_body
SELECT id FROM terms WHERE body = ?1;

-- name: loan_create
CREATE TABLE loan(
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    person INTEGER NOT NULL,
    product INTEGER NOT NULL REFERENCES code,
    branch INTEGER NOT NULL REFERENCES code,
    grp TEXT,
    officer TEXT,
    principal INTEGER NOT NULL CHECK (principal > 0),
    terms INTEGER NOT NULL REFERENCES terms,
    paid_principal INTEGER NOT NULL CHECK (paid_principal >= 0),
    paid_interest INTEGER NOT NULL CHECK (paid_interest >= 0),
    origin BLOB,
    application INTEGER,
    batch INTEGER NOT NULL,
    line INTEGER NOT NULL
) STRICT;
-- Loans come after their persons, so this grows at its end.
CREATE INDEX loan_person ON loan(person);
CREATE TRIGGER loan_no_update BEFORE UPDATE ON loan
BEGIN SELECT raise(ABORT, 'loan is append-only'); END;
CREATE TRIGGER loan_no_delete BEFORE DELETE ON loan
BEGIN SELECT raise(ABORT, 'loan is append-only'); END;
-- name: loan_put
INSERT INTO loan(id, number, person, product, branch, grp, officer, principal,
    terms, paid_principal, paid_interest, origin, application, batch, line)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14
FROM feed;
-- name: loan_from
SELECT 1 FROM loan WHERE id >= ?1
AND sink(id, number, person, product, branch, grp, officer, principal, terms,
    paid_principal, paid_interest, origin, application, batch, line)
ORDER BY id;
-- name: loan_by_person
SELECT id, number, person, product, branch, grp, officer, principal, terms,
    paid_principal, paid_interest, origin, application, batch, line
FROM loan WHERE person = ?1 ORDER BY id;
-- name: loan_last
SELECT coalesce(max(id), 0) FROM loan;

-- Each version of what was agreed, with the hash of its schedule; a loan that
-- was never disbursed has none.
-- name: agreement_create
CREATE TABLE agreement(
    id INTEGER PRIMARY KEY,
    loan INTEGER NOT NULL REFERENCES loan,
    terms INTEGER NOT NULL REFERENCES terms,
    principal INTEGER NOT NULL CHECK (principal > 0),
    disbursed INTEGER NOT NULL,
    first_due INTEGER,
    schedule BLOB NOT NULL CHECK (length(schedule) = 32),
    batch INTEGER NOT NULL
) STRICT;
CREATE TRIGGER agreement_no_update BEFORE UPDATE ON agreement
BEGIN SELECT raise(ABORT, 'agreement is append-only'); END;
CREATE TRIGGER agreement_no_delete BEFORE DELETE ON agreement
BEGIN SELECT raise(ABORT, 'agreement is append-only'); END;
-- name: agreement_put
INSERT INTO agreement(id, loan, terms, principal, disbursed, first_due,
    schedule, batch)
SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM feed;
-- name: agreement_from
SELECT 1 FROM agreement WHERE id >= ?1
AND sink(id, loan, terms, principal, disbursed, first_due, schedule, batch)
ORDER BY id;
-- name: agreement_last
SELECT coalesce(max(id), 0) FROM agreement;

-- One row carries a whole balanced posting; accounts follow from kind and
-- component by the posting rules.  A loan's rows are chained by prev.
-- name: txn_create
CREATE TABLE txn(
    id INTEGER PRIMARY KEY,
    loan INTEGER NOT NULL,
    prev INTEGER,
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    principal INTEGER NOT NULL,
    interest INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    penalty INTEGER NOT NULL,
    overpaid INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    line INTEGER NOT NULL,
    channel INTEGER,
    ref TEXT,
    reverses INTEGER,
    component TEXT,
    due INTEGER,
    asked INTEGER,
    CHECK (amount = principal + interest + fee + penalty + overpaid)
) STRICT;
CREATE UNIQUE INDEX txn_reverses ON txn(reverses) WHERE reverses IS NOT NULL;
CREATE TRIGGER txn_no_update BEFORE UPDATE ON txn
BEGIN SELECT raise(ABORT, 'txn is append-only'); END;
CREATE TRIGGER txn_no_delete BEFORE DELETE ON txn
BEGIN SELECT raise(ABORT, 'txn is append-only'); END;
-- name: txn_put
INSERT INTO txn(id, loan, prev, kind, day, amount, principal, interest, fee,
    penalty, overpaid, batch, line, channel, ref, reverses, component, due,
    asked)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15,
    c16, c17, c18 FROM feed;
-- name: txn_from
SELECT 1 FROM txn WHERE id >= ?1
AND sink(id, loan, prev, kind, day, amount, principal, interest, fee, penalty,
    overpaid, batch, line, channel, ref, reverses, component, due, asked)
ORDER BY id;
-- name: txn_last
SELECT coalesce(max(id), 0) FROM txn;

-- What was entered at once: a file, or one act of a person.  Written when it
-- is finished.
-- name: batch_create
CREATE TABLE batch(
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 BLOB,
    booked INTEGER NOT NULL,
    actor TEXT NOT NULL,
    rules INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    posted_n INTEGER NOT NULL,
    posted INTEGER NOT NULL,
    duplicate_n INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    rejected_n INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    first_txn INTEGER NOT NULL,
    last_txn INTEGER NOT NULL,
    CHECK (lines = posted_n + duplicate_n + rejected_n),
    CHECK (amount = posted + duplicate + rejected)
) STRICT;
CREATE UNIQUE INDEX batch_sha256 ON batch(kind, sha256)
WHERE sha256 IS NOT NULL;
CREATE TRIGGER batch_no_update BEFORE UPDATE ON batch
BEGIN SELECT raise(ABORT, 'batch is append-only'); END;
CREATE TRIGGER batch_no_delete BEFORE DELETE ON batch
BEGIN SELECT raise(ABORT, 'batch is append-only'); END;
-- name: batch_put
INSERT INTO batch(id, kind, name, sha256, booked, actor, rules, lines, amount,
    posted_n, posted, duplicate_n, duplicate, rejected_n, rejected, first_txn,
    last_txn)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15,
    c16 FROM feed;
-- name: batch_from
SELECT 1 FROM batch WHERE id >= ?1
AND sink(id, kind, name, sha256, booked, actor, rules, lines, amount,
    posted_n, posted, duplicate_n, duplicate, rejected_n, rejected, first_txn,
    last_txn)
ORDER BY id;
-- name: batch_last
SELECT coalesce(max(id), 0) FROM batch;
-- name: batch_by_file
SELECT id, kind, name, sha256, booked, actor, rules, lines, amount, posted_n, posted,
    duplicate_n, duplicate, rejected_n, rejected, first_txn, last_txn
FROM batch WHERE kind = ?1 AND sha256 = CAST(?2 AS BLOB) ORDER BY id;

-- A file that is not finished: how far it is, and its figures so far.
-- name: run_create
CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    booked INTEGER NOT NULL,
    actor TEXT NOT NULL,
    rules INTEGER NOT NULL,
    posted_n INTEGER NOT NULL,
    posted INTEGER NOT NULL,
    duplicate_n INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    rejected_n INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    first_txn INTEGER NOT NULL,
    last_txn INTEGER NOT NULL,
    at_loan INTEGER NOT NULL,
    at_line INTEGER NOT NULL,
    seg_first INTEGER NOT NULL,
    seg_last INTEGER NOT NULL
) STRICT;
-- name: run_put
INSERT INTO run(id, seq, kind, name, sha256, booked, actor, rules, posted_n, posted,
    duplicate_n, duplicate, rejected_n, rejected, first_txn, last_txn,
    at_loan, at_line, seg_first, seg_last)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15,
    c16, c17, c18, c19 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq,
    posted_n = excluded.posted_n, posted = excluded.posted,
    duplicate_n = excluded.duplicate_n, duplicate = excluded.duplicate,
    rejected_n = excluded.rejected_n, rejected = excluded.rejected,
    first_txn = excluded.first_txn, last_txn = excluded.last_txn,
    at_loan = excluded.at_loan, at_line = excluded.at_line,
    seg_first = excluded.seg_first, seg_last = excluded.seg_last
WHERE run.seq = excluded.seq - 1;
-- name: run_from
SELECT 1 FROM run WHERE id >= ?1
AND sink(id, seq, kind, name, sha256, booked, actor, rules, posted_n, posted,
    duplicate_n, duplicate, rejected_n, rejected, first_txn, last_txn,
    at_loan, at_line, seg_first, seg_last)
ORDER BY id;
-- name: run_last
SELECT coalesce(max(id), 0) FROM run;
-- name: run_remove
DELETE FROM run WHERE id IN (SELECT c0 FROM feed);

-- A stored reject keeps line number and code, no text of the line.
-- name: reject_create
CREATE TABLE reject(
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    line INTEGER NOT NULL,
    code TEXT NOT NULL,
    amount INTEGER NOT NULL
) STRICT;
CREATE INDEX reject_batch ON reject(batch);
CREATE TRIGGER reject_no_update BEFORE UPDATE ON reject
BEGIN SELECT raise(ABORT, 'reject is append-only'); END;
CREATE TRIGGER reject_no_delete BEFORE DELETE ON reject
BEGIN SELECT raise(ABORT, 'reject is append-only'); END;
-- name: reject_put
INSERT INTO reject(id, batch, line, code, amount)
SELECT c0, c1, c2, c3, c4 FROM feed;
-- name: reject_from
SELECT 1 FROM reject WHERE id >= ?1
AND sink(id, batch, line, code, amount)
ORDER BY id;
-- name: reject_last
SELECT coalesce(max(id), 0) FROM reject;
-- name: reject_by_batch
SELECT id, batch, line, code, amount FROM reject WHERE batch = ?1 ORDER BY id;

-- Where a file was cut because it was larger than memory is meant to hold: a
-- loan may be changed once more from this posting on.
-- name: segment_create
CREATE TABLE segment(
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    first_txn INTEGER NOT NULL
) STRICT;
CREATE TRIGGER segment_no_update BEFORE UPDATE ON segment
BEGIN SELECT raise(ABORT, 'segment is append-only'); END;
CREATE TRIGGER segment_no_delete BEFORE DELETE ON segment
BEGIN SELECT raise(ABORT, 'segment is append-only'); END;
-- name: segment_put
INSERT INTO segment(id, batch, first_line, first_txn)
SELECT c0, c1, c2, c3 FROM feed;
-- name: segment_from
SELECT 1 FROM segment WHERE id >= ?1
AND sink(id, batch, first_line, first_txn)
ORDER BY id;
-- name: segment_last
SELECT coalesce(max(id), 0) FROM segment;

-- The general ledger: one line per batch, day, branch and account, written in
-- the transaction of the postings that it sums.
-- name: gl_line_create
CREATE TABLE gl_line(
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    day INTEGER NOT NULL,
    branch INTEGER NOT NULL REFERENCES code,
    account TEXT NOT NULL,
    debit INTEGER NOT NULL CHECK (debit >= 0),
    credit INTEGER NOT NULL CHECK (credit >= 0)
) STRICT;
CREATE TRIGGER gl_line_no_update BEFORE UPDATE ON gl_line
BEGIN SELECT raise(ABORT, 'gl_line is append-only'); END;
CREATE TRIGGER gl_line_no_delete BEFORE DELETE ON gl_line
BEGIN SELECT raise(ABORT, 'gl_line is append-only'); END;
-- name: gl_line_put
INSERT INTO gl_line(id, batch, day, branch, account, debit, credit)
SELECT c0, c1, c2, c3, c4, c5, c6 FROM feed;
-- name: gl_line_from
SELECT 1 FROM gl_line WHERE id >= ?1
AND sink(id, batch, day, branch, account, debit, credit)
ORDER BY id;
-- name: gl_line_last
SELECT coalesce(max(id), 0) FROM gl_line;
-- name: gl_balance
SELECT account, sum(debit), sum(credit), count(*)
FROM gl_line WHERE day <= ?1 GROUP BY account ORDER BY account;

-- Days that are sealed; the key is the day's number.  Interest of every loan
-- is accrued up to the newest of them, so no row of a loan repeats it.
-- name: closed_day_create
CREATE TABLE closed_day(
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32)
) STRICT;
CREATE TRIGGER closed_day_no_update BEFORE UPDATE ON closed_day
BEGIN SELECT raise(ABORT, 'closed_day is append-only'); END;
CREATE TRIGGER closed_day_no_delete BEFORE DELETE ON closed_day
BEGIN SELECT raise(ABORT, 'closed_day is append-only'); END;
-- name: closed_day_put
INSERT INTO closed_day(id, batch, head) SELECT c0, c1, c2 FROM feed;
-- name: closed_day_from
SELECT 1 FROM closed_day WHERE id >= ?1
AND sink(id, batch, head)
ORDER BY id;
-- name: closed_day_last
SELECT coalesce(max(id), 0) FROM closed_day;

-- The chain: each block covers rows first..last of one journal table and the
-- hash of the block before it.
-- name: block_create
CREATE TABLE block(
    id INTEGER PRIMARY KEY,
    rel TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER block_no_update BEFORE UPDATE ON block
BEGIN SELECT raise(ABORT, 'block is append-only'); END;
CREATE TRIGGER block_no_delete BEFORE DELETE ON block
BEGIN SELECT raise(ABORT, 'block is append-only'); END;
-- name: block_put
INSERT INTO block(id, rel, first, last, n, hash)
SELECT c0, c1, c2, c3, c4, c5 FROM feed;
-- name: block_from
SELECT 1 FROM block WHERE id >= ?1
AND sink(id, rel, first, last, n, hash)
ORDER BY id;
-- name: block_last
SELECT coalesce(max(id), 0) FROM block;

-- What rows of state tables looked like when they were written, as digests:
-- the rows themselves may be erased, and the chain still holds.
-- name: witness_create
CREATE TABLE witness(
    id INTEGER PRIMARY KEY,
    rel TEXT NOT NULL,
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
CREATE TRIGGER witness_no_update BEFORE UPDATE ON witness
BEGIN SELECT raise(ABORT, 'witness is append-only'); END;
CREATE TRIGGER witness_no_delete BEFORE DELETE ON witness
BEGIN SELECT raise(ABORT, 'witness is append-only'); END;
-- name: witness_put
INSERT INTO witness(id, rel, key, seq, digest)
SELECT c0, c1, c2, c3, c4 FROM feed;
-- name: witness_from
SELECT 1 FROM witness WHERE id >= ?1
AND sink(id, rel, key, seq, digest)
ORDER BY id;
-- name: witness_last
SELECT coalesce(max(id), 0) FROM witness;
