/* Verbs on referrals: refer, list, show, the answers, what is said of them later, and assign. */
#include "refexd/verbs/verbs.h"

#include "exchange/access/assign_calls.h"
#include "exchange/cases/case_received.h"
#include "exchange/kinds/kind_corrected.h"
#include "exchange/kinds/kind_outcome.h"
#include "exchange/referrals/referral_calls.h"

CONTROL_ANSWER(referral_result)
CONTROL_ANSWER(referral)
CONTROL_ANSWER(referral_detail)
CONTROL_ANSWER(assigned)
CONTROL_ANSWER(outcome_sent)

bool verbs_referral_send(struct control_call *c, struct error *err)
{
    struct control_refer_ask ask;
    struct control_referral_result line = {0};

    if (!control_refer_ask_decode(c->message, c->arena, &ask, err) || !exchange_refer(c->x, &ask, &line, err)) {
        c->held_back = line.held_back;
        c->held_back_count = line.held_back_count;
        return false;
    }
    return answer_referral_result(c, &line, err);
}

CONTROL_LIST(verbs_referral_list, referral_list_ask, exchange_referral_list, referral)

bool verbs_referral_show(struct control_call *c, struct error *err)
{
    struct control_referral_show_ask ask;
    struct control_referral_detail line;

    return control_referral_show_ask_decode(c->message, c->arena, &ask, err) &&
           (ask.exports         ? exchange_referral_export(c->x, &ask.referral, &line, err)
            : ask.as_of_ms != 0 ? exchange_referral_show_as_of(c->x, &ask.referral, ask.as_of_ms, &line, err)
                                : exchange_referral_show(c->x, &ask.referral, ask.open_data, &line, err)) &&
           answer_referral_detail(c, &line, err);
}

static bool answer(struct control_call *c, const struct ident *id, const struct reply_message *reply, struct error *err)
{
    struct control_referral line;

    return exchange_referral_answer(c->x, id, reply, &line, err) && answer_referral(c, &line, err);
}

/* An answer that says nothing but its state. */
static bool answer_plainly(struct control_call *c, enum referral_state state, struct error *err)
{
    struct control_referral_act_ask ask;

    return control_referral_act_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = state}, err);
}

bool verbs_referral_accept(struct control_call *c, struct error *err)
{
    struct control_referral_accept_ask ask;
    struct control_referral line;
    struct reply_message reply = {.state = REFERRAL_ACCEPTED};

    if (!control_referral_accept_ask_decode(c->message, c->arena, &ask, err))
        return false;
    reply.note = ask.note;
    reply.place = ask.place;
    reply.from_ms = ask.from_ms;
    reply.phone = ask.phone;
    reply.bring = ask.bring;
    return exchange_referral_answer_into(c->x, &ask.referral, &reply, ident_is_zero(&ask.case_id) ? NULL : &ask.case_id,
                                         &line, err) &&
           answer_referral(c, &line, err);
}

CONTROL_ONE(verbs_referral_join, referral_join_ask, exchange_referral_join, referral)
CONTROL_ONE(verbs_referral_corrected, referral_corrected_ask, exchange_referral_corrected, referral)

bool verbs_referral_decline(struct control_call *c, struct error *err)
{
    struct control_referral_decline_ask ask;

    return control_referral_decline_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral,
                  &(struct reply_message){.state = REFERRAL_DECLINED, .reason = ask.reason, .note = ask.note}, err);
}

bool verbs_referral_acknowledge(struct control_call *c, struct error *err)
{
    return answer_plainly(c, REFERRAL_ACKNOWLEDGED, err);
}

bool verbs_referral_arrived(struct control_call *c, struct error *err)
{
    return answer_plainly(c, REFERRAL_ARRIVED, err);
}

bool verbs_referral_not_found(struct control_call *c, struct error *err)
{
    return answer_plainly(c, REFERRAL_NOT_FOUND, err);
}

bool verbs_referral_confirm_cancel(struct control_call *c, struct error *err)
{
    return answer_plainly(c, REFERRAL_CANCELLED, err);
}

bool verbs_referral_close(struct control_call *c, struct error *err)
{
    struct control_referral_close_ask ask;

    return control_referral_close_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = REFERRAL_CLOSED, .checked = ask.checked}, err);
}

bool verbs_referral_ask(struct control_call *c, struct error *err)
{
    struct control_referral_ask_ask ask;

    return control_referral_ask_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = REFERRAL_INFO_REQUESTED, .asked = ask.asked}, err);
}

bool verbs_referral_give_back(struct control_call *c, struct error *err)
{
    struct control_referral_give_back_ask ask;

    return control_referral_give_back_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = REFERRAL_GIVEN_BACK, .reason = ask.reason}, err);
}

bool verbs_referral_expect(struct control_call *c, struct error *err)
{
    struct control_referral_expect_ask ask;

    return control_referral_expect_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral,
                  &(struct reply_message){.state = REFERRAL_EXPECTED,
                                          .before = ask.taken_back ? REFERRAL_ARRIVED : 0,
                                          .time_ms = ask.at_ms,
                                          .brought = ask.brought,
                                          .place = ask.place,
                                          .phone = ask.phone,
                                          .bring = ask.bring},
                  err);
}

bool verbs_referral_progress(struct control_call *c, struct error *err)
{
    struct control_referral_progress_ask ask;

    return control_referral_progress_ask_decode(c->message, c->arena, &ask, err) &&
           answer(
               c, &ask.referral,
               &(struct reply_message){.state = REFERRAL_IN_PROGRESS, .progress = ask.progress, .time_ms = ask.at_ms},
               err);
}

bool verbs_referral_finish(struct control_call *c, struct error *err)
{
    struct control_referral_finish_ask ask;

    return control_referral_finish_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = REFERRAL_FINISHED, .outcome = ask.outcome}, err);
}

bool verbs_referral_accept_by_phone(struct control_call *c, struct error *err)
{
    struct control_referral_act_ask ask;
    struct control_referral line;

    return control_referral_act_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_accept_by_phone(c->x, &ask.referral, &line, err) && answer_referral(c, &line, err);
}

bool verbs_referral_cancel(struct control_call *c, struct error *err)
{
    struct control_referral_act_ask ask;
    struct control_referral line;

    return control_referral_act_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_cancel(c->x, &ask.referral, &line, err) && answer_referral(c, &line, err);
}

CONTROL_ONE(verbs_referral_update, referral_update_ask, exchange_referral_update, referral)
CONTROL_ONE(verbs_referral_outcome, referral_outcome_ask, exchange_referral_outcome, outcome_sent)

bool verbs_referral_waitlist(struct control_call *c, struct error *err)
{
    struct control_referral_waitlist_ask ask;

    return control_referral_waitlist_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = REFERRAL_WAITLISTED, .time_ms = ask.until_ms},
                  err);
}

CONTROL_ONE(verbs_referral_assign, assign_ask, exchange_referral_assign, assigned)
