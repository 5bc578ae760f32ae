#!/bin/sh
# The house rules that a machine can check.  Arguments: all C files.
bad=0
say() {
    [ -z "$2" ] || { printf '%s\n%s\n' "$1" "$2"; bad=1; }
}
# Layers: a file includes its own folder and those to the left of it.
order="engine rules ledger cli"
allowed=
for layer in $order; do
    allowed="${allowed:+$allowed|}$layer"
    say "includes that run against the line of layers:" \
        "$(grep -rnE '^#include "' "$layer" --include='*.[ch]' | grep -v '^engine/umi\.h:' |
            grep -vE "#include \"((gen/)|($allowed)/)")"
done
# Each foreign header has one home.
while read -r header home; do
    say "<$header> belongs in $home:" \
        "$(grep -rlE "^#include <$header>" $order --include='*.[ch]' |
            grep -vE "^$home\$")"
done <<EOT
gmp.h engine/(base/exact_int\.h|(base|loan)/[a-z_]+\.c)
mpfr.h engine/loan/cashflow(_int\.h|[a-z_]*\.c)
yaml.h rules/set/yaml\.c
sqlite3.h ledger/store/sqlite[a-z_]*\.[ch]
expat.h ledger/io/xml\.c
zlib.h (ledger/io/unpack|cli/out/zip)\.c
hpdf.h cli/out/pdf\.c
zstd.h ledger/io/unpack\.c
sodium.h engine/base/(hash|sign)\.c
EOT
code=$(printf '%s\n' "$@" | grep -v '^tests/')
# shellcheck disable=SC2086
say "floating point:" "$(grep -nE '\b(float|double)\b[ *]+[a-z_]+ *[;=,)(\[]|\bstrtod\b|\batof\b' $code |
    grep -vE '^engine/loan/cashflow')"
# shellcheck disable=SC2086
say "SQL in C:" "$(grep -nE '"[ ]*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA) ' $code)"
# shellcheck disable=SC2086
say "banned calls:" "$(grep -nE '\b(sprintf|strcpy|strcat|gets|atoi|atol|system|popen|tmpnam|strtok|alloca|setjmp)\(' $code |
    grep -v '^engine/base/exact\.c')"
# shellcheck disable=SC2086
say "the heap by a side door:" "$(grep -nE '\b(malloc|calloc|realloc|free)\(' $code |
    grep -vE '^engine/base/alloc\.[ch]|umi_|[a-z_](malloc|calloc|realloc|free)\(')"
# shellcheck disable=SC2086
say "codes that 'umi explain' does not know:" "$(
    grep -hoE '\b(umi_fail_code|umi__problem[a-z_]*)\([^;]*"(W-)?[A-Z][A-Z0-9-]+"' $code | grep -oE '"(W-)?[A-Z][A-Z0-9-]+"$' | sort -u |
    while read -r c; do grep -qrF "X($c," engine/base/code.def || grep -q "$c" engine/base/status.h || echo "$c"; done)"
say "no SPDX line:" "$(grep -LE 'SPDX-License-Identifier: MIT' "$@")"

# Lengths are an aim, printed and never a failure.
if command -v ctags >/dev/null; then
    echo "longest functions:"
    ctags -x --_xformat='%{end} %n %F %N' --kinds-C=f --fields=+ne "$@" 2>/dev/null |
        awk '{ n = $1 - $2 + 1; if (n > 70) print "  " n, $3 ":" $2, $4 }' | sort -rn | head -n 8
fi
echo "longest files:"
wc -l "$@" | awk '$2 != "total" && $1 > 800 { print "  " $1, $2 }' | sort -rn | head -n 5
[ $bad -eq 0 ] && echo "lint: clean"
exit $bad
