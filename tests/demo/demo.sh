#!/bin/sh
# The main job, end to end, on the sample of tests/demo/data: households,
# applications, decisions, loans, disbursement, bank, repayments, day closes,
# proofs.  Leaves the book and its reports in $BUILD/demo.
set -eu
: "${BUILD:=build}"
here=$(dirname "$0")
out=$BUILD/demo
rm -rf "$out"
mkdir -p "$out"
cp "$here"/data/*.csv "$out"
UMI_BOOK=$out/garut.umi
export UMI_BOOK
lang=${DEMO_LANG:-id}
umi() { "$BUILD/umi" --lang "$lang" "$@"; }
say() { # say INDONESIAN ENGLISH
    if [ "$lang" = id ]; then text=$1; else text=$2; fi
    printf '\n== %s\n' "$text"
}
show() { printf '   '; printf '$ umi %s\n' "$*"; umi "$@"; }
some() { # some LINES COMMAND...: shows the head of a long answer
    lines=$1
    shift
    printf '   $ umi %s\n' "$*"
    umi "$@" >"$out/answer"
    head -n "$lines" "$out/answer"
    [ "$(wc -l <"$out/answer")" -le "$lines" ] || echo "   ..."
}
# a field of a flat JSON line: field NAME
field() { sed -n "s/.*\"$1\":\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p"; }

say "Buku baru dan rumah tangga satu kabupaten" "A new book, and the households of one district"
umi init --institution "LKBB Garut Sejahtera" --branch GRT
show household import "$out/households.csv"
show group import "$out/groups.csv"

say "Permohonan masuk dan diputus menurut aturan tanggal itu" "Applications come in and are decided by the rules of that day"
show --user ani apply "$out/applications.csv" --date 2026-09-01
umi --user ani decide --all --date 2026-09-01 --json >"$out/decisions.jsonl"
awk -F'"decision":"' '{ split($2, a, "\""); n[a[1]]++ } END { for (k in n) printf "%6d  %s\n", n[k], k }' \
    "$out/decisions.jsonl" | sort -rn
say "Disetujui, ditolak, perlu berkas: tiga contoh" "Open, closed, waiting for a document: three examples"
for id in P0001 P0076 P0080; do
    show --user ani decide $id --date 2026-09-01
done

say "Orang kedua menyetujui; pinjaman dibukukan" "A second person approves; loans are booked"
sed -n 's/^{"id":"\([^"]*\)","product":"[^"]*","status":"eligible".*/\1/p' "$out/decisions.jsonl" >"$out/eligible"
umi --user ani approve P0001 --date 2026-09-01 || echo "   (exit $?)"
approved=0 refused=0
while read -r id; do
    umi --user budi approve "$id" --date 2026-09-01 >/dev/null
    if umi --user budi book "$id" --expected 2026-09-03 --date 2026-09-01 \
        >"$out/schedule-$id.txt" 2>"$out/refused"; then
        approved=$((approved + 1))
        echo "$id" >>"$out/booked"
    else
        refused=$((refused + 1))
        cat "$out/refused"
    fi
done <"$out/eligible"
printf '%6d  %s\n%6d  %s\n' "$approved" "dibukukan / booked" "$refused" "tidak dibukukan / not booked"

say "Jadwal: KUR, UMi, Mekaar, gadai" "Schedules: KUR, UMi, Mekaar, a pawn"
for product in KUR_MIKRO UMI MEKAAR GADAI_KCA; do
    id=$(grep -F ",$product," "$out/applications.csv" | cut -d, -f1 | grep -Fxf - "$out/booked" | head -n 1)
    printf '   %s %s\n' "$id" "$product"
    head -n 12 "$out/schedule-$id.txt" | tail -n 6
done

say "Pencairan: satu berkas transfer untuk bank" "Disbursement: one transfer file for the bank"
awk 'BEGIN { print "id,bank,account,date" }
    { printf "%s,%s,%010d,2026-09-03\n", $1, (NR % 3 ? "BRI" : "BNI"), 7100000 + NR * 37 }' \
    "$out/booked" >"$out/disburse.csv"
umi bank account add 000000000000001 --code OPERASIONAL --bank BRI --cash 1102 --format mt940 >/dev/null 2>&1 || true
show --user budi disburse --file "$out/disburse.csv" --date 2026-09-03 --transfers "$out/transfers.csv"
show --user budi disburse P0001 --date 2026-09-03 || echo "   (exit $?)"

say "Rekening koran: dua transfer kembali" "The bank statement: two transfers came back"
awk -v account=000000000000001 -v opening=150000000000 -v day=260903 -v back=5,41 \
    -f "$here/bank.awk" "$out/transfers.csv" >"$out/statement-0903.mt940"
show bank import "$out/statement-0903.mt940" --account 000000000000001
show --user budi bank match
show bank exceptions
show report bank-reconciliation
