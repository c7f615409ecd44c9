#include "cli/verbs/answered_view.h"

#include "cli/rendering/state_view.h"
#include "cli/rendering/transfer_view.h"
#include "codec/control_messages.h"
#include "model/spoken_id.h"
#include "output/render.h"

/* Of one that was sent. */
static void write_sent(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;
    char due[RENDER_TIME];

    render_time(r->due_ms, due);
    if (r->state == REFERRAL_CANCELLED)
        bytes_append_text(out, ". Nothing more of it goes.\n"
                               "What they had answered, if they had, is in refex referral show.");
    else if (r->state == REFERRAL_CANCEL_ASKED)
        bytes_printf(out, ". %s is told; a person there confirms it by %s.", r->peer.text, due);
    else if (r->phoned_ms != 0)
        bytes_printf(out,
                     ". That %s accepted it by phone is written down. No section is released by that;\n"
                     "their signed acceptance is waited for, by %s.",
                     r->peer.text, due);
    else if (r->stays_here) {
        bytes_append_text(out, ".\nNot told: ");
        state_view_stays_here(out, s);
        bytes_append_text(out, ".");
    } else
        bytes_printf(out, ". It goes to %s.", r->peer.text);
}

static void write_came(struct bytes *out, const struct control_referral *r)
{
    if (r->answered_ms != 0)
        bytes_append_text(out, "; nothing was changed.");
    else if (r->state == REFERRAL_GIVE_BACK_ASKED)
        bytes_printf(out, ". She is expected soon: phone %s; it is given back when they agree.", r->peer.text);
    else
        bytes_printf(out, ". The answer goes to %s%s", r->peer.text,
                     r->state == REFERRAL_ACCEPTED && r->offered != 0 ? "; the sections on offer follow by themselves."
                                                                      : ".");
    if (r->transfer != 0) {
        bytes_append_text(out, "\nA transfer: ");
        transfer_view_write(out, r);
        bytes_append_text(out, ".");
    }
    if (r->state == REFERRAL_ACCEPTED && !ident_is_zero(&r->case_id)) {
        char label[BOUND_SPOKEN_ID];

        case_label_write(&r->case_id, label);
        bytes_printf(out, "\nShe is the case %s here. Was she here before? refex case find, then refex referral join",
                     label);
    }
}

/* Since when it was answered so, and whom that reaches. */
static void write_answer(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;
    char at[RENDER_TIME];
    char id[IDENT_TEXT];

    render_time(r->answered_ms, at);
    ident_write(&r->referral, id);
    state_view_write(out, r->state, r->direction);
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
    else if (r->direction == DIRECTION_OUT)
        write_sent(out, s);
    else
        write_came(out, r);
    if (r->consent_ends != 0 && !r->stays_here) {
        bytes_append_text(out, "\nConsent:  ");
        state_view_last_day(out, s);
        bytes_append_text(out, ".");
    }
}

static const struct told_line lines[] = {
    {"referral ", "{code_name}: ", write_answer,
     .says = "word state direction answered_before lost_there by_hand agency offered due case accepted_by_phone "
             "transfer consent_ends stays_here"},
    {0}};

const struct told_form answered_view = {.answer = &control_referral_contract, .lines = lines};
