#!/bin/sh
# SPDX-License-Identifier: MIT
# What the README and the guides show is what the program prints: their console
# blocks are run, each file as one session in an empty folder.
here=$(dirname "$0")
ROOT=$(pwd)
BOOK=garut.umi
export ROOT BOOK
session=$(mktemp)
trap 'rm -f "$session"' EXIT
rc=0
for file in README.md docs/panduan.md docs/eligibility.md; do
    echo "\$ ln -s \"\$ROOT/tests\" tests; ln -s \"\$ROOT/rules\" rules" >"$session"
    awk '/^```/ { on = $0 == "```console"; next } on' "$file" >>"$session"
    sh "$here/transcript.sh" "$session" || rc=1
done
exit $rc
