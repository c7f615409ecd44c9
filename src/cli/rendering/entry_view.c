#include "cli/rendering/entry_view.h"

#include "base/text.h"
#include "codec/control_messages.h"

void entry_view_services(struct bytes *out, uint32_t services)
{
    const char *comma = "";

    for (unsigned n = 1; n < SERVICE_END; n++)
        if ((services >> n & 1) != 0) {
            bytes_printf(out, "%s%s", comma, service_name((enum service)n));
            comma = ", ";
        }
}

void entry_view_open(struct bytes *out, bool known, bool open, int64_t opens_ms)
{
    char at[TEXT_MINUTE];

    if (!known)
        return;
    text_write_minute(opens_ms, at);
    if (open)
        bytes_append_text(out, "now");
    else if (opens_ms != 0)
        bytes_printf(out, "from %s", at);
    else
        bytes_printf(out, "not within %d days", AGENCY_AHEAD_DAYS);
}

static const struct agency_entry *said(const struct told_shown *s)
{
    return &((const struct control_agency_said *)s->answer)->entry;
}

static void write_open(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency_said *a = s->answer;

    entry_view_open(out, a->hours_known, a->open, a->opens_ms);
}

static void write_hours(struct bytes *out, const struct told_shown *s)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const struct agency_entry *e = said(s);

    for (size_t i = 0; i < e->hour_count; i++) {
        unsigned day = e->hours[i].from / 1440;
        unsigned from = e->hours[i].from % 1440;
        unsigned to = e->hours[i].to - day * 1440;

        bytes_printf(out, "%s%s %02u:%02u-%02u:%02u", i > 0 ? ", " : "", days[day], from / 60, from % 60,
                     to > 1440 ? to % 1440 / 60 : to / 60, to % 60);
    }
}

static void write_holidays(struct bytes *out, const struct told_shown *s)
{
    const struct agency_entry *e = said(s);
    char day[11];

    for (size_t i = 0; i < e->holiday_count; i++) {
        text_write_date((int32_t)e->holidays[i], day);
        bytes_printf(out, "%s%s", i > 0 ? ", " : "", day);
    }
}

static void write_services(struct bytes *out, const struct told_shown *s)
{
    entry_view_services(out, said(s)->services);
}

static void write_minutes(struct bytes *out, const char *word, uint32_t minutes)
{
    if (minutes == 0)
        return;
    bytes_printf(out, " %s ", word);
    if (minutes % 1440 == 0)
        bytes_printf(out, "%u d", (unsigned)minutes / 1440);
    else if (minutes % 60 == 0)
        bytes_printf(out, "%u h", (unsigned)minutes / 60);
    else
        bytes_printf(out, "%u min", (unsigned)minutes);
}

static void write_promises(struct bytes *out, const struct told_shown *s)
{
    const struct agency_entry *e = said(s);

    for (size_t i = 0; i < e->promise_count; i++) {
        bytes_printf(out, "%s%s", i > 0 ? "; " : "", service_name((enum service)e->promises[i].service));
        write_minutes(out, "emergency", e->promises[i].emergency);
        write_minutes(out, "urgent", e->promises[i].urgent);
        write_minutes(out, "normal", e->promises[i].normal);
    }
}

static void write_desks(struct bytes *out, const struct told_shown *s)
{
    const struct agency_entry *e = said(s);

    for (size_t i = 0; i < e->desk_count; i++) {
        bytes_printf(out, "%s", i > 0 ? "; " : "");
        render_escaped(out, e->desks[i].name);
        if (e->desks[i].services != 0)
            bytes_append_text(out, ": ");
        entry_view_services(out, e->desks[i].services);
    }
}

static void write_missing_desks(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency_said *a = s->answer;

    for (size_t i = 0; i < a->missing_desk_count; i++) {
        bytes_append_text(out, i > 0 ? ", " : "");
        render_escaped(out, a->missing_desks[i]);
    }
    bytes_append_text(out, ", of which no desk is here: whoever is on duty sees what comes for it.\n"
                           "              Make it (refex desk set NAME), or leave it out and set the entry again");
}

static const struct told_line entry_lines[] = {
    {"", .text = "{agency}"},
    {"phone         ", .text = "{phone}", .when = "phone"},
    {"phone         ", .text = "not known", .when = "!phone"},
    {"at night      ", .text = "{night_phone}", .when = "night_phone"},
    {"open          ", .write = write_open, .says = "hours_known open_now opens"},
    {"hours         ", .write = write_hours, .says = "hours"},
    {"by the clocks ", .text = "{zone}", .when = "zone"},
    {"closed on     ", .write = write_holidays, .says = "holidays"},
    {"offers        ", .write = write_services, .says = "services"},
    {"answers       ", .write = write_promises, .says = "answers_within"},
    {"desks         ", .write = write_desks, .says = "desks"},
    {"names         ", .write = write_missing_desks, .says = "no_such_desk", .when = "no_such_desk"},
    {"", .text = "All members are told this (entry {entry}).", .when = "self shown_to_members entry"},
    {"", .text = "Nobody else is told this: the agency is unlisted, and the file does not say to-all-members = yes.",
     .when = "self !shown_to_members"},
    {0}};

const struct told_form entry_view = {.answer = &control_agency_said_contract,
                                     .lines = entry_lines,
                                     .json_only = "for_members withdrawn" /* shown_to_members says what follows */};
