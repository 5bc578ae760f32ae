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

# what is written beside the input, or where it is told, is never the book
payments 1 >pay.csv
for to in book.db ./book.db-wal book.db-shm "$tmp/book.db-journal" via/book.db-wal; do
    fresh
    ln -sfn . via
    payments 1 >pay.csv
    for option in --rejects --receipts; do
        says "$option $to" 2 "USAGE: '$to' would be overwritten" post pay.csv $option $to
    done
    ok "nothing is posted then" sh -c '! "$0" batch list | grep pay.csv' "$umi"
done
for tail in rejects transfers; do
    export UMI_BOOK=pay.csv.$tail.csv
    fresh "$UMI_BOOK"
    payments 1 >pay.csv
    command="post"
    [ $tail = transfers ] && command="disburse --file"
    # shellcheck disable=SC2086
    says "the book beside the input" 2 "USAGE: 'pay.csv.$tail.csv' would be overwritten" en $command pay.csv
    ok "is a book still" en verify --full
done
export UMI_BOOK=book.db

# nobody waits for a pipe that is no book
mkfifo pipe.umi
for command in verify 'post pay.csv' 'loan show 1'; do
    # shellcheck disable=SC2086
    says "a pipe for a book: $command" 5 'pipe.umi: NOT-A-BOOK: this file is not a book of umi' timeout 20 "$umi" --lang en --book pipe.umi $command
done

# a copy is not made where a book has its log: it would be gone with it
fresh
en backup copy.db >/dev/null 2>&1
for to in book.db-wal ./book.db-shm book.db-journal; do
    says "backup $to" 2 "USAGE: '$to' would be the log of a book" en backup $to
    rm -f $to
    says "restore $to" 2 "USAGE: '$to' would be the log of a book" en --book $to restore copy.db
    says "init $to" 2 "USAGE: '$to' would be the log of a book" en --book $to init --institution X
done
says "a name like that is a name" 0 'other-wal: a new book' en --book other-wal init --institution X

# names that are no text come out as JSON
fresh
name=$(printf 'p\377\303\251.csv')
payments 1 >"$name"
post "$name" >got.json 2>err.txt
ok "the rejects are named" grep -qF '"rejects_file":"p�é.csv.rejects.csv"' got.json
ok "and written" [ -s "$name.rejects.csv" ]
for command in "batch list" "batch show 2"; do
    # shellcheck disable=SC2086
    en $command --json >got.json
    ok "$command is UTF-8" iconv -f UTF-8 -t UTF-8 got.json
done

# days before 1970, which a register that lacks a date may have, are days
fresh
sed 's/2025-05-01/1900-01-01/; 2s/1900/1969/; s/^\([12]\),/9\1,/' loans.csv >old.csv
ok "loans of long ago" en loan import old.csv
printf '%s\n' reference,loan,date,amount,channel O1,92,1900-01-01,5,VA O2,91,1970-01-01,5,VA >paid.csv
ok "paid at once" post paid.csv
ok "sound" en verify --full
ok "the first close" en day close --date 1970-01-02
printf '%s\n' reference,loan,date,amount,channel O3,92,1900-01-02,5,VA O4,91,1970-01-03,5,VA >late.csv
ok "paid late" en post late.csv --date 1970-01-03
ok "sound after a close" en verify --full

fresh
name=$(printf 'a\033\n9 b.csv')
payments 1 >"$name"
post "$name" >got.json 2>&1
en batch list >list.txt
ok "a line of the list is one line" grep -q '^ *2 2025-07-01 post *a??9 b.csv ' list.txt

# an error is one line of text, whatever the file is called
for name in "$(printf 'a\nb.csv')" "$(printf 'a\rb.csv')" "$(printf 'a\033b.csv')" "$(printf 'a\377b.csv')"; do
    for command in post "loan import" "reverse --file" "disburse --file"; do
        # shellcheck disable=SC2086
        says "$command of an odd name" 2 'a\?b.csv: INVALID: cannot be read: .*' en $command "$name"
    done
done

# a file that is not finished is a batch, too
fresh
payments 3 >pay.csv
post pay.csv >got.json 2>&1
sqlite3 book.db "INSERT INTO run SELECT 7, 1, kind, 'cut.csv', sha256, booked, actor, rules,
    posted_n, posted, duplicate_n, duplicate, rejected_n, rejected, 3, 5, 1, 4, 0, 0
    FROM batch WHERE id = 2"
en batch list --json >list.json
ok "is listed" grep -q '^{"batch":7,"kind":"post","name":"cut.csv",.*"lines":4,"amount":"6.5","posted":{"n":3,"amount":"1.5"},.*"finished":false}$' list.json
is "the others are not marked" 1 "$(grep -c finished list.json)"
says "is shown" 0 ' *7 is not finished: cut.csv' en batch show 7
says "is shown as JSON" 0 '.*"name":"cut.csv",.*"finished":false,"rejects":\[\]}' en batch show 7 --json
says "is no other" 2 'UNKNOWN: there is no batch 8' en batch show 8

tally
