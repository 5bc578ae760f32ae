#!/bin/sh
# SPDX-License-Identifier: MIT
# What is changed behind the book's back is noticed: each column of each table
# of the ledger, rows that vanish, appear or change places, flipped bytes, a
# cut file.  TORTURE changes more rows and flips more bytes.
umi=$(realpath "${BUILD:-build}/umi")
tool=$(realpath "$(dirname "$0")/../support/tamper.py")
if ! python3 -c 'import sqlite3' 2>/dev/null; then
    echo "skipped: python3 with its sqlite3 module is not here"
    echo "1 passed, 0 failed"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
vectors=$(realpath "$(dirname "$0")/../vectors/bank")
cd "$work" || exit 1
export UMI_BOOK=small.umi UMI_USER=ani
must() { # must STATUS COMMAND...: of the small book itself
    want=$1
    shift
    "$@" >out.txt 2>&1
    rc=$?
    [ $rc -eq "$want" ] || { echo "$* ends with $rc:"; cat out.txt; echo "0 passed, 1 failed"; exit 1; }
}
must 0 "$umi" init --institution Uji --branch GRT
cat >loans.csv <<'EOT'
loan,product,borrower,nik,principal,rate,rate_per,method,periods,every,unit,disbursed,branch,group,officer,paid_principal,paid_interest
L1,MEKAAR,Siti,3602045211870001,1000000,1,week,flat,10,1,week,2025-05-01,A,MK-1,Rina,,
L2,MEKAAR,Dewi,,2000000,1,week,flat,25,1,week,2025-05-02,B,,,80000,20000
L3,KUR_MIKRO,Budi,,5000000,6,year,annuity,12,1,month,2025-01-31,A,,,,
L4,UMI,X,,1.234,0,week,flat,5,1,week,2025-05-01,,,,,
EOT
must 1 "$umi" loan import loans.csv
cat >pay.csv <<'EOT'
reference,loan,date,amount,channel
R1,L1,2025-06-01,110000,VA
R2,L1,2025-06-02,1500000,VA
R3,L2,2025-06-02,100000,CASH
R4,L3,2025-06-03,430332.5,VA
R4,L3,2025-06-03,430332.5,VA
R5,L9,2025-06-03,1,VA
EOT
must 1 "$umi" post pay.csv --date 2025-06-05
must 0 "$umi" reverse 6 --date 2025-06-06
must 0 "$umi" day close --date 2025-06-06
must 0 "$umi" day close --date 2025-06-07
printf '%s\n' nkk,nik,name,relation,birth_date,sex,village,programmes,decile,decile_as_of \
    3602040101200001,3602045211870001,Siti,istri,1987-11-12,P,Sukamaju,PKH_LULUS,3,2025-01-31 >households.csv
must 0 "$umi" household import households.csv
must 0 "$umi" bank account add 000000000000001 --code OPS --bank BRI --cash 1102 --format mt940
seed=${UMI_SEED:-11}
echo "seed $seed"
if [ -n "$TORTURE" ]; then # a file that stopped half way has a cursor, too
    awk 'BEGIN { print "loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed"
        for (i = 0; i < 100010; i++)
            print "L" i ",UMI,N,1000000,1,week,flat," (i ? 4 : "x") ",1,week,2025-05-01" }' >many.csv
    must 0 "$umi" --book half.umi init --institution Uji
    mkdir for-a-while
    (until [ -s half.umi-wal ]; do sleep 0.01; done; rmdir for-a-while) &
    must 4 "$umi" --book half.umi loan import many.csv --rejects for-a-while/rejects.csv
    python3 "$tool" "$umi" half.umi "$seed" 1 0 run || exit 1
fi
rows=${TORTURE:+1000}
# What the bank keeps at hand: open movements, settled targets, a proposal, a
# statement that was let in.
export UMI_BOOK=bank.umi
must 0 "$umi" init --institution Uji
printf '%s\n' loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed \
    L1,UMI,SITI,1000000,1,week,flat,10,1,week,2026-06-01 L2,UMI,BUDI,2000000,1,week,flat,10,1,week,2026-06-01 >loans.csv
printf '%s\n' reference,loan,date,amount,channel UMI2553989336,L1,2026-06-15,887630,VA \
    UMI1440356332,L2,2026-06-15,477735,VA >pay.csv
must 0 "$umi" loan import loans.csv
must 0 "$umi" bank account add 1270009876505 --cash 1102 --code OPS
must 0 "$umi" bank account channel VA OPS
must 0 "$umi" post pay.csv
must 0 "$umi" bank import "$vectors/SYN_mt940_id_pages.sta" --account OPS
must 0 "$umi" bank match
line=$("$umi" bank exceptions --json | grep -o '"line":[0-9]*' | head -n 1 | cut -d: -f2)
must 0 "$umi" bank resolve "$line" --as fee --reason "monthly charge"
must 0 "$umi" bank sign --account OPS
sed 's/15000,00/15000,01/' "$vectors/SYN_mt940_id_pages.sta" | sed 's/260615/260616/g' >bad.sta
must 1 "$umi" bank import bad.sta --account OPS
stmt=$("$umi" bank exceptions --json | grep -o '"code":"QUARANTINED","account"[^}]*' |
    head -n 1 | grep -o '"statement":[0-9]*' | cut -d: -f2)
must 0 "$umi" --user budi bank resolve "$stmt" --release --reason "bank confirms"
python3 "$tool" "$umi" bank.umi "$seed" "${rows:=2}" 0 \
    stmt_open,bank_settled,bank_match,bank_proposal,bank_signature,bank_account,bank_channel,stmt_line,stmt,stmt_raw,stmt_file,stmt_release >bank.txt
bank=$?
grep -v passed bank.txt
python3 "$tool" "$umi" small.umi "$seed" ${TORTURE:+1000} ${TORTURE:+20000} >small.txt
small=$?
grep -v passed small.txt
sed -n 's/ passed, / /; s/ failed$//p' bank.txt small.txt |
    awk '{ ok += $1; bad += $2 } END { print ok " passed, " bad " failed" }'
[ $bank -eq 0 ] && [ $small -eq 0 ]
