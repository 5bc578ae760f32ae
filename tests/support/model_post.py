# SPDX-License-Identifier: MIT
"""A second opinion on `umi post`: loans, repayment files with whatever can be
wrong in them, and reversals, worked out here from the contract alone, in the
order of the file, one line at a time, and compared with the book on disk and
with the book in memory: every figure, every refusal, every posting.

    model_post.py UMI PLAYER FOLDER SEED LINES [LOANS]

Schedules come from model_quote.  Without fees and with interest as scheduled
a loan's division depends on nothing but the sum of what was paid on it.
"""
import bisect
import csv
import json
import os
import random
import subprocess
import sys

import model_quote
from model_life import rupiah, sen

BOOKED = "2026-11-21"
SHAPES = (  # rate, rate_per, method, periods, every, unit, day_count
    ("25", "year", "flat", 25, 1, "week", ""),
    ("2", "month", "annuity", 12, 1, "month", ""),
    ("18", "year", "equal_principal", 6, 2, "month", ""),
    ("1", "month", "flat", 10, 1, "month", "period"),
    ("11.75", "year", "annuity", 9, 1, "month", "act/365"),
    ("0.9", "month", "bullet", 3, 1, "month", ""),
)
LOAN_FIELDS = ("loan", "product", "borrower", "principal", "rate", "rate_per",
               "method", "periods", "every", "unit", "disbursed", "branch",
               "day_count", "paid_principal", "paid_interest")
PAY_FIELDS = ("reference", "loan", "date", "amount", "channel")
passed = failed = 0


def claim(text, good, more=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", text, str(more)[:2000], flush=True)


# --- the model ----------------------------------------------------------------

schedules = {}


def schedule(shape, principal, start):
    """(principal, interest) of each row, in sen."""
    key = shape, principal, start if shape[6].startswith("act") else None
    if key not in schedules:
        rate, per, method, periods, every, unit, count = shape
        q = {"principal": rupiah(principal), "disbursed": start, "rate": rate,
             "rate_per": per, "method": method, "periods": periods,
             "every": every, "unit": unit, "day_count": count or "period"}
        loan = model_quote.Loan(q)
        assert not loan.refusals()
        schedules[key] = [(sen(r["principal"]), sen(r["interest"]))
                          for r in loan.answer()["rows"]]
    return schedules[key]


class Loan:
    def __init__(self, number, product, branch, start, shape, principal, paid):
        self.number, self.product, self.branch = number, product, branch
        self.start, self.principal = start, principal
        self.paid_principal, interest = paid
        self.interest = 0
        # what is left to pay before each step of the walk, and what it pays
        self.ends, self.kinds, total = [], [], 0
        before = {"p": self.paid_principal, "i": interest}
        for p, i in schedule(shape, principal, start):
            for kind, amount in (("i", i), ("p", p)):
                self.interest += amount * (kind == "i")
                gone = min(before[kind], amount)
                before[kind] -= gone
                if amount > gone:
                    total += amount - gone
                    self.ends.append(total)
                    self.kinds.append(kind)
        assert before == {"p": 0, "i": 0}
        self.interest -= interest
        self.sums = [(0, 0)]  # principal and interest when a step is done
        last = 0
        for end, kind in zip(self.ends, self.kinds):
            p, i = self.sums[-1]
            self.sums.append((p + (end - last) * (kind == "p"),
                              i + (end - last) * (kind == "i")))
            last = end
        self.received = 0
        self.written = (0, 0, 0)  # sum of the components in the journal

    def divided(self, amount):
        """(principal, interest, overpaid) of so much money in all."""
        k = bisect.bisect_right(self.ends, amount)
        p, i = self.sums[k]
        if k == len(self.ends):
            return p, i, amount - p - i
        rest = amount - p - i
        return (p + rest, i, 0) if self.kinds[k] == "p" else (p, i + rest, 0)

    def move(self, amount):
        """Receive so much (or lose it); what changes."""
        self.received += amount
        now, was = self.divided(self.received), self.written
        self.written = now
        return tuple(a - b for a, b in zip(now, was))


class Model:
    def __init__(self):
        self.loans, self.owner, self.journal, self.postings = {}, {}, [], []
        self.cash = 0

    def post(self, rows):
        """Post the lines of a file: figures and {line: codes that apply}."""
        tally = {k: [0, 0] for k in ("all", "posted", "duplicate", "rejected")}
        refused = {}
        for line, row in enumerate(rows, 2):
            fate, amount, codes = self.one(row)
            if fate == "rejected":
                refused[line] = codes
            for k in ("all", fate):
                tally[k][0] += 1
                tally[k][1] += amount
        return tally, refused

    def one(self, row):
        if len(row) != 5:
            return "rejected", 0, {"CSV"}
        ref, number, day, text, channel = row
        codes = set()
        amount = 0
        if good_amount(text):
            amount = sen(text)
        else:
            codes.add("AMOUNT")
        if not ref or len(ref.encode()) > 255:
            codes.add("REFERENCE")
        if not channel or len(channel.encode()) > 64:
            codes.add("CHANNEL")
        loan = self.loans.get(number)
        if loan is None:
            codes.add("LOAN")
        if not good_date(day):
            codes.add("DATE")
        elif day > BOOKED:
            codes.add("FUTURE")
        elif loan and day < loan.start:
            codes.add("EARLY")
        if codes:
            return "rejected", amount, codes
        known = self.owner.get((channel, ref))
        if known == (number, amount):
            return "duplicate", amount, None
        if known:
            return "rejected", amount, {"CONFLICT"}
        self.owner[channel, ref] = number, amount
        self.write(loan, day, "repayment", amount, loan.move(amount),
                   channel, ref, "", "")
        self.postings.append((len(self.journal) - 1, loan))
        return "posted", amount, None

    def write(self, loan, day, kind, amount, parts, *rest):
        p, i, over = parts
        self.cash += amount
        self.journal.append(
            (loan.number, loan.product, loan.branch, day, kind,
             rupiah(amount), rupiah(p), rupiah(i), "0", "0", rupiah(over))
            + rest)

    def reverse(self, k, day):
        """Reverse the k-th repayment: its negation, and what that moves."""
        at, loan = self.postings[k]
        row = self.journal[at]
        amount = sen(row[5])
        parts = tuple(-sen(row[c]) for c in (6, 7, 10))
        moved = loan.move(-amount)
        self.write(loan, day, "reversal", -amount, parts,
                   "", "", row[3], row[12])
        rest = tuple(m - x for m, x in zip(moved, parts))
        if any(rest):
            self.write(loan, None, "reallocation", 0, rest, "", "", "", "")


def good_amount(text):
    whole, point, part = text.partition(".")
    return (whole.isascii() and whole.isdigit() and len(whole) < 15 and
            (not point or part.isascii() and part.isdigit() and
             len(part) in (1, 2)) and sen(text) > 0)


def good_date(text):
    try:
        return len(text) == 10 and model_quote.datetime.date.fromisoformat(
            text) is not None
    except ValueError:
        return False


# --- what is posted -----------------------------------------------------------

def make_loans(rng, model, count):
    rows = []
    for k in range(count):
        shape = rng.choice(SHAPES)
        if shape[6].startswith("act") and not rng.randrange(8):
            shape = SHAPES[0]
        principal = rng.randrange(10, 60) * 10000000
        start = "2026-%02d-%02d" % (rng.randrange(1, 7), rng.randrange(1, 5) * 7)
        if shape[6].startswith("act"):
            principal, start = 500000000, start[:5] + start[5:8] + "07"
        interest = sum(i for _, i in schedule(shape, principal, start))
        paid = (0, 0)
        if not rng.randrange(4):
            paid = (rng.randrange(principal), rng.randrange(interest + 1))
        product, branch = rng.choice(("MEKAAR", "UMI")), rng.choice(("GRT", "B1"))
        number = "L%d" % k if k % 3 else "%07d" % k
        model.loans[number] = Loan(number, product, branch, start, shape,
                                   principal, paid)
        row = [number, product, "Ibu, nomor %d" % k, rupiah(principal),
               *map(str, shape[:6]), start, branch, shape[6],
               rupiah(paid[0]) if paid[0] else "",
               rupiah(paid[1]) if paid[1] else ""]
        rows.append(row)
    rng.shuffle(rows)
    return rows


def make_line(rng, numbers, seen, n):
    wrong = rng.randrange(100)
    if wrong < 6 and seen:  # as it was, or nearly
        row = list(rng.choice(seen))
        if wrong == 1:
            row[3] = "7777.5"
        elif wrong == 2:
            row[1] = rng.choice(numbers)
        elif wrong == 3:
            row[4] = "TELLER"
        elif wrong == 4:
            row[2] = "2026-09-09"
        return row
    row = ["R%dX%d" % (n, rng.randrange(10 ** 6)), rng.choice(numbers),
           "2026-%02d-%02d" % (rng.randrange(3, 12), rng.randrange(1, 22)),
           str(rng.choice((25000, 50000, 99999, 100000, 1234567, 40000000))),
           rng.choice(("VA", "VA", "VA", "TELLER", "AGEN Ñ"))]
    if wrong == 7:
        row[3] = rng.choice(("0", "-5", "1e3", "1.234", "", "1.000.000", "Rp5",
                             "9" * 30, "+5", " 5", "0.00", "1,5"))
    elif wrong == 8:
        row[2] = rng.choice(("2026-02-30", "2026-12-01", "2026-01-01", "",
                             "01/02/2026", "2026-11-22", "2026-1-1"))
    elif wrong == 9:
        row[1] = rng.choice(("X9", "", "l5", "0" + row[1]))
    elif wrong == 10:
        row[0] = rng.choice(("", "x" * 256, "x" * 255, 'a "b", c'))
    elif wrong == 11:
        row[4] = rng.choice(("", "c" * 65, "VA "))
    elif wrong == 12:
        row = row[:4] if rng.randrange(2) else row + ["more"]
    elif wrong == 13:
        row[3] += rng.choice((".5", ".05", ".50", ".00"))
    return row


def write(path, header, rows):
    with open(path, "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


# --- the book -----------------------------------------------------------------

def run(umi, *words):
    p = subprocess.run([umi, "--lang", "en", "--book", "disk.umi", "--user",
                        "a", *words], capture_output=True, text=True)
    claim("%s ends with %d: %s" % (words, p.returncode, p.stderr),
          p.returncode in (0, 1))
    return p.stdout


def figures(out):
    said = json.loads(out)
    return {k: [said[k]["n"], sen(said[k]["amount"])] for k in
            ("posted", "duplicate", "rejected")} | {
                "all": [said["lines"], sen(said["amount"])]}


def refusals(said):
    """{line: code} of the rejects file."""
    path = json.loads(said)["rejects_file"]
    if path is None:
        return {}
    with open(path, newline="") as f:
        return {int(r["line"]): r["code"] for r in csv.DictReader(f)}


def compare_post(name, said, tally, refused):
    claim(name + ": figures", figures(said) == tally, (figures(said), tally))
    got = refusals(said)
    claim(name + ": refused lines", set(got) == set(refused),
          sorted(set(got) ^ set(refused))[:20])
    odd = [(k, got[k], refused[k]) for k in got
           if k in refused and got[k] not in refused[k]]
    claim(name + ": codes", not odd, odd[:10])


def rows_of(text):
    rows = [tuple(r) for r in csv.reader(text.splitlines())][1:]
    return sorted(r if r[4] != "reallocation" else r[:3] + ("",) + r[4:]
                  for r in rows)


def compare_journal(model, text):
    want = sorted(r if r[3] else r[:3] + ("",) + r[4:] for r in model.journal)
    got = rows_of(text)
    claim("the journal has %d rows" % len(want), len(want) == len(got), len(got))
    differ = [(a, b) for a, b in zip(want, got) if a != b]
    claim("every row of the journal", not differ, differ[:3])


def compare_balances(model, umi):
    loans = model.loans.values()
    said = json.loads(run(umi, "report", "trial-balance", "--as-of", BOOKED,
                          "--format", "json"))
    role = {}
    for a in said["accounts"]:
        role[a["role"]] = role.get(a["role"], 0) + sen(a["balance"])
    claim("cash", role.get("cash", 0) == model.cash, (role, model.cash))
    owed = sum(l.principal - l.paid_principal - l.written[0] for l in loans)
    claim("principal", role["principal"] == owed, (role, owed))
    claim("overpaid", -role.get("overpaid", 0) == sum(
        l.written[2] for l in loans), role)
    claim("interest", -role.get("interest_receivable", 0) - role.get(
        "interest_income", 0) == sum(l.written[1] for l in loans), role)
    said = json.loads(run(umi, "report", "portfolio", "--as-of", BOOKED,
                          "--format", "json"))
    for row in said["rows"]:
        mine = [l for l in loans if l.product == row["product"]]
        live = [l for l in mine if l.ends and l.ends[-1] > l.received]
        out = row["outstanding"]
        claim("portfolio " + row["product"], (
            row["count"], sen(row["disbursed"]), sen(out["principal"]),
            sen(out["interest"])) == (
                len(live), sum(l.principal for l in live),
                sum(l.principal - l.paid_principal - l.written[0]
                    for l in mine),
                sum(l.interest - l.written[1] for l in mine)), row)


def bring_in(rng, model, umi, loans):
    write("loans.csv", LOAN_FIELDS, make_loans(rng, model, loans))
    said = run(umi, "loan", "import", "loans.csv", "--json")
    claim("import", figures(said)["posted"][0] == loans, said)
    for l in model.loans.values():
        left = l.principal - l.paid_principal
        model.journal.append((l.number, l.product, l.branch, l.start, "import",
                              rupiah(left), rupiah(left)) + ("0",) * 4
                             + ("",) * 4)
    return ["import loans.csv"]


def post_some(rng, model, umi, name, k, lines, seen):
    """A file, its lines new, known or wrong; seen gathers some of them."""
    rows, numbers = [], list(model.loans)
    for _ in range(lines):
        rows.append(make_line(rng, numbers, seen, k))
        if len(rows[-1]) == 5 and not rng.randrange(20):
            seen.append(rows[-1])
    write(name, PAY_FIELDS, rows)
    said = run(umi, "post", name, "--date", BOOKED, "--json", "--atomic",
               rng.choice(("chunk", "file")))
    compare_post(name, said, *model.post(rows))
    return ["post " + name]


def reverse_some(rng, model, umi, count):
    steps = []
    for _ in range(min(count, len(model.postings))):
        at = rng.randrange(len(model.postings))
        row = model.journal[model.postings[at][0]]
        shown = json.loads(run(umi, "loan", "show", row[0], "--json"))
        txn = [t["txn"] for t in shown["transactions"]
               if (t["reference"], t["date"], t["amount"], t["principal"],
                   t["interest"], t["overpaid"]) == (
                       row[12], row[3], row[5], row[6], row[7], row[10])]
        claim("the repayment is shown", txn, row)
        run(umi, "reverse", str(txn[0]), "--date", BOOKED)
        model.reverse(at, BOOKED)
        model.postings.pop(at)
        steps.append("reverse %d" % txn[0])
    return steps


def compare_memory(player, steps, journal):
    """The same steps in memory leave the same journal, byte for byte."""
    with open("steps", "w") as f:
        f.write("\n".join(steps) + "\n")
    played = subprocess.run([player], env=dict(os.environ, UMI_PLAY="."),
                            capture_output=True, text=True)
    claim("in memory", played.returncode == 0, played.stdout + played.stderr)
    with open("memory.csv", newline="") as f:
        claim("memory and disk hold the same journal", f.read() == journal)


def main():
    umi, player = map(os.path.abspath, sys.argv[1:3])
    seed, lines = int(sys.argv[4]), int(sys.argv[5])
    loans = int(sys.argv[6]) if len(sys.argv) > 6 else lines // 5
    os.chdir(sys.argv[3])
    print("seed %d, %d lines, %d loans" % (seed, lines, loans))
    rng, model, seen = random.Random(seed), Model(), []
    run(umi, "init", "--institution", "Uji")
    steps = bring_in(rng, model, umi, loans)
    for k, share in enumerate((0.6, 0.25, 0.1, 0.05)):
        steps += post_some(rng, model, umi, "pay%d.csv" % k, k,
                           int(lines * share), seen)
        steps += reverse_some(rng, model, umi, 10)
    journal = run(umi, "export", "journal", "--format", "csv", "--level", "loan")
    compare_journal(model, journal)
    compare_balances(model, umi)
    claim("verify", '"ok":true' in run(umi, "verify", "--full", "--json"))
    compare_memory(player, steps, journal)
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
