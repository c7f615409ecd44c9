#include "cli/verbs/cmd.h"

#include "cli/account.h"
#include "cli/calls.h"
#include "cli/values.h"
#include "model/audit_enums.h"
#include "output/told_form.h"

static const struct told_line said_lines[] = {
    {"", .text = "Desk {desk}: {visibility}.", .when = "visibility"},
    {"", .text = "Desk {desk} is ended.", .when = "!visibility"},
    {"", .text = "{account} is at it.", .when = "account"},
    {"", .text = "{account} is on duty there until {on_duty_until}.", .when = "on_duty_until"},
    {"", .text = "{account} is not on duty there.", .when = "account !on_duty_until"},
    {0}};

static const struct told_form said_form = {
    .answer = &control_desk_contract,
    .lines = said_lines,
    .json_only = "id since staff left" /* as `desk list` has them; `left` is of `desk member` */};

/* --- set --- */

static bool run_set(struct command *c, int *status, struct error *err)
{
    struct control_desk_set_ask ask = {.desk = view_of_text(c->options.words[0]),
                                       .end = options_flag(&c->options, "end")};
    const char *word = options_value(&c->options, "visibility");

    (void)status;
    if (!options_not_both(&c->options, "visibility", "end", err))
        return false;
    if (word != NULL && !desk_visibility_find(view_of_text(word), &ask.visibility))
        return error_set(err, E_USE_04, "\"%.40s\" is no visibility: " DESK_VISIBILITY_CHOICES, word);
    return call_desk_set_as_lines(c, &ask, &said_form, NULL, err);
}

const struct verb cmd_desk_set = {
    .usage = "--home DIR NAME [--visibility " DESK_VISIBILITY_CHOICES " | --end]",
    .summary = "A desk of this agency: a part of it with its own people, like shelter or legal.",
    .help = "A case, and a referral that comes in, may belong to a desk (refex case assign CASE --desk NAME); what\n"
            "nobody holds is seen by whoever is at its desk, and what belongs to none by whoever is on duty at any.\n"
            "own-cases: who is at it sees those. house: whoever is on duty there sees the safety page of each case of "
            "the desk, too\n"
            "(refex house show). A new desk of a shelter is a house, else it has its own cases.",
    .syntax.own = {OPTION_VALUE("visibility", DESK_VISIBILITY_CHOICES, "what who is at it sees"),
                   OPTION_FLAG("end", "there is no such desk any more; nothing may belong to it")},
    .syntax.needs = {"NAME"},
    .syntax.max_words = 1,
    .forms = {&said_form},
    .run = run_set,
};

/* --- member --- */

static void write_member(struct bytes *out, const struct told_shown *s)
{
    const struct control_desk_member_ask *ask = s->ask;
    const struct control_desk *d = s->answer;

    if (d->account.size != 0)
        bytes_append_view(out, d->account);
    else
        bytes_append_text(out, s->beside);
    bytes_append_text(out, " is at desk ");
    bytes_append_view(out, ask->desk);
    bytes_append_text(out, ask->leave ? " no more" : "");
}

static const struct told_line member_lines[] = {
    {"", .write = write_member, .says = "desk"},
    {"", .text = "On duty there until {on_duty_until}.", .when = "on_duty_until"},
    {0}};

static const struct told_form member_form = {.answer = &control_desk_contract,
                                             .lines = member_lines,
                                             .json_only = "id since staff account visibility" /* as `desk list` */};

static bool run_member(struct command *c, int *status, struct error *err)
{
    struct control_desk_member_ask ask = {.desk = view_of_text(c->options.words[0]),
                                          .leave = options_flag(&c->options, "leave")};

    (void)status;
    return account_read_holder(c->options.words[1], &ask.uid, err) &&
           call_desk_member_as_lines(c, &ask, &member_form, c->options.words[1], err);
}

const struct verb cmd_desk_member = {
    .usage = "--home DIR NAME ACCOUNT [--leave]",
    .summary = "Somebody is at a desk from now on, or not any more.",
    .help =
        "He sees what belongs to that desk and nobody holds. What somebody at one desk alone brings in belongs to it. "
        "Who works\nwith no cases any more is at none.",
    .syntax.own = {OPTION_FLAG("leave", "not any more")},
    .syntax.needs = {"NAME", "ACCOUNT"},
    .syntax.max_words = 2,
    .forms = {&member_form},
    .run = run_member,
};

/* --- duty --- */

static bool run_duty(struct command *c, int *status, struct error *err)
{
    struct control_desk_duty_ask ask = {.desk = view_of_text(c->options.words[0])};
    const char *who = c->options.word_count > 1 ? c->options.words[1] : "me";

    (void)status;
    if (!account_read_holder(who, &ask.uid, err) || !values_until(&c->options, "until", &ask.until_ms, err))
        return false;
    if (options_flag(&c->options, "end") == (ask.until_ms != 0))
        return error_set(err, E_USE_02, "--until TIME, or --end");
    return call_desk_duty_as_lines(c, &ask, &said_form, NULL, err);
}

const struct verb cmd_desk_duty = {
    .usage = "--home DIR NAME [ACCOUNT] --until TIME | --end",
    .summary = "Who is on duty at a desk, until when: yourself, or by a supervisor a colleague.",
    .help = "While somebody is on duty at any desk, what belongs to none and nobody holds is seen by who is. It ends\n"
            "by itself; TIME is within 72 hours. At which number this agency is called says `refex duty`.",
    .syntax.own = {OPTION_VALUE("until", "TIME", "like 2026-11-22T06:00:00Z (UTC); of a day, its end"),
                   OPTION_FLAG("end", "not on duty any more")},
    .syntax.needs = {"NAME"},
    .syntax.max_words = 2,
    .forms = {&said_form},
    .run = run_duty,
};

/* --- list --- */

static const struct told_line listed_columns[] = {{"DESK", .text = "{desk}"},
                                                  {"SEES", .text = "{visibility}"},
                                                  {"WHO", .text = "{account}", .when = "account"},
                                                  {"ON DUTY UNTIL", .text = "{on_duty_until}", .when = "on_duty_until"},
                                                  {"SINCE", .text = "{since:day}"},
                                                  {"STAFF", .text = "{staff}", .when = "staff"},
                                                  {"ID", .text = "{id}"},
                                                  {0}};

static const struct told_form listed_form = {.answer = &control_desk_contract, .lines = listed_columns};

static bool run_list(struct command *c, int *status, struct error *err)
{
    (void)status;
    return call_desk_list_as_table(c, NULL, &listed_form, "There are no desks: what nobody holds, all caseworkers see.",
                                   err);
}

const struct verb cmd_desk_list = {
    .usage = "--home DIR",
    .summary = "The desks of this agency, and who is on duty at each; to a supervisor all who are there.",
    .forms = {&listed_form},
    .run = run_list,
};
