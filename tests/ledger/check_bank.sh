#!/bin/sh
# SPDX-License-Identifier: MIT
# umi bank parse from outside: golden output, exit codes, both languages.
: "${BUILD:=build}"
umi=$BUILD/umi
vectors=tests/vectors/bank
. "$(dirname "$0")/../support/claim.sh"
exits() {
    expected=$1; shift
    "$umi" "$@" >"$tmp/out" 2>"$tmp/err"
    is "exit of umi $*" "$expected" $?
}
golden() {
    "$umi" --lang en bank parse "$vectors/$1" $3 >"$tmp/out" 2>/dev/null
    is "golden $1" same "$(cmp -s "$tmp/out" "$vectors/golden/$1.$2" && echo same)"
}
for f in "$vectors"/golden/*.json; do
    golden "$(basename "$f" .json)" json --json
done
for f in "$vectors"/golden/*.txt; do
    golden "$(basename "$f" .txt)" txt ""
done

exits 0 bank parse $vectors/SYN_csv_bca_bisnis.csv
exits 0 bank parse $vectors/SYN_csv_bca_bisnis.csv --format bca --json
exits 1 bank parse $vectors/mt940_rs_invalid_utf8.sta --json
exits 1 bank parse $vectors/mt940_wolph_self-provided_mt942.sta
exits 2 bank parse $vectors/pain001_sepaxml_test_00100103.xml --json
is "a refusal prints nothing" "" "$(cat "$tmp/out")"
exits 2 bank parse $vectors/SYN_csv_bca_bisnis.csv --format mt940
exits 2 bank parse $vectors/SYN_csv_bca_bisnis.csv --format ofx
exits 2 bank parse "$tmp/missing"
exits 2 bank parse
exits 0 bank parse --help
exits 2 bank parse $vectors/SYN_csv_bca_bisnis.csv --acc 7

printf '<a>\n<b>&c;</b></a>' >"$tmp/bad.xml"
"$umi" --lang en bank parse "$tmp/bad.xml" 2>"$tmp/err"
is "XML errors say where" "$tmp/bad.xml:2:4: XML: malformed XML: undefined entity" \
    "$(cat "$tmp/err")"
"$umi" bank parse - --account 42 --json <$vectors/SYN_csv_bni_direct.csv |
    grep -q '"account":"42"'
is "standard input and --account" 0 $?
"$umi" --lang id bank parse $vectors/SYN_mt940_id_mandiri_guideline.txt \
    >"$tmp/id" 2>&1
grep -q '3.152.600' "$tmp/id"
is "Indonesian grouping" 0 $?
grep -q 'saldo awal' "$tmp/id"
is "Indonesian words" 0 $?
"$umi" --lang id bank parse $vectors/SYN_mt940_id_mandiri_guideline.txt --json |
    grep -q '"code":"continuity","ok":true'
is "keys and codes are not translated" 0 $?
"$umi" bank parse $vectors/SYN_csv_bri_cms.csv --json >/dev/full 2>/dev/null
is "a full disk" 4 $?

# --- in a book: one file twice, two persons, and an end-to-end match ---------
export UMI_BOOK="$tmp/b.umi"
# the first value of a key in the last output
first() { grep -o "\"$1\":[^,}]*" "$tmp/out" | head -n 1 | cut -d: -f2 | tr -d '"'; }
account=1270009876505
pages=$vectors/SYN_mt940_id_pages.sta
"$umi" init --institution "KSP Contoh" >/dev/null 2>&1
cat >"$tmp/loans.csv" <<EOT
loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed
L1,UMI,SITI AMINAH,1000000,1,week,flat,10,1,week,2026-06-01
L2,UMI,BUDI,2000000,1,week,flat,10,1,week,2026-06-01
EOT
cat >"$tmp/pay.csv" <<EOT
reference,loan,date,amount,channel
UMI2553989336,L1,2026-06-15,887630,VA
UMI1440356332,L2,2026-06-15,477735,VA
UMI2453049383,L2,2026-06-15,254178,VA
EOT
exits 0 loan import "$tmp/loans.csv"
exits 0 bank account add $account --cash 1102 --bank MANDIRI --code OPS
exits 2 bank account add 99 --cash 1201
exits 2 bank account add 99 --code OPS
exits 0 bank account channel VA OPS
exits 2 bank account channel VA NOWHERE
exits 0 bank account list --json
is "accounts are listed" '[{"number":"1270009876505","code":"OPS","bank":"MANDIRI","cash":"1102","format":"auto","channels":["VA"]}]' \
    "$(cat "$tmp/out")"
exits 0 post "$tmp/pay.csv"
exits 2 bank import "$pages"
exits 0 bank import "$pages" --account OPS --json
is "movements come in" 30 "$(first added)"
exits 0 bank import "$pages" --account OPS --json
is "the same file is known" "repeated 0" "$(first state) $(first added)"
# what became of each check, as people say it
checks() { # checks LANG WORD FILE: of its statements, each wording once
    "$umi" --lang "$1" bank import "$3" --account OPS 2>/dev/null | grep "^$2 " | sed "s/^$2 *//" | sort -u
}
is "checks in English" "continuity holds, complete holds, account holds, currency holds, format holds" \
    "$(checks en checks "$pages" | head -n 1)"
is "checks in Indonesian" "continuity sesuai, complete sesuai, account sesuai, currency sesuai, format sesuai" \
    "$(checks id pemeriksaan "$pages" | head -n 1)"
exits 0 bank match --json
is "two payments match, one is a rupiah off" 2 \
    "$(sed 's/.*"repayments":{"n":\([0-9]*\).*/\1/' "$tmp/out")"
is "the rest stays open" 28 "$(first open)"
exits 0 bank match --json
is "matching again finds nothing" 28 "$(first open)"
exits 1 bank exceptions --json
is "a rupiah off is an exception" 1 \
    "$(grep -o '"code":"AMOUNT_DIFF","account"' "$tmp/out" | wc -l | tr -d ' ')"
exits 0 report bank-reconciliation --as-of 2026-06-15 --format json
is "bank and ledger meet" 0 "$(first difference)"
is "the statement's balance" -20573134.56 "$(first statement)"

line=$("$umi" bank exceptions --json | grep -o '"code":"BANK_ONLY","account"[^}]*"amount":"[0-9][^}]*' |
    head -n 1 | grep -o '"line":[0-9]*' | cut -d: -f2)
exits 2 --user ani bank resolve 999 --as unidentified --reason x
exits 2 --user ani bank resolve "$line" --as guess --reason x
exits 2 --user ani bank resolve "$line" --as unidentified
exits 0 --user ani bank resolve "$line" --as unidentified --reason "asking the bank"
exits 3 --user ani bank resolve "$line" --approve
exits 0 --user budi bank resolve "$line" --approve
exits 2 --user budi bank resolve "$line" --approve
exits 0 report bank-reconciliation --as-of 2026-06-15 --format json
is "bank and ledger still meet" 0 "$(first difference)"

fee=$("$umi" bank exceptions --json | grep -o '"line":[0-9]*[^}]*BIAYA ADM"' |
    head -n 1 | grep -o '"line":[0-9]*' | cut -d: -f2)
exits 2 --user ani bank resolve "$fee" --as interest --reason x
exits 0 --user ani bank resolve "$fee" --as fee --reason "monthly charge"
exits 0 --user budi bank resolve "$fee" --approve
exits 0 report trial-balance --format json
grep -q '"account":"5401","name":"Beban administrasi bank","role":"other","debit":"15000"' "$tmp/out"
is "a bank charge is an expense" 0 $?
exits 0 report bank-reconciliation --as-of 2026-06-15 --format json
is "and bank and ledger meet" 0 "$(first difference)"

exits 0 --user ani bank sign --account OPS --json
is "prepared" prepared "$(first state)"
exits 3 --user ani bank sign --account OPS --json
exits 0 --user budi bank sign --account OPS --json
is "reviewed" reviewed "$(first state)"
exits 2 --user budi bank sign --account OPS --json

sed 's/15000,00/15000,01/' "$pages" | sed 's/260615/260616/g' >"$tmp/bad.sta"
exits 1 --user ani bank import "$tmp/bad.sta" --account OPS --json
is "a failing file is kept apart" quarantined "$(first state)"
is "what fails is said" 1 "$(checks en checks "$tmp/bad.sta" | grep -c '^continuity FAILS, complete holds, ')"
is "and in Indonesian" 1 "$(checks id pemeriksaan "$tmp/bad.sta" | grep -c '^continuity TIDAK SESUAI, complete sesuai, ')"
stmt=$("$umi" bank exceptions --json | grep -o '"code":"QUARANTINED","account"[^}]*' |
    head -n 1 | grep -o '"statement":[0-9]*' | cut -d: -f2)
exits 2 --user budi bank resolve "$stmt" --release
exits 3 --user ani bank resolve "$stmt" --release --reason "bank confirms"
exits 0 --user budi bank resolve "$stmt" --release --reason "bank confirms"
exits 2 --user budi bank resolve "$stmt" --release --reason "bank confirms"

exits 0 bank import $vectors/SYN_csv_va_settlement.csv --account 8899 --json
is "an unknown account is added" true "$(first account_added)"
is "virtual accounts explain and do not count" 0 "$(first added)"
"$umi" --lang en bank import $vectors/SYN_csv_va_settlement.csv --account 8899 >"$tmp/out" 2>&1
is "what cannot be known is said" 1 "$(grep -c '^checks *continuity not known, complete holds, ' "$tmp/out")"
exits 2 bank import "$tmp/loans.csv" --account OPS
exits 2 bank sign --account NOWHERE
exits 0 verify --full
for f in json csv html text; do
    exits 0 report bank-reconciliation --format $f
    exits 1 bank exceptions --format $f
done
exits 2 bank exceptions --format ods

tally
