#!/bin/sh
# The demo runs whole, in both languages, and its book is believed by three
# accounting programs that know nothing of us.
: "${BUILD:=build}"
. "$(dirname "$0")/../support/claim.sh"
mkdir "$tmp/build"
ln -s "$(realpath "$BUILD")/umi" "$tmp/build/umi"
for lang in en id; do
    DEMO_LANG=$lang BUILD=$tmp/build sh tests/demo/demo.sh >"$tmp/$lang.txt" 2>&1
    is "the demo in $lang" 0 $?
done
tail -n 40 "$tmp/id.txt" | grep -q . || cat "$tmp/id.txt"
demo=$tmp/build/demo
export UMI_BOOK=$demo/garut.umi
umi=$BUILD/umi

# What the demo is made to show, from its own output.
is "an applicant with two open doors" "MEKAAR UMI KUR_SUPER_MIKRO" \
    "$(awk '/\(P0001\)$/ { on = 1 } on && $1 == "open" { $1 = ""; print substr($0, 2); exit }' "$tmp/en.txt")"
is "is led to one" "chosen MEKAAR" "$(awk '/\(P0001\)$/ { on = 1 } on && $1 == "chosen" { print $1, $2; exit }' "$tmp/en.txt")"
is "for the reason of a row" 2 "$(grep -c '^because    target && female && subgroup_size >= param.mekaar_sub_min (eligibility.yaml:[0-9]*)$' "$tmp/en.txt")"
is "one is asked for documents" "SIKP SLIK" \
    "$(awk '$1 == "application" { id = $2 } id == "P0080" && /^document/ { printf "%s%s", sep, $NF; sep = " " }' "$tmp/en.txt")"
is "two are told how it would open" "P0076 20,000,000 P0096 6" \
    "$(awk '$1 == "application" { id = $2 } /-> / && (id == "P0076" || id == "P0096") && !seen[id]++ { printf "%s%s %s", sep, id, $NF; sep = " " }' "$tmp/en.txt")"
is "a rule change opens one door" "    UMI blocked -> eligible -AM01" \
    "$(grep -A1 '^. P0076: not_eligible -> eligible UMI$' "$tmp/en.txt" | tail -n 1)"
is "and concerns nine" "117 applications, 9 change, 0 cannot be read" "$(grep '^117 applications' "$tmp/en.txt")"
is "each with the facts of its decision" 117 "$(grep -c '"birth_date":"' "$demo/applicants.jsonl")"
is "transfers that came back" "transfers returned 2" \
    "$(awk '/^transfers returned/ { print $1, $2, $3 }' "$tmp/en.txt")"
is "and are paid out again" 2 "$(grep -c '^   . umi --user budi disburse P.* --date 2026-09-04' "$tmp/en.txt")"
is "so no loan waits for its money" 0 "$("$umi" application list --json | grep -c '"state":"booked"')"
is "one line was sent twice" 1 "$(grep -c '^   repay-3.csv 2026-09-24 *57 *3,250,000 *1 *0$' "$tmp/en.txt")"
is "one loan is unknown" 1 "$(grep -c '^   repay-6.csv 2026-10-15 *55 *3,150,000 *0 *1$' "$tmp/en.txt")"
payer=$(awk -F, '$4 == 2600000 { print $2 }' "$demo/repay-5.csv")
is "overpaid" 300000 "$("$umi" loan show "$payer" --json | sed -n 's/.*"overpaid":"\([0-9]*\)","days.*/\1/p')"
is "the book verifies" 0 "$("$umi" verify --full >/dev/null; echo $?)"

# Each account, as four programs have it.
"$umi" report trial-balance --format json | sed 's/},{/}\n{/g' |
    sed -n 's/.*"account":"\([^"]*\)".*"balance":"\([^"]*\)".*/\1 \2/p' |
    awk '$2 != 0 { printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/ours"
is "accounts with a balance" yes "$([ "$(wc -l <"$tmp/ours")" -gt 15 ] && echo yes)"
for format in hledger ledger beancount; do
    "$umi" export journal --format $format >"$tmp/journal.$format"
done
code='s/.*[:-]\([0-9][0-9][0-9][0-9]\)-.*/\1/'
hledger -f "$tmp/journal.hledger" check
is "hledger check" 0 $?
hledger -f "$tmp/journal.hledger" balance --flat -N -O csv |
    sed 1d | tr -d '"' | awk -F, '{ split($2, a, " "); print $1, a[1] }' |
    while read -r name value; do echo "$(echo "$name" | sed "$code") $value"; done |
    awk '{ printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/hledger"
is "hledger's balances" "$(cat "$tmp/ours")" "$(cat "$tmp/hledger")"
ledger --strict -f "$tmp/journal.ledger" balance --flat --no-total \
    --balance-format '%(account) %(quantity(scrub(display_total)))\n' 2>"$tmp/warnings" |
    while read -r name value; do echo "$(echo "$name" | sed "$code") $value"; done |
    awk '{ printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/ledger"
is "ledger's warnings" "" "$(cat "$tmp/warnings")"
is "ledger's balances" "$(cat "$tmp/ours")" "$(cat "$tmp/ledger")"
bean-check "$tmp/journal.beancount"
is "bean-check" 0 $?
bean-query -q -f csv "$tmp/journal.beancount" 'SELECT account, number(only("IDR", sum(position))) GROUP BY account' |
    tr -d '\r' | sed 1d | awk -F, '$2 + 0 != 0 { print $1, $2 }' |
    while read -r name value; do echo "$(echo "$name" | sed "$code") $value"; done |
    awk '{ printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/beancount"
is "beancount's balances" "$(cat "$tmp/ours")" "$(cat "$tmp/beancount")"
tally
