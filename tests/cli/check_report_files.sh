#!/bin/sh
# Reports as workbooks (xlsx) and on paper (pdf): every figure of the JSON, as
# a number or a date; texts as texts whatever they look like; the same bytes
# each time; a clear refusal where they cannot be written.
: "${BUILD:=build}"
umi=$(realpath "$BUILD")/umi
read_report=$(pwd)/tests/support/read_report.py
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...
    want=$1
    shift
    "$@"
    [ $? -eq "$want" ]
}
if ! command -v python3 >/dev/null; then
    echo "no python3: nothing was read"
    tally
    exit
fi

# Every report of the demo's book.
mkdir "$tmp/build"
ln -s "$umi" "$tmp/build/umi"
BUILD=$tmp/build sh tests/demo/demo.sh >"$tmp/demo.txt" 2>&1
is "the demo" 0 $?
export UMI_BOOK="$tmp/build/demo/garut.umi" UMI_USER=ani UMI_LANG=id
"$umi" report --list | cut -d' ' -f1 >"$tmp/names"
is "there are six reports" 6 "$(wc -l <"$tmp/names")"
while read -r name; do
    ok "$name: its files say what its JSON says" python3 "$read_report" agree "$umi" "$name"
done <"$tmp/names"
ok "of an earlier day" python3 "$read_report" agree "$umi" trial-balance --as-of 2026-09-10

# A book of hostile names, amounts of sixteen digits, and many loans.
cd "$tmp" || exit 1
export UMI_BOOK="$tmp/hostile.umi"
"$umi" init --institution '=HYPERLINK("http://x","Kopdit") & <Maju> "Šö" 中' 2>/dev/null
{
    echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,officer,group,branch
    for loan in '=1+2' '+62811' '-7' '@SUM(A1)' '007' '_x0041_' '<b>&' 'a)b(c\' 'Šuš—€' '中文 name' "$(printf 'A\314\201')"; do
        echo "\"$loan\",KUR_MIKRO,Ani,10000000000000,6,year,annuity,3,1,month,2026-01-05,\"$loan\",\"=$loan\",\"kantor cabang yang namanya sangat panjang sekali $loan\""
    done
    i=0
    while [ $((i += 1)) -le 150 ]; do
        echo "K-$i,KUR_MIKRO,Ani,10000000000000,6,year,annuity,3,1,month,2026-01-05,Budi,MK-1,GRT"
    done
} >loans.csv
ok "loans are taken over" "$umi" loan import loans.csv
for name in trial-balance portfolio arrears; do
    ok "$name of hostile names" python3 "$read_report" agree "$umi" "$name" --as-of 2026-03-31
done
"$umi" report arrears --as-of 2026-03-31 --format xlsx >arrears.xlsx
python3 "$read_report" cells arrears.xlsx >cells
for loan in "'=1+2'" "'+62811'" "'-7'" "'@SUM(A1)'" "'007'" "'_x0041_'" "'<b>&'" "'Šuš—€'"; do
    ok "$loan is a text" grep -qF -- " 0 text $loan" cells
done
"$umi" report trial-balance --as-of 2026-03-31 --format xlsx >trial.xlsx
python3 "$read_report" cells trial.xlsx >cells
ok "what has more than 15 digits is text, exact" grep -qF "text '1.610.000.000.000.000'" cells
ok "and that is told" grep -qF 'lebih dari 15 digit' cells
ok "the title is not a formula" grep -qF "text '=HYPERLINK(" cells

# On paper.
"$umi" report arrears --as-of 2026-03-31 --format pdf >arrears.pdf
python3 "$read_report" lines arrears.pdf >lines
pages=$(cut -d' ' -f1 lines | sort -u | wc -l)
ok "several pages" [ "$pages" -gt 2 ]
is "headings on every page" "$pages" "$(grep -c ' petugas$' lines)"
is "the number of each page" "$pages" "$(grep -c " halaman [0-9]* dari $pages$" lines)"
ok "a letter of Windows 1252" grep -qF 'Šuš—€' lines
ok "a parenthesis and a backslash" grep -qF 'a)b(c\' lines
ok "what the font lacks has a stand-in" grep -q ' ?? name$' lines
is "and is counted on every page" "$pages" "$(grep -c "ditulis '?': [1-9]" lines)"
ok "wide: the page lies" grep -aq '/MediaBox \[ 0 0 841' arrears.pdf
"$umi" report trial-balance --format pdf >trial.pdf
python3 "$read_report" lines trial.pdf >lines
is "numbers of a column end in one line" 3 "$(awk '$2 > 100 && $4 != "-" { print $4 }' lines | sort -u | wc -l)"
ok "narrow: it stands" grep -aq '/MediaBox \[ 0 0 595' trial.pdf

# The same of a bank's exceptions, which exit 1 when there are any.
UMI_BOOK=$tmp/build/demo/garut.umi "$umi" bank exceptions --format xlsx >x.xlsx
is "exceptions are told by the exit code" 1 $?
ok "and stand in a workbook" sh -c "python3 '$read_report' cells x.xlsx | grep -q LEDGER_ONLY"

# Refusals.
for format in xlsx pdf; do
    says "$format: an unknown report" 2 'USAGE: .*' "$umi" report profit --format $format
    says "$format: a full disk" 4 'IO: .*' sh -c "'$umi' report arrears --format $format >/dev/full"
    # a machine without terminals to be had has none to spoil
    python3 -c 'import pty; pty.openpty()' 2>/dev/null || continue
    ok "$format: a terminal" sh -c "python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' \
        '$umi' report arrears --format $format >typescript; [ \$? -eq 2 ]"
    ok "$format: is told why" grep -q "^USAGE: $format bukan untuk terminal" typescript
done
says "another format" 2 "USAGE: --format harus text, json, csv, html, xlsx atau pdf, bukan 'ods'" "$umi" report arrears --format ods
says "of one exception" 2 "USAGE: --format harus .*" "$umi" bank exceptions --format ods
tally
