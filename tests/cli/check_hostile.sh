#!/bin/sh
# SPDX-License-Identifier: MIT
# What a careless or hostile hand can give to the commands that take files:
# many payments on one loan, names that are no text, places that are the book.
umi=$(realpath "${BUILD:-build}/umi")
. "$(dirname "$0")/../support/claim.sh"
cd "$tmp" || exit 1
export UMI_BOOK=book.db UMI_USER=uji LC_ALL=C TMPDIR="$tmp"
en() { "$umi" --lang en "$@"; }
post() { en post "$@" --date 2025-07-01 --json; }
fresh() { # fresh [BOOK]: a book with two loans
    rm -rf ./*.db* ./*.csv*
    en --book "${1:-book.db}" init --institution Uji >/dev/null 2>&1
    {
        echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed
        for n in 1 2; do echo "$n,UMI,Budi,900000,1,week,flat,9,1,week,2025-05-01"; done
    } >loans.csv
    en --book "${1:-book.db}" loan import loans.csv >/dev/null
}
payments() { # payments N: as many of half a rupiah on loan 1, and one refused
    echo reference,loan,date,amount,channel
    awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "R%d,1,2025-06-01,0.5,VA\n", i }'
    echo X1,9,2025-06-01,5,VA
}

# a loan may have as many payments as a file has lines
fresh
payments 20005 >many.csv
says "many payments on one loan" 1 '.*"posted":{"n":20005,"amount":"10002.5"}.*"state":"done"}' post many.csv
ok "which is no damage" en verify --full
en loan show 1 --json >show.json 2>err.txt
ok "and can be shown" grep -q '"paid":{"principal":"[0-9.]*","interest":"[0-9.]*",' show.json
says "reversed" 0 '{"txn":.*"reverses":12345,"amount":"-0.5".*' en reverse 12345 --date 2025-07-01 --json
ok "sound after a reversal" en verify --full

tally
