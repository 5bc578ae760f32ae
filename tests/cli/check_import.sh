#!/bin/sh
# SPDX-License-Identifier: MIT
# Files of the desk do what files of repayments do: a trial, all or nothing,
# what the sender expects, standard input, packed files, a second time, a kill.
umi=$(realpath "${BUILD:-build}/umi")
data=$(realpath "$(dirname "$0")/../demo/data")
. "$(dirname "$0")/../support/claim.sh"
cd "$tmp" || exit 1
export UMI_BOOK=book.db UMI_USER=ani LC_ALL=C TMPDIR="$tmp"
en() { "$umi" --lang en "$@"; }
state() { sed 's/.*"state":"\([a-z_]*\)".*/\1/' "$1"; }
# without the state, and the names of files, which differ
figures() { sed 's/"\(rejects_file\|transfers_file\|state\)":\("[^"]*"\|null\)//g' "$1"; }

# two hundred persons and some lines that are none
head -n 200 "$data/households.csv" >households.csv
sed -n '2,3p' households.csv | sed 's/^[0-9]*,[0-9]\{16\}/3205010101120001,32050151/' >>households.csv
head -n 60 "$data/groups.csv" >groups.csv
echo 'MK-01,MEKAAR,MK-011,3205014804889999,anggota,senin,AO-1' >>groups.csv
{ head -n 40 "$data/applications.csv"; sed -n 2p "$data/applications.csv" | sed 's/^P0001,32/P9001,99/'; } >applications.csv

# one kind of file after the other: way COMMAND FILE
try() { # try FILE COMMAND...
    file=$1
    shift
    cp book.db before.db
    rm -f "$file".*
    en "$@" "$file" --json --dry-run >dry.json 2>err.txt
    ok "$*: a trial ends like the deed" [ $? -eq 1 ]
    ok "$*: a trial says so" [ "$(state dry.json)" = dry_run ]
    ok "$*: a trial writes no file" [ ! -e "$file.rejects.csv" ]
    ok "$*: a trial leaves the book as it was" cmp book.db before.db
    n=$(sed 's/.*"lines":\([0-9]*\).*/\1/' dry.json)
    says "$*: other lines are refused" 3 "$file: EXPECTED: lines: 1 lines expected, the file has $n .*" \
        en "$@" "$file" --expect-lines 1
    says "$*: no number" 2 "USAGE: 'x' is no number of lines" en "$@" "$file" --expect-lines x
    says "$*: no way" 2 'USAGE: --atomic must be file or chunk' en "$@" "$file" --atomic line
    gzip -c "$file" >"$file.gz"
    for way in "$file" "$file --atomic file" "$file --atomic chunk --expect-lines $n" "$file.gz"; do
        cp before.db book.db
        # shellcheck disable=SC2086
        en "$@" $way --json >got.json 2>err.txt
        figures dry.json >a.json
        figures got.json >b.json
        ok "$* $way: as the trial said" cmp a.json b.json
        ok "$* $way: done" [ "$(state got.json)" = done ]
        ok "$* $way: rejects" [ -s "${way%% *}.rejects.csv" ]
        ok "$* $way: the same rejects" cmp "${way%% *}.rejects.csv" "$file.rejects.csv"
    done
    "$umi" verify --full >out.txt 2>&1 || ok "$*: sound" false
    cp before.db book.db
    cat "$file" | en "$@" - --json --rejects in.rejects.csv >got.json 2>err.txt
    figures got.json >b.json
    ok "$* -: as the trial said" cmp a.json b.json
    ok "$* -: the same rejects" cmp in.rejects.csv "$file.rejects.csv"
    en "$@" "$file.gz" --json >got.json 2>err.txt
    ok "$*: again nothing is added" grep -qE '"(added|disbursed)":0,' got.json
    en "$@" "$file" --progress --json >got.json 2>err.txt
    ok "$*: progress" grep -q '^reading ' err.txt
}

"$umi" init --institution Uji >/dev/null 2>&1
"$umi" day close --date 2026-08-31 >/dev/null
try households.csv household import
cp before.db book.db
en household import "$data/households.csv" >/dev/null 2>&1
try groups.csv group import
cp before.db book.db
en group import "$data/groups.csv" >/dev/null 2>&1
try applications.csv apply --date 2026-09-01
"$umi" decide --all --date 2026-09-01 --json |
    sed -n 's/^{"id":"\([^"]*\)","product":"[^"]*","status":"eligible".*/\1/p' | head -n 5 >eligible
while read -r id; do
    "$umi" --user budi approve "$id" --date 2026-09-01 >/dev/null
    "$umi" --user budi book "$id" --expected 2026-09-03 --date 2026-09-01 >/dev/null 2>&1 && echo "$id" >>booked
done <eligible
"$umi" day close --through 2026-09-02 >/dev/null
{ echo id,bank,account,date; sed 's/$/,BRI,1234567,2026-09-03/' booked; echo NONE,,,; } >pay.csv
try pay.csv disburse --date 2026-09-03 --file
ok "the transfers of a packed file are those of the plain one" cmp pay.csv.transfers.csv pay.csv.gz.transfers.csv

# the sum of the transfers, and a trial of one payment that must not be made
sum=$(tail -n 1 pay.csv.transfers.csv | cut -d, -f5)
lines=$(tail -n 1 pay.csv.transfers.csv | cut -d, -f4)
cp before.db book.db
rm -f pay.csv.*
says "another sum of transfers" 3 "pay.csv: EXPECTED: amount: amount 5 expected, the file has $sum \\($lines lines\\)" \
    en disburse --file pay.csv --date 2026-09-03 --expect-amount 5
ok "nothing was paid, no file written" sh -c '! ls pay.csv.* 2>/dev/null'
says "nothing was paid" 1 '.*"disbursed":'"$lines"',.*"state":"dry_run"}' \
    en disburse --file pay.csv --date 2026-09-03 --json --dry-run
en disburse --file pay.csv --date 2026-09-03 --expect-amount "$sum" --json >got.json
ok "the sum that it has" grep -q "\"disbursed\":$lines,.*\"amount\":\"$sum\".*\"state\":\"done\"" got.json
id=$(head -n 1 booked)
for option in --dry-run "--atomic file" "--expect-lines 1" "--expect-amount 1"; do
    name=${option%% *}
    # shellcheck disable=SC2086
    says "one payment with $option" 2 "USAGE: $name goes with a file" en disburse "$id" $option
    [ "$name" = --expect-amount ] && continue
    # shellcheck disable=SC2086
    says "one application with $option" 2 "USAGE: $name goes with a file" en apply --id X1 $option
done

# loans: what the sender expects
{
    echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed
    for n in 1 2 3; do echo "L$n,UMI,Budi,900000,0,week,flat,9,1,week,2026-05-01"; done
    echo L4,UMI,Budi,x,0,week,flat,9,1,week,2026-05-01
} >loans.csv
says "other loans" 3 'loans.csv: EXPECTED: lines: 3 lines expected, the file has 4 \(amount 2700000\)' \
    en loan import loans.csv --expect-lines 3
says "another sum of loans" 3 'loans.csv: EXPECTED: amount: amount 1 expected, the file has 2700000 \(4 lines\)' \
    en loan import loans.csv --expect-amount 1
says "the loans expected" 1 '.*"posted":{"n":3,.*"state":"done"}' \
    en loan import loans.csv --expect-lines 4 --expect-amount 2700000 --json

# a kill, or no room, leaves whole chunks or nothing; the same command goes on
awk 'BEGIN { print "nkk,nik,name,relation,birth_date,sex,village,programmes,decile,decile_as_of"
    for (i = 0; i < 20000; i++) { y = 70 + int(i / 336) % 28; m = 1 + int(i / 28) % 12; d = 1 + i % 28
        printf "32050101011%05d,320501%02d%02d%02d%04d,Orang %d,ANAK,19%d-%02d-%02d,L,Desa,,,\n",
            1 + i / 4, d, m, y, 1 + int(i / 9408), i, y, m, d } }' >many.csv
for way in chunk file; do
    for part in 03 06; do
        rm -f book.db*
        "$umi" init --institution Uji >/dev/null 2>&1
        "$umi" household import many.csv --atomic $way >out.txt 2>&1 &
        pid=$!
        sleep 0.$part
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        had=$(sqlite3 book.db 'SELECT count(*) FROM person')
        ok "$way: whole chunks ($had)" [ $((had % 4096)) -eq 0 -o "$had" -eq 20000 ]
        [ $way = chunk ] || ok "all or nothing ($had)" [ "$had" -eq 0 -o "$had" -eq 20000 ]
        en household import many.csv --atomic $way --json >got.json
        ok "$way: finished" grep -q "\"added\":$((20000 - had)),.*\"same\":$had," got.json
        "$umi" verify --full >out.txt 2>&1 || ok "$way: sound" false
    done
done

tally
