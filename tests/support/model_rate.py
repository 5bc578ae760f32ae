# SPDX-License-Identifier: MIT
"""A second opinion on `umi rate`: times from the rules as they read, the sign
of the sum on both sides of every rate that is answered, and the number of
rates by Sturm's theorem where the flows are a polynomial of small degree.

    model_rate.py UMI SEED COUNT    compare COUNT random questions
"""
import calendar
import datetime
import decimal
import json
import math
import random
import subprocess
import sys
from fractions import Fraction as F

CHUNK = 2000
DEGREE = 40             # Sturm's theorem is asked up to here
HIGHEST = F(10) ** 7    # 1,000,000,000 %
DAY = datetime.timedelta(days=1)


def money(sen):
    return "%s%d.%02d" % (("-" if sen < 0 else "",) + divmod(abs(sen), 100))


# --- times: (t, simple part) of each flow -------------------------------------

def months_before(date, months):
    n = date.year * 12 + date.month - 1 - months
    year, month = divmod(n, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(date.day, last))


def whole_months(first, date):
    """Whole months counted back from date, and where the count ends."""
    n = 0
    while months_before(date, n + 1) >= first:
        n += 1
    return n, months_before(date, n)


def eu_time(first, date):
    n, start = whole_months(first, date)
    leap = any((first + k * DAY).strftime("%m-%d") == "02-29"
               for k in range((start - first).days))
    return F(n, 12) + F((start - first).days, 366 if leap else 365), F(0)


def regz_time(q, first, date):
    unit, every = q["unit"], q.get("every", 1)
    days = (date - first).days
    months, start = whole_months(first, date)
    odd = (start - first).days
    if unit in ("day", "week"):
        size = every * (7 if unit == "week" else 1)
        return days // size, F(days % size, size)
    if unit == "month":
        return months // every, F(months % every * 30 + odd, 30 * every)
    if unit == "semimonth":
        return (months * 30 + odd) // 15, F((months * 30 + odd) % 15, 15)
    if unit == "year":
        start = months_before(date, months // 12 * 12)
        return months // 12, F((start - first).days, 365)
    return int(days > 0), F(0)


def periods_a_year(q, first, last):
    year = {"day": 365, "week": 52, "semimonth": 24, "month": 12, "year": 1}
    if q["unit"] != "term":
        return F(year[q["unit"]], q.get("every", 1))
    months, start = whole_months(first, last)
    if start == first and months > 0:
        return F(12, months)
    return F(365, (last - first).days)


def terms_of(q):
    """[(t, odd, sen)] by time, each time once, and what i is multiplied by."""
    by, sums, scale = q["convention"], {}, F(100)
    dated = [datetime.date.fromisoformat(f["date"]) for f in q["flows"]
             if "date" in f]
    first = min(dated) if dated else None
    for f in q["flows"]:
        if "t" in f:
            when = F(f["t"]), F(0)
        else:
            date = datetime.date.fromisoformat(f["date"])
            when = (F((date - first).days, 365), F(0)) if by == "xirr" else \
                eu_time(first, date) if by == "eu" else \
                regz_time(q, first, date)
        sums[when] = sums.get(when, 0) + int(F(f["amount"]) * 100)
    if by == "regz":
        scale *= periods_a_year(q, first, max(dated))
    return sorted((F(t), odd, a) for (t, odd), a in sums.items() if a), scale


# --- signs ---------------------------------------------------------------------

def sign_at(terms, i):
    """Of the sum at i: in whole numbers where times are whole, else with more
    and more digits; 0 when hundreds of digits are not enough."""
    if all(t.denominator == 1 for t, _, _ in terms) and terms[-1][0] < 300:
        total = sum(F(a) / ((1 + odd * i) * (1 + i) ** int(t))
                    for t, odd, a in terms)
        return (total > 0) - (total < 0)
    for digits in 50, 150, 400:
        with decimal.localcontext() as c:
            c.prec = digits + 20

            def dec(x):
                return decimal.Decimal(x.numerator) / x.denominator
            log = dec(1 + i).ln()
            parts = [a * (-dec(t) * log).exp() / dec(1 + odd * i)
                     for t, odd, a in terms]
            total = sum(parts)
            if abs(total) > sum(map(abs, parts)).scaleb(-digits):
                return 1 if total > 0 else -1
    return 0


def changes_of(numbers):
    signs = [n > 0 for n in numbers if n]
    return sum(a != b for a, b in zip(signs, signs[1:]))


def polynomial_of(terms):
    """Coefficients by powers of v^(1/d), or None; a stretch of time changes
    no count."""
    if any(odd for _, odd, _ in terms):
        return None
    start = terms[0][0]
    times = [t - start for t, _, _ in terms]
    d = math.lcm(*(t.denominator for t in times))
    powers = [int(t * d) for t in times]
    g = math.gcd(*powers) or 1
    if powers[-1] // g > DEGREE:
        return None
    c = [0] * (powers[-1] // g + 1)
    for p, (_, _, a) in zip(powers, terms):
        c[p // g] = a
    return c


def remainder(a, b):
    """A positive multiple of the remainder of a by b, in whole numbers."""
    a = a[:]
    while len(a) >= len(b):
        f, g = a[-1], abs(b[-1])
        if b[-1] < 0:
            f = -f
        shift = len(a) - len(b)
        a = [g * x for x in a]
        for k, y in enumerate(b):
            a[shift + k] -= f * y
        while a and a[-1] == 0:
            a.pop()
    g = math.gcd(*a) if a else 1
    return [x // g for x in a]


def zeros_above_0(c):
    """How many different v > 0 there are (Sturm)."""
    chain = [c, [k * x for k, x in enumerate(c)][1:]]
    while chain[-1]:
        chain.append([-x for x in remainder(chain[-2], chain[-1])])
    chain.pop()
    return (changes_of([p[0] if p[0] else next(x for x in p if x)
                        for p in chain]) -
            changes_of([p[-1] for p in chain]))


def zeros_seen(terms):
    """At least so many rates: changes of sign on a grid, in floating point
    with a margin."""
    seen, before = 0, 0
    times = [(float(t), float(a)) for t, _, a in terms]
    for k in range(-400, 401):
        x = math.copysign(abs(k / 400.0) ** 3 * 16, k)
        try:
            parts = [a * math.exp(-t * x) for t, a in times]
        except OverflowError:
            continue
        total = sum(parts)
        if abs(total) > 1e-9 * sum(map(abs, parts)):
            here = total > 0
            seen += before != 0 and here != (before > 0)
            before = 1 if here else -1
    return seen


# --- judgement -----------------------------------------------------------------

def wrong_rate(q, terms, scale, text):
    """Why the rate is not the one rate rounded, or None."""
    digits = q.get("digits", 6)
    if len(text.partition(".")[2]) != digits:
        return "not %d digits" % digits
    rate = F(text)
    half = F(1, 2 * 10 ** digits)
    at = [rate - half, rate + half]
    if at[0] <= -100:
        at[0] = None    # below all rates: the sign of the last flow
    signs = [sign_at(terms, x / scale) if x is not None and x >= -100 else None
             for x in at]
    if signs[0] is None:
        signs[0] = 1 if terms[-1][2] > 0 else -1
    if 0 in signs:      # a rate on the middle goes away from zero
        return None if (signs[0] == 0) == (rate > 0) else "tie to the wrong side"
    if signs[0] != signs[1]:
        return None
    # a rate that f only touches: its slope is 0 there, too
    c = polynomial_of(terms)
    if c is None and at[0] is not None and at[0] < 0 < at[1]:
        moments = [sum(a * t ** k for t, _, a in terms) for k in (0, 1)]
        if moments == [0, 0]:
            return None
    if c is not None and zeros_above_0(c) == 1:
        g = touching(c)
        if g is not None and len(g) > 1:
            low = value_sign(g, at[0], terms, scale) if at[0] is not None \
                else (g[-1] > 0) - (g[-1] < 0)
            high = value_sign(g, at[1], terms, scale)
            if low * high <= 0:
                return None
    return "the sum has one sign at both halves"


def touching(c):
    """The greatest common divisor of c and its derivative."""
    a, b = c, [k * x for k, x in enumerate(c)][1:]
    while b:
        a, b = b, remainder(a, b)
    return a


def value_sign(g, percent, terms, scale):
    """Of the polynomial g where that of the terms is asked."""
    start = terms[0][0]
    times = [t - start for t, _, _ in terms]
    d = math.lcm(*(t.denominator for t in times))
    step = F(math.gcd(*(int(t * d) for t in times)), d)
    return sign_at([(k * step, F(0), x) for k, x in enumerate(g) if x],
                   percent / scale)


def above_the_highest(terms, scale):
    """Whether the one rate is: below it, signs are those of the last flow."""
    if (terms[0][2] > 0) != (terms[-1][2] > 0):
        return sign_at(terms, HIGHEST) * terms[-1][2] > 0
    g = touching(polynomial_of(terms))
    return value_sign(g, HIGHEST * scale, terms, scale) * g[-1] > 0


def judge(q, got):
    """Why the answer is wrong, or None; and whether all of it was checked."""
    terms, scale = terms_of(q)
    changes = changes_of([a for _, _, a in terms])
    error = got.get("error")
    if error is not None and error["field"] != "flows":
        return "refused on " + error["field"], True
    if q["convention"] == "regz":
        total = sum(a for _, _, a in terms)
        last = terms[-1][2] if terms else 0
        expected = changes == 1 and (total == 0 or (total > 0) == (last > 0))
        if expected and error is not None:
            expected = sign_at(terms, HIGHEST * 100 / scale) * last < 0
    elif changes < 2:
        expected = changes == 1
    else:
        c = polynomial_of(terms)
        if c is not None:
            expected = zeros_above_0(c) == 1
        else:
            seen = zeros_seen(terms)
            if seen > 1 and error is None:
                return "several rates, one answered", True
            if error is not None:
                return None, seen != 1
            expected = True
    if expected and error is not None:
        if above_the_highest(terms, scale):
            return None, True
        return "refused (%s), there is one" % error["message"], True
    if error is not None:
        return None, True
    if not expected:
        return "answered, there is not one rate", True
    return wrong_rate(q, terms, scale, got["rate"]), True


# --- random questions ------------------------------------------------------------

def times_polynomial(a, b):
    out = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] += x * y
    return out


def amounts(r, n):
    kind = r.randrange(7)
    size = 10 ** r.randint(2, 14)
    if kind < 2:            # a loan
        return [-size] + [r.randint(0, 3 * size // n + 1) for _ in range(n)]
    if kind == 2:           # loans upon loans
        return [r.choice((-size, size // 4)) for _ in range(n + 1)]
    if kind == 3:           # anything
        return [r.randint(-size, size) for _ in range(n + 1)]
    if kind == 4:           # a deposit that shrinks
        return [size] + [-r.randint(0, size // n) for _ in range(n)]
    c = [r.choice((1, -1, 100))]    # rates that are fractions, some repeated
    while len(c) <= min(n, 9) and max(map(abs, c)) < 10 ** 12:
        p, s = r.choice(((11, 10), (1, 1), (3, 2), (1, 2), (21, 20), (9, 8)))
        c = times_polynomial(c, r.choice(([-s, p], [s, 1], [-s, p], [1, 1, 1])))
    return c


def question(r, i):
    q = {"id": str(i), "convention": r.choice(("periodic", "xirr", "eu", "regz"))}
    if r.random() < 0.7:
        q["digits"] = r.randint(0, 12)
    a = amounts(r, r.choice((1, 2, 3, 5, 12, 12, 36)))
    by = q["convention"]
    first = datetime.date(r.randint(1990, 2030), 1, 1) + r.randint(0, 364) * DAY
    gap = r.choice((1, 7, 31, 73, 365))
    day, flows = first, []
    den = r.choice((1, 2, 4, 12, 366))
    t = F(r.randint(0, 2))
    if by == "regz":
        q["unit"] = r.choice(("day", "week", "semimonth", "month", "month",
                              "year", "term"))
        if q["unit"] in ("day", "week", "month") and r.random() < 0.3:
            q["every"] = r.randint(1, 4)
        if r.random() < 0.8:
            a = [-abs(a[0]) - 1] + [abs(x) for x in a[1:]]
        if q["unit"] == "term":
            a = a[:2]
    plain = by == "periodic" or (by == "eu" and r.random() < 0.6)
    for x in a:
        flow = {"amount": money(x)}
        if plain:
            flow["t"] = str(t)
            t += 1 if by == "periodic" else F(r.randint(1, 2), den)
        else:
            flow["date"] = str(day)
            exact = r.random() < 0.7 or gap in (73, 365)
            day += (gap if exact else r.randint(1, 60)) * DAY
        flows.append(flow)
    if len(flows) < 2:
        flows.append(dict(flows[0]))
    r.shuffle(flows)
    q["flows"] = flows
    return q


def ask(umi, command, questions):
    text = "".join(json.dumps(q) + "\n" for q in questions)
    run = subprocess.run([umi, "--lang", "en", command, "--jsonl"], input=text,
                         stdout=subprocess.PIPE, text=True, check=False)
    return [json.loads(line) for line in run.stdout.splitlines()]


def random_rates(umi, r, count):
    wrong = answered = refused = open_ones = 0
    for start in range(0, count, CHUNK):
        asked = [question(r, i) for i in range(start, min(start + CHUNK, count))]
        answers = ask(umi, "rate", asked)
        if len(answers) != len(asked):
            sys.exit("%d questions, %d answers" % (len(asked), len(answers)))
        for q, got in zip(asked, answers):
            why, whole = judge(q, got)
            refused += "error" in got
            answered += "error" not in got
            open_ones += not whole
            if why is not None:
                wrong += 1
                print("%s\n  %s\n  %s" % (why, json.dumps(q), json.dumps(got)))
    print("%d answered, %d refused (%d of them by several rates that were not "
          "counted again), %d wrong" % (answered, refused, open_ones, wrong))
    return wrong


def same_as_quotes(umi, r, count):
    """The effective rate of a quote is the xirr of what moves."""
    quotes, rates, wrong = [], [], 0
    for i in range(count):
        quotes.append({
            "id": str(i), "principal": str(r.randint(1, 10 ** 9)),
            "disbursed": str(datetime.date(2024, 1, 1) + r.randint(0, 700) * DAY),
            "periods": r.randint(1, 60), "rate": str(r.randint(0, 60)),
            "unit": r.choice(("month", "week")), "effective": True,
            "method": r.choice(("annuity", "flat", "equal_principal"))})
    answers = ask(umi, "quote", quotes)
    for q, got in zip(quotes, answers):
        flows = [{"date": q["disbursed"], "amount": "-" + q["principal"]}]
        flows += [{"date": row["due"], "amount": row["total"]}
                  for row in got["rows"]]
        rates.append({"convention": "xirr", "flows": flows})
    for q, got, rate in zip(quotes, answers, ask(umi, "rate", rates)):
        if got["effective_rate"] != rate.get("rate"):
            wrong += 1
            print("%s\n  quote %s, rate %s" %
                  (json.dumps(q), got["effective_rate"], rate))
    print("%d effective rates asked again, %d differ" % (count, wrong))
    return wrong


def main():
    umi, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    r = random.Random(seed)
    print("seed %d, %d rates" % (seed, count))
    wrong = random_rates(umi, r, count) + \
        same_as_quotes(umi, r, max(100, count // 20))
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
