/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_APPLICANTS_H
#define UMI_TESTS_SUPPORT_APPLICANTS_H

/** @file Applicants for the shipped rule set, as many as a bench wants. */
#include <stddef.h>
#include <stdio.h>

enum {
    APPLICANT_ROOM = 2048
};

/** Applicant @p i as a JSON object without a newline; how many bytes. */
static inline size_t applicant_write(char *out, size_t size, int i)
{
    int n = snprintf(
        out, size,
        "{\"id\":\"A%d\",\"birth_date\":\"1990-05-01\",\"married\":true,"
        "\"female\":%s,\"is_wni\":true,\"nik_verified\":true,\"has_npwp\":"
        "false,\"job\":\"usaha\",\"province\":\"lainnya\","
        "\"disaster_affected\":false,\"dtsen_decile\":%d,\"pkh_member\":false,"
        "\"pkh_graduate\":true,\"kube_member\":false,\"kube_size\":0,"
        "\"group_in_sikp\":false,\"household_size\":4,"
        "\"household_live_loans\":0,\"subgroup_size\":15,\"subgroups\":3,"
        "\"mekaar_cycles\":%d,\"business_months\":%d,\"sector\":\"dagang\","
        "\"income_month\":\"%d00000\",\"contract_months\":0,"
        "\"pledge_value\":\"%d00000\",\"vehicle_value\":\"0\","
        "\"sikp_active\":false,\"programme_unpaid\":false,\"kur_count\":%d,"
        "\"slik_grade\":%d,\"prior_credit\":\"tidak_ada\","
        "\"prior_credit_amount\":\"0\",\"dtsen_date\":\"2026-10-01\","
        "\"group_certificate\":false,\"offtaker_agreement\":false,"
        "\"offtaker_linked\":false,\"leader_letter\":false,"
        "\"mekaar_prepared\":true,\"spouse_consent\":true,"
        "\"turnover_year\":\"120000000\",\"mentored\":false,"
        "\"family_business\":false,\"credit_use\":\"modal_kerja\","
        "\"kur_total\":\"0\",\"kur_outstanding\":\"0\","
        "\"debt_service\":\"0\","
        "\"amount\":\"%d00000\",\"tenor_months\":24}",
        i, i % 3 ? "true" : "false", i % 10 + 1, i % 4, i % 30, i % 60 + 10,
        i % 7 * 30, i % 4, i % 13 ? 1 : 3, i * 7 % 500 + 5);
    return n > 0 ? (size_t)n : 0;
}

#endif
