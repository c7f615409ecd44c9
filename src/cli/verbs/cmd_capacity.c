/* Whether other agencies have room, before anybody is referred: asked, answered and listed. */
#include "cli/verbs/cmd.h"

#include <string.h>

#include "base/text.h"
#include "cli/calls.h"
#include "cli/values.h"
#include "model/codes.h"

/* --- one line --- */

static void write_places(struct bytes *out, const struct told_shown *s)
{
    const struct control_inquiry *i = s->answer;

    if (i->places != 0)
        bytes_printf(out, "%s%u for %s", i->places > 1 ? "up to " : "", (unsigned)i->places, places_for_name(i->whom));
    for (size_t n = 0; n < i->language_count; n++)
        bytes_printf(out, "%s%.*s", n == 0 ? ", " : "/", (int)i->languages[n].size, (const char *)i->languages[n].at);
}

/* Who must say something, by when; or what was said, and until when that holds. */
static void write_answer(struct bytes *out, const struct told_shown *s)
{
    const struct control_inquiry *i = s->answer;
    char until[RENDER_TIME];

    render_time(i->state == INQUIRY_ANSWERED ? i->holds_ms : i->until_ms, until);
    switch (i->state) {
    case INQUIRY_ANSWERED:
        bytes_printf(out, "%s, holds until %s", plain_answer_name(i->answer), until);
        break;
    case INQUIRY_WAITS:
        bytes_printf(out, "%s until %s", i->direction == DIRECTION_IN ? "they wait" : "no answer yet, waits", until);
        break;
    case INQUIRY_NOT_THERE:
        bytes_printf(out, "not at their computer yet, waits until %s", until);
        break;
    case INQUIRY_REFUSED:
        bytes_append_text(out, "their node refused it, or it never left: phone them");
        break;
    default:
        bytes_printf(out, "ended %s without an answer", until);
    }
}

static const struct told_line columns[] = {{"N", .text = "{number}"},
                                           {"", .text = "{direction}"},
                                           {"AGENCY", .text = "{agency}"},
                                           {"SERVICE", .text = "{service}"},
                                           {"PLACES", .write = write_places, .says = "places for languages"},
                                           {"FROM", .text = "{from}"},
                                           {"ANSWER", .write = write_answer, .says = "state answer holds_until until"},
                                           {"PHONE", .text = "{phone}"},
                                           {0}};

static const struct told_form table = {.answer = &control_inquiry_contract,
                                       .lines = columns,
                                       .json_only = "inquiry together made answered" /* for programs */};

/* --- ask --- */

struct asking {
    struct command *command;
    struct control_capacity_ask ask;
    struct address to[BOUND_RECIPIENTS];
    struct view languages[BOUND_INQUIRY_LANGUAGES];
};

static bool add_agency(void *cookie, const char *part, struct error *err)
{
    struct asking *a = cookie;

    if (a->ask.to_count == BOUND_RECIPIENTS)
        return error_set(err, E_USE_04, "--to names more than %d agencies", BOUND_RECIPIENTS);
    return connection_address(a->command, "to", part, &a->to[a->ask.to_count++], err);
}

/* Ascending, as they travel. */
static bool add_language(void *cookie, const char *part, struct error *err)
{
    struct asking *a = cookie;
    const char *code = language_code(view_of_text(part));
    size_t at = a->ask.language_count;

    if (code == NULL)
        return error_set(err, E_USE_04, "what --language says is no code of a language, like ukr or uk");
    for (size_t i = 0; i < at; i++)
        if (view_equal(a->languages[i], view_of_text(code)))
            return true;
    if (at == BOUND_INQUIRY_LANGUAGES)
        return error_set(err, E_USE_04, "--language names more than %d", BOUND_INQUIRY_LANGUAGES);
    while (at > 0 && memcmp(a->languages[at - 1].at, code, BOUND_LANGUAGE) > 0) {
        a->languages[at] = a->languages[at - 1];
        at--;
    }
    a->languages[at] = view_of_text(code);
    a->ask.language_count++;
    return true;
}

static const char *whom_word(uint32_t number)
{
    return places_for_name((enum places_for)number);
}

static bool read_ask(struct command *c, struct asking *a, struct error *err)
{
    const char *service;
    const char *whom;
    const char *given;
    uint32_t number;

    a->ask.places = options_number(&c->options, "places", 1);
    a->ask.to = a->to;
    a->ask.languages = a->languages;
    if (!options_required_value(&c->options, "service", &service, err) ||
        !values_find_number("service", service, values_service, SERVICE_END, &a->ask.service, err) ||
        !options_required_value(&c->options, "for", &whom, err) ||
        !values_find_number("for", whom, whom_word, PLACES_FOR_END, &number, err) ||
        !values_day(&c->options, "from", &a->ask.from, err) ||
        !values_until(&c->options, "until", &a->ask.until_ms, err) ||
        !options_required_value(&c->options, "to", &given, err) ||
        !values_each_part(&c->options, "language", add_language, a, err))
        return false;
    a->ask.whom = (enum places_for)number;
    return connection_open(c, REFEX_NODE, err) && values_each_part(&c->options, "to", add_agency, a, err);
}

static bool run_ask(struct command *c, int *status, struct error *err)
{
    struct asking a = {.command = c};

    (void)status;
    return read_ask(c, &a, err) && call_capacity_ask_as_table(c, &a.ask, &table, "", err);
}

const struct verb cmd_capacity_ask = {
    .usage = "--home DIR --service SERVICE --places N --for " PLACES_FOR_CHOICES " --to AGENCY,… …",
    .summary = "Ask agencies whether they have room, before anybody is referred. It names no person and no case.",
    .help = "Example\n"
            "  refex capacity ask --service SHELTER --places 3 --for families --to shelter,haven --from 2026-12-01\n\n"
            "No consent is needed, for it says of nobody: a service, places, from when. So that few people are not\n"
            "somebody, places go as up to 1, 2, 4, 8 or 16; for families, and beside a language, as 4 or more. It\n"
            "ends by itself.",
    .syntax.own = {OPTION_VALUE("service", "SERVICE", "what is needed: SHELTER, MEDICAL, …"),
                   {.name = "places",
                    .argument = "N",
                    .help = "for how many people (1 unless said), 16 at most; what is asked is rounded up",
                    .min = 1,
                    .max = BOUND_INQUIRY_PLACES},
                   OPTION_VALUE("for", PLACES_FOR_CHOICES, "for whom"),
                   OPTION_LIST("to", "AGENCY,…", "whom you ask"),
                   OPTION_VALUE("from", "DAY", "from when (today unless said), in the next 60 days"),
                   OPTION_LIST("language", "LANG,…", "that should be spoken there: a code like ukr; two at most"),
                   OPTION_VALUE("until", "TIME",
                                "until when you wait (24 hours unless said), 14 days at most; of a day, to its end")},
    .lists = {{"service", values_service, SERVICE_END}},
    .forms = {&table},
    .run = run_ask,
};

/* --- answer --- */

static void write_answered(struct bytes *out, const struct told_shown *s)
{
    const struct control_inquiry *i = s->answer;
    char until[RENDER_TIME];

    render_time(i->holds_ms, until);
    bytes_printf(out, "%s is told: %s, until %s", i->agency.text, plain_answer_name(i->answer), until);
    if (i->phone.size != 0)
        bytes_printf(out, "; they phone %.*s", (int)i->phone.size, (const char *)i->phone.at);
    bytes_append_text(out, i->answer == PLAIN_ANSWER_YES ? ". No place is kept by it: they refer her, and you accept."
                                                         : ".");
}

static const struct told_line answered_lines[] = {
    {"", .write = write_answered, .says = "agency answer holds_until phone"}, {0}};

static const struct told_form answered_form = {
    .answer = &control_inquiry_contract,
    .lines = answered_lines,
    .json_only = "number inquiry together direction service places for from languages made until state answered"};

static bool run_answer(struct command *c, int *status, struct error *err)
{
    bool yes = options_flag(&c->options, "yes");
    const char *phone = options_value(&c->options, "phone");
    struct control_capacity_answer_ask ask = {.answer = yes ? PLAIN_ANSWER_YES : PLAIN_ANSWER_NO,
                                              .phone = view_of_text(phone != NULL ? phone : "")};

    (void)status;
    if (yes == options_flag(&c->options, "no"))
        return error_set(err, E_USE_02, "--yes or --no");
    if (!text_read_u32(view_of_text(c->options.words[0]), &ask.number) || ask.number == 0)
        return error_set(err, E_USE_04, "N is the number that `refex capacity list` shows");
    return values_until(&c->options, "until", &ask.until_ms, err) &&
           call_capacity_answer_as_lines(c, &ask, &answered_form, NULL, err);
}

const struct verb cmd_capacity_answer = {
    .usage = "--home DIR N --yes|--no [--until TIME] [--phone NUMBER]",
    .summary = "Answer an agency that asks whether you have room.",
    .help = "It is about nobody, and no place is kept by it. It holds until the time that you name, or for 24 hours.",
    .syntax.needs = {"N"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_FLAG("yes", "there is room"), OPTION_FLAG("no", "there is none"),
                   OPTION_VALUE("until", "TIME", "until when that holds; of a day, to its end (UTC)"),
                   OPTION_VALUE("phone", "NUMBER", "of the desk (of your entry unless said): a plus and digits")},
    .forms = {&answered_form},
    .run = run_answer,
};

/* --- list --- */

static bool run_list(struct command *c, int *status, struct error *err)
{
    const struct control_capacity_list_ask ask = {.all = options_flag(&c->options, "all")};

    (void)status;
    return call_capacity_list_as_table(c, &ask, &table, "Nobody asks, and no answer is waited for.", err);
}

const struct verb cmd_capacity_list = {
    .usage = "--home DIR [--all]",
    .summary = "What was asked about room, here and by you: until when each waits, what was answered.",
    .help = "Those that wait, and answers that hold. All are forgotten 30 days after they ended.",
    .syntax.own = {OPTION_FLAG("all", "those that have ended, too")},
    .forms = {&table},
    .run = run_list,
};
