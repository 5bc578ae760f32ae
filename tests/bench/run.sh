#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the benches one after another and keeps their lines, one figure a line,
# in build/bench.jsonl: {"name","value","unit","floor","ratio"}.  Floor is what
# the same work costs without what is measured, taken in the same run.
: "${BUILD:=build}"
out=$BUILD/bench.jsonl
: >"$out"
rc=0
for bench in "$@"; do
    case $bench in
    *.sh) sh "$bench" >"$out.one" || rc=1 ;;
    *) "$bench" >"$out.one" || rc=1 ;;
    esac
    grep '^{' "$out.one" | tee -a "$out"
done
rm -f "$out.one"
exit $rc
