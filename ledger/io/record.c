/* SPDX-License-Identifier: MIT */
#include "ledger/io/record.h"

#include <inttypes.h>

const umi_record *umi_record_keep(const umi_record *r, umi_arena *arena)
{
    umi_record *copy = umi_arena_alloc(arena, sizeof *copy);
    umi_text *fields = umi_arena_array(arena, r->count + 1, sizeof *fields);
    size_t len = r->raw.len;
    for (size_t i = 0; i < r->count; i++)
        len += r->fields[i].len;
    char *bytes = umi_arena_alloc(arena, len + 1);
    if (copy == NULL || fields == NULL || bytes == NULL)
        return NULL;
    *copy = *r;
    memcpy(bytes, r->raw.ptr, r->raw.len);
    copy->raw.ptr = bytes;
    bytes += r->raw.len;
    for (size_t i = 0; i < r->count; i++) {
        umi_text f = r->fields[i];
        if (f.len > 0)
            memcpy(bytes, f.ptr, f.len);
        fields[i] = (umi_text){bytes, f.len};
        bytes += f.len;
    }
    copy->fields = fields;
    return copy;
}

umi_status
umi_record_need(umi_text *out, const umi_record *r, size_t i, umi_error *err)
{
    umi_text t = umi_record_text(r, i);
    if (t.len == 0)
        return umi_fail(err, UMI_EINVAL, r->columns[i].name,
                        "must not be empty");
    *out = t;
    return UMI_OK;
}

umi_status
umi_record_amount(umi_money *out, const umi_record *r, size_t i, umi_error *err)
{
    umi_text t = umi_record_text(r, i);
    umi_money m;
    if (!umi_money_parse(&m, t) || t.ptr[0] == '-' || m.sen == 0)
        return umi_fail_code(err, UMI_EINVAL, "AMOUNT", r->columns[i].name,
                             "must be a positive amount like 150000 or "
                             "150000.50, got '%.*s'",
                             UMI_SHOW(t));
    if (m.sen > UMI_MONEY_ONCE_MAX)
        return umi_fail_code(err, UMI_EINVAL, "AMOUNT", r->columns[i].name,
                             "must be at most ten trillion rupiah, got '%.*s'",
                             UMI_SHOW(t));
    *out = m;
    return UMI_OK;
}

umi_status
umi_record_day(umi_day *out, const umi_record *r, size_t i, umi_error *err)
{
    umi_text t = umi_record_text(r, i);
    if (umi_day_parse(out, t))
        return UMI_OK;
    return umi_fail_code(err, UMI_EINVAL, "DATE", r->columns[i].name,
                         "must be a date YYYY-MM-DD that exists, got '%.*s'",
                         UMI_SHOW(t));
}

umi_status umi_record_int(int64_t *out,
                          const umi_record *r,
                          size_t i,
                          int64_t min,
                          int64_t max,
                          umi_error *err)
{
    umi_text t = umi_record_text(r, i);
    if (umi_text_int(t, min, max, out))
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, r->columns[i].name,
                    "must be a whole number %" PRId64 " .. %" PRId64
                    ", got '%.*s'",
                    min, max, UMI_SHOW(t));
}
