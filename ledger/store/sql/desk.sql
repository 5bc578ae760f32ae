-- SPDX-License-Identifier: MIT
-- From household to transfer: who borrows, what was asked, decided and sent.
-- Amounts are sen, days are numbers, enums are stored by name.

-- Families by the number of their card.  The salt keeps the digest of a row
-- from telling the number.
-- name: household_create
CREATE TABLE household(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    nkk TEXT NOT NULL UNIQUE
) STRICT;
-- name: household_put
INSERT INTO household(id, seq, salt, nkk)
SELECT c0, c1, c2, c3 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, salt = excluded.salt, nkk =
    excluded.nkk
WHERE household.seq = excluded.seq - 1;
-- name: household_from
SELECT 1 FROM household WHERE id >= ?1
AND sink(id, seq, salt, nkk)
ORDER BY id;
-- name: household_last
SELECT coalesce(max(id), 0) FROM household;
-- name: household_by_nkk
SELECT id FROM household WHERE nkk = ?1;

-- What a family register says of a person beside the person itself.
-- name: resident_create
CREATE TABLE resident(
    id INTEGER PRIMARY KEY REFERENCES person,
    seq INTEGER NOT NULL CHECK (seq > 0),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    household INTEGER NOT NULL REFERENCES household,
    village TEXT,
    programmes TEXT NOT NULL,
    decile INTEGER CHECK (decile BETWEEN 1 AND 10),
    decile_as_of INTEGER
) STRICT;
CREATE INDEX resident_household ON resident(household);
-- name: resident_put
INSERT INTO resident(id, seq, salt, household, village, programmes, decile,
    decile_as_of)
SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, salt = excluded.salt,
    household = excluded.household, village = excluded.village, programmes =
    excluded.programmes, decile = excluded.decile, decile_as_of =
    excluded.decile_as_of
WHERE resident.seq = excluded.seq - 1;
-- name: resident_from
SELECT 1 FROM resident WHERE id >= ?1
AND sink(id, seq, salt, household, village, programmes, decile, decile_as_of)
ORDER BY id;
-- name: resident_last
SELECT coalesce(max(id), 0) FROM resident;
-- name: resident_by_household
SELECT id, seq, salt, household, village, programmes, decile, decile_as_of
FROM resident WHERE household = ?1 ORDER BY id;

-- Groups of borrowers: Mekaar, KUBE, KUR.
-- name: grp_create
CREATE TABLE grp(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    meeting_day INTEGER CHECK (meeting_day BETWEEN 1 AND 7),
    officer TEXT
) STRICT;
-- name: grp_put
INSERT INTO grp(id, seq, code, kind, meeting_day, officer)
SELECT c0, c1, c2, c3, c4, c5 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, code = excluded.code, kind
    = excluded.kind, meeting_day = excluded.meeting_day, officer =
    excluded.officer
WHERE grp.seq = excluded.seq - 1;
-- name: grp_from
SELECT 1 FROM grp WHERE id >= ?1
AND sink(id, seq, code, kind, meeting_day, officer)
ORDER BY id;
-- name: grp_last
SELECT coalesce(max(id), 0) FROM grp;
-- name: grp_by_code
SELECT id FROM grp WHERE code = ?1;

-- Who sits in which group.
-- name: member_create
CREATE TABLE member(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    grp INTEGER NOT NULL REFERENCES grp,
    person INTEGER NOT NULL REFERENCES person,
    subgroup TEXT NOT NULL,
    role TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX member_grp_person ON member(grp, person);
CREATE INDEX member_person ON member(person);
-- name: member_put
INSERT INTO member(id, seq, grp, person, subgroup, role)
SELECT c0, c1, c2, c3, c4, c5 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, grp = excluded.grp, person
    = excluded.person, subgroup = excluded.subgroup, role = excluded.role
WHERE member.seq = excluded.seq - 1;
-- name: member_from
SELECT 1 FROM member WHERE id >= ?1
AND sink(id, seq, grp, person, subgroup, role)
ORDER BY id;
-- name: member_last
SELECT coalesce(max(id), 0) FROM member;
-- name: member_by_grp
SELECT id, seq, grp, person, subgroup, role
FROM member WHERE grp = ?1 ORDER BY id;
-- name: member_by_person
SELECT id, seq, grp, person, subgroup, role
FROM member WHERE person = ?1 ORDER BY id;

-- What the rules said of an application, whole, and by which rules.
-- name: decision_create
CREATE TABLE decision(
    id INTEGER PRIMARY KEY,
    application INTEGER NOT NULL,
    day INTEGER NOT NULL,
    actor TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    product TEXT,
    status TEXT NOT NULL,
    max INTEGER,
    rate TEXT,
    facts TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN SELECT raise(ABORT, 'decision is append-only'); END;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN SELECT raise(ABORT, 'decision is append-only'); END;
-- name: decision_put
INSERT INTO decision(id, application, day, actor, ruleset, version, sha256,
    product, status, max, rate, facts, body)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12 FROM feed;
-- name: decision_from
SELECT 1 FROM decision WHERE id >= ?1
AND sink(id, application, day, actor, ruleset, version, sha256, product,
    status, max, rate, facts, body)
ORDER BY id;
-- name: decision_last
SELECT coalesce(max(id), 0) FROM decision;

-- Requests for a loan.  The facts are those stated, as a JSON object.
-- name: application_create
CREATE TABLE application(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    code TEXT NOT NULL UNIQUE,
    person INTEGER NOT NULL REFERENCES person,
    grp INTEGER REFERENCES grp,
    product TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    periods INTEGER NOT NULL CHECK (periods > 0),
    unit TEXT NOT NULL,
    purpose TEXT,
    facts TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_on INTEGER NOT NULL,
    state TEXT NOT NULL,
    decision INTEGER REFERENCES decision,
    loan INTEGER REFERENCES loan
) STRICT;
CREATE INDEX application_state ON application(state);
CREATE INDEX application_person ON application(person);
CREATE INDEX application_loan ON application(loan) WHERE loan IS NOT NULL;
-- name: application_put
INSERT INTO application(id, seq, code, person, grp, product, amount, periods,
    unit, purpose, facts, entered_by, entered_on, state, decision, loan)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15
    FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, code = excluded.code,
    person = excluded.person, grp = excluded.grp, product = excluded.product,
    amount = excluded.amount, periods = excluded.periods, unit =
    excluded.unit, purpose = excluded.purpose, facts = excluded.facts,
    entered_by = excluded.entered_by, entered_on = excluded.entered_on, state
    = excluded.state, decision = excluded.decision, loan = excluded.loan
WHERE application.seq = excluded.seq - 1;
-- name: application_from
SELECT 1 FROM application WHERE id >= ?1
AND sink(id, seq, code, person, grp, product, amount, periods, unit, purpose,
    facts, entered_by, entered_on, state, decision, loan)
ORDER BY id;
-- name: application_last
SELECT coalesce(max(id), 0) FROM application;
-- name: application_by_code
SELECT id FROM application WHERE code = ?1;
-- name: application_by_state
SELECT id, seq, code, person, grp, product, amount, periods, unit, purpose,
    facts, entered_by, entered_on, state, decision, loan
FROM application WHERE state = ?1 ORDER BY id;
-- name: application_by_person
SELECT id, seq, code, person, grp, product, amount, periods, unit, purpose,
    facts, entered_by, entered_on, state, decision, loan
FROM application WHERE person = ?1 ORDER BY id;
-- name: application_by_loan
SELECT id, seq, code, person, grp, product, amount, periods, unit, purpose,
    facts, entered_by, entered_on, state, decision, loan
FROM application WHERE loan = ?1 ORDER BY id;

-- Money sent out, each under its own reference.
-- name: transfer_create
CREATE TABLE transfer(
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    reference TEXT NOT NULL UNIQUE,
    application INTEGER NOT NULL REFERENCES application,
    loan INTEGER NOT NULL REFERENCES loan,
    amount INTEGER NOT NULL CHECK (amount > 0),
    day INTEGER NOT NULL,
    bank TEXT,
    account TEXT,
    source TEXT,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX transfer_loan ON transfer(loan);
-- name: transfer_put
INSERT INTO transfer(id, seq, reference, application, loan, amount, day, bank,
    account, source, state)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 FROM feed WHERE true
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, reference =
    excluded.reference, application = excluded.application, loan =
    excluded.loan, amount = excluded.amount, day = excluded.day, bank =
    excluded.bank, account = excluded.account, source = excluded.source, state =
    excluded.state
WHERE transfer.seq = excluded.seq - 1;
-- name: transfer_from
SELECT 1 FROM transfer WHERE id >= ?1
AND sink(id, seq, reference, application, loan, amount, day, bank, account,
    source, state)
ORDER BY id;
-- name: transfer_last
SELECT coalesce(max(id), 0) FROM transfer;
-- name: transfer_by_reference
SELECT id FROM transfer WHERE reference = ?1;
-- name: transfer_by_loan
SELECT id, seq, reference, application, loan, amount, day, bank, account,
    source, state
FROM transfer WHERE loan = ?1 ORDER BY id;

-- Who did what to which application, group or household, and when.
-- name: act_create
CREATE TABLE act(
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    note TEXT
) STRICT;
CREATE INDEX act_subject ON act(subject, subject_id);
CREATE TRIGGER act_no_update BEFORE UPDATE ON act
BEGIN SELECT raise(ABORT, 'act is append-only'); END;
CREATE TRIGGER act_no_delete BEFORE DELETE ON act
BEGIN SELECT raise(ABORT, 'act is append-only'); END;
-- name: act_put
INSERT INTO act(id, day, actor, what, subject, subject_id, note)
SELECT c0, c1, c2, c3, c4, c5, c6 FROM feed;
-- name: act_from
SELECT 1 FROM act WHERE id >= ?1
AND sink(id, day, actor, what, subject, subject_id, note)
ORDER BY id;
-- name: act_last
SELECT coalesce(max(id), 0) FROM act;
-- name: act_by_subject
SELECT id, day, actor, what, subject, subject_id, note
FROM act WHERE subject = ?1 AND subject_id = ?2 ORDER BY id;
