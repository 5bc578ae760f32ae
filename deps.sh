#!/bin/sh
# Installs what a bare Debian 12 lacks to build, test and check umi.
# Does nothing when all is there; uses sudo only when not root.
set -eu
packages="gcc libc6-dev make pkg-config libgmp-dev libmpfr-dev libyaml-dev
libsqlite3-dev sqlite3 libsodium-dev libexpat1-dev zlib1g-dev libzstd-dev
libhpdf-dev libcmocka-dev libjansson-dev python3 hledger ledger beancount clang
clang-format libclang-rt-14-dev gcovr universal-ctags"

missing=
for p in $packages; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null |
        grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
apt="apt-get -o DPkg::Lock::Timeout=300"
echo "deps.sh: installing$missing" >&2
$sudo $apt update
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive $apt install -y \
    --no-install-recommends $missing
