# SPDX-License-Identifier: MIT
# What test scripts share, sourced before they leave the root of the tree:
# claims that are counted, and a folder of their own that goes with them.
# They end with `tally`.
passed=0 failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
claim() { # claim TEXT COMMAND...: the command must succeed
    text=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $text"
        return 1
    fi
}
quietly() { # quietly COMMAND...: what it prints is shown when it fails
    "$@" >"$tmp/log" 2>&1 || { cat "$tmp/log"; false; }
}
ok() { # ok TEXT COMMAND...: claim it quietly
    text=$1
    shift
    claim "$text" quietly "$@"
}
is() { # is TEXT WANTED GOT
    [ "$2" = "$3" ] || set -- "$1: wanted '$2', got '$3'" "$2" "$3"
    claim "$1" [ "$2" = "$3" ]
}
says() { # says TEXT EXIT PATTERN COMMAND...: the exit code and all of one line
    text="$1: exit $2 with $3" code=$2 pattern=$3
    shift 3
    "$@" >"$tmp/log" 2>&1 </dev/null
    [ $? -eq "$code" ] && [ "$(wc -l <"$tmp/log")" -eq 1 ] && grep -qxE -- "$pattern" "$tmp/log"
    claim "$text" [ $? -eq 0 ] || cat "$tmp/log"
}
tally() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
