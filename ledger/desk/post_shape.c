/* SPDX-License-Identifier: MIT */
#include "ledger/desk/post_int.h"

static const umi_column plain[] = {
    [UMI_FIELD_REFERENCE] = {"reference", UMI_COLUMN_REQUIRED},
    [UMI_FIELD_LOAN] = {"loan", UMI_COLUMN_REQUIRED},
    [UMI_FIELD_DATE] = {"date", UMI_COLUMN_REQUIRED},
    [UMI_FIELD_AMOUNT] = {"amount", UMI_COLUMN_REQUIRED},
    [UMI_FIELD_CHANNEL] = {"channel", UMI_COLUMN_REQUIRED},
    UMI_CSV_REJECT_COLUMNS,
};

static bool add(umi_column *all,
                size_t *n,
                umi_text name,
                umi_column_need need,
                umi_arena *arena)
{
    const char *copy = umi_arena_copy(arena, name.ptr, name.len);
    all[(*n)++] = (umi_column){copy, need};
    return copy != NULL;
}

/* What the profile ignores is still the file's own: its rejects have it. */
static umi_status
columns_of(umi__shape *s, umi_column *all, umi_arena *arena, umi_error *err)
{
    const umi_profile *f = s->profile;
    for (size_t i = 0; i < UMI_REPAYMENT_FIELDS; i++) {
        s->column[i] = -1;
        if (f->source[i].column.len == 0)
            continue;
        s->column[i] = (int)s->count;
        if (!add(all, &s->count, f->source[i].column, UMI_COLUMN_REQUIRED,
                 arena))
            return umi_fail_memory(err);
    }
    for (size_t i = 0; i < f->ignore_count; i++)
        if (!add(all, &s->count, f->ignore[i], UMI_COLUMN_OPTIONAL, arena))
            return umi_fail_memory(err);
    umi_csv_reject_columns(all + s->count, all, s->count);
    s->count += UMI_CSV_REJECTS;
    return UMI_OK;
}

umi_status umi__shape_of(umi__shape *out,
                         const umi_profile *profile,
                         umi_arena *arena,
                         umi_error *err)
{
    umi__shape s = {.profile = profile, .columns = plain};
    if (profile == NULL) {
        s.count = sizeof plain / sizeof *plain;
        for (int i = 0; i < UMI_REPAYMENT_FIELDS; i++)
            s.column[i] = i;
        *out = s;
        return UMI_OK;
    }
    umi_column *all = umi_arena_array(
        arena, profile->ignore_count + sizeof plain / sizeof *plain,
        sizeof *all);
    umi_status rc =
        all ? columns_of(&s, all, arena, err) : umi_fail_memory(err);
    s.columns = all;
    if (rc == UMI_OK)
        *out = s;
    return rc;
}

umi_csv_spec umi__shape_spec(const umi__shape *s, const char *path)
{
    return (umi_csv_spec){.columns = s->columns,
                          .count = s->count,
                          .delimiter = s->profile ? s->profile->delimiter : 0,
                          .name = path};
}

/* --- values --------------------------------------------------------------- */

static umi_text
raw(const umi__shape *s, const umi_record *r, umi_repayment_field field)
{
    return umi_record_text(r, (size_t)s->column[field]);
}

static const char *name_of(const umi__shape *s, umi_repayment_field field)
{
    return s->columns[s->column[field]].name;
}

umi_status umi__shape_text(umi_text *out,
                           const umi__shape *s,
                           const umi_record *r,
                           umi_repayment_field field,
                           umi_error *err)
{
    const umi_profile *f = s->profile;
    if (s->column[field] < 0) {
        *out = f->source[field].constant;
        return UMI_OK;
    }
    umi_text t = raw(s, r, field);
    if (f == NULL) {
        *out = t;
        return UMI_OK;
    }
    if (umi_profile_text(out, f, field, t))
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, name_of(s, field),
                    "must begin with %.*s, got '%.*s'",
                    UMI_SHOW(f->source[field].prefix), UMI_SHOW(t));
}

umi_status umi__shape_day(umi_day *out,
                          const umi__shape *s,
                          const umi_record *r,
                          umi_error *err)
{
    if (s->profile == NULL)
        return umi_record_day(out, r, UMI_FIELD_DATE, err);
    umi_text t = raw(s, r, UMI_FIELD_DATE);
    if (umi_profile_day(out, s->profile, t))
        return UMI_OK;
    return umi_fail_code(err, UMI_EINVAL, "DATE", name_of(s, UMI_FIELD_DATE),
                         "must be a date as profile %.*s writes it, got '%.*s'",
                         UMI_SHOW(s->profile->name), UMI_SHOW(t));
}

umi_status umi__shape_amount(umi_money *out,
                             const umi__shape *s,
                             const umi_record *r,
                             umi_error *err)
{
    umi_money m;
    if (s->profile == NULL)
        return umi_record_amount(out, r, UMI_FIELD_AMOUNT, err);
    umi_text t = raw(s, r, UMI_FIELD_AMOUNT);
    const char *name = name_of(s, UMI_FIELD_AMOUNT);
    if (!umi_profile_amount(&m, s->profile, t))
        return umi_fail_code(
            err, UMI_EINVAL, "AMOUNT", name,
            "must be an amount as profile %.*s writes it, got '%.*s'",
            UMI_SHOW(s->profile->name), UMI_SHOW(t));
    if (m.sen > UMI_MONEY_ONCE_MAX)
        return umi_fail_code(err, UMI_EINVAL, "AMOUNT", name,
                             "must be at most ten trillion rupiah, got '%.*s'",
                             UMI_SHOW(t));
    *out = m;
    return UMI_OK;
}
