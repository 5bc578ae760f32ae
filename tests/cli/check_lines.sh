#!/bin/sh
# SPDX-License-Identifier: MIT
# JSON Lines: what bad lines of `umi quote` and `umi rate` get, in both
# languages; what a whole stream gets; and the same mistakes as flags.
umi=${BUILD:-build}/umi
dir=${BUILD:-build}/check-lines
rm -rf "$dir"
mkdir -p "$dir"
. "$(dirname "$0")/../support/claim.sh"
same() { [ "$1" = "$2" ] || { printf 'got      %.300s\nexpected %.300s\n' "$1" "$2"; false; }; }
good() { awk -v "of=$1" -v act=good -f tests/support/bad_lines.awk /dev/null; }

# --- tables of bad lines --------------------------------------------------------
judged() { # judged COMMAND LANGUAGE TABLE
    table="$dir/$1.table"
    answers="$dir/$1.$2"
    after=$(good "$1" | "$umi" "$1" --jsonl)
    awk -v "of=$1" -v act=make -f tests/support/bad_lines.awk "$table" \
        >"$dir/$1.lines"
    "$umi" --lang "$2" "$1" --jsonl "$dir/$1.lines" >"$answers" 2>"$dir/talk"
    claim "$1 --lang $2: exit 1" [ $? -eq 1 ]
    claim "$1 --lang $2: silence on stderr" [ ! -s "$dir/talk" ]
    awk -v act=judge -v "after=$after" -f tests/support/bad_lines.awk \
        "$table" "$answers" >"$dir/judged"
    grep -v ' passed, ' "$dir/judged"
    counts=$(grep ' passed, ' "$dir/judged")
    passed=$((passed + ${counts%% *}))
    counts=${counts#*, }
    failed=$((failed + ${counts%% *}))
}
# every key with every type that is not its own
wrong_types() {
    awk 'BEGIN {
        n = split("principal text disbursed text rate text method text " \
            "unit text first_due text rate_per text day_count text " \
            "level_from text carry text residue text adjust text " \
            "calendar text shift text periods number every number " \
            "flat_equivalent_digits number block_days number " \
            "term_days number round object payment_round object " \
            "grace object steps list fees list disbursements list " \
            "effective bool", keys, " ")
        m = split("number~17~text~\"words\"~bool~true~null~null~" \
            "list~[\"x\"]~object~{\"x\":1}", kinds, "~")
        short["principal"] = "$D,$N,$R,$M"; short["disbursed"] = "$P,$N,$R,$M"
        short["periods"] = "$P,$D,$R,$M"; short["rate"] = "$P,$D,$N,$M"
        short["method"] = "$P,$D,$N,$R"; short["disbursements"] = "$N,$R,$M"
        for (i = 1; i < n; i += 2)
            for (j = 1; j < m; j += 2) {
                k = keys[i]
                if (kinds[j] == keys[i + 1] || k == "disbursements" && kinds[j] == "list")
                    continue
                shown = kinds[j + 1]
                gsub(/"words"/, "words", shown)
                print k " ~ " shown " ~ {" (k in short ? short[k] : "$A") \
                    ",\"" k "\":" kinds[j + 1] "}"
            }
    }'
}
{ cat tests/vectors/bad_quote.txt; wrong_types; } >"$dir/quote.table"
cp tests/vectors/bad_rate.txt "$dir/rate.table"
for command in quote rate; do
    judged $command en
    judged $command id
    for lang in en id; do
        sed 's/"message":".*/"/' "$dir/$command.$lang" >"$dir/$command.$lang.bare"
    done
    claim "$command: --lang changes only the message" \
        cmp "$dir/$command.en.bare" "$dir/$command.id.bare"
done

# --- lives of loans are refused in the same words ---------------------------------
life() { # life FIELD VALUE KEYS: beside the terms
    echo "{\"id\":\"l\",$3}" >"$dir/one"
    "$umi" life --jsonl "$dir/one" >"$dir/one.out" 2>&1
    claim "life, $3: exit 1" [ $? -eq 1 ]
    case $(cat "$dir/one.out") in
    '{"id":"l","error":{"code":"'*'","field":"'"$1"'","message":"'*"$2"*) true ;;
    *) cat "$dir/one.out" && false ;;
    esac
    claim "life, $3: '$1' and '$2'" [ $? -eq 0 ]
}
terms='"terms":{"principal":"1000","disbursed":"2026-01-15","periods":12,"rate":"6","method":"flat"}'
life terms.periods "'0'" '"terms":{"principal":"1000","disbursed":"2026-01-15","periods":0,"rate":"6","method":"flat"}'
life terms.first_due "'2026-01-15'" '"terms":{"principal":"1000","disbursed":"2026-01-15","first_due":"2026-01-15","periods":2,"rate":"6","method":"flat"}'
life terms "'7'" '"terms":7'
life nosuch "'1'" "$terms,\"nosuch\":1"
life as_of "'null'" "$terms,\"as_of\":null"
life as_of "'2026-02-30'" "$terms,\"as_of\":\"2026-02-30\""
life policy "'7'" "$terms,\"policy\":7"
life policy.walk "'sideways'" "$terms,\"policy\":{\"walk\":\"sideways\"}"
life policy.ahead "'1'" "$terms,\"policy\":{\"ahead\":1}"
life events "'{}'" "$terms,\"events\":{}"
life events.kind "'x'" "$terms,\"events\":[{\"kind\":\"x\",\"date\":\"2026-02-01\"}]"
life events.amount "'5'" "$terms,\"events\":[{\"kind\":\"repayment\",\"date\":\"2026-02-01\",\"amount\":5}]"
life events.nosuch "'null'" "$terms,\"events\":[{\"kind\":\"repayment\",\"date\":\"2026-02-01\",\"nosuch\":null}]"
life events.date "2026-02-30" "$terms,\"events\":[{\"kind\":\"repayment\",\"date\":\"2026-02-30\",\"amount\":\"5\"}]"

# --- lines without an id that could be read -----------------------------------------
quote=$(good quote)
answer=$(good quote | "$umi" quote --jsonl)
five='"principal":"1000","disbursed":"2026-01-15","periods":12,"rate":"6","method":"annuity"'
nameless() { # nameless TEXT PRINTF-FORMAT: refused as id null; a good line goes on
    # shellcheck disable=SC2059
    { printf "$2"; echo; echo "$quote"; } >"$dir/one"
    "$umi" quote --jsonl "$dir/one" >"$dir/one.out" 2>&1
    claim "$1: exit 1" [ $? -eq 1 ]
    case $(head -n 1 "$dir/one.out") in
    '{"id":null,"error":{"code":"'*'","field":"'*'","message":"'?*) true ;;
    *) head -n 1 "$dir/one.out" && false ;;
    esac
    claim "$1: an error" [ $? -eq 0 ]
    claim "$1: the good line behind it" same "$(sed 1d "$dir/one.out")" "$answer"
}
nameless "a list" '[]'
nameless "a list of objects" '[{"id":"a"}]'
nameless "a number" '5'
nameless "a text" '"x"'
nameless "null" 'null'
nameless "true" 'true'
nameless "a word" 'x'
nameless "CSV" 'id,principal,rate'
nameless "an opening" '{'
nameless "a closing" '}'
nameless "a NUL" '\000'
nameless "a NUL behind an object" '{}\000'
nameless "a NUL in the id" '{"id":"a\000b"}'
nameless "an escaped NUL in the id" '{"id":"a\\u0000b"}'
nameless "a control character in the id" '{"id":"a\001b"}'
nameless "a tab in the id" '{"id":"a\tb"}'
nameless "no UTF-8 in the id" '{"id":"\377"}'
nameless "half a character in the id" '{"id":"\303"}'
nameless "an overlong slash in the id" '{"id":"\300\257"}'
nameless "a surrogate in UTF-8 in the id" '{"id":"\355\240\200"}'
nameless "beyond Unicode in the id" '{"id":"\364\220\200\200"}'
nameless "half a surrogate pair in the id" '{"id":"\\ud83d"}'
nameless "surrogates in the wrong order in the id" '{"id":"\\ude00\\ud83d"}'
nameless "an id that is a number" '{"id":5}'
nameless "an id that is null" '{"id":null}'
nameless "an id that is a list" '{"id":["a"]}'
nameless "an id that stands twice" '{"id":"a","id":"b"}'
nameless "a byte order mark" "\\357\\273\\277$quote"
nameless "two lines in one" '{}{}'
nameless "1000 brackets" "$(printf '%1000s' '' | tr ' ' '[')"
nameless "1000 objects" "$(printf '%1000s' '' | sed 's/ /{"a":/g')"
nameless "100000 brackets" "$(printf '%100000s' '' | tr ' ' '[')"

# --- what is longer than a message ---------------------------------------------------
long() { # long TEXT FIELD KEY-AND-VALUE: refused, in a short answer of UTF-8
    echo "{\"id\":\"l\",$3}" >"$dir/one"
    "$umi" quote --jsonl "$dir/one" >"$dir/one.out" 2>&1
    claim "$1: exit 1" [ $? -eq 1 ]
    claim "$1: short" [ "$(wc -c <"$dir/one.out")" -lt 600 ]
    claim "$1: UTF-8" iconv -f UTF-8 -t UTF-8 "$dir/one.out" -o /dev/null
    case $(cat "$dir/one.out") in
    '{"id":"l","error":{"code":"INVALID","field":"'"$2"*) true ;;
    *) cat "$dir/one.out" && false ;;
    esac
    claim "$1: the field" [ $? -eq 0 ]
}
digits=$(printf '%1000s' '' | tr ' ' 7)
accents=$(printf '%99s' '' | sed 's/ /é/g')
long "a rate of a thousand digits" rate "\"rate\":\"$digits\""
long "a rate of a thousand decimals" rate "\"rate\":\"0.$digits\""
long "a number of a thousand digits" periods "\"periods\":$digits"
long "an exponent of a thousand digits" periods "\"periods\":1e$digits"
long "an amount of a thousand digits" principal "\"principal\":\"$digits\""
long "a date of a thousand digits" disbursed "\"disbursed\":\"$digits\""
long "a word that is cut within a character" method "\"method\":\"x$accents\""
long "a key of a thousand letters" 777 "\"$digits\":1"
long "a key that is cut within a character" xé "\"x$accents\":1"
long "a key within a key" "" "\"$digits\":{\"$accents\":1,\"$accents\":2}"
printf '{"id":"m","method":"\\u0001\\n\\u007f"}\n' >"$dir/one"
claim "control characters in a value" sh -c "'$umi' --lang en quote --jsonl '$dir/one' | grep -q \"got '???'\""

claim "101 steps" sh -c "{ printf '{%s,\"steps\":[' '$five'; yes '{\"from\":\"2026-03-01\",\"rate\":\"3\"},' | head -n 100; echo '{\"from\":\"2026-03-01\",\"rate\":\"3\"}]}'; } | tr -d '\n' | '$umi' quote --jsonl | grep -q '\"field\":\"steps\"'"
claim "4001 flows" sh -c "{ printf '{\"convention\":\"periodic\",\"flows\":['; yes '{\"t\":\"0\",\"amount\":\"1\"},' | head -n 4000; echo '{\"t\":\"1\",\"amount\":\"1\"}]}'; } | tr -d '\n' | '$umi' rate --jsonl | grep -q '\"field\":\"flows\"'"

# --- keys in each order -------------------------------------------------------------
orders() {
    awk -v "five=$five" 'function go(at,   i, line) {
        if (at > 6) {
            line = p[1]
            for (i = 2; i <= 6; i++)
                line = line "," p[i]
            print "{" line "}"
            return
        }
        for (i = 1; i <= 6; i++)
            if (!used[i]) {
                used[i] = 1; p[at] = key[i]
                go(at + 1)
                used[i] = 0
            }
    }
    BEGIN { split("\"id\":\"good\"," five, key, ","); go(1) }'
}
claim "720 orders of six keys" same \
    "$(orders | "$umi" quote --jsonl | sort | uniq -c | sed 's/^ *//')" "720 $answer"

# --- whole streams -------------------------------------------------------------------
stream() { # stream TEXT EXIT ANSWERS COMMAND [FLAG]: COMMAND prints the input
    sh -c "$4" | {
        dd count=0 ${5:+"$5"} 2>/dev/null
        "$umi" quote --jsonl >"$dir/one.out" 2>&1
    }
    claim "$1: exit $2" [ $? -eq "$2" ]
    claim "$1: $3 answers" same "$(grep -cxF "$answer" "$dir/one.out")" "$3"
}
export quote
stream "nothing" 0 0 'true'
stream "an empty line" 0 0 'echo'
stream "blank lines between" 0 2 'echo; echo "$quote"; printf "  \t\r\n\n"; echo "$quote"; echo'
stream "lines of Windows" 0 2 'printf "%s\r\n%s\r\n" "$quote" "$quote"'
stream "blanks around" 0 1 'printf " \t%s  \n" "$quote"'
stream "no newline at the end" 0 2 'printf "%s\n%s" "$quote" "$quote"'
stream "cut in the middle of the last line" 1 1 'printf "%s\n%.40s" "$quote" "$quote"'
stream "1 MiB is no line too long" 0 2 'printf "%s%*s\n%s\n" "$quote" $((1048576 - ${#quote})) "" "$quote"'
stream "a byte over 1 MiB" 1 1 'printf "%s%*s\n%s\n" "$quote" $((1048577 - ${#quote})) "" "$quote"'
stream "5 MiB in a line" 1 2 'echo "$quote"; head -c 5000000 /dev/zero | tr "\\0" "["; echo; echo "$quote"'
stream "5 MiB without a line's end" 1 1 'echo "$quote"; head -c 5000000 /dev/zero'
stream "three such lines" 1 4 'for i in 1 2 3; do echo "$quote"; head -c 3000000 /dev/zero; echo; done; echo "$quote"'
claim "the id of a line too long" same \
    "$(printf '{"id":"big","principal":"%02000000d","x":1}' 1 | "$umi" --lang en quote --jsonl)" \
    '{"id":"big","error":{"code":"JSON","field":"","message":"the line is longer than 1 MiB"}}'
claim "an id behind 1 MiB is not looked for, with or without an end" same \
    "$(printf '{"principal":"%01048576d","id":"big"}\n{"principal":"%01048576d","id":"big"}' 1 1 | "$umi" --lang en rate --jsonl | uniq)" \
    '{"id":null,"error":{"code":"JSON","field":"","message":"the line is longer than 1 MiB"}}'
claim "each such line has one answer" same "$(grep -c '1 MiB' "$dir/one.out")" 3
stream "one byte at a time" 0 2 'printf "%s\n%s\n" "$quote" "$quote" | dd bs=1 2>/dev/null'
stream "a long line in small pieces" 1 1 'printf "{\"id\":\"%0300000d\"}\n%s\n" 1 "$quote" | dd bs=7 2>/dev/null'

# Another program may have made the stream one that does not wait.
stream "a stream that does not wait" 0 2 \
    '{ echo "$quote"; sleep 0.1; echo "$quote"; }' iflag=nonblock
yes "$quote" | head -n 2000 >"$dir/many"
claim "a reader that is slow" same "$({
    dd count=0 oflag=nonblock </dev/null 2>/dev/null
    "$umi" quote --jsonl "$dir/many" 2>&1
} | { sleep 0.2; grep -cxF "$answer"; })" 2000

# An answer comes out as soon as its line went in, also half lines later.
talks() {
    mkfifo "$dir/in" "$dir/out"
    "$umi" quote --jsonl <"$dir/in" >"$dir/out" &
    exec 3>"$dir/in" 4<"$dir/out"
    for i in 1 2 3; do
        echo "$quote" >&3
        read -r got <&4 && [ "$got" = "$answer" ] || return 1
    done
    printf '%.50s' "$quote" >&3
    printf '%s\n{' "${quote#"$(printf '%.50s' "$quote")"}" >&3
    read -r got <&4 && [ "$got" = "$answer" ] || return 1
    exec 3>&-
    read -r got <&4
    exec 4<&-
    wait $!
    rc=$?
    case $got in '{"id":null,"error":'*) [ $rc -eq 1 ] ;; *) false ;; esac
}
claim "a line in, a line out" talks

# What cannot be written or read is said, in one line.
broken() { # broken TEXT EXIT WORDS COMMAND
    sh -c "$4" 2>"$dir/talk" >/dev/null
    claim "$1: exit $2" [ $? -eq "$2" ]
    claim "$1: one line on stderr" same "$(grep -c . "$dir/talk")" 1
    claim "$1: '$3'" grep -q "$3" "$dir/talk"
}
export umi dir
broken "a full disk" 4 'cannot be written: No space' '"$umi" --lang en quote --jsonl "$dir/many" >/dev/full'
broken "a full disk, one line" 4 'cannot be written: No space' 'echo "$quote" | "$umi" --lang en quote --jsonl >/dev/full'
broken "a full disk, a bad line" 4 'cannot be written: No space' 'echo x | "$umi" --lang en rate --jsonl >/dev/full'
broken "a reader that went away" 4 'cannot be written: Broken pipe' \
    '{ "$umi" --lang en quote --jsonl "$dir/many" || echo $? >"$dir/code"; } | true; exit $(cat "$dir/code")'
broken "a closed stdout" 4 'cannot be written' '"$umi" --lang en quote --jsonl "$dir/many" >&-'
broken "a closed stdin" 2 'cannot be read' '"$umi" --lang en quote --jsonl <&-'
broken "a directory" 2 'cannot be read: Is a directory' '"$umi" --lang en quote --jsonl "$dir"'
broken "no such file" 2 'cannot be read: No such file' '"$umi" --lang en rate --jsonl "$dir/none"'
broken "the table on a full disk" 4 'cannot be written: No space' \
    '"$umi" --lang en quote --principal 1 --periods 1 --rate 0 --method flat >/dev/full'

# --- memory stays flat ------------------------------------------------------------------
peak() { # peak LINES: the most memory in KiB that so many lines took
    rm -f "$dir/in" "$dir/out"
    mkfifo "$dir/in" "$dir/out"
    "$umi" quote --jsonl <"$dir/in" >"$dir/out" &
    pid=$!
    grep -q '"id":"end"' <"$dir/out" &
    reader=$!
    exec 3>"$dir/in"
    awk -v "n=$1" -v "five=$five" 'BEGIN {
        for (i = 1; i <= n; i++)
            print "{\"id\":\"" i "\"," five (i % 9 ? "}" : "")
        print "{\"id\":\"end\"}"
    }' >&3
    wait $reader && awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status"
    exec 3>&-
    wait $pid
}
if [ -r /proc/self/status ]; then
    few=$(peak 1000)
    lines=${TORTURE:+10}200000
    many=$(peak "$lines")
    echo "peak memory: $few KiB at 1000 lines, $many KiB at $lines"
    claim "memory is flat" [ $((${many:-999999} - ${few:-0})) -lt 1024 ]
fi

# --- the same mistakes as flags --------------------------------------------------------
flags() { # flags FIELD VALUE FLAG...: exit 2, no output, one line that names them
    field=$1 value=$2
    shift 2
    base=
    for flag in --principal=1000 --disbursed=2026-01-15 --rate=6 --periods=12 \
        --method=annuity; do
        case " $*" in *" ${flag%=*}"[=\ ]*) ;; *) base="$base $flag" ;; esac
    done
    for lang in en id; do
        # shellcheck disable=SC2086
        "$umi" --lang "$lang" quote $base "$@" >"$dir/one.out" 2>"$dir/talk"
        claim "$* --lang $lang: exit 2" [ $? -eq 2 ]
        claim "$* --lang $lang: nothing on stdout" [ ! -s "$dir/one.out" ]
        claim "$* --lang $lang: one line" same "$(wc -l <"$dir/talk")" 1
        case $(cat "$dir/talk") in
        *": $field: "*"$value"*) true ;;
        *) cat "$dir/talk" && false ;;
        esac
        claim "$* --lang $lang: '$field' and '$value'" [ $? -eq 0 ]
    done
}
flags periods 0 --periods 0
flags periods 1000000 --periods 1000000
flags periods abc --periods abc
flags periods 1e1 --periods 1e1
flags periods "''" --periods ''
flags periods 12x --periods 12x
flags periods ' 12' --periods ' 12'
flags principal 0 --principal 0
flags principal -5 --principal -5
flags principal 1e6 --principal 1e6
flags principal NaN --principal NaN
flags principal 1,000 --principal 1,000
flags principal 1234567890123456789 --principal 1234567890123456789
flags rate 6% --rate 6%
flags rate -6 --rate=-6
flags rate 777777 --rate "$digits"
flags disbursed 2026-02-30 --disbursed 2026-02-30
flags first_due 2026-01-15 --first-due 2026-01-15
flags first_due 2026-04-31 --first-due 2026-04-31
flags periods 12 --disbursed 2999-06-01
flags every 0 --every 0
flags unit months --unit months
flags rate_per quarter --rate-per quarter
flags method ballon --method ballon
flags method '?' --method "$(printf 'a\nb')"
flags method '?' --method "$(printf 'a\377b')"
flags id 'a?b' --id "$(printf 'a\377b')"
flags fees 'a?:1' --fees "$(printf 'a\377:1:each')"
flags day_count 360 --day-count 360
flags level_from x --level-from x
flags carry x --carry x
flags residue x --residue x
flags adjust x --adjust x
flags shift x --shift x --calendar indonesia
flags calendar moon --shift following --calendar moon
flags round.unit 0 --round 0:half_up
flags round.mode bankers --round 1:bankers
flags payment_round.unit x --payment-round x:up
flags grace.principal 12 --grace-principal 12
flags grace.interest 13 --grace-principal 11 --grace-interest 13
flags grace.interest_mode x --grace-principal 1 --grace-mode x
flags grace 7 --grace 7
flags steps.rate x --steps 2026-03-01:x
flags steps.from 2026-02-30 --steps 2026-02-30:1
flags fees.due 13 --fees a:1:13
flags fees.due never --fees a:1:never
flags fees.amount x --fees a:x:each
flags disbursements '' --disbursements 2026-01-15:5
flags periods 12 --method pawn --rate-per period --periods 12
flags flat_equivalent_digits 13 --flat-equivalent-digits 13
flags block_days 0 --block-days 0
flags term_days 0 --term-days 0
flags effective yes --effective yes

tally
