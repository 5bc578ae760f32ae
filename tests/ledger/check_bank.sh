#!/bin/sh
# SPDX-License-Identifier: MIT
# umi bank parse from outside: golden output, exit codes, both languages.
: "${BUILD:=build}"
umi=$BUILD/umi
vectors=tests/vectors/bank
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0
ok() {
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1)); echo "FAILED: $1: expected '$2', got '$3'"; fi
}
exits() {
    expected=$1; shift
    "$umi" "$@" >"$tmp/out" 2>"$tmp/err"
    ok "exit of umi $*" "$expected" $?
}
golden() {
    "$umi" --lang en bank parse "$vectors/$1" $3 >"$tmp/out" 2>/dev/null
    ok "golden $1" same "$(cmp -s "$tmp/out" "$vectors/golden/$1.$2" && echo same)"
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
ok "a refusal prints nothing" "" "$(cat "$tmp/out")"
exits 2 bank parse $vectors/SYN_csv_bca_bisnis.csv --format mt940
exits 2 bank parse $vectors/SYN_csv_bca_bisnis.csv --format ofx
exits 2 bank parse "$tmp/missing"
exits 2 bank parse
exits 0 bank parse --help
exits 2 bank parse $vectors/SYN_csv_bca_bisnis.csv --acc 7

printf '<a>\n<b>&c;</b></a>' >"$tmp/bad.xml"
"$umi" --lang en bank parse "$tmp/bad.xml" 2>"$tmp/err"
ok "XML errors say where" "$tmp/bad.xml:2:4: XML: malformed XML: undefined entity" \
    "$(cat "$tmp/err")"
"$umi" bank parse - --account 42 --json <$vectors/SYN_csv_bni_direct.csv |
    grep -q '"account":"42"'
ok "standard input and --account" 0 $?
"$umi" --lang id bank parse $vectors/SYN_mt940_id_mandiri_guideline.txt \
    >"$tmp/id" 2>&1
grep -q '3.152.600' "$tmp/id"
ok "Indonesian grouping" 0 $?
grep -q 'saldo awal' "$tmp/id"
ok "Indonesian words" 0 $?
"$umi" --lang id bank parse $vectors/SYN_mt940_id_mandiri_guideline.txt --json |
    grep -q '"code":"continuity","ok":true'
ok "keys and codes are not translated" 0 $?
"$umi" bank parse $vectors/SYN_csv_bri_cms.csv --json >/dev/full 2>/dev/null
ok "a full disk" 4 $?

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
