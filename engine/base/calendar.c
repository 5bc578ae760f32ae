/* SPDX-License-Identifier: MIT */
#include "engine/base/calendar.h"

#include <assert.h>

static const char *const names[] = {
    [UMI_SHIFT_NONE] = "none",
    [UMI_SHIFT_FOLLOWING] = "following",
    [UMI_SHIFT_MODIFIED_FOLLOWING] = "modified_following",
    [UMI_SHIFT_PRECEDING] = "preceding",
};

const char *umi_shift_name(umi_shift s)
{
    assert((size_t)s < sizeof names / sizeof *names);
    return names[s];
}

bool umi_shift_parse(umi_shift *out, umi_text t)
{
    size_t n = sizeof names / sizeof *names, i = umi_text_index(t, names, n);
    if (i < n)
        *out = (umi_shift)i;
    return i < n;
}

bool umi_calendar_working(const umi_calendar *c, umi_day d)
{
    if (c->rest >> (umi_day_weekday(d) - 1) & 1)
        return false;
    size_t low = 0, high = c->holiday_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->holidays[mid].n == d.n)
            return false;
        if (c->holidays[mid].n < d.n)
            low = mid + 1;
        else
            high = mid;
    }
    return true;
}

/* The nearest working day in a direction.  A calendar without any working
 * day would never end, so the search stops after ten years. */
static umi_day walk(const umi_calendar *c, umi_day d, int32_t step)
{
    for (int i = 0; i < 3660 && !umi_calendar_working(c, d); i++)
        d.n += step;
    return d;
}

umi_day umi_calendar_shift(const umi_calendar *c, umi_day d, umi_shift s)
{
    if (s == UMI_SHIFT_NONE)
        return d;
    if (s == UMI_SHIFT_PRECEDING)
        return walk(c, d, -1);
    umi_day next = walk(c, d, 1);
    if (s == UMI_SHIFT_MODIFIED_FOLLOWING &&
        umi_civil_of(next).month != umi_civil_of(d).month)
        return walk(c, d, -1);
    return next;
}
