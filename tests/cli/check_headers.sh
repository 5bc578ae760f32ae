#!/bin/sh
# Each public header compiles alone under strict warnings, and what is
# installed builds a program from outside, against both libraries.
: "${BUILD:=build}"
. "$(dirname "$0")/../support/claim.sh"
strict="-std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -D_POSIX_C_SOURCE=200809L"
for h in engine/umi.h engine/*/*.h rules/*/*.h ledger/*/*.h; do
    echo "#include \"$h\"" >"$tmp/alone.c"
    # shellcheck disable=SC2086
    ok "$h compiles alone" cc $strict -I. -I"$BUILD" -fsyntax-only "$tmp/alone.c"
done

case $BUILD in
*san* | *cov*) ;; # instrumented objects are not for installing
*)
    ok "make install" make -s install BUILD="$BUILD" DESTDIR="$tmp" PREFIX=/usr
    cat >"$tmp/outside.c" <<'EOT'
#include <engine/umi.h>
#include <stdio.h>
int main(void)
{
    umi_money m;
    char text[UMI_MONEY_TEXT];
    if (!umi_money_parse(&m, UMI_TEXT("860664")))
        return 1;
    umi_money_show(text, m, UMI_LANG_ID);
    return puts(text) < 0;
}
EOT
    inc="-I$tmp/usr/include/umi"
    # shellcheck disable=SC2046,SC2086
    ok "links with libumi.a" cc $inc -o "$tmp/static" "$tmp/outside.c" \
        "$tmp/usr/lib/libumi.a" $(pkg-config --libs sqlite3 yaml-0.1 libsodium expat zlib libzstd) -lmpfr -lgmp -lpthread
    ok "links with libumi.so" cc $inc -o "$tmp/shared" "$tmp/outside.c" -L"$tmp/usr/lib" -lumi
    ok "runs" test "$(LD_LIBRARY_PATH=$tmp/usr/lib "$tmp/shared")" = "860.664"
    ok "names its package" sh -c "PKG_CONFIG_PATH=$tmp/usr/lib/pkgconfig pkg-config --exists umi"
    nm -D --defined-only "$BUILD/libumi.so" | awk '{ print $3 }' | LC_ALL=C sort >"$tmp/exported"
    ok "exports what engine/umi.sym lists" diff engine/umi.sym "$tmp/exported"
    ;;
esac
tally
