/* The answers to a referral that came. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/values.h"
#include "cli/verbs/answered_view.h"
#include "cli/verbs/desk_options.h"

static const char *decline_says(uint32_t number)
{
    return decline_reason_says((enum decline_reason)number);
}

static bool run_accept(struct command *c, int *status, struct error *err)
{
    struct control_referral_accept_ask ask = {0};
    struct desk_options desk;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !desk_options_read(c, &desk, err) || !values_time(&c->options, "from", &ask.from_ms, err))
        return false;
    ask.place = desk.place;
    ask.phone = desk.phone;
    ask.bring = desk.bring;
    if (options_value(&c->options, "case") != NULL &&
        !connection_ident(c, REFEX_NODE, CASE_ID, options_value(&c->options, "case"), &ask.case_id, err))
        return false;
    return call_referral_accept_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_accept = {
    .usage = "--home DIR ID [--place PLACE] [--from TIME] [--phone NUMBER] [--bring THING,…] [--case CASE]",
    .summary = "Accept a referral that came: your agency is responsible for it from now on.",
    .help = "The sections that were on offer then follow by themselves, as far as consent covers them. Said again it "
            "changes\nnothing, and says since when it is accepted. Place, time and telephone number are those of "
            "your desk; nothing of\na person is said here.\n"
            "A case of yours opens with it, that shows what came, and takes what you write yourself. With --case it "
            "is put into\none that is here already.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("from", "TIME", "from when: a day, or a time like 2026-11-22T18:00:00Z"),
                   OPTION_VALUE("case", "CASE", "the case here that she has already"), DESK_OPTIONS},
    .terms = {DESK_PLACES},
    .lists = {DESK_THINGS},
    .forms = {&answered_view},
    .run = run_accept,
};

/* --- its case --- */

static const struct told_line joined_lines[] = {
    {"referral ", "{code_name} is of the case {case_label}.", .says = "case referral"}, {0}};

static const struct told_form joined_form = {.answer = &control_referral_contract, .lines = joined_lines};

static bool run_join(struct command *c, int *status, struct error *err)
{
    const char *to = options_value(&c->options, "case");
    struct control_referral_join_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           (to == NULL || connection_ident(c, REFEX_NODE, CASE_ID, to, &ask.case_id, err)) &&
           call_referral_join_as_lines(c, &ask, &joined_form, NULL, err);
}

const struct verb cmd_referral_join = {
    .usage = "--home DIR ID [--case CASE]",
    .summary = "Put what came with an accepted referral into another case: she was here before.",
    .help =
        "Nothing is copied: that case shows it from now on, for as long as her consent stands. Without --case one "
        "that was\naccepted and has no case gets one. The case that opened for it stays, with what you wrote there.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("case", "CASE", "the case that she has here")},
    .forms = {&joined_form},
    .run = run_join,
};

static bool run_acknowledge(struct command *c, int *status, struct error *err)
{
    struct control_referral_act_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           call_referral_acknowledge_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_acknowledge = {
    .usage = "--home DIR ID",
    .summary = "Say that a person saw a referral that came, before it is answered.",
    .help = "It stays to be answered by the same time.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&answered_view},
    .run = run_acknowledge,
};

static bool run_waitlist(struct command *c, int *status, struct error *err)
{
    struct control_referral_waitlist_ask ask = {0};
    const char *given;
    uint32_t day;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !options_required_value(&c->options, "until", &given, err) || !values_day(&c->options, "until", &day, err))
        return false;
    ask.until_ms = ((int64_t)day + 1) * DAY_MS - 1;
    return call_referral_waitlist_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_waitlist = {
    .usage = "--home DIR ID --until DAY",
    .summary = "There is no place yet: the other agency hears from you again by a day.",
    .help = "A day in the next 14. By then accept, decline, or name another day; else it is overdue here and there.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("until", "DAY", "by when you say more, like 2026-11-30")},
    .forms = {&answered_view},
    .run = run_waitlist,
};

static bool run_decline(struct command *c, int *status, struct error *err)
{
    struct control_referral_decline_ask ask = {0};
    const char *reason;
    uint32_t number;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !options_required_value(&c->options, "reason", &reason, err) ||
        !values_find_number("reason", reason, values_decline_reason, DECLINE_END, &number, err))
        return false;
    ask.reason = (enum decline_reason)number;
    return call_referral_decline_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_decline = {
    .usage = "--home DIR ID --reason CODE",
    .summary = "Decline a referral that came, with a reason.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("reason", "CODE", "why")},
    .terms = {{"--reason takes", values_decline_reason, decline_says, DECLINE_END}},
    .forms = {&answered_view},
    .run = run_decline,
};

/* --- a question --- */

static bool run_ask(struct command *c, int *status, struct error *err)
{
    struct control_referral_ask_ask ask = {0};
    const char *given;

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           options_required_value(&c->options, "what", &given, err) &&
           values_codes(&c->options, "what", asked_for_word, ASKED_FOR_END, &ask.asked, err) &&
           call_referral_ask_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_ask = {
    .usage = "--home DIR ID --what CODE,…",
    .summary = "Ask for what is lacking before you can answer a referral.",
    .help = "The clock stands until they answer (`refex referral update`), for five working days at most, once. Then "
            "you have\n"
            "the time that was left. Only codes are asked: what is said of her goes under her consent.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_LIST("what", "CODE,…", "what is lacking")},
    .terms = {{"--what takes", asked_for_word, asked_for_meaning, ASKED_FOR_END}},
    .forms = {&answered_view},
    .run = run_ask,
};
