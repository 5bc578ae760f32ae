#!/bin/sh
# SPDX-License-Identifier: MIT
# Files that come packed or by standard input are the files that they hold.
umi=$(realpath "${BUILD:-build}/umi")
. "$(dirname "$0")/../support/claim.sh"
cd "$tmp" || exit 1
export UMI_BOOK=book.db UMI_USER=uji LC_ALL=C TMPDIR="$tmp"
fresh() { # a book with three loans
    rm -rf book.db*
    "$umi" init --institution Uji >/dev/null 2>&1
    "$umi" loan import loans.csv >/dev/null
}
pack_zstd() { # where the program is missing, gzip stands in
    if command -v zstd >/dev/null; then zstd -q -c "$@"; else gzip -c "$@"; fi
}
post() { "$umi" --lang en post "$@" --date 2025-07-01 --json; }

{
    echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed
    for n in 1 2 3; do echo "$n,UMI,Budi,900000,0,week,flat,9,1,week,2025-05-01"; done
} >loans.csv
{
    echo reference,loan,date,amount,channel
    for n in 1 2 3; do echo "R$n,$n,2025-06-0$n,1000$n,VA"; done
    echo R9,9,2025-06-09,5,VA
} >pay.csv
gzip -c pay.csv >pay.csv.gz
pack_zstd pay.csv >pay.zst
cp pay.csv.gz misnamed.csv
{ head -n 2 pay.csv | gzip -c; tail -n +3 pay.csv | gzip -c; } >members.gz
{ head -n 2 pay.csv | pack_zstd; tail -n +3 pay.csv | pack_zstd; } >frames.zst
sha=$(sha256sum <pay.csv | cut -c 1-64)

# every way to hand the same lines over gives the same answer and the same book
fresh
post pay.csv >plain.json
sed 's/"rejects_file":"[^"]*"//' plain.json >want.json
"$umi" loan list --json >want.loans
sed 's/[0-9a-z.]*rejects//' pay.csv.rejects.csv >want.rejects
for file in pay.csv.gz pay.zst misnamed.csv members.gz frames.zst; do
    fresh
    post $file >got.json
    sed 's/"rejects_file":"[^"]*"//' got.json >same.json
    "$umi" loan list --json >got.loans
    ok "$file is pay.csv" cmp want.json same.json
    ok "$file has its hash" grep -q "\"file_sha256\":\"$sha\"" got.json
    ok "$file keeps its name" grep -q "\"rejects_file\":\"$file.rejects.csv\"" got.json
    ok "$file: the rejects are plain" cmp $file.rejects.csv pay.csv.rejects.csv
    ok "$file: the loans are the same" cmp want.loans got.loans
    ok "$file is listed by its name" sh -c "'$umi' batch list | grep -q ' $file '"
    "$umi" --lang en post pay.csv --json >again.json
    ok "pay.csv behind $file posts nothing" grep -q '"state":"repeated"' again.json
    "$umi" verify --full >out.txt 2>&1 || { failed=$((failed + 1)); cat out.txt; }
done
for file in pay.csv pay.csv.gz pay.zst; do
    fresh
    post - <$file >got.json
    sed 's/"rejects_file":"[^"]*"//' got.json >same.json
    ok "$file by standard input" cmp want.json same.json
    ok "$file by standard input is named by what it holds" sh -c \
        "'$umi' batch list | grep -q ' stdin-$(echo "$sha" | cut -c 1-12) '"
    cat $file | "$umi" --lang en post - --json >again.json
    ok "$file by a pipe posts nothing again" grep -q '"state":"repeated"' again.json
done

# what is damaged is refused whole: one line, exit 2, nothing written
fresh
cp book.db before.db
size=$(wc -c <pay.csv.gz)
head -c $((size - 5)) pay.csv.gz >cut.gz
{ head -c $((size - 8)) pay.csv.gz; printf '\0\0\0\0'; tail -c 4 pay.csv.gz; } >crc.gz
{ cat pay.csv.gz; echo "R5,1,2025-06-01,1,VA"; } >tail.gz
gzip -c pay.csv.gz >twice.gz
gzip -c </dev/null >empty.gz
printf 'PK\003\004xxxxxxxxxxxx' >pay.zip
says "cut off" 2 'cut.gz: PACKED: the packed file is cut off' post cut.gz
says "a wrong checksum" 2 'crc.gz: PACKED: the packed file is damaged near its byte [0-9]+' post crc.gz
says "a tail" 2 'tail.gz: PACKED: something that is not packed stands .*' post tail.gz
says "packed twice" 2 'twice.gz: PACKED: the file is packed twice' post twice.gz
says "nothing in it" 2 'empty.gz:1: CSV: the file is empty: it has no header' post empty.gz
says "a zip" 2 'pay.zip: PACKED: packed by zip; only gzip and zstd are read' post pay.zip
says "another language" 2 'cut.gz: PACKED: berkas terkompres terpotong' "$umi" --lang id post cut.gz
says "cut off, by standard input" 2 'stdin: PACKED: the packed file is cut off' sh -c \
    "'$umi' --lang en post - <cut.gz"
for file in cut.gz crc.gz tail.gz twice.gz empty.gz pay.zip; do
    for command in "loan import" "bank parse" "household import" "group import" "disburse --file"; do
        # shellcheck disable=SC2086
        "$umi" $command $file >out.txt 2>&1
        ok "$command refuses $file" [ $? -eq 2 ]
    done
done
ok "nothing was written" cmp book.db before.db
ok "nothing is left behind" sh -c '! ls | grep -E "^umi-|tmp$"'

# a bomb ends with the room (here: the size that a file may have), or with its
# first line
head -c 40000000 /dev/zero | gzip -9 >bomb.gz
says "a bomb without room" 2 'bomb.gz: PACKED: there is no room in TMPDIR .*\(more than [0-9]+ bytes\)' \
    sh -c "trap '' XFSZ; ulimit -f 20000; '$umi' --lang en post bomb.gz"
says "a bomb with room" 2 'bomb.gz:1: CSV: the row is longer than 65536 bytes' "$umi" --lang en post bomb.gz
ok "nothing was written by it" cmp book.db before.db

# receipts: of every line what became of it
fresh
has() { grep -qxF -- "$1" "$2"; }
tail -n +2 pay.csv | sed 's/R9/R8/' >tail.csv
{ cat pay.csv; cat tail.csv; } >double.csv
says "in a trial" 1 '.*"state":"dry_run","receipts_file":"dry.csv"}' post double.csv --dry-run --receipts dry.csv
says "posted" 1 '.*"state":"done","receipts_file":"r.csv"}' post double.csv --receipts r.csv
ok "as many as lines" [ "$(wc -l <r.csv)" -eq "$(wc -l <double.csv)" ]
ok "a posted line" has 2,R1,1,2025-06-01,10001,VA,posted,,4,10001,0,0,0,0 r.csv
ok "a duplicate names its posting" has 6,R1,1,2025-06-01,10001,VA,duplicate,,4,,,,, r.csv
ok "a rejected line" has 5,R9,9,2025-06-09,5,VA,rejected,LOAN,,,,,, r.csv
sed 's/,posted,,[0-9]*,/,posted,,,/; s/,duplicate,,[0-9]*,/,duplicate,,,/' r.csv >r.dry.csv
ok "the trial said it" cmp r.dry.csv dry.csv
says "again" 0 '.*"state":"repeated","receipts_file":"again.csv"}' post double.csv --receipts again.csv
ok "the same again" cmp r.csv again.csv
gzip -c double.csv >double.gz
"$umi" batch receipts 2 --file double.gz --receipts later.csv
ok "the same later, from the packed file" cmp r.csv later.csv
"$umi" batch receipts 2 --file - --receipts stdin.csv <double.csv
ok "the same by standard input" cmp r.csv stdin.csv
says "another file" 2 'pay.csv: INVALID: not the file of batch 2' \
    "$umi" --lang en batch receipts 2 --file pay.csv --receipts no.csv
says "no file" 2 'USAGE: --file, --receipts are needed' "$umi" --lang en batch receipts 2 --file pay.csv
says "no batch" 2 'UNKNOWN: there is no finished batch 7' \
    "$umi" --lang en batch receipts 7 --file pay.csv --receipts no.csv
cp r.csv keep.csv
for to in double.csv book.db; do
    says "onto $to" 2 "USAGE: '$to' would be overwritten" post double.csv --receipts $to
    says "onto $to later" 2 "USAGE: '$to' would be overwritten" \
        "$umi" --lang en batch receipts 2 --file double.csv --receipts $to
done
says "onto a device" 2 "USAGE: '/dev/null' is not a regular file" post double.csv --receipts /dev/null
sed '2,$s/^/N-/' double.csv >new.csv
for option in --receipts --rejects; do
    says "a place that is not there for $option" 4 "no/where.csv: IO: cannot be written: .*" \
        post new.csv $option no/where.csv
done
ok "nothing is posted then" sh -c '! "$0" batch list | grep new.csv' "$umi"
says "onto the rejects" 2 "USAGE: 'double.csv.rejects.csv' would hold .*" \
    post double.csv --receipts double.csv.rejects.csv
mkdir -p side
says "onto the rejects by another way" 2 "USAGE: 'side/../double.csv.rejects.csv' would hold .*" \
    post double.csv --receipts side/../double.csv.rejects.csv
for more in "--transfers pay.csv.rejects.csv" "--transfers ./x --rejects x" "--rejects ./pay.csv.transfers.csv"; do
    # shellcheck disable=SC2086
    says "transfers onto the rejects: $more" 2 "USAGE: '.*' would hold .*" \
        "$umi" --lang en disburse --file pay.csv $more
done
says "onto other rejects" 2 "USAGE: 'x' would hold .*" post double.csv --receipts x --rejects x
ok "nothing came of the refusals" [ ! -e no.csv ]
printf '%s\n' 'No;No Referensi;Nama;No Pinjaman;Tanggal;Jumlah;Keterangan' \
    '1;A-1;Budi;1;09/06/2025;1.250,50;x' '2;A-1;Budi;1;09/06/2025;1.250,50;' '3;A-3;Budi;1;2025;1;' >agen.csv
says "by a profile" 1 '.*"receipts_file":"a.csv"}' post agen.csv --profile agen --receipts a.csv
ok "the values of the profile" has 2,A-1,1,2025-06-09,1250.5,AGEN,posted,,7,1250.5,0,0,0,0 a.csv
ok "what it cannot read" has 4,A-3,1,2025,1,AGEN,rejected,DATE,,,,,, a.csv
"$umi" batch receipts 3 --file agen.csv --receipts b.csv
ok "the batch knows its profile" cmp a.csv b.csv

# how far it is stands on stderr, and only when it is asked for
fresh
"$umi" --lang en post pay.csv --date 2025-07-01 --json --progress >out.json 2>progress.txt
sed 's/"rejects_file":"[^"]*"//' out.json >same.json
ok "progress is no part of the answer" cmp want.json same.json
ok "progress on request" grep -qE '^reading \[#+\] 100 %  0.0 / 0.0 MB' progress.txt
for option in --no-progress --json; do
    fresh
    "$umi" post pay.csv --date 2025-07-01 $option >out.json 2>silence.txt
    ok "no progress with $option" [ ! -s silence.txt ]
done

tally
