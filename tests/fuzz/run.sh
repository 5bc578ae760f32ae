#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh SECONDS FILE...: builds the library once with sanitizers and coverage,
# then each fuzz target, and runs each for SECONDS from its corpus
# tests/fuzz/corpus/NAME/ and the words of tests/fuzz/NAME.dict, where there
# are any.  New finds go to build-fuzz/corpus/NAME/, crashes to build-fuzz/.
seconds=$1
shift
out=build-fuzz
mkdir -p $out
flags="-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all"
make -s -j"${JOBS:-2}" BUILD=$out CC=clang \
    CFLAGS="$flags -fsanitize=fuzzer-no-link,address,undefined" \
    $out/libumi.a >$out/build.log 2>&1 || { cat $out/build.log; exit 1; }
libs="$(pkg-config --libs sqlite3 yaml-0.1 libsodium expat zlib libzstd) -lmpfr -lgmp -lm -lpthread"
passed=0 failed=0
for source in "$@"; do
    name=$(basename "$source" .c)
    mkdir -p "$out/corpus/$name"
    seeds=
    [ -d "tests/fuzz/corpus/$name" ] && seeds=tests/fuzz/corpus/$name
    [ -f "tests/fuzz/$name.dict" ] && seeds="$seeds -dict=tests/fuzz/$name.dict"
    echo "fuzz $name for $seconds s"
    # shellcheck disable=SC2086
    if clang -std=c11 $flags -fsanitize=fuzzer,address,undefined \
        -D_POSIX_C_SOURCE=200809L -I. -I$out -o "$out/$name" "$source" \
        $out/libumi.a $libs &&
        "$out/$name" "$out/corpus/$name" $seeds -max_total_time="$seconds" \
            -timeout=10 -rss_limit_mb=2048 -max_len="${MAX_LEN:-8192}" \
            -artifact_prefix="$out/$name-" >"$out/$name.log" 2>&1; then
        passed=$((passed + 1))
        tail -n 1 "$out/$name.log"
    else
        failed=$((failed + 1))
        tail -n 60 "$out/$name.log"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
