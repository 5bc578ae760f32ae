#!/bin/sh
# The main job, end to end, on the sample of tests/demo/data: households,
# applications, decisions and what a new rule would change, loans, disbursement, bank, repayments, day closes,
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
# Shows a command and its answer.  1, 2 and 3 are answers too: something for a
# person, a refusal; anything above ends the demo.
show() {
    printf '   $ umi %s\n' "$*"
    umi "$@" 2>&1 && return
    rc=$?
    echo "   (exit $rc)"
    [ $rc -le 3 ]
}
some() { # some LINES COMMAND...: shows the head of a long answer
    lines=$1
    shift
    printf '   $ umi %s\n' "$*"
    umi "$@" >"$out/answer"
    head -n "$lines" "$out/answer"
    [ "$(wc -l <"$out/answer")" -le "$lines" ] || echo "   ..."
}

say "Buku baru dan rumah tangga satu kabupaten" "A new book, and the households of one district"
umi init --institution "LKBB Garut Sejahtera" --branch GRT
close() { # close FLAG DATE: quietly, the answer goes to a file
    umi day close "$1" "$2" >"$out/close-$2.txt"
}
close --date 2026-08-31
show household import "$out/households.csv"
show group import "$out/groups.csv"

say "Permohonan masuk dan diputus menurut aturan tanggal itu" "Applications come in and are decided by the rules of that day"
show --user ani apply "$out/applications.csv" --date 2026-09-01
umi --user ani decide --all --date 2026-09-01 --json >"$out/decisions.jsonl"
if [ "$lang" = id ]; then
    words="eligible=layak;need_documents=dokumen belum lengkap;refer=diputuskan orang;blocked=tidak layak"
else
    words="eligible=may be lent;need_documents=documents are missing;refer=a person decides;blocked=not possible"
fi
tr ';' '\n' <<EOF | awk -F= 'NR == FNR { word[$1] = $2; next }
    { split($0, a, "\"status\":\""); split(a[2], b, "\""); n[b[1]]++ }
    END { for (k in n) printf "%6d  %s\n", n[k], word[k] }' - "$out/decisions.jsonl" | sort -rn
$words
EOF
say "Disetujui, ditolak, perlu berkas: empat contoh" "Open, closed, waiting for a document: four examples"
for id in P0001 P0076 P0096 P0080; do
    show --user ani decide $id --date 2026-09-01
done

say "Beberapa pintu terbuka, satu dipilih: dengan alasannya" "Several doors are open and one is chosen: with the reason"
rules=rules/data/eligibility.yaml
umi rules facts $rules >"$out/facts"
cut -d, -f1 "$out/applications.csv" | sed 1d | while read -r id; do
    umi application show "$id" --json
    echo
done | awk -f "$here/applicants.awk" "$out/facts" - >"$out/applicants.jsonl"
if [ "$lang" = id ]; then words="terbuka dipilih karena"; else words="open chosen because"; fi
chosen() { # chosen ID: its open products, the one that is offered, and the row that says so
    printf '   $ umi screen --on 2026-09-01 --explain    (%s)\n' "$1"
    grep "^{\"id\":\"$1\"" "$out/applicants.jsonl" | umi screen --rules $rules --on 2026-09-01 --explain |
        sed 's/{"product"/\n&/g' | awk -v words="$words" 'BEGIN { split(words, word, " ") }
            NR == 1 && match($0, /"route":"[^"]*/) { route = substr($0, RSTART + 9, RLENGTH - 9) }
            /"status":"eligible"/ { split($0, part, "\""); open = open " " part[4] }
            match($0, /"row":{"at":"[^"]*","when":"[^"]*/) {
                split(substr($0, RSTART, RLENGTH), part, "\""); at = part[6]; when = part[10] }
            END { printf "%-10s%s\n%-10s %s\n%-10s %s (%s)\n", word[1], open, word[2], route, word[3], when, at }'
}
chosen P0001
chosen P0095

say "Aturan berubah: siapa yang terkena di antara pemohon ini" "A rule changes: whom it concerns among these applicants"
awk '{ print }
    /from: .2025-01-01., value: .20000000., legal: PMK-130/ {
        print "      - {from: \0472026-12-01\047, value: \04725000000\047, legal: PMK-130/2024, verify: true}" }
    /from: .2025-11-01., value: .6., legal: KUR-USAHA/ {
        print "      - {from: \0472026-12-01\047, value: \04712\047, legal: KUR-USAHA, verify: true}" }' $rules >"$out/eligibility-new.yaml"
show rules diff $rules "$out/eligibility-new.yaml" --on 2026-12-01 --over "$out/applicants.jsonl"

say "Orang kedua menyetujui; pinjaman dibukukan" "A second person approves; loans are booked"
sed -n 's/^{"id":"\([^"]*\)","product":"[^"]*","status":"eligible".*/\1/p' "$out/decisions.jsonl" >"$out/eligible"
show --user ani approve P0001 --date 2026-09-01
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
if [ "$lang" = id ]; then booked=dibukukan not="tidak dibukukan"; else booked=booked not="not booked"; fi
printf '%6d  %s\n%6d  %s\n' "$approved" "$booked" "$refused" "$not"

say "Jadwal: KUR, UMi, Mekaar, gadai" "Schedules: KUR, UMi, Mekaar, a pawn"
for product in KUR_MIKRO UMI MEKAAR GADAI_KCA; do
    id=$(grep -F ",$product," "$out/applications.csv" | cut -d, -f1 | grep -Fxf - "$out/booked" | head -n 1)
    printf '   %s %s\n' "$id" "$product"
    sed -n '/^\(ke\|no\.\) /,$p' "$out/schedule-$id.txt" | head -n 6
done

say "Pencairan: satu berkas transfer untuk bank" "Disbursement: one transfer file for the bank"
awk 'BEGIN { print "id,bank,account,date" }
    { printf "%s,%s,%010d,2026-09-03\n", $1, (NR % 3 ? "BRI" : "BNI"), 7100000 + NR * 37 }' \
    "$out/booked" >"$out/disburse.csv"
close --through 2026-09-02
umi bank account add 000000000000001 --code OPERASIONAL --bank BRI --cash 1102 --format mt940 >/dev/null
show --user budi disburse --file "$out/disburse.csv" --date 2026-09-03 --transfers "$out/transfers.csv"
show --user budi disburse P0001 --date 2026-09-03

say "Rekening koran: dua transfer kembali" "The bank statement: two transfers came back"
awk -v account=000000000000001 -v opening=150000000000 -v day=260903 -v back=5,41 \
    -f "$here/bank.awk" "$out/transfers.csv" >"$out/statement-0903.mt940"
show bank import "$out/statement-0903.mt940" --account 000000000000001
show --user budi bank match
show bank exceptions
some 24 report bank-reconciliation
returned=$(umi application list --json | sed 's/},{/}\n{/g' | sed -n 's/.*"id":"\([^"]*\)","state":"booked".*/\1/p')
close --date 2026-09-03
for id in $returned; do
    show --user budi disburse "$id" --date 2026-09-04 --bank BRI --account "00072${id#P}"
done

say "Delapan minggu pembayaran, dan tutup hari" "Eight weeks of repayments, and day closes"
days="2026-09-10 2026-09-17 2026-09-24 2026-10-01 2026-10-08 2026-10-15 2026-10-22 2026-10-29"
while read -r id; do
    product=$(awk -F, -v id="$id" '$1 == id { print $4 }' "$out/applications.csv")
    [ "$product" = GADAI_KCA ] || umi loan schedule "$id" --json | sed 's/},{/}\n{/g' |
        sed -n "s/.*\"due\":\"\([^\"]*\)\".*\"total\":\"\([^\"]*\)\",\"balance.*/$id $product \1 \2/p"
done <"$out/booked" >"$out/dues"
awk -v out="$out" -v days="$days" -f "$here/repay.awk" "$out/dues"
close --date 2026-09-04
grouped() { # grouped AMOUNT: as people write it
    echo "$1" | awk -v mark="$([ "$lang" = id ] && echo . || echo ,)" \
        '{ while (length($1) > 3) { out = mark substr($1, length($1) - 2) out; $1 = substr($1, 1, length($1) - 3) } print $1 out }'
}
number() { sed -n "s/.*\"$1\":{\"n\":\([0-9]*\),\"amount\":\"\([^\"]*\)\".*/\1 \2/p" "$out/result"; }
if [ "$lang" = id ]; then words="dibukukan rupiah ganda ditolak"; else words="posted rupiah duplicate rejected"; fi
# shellcheck disable=SC2086
printf '   %-26s %9s %12s %9s %9s\n' "umi post" $words
week=0
for day in $days; do
    week=$((week + 1))
    before=$(date -d "$day - 1 day" +%F)
    close --through "$before"
    umi post "$out/repay-$week.csv" --date "$day" --json >"$out/result" 2>>"$out/log" || [ $? -eq 1 ]
    set -- $(number posted)
    printf '   %-26s %9d %12s %9d %9d\n' "repay-$week.csv $day" "$1" "$(grouped "$2")" \
        $(number duplicate | cut -d' ' -f1) $(number rejected | cut -d' ' -f1)
done
say "Berkas yang sama sekali lagi; baris yang ditolak" "The same file once more; the line that was refused"
show post "$out/repay-3.csv" --date 2026-09-24
sed 's/^/   /' "$out/repay-6.csv.rejects.csv"

say "Gadai ditebus: sewa modal per 15 hari yang dimulai" "A pawn redeemed: rent per started block of 15 days"
id=$(grep -F ",GADAI_KCA," "$out/applications.csv" | cut -d, -f1 | grep -Fxf - "$out/booked" | head -n 1)
show --user budi pawn redeem "$id" --date 2026-10-29

say "Tutup hari" "The day is closed"
show day close --date 2026-10-29

say "Kartu angsuran satu peminjam" "One borrower's card"
some 14 loan statement P0009

say "Laporan" "Reports"
show report trial-balance
show report arrears
for name in trial-balance portfolio arrears; do
    umi report $name --format html >"$out/$name.html"
    umi report $name --format json >"$out/$name.json"
done

say "Bukti: jurnal diperiksa hledger, buku diperiksa dari awal" "Proof: hledger reads the journal, the book is folded anew"
umi export journal --format hledger >"$out/garut.journal"
printf '   $ hledger -f garut.journal check; hledger balance\n'
hledger -f "$out/garut.journal" check
hledger -f "$out/garut.journal" balance --flat
show verify --full
if [ "$lang" = id ]; then word=berkas; else word=files; fi
printf '\n%s: %d %s\n' "$out" "$(ls "$out" | wc -l)" "$word"
