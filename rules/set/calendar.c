/* SPDX-License-Identifier: MIT */
#include "rules/set/calendar.h"

enum {
    DAYS_MAX = 60,
    YEARS_MAX = 100
};

typedef struct holiday {
    umi_day date;
    umi_text name_id, name_en;
    umi_at at;
} holiday;

typedef struct year {
    int32_t year;
    umi_text legal;
    bool verify;
    const holiday *holidays, *leave;
    size_t holiday_count, leave_count;
    umi_at at;
} year;

typedef struct file {
    int format;
    umi_text name;
    umi_legals legals;
    const int *rest;
    size_t rest_count;
    const year *years;
    size_t year_count;
} file;

static const char *const formats[] = {"calendar/1", NULL};
static const char *const weekdays[] = {"monday",   "tuesday", "wednesday",
                                       "thursday", "friday",  "saturday",
                                       "sunday",   NULL};

static const umi_bind holiday_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(holiday, at)},
    {"date", UMI_BIND_DATE, offsetof(holiday, date), .doc = "of the year"},
    {"id", UMI_BIND_TEXT, offsetof(holiday, name_id), .max = 80,
     .doc = "name in Indonesian"},
    {"en", UMI_BIND_TEXT, offsetof(holiday, name_en), .max = 80,
     .doc = "name in English"},
    {0},
};

static const umi_bind holiday_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = holiday_table},
    {0},
};

static const umi_bind year_table[] = {
    {"", UMI_BIND_AT, .at = offsetof(year, at)},
    {"year", UMI_BIND_INT, offsetof(year, year), .min = 1900, .max = 2999,
     .doc = "each follows the one before"},
    {"legal", UMI_BIND_CODE, offsetof(year, legal), .doc = "key of legal"},
    {"verify", UMI_BIND_BOOL, offsetof(year, verify), .optional = true,
     .doc = "not checked against the official text"},
    {"holidays", UMI_BIND_LIST, offsetof(year, holidays), .max = DAYS_MAX,
     .fields = holiday_item, .size = sizeof(holiday),
     .count = offsetof(year, holiday_count), .doc = "national holidays"},
    {"leave", UMI_BIND_LIST, offsetof(year, leave), .max = DAYS_MAX,
     .fields = holiday_item, .size = sizeof(holiday),
     .count = offsetof(year, leave_count), .doc = "collective leave"},
    {0},
};

static const umi_bind year_item[] = {
    {"", UMI_BIND_MAP, 0, .fields = year_table},
    {0},
};

static const umi_bind weekday_item[] = {
    {"", UMI_BIND_ENUM, 0, .names = weekdays},
    {0},
};

static const umi_bind file_table[] = {
    {"format", UMI_BIND_ENUM, offsetof(file, format), .names = formats,
     .doc = "shape of this file"},
    {"name", UMI_BIND_CODE, offsetof(file, name),
     .doc = "what `--calendar` calls it"},
    {"legal", UMI_BIND_DICT, offsetof(file, legals.items),
     .fields = umi__legal_table, .size = sizeof(umi_legal),
     .count = offsetof(file, legals.count), .doc = "citations by key"},
    {"rest", UMI_BIND_LIST, offsetof(file, rest), .max = 6,
     .fields = weekday_item, .size = sizeof(int),
     .count = offsetof(file, rest_count), .doc = "weekly days of rest"},
    {"years", UMI_BIND_LIST, offsetof(file, years), .min = 1, .max = YEARS_MAX,
     .fields = year_item, .size = sizeof(year),
     .count = offsetof(file, year_count), .doc = "one decree a year"},
    {0},
};

static void
check_days(const year *y, const holiday *days, size_t n, umi_problems *p)
{
    for (size_t i = 0; i < n; i++) {
        if (umi_civil_of(days[i].date).year != y->year)
            umi__problem(p, days[i].at, "Y330", "the day is not of %d",
                         y->year);
        if (i > 0 && days[i].date.n <= days[i - 1].date.n)
            umi__problem(p, days[i].at, "Y301", "the days must ascend");
    }
}

static void check_year(const file *f, const year *y, umi_problems *p)
{
    check_days(y, y->holidays, y->holiday_count, p);
    check_days(y, y->leave, y->leave_count, p);
    if (umi_legal_find(&f->legals, y->legal) == NULL)
        umi__problem(p, y->at, "Y302", "legal has no key '%.*s'",
                     UMI_SHOW(y->legal));
    if (y > f->years && y->year != y[-1].year + 1)
        umi__problem(p, y->at, "Y330", "the year after %d must follow, got %d",
                     y[-1].year, y->year);
}

/* Holidays and leave of one year in one ascending run. */
static size_t merge(umi_day *out, const year *y, umi_problems *p)
{
    size_t h = 0, l = 0, n = 0;
    while (h < y->holiday_count || l < y->leave_count) {
        bool leave =
            h == y->holiday_count ||
            (l < y->leave_count && y->leave[l].date.n < y->holidays[h].date.n);
        const holiday *day = leave ? &y->leave[l++] : &y->holidays[h++];
        if (n > 0 && out[n - 1].n == day->date.n)
            umi__problem(p, day->at, "Y303",
                         "the day is a holiday and leave at once");
        else
            out[n++] = day->date;
    }
    return n;
}

umi_status umi_calendar_read(umi_calendar_file *out,
                             umi_text text,
                             umi_arena *arena,
                             umi_problems *p)
{
    file f = {0};
    size_t errors = p->errors, n = 0;
    umi_status rc = umi_bind_text(&f, text, file_table, arena, p);
    if (rc != UMI_OK)
        return rc;
    umi_day *days =
        umi_arena_array(arena, f.year_count, 2 * DAYS_MAX * sizeof *days);
    if (days == NULL)
        return UMI_ENOMEM;
    uint8_t rest = 0;
    for (size_t i = 0; i < f.rest_count; i++)
        rest |= (uint8_t)(1u << f.rest[i]);
    for (size_t i = 0; i < f.year_count; i++) {
        check_year(&f, &f.years[i], p);
        n += merge(days + n, &f.years[i], p);
    }
    rc = umi__problems_since(p, errors);
    if (rc == UMI_OK)
        *out = (umi_calendar_file){{f.name, rest, days, n},
                                   f.years[0].year,
                                   f.years[f.year_count - 1].year};
    return rc;
}

const umi_calendar_file *umi_calendar_find(const umi_calendars *all,
                                           umi_text name)
{
    for (size_t i = 0; i < all->count; i++)
        if (umi_text_eq(all->items[i].calendar.name, name))
            return &all->items[i];
    return NULL;
}

const umi_bind *umi_calendar_keys(void)
{
    return file_table;
}
