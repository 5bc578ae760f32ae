#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi rate` against a model that knows only the rules: signs on both sides of
# each rate, and how many rates there are by Sturm's theorem.
umi=${BUILD:-build}/umi
rates=2000
[ -z "$TORTURE" ] || rates=100000
if ! command -v python3 >/dev/null; then
    echo "no python3: the model was not asked"
    echo "0 passed, 0 failed"
    exit 0
fi
if python3 tests/support/model_rate.py "$umi" "${UMI_SEED:-$(date +%j)}" $rates; then
    echo "1 passed, 0 failed"
else
    echo "0 passed, 1 failed"
    exit 1
fi
