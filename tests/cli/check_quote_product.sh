#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi quote --product`: every shipped product on both sides of each of its
# dates against figures worked out elsewhere, and what is refused, how.
umi=${BUILD:-build}/umi
export LC_ALL=C
unset UMI_RULES
. "$(dirname "$0")/../support/claim.sh"
gives() { # gives TEXT FLAGS...: the JSON holds the text
    want=$1
    shift
    got=$("$umi" quote --json "$@" 2>&1)
    case $got in *"$want"*) ;; *) printf '%.400s\n' "$got"; return 1 ;; esac
}
shows() { # shows LANG TEXT FLAGS...: the table holds the text
    lang=$1 want=$2
    shift 2
    got=$("$umi" --lang "$lang" quote "$@" 2>&1 | tr -s ' ')
    case $got in *"$want"*) ;; *) printf '%s\n' "$got"; return 1 ;; esac
}
refuses() { # refuses MESSAGE FLAGS...: exit 2, nothing on stdout, that line
    want=$1
    shift
    got=$("$umi" --lang en quote "$@" 2>&1 >/dev/null)
    rc=$?
    [ -z "$("$umi" quote "$@" 2>/dev/null)" ] && [ $rc -eq 2 ] && [ "$got" = "$want" ] && return
    printf 'exit %s\ngot      %s\nexpected %s\n' $rc "$got" "$want"
    return 1
}

# Row 1 (principal, interest) and the interest of all rows, on each side of
# every date of the data: the published tables that are right, and annuity,
# flat rate and rent of started blocks worked out in fractions.
while read -r product on access amount periods more principal interest all; do
    [ "$more" = - ] && more=
    [ "$periods" = - ] || more="$more --periods $periods"
    set -- --product "$product" --on "$on" --access "$access" --amount "$amount"
    # shellcheck disable=SC2086,SC2046
    set -- "$@" --effective false $(echo $more | tr ',' ' ')
    claim "$product on $on, access $access: row 1" \
        gives "\"principal\":\"$principal\",\"interest\":\"$interest\"" "$@"
    claim "$product on $on, access $access: all" \
        gives "\"totals\":{\"principal\":\"$amount\",\"interest\":\"$all\"" "$@"
done <<EOT
KUR_MIKRO 2018-01-01 1 25000000 24 - 973481 145833 1863548
KUR_MIKRO 2019-12-31 1 25000000 24 - 973481 145833 1863548
KUR_MIKRO 2019-12-31 2 25000000 24 - 973481 145833 1863548
KUR_MIKRO 2020-01-01 1 50000000 24 - 1966031 250000 3184732
KUR_MIKRO 2020-08-12 1 9000000 24 - 353885 45000 573252
KUR_MIKRO 2020-08-13 1 50000000 24 - 1966031 250000 3184732
KUR_MIKRO 2020-12-31 1 30000000 24 - 1179618 150000 1910840
KUR_MIKRO 2021-01-01 1 50000000 24 - 2024061 125000 1577454
KUR_MIKRO 2021-01-01 4 50000000 24 - 2024061 125000 1577454
KUR_MIKRO 2022-01-01 1 100000000 24 - 4048121 250000 3154909
KUR_MIKRO 2022-12-31 1 30000000 24 - 1214436 75000 946471
KUR_MIKRO 2022-12-31 2 30000000 24 - 1214436 75000 946471
KUR_MIKRO 2023-01-01 1 30000000 24 - 1179618 150000 1910840
KUR_MIKRO 2023-01-01 2 30000000 24 - 1168177 175000 2236257
KUR_MIKRO 2023-01-01 3 30000000 24 - 1156819 200000 2563651
KUR_MIKRO 2023-01-01 4 30000000 24 - 1145542 225000 2893015
KUR_MIKRO 2023-01-01 5 30000000 24 - 1145542 225000 2893015
KUR_MIKRO 2024-05-01 2 30000000 24 - 1168177 175000 2236257
KUR_MIKRO 2025-12-31 1 100000000 24 - 3932061 500000 6369466
KUR_MIKRO 2025-12-31 4 100000000 24 - 3818474 750000 9643383
KUR_MIKRO 2026-01-01 1 30000000 24 - 1179618 150000 1910840
KUR_MIKRO 2026-01-01 2 30000000 24 - 1179618 150000 1910840
KUR_MIKRO 2026-01-01 4 30000000 24 - 1179618 150000 1910840
KUR_MIKRO 2026-11-22 3 100000000 24 - 3932061 500000 6369466
KUR_KECIL 2018-01-01 1 25000001 24 - 973482 145833 1863546
KUR_KECIL 2020-01-01 1 50000001 24 - 1966031 250000 3184733
KUR_KECIL 2021-01-01 1 500000000 24 - 20240606 1250000 15774545
KUR_KECIL 2022-12-31 1 150000000 24 - 6072182 375000 4732364
KUR_KECIL 2023-01-01 1 100000001 24 - 3932061 500000 6369466
KUR_KECIL 2023-01-01 2 100000001 24 - 3893925 583333 7454190
KUR_KECIL 2023-01-01 3 100000001 24 - 3856062 666667 8545501
KUR_KECIL 2023-01-01 4 100000001 24 - 3818474 750000 9643383
KUR_KECIL 2025-12-31 2 500000000 24 - 19469623 2916667 37270952
KUR_KECIL 2026-01-01 2 500000000 24 - 19660305 2500000 31847321
KUR_SUPER_MIKRO 2020-08-13 1 10000000 24 - 393206 50000 636948
KUR_SUPER_MIKRO 2020-12-31 1 5000000 24 - 196603 25000 318473
KUR_SUPER_MIKRO 2021-01-01 1 5000000 24 - 202406 12500 157747
KUR_SUPER_MIKRO 2023-01-01 1 10000000 24 - 404812 25000 315489
KUR_SUPER_MIKRO 2023-01-01 2 10000000 24 - 404812 25000 315489
KUR_SUPER_MIKRO 2026-01-01 1 10000000 24 - 404812 25000 315489
KUR_KHUSUS 2018-01-01 1 500000000 24 - 19469623 2916667 37270952
KUR_KHUSUS 2019-12-31 1 20000000 24 - 778785 116667 1490837
KUR_KHUSUS 2020-01-01 1 20000000 24 - 786412 100000 1273892
KUR_KHUSUS 2022-12-31 1 500000000 24 - 19660305 2500000 31847321
KUR_KHUSUS 2023-01-01 1 20000000 24 - 786412 100000 1273892
KUR_KHUSUS 2023-01-01 3 20000000 24 - 786412 100000 1273892
KUR_KHUSUS 2026-01-01 1 20000000 24 - 786412 100000 1273892
KUR_PMI 2018-01-01 1 25000000 24 - 973481 145833 1863548
KUR_PMI 2020-01-01 1 25000000 24 - 983015 125000 1592366
KUR_PMI 2022-01-01 1 100000000 24 - 3932061 500000 6369466
KUR_PMI 2023-01-01 2 20000000 24 - 786412 100000 1273892
KUR_PMI 2026-01-01 1 20000000 24 - 786412 100000 1273892
KUR_MIKRO 2020-03-01 1 10000000 12 - 810664 50000 327973
KUR_MIKRO 2024-05-01 1 50000000 36 - 1271097 250000 4759488
KUR_MIKRO 2018-06-01 1 20000000 12 --method,flat_equivalent 1666667 63860 766320
KUR_MIKRO 2018-06-01 1 20000000 24 --method,flat_equivalent 833333 62120 1490880
KUR_MIKRO 2018-06-01 1 20000000 36 --method,flat_equivalent 555556 61980 2231280
KUR_MIKRO 2024-05-01 3 20000000 6 --method,bullet 0 133333 799998
MEKAAR 2015-12-01 1 2000000 50 - 40000 10000 500000
MEKAAR 2017-06-01 1 2000000 25 - 80000 10000 250000
MEKAAR 2021-02-28 1 5000000 50 - 100000 25000 1250000
MEKAAR 2021-03-01 1 10000000 50 - 200000 50000 2500000
MEKAAR 2023-08-31 1 10000000 25 - 400000 50000 1250000
MEKAAR 2023-09-01 1 15000000 50 - 300000 75000 3750000
MEKAAR 2023-10-01 1 3000000 50 - 60000 15000 750000
MEKAAR 2026-11-22 1 3000000 25 - 120000 15000 375000
MEKAAR_PLUS 2019-08-01 1 10000000 50 - 200000 50000 2500000
MEKAAR_PLUS 2024-01-01 1 15000000 25 --every,2 600000 150000 3750000
UMI 2017-02-14 1 10000000 12 --unit,month 833333 90000 1080000
UMI 2017-02-14 1 10000000 36 --unit,month 277778 90000 3240000
UMI 2020-12-31 1 10000000 12 --unit,month 833333 90000 1080000
UMI 2020-12-31 1 10000000 36 --unit,month 277778 90000 3240000
UMI 2021-01-01 1 20000000 12 --unit,month 1666667 180000 2160000
UMI 2021-01-01 1 20000000 36 --unit,month 555556 180000 6480000
UMI 2023-11-30 1 20000000 12 --unit,month 1666667 180000 2160000
UMI 2023-11-30 1 20000000 36 --unit,month 555556 180000 6480000
UMI 2023-12-01 1 20000000 12 --unit,month 1666667 224000 2688000
UMI 2023-12-01 1 20000000 36 --unit,month 555556 224000 8064000
UMI 2024-12-31 1 5000000 12 --unit,month 416667 56000 672000
UMI 2024-12-31 1 5000000 36 --unit,month 138889 56000 2016000
UMI 2025-01-01 1 20000000 12 --unit,month 1666667 224000 2688000
UMI 2025-01-01 1 20000000 36 --unit,month 555556 224000 8064000
UMI 2024-01-01 1 5000000 10 --unit,month,--method,annuity 475314 56000 313144
UMI 2024-01-01 1 5200000 52 - 100000 13440 698880
GADAI_KCA 2013-01-01 1 50000 - --appraisal,100000 50000 3000 3000
GADAI_KCA 2013-01-01 1 500000 - --appraisal,1000000 500000 30000 30000
GADAI_KCA 2013-01-01 1 510000 - --appraisal,1020000 510000 46920 46920
GADAI_KCA 2013-01-01 1 10000000 - --appraisal,20000000 10000000 920000 920000
GADAI_KCA 2018-10-31 1 500000 - --appraisal,1000000 500000 30000 30000
GADAI_KCA 2018-10-31 1 5000000 - --appraisal,10000000 5000000 460000 460000
GADAI_KCA 2018-11-01 1 500000 - --appraisal,1000000 500000 40000 40000
GADAI_KCA 2018-11-01 1 510000 - --appraisal,1020000 510000 48960 48960
GADAI_KCA 2018-11-01 1 20000000 - --appraisal,40000000 20000000 1920000 1920000
GADAI_KCA 2018-11-01 1 20010000 - --appraisal,40020000 20010000 1760880 1760880
GADAI_KCA 2018-11-01 1 1000000000 - --appraisal,2000000000 1000000000 88000000 88000000
GADAI_KCA 2024-07-31 1 30000000 - --appraisal,60000000 30000000 2640000 2640000
GADAI_KCA 2024-08-01 1 500000 - --appraisal,1000000 500000 40000 40000
GADAI_KCA 2024-08-01 1 20000000 - --appraisal,40000000 20000000 1920000 1920000
GADAI_KCA 2024-08-01 1 30000000 - --appraisal,60000000 30000000 2880000 2880000
GADAI_KCA 2015-04-10 1 430000 - --appraisal,452632 430000 25800 25800
GADAI_KCA 2026-11-22 1 5000000 - --appraisal,6000000,--term-days,15 5000000 60000 60000
GADAI_KCA 2026-11-22 1 5000000 - --appraisal,6000000,--term-days,16 5000000 120000 120000
RAHN 2018-11-01 1 500000 - --appraisal,1000000 500000 54000 54000
RAHN 2018-11-01 1 510000 - --appraisal,1020000 510000 86904 86904
RAHN 2018-11-01 1 20000000 - --appraisal,40000000 20000000 3408000 3408000
RAHN 2018-11-01 1 20010000 - --appraisal,40020000 20010000 3121560 3121560
RAHN 2026-11-22 1 9000000 - --appraisal,18000000 9000000 1533600 1533600
RAHN 2019-01-01 1 9000000 - --appraisal,10000000 9000000 852000 852000
RAHN 2019-01-01 1 9000000 - --appraisal,10000000,--term-days,11 9000000 142000 142000
KREASI 2013-01-01 1 12000000 12 --appraisal,20000000 1000000 120000 1440000
KREASI 2026-11-22 1 200000000 36 --appraisal,300000000 5555556 2000000 72000000
KRASIDA 2020-01-01 1 12000000 6 --appraisal,20000000 2000000 150000 900000
KRASIDA 2020-01-01 1 12000000 12 --appraisal,20000000 1000000 150000 1800000
KRASIDA 2020-01-01 1 12000000 13 --appraisal,20000000 923077 156000 2028000
KRASIDA 2020-01-01 1 12000000 24 --appraisal,20000000 500000 156000 3744000
KRASIDA 2020-01-01 1 12000000 25 --appraisal,20000000 480000 168000 4200000
KRASIDA 2020-01-01 1 12000000 36 --appraisal,20000000 333333 168000 6048000
ARRUM 2020-01-01 1 7000000 12 --appraisal,10000000 583333 70000 840000
ARRUM 2013-01-01 1 50000000 36 --appraisal,80000000 1388889 560000 20160000
ARRUM_EMAS 2013-01-01 1 20000000 18 --appraisal,25000000 1111111 237500 4275000
ARRUM_EMAS 2026-11-22 1 150000000 24 --appraisal,160000000 6250000 1520000 36480000
EOT

# What the table tells.
kur="--product KUR_MIKRO --periods 24 --on 2024-05-01"
# shellcheck disable=SC2086
{
    claim "product, rate by access, and what they rest on" shows en \
        'rate 7 % per year: Permenko 1/2023, amends 1/2022; access tiers, Pasal 18, 22, 24
amounts above Rp 10,000,000 up to Rp 100,000,000: Permenko 1/2022 Pedoman Pelaksanaan KUR (not verified)' \
        $kur --access 2 --amount 30000000
    claim "the same in Indonesian" shows id \
        'produk KUR mikro (KUR_MIKRO)
aturan per 2024-05-01, akses ke-2' $kur --access 2 --amount 30000000
    claim "what is not verified is said in Indonesian" shows id \
        'Pedoman Pelaksanaan KUR (belum diverifikasi)' $kur --amount 30000000
    claim "access 1 unless it is said" shows en 'annuity, 6 % per year' \
        $kur --amount 30000000
    claim "--principal is the same word" gives '"payment":"1329618"' \
        $kur --principal 30000000
    claim "the disbursement is on the day whose rules hold" shows en \
        'disbursed 2024-05-01' $kur --amount 30000000
    claim "unless it is said" gives '"due":"2024-07-15","days":41' \
        $kur --amount 30000000 --disbursed 2024-06-04 --first-due 2024-07-15
    claim "the rules of the day of disbursement" shows en 'annuity, 3 % per year' \
        --product KUR_MIKRO --periods 24 --amount 30000000 --disbursed 2022-06-01
    claim "holidays move due dates" gives '"due":"2026-12-28","days":30' \
        --product UMI --amount 3000000 --periods 4 --unit month --on 2026-11-25 \
        --calendar indonesia --shift following
    claim "grace within the product's limit" gives '"n":3,"due":"2024-08-01","days":31,"principal":"0"' \
        $kur --amount 30000000 --grace-principal 3
    claim "fees of the day" shows en 'withheld Rp 35,000' --product GADAI_KCA \
        --amount 3000000 --appraisal 4000000 --on 2026-11-22
    claim "the security of Mekaar" shows id 'uang jaminan (UP) 5 %: Uang pertanggungjawaban' \
        --product MEKAAR --amount 3000000 --periods 50 --on 2026-11-22

    # Relief in Aceh, Sumut and Sumbar: 0 % in 2026, 3 % in 2027, 6 % from 2028.
    aceh="--product KUR_MIKRO --amount 36000000 --periods 36 --relief ACEH"
    claim "a loan of 2026 bears nothing" gives \
        '"n":12,"due":"2027-01-05","days":31,"principal":"1000000","interest":"0"' \
        $aceh --on 2026-01-05
    claim "then 3 % on 24,000,000" gives \
        '"n":13,"due":"2027-02-05","days":31,"principal":"971549","interest":"60000"' \
        $aceh --on 2026-01-05
    claim "then 6 %" gives '"due":"2028-02-05","days":31,"principal":"987370","interest":"60899"' \
        $aceh --on 2026-01-05
    claim "an older loan keeps its rate until 2026" gives \
        '"n":3,"due":"2025-12-05","days":30,"principal":"912124","interest":"199451"' \
        $aceh --on 2025-09-05 --access 2
    claim "and has the relief as steps" gives '"n":5,"due":"2026-02-05","days":31,"principal":"1011313","interest":"0"' \
        $aceh --on 2025-09-05 --access 2
    claim "relief says what it rests on" shows en 'change of rate 0 % per year from 2026-01-01
 3 % per year from 2027-01-01
 6 % per year from 2028-01-01' $aceh --on 2026-01-05
    claim "no relief elsewhere" refuses \
        "PRODUCT: relief: KUR_MIKRO has no relief for 'JABAR'" \
        --product KUR_MIKRO --amount 36000000 --periods 36 --relief JABAR --on 2026-01-05
    claim "a flat equivalent has no steps" refuses \
        "INVALID: steps: flat_equivalent has no steps" \
        $aceh --on 2026-01-05 --method flat_equivalent

    # Refusals: the key, the value, what is allowed, and by what.
    claim "above the plafond" refuses \
        "PRODUCT: amount: must be at most 100000000 (Permenko 1/2022 Pedoman Pelaksanaan KUR), got 100000000.01" \
        $kur --amount 100000000.01
    claim "below the band" refuses \
        "PRODUCT: amount: must be more than 10000000 (Permenko 1/2022 Pedoman Pelaksanaan KUR), got 10000000" \
        $kur --amount 10000000
    claim "too many instalments" refuses \
        "PRODUCT: periods: must be one of 25 50 week, got 30" \
        --product MEKAAR --amount 2000000 --periods 30 --on 2026-01-01
    claim "no instalments at all" refuses \
        "PRODUCT: periods: must be given: one of 25 50 week" \
        --product MEKAAR --amount 2000000 --on 2026-01-01
    claim "an unknown product" refuses \
        "INVALID: product: must be one of ARRUM, ARRUM_EMAS, GADAI_KCA, RAHN, KREASI, KRASIDA, KUR_SUPER_MIKRO, KUR_MIKRO, KUR_KECIL, KUR_KHUSUS, KUR_PMI, MEKAAR, MEKAAR_PLUS, UMI, got 'kur'" \
        --product kur --amount 2000000
    claim "before its first day" refuses \
        "PRODUCT: on: KUR_SUPER_MIKRO was not offered on 2020-08-12, only since 2020-08-13 (Permenko 15/2020, amends 8/2019; super mikro)" \
        --product KUR_SUPER_MIKRO --amount 2000000 --periods 12 --on 2020-08-12
    claim "a method that it has not" refuses \
        "PRODUCT: method: must be one of annuity, flat_equivalent, bullet, got 'flat'" \
        $kur --amount 30000000 --method flat
    claim "a unit that it has not" refuses \
        "PRODUCT: periods: must be one of 1 .. 60 month, got 24" \
        $kur --amount 30000000 --unit week
    claim "two plans fit" refuses \
        "PRODUCT: unit: must be said: 12 instalments fit several plans of UMI: 1 .. 36 month, 4 .. 52 week" \
        --product UMI --amount 3000000 --periods 12 --on 2026-01-01
    claim "too much grace" refuses "PRODUCT: grace.principal: must be 0 .. 12, got 13" \
        $kur --amount 30000000 --grace-principal 13
    claim "a pledge that is not known" refuses \
        "PRODUCT: appraisal: the appraised value is not known" \
        --product KREASI --amount 2000000 --periods 12 --on 2026-01-01
    claim "a pledge that is too small" refuses \
        "PRODUCT: amount: the appraised value allows 2790000, got 2800000" \
        --product GADAI_KCA --amount 2800000 --appraisal 3000000 --on 2026-01-01
    claim "fees that are not known" refuses \
        "PRODUCT: on: what RAHN charges for 1000000 on 2018-10-31 is not known" \
        --product RAHN --amount 1000000 --appraisal 2000000 --on 2018-10-31
    for flag in rate rate-per day-count level-from round payment-round carry residue \
        adjust grace-mode flat-equivalent-digits steps fees block-days disbursements; do
        claim "the product decides --$flag" refuses \
            "USAGE: $flag: the product decides --$flag; leave it out" \
            $kur --amount 30000000 --$flag 1
    done
    claim "grace as one object" refuses \
        "USAGE: grace: with --product say --grace-principal and --grace-interest" \
        $kur --amount 30000000 --grace '{"principal":1}'
    claim "--amount and --principal" refuses \
        "USAGE: principal: --amount and --principal are the same: give one" \
        $kur --amount 30000000 --principal 30000000
    for flag in amount access on appraisal relief; do
        claim "--$flag without a product" refuses \
            "USAGE: $flag: --$flag goes with --product only" \
            --principal 1000 --rate 0 --periods 2 --method flat --$flag 2
    done
    claim "no amount" refuses "INVALID: amount: must be given" $kur
    claim "no amount of money" refuses \
        "INVALID: amount: must be an amount in rupiah like 1500000 or 1500000.5, got '1e6'" $kur --amount 1e6
    claim "a negative amount" refuses \
        "PRODUCT: amount: must be more than 10000000 (Permenko 1/2022 Pedoman Pelaksanaan KUR), got -1" \
        $kur --amount -1
    claim "periods that are no number" refuses \
        "INVALID: periods: must be a whole number from 1 to 3660, got '2x'" \
        --product KUR_MIKRO --amount 30000000 --periods 2x
    claim "access 0" refuses \
        "INVALID: access: must be a whole number from 1 to 99, got '0'" \
        $kur --amount 30000000 --access 0
    claim "a day that does not exist" refuses \
        "INVALID: on: must be a date YYYY-MM-DD of 1900 to 2999, got '2024-02-30'" \
        --product KUR_MIKRO --amount 30000000 --periods 12 --on 2024-02-30
    claim "a disbursement that does not exist" refuses \
        "INVALID: disbursed: must be a date YYYY-MM-DD of 1900 to 2999, got '2024-02-30'" \
        $kur --amount 30000000 --disbursed 2024-02-30
    claim "a method that nobody knows" refuses \
        "INVALID: method: must be one of annuity, equal_principal, flat, flat_equivalent, bullet, pawn, got 'x'" \
        $kur --amount 30000000 --method x
    claim "an id that is not UTF-8" refuses \
        "INVALID: id: the text is not UTF-8, got 'a?b'" \
        $kur --amount 30000000 --id "$(printf 'a\377b')"
    claim "a first due date before the disbursement" refuses \
        "INVALID: first_due: must be after the disbursement, got '2024-05-01'" \
        $kur --amount 30000000 --first-due 2024-05-01
    claim "lines name no product" refuses \
        "USAGE: --product does not go with --jsonl" --jsonl --product UMI
}

# Columns stay columns: amounts of any size, with and without sen, 3,660 rows.
long="--principal 9000000000000000 --rate 0.5 --periods 3660 --unit day
    --method annuity --disbursed 2026-01-01 --effective false
    --fees a:999999999999.99:each,b:123456789012345.67:7"
# shellcheck disable=SC2086
aligned() { # aligned LANG: from the first row on every balance ends in one place
    "$umi" --lang "$1" quote $long | awk '
        /^ *(jumlah|total) / { exit }
        on && !/^-/ { rows++; if (length($0) != width) { width = length($0); widths++ } }
        /^-/ { on = 1 }
        END { exit !(rows == 3660 && widths == 1) }'
}
claim "3,660 rows of quadrillions in Indonesian" aligned id
claim "and in English" aligned en
table=${BUILD:-build}/check-product-table
"$umi" --lang id quote --principal 1000 --rate 12 --periods 4 --method annuity \
    --round 0.01:half_up --disbursed 2026-11-22 >"$table"
cat >"$table.want" <<EOT
ke  jatuh tempo  hari     pokok  bunga  angsuran  sisa pokok
------------------------------------------------------------
 1  2026-12-22     30    246,28  10       256,28      753,72
 2  2027-01-22     31    248,74   7,54    256,28      504,98
 3  2027-02-22     31    251,23   5,05    256,28      253,75
 4  2027-03-22     28    253,75   2,54    256,29        0
------------------------------------------------------------
    jumlah             1.000     25,13  1.025,13
EOT
sed -n '7,14p' "$table" >"$table.got"
claim "rupiah stand below rupiah" diff "$table.want" "$table.got"
rm -f "$table" "$table.want" "$table.got"

# An institution's own data take the place of what is shipped.
folder=${BUILD:-build}/check-product-rules
rm -rf "$folder"
cp -r rules/data "$folder"
sed -i "s/from: '2015-12-01', percent: '0.5'/from: '2015-12-01', percent: '0.4'/" "$folder/product/mekaar.yaml"
UMI_RULES=$folder
export UMI_RULES
claim "UMI_RULES: another price" gives '"interest":"8000"' \
    --product MEKAAR --amount 2000000 --periods 50 --on 2026-01-01
rm "$folder/product/umi.yaml"
claim "UMI_RULES: a product that is not there" refuses \
    "INVALID: product: must be one of ARRUM, ARRUM_EMAS, GADAI_KCA, RAHN, KREASI, KRASIDA, KUR_SUPER_MIKRO, KUR_MIKRO, KUR_KECIL, KUR_KHUSUS, KUR_PMI, MEKAAR, MEKAAR_PLUS, got 'UMI'" \
    --product UMI --amount 2000000 --periods 12
unset UMI_RULES
rm -rf "$folder"
tally
