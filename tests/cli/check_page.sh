#!/bin/sh
# SPDX-License-Identifier: MIT
# The page of a schedule: it says what the JSON says, in figures and in words;
# what people have typed stays text; it needs nothing else to be read.
: "${BUILD:=build}"
umi=$(pwd)/$BUILD/umi
case $BUILD in /*) umi=$BUILD/umi ;; esac
read_page=$(pwd)/tests/support/read_page.py
vectors=$(pwd)/tests/vectors
passed=0 failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
claim() { # claim TEXT COMMAND...: the command must succeed
    text=$1
    shift
    if "$@" >"$tmp/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $text"
        cat "$tmp/log"
    fi
}
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
    claim "pages say what the JSON says" \
        python3 "$read_page" "$umi" "$vectors/page.jsonl" "$vectors/quote.jsonl"
    xml=is_xml
else
    echo "no python3: no page was read"
    xml=true
fi

# Names.
claim "a page without names" page
claim "has lines to write them on" sh -c "[ \$(grep -o 'class=\"fill\"' $tmp/page.html | wc -l) -eq 6 ]"
cp "$tmp/page.html" "$tmp/first.html"
page
claim "the same bytes each time" cmp "$tmp/first.html" "$tmp/page.html"
page --institution 'Kopdit <script>alert(1)</script> & "Maju"' --borrower "Nur'aini Šušteršič"
claim "what looks like a tag is text" holds 'Kopdit &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Maju&quot;'
claim "no script" lacks '<script'
claim "a name stands twice: above and where it is signed" \
    sh -c "[ \$(grep -o '<bdi>Nur&#39;aini Šušteršič</bdi>' $tmp/page.html | wc -l) -eq 2 ]"
claim "fewer lines to write on" sh -c "[ \$(grep -o 'class=\"fill\"' $tmp/page.html | wc -l) -eq 3 ]"
claim "it is XML" $xml "$tmp/page.html"
turned=$(printf 'Ani\342\200\256gnuR\342\200\254 \330\271\331\204\331\212 \001\033[2J\tB\302\205')
page --borrower "$turned"
mark=$(printf '\357\277\275')
claim "marks that turn the writing, and controls, are shown as such" \
    holds "<bdi>Ani${mark}gnuR${mark} $(printf '\330\271\331\204\331\212') ${mark}${mark}[2J B${mark}</bdi>"
claim "it is XML, too" $xml "$tmp/page.html"
claim "a code of a fee is text" sh -c "
    '$umi' quote --principal 1000 --rate 0 --periods 1 --method flat --disbursed 2026-09-03 \
        --fees '[{\"code\":\"</td><b>\",\"amount\":\"5\",\"due\":1}]' --id '<i>&' --format html >'$tmp/page.html' &&
    grep -qF '<bdi>&lt;/td&gt;&lt;b&gt;</bdi>' '$tmp/page.html' && grep -qF '<bdi>&lt;i&gt;&amp;</bdi>' '$tmp/page.html'"
claim "and that is XML" $xml "$tmp/page.html"

# Words, in the language that is asked.
page --lang id
claim "Indonesian" holds '<html lang="id">'
claim "an amount in Indonesian words" holds '<i>satu juta rupiah</i>'
claim "a date in Indonesian" holds '3 September 2026</time>'
page --lang en --round 0.01:half_even --payment-round 500:ceil
claim "English" holds '<html lang="en">'
claim "an amount in English words" holds '<i>one million rupiah</i>'
claim "how it is rounded" holds "to the nearest Rp 0.01, halves to the even one. The payment: up to a multiple of Rp 500."

# A product.
product() {
    "$umi" --lang id quote --format html --disbursed 2026-09-03 "$@" >"$tmp/page.html"
}
claim "a page of a product" product --product MEKAAR --amount 3000000 --periods 50
claim "its name" holds '<bdi>PNM Mekaar</bdi>'
claim "what it rests on, and that it is not verified" holds 'PNM Mekaar product terms (press) (belum diverifikasi)'
claim "what is kept beside the terms" holds '5 % dari pinjaman ditahan dan dikembalikan'
claim "the day of the week" holds '50, setiap minggu (Kamis), sejak'
claim "is XML" $xml "$tmp/page.html"
claim "a page of another" product --product KUR_MIKRO --access 2 --amount 30000000 --periods 24 --on 2024-05-01
claim "rests on the regulation" holds 'Permenko 1/2023'
claim "and keeps nothing" lacks 'ditahan'

# Manners.
claim "--format json is --json" sh -c "
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat --format json >'$tmp/a' &&
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat --json >'$tmp/b' && cmp '$tmp/a' '$tmp/b'"
claim "--format json beside --json" quote --json --format json
claim "--format text is the table" sh -c "
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat --format text >'$tmp/a' &&
    '$umi' quote --principal 9 --rate 0 --periods 1 --method flat >'$tmp/b' && cmp '$tmp/a' '$tmp/b'"
claim "a format that there is not" exits 2 quote --format pdf
claim "two formats" exits 2 quote --json --format html
claim "a page of a batch" exits 2 "$umi" quote --jsonl --format html
claim "a name without a page" exits 2 quote --borrower Ani
claim "an institution without a page" exits 2 quote --json --institution KSP
claim "an empty name" exits 2 quote --format html --borrower ' '
claim "a name that is no text" exits 2 quote --format html --borrower "$(printf 'A\377')"
claim "a bad quote has no page" exits 2 quote --format html --every 0
claim "nothing of it is written" sh -c "! '$umi' quote --format html --rate 6 2>/dev/null | grep -q ."

# A loan of a book, and a report.
UMI_BOOK=$tmp/book.umi UMI_USER=ani
export UMI_BOOK UMI_USER
"$umi" init --institution 'Kopdit "Maju" & Co' 2>/dev/null
{
    echo loan,product,borrower,principal,rate,rate_per,method,periods,every,unit,disbursed,officer
    echo 'K-1,KUR_MIKRO,Neneng <Suryani>,1000000,6,year,annuity,3,1,month,2026-09-03,Budi'
} >"$tmp/loans.csv"
claim "a loan is taken over" "$umi" loan import "$tmp/loans.csv"
claim "its page" sh -c "'$umi' --lang id loan schedule K-1 --format html >'$tmp/page.html'"
claim "with its number" holds '<bdi>K-1</bdi>'
claim "its borrower" holds '<bdi>Neneng &lt;Suryani&gt;</bdi>'
claim "its officer" holds '<bdi>Budi</bdi>'
claim "and who lends" holds '<bdi>Kopdit &quot;Maju&quot; &amp; Co</bdi>'
claim "is XML" $xml "$tmp/page.html"
page --lang id
claim "its figures are those of the quote" sh -c "
    '$umi' --lang id loan schedule K-1 --format html | sed -n '/<tbody>/,/<.tbody>/p; /id=\"hash\"/p' >'$tmp/a' &&
    sed -n '/<tbody>/,/<.tbody>/p; /id=\"hash\"/p' '$tmp/page.html' >'$tmp/b' && [ -s '$tmp/a' ] && cmp '$tmp/a' '$tmp/b'"
claim "as JSON" sh -c "'$umi' loan schedule K-1 --format json | grep -q '\"id\":\"K-1\"'"
claim "in no other format" exits 2 "$umi" loan schedule K-1 --format pdf
for report in portfolio trial-balance; do
    claim "$report as HTML" sh -c "'$umi' report $report --format html >'$tmp/page.html'"
    claim "$report names the institution" holds 'Kopdit &quot;Maju&quot; &amp; Co'
    claim "$report is XML" $xml "$tmp/page.html"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
