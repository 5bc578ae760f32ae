#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi rules replay`: what was stored comes out again byte for byte, and what
# does not is told with its place.
umi=${BUILD:-build}/umi
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...: streams go to $tmp/out and $tmp/err
    want=$1
    shift
    "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    [ $got -eq "$want" ] || { echo "exit $got"; head -n 3 "$tmp/err" "$tmp/out"; false; }
}
out() { grep -qxF -- "$1" "$tmp/out" || { cat "$tmp/out"; false; }; }
has() { grep -qF -- "$1" "$tmp/out" || { cat "$tmp/out"; false; }; }
err() { grep -qxF -- "$1" "$tmp/err" || { cat "$tmp/err"; false; }; }
silent() { [ ! -s "$tmp/$1" ] || { head -n 3 "$tmp/$1"; false; }; }
rules=$tmp/rules.yaml
cp tests/vectors/rules_bad/valid.yaml "$rules"
screen() { "$umi" --lang en screen --rules "$rules" "$@"; }
replay() { "$umi" --lang en rules replay --rules "$rules" "$@"; }
made() { # made FILE ARGS...: decisions of two days in a file
    file=$1
    shift
    screen --on 2025-06-01 "$@" <"$tmp/apps.jsonl" >"$file"
    screen --on 2026-11-21 "$@" <"$tmp/apps.jsonl" >>"$file"
}

cat >"$tmp/apps.jsonl" <<'END'
{"id":"A1","amount":"5000000","grade":1,"job":"usaha","active":true}
{"id":"A2","amount":"24000000.0","grade":3,"active":false}
{"id":"A \"3\"","amount":"50000000","grade":3,"job":"usaha"}
END
made "$tmp/explained" --explain --what-if
claim "explained decisions" exits 0 replay "$tmp/explained"
claim "come out again" [ "$(grep -c '"result":"equal"}' "$tmp/out")" -eq 6 ]
claim "and are counted" err "6 decisions: 6 equal, 0 different, 0 cannot be made again"
claim "from standard input too" exits 0 sh -c "$umi rules replay --rules '$rules' <'$tmp/explained'"
claim "with their ids" out '{"id":"A \"3\"","result":"equal"}'
made "$tmp/plain"
claim "decisions without facts" exits 1 replay "$tmp/plain"
claim "cannot be made again" has '{"id":"A1","error":{"code":"MASKED","field":"facts_used"'
claim "and are counted too" err "6 decisions: 0 equal, 0 different, 6 cannot be made again"
claim "but with the applications" exits 0 replay --applications "$tmp/apps.jsonl" "$tmp/plain"
claim "all" err "6 decisions: 6 equal, 0 different, 0 cannot be made again"
made "$tmp/helped" --what-if
claim "what would help is made again" exits 0 replay --applications "$tmp/apps.jsonl" "$tmp/helped"
screen --on 2026-11-21 --explain --shadow "$rules" <"$tmp/apps.jsonl" >"$tmp/shadowed" 2>/dev/null
claim "a shadow" exits 0 replay "$tmp/shadowed"
claim "is passed over" out '{"id":"A1","result":"equal","shadow":"passed over"}'

# what differs
one() { sed -n 4p "$tmp/explained" | sed "$1" >"$tmp/one"; }
one 's/"engine":"umi [^"]*"/"engine":"umi 0.0.9"/'
claim "another version of the program" exits 0 replay "$tmp/one"
claim "is told" out '{"id":"A1","result":"equal","engine":"umi 0.0.9"}'
one 's/"status":"eligible"/"status":"refer"/'
claim "another status" exits 1 replay "$tmp/one"
claim "is told with its place" out '{"id":"A1","result":"different","differences":[{"at":"products[UMI].status","stored":"refer","now":"eligible"}]}'
claim "and counted" err "1 decisions: 0 equal, 1 different, 0 cannot be made again"
one 's/"state":"pass"/"state":"fail"/'
claim "another state of a rule" exits 1 replay "$tmp/one"
claim "by the name of the rule" has '{"at":"products[UMI].rules[limit].state","stored":"fail","now":"pass"}'
one 's/,"told":\[\]//'
claim "a key that is gone" exits 1 replay "$tmp/one"
claim "is told" has '{"at":"products[UMI].told"'
one 's/:\[/: [/'
claim "another layout" exits 1 replay "$tmp/one"
claim "has no place" out '{"id":"A1","result":"different","differences":[{"at":"","stored":null,"now":null}]}'
one 's/"facts_used":{"amount":"5000000"/"facts_used":{"amount":"6000000"/'
claim "another fact" exits 1 replay "$tmp/one"
claim "has another hash" has '{"at":"facts_hash"'
one 's/"shadow":null}/"shadow":null,"more":1}/'
claim "something behind it" exits 1 replay "$tmp/one"
one 's/"shadow":null}/"shadow":5}/'
claim "a shadow that is none" exits 1 replay "$tmp/one"
one 's/$/  /'
claim "blanks behind the line are none of it" exits 0 replay "$tmp/one"

# other rules
sed -i "s/value: '25000000'/value: '26000000'/" "$rules"
claim "under other rules" exits 1 replay "$tmp/explained"
claim "the hash differs" has '{"at":"ruleset.sha256","stored":"'
claim "and the figure" has '{"at":"products[UMI].max","stored":"12500000","now":"13000000"}'
cp tests/vectors/rules_bad/valid.yaml "$rules"
sed 's/^  L1: .*/  L1: {title: "An act"} # still the same/' "$rules" >"$rules.new" && mv "$rules.new" "$rules"
claim "a comment changes nothing" exits 0 replay "$tmp/explained"

# private facts
sed -i 's/^  grade: {type: int,/  grade: {type: int, private: true,/' "$rules"
made "$tmp/private" --explain
claim "a private fact" exits 1 replay "$tmp/private"
claim "is not in the decision" has '"error":{"code":"MASKED","field":"grade"'
claim "but in the application" exits 0 replay --applications "$tmp/apps.jsonl" "$tmp/private"
grep -v A2 "$tmp/apps.jsonl" >"$tmp/fewer"
claim "one that is not there" exits 1 replay --applications "$tmp/fewer" "$tmp/private"
claim "is told" out "{\"id\":\"A2\",\"error\":{\"code\":\"UNKNOWN\",\"field\":\"id\",\"message\":\"there is no application 'A2'\"}}"
claim "and stops nothing" err "6 decisions: 4 equal, 0 different, 2 cannot be made again"
cat "$tmp/apps.jsonl" "$tmp/fewer" >"$tmp/twice"
claim "one that is there twice" exits 1 replay --applications "$tmp/twice" "$tmp/private"
claim "is not chosen" has '"message":"there are two applications'

# no decisions
printf '%s\n' nonsense '{"id":"X","error":{"code":"INVALID"}}' '[]' '{"id":"Y","decision_date":"2026-02-30"}' >"$tmp/none"
claim "what is no decision" exits 1 replay "$tmp/none"
claim "is told each time" [ "$(grep -c '"error"' "$tmp/out")" -eq 4 ]
claim "by its code" has '{"id":"X","error":{"code":"INVALID","field":"decision_date"'
claim "a wrong rule file" exits 2 "$umi" rules replay --rules tests/vectors/rules_bad/expr_name.yaml "$tmp/explained"
claim "gives nothing" silent out
claim "no such file" exits 2 replay "$tmp/nothing"
claim "a file and a book" exits 2 replay --all "$tmp/explained"

tally
