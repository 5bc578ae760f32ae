# SPDX-License-Identifier: MIT
"""A second opinion on `umi rate convert`: each figure is proved by signs.

    model_convert.py UMI SEED COUNT    check COUNT random conversions

A rate of any kind has a price, the level payment of a loan of 1, which grows
with it.  A figure x is right when the price asked lies between the prices of
x less and x plus half a unit of its last digit.  Prices are fractions, or
fractions around a root that are drawn together until they do not overlap.
"""
import json
import random
import subprocess
import sys
from fractions import Fraction as F

PER_YEAR = {"year": 1, "month": 12, "week": 52, "day": 365}
PERS = ["year", "month", "week", "day", "period", "term"]
MOST = F(10 ** 9)


def root(n, k):
    """The whole part of the k-th root."""
    if n < 2:
        return n
    high = 1 << -(-n.bit_length() // k)
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        if middle ** k <= n:
            low = middle
        else:
            high = middle
    return high if high ** k <= n else low


class Loan:
    def __init__(self, n, every, unit):
        self.n, self.every, self.unit = n, every, unit

    def of_period(self, percent, per):
        """The fraction of a period."""
        rate = F(percent) / 100
        if per == "period":
            return rate
        if per == "term":
            return rate / self.n
        return rate * PER_YEAR[per] / PER_YEAR[self.unit] * self.every

    def payment(self, f):
        if f == 0:
            return F(1, self.n)
        v = (1 + f) ** self.n
        return f * v / (v - 1)

    def price(self, kind, percent, per, bits):
        """Its price, between two fractions."""
        if kind == "payment":
            return (F(percent) / 10 ** 6,) * 2
        if kind == "flat":
            return (F(1, self.n) + self.of_period(percent, per),) * 2
        if kind == "nominal":
            return (self.payment(self.of_period(percent, per)),) * 2
        power = (1 + F(percent) / 100) ** self.every
        k = PER_YEAR[self.unit]
        p, q = root(power.numerator, k), root(power.denominator, k)
        if p ** k == power.numerator and q ** k == power.denominator:
            return (self.payment(F(p, q) - 1),) * 2
        w = root((power.numerator << bits * k) // power.denominator, k)
        return tuple(self.payment(F(x, 1 << bits) - 1) for x in (w, w + 1))

    def order(self, a, b):
        """Of the prices of two rates: -1, 0, 1."""
        if a[0] == b[0] == "effective":
            return (F(a[1]) > F(b[1])) - (F(a[1]) < F(b[1]))
        bits = 64
        while True:
            (al, ah), (bl, bh) = self.price(*a, bits), self.price(*b, bits)
            if ah < bl:
                return -1
            if al > bh:
                return 1
            if al == ah == bl == bh:
                return 0
            bits *= 2


def figures(answer):
    for kind in ("flat", "nominal"):
        for per in PERS:
            yield kind, answer[kind][per], per
    yield "effective", answer["effective"], "year"
    yield "payment", answer["payment"], None


def wrong(loan, asked, answer, digits):
    half = F(1, 2 * 10 ** digits)
    for kind, text, per in figures(answer):
        if len(text.partition(".")[2]) != digits:
            return "%s per %s: %s has other digits" % (kind, per, text)
        x = F(text)
        if x >= half and loan.order((kind, x - half, per), asked) > 0 or \
                loan.order((kind, x + half, per), asked) <= 0:
            return "%s per %s is not %s" % (kind, per, text)
    return None


def refusable(loan, asked):
    """A figure above the limit, or a payment that does not fit."""
    low, _ = loan.price(*asked, 64)
    if asked[0] == "flat" and max(low.numerator, low.denominator) >= 2 ** 63:
        return True
    return any(loan.order((kind, MOST, per), asked) < 0
               for kind in ("flat", "nominal") for per in PERS) or \
        loan.order(("effective", MOST, "year"), asked) < 0


def some_rate(rng):
    pick = rng.randrange(8)
    if pick == 0:
        return "0"
    if pick == 1:
        return rng.choice(["0.000000000001", "0.5", "50", "100", "300",
                           "999999", "21", "10.25", "44"])
    whole = rng.choice([1, 1, 10, 100, 10000])
    places = rng.choice([0, 1, 2, 4, 12])
    text = "%.*f" % (places, rng.random() * whole)
    return text if places == 12 or float(text) else "1"


def main():
    umi, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    bad = refused = 0
    for i in range(count):
        kind = rng.choice(["flat", "nominal", "effective"])
        per = "year" if kind == "effective" else rng.choice(PERS)
        unit = rng.choice(list(PER_YEAR))
        loan = Loan(rng.choice([1, 2, 3, 6, 12, 25, 36, 50, rng.randint(1, 90)]),
                    rng.choice([1, 1, 1, 2, 3, rng.randint(1, 13)]), unit)
        if loan.n * loan.every > 1000 * PER_YEAR[unit]:
            continue
        digits, rate = rng.randint(0, 12), some_rate(rng)
        args = [umi, "rate", "convert", "--" + kind, rate, "--per", per,
                "--periods", str(loan.n), "--every", str(loan.every),
                "--unit", unit, "--digits", str(digits), "--json"]
        run = subprocess.run(args, capture_output=True, text=True)
        asked = (kind, rate, per)
        if run.returncode == 0:
            why = wrong(loan, asked, json.loads(run.stdout), digits)
        else:
            refused += 1
            why = None if run.returncode == 2 and refusable(loan, asked) \
                else "refused: " + run.stderr.strip()
        if why:
            bad += 1
            print(" ".join(args[1:]), "\n  ", why)
    print("seed %d, %d conversions, %d refused, %d wrong"
          % (seed, count, refused, bad))
    return bad > 0


sys.exit(main())
