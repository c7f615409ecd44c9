#include "cli/verbs/cmd.h"

#include "cli/calls.h"

static const struct told_line lines[] = {
    {"", .text = "Another certificate is asked for now; {linked} of the linked nodes renew certificates.",
     .when = "linked"},
    {"", .text = "No linked node renews certificates: the members are dialled, one after another.", .when = "!linked"},
    {"", .text = "The one in use ends on {transport_until:day}. `refex status` says when there is another."},
    {0}};

static const struct told_form form = {.answer = &control_renewing_contract, .lines = lines};

static bool run_renew(struct command *c, int *status, struct error *err)
{
    (void)status;
    return connection_open(c, REFEX_NODE, err) && call_node_renew_as_lines(c, NULL, &form, NULL, err);
}

const struct verb cmd_node_renew = {
    .usage = "--home DIR",
    .summary = "Ask for another transport certificate now, not when two thirds of its life are over.",
    .help = "A node renews its certificates by itself, where a node of the federation renews them. One a day is made.",
    .forms = {&form},
    .run = run_renew,
};
