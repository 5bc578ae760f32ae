# SPDX-License-Identifier: MIT
"""Compare a trial balance (JSON) with the balances that hledger, ledger and
bean-query found in its exports: one account each, named by its code."""
import csv
import json
import sys
from decimal import Decimal


def amount(text):
    return Decimal(text.replace("IDR", "").strip())


def by_code(pairs):
    out = {}
    for name, value in pairs:
        code = name.split(":")[1].split("-")[0]
        if code in out:
            sys.exit(f"two accounts for {code}: {name}")
        out[code] = value
    return {k: v for k, v in out.items() if v != 0}


trial, hledger, ledger, bean = sys.argv[1:5]
with open(trial) as f:
    want = {a["account"]: Decimal(a["balance"])
            for a in json.load(f)["accounts"] if Decimal(a["balance"]) != 0}
with open(hledger) as f:
    found = {"hledger": by_code((r["account"], amount(r["balance"]))
                                for r in csv.DictReader(f))}
with open(ledger) as f:
    found["ledger"] = by_code((a, amount(b)) for a, b in
                              (line.rstrip("\n").split("\t") for line in f))
with open(bean) as f:
    found["beancount"] = by_code((r["account"].strip(), amount(r["balance"]))
                                 for r in csv.DictReader(f))
for program, got in found.items():
    if got != want:
        sys.exit(f"{program}: {got}\ntrial balance: {want}")
