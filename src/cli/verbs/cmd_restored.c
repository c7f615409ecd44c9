#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/calls.h"
#include "output/told_form.h"

static const struct told_line restored_lines[] = {
    {"The log of ", .text = "{agency} in this home has {records} records ({log}).", .when = "log"},
    {"", .text = "{without} is not awaited any more: what it knows of withdrawals is for people to ask.",
     .when = "without"},
    {"Another agency holds more: ",
     .text = "{shown_by} has a checkpoint of {shown_records} records, which this home does not have.",
     .when = "shown_records"},
    {"Nothing was changed. ",
     .text = "If this home was put back from a copy or a backup, and nowhere another home of this agency runs:\n"
             "  refex node restored --home DIR --confirm={agency}\n"
             "From then on it signs, sends and takes nothing, until its logs begin anew.",
     .when = "log !since"},
    {"This home is marked as put back since ", .text = "{since}.", .when = "since"},
    {"Next: ",
     .text = "give {request} to the coordinator, who enters that the logs of this agency begin anew:\n"
             "  refex federation issue --home FED request.refex --restored --confirm={agency} --out membership.refex\n"
             "and compares this fingerprint with you over the telephone:\n  {fingerprint}\n"
             "Then `refex enrol` with what comes back, and `refex node run`. Keys, cases and referrals stay.",
     .when = "log since !new_keys"},
    {"Next: ",
     .text = "this home has new keys, because the old ones may be in other hands. Give {request} to the coordinator,\n"
             "who revokes these and enters the new ones:\n"
             "  refex federation issue --home FED request.refex --replace --confirm={agency} --out membership.refex\n"
             "and compares this fingerprint with you over the telephone:\n  {fingerprint}\n"
             "Then `refex enrol` with what comes back, and `refex node run`. Cases and referrals stay.",
     .when = "log since new_keys"},
    {0}};

static const struct told_form restored_form = {.answer = &control_node_restored_contract, .lines = restored_lines};

static bool run_restored(struct command *c, int *status, struct error *err)
{
    const char *confirm = options_value(&c->options, "confirm");
    const char *without = options_value(&c->options, "without");
    struct control_node_restored_ask ask = {0};
    struct error not_running = {0};

    (void)status;
    if (confirm != NULL && (confirm[0] == '\0' || view_of_text(confirm).size > BOUND_ADDRESS))
        return error_set(err, E_USE_04, "--confirm is the name of this agency");
    if (confirm != NULL)
        ask.confirm = view_of_text(confirm);
    if (without != NULL && confirm != NULL)
        return error_set(err, E_USE_03, "--confirm is of a stopped node, --without of one that runs");
    if (without != NULL && (without[0] == '\0' || view_of_text(without).size > BOUND_ADDRESS))
        return error_set(err, E_USE_04, "--without is the name of an agency");
    if (without != NULL) {
        ask.without = view_of_text(without);
        return connection_open(c, REFEX_NODE, err) && call_node_restored_as_lines(c, &ask, &restored_form, NULL, err);
    }
    if (connection_open(c, REFEX_NODE, &not_running))
        return error_set(err, E_NOD_03, "the node is running: refex node stop, then again");
    return connection_open(c, REFEX_TOOL, err) && call_node_restored_as_lines(c, &ask, &restored_form, NULL, err);
}

const struct verb cmd_node_restored = {
    .usage = "--home DIR [--confirm=AGENCY | --without AGENCY]",
    .summary = "Say that this home was put back from a copy: how the agency goes on.",
    .help = "Example\n"
            "  refex node restored --home ~/refex --confirm=brama\n\n"
            "Other agencies hold what a node signed. A home that was put back from an older copy has less, and two "
            "homes of one\nagency would sign two histories: so a home that was put back goes on in new logs, which "
            "the coordinator enters.\nWithout --confirm it only tells what is there. The node is stopped for it.\n"
            "--without, of the node that runs again: an agency that cannot say what was withdrawn since the copy was "
            "made, and\nthat people have asked.",
    .syntax.own = {OPTION_VALUE("confirm", "AGENCY", "mark this home, of this agency, as put back"),
                   OPTION_VALUE("without", "AGENCY", "it cannot say what was withdrawn since")},
    .forms = {&restored_form},
    .run = run_restored,
};
