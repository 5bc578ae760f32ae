#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi export journal`, `umi report`, `umi day close` on books made by the
# commands themselves: hledger, ledger and beancount accept the exports and
# find the balances that the trial balance says.
umi=$(realpath "${BUILD:-build}/umi")
here=$(realpath "$(dirname "$0")")
. "$(dirname "$0")/../support/claim.sh"
cd "$tmp" || exit 1
exits() { # exits CODE COMMAND...
    want=$1
    shift
    "$@" >/dev/null 2>err.txt </dev/null
    got=$?
    [ $got -eq "$want" ] || { echo "exit $got, not $want: $*"; cat err.txt; false; }
}
clean() { # clean COMMAND...: exits 0 and says nothing on stderr
    "$@" >/dev/null 2>err.txt </dev/null && [ ! -s err.txt ] ||
        { cat err.txt; false; }
}

# --- books ---------------------------------------------------------------------
loans() {
    cat <<EOT
loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,paid_principal,paid_interest,branch
A-1,MEKAAR,Siti,1000000,1,week,flat,10,1,week,2025-01-06,,,
A-2,MEKAAR,Sri,2000000,1,week,flat,10,1,week,2025-01-06,200000,20000,DEPOK
B-1,KUR_MIKRO,Budi,10000000,6,year,annuity,12,1,month,2025-01-15,,,"BOGOR ""1""; x"
C-1,LAINNYA,Tuti,500000,2,month,bullet,3,1,month,2025-01-20,,,DEPOK
EOT
}
payments() {
    cat <<EOT
reference,loan,date,amount,channel
R1,A-1,2025-01-13,110000,LOKET
R2,A-1,2025-01-20,60000.50,AGEN
R3,A-2,2025-01-20,2500000,LOKET
R4,B-1,2025-02-15,860664,VA
R5,B-1,2025-02-16,100,VA
R6,X-9,2025-02-16,100,VA
EOT
}
book() { # book NAME: with loans and payments
    export UMI_BOOK="$1.umi"
    "$umi" init --institution 'Koperasi "Uji"; & <Coba>' 2>/dev/null
    loans >"$1-loans.csv"
    payments >"$1-paid.csv"
    "$umi" loan import "$1-loans.csv" --json >/dev/null
    "$umi" post "$1-paid.csv" --date 2025-02-17 --json >/dev/null 2>&1
}
txn() { # txn LOAN REFERENCE: the number of a posting
    "$umi" loan show "$1" --json |
        python3 -c 'import json, sys
for t in json.load(sys.stdin)["transactions"]:
    if t["reference"] == sys.argv[1]: print(t["txn"])' "$2"
}

export UMI_BOOK=empty.umi
"$umi" init --institution Kosong 2>/dev/null
book plain
book busy
"$umi" reverse "$(txn A-1 R2)" --date 2025-02-17 >/dev/null
"$umi" day close --date 2025-02-17 >/dev/null
"$umi" reverse "$(txn A-2 R3)" >/dev/null
printf 'reference,loan,date,amount,channel\nS1,C-1,2025-02-18,900000,LOKET\n' >late.csv
"$umi" post late.csv --json >/dev/null
"$umi" day close --date 2025-02-18 --through 2025-06-30 >/dev/null

# --- the same balances everywhere ------------------------------------------------
same() { # same BOOK
    python3 "$here/../support/compare_journals.py" "$1.json" \
        "$1.hledger.csv" "$1.ledger.txt" "$1.bean.csv"
}
for bl in empty/gl plain/gl busy/gl plain/loan busy/loan; do
    level=${bl#*/} b=${bl%/*}-${bl#*/}
    export UMI_BOOK=${bl%/*}.umi
    for f in hledger ledger beancount; do
        claim "$b: $f is exported" clean "$umi" export journal --format $f --level $level
        "$umi" export journal --format $f --level $level >$b.$f
    done
    "$umi" report trial-balance --format json >$b.json
    claim "$b: hledger check" clean hledger check -f $b.hledger
    claim "$b: hledger check -s" clean hledger check -s -f $b.hledger
    claim "$b: ledger --strict" clean ledger --strict -f $b.ledger bal
    claim "$b: ledger --pedantic" clean ledger --pedantic -f $b.ledger bal
    claim "$b: bean-check" clean bean-check $b.beancount
    hledger -f $b.hledger bal --flat -N -O csv >$b.hledger.csv
    ledger -f $b.ledger bal --flat --no-total \
        --balance-format '%(account)\t%(quantity(scrub(display_total)))\n' \
        >$b.ledger.txt
    bean-query -f csv $b.beancount \
        'SELECT account, sum(number) AS balance GROUP BY account' >$b.bean.csv
    claim "$b: every account has one balance" same $b
    claim "$b: verify --full" exits 0 "$umi" verify --full
done

# --- reports ------------------------------------------------------------------------
export UMI_BOOK=busy.umi
roles() {
    "$umi" report trial-balance --format json >t.json
    "$umi" report portfolio --format json >p.json
    for l in A-1 A-2 B-1 C-1; do "$umi" loan show $l --json; done >l.json
    python3 - <<'EOT'
import json
from decimal import Decimal as D
t, p = json.load(open("t.json")), json.load(open("p.json"))
loans = [json.loads(line) for line in open("l.json")]
role = lambda r: sum(D(a["balance"]) for a in t["accounts"] if a["role"] == r)
owed = sum(D(l["outstanding"]["principal"]) for l in loans)
assert role("principal") == owed, (role("principal"), owed)
assert -role("overpaid") == sum(D(l["overpaid"]) for l in loans)
assert t["total_debit"] == t["total_credit"]
assert sum(D(a["balance"]) for a in t["accounts"]) == 0
assert sum(D(r["outstanding"]["principal"]) for r in p["rows"]) == owed
for r in p["rows"]:
    assert set(r) == {"product", "count", "disbursed", "outstanding", "buckets"}
    assert sum(b["count"] for b in r["buckets"]) == r["count"]
    assert sum(D(b["principal"]) for b in r["buckets"]) == D(r["outstanding"]["principal"])
    assert r["buckets"][0]["from"] == 0 and r["buckets"][-1]["to"] is None
    for a, b in zip(r["buckets"], r["buckets"][1:]):
        assert b["from"] == a["to"] + 1
EOT
}
claim "ledger, portfolio and loans agree" roles
formats() { # every format of a report has its figures
    for r in trial-balance portfolio arrears day-close; do
        for f in text json csv html; do
            "$umi" report $r --format $f >out.$f || return 1
        done
        python3 - <<'EOT' || { echo "$r"; return 1; }
import csv, json, re
j = json.load(open("out.json"))
rows = list(csv.DictReader(open("out.csv")))
first = next(v for v in j.values() if isinstance(v, list))
assert len(rows) == len(first)
flat = lambda v, k="": ({k: v} if not isinstance(v, (dict, list)) else
    {a: b for n, x in (v.items() if isinstance(v, dict) else enumerate(v))
     for a, b in flat(x, f"{k}.{n}" if k else str(n)).items()})
text, html = open("out.text").read(), open("out.html").read()
for a, b in zip(first, rows):
    a = {k: "" if v is None else str(v) for k, v in flat(a).items()}
    assert a == b, (a, b)
digits = lambda s: re.sub(r"[^0-9]", "", s)
for a in first:
    for k, v in flat(a).items():
        if k.endswith("principal") or k in ("debit", "balance", "earned"):
            assert digits(v) in digits(text) and digits(v) in digits(html), (k, v)
EOT
    done
}
claim "every format says the same" formats
claim "html is escaped" grep -q 'Koperasi &quot;Uji&quot;; &amp; &lt;Coba&gt;' out.html
listed() {
    for r in trial-balance portfolio arrears day-close; do
        "$umi" report --list | grep -q "^$r " || return 1
    done
}
claim "--list names them" listed
id_en() {
    "$umi" --lang id report trial-balance | grep -q 'Kelebihan bayar nasabah' &&
        "$umi" --lang en report trial-balance | grep -q 'Overpaid by borrowers' &&
        [ "$("$umi" --lang id report trial-balance --format json)" = \
            "$("$umi" --lang en report trial-balance --format json)" ]
}
claim "names are translated for people, never for programs" id_en
claim "--as-of is taken" exits 0 "$umi" report portfolio --as-of 2025-02-01
claim "an unknown report exits 2" exits 2 "$umi" report profit
claim "an unknown format exits 2" exits 2 "$umi" report arrears --format ods
claim "a wrong date exits 2" exits 2 "$umi" report arrears --as-of 2025-02-30
claim "no report exits 2" exits 2 "$umi" report
claim "a day that is open has no close" exits 2 "$umi" report day-close --as-of 2025-07-01

# --- days ----------------------------------------------------------------------------
claim "a closed day exits 3" exits 3 "$umi" day close --date 2025-06-30
claim "a later day exits 3" exits 3 "$umi" day close --date 2025-07-02
claim "the same file again exits 0, closed or not" exits 0 "$umi" post busy-paid.csv --date 2025-02-17
printf 'reference,loan,date,amount,channel\nS2,A-1,2025-06-30,1000,LOKET\n' >closed.csv
claim "a new file for a closed day exits 3" exits 3 "$umi" post closed.csv --date 2025-06-30
claim "a value date that is closed is no booking date" exits 0 "$umi" post closed.csv --json
claim "--through before --date exits 2" exits 2 "$umi" day close --date 2025-07-01 --through 2025-06-30
claim "the business date can be closed" exits 0 "$umi" day close --date 2025-07-01 --json
claim "--date is needed" exits 2 "$umi" day close

# --- exports -------------------------------------------------------------------------
claim "no format exits 2" exits 2 "$umi" export journal
claim "an unknown format exits 2" exits 2 "$umi" export journal --format gnucash
claim "an unknown level exits 2" exits 2 "$umi" export journal --format ledger --level branch
postings() { # one transaction a posting, and what the closes wrote
    "$umi" export journal --format hledger --level loan >l.hledger
    "$umi" export journal --format csv --level loan >l.csv
    n=$(grep -c '^20.*\* \(import\|repayment\|reversal\|reallocation\) ' l.hledger)
    [ "$n" -gt 9 ] && [ "$n" -eq $(($(wc -l <l.csv) - 1)) ] && grep -q '^2025-06-30 \* batch' l.hledger
}
claim "a posting is a transaction" postings
claim "a missing book exits 4" exits 4 "$umi" --book none.umi export journal --format csv
again() { # the same lines in another book of the same acts
    UMI_BOOK=plain.umi "$umi" export journal --format csv --level loan >one.csv
    (book again)
    UMI_BOOK=again.umi "$umi" export journal --format csv --level loan >two.csv
    [ "$(wc -l <one.csv)" -gt 8 ] && cmp one.csv two.csv
}
claim "the postings of loans hold nothing of their book" again
period() {
    "$umi" export journal --format csv --level loan --from 2025-02-01 --to 2025-02-28 |
        awk -F, 'NR > 1 { n++; if ($4 !~ /^2025-02-/) bad = 1 } END { exit bad || n == 0 }'
}
claim "--from and --to cut a period" period

tally
