/* A referral that went to the wrong agency, and what a supervisor does about those that did. */
#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/listed_id.h"
#include "cli/stops.h"
#include "cli/values.h"
#include "model/spoken_id.h"

/* --- wrong-agency --- */

static void write_others(struct bytes *out, const struct told_shown *s)
{
    const struct control_wrong_agency *w = s->answer;

    if (w->consents > 1)
        bytes_printf(out, "%u consents; ", (unsigned)w->consents);
    bytes_printf(out, "%u other%s of hers", (unsigned)w->other_referrals, w->other_referrals == 1 ? "" : "s");
}

static void write_what_they_do(struct bytes *out, const struct told_shown *s)
{
    const struct control_wrong_agency *w = s->answer;
    char id[IDENT_TEXT];

    ident_write(&w->consent, id);
    if (!w->may_have_left)
        bytes_append_text(out, "nothing of it has left");
    else if (w->by_hand)
        bytes_printf(out,
                     "refex cannot tell %s: tell it yourself outside refex to stop reading and to erase, then\n"
                     "refex agency told %s %s --reason told-outside",
                     w->agency.text, w->agency.text, id);
    else
        bytes_printf(out, "%s %s; `refex consent show %.8s` says when it has", w->agency.text,
                     w->dry_run ? "would be asked to stop and erase" : "is asked to stop and erase at once", id);
    if (w->irreversible)
        bytes_append_text(out, "\npolice and courts may keep what the law orders: ask what, and on which ground");
}

static void write_incident(struct bytes *out, const struct told_shown *s)
{
    const struct control_wrong_agency *w = s->answer;
    char id[IDENT_TEXT];

    ident_write(&w->incident, id);
    if (!ident_is_zero(&w->incident))
        bytes_printf(out, "incident %s: supervisors are told; phone %s now, too.", id, w->agency.text);
    else if (w->may_have_left)
        bytes_append_text(out, "it would be entered as an incident");
    else
        bytes_append_text(out, "no incident: nobody there has had it");
}

static void write_referral(struct bytes *out, const struct told_shown *s)
{
    const struct control_wrong_agency *w = s->answer;
    char code_name[BOUND_SPOKEN_ID];
    char consent[IDENT_TEXT];

    code_name_write(&w->referral, code_name);
    ident_write(&w->consent, consent);
    bytes_printf(out, "%s at %s", code_name, w->agency.text);
    if (!w->dry_run)
        bytes_printf(out, ", under consent %s", consent);
}

static const struct told_line wrong_lines[] = {
    {"Nothing was done; this is what would be, to referral ", .write = write_referral,
     .says = "referral agency consent", .when = "dry_run"},
    {"Stopped: referral ", .write = write_referral, .says = "referral agency consent", .when = "!dry_run"},
    {"what went      ", .text = "{shared}"},
    {"stops with it  ", .write = write_others, .says = "consents other_referrals"},
    {"there          ", .write = write_what_they_do, .says = "may_have_left by_hand irreversible"},
    {"", .write = write_incident, .says = "incident"},
    {0}};

static const struct told_form wrong_form = {.answer = &control_wrong_agency_contract, .lines = wrong_lines};

static bool keep_answer(void *cookie, const struct control_wrong_agency *w, struct error *err)
{
    (void)err;
    *(struct control_wrong_agency *)cookie = *w;
    return true;
}

/* At a terminal it says first what it would do to this one, and then what it is. */
static bool decide(struct command *c, const struct control_wrong_agency_ask *ask, bool *confirmed, struct error *err)
{
    struct control_wrong_agency_ask foresee = *ask;
    struct control_wrong_agency w;

    *confirmed = true;
    if (options_flag(&c->options, "confirm") || !asking_has_terminal(c))
        return true;
    foresee.dry_run = true;
    if (!call_referral_wrong_agency(c, &foresee, keep_answer, &w, err))
        return false;
    told_form_show(stderr, false, &wrong_form, &(struct told_shown){.answer = &w});
    stops_confirm(c, STOP_WRONG_AGENCY, confirmed);
    return true;
}

static bool run_wrong_agency(struct command *c, int *status, struct error *err)
{
    struct control_wrong_agency_ask ask = {.dry_run = options_flag(&c->options, "dry-run")};
    bool confirmed = true;

    if (ask.dry_run && options_flag(&c->options, "confirm"))
        return error_set(err, E_USE_03, "--dry-run and --confirm contradict each other");
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        (!ask.dry_run && !decide(c, &ask, &confirmed, err)))
        return false;
    *status = confirmed ? 0 : 1;
    return !confirmed || call_referral_wrong_agency_as_lines(c, &ask, &wrong_form, NULL, err);
}

const struct verb cmd_referral_wrong_agency = {
    .usage = "--home DIR ID [--confirm | --dry-run]",
    .summary = "Say that a referral went to an agency that it was not for: it is stopped, and erased there.",
    .help = "Each consent under which something of it went is withdrawn; they are asked to erase at once and sign.\n"
            "Other referrals under these consents stop, too: --dry-run says how many. It is an incident, which a "
            "supervisor\n"
            "closes (`refex incident list`). Her case stays: record a consent for the right agency, and refer her "
            "there.\n"
            "A script is not asked: this is the safe direction. Said again it asks them again.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {STOPS_CONFIRM, OPTION_FLAG("dry-run", "say what would happen, and do nothing")},
    .forms = {&wrong_form},
    .run = run_wrong_agency,
};

/* --- the list --- */

static void write_code_name(struct bytes *out, const struct told_shown *s)
{
    char code_name[BOUND_SPOKEN_ID];

    code_name_write(&((const struct control_incident *)s->answer)->referral, code_name);
    bytes_append_text(out, code_name);
}

static const struct told_line listed_lines[] = {
    {"ID", .text = "{incident}"},
    {"REFERRAL", .write = write_code_name, .says = "referral", .when = "referral"},
    {"AGENCY", .text = "{agency}"},
    {"SINCE", .text = "{since}"},
    {"ENDED", .text = "{ended}"},
    {"TOLD HER", .text = "{person_told}"},
    {0}};

static const struct told_form listed_form = {.answer = &control_incident_contract, .lines = listed_lines};

static bool run_list(struct command *c, int *status, struct error *err)
{
    const struct control_incident_list_ask ask = {.all = options_flag(&c->options, "all")};

    (void)status;
    return call_incident_list_as_table(c, &ask, &listed_form, "No incident is open.", err);
}

const struct verb cmd_incident_list = {
    .usage = "--home DIR [--all]",
    .summary = "Referrals that went to the wrong agency, and nobody has seen to that yet.",
    .help = "For each: did they state the erasure (`refex consent show`)? Was she told, where that is safe?\n"
            "Many laws ask for a report to the supervisory authority within 72 hours.",
    .syntax.own = {OPTION_FLAG("all", "those that were closed, too")},
    .forms = {&listed_form},
    .run = run_list,
};

/* --- closing one --- */

static const char *ending_word(uint32_t number)
{
    return incident_ending_name((enum incident_ending)number);
}

static const char *ending_meaning(uint32_t number)
{
    return incident_ending_says((enum incident_ending)number);
}

static const char *told_word(uint32_t number)
{
    return incident_told_name((enum incident_told)number);
}

static const char *told_meaning(uint32_t number)
{
    return incident_told_says((enum incident_told)number);
}

static const struct told_line closed_lines[] = {{"", .text = "{incident} is closed: {ended}; told her: {person_told}."},
                                                {0}};

static const struct told_form closed_form = {
    .answer = &control_incident_contract, .lines = closed_lines, .json_only = "referral agency since" /* as listed */};

static bool look_at(void *cookie, const struct control_incident *i, struct error *err)
{
    (void)err;
    listed_id_look(cookie, &i->incident);
    return true;
}

static bool read_incident(struct command *c, struct ident *out, struct error *err)
{
    static const char list[] = "refex incident list";
    const struct control_incident_list_ask any = {.all = true}; /* closed again, it says since when */
    struct listed_id l;

    if (!listed_id_begin(&l, c->options.words[0], list, out, err))
        return err->code == E_NONE;
    return call_incident_list(c, &any, look_at, &l, err) && listed_id_end(&l, list, out, err);
}

static bool run_close(struct command *c, int *status, struct error *err)
{
    struct control_incident_close_ask ask = {0};
    const char *ended;
    const char *told;
    uint32_t number;

    (void)status;
    if (!options_required_value(&c->options, "ended", &ended, err) ||
        !values_find_number("ended", ended, ending_word, INCIDENT_ENDING_END, &number, err))
        return false;
    ask.ending = (enum incident_ending)number;
    if (!options_required_value(&c->options, "told-her", &told, err) ||
        !values_find_number("told-her", told, told_word, INCIDENT_TOLD_END, &number, err))
        return false;
    ask.told = (enum incident_told)number;
    return read_incident(c, &ask.incident, err) && call_incident_close_as_lines(c, &ask, &closed_form, NULL, err);
}

const struct verb cmd_incident_close = {
    .usage = "--home DIR ID --ended CODE --told-her CODE",
    .summary = "Close an incident: how it ended at the other agency, and whether she was told.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("ended", "CODE", "how it ended there"),
                   OPTION_VALUE("told-her", "CODE", "whether she was told")},
    .terms = {{"--ended takes", ending_word, ending_meaning, INCIDENT_ENDING_END},
              {"--told-her takes", told_word, told_meaning, INCIDENT_TOLD_END}},
    .forms = {&closed_form},
    .run = run_close,
};
