# SPDX-License-Identifier: MIT
"""A second opinion on `umi life`: the rules of the contract on loans' lives,
written down as plainly as they read, slow and without the engine's tricks.

    model_life.py UMI SEED COUNT    compare COUNT random lives
    model_life.py UMI FILE...       compare published cases

The schedule itself is not under test here: it is taken from the answer to
the same terms without events.
"""
import datetime
import json
import random
import subprocess
import sys

PARTS = ("principal", "interest", "fee", "penalty")
DEFAULT = ["penalty", "fee", "interest", "principal"]
DAY = datetime.timedelta(days=1)
CHUNK = 2000  # lives at a time


def sen(text):
    sign, text = (-1, text[1:]) if text[0] == "-" else (1, text)
    whole, _, part = text.partition(".")
    return sign * (int(whole) * 100 + int((part + "00")[:2]))


def rupiah(amount):
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    text = "%s%d.%02d" % (sign, amount // 100, amount % 100)
    return text.rstrip("0").rstrip(".")


def date(text):
    return datetime.date.fromisoformat(text)


class Row:
    def __init__(self, n, due, charged):
        self.n, self.due = n, due
        self.charged = charged
        self.paid = dict.fromkeys(PARTS, 0)
        self.waived = dict.fromkeys(PARTS, 0)
        self.lost = dict.fromkeys(PARTS, 0)
        self.paid_on = None

    def unpaid(self, c):
        return self.charged[c] - self.paid[c] - self.waived[c] - self.lost[c]

    def rest(self):
        return sum(self.unpaid(c) for c in PARTS)


class Life:
    """The loan in the middle of its replay."""

    def __init__(self, bare, policy):
        self.allocation = policy.get("allocation", DEFAULT)
        self.walk = policy.get("walk", "instalment")
        self.ahead = policy.get("ahead", "next")
        self.rows = [
            Row(r["n"], date(r["due"]), {c: sen(r[c]) for c in PARTS})
            for r in bare["rows"]
        ]
        self.instalments = len(self.rows)
        self.overpaid = 0
        self.wrote_off = False

    def outstanding(self):
        return sum(r.rest() for r in self.rows)

    def place(self, due):
        for r in self.rows:
            if r.due >= due:
                return r
        if len(self.rows) == self.instalments:
            extra = Row(self.instalments + 1, due, dict.fromkeys(PARTS, 0))
            self.rows.append(extra)
        self.rows[-1].due = due
        return self.rows[-1]

    def charge(self, due, c, amount):
        self.place(due).charged[c] += amount

    def cells(self, on):
        """Row and component in the order in which money on a day pays them."""
        now = [r for r in self.rows if r.due <= on]
        later = [r for r in self.rows if r.due > on]
        if self.ahead == "last":
            later.reverse()
        if self.walk == "component":
            order = [(r, c) for c in self.allocation for r in now]
        else:
            order = [(r, c) for r in now for c in self.allocation]
        return order + [(r, c) for r in later for c in self.allocation]

    def oldest_first(self, only=None):
        return [
            (r, c)
            for r in self.rows
            for c in self.allocation
            if only in (None, c)
        ]

    def take(self, cells, amount, account, parts):
        """Take from unpaid cells into paid, waived or lost; gives the rest."""
        for r, c in cells:
            x = min(amount, r.unpaid(c))
            getattr(r, account)[c] += x
            parts[c] += x
            amount -= x
        return amount

    def pay(self, on, amount, parts):
        rest = self.take(self.cells(on), amount, "paid", parts)
        self.overpaid += rest
        parts["overpaid"] += rest

    def apply(self, e, parts):
        """Apply one event; gives the amount that it took or brought."""
        kind, on = e["kind"], date(e["date"])
        amount = sen(e["amount"]) if "amount" in e else None
        if kind in ("fee", "penalty"):
            self.charge(date(e.get("due", e["date"])), kind, amount)
            parts[kind] = amount
        elif kind in ("repayment", "payoff"):
            if amount is None:
                amount = self.outstanding()
            self.pay(on, amount, parts)
        elif kind in ("waive", "write_off"):
            cells = self.oldest_first(e.get("component"))
            most = sum(r.unpaid(c) for r, c in cells)
            wanted = most if amount is None else amount
            account = "waived" if kind == "waive" else "lost"
            self.take(cells, wanted, account, parts)
            taken = sum(parts[c] for c in PARTS)
            self.wrote_off |= kind == "write_off" and taken > 0
            amount = taken if amount is None else amount
        elif kind == "recover":
            rest = amount
            for r, c in self.oldest_first():
                x = min(rest, r.lost[c])
                r.lost[c] -= x
                r.paid[c] += x
                parts[c] += x
                rest -= x
            self.pay(on, rest, parts)
        elif kind == "refund":
            back = min(amount, self.overpaid)
            self.overpaid -= back
            parts["overpaid"] = -back
            parts["principal"] = back - amount
            if amount > back:
                self.charge(on, "principal", amount - back)
        return amount

    def note(self, e, before):
        """Keep paid_on: compare what each row owed before the event."""
        for r in self.rows:
            if r.rest() > 0:
                r.paid_on = None
            elif before.get(r.n, 0) > 0 and e["kind"] != "write_off":
                r.paid_on = e["date"]


RANK = {
    "fee": 0, "penalty": 0, "waive": 1, "repayment": 2, "payoff": 3,
    "write_off": 4, "recover": 5, "refund": 6,
}


def place(e, n):
    rank = RANK[e["kind"]]
    if e["kind"] == "payoff" and "amount" in e:
        rank = 2
    component = PARTS.index(e["component"]) if "component" in e else 4
    return (e["date"], rank, component, n)


def collectability(days):
    return 1 + sum(days > limit for limit in (0, 90, 120, 180))


def four(amounts):
    return {c: rupiah(amounts[c]) for c in PARTS}


def answer(query, bare):
    """What `umi life` must say."""
    events = query.get("events", [])
    life = Life(bare, query.get("policy", {}))
    gone = {e["reverses"] for e in events if e["kind"] == "reverse"}
    shown = [
        {
            "n": n, "kind": e["kind"], "date": e["date"],
            "amount": e.get("amount", "0"), "reversed": n in gone,
            "parts": dict.fromkeys(PARTS + ("overpaid",), 0),
        }
        for n, e in enumerate(events, 1)
    ]
    stand = [
        (place(e, n), n)
        for n, e in enumerate(events, 1)
        if e["kind"] != "reverse" and n not in gone
    ]
    for _, n in sorted(stand):
        e = events[n - 1]
        before = {r.n: r.rest() for r in life.rows}
        shown[n - 1]["amount"] = rupiah(life.apply(e, shown[n - 1]["parts"]))
        life.note(e, before)
    return result(query, life, shown, bare)


def result(query, life, shown, bare):
    disbursed = query["terms"].get("disbursed")
    if disbursed is None:
        disbursed = query["terms"]["disbursements"][0]["date"]
    latest = max([disbursed] + [e["date"] for e in query.get("events", [])])
    as_of = date(query.get("as_of", latest))
    late = [r for r in life.rows if r.rest() > 0 and r.due < as_of]
    days = (as_of - late[0].due).days if late else 0
    status = "active"
    if life.outstanding() == 0:
        status = "written_off" if life.wrote_off else "closed"

    def unpaid(rows):
        return four({c: sum(r.unpaid(c) for r in rows) for c in PARTS})

    events = []
    for s in shown:
        x = {k: s[k] for k in ("n", "kind", "date")}
        x["amount"] = rupiah(sen(s["amount"]))
        x.update({k: rupiah(v) for k, v in s["parts"].items()})
        x["reversed"] = s["reversed"]
        events.append(x)
    return {
        "id": bare["id"],
        "events": events,
        "rows": [
            {
                "n": r.n, "due": r.due.isoformat(), **four(r.charged),
                "paid": four(r.paid), "paid_on": r.paid_on,
            }
            for r in life.rows
        ],
        "outstanding": unpaid(life.rows),
        "due": unpaid([r for r in life.rows if r.due <= as_of]),
        "overpaid": rupiah(life.overpaid),
        "days_past_due": days,
        "collectability": 5 if status == "written_off" else collectability(days),
        "status": status,
    }


# --- random lives ---------------------------------------------------------

STEP = {"day": 1, "week": 7, "month": 30}

def random_terms(rng):
    start = datetime.date(2024, 1, 1) + rng.randrange(700) * DAY
    if rng.random() < 0.1:
        return {
            "principal": "1500000", "disbursed": start.isoformat(),
            "rate": "0.9", "rate_per": "period", "method": "pawn",
        }
    unit = rng.choice(["week", "month", "month", "day"])
    terms = {
        "principal": rupiah(rng.choice([1, 7, 99, 12345, 10**6]) * 100
                            + rng.choice([0, 0, 0, 1, 50])),
        "disbursed": start.isoformat(),
        "periods": rng.choice([1, 2, 3, 5, 12, 25]),
        "unit": unit,
        "rate": rng.choice(["0", "6", "18.5", "24"]),
        "method": rng.choice(["annuity", "equal_principal", "flat", "bullet"]),
        "round": {"unit": rng.choice(["0.01", "1"]), "mode": "half_up"},
    }
    if rng.random() < 0.3:
        terms["fees"] = [{"code": "adm", "amount": "5", "due": "each"}]
    if rng.random() < 0.2:
        terms["fees"] = [{"code": "prov", "percent": "1", "due": 1}]
    if terms["periods"] > 3 and rng.random() < 0.2 and unit == "month":
        if terms["method"] != "flat":
            terms["grace"] = {"principal": 2, "interest": 2}
    return terms


def random_policy(rng):
    policy = {}
    if rng.random() < 0.5:
        policy["allocation"] = rng.sample(PARTS, 4)
    if rng.random() < 0.6:
        policy["walk"] = rng.choice(["instalment", "component"])
    if rng.random() < 0.6:
        policy["ahead"] = rng.choice(["next", "last"])
    if rng.random() < 0.2:
        policy["interest"] = "scheduled"
    return policy


KINDS = ["repayment"] * 8 + [
    "fee", "fee", "penalty", "waive", "reverse", "refund", "write_off",
    "recover", "payoff",
]


def random_event(rng, terms, events, span):
    start = date(terms["disbursed"])
    kind = rng.choice(KINDS)
    # few days, so that many events share one, and often a due date
    on = start + rng.randrange(0, span, max(1, span // 12)) * DAY
    if rng.random() < 0.4:
        on = start + rng.randrange(0, span, STEP[terms.get("unit", "month")]) * DAY
    e = {"kind": kind, "date": on.isoformat()}
    if kind == "reverse":
        gone = {x.get("reverses") for x in events}
        open_ = [n for n, x in enumerate(events, 1)
                 if x["kind"] != "reverse" and n not in gone]
        if not open_:
            return None
        e["reverses"] = rng.choice(open_)
        e["date"] = max(e["date"], events[e["reverses"] - 1]["date"])
        return e
    top = max(2, sen(terms["principal"]) // rng.choice([1, 3, 10, 40]))
    if kind in ("fee", "penalty"):
        top = max(2, top // 20)
    if kind not in ("payoff", "waive", "write_off") or rng.random() < 0.5:
        e["amount"] = rupiah(rng.randrange(1, top))
    if kind in ("waive", "write_off") and rng.random() < 0.5:
        e["component"] = rng.choice(PARTS)
    if kind in ("fee", "penalty") and rng.random() < 0.5:
        e["due"] = (start + rng.randrange(span) * DAY).isoformat()
    if rng.random() < 0.2:
        e["booked"] = (date(e["date"]) + rng.randrange(9) * DAY).isoformat()
    if rng.random() < 0.2:
        e["ref"] = "r%d" % len(events)
    return e


def random_query(rng, n):
    terms = random_terms(rng)
    step = STEP[terms.get("unit", "month")]
    span = terms.get("periods", 4) * step * 5 // 4 + 3
    events = []
    for _ in range(rng.choice([0, 1, 3, 8, 20, 40])):
        e = random_event(rng, terms, events, span)
        if e is not None:
            events.append(e)
    query = {"id": "r%d" % n, "terms": terms, "policy": random_policy(rng)}
    if events or rng.random() < 0.5:
        query["events"] = events
    if rng.random() < 0.7:
        as_of = date(terms["disbursed"]) + rng.randrange(span * 3) * DAY
        query["as_of"] = as_of.isoformat()
    return query


# --- comparing ------------------------------------------------------------


def run(umi, queries):
    text = "".join(json.dumps(q) + "\n" for q in queries)
    done = subprocess.run([umi, "life", "--jsonl"], input=text.encode(),
                          stdout=subprocess.PIPE, check=False)
    lines = done.stdout.decode().splitlines()
    if len(lines) != len(queries) or done.returncode not in (0, 1):
        sys.exit("umi life: %d lines of %d, exit %d"
                 % (len(lines), len(queries), done.returncode))
    return [json.loads(line) for line in lines]


def compare(umi, queries):
    """Compare in full; gives the numbers of equal and different answers."""
    bare = run(umi, [{"id": q["id"], "terms": q["terms"]} for q in queries])
    good = bad = 0
    for q, b, got in zip(queries, bare, run(umi, queries)):
        want = answer(q, b) if "error" not in b else b
        if json.dumps(got) == json.dumps(want):
            good += 1
            continue
        bad += 1
        if bad <= 3:
            print("query ", json.dumps(q))
            print("umi   ", json.dumps(got))
            print("model ", json.dumps(want))
    return good, bad


def within(want, got, path, found):
    """Whether all that @p want names stands in @p got; notes differences."""
    if isinstance(want, dict):
        for key, value in want.items():
            if key == "count":
                within(value, len(got["rows"]), path + "count", found)
            elif key == "total" and key not in got:
                total = rupiah(sum(sen(got[c]) for c in PARTS))
                within(value, total, path + "total", found)
            elif key in ("rows", "events"):
                for item in value:
                    at = [x for x in got[key] if x["n"] == item["n"]][:1]
                    name = "%s[%d]." % (key, item["n"])
                    within(item, at[0] if at else {}, path + name, found)
            else:
                within(value, got.get(key), path + key + ".", found)
    elif want != got or isinstance(want, bool) != isinstance(got, bool):
        found.append("%s expected %r, got %r" % (path, want, got))


def check_case(case, got):
    found = []
    want = case["expect"]
    if "error" in want:
        field = got.get("error", {}).get("field", "")
        if field.split(".")[-1] != want["error"]["field"]:
            found.append("expected an error on %s, got %r"
                         % (want["error"]["field"], got))
    elif "error" in got:
        found.append(got["error"])
    else:
        within(want, got, "", found)
        if case["input"].get("id") != got["id"]:
            found.append("id")
    for text in found[:3]:
        print(case["id"], text)
    return not found


def check_files(umi, files):
    cases = []
    for name in files:
        with open(name, encoding="utf-8") as f:
            cases += [json.loads(line) for line in f]
    got = run(umi, [c["input"] for c in cases])
    fits = [check_case(c, g) for c, g in zip(cases, got)]
    whole = [c["input"] for c in cases if "error" not in c["expect"]]
    good, bad = compare(umi, whole)
    return good + sum(fits), bad + len(fits) - sum(fits)


def main():
    umi, rest = sys.argv[1], sys.argv[2:]
    if len(rest) == 2 and rest[0].isdigit():
        rng = random.Random(int(rest[0]))
        print("seed", rest[0])
        good = bad = 0
        for start in range(0, int(rest[1]), CHUNK):
            chunk = range(start, min(start + CHUNK, int(rest[1])))
            g, b = compare(umi, [random_query(rng, n) for n in chunk])
            good, bad = good + g, bad + b
    else:
        good, bad = check_files(umi, rest)
    print("%d passed, %d failed" % (good, bad))
    sys.exit(bad != 0)


if __name__ == "__main__":
    main()
