#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads the page of `umi quote --format html` as a person would, knowing
nothing of how it was written, and compares what it says with the JSON of the
same quote.

    read_page.py UMI FILE...
"""
import datetime
import hashlib
import html.parser
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as tree
from fractions import Fraction as F

VOID = {"meta", "br"}
MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(),
    "en": "January February March April May June July August September October November December".split()}
UNITS = {
    "id": "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split(),
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
          "seventeen eighteen nineteen".split()}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15,
          "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}


class Wrong(Exception):
    pass


def claim(holds, *what):
    if not holds:
        raise Wrong(" ".join(str(w) for w in what))


class Balanced(html.parser.HTMLParser):
    """What a reader of HTML sees: tags in pairs, nothing that runs or that is
    fetched."""
    def __init__(self):
        super().__init__()
        self.open, self.doctype, self.style = [], None, ""

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_starttag(self, tag, attrs):
        claim(tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "form"), "a tag", tag)
        for name, value in attrs:
            claim(name in ("class", "id", "lang", "charset", "name", "content", "datetime", "colspan"),
                  "an attribute", name, value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        claim(tag in VOID, "an empty tag", tag)
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        claim(self.open and self.open.pop() == tag, "an end without a beginning:", tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data


def number(text, lang):
    """What stands in figures, grouped by threes."""
    text = text.replace("Rp\u00a0", "").replace("\u00a0%", "")
    point, group = (",", ".") if lang == "id" else (".", ",")
    whole, _, rest = text.partition(point)
    claim(re.fullmatch(r"\d{1,3}(%s\d{3})*" % re.escape(group), whole), "not grouped:", text)
    claim(re.fullmatch(r"\d*", rest) and (rest or point not in text), "no decimals:", text)
    return F(whole.replace(group, "") + ("." + rest if rest else ""))


def below_thousand(words, lang):
    total, last = 0, 0
    for w in words:
        if w in UNITS[lang]:
            last = UNITS[lang].index(w)
            total += last
        elif w in TENS:
            total += TENS[w]
        elif w == "seratus":
            total += 100
        elif w == "belas":
            total += 10
        elif w == "puluh":
            total += last * 9
        elif w in ("ratus", "hundred"):
            total += last * 99
        else:
            raise Wrong("a word that is no number: " + w)
    return total


def said(text, lang):
    """The amount that words say, in rupiah."""
    amount, part, group = F(0), 0, []
    for w in text.replace("-", " ").split():
        if w in SCALES:
            part, group = part + below_thousand(group, lang) * SCALES[w], []
        elif w == "seribu":
            part, group = part + 1000, []
        elif w in ("rupiah", "sen"):
            amount += F(part + below_thousand(group, lang), 1 if w == "rupiah" else 100)
            part, group = 0, []
        elif w != "and":
            group.append(w)
    claim(not group and not part, "words without an end:", text)
    return amount


def day(element, lang, names):
    """A date that people read, which must be the one that machines read."""
    d, month, year = element.text.split("\u00a0")
    claim(month in names, "no month:", element.text)
    iso = "%s-%02d-%02d" % (year, names.index(month) + 1, int(d))
    claim(element.get("datetime") == iso, "two dates:", element.text, element.get("datetime"))
    return iso


def digits(n):
    """A number in base 128, the lowest digit first."""
    return bytes([n & 127 | 128]) + digits(n >> 7) if n > 127 else bytes([n])


def fingerprint(rows):
    """As docs/formulas.md has it: BLAKE2b-256 over the number of rows, then
    each run of rows that say the same."""
    before, runs = 0, []
    for r in rows:
        day = (datetime.date.fromisoformat(r["due"]) - datetime.date(1970, 1, 1)).days
        says = [day - before] + [int(F(r[k]) * 100) for k in ("principal", "interest", "fee")]
        before = day
        if runs and runs[-1][1] == says:
            runs[-1][0] += 1
        else:
            runs.append([1, says])
    data = digits(len(rows))
    for times, says in runs:
        data += digits(times) + b"".join(digits(2 * v if v >= 0 else -2 * v - 1) for v in says)
    return hashlib.blake2b(data, digest_size=32).hexdigest()


class Page:
    def __init__(self, data, lang):
        text = data.decode("utf-8")
        self.lang, self.text = lang, text
        seen = Balanced()
        seen.feed(text)
        seen.close()
        claim(seen.doctype == "DOCTYPE html" and not seen.open, "not whole")
        claim("url(" not in seen.style and "@import" not in seen.style and "://" not in text, "something to fetch")
        claim("size:A4" in seen.style and "table-header-group" in seen.style, "not made for A4")
        self.root = tree.fromstring(text)
        claim(self.root.get("lang") == lang, "another language:", self.root.get("lang"))
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.ids = {}
        for e in self.root.iter():
            if e.get("id"):
                claim(e.get("id") not in self.ids, "twice:", e.get("id"))
                self.ids[e.get("id")] = e

    def figure(self, name):
        return number("".join(self.ids[name].itertext()), self.lang)

    def words(self, name):
        """The words that stand beside a figure: what is set in italics next."""
        after = list(self.parents[self.ids[name]].iter())
        after = after[after.index(self.ids[name]):]
        return said(next(e for e in after if e.tag == "i").text, self.lang)

    def rows(self):
        heads = [h.text for h in self.ids["rows"].iter("th")]
        body = [[c for c in r] for r in self.ids["rows"].find("tbody")]
        foot = [c for c in self.ids["rows"].find("tfoot")[0]]
        return heads, body, foot


HEADS = {"id": {"ke": "n", "jatuh tempo": "due", "hari": "days", "pokok": "principal", "bunga": "interest",
                "biaya": "fee", "angsuran": "total", "sisa pokok": "balance"},
         "en": {"no.": "n", "due": "due", "days": "days", "principal": "principal", "interest": "interest",
                "fees": "fee", "to pay": "total", "balance": "balance"}}


def compare_rows(page, quote):
    heads, body, foot = page.rows()
    keys = [HEADS[page.lang][h] for h in heads]
    briefly = [{"Agustus": "Agu", "Desember": "Des"}.get(m, m[:3]) for m in MONTHS[page.lang]]
    claim(len(body) == len(quote["rows"]), "rows:", len(body))
    claim("fee" in keys or quote["totals"]["fee"] == "0", "fees are not shown")
    for cells, row in zip(body, quote["rows"]):
        claim(len(cells) == len(keys), "cells:", len(cells))
        for key, c in zip(keys, cells):
            got = day(c[0], page.lang, briefly) if key == "due" else c.text
            if key not in ("due", "n", "days"):
                got = number(got, page.lang)
            want = row[key] if key == "due" else str(row[key]) if key in ("n", "days") else F(row[key])
            claim(got == want, "row", row["n"], key, got, "is not", want)
    skip = int(foot[0].get("colspan"))
    for key, c in zip(keys[skip:], foot[1:]):
        if key != "balance":
            claim(number(c.text, page.lang) == F(quote["totals"][key]), "sum of", key, c.text)


def compare(page, quote, given):
    principal, total = F(quote["totals"]["principal"]), F(quote["totals"]["total"])
    want = {"principal": principal, "total": total, "total-again": total, "payout": principal}
    if quote["payment"] is not None:
        want["payment"] = F(quote["payment"])
    claim(quote["payment"] is not None or "payment" not in page.ids, "a level payment that there is not")
    if "withheld" in page.ids:
        want["withheld"] = page.figure("withheld")
        want["payout"] -= want["withheld"]
    for name, amount in want.items():
        claim(page.figure(name) == amount, name, page.figure(name), "is not", amount)
        claim(page.words(name) == amount, name, "in words is", page.words(name))
    for name, key in (("effective", "effective_rate"), ("flat", "flat_rate")):
        claim((name in page.ids) == (quote[key] is not None), name, "is there or not")
        if name in page.ids:
            got = "".join(page.ids[name].itertext()).replace("\u00a0%", "")
            claim(got.replace(",", "." if page.lang == "id" else ",") == quote[key], name, got)
    claim(page.ids["hash"].text == fingerprint(quote["rows"]), "another fingerprint")
    claim('content:"%s"' % page.ids["hash"].text[:16] in page.text, "another fingerprint at the foot")
    flat_month(page, quote, given)
    fees_table(page, quote, given)
    box(page, quote)
    compare_rows(page, quote)


def flat_month(page, quote, given):
    per_year = {"day": 365, "week": 52, "month": 12, "year": 1}[given.get("unit", "month")]
    if given["method"] == "pawn":
        years = F(given.get("term_days", 120), 365)
    else:
        years = F(given["periods"] * given.get("every", 1), per_year)
    rate = F(quote["totals"]["interest"]) / F(quote["totals"]["principal"]) / years / 12 * 100
    got = "".join(page.ids["flat-month"].itertext()).replace("\u00a0%", "").replace(",", ".")
    claim(F(got) == F(int(rate * 10**6 + F(1, 2)), 10**6), "flat a month:", got)


def box(page, quote):
    """What most instalments are, and how many of them."""
    totals = [r["total"] for r in quote["rows"]]
    if len(totals) == 1:
        return claim("times" not in page.ids, "one instalment several times")
    usual = max(set(totals), key=totals.count)
    times = totals.count(usual)
    big = [e.text for e in page.parents[page.ids["times"]] if e.get("class") == "big"]
    varied = 2 * times <= len(totals)
    if not varied:
        claim(number(big[0], page.lang) == F(usual), "most instalments are", usual, "not", big)
    else:
        claim(not re.search(r"\d", big[0]), "no instalment is the usual one:", big)
        times = len(totals)
    claim(page.ids["times"].text.split()[0] == str(times), times, "times, not", page.ids["times"].text)
    notes = [e.text for e in page.parents[page.ids["times"]]]
    for i, name in ((0, {"id": "yang pertama ", "en": "the first "}), (-1, {"id": "yang terakhir ", "en": "the last "})):
        told = [n for n in notes if n and n.startswith(name[page.lang])]
        claim(bool(told) == (varied or totals[i] != usual), "told or not:", name)
        claim(not told or number(told[0][len(name[page.lang]):], page.lang) == F(totals[i]), told)


def fees_table(page, quote, given):
    """Each fee is named with its amount, and they add up to what is withheld
    and to the fees of all rows."""
    fees = given.get("fees", [])
    lines = [list(r) for t in page.root.iter("table") if t.get("class") == "fees" for r in t]
    claim(len(lines) == len(fees), "fees:", len(lines))
    withheld = in_rows = 0
    for cells, fee in zip(lines, fees):
        amount = number(cells[-1].text, page.lang)
        claim(cells[0].find("bdi").text == fee["code"], "a fee called", cells[0].find("bdi").text)
        claim("amount" not in fee or amount == F(fee["amount"]), "fee", fee["code"], amount)
        if fee["due"] == "disbursement":
            withheld += amount
        else:
            in_rows += amount * (len(quote["rows"]) if fee["due"] == "each" else 1)
    claim(in_rows == F(quote["totals"]["fee"]), "fees of rows:", in_rows)
    claim(withheld == (page.figure("withheld") if "withheld" in page.ids else 0), "withheld:", withheld)


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    claim(done.returncode == 0, " ".join(command), done.stderr.decode("utf-8", "replace"))
    return done.stdout


def flags_of(given):
    out = []
    for key, value in given.items():
        if isinstance(value, bool):
            value = str(value).lower()
        out += ["--" + key.replace("_", "-"), value if isinstance(value, str) else json.dumps(value)]
    return out


def check(umi, given):
    flags = flags_of(given)
    quote = json.loads(run([umi, "quote", "--json"] + flags))
    for lang in ("id", "en"):
        data = run([umi, "--lang", lang, "quote", "--format", "html"] + flags)
        try:
            compare(Page(data, lang), quote, given)
        except (Wrong, tree.ParseError) as e:
            print("failed: %s, %s: %s" % (given.get("id"), lang, e))
            print("   ", " ".join(flags))
            return False
    return True


def cases(names):
    for name in names:
        with open(name, encoding="utf-8") as f:
            for line in f:
                yield json.loads(line)["input"]


def main():
    umi, names = sys.argv[1], sys.argv[2:]
    good = all_of = 0
    kinds = set()
    for given in cases(names):
        all_of += 1
        good += check(umi, given)
        kinds.add(given["method"])
    print("%d pages in two languages, %d wrong; %s" % (all_of, all_of - good, " ".join(sorted(kinds))))
    sys.exit(good != all_of or len(kinds) < 6)


if __name__ == "__main__":
    main()
