# SPDX-License-Identifier: MIT
"""A second opinion on `umi quote`: the rules of the contract on schedules,
written down as plainly as they read, in fractions, slow and without the
engine's tricks.

    model_quote.py UMI SEED COUNT    compare COUNT random quotes
    model_quote.py UMI FILE...       compare published cases
    model_quote.py UMI proved SEED COUNT  >tests/vectors/proved.jsonl
"""
import calendar
import datetime
import decimal
import hashlib
import json
import random
import re
import subprocess
import sys
from fractions import Fraction as F

DAY = datetime.timedelta(days=1)
CHUNK = 2000
PER_YEAR = {"year": 1, "month": 12, "week": 52, "day": 365}
MODES = ["half_even", "half_up", "half_down", "up", "down", "ceil", "floor"]
COUNTS = ["period", "30/360", "30E/360", "act/360", "act/364", "act/365",
          "act/act"]
BIG = 2 ** 63


class Refused(Exception):
    pass


def sen(text):
    return int(F(text) * 100)


def rupiah(amount):
    text = "%d.%02d" % (amount // 100, amount % 100)
    return text.rstrip("0").rstrip(".")


def rounded(x, rule):
    """x sen to a multiple of the unit."""
    unit, mode = rule
    x = F(x) / unit
    low = x.numerator // x.denominator
    rest = x - low
    if rest == 0:
        return low * unit
    half = (rest > F(1, 2)) - (rest < F(1, 2))
    up = {
        "half_even": half > 0 or half == 0 and low % 2 == 1,
        "half_up": half > 0 or half == 0 and x > 0,
        "half_down": half > 0 or half == 0 and x < 0,
        "up": x > 0,
        "down": x < 0,
        "ceil": True,
        "floor": False,
    }[mode]
    return (low + up) * unit


def months_later(day, months, dom):
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return datetime.date(
        year, month + 1, min(dom, calendar.monthrange(year, month + 1)[1]))


def year_fraction(count, a, b):
    if count.startswith("30"):
        d1, d2 = a.day, b.day
        if d1 == 31:
            d1 = 30
        if d2 == 31 and (count == "30E/360" or d1 == 30):
            d2 = 30
        return F((b.year - a.year) * 360 + (b.month - a.month) * 30 + d2 - d1,
                 360)
    if count != "act/act":
        return F((b - a).days, int(count[4:]))
    total = F(0)
    while a < b:
        end = min(b, datetime.date(a.year + 1, 1, 1))
        total += F((end - a).days, 366 if calendar.isleap(a.year) else 365)
        a = end
    return total


class Holidays:
    def __init__(self, path):
        with open(path) as f:
            text = f.read()
        self.days = {datetime.date.fromisoformat(d)
                     for d in re.findall(r"date: '(\d{4}-\d\d-\d\d)'", text)}

    def open(self, day):
        return day.weekday() < 5 and day not in self.days

    def walk(self, day, step):
        while not self.open(day):
            day += step
        return day

    def shift(self, day, how):
        if how == "preceding":
            return self.walk(day, -DAY)
        moved = self.walk(day, DAY)
        if how == "modified_following" and moved.month != day.month:
            return self.walk(day, -DAY)
        return moved


HOLIDAYS = Holidays("rules/data/calendar/indonesia.yaml")


class Loan:
    """The terms, read; `bad` gathers every field that may be refused."""

    def __init__(self, q):
        self.q = q
        self.method = q["method"]
        self.pawn = self.method == "pawn"
        self.n = 1 if self.pawn else q["periods"]
        self.every = q.get("every", 1)
        self.unit = q.get("unit", "month")
        self.per = q.get("rate_per", "year")
        self.count = q.get("day_count", "period")
        self.rate = F(q["rate"]) / 100
        self.steps = [(datetime.date.fromisoformat(s["from"]),
                       F(s["rate"]) / 100) for s in q.get("steps", [])]
        rule = q.get("round", {"unit": "1", "mode": "half_up"})
        self.round = (sen(rule["unit"]), rule["mode"])
        rule = q.get("payment_round")
        self.level_round = ((sen(rule["unit"]), rule["mode"])
                            if rule else self.round)
        self.residue = q.get("residue", "last")
        self.carry = q.get("carry", "rounded")
        grace = q.get("grace", {})
        self.gp = grace.get("principal", 0)
        self.gi = grace.get("interest", 0)
        self.mode = grace.get("interest_mode", "defer")
        if "disbursements" in q:
            self.tranches = [(datetime.date.fromisoformat(d["date"]),
                              sen(d["amount"])) for d in q["disbursements"]]
        else:
            self.tranches = [(datetime.date.fromisoformat(q["disbursed"]),
                              sen(q["principal"]))]
        self.start = self.tranches[0][0]
        self.principal = sum(a for _, a in self.tranches)
        self.first = self.n if self.method == "bullet" else self.gp + 1
        self.m = self.n - self.first + 1
        self.capitalises = self.gi > 0 and self.mode == "capitalise"
        self.level_text = None

    def refusals(self):
        q, bad = self.q, set()
        flat = self.method in ("flat", "flat_equivalent")
        several = len(self.tranches) > 1
        if self.pawn:
            bad |= {k for k in ("every", "unit", "first_due", "grace", "steps",
                                "disbursements") if k in q}
            if self.per != "period":
                bad.add("rate_per")
            if q.get("periods", 1) != 1:
                bad.add("periods")
        if self.per in ("period", "term") and self.count != "period":
            bad.add("day_count")
        if self.per == "term" and self.steps:
            bad.add("steps")
        if self.method == "flat_equivalent":
            if self.count != "period":
                bad.add("day_count")
            if self.gp or self.gi:
                bad.add("grace")
            if self.steps:
                bad.add("steps")
        if several and (flat or self.pawn):
            bad.add("disbursements")
        if flat and self.capitalises:
            bad.add("grace.interest_mode")
        if self.gp >= self.n and self.gp > 0:
            bad.add("grace.principal")
        if self.gi >= self.n and self.gi > 0:
            bad.add("grace.interest")
        if self.gi > self.gp and (
                self.method == "annuity" or
                self.method == "equal_principal" and self.capitalises):
            bad.add("grace.interest")
        if self.residue == "first" and (
                self.steps or several or self.capitalises or
                self.method == "equal_principal" and "payment_round" in q):
            bad.add("residue")
        if q.get("adjust", "none") == "closest" and (
                self.method != "annuity" or several or self.steps):
            bad.add("adjust")
        if "first_due" in q and \
                datetime.date.fromisoformat(q["first_due"]) <= self.start:
            bad.add("first_due")
        if "shift" in q and "calendar" not in q:
            bad.add("calendar")
        dates = [d for d, _ in self.steps]
        if any(a >= b for a, b in zip(dates, dates[1:])):
            bad.add("steps.from")
        dates = [d for d, _ in self.tranches]
        if any(a >= b for a, b in zip(dates, dates[1:])):
            bad.add("disbursements.date")
        for fee in q.get("fees", []):
            if not isinstance(fee["due"], str) and not 1 <= fee["due"] <= self.n:
                bad.add("fees.due")
        late = datetime.date(3000, 1, 1)
        for field, days in (("steps.from", [d for d, _ in self.steps]),
                            ("disbursements.date",
                             [d for d, _ in self.tranches])):
            if any(d >= late for d in days):
                bad.add(field)
        if not bad:
            self.make_dates()
            if self.due[self.n].year > 2999:
                bad.add("term_days" if self.pawn else "periods")
            if several and self.tranches[-1][0] >= self.due[self.n]:
                bad.add("disbursements.date")
        return bad

    def make_dates(self):
        """due[0] is the disbursement."""
        self.due = [self.start]
        anchor, ahead = self.start, 0
        if "first_due" in self.q:
            anchor, ahead = datetime.date.fromisoformat(self.q["first_due"]), 1
        for k in range(1, self.n + 1):
            steps = (k - ahead) * self.every
            if self.pawn:
                self.due.append(anchor + DAY * self.q.get("term_days", 120))
            elif self.unit in ("day", "week"):
                self.due.append(
                    anchor + DAY * steps * (7 if self.unit == "week" else 1))
            else:
                months = steps * (12 if self.unit == "year" else 1)
                self.due.append(months_later(anchor, months, anchor.day))

    # --- factors -------------------------------------------------------------

    def rate_on(self, day):
        rate = self.rate
        for start, r in self.steps:
            if start <= day:
                rate = r
        return rate

    def by_period(self, rate):
        if self.per == "period":
            return rate
        if self.per == "term":
            return rate / self.n
        return rate * PER_YEAR[self.per] / PER_YEAR[self.unit] * self.every

    def factor(self, k, since=None, rate=None):
        """Of row k, from its first day or from a tranche within it; with the
        rates in force, or with one rate throughout."""
        start, end = self.due[k - 1], self.due[k]
        since = since or start
        if self.count == "period":
            f = self.by_period(self.rate_on(start) if rate is None else rate)
            return f * F((end - since).days, (end - start).days)
        cuts = [since] + [d for d, _ in self.steps if since < d < end] + [end]
        if rate is not None:
            cuts = [since, end]
        return sum((self.rate_on(a) if rate is None else rate)
                   * PER_YEAR[self.per] * year_fraction(self.count, a, b)
                   for a, b in zip(cuts, cuts[1:]))

    def level(self, k, debt):
        """The exact level payment for the rows from k on."""
        rate = self.rate_on(self.due[k - 1])
        rows = range(k, self.n + 1)
        if self.count == "period" or self.q.get("level_from") == "nominal":
            fs = [self.by_period(rate)] * len(rows)
        else:
            fs = [self.factor(j, rate=rate) for j in rows]
        s, product = F(1), F(1)
        for f in fs[1:]:
            s = 1 + s * (1 + f)
        for f in fs:
            product *= 1 + f
        return debt * product / s

    # --- declining balance ---------------------------------------------------

    def walk(self, exact, forced=None):
        """Rows of (principal, interest), and the first level payment."""
        def keep(x):
            return F(x) if exact else F(rounded(x, self.round))
        owed = capital = deferred = F(0)
        level = first_level = None
        out, waiting, events = [], list(self.tranches), [d for d, _ in self.steps]
        anew = False
        for k in range(1, self.n + 1):
            start, end = self.due[k - 1], self.due[k]
            while waiting and waiting[0][0] <= start:
                owed += waiting.pop(0)[1]
                anew = True
            if any((k == 1 or d > self.due[k - 2]) and d <= start
                   for d in events) and self.method == "annuity":
                anew = True
            if k == self.first or k > self.first and anew:
                if self.method == "annuity":
                    level = self.level(k, owed + capital)
                    if not exact:
                        level = F(rounded(level, self.level_round))
                        if forced is not None and k == self.first:
                            level = F(forced)
                    if first_level is None:
                        first_level = level
                else:
                    level = keep((owed + capital) / (self.n - k + 1))
            if k >= self.first:
                anew = False
            own = (owed + capital) * self.factor(k)
            while waiting and waiting[0][0] < end:
                day, amount = waiting.pop(0)
                own += amount * self.factor(k, since=day)
                owed += amount
                anew = True
            own = keep(own)
            shown = F(0)
            if k > self.gi:
                shown, deferred = own + deferred, F(0)
            elif self.mode == "defer":
                deferred += own
            elif self.mode == "capitalise":
                capital += own
            debt = owed + capital
            if k == self.n:
                amount = debt
            elif k < self.first:
                amount = F(0)
            elif self.method == "annuity":
                amount = level - own
            elif self.residue == "first" and k == self.first and not exact:
                amount = debt - level * (self.n - k)
                if amount < 0:
                    raise Refused("residue")
            else:
                amount = level
                if not exact and self.method == "equal_principal":
                    amount = rounded(level + shown, self.level_round) - shown
            amount = max(F(0), min(amount, debt))
            part = min(capital, amount)
            capital -= part
            owed -= amount - part
            out.append([amount - part, shown + part])
        return out, first_level

    def adjusted(self, rows, level):
        m = self.m
        d = sum(rows[-1]) - level
        if m // 2 == 0 or abs(d) / self.round[0] <= m // 2:
            return rows, level
        other = rounded(level + rounded(d / m, self.round), self.level_round)
        if other <= 0:
            return rows, level
        again, _ = self.walk(False, other)
        if abs(sum(again[-1]) - other) < abs(d):
            return again, F(other)
        return rows, level

    def declining(self):
        spread = self.residue == "spread"
        exact = spread or self.carry == "unrounded"
        rows, level = self.walk(exact)
        if not exact and self.q.get("adjust") == "closest":
            rows, level = self.adjusted(rows, level)
        if self.method == "annuity":
            self.level_text = rounded(level, self.level_round)
        if spread:
            return self.spread(rows)
        first = self.residue == "first"
        if exact:
            left, out = self.tranches[0][1], []
            waiting = self.tranches[1:]
            for k, (p, i) in enumerate(rows, 1):
                while waiting and waiting[0][0] < self.due[k]:
                    left += waiting.pop(0)[1]
                p = rounded(p, self.round)
                if not first:
                    p = left if k == self.n else min(p, left)
                left -= p
                out.append([p, rounded(i, self.round)])
            if first:
                out[self.first - 1][0] += left
                if out[self.first - 1][0] < 0:
                    raise Refused("residue")
            return out
        if first and self.method == "annuity" and self.first < self.n:
            new = level - rows[-1][1]
            rows[self.first - 1][0] += rows[-1][0] - new
            rows[-1][0] = new
            if new < 0 or rows[self.first - 1][0] < 0:
                raise Refused("residue")
        return rows

    def spread(self, rows):
        out, done = [], [0, 0]
        total = [F(0), F(0)]
        for k, row in enumerate(rows, 1):
            part = []
            for c in (0, 1):
                total[c] += row[c]
                now = rounded(total[c], self.round)
                if c == 0 and k == self.n:
                    now = self.principal
                part.append(now - done[c])
                done[c] = now
            out.append(part)
        if any(p < 0 for p, _ in out):
            raise Refused("residue")
        return out

    # --- flat ----------------------------------------------------------------

    def flat_factors(self):
        if self.method == "flat":
            return [self.factor(k) for k in range(1, self.n + 1)]
        f, n = self.by_period(self.rate), self.n
        percent = F(0)
        if f != 0:
            v = (1 + f) ** n
            percent = 100 * (n * f * v / (v - 1) - 1) / n
        scale = 10 ** self.q.get("flat_equivalent_digits", 4)
        return [F(rounded(percent * scale, (1, "half_up")), scale) / 100] * n

    def flat(self):
        P, n = self.principal, self.n
        own = [P * f for f in self.flat_factors()]
        shown = [F(0)] * self.gi + own[self.gi:]
        if self.mode == "defer" and self.gi:
            shown[self.gi] += sum(own[:self.gi])
        share = [F(0)] * (self.first - 1) + [F(P, self.m)] * self.m
        if self.count == "period" and not self.steps:
            self.level_text = rounded(
                rounded(F(P, self.m), self.round) + rounded(own[0], self.round),
                self.level_round)
        if self.residue == "spread":
            return self.spread([list(r) for r in zip(share, shown)])
        first = self.residue == "first"
        total = rounded(sum(shown), self.round)
        interest = [rounded(i, self.round) for i in shown]
        if first:
            interest[self.gi] += total - sum(interest)
            if interest[self.gi] < 0:
                raise Refused("residue")
        else:
            left = total
            for k in range(n):
                interest[k] = left if k == n - 1 else min(interest[k], left)
                left -= interest[k]
        one = rounded(F(P, self.m), self.round)
        principal, left = [0] * n, P
        for k in range(self.first - 1, n):
            if k == (self.first - 1 if first else n - 1):
                continue
            p = rounded(one + interest[k], self.level_round) - interest[k]
            p = max(p, 0) if first else max(0, min(p, left))
            principal[k] = p
            left -= p
        if left < 0:
            raise Refused("residue")
        principal[self.first - 1 if first else n - 1] = left
        return [list(r) for r in zip(principal, interest)]

    # --- the answer ----------------------------------------------------------

    def rows(self):
        if self.pawn:
            blocks = -(-self.q.get("term_days", 120)
                       // self.q.get("block_days", 15))
            rent = rounded(self.principal * self.rate * blocks, self.round)
            return [[self.principal, rent]]
        if self.method in ("flat", "flat_equivalent"):
            return self.flat()
        return self.declining()

    def fees(self):
        rows, withheld = [0] * (self.n + 1), 0
        for fee in self.q.get("fees", []):
            amount = (sen(fee["amount"]) if "amount" in fee else rounded(
                self.principal * F(fee["percent"]) / 100, self.round))
            if fee["due"] == "disbursement":
                withheld += amount
            for k in range(1, self.n + 1):
                if fee["due"] == "each" or fee["due"] == k:
                    rows[k] += amount
        return rows, withheld

    def shifted(self):
        if "calendar" not in self.q or "shift" not in self.q:
            return self.due
        moved = [self.due[0]] + [HOLIDAYS.shift(d, self.q["shift"])
                                 for d in self.due[1:]]
        for k in range(1, self.n + 1):
            if k < self.n and moved[k] >= self.due[k + 1]:
                raise Refused("shift")
            if moved[k] <= self.due[k - 1] or moved[k] <= moved[k - 1]:
                raise Refused("shift")
        return moved

    def answer(self):
        rows = self.rows()
        fees, self.withheld = self.fees()
        due = self.shifted()
        out, left = [], 0
        waiting = list(self.tranches)
        for k, (p, i) in enumerate(rows, 1):
            while waiting and waiting[0][0] < self.due[k]:
                left += waiting.pop(0)[1]
            left -= p
            out.append([k, due[k].isoformat(),
                        (self.due[k] - self.due[k - 1]).days,
                        int(p), int(i), fees[k], int(p + i + fees[k]),
                        int(left)])
        sums = [sum(r[c] for r in out) for c in (3, 4, 5, 6)]
        if max(sums + [r[7] for r in out]) >= BIG or self.withheld >= BIG or (
                self.level_text or 0) >= BIG:
            raise Refused("principal")
        assert sums[0] == self.principal and left == 0
        if self.residue == "spread" and min(r[7] for r in out) < 0:
            raise Refused("residue")
        assert min(min(r[3:]) for r in out) >= 0
        years = F(self.q.get("term_days", 120), 365) if self.pawn else F(
            self.n * self.every, PER_YEAR[self.unit])
        flat_rate = rounded(F(sums[1], self.principal) / years * 100 * 10 ** 6,
                            (1, "half_up"))
        self.out = out
        return {
            "rows": [dict(zip(("n", "due", "days", "principal", "interest",
                               "fee", "total", "balance"),
                              r[:3] + [rupiah(x) for x in r[3:]]))
                     for r in out],
            "totals": dict(zip(("principal", "interest", "fee", "total"),
                               map(rupiah, sums))),
            "payment": (None if self.level_text is None
                        else rupiah(self.level_text)),
            "flat_rate": "%d.%06d" % divmod(flat_rate, 10 ** 6),
        }

    def effective_holds(self, text):
        """Whether the proved rate has the sign change at both its halves;
        None where this plain check cannot tell."""
        flows = {self.start: self.withheld}
        for day, amount in self.tranches:
            flows[day] = flows.get(day, 0) - amount
        for r in self.out:
            day = datetime.date.fromisoformat(r[1])
            flows[day] = flows.get(day, 0) + r[6]
        flows = sorted((d, a) for d, a in flows.items() if a)
        changes = sum((a < 0) != (b < 0)
                      for (_, a), (_, b) in zip(flows, flows[1:]))
        if changes == 0:
            return text is None
        if text is None and changes > 1:
            return None
        if text is None:
            return self.sign(flows, 10 ** 9) < 0 or \
                self.sign(flows, decimal.Decimal(10 ** 9)) > 0 or None
        half = decimal.Decimal("0.0000005")
        rate = decimal.Decimal(text)
        low, high = self.sign(flows, rate - half), self.sign(flows, rate + half)
        return low * high <= 0

    def sign(self, flows, percent):
        grown = 1 + decimal.Decimal(percent) / 100
        if grown <= 0:
            return 1 if flows[-1][1] > 0 else -1
        log = grown.ln()
        total = sum(a * (-log * (d - flows[0][0]).days / 365).exp()
                    for d, a in flows)
        return (total > 0) - (total < 0)


# --- random terms -------------------------------------------------------------

def day_text(r, low=2020, high=2030):
    start = datetime.date(low, 1, 1)
    span = (datetime.date(high, 12, 31) - start).days
    day = start + DAY * r.randrange(span)
    if r.random() < 0.2:
        day = day.replace(
            day=calendar.monthrange(day.year, day.month)[1])
    return day


def rounding(r):
    return {"unit": r.choice(["1", "0.01", "1", "100", "1000", "0.05", "7"]),
            "mode": r.choice(MODES)}


def amount_text(r):
    kind = r.random()
    if kind < 0.3:
        return rupiah(r.randrange(1, 10 ** 5))
    if kind < 0.9:
        return str(r.randrange(1, 500) * 100000)
    return rupiah(r.randrange(1, 10 ** r.randrange(2, 18)))


def rate_text(r):
    kind = r.random()
    if kind < 0.1:
        return "0"
    if kind < 0.7:
        return "%g" % (r.randrange(1, 400) / 8)
    if kind < 0.95:
        return "%d.%0*d" % (r.randrange(40), 4, r.randrange(10 ** 4))
    return "%d.%012d" % (r.randrange(10 ** r.randrange(1, 6)),
                         r.randrange(10 ** 12))


def random_quote(r, i):
    q = {"id": str(i), "rate": rate_text(r), "method": r.choice(
        ["annuity"] * 6 + ["equal_principal"] * 4 + ["flat"] * 4
        + ["flat_equivalent", "bullet", "bullet", "pawn"])}
    start = day_text(r)
    pawn = q["method"] == "pawn"
    n = r.choice([1, 2, 3, 4, 5, 6, 7, 10, 12, 12, 24, 25])
    maybe = lambda p: r.random() < p
    if maybe(0.02):
        n = r.randrange(1, 130)
    if not pawn or maybe(0.1):
        q["periods"] = n
    if pawn:
        if maybe(0.95):
            q["rate_per"] = "period"
        if maybe(0.5):
            q["block_days"] = r.randrange(1, 40)
        if maybe(0.5):
            q["term_days"] = r.randrange(1, 400)
    if maybe(0.02 if pawn else 0.4):
        q["unit"] = r.choice(["day", "week", "month", "year"])
    if maybe(0.02 if pawn else 0.25):
        q["every"] = r.choice([1, 2, 3, 4, 6, 7, 14])
    length = {"day": 1, "week": 7, "month": 30, "year": 365}[
        q.get("unit", "month")] * q.get("every", 1)
    if maybe(0.02 if pawn else 0.25):
        q["first_due"] = (start + DAY * r.randrange(1 - maybe(0.02),
                                                    2 * length + 2)).isoformat()
    if not pawn and maybe(0.35):
        q["rate_per"] = r.choice(["year", "month", "week", "day", "period",
                                  "term"])
    if not pawn and maybe(0.4) and (
            q.get("rate_per") not in ("period", "term") or maybe(0.05)):
        q["day_count"] = r.choice(COUNTS)
    if maybe(0.2):
        q["level_from"] = r.choice(["accrual", "nominal"])
    if maybe(0.5):
        q["round"] = rounding(r)
    if maybe(0.25):
        q["payment_round"] = rounding(r)
    if maybe(0.2):
        q["carry"] = r.choice(["rounded", "unrounded"])
    if maybe(0.35):
        q["residue"] = r.choice(["last", "first", "spread"])
    if maybe(0.3 if q["method"] == "annuity" else 0.02):
        q["adjust"] = r.choice(["none", "closest"])
    if not pawn and maybe(0.3):
        g = q["grace"] = {}
        if maybe(0.7):
            g["principal"] = r.randrange(min(n, 5) + maybe(0.03))
        if maybe(0.7):
            g["interest"] = r.randrange(min(n, 4) + maybe(0.03))
        if maybe(0.6):
            g["interest_mode"] = r.choice(["defer", "capitalise", "waive"])
    if maybe(0.2):
        q["flat_equivalent_digits"] = r.randrange(13)
    span = length * n
    if maybe(0.01 if pawn else 0.2):
        days = sorted(r.sample(range(-10, span + 40), r.randrange(1, 4)))
        q["steps"] = [{"from": (start + DAY * d).isoformat(),
                       "rate": rate_text(r)} for d in days]
    declines = q["method"] in ("annuity", "equal_principal", "bullet")
    if maybe(0.2 if declines else 0.02) and span > 3:
        days = [0] + sorted(r.sample(range(1, span), min(span - 1,
                                                         r.randrange(1, 4))))
        if maybe(0.5):  # on the first day of a period
            days[1:2] = [days[1] // length * length or 1]
        days = sorted(set(days))
        q["disbursements"] = [{"date": (start + DAY * d).isoformat(),
                               "amount": amount_text(r)} for d in days]
        if maybe(0.3):
            q["disbursed"] = start.isoformat()
    else:
        q["principal"] = amount_text(r)
        q["disbursed"] = start.isoformat()
    if maybe(0.2):
        q["fees"] = []
        for _ in range(r.randrange(3)):
            fee = {"code": "fee", "due": r.choice(
                ["disbursement", "each", r.randrange(1, n + 1 + maybe(0.05))])}
            if maybe(0.5):
                fee["amount"] = rupiah(r.randrange(10 ** 6))
            else:
                fee["percent"] = rate_text(r)
            q["fees"].append(fee)
    if maybe(0.15):
        q["calendar"] = "indonesia"
    if maybe(0.9 if "calendar" in q else 0.01):
        q["shift"] = r.choice(["following", "modified_following", "preceding"])
    if maybe(0.1):
        q["effective"] = True
    return q


# --- comparing ----------------------------------------------------------------

def ask(umi, quotes):
    text = "".join(json.dumps(q) + "\n" for q in quotes)
    done = subprocess.run([umi, "quote", "--jsonl"], input=text.encode(),
                          stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit("umi quote ended with %d" % done.returncode)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def difference(q, got):
    """What is wrong with an answer, or None."""
    loan = Loan(q)
    bad = loan.refusals()
    if not bad:
        try:
            want = loan.answer()
        except Refused as refused:
            bad = {str(refused)}
    if bad:
        field = got.get("error", {}).get("field")
        return None if field in bad else "%s is due, got %s" % (
            sorted(bad), field or json.dumps(got)[:300])
    if "error" in got:
        return "an answer is due, got %s" % got["error"]
    for key, value in want.items():
        if got[key] != value:
            if key == "rows":
                for a, b in zip(value, got[key]):
                    if a != b:
                        return "row\n  %s is due, got\n  %s" % (a, b)
            return "%s %s is due, got %s" % (key, value, got[key])
    if q.get("effective") and loan.effective_holds(
            got["effective_rate"]) is False:
        return "effective_rate %s is wrong" % got["effective_rate"]
    if not q.get("effective") and got["effective_rate"] is not None:
        return "effective_rate was not asked for"
    return None


def differs_from_published(expect, got):
    if "error" in got:
        return got["error"]
    for key, value in expect.items():
        if key == "count":
            if len(got["rows"]) != value:
                return "%d rows" % len(got["rows"])
        elif key == "rows":
            for row in value:
                own = got["rows"][row["n"] - 1]
                if any(own[k] != v for k, v in row.items()):
                    return "%s is due, got %s" % (row, own)
        elif key == "totals":
            if any(got[key][k] != v for k, v in value.items()):
                return "totals %s" % got[key]
        elif got[key] != value:
            return "%s %s is due, got %s" % (key, value, got[key])
    return None


def compare_random(umi, seed, count):
    print("seed %s, %d quotes" % (seed, count))
    r = random.Random(seed)
    failed = answered = 0
    for start in range(0, count, CHUNK):
        quotes = [random_quote(r, i)
                  for i in range(start, min(start + CHUNK, count))]
        for q, got in zip(quotes, ask(umi, quotes)):
            answered += "rows" in got
            wrong = difference(q, got)
            if wrong:
                failed += 1
                if failed <= 5:
                    print("%s\n%s" % (json.dumps(q), wrong))
    print("%d answered, %d wrong" % (answered, failed))
    return failed == 0 and answered * 2 > count


def compare_files(umi, files):
    failed = count = 0
    for name in files:
        with open(name) as f:
            cases = [json.loads(line) for line in f]
        for case, got in zip(cases, ask(umi, [c["input"] for c in cases])):
            count += 1
            wrong = (differs_from_published(case["expect"], got)
                     or difference(case["input"], got))
            if wrong:
                failed += 1
                print("%s: %s" % (case["id"], wrong))
    print("%d published, %d wrong" % (count, failed))
    return failed == 0 and count > 0


def write_proved(umi, seed, count):
    """Random terms and the hash of the answer that the model agrees with: a
    model in small for where there is no time for Python."""
    r = random.Random(seed)
    while count > 0:
        quotes = [random_quote(r, i) for i in range(CHUNK)]
        for q in quotes:
            for key in ("id", "effective", "calendar", "shift"):
                q.pop(key, None)
            if r.random() < 0.3 and q["method"] != "pawn":
                q["periods"] = r.randrange(20, 200)  # long exact fractions
                if r.random() < 0.8:
                    q["carry"] = "unrounded"
                    q["method"] = r.choice(["annuity", "equal_principal",
                                            "bullet"])
        for q, got in zip(quotes, ask(umi, quotes)):
            if "error" in got or count == 0:
                continue
            wrong = difference(q, got)
            if wrong:
                sys.exit("%s\n%s" % (json.dumps(q), wrong))
            text = json.dumps(got, separators=(",", ":"))
            print(json.dumps({"input": q, "sha256": hashlib.sha256(
                text.encode()).hexdigest()[:16]}, separators=(",", ":")))
            count -= 1


def main():
    decimal.getcontext().prec = 40
    umi, *rest = sys.argv[1:]
    if len(rest) == 3 and rest[0] == "proved":
        write_proved(umi, rest[1], int(rest[2]))
        return
    if len(rest) == 2 and rest[1].isdigit():
        sys.exit(not compare_random(umi, rest[0], int(rest[1])))
    sys.exit(not compare_files(umi, rest))


if __name__ == "__main__":
    main()
