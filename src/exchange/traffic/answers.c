#include "exchange/traffic/answers.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/audit_messages.h"
#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "exchange/kinds/kind.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/restored/incarnations.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/releasing.h"
#include "exchange/traffic/releasing_times.h"
#include "exchange/traffic/settling.h"
#include "model/refusal.h"
#include "store/note_store.h"
#include "store/obligation_store.h"

static bool try_later(struct exchange *x, const struct link *link, const struct message_row *row, enum hold hold,
                      struct error *err)
{
    int64_t next_ms = tick_closing_ms(x) + releasing_pause_ms(row, row->attempts);

    releasing_note_retry(link, tick_steady_at_closing(x, next_ms));
    return tick_begin(x, err) && message_store_retry(x->db, row->number, row->attempts + 1, next_ms, hold, err);
}

static bool settle_message(struct exchange *x, const struct link *link, struct message_row *row,
                           const struct receipt *receipt, const struct proof_answer *proven, struct error *err)
{
    enum outcome outcome = proven->record.received.outcome;
    struct record r = {.kind = RECORD_RECEIPTED};
    struct witness_note w = {.proof = proven,
                             .note = receipt->checkpoint,
                             .path = receipt->path,
                             .growth = receipt->consistency,
                             .from_size = receipt->from_size};
    const struct kind_actions *acts = kind_actions(row->kind);
    struct peer_row peer;
    int64_t note;
    bool found;
    bool takes;

    REQUIRE(row->state != MESSAGE_RECEIPTED && row->state != MESSAGE_REFUSED); /* what is settled stays */
    r.receipted = (struct record_receipted){
        .recipient = address_view(&link->agency), .message = row->id, .leaf = proven->leaf, .outcome = outcome};
    row->state = outcome == OUTCOME_STORED ? MESSAGE_RECEIPTED : MESSAGE_REFUSED;
    row->outcome = outcome;
    if (!tick_begin(x, err) || !peers_get(x, link->peer, &found, &peer, err))
        return false;
    if (!incarnations_takes(x, &peer, proven, &takes, err))
        return false;
    if (!takes) { /* as with messages; a new machine's first word, maybe */
        if (meter_line(x, link->usage, LINE_REFUSED_THERE))
            log_line(LOG_WARNING, "event=receipt.other_incarnation peer=%s", link->agency.text);
        return true; /* of a log that is not known: the message goes on waiting */
    }
    if (peer.incarnation < proven->incarnation && !witness_begin_incarnation(x, &peer, proven->incarnation, err))
        return false;
    if (row->kind != MESSAGE_PING)
        peer.last_receipt_ms = tick_record_ms(x); /* whom somebody looks at he has had nothing to do with (pauses.c) */
    growth_receipted(link, row->number, receipt->linked);
    return witness_take_receipt(x, &peer, &w, &note, err) && audit_append(x->audit, &r, NULL, err) &&
           message_store_set_state(x->db, row->number, row->state, row->outcome, err) &&
           message_store_put_receipt(x->db, row->number, note, receipt->record, receipt->path, err) &&
           (!message_kind_has(row->kind, KIND_OWED) || obligations_receipted(x, row, proven, err)) &&
           (acts->receipted == NULL || acts->receipted(x, row, err)) &&
           (row->state != MESSAGE_REFUSED || !message_kind_has(row->kind, KIND_BEGINS) ||
            settling_withhold_about(x, row->referral, err));
}

/* The receipt of a withdrawal again: the peer has answered with it a newer message that says the same. It is not sent
 * every minute until the statement comes, but after pauses that grow. */
static bool wait_for_statement(struct exchange *x, const struct link *link, const struct message_row *first,
                               struct error *err)
{
    struct obligation_row o;
    struct message_row row;
    bool found;

    if (!obligation_store_find(x->db, OWED_WITHDRAWAL, first->consent, &found, &o, err))
        return false;
    if (!found || o.settled != 0 || o.message == first->number)
        return true;
    if (!message_store_get(x->db, o.message, &found, &row, err))
        return false;
    return !found || row.state != MESSAGE_WAITING || try_later(x, link, &row, HOLD_NONE, err);
}

/* Of what went before an agency was cut off nothing is heard while it is: it goes again, or never. */
static bool counts_on_link(const struct link *link, const struct message_row *row)
{
    return !link->recall_only || holds_calls_back(row->kind);
}

/* Whoever has the keys of a suspended agency may sign that it has a message, or refuse it: the same goes again when it
 * is admitted. */
static bool wait_for_end(struct exchange *x, const struct link *link, const struct message_row *row, struct error *err)
{
    int64_t next_ms = tick_closing_ms(x) + retry_pause_ms(RETRY_REFUSED, row->attempts);

    if (row->state != MESSAGE_WAITING)
        return true;
    releasing_note_retry(link, tick_steady_at_closing(x, next_ms));
    return tick_begin(x, err) &&
           message_store_retry(x->db, row->number, row->attempts + 1, next_ms, HOLD_SUSPENDED, err);
}

bool answers_take_receipt(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct receipt receipt;
    struct proof_question q = {.agency = address_view(&link->agency)};
    struct proof_answer proven;
    struct message_row row;
    bool found;

    if (!receipt_decode(payload, &x->tick_arena, &receipt, err))
        return error_wrap(err, "a receipt of %s", link->agency.text);
    q.record = receipt.record;
    q.path = receipt.path;
    q.checkpoint = receipt.checkpoint;
    if (!proofs_check(x->proofs, &q, &x->tick_arena, &proven, NULL, err))
        return error_wrap(err, "a receipt of %s", link->agency.text);
    if (proven.record.kind != RECORD_RECEIVED && proven.record.kind != RECORD_REFUSED)
        return error_set(err, E_LNK_90, "%s sent a record as a receipt that is none", link->agency.text);
    if (!view_equal(proven.record.received.sender, address_view(membership_own(x->membership))))
        return error_set(err, E_LNK_90, "%s sent a receipt of another agency's message", link->agency.text);
    if (!message_store_find(x->db, DIRECTION_OUT, link->peer, &proven.record.received.message, &found, &row, err))
        return false;
    if (found && !counts_on_link(link, &row))
        return true;
    /* A message that was withheld or expired while its receipt was under way did arrive: the receipt is recorded. */
    if (found && row.state == MESSAGE_RECEIPTED && row.kind == MESSAGE_WITHDRAWAL)
        return wait_for_statement(x, link, &row, err);
    if (!found || row.state == MESSAGE_RECEIPTED || row.state == MESSAGE_REFUSED ||
        !hash_equal(&row.leaf, &proven.record.received.leaf))
        return true; /* receipted before, or not a message of ours */
    if (holds_is_suspended(x, &link->agency))
        return wait_for_end(x, link, &row, err);
    if (row.state != MESSAGE_WAITING)
        SOMETIMES(a_receipt_came_after_its_message_was_given_up);
    if (!link->recall_only)
        holds_said(x, link->peer, HOLD_NONE);
    releasing_told_ready(x, link, &row);
    return settle_message(x, link, &row, &receipt, &proven, err);
}

/* The record of ROW says a time over a day ahead of what this node records now: a person lowered that since, and no
 * other node takes the message before that time. The same is recorded again, with the time of now; the peer has just
 * said that it has no message of this id. */
static bool record_again(struct exchange *x, const struct link *link, struct message_row *row, bool *done,
                         struct error *err)
{
    struct bytes stored = {0};
    struct record r;
    bool found;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, row->record_index, &found, &stored, err) &&
              (found || error_set(err, E_LOG_02, "the record of a message is missing")) &&
              record_decode(arena_copy(&x->tick_arena, bytes_view(&stored)), &x->tick_arena, &r, err);

    bytes_fini(&stored);
    *done = ok && r.kind == RECORD_DISCLOSED && r.time_ms > tick_record_ms(x) + BOUND_FUTURE_MS;
    if (!ok || !*done)
        return ok;
    SOMETIMES(a_message_was_recorded_again_with_the_time_of_now);
    row->record_index = audit_size(x->audit, LOG_EXCHANGE);
    releasing_from(link, row->number);
    tick_again(x);
    return tick_begin(x, err) && audit_append(x->audit, &r, &row->leaf, err) &&
           message_store_set_record(x->db, row->number, row->record_index, &row->leaf, err);
}

bool answers_take_refusal(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct peer_refusal refusal;
    struct message_row row;
    bool is_new = false;
    bool found = false;
    bool again = false;

    if (!peer_refusal_decode(payload, &x->tick_arena, &refusal, err))
        return error_wrap(err, "a refusal of %s", link->agency.text);
    if (!hold_is_found_there((enum hold)refusal.hold)) /* what it is not for the peer to find is no reason */
        refusal.hold = HOLD_NONE;
    if (meter_line(x, link->usage, LINE_REFUSED_THERE))
        log_line(LOG_WARNING, "event=message.refused peer=%s step=%s%s%s%s%s", link->agency.text,
                 admission_step_name(refusal.step), refusal.reason != 0 ? " reason=" : "",
                 refusal.reason != 0 ? refusal_reason_name((enum refusal_reason)refusal.reason) : "",
                 refusal.hold != HOLD_NONE ? " hold=" : "", refusal.hold != HOLD_NONE ? hold_name(refusal.hold) : "");
    if (!link->recall_only)
        holds_said(x, link->peer, refusal.hold);
    if (refusal.bundle.size != 0 && !federation_take_bundle(x, link, refusal.bundle, &is_new, err))
        return false;
    if (!refusal.has_message)
        return true;
    if (!message_store_find(x->db, DIRECTION_OUT, link->peer, &refusal.message, &found, &row, err))
        return false;
    if (!found || row.state != MESSAGE_WAITING || !counts_on_link(link, &row))
        return true;
    if (holds_is_suspended(x, &link->agency))
        return wait_for_end(x, link, &row, err);
    if (message_kind_has(row.kind, KIND_OWED) && !obligations_refused(x, &row, &refusal, err))
        return false;
    if (is_new) { /* released again, sealed to the new key */
        SOMETIMES(a_refusal_brought_a_newer_key);
        (void)releasing_begin_again(x, link, PACE_BUNDLE);
        return true;
    }
    if (refusal.hold == HOLD_CLOCK && !record_again(x, link, &row, &again, err))
        return false;
    if (again)
        return true;
    return try_later(x, link, &row, refusal.hold, err);
}
