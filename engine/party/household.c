/* SPDX-License-Identifier: MIT */
#include "engine/party/household.h"

#include <strings.h>

static const char *const relations[] = {
    [UMI_RELATION_HEAD] = "kepala",
    [UMI_RELATION_HUSBAND] = "suami",
    [UMI_RELATION_WIFE] = "istri",
    [UMI_RELATION_CHILD] = "anak",
    [UMI_RELATION_CHILD_IN_LAW] = "menantu",
    [UMI_RELATION_GRANDCHILD] = "cucu",
    [UMI_RELATION_PARENT] = "orang_tua",
    [UMI_RELATION_PARENT_IN_LAW] = "mertua",
    [UMI_RELATION_FAMILY] = "famili_lain",
    [UMI_RELATION_HELPER] = "pembantu",
    [UMI_RELATION_OTHER] = "lainnya",
};

/* Other words that registers and forms use for the same. */
static const struct {
    const char *name;
    umi_relation relation;
} synonyms[] = {
    {"kepala_keluarga", UMI_RELATION_HEAD},
    {"kk", UMI_RELATION_HEAD},
    {"head", UMI_RELATION_HEAD},
    {"husband", UMI_RELATION_HUSBAND},
    {"isteri", UMI_RELATION_WIFE},
    {"wife", UMI_RELATION_WIFE},
    {"spouse", UMI_RELATION_WIFE},
    {"child", UMI_RELATION_CHILD},
    {"parent", UMI_RELATION_PARENT},
    {"orangtua", UMI_RELATION_PARENT},
    {"family", UMI_RELATION_FAMILY},
    {"other", UMI_RELATION_OTHER},
};

const char *umi_relation_name(umi_relation r)
{
    return relations[r];
}

static bool same_word(umi_text t, const char *name)
{
    if (t.len != strlen(name))
        return false;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i] == ' ' || t.ptr[i] == '-' ? '_' : t.ptr[i];
        if (strncasecmp(&c, name + i, 1) != 0)
            return false;
    }
    return true;
}

bool umi_relation_parse(umi_relation *out, umi_text t)
{
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
        if (same_word(t, relations[i])) {
            *out = (umi_relation)i;
            return true;
        }
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (same_word(t, synonyms[i].name)) {
            *out = synonyms[i].relation;
            return true;
        }
    return false;
}

static bool code_ok(umi_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return t.len >= 1 && t.len <= 32;
}

static void note(umi_programmes *p, umi_text code)
{
    static const char *const graduates[] = {"PKH_GRADUATE", "PKH_GRADUASI",
                                            "PKH_LULUS", "PKH_GRADUATED"};
    p->pkh |= same_word(code, "PKH");
    p->kube |= same_word(code, "KUBE");
    for (size_t i = 0; i < sizeof graduates / sizeof *graduates; i++)
        p->graduate |= same_word(code, graduates[i]);
}

static umi_text first_code(umi_text t)
{
    const char *bar = t.len ? memchr(t.ptr, '|', t.len) : NULL;
    return (umi_text){t.ptr, bar ? (size_t)(bar - t.ptr) : t.len};
}

/* Whether a code stands again in the rest of the list. */
static bool repeated(umi_text code, umi_text rest)
{
    while (rest.len > code.len) {
        rest = (umi_text){rest.ptr + 1, rest.len - 1};
        umi_text next = first_code(rest);
        if (next.len == code.len &&
            strncasecmp(next.ptr, code.ptr, code.len) == 0)
            return true;
        rest = (umi_text){rest.ptr + next.len, rest.len - next.len};
    }
    return false;
}

umi_status umi_programmes_parse(umi_programmes *out, umi_text t, umi_error *err)
{
    umi_programmes p = {0};
    umi_text rest = t;
    for (bool more = t.len > 0; more;) {
        umi_text code = first_code(rest);
        rest = (umi_text){rest.ptr + code.len, rest.len - code.len};
        if (!code_ok(code))
            return umi_fail(err, UMI_EINVAL, "programmes",
                            "must be codes separated by '|', got '%.*s'",
                            UMI_SHOW(t));
        if (repeated(code, rest))
            return umi_fail(err, UMI_EINVAL, "programmes",
                            "'%.*s' is given twice", UMI_SHOW(code));
        note(&p, code);
        more = rest.len > 0;
        if (more)
            rest = (umi_text){rest.ptr + 1, rest.len - 1};
    }
    if (p.pkh && p.graduate)
        return umi_fail(err, UMI_EINVAL, "programmes",
                        "a household receives PKH or has left it, got '%.*s'",
                        UMI_SHOW(t));
    *out = p;
    return UMI_OK;
}
