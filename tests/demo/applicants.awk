# SPDX-License-Identifier: MIT
# The facts that each decision rests on, as a line that `umi screen` reads.
# Input: `umi rules facts` (which type a fact has), then one line of `umi
# application show --json` each.
FNR == NR {
    split($0, cell, " *[|] *")
    type[cell[2]] = cell[3]
    next
}
match($0, /"decision":\{.*/) {
    decision = substr($0, RSTART)
    match($0, /"id":"[^"]*"/)
    line = "{" substr($0, RSTART, RLENGTH)
    match(decision, /"facts":\{[^}]*\}/)
    facts = substr(decision, RSTART + 9, RLENGTH - 10)
    while (match(facts, /"[^"]*":"[^"]*"/)) {
        split(substr(facts, RSTART, RLENGTH), part, "\"")
        bare = type[part[2]] == "bool" || type[part[2]] == "int"
        line = line ",\"" part[2] "\":" (bare ? part[4] : "\"" part[4] "\"")
        facts = substr(facts, RSTART + RLENGTH)
    }
    print line "}"
}
