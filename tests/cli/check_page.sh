#!/bin/sh
# SPDX-License-Identifier: MIT
# The page of a schedule: it says what the JSON says, in figures and in words;
# what people have typed stays text; it needs nothing else to be read.
: "${BUILD:=build}"
umi=$(pwd)/$BUILD/umi
case $BUILD in /*) umi=$BUILD/umi ;; esac
read_page=$(pwd)/tests/support/read_page.py
vectors=$(pwd)/tests/vectors
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...
    want=$1
    shift
    "$@"
    [ $? -eq "$want" ]
}
quote() { # quote FLAGS...: a small loan
    "$umi" quote --principal 1000000 --disbursed 2026-09-03 --rate 6 \
        --periods 3 --method annuity "$@"
}
page() {
    quote --format html "$@" >"$tmp/page.html"
}
holds() { # holds TEXT: the page has it; a blank that does not break is one
    sed 's/\xC2\xA0/ /g' "$tmp/page.html" | grep -qF -e "$1"
}
lacks() {
    ! holds "$1"
}
is_xml() { # is_xml FILE...
    python3 -c 'import sys, xml.etree.ElementTree as t
for name in sys.argv[1:]: t.parse(name)' "$@"
}

if command -v python3 >/dev/null; then
    ok "pages say what the JSON says" \
        python3 "$read_page" "$umi" "$vectors/page.jsonl" "$vectors/quote.jsonl"
    xml=is_xml
else
    echo "no python3: no page was read"
    xml=true
fi

# Names.
ok "a page without names" page
ok "has lines to write them on" sh -c "[ \$(grep -o 'class=\"fill\"' $tmp/page.html | wc -l) -eq 6 ]"
cp "$tmp/page.html" "$tmp/first.html"
page
ok "the same bytes each time" cmp "$tmp/first.html" "$tmp/page.html"
page --institution 'Kopdit <script>alert(1)</script> & "Maju"' --borrower "Nur'aini Šušteršič"
ok "what looks like a tag is text" holds 'Kopdit &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Maju&quot;'
ok "no script" lacks '<script'
ok "a name stands twice: above and where it is signed" \
    sh -c "[ \$(grep -o '<bdi>Nur&#39;aini Šušteršič</bdi>' $tmp/page.html | wc -l) -eq 2 ]"
ok "fewer lines to write on" sh -c "[ \$(grep -o 'class=\"fill\"' $tmp/page.html | wc -l) -eq 3 ]"
ok "it is XML" $xml "$tmp/page.html"
turned=$(printf 'Ani\342\200\256gnuR\342\200\254 \330\271\331\204\331\212 \001\033[2J\tB\302\205')
page --borrower "$turned"
mark=$(printf '\357\277\275')
ok "marks that turn the writing, and controls, are shown as such" \
    holds "<bdi>Ani${mark}gnuR${mark} $(printf '\330\271\331\204\331\212') ${mark}${mark}[2J B${mark}</bdi>"
ok "it is XML, too" $xml "$tmp/page.html"
ok "a code of a fee is text" sh -c "
    '$umi' quote --principal 1000 --rate 0 --periods 1 --method flat --disbursed 2026-09-03 \
        --fees '[{\"code\":\"</td><b>\",\"amount\":\"5\",\"due\":1}]' --id '<i>&' --format html >'$tmp/page.html' &&
    grep -qF '<bdi>&lt;/td&gt;&lt;b&gt;</bdi>' '$tmp/page.html' && grep -qF '<bdi>&lt;i&gt;&amp;</bdi>' '$tmp/page.html'"
ok "and that is XML" $xml "$tmp/page.html"

# Words, in the language that is asked.
page --lang id
ok "Indonesian" holds '<html lang="id">'
ok "an amount in Indonesian words" holds '<i>satu juta rupiah</i>'
ok "a date in Indonesian" holds '3 September 2026</time>'
page --lang en --round 0.01:half_even --payment-round 500:ceil
ok "English" holds '<html lang="en">'
ok "an amount in English words" holds '<i>one million rupiah</i>'
ok "how it is rounded" holds "to the nearest Rp 0.01, halves to the even one. The payment: up to a multiple of Rp 500."

# A product.
product() {
    "$umi" --lang id quote --format html --disbursed 2026-09-03 "$@" >"$tmp/page.html"
}
ok "a page of a product" product --product MEKAAR --amount 3000000 --periods 50
ok "its name" holds '<bdi>PNM Mekaar</bdi>'
ok "what it rests on, and that it is not verified" holds 'PNM Mekaar product terms (press) (belum diverifikasi)'
ok "what is kept beside the terms" holds '5 % dari pinjaman ditahan dan dikembalikan'
ok "the day of the week" holds '50, setiap minggu (Kamis), sejak'
ok "is XML" $xml "$tmp/page.html"
ok "a page of another" product --product KUR_MIKRO --access 2 --amount 30000000 --periods 24 --on 2024-05-01
ok "rests on the regulation" holds 'Permenko 1/2023'
ok "and keeps nothing" lacks 'ditahan'

# Manners.
ok "--format json is --json" sh -c "
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat --format json >'$tmp/a' &&
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat --json >'$tmp/b' && cmp '$tmp/a' '$tmp/b'"
ok "--format json beside --json" quote --json --format json
ok "--format text is the table" sh -c "
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat --format text >'$tmp/a' &&
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat >'$tmp/b' && cmp '$tmp/a' '$tmp/b'"
ok "a format that there is not" exits 2 quote --format pdf
ok "two formats" exits 2 quote --json --format html
ok "a page of a batch" exits 2 "$umi" quote --jsonl --format html
ok "a name without a page" exits 2 quote --borrower Ani
ok "an institution without a page" exits 2 quote --json --institution KSP
ok "an empty name" exits 2 quote --format html --borrower ' '
ok "a name that is no text" exits 2 quote --format html --borrower "$(printf 'A\377')"
ok "a bad quote has no page" exits 2 quote --format html --every 0
ok "nothing of it is written" sh -c "! '$umi' quote --format html --rate 6 2>/dev/null | grep -q ."

# A loan of a book, and a report.
UMI_BOOK=$tmp/book.umi UMI_USER=ani
export UMI_BOOK UMI_USER
"$umi" init --institution 'Kopdit "Maju" & Co' 2>/dev/null
{
    echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,officer
    echo 'K-1,KUR_MIKRO,Neneng <Suryani>,1000000,6,year,annuity,3,1,month,2026-09-03,Budi'
} >"$tmp/loans.csv"
ok "a loan is taken over" "$umi" loan import "$tmp/loans.csv"
ok "its page" sh -c "'$umi' --lang id loan schedule K-1 --format html >'$tmp/page.html'"
ok "with its number" holds '<bdi>K-1</bdi>'
ok "its borrower" holds '<bdi>Neneng &lt;Suryani&gt;</bdi>'
ok "its officer" holds '<bdi>Budi</bdi>'
ok "and who lends" holds '<bdi>Kopdit &quot;Maju&quot; &amp; Co</bdi>'
ok "is XML" $xml "$tmp/page.html"
page --lang id
ok "its figures are those of the quote" sh -c "
    '$umi' --lang id loan schedule K-1 --format html | sed -n '/<tbody>/,/<.tbody>/p; /id=\"hash\"/p' >'$tmp/a' &&
    sed -n '/<tbody>/,/<.tbody>/p; /id=\"hash\"/p' '$tmp/page.html' >'$tmp/b' && [ -s '$tmp/a' ] && cmp '$tmp/a' '$tmp/b'"
ok "as JSON" sh -c "'$umi' loan schedule K-1 --format json | grep -q '\"id\":\"K-1\"'"
ok "in no other format" exits 2 "$umi" loan schedule K-1 --format pdf
for report in portfolio trial-balance; do
    ok "$report as HTML" sh -c "'$umi' report $report --format html >'$tmp/page.html'"
    ok "$report names the institution" holds 'Kopdit &quot;Maju&quot; &amp; Co'
    ok "$report is XML" $xml "$tmp/page.html"
done
tally
