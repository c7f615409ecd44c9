/* The answers to a referral that came. */
#include "cli/verbs/cmd.h"

#include <string.h>

#include "base/clock.h"
#include "cli/calls.h"
#include "cli/values.h"
#include "output/told_form.h"

static const char *decline_says(uint32_t number)
{
    return decline_reason_says((enum decline_reason)number);
}

static const char *name_of_place(uint32_t number)
{
    return desk_place_name((enum desk_place)number);
}

static const char *says_of_place(uint32_t number)
{
    return desk_place_says((enum desk_place)number);
}

static const char *name_of_bring(uint32_t number)
{
    return to_bring_name((enum to_bring)number);
}

/* Since when it was answered so, and whom that reaches. */
static void write_answer(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;
    char at[RENDER_TIME];
    char id[IDENT_TEXT];

    render_time(r->answered_ms, at);
    ident_write(&r->referral, id);
    if (r->answered_ms != 0)
        bytes_printf(out, " already, %s", at);
    if (r->lost_there)
        bytes_printf(out,
                     ". This does not go to %s: its machine was replaced, and the referral is not known there any "
                     "more.\nTell them outside refex, then: refex agency told %s %s --reason told-outside",
                     r->peer.text, r->peer.text, id);
    else if (r->by_hand)
        bytes_printf(out,
                     ". refex cannot tell %s: tell it yourself outside refex, then\n"
                     "refex agency told %s %s --reason told-outside",
                     r->peer.text, r->peer.text, id);
    else if (r->answered_ms != 0)
        bytes_append_text(out, "; nothing was changed.");
    else
        bytes_printf(out, ". The answer goes to %s%s", r->peer.text,
                     r->state == REFERRAL_ACCEPTED && r->offered != 0 ? "; the sections on offer follow by themselves."
                                                                      : ".");
}

static const struct told_line answered_lines[] = {
    {"referral ", "{referral}: {state}", write_answer, .says = "answered_before lost_there by_hand agency offered"},
    {0}};

static const struct told_form answered_form = {.answer = &control_referral_contract, .lines = answered_lines};

static bool add_bring(void *cookie, const char *part, struct error *err)
{
    uint32_t *set = cookie;
    uint32_t number;

    if (!values_find_number("bring", part, name_of_bring, TO_BRING_END, &number, err))
        return false;
    *set |= UINT32_C(1) << number;
    return true;
}

static bool run_accept(struct command *c, int *status, struct error *err)
{
    struct control_referral_accept_ask ask = {0};
    const char *phone = options_value(&c->options, "phone");
    uint32_t place;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !values_name(&c->options, "place", name_of_place, DESK_PLACE_END, 0, &place, err) ||
        !values_time(&c->options, "from", &ask.from_ms, err) ||
        !values_each_part(&c->options, "bring", add_bring, &ask.bring, err))
        return false;
    ask.place = (enum desk_place)place;
    if (phone != NULL && strlen(phone) > BOUND_PHONE)
        return error_set(err, E_USE_04, "--phone is a plus and digits, at most %d characters", BOUND_PHONE);
    ask.phone = view_of_text(phone != NULL ? phone : "");
    return call_referral_accept_as_lines(c, &ask, &answered_form, NULL, err);
}

const struct verb cmd_referral_accept = {
    .usage = "--home DIR ID [--place PLACE] [--from TIME] [--phone NUMBER] [--bring THING,…]",
    .summary = "Accept a referral that came: your agency is responsible for it from now on.",
    .help = "The sections that were on offer then follow by themselves, as far as consent covers them. Said again it "
            "changes\nnothing, and says since when it is accepted. Place, time and telephone number are those of "
            "your desk; nothing of\na person is said here.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("place", "PLACE", "where the service is to be had"),
                   OPTION_VALUE("from", "TIME", "from when: a day, or a time like 2026-11-22T18:00:00Z"),
                   OPTION_VALUE("phone", "NUMBER", "of your desk, like +48221234567"),
                   OPTION_LIST("bring", "THING,…", "what whoever comes brings along")},
    .terms = {{"--place takes", name_of_place, says_of_place, DESK_PLACE_END}},
    .lists = {{"bring", name_of_bring, TO_BRING_END}},
    .forms = {&answered_form},
    .run = run_accept,
};

static bool run_acknowledge(struct command *c, int *status, struct error *err)
{
    struct control_referral_acknowledge_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           call_referral_acknowledge_as_lines(c, &ask, &answered_form, NULL, err);
}

const struct verb cmd_referral_acknowledge = {
    .usage = "--home DIR ID",
    .summary = "Say that a person saw a referral that came, before it is answered.",
    .help = "It stays to be answered by the same time.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&answered_form},
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
    return call_referral_waitlist_as_lines(c, &ask, &answered_form, NULL, err);
}

const struct verb cmd_referral_waitlist = {
    .usage = "--home DIR ID --until DAY",
    .summary = "There is no place yet: the other agency hears from you again by a day.",
    .help = "A day in the next 14. By then accept, decline, or name another day; else it is overdue here and there.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("until", "DAY", "by when you say more, like 2026-11-30")},
    .forms = {&answered_form},
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
    return call_referral_decline_as_lines(c, &ask, &answered_form, NULL, err);
}

const struct verb cmd_referral_decline = {
    .usage = "--home DIR ID --reason CODE",
    .summary = "Decline a referral that came, with a reason.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("reason", "CODE", "why")},
    .terms = {{"--reason takes", values_decline_reason, decline_says, DECLINE_END}},
    .forms = {&answered_form},
    .run = run_decline,
};
