/* SPDX-License-Identifier: MIT */
#include "engine/loan/event.h"

#include <assert.h>

static const struct {
    const char *name;
    umi_event_keys keys; /* amount, component, due, reverses */
} kinds[UMI_EVENT_KINDS] = {
    [UMI_EVENT_REPAYMENT] = {"repayment", {.amount = UMI_REQUIRED}},
    [UMI_EVENT_FEE] = {"fee", {.amount = UMI_REQUIRED, .due = UMI_OPTIONAL}},
    [UMI_EVENT_PENALTY] = {"penalty",
                           {.amount = UMI_REQUIRED, .due = UMI_OPTIONAL}},
    [UMI_EVENT_WAIVE] = {"waive",
                         {.amount = UMI_OPTIONAL, .component = UMI_OPTIONAL}},
    [UMI_EVENT_REVERSE] = {"reverse", {.reverses = UMI_REQUIRED}},
    [UMI_EVENT_REFUND] = {"refund", {.amount = UMI_REQUIRED}},
    [UMI_EVENT_WRITE_OFF] = {"write_off",
                             {.amount = UMI_OPTIONAL,
                              .component = UMI_OPTIONAL}},
    [UMI_EVENT_RECOVER] = {"recover", {.amount = UMI_REQUIRED}},
    [UMI_EVENT_PAYOFF] = {"payoff", {.amount = UMI_OPTIONAL}},
};

const char *umi_event_kind_name(umi_event_kind k)
{
    assert((size_t)k < UMI_EVENT_KINDS);
    return kinds[k].name;
}

bool umi_event_kind_parse(umi_event_kind *out, umi_text t)
{
    for (size_t i = 0; i < UMI_EVENT_KINDS; i++)
        if (umi_text_is(t, kinds[i].name)) {
            *out = (umi_event_kind)i;
            return true;
        }
    return false;
}

const umi_event_keys *umi_event_keys_of(umi_event_kind k)
{
    assert((size_t)k < UMI_EVENT_KINDS);
    return &kinds[k].keys;
}

/* Refuse a key that the kind of event @p n does not take, or lacks. */
static umi_status check_key(const umi_event *e,
                            size_t n,
                            umi_need need,
                            bool given,
                            const char *field,
                            umi_error *err)
{
    if (given && need == UMI_REFUSED)
        return umi_fail(err, UMI_EINVAL, field,
                        "event %zu: a %s does not take this key", n,
                        kinds[e->kind].name);
    if (!given && need == UMI_REQUIRED)
        return umi_fail(err, UMI_EINVAL, field,
                        "event %zu: a %s needs this key", n,
                        kinds[e->kind].name);
    return UMI_OK;
}

static umi_status check_keys(const umi_event *e, size_t n, umi_error *err)
{
    const umi_event_keys *k = &kinds[e->kind].keys;
    umi_status rc =
        check_key(e, n, k->amount, e->has_amount, "events.amount", err);
    if (rc == UMI_OK)
        rc = check_key(e, n, k->component, e->has_component, "events.component",
                       err);
    if (rc == UMI_OK)
        rc = check_key(e, n, k->reverses, e->reverses != 0, "events.reverses",
                       err);
    if (rc == UMI_OK && e->has_amount && e->amount.sen <= 0) {
        char shown[UMI_MONEY_TEXT];
        umi_money_write(shown, e->amount);
        rc = umi_fail(err, UMI_EINVAL, "events.amount",
                      "event %zu: must be above 0, got %s", n, shown);
    }
    return rc;
}

/* @p d must not lie before @p earliest. */
static umi_status check_day(
    umi_day d, umi_day earliest, size_t n, const char *field, umi_error *err)
{
    if (d.n >= earliest.n)
        return UMI_OK;
    char got[UMI_DAY_TEXT], limit[UMI_DAY_TEXT];
    umi_day_write(got, d);
    umi_day_write(limit, earliest);
    return umi_fail(err, UMI_EINVAL, field,
                    "event %zu: must not be before %s, got %s", n, limit, got);
}

static umi_status
check_days(const umi_event *e, size_t n, umi_day disbursed, umi_error *err)
{
    umi_status rc = check_day(e->date, disbursed, n, "events.date", err);
    if (rc == UMI_OK)
        rc = check_day(e->booked, e->date, n, "events.booked", err);
    if (rc == UMI_OK && kinds[e->kind].keys.due != UMI_REFUSED)
        rc = check_day(e->due, disbursed, n, "events.due", err);
    return rc;
}

/* Event @p n, a reverse, must name an earlier event that stands.  @p undone
 * holds a bit for every event that an earlier reverse has undone. */
static umi_status check_reverse(const umi_event *events,
                                size_t n,
                                uint8_t *undone,
                                umi_error *err)
{
    const umi_event *e = &events[n - 1];
    size_t k = e->reverses;
    if (k >= n)
        return umi_fail(err, UMI_EINVAL, "events.reverses",
                        "event %zu: must name an earlier event, got %zu", n, k);
    if (events[k - 1].kind == UMI_EVENT_REVERSE)
        return umi_fail(err, UMI_EINVAL, "events.reverses",
                        "event %zu: event %zu is a reverse itself", n, k);
    if ((undone[k / 8] >> k % 8 & 1) != 0)
        return umi_fail(err, UMI_EINVAL, "events.reverses",
                        "event %zu: event %zu is reversed already", n, k);
    undone[k / 8] |= (uint8_t)(1U << k % 8);
    return check_day(e->date, events[k - 1].date, n, "events.date", err);
}

umi_status umi_events_check(const umi_event *events,
                            size_t n,
                            umi_day disbursed,
                            umi_error *err)
{
    uint8_t undone[UMI_EVENTS_MAX / 8 + 1] = {0};
    if (n > UMI_EVENTS_MAX)
        return umi_fail(err, UMI_EINVAL, "events", "at most %d events, got %zu",
                        UMI_EVENTS_MAX, n);
    for (size_t k = 1; k <= n; k++) {
        const umi_event *e = &events[k - 1];
        assert((size_t)e->kind < UMI_EVENT_KINDS);
        umi_status rc = check_keys(e, k, err);
        if (rc == UMI_OK)
            rc = check_days(e, k, disbursed, err);
        if (rc == UMI_OK && e->kind == UMI_EVENT_REVERSE)
            rc = check_reverse(events, k, undone, err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

umi_day umi_events_last(const umi_event *events, size_t n, umi_day disbursed)
{
    umi_day last = disbursed;
    for (size_t i = 0; i < n; i++)
        if (events[i].date.n > last.n)
            last = events[i].date;
    return last;
}
