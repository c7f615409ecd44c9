#include "formats/entry_ini.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "formats/zone_name.h"
#include "model/codes.h"
#include "model/ident.h"

#define DAY_MIN  1440
#define WHAT_MAX 160

struct entry_parser {
    struct entry_file *file;
    struct agency_promise all; /* of each service that has none of its own */
    struct error error;        /* the first one */
    const char *path;
    struct view rest; /* of the file */
    int line;         /* number of the line returned last, from 1 */
};

static bool set_line_error(struct entry_parser *r, int line, const char *what)
{
    if (r->error.code == E_NONE)
        (void)error_set(&r->error, E_ENT_02, "%s:%d: %s", r->path, line, what);
    return false;
}

/* --- values --- */

/* The next part of a list with commas that is not empty. */
static bool next_part(struct view *list, struct view *out)
{
    while (text_split(list, ',', out)) {
        *out = text_trim(*out);
        if (out->size > 0)
            return true;
    }
    return false;
}

/* As people write numbers: blanks, hyphens and brackets say nothing. */
static bool read_entry_phone(struct entry_parser *r, struct view v, struct view *out)
{
    struct bytes digits = {0};
    bool ok;

    for (size_t i = 0; i < v.size; i++)
        if (strchr(" -()/", v.at[i]) == NULL)
            bytes_append_u8(&digits, v.at[i]);
    ok = out->size == 0 && agency_phone_ok(bytes_view(&digits));
    if (ok)
        *out = arena_copy(&r->file->arena, bytes_view(&digits));
    bytes_fini(&digits);
    return ok;
}

static bool set_phone(struct entry_parser *r, struct view v)
{
    return read_entry_phone(r, v, &r->file->entry.phone);
}

static bool set_night_phone(struct entry_parser *r, struct view v)
{
    return read_entry_phone(r, v, &r->file->entry.night_phone);
}

static bool set_zone(struct entry_parser *r, struct view v)
{
    struct bytes rule = {0};
    struct zone zone;
    bool ok = r->file->entry.zone.size == 0;

    if (zone_read(v, &zone))
        bytes_append_view(&rule, v);
    else
        ok = ok && zone_name_rule(v, &rule);
    if (ok)
        r->file->entry.zone = arena_copy(&r->file->arena, bytes_view(&rule));
    bytes_fini(&rule);
    return ok;
}

static bool read_services(struct view v, uint32_t *out)
{
    struct view part;

    while (next_part(&v, &part)) {
        uint32_t n = codes_find(&codes_service, part);

        if (n == 0)
            return false;
        *out |= 1U << n;
    }
    return true;
}

static bool set_services(struct entry_parser *r, struct view v)
{
    return read_services(v, &r->file->entry.services);
}

static bool set_for_members(struct entry_parser *r, struct view v)
{
    r->file->entry.for_members = text_is(v, "yes");
    return text_is(v, "yes") || text_is(v, "no");
}

/* Two digits, a colon, two digits: minutes of the day, up to 24:00. */
static bool read_clock(struct view v, uint32_t *out)
{
    if (v.size != 5 || v.at[2] != ':')
        return false;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (v.at[i] < '0' || v.at[i] > '9'))
            return false;
    *out = (uint32_t)((v.at[0] - '0') * 10 + (v.at[1] - '0')) * 60;
    if (v.at[3] > '5')
        return false;
    *out += (uint32_t)((v.at[3] - '0') * 10 + (v.at[4] - '0'));
    return *out <= DAY_MIN;
}

static bool add_hours(struct entry_file *f, uint32_t from, uint32_t to)
{
    if (f->entry.hour_count == BOUND_ENTRY_HOURS)
        return false;
    f->hours[f->entry.hour_count++] = (struct agency_hours){from, to};
    return true;
}

/* On DAY (0 is Monday), or over midnight into the next; what goes over the end of the week begins it. */
static bool add_span(struct entry_file *f, uint32_t day, struct view span)
{
    struct view head;
    uint32_t from;
    uint32_t to;

    if (!text_split(&span, '-', &head) || span.at == NULL || !read_clock(text_trim(head), &from) ||
        !read_clock(text_trim(span), &to) || from == to || from == DAY_MIN)
        return false;
    from += day * DAY_MIN;
    to += day * DAY_MIN + (to < from % DAY_MIN ? DAY_MIN : 0);
    if (to <= AGENCY_WEEK_MIN)
        return add_hours(f, from, to);
    return add_hours(f, from, AGENCY_WEEK_MIN) && add_hours(f, 0, to - AGENCY_WEEK_MIN);
}

static bool set_hours(struct entry_parser *r, const char *name, struct view v)
{
    static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    bool is_day = false;

    for (uint32_t day = 0; day < 7; day++) {
        struct view list = v;
        struct view span;

        if (strcmp(name, days[day]) != 0 && strcmp(name, "daily") != 0)
            continue;
        is_day = true;
        while (next_part(&list, &span))
            if (!text_is(span, "closed") && !add_span(r->file, day, span))
                return set_line_error(r, r->line, "hours are 08:00-16:00, several with commas, at most four a day");
    }
    return is_day || set_line_error(r, r->line, "a day is monday to sunday, or daily");
}

static bool add_holidays(struct entry_parser *r, struct view v)
{
    struct entry_file *f = r->file;
    struct view part;
    int32_t day;

    while (next_part(&v, &part)) {
        if (!text_read_date(part, &day) || day <= 0 || f->entry.holiday_count == BOUND_ENTRY_HOLIDAYS)
            return false;
        f->holidays[f->entry.holiday_count++] = (uint32_t)day;
    }
    return true;
}

/* "90m", "4h", "2d". */
static bool read_minutes(struct view v, uint32_t *out)
{
    uint32_t unit = v.size == 0               ? 0
                    : v.at[v.size - 1] == 'm' ? 1
                    : v.at[v.size - 1] == 'h' ? 60
                    : v.at[v.size - 1] == 'd' ? DAY_MIN
                                              : 0;

    if (unit == 0 || *out != 0 || !text_read_u32(view_of(v.at, v.size - 1), out) || *out > BOUND_PROMISE_MIN / unit)
        return false;
    *out *= unit;
    return *out != 0;
}

static bool read_promise(struct view v, struct agency_promise *p)
{
    struct view part;
    struct view word;

    while (next_part(&v, &part)) {
        uint32_t *minutes;

        if (!text_split(&part, ' ', &word) || part.at == NULL)
            return false;
        minutes = text_is(word, "emergency") ? &p->emergency
                  : text_is(word, "urgent")  ? &p->urgent
                  : text_is(word, "normal")  ? &p->normal
                                             : NULL;
        if (minutes == NULL || !read_minutes(text_trim(part), minutes))
            return false;
    }
    return p->emergency + p->urgent + p->normal != 0;
}

static bool set_promise(struct entry_parser *r, const char *name, struct view v)
{
    uint32_t service = codes_find(&codes_service, view_of_text(name));

    if (service == 0 && strcmp(name, "all") != 0)
        return set_line_error(r, r->line, "what is answered is a service, as in docs/FIELDS.md, or all");
    if (!read_promise(v, service == 0 ? &r->all : &r->file->promises[service]))
        return set_line_error(r, r->line, "answers are like: emergency 1h, urgent 1d, normal 5d");
    return true;
}

static bool set_desk(struct entry_parser *r, const char *name, struct view v)
{
    struct entry_file *f = r->file;
    struct agency_desk *d = &f->desks[f->entry.desk_count];

    if (f->entry.desk_count == BOUND_ENTRY_DESKS || !agency_name_ok(view_of_text(name)))
        return set_line_error(r, r->line, "a desk is called by lower-case letters, digits and hyphens; at most 32");
    for (size_t i = 0; i < f->entry.desk_count; i++)
        if (text_is(f->desks[i].name, name))
            d = &f->desks[i];
    if (!read_services(v, &d->services))
        return set_line_error(r, r->line, "a desk has services, as in docs/FIELDS.md");
    if (d == &f->desks[f->entry.desk_count]) {
        d->name = arena_copy(&f->arena, view_of_text(name));
        f->entry.desk_count++;
    }
    return true;
}

/* --- lines --- */

static const struct {
    const char *section;
    const char *name;
    bool (*set)(struct entry_parser *r, struct view value);
    const char *form;
} settings[] = {
    {"agency", "phone", set_phone, "one number with a plus and the country's code, +48 22 123 45 67"},
    {"agency", "night-phone", set_night_phone, "one number with a plus and the country's code, +48 600 100 200"},
    {"agency", "zone", set_zone, "a zone of this machine, Europe/Warsaw, or its rule, CET-1CEST,M3.5.0,M10.5.0/3"},
    {"agency", "services", set_services, "services with commas, as in docs/FIELDS.md: SHELTER, MEDICAL"},
    {"agency", "to-all-members", set_for_members, "yes or no"},
    {"holidays", "days", add_holidays, "days with commas, 2026-12-25"},
};
#define SETTING_COUNT (sizeof settings / sizeof settings[0])

static bool set_unknown_error(struct entry_parser *r, const char *section, const char *name)
{
    const char *names[SETTING_COUNT];
    const char *near;
    char what[WHAT_MAX];
    size_t count = 0;

    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (strcmp(settings[i].section, section) == 0)
            names[count++] = settings[i].name;
    near = text_nearest(name, names, count);
    if (count == 0)
        (void)snprintf(what, sizeof what, "sections are [agency], [hours], [holidays], [answers] and [desks]");
    else if (near != NULL)
        (void)snprintf(what, sizeof what, "unknown name \"%.40s\"; did you mean \"%s\"?", name, near);
    else
        (void)snprintf(what, sizeof what, "unknown name \"%.40s\"", name);
    return set_line_error(r, r->line, what);
}

static int on_setting(void *cookie, const char *section, const char *name, const char *value)
{
    struct entry_parser *r = cookie;
    struct view v = text_trim(view_of_text(value));
    char what[WHAT_MAX];

    if (strcmp(section, "hours") == 0)
        return set_hours(r, name, v);
    if (strcmp(section, "answers") == 0)
        return set_promise(r, name, v);
    if (strcmp(section, "desks") == 0)
        return set_desk(r, name, v);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(settings[i].section, section) != 0 || strcmp(settings[i].name, name) != 0)
            continue;
        if (settings[i].set(r, v))
            return 1;
        (void)snprintf(what, sizeof what, "%s must be %s", name, settings[i].form);
        return set_line_error(r, r->line, what);
    }
    return set_unknown_error(r, section, name);
}

/* Returns a line as fgets does. */
static char *next_line(char *out, int size, void *cookie)
{
    struct entry_parser *r = cookie;
    size_t n = text_take_line(&r->rest, out, (size_t)size);

    if (n == 0)
        return NULL;
    r->line++;
    if (r->rest.size > 0 && out[n - 1] != '\n')
        (void)set_line_error(r, r->line, "the line is longer than 198 bytes: write its name again on the next one");
    return out;
}

/* --- the whole --- */

static int by_from(const void *a, const void *b)
{
    const struct agency_hours *one = a;
    const struct agency_hours *other = b;

    return one->from < other->from ? -1 : one->from > other->from;
}

static int by_day(const void *a, const void *b)
{
    return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : *(const uint32_t *)a > *(const uint32_t *)b;
}

static int by_name(const void *a, const void *b)
{
    return view_compare(((const struct agency_desk *)a)->name, ((const struct agency_desk *)b)->name);
}

static bool finish_hours(struct entry_parser *r)
{
    struct entry_file *f = r->file;
    size_t kept = 0;

    qsort(f->hours, f->entry.hour_count, sizeof *f->hours, by_from);
    for (size_t i = 1; i < f->entry.hour_count; i++)
        if (f->hours[i - 1].to > f->hours[i].from)
            return set_line_error(r, r->line, "two of the hours of a day, or of the night before, overlap");
    if (f->entry.hour_count > 0 && f->entry.zone.size == 0)
        return set_line_error(r, r->line, "hours without a zone: of which clocks?");
    if (f->entry.hour_count == 0)
        f->entry.zone = view_of(NULL, 0);
    qsort(f->holidays, f->entry.holiday_count, sizeof *f->holidays, by_day);
    for (size_t i = 0; i < f->entry.holiday_count; i++)
        if (kept == 0 || f->holidays[kept - 1] != f->holidays[i])
            f->holidays[kept++] = f->holidays[i];
    f->entry.holiday_count = kept;
    return true;
}

static bool finish_promises(struct entry_parser *r)
{
    struct entry_file *f = r->file;
    size_t kept = 0;

    for (uint32_t service = 1; service < SERVICE_END; service++) {
        struct agency_promise p = f->promises[service];
        bool is_offered = (f->entry.services >> service & 1) != 0;
        bool is_own = p.emergency + p.urgent + p.normal != 0;

        if (is_own && !is_offered)
            return set_line_error(r, r->line, "[answers] promises a service that is not among services");
        if (!is_own)
            p = r->all;
        p.service = service;
        if (is_offered && p.emergency + p.urgent + p.normal != 0)
            f->promises[kept++] = p;
    }
    f->entry.promise_count = kept;
    return true;
}

bool entry_ini_read(struct view file, const char *path, struct entry_file *out, struct error *err)
{
    struct entry_parser r = {.file = out, .path = path, .rest = file};
    int line;

    *out = (struct entry_file){0};
    if (!text_is_utf8(file))
        (void)set_line_error(&r, 1, "the file is not UTF-8 text");
    line = ini_parse_stream(next_line, &r, on_setting, &r);
    if (line != 0)
        (void)set_line_error(&r, line, "this is not a line of the form name = value");
    if (r.error.code == E_NONE && finish_hours(&r) && finish_promises(&r) &&
        out->entry.phone.size + out->entry.night_phone.size + out->entry.hour_count + out->entry.desk_count == 0 &&
        out->entry.services == 0)
        (void)set_line_error(&r, r.line, "the file says nothing");
    out->entry.hours = out->hours;
    out->entry.holidays = out->holidays;
    out->entry.promises = out->promises;
    out->entry.desks = out->desks;
    qsort(out->desks, out->entry.desk_count, sizeof *out->desks, by_name);
    if (r.error.code == E_NONE)
        return true;
    *err = r.error;
    return false;
}

void entry_file_fini(struct entry_file *f)
{
    arena_fini(&f->arena);
}
