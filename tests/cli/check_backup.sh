#!/bin/sh
# SPDX-License-Identifier: MIT
# Backups and books restored from them: equal to the book, refused when they
# are damaged, foreign or not what was expected, never half there after a
# kill.  TORTURE kills and damages more often.
umi=$(realpath "${BUILD:-build}/umi")
tool=$(realpath "$(dirname "$0")/../support/backup.py")
if ! python3 -c 'import sqlite3' 2>/dev/null; then
    echo "skipped: python3 with its sqlite3 module is not here"
    echo "1 passed, 0 failed"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
seed=${UMI_SEED:-17}
echo "seed $seed"
case ${BUILD:-} in
*cov*) kills=0 ;; # a killed program spoils the counters
*) kills=${TORTURE:+600} ;;
esac
python3 "$tool" "$umi" "$seed" "${kills:-12}" "${TORTURE:+3000}"
