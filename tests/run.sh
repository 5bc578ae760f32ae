#!/bin/sh
# Runs test programs and scripts, shows what failed, and adds up the counts.
# Under TORTURE it says how long each took, and begins with the longest, so
# that no core waits for the last one.
: "${BUILD:=build}"
export BUILD
logs=$BUILD/check
rm -rf "$logs"
mkdir -p "$logs"
longest="check_kill check_tamper test_fault_memory test_fault_disk check_model test_pack"
[ -n "$TORTURE" ] || longest=
since=$(date +%s)
printf '%s\n' "$@" | awk -v longest="$longest" '
    BEGIN { n = split(longest, first, " ") }
    { for (i = 1; i <= n && index($0, "/" first[i]) == 0; i++); print i, $0 }' |
    sort -s -n -k 1,1 | cut -d ' ' -f 2- |
    xargs -P "${JOBS:-2}" -n 1 sh tests/run_one.sh
cat "$logs"/*.count | awk '{ p += $1; f += $2 } END {
    print p " passed, " f " failed"; exit f != 0 }' >"$logs/total"
rc=$?
[ -z "$TORTURE" ] || echo "$(($(date +%s) - since)) s"
cat "$logs/total"
exit $rc
