#!/bin/sh
# SPDX-License-Identifier: MIT
# transcript.sh FILE: runs every "$ command" of FILE in an empty folder and
# compares what it prints (both streams, and "[exit N]" unless 0) with what
# stands below it.  Lines before the first command are comments.  With UPDATE
# set, prints the file as it came out instead.
file=$(realpath "$1")
umi=$(realpath "${BUILD:-build}")/umi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
mkdir work
passed=0 failed=0
run() { # run COMMAND: its output, as the transcript shows it
    (cd work && PATH=$(dirname "$umi"):$PATH LC_ALL=C UMI_BOOK="${BOOK:-book.db}" \
        UMI_USER=ani sh -c "$1" 2>&1)
    code=$?
    [ $code -eq 0 ] || echo "[exit $code]"
}
compare() {
    [ -n "$command" ] || return
    run "$command" >got
    if [ -n "$UPDATE" ]; then
        printf '$ %s\n' "$command"
        cat got
    elif cmp -s want got; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: $ %s\n' "$command"
        diff want got
    fi
}
command=
while IFS= read -r line; do
    case $line in
    '$ '*)
        compare
        command=${line#??}
        : >want ;;
    *)
        if [ -n "$command" ]; then printf '%s\n' "$line" >>want
        elif [ -n "$UPDATE" ]; then printf '%s\n' "$line"; fi ;;
    esac
done <"$file"
compare
[ -n "$UPDATE" ] || echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
