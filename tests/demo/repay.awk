# Repayment files of eight weekly meetings, for the demo.  Reads lines
# "loan product due total" in order of loan and due date, writes
# OUT/repay-1.csv ... with what falls due since the meeting before.  Some
# things go wrong, as they do: a line sent twice, a loan that nobody knows, a
# part payment, one who pays it all and too much, and one who stops paying.
#   awk -v out=DIR -v days="2026-09-10 2026-09-17 ..." -f repay.awk FILE
BEGIN {
    weeks = split(days, day, " ")
    for (w = 1; w <= weeks; w++) {
        name[w] = out "/repay-" w ".csv"
        print "reference,loan,date,amount,channel" > name[w]
    }
}
{
    for (w = 1; w <= weeks && day[w] < $3; w++)
        ;
    if (w > weeks) next
    if (!($1 in order)) order[$1] = ++loans
    amount = $4
    if (order[$1] == 7 && w >= 4) next          # stops paying
    if (order[$1] == 9 && w == 4) amount = int(amount / 2)
    if (order[$1] == 12 && w == 5) amount = 2600000  # all, and too much
    if (order[$1] == 12 && w > 5) next
    channel = $2 ~ /^MEKAAR/ ? "PKM" : "VA"
    line = sprintf("%s-%02d,%s,%s,%s,%s", $1, w, $1, day[w], amount, channel)
    print line > name[w]
    if (order[$1] == 3 && w == 2) again = line
}
END {
    print again > name[3]                        # sent twice
    printf "NYASAR-1,P9999,%s,50000,PKM\n", day[6] > name[6]
}
