#include "exchange/traffic/inbox.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "crypto/seal.h"
#include "exchange/consent/consent_received.h"
#include "exchange/kinds/kind.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/witness.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referral_erasing.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/admission.h"
#include "exchange/traffic/incoming_consent.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/meter_paces.h"
#include "exchange/traffic/receipting.h"
#include "exchange/traffic/serving.h"
#include "exchange/traffic/stored_body.h"

#define ENVELOPE_TAGS 16 /* bytes of an envelope around header and ciphertext, at most */

struct link_inbox {
    bool busy_said; /* in this tick */
};

void inbox_link_up(struct link *link)
{
    link->inbox = xnew(sizeof *link->inbox);
}

void inbox_end_tick(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        l->inbox->busy_said = false;
}

/* --- refusing before the sender is proven --- */

static void answer_refusal(struct incoming *in)
{
    struct exchange *x = in->x;
    struct bytes *frame;
    struct peer_refusal refusal = {.step = in->failed, .reason = in->reason, .hold = in->hold};

    if (in->failed > STEP_BOUNDS) {
        refusal.has_message = true;
        refusal.message = in->envelope.header.message;
    }
    if (in->failed == STEP_KEY && !in->link->recall_only) /* no key goes to who is cut off, or a thief of its keys */
        refusal.bundle = membership_bundle_note(x->membership, address_view(membership_own(x->membership)));
    frame = tick_frame(x);
    peer_refusal_encode(&refusal, frame);
    tick_send(x, in->link->id, PEER_REFUSAL, bytes_view(frame));
}

/* The peer has had its share, or there is no room: what it sends waits there. No id is taken, nothing recorded. Said
 * once a tick; all else is silence, after which the peer tries again too. */
static bool send_busy(struct exchange *x, const struct link *link)
{
    enum resource which;

    if (!link->inbox->busy_said)
        tick_send(x, link->id, PEER_BUSY, (struct view){0});
    SOMETIMES(a_peer_was_told_busy);
    link->inbox->busy_said = true;
    meter_count(x, link->usage, COUNTED_BUSY);
    if (meter_is_over(x, link->usage, &which) && meter_line(x, link->usage, LINE_BUSY))
        log_line(LOG_WARNING, "event=link.over_share peer=%s what=%s", link->agency.text, resource_name(which));
    return true;
}

/* What more is known of it than the step. */
static const char *refused_why(const struct incoming *in, const struct error *why)
{
    if (in->failed == STEP_ACTS)
        return refusal_reason_name(in->reason);
    if (why->code != E_NONE)
        return error_row(why->code)->code;
    return in->hold != HOLD_NONE ? hold_name(in->hold) : "-";
}

/* Costs nothing but the answer: no record, no commit; the count of an hour is one record (meter.h). */
static bool send_refusal(struct incoming *in, const struct error *why)
{
    struct exchange *x = in->x;
    const struct link *link = in->link;

    if (in->over)
        return send_busy(x, link);
    answer_refusal(in);
    meter_count(x, link->usage, COUNTED_REFUSED_UNKNOWN);
    if (in->failed != STEP_ACTS && in->hold == HOLD_NONE)
        meter_note_rubbish(x, link->usage);
    if (meter_line(x, link->usage, LINE_ENVELOPE_REFUSED))
        log_line(LOG_WARNING, "event=envelope.refused link=%s step=%s why=%s", link->agency.text,
                 admission_step_name(in->failed), refused_why(in, why));
    return true;
}

/* --- steps 10 to 12: the sender is proven --- */

static bool append_outcome(struct incoming *in, enum outcome outcome, uint64_t *index, struct error *err)
{
    struct exchange *x = in->x;
    struct record r = {.kind = outcome == OUTCOME_STORED ? RECORD_RECEIVED : RECORD_REFUSED};

    if (!tick_begin(x, err))
        return false;
    if (outcome != OUTCOME_STORED)
        meter_add(x, in->link->usage, RESOURCE_REFUSALS, 1);
    *index = audit_size(x->audit, LOG_EXCHANGE);
    r.received = (struct record_received){.sender = address_view(&in->envelope.header.sender),
                                          .message = in->envelope.header.message,
                                          .leaf = in->proof.leaf,
                                          .outcome = outcome};
    if (!audit_append(x->audit, &r, NULL, err))
        return false;
    REQUIRE(r.index == *index);
    return true;
}

/* The same message again gets the same receipt. The same id with another leaf is refused; the first one stays. */
static bool answer_duplicate(struct incoming *in, const struct message_row *seen, struct error *err)
{
    uint64_t index = seen->record_index;

    SOMETIMES(a_message_came_again);
    if (!hash_equal(&seen->leaf, &in->proof.leaf)) {
        if (meter_line(in->x, in->link->usage, LINE_MESSAGE_REFUSED))
            log_line(LOG_WARNING, "event=message.id_reused peer=%s", in->envelope.header.sender.text);
        if (!append_outcome(in, OUTCOME_OTHER_LEAF, &index, err))
            return false;
    }
    receipting_add(in->x, in->link->id, index);
    tick_again(in->x);
    return true;
}

/* --- whether it can be acted on --- */

static struct received_body received_body_of(const struct incoming *in)
{
    return (struct received_body){.peer = in->peer.number,
                                  .sender = &in->envelope.header.sender,
                                  .body = &in->body,
                                  .sections = in->holds.sections,
                                  .purpose = in->disclosed->purpose};
}

static bool check_acts(struct incoming *in, struct error *err)
{
    const struct kind_actions *acts = kind_actions(in->body.kind);
    struct received_body received = received_body_of(in);

    if (acts->check != NULL && !acts->check(in->x, &received, &in->reason, err))
        return false;
    if (in->reason != 0)
        in->failed = STEP_ACTS;
    return true;
}

/* --- storing --- */

static bool store_message(struct incoming *in, enum outcome outcome, struct error *err)
{
    struct exchange *x = in->x;
    struct message_row row = {.direction = DIRECTION_IN,
                              .id = in->envelope.header.message,
                              .peer = in->peer.number,
                              .kind = in->body.kind,
                              .leaf = in->proof.leaf,
                              .their_incarnation = in->proof.incarnation,
                              .their_index = in->proof.record.index,
                              .state = outcome == OUTCOME_STORED ? MESSAGE_STORED : MESSAGE_REFUSED,
                              .outcome = outcome};
    const struct kind_actions *acts = kind_actions(in->body.kind);
    uint64_t slot;
    struct received_body received = received_body_of(in);

    if (!append_outcome(in, outcome, &row.record_index, err))
        return false;
    if (outcome == OUTCOME_STORED && in->receipt_is_new && in->disclosed->has_consent &&
        !consent_received_add(x, in->content.consent, &in->receipt, &in->consent, err))
        return false;
    if (outcome == OUTCOME_STORED && in->receipt_is_new && in->disclosed->has_consent)
        meter_add(x, in->link->usage, RESOURCE_CONSENTS, 1);
    if (outcome == OUTCOME_STORED && in->receipt_is_more &&
        !consent_book_replace_content(x, &in->consent->row, in->content.consent, &in->consent, err))
        return false;
    row.consent = outcome == OUTCOME_STORED && in->consent != NULL ? in->consent->row.number : 0;
    received.consent = row.consent;
    row.number = message_store_next_number(x->db);
    received.message = row.number;
    if (outcome == OUTCOME_STORED && acts->find != NULL && !acts->find(x, &received, &row.referral, &row.consent, err))
        return false;
    if (!message_store_add(x->db, &row, err))
        return false;
    receipting_add(x, in->link->id, row.record_index);
    if (outcome != OUTCOME_STORED)
        return true;
    if (!consent_book_slot(x, message_kind_is_of_referral(in->body.kind) ? row.consent : 0, &slot, err))
        return false;
    return stored_body_put(x, row.number, slot, in->content.body_salt, in->content.body, err) &&
           (acts->take == NULL || acts->take(x, &received, err)) &&
           referral_erasing_keep_nothing(x, row.referral, row.number, err);
}

static bool find_standing(struct incoming *in, enum standing *standing, uint64_t *first, struct error *err)
{
    const struct kind_actions *acts = kind_actions(in->body.kind);
    struct received_body received = received_body_of(in);

    *standing = STANDING_IN_SHARE;
    return acts->standing == NULL || acts->standing(in->x, &received, standing, first, err);
}

/* *FULL: no more may be written, but for what answers something open. */
static bool find_room(struct exchange *x, bool *full, struct error *err)
{
    struct error why = {0};

    *full = !tick_has_room_for_peers(x, &why);
    if (*full && why.code != E_STO_03) {
        *err = why;
        return false;
    }
    return true;
}

static bool refuse_for_room(struct incoming *in)
{
    SOMETIMES(a_message_found_no_room);
    in->failed = STEP_CONSENT;
    in->hold = HOLD_NO_ROOM;
    answer_refusal(in);
    if (meter_line(in->x, in->link->usage, LINE_NO_ROOM))
        log_line(LOG_WARNING, "event=message.no_room peer=%s", in->envelope.header.sender.text);
    return true;
}

static bool answer_repeat(struct incoming *in, uint64_t first)
{
    SOMETIMES(a_withdrawal_came_in_another_message);
    receipting_add(in->x, in->link->id, first);
    tick_again(in->x);
    return true;
}

/* Of ours, the disk does not give a key that it needs: it comes again, and nobody else waits. What is written of it so
 * far, notes of logs, is whole. */
static bool wait_for_key(struct incoming *in, const struct error *err)
{
    if (err->code != E_KEY_21)
        return false;
    SOMETIMES(a_message_waited_for_a_key);
    tick_read_again(in->x);
    tick_again(in->x);
    return send_busy(in->x, in->link);
}

/* Not seen before, and it can be acted on. */
static bool admit_message(struct incoming *in, struct error *err)
{
    struct exchange *x = in->x;
    enum standing standing;
    enum outcome outcome;
    struct error why = {0};
    uint64_t first = 0;
    bool full;

    if (!find_room(x, &full, err) || !find_standing(in, &standing, &first, err))
        return wait_for_key(in, err);
    if (standing == STANDING_FULL)
        return send_busy(x, in->link);
    if (standing == STANDING_IN_SHARE && full)
        return refuse_for_room(in);
    if (standing == STANDING_REPEAT)
        return answer_repeat(in, first);
    if (!incoming_consent_decide(in, &outcome, err))
        return wait_for_key(in, err);
    if (in->hold != HOLD_NONE)
        return send_refusal(in, &why);
    if (outcome != OUTCOME_STORED && meter_line(x, in->link->usage, LINE_MESSAGE_REFUSED))
        log_line(LOG_WARNING, "event=message.refused_here peer=%s outcome=%s", in->envelope.header.sender.text,
                 outcome_name(outcome));
    return store_message(in, outcome, err);
}

/* As many notes of the peer's log are kept as may be, and none of them is proven to be of one log: nothing more is
 * taken but what is owed, and emergencies. */
static bool passes_when_full(const struct incoming *in)
{
    return message_kind_has(in->body.kind, KIND_OWED) ||
           (message_kind_has(in->body.kind, KIND_BEGINS) && in->body.referral_part.urgency == URGENCY_EMERGENCY);
}

/* Of who has had its share, only what answers something open is taken; what was answered before is answered again, and
 * nothing is written for it, a note of its log either. SEEN: its message of that id; NULL: none. */
static bool answer_over_share(struct incoming *in, const struct message_row *seen, bool *answered, struct error *err)
{
    enum standing standing;
    uint64_t first;

    *answered = in->over;
    if (!in->over)
        return true;
    if (seen != NULL)
        return hash_equal(&seen->leaf, &in->proof.leaf) ? answer_duplicate(in, seen, err) : send_busy(in->x, in->link);
    if (!find_standing(in, &standing, &first, err))
        return false;
    if (standing == STANDING_REPEAT)
        return answer_repeat(in, first);
    *answered = standing == STANDING_IN_SHARE || standing == STANDING_FULL;
    return !*answered || send_busy(in->x, in->link);
}

static bool take_note(struct incoming *in, enum witnessed_as *as, struct error *err)
{
    struct witness_note w = {.proof = &in->proof,
                             .note = in->content.checkpoint,
                             .path = in->content.path,
                             .growth = in->content.consistency,
                             .from_size = in->content.known_size};

    return witness_take(in->x, &in->peer, &w, as, err);
}

/* Nothing is written for who has had its share. Of what is refused at step 13 a new note is kept: it is evidence. */
static bool take_proven(struct incoming *in, struct error *err)
{
    struct exchange *x = in->x;
    struct error why = {0};
    struct message_row seen;
    enum witnessed_as as;
    bool found;
    bool answered;

    if (!message_store_find(x->db, DIRECTION_IN, in->peer.number, &in->envelope.header.message, &found, &seen, err) ||
        !answer_over_share(in, found ? &seen : NULL, &answered, err))
        return false;
    if (answered)
        return true;
    if (in->peer.incarnation < in->proof.incarnation &&
        !witness_begin_incarnation(x, &in->peer, in->proof.incarnation, err))
        return false;
    as = WITNESSED_LINKED; /* of a log that is over the last checkpoint is known */
    if (in->peer.incarnation == in->proof.incarnation && !take_note(in, &as, err))
        return false;
    if (as == WITNESSED_FULL && !passes_when_full(in))
        return send_busy(x, in->link);
    if (!found && !check_acts(in, err))
        return wait_for_key(in, err);
    if (in->reason != 0)
        return send_refusal(in, &why);
    return found ? answer_duplicate(in, &seen, err) : admit_message(in, err);
}

/* What a suspended agency withdraws is refused, and is not read meanwhile. */
static bool stop_alone(struct incoming *in, struct error *err)
{
    struct received_body received;

    if (in->hold != HOLD_KEY_HELD_THERE || in->body.kind != MESSAGE_WITHDRAWAL)
        return true;
    received = received_body_of(in);
    return kind_withdrawal_stop_alone(in->x, &received, err);
}

/* Every member has a number from the directory on. */
static bool find_peer(struct incoming *in, struct error *err)
{
    bool found;

    if (!peers_find(in->x, &in->envelope.header.sender, &found, &in->peer, err))
        return false;
    return found || (tick_begin(in->x, err) && peers_get_or_add(in->x, &in->envelope.header.sender, &in->peer, err));
}

bool inbox_receive(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct incoming in = {.x = x, .link = link};
    struct error why = {0};

    in.over = meter_is_over(x, link->usage, NULL);
    meter_add(x, link->usage, RESOURCE_MESSAGES, 1);
    if (in.over && payload.size > BOUND_ANSWERING + SEAL_TAG_SIZE + BOUND_HEADER + ENVELOPE_TAGS)
        return send_busy(x, link);
    if (!admission_check_envelope(&in, payload, &why))
        return send_refusal(&in, &why);
    if (!find_peer(&in, err))
        return false;
    if (!admission_check_record(&in, &why))
        return stop_alone(&in, err) && send_refusal(&in, &why);
    return take_proven(&in, err);
}

bool inbox_say_busy(struct exchange *x, const struct link *link)
{
    return send_busy(x, link);
}

/* --- what arrived --- */

bool inbox_count(struct exchange *x, const struct link *link, size_t count)
{
    meter_add(x, link->usage, RESOURCE_MESSAGES, count);
    if (meter_is_over(x, link->usage, NULL))
        return false;
    serving_spend(link, count);
    return true;
}
