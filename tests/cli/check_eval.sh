#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi rules eval`: lines in, lines out, in order; manners and exit codes.
umi=${BUILD:-build}/umi
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...
    want=$1
    shift
    "$@" >/dev/null 2>&1 </dev/null
    [ $? -eq "$want" ]
}
says() { # says CODE LINES-IN LINES-OUT
    got=$(printf '%s\n' "$2" | "$umi" --lang en rules eval --jsonl)
    rc=$?
    [ "$got" = "$3" ] && [ $rc -eq "$1" ] ||
        { printf 'got      %s (exit %d)\nexpected %s\n' "$got" $rc "$3"; false; }
}
one='{"id":"a","expr":"amount * 3","facts":{"amount":{"t":"money","v":"1500000.5"}}}'
claim "a value exits 0" says 0 "$one" \
    '{"id":"a","value":{"t":"money","v":"4500001.5"}}'
claim "an unknown exits 0" says 0 \
    '{"id":"b","expr":"!paid","facts":{"paid":{"t":"unknown"}}}' \
    '{"id":"b","unknown":["paid"]}'
claim "what went wrong is shown with its brackets" says 1 \
    '{"id":"p","expr":"1 + (-5000000000) * (5000000000)","facts":{}}' \
    '{"id":"p","error":{"code":"E201","field":"expr","message":"the result does not fit an int: (-5000000000) * (5000000000)"}}'
claim "a bad line stops nothing and exits 1" says 1 \
    '{"id":"c","expr":"1 +","facts":{}}
[]
{"id":"d","expr":"1 / 0","facts":{}}

{"id":"e","expr":"2","facts":{}}' \
    '{"id":"c","error":{"code":"E101","field":"expr","message":"the expression ends too early"}}
{"id":null,"error":{"code":"INVALID","field":"","message":"the line must be an object"}}
{"id":"d","error":{"code":"E202","field":"expr","message":"division by zero: 1 / 0"}}
{"id":"e","value":{"t":"int","v":"2"}}'
claim "an unknown key, a key that stands twice: told with field and id" says 1 \
    '{"id":"g","expr":"1","fact":{}}
{"id":"h","expr":"1","expr":"2"}
{"id":"i","expr":"x","facts":{"x":{"t":"unknown","typ":"int"}}}' \
    '{"id":"g","error":{"code":"INVALID","field":"fact","message":"unknown key"}}
{"id":"h","error":{"code":"INVALID","field":"expr","message":"the key stands twice, got '"'2'"'"}}
{"id":"i","error":{"code":"INVALID","field":"facts.x","message":"must be an object with t (int, decimal, money, bool, string, date, list, unknown) and v"}}'
claim "a long text is searched in linear time" timeout 1 sh -c '
    a=aaaaaaaaaaaaaaaa a=$a$a$a$a a=$a$a$a$a a=$a$a$a$a a=$a$a$a$a a=$a$a$a$a a=$a$a$a$a$a$a$a$a
    printf "{\"expr\":\"f.contains(g)\",\"facts\":{\"f\":{\"t\":\"string\",\"v\":\"%s\"},\"g\":{\"t\":\"string\",\"v\":\"%sb\"}}}\n" $a$a$a$a $a$a |
        "$0" rules eval --jsonl | grep -q "\"v\":false"' "$umi"
claim "a fact that is not there is told" says 1 \
    '{"id":"f","expr":"amuont > 1","facts":{"amount":{"t":"int","v":"1"}}}' \
    '{"id":"f","error":{"code":"E102","field":"expr","message":"unknown name '"'amuont'; did you mean 'amount'?"'"}}'
claim "--jsonl is needed" exits 2 "$umi" rules eval
claim "a file that is not there" exits 2 "$umi" rules eval --jsonl /nonexistent
claim "an empty input" exits 0 "$umi" rules eval --jsonl
claim "an unknown option" exits 2 "$umi" rules eval --json
claim "help" exits 0 "$umi" rules eval --help
claim "every code is explained" sh -c '
    for c in E101 E102 E103 E104 E105 E106 E107 E108 E109 E110 E111 E112 E113 \
        E114 E115 E116 E201 E202 E203 E204 E205 E206 E207 E208 E209 E210 \
        W-INT-DIV W-DEC-EQ W-BOOL-EQ; do
        "$0" explain $c >/dev/null || exit 1
    done' "$umi"
file=$tmp/file
i=0
while [ $i -lt 3000 ]; do
    printf '{"id":"%d","expr":"n * 2","facts":{"n":{"t":"int","v":"%d"}}}\n' $i $i
    i=$((i + 1))
done >"$file"
claim "many lines keep their order" sh -c '
    "$0" rules eval --jsonl "$1" | awk -F\" "{ if (\$4 * 2 != \$14) exit 1 }
        END { exit NR != 3000 }"' "$umi" "$file"
# Every line of an ```expr block in docs/rules.md, with the facts named there,
# as a request; then what came out in the form in which it stands there.
requests() {
    awk -v q='"' '
        /^```/ { kind = substr($0, 4); next }
        kind == "facts" {
            v = $2 == "unknown" ? q "t" q ":" q "unknown" q "," q "type" q ":" q $3 q \
              : q "t" q ":" q $2 q "," q "v" q ":" ($2 == "bool" ? $3 : q $3 q)
            facts = facts (facts ? "," : "") q $1 q ":{" v "}"
        }
        kind == "expr" {
            n = index($0, " => ")
            e = substr($0, 1, n - 1)
            gsub(/\\/, "\\\\", e)
            gsub(/"/, "\\\"", e)
            printf "{\"id\":\"%d\",\"expr\":\"%s\",\"facts\":{%s}}\n", NR, e, facts
        }' docs/rules.md
}
expected() {
    awk '/^```/ { kind = substr($0, 4); next }
        kind == "expr" { print substr($0, index($0, " => ") + 4) }' docs/rules.md
}
answers() {
    "$umi" rules eval --jsonl | sed -e 's/.*"unknown":\[\(.*\)\]}$/unknown \1/
        s/.*"error":{"code":"\([^"]*\)".*/\1/
        s/.*"v":\(.*\)}}$/\1/
        s/"//g; s/,/, /g'
}
examples() {
    requests | answers >"$file.got"
    expected >"$file.want"
    [ "$(wc -l <"$file.want")" -gt 40 ] && diff "$file.want" "$file.got"
}
claim "the examples of docs/rules.md" examples
tally
