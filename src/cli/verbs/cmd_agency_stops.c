/* What other agencies stopped while they were suspended. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"

static const struct told_line columns[] = {
    {"STOPPED BY", .text = "{agency}"},
    {"CONSENT", .text = "{consent}"},
    {"SINCE", .text = "{since}"},
    {0},
};

static const struct told_form form = {.answer = &control_agency_stop_contract, .lines = columns};

static bool run_stops(struct command *c, int *status, struct error *err)
{
    const char *seen = options_value(&c->options, "seen");
    struct control_agency_stops_ask ask = {0};

    (void)status;
    if (seen != NULL && (seen[0] == '\0' || view_of_text(seen).size > BOUND_ADDRESS))
        return error_set(err, E_USE_04, "--seen is the name of an agency");
    if (seen != NULL)
        ask.seen = view_of_text(seen);
    return call_agency_stops_as_table(
        c, &ask, &form, seen == NULL ? "No agency that is or was suspended has stopped a consent." : "", err);
}

const struct verb cmd_agency_stops = {
    .usage = "--home DIR [--seen AGENCY]",
    .summary = "Consents that another agency stopped while it was suspended, or its new key not compared.",
    .help = "Whoever had its keys may have said so: what came under them is not read, and erased after the last day\n"
            "that was agreed to. Phone the agency, on a number you already had. Where a person did withdraw, it says\n"
            "so again as a member, and the row goes by itself; where nobody did, it takes the consents anew.",
    .syntax.own = {OPTION_VALUE("seen", "AGENCY", "it was phoned: what is shown now is listed no more")},
    .forms = {&form},
    .run = run_stops,
};
