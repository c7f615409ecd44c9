/* Verbs on referrals: refer, list, show, the answers, and assign. */
#include "refexd/verbs.h"

#include "exchange/cases/assign_calls.h"
#include "exchange/cases/referral_calls.h"

CONTROL_ANSWER(referral_result)
CONTROL_ANSWER(referral)
CONTROL_ANSWER(referral_detail)
CONTROL_ANSWER(assigned)

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

bool verbs_referral_list(struct control_call *c, struct error *err)
{
    struct control_referral_list_ask ask;

    return control_referral_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_list(c->x, &ask, c->step, answer_referral, c, err);
}

bool verbs_referral_show(struct control_call *c, struct error *err)
{
    struct control_referral_show_ask ask;
    struct control_referral_detail line;

    return control_referral_show_ask_decode(c->message, c->arena, &ask, err) &&
           (ask.exports ? exchange_referral_export(c->x, &ask.referral, &line, err)
                        : exchange_referral_show(c->x, &ask.referral, ask.open_data, &line, err)) &&
           answer_referral_detail(c, &line, err);
}

static bool answer(struct control_call *c, const struct ident *id, const struct reply_message *reply, struct error *err)
{
    struct control_referral line;

    return exchange_referral_answer(c->x, id, reply, &line, err) && answer_referral(c, &line, err);
}

bool verbs_referral_accept(struct control_call *c, struct error *err)
{
    struct control_referral_accept_ask ask;

    return control_referral_accept_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral,
                  &(struct reply_message){.state = REFERRAL_ACCEPTED,
                                          .note = ask.note,
                                          .place = ask.place,
                                          .from_ms = ask.from_ms,
                                          .phone = ask.phone,
                                          .bring = ask.bring},
                  err);
}

bool verbs_referral_decline(struct control_call *c, struct error *err)
{
    struct control_referral_decline_ask ask;

    return control_referral_decline_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral,
                  &(struct reply_message){.state = REFERRAL_DECLINED, .reason = ask.reason, .note = ask.note}, err);
}

bool verbs_referral_acknowledge(struct control_call *c, struct error *err)
{
    struct control_referral_acknowledge_ask ask;

    return control_referral_acknowledge_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = REFERRAL_ACKNOWLEDGED}, err);
}

bool verbs_referral_waitlist(struct control_call *c, struct error *err)
{
    struct control_referral_waitlist_ask ask;

    return control_referral_waitlist_ask_decode(c->message, c->arena, &ask, err) &&
           answer(c, &ask.referral, &(struct reply_message){.state = REFERRAL_WAITLISTED, .time_ms = ask.until_ms},
                  err);
}

bool verbs_referral_assign(struct control_call *c, struct error *err)
{
    struct control_assign_ask ask;
    struct control_assigned line;

    return control_assign_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_assign(c->x, &ask, &line, err) && answer_assigned(c, &line, err);
}
