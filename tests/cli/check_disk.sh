#!/bin/sh
# SPDX-License-Identifier: MIT
# A real small file system that fills up, one that is read-only, and two
# processes at one book.  Mounts stand in a namespace of their own and go with
# it; where nothing may be mounted a limit of file sizes stands in for it.
# TORTURE fills it in finer steps and starts more pairs.
umi=$(realpath "${BUILD:-build}/umi")
tool=$(realpath "$(dirname "$0")/../support/disk.py")
if ! python3 -c '' 2>/dev/null; then
    echo "skipped: python3 is not here"
    echo "1 passed, 0 failed"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir try
chmod 755 .
seed=${UMI_SEED:-23}
echo "seed $seed"
for space in "unshare -m" "unshare -rm"; do
    why=$($space mount -t tmpfs -o size=64k tmpfs try 2>&1) || continue
    # the good disk is memory, too: no other program's fsync is waited for
    $space sh -c 'mount -t tmpfs tmpfs try && cd try && exec python3 "$@"' \
        sh "$tool" "$umi" "$seed" mount ${TORTURE:+long}
    exit
done
echo "SKIPPED: a file system that is full or read-only: $why"
python3 "$tool" "$umi" "$seed" limit ${TORTURE:+long}
