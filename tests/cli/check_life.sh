#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi life`: the published cases, random lives against the model that was
# written from the rules alone, and the command's own manners.
umi=${BUILD:-build}/umi
lives=3000
[ -z "$TORTURE" ] || lives=200000
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...
    want=$1
    shift
    "$@" >/dev/null 2>&1
    [ $? -eq "$want" ]
}
says() { # says LINE-IN LINE-OUT
    got=$(printf '%s\n' "$1" | "$umi" --lang en life --jsonl)
    [ "$got" = "$2" ] || { printf 'got      %s\nexpected %s\n' "$got" "$2"; false; }
}
model() {
    python3 tests/support/model_life.py "$umi" "$@"
}
terms='"terms":{"principal":"1000","disbursed":"2025-01-15","periods":2,"rate":"0","method":"flat"}'

claim "published cases" model tests/vectors/life.jsonl
claim "random lives" model "${UMI_SEED:-$(date +%j)}" $lives
claim "the answer, key by key" says \
    "{\"id\":\"a\",$terms,\"events\":[{\"kind\":\"repayment\",\"date\":\"2025-02-15\",\"amount\":\"500.5\"}]}" \
    '{"id":"a","events":[{"n":1,"kind":"repayment","date":"2025-02-15","amount":"500.5","principal":"500.5","interest":"0","fee":"0","penalty":"0","overpaid":"0","reversed":false}],"rows":[{"n":1,"due":"2025-02-15","principal":"500","interest":"0","fee":"0","penalty":"0","paid":{"principal":"500","interest":"0","fee":"0","penalty":"0"},"paid_on":"2025-02-15"},{"n":2,"due":"2025-03-15","principal":"500","interest":"0","fee":"0","penalty":"0","paid":{"principal":"0.5","interest":"0","fee":"0","penalty":"0"},"paid_on":null}],"outstanding":{"principal":"499.5","interest":"0","fee":"0","penalty":"0"},"due":{"principal":"0","interest":"0","fee":"0","penalty":"0"},"overpaid":"0","days_past_due":0,"collectability":1,"status":"active"}'
claim "a bad line is told and named" says \
    "{\"id\":\"b\",$terms,\"events\":[{\"kind\":\"fee\",\"date\":\"2025-02-15\",\"amount\":\"0\"}]}" \
    '{"id":"b","error":{"code":"INVALID","field":"events.amount","message":"event 1: must be above 0, got 0"}}'

good=${BUILD:-build}/check-life.good bad=${BUILD:-build}/check-life.bad
printf '{"id":"a",%s}\n' "$terms" >"$good"
{ cat "$good"; echo '{'; echo; cat "$good"; } >"$bad"
claim "exit 0 without errors" exits 0 "$umi" life --jsonl "$good"
claim "exit 1 with one" exits 1 "$umi" life --jsonl "$bad"
claim "an answer per line that is not blank" \
    [ "$("$umi" life --jsonl "$bad" | wc -l)" -eq 3 ]
claim "a bad line does not touch its neighbours" \
    [ "$("$umi" life --jsonl "$bad" | sed -n 3p)" = "$("$umi" life --jsonl "$good")" ]
claim "the format must be named" exits 2 "$umi" life "$good"
claim "an unknown option" exits 2 "$umi" life --jsonl --frob
claim "an abbreviated option" exits 2 "$umi" life --json
claim "a file that is not there" exits 2 "$umi" life --jsonl /nonexistent
claim "a folder in place of a file" exits 2 "$umi" life --jsonl /
claim "no input at all" [ "$("$umi" life --jsonl <&- >/dev/null 2>&1; echo $?)" -eq 2 ]
claim "an output that is full" [ "$("$umi" life --jsonl "$good" 2>&1 >/dev/full | grep -c '^IO: ')" -eq 1 ]
claim "help" exits 0 "$umi" life --help
tally
