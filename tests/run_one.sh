#!/bin/sh
# Runs one test program or script for run.sh and notes its counts.  One that
# ends badly without a failed test, or runs no test, counts as one failure.
logs=$BUILD/check
run_one() {
    name=$(echo "$1" | sed "s|^$BUILD/tests/||; s|^tests/||; s|/|-|g; s|\.sh\$||")
    log=$logs/$name.log
    since=$(date +%s)
    case $1 in *.sh) sh "$1" ;; *) "$1" ;; esac >"$log" 2>&1
    rc=$?
    # cmocka closes with "[  PASSED  ] N test(s)." and "[  FAILED  ] ..."
    awk -v rc=$rc -v name="$name" '
        /^\[  PASSED  \] [0-9]+ test/ { p += $4 }
        /^\[  FAILED  \] [^:]*: [0-9]+ test|^\[  FAILED  \] [0-9]+ test/ {
            for (i = 4; i <= NF; i++) if ($i ~ /^[0-9]+$/) { f += $i; break } }
        /^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3 }
        END { if (rc != 0 && f == 0) f = 1
              if (rc == 0 && p == 0) f = 1
              print p + 0, f + 0, name }' "$log" >"$logs/$name.count"
    read -r p f _ <"$logs/$name.count"
    if [ "$f" -ne 0 ]; then
        echo "FAIL $name (exit $rc)"
        tail -n 60 "$log"
    else
        echo "ok   $name ($p${TORTURE:+, $(($(date +%s) - since)) s})"
    fi
}
run_one "$1"
