#include "exchange/traffic/obligations.h"

#include "codec/body_codec.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/kinds/kind_erasure.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/owed_facts.h"
#include "exchange/traffic/stored_body.h"
#include "store/referral_store.h"

#define PAUSE_FIRST_MS 10000
#define PAUSE_DOUBLES  13 /* 10 s doubled so often is 22 hours; the next is the day */

int64_t obligations_pause_ms(uint32_t tries)
{
    return tries > PAUSE_DOUBLES ? DAY_MS : (int64_t)PAUSE_FIRST_MS << tries;
}

bool obligations_is_by_hand(struct exchange *x, const struct address *agency)
{
    return holds_denial(x, agency, MESSAGE_REFERRAL) != 0;
}

/* --- what a message carries --- */

static enum owed owed_by(const struct message_row *row)
{
    switch (row->kind) {
    case MESSAGE_WITHDRAWAL:
        return OWED_WITHDRAWAL;
    case MESSAGE_ERASURE_STATEMENT:
        return OWED_STATEMENT;
    case MESSAGE_REPLY:
        return OWED_REPLY;
    case MESSAGE_CANCEL:
        return OWED_CANCELLATION;
    default:
        return 0;
    }
}

static bool is_about_consent(enum owed what)
{
    return what == OWED_WITHDRAWAL || what == OWED_STATEMENT;
}

static bool find_of_message(struct exchange *x, const struct message_row *row, bool *found, struct obligation_row *out,
                            struct error *err)
{
    enum owed what = owed_by(row);

    *found = false;
    return what == 0 ||
           obligation_store_find(x->db, what, is_about_consent(what) ? row->consent : row->referral, found, out, err);
}

/* --- ending --- */

bool obligations_subject(struct exchange *x, const struct obligation_row *row, struct ident *out, struct error *err)
{
    struct consent_row consent;
    struct referral_row referral;
    bool found;

    if (is_about_consent(row->what)) {
        if (!consent_store_get(x->db, row->subject, &found, &consent, err))
            return false;
        *out = consent.id;
    } else {
        if (!referral_store_get(x->db, row->subject, &found, &referral, err))
            return false;
        *out = referral.id;
    }
    return found || error_set(err, E_LOG_02, "what an obligation is about is missing");
}

/* Records what SETTLED says of ROW; recipient, subject, what and step are filled in here. */
static bool append_settled(struct exchange *x, const struct obligation_row *row, struct record_settled settled,
                           struct error *err)
{
    struct record r = {.kind = RECORD_SETTLED, .settled = settled};
    struct peer_row peer;
    bool found;

    if (!tick_begin(x, err) || !peers_get(x, row->peer, &found, &peer, err) ||
        !obligations_subject(x, row, &r.settled.subject, err))
        return false;
    r.settled.recipient = address_view(&peer.agency);
    r.settled.what = row->what;
    r.settled.step = row->step;
    x->owed_note_due = x->owed_note_due || row->what == OWED_WITHDRAWAL;
    tick_again(x);
    return audit_append(x->audit, &r, NULL, err);
}

static bool settle(struct exchange *x, struct obligation_row *row, struct record_settled settled, struct error *err)
{
    if (!tick_begin(x, err))
        return false;
    row->settled = settled.how;
    row->result = settled.result;
    row->settled_by = (int64_t)audit_size(x->audit, LOG_EXCHANGE);
    row->answered_by = settled.has_leaf ? (int64_t)settled.index : OBLIGATION_NO_RECORD;
    return append_settled(x, row, settled, err) && obligation_store_update(x->db, row, err);
}

/* --- beginning --- */

/* Whether the agency to which ROW is owed does not know any more what ROW answers. */
static bool is_lost_there(struct exchange *x, const struct obligation_row *row, bool *lost, struct error *err)
{
    struct peer_row peer;
    bool found;

    *lost = false;
    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (!found || row->what == OWED_WITHDRAWAL)
        return true;
    return is_about_consent(row->what) ? lost_there_consent(x, &peer, row->subject, lost, err)
                                       : lost_there_referral(x, &peer, row->subject, lost, err);
}

static bool end_lost(struct exchange *x, struct obligation_row *row, struct error *err)
{
    return settle(x, row, (struct record_settled){.how = SETTLED_LOST}, err) &&
           outbox_drop(x, row->message, DENIAL_LOST, err);
}

/* An answer to what the other agency lost ends at once: it would be refused as not known there for ever. */
static bool add_row(struct exchange *x, const struct obligation_row *fact, struct error *err)
{
    struct obligation_row row;
    bool found;
    bool lost;

    if (!obligation_store_add(x->db, fact, err) || !is_lost_there(x, fact, &lost, err))
        return false;
    return !lost || (obligation_store_find(x->db, fact->what, fact->subject, &found, &row, err) &&
                     (!found || end_lost(x, &row, err)));
}

bool obligations_open(struct exchange *x, const struct obligation_row *row, struct error *err)
{
    struct obligation_row there;
    struct obligation_row fact = *row;
    bool found;

    REQUIRE(x->in_transaction);
    x->owed_note_due = x->owed_note_due || row->what == OWED_WITHDRAWAL;
    if (!obligation_store_find(x->db, row->what, row->subject, &found, &there, err))
        return false;
    x->obligations_due = true;
    tick_again(x);
    fact.since_ms = tick_record_ms(x);
    fact.settled_by = fact.answered_by = fact.closed_by = OBLIGATION_NO_RECORD;
    if (!found)
        return add_row(x, &fact, err);
    if (there.settled == 0) {
        if (there.step >= row->step)
            return true;
        there.step = row->step;
        there.record_index = row->record_index;
        there.message = 0;
        there.tries = 0;
        there.next_ms = 0;
        return obligation_store_update(x->db, &there, err);
    }
    if (!owed_facts_again(row->what, there.settled, there.result, there.step, row->step))
        return true;
    return add_row(x, &fact, err);
}

static bool step_of_reply(struct exchange *x, const struct disclosed *d, uint32_t *step, struct error *err)
{
    struct body body;

    if (!body_decode(d->body, &x->tick_arena, &body, err))
        return false;
    *step = body.reply.state;
    return true;
}

bool obligations_put(struct exchange *x, const struct message_row *row, const struct disclosed *d, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (!find_of_message(x, row, &found, &o, err))
        return false;
    if (found && o.settled == 0) {
        o.message = row->number;
        return obligation_store_update(x->db, &o, err);
    }
    if (row->referral == 0 || is_about_consent(owed_by(row)))
        return true;
    o = (struct obligation_row){.what = owed_by(row),
                                .subject = row->referral,
                                .peer = row->peer,
                                .step = REFERRAL_CANCELLED,
                                .record_index = row->record_index,
                                .since_ms = tick_record_ms(x),
                                .message = row->number,
                                .settled_by = OBLIGATION_NO_RECORD,
                                .answered_by = OBLIGATION_NO_RECORD,
                                .closed_by = OBLIGATION_NO_RECORD};
    return (o.what != OWED_REPLY || step_of_reply(x, d, &o.step, err)) && add_row(x, &o, err);
}

/* --- making the messages --- */

struct due {
    struct due *next;
    struct obligation_row row;
};

struct due_walk {
    struct exchange *x;
    struct due *first;
};

static bool collect_due(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct due_walk *w = cookie;
    struct exchange *x = w->x;
    struct due *d;

    (void)err;
    if (row->tries != 0 && !tick_pause_is_over(x, row->next_ms, obligations_pause_ms(row->tries - 1))) {
        int64_t at = tick_steady_at_closing(x, row->next_ms);

        if (x->obligations_wake_ms == 0 || at < x->obligations_wake_ms)
            x->obligations_wake_ms = at;
        return true;
    }
    d = arena_new(&x->tick_arena, sizeof *d);
    *d = (struct due){.next = w->first, .row = *row};
    w->first = d;
    return true;
}

/* A statement says that the keys are gone: it waits until they are. */
static bool make_about_consent(struct exchange *x, const struct obligation_row *row, const struct address *to,
                               struct error *err)
{
    struct consent_row consent;
    bool found;

    if (!consent_store_get(x->db, row->subject, &found, &consent, err))
        return false;
    if (!found || (row->what == OWED_STATEMENT && consent.progress != CONSENT_ERASED))
        return true;
    if (!audit_is_durable(x->audit, row->record_index)) {
        tick_again(x); /* its checkpoint is signed in this tick */
        x->obligations_due = true;
        return true;
    }
    consent.recipient = *to; /* as the log says, whatever the consent's row does */
    return row->what == OWED_WITHDRAWAL ? kind_withdrawal_send(x, &consent, row, err)
                                        : kind_erasure_send(x, &consent, row, err);
}

/* The message was finally refused, for a reason that passes: the same body again, in a new message. */
static bool make_from_last(struct exchange *x, struct obligation_row *row, const struct address *to, struct error *err)
{
    struct stored_body stored;
    struct error why = {0};
    struct message_row last;
    struct body body;
    bool readable;
    bool found;

    if (!message_store_get(x->db, row->message, &found, &last, err) ||
        !stored_body_open(x, row->message, &readable, &stored, &why, err))
        return false;
    if (!found || !readable)
        return settle(x, row, (struct record_settled){.how = SETTLED_ERASED}, err);
    return body_decode(stored.bytes, &x->tick_arena, &body, err) &&
           outbox_put_plain(x, to, &body, last.referral, last.consent, err);
}

static bool make_message(struct exchange *x, struct obligation_row *row, struct error *err)
{
    struct peer_row peer;
    struct error why = {0};
    bool found;

    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (!found || obligations_is_by_hand(x, &peer.agency))
        return true;
    if (is_about_consent(row->what))
        return make_about_consent(x, row, &peer.agency, err);
    if (!membership_admits(x->membership, address_view(&peer.agency), tick_closing_ms(x), NULL, &why))
        return true; /* the daily work looks again */
    return make_from_last(x, row, &peer.agency, err);
}

bool obligations_advance(struct exchange *x, struct error *err)
{
    struct due_walk w = {.x = x};

    if (!x->obligations_due && (x->obligations_wake_ms == 0 || tick_steady_ms(x) < x->obligations_wake_ms))
        return true;
    x->obligations_due = false;
    x->obligations_wake_ms = 0;
    if (!obligation_store_walk_due(x->db, collect_due, &w, err))
        return false;
    for (struct due *d = w.first; d != NULL; d = d->next)
        if (!make_message(x, &d->row, err))
            return error_wrap(err, "send what is owed");
    return true;
}

int64_t obligations_wake_ms(const struct exchange *x)
{
    return x->obligations_wake_ms;
}

/* --- what came back --- */

/* Refusals that do not end a row: the other node had no room, or knows the id from another record. */
static bool can_pass(enum outcome outcome)
{
    return outcome == OUTCOME_NO_ROOM || outcome == OUTCOME_OTHER_LEAF;
}

static bool try_later(struct exchange *x, struct obligation_row *row, struct error *err)
{
    row->next_ms = tick_closing_ms(x) + obligations_pause_ms(row->tries++);
    x->obligations_due = true; /* to set the time of waking */
    tick_again(x);
    return obligation_store_update(x->db, row, err);
}

bool obligations_receipted(struct exchange *x, const struct message_row *row, const struct proof_answer *receipt,
                           struct error *err)
{
    enum outcome outcome = receipt->record.received.outcome;
    struct obligation_row o;
    bool found;

    if (!find_of_message(x, row, &found, &o, err))
        return false;
    if (!found || o.settled != 0 || o.message != row->number)
        return true;
    if (outcome != OUTCOME_STORED && (o.what == OWED_WITHDRAWAL || can_pass(outcome)))
        return try_later(x, &o, err);
    if (o.what == OWED_WITHDRAWAL)
        return true; /* it has arrived; the statement is still to come */
    return settle(x, &o,
                  (struct record_settled){.how = outcome == OUTCOME_STORED ? SETTLED_ANSWERED : SETTLED_REFUSED,
                                          .has_leaf = true,
                                          .leaf = receipt->leaf,
                                          .index = receipt->record.index},
                  err);
}

bool obligations_answered(struct exchange *x, int64_t number, const struct proof_answer *answer, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (!obligation_store_find(x->db, OWED_WITHDRAWAL, number, &found, &o, err))
        return false;
    return !found || o.settled != 0 ||
           (settle(x, &o,
                   (struct record_settled){.how = SETTLED_ANSWERED,
                                           .has_leaf = true,
                                           .leaf = answer->leaf,
                                           .index = answer->record.index,
                                           .result = answer->record.erased.result},
                   err) &&
            outbox_drop(x, o.message, DENIAL_CANCELLED, err)); /* one that was sent again, and waits */
}

bool obligations_withheld(struct exchange *x, const struct message_row *row, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (!find_of_message(x, row, &found, &o, err))
        return false;
    if (!found || o.settled != 0)
        return true;
    if (is_about_consent(o.what)) { /* its record is still to be told: in a new message */
        o.message = o.message == row->number ? 0 : o.message;
        return try_later(x, &o, err);
    }
    return settle(x, &o, (struct record_settled){.how = SETTLED_ERASED}, err);
}

struct erased_walk {
    struct exchange *x;
    int64_t consent;
    struct due *first;
};

static bool collect_under(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct erased_walk *w = cookie;
    struct referral_row referral;
    struct due *d;
    bool found;

    if (is_about_consent(row->what))
        return true;
    if (!referral_store_get(w->x->db, row->subject, &found, &referral, err))
        return false;
    if (!found || referral.consent != w->consent)
        return true;
    d = arena_new(&w->x->tick_arena, sizeof *d);
    *d = (struct due){.next = w->first, .row = *row};
    w->first = d;
    return true;
}

bool obligations_erased(struct exchange *x, int64_t number, struct error *err)
{
    struct erased_walk w = {.x = x, .consent = number};

    if (!obligation_store_walk_open(x->db, collect_under, &w, err))
        return false;
    for (struct due *d = w.first; d != NULL; d = d->next)
        if (!settle(x, &d->row, (struct record_settled){.how = SETTLED_ERASED}, err) ||
            !outbox_drop(x, d->row.message, DENIAL_WITHDRAWN, err))
            return false;
    return true;
}

/* --- a log that began anew --- */

static bool collect_all(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct due_walk *w = cookie;
    struct due *d = arena_new(&w->x->tick_arena, sizeof *d);

    (void)err;
    *d = (struct due){.next = w->first, .row = *row};
    w->first = d;
    return true;
}

/* A row of its own: what was answered before stays. */
static bool reopen(struct exchange *x, const struct obligation_row *answered, struct error *err)
{
    struct obligation_row again = {.what = answered->what,
                                   .subject = answered->subject,
                                   .peer = answered->peer,
                                   .step = answered->step,
                                   .record_index = answered->record_index,
                                   .since_ms = answered->since_ms,
                                   .settled_by = OBLIGATION_NO_RECORD,
                                   .answered_by = OBLIGATION_NO_RECORD,
                                   .closed_by = OBLIGATION_NO_RECORD};

    return append_settled(x, answered, (struct record_settled){.how = SETTLED_REOPENED}, err) &&
           obligation_store_add(x->db, &again, err);
}

/* A withdrawal that arrived and is not answered did so in the log before: it is sent anew. */
static bool send_anew(struct exchange *x, struct obligation_row *row, struct error *err)
{
    struct message_row m;
    bool found;

    if (!message_store_get(x->db, row->message, &found, &m, err))
        return false;
    if (found && m.state == MESSAGE_WAITING)
        return true;
    row->message = 0;
    row->tries = 0;
    row->next_ms = 0;
    return obligation_store_update(x->db, row, err);
}

bool obligations_begin_anew(struct exchange *x, int64_t peer, struct error *err)
{
    struct due_walk w = {.x = x};

    REQUIRE(x->in_transaction);
    if (!obligation_store_walk_peer(x->db, peer, collect_all, &w, err))
        return false;
    for (struct due *d = w.first; d != NULL; d = d->next) {
        struct obligation_row *row = &d->row;
        bool ok;

        if (row->what != OWED_WITHDRAWAL)
            ok = end_lost(x, row, err);
        else
            ok = row->settled != 0 ? reopen(x, row, err) : send_anew(x, row, err);
        if (!ok)
            return error_wrap(err, "owe again what a lost log had answered");
    }
    x->obligations_due = true;
    tick_again(x);
    return lost_there_withhold(x, peer, err);
}

/* --- people --- */

bool obligations_close(struct exchange *x, struct obligation_row *row, enum closing reason, struct error *err)
{
    return settle(x, row, (struct record_settled){.how = SETTLED_CLOSED, .reason = reason}, err) &&
           outbox_drop(x, row->message, DENIAL_NOT_MEMBER, err);
}

bool obligations_close_finding(struct exchange *x, struct obligation_row *row, enum closing reason, struct error *err)
{
    if (!tick_begin(x, err))
        return false;
    row->closed_by = (int64_t)audit_size(x->audit, LOG_EXCHANGE);
    x->owed_note_due = true; /* the next start need not read this record */
    return append_settled(x, row, (struct record_settled){.how = SETTLED_CLOSED, .reason = reason}, err) &&
           obligation_store_update(x->db, row, err);
}

bool obligations_try_now(struct exchange *x, const struct consent_row *row, struct error *err)
{
    struct obligation_row o;
    struct message_row m;
    bool found;

    if (!obligation_store_find(x->db, OWED_WITHDRAWAL, row->number, &found, &o, err))
        return false;
    if (!found || o.settled != 0)
        return true;
    if (!tick_begin(x, err) || !message_store_get(x->db, o.message, &found, &m, err))
        return false;
    o.next_ms = 0;
    x->obligations_due = true;
    tick_again(x);
    if (!obligation_store_update(x->db, &o, err))
        return false;
    return !found || m.state != MESSAGE_WAITING || outbox_try_now(x, &m, err);
}
