#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi rate convert`: figures that anyone can look up, the other rates that
# `umi quote` shows, random conversions proved by signs, and refusals.
umi=${BUILD:-build}/umi
export LC_ALL=C
conversions=120
[ -z "$TORTURE" ] || conversions=5000
. "$(dirname "$0")/../support/claim.sh"
gives() { # gives TEXT FLAGS...: the JSON holds the text
    want=$1
    shift
    got=$("$umi" rate convert --json "$@" 2>&1)
    case $got in *"$want"*) ;; *) printf '%s\n' "$got"; return 1 ;; esac
}
shows() { # shows LANG TEXT COMMAND...: what is printed holds the text
    lang=$1 want=$2
    shift 2
    got=$("$umi" --lang "$lang" "$@" 2>&1 | tr -s ' ')
    case $got in *"$want"*) ;; *) printf '%s\n' "$got"; return 1 ;; esac
}
refuses() { # refuses MESSAGE FLAGS...: exit 2, nothing on stdout, that line
    want=$1
    shift
    got=$("$umi" --lang en rate convert "$@" 2>&1 >/dev/null)
    rc=$?
    [ -z "$("$umi" rate convert "$@" 2>/dev/null)" ] && [ $rc -eq 2 ] && [ "$got" = "$want" ] && return
    printf 'exit %s\ngot      %s\nexpected %s\n' $rc "$got" "$want"
    return 1
}

claim "a KUR brochure: 7 % over 12 months is 0.3193 % flat a month" \
    gives '"month":"0.3193"' --nominal 7 --periods 12 --digits 4
claim "Mekaar over 50 weeks costs 47.5 % a year" \
    gives '"nominal":{"year":"47.5"' --flat 0.5 --per week --periods 50 --unit week --digits 1
claim "Mekaar over 25 weeks costs 48.2 %" \
    gives '"nominal":{"year":"48.2"' --flat 0.5 --per week --periods 25 --unit week --digits 1
claim "20 % flat over 50 weeks costs 38.5 %" \
    gives '"nominal":{"year":"38.5"' --flat 20 --per term --periods 50 --unit week --digits 1
claim "18 % flat over 50 weeks costs 34.8 %" \
    gives '"nominal":{"year":"34.8"' --flat 18 --per term --periods 50 --unit week --digits 1
claim "KUR: 860,664.30 a month for ten million (gemasi.id)" \
    gives '"payment":"86066.43"' --nominal 6 --periods 12 --digits 2
claim "every key" gives '{"periods":12,"every":1,"unit":"month","flat":{"year":"3.00","month":"0.25","week":"0.06","day":"0.01","period":"0.25","term":"3.00"},"nominal":{"year":"5.49","month":"0.46","week":"0.11","day":"0.02","period":"0.46","term":"5.49"},"effective":"5.63","payment":"85833.33"}' \
    --flat 0.25 --per month --periods 12 --digits 2
claim "twelve digits" gives '"effective":"6.167781186450"' --nominal 6 --periods 12 --digits 12
claim "no digits" gives '"effective":"6","payment":"86066"' --nominal 6 --periods 12 --digits 0
claim "every two weeks" gives '"nominal":{"year":"26.000"' \
    --nominal 1 --per period --periods 25 --every 2 --unit week --digits 3
claim "a tiny rate is not below 0" gives '"week":"0"' \
    --flat 0.03 --per term --periods 3 --every 12 --unit year --digits 0
claim "the most instalments" gives '"nominal":{"year":"9.300"' \
    --nominal 9.3 --periods 3660 --unit week --digits 3
claim "a table" shows en 'payment for Rp 1,000,000: Rp 85,833.333333

percent per year per month per week per day per period whole term' \
    rate convert --flat 0.25 --per month --periods 12
claim "a table in Indonesian" shows id 'menurun (anuitas) 5,492480 0,457707 0,105625 0,015048 0,457707 5,492480
efektif 5,632878' rate convert --flat 0.25 --per month --periods 12

# What umi quote tells of each loan.
loan="quote --principal 10000000 --periods 12 --disbursed 2026-01-15"
# shellcheck disable=SC2086
{
    claim "an annuity" shows en 'annuity rate 6.000024 % a year
flat rate 3.279730 % a year
 0.273311 % a month' $loan --rate 6 --method annuity
    claim "a flat loan" shows id 'bunga menurun 5,492480 % per tahun
bunga flat 3,000000 % per tahun
 0,250000 % per bulan' $loan --rate 3 --method flat --round 0.01:half_up
    claim "a pawn" shows en 'annuity rate 29.200000 % a year' quote --principal 3000000 \
        --method pawn --rate 1.2 --rate-per period
    claim "no rates of flows when they are not wanted" sh -c \
        "! $umi --lang en $loan --rate 6 --method annuity --effective false | grep -q 'annuity rate'"
}

claim "no rate" refuses "USAGE: one of --flat, --nominal, --effective must be given" --periods 12
claim "two rates" refuses "USAGE: nominal: one rate can be converted at a time" \
    --flat 1 --nominal 1 --periods 12
claim "no term" refuses "INVALID: periods: must be given" --flat 1
for rate in '' -1 1e3 1, 1234567 0.1234567890123 6% NaN; do
    claim "the rate '$rate'" refuses \
        "INVALID: flat: must be a percent like 6 or 6.25, at most 6 digits before and 12 after the point, got '$rate'" \
        --flat "$rate" --periods 12
done
claim "0 instalments" refuses \
    "INVALID: periods: must be a whole number from 1 to 3660, got '0'" --flat 1 --periods 0
claim "every 367" refuses \
    "INVALID: every: must be a whole number from 1 to 366, got '367'" --flat 1 --periods 1 --every 367
claim "13 digits" refuses \
    "INVALID: digits: must be a whole number from 0 to 12, got '13'" --flat 1 --periods 1 --digits 13
claim "a unit" refuses "INVALID: unit: must be one of day, week, month, year, got 'hour'" \
    --flat 1 --periods 1 --unit hour
claim "a period" refuses \
    "INVALID: per: must be one of year, month, week, day, period, term, got 'hour'" \
    --flat 1 --periods 1 --per hour
claim "effective a month" refuses "INVALID: per: an effective rate is per year" \
    --effective 1 --per month --periods 12
claim "too long" refuses "INVALID: periods: the term must not be over 1000 years" \
    --flat 1 --periods 1001 --unit year
claim "too high" refuses "RANGE: rate: a rate would be above 1000000000 percent" \
    --nominal 999999 --periods 12
claim "a word more" refuses "USAGE: unexpected argument 'x'" --flat 1 --periods 1 x
claim "lines stay as they were" sh -c \
    "[ \"\$(echo '{\"convention\":\"periodic\",\"flows\":[{\"t\":\"0\",\"amount\":\"-100\"},{\"t\":\"1\",\"amount\":\"110\"}]}' | $umi rate --jsonl)\" = '{\"id\":null,\"rate\":\"10.000000\",\"unique\":true}' ]"

if command -v python3 >/dev/null; then
    claim "random conversions" python3 tests/support/model_convert.py "$umi" \
        "${UMI_SEED:-$(date +%j)}" $conversions
else
    echo "no python3: the model was not asked"
fi
tally
