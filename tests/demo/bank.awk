# The bank's side of a disbursement, for the demo: reads a transfer file and
# writes the MT940 statement of the next day in the habit of BRI, where all
# that tells one line from another stands in :86:.  The transfers numbered in
# `back` (a list such as "3,7") come back an hour later.
#   awk -v account=... -v opening=SEN -v day=YYMMDD -v back=3,7 -f bank.awk FILE
function amount(sen) { return sprintf("%d,%02d", int(sen / 100), sen % 100) }
BEGIN {
    FS = ","
    n = split(back, b, ",")
    for (i = 1; i <= n; i++) returned[b[i]] = 1
    printf ":20:DEMO%s\r\n:25:%s\r\n:28C:00001/00001\r\n", day, account
    printf ":60F:C%sIDR%s\r\n", day, amount(opening)
    balance = opening
}
NR > 1 && $1 ~ /^[A-Z0-9]+$/ && $5 + 0 > 0 && $2 != "" {
    k++
    sen = $5 * 100
    balance -= sen
    printf ":61:%sD%sNTRF\r\n:86:REMARK %s WS_OB;%s;PENCAIRAN\r\n", day, amount(sen), $1, $4
    if (k in returned) {
        line[++m] = sprintf(":61:%sC%sNTRF\r\n:86:RETUR %s REKENING TUTUP\r\n", day, amount(sen), $1)
        balance += sen
    }
}
END {
    for (i = 1; i <= m; i++) printf "%s", line[i]
    balance -= 2500000
    printf ":61:%sD25000,00NCHG\r\n:86:BIAYA ADM\r\n", day
    printf ":62F:C%sIDR%s\r\n-\r\n", day, amount(balance)
}
