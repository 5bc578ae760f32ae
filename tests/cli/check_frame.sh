#!/bin/sh
# The frame of the command line: help at every level, codes, usage errors.
: "${BUILD:=build}"
umi=$BUILD/umi
passed=0 failed=0
expect() { # expect TEXT EXIT PATTERN COMMAND...
    text=$1 code=$2 pattern=$3
    shift 3
    out=$("$@" 2>&1 </dev/null)
    rc=$?
    if [ $rc -eq "$code" ] && printf '%s' "$out" | grep -qE -- "$pattern"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s: exit %s, wanted %s matching %s\n%s\n' "$text" $rc "$code" "$pattern" "$out"
    fi
}
export LC_ALL=C
expect "versions" 0 'umi 0\.1\.0 \(libumi 0\.1\.0, SQLite 3[0-9.]+, GMP [0-9.]+\)' "$umi" --version
expect "help" 0 'umi \[--book PATH\]' "$umi" --help
expect "nothing asked" 2 'umi \[--book PATH\]' "$umi"
for group in $("$umi" --lang en --help | awk '/^  [a-z]/ { print $1 }'); do
    expect "help of $group" 0 "umi $group" "$umi" "$group" --help
    "$umi" --lang en "$group" --help | awk -v g="$group" '$1 == "umi" && $2 == g && $3 ~ /^[a-z]/ { print $3 }' |
        sort -u >"$BUILD/words.$$"
    while read -r word; do
        expect "help of $group $word" 0 "umi $group" "$umi" "$group" "$word" --help
    done <"$BUILD/words.$$"
    rm -f "$BUILD/words.$$"
done
expect "an unknown command" 2 "^USAGE: .*'quot'" "$umi" --lang en quot
expect "an abbreviated option" 2 '^USAGE: unknown option --lan' "$umi" --lang en --lan=id explain
expect "an unknown language" 2 "^USAGE: .*'fr'" "$umi" --lang fr explain
expect "an option without its value" 2 '^USAGE: .*--book' "$umi" --lang en explain --book
expect "a flag with a value" 2 '^USAGE: .*--version=1' "$umi" --lang en --version=1
expect "a code explained" 0 '^AMOUNT ' "$umi" --lang en explain AMOUNT
expect "an unknown code" 2 '^UNKNOWN: ' "$umi" --lang en explain NOSUCH
expect "too many words" 2 "^USAGE: .*'B'" "$umi" --lang en explain A B
expect "the manual is the shipped one" 0 same sh -c "$umi --lang en man | diff - docs/man/umi.1 && echo same"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
