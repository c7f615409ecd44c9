#include "model/agency_entry.h"

#include "base/clock.h"
#include "base/sorted.h"

#define DAY_MIN      1440
#define DAYS_COUNTED 366

bool agency_phone_ok(struct view phone)
{
    if (phone.size < 3 || phone.size > 16 || phone.at[0] != '+' || phone.at[1] == '0')
        return false;
    for (size_t i = 1; i < phone.size; i++)
        if (phone.at[i] < '0' || phone.at[i] > '9')
            return false;
    return true;
}

/* --- its calendar --- */

bool agency_hours_known(const struct agency_entry *e)
{
    struct zone zone;

    return e->hour_count > 0 && zone_read(e->zone, &zone);
}

/* Unix day of its calendar at TIME_MS, which is not before 1970. */
static int64_t local_day(const struct zone *z, int64_t time_ms)
{
    return (time_ms / 1000 + zone_offset_s(z, time_ms / 1000)) * 1000 / DAY_MS;
}

/* When its clocks show MINUTE of DAY. Where they are put on or back at that moment, it is an hour off: nobody is told
 * more by it than that. */
static int64_t moment_of(const struct zone *z, int64_t day, int64_t minute)
{
    int64_t wall_s = day * (DAY_MS / 1000) + minute * 60;
    int64_t guess = wall_s - zone_offset_s(z, wall_s - z->standard_s);

    return (wall_s - zone_offset_s(z, guess)) * 1000;
}

static int by_number(const void *key, const void *row)
{
    uint32_t a = *(const uint32_t *)key;
    uint32_t b = *(const uint32_t *)row;

    return a < b ? -1 : a > b;
}

static bool is_holiday(const struct agency_entry *e, int64_t day)
{
    uint32_t key = (uint32_t)day;

    return day < 0 || day > UINT32_MAX ||
           sorted_find(&key, e->holidays, e->holiday_count, sizeof *e->holidays, by_number) != NULL;
}

/* Minute of the week at which DAY begins: day 4 was a Monday. */
static int64_t week_minute(int64_t day)
{
    return (day + 3) % 7 * DAY_MIN;
}

/* The first moment of DAY, not before TIME_MS, at which it is open; 0: there is none. */
static int64_t opens_on(const struct agency_entry *e, const struct zone *z, int64_t day, int64_t time_ms)
{
    int64_t begins = week_minute(day);

    if (is_holiday(e, day))
        return 0;
    for (size_t i = 0; i < e->hour_count; i++) {
        int64_t from = e->hours[i].from > begins ? e->hours[i].from - begins : 0;
        int64_t to = e->hours[i].to < begins + DAY_MIN ? e->hours[i].to - begins : DAY_MIN;

        if (from >= to || moment_of(z, day, to) <= time_ms)
            continue;
        return moment_of(z, day, from) > time_ms ? moment_of(z, day, from) : time_ms;
    }
    return 0;
}

int64_t agency_opens_ms(const struct agency_entry *e, int64_t time_ms)
{
    struct zone z;
    int64_t first;
    int64_t opens = 0;

    if (time_ms <= 0 || e->hour_count == 0 || !zone_read(e->zone, &z))
        return 0;
    first = local_day(&z, time_ms);
    for (int64_t day = first; opens == 0 && day <= first + AGENCY_AHEAD_DAYS; day++)
        opens = opens_on(e, &z, day, time_ms);
    return opens;
}

bool agency_is_open(const struct agency_entry *e, int64_t time_ms)
{
    return time_ms > 0 && agency_opens_ms(e, time_ms) == time_ms;
}

uint32_t agency_working_days(const struct agency_entry *e, int64_t from_ms, int64_t to_ms)
{
    struct zone z;
    int64_t last;
    uint32_t days = 0;

    if (from_ms <= 0 || to_ms <= from_ms || e->hour_count == 0 || !zone_read(e->zone, &z))
        return 0;
    last = local_day(&z, to_ms);
    for (int64_t day = local_day(&z, from_ms) + 1; day <= last && days < DAYS_COUNTED; day++)
        days += opens_on(e, &z, day, 1) != 0;
    return days;
}

/* --- reaching it --- */

struct view agency_phone_at(const struct agency_entry *e, int64_t time_ms, bool *at_night)
{
    *at_night =
        e->night_phone.size > 0 && (e->phone.size == 0 || (agency_hours_known(e) && !agency_is_open(e, time_ms)));
    return *at_night ? e->night_phone : e->phone;
}

static uint32_t promise_of(const struct agency_promise *p, enum urgency urgency)
{
    if (urgency == URGENCY_EMERGENCY)
        return p->emergency;
    return urgency == URGENCY_URGENT ? p->urgent : p->normal;
}

uint32_t agency_promised_min(const struct agency_entry *e, uint32_t services, enum urgency urgency)
{
    uint32_t least = 0;

    for (size_t i = 0; i < e->promise_count; i++) {
        uint32_t minutes = promise_of(&e->promises[i], urgency);

        if (e->promises[i].service < 32 && (services >> e->promises[i].service & 1) != 0 && minutes != 0 &&
            (least == 0 || minutes < least))
            least = minutes;
    }
    return least;
}
