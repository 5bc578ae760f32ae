#!/bin/sh
# SPDX-License-Identifier: MIT
# A file of reversals undoes the payments that it names: what was posted and
# then undone leaves the balances as they were.
umi=$(realpath "${BUILD:-build}/umi")
. "$(dirname "$0")/../support/claim.sh"
cd "$tmp" || exit 1
export UMI_BOOK=book.db UMI_USER=uji LC_ALL=C TMPDIR="$tmp"
en() { "$umi" --lang en "$@"; }
post() { en post "$@" --date 2025-07-01 --json; }
undo() { en reverse --file "$@" --date 2025-07-02 --json; }
figure() { sed "s/.*\"$1\":\"\{0,1\}\([^,\"]*\).*/\1/" "$2"; }
balances() { # without the columns, which only grow
    en report trial-balance --as-of 2025-07-02 --format csv | cut -d, -f1,6 | grep -v ',0$'
    en report portfolio --as-of 2025-07-02 --format csv
}

en init --institution Uji >/dev/null 2>&1
{
    echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed
    for n in $(seq 500); do echo "L$n,UMI,Budi,900000,1,week,flat,9,1,week,2025-05-01"; done
} >loans.csv
en loan import loans.csv >/dev/null
awk 'BEGIN { print "reference,loan,date,amount,channel"
    for (i = 1; i <= 6000; i++) printf "R%d,L%d,2025-06-%02d,%d.%02d,%s\n",
        i, 1 + i % 500, 1 + i % 28, i % 700 + 1, i % 100, i % 3 ? "VA" : "TELLER" }' >pay.csv
printf '%s\n' reference,loan,date,amount,channel K1,L1,2025-06-30,1000,VA K2,L2,2025-06-30,2000,VA >keep.csv
post keep.csv >/dev/null
balances >before.txt
post pay.csv >posted.json
sum=$(sed 's/.*"lines":[0-9]*,"amount":"\([0-9.]*\)".*/\1/' posted.json)
cp book.db posted.db

# a trial says what the deed does, and writes nothing
undo pay.csv --dry-run >dry.json
ok "a trial leaves the book as it was" cmp book.db posted.db
is "a trial undoes all" 6000 "$(figure reversed dry.json)"
for way in chunk file; do
    cp posted.db book.db
    undo pay.csv --atomic $way >done.json
    is "$way: exit" 0 $?
    sed 's/dry_run/done/' dry.json >want.json
    ok "$way: as the trial said" cmp want.json done.json
    is "$way: the sum" "$sum" "$(figure amount done.json)"
    balances >after.txt
    ok "$way: the balances are what they were" cmp before.txt after.txt
    ok "$way: sound" en verify --full
done
undo pay.csv >again.json
is "again: nothing" 0 "$(figure reversed again.json)"
is "again: all were" 6000 "$(figure duplicate again.json)"
is "again: the sum is the same" "$sum" "$(figure amount again.json)"
post pay.csv >repeated.json
ok "the references stay used" grep -q '"state":"repeated"' repeated.json

# control totals
cp posted.db book.db
says "other lines" 3 'pay.csv: EXPECTED: lines: .*' undo pay.csv --expect-lines 5
says "another sum" 3 'pay.csv: EXPECTED: amount: .*' undo pay.csv --expect-amount 5
ok "nothing was undone" cmp book.db posted.db
ok "what was expected" undo pay.csv --expect-lines 6000 --expect-amount "$sum"

# every refusal; what is refused can be mended and sent again
cp posted.db book.db
cat >bad.csv <<'EOF'
channel,reference,loan,amount,date
VA,R1,L2,2.01,2025-06-02
VA,R1,L2,2.01,2025-06-02
va,R2,,,
VA,R3,,,
VA,R4,L1,,
VA,R5,,6.04,
VA,R7,,,2025-06-09
VA,R8,,x,
VA,R8,,,2025-02-29
,R8,,,
VA,,,,
VA,R8
TELLER,R3,L4,4.03,2025-06-04
VA,R99999,,,
VA,R99999,,,
VA,R11,,12.12,
VA,R11,L12,12.11,2025-06-12
VA,R11,L13,,
VA,R11,,,
EOF
undo bad.csv >bad.json
is "bad lines exit" 1 $?
is "three are undone" 3 "$(figure reversed bad.json)"
is "two are twice there" 2 "$(figure duplicate bad.json)"
cut -d, -f6,7 bad.csv.rejects.csv | grep -E '^(line|[0-9]+),' >codes.txt
cat >want.txt <<'EOF'
line,code
4,UNKNOWN
5,UNKNOWN
6,CONFLICT
7,CONFLICT
8,CONFLICT
9,AMOUNT
10,DATE
11,INVALID
12,INVALID
15,UNKNOWN
16,UNKNOWN
17,CONFLICT
19,CONFLICT
EOF
ok "the others say why" diff want.txt codes.txt
sed -n '1p; /,6,CONFLICT/s/L1/L5/p' bad.csv.rejects.csv >mended.csv
undo mended.csv >mended.json
is "mended" 1 "$(figure reversed mended.json)"
printf 'reference,channel\nR10,VA\n' >early.csv
en reverse --file early.csv --date 2025-06-10 --json >early.json
ok "not before the payment" grep -q 'DATE,' early.csv.rejects.csv
ok "sound" en verify --full
en day close --date 2025-07-02 >/dev/null
says "into a closed day" 3 'CLOSED-DAY: .*' undo pay.csv
says "neither or both" 2 'USAGE: give a TXN or --file' en reverse
says "both" 2 'USAGE: give a TXN or --file' en reverse 5 --file pay.csv
says "one with a file's option" 2 'USAGE: --dry-run goes with a file' en reverse 5 --dry-run
says "another file" 2 'loans.csv:1: COLUMN: .*' en reverse --file loans.csv

# a kill leaves whole chunks; the same command goes on
for wait in 02 06; do
    cp posted.db book.db
    rm -f book.db-wal
    undo pay.csv >/dev/null 2>&1 &
    pid=$!
    sleep 0.$wait
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    ok "sound after a kill" en verify --full
    undo pay.csv >killed.json
    is "finished" 6000 $(($(figure reversed killed.json) + $(figure duplicate killed.json)))
    is "the sum of all" "$sum" "$(figure amount killed.json)"
    balances >after.txt
    ok "the balances after a kill" cmp before.txt after.txt
done
tally
