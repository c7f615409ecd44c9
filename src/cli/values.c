#include "cli/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/agency.h"
#include "model/consent.h"
#include "model/control_enums.h"

#define NAMES_MAX 40 /* in the longest closed list */

bool values_each_part(const struct options *o, const char *option, values_part_fn *on_part, void *cookie,
                      struct error *err)
{
    struct options_given g = options_values(o, option);

    for (size_t i = 0; i < g.count; i++) {
        char part[BOUND_WORD + 1];
        const char *at = g.values[i];

        for (;;) {
            size_t n = strcspn(at, ",");

            if (n == 0)
                return error_set(err, E_USE_04, "--%s has an empty element in its list", option);
            memcpy(part, at, n);
            part[n] = '\0';
            if (!on_part(cookie, part, err))
                return false;
            if (at[n] == '\0')
                break;
            at += n + 1;
        }
    }
    return true;
}

static bool add_section(void *cookie, const char *part, struct error *err)
{
    section_set *set = cookie;
    section_set one;

    if (!section_set_read(view_of_text(part), &one, err))
        return false;
    *set |= one;
    return true;
}

bool values_sections(const struct options *o, const char *option, section_set *out, struct error *err)
{
    section_set set = 0;

    if (!values_each_part(o, option, add_section, &set, err))
        return error_wrap(err, "--%s", option);
    *out = set;
    return true;
}

/* Written as a day is, whether it exists or not. */
static bool looks_like_day(const char *value)
{
    size_t i = 0;

    while (i < 10 && (i == 4 || i == 7 ? value[i] == '-' : value[i] >= '0' && value[i] <= '9'))
        i++;
    return i == 10 && value[10] == '\0';
}

bool values_day(const struct options *o, const char *option, uint32_t *out, struct error *err)
{
    const char *value = options_value(o, option);
    int32_t day;

    *out = 0;
    if (value == NULL)
        return true;
    if (!text_read_date(view_of_text(value), &day) || day <= 0)
        return looks_like_day(value)
                   ? error_set(err, E_USE_04, "--%s: there is no day %s", option, value)
                   : error_set(err, E_USE_04, "--%s must be a day written YYYY-MM-DD, like 2027-02-28", option);
    *out = (uint32_t)day;
    return true;
}

/* Two digits below END. */
static bool read_two(const char *text, int end, int *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *out = (text[0] - '0') * 10 + text[1] - '0';
    return *out < end;
}

/* ".123": as refex itself prints a time. */
static bool read_milliseconds(const char *text, int *out)
{
    int hundredths = 0;
    bool ok = text[0] == '.' && read_two(text + 1, 100, &hundredths) && text[3] >= '0' && text[3] <= '9';

    *out = ok ? hundredths * 10 + (text[3] - '0') : 0;
    return ok;
}

/* 2026-11-22T14:01:58Z, 2026-11-22T14:01:58.123Z */
static bool read_time(const char *text, int64_t *out)
{
    const size_t size = strlen(text);
    int hour;
    int minute;
    int second;
    int ms = 0;
    int32_t day;

    if ((size != 20 && size != 24) || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[size - 1] != 'Z')
        return false;
    if (size == 24 && !read_milliseconds(text + 19, &ms))
        return false;
    if (!text_read_date(view_of(text, 10), &day) || day <= 0 || !read_two(text + 11, 24, &hour) ||
        !read_two(text + 14, 60, &minute) || !read_two(text + 17, 60, &second))
        return false;
    *out = day * DAY_MS + ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + ms;
    return true;
}

/* OF_DAY_MS: what of a day that is named is meant. */
static bool read_moment(const struct options *o, const char *option, int64_t of_day_ms, int64_t *out, struct error *err)
{
    const char *value = options_value(o, option);
    int32_t day;

    *out = 0;
    if (value == NULL)
        return true;
    if (text_read_date(view_of_text(value), &day) && day > 0)
        *out = day * DAY_MS + of_day_ms;
    else if (looks_like_day(value))
        return error_set(err, E_USE_04, "--%s: there is no day %s", option, value);
    else if (!read_time(value, out))
        return error_set(err, E_USE_04, "--%s must be a day (2026-11-22) or a time (2026-11-22T14:01:58Z)", option);
    return true;
}

bool values_time(const struct options *o, const char *option, int64_t *out, struct error *err)
{
    return read_moment(o, option, 0, out, err);
}

bool values_until(const struct options *o, const char *option, int64_t *out, struct error *err)
{
    return read_moment(o, option, DAY_MS - 1, out, err);
}

bool values_before(const struct options *o, const char *option, int64_t *out, struct error *err)
{
    return read_moment(o, option, DAY_MS, out, err);
}

bool values_seen_alone(const struct options *o, enum seen_alone *out, struct error *err)
{
    const char *value = options_value(o, "seen-alone");

    *out = 0;
    if (value == NULL)
        return true;
    *out = strcmp(value, "yes") == 0 ? SEEN_ALONE : strcmp(value, "no") == 0 ? SEEN_NOT_ALONE : 0;
    return *out != 0 || error_set(err, E_USE_04, "--seen-alone must be yes or no");
}

bool values_u32(const struct options *o, const char *option, uint32_t *out, struct error *err)
{
    const char *value = options_value(o, option);

    *out = 0;
    return value == NULL || text_read_u32(view_of_text(value), out) ||
           error_set(err, E_USE_04, "--%s must be a number", option);
}

bool values_find_number(const char *option, const char *word, values_name_fn *name, uint32_t end, uint32_t *out,
                        struct error *err)
{
    const char *names[NAMES_MAX];

    REQUIRE(end <= NAMES_MAX);
    for (uint32_t n = 1; n < end; n++) {
        names[n - 1] = name(n);
        if (strcmp(word, names[n - 1]) == 0) {
            *out = n;
            return true;
        }
    }
    return options_wrong_value(err, option, word, names, end - 1);
}

bool values_name(const struct options *o, const char *option, values_name_fn *name, uint32_t end, uint32_t when_absent,
                 uint32_t *out, struct error *err)
{
    const char *value = options_value(o, option);

    *out = when_absent;
    return value == NULL || values_find_number(option, value, name, end, out, err);
}

struct codes {
    const char *option;
    values_name_fn *name;
    uint32_t end;
    uint32_t set;
};

static bool add_code(void *cookie, const char *part, struct error *err)
{
    struct codes *codes = cookie;
    uint32_t number = 0;

    if (!values_find_number(codes->option, part, codes->name, codes->end, &number, err))
        return false;
    codes->set |= UINT32_C(1) << number;
    return true;
}

bool values_codes(const struct options *o, const char *option, values_name_fn *name, uint32_t end, uint32_t *out,
                  struct error *err)
{
    struct codes codes = {option, name, end, 0};

    REQUIRE(end <= 32);
    if (!values_each_part(o, option, add_code, &codes, err))
        return false;
    *out = codes.set;
    return true;
}

bool values_desk(const struct options *o, struct view *out, struct error *err)
{
    const char *given = options_value(o, "desk");

    *out = view_of_text(given != NULL ? given : "");
    return given == NULL || agency_name_ok(*out) ||
           error_set(err, E_USE_04, "--desk takes the name of a desk: small letters, digits and hyphens");
}

const char *values_purpose(uint32_t n)
{
    return purpose_name((enum purpose)n);
}

const char *values_urgency(uint32_t n)
{
    return urgency_name((enum urgency)n);
}

const char *values_given_by(uint32_t n)
{
    return given_by_name((enum given_by)n);
}

const char *values_decline_reason(uint32_t n)
{
    return decline_reason_name((enum decline_reason)n);
}

const char *values_agency_kind(uint32_t n)
{
    return agency_kind_name((enum agency_kind)n);
}

const char *values_log(uint32_t n)
{
    return log_id_name((enum log_id)n);
}

const char *values_service(uint32_t n)
{
    return service_name((enum service)n);
}

const char *values_section(uint32_t n)
{
    return section_name((enum section)n);
}
