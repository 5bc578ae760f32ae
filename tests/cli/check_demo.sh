#!/bin/sh
# The demo runs whole, in both languages, and its book is believed by three
# accounting programs that know nothing of us.
: "${BUILD:=build}"
passed=0 failed=0
expect() { # expect TEXT WANTED GOT
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s: wanted %s, got %s\n' "$1" "$2" "$3"
    fi
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/build"
ln -s "$(realpath "$BUILD")/umi" "$tmp/build/umi"
for lang in en id; do
    DEMO_LANG=$lang BUILD=$tmp/build sh tests/demo/demo.sh >"$tmp/$lang.txt" 2>&1
    expect "the demo in $lang" 0 $?
done
tail -n 40 "$tmp/id.txt" | grep -q . || cat "$tmp/id.txt"
demo=$tmp/build/demo
export UMI_BOOK=$demo/garut.umi
umi=$BUILD/umi

# What the demo is made to show, from its own output.
expect "transfers that came back" "transfers returned 2" \
    "$(awk '/^transfers returned/ { print $1, $2, $3 }' "$tmp/en.txt")"
expect "and are paid out again" 2 "$(grep -c '^   . umi --user budi disburse P.* --date 2026-09-04' "$tmp/en.txt")"
expect "so no loan waits for its money" 0 "$("$umi" application list --json | grep -c '"state":"booked"')"
expect "one line was sent twice" 1 "$(grep -c '^   repay-3.csv 2026-09-24 *57 *3,250,000 *1 *0$' "$tmp/en.txt")"
expect "one loan is unknown" 1 "$(grep -c '^   repay-6.csv 2026-10-15 *55 *3,150,000 *0 *1$' "$tmp/en.txt")"
payer=$(awk -F, '$4 == 2600000 { print $2 }' "$demo/repay-5.csv")
expect "overpaid" 300000 "$("$umi" loan show "$payer" --json | sed -n 's/.*"overpaid":"\([0-9]*\)","days.*/\1/p')"
expect "the book verifies" 0 "$("$umi" verify --full >/dev/null; echo $?)"

# Each account, as four programs have it.
"$umi" report trial-balance --format json | sed 's/},{/}\n{/g' |
    sed -n 's/.*"account":"\([^"]*\)".*"balance":"\([^"]*\)".*/\1 \2/p' |
    awk '$2 != 0 { printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/ours"
expect "accounts with a balance" yes "$([ "$(wc -l <"$tmp/ours")" -gt 15 ] && echo yes)"
for format in hledger ledger beancount; do
    "$umi" export journal --format $format >"$tmp/journal.$format"
done
code='s/.*[:-]\([0-9][0-9][0-9][0-9]\)-.*/\1/'
hledger -f "$tmp/journal.hledger" check
expect "hledger check" 0 $?
hledger -f "$tmp/journal.hledger" balance --flat -N -O csv |
    sed 1d | tr -d '"' | awk -F, '{ split($2, a, " "); print $1, a[1] }' |
    while read -r name value; do echo "$(echo "$name" | sed "$code") $value"; done |
    awk '{ printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/hledger"
expect "hledger's balances" "$(cat "$tmp/ours")" "$(cat "$tmp/hledger")"
ledger --strict -f "$tmp/journal.ledger" balance --flat --no-total \
    --balance-format '%(account) %(quantity(scrub(display_total)))\n' 2>"$tmp/warnings" |
    while read -r name value; do echo "$(echo "$name" | sed "$code") $value"; done |
    awk '{ printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/ledger"
expect "ledger's warnings" "" "$(cat "$tmp/warnings")"
expect "ledger's balances" "$(cat "$tmp/ours")" "$(cat "$tmp/ledger")"
bean-check "$tmp/journal.beancount"
expect "bean-check" 0 $?
bean-query -q -f csv "$tmp/journal.beancount" 'SELECT account, number(only("IDR", sum(position))) GROUP BY account' |
    tr -d '\r' | sed 1d | awk -F, '$2 + 0 != 0 { print $1, $2 }' |
    while read -r name value; do echo "$(echo "$name" | sed "$code") $value"; done |
    awk '{ printf "%s %.2f\n", $1, $2 }' | sort >"$tmp/beancount"
expect "beancount's balances" "$(cat "$tmp/ours")" "$(cat "$tmp/beancount")"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
