/* SPDX-License-Identifier: MIT
 * A profile, a zero byte, and a file of repayments: a profile that is accepted
 * reads every line to the end, an amount is above zero and written back reads
 * the same, and a text is a part of its own field. */
#include "ledger/desk/post_int.h"
#include "rules/set/profile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_profile(umi_profile *out, umi_text text, umi_arena *arena)
{
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "f");
    umi_status rc = umi_profile_read(out, text, arena, &p);
    assert((rc == UMI_OK) == (p.errors == 0));
    return rc == UMI_OK;
}

static bool within(umi_text part, umi_text whole)
{
    return part.ptr >= whole.ptr &&
           part.ptr + part.len <= whole.ptr + whole.len;
}

static void look_at_text(const umi__shape *s, const umi_record *r, int field)
{
    umi_text t;
    umi_error err = {0};
    umi_status rc = umi__shape_text(&t, s, r, (umi_repayment_field)field, &err);
    int column = s->column[field];
    assert(rc == UMI_OK || err.message[0] != '\0');
    if (rc == UMI_OK && column >= 0)
        assert(within(t, umi_record_text(r, (size_t)column)));
}

static void look_at_line(const umi__shape *s, const umi_record *r)
{
    char room[UMI_MONEY_TEXT];
    umi_money m, again;
    umi_day d;
    look_at_text(s, r, UMI_FIELD_REFERENCE);
    look_at_text(s, r, UMI_FIELD_LOAN);
    look_at_text(s, r, UMI_FIELD_CHANNEL);
    if (umi__shape_day(&d, s, r, NULL) == UMI_OK)
        assert(d.n >= UMI_DAY_MIN && d.n <= UMI_DAY_MAX);
    if (umi__shape_amount(&m, s, r, NULL) != UMI_OK)
        return;
    assert(m.sen > 0);
    umi_money_write(room, m);
    bool read = umi_money_parse(&again, umi_text_of(room));
    assert(read && again.sen == m.sen);
}

static void look_at_file(const umi__shape *s, umi_text text)
{
    umi_csv *csv = NULL;
    const umi_csv_spec spec = umi__shape_spec(s, "f");
    bool more = true;
    if (umi_csv_open_text(&csv, text, &spec, NULL) != UMI_OK)
        return;
    while (more) {
        umi_status rc = umi_csv_next(csv, &more, NULL);
        if (more && rc == UMI_OK)
            look_at_line(s, umi_csv_record(csv));
    }
    umi_csv_free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_profile profile;
    umi__shape shape;
    const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
    umi_arena *arena = umi_arena_new();
    assert(arena != NULL);
    umi_text text = {(const char *)data, end ? (size_t)(end - data) : size};
    if (text.len > 0 && read_profile(&profile, text, arena)) {
        umi_status rc = umi__shape_of(&shape, &profile, arena, NULL);
        assert(rc == UMI_OK);
        if (end != NULL)
            look_at_file(
                &shape, (umi_text){(const char *)end + 1, size - text.len - 1});
    }
    umi_arena_free(arena);
    return 0;
}
