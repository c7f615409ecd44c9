#include "exchange/kinds/reply_steps.h"

#include "exchange/kinds/kind_reply.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/answer_refused.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"

static bool find_said(void *cookie, const struct message_row *m, struct error *err)
{
    struct answer_claim *c = cookie;

    (void)err;
    c->has_cancelled = c->has_cancelled || (m->direction == DIRECTION_OUT && m->kind == MESSAGE_CANCEL);
    c->has_updated = c->has_updated || (m->direction == DIRECTION_OUT && m->kind == MESSAGE_UPDATE);
    return true;
}

/* Their machine was replaced, and a copy of what it held answers, or what was answered before does not open here: of
 * that, any steps from the beginning lead to it. */
static bool begin_anew(struct exchange *x, const struct referral_row *row, struct answer_claim *c, struct error *err)
{
    struct peer_row peer;
    bool found;

    if (!peers_get(x, row->peer, &found, &peer, err) ||
        (found && !lost_there_referral(x, &peer, row->number, &c->is_any_before, err)))
        return false;
    c->is_any_before = c->is_any_before || !row->readable;
    if (c->is_any_before) {
        c->told = REFERRAL_NONE;
        c->between += row->answers;
    }
    return true;
}

/* People here are told once, until an answer is taken. */
static bool note_doubted(struct exchange *x, const struct referral_row *stored, struct error *err)
{
    struct referral_row row = *stored;
    struct error full = {0};

    if (row.doubted_ms != 0 || !row.readable || !tick_has_room_for_peers(x, &full))
        return true;
    row.doubted_ms = tick_record_ms(x);
    return tick_begin(x, err) && answer_refused_record(x, &row, REFUSED_THEIRS, err) && referrals_update(x, &row, err);
}

bool reply_steps_check(struct exchange *x, const struct referral_row *row, const struct reply_message *reply,
                       enum refusal_reason *why, struct error *err)
{
    struct answer_claim c = {.told = row->told,
                             .from = reply->before != 0 ? reply->before : REFERRAL_DELIVERED,
                             .state = reply->state,
                             .has_cancelled = row->state == REFERRAL_CANCEL_ASKED};

    REQUIRE(kind_reply_number(reply) > row->answers);
    if (row->not_read)
        return error_set(err, E_KEY_21, "what was answered before could not be read");
    c.between = kind_reply_number(reply) - row->answers - 1;
    if (!message_store_walk_referral(x->db, row->number, find_said, &c, err) || !begin_anew(x, row, &c, err))
        return false;
    if (referral_state_leads(&c))
        return true;
    *why = REFUSAL_NO_STEP;
    return note_doubted(x, row, err);
}
