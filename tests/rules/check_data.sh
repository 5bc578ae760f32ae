#!/bin/sh
# SPDX-License-Identifier: MIT
# The data through the command line: calendars by name, another folder of
# rules, and what is said of one that is wrong.
umi=$BUILD/umi
. "$(dirname "$0")/../support/claim.sh"
unset UMI_RULES
LC_ALL=C
export LC_ALL

loan='{"id":"a","principal":"300","periods":3,"rate":"0","method":"flat",'
due() { sed 's/"n"/\n&/g' | sed -n 's/.*"due":"\([0-9-]*\)".*/\1/p' | xargs; }

out=$(echo "$loan\"disbursed\":\"2026-01-24\",\"calendar\":\"indonesia\",\"shift\":\"following\"}" |
    $umi quote --jsonl | due)
is "due dates move over Eid and its leave" "2026-02-24 2026-03-25 2026-04-24" "$out"
out=$(echo "$loan\"disbursed\":\"2026-01-24\",\"calendar\":\"mars\",\"shift\":\"following\"}" |
    $umi quote --jsonl | sed 's/.*"field":"\([a-z]*\)".*/\1/')
is "an unknown calendar is refused" calendar "$out"
out=$(echo "{\"id\":\"a\",\"terms\":$loan\"disbursed\":\"2026-01-24\",\"calendar\":\"indonesia\",\"shift\":\"preceding\"}}" |
    $umi life --jsonl | due)
is "umi life knows the same calendars" "2026-02-24 2026-03-17 2026-04-24" "$out"

$umi --lang en rules data >"$tmp/out" 2>"$tmp/err"
is "the shipped data is in order" 0 $?
is "and silent about it" "" "$(cat "$tmp/err")"
is "and says what it is" "in order:" "$(cut -c1-9 "$tmp/out")"
$umi rules data rules/data >/dev/null
is "a folder of it, too" 0 $?

cp -r rules/data "$tmp/rules"
sed -i 's/name: indonesia/name: mars/' "$tmp/rules/calendar/indonesia.yaml"
out=$(echo "$loan\"disbursed\":\"2026-01-24\",\"calendar\":\"mars\",\"shift\":\"following\"}" |
    UMI_RULES=$tmp/rules $umi quote --jsonl | due)
is "UMI_RULES names the rules to work by" "2026-02-24 2026-03-25 2026-04-24" "$out"

sed -i "s/percent: '7', legal: PERMENKO-11/percent: 7, legal: PERMENKO-11/" "$tmp/rules/product/kur.yaml"
echo "accounts: {" >"$tmp/rules/chart.yaml"
$umi --lang en rules data "$tmp/rules" >"$tmp/out" 2>"$tmp/err"
is "wrong data exits 2" 2 $?
is "with nothing on stdout" "" "$(cat "$tmp/out")"
is "and every problem of every file" 5 "$(grep -c "^$tmp/rules/[a-z/]*.yaml:[0-9]*:[0-9]*: Y[0-9]*: " "$tmp/err")"
out=$(grep KUR_MIKRO "$tmp/err" | sed "s|$tmp/||")
line=$(grep -n 'percent: 7,' "$tmp/rules/product/kur.yaml" | head -n 1 | cut -d: -f1)
is "with its place and path" \
    "rules/product/kur.yaml:$line:39: Y210: products.KUR_MIKRO.rates.1.percent: must stand in quotes, got 7" "$out"
$umi rules data "$tmp/rules" --json >"$tmp/out" 2>"$tmp/err"
is "as JSON, exit 2" 2 $?
is "on stdout alone" "" "$(cat "$tmp/err")"
python3 -c "import json,sys; d=json.load(open(sys.argv[1])); assert len(d)==5 and all(p['severity']=='error' for p in d)" "$tmp/out"
is "and it is JSON" 0 $?

echo '{}' | UMI_RULES=$tmp/rules $umi quote --jsonl >"$tmp/out" 2>"$tmp/err"
is "a command with wrong rules does nothing" "2 " "$? $(cat "$tmp/out")"
is "and says where in one line" 1 "$(grep -c "^$tmp/rules/chart.yaml:2:1: Y101: " "$tmp/err")"
echo '{}' | UMI_RULES=$tmp/none $umi quote --jsonl >/dev/null 2>&1
is "a folder that is not there exits 4" 4 $?
rm -r "$tmp/rules"
cp -r rules/data "$tmp/rules"
sed -i 's/family: UMI/family: UM1/' "$tmp/rules/product/umi.yaml"
$umi rules data "$tmp/rules" >/dev/null 2>"$tmp/err"
is "a family without account is a warning" "0 1" "$? $(grep -c W-FAMILY "$tmp/err")"
$umi rules data "$tmp/rules" --strict >/dev/null 2>&1
is "that --strict refuses" 2 $?

tally
