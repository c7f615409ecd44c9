/* A duty to notify an authority, met without naming anybody. */
#include "cli/verbs/cmd.h"

#include <string.h>

#include "base/text.h"
#include "cli/calls.h"
#include "cli/values.h"
#include "model/inquiry.h"

/* --- one line --- */

static void write_who(struct bytes *out, const struct told_shown *s)
{
    const struct control_notification *n = s->answer;

    if (n->persons != 0)
        bytes_printf(out, "%s person%s, %s, %s", notified_persons_name(n->persons),
                     n->persons == NOTIFIED_PERSONS_ONE ? "" : "s", notified_age_name(n->age),
                     notified_exploitation_name(n->exploitation));
}

static void write_where(struct bytes *out, const struct told_shown *s)
{
    const struct control_notification *n = s->answer;

    bytes_printf(out, "%.*s%s%.*s", (int)n->country.size, (const char *)n->country.at, n->region.size != 0 ? "-" : "",
                 (int)n->region.size, (const char *)n->region.at);
}

static void write_state(struct bytes *out, const struct told_shown *s)
{
    const struct control_notification *n = s->answer;
    char seen[RENDER_TIME];

    render_time(n->seen_ms, seen);
    switch (n->state) {
    case INQUIRY_ANSWERED:
        bytes_printf(out, "a person there saw it, %s", seen);
        break;
    case INQUIRY_WAITS:
        bytes_append_text(out, n->direction == DIRECTION_IN ? "acknowledge it" : "at their computer");
        break;
    case INQUIRY_NOT_THERE:
        bytes_append_text(out, "not at their computer yet");
        break;
    case INQUIRY_REFUSED:
        bytes_append_text(out, "their node refused it, or it never left: tell them otherwise");
        break;
    default:
        bytes_append_text(out, "nobody there acknowledged it in 28 days: phone them");
    }
}

static const struct told_line columns[] = {{"N", .text = "{number}"},
                                           {"", .text = "{direction}"},
                                           {"AGENCY", .text = "{agency}"},
                                           {"SAYS", .write = write_who, .says = "persons age exploitation"},
                                           {"WHERE", .write = write_where, .says = "country region"},
                                           {"MONTH", .text = "{month}"},
                                           {"MADE", .text = "{made}"},
                                           {"STATE", .write = write_state, .says = "state seen"},
                                           {0}};

static const struct told_form table = {
    .answer = &control_notification_contract, .lines = columns, .json_only = "notification" /* for programs */};

/* --- send --- */

static const char *age_word(uint32_t number)
{
    return notified_age_name((enum notified_age)number);
}

static const char *exploitation_word(uint32_t number)
{
    return notified_exploitation_name((enum notified_exploitation)number);
}

static const char *persons_word(uint32_t number)
{
    return notified_persons_name((enum notified_persons)number);
}

static bool read_codes(struct command *c, struct control_notification_ask *ask, struct error *err)
{
    uint32_t age;
    uint32_t exploitation;
    uint32_t persons;

    if (!values_name(&c->options, "age", age_word, NOTIFIED_AGE_END, NOTIFIED_AGE_NOT_KNOWN, &age, err) ||
        !values_name(&c->options, "exploitation", exploitation_word, NOTIFIED_EXPLOITATION_END,
                     NOTIFIED_EXPLOITATION_NOT_KNOWN, &exploitation, err) ||
        !values_name(&c->options, "persons", persons_word, NOTIFIED_PERSONS_END, NOTIFIED_PERSONS_ONE, &persons, err))
        return false;
    ask->age = (enum notified_age)age;
    ask->exploitation = (enum notified_exploitation)exploitation;
    ask->persons = (enum notified_persons)persons;
    return true;
}

/* "PL" or "PL-14". */
static bool read_where(const char *where, struct control_notification_ask *ask, struct error *err)
{
    const struct view all = view_of_text(where);

    if (all.size < 2 || (all.size > 2 && (where[2] != '-' || all.size == 3)))
        return error_set(err, E_USE_04, "--where takes a country like PL, or a part of it as ISO 3166-2 has it: PL-14");
    ask->country = view_of(all.at, 2);
    ask->region = all.size > 2 ? view_of(all.at + 3, all.size - 3) : view_of(NULL, 0);
    return true;
}

static bool run_send(struct command *c, int *status, struct error *err)
{
    struct control_notification_ask ask = {0};
    const char *to;
    const char *where;
    const char *month;

    (void)status;
    if (!options_required_value(&c->options, "to", &to, err) ||
        !options_required_value(&c->options, "where", &where, err) || !read_where(where, &ask, err) ||
        !options_required_value(&c->options, "month", &month, err) || !read_codes(c, &ask, err))
        return false;
    if (!inquiry_month_read(view_of_text(month), &ask.month))
        return error_set(err, E_USE_04, "--month takes a month like 2026-11");
    return connection_open(c, REFEX_NODE, err) && connection_address(c, "to", to, &ask.to, err) &&
           call_notification_send_as_table(c, &ask, &table, "", err);
}

const struct verb cmd_notification_send = {
    .usage = "--home DIR --to AGENCY --where COUNTRY[-REGION] --month YYYY-MM [--persons N] [--age AGE] …",
    .summary = "Meet a duty to notify an authority, without naming anybody.",
    .help = "For who is to be notified of although she agreed to nothing: it holds codes alone, no case, no words, no "
            "sex or\n"
            "nationality, and needs no consent. Where few people live in a region leave it out: name the country. They "
            "know that\n"
            "it is from you. It goes to authorities only, and a person there acknowledges it.",
    .syntax.own = {OPTION_VALUE("to", "AGENCY", "the authority"),
                   OPTION_VALUE("where", "WHERE", "a country, or a part of it as ISO 3166-2 has it: PL-14"),
                   OPTION_VALUE("month", "YYYY-MM", "in which you learnt of it"),
                   OPTION_VALUE("persons", NOTIFIED_PERSONS_CHOICES, "how many (1 unless said)"),
                   OPTION_VALUE("age", NOTIFIED_AGE_CHOICES, "(not-known unless said)"),
                   OPTION_VALUE("exploitation", "KIND", "(not-known unless said)")},
    .lists = {{"exploitation", exploitation_word, NOTIFIED_EXPLOITATION_END}},
    .forms = {&table},
    .run = run_send,
};

/* --- acknowledge --- */

static const struct told_line seen_lines[] = {
    {"", .text = "{agency} is told that a person here has seen number {number}."}, {0}};

static const struct told_form seen_form = {
    .answer = &control_notification_contract,
    .lines = seen_lines,
    .json_only =
        "notification direction persons age exploitation country region month made state seen" /* as listed */};

static bool run_acknowledge(struct command *c, int *status, struct error *err)
{
    struct control_notification_acknowledge_ask ask = {0};

    (void)status;
    if (!text_read_u32(view_of_text(c->options.words[0]), &ask.number) || ask.number == 0)
        return error_set(err, E_USE_04, "N is the number that `refex notification list` shows");
    return call_notification_acknowledge_as_lines(c, &ask, &seen_form, NULL, err);
}

const struct verb cmd_notification_acknowledge = {
    .usage = "--home DIR N",
    .summary = "Say that a person here has seen a notification that came.",
    .syntax.needs = {"N"},
    .syntax.max_words = 1,
    .forms = {&seen_form},
    .run = run_acknowledge,
};

/* --- list --- */

static bool run_list(struct command *c, int *status, struct error *err)
{
    const struct control_notification_list_ask ask = {.all = options_flag(&c->options, "all")};

    (void)status;
    return call_notification_list_as_table(c, &ask, &table, "Nothing waits to be acknowledged.", err);
}

const struct verb cmd_notification_list = {
    .usage = "--home DIR [--all]",
    .summary = "Notifications that nobody has acknowledged yet, here or there.",
    .help = "All are forgotten 58 days after they were made; the audit log keeps that one was made, and for whom.",
    .syntax.own = {OPTION_FLAG("all", "those that were acknowledged, too")},
    .forms = {&table},
    .run = run_list,
};
