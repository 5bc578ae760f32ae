#!/bin/sh
# SPDX-License-Identifier: MIT
# A close of many days that is killed again and again: the book holds at every
# moment, the same command finishes it, and it ends where one that was left
# alone ends.  TORTURE kills more often.
umi=$(realpath "${BUILD:-build}/umi")
. "$(dirname "$0")/../support/claim.sh"
cd "$tmp" || exit 1
seed=${UMI_SEED:-7}
echo "seed $seed"
python3 - "$seed" <<'EOT'
import random, sys
random.seed(int(sys.argv[1]))
with open("loans.csv", "w") as f, open("paid.csv", "w") as g:
    f.write("loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,branch\n")
    g.write("reference,loan,date,amount,channel\n")
    for i in range(6000):
        p = ["MEKAAR", "KUR_MIKRO", "LAIN"][i % 3]
        t = ("5000000,6,year,annuity,12,1,month", "2000000,1,week,flat,25,1,week")[i % 3 != 1]
        f.write(f"L{i},{p},N,{t},2025-{i % 5 + 1:02d}-{random.randrange(1, 28):02d},B{i % 7}\n")
        if i % 2:
            g.write(f"R{i},L{i},2025-06-{random.randrange(1, 28):02d},{random.randrange(1, 300)}0000,VA\n")
EOT
days="--date 2025-06-20 --through 2025-07-10"
export UMI_BOOK=calm.umi
"$umi" init --institution Uji 2>/dev/null
"$umi" loan import loans.csv --json >/dev/null
"$umi" post paid.csv --date 2025-06-28 --json >/dev/null
cp calm.umi killed.umi
"$umi" day close $days >/dev/null

export UMI_BOOK=killed.umi
kill_it() { # kill_it SECONDS
    timeout -s KILL "$1" "$umi" day close $days >/dev/null 2>&1
    [ $? -eq 137 ] && killed=$((killed + 1))
    "$umi" verify >/dev/null 2>&1 || { echo "after $1 s"; return 1; }
}
killed=0
delays="0.01 0.03 0.06 0.09 0.14 0.2"
[ -z "$TORTURE" ] || delays=$(seq 0.005 0.005 0.4)
for s in $delays; do
    claim "the book holds when killed after $s s" kill_it "$s"
done
claim "something was killed" [ $killed -gt 0 ]
claim "verify --full holds half way" "$umi" verify --full >/dev/null
finish() {
    "$umi" day close $days >/dev/null 2>err.txt && return 0
    # unless the last run was killed behind its last commit
    grep -q NOT-BUSINESS err.txt && "$umi" report day-close --as-of 2025-07-10 >/dev/null
}
claim "the same command finishes it" finish
same() {
    for r in trial-balance portfolio arrears; do
        UMI_BOOK=calm.umi "$umi" report $r --format json >a.json
        "$umi" report $r --format json >b.json
        cmp a.json b.json || return 1
    done
    UMI_BOOK=calm.umi "$umi" export journal --format csv >a.csv
    "$umi" export journal --format csv | cut -d, -f2- | sort >b.csv
    cut -d, -f2- a.csv | sort | cmp - b.csv
}
claim "it ends where the calm one ends" same
claim "verify --full holds at the end" "$umi" verify --full >/dev/null
closed() {
    "$umi" day close --date 2025-07-10 >/dev/null 2>&1
    [ $? -eq 3 ]
}
claim "the last day is closed" closed
full() { # no room for the close: the day stays open, the book holds
    cp calm.umi full.umi
    size=$(($(stat -c %s full.umi) / 1024 + 8))
    (ulimit -f $size; trap '' XFSZ
        "$umi" --book full.umi day close --date 2025-07-11 --through 2025-08-31) >/dev/null 2>err.txt
    case $? in 4 | 5 | 70) ;; *) cat err.txt; return 1 ;; esac
    "$umi" --book full.umi verify --full >/dev/null &&
        "$umi" --book full.umi day close --date 2025-07-11 --through 2025-08-31 >/dev/null &&
        "$umi" --book full.umi verify --full >/dev/null
}
claim "a file that may not grow keeps the days open" full

tally
