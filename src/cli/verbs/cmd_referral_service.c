/* What is said of a referral that was accepted: by either agency, whether she came and when she is expected; by the one
 * that was asked, how far the service is. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/stops.h"
#include "cli/values.h"
#include "cli/verbs/answered_view.h"
#include "cli/verbs/desk_options.h"

static const char *brought_word(uint32_t number)
{
    return brought_by_name((enum brought_by)number);
}

static const char *brought_meaning(uint32_t number)
{
    return brought_by_says((enum brought_by)number);
}

static const char *progress_word(uint32_t number)
{
    return progress_name((enum progress)number);
}

static const char *progress_meaning(uint32_t number)
{
    return progress_says((enum progress)number);
}

static const char *outcome_word(uint32_t number)
{
    return service_outcome_name((enum service_outcome)number);
}

static const char *outcome_meaning(uint32_t number)
{
    return service_outcome_says((enum service_outcome)number);
}

static const char *check_word(uint32_t number)
{
    return closing_check_name((enum closing_check)number);
}

static const char *check_meaning(uint32_t number)
{
    return closing_check_says((enum closing_check)number);
}

static const char *decline_meaning(uint32_t number)
{
    return decline_reason_says((enum decline_reason)number);
}

/* The number of the word of OPTION, which must be given. */
static bool read_word(struct command *c, const char *option, values_name_fn *name, uint32_t end, uint32_t *out,
                      struct error *err)
{
    const char *word;

    return options_required_value(&c->options, option, &word, err) &&
           values_find_number(option, word, name, end, out, err);
}

/* --- her coming --- */

static bool run_expect(struct command *c, int *status, struct error *err)
{
    struct control_referral_expect_ask ask = {0};
    struct desk_options desk;
    const char *given;
    uint32_t brought;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !options_required_value(&c->options, "at", &given, err) || !values_time(&c->options, "at", &ask.at_ms, err) ||
        !values_name(&c->options, "brought-by", brought_word, BROUGHT_BY_END, 0, &brought, err) ||
        !desk_options_read(c, &desk, err))
        return false;
    ask.brought = (enum brought_by)brought;
    ask.place = desk.place;
    ask.phone = desk.phone;
    ask.bring = desk.bring;
    ask.taken_back = options_flag(&c->options, "not-arrived");
    return call_referral_expect_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_expect = {
    .usage = "--home DIR ID --at TIME [--brought-by WHO] [--place PLACE] [--phone NUMBER] [--bring THING,…] "
             "[--not-arrived]",
    .summary = "Say when she is expected; or when now, where she did not come.",
    .help =
        "An hour after that time, unless one of you says that she arrived, both agencies are alarmed (`refex "
        "status`).\n"
        "The agency that refers says so only of her whom the other one expects, and only --at. With --not-arrived the "
        "agency\nthat said by mistake that she arrived takes it back, until more is said.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("at", "TIME", "when, like 2026-11-22T18:00:00Z"),
                   OPTION_VALUE("brought-by", "WHO", "who brings her"), DESK_OPTIONS,
                   OPTION_FLAG("not-arrived", "that she arrived was said here by mistake")},
    .terms = {{"--brought-by takes", brought_word, brought_meaning, BROUGHT_BY_END}, DESK_PLACES},
    .lists = {DESK_THINGS},
    .forms = {&answered_view},
    .run = run_expect,
};

static bool run_arrived(struct command *c, int *status, struct error *err)
{
    struct control_referral_act_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           call_referral_arrived_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_arrived = {
    .usage = "--home DIR ID",
    .summary = "Say that she came. The agency that refers says so of her whom the other one expects.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&answered_view},
    .run = run_arrived,
};

static bool run_not_found(struct command *c, int *status, struct error *err)
{
    struct control_referral_act_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           call_referral_not_found_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_not_found = {
    .usage = "--home DIR ID",
    .summary = "Say that she did not come, and that you do not know where she is.",
    .help = "Either agency says so. Both are alarmed until she is found (`refex referral arrived`, `expect`) or a "
            "supervisor of one\n"
            "closes it. Phone the other agency and whoever brings her; where she is a child, whom the law says to "
            "call.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&answered_view},
    .run = run_not_found,
};

/* --- the service --- */

static bool run_progress(struct command *c, int *status, struct error *err)
{
    struct control_referral_progress_ask ask = {0};
    uint32_t number;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !read_word(c, "how", progress_word, PROGRESS_END, &number, err) ||
        !values_time(&c->options, "at", &ask.at_ms, err))
        return false;
    ask.progress = (enum progress)number;
    return call_referral_progress_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_progress = {
    .usage = "--home DIR ID --how CODE [--at TIME]",
    .summary = "Say how far the service is.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("how", "CODE", "how far"), OPTION_VALUE("at", "TIME", "of the appointment")},
    .terms = {{"--how takes", progress_word, progress_meaning, PROGRESS_END}},
    .forms = {&answered_view},
    .run = run_progress,
};

static bool run_finish(struct command *c, int *status, struct error *err)
{
    struct control_referral_finish_ask ask = {0};
    uint32_t number;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !read_word(c, "outcome", outcome_word, SERVICE_OUTCOME_END, &number, err))
        return false;
    ask.outcome = (enum service_outcome)number;
    return call_referral_finish_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_finish = {
    .usage = "--home DIR ID --outcome CODE",
    .summary = "Say that the service has ended, and whether it was given.",
    .help = "Of the service, and of nothing else: what became of her goes under her consent.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("outcome", "CODE", "what became of the service")},
    .terms = {{"--outcome takes", outcome_word, outcome_meaning, SERVICE_OUTCOME_END}},
    .forms = {&answered_view},
    .run = run_finish,
};

static bool run_give_back(struct command *c, int *status, struct error *err)
{
    struct control_referral_give_back_ask ask = {0};
    uint32_t number;
    bool confirmed;

    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !read_word(c, "reason", values_decline_reason, DECLINE_END, &number, err))
        return false;
    ask.reason = (enum decline_reason)number;
    stops_confirm(c, STOP_GIVE_BACK, &confirmed);
    *status = confirmed ? 0 : 1;
    return !confirmed || call_referral_give_back_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_give_back = {
    .usage = "--home DIR ID --reason CODE [--confirm]",
    .summary = "Give back what you accepted, before she came.",
    .help = "Less than 24 hours before she is expected it is only asked: you are responsible until the other agency "
            "agrees.\n"
            "Nothing is erased by it, here or there.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("reason", "CODE", "why"), STOPS_CONFIRM},
    .terms = {{"--reason takes", values_decline_reason, decline_meaning, DECLINE_END}},
    .forms = {&answered_view},
    .run = run_give_back,
};

static bool run_confirm_cancel(struct command *c, int *status, struct error *err)
{
    struct control_referral_act_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           call_referral_confirm_cancel_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_confirm_cancel = {
    .usage = "--home DIR ID",
    .summary = "Confirm that the other agency cancelled what you had accepted.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&answered_view},
    .run = run_confirm_cancel,
};

static bool run_close(struct command *c, int *status, struct error *err)
{
    struct control_referral_close_ask ask = {0};
    bool confirmed;

    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !values_codes(&c->options, "checked", check_word, CLOSING_CHECK_END, &ask.checked, err))
        return false;
    stops_confirm(c, STOP_CLOSE, &confirmed);
    *status = confirmed ? 0 : 1;
    return !confirmed || call_referral_close_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_close = {
    .usage = "--home DIR ID [--checked CODE,…] [--confirm]",
    .summary = "Close a referral that has finished, or of somebody who was not found: a supervisor does.",
    .help = "Of somebody who was not found a supervisor of either agency does, and says with --checked what was done "
            "before:\n"
            "agency, bringer, and law or adult; of who is or may be a child, law.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_LIST("checked", "CODE,…", "what was done before"), STOPS_CONFIRM},
    .terms = {{"--checked takes", check_word, check_meaning, CLOSING_CHECK_END}},
    .forms = {&answered_view},
    .run = run_close,
};
