#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/calls.h"
#include "cli/rendering/received_view.h"

struct shown {
    bool json;
    bool any;
};

static bool show(void *cookie, const struct control_case_received *r, struct error *err)
{
    struct shown *s = cookie;

    s->any = true;
    return received_view_show(&s->json, r, err);
}

static bool run_received(struct command *c, int *status, struct error *err)
{
    struct control_case_received_ask ask = {0};
    struct shown s = {.json = c->json};

    (void)status;
    if (!connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) ||
        !call_case_received(c, &ask, show, &s, err))
        return false;
    if (!s.any && !c->json)
        (void)puts("Nothing of the case came from another agency.");
    return true;
}

const struct verb cmd_case_received = {
    .usage = "--home DIR CASE",
    .summary = "What of a case came from other agencies: whose it is, and under which consent.",
    .help = "It is read for as long as that consent stands, and erased with it; it is not yours to send on, and what "
            "you write\nyourself stands beside it. The opening is logged in the house log.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&received_view},
    .run = run_received,
};
