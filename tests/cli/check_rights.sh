#!/bin/sh
# SPDX-License-Identifier: MIT
# What tells of persons and their money is its owner's alone, whatever the
# umask lets others have; keys and signatures for everybody follow the umask.
umi=$(realpath "${BUILD:-build}/umi")
data=$(realpath "$(dirname "$0")/../demo/data")
rules=$(realpath "$(dirname "$0")/../../rules/data/eligibility.yaml")
. "$(dirname "$0")/../support/claim.sh"
export UMI_BOOK=book.umi UMI_USER=ani LC_ALL=C

rights() { # rights WANTED FILE...
    wanted=$1
    shift
    for file; do
        is "umask $mask: $file" "$wanted" "$(stat -c %a "$file")"
    done
}
for mask in 000 022 077 177; do
    mkdir "$tmp/$mask"
    cd "$tmp/$mask" || exit 1
    head -n 40 "$data/households.csv" >persons.csv
    echo '3205010101120001,32050151,,,,,,,' >>persons.csv
    {
        echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed
        echo L1,MEKAAR,Siti,1000000,1,week,flat,25,1,week,2025-05-01
        echo L2,MEKAAR,Wati,1000000,x,week,flat,25,1,week,2025-05-01
    } >loans.csv
    printf '%s\n' reference,loan,date,amount,channel R1,L1,2025-07-01,50000,VA R2,L9,2025-07-01,50000,VA >pay.csv
    printf '%s\n' id,bank,account,date P9,BCA,777,2025-03-06 >out.csv
    umask $mask
    "$umi" init --institution Uji >log 2>&1
    rights 600 book.umi
    "$umi" household import persons.csv >>log 2>&1
    "$umi" loan import loans.csv >>log 2>&1
    "$umi" post pay.csv --date 2025-08-01 --receipts receipts.csv >>log 2>&1
    "$umi" disburse --file out.csv >>log 2>&1
    rights 600 book.umi persons.csv.rejects.csv loans.csv.rejects.csv pay.csv.rejects.csv receipts.csv \
        out.csv.rejects.csv out.csv.transfers.csv
    chmod 644 book.umi receipts.csv
    "$umi" batch receipts 2 --file pay.csv --receipts receipts.csv >>log 2>&1
    "$umi" backup copy.umi >>log 2>&1
    rights 600 receipts.csv copy.umi copy.umi.sha256
    rights 644 book.umi
    chmod 666 copy.umi
    "$umi" --book again.umi restore copy.umi >>log 2>&1
    rights 600 again.umi
    is "umask $mask: the doctor has nothing to say of it" ok \
        "$("$umi" --book again.umi doctor --json | grep -o '"code":"D-RIGHTS","state":"[a-z]*' | sed 's/.*"//')"
    ok "umask $mask: a key" "$umi" rules key key
    cp "$rules" rules.yaml
    ok "umask $mask: a signature" "$umi" rules sign rules.yaml --key key
    rights 600 key
    rights "$(printf %o $((0644 & ~0$mask)))" key.pub rules.yaml.sig
done

# A book given to a group: another of it works with it, and it stays theirs.
umask 022
cd "$tmp" && chmod 755 . && mkdir shared && cd shared || exit 1
other() { setpriv --reuid 65534 --regid 65534 --groups 65533 "$tmp/umi" --user budi "$@"; }
cp "$umi" "$tmp/umi"
if setpriv --reuid 65534 --regid 65534 --groups 65533 true 2>/dev/null; then
    chgrp 65533 . && chmod 2770 .
    "$umi" init --institution Uji >log 2>&1
    ok "no other may read a new book" sh -c '! setpriv --reuid 65534 --regid 65534 --groups 65533 cat book.umi'
    chmod 660 book.umi
    cp "$tmp/022/loans.csv" . # which has a line that is refused
    is "another of the group enters loans" 1 "$(other loan import loans.csv >log 2>&1; echo $?)"
    ok "and the first one reads them" "$umi" loan show L1
    rights 660 book.umi
    rights 600 loans.csv.rejects.csv
    ok "nothing is left beside it" [ ! -e book.umi-wal ]
else
    echo "SKIPPED: a book given to a group: no other user can be had"
fi
tally
