/* SPDX-License-Identifier: MIT */
#include "engine/party/reference.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

static int value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

char umi_reference_check(umi_text t)
{
    int p = 36;
    for (size_t i = 0; i < t.len; i++) {
        int v = value(t.ptr[i]);
        if (v < 0)
            return 0;
        int s = (p + v) % 36;
        p = (s == 0 ? 36 : s) * 2 % 37;
    }
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - p) % 36];
}

umi_reference umi_reference_of(int64_t n)
{
    assert(n >= 1 && n <= UMI_REFERENCE_MAX);
    umi_reference r;
    (void)snprintf(r.text, sizeof r.text, "UMI%012" PRId64, n);
    r.text[UMI_REFERENCE_LEN - 1] =
        umi_reference_check((umi_text){r.text, UMI_REFERENCE_LEN - 1});
    r.text[UMI_REFERENCE_LEN] = '\0';
    return r;
}

bool umi_reference_ok(umi_text t)
{
    int64_t n;
    if (t.len != UMI_REFERENCE_LEN || memcmp(t.ptr, "UMI", 3) != 0 ||
        !umi_text_int((umi_text){t.ptr + 3, 12}, 1, UMI_REFERENCE_MAX, &n))
        return false;
    return umi_text_is(t, umi_reference_of(n).text);
}
