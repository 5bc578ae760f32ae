#!/bin/sh
# Runs test programs and scripts, shows what failed, and adds up the counts.
: "${BUILD:=build}"
export BUILD
logs=$BUILD/check
rm -rf "$logs"
mkdir -p "$logs"
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -n 1 sh tests/run_one.sh
cat "$logs"/*.count | awk '{ p += $1; f += $2 } END {
    print p " passed, " f " failed"; exit f != 0 }' >"$logs/total"
rc=$?
cat "$logs/total"
exit $rc
