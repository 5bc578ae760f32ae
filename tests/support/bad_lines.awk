# SPDX-License-Identifier: MIT
# bad_lines.awk -v act=make TABLE: the lines of a table of refusals, each with
# its number as id and a good line behind it.
# bad_lines.awk -v act=judge TABLE ANSWERS: whether the answers to them name the
# id, the field and the value; prints what failed and the counts.
# Rows are FIELD ~ VALUE ~ LINE; $X in LINE stands for what words below say.
BEGIN {
    word["$P"] = "\"principal\":\"1000\""
    word["$D"] = "\"disbursed\":\"2026-01-15\""
    word["$N"] = "\"periods\":12"
    word["$R"] = "\"rate\":\"6\""
    word["$M"] = "\"method\":\"annuity\""
    word["$A"] = word["$P"] "," word["$D"] "," word["$N"] "," word["$R"] "," \
                 word["$M"]
    word["$F"] = "\"flows\":[{\"t\":\"0\",\"amount\":\"-100\"}," \
                 "{\"t\":\"1\",\"amount\":\"110\"}]"
    word["$T"] = "\"flows\":[{\"date\":\"2026-01-01\",\"amount\":\"-100\"}," \
                 "{\"date\":\"2026-12-31\",\"amount\":\"110\"}]"
    good["quote"] = "{\"id\":\"good\"," word["$A"] "}"
    good["rate"] = "{\"id\":\"good\",\"convention\":\"periodic\"," word["$F"] "}"
    if (act == "good")
        print good[of]
}

function put_words(line,   out, at) {
    out = ""
    while ((at = index(line, "$")) > 0) {
        out = out substr(line, 1, at - 1)
        if (substr(line, at, 2) in word)
            out = out word[substr(line, at, 2)]
        else
            out = out substr(line, at, 2)
        line = substr(line, at + 2)
    }
    return out line
}

function numbered(line, n) {
    return "{\"id\":\"" n "\"" (line == "{}" ? "" : ",") substr(line, 2)
}

# The text behind `"key":"` in an answer, unescaped.
function text_of(answer, key,   at, out, c) {
    at = index(answer, "\"" key "\":\"")
    if (at == 0)
        return "(none)"
    out = ""
    for (at += length(key) + 4; (c = substr(answer, at, 1)) != "\""; at++) {
        if (c == "")
            return "(not closed)"
        if (c == "\\")
            c = substr(answer, ++at, 1)
        out = out c
    }
    return out
}

function judge(answer,   n, id) {
    n = int((FNR + 1) / 2)
    id = "{\"id\":\"" n "\",\"error\":{\"code\":\""
    if (FNR % 2 == 0 && answer != after)
        say(n, "the good line behind it: " answer)
    else if (FNR % 2 == 1 && substr(answer, 1, length(id)) != id)
        say(n, "no error with the id: " answer)
    else if (FNR % 2 == 1 && text_of(answer, "field") != field[n])
        say(n, "field is not '" field[n] "': " answer)
    else if (FNR % 2 == 1 && !index(text_of(answer, "message"), value[n]))
        say(n, "'" value[n] "' is not in the message: " answer)
    else
        passed += FNR % 2
}

function say(n, what) {
    print "failed: " line[n] "\n    " what
    failed++
}

act == "good" || /^#/ && FNR == NR || /^$/ { next }

FNR == NR {
    at = index($0, " ~ ")
    field[++rows] = substr($0, 1, at - 1)
    rest = substr($0, at + 3)
    if (substr(rest, 1, 2) == "~ ") {
        value[rows] = ""
        line[rows] = substr(rest, 3)
    } else {
        at = index(rest, " ~ ")
        value[rows] = substr(rest, 1, at - 1)
        line[rows] = substr(rest, at + 3)
    }
    if (act == "make") {
        print numbered(put_words(line[rows]), rows)
        print good[of]
    }
    next
}

{
    judge($0)
    answers++
}

END {
    if (act == "judge") {
        if (answers != 2 * rows) {
            print "failed: " answers " answers to " 2 * rows " lines"
            failed++
        }
        print passed + 0 " passed, " failed + 0 " failed"
        exit failed > 0
    }
}
