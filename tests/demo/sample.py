#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the demo's sample: households, groups and applications of one
district, with invented names and NIKs of correct structure.  The files in
tests/demo/data were made by it; the same seed gives the same bytes.

    python3 tests/demo/sample.py tests/demo/data
"""
import csv
import datetime
import random
import sys

SEED = 20260901
DISTRICTS = [  # Kabupaten Garut: kecamatan code, villages
    ("320501", ["Regol", "Sukanegla", "Muara Sanding"]),
    ("320502", ["Lebakjaya", "Situsari", "Karangmulya"]),
    ("320506", ["Sukaratu", "Bagendit", "Cipicung"]),
]
WOMEN = """Aisyah Ani Asih Atikah Dedeh Dewi Eka Elis Enok Entin Euis Fitri
Halimah Hani Ida Imas Iis Ipah Kartini Kokom Lilis Lina Mimin Nani Neneng Nia
Nunung Nur Oom Popon Rina Rohayati Siti Sri Sumiati Tati Titin Tuti Wati Yani
Yayah Yeni Yuyun Zahra""".split()
MEN = """Adang Agus Ahmad Asep Atang Bambang Budi Cecep Dadang Dede Dian Didin
Endang Engkus Gilang Hadi Hendra Iwan Jajang Kosim Maman Mulyana Nandang Odik
Opik Rahmat Ridwan Rudi Saepul Slamet Sobari Tatang Ujang Undang Usep Wahyu
Yana Yayan Yusuf""".split()
LAST = """Abidin Firmansyah Fauziah Gunawan Hasanah Hidayat Herlina Iskandar
Komariah Kurnia Kusnadi Lestari Mardiana Maryam Mulyani Nurjanah Permana
Rahayu Ramdani Rohman Rosmiati Rukmana Sadikin Saputra Setiawan Solihin
Suhendar Sukmawati Suryana Susanti Sutisna Wahyuni Wijaya Yuliani
Yuningsih""".split()
TODAY = datetime.date(2026, 9, 1)
FACTS = """married is_wni nik_verified has_npwp job province
disaster_affected pkh_graduate mekaar_cycles business_months sector
sikp_active programme_unpaid kur_count slik_grade prior_credit
prior_credit_amount income_month debt_service contract_months
pledge_value vehicle_value group_in_sikp group_certificate
offtaker_agreement offtaker_linked leader_letter mekaar_prepared
spouse_consent turnover_year mentored family_business credit_use
kur_total kur_outstanding""".split()
rng = random.Random(SEED)


class Person:
    serials = {}

    def __init__(self, household, relation, female, age):
        day = TODAY - datetime.timedelta(days=int(age * 365.25) + rng.randrange(360))
        self.household, self.relation, self.female = household, relation, female
        self.birth = day
        self.name = "%s %s" % (rng.choice(WOMEN if female else MEN), rng.choice(LAST))
        stem = household.code + "%02d%02d%02d" % (
            day.day + (40 if female else 0), day.month, day.year % 100)
        serial = Person.serials.get(stem, 0) + 1
        Person.serials[stem] = serial
        self.nik = stem + "%04d" % serial


class Household:
    def __init__(self, n):
        self.code, villages = DISTRICTS[n % len(DISTRICTS)]
        self.village = rng.choice(villages)
        issued = datetime.date(2012 + n % 12, 1 + n % 12, 1 + n % 28)
        self.nkk = self.code + issued.strftime("%d%m%y") + "%04d" % (n + 1)
        self.decile = rng.choice([1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 6])
        programmes = []
        if self.decile <= 4 and rng.random() < 0.7:
            programmes.append("PKH")
        if self.decile <= 4 and rng.random() < 0.8:
            programmes.append("SEMBAKO")
        self.programmes = programmes
        wife_age = rng.randint(22, 55)
        self.people = [Person(self, "KEPALA", False, wife_age + rng.randint(0, 6)),
                       Person(self, "ISTRI", True, wife_age)]
        if rng.random() < 0.12:  # a woman heads the household
            self.people = [Person(self, "KEPALA", True, wife_age)]
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3])):
            self.people.append(Person(self, "ANAK", rng.random() < 0.5,
                                      rng.randint(1, max(2, wife_age - 20))))

    def woman(self):
        return next((p for p in self.people if p.female and p.relation != "ANAK"), None)

    def man(self):
        return next((p for p in self.people if not p.female and p.relation == "KEPALA"), None)


def facts_of(person, **over):
    """What the applicant states; what the book knows is left empty."""
    f = {"married": "true", "is_wni": "true", "nik_verified": "true", "has_npwp": "false",
         "job": "usaha", "province": "lainnya", "disaster_affected": "false",
         "pkh_graduate": "false", "mekaar_cycles": "0",
         "business_months": str(rng.randint(8, 60)),
         "sector": rng.choice(["dagang", "jasa", "produksi"]), "sikp_active": "false",
         "programme_unpaid": "false", "kur_count": "0", "slik_grade": "1",
         "prior_credit": "tidak_ada", "prior_credit_amount": "0",
         "income_month": str(rng.randrange(1800, 2600, 100) * 1000), "debt_service": "0",
         "contract_months": "0", "pledge_value": "0", "vehicle_value": "0",
         "group_in_sikp": "false", "group_certificate": "false",
         "offtaker_agreement": "false", "offtaker_linked": "false", "leader_letter": "false",
         "mekaar_prepared": "true", "spouse_consent": "true", "turnover_year": "120000000",
         "mentored": "false", "family_business": "false", "credit_use": "modal_kerja",
         "kur_total": "0", "kur_outstanding": "0"}
    f.update({k: str(v) for k, v in over.items()})
    return f


def main(folder):
    homes = [Household(n) for n in range(250)]
    groups, applications, taken = [], [], set()

    def take(pick):
        for h in homes:
            person = pick(h)
            if h.nkk not in taken and person is not None:
                taken.add(h.nkk)
                return person
        raise SystemExit("not enough households")

    def apply(person, group, product, amount, periods, unit, purpose, **over):
        row = {"id": "P%04d" % (len(applications) + 1), "nik": person.nik, "group": group,
               "product": product, "amount": amount, "periods": periods, "unit": unit,
               "purpose": purpose}
        row.update(facts_of(person, **over))
        applications.append(row)
        return row

    days = ["senin", "selasa", "rabu", "kamis", "jumat"]
    goods = ["warung", "gorengan", "sayur keliling", "menjahit", "kerupuk", "ternak ayam"]
    for g in range(6):  # Mekaar: two sub-groups of five women
        code = "MK-%02d" % (g + 1)
        for k in range(10):
            # Mekaar is for women of low income: a larger family passes
            p = take(lambda h: h.woman() if len(h.people) >= 3 and h.decile <= 4 else None)
            role = "ketua" if k == 0 else "ketua_sub" if k == 5 else "anggota"
            groups.append([code, "MEKAAR", "%s%d" % (code, k // 5 + 1), p.nik, role,
                           days[g % 5], "AO-%d" % (g // 2 + 1)])
            amount = 4000000 if (g, k) == (0, 9) else 2000000
            over = {"slik_grade": ""} if (g, k) == (1, 9) else {}
            apply(p, code, "MEKAAR", amount, 25 if k % 5 == 4 else 50, "week",
                  rng.choice(goods), **over)
    for g in range(4):  # KUBE: eight heads of family
        code = "KUBE-%02d" % (g + 1)
        for k in range(8):
            p = take(lambda h: h.man() if h.decile <= 4 else None)
            p.household.programmes.append("KUBE")
            role = ["ketua", "sekretaris", "bendahara"][k] if k < 3 else "anggota"
            groups.append([code, "KUBE", "", p.nik, role, "", "AO-4"])
            if k == 0:
                apply(p, code, "KUR_KHUSUS" if g < 2 else "UMI", [20000000, 15000000, 8000000, 6000000][g],
                      [24, 18, 12, 12][g], "month", "ternak domba",
                      sector="ternak", business_months=24, group_in_sikp="true",
                      group_certificate="true", offtaker_agreement="true", offtaker_linked="true",
                      income_month=5000000 if g < 2 else 3000000)
            elif k == 1:
                apply(p, code, "UMI", 5000000, 12, "month", "ternak domba", sector="ternak",
                      pkh_graduate="true")
    for g in range(2):  # commodity groups
        code = "KTANI-%02d" % (g + 1)
        for k in range(6):
            p = take(lambda h: h.man() if h.decile >= 3 else None)
            groups.append([code, "KUR", "", p.nik, "ketua" if k == 0 else "anggota", "", "AO-5"])
            if k < 2:
                apply(p, code, "KUR_SUPER_MIKRO", 8000000, 12, "month", "bibit cabai", sector="tani",
                      business_months=12, income_month=3500000)
    anyone = lambda h: h.woman() or h.man()
    for n in range(14):  # UMi, single borrowers; one above the limit, one in SIKP, one unknown
        over, amount, periods = {}, rng.choice([3, 4, 5, 6, 8, 10]) * 1000000, rng.choice([12, 18, 24])
        if n == 3:
            amount, periods, over = 25000000, 36, {"business_months": 2, "income_month": 4000000}
        elif n == 5:
            over = {"sikp_active": "true"}
        elif n == 7:
            over = {"slik_grade": "", "sikp_active": ""}
        elif n == 9:
            over = {"pkh_graduate": "true"}
        over.setdefault("income_month", 3000000)
        apply(take(anyone), "", "UMI", amount, periods, "month", rng.choice(goods), **over)
    for n in range(8):
        apply(take(anyone), "", "KUR_SUPER_MIKRO", rng.choice([5, 8, 10]) * 1000000, 24, "month",
              rng.choice(goods), income_month=3500000, **({"job": "asn"} if n == 2 else {}))
    for n in range(8):
        over, amount = {}, rng.choice([15, 20, 30, 50]) * 1000000
        if n == 1:
            over, amount = {"business_months": 4}, 20000000
        elif n == 4:
            over, amount = {"has_npwp": "", "income_month": 9000000}, 60000000
        elif n == 6:
            over = {"prior_credit": "ultra_mikro", "prior_credit_amount": 8000000}
        over.setdefault("income_month", 8000000)
        apply(take(anyone), "", "KUR_MIKRO", amount, 36, "month", rng.choice(goods), **over)
    apply(take(anyone), "", "KUR_KECIL", 150000000, 48, "month", "penggilingan padi",
          has_npwp="true", income_month=20000000, business_months=60, sector="produksi")
    for n in range(2):
        apply(take(lambda h: h.man()), "", "KUR_PMI", 25000000, [24, 36][n], "month",
              "penempatan Taiwan", job="pmi", contract_months=24, income_month=9000000)
    for n in range(8):  # pawn: gold
        value = [1200000, 2500000, 600000, 5500000, 900000, 16200000, 3000000, 450000][n]
        loan = [1000000, 2300000, 550000, 5000000, 800000, 15000000, 2500000, 400000][n]
        apply(take(anyone), "", "GADAI_KCA", loan, 1, "day", "emas perhiasan", pledge_value=value)
    for n in range(3):
        apply(take(anyone), "", ["KREASI", "ARRUM", "KREASI"][n], [10000000, 12000000, 20000000][n],
              [12, 24, 18][n], "month", "BPKB motor", vehicle_value=[16000000, 20000000, 30000000][n],
              income_month=5000000)
    plus = next(a for a in applications if a["product"] == "MEKAAR")
    row = dict(plus, id="P%04d" % (len(applications) + 1), product="UMI", amount=4000000,
               periods=12, unit="month", group="", purpose="tambah modal")
    applications.append(row)  # a second loan in the same household

    def write(name, header, rows):
        with open("%s/%s" % (folder, name), "w", newline="", encoding="utf-8") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(header)
            w.writerows(rows)

    write("households.csv",
          "nkk nik name relation birth_date sex village programmes decile decile_as_of".split(),
          [[h.nkk, p.nik, p.name, p.relation, p.birth.isoformat(), "P" if p.female else "L",
            h.village, "|".join(h.programmes), h.decile, "2026-07-15"]
           for h in homes for p in h.people])
    write("groups.csv", "group kind subgroup nik role meeting_day officer".split(), groups)
    head = "id nik group product amount periods unit purpose".split() + FACTS
    write("applications.csv", head, [[a[k] for k in head] for a in applications])
    print(len(homes), "households,", len(groups), "members,", len(applications), "applications",
          file=sys.stderr)


main(sys.argv[1])
