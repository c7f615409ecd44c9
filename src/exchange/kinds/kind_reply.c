#include "exchange/kinds/kind_reply.h"

#include "exchange/cases/holders.h"
#include "exchange/cases/referral_calls.h"
#include "exchange/cases/referral_summary.h"
#include "exchange/cases/referrals.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/kinds/kind_release.h"
#include "exchange/logs/own_note.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/recorded.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/consent_store.h"

static enum referral_event event_of(const struct reply_message *reply)
{
    return reply->state == REFERRAL_ACCEPTED ? EVENT_ACCEPTED : EVENT_DECLINED;
}

/* --- answering --- */

static bool may_answer(struct exchange *x, const struct referral_row *row, struct error *err)
{
    struct consent_row consent;
    enum denial denied;

    if (row->consent == 0)
        return true;
    if (!consent_agreement_ask(x, row->consent, &consent, &denied, err))
        return false;
    if (denied != 0)
        return referral_summary_held(denied == DENIAL_LOG_MISMATCH ? E_CON_21 : E_CON_05, err);
    if (consent_has_ended(consent.until, tick_closing_day(x)))
        return referral_summary_held(E_CON_03, err);
    return vault_slot_is_read(x->vault, consent.slot, err);
}

/* The answer that was given here before: the first counts. */
struct given_answer {
    struct exchange *x;
    bool found;
    int64_t at_ms;
    bool readable; /* what it said: */
    struct reply_message said;
};

/* When a message of ours was recorded; as its id says where its row does not name its record. */
static bool find_time(struct exchange *x, const struct message_row *m, int64_t *out, struct error *err)
{
    struct record r;
    bool found;

    if (!recorded_find(x, m, &found, &r, err))
        return false;
    *out = found ? r.time_ms : ident_message_ms(&m->id);
    return true;
}

static bool find_given(void *cookie, const struct message_row *m, struct error *err)
{
    struct given_answer *g = cookie;
    struct stored_body stored;
    struct error why = {0};
    struct body body;

    if (g->found || m->direction != DIRECTION_OUT || m->kind != MESSAGE_REPLY)
        return true;
    if (!find_time(g->x, m, &g->at_ms, err) || !stored_body_open(g->x, m->number, &g->readable, &stored, &why, err) ||
        (g->readable && !stored_body_decode(g->x, &stored, m->kind, &body, err)))
        return false;
    g->found = true;
    if (g->readable)
        g->said = body.reply;
    return true;
}

/* Said again it answers what stands; another answer has no effect. Rows can be changed without a key: that it was
 * answered is said only where the answer is there, and says the same. */
static bool answer_again(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                         const struct reply_message *reply, struct control_referral *out, struct error *err)
{
    struct given_answer g = {.x = x};

    if (row->state != reply->state)
        return error_set(err, E_REF_07, "the referral is %s already", referral_state_name(row->state));
    if (!message_store_walk_referral(x->db, row->number, find_given, &g, err))
        return false;
    if (!g.found || !g.readable || g.said.state != row->state)
        return error_set(err, E_LOG_02, "the row of a referral says that it is %s: no such answer is here",
                         referral_state_name(row->state));
    if (g.said.reason != reply->reason)
        return error_set(err, E_REF_07, "the referral is %s already, for another reason",
                         referral_state_name(row->state));
    if (!referral_summary_fill(x, row, peer, out, err))
        return false;
    out->answered_ms = g.at_ms;
    return true;
}

/* Whoever changed whose referral it is would have the answer sent to somebody else: the log says who sent it. */
static bool check_sender(struct exchange *x, const struct message_row *first, const struct peer_row *peer,
                         struct error *err)
{
    struct record r;
    bool found;

    if (!recorded_find(x, first, &found, &r, err))
        return false;
    return (found && view_equal(r.received.sender, address_view(&peer->agency))) ||
           error_set(err, E_LOG_02, "that %s sent the referral is not what the log says", peer->agency.text);
}

/* Who accepts a referral holds it. */
static bool take_on(struct exchange *x, struct referral_row *row, struct error *err)
{
    int64_t own = staff_asker_number(x);

    if (row->state != REFERRAL_ACCEPTED || own == 0)
        return true;
    return holders_assign_referral(x, row, own, err);
}

static bool send_reply(struct exchange *x, const struct ident *id, const struct reply_message *reply,
                       struct control_referral *out, struct error *err)
{
    struct body body = {.kind = MESSAGE_REPLY, .has_referral = true, .referral = *id, .reply = *reply};
    struct referral_row row;
    struct message_row first;
    struct peer_row peer;
    uint64_t mark;
    bool found;

    if (!referral_summary_find(x, id, &row, &peer, err))
        return false;
    if (row.direction != DIRECTION_IN)
        return error_set(err, E_REF_02, "this agency sent the referral: %s answers it", peer.agency.text);
    if (!referral_state_step(&row.state, event_of(reply), ACTOR_RECIPIENT))
        return answer_again(x, &row, &peer, reply, out, err);
    if (!may_answer(x, &row, err) || !message_store_get(x->db, row.message, &found, &first, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the message of a referral is missing: its answer would name none");
    if (!check_sender(x, &first, &peer, err))
        return false;
    body.reply.in_reply_to = first.id;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark,
                         outbox_put_plain(x, &peer.agency, &body, row.number, row.consent, err) &&
                             referrals_update(x, &row, err) && take_on(x, &row, err) &&
                             referral_summary_fill(x, &row, &peer, out, err),
                         err);
}

/* The kind would allow a consent and sections (PERMISSION, SECTIONS); refex puts neither on a reply. So it may hold
 * codes only and no free text about her. */
static bool check_no_note(struct view note, struct error *err)
{
    return note.size == 0 || error_set(err, E_REF_08, "an answer has no free text: it would leave without her consent");
}

bool exchange_referral_accept(struct exchange *x, const struct ident *id, struct view note,
                              struct control_referral *out, struct error *err)
{
    struct reply_message reply = {.state = REFERRAL_ACCEPTED};

    return check_no_note(note, err) && own_note_may_sign(x, err) && send_reply(x, id, &reply, out, err);
}

bool exchange_referral_decline(struct exchange *x, const struct ident *id, enum decline_reason reason, struct view note,
                               struct control_referral *out, struct error *err)
{
    struct reply_message reply = {.state = REFERRAL_DECLINED, .reason = reason};

    return check_no_note(note, err) && own_note_may_sign(x, err) && send_reply(x, id, &reply, out, err);
}

/* --- one that came --- */

/* It names the message that it answers: one under the same referral id that was not ours is not answered here. */
static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    struct referral_row row;
    struct message_row first;
    bool found;

    if (!kind_check_referral(x, b, why, err))
        return false;
    if (*why != 0)
        return true;
    if (!kind_referral_of(x, b, &found, &row, err) || !message_store_get(x->db, row.message, &found, &first, err))
        return false;
    if (!found || !ident_equal(&first.id, &b->body->reply.in_reply_to))
        *why = REFUSAL_OF_ANOTHER;
    return b->body->reply.state != REFERRAL_ACCEPTED || kind_release_is_read(x, &row, err);
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    REQUIRE(found); /* kind_check_referral */
    if (!referral_state_step(&row.state, event_of(&b->body->reply), ACTOR_RECIPIENT))
        return true;              /* answered already: the first answer counts */
    REQUIRE(row.peer == b->peer); /* what follows goes to b->sender */
    if (row.state == REFERRAL_ACCEPTED && !kind_release_send(x, &row, b->sender, err))
        return false;
    if (row.state == REFERRAL_DECLINED)
        row.offered = 0;
    return referrals_update(x, &row, err);
}

/* The first answer to a referral of ours. */
static bool standing(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                     struct error *err)
{
    struct referral_row row;
    bool found;

    (void)first;
    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    if (found && b->sections == 0 && referral_state_step(&row.state, event_of(&b->body->reply), ACTOR_RECIPIENT))
        *out = STANDING_OPEN;
    return true;
}

static void show(const struct body *body, struct control_referral_detail *out)
{
    out->note = body->reply.note;
}

const struct kind_actions kind_reply = {
    .check = check, .find = kind_find_referral, .standing = standing, .take = take, .show = show};
