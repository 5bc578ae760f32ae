#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads workbooks and PDFs of `umi report` knowing nothing of how they were
written, and compares what they say with the JSON and HTML of the same report.

    read_report.py agree UMI REPORT [OPTION...]   every figure is the same
    read_report.py cells XLSX                     kind and content of each cell
    read_report.py lines PDF                      page, place, and of numbers
                                                  the right edge, of each text
"""
import collections
import datetime
import html.parser
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as tree
import zipfile
import zlib
from decimal import Decimal as D

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
      "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
      "p": "http://schemas.openxmlformats.org/package/2006/relationships"}
# columns whose texts may look like numbers
TEXTS = {"account", "cash", "loan", "reference", "statement_number", "text", "name", "by", "branch", "group", "officer",
         "bucket", "days"}
MONEY = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def run(umi, *args):
    return subprocess.run([umi, *args], check=True, stdout=subprocess.PIPE).stdout


# --- workbooks ---------------------------------------------------------------

def unescape(text):
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def column(ref):
    n = 0
    for c in re.match("[A-Z]+", ref)[0]:
        n = n * 26 + ord(c) - 64
    return n - 1


def cell(c, formats):
    assert c.find("m:f", NS) is None, "a formula"
    if c.get("t") == "inlineStr":
        return "text", unescape("".join(t.text or "" for t in c.findall("m:is/m:t", NS)))
    value = c.find("m:v", NS)
    if value is None:
        return "none", None
    assert c.get("t") is None, c.get("t")
    form = formats[int(c.get("s"))]
    if "yy" in form:
        day = int(value.text)
        return "date", str(datetime.date(1899, 12, 30 if day > 59 else 31) + datetime.timedelta(day))
    return "money" if "Rp" in form else "number", D(value.text)


class Sheet:
    def __init__(self, name, root, formats):
        self.name, self.rows = name, {}
        pane = root.find(".//m:pane", NS)
        self.head = int(pane.get("ySplit")) if pane is not None else None
        self.widths = {int(c.get("min")) - 1: int(c.get("width")) for c in root.findall(".//m:col", NS)}
        last = 0
        for row in root.findall(".//m:row", NS):
            at = int(row.get("r"))
            assert at > last, "rows out of order"
            last, cells, before = at, {}, -1
            for c in row.findall("m:c", NS):
                assert int(re.search("[0-9]+", c.get("r"))[0]) == at and column(c.get("r")) > before
                before = column(c.get("r"))
                cells[before] = cell(c, formats)
            self.rows[at] = cells

    def table(self):
        """Headings, and the rows up to the blank one."""
        n, rows = self.head + 1, []
        while n in self.rows:
            rows.append(self.rows[n])
            n += 1
        return [self.rows[self.head][i][1] for i in sorted(self.rows[self.head])], rows


def workbook(data):
    z = zipfile.ZipFile(io.BytesIO(data))
    assert z.testzip() is None
    parts = {name: tree.fromstring(z.read(name)) for name in z.namelist()}
    assert all(i.date_time == (1980, 1, 1, 0, 0, 0) for i in z.infolist())
    for override in parts["[Content_Types].xml"].findall("{*}Override"):
        assert override.get("PartName")[1:] in parts
    styles = parts["xl/styles.xml"]
    own = {int(f.get("numFmtId")): f.get("formatCode") for f in styles.findall("m:numFmts/m:numFmt", NS)}
    formats = [own.get(int(x.get("numFmtId")), "") for x in styles.findall("m:cellXfs/m:xf", NS)]
    targets = {r.get("Id"): "xl/" + r.get("Target")
               for r in parts["xl/_rels/workbook.xml.rels"].findall("p:Relationship", NS)}
    sheets = [Sheet(s.get("name"), parts[targets[s.get("{%s}id" % NS["r"])]], formats)
              for s in parts["xl/workbook.xml"].findall("m:sheets/m:sheet", NS)]
    assert len({s.name.lower() for s in sheets}) == len(sheets)
    assert all(0 < len(s.name) <= 31 and not re.search(r"[][:*?/\\]", s.name) for s in sheets)
    return sheets, parts["docProps/core.xml"].findtext("{*}created")


# --- PDF ---------------------------------------------------------------------

def pdf_text(raw):
    def one(m):
        s = m[1]
        return bytes([int(s, 8)]) if s[:1].isdigit() else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(s, s)
    return re.sub(rb"\\([0-7]{1,3}|.)", one, raw, flags=re.S).decode("cp1252")


def pages(data):
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    found = []
    for m in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        body = zlib.decompressobj().decompress(m[1])
        texts = []
        for t in re.finditer(rb"BT\s(.*?)\sET", body, re.S):
            shown = re.search(rb"\((.*)\) Tj", t[1], re.S)
            place = re.search(rb"([-0-9.]+) ([-0-9.]+) Td", t[1])
            size = int(re.search(rb"([0-9]+) Tf", t[1])[1])
            texts.append((float(place[1]), float(place[2]), pdf_text(shown[1]), size))
        found.append(texts)
    assert len(found) == len(re.findall(rb"/Type\s*/Page\b(?!s)", data))
    return found


def edge(x, text, size):
    """Where a number ends: all digits of Helvetica are equally wide."""
    if not re.fullmatch(r"-?[0-9.]+(,[0-9]{2})?", text):
        return "-"
    return round(x + size * sum({".": 278, ",": 278, "-": 333}.get(c, 556) for c in text) / 1000, 1)


# --- the same figures --------------------------------------------------------

def flat(v, key=""):
    if isinstance(v, (dict, list)):
        for k, x in v.items() if isinstance(v, dict) else enumerate(v):
            yield from flat(x, f"{key}.{k}" if key else str(k))
    else:
        yield key, v


class Cells(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.texts, self.inside = [], False

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            self.inside, text = True, self.texts.append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data


def same(key, want, got, other):
    kind, value = got
    if want is None:
        assert kind == "none", (key, got)
    elif isinstance(want, bool) or key.split(".")[-1] in TEXTS:
        assert kind == "text" and str(want) in (value, other[1]), (key, want, got)
    elif isinstance(want, int):
        assert got == ("number", D(want)), (key, want, got)
    elif DATE.fullmatch(want):
        assert got == ("date", want), (key, want, got)
    elif MONEY.fullmatch(want):
        if len(want.lstrip("-").replace(".", "")) > 15:
            digits = value.replace(".", "").replace(",", ".") if kind == "text" else "a number"
            assert digits == want or D(digits) == D(want), (key, want, got)
        else:
            assert got == ("money", D(want)), (key, want, got)
    else:
        assert kind == "text" and want in (value, other[1]), (key, want, got, other)


def sheets_agree(report, book, english):
    tables = [v for v in report.values() if isinstance(v, list)]
    assert len(tables) == len(book) == len(english)
    figures = 0
    for want, sheet, other in zip(tables, book, english):
        heads, rows = sheet.table()
        others = other.table()[1]
        assert len(rows) - len(want) in (0, 1), "rows, and perhaps their sum"
        for w, row, o in zip(want, rows, others):
            leaves = list(flat(w))
            assert len(leaves) == len(heads), (leaves, heads)
            for i, (key, value) in enumerate(leaves):
                same(key, value, row.get(i, ("none", None)), o.get(i, ("none", None)))
                figures += row.get(i, ("none",))[0] in ("money", "number", "date")
        for c, width in sheet.widths.items():
            longest = max([len(str(r[c][1])) for r in rows if c in r], default=0)
            assert width >= min(longest, 60), (sheet.name, c, width)
    top = {v[1] for s in book for n, r in s.rows.items() for v in r.values()}
    for key, value in report.items():
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            found = D(value) if MONEY.fullmatch(str(value)) else value
            if isinstance(found, D) and abs(found) >= 10**15:
                found = f"{found:,}".replace(",", ".")
            assert found in top, (key, value)
    return figures


def pdf_agrees(texts, page):
    shown = collections.Counter(t for one in texts for _, _, t, _ in one)
    wanted = Cells()
    wanted.feed(page)
    cells = collections.Counter(t.encode("cp1252", "replace").decode("cp1252") for t in wanted.texts if t)
    words = " ".join(t for one in texts for _, _, t, _ in one)
    for text, n in cells.items():
        if re.search("[0-9]", text) and " " not in text:
            assert shown[text] >= n, (text, n, shown[text])
        else:
            assert all(w in words for w in text.split()), text
    for k, one in enumerate(texts, 1):
        assert f"halaman {k} dari {len(texts)}" in [t for _, _, t, _ in one], "the number of the page"
    return sum(cells.values())


def agree(umi, report, *options):
    def out(form, lang="id"):
        return run(umi, "--lang", lang, "report", report, *options, "--format", form)
    data = json.loads(out("json"))
    first, second = out("xlsx"), out("xlsx")
    assert first == second, "the bytes of two workbooks differ"
    book, made = workbook(first)
    as_of = next(v for v in data.values() if isinstance(v, str) and DATE.fullmatch(v))
    assert made == as_of + "T00:00:00Z", made
    figures = sheets_agree(data, book, workbook(out("xlsx", "en"))[0])
    paper, again = out("pdf"), out("pdf")
    assert paper == again, "the bytes of two PDFs differ"
    assert b"/CreationDate (D:%s" % as_of.replace("-", "").encode() in paper
    texts = pdf_agrees(pages(paper), out("html").decode())
    print(f"{report}: {figures} figures in {len(book)} sheets, {texts} texts on paper")


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "agree":
        agree(*rest)
    elif what == "cells":
        for s in workbook(open(rest[0], "rb").read())[0]:
            for n, row in s.rows.items():
                for c, (kind, value) in row.items():
                    print(s.name, n, c, kind, repr(value) if kind == "text" else value)
    elif what == "lines":
        for k, texts in enumerate(pages(open(rest[0], "rb").read()), 1):
            for x, y, t, size in texts:
                print(k, x, y, edge(x, t, size), t)
