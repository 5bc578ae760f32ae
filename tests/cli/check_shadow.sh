#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi screen --shadow`: the decision is what it would be without, the shadow
# stands in its place, and what differs is counted on standard error.
umi=${BUILD:-build}/umi
valid=tests/vectors/rules_bad/valid.yaml
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...: streams go to $tmp/out and $tmp/err
    want=$1
    shift
    "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    [ $got -eq "$want" ] || { echo "exit $got"; head -n 3 "$tmp/err"; false; }
}
out() { grep -qF -- "$1" "$tmp/out" || { cat "$tmp/out"; false; }; }
err() { grep -qxF -- "$1" "$tmp/err" || { cat "$tmp/err"; false; }; }
silent() { [ ! -s "$tmp/$1" ] || { head -n 3 "$tmp/$1"; false; }; }
screen() { "$umi" --lang en screen --rules $valid --on 2026-11-21 "$@"; }
plain() { sed 's/"shadow":.*/"shadow":null}/' "$tmp/out"; }

# The next rule set: a higher limit, a new fact, a rule the less, another
# product.
sed -e "s/version: '1'/version: '2'/" -e "s/value: '25000000'/value: '30000000'/" \
    -e '/^tests:/,$d' -e 's/AM01/AM02/' -e "s/range: \['1', '500000000'\]/range: ['1', '400000000']/" \
    -e 's/^  active:.*/&\n  local: {type: bool, doc: KTP}/' \
    -e "s/^  UMI: .*/&\n  KUR_MIKRO: {channel: BANK, max: 'param.limit', rate: '0.06'}/" \
    -e 's/order: \[UMI, MEKAAR\]/order: [KUR_MIKRO, UMI, MEKAAR]/' \
    -e 's/order: \[MEKAAR, UMI\]/order: [MEKAAR, UMI, KUR_MIKRO]/' \
    -e 's/^routing:/  - {id: local, for: [KUR_MIKRO], require: local, severity: block, reason_code: LO01, legal_basis: L1, message: {id: a, en: b}}\n&/' \
    $valid | sed "s/require: local/require: 'local'/" >"$tmp/next.yaml"
cat >"$tmp/apps.jsonl" <<'END'
{"id":"A1","amount":"5000000","grade":1,"job":"usaha","active":true}
{"id":"A2","amount":"28000000","grade":1,"job":"usaha","active":true}
{"id":"A3","amount":"50000000","grade":3,"job":"usaha","active":true}
{"id":"A4","amount":"450000000","grade":3,"job":"usaha","active":true}
{"id":"A5","amount":5}
END
claim "the next rule set is in order" exits 0 "$umi" --lang en rules check "$tmp/next.yaml"

exits 1 screen "$tmp/apps.jsonl"
mv "$tmp/out" "$tmp/alone"
claim "with a shadow" exits 1 screen --shadow "$tmp/next.yaml" "$tmp/apps.jsonl"
claim "the decisions are the same bytes" sh -c \
    "sed 's/\"shadow\":.*/\"shadow\":null}/' '$tmp/out' | cmp -s - '$tmp/alone'"
claim "the rule set of the shadow is named" out '"shadow":{"ruleset":{"id":"kecil","version":"2","sha256":"'
claim "what it would say" out '"decision":"eligible","route":"UMI","products":[{"product":"UMI","status":"eligible","max":"15000000","rate":null,"added":[],"dropped":["AM01"]},{"product":"MEKAAR","status":"eligible","max":"30000000","rate":"0.18","added":[],"dropped":["AM01"]},{"product":"KUR_MIKRO","status":"need_documents","max":"30000000","rate":"0.06","added":[],"dropped":[]}],"differs":true}}'
claim "a reason under another code" out '"added":["AM02"],"dropped":["AM01"]'
claim "and facts that it does not take" out '"shadow":{"ruleset":{"id":"kecil","version":"2","sha256":"'
claim "as an error of its own" out '"error":{"code":"INVALID","field":"amount","message":"'"'450000000' is out of range"'"}}}'
claim "the end tells how many differ" err "shadow kecil 2: 4 applications, 3 differ, 1 cannot be read"
claim "by which reasons they came" err "  + AM02 2"
claim "and went" err "  - AM01 4"
claim "nothing else" [ "$(wc -l <"$tmp/err")" -eq 3 ]
claim "again" exits 1 screen --shadow "$tmp/next.yaml" "$tmp/apps.jsonl"
cp "$tmp/out" "$tmp/first"
claim "it is the same" exits 1 screen --shadow "$tmp/next.yaml" "$tmp/apps.jsonl"
claim "to the byte" cmp -s "$tmp/first" "$tmp/out"

# a rule set beside itself
claim "beside itself" exits 1 screen --shadow $valid "$tmp/apps.jsonl"
claim "nothing differs" err "shadow kecil 1: 4 applications, 0 differ, 0 cannot be read"
claim "and that is said" out '"products":[],"differs":false}}'

# facts that only the shadow asks for
echo '{"id":"B","amount":"5000000","local":true}' >"$tmp/more.jsonl"
claim "a fact of the shadow alone is refused without it" exits 1 screen "$tmp/more.jsonl"
claim "and taken with it" exits 0 screen --shadow "$tmp/next.yaml" "$tmp/more.jsonl"
claim "by the shadow" out '{"product":"KUR_MIKRO","status":"eligible"'
claim "a fact that neither has" exits 1 sh -c \
    "echo '{\"id\":\"C\",\"lokal\":true}' | $umi --lang en screen --rules $valid --shadow '$tmp/next.yaml'"
claim "is refused" out '"error":{"code":"UNKNOWN","field":"lokal"'

# CSV
printf 'id,local,amount,grade,job,active\nA1,,5000000,1,usaha,true\nA2,true,28000000,1,usaha,true\n' >"$tmp/apps.csv"
claim "CSV" exits 0 screen --csv --shadow "$tmp/next.yaml" --explain "$tmp/apps.csv"
claim "with columns of both" out '"decision":"eligible","route":"KUR_MIKRO","products":['
claim "is counted" err "shadow kecil 2: 2 applications, 2 differ, 0 cannot be read"
claim "a column of the shadow without it" exits 2 screen --csv "$tmp/apps.csv"

# share
claim "a share" exits 1 screen --shadow "$tmp/next.yaml" --shadow-share 0 "$tmp/apps.jsonl"
claim "of nobody" cmp -s "$tmp/out" "$tmp/alone"
awk 'BEGIN { for (i = 0; i < 2000; i++) print "{\"id\":\"" i "\",\"amount\":\"5000000\"}" }' >"$tmp/many.jsonl"
claim "of a quarter" exits 0 screen --shadow "$tmp/next.yaml" --shadow-share 25 "$tmp/many.jsonl"
n=$(grep -c '"shadow":{' "$tmp/out")
claim "is about a quarter ($n)" [ $(((n > 430) + (n < 570))) -eq 2 ]
cp "$tmp/out" "$tmp/first"
claim "of the same ones" exits 0 screen --shadow "$tmp/next.yaml" --shadow-share 25 "$tmp/many.jsonl"
claim "each time" cmp -s "$tmp/first" "$tmp/out"

# refusals
claim "a wrong shadow" exits 2 screen --shadow tests/vectors/rules_bad/expr_name.yaml "$tmp/apps.jsonl"
claim "gives nothing" silent out
claim "one whose tests fail" exits 2 screen --shadow tests/vectors/rules_bad/test_red.yaml "$tmp/apps.jsonl"
claim "gives nothing either" silent out
claim "one that is not there" exits 2 screen --shadow "$tmp/none.yaml" "$tmp/apps.jsonl"
claim "gives nothing at all" silent out
claim "a share without a shadow" exits 2 screen --shadow-share 5 "$tmp/apps.jsonl"
for share in 101 -1 x 5%; do
    claim "a share of $share" exits 2 screen --shadow $valid --shadow-share=$share "$tmp/apps.jsonl"
done

tally
