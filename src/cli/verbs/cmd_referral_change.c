/* What the agency that sent a referral says of it later: that it needs it no more, what changed, and that it was
 * accepted by phone. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/stops.h"
#include "cli/values.h"
#include "cli/verbs/answered_view.h"
#include "cli/verbs/desk_options.h"

static bool run_cancel(struct command *c, int *status, struct error *err)
{
    struct control_referral_act_ask ask = {0};
    bool confirmed;

    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err))
        return false;
    stops_confirm(c, STOP_CANCEL, &confirmed);
    *status = confirmed ? 0 : 1;
    return !confirmed || call_referral_cancel_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_cancel = {
    .usage = "--home DIR ID [--confirm]",
    .summary = "Say that you do not need a referral any more that you sent.",
    .help =
        "What has not left never does. What they have and nobody works on is cancelled by their node; what was "
        "accepted, a person\n"
        "there confirms. Nothing is erased there by it: that is `refex consent withdraw`. At a terminal it says who "
        "keeps what,\n"
        "and asks (`refex help stops` tells all such commands apart).",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {STOPS_CONFIRM},
    .forms = {&answered_view},
    .run = run_cancel,
};

static bool run_accept_by_phone(struct command *c, int *status, struct error *err)
{
    struct control_referral_act_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           call_referral_accept_by_phone_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_accept_by_phone = {
    .usage = "--home DIR ID",
    .summary = "Write down that the other agency accepted by phone what you sent.",
    .help = "It releases no section: that their own signed acceptance does, which is waited for by the same time. An "
            "emergency\n"
            "alarms nobody here any more. Who wrote it down stands in the house log.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&answered_view},
    .run = run_accept_by_phone,
};

static bool run_update(struct command *c, int *status, struct error *err)
{
    struct control_referral_update_ask ask = {0};

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !values_sections(&c->options, "section", &ask.sections, err) ||
        !values_codes(&c->options, "not-known", asked_for_word, ASKED_FOR_END, &ask.not_known, err))
        return false;
    if (ask.sections == 0 && ask.not_known == 0)
        return error_set(err, E_USE_02, "--section is missing: what goes; or --not-known, of what was asked");
    return call_referral_update_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_update = {
    .usage = "--home DIR ID --section SECTION,… [--not-known CODE,…]",
    .summary = "Send sections of her case as they are now: what changed, or what was asked.",
    .help = "Only what her consent covers for that agency today. Where they had asked something, their clock goes on.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_LIST("section", "SECTION,…", "what goes"),
                   OPTION_LIST("not-known", "CODE,…", "of what they asked, what you do not know")},
    .terms = {{"--not-known takes", asked_for_word, asked_for_meaning, ASKED_FOR_END}},
    .lists = {{"section", values_section, SECTION_END}},
    .forms = {&answered_view},
    .run = run_update,
};
