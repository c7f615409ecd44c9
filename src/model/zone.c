#include "model/zone.h"

#include "base/text.h"

#define HOUR_S 3600
#define DAY_S  86400

/* --- reading --- */

static bool take_char(struct view *rest, uint8_t c)
{
    if (rest->size == 0 || rest->at[0] != c)
        return false;
    *rest = view_of(rest->at + 1, rest->size - 1);
    return true;
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Three letters or more, or in <> digits and signs, too. What it is called says nothing here. */
static bool next_name(struct view *rest)
{
    bool quoted = take_char(rest, '<');
    size_t n = 0;

    while (n < rest->size &&
           (is_letter(rest->at[n]) || (quoted && (is_digit(rest->at[n]) || rest->at[n] == '+' || rest->at[n] == '-'))))
        n++;
    if (n < 3)
        return false;
    *rest = view_of(rest->at + n, rest->size - n);
    return !quoted || take_char(rest, '>');
}

static bool next_number(struct view *rest, int least, int most, int *out)
{
    size_t n = 0;

    *out = 0;
    while (n < rest->size && n < 3 && is_digit(rest->at[n]))
        *out = *out * 10 + (rest->at[n++] - '0');
    if (n == 0 || *out < least || *out > most)
        return false;
    *rest = view_of(rest->at + n, rest->size - n);
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool next_time(struct view *rest, int most_hours, int32_t *out)
{
    bool negative = take_char(rest, '-');
    int hours;
    int minutes = 0;
    int seconds = 0;

    if (!negative)
        (void)take_char(rest, '+');
    if (!next_number(rest, 0, most_hours, &hours))
        return false;
    if (take_char(rest, ':') &&
        (!next_number(rest, 0, 59, &minutes) || (take_char(rest, ':') && !next_number(rest, 0, 59, &seconds))))
        return false;
    *out = hours * HOUR_S + minutes * 60 + seconds;
    *out = negative ? -*out : *out;
    return true;
}

static bool next_change(struct view *rest, struct zone_change *out)
{
    out->after_s = 2 * HOUR_S;
    return take_char(rest, ',') && take_char(rest, 'M') && next_number(rest, 1, 12, &out->month) &&
           take_char(rest, '.') && next_number(rest, 1, 5, &out->week) && take_char(rest, '.') &&
           next_number(rest, 0, 6, &out->weekday) && (!take_char(rest, '/') || next_time(rest, 167, &out->after_s));
}

bool zone_read(struct view rule, struct zone *out)
{
    struct zone z = {0};
    struct view rest = rule;
    int32_t behind;

    if (rule.size > ZONE_RULE_MAX || !next_name(&rest) || !next_time(&rest, 24, &behind))
        return false;
    z.standard_s = -behind;
    z.summer_s = z.standard_s + HOUR_S;
    if (rest.size > 0) {
        z.has_summer = true;
        if (!next_name(&rest))
            return false;
        if (rest.size > 0 && rest.at[0] != ',') {
            if (!next_time(&rest, 24, &behind))
                return false;
            z.summer_s = -behind;
        }
        if (!next_change(&rest, &z.begins) || !next_change(&rest, &z.ends) || rest.size > 0)
            return false;
    }
    *out = z;
    return true;
}

/* --- asking --- */

/* Unix day of the first of MONTH (1 to 12) of YEAR, by the proleptic Gregorian calendar. */
static int64_t day_of_month(int64_t year, int month)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int64_t year_of(int64_t day)
{
    int64_t year = 1970 + day / 366 - (day < 0 ? 1 : 0);

    while (day_of_month(year + 1, 1) <= day)
        year++;
    return year;
}

/* Day 0, 1 January 1970, was a Thursday. */
static int weekday_of(int64_t day)
{
    return (int)(((day + 4) % 7 + 7) % 7);
}

/* Seconds since 1970 by the clock on the wall, as it goes before the change. */
static int64_t wall_time(const struct zone_change *c, int64_t year)
{
    int64_t first = day_of_month(year, c->month);
    int64_t next = c->month == 12 ? day_of_month(year + 1, 1) : day_of_month(year, c->month + 1);
    int64_t day = first + (c->weekday - weekday_of(first) + 7) % 7 + (int64_t)(c->week - 1) * 7;

    if (day >= next)
        day -= 7;
    return day * DAY_S + c->after_s;
}

int32_t zone_offset_s(const struct zone *z, int64_t time_s)
{
    int64_t local = time_s + z->standard_s;
    int64_t year = year_of(local >= 0 ? local / DAY_S : -((-local + DAY_S - 1) / DAY_S));
    int64_t begins;
    int64_t ends;
    bool summer;

    if (!z->has_summer)
        return z->standard_s;
    begins = wall_time(&z->begins, year) - z->standard_s;
    ends = wall_time(&z->ends, year) - z->summer_s;
    summer = begins < ends ? time_s >= begins && time_s < ends : time_s < ends || time_s >= begins;
    return summer ? z->summer_s : z->standard_s;
}
