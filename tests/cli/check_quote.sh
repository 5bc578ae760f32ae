#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi quote` and `umi rate`: published tables as a person would ask for them,
# published cases and random terms against the model that was written from the
# rules alone, and the commands' own manners.
umi=${BUILD:-build}/umi
quotes=4000
[ -z "$TORTURE" ] || quotes=100000
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...
    want=$1
    shift
    "$@" >/dev/null 2>&1
    [ $? -eq "$want" ]
}
shows() { # shows TEXT FLAGS...: the Indonesian table holds the text
    want=$1
    shift
    got=$("$umi" --lang id quote --disbursed 2026-01-15 "$@" | tr -s ' ')
    case $got in *"$want"*) ;; *) printf '%s\n' "$got"; return 1 ;; esac
}
gives() { # gives TEXT FLAGS...: the JSON holds the text
    want=$1
    shift
    got=$("$umi" quote --disbursed 2026-01-15 --json "$@")
    case $got in *"$want"*) ;; *) printf '%s\n' "$got"; return 1 ;; esac
}
says() { # says COMMAND LINE-IN LINE-OUT
    got=$(printf '%s\n' "$2" | "$umi" --lang en "$1" --jsonl)
    [ "$got" = "$3" ] || { printf 'got      %s\nexpected %s\n' "$got" "$3"; false; }
}
model() {
    python3 tests/support/model_quote.py "$umi" "$@"
}

# Published instalments that were found to be right.
claim "KUR, 10 million over 12 months (gemasi.id)" \
    shows 'angsuran tetap Rp 860.664' \
    --principal 10000000 --rate 6 --periods 12 --method annuity
claim "KUR, 50 million over 36 months (gemasi.id)" \
    shows 'angsuran tetap Rp 1.521.097' \
    --principal 50000000 --rate 6 --periods 36 --method annuity
claim "KUR at 6 % flat, 50 million over 36 months (poskota.co.id)" \
    shows 'angsuran tetap Rp 1.638.889' \
    --principal 50000000 --rate 6 --periods 36 --method flat
claim "KUR at 6 % flat, 10 million over 12 months (kongkrit.com)" \
    shows 'angsuran tetap Rp 883.333' \
    --principal 10000000 --rate 6 --periods 12 --method flat
claim "KUR at 6 % flat, 150 million over 36 months, cut (radarkaur.disway.id)" \
    shows 'angsuran tetap Rp 4.916.666' --round 1:floor \
    --principal 150000000 --rate 6 --periods 36 --method flat
mekaar="--principal 2000000 --unit week --method flat --rate 25"
# shellcheck disable=SC2086
claim "Mekaar, 50 weeks of 50,000 (femina.co.id)" \
    shows 'angsuran tetap Rp 50.000' $mekaar --rate-per term --periods 50
# shellcheck disable=SC2086
claim "Mekaar, the 50th week too" \
    shows '50 2026-12-31 7 40.000 10.000 50.000 0' $mekaar --rate-per term --periods 50
claim "Mekaar, 25 weeks of 90,000 (femina.co.id)" \
    shows 'angsuran tetap Rp 90.000' --principal 2000000 --unit week \
    --method flat --rate 0.5 --rate-per period --periods 25
claim "a brochure's 86,600 by flat equivalent, up to 100 (pnbent.com)" \
    gives '"payment":"86600"' --principal 1000000 --rate 7 --periods 12 \
    --method flat_equivalent --round 0.01:half_up --payment-round 100:ceil
claim "Citibank, 20 million over 24 months at 1.5 % (citibank.co.id)" \
    shows 'angsuran tetap Rp 1.133.333' --principal 20000000 --rate 1.5 \
    --rate-per month --periods 24 --method flat
claim "Pegadaian Express, 10 million over 3 months at 1.7 % (halonusa.id)" \
    gives '"total":"10510000"}' --principal 10000000 --rate 1.7 --rate-per month \
    --periods 3 --method flat
claim "rent of 15 days at 0.95 % (gadaihartadinataabadi.com)" \
    shows ' 95.000 ' --principal 10000000 --rate 0.95 --rate-per period \
    --method pawn --term-days 15
claim "rent of 15 days at 0.9 % (gadaihartadinataabadi.com)" \
    shows ' 4.500 ' --principal 500000 --rate 0.9 --rate-per period \
    --method pawn --term-days 15
claim "two blocks at 0.75 % of 5 million (rbtv.disway.id)" \
    gives '"interest":"75000"' --principal 5000000 --rate 0.75 --rate-per period \
    --method pawn --term-days 30

if command -v python3 >/dev/null; then
    claim "published cases" model tests/vectors/quote.jsonl
    claim "printed tables" model tests/vectors/tables.jsonl
    claim "mixed terms" model tests/vectors/mixed.jsonl
    claim "random terms" model "${UMI_SEED:-$(date +%j)}" $quotes
else
    echo "no python3: the model was not asked"
fi

# Manners.
base="--principal 1000 --rate 0 --periods 2 --method flat"
# shellcheck disable=SC2086
{
    claim "a table in English" sh -c \
        "$umi --lang en quote $base --disbursed 2026-01-15 | grep -q 'total  *1,000'"
    claim "the table shows each tranche" \
        shows ' 2026-02-01: Rp 500,50' \
        --method bullet --rate 12 --periods 2 \
        --disbursements 2026-01-15:500,2026-02-01:500.5
    claim "keys and flags are the same words" \
        gives '"due":"2026-03-01"' $base --first_due=2026-03-01
    claim "without --disbursed it is today" \
        sh -c "$umi quote $base --json | grep -q '\"rows\":\[{\"n\":1'"
    claim "fees, steps, tranches and grace as flags" \
        gives '"fee":"15","total":"1025"' --method bullet --rate 12 --periods 2 \
        --disbursements 2026-01-15:500,2026-02-15:500 --fees 'a:10:2,b:0.5%:2' \
        --steps 2026-02-15:12
    claim "no effective rate when it is not wanted" \
        gives '{"id":"x","rows"' $base --id x --effective false
    claim "grace as JSON" gives '"payment":"1000"' $base \
        --grace '{"principal":1}'
    claim "neither true nor false" exits 2 "$umi" quote $base --effective 1
    claim "JSON in a flag" \
        gives '"principal":"0","interest":"10"' --principal 1000 --rate 12 \
        --periods 2 --method equal_principal --grace-principal 1 \
        --round '{"unit":"1","mode":"up"}'
    claim "a refusal exits 2" exits 2 "$umi" quote $base --every 0
    claim "a refusal names the key" sh -c \
        "$umi --lang en quote $base --steps 2026-02-30:5 2>&1 | grep -q '^INVALID: steps.from: no. 1: '"
    claim "a flag that is no JSON" exits 2 "$umi" quote $base --fees '[{'
    claim "a calendar that is not there" exits 2 "$umi" quote $base --calendar moon
    claim "a flag beside --jsonl" exits 2 "$umi" quote --jsonl --rate 6
    claim "a file without --jsonl" exits 2 "$umi" quote $base /dev/null
}
claim "an unknown option" exits 2 "$umi" quote --princip 5
claim "help" exits 0 "$umi" quote --help
claim "help of rates" exits 0 "$umi" rate --help
claim "a rate is asked for in JSON Lines" exits 2 "$umi" rate
claim "the answer, key by key" says quote \
    '{"id":"a","principal":"1000","disbursed":"2026-01-15","periods":1,"rate":"12","method":"annuity","effective":true}' \
    '{"id":"a","rows":[{"n":1,"due":"2026-02-15","days":31,"principal":"1000","interest":"10","fee":"0","total":"1010","balance":"0"}],"totals":{"principal":"1000","interest":"10","fee":"0","total":"1010"},"payment":"1010","effective_rate":"12.429607","flat_rate":"12.000000"}'
claim "the rate, key by key" says rate \
    '{"id":"r","convention":"periodic","flows":[{"t":"0","amount":"-100"},{"t":"1","amount":"110"}],"digits":2}' \
    '{"id":"r","rate":"10.00","unique":true}'
claim "a bad line is told and named" says quote '{"id":"b","rate":6}' \
    '{"id":"b","error":{"code":"INVALID","field":"rate","message":"must be a text in quotes, got '"'6'"'"}}'
claim "a line that is no JSON" says rate '{' \
    '{"id":null,"error":{"code":"JSON","field":"","message":"a key in quotes is expected"}}'
lines=${BUILD:-build}/check-quote.lines
good='{"id":"a","principal":"1000","disbursed":"2026-01-15","periods":1,"rate":"0","method":"flat"}'
{ echo "$good"; echo '{"id":"b"}'; echo; printf '{"id":"'; head -c 1100000 /dev/zero | tr '\0' ' '; echo '"}'; echo "$good"; } >"$lines"
claim "a line over 1 MiB is refused and the next one read as usual" sh -c \
    "[ \"\$($umi quote --jsonl $lines | sed -n 4p)\" = \"\$(echo '$good' | $umi quote --jsonl)\" ]"
claim "exit 1 when a line failed" exits 1 "$umi" quote --jsonl "$lines"
claim "exit 0 when none did" sh -c "echo '$good' | $umi quote --jsonl >/dev/null"
rm -f "$lines"
tally
