#!/bin/sh
# SPDX-License-Identifier: MIT
# The shipped rule set: in order to the last warning, each rule seen to pass,
# to fail and to wait, each uncertain figure listed, no slip that its tests
# would let pass, and no day from 2018 on for which a figure is missing.
umi=${BUILD:-build}/umi
rules=rules/data/eligibility.yaml
. "$(dirname "$0")/../support/claim.sh"
"$umi" --lang en rules check --strict $rules >"$tmp/check" 2>&1
is "no problem and no warning" 0 $?
"$umi" rules fmt --check $rules
is "in the layout of the house" 0 $?

# A rule that only compares days is never unknown.
dates=$(awk '$2 == "id:" { id = $3 } /require: .today >= param.[a-z_]*.$/ { print id }' $rules)
"$umi" --lang en rules test --coverage $rules >"$tmp/coverage"
is "rules that no test passes, fails or leaves open" "" \
    "$(awk -v dates="$dates" 'BEGIN { n = split(dates, d, "\n"); for (i = 1; i <= n; i++) dated[d[i]] = 1 }
        /^rule / { on = 1; next } /^product |passed, / { on = 0 }
        on && NF >= 5 && ($2 == 0 || $3 == 0 || $4 == 0 && !($1 in dated)) { print $1 }' "$tmp/coverage")"
is "rules counted" "$(grep -c '^  - id: ' $rules)" \
    "$(awk '/^rule / { on = 1; next } /^product |passed, / { on = 0 } on && NF >= 5 { n++ } END { print n }' "$tmp/coverage")"

# No slip in a figure, a date or a sign passes its tests unseen.
is "slips that no test notices" "0 not noticed" \
    "$("$umi" --lang en rules test --mutate $rules | sed -n 's/.* mutants: .*marked, //p')"

# Each date is tried on the day before, on it and after it.
is "dates without a test or with an error" "0 without a test, 0 with an error" \
    "$("$umi" --lang en rules check --sweep $rules | sed -n '$s/.*decision, \(.*\) where.*/\1/p')"

is "names that the guide tells and the set does not have" "" \
    "$(sed -n '/^## The shipped rule set/,/^## A rule change/p' docs/eligibility.md | grep '^| .*`' | grep -o '`[^`]*`' | tr -d '`' |
        while read -r name; do grep -q "id: $name\$\|id: $name #\|^  $name: '" $rules || echo "$name"; done)"

# Every mark stands in the document that is handed to the lawyers.
"$umi" --lang en rules doc $rules >"$tmp/doc"
is "figures to be verified" \
    "$(sed '/^legal:/,$d' $rules | grep -c 'legal: .*verify: true')" \
    "$(grep '^| param\.' "$tmp/doc" | grep -c '(to be verified) |$')"

# A whole applicant and one who says nothing, on the first day of each month.
cat >"$tmp/people.jsonl" <<'END'
{"id":"A","birth_date":"1980-05-01","married":true,"female":true,"is_wni":true,"nik_verified":true,"has_npwp":true,"job":"usaha","province":"aceh","disaster_affected":true,"dtsen_decile":2,"dtsen_date":"2017-12-01","pkh_member":true,"pkh_graduate":false,"kube_member":true,"kube_size":10,"group_in_sikp":true,"group_certificate":true,"offtaker_agreement":true,"offtaker_linked":true,"leader_letter":false,"household_size":4,"household_live_loans":0,"subgroup_size":15,"subgroups":3,"mekaar_cycles":1,"mekaar_prepared":true,"spouse_consent":true,"business_months":24,"sector":"tani","turnover_year":"120000000","mentored":false,"family_business":false,"income_month":"2400000","contract_months":24,"pledge_value":"9000000","vehicle_value":"9000000","sikp_active":false,"programme_unpaid":false,"kur_count":0,"kur_total":"0","kur_outstanding":"0","slik_grade":1,"prior_credit":"tidak_ada","prior_credit_amount":"0","debt_service":"0","amount":"5000000","tenor_months":12,"credit_use":"modal_kerja"}
{"id":"B"}
END
days=0 wrong=
for year in 2018 2019 2020 2021 2022 2023 2024 2025 2026; do
    for month in 01 02 03 04 05 06 07 08 09 10 11 12; do
        on=$year-$month-01
        days=$((days + 1))
        "$umi" screen --rules $rules --on $on "$tmp/people.jsonl" >"$tmp/out" || wrong="$wrong exit"
        grep -q '"status":"error"' "$tmp/out" && wrong="$wrong $on"
        sed -n 1p "$tmp/out" | grep -q '"decision":"eligible"' || wrong="$wrong $on:A"
        sed -n 2p "$tmp/out" | grep -q '"decision":"need_documents"' || wrong="$wrong $on:B"
    done
done
is "days without a figure" "" "$wrong"
is "days tried" 108 $days

# What the regulations changed, on the day before and on the day.
figure() { # figure DATE PRODUCT KEY
    "$umi" screen --rules $rules --on "$1" "$tmp/one" |
        sed "s/.*\"product\":\"$2\",[^{]*\"$3\":\"*\([^\",]*\).*/\1/"
}
sed -n '1s/"kur_count":0/"kur_count":1/; 1s/"disaster_affected":true/"disaster_affected":false/p' "$tmp/people.jsonl" >"$tmp/one"
while read -r date product key want; do
    is "$date $product $key" "$want" "$(figure "$date" "$product" "$key")"
done <<'END'
2018-01-01 KUR_MIKRO rate 0.07
2019-12-31 KUR_KECIL rate 0.07
2020-01-01 KUR_KECIL rate 0.06
2020-12-31 KUR_MIKRO rate 0.06
2021-01-01 KUR_MIKRO rate 0.03
2022-12-31 KUR_MIKRO rate 0.03
2023-01-01 KUR_MIKRO rate 0.07
2025-12-31 KUR_MIKRO rate 0.07
2026-01-01 KUR_MIKRO rate 0.06
2020-08-12 KUR_SUPER_MIKRO status blocked
2020-08-13 KUR_SUPER_MIKRO rate 0.06
2021-01-01 KUR_SUPER_MIKRO rate 0.03
2019-07-31 MEKAAR_PLUS status blocked
2019-08-01 MEKAAR_PLUS max 15000000
2018-01-01 KUR_KHUSUS rate 0.07
2020-01-01 KUR_PMI rate 0.06
2021-12-31 KUR_PMI max 25000000
2022-01-01 KUR_PMI max 100000000
2020-12-31 UMI max 10000000
2021-01-01 UMI max 20000000
2019-12-31 KUR_MIKRO max 25000000
2020-01-01 KUR_MIKRO max 50000000
2022-01-01 KUR_MIKRO max 100000000
END
tally
