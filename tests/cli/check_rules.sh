#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi rules check|test|doc|fmt|diff|facts` and `umi screen`: exit codes, what
# goes where, and the shape of the lines.
umi=${BUILD:-build}/umi
bad=tests/vectors/rules_bad
shipped=rules/data/eligibility.yaml
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...: streams go to $tmp/out and $tmp/err
    want=$1
    shift
    "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    [ $got -eq "$want" ] || { echo "exit $got"; head -n 3 "$tmp/err"; false; }
}
out() { grep -qF -- "$1" "$tmp/out" || { head -n 5 "$tmp/out"; false; }; }
err() { grep -qF -- "$1" "$tmp/err" || { head -n 5 "$tmp/err"; false; }; }
silent() { [ ! -s "$tmp/$1" ] || { head -n 3 "$tmp/$1"; false; }; }
en() { "$umi" --lang en "$@"; }

# check
claim "the shipped file is in order" exits 0 en rules check $shipped
claim "and says so" out "$shipped: in order: 11 products"
claim "a wrong name" exits 2 en rules check $bad/expr_name.yaml
claim "is told in one line with its place" err \
    "$bad/expr_name.yaml:26:25: E102: unknown name 'param.limt'"
claim "with its line, carets and a suggestion" err "^^^^^^^^^^"
claim "and nothing on standard output" silent out
claim "a failing test is a problem" exits 2 en rules check $bad/test_red.yaml
claim "at the line of its name" err "$bad/test_red.yaml:47:11: E401:"
claim "a warning leaves exit 0" exits 0 en rules check $bad/fact_unused.yaml
claim "but is told" err "$bad/fact_unused.yaml:10:3: W-UNUSED:"
claim "and refuses under --strict" exits 2 en rules check --strict $bad/fact_unused.yaml
# what holds for everybody
boxes=tests/vectors/rules_boxes.yaml
claim "a file with findings is in order" exits 0 en rules check $boxes
claim "a rule for nobody" err "$boxes:23:14: W-RULE-NEVER: nobody passes the rule 'young' on 2026-01-01"
claim "comes with somebody who fails it" err '    --on 2026-01-01 {"id":"witness","birth":'
claim "amounts between two bands" err "W-BAND-GAP: between MEKAAR and UMI there is a gap on 2025-01-01: amount = Rp 5,100,000"
witness=$(sed -n '/W-BAND-GAP/,/--on/s/^ *--on [^ ]* //p' "$tmp/err")
echo "$witness" >"$tmp/witness"
claim "what is beyond the analysis is named" out "1 of 4 rules are not wholly analysed: afford"
claim "screen takes the witness as it stands" exits 0 en screen --rules $boxes --on 2025-01-01 "$tmp/witness"
claim "and blocks both products" [ "$(grep -o '"status":"blocked"' "$tmp/out" | wc -l)" -eq 2 ]
claim "--strict refuses findings" exits 2 en rules check --strict $boxes
claim "JSON has witness and day" exits 0 en rules check --json $boxes
claim "as JSON" out '"on":"2025-01-01","witness":{"id":"witness","amount":"5100000"}'
claim "each code is explained" exits 0 en explain W-BAND-GAP
claim "several files at once" exits 2 en rules check $bad/valid.yaml $bad/rule_rank.yaml
claim "the good one is in order" out "$bad/valid.yaml: in order"
claim "no file is bad usage" exits 2 en rules check
claim "a missing file is bad input" exits 2 en rules check "$tmp/none.yaml"
claim "a folder is bad input" exits 2 en rules check "$tmp"
for how in --jsonl --csv; do
    claim "so it is for screen $how" exits 2 en screen $how "$tmp"
    claim "and in one shape" [ "$(cat "$tmp/err")" = "$tmp: $([ $how = --csv ] && echo INVALID || echo IO): cannot be read: Is a directory" ]
    claim "a missing one" exits 2 en screen $how "$tmp/none"
    claim "in that shape" grep -q "^$tmp/none: [A-Z]*: cannot be read: " "$tmp/err"
done
claim "an unknown product" exits 2 en rules check "$(
    sed "s/MEKAAR/MEKAR/g" $bad/valid.yaml >"$tmp/mekar.yaml"
    echo "$tmp/mekar.yaml")"
claim "is told with the nearest" err "did you mean 'MEKAAR'?"
claim "problems as JSON" exits 2 en rules check --json $bad/several_at_once.yaml
claim "on standard output" python3 -c "
import json, sys
got = [(p['line'], p['column'], p['code']) for p in json.load(open('$tmp/out'))]
want = [tuple(map(int, l.split()[1:3])) + (l.split()[3],)
        for l in open('$bad/expected.tsv') if l.startswith('several_at_once\t')]
sys.exit(sorted(got) != sorted(want))"
claim "no problems as JSON" exits 0 en rules check --json $bad/valid.yaml
claim "an empty array" [ "$(cat "$tmp/out")" = "[]" ]
claim "64,000 brackets are refused" exits 2 en rules check "$(
    head -c 64000 /dev/zero | tr '\0' '[' >"$tmp/deep.yaml"
    echo "$tmp/deep.yaml")"
claim "for their depth" err "Y112"

# include
claim "a set in several files" exits 0 en rules check $bad/include_valid.yaml
claim "says what the one file says" exits 0 en rules diff $bad/valid.yaml $bad/include_valid.yaml
claim "a problem in an included file" exits 2 en rules check $bad/include_expr.yaml
claim "is told with that file" err "$bad/part_expr.yaml:5:25: E102: unknown name 'param.limt'"
claim "with its line" err "    require: 'amount <= param.limt'"
claim "and the file of the right name" err "(defined at $bad/part_names.yaml:9)"
claim "a name in two files" exits 2 en rules check $bad/include_again.yaml
claim "is told with both places" err "first defined at $bad/part_names.yaml:17:3"
claim "and in JSON" exits 2 en rules check --json $bad/include_again.yaml
claim "too" out '"related":{"file":"'$bad'/part_names.yaml"'
claim "without the hash" exits 2 en rules check $bad/include_no_hash.yaml
claim "the one to write is told" err "write sha256: $(sed -n 's/.*part_names.yaml, sha256: \(.*\)}/\1/p' $bad/include_valid.yaml)"
cp $bad/include_valid.yaml $bad/part_rules.yaml "$tmp"
ln -s "$PWD/$bad/part_names.yaml" "$tmp/part_names.yaml"
claim "a link is no file of the folder" exits 2 en rules check "$tmp/include_valid.yaml"
claim "and named so" err "E320: 'part_names.yaml' cannot be included: it is a symbolic link"
rm "$tmp/part_names.yaml" && mkfifo "$tmp/part_names.yaml"
claim "nor is a pipe" exits 2 en rules check "$tmp/include_valid.yaml"
rm "$tmp/part_names.yaml"
"$umi" rules fmt $bad/part_names.yaml >"$tmp/part_names.yaml"
claim "layout and comments are no part of the hash" exits 0 en rules check "$tmp/include_valid.yaml"
sed -i 's/20000000/20000001/' "$tmp/part_names.yaml"
claim "a figure is" exits 2 en rules check "$tmp/include_valid.yaml"
claim "and told at the hash" err "$tmp/include_valid.yaml:6:37: E321:"
claim "screen stands on included files" exits 0 sh -c \
    "echo '{\"id\":\"A\",\"amount\":\"5000000\"}' | $umi screen --rules $bad/include_valid.yaml --on 2026-11-21 --explain"
claim "and says in which a rule stands" out '"at":"part_rules.yaml:5"'

# check --sweep
claim "a sweep" exits 0 en rules check --sweep $bad/valid.yaml
claim "says what a date changes, and for whom" out "    All is well: UMI max: 10000000, then 12500000"
claim "and how it ends before" out "valid.yaml:14: param.limit 2020-01-01: 0 tests, 2 applicants change, errors 2/0/0  !"
claim "and adds up" out "2 dates: 2 change a decision, 1 without a test, 0 with an error"
claim "a date without a test refuses under --strict" exits 2 en rules check --sweep --strict $bad/valid.yaml
claim "the shipped file has a test of every date" exits 0 en rules check --sweep $shipped
claim "a sweep as JSON" exits 0 en rules check --sweep --json $bad/valid.yaml
claim "has problems and dates" python3 -c "
import json, sys
got = json.load(open('$tmp/out'))
d = got['sweep'][0]['dates']
sys.exit(not (got['problems'] == [] and len(d) == 2
    and d[0]['errors'] == [2, 0, 0] and d[1]['changed'] == 2
    and d[1]['witness'] == {'test': 1, 'name': 'All is well',
                            'change': 'UMI max: 10000000, then 12500000'}))"
claim "a wrong file is not swept" exits 2 en rules check --sweep --json $bad/rule_rank.yaml
claim "but told" out '"sweep":[]'

claim "a file behind a wrong one" exits 2 en rules check --sweep --json $bad/rule_rank.yaml $bad/valid.yaml
claim "is swept all the same" out '"sweep":[{"file":"valid.yaml"'

# test
claim "tests that hold" exits 0 en rules test $shipped
claim "are counted" out "$(grep -c "^  - name: " $shipped) passed, 0 failed"
claim "one that fails" exits 1 en rules test $bad/test_red.yaml
claim "is named with what came out" out \
    "FAIL All is well (test_red.yaml:47): route: UMI expected, got MEKAAR"
claim "coverage" exits 0 en rules test --coverage $bad/valid.yaml
claim "per rule" out "grade                                     1              0              1              0  !"
claim "per product" out "MEKAAR                                    2              0              0              0              0  !"
claim "per value of a parameter" out "param.limit                      2020-01-01              0  !"
claim "per row of the routing" out "!active                                                  1"
claim "and per document" out "SIKP                                                     0  !"
claim "coverage as JSON" exits 0 en rules test --coverage --json $bad/valid.yaml
claim "has the same counts" python3 -c "
import json, sys
got = json.load(open('$tmp/out'))
c = got['coverage']
sys.exit(not (
    got['passed'] == 2 and [t['ok'] for t in got['tests']] == [True, True]
    and c['rules'][1] == {'rule': 'grade', 'pass': 1, 'fail': 0, 'unknown': 1,
                          'error': 0, 'off': 0}
    and c['products'][0]['need_documents'] == 1
    and [(p['from'], p['tests']) for p in c['params']]
        == [('2020-01-01', 0), ('2026-01-01', 2)]
    and [r['tests'] for r in c['routing']] == [1, 1]
    and [d['document'] for d in c['documents']]
        == ['amount', 'SLIK', 'KTP', 'SIKP']))"
claim "a failing test as JSON" exits 1 en rules test --json $bad/test_red.yaml
claim "says why" out '"ok":false,"why":"route: UMI expected, got MEKAAR"'
claim "mutants that live" exits 1 en rules test --mutate $bad/valid.yaml
claim "are told with place and change" out "valid.yaml:33:24: grade: '3' for '2' is not noticed"
claim "and with who would notice" out "    test 1 could (All is well; grade 3): UMI: refer, then eligible"
claim "and are counted" out "22 mutants: 4 noticed, 0 marked, 18 not noticed"
sed -e 's/\(- {from\|half:\|MEKAAR:\|require:\)\(.*\)$/\1\2 # mutant: a sample/' $bad/valid.yaml >"$tmp/marked.yaml"
claim "marked ones are no failure" exits 0 en rules test --mutate "$tmp/marked.yaml"
claim "but counted" out "22 mutants: 4 noticed, 18 marked, 0 not noticed"
claim "mutants as JSON" exits 1 en rules test --mutate --json $bad/valid.yaml
claim "with the same figures" python3 -c "
import json, sys
m = json.load(open('$tmp/out'))['mutation']
g = [s for s in m['survivors'] if s['line'] == 33 and s['is'] == '3']
sys.exit(not (m['mutants'] == 22 and m['killed'] == 4 and len(m['survivors']) == 18
    and g[0]['with'] == 'grade 3' and g[0]['test'] == 1))"
claim "no mutants where a test fails" exits 1 en rules test --mutate $bad/test_red.yaml
claim "a wrong file" exits 2 en rules test $bad/rule_rank.yaml

# tables
claim "tables" exits 0 en rules check $bad/tables_valid.yaml
claim "are shown cell by cell" exits 0 en rules doc $bad/tables_valid.yaml
claim "with what they answer" out '| `>= 2 && <= 3` | `-` | `half` |'
claim "and without a row" out 'Without a row: `param.limit / 4`'
sed "s/then: '0.2'/then: '0.3'/" $bad/tables_valid.yaml >"$tmp/tables.yaml"
claim "a cell that differs" exits 1 en rules diff $bad/tables_valid.yaml "$tmp/tables.yaml"
claim "is told with its table" out "~ table rate_of"
claim "facts that a table needs" exits 0 en rules facts $bad/tables_valid.yaml --product UMI
claim "are asked" out "| active | bool | SIKP | never | grade |"
claim "--explain names the row" exits 0 sh -c \
    "echo '{\"id\":\"A\",\"amount\":\"5000000\",\"grade\":2,\"active\":false}' |
     $umi screen --rules $bad/tables_valid.yaml --on 2026-11-21 --explain"
claim "that holds" out '"tables":{"ceiling":{"value":"12500000","rows":[2],"unknown_rows":[]}'

claim "tests that saw rows" exits 0 en rules test --coverage $bad/tables_valid.yaml
claim "are counted" grep -q "^ceiling 1  *1$" "$tmp/out"
claim "what none saw is marked" grep -q "^rate_of 1  *1$" "$tmp/out"
claim "row by row" grep -q "^ceiling 2  *0  !$" "$tmp/out"

claim "cells that no test notices" exits 1 en rules test --mutate $bad/tables_valid.yaml
claim "are told cell by cell" out "tables_valid.yaml:27:21: grade: '2' for '1' is not noticed"
claim "so are attributes" exits 1 en rules test --mutate $bad/scorecard_valid.yaml
claim "at their place" out "scorecard_valid.yaml:33:24: when: '0.26' for '0.25' is not noticed"

# scorecards
claim "coverage of attributes" exits 0 en rules test --coverage --json $bad/scorecard_valid.yaml
claim "as JSON" out '{"scorecard":"score.business","characteristic":"slik","attribute":1,"line":27,"tests":1}'
claim "a scorecard" exits 0 en rules check $bad/scorecard_valid.yaml
claim "is shown with its points" exits 0 en rules doc $bad/scorecard_valid.yaml
claim "and codes" out '| size: `amount / param.limit` | `> 1` | -20 | SC12 |'
sed "s/points: 12/points: 13/" $bad/scorecard_valid.yaml >"$tmp/card.yaml"
claim "points that differ" exits 1 en rules diff $bad/scorecard_valid.yaml "$tmp/card.yaml"
claim "are told with their card" out "~ scorecard business"
claim "facts that a score needs" exits 0 en rules facts $bad/scorecard_valid.yaml --product UMI
claim "are asked" out "| job | enum{usaha, asn, pmi} | KTP | never | grade |"

# fmt
claim "fmt" exits 0 en rules fmt $bad/valid.yaml
cp "$tmp/out" "$tmp/formatted.yaml"
claim "keeps a file in order" exits 0 en rules check "$tmp/formatted.yaml"
claim "is done after once" exits 0 en rules fmt --check "$tmp/formatted.yaml"
printf 'a:   1\n' >"$tmp/loose.yaml"
claim "--check says what is not" exits 1 en rules fmt --check "$tmp/loose.yaml"
claim "the shipped file has the layout" exits 0 en rules fmt --check $shipped

# doc and facts
claim "doc" exits 0 en rules doc $shipped
claim "has both languages and the mark" out \
    "| UMI-PLAFON, plafon; pasal belum terbaca (to be verified) | UMi paling banyak {param.umi_max}. | UMi lends {param.umi_max} at most. |"
claim "and dated figures" out "| param.umi_max | 2021-01-01 | 20000000 | Rp 20,000,000 | PMK-193/2020 (to be verified) |"
claim "facts of a product" exits 0 en rules facts $shipped --product ARRUM
claim "with who needs them" out "| vehicle_value | money | TAKSIRAN-BPKB | increase | vehicle-cover |"
claim "and no other" sh -c "! grep -q mekaar '$tmp/out'"
claim "of none" exits 2 en rules facts $shipped --product NONE

# explain
printf '%s\n' '{"id":"X1","amount":"25000000"}' '{"id":"X2","none":1}' \
    >"$tmp/explained.jsonl"
claim "explain" exits 1 en rules explain --on 2026-11-21 --product UMI \
    "$tmp/explained.jsonl"
claim "names the decision" out "X1: need_documents -> -"
claim "nothing is cut short" grep -Eq 'ultramikro [0-9.]+, [0-9a-f]{64}$' \
    "$tmp/out"
claim "the rule, its severity, code and law" out \
    "block, AM01, UMI-PLAFON:"
claim "what it says" out "        UMi lends Rp 20,000,000 at most."
claim "what it saw" out "        amount = 25000000"
claim "the figure in force and its law" out \
    "        param.umi_max = 20000000 (2025-01-01, PMK-130/2024)"
claim "no rule that passes" sh -c "! grep -q ' pass (' '$tmp/out'"
claim "no other product" sh -c "! grep -q 'KUR_MIKRO:' '$tmp/out'"
claim "what cannot be read, by its line" err ":2:"
claim "explain --all" exits 1 en rules explain --on 2026-11-21 --all \
    "$tmp/explained.jsonl"
claim "shows those that pass" out " pass ("
claim "and every product" out "  KUR_MIKRO: "
claim "explain of no product" exits 2 en rules explain --product NONE \
    "$tmp/explained.jsonl"
claim "explain under wrong rules" exits 2 en rules explain \
    --rules $bad/expr_name.yaml "$tmp/explained.jsonl"
claim "says nothing on standard output" silent out

# schema
claim "schema" exits 0 en rules schema
claim "is JSON of the right kind" python3 -c "
import json, sys
s = json.load(open('$tmp/out'))
refs = set()
def walk(x):
    for k, v in x.items() if isinstance(x, dict) else enumerate(x):
        if k == '\$ref': refs.add(v)
        elif isinstance(v, (dict, list)): walk(v)
walk(s)
want = {'#/\$defs/' + k for k in s['\$defs']}
sys.exit(s['\$schema'] != 'https://json-schema.org/draft/2020-12/schema' or not refs <= want)"

# diff
# applications stream by: 60 MB of them in 48 MB, most of which is the program
long() {
    for i in $(seq 60); do
        printf '{"id":"%s",%1000000s"amount":"20000000"}\n' "$i" ""
    done
}
room=49152 # (a sanitizer reserves more than any limit allows)
(ulimit -v $room && "$umi" --version) >/dev/null 2>&1 || room=unlimited
narrow() { (ulimit -v $room && long | en "$@"); }
claim "applications by the megabyte" exits 0 narrow rules diff $shipped $shipped --on 2026-11-21 --over -
claim "are all judged" out "60 applications, 0 change, 0 cannot be read"
claim "in the memory that one takes" silent err
claim "and so they are by screen" exits 0 narrow screen --on 2026-11-21
claim "each of them" [ "$(wc -l <"$tmp/out")" -eq 60 ]
claim "a file does not differ from itself" exits 0 en rules diff $shipped $shipped
claim "and nothing is printed" silent out
sed "s/value: '20000000', legal: L1/value: '4000000', legal: L1/; s/grade <= 2/grade <= 1/; s/'25000000'/'4000000'/" \
    $bad/valid.yaml >"$tmp/new.yaml"
sed -i '/^tests:/,$d' "$tmp/new.yaml"
echo '{"id":"A1","amount":"5000000","grade":1,"job":"usaha","active":true}' >"$tmp/apps.jsonl"
echo '{"id":"A2","amount":"3000000","grade":1,"job":"usaha","active":true}' >>"$tmp/apps.jsonl"
echo '{"id":"A3","amount":"3000000","grade":2,"job":"usaha","active":true}' >>"$tmp/apps.jsonl"
claim "a file that does" exits 1 en rules diff $bad/valid.yaml "$tmp/new.yaml" \
    --on 2026-11-21 --over "$tmp/apps.jsonl"
claim "figures" out "~ figure param.limit from 2026-01-01: 25000000 -> 4000000"
claim "rules" out '    + grade <= 1 && job != "asn"'
claim "for whom" out "* A1: eligible UMI -> not_eligible"
claim "by reason code" out "UMI eligible -> blocked +AM01"
claim "who goes to a person" out "* A3: eligible UMI -> eligible MEKAAR"
claim "in all" out "3 applications, 2 change, 0 cannot be read"
sed '/require: .grade <= 2/s/grade <= 2/active || grade <= 2/' $bad/valid.yaml >"$tmp/asks.yaml"
sed -i '/^tests:/,$d' "$tmp/asks.yaml"
echo '{"id":"A4","amount":"3000000","job":"usaha","active":true}' >"$tmp/asked.jsonl"
claim "a rule that asks for more" exits 1 en rules diff "$tmp/asks.yaml" $bad/valid.yaml \
    --on 2026-11-21 --over "$tmp/asked.jsonl"
claim "names the document" out "UMI eligible -> need_documents ?SLIK"

# screen
screen() { en screen --rules $bad/valid.yaml --on 2026-11-21 "$@"; }
claim "lines that can be read" exits 0 screen "$tmp/apps.jsonl"
claim "give a line each" [ "$(wc -l <"$tmp/out")" -eq 3 ]
claim "with the id first" out '{"id":"A1","decision":"eligible","decision_date":"2026-11-21","route":"UMI","documents":[],"ruleset":{"id":"kecil"'
cp "$tmp/out" "$tmp/first"
claim "the same again" exits 0 screen "$tmp/apps.jsonl"
claim "byte for byte" cmp -s "$tmp/out" "$tmp/first"
claim "what a decision says changes no exit code" exits 0 sh -c \
    "echo '{\"id\":\"B\",\"amount\":\"400000000\"}' | $umi screen --rules $bad/valid.yaml"
claim "a line that cannot be read" exits 1 sh -c \
    "printf '%s\n' '{\"id\":\"C\",\"amount\":5}' '{\"id\":\"D\",\"amont\":\"5\"}' nonsense '{\"id\":\"E\"}' |
     $umi --lang en screen --rules $bad/valid.yaml --on 2026-11-21"
claim "names the key" out '{"id":"C","error":{"code":"INVALID","field":"amount","message":"must be a text in quotes"}}'
claim "that is no fact" out '{"id":"D","error":{"code":"UNKNOWN","field":"amont"'
claim "or is no JSON" out '{"id":null,"error":{"code":"JSON"'
claim "and stops nothing" out '{"id":"E","decision":"need_documents"'
printf 'id,amount,grade,job,active\nA1,5000000,1,usaha,true\nA2,x,1,usaha,true\nA3,3000000,,usaha,true\n' >"$tmp/apps.csv"
claim "CSV" exits 1 screen --csv "$tmp/apps.csv"
claim "gives what JSON gives" [ "$(sed -n 1p "$tmp/out")" = "$(sed -n 1p "$tmp/first")" ]
claim "names a bad field" out '{"id":"A2","error":{"code":"INVALID","field":"amount"'
claim "and leaves an empty one unknown" out '"documents":["SLIK"]'
printf 'id,amont\nA,1\n' >"$tmp/wrong.csv"
claim "an unknown column" exits 2 screen --csv "$tmp/wrong.csv"
claim "gives nothing" silent out
claim "a wrong rule file" exits 2 sh -c \
    "$umi screen --rules $bad/expr_name.yaml <'$tmp/apps.jsonl'"
claim "gives nothing either" silent out
claim "nor does one whose tests fail" exits 2 sh -c \
    "$umi screen --rules $bad/test_red.yaml <'$tmp/apps.jsonl'"
claim "gives nothing at all" silent out
claim "a date that does not exist" exits 2 en screen --rules $bad/valid.yaml --on 2026-02-30 "$tmp/apps.jsonl"
claim "the shipped rules stand by" exits 0 sh -c \
    "echo '{\"id\":\"F\",\"amount\":\"2000000\"}' | $umi screen --on 2026-11-21"
claim "and ask for the identity card" out '{"id":"F","decision":"need_documents","decision_date":"2026-11-21","route":null,"documents":["KTP"]'
claim "what if" exits 0 sh -c \
    "echo '{\"id\":\"G\",\"amount\":\"30000000\",\"grade\":1,\"job\":\"usaha\",\"active\":true}' |
     $umi screen --rules $bad/valid.yaml --on 2026-11-21 --what-if --explain"
claim "names the amount" out '"what_if":[{"fact":"amount","now":"30000000","needed":"25000000","direction":"decrease","checked":true}]'
sed -e 's/^  active: {type: bool,/& change: set,/' -e "s/require: 'amount <= param.limit'/require: 'amount <= param.limit \&\& !active'/" \
    -e '/^tests:/,$d' $bad/valid.yaml >"$tmp/pair.yaml"
claim "where one fact does not help" exits 0 sh -c \
    "echo '{\"id\":\"G\",\"amount\":\"30000000\",\"grade\":1,\"job\":\"usaha\",\"active\":true}' |
     $umi screen --rules '$tmp/pair.yaml' --on 2026-11-21 --what-if"
claim "two do" out '"what_if":[{"facts":[{"fact":"amount","now":"30000000","needed":"25000000","direction":"decrease"},{"fact":"active","now":true,"needed":false,"direction":"set"}],"checked":true}]'
claim "what if, again" exits 0 sh -c \
    "echo '{\"id\":\"G\",\"amount\":\"30000000\",\"grade\":1,\"job\":\"usaha\",\"active\":true}' |
     $umi screen --rules $bad/valid.yaml --on 2026-11-21 --what-if --explain"
claim "and the rule at its line" out '"at":"valid.yaml:26","expr":"amount <= param.limit","values":{"amount":"30000000","param.limit":{"value":"25000000","from":"2026-01-01","legal":"L1"}}'
# (a sanitizer reserves more than any limit allows)
limit=200000
(ulimit -v $limit && "$umi" --version) >/dev/null 2>&1 || limit=unlimited
claim "in constant memory" sh -c "
    awk 'BEGIN { for (i = 0; i < 50000; i++) print \"{\\\"id\\\":\\\"\" i \"\\\",\\\"amount\\\":\\\"5000000\\\"}\" }' |
    (ulimit -v $limit; $umi screen --rules $bad/valid.yaml) | tail -n 1 | grep -q '\"id\":\"49999\"'"

tally
