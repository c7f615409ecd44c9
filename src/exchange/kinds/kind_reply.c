#include "exchange/kinds/kind_reply.h"

#include "codec/contract.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_received.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/kinds/kind_cancel.h"
#include "exchange/kinds/kind_release.h"
#include "exchange/kinds/referral_coming.h"
#include "exchange/kinds/reply_steps.h"
#include "exchange/kinds/reply_times.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/recorded.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/consent_store.h"

uint32_t kind_reply_number(const struct reply_message *reply)
{
    return reply->number != 0 ? reply->number : 1;
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
        return referral_summary_held(referral_summary_why_held(denied), err);
    if (consent_has_ended(consent.until, tick_closing_day(x)))
        return referral_summary_held(E_CON_03, err);
    return vault_slot_is_read(x->vault, consent.slot, err);
}

/* The newest answer that was given here. */
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

    if (m->direction != DIRECTION_OUT || m->kind != MESSAGE_REPLY)
        return true;
    if (!find_time(g->x, m, &g->at_ms, err) || !stored_body_open(g->x, m->number, &g->readable, &stored, &why, err) ||
        (g->readable && !stored_body_decode(g->x, &stored, m->kind, &body, err)))
        return false;
    g->found = true;
    if (g->readable)
        g->said = body.reply;
    return true;
}

/* The time of a question is when it was asked, and five working days: asked again it stays. With what it is closed its
 * node says. */
static bool is_said_again(const struct reply_message *a, const struct reply_message *b)
{
    return a->state == b->state && a->reason == b->reason &&
           (a->time_ms == b->time_ms || a->state == REFERRAL_INFO_REQUESTED) && a->place == b->place &&
           a->from_ms == b->from_ms && view_equal(a->phone, b->phone) && a->bring == b->bring && a->asked == b->asked &&
           a->progress == b->progress && (a->outcome == b->outcome || a->state == REFERRAL_CLOSED) &&
           a->brought == b->brought && a->checked == b->checked;
}

/* Said again it answers what stands. Rows can be changed without a key: that it was answered is said only where the
 * answer is there, and says the same. *AGAIN: it was. */
static bool answer_again(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                         const struct reply_message *reply, struct control_referral *out, bool *again,
                         struct error *err)
{
    struct given_answer g = {.x = x};

    *again = false;
    if (row->state != reply->state)
        return true;
    if (!message_store_walk_referral(x->db, row->number, find_given, &g, err))
        return false;
    if (g.found && !g.readable && row->sealed_size == 0)
        return referral_summary_held(E_CON_03, err);
    if (!g.found || !g.readable || g.said.state != row->state)
        return error_set(err, E_LOG_02, "the row of a referral says that it is %s: no such answer is here",
                         referral_state_name(row->state));
    *again = is_said_again(&g.said, reply);
    if (!*again)
        return true;
    if (!referral_summary_fill(x, row, peer, out, err))
        return false;
    out->answered_ms = g.at_ms;
    return true;
}

/* Of two who answer the first counts, and the other sees what was answered. */
static bool fail_step(const struct referral_row *row, const struct reply_message *reply, struct error *err)
{
    if (row->state == reply->state)
        return error_set(err, E_REF_07, "the referral is %s already, and otherwise", referral_state_name(row->state));
    return error_set(err, E_REF_07, "the referral is %s already", referral_state_name(row->state));
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

static bool opens(const struct referral_row *row)
{
    return row->state == REFERRAL_ACCEPTED && row->case_number == 0;
}

static bool take_over(struct exchange *x, struct referral_row *row, int64_t own, struct error *err)
{
    if (row->desk == 0) {
        row->desk = staff_asker_desk(x);
        if (row->desk != 0 && !referral_store_move_desk(x->db, row->number, row->desk, err))
            return false;
    }
    return holders_assign_referral(x, row, own, err);
}

/* Who accepts a referral holds it, unless it was given to somebody already; and it is a case here, INTO or a new one.
 */
static bool take_on(struct exchange *x, struct referral_row *row, const struct ident *into, struct error *err)
{
    int64_t own = staff_asker_number(x);

    if (row->state != REFERRAL_ACCEPTED)
        return true;
    if (own != 0 && row->holder == 0 && !take_over(x, row, own, err))
        return false;
    return !opens(row) || case_received_open(x, row, into, err);
}

void kind_reply_note(struct exchange *x, struct referral_row *row, const struct reply_message *reply)
{
    const int64_t more_ms = referral_more_by(reply->state, row->urgency, tick_record_ms(x), reply->time_ms);

    row->time_ms = reply->time_ms;
    if (reply->state == REFERRAL_OPENED)
        row->opened_ms = reply->time_ms;
    if (reply->opened_ms != 0)
        row->opened_ms = reply->opened_ms;
    if (reply->due_ms != 0)
        row->due_ms = reply->due_ms;
    else if (more_ms != 0) /* an agency that accepted and names no time is asked all the same */
        row->due_ms = more_ms;
    if (reply->state == REFERRAL_WAITLISTED || reply->state == REFERRAL_INFO_REQUESTED)
        row->due_ms = reply->time_ms;
    if (reply->state == REFERRAL_EXPECTED)
        row->due_ms = reply->time_ms + BOUND_NOT_ARRIVED_MS;
    if (reply->state == REFERRAL_NOT_FOUND)
        row->due_ms = tick_record_ms(x);
}

static bool get_first(struct exchange *x, const struct referral_row *row, struct message_row *out, struct error *err)
{
    bool found;

    return message_store_get(x->db, row->message, &found, out, err) &&
           (found || error_set(err, E_LOG_02, "the message of a referral is missing: its answer would name none"));
}

bool kind_reply_put(struct exchange *x, struct referral_row *row, const struct address *to,
                    const struct reply_message *reply, struct error *err)
{
    struct body body = {.kind = MESSAGE_REPLY, .has_referral = true, .referral = row->id, .reply = *reply};
    struct message_row first;
    unsigned days;

    if (!get_first(x, row, &first, err))
        return false;
    body.reply.in_reply_to = first.id;
    body.reply.before = reply->before == REFERRAL_DELIVERED ? 0 : reply->before;
    body.reply.number = row->answers != 0 ? row->answers + 1 : 0; /* the first has the bytes that it always had */
    if (reply->state != REFERRAL_OPENED && row->answers == 0)
        body.reply.opened_ms = row->opened_ms; /* else it was told */
    row->answers = kind_reply_number(&body.reply);
    kind_reply_note(x, row, &body.reply);
    if (referral_state_says_more(reply->state, &days))
        body.reply.due_ms = row->due_ms; /* the same at both */
    return outbox_put_plain(x, to, &body, row->number, row->consent, err) && referrals_update(x, row, err);
}

static bool check_first(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                        struct error *err)
{
    struct message_row first;

    return get_first(x, row, &first, err) && check_sender(x, &first, peer, err);
}

/* The outcome that it is closed with: as it was said. */
static bool complete_closing(struct exchange *x, const struct referral_row *row, struct reply_message *reply,
                             struct error *err)
{
    struct given_answer g = {.x = x};

    reply->outcome = 0;
    if (row->state != REFERRAL_FINISHED)
        return true;
    if (!message_store_walk_referral(x->db, row->number, find_given, &g, err))
        return false;
    if (!g.readable && !may_answer(x, row, err)) /* her consent is over, and that is why */
        return false;
    reply->outcome = g.readable ? g.said.outcome : 0;
    return reply->outcome != 0 || error_set(err, E_LOG_02, "how the service ended is not as it was answered");
}

#define LEFT_LEAST_MS INT64_C(3600000) /* also where a question came when it was overdue */

/* What goes with REPLY by what is known here, before ROW takes its step. */
static bool complete(struct exchange *x, struct referral_row *row, struct reply_message *reply, struct error *err)
{
    int64_t now = tick_record_ms(x);

    if (row->answers >= BOUND_REPLIES - 1) /* one is left for what the node itself answers */
        return error_set(err, E_REF_10, "%u answers were given", BOUND_REPLIES - 1);
    if (reply->state == REFERRAL_INFO_REQUESTED && row->state == REFERRAL_INFO_REQUESTED)
        reply->time_ms = row->time_ms;
    else if (reply->state == REFERRAL_INFO_REQUESTED && row->asked_before)
        reply->time_ms = row->due_ms > now ? row->due_ms : now + DAY_MS; /* the clock stood once */
    else if (reply->state == REFERRAL_INFO_REQUESTED) {
        reply->time_ms = referral_clock_stands_until(now);
        row->left_ms = row->due_ms > now + LEFT_LEAST_MS ? row->due_ms - now : LEFT_LEAST_MS;
        row->asked_before = true;
    }
    if (reply->state == REFERRAL_GIVEN_BACK && row->state == REFERRAL_EXPECTED && row->time_ms < now + DAY_MS) {
        reply->state = REFERRAL_GIVE_BACK_ASKED;
        reply->due_ms = now + DAY_MS;
    }
    reply->before = row->state;
    return reply->state != REFERRAL_CLOSED || complete_closing(x, row, reply, err);
}

/* What people here say: of what the agency that refers said before it knew of this, only that she arrived counts. */
static bool put_own(struct exchange *x, struct referral_row *row, const struct address *to,
                    const struct reply_message *reply, struct error *err)
{
    row->acted = row->answers + 1;
    return kind_reply_put(x, row, to, reply, err) &&
           (!referral_coming_is_unsaid(reply) || kind_cancel_again(x, row, to, row->said, err));
}

static bool send_reply(struct exchange *x, const struct ident *id, const struct reply_message *asked,
                       const struct ident *into, struct control_referral *out, struct error *err)
{
    struct reply_message reply = *asked;
    struct referral_row row;
    struct peer_row peer;
    uint64_t mark;
    bool again;

    if (!referral_summary_find(x, id, &row, &peer, err) || !referral_coming_may_close(x, &row, &reply, err))
        return false;
    if (row.direction != DIRECTION_IN)
        return (referral_coming_stands(&row, &reply) || reply_times_check(x, &reply, err)) &&
               referral_coming_say(x, &row, &peer, &reply, out, err);
    if (!answer_again(x, &row, &peer, &reply, out, &again, err))
        return false;
    if (again)
        return true;
    if (!reply_times_check(x, &reply, err) || !referral_coming_may_unsay(x, &row, &peer, &reply, err) ||
        !complete(x, &row, &reply, err))
        return false;
    if (!referral_state_step(&row.state, referral_coming_event(asked, reply.state), ACTOR_RECIPIENT))
        return fail_step(&row, &reply, err);
    if (!may_answer(x, &row, err) || !check_first(x, &row, &peer, err) ||
        (opens(&row) && !case_received_may_open(x, &row, into, err)))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark,
                         tick_begin(x, err) && take_on(x, &row, into, err) &&
                             put_own(x, &row, &peer.agency, &reply, err) &&
                             (row.state != REFERRAL_ACCEPTED || case_received_changed(x, &row, err)) &&
                             referral_summary_fill(x, &row, &peer, out, err),
                         err);
}

/* The kind would allow a consent and sections (PERMISSION, SECTIONS); refex puts neither on a reply. So it may hold
 * codes only and no free text about her. */
static bool check_no_text(const struct reply_message *reply, struct error *err)
{
    if (reply->note.size != 0)
        return error_set(err, E_REF_08, "an answer has no free text: it would leave without her consent");
    return referral_phone_ok(reply->phone) || error_set(err, E_REF_08, "a telephone number is a plus and digits");
}

/* As check of what is encoded: what was asked has the parts that go with its state. */
static bool check_parts(struct exchange *x, const struct reply_message *reply, struct error *err)
{
    struct reply_message whole = *reply;

    if (whole.state == REFERRAL_INFO_REQUESTED)
        whole.time_ms = 1; /* complete */
    if (whole.state == REFERRAL_CLOSED)
        whole.outcome = SERVICE_OUTCOME_GIVEN;
    ident_random(x->random, &whole.in_reply_to);
    return contract_try_encode(&reply_message_contract, &whole, tick_plain(x), err) ||
           error_set(err, E_REF_04, "what is answered does not go with that answer");
}

bool exchange_referral_answer_into(struct exchange *x, const struct ident *id, const struct reply_message *reply,
                                   const struct ident *into, struct control_referral *out, struct error *err)
{
    return check_no_text(reply, err) && check_parts(x, reply, err) && own_note_may_sign(x, err) &&
           send_reply(x, id, reply, into, out, err);
}

bool exchange_referral_answer(struct exchange *x, const struct ident *id, const struct reply_message *reply,
                              struct control_referral *out, struct error *err)
{
    return exchange_referral_answer_into(x, id, reply, NULL, out, err);
}

/* --- one that came --- */

/* Whether an answer is newer than what was taken of that referral, and it has not ended here. */
static bool moves(struct referral_row *row, const struct reply_message *reply)
{
    return kind_reply_number(reply) > row->answers && referral_state_adopt(&row->state, reply->state);
}

static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_check_names_first(x, b, &b->body->reply.in_reply_to, why, err))
        return false;
    if (*why != 0)
        return true;
    if (!kind_referral_of(x, b, &found, &row, err) ||
        (moves(&(struct referral_row){.state = row.state, .answers = row.answers}, &b->body->reply) &&
         !reply_steps_check(x, &row, &b->body->reply, why, err)))
        return false;
    return *why != 0 || !referral_state_is_accepted(b->body->reply.state) || kind_release_is_read(x, &row, err);
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    const struct reply_message *reply = &b->body->reply;
    struct referral_row row;
    int64_t opened_ms;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    REQUIRE(found); /* kind_check_referral */
    if (!moves(&row, reply))
        return true; /* a newer one was taken, or it has ended */
    if (!referral_coming_unsaid(x, &row, reply, err))
        return false;
    opened_ms = row.opened_ms;
    REQUIRE(row.peer == b->peer); /* what follows goes to b->sender */
    row.answers = kind_reply_number(reply);
    row.told = reply->state;
    row.doubted_ms = 0;
    if (row.state != REFERRAL_ARRIVED || reply->state == REFERRAL_ARRIVED) /* else that meets it there */
        kind_reply_note(x, &row, reply);
    if (row.due_ms != 0 &&
        !reply_times_is_soon(x, row.due_ms, BOUND_EXPECTED_DAYS + 2)) /* clocks differ by a day at most */
        row.due_ms = tick_record_ms(x);
    if (row.opened_ms > tick_record_ms(x)) /* an alarm begins there */
        row.opened_ms = tick_record_ms(x);
    if (opened_ms != 0 && row.opened_ms > opened_ms) /* it is put off by nobody who says it again */
        row.opened_ms = opened_ms;
    if (referral_state_has_ended(row.state)) /* of what is cancelled nothing is offered since that was asked */
        row.offered = 0;
    if (referral_state_is_accepted(row.state) && !kind_release_send(x, &row, b->sender, err))
        return false;
    return referrals_update(x, &row, err);
}

/* One that says more of a referral of ours: as many as a referral usually has are outside the share. */
static bool standing(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                     struct error *err)
{
    struct referral_row row;
    bool found;

    (void)first;
    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    if (found && b->sections == 0 && kind_reply_number(&b->body->reply) <= BOUND_REPLIES_OPEN &&
        moves(&row, &b->body->reply))
        *out = STANDING_OPEN;
    return true;
}

static void show(const struct body *body, struct control_referral_detail *out)
{
    out->note = body->reply.note;
}

const struct kind_actions kind_reply = {
    .check = check, .find = kind_find_referral, .standing = standing, .take = take, .show = show};
