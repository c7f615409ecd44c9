#include "exchange/traffic/obligations.h"

#include "base/sometimes.h"
#include "codec/body_codec.h"
#include "codec/peer_codec.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations_inside.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/owed_facts.h"
#include "exchange/traffic/releasing_times.h"
#include "store/referral_store.h"

#define PAUSE_FIRST_MS 10000

struct obligations *obligations_new(void)
{
    struct obligations *o = xnew(sizeof *o);

    o->messages_due = true;
    return o;
}

void obligations_undone(struct exchange *x)
{
    *x->obligations = (struct obligations){.mended = x->obligations->mended, .messages_due = true};
}

void obligations_due(struct exchange *x)
{
    x->obligations->messages_due = true;
}

uint64_t obligations_mended(const struct exchange *x)
{
    return x->obligations->mended;
}

int64_t obligations_pause_ms(uint32_t tries)
{
    return pause_doubled(PAUSE_FIRST_MS, tries, DAY_MS);
}

bool obligations_is_cut_off(struct exchange *x)
{
    struct membership_status own;
    int64_t now = tick_closing_ms(x);

    membership_status(x->membership, now, &own);
    return own.own_revoked || (own.own_missing && now <= own.hard_expiry_ms);
}

bool obligations_is_by_hand(struct exchange *x, const struct address *agency)
{
    return holds_denial(x, agency, MESSAGE_REFERRAL) != 0 || obligations_is_cut_off(x);
}

bool obligations_may_close(struct exchange *x, const struct obligation_row *row, const struct address *agency)
{
    return row->settled == 0 && (row->refused_at != 0 || obligations_is_by_hand(x, agency));
}

/* --- what a message carries --- */

static const enum message_kind kinds[] = {
    [OWED_WITHDRAWAL] = MESSAGE_WITHDRAWAL,
    [OWED_STATEMENT] = MESSAGE_ERASURE_STATEMENT,
    [OWED_REPLY] = MESSAGE_REPLY,
    [OWED_CANCELLATION] = MESSAGE_CANCEL,
};

enum message_kind obligations_message_kind(enum owed what)
{
    return kinds[what];
}

static enum owed owed_by(const struct message_row *row)
{
    enum owed what = OWED_CANCELLATION;

    while (what != 0 && kinds[what] != row->kind)
        what--;
    return what;
}

static bool find_of_message(struct exchange *x, const struct message_row *row, bool *found, struct obligation_row *out,
                            struct error *err)
{
    enum owed what = owed_by(row);

    *found = false;
    return what == 0 || obligation_store_find(x->db, what, owed_is_about_consent(what) ? row->consent : row->referral,
                                              found, out, err);
}

/* --- ending --- */

bool obligations_subject(struct exchange *x, const struct obligation_row *row, struct ident *out, struct error *err)
{
    struct consent_row consent;
    struct referral_row referral;
    bool found;

    if (owed_is_about_consent(row->what)) {
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
    if (!found)
        return error_set(err, E_LOG_02, "to whom something was owed is missing");
    r.settled.recipient = address_view(&peer.agency);
    r.settled.what = row->what;
    r.settled.step = row->step;
    x->obligations->note_due = x->obligations->note_due || row->what == OWED_WITHDRAWAL;
    tick_again(x);
    if (settled.how == SETTLED_CLOSED && !acting_sign(x, &r, err))
        return false;
    return audit_append(x->audit, &r, NULL, err);
}

bool obligations_settle(struct exchange *x, struct obligation_row *row, struct record_settled settled,
                        struct error *err)
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
    return owed_is_about_consent(row->what) ? lost_there_consent(x, &peer, row->subject, lost, err)
                                            : lost_there_referral(x, &peer, row->subject, lost, err);
}

static bool end_lost(struct exchange *x, struct obligation_row *row, struct error *err)
{
    SOMETIMES(what_was_owed_was_lost_there);
    return obligations_settle(x, row, (struct record_settled){.how = SETTLED_LOST}, err) &&
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
    x->obligations->note_due = x->obligations->note_due || row->what == OWED_WITHDRAWAL;
    if (!obligation_store_find(x->db, row->what, row->subject, &found, &there, err))
        return false;
    x->obligations->messages_due = true;
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
        o.refused_at = 0;
        o.refused_why = 0;
        o.refused_ms = 0;
        return obligation_store_update(x->db, &o, err);
    }
    if (row->referral == 0 || owed_is_about_consent(owed_by(row)))
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

/* --- what came back --- */

/* Refusals that do not end a row: the other node had no room, or knows the id from another record. */
static bool can_pass(enum outcome outcome)
{
    return outcome == OUTCOME_NO_ROOM || outcome == OUTCOME_OTHER_LEAF;
}

static bool forget_refusal(struct exchange *x, struct obligation_row *row, struct error *err)
{
    if (row->refused_at == 0)
        return true;
    row->refused_at = 0;
    row->refused_why = 0;
    row->refused_ms = 0;
    return tick_begin(x, err) && obligation_store_update(x->db, row, err);
}

bool obligations_refused(struct exchange *x, const struct message_row *row, const struct peer_refusal *refusal,
                         struct error *err)
{
    enum refusal_reason reason = (enum refusal_reason)refusal->reason;
    enum admission_step step = (enum admission_step)refusal->step;
    struct obligation_row o;
    bool found;

    if (!find_of_message(x, row, &found, &o, err))
        return false;
    if (!found || o.settled != 0 || o.message != row->number)
        return true;
    if (refusal_passes(step, reason, refusal->hold))
        step = 0;
    if (step == 0)
        return forget_refusal(x, &o, err);
    if (step == o.refused_at && reason == o.refused_why)
        return true;
    if (!tick_begin(x, err))
        return false;
    SOMETIMES(what_was_owed_was_refused_there);
    if (o.refused_at == 0)
        o.refused_ms = tick_record_ms(x);
    o.refused_at = step;
    o.refused_why = reason;
    return obligation_store_update(x->db, &o, err);
}

static bool try_later(struct exchange *x, struct obligation_row *row, struct error *err)
{
    row->next_ms = tick_closing_ms(x) + obligations_pause_ms(row->tries++);
    x->obligations->messages_due = true; /* to set the time of waking */
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
        return forget_refusal(x, &o, err); /* it has arrived; the statement is still to come */
    return obligations_settle(
        x, &o,
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
           (obligations_settle(x, &o,
                               (struct record_settled){.how = SETTLED_ANSWERED,
                                                       .has_leaf = true,
                                                       .leaf = answer->leaf,
                                                       .index = answer->record.index,
                                                       .result = answer->record.erased.result},
                               err) &&
            outbox_drop(x, o.message, DENIAL_ANSWERED, err)); /* one that was sent again, and waits */
}

bool obligations_withheld(struct exchange *x, const struct message_row *row, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (!find_of_message(x, row, &found, &o, err))
        return false;
    if (!found || o.settled != 0)
        return true;
    if (owed_is_about_consent(o.what)) { /* its record is still to be told: in a new message */
        o.message = o.message == row->number ? 0 : o.message;
        return try_later(x, &o, err);
    }
    return obligations_settle(x, &o, (struct record_settled){.how = SETTLED_ERASED}, err);
}

/* Rows that a walk found, in the tick's arena. */
struct found_row {
    struct found_row *next;
    struct obligation_row row;
};

struct finding_rows {
    struct exchange *x;
    int64_t consent; /* the one that those lie under; 0: not asked */
    struct found_row *first;
};

static void add_found(struct finding_rows *f, const struct obligation_row *row)
{
    struct found_row *found = arena_new(&f->x->tick_arena, sizeof *found);

    *found = (struct found_row){.next = f->first, .row = *row};
    f->first = found;
}

static bool find_under(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct finding_rows *f = cookie;
    struct referral_row referral;
    bool found;

    if (owed_is_about_consent(row->what))
        return true;
    if (!referral_store_get(f->x->db, row->subject, &found, &referral, err))
        return false;
    if (found && referral.consent == f->consent)
        add_found(f, row);
    return true;
}

bool obligations_erased(struct exchange *x, int64_t number, struct error *err)
{
    struct finding_rows under = {.x = x, .consent = number};

    if (!obligation_store_walk_open(x->db, find_under, &under, err))
        return false;
    for (struct found_row *f = under.first; f != NULL; f = f->next)
        if (!obligations_settle(x, &f->row, (struct record_settled){.how = SETTLED_ERASED}, err) ||
            !outbox_drop(x, f->row.message, DENIAL_WITHDRAWN, err))
            return false;
    return true;
}

/* --- a log that began anew --- */

static bool find_all(void *cookie, const struct obligation_row *row, struct error *err)
{
    (void)err;
    add_found(cookie, row);
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

    SOMETIMES(what_had_been_answered_was_owed_again);
    return append_settled(x, answered, (struct record_settled){.how = SETTLED_REOPENED}, err) &&
           obligation_store_add(x->db, &again, err);
}

bool obligations_state_again(struct exchange *x, int64_t number, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (!obligation_store_find(x->db, OWED_STATEMENT, number, &found, &o, err))
        return false;
    if (!found || o.settled == 0)
        return true;
    x->obligations->messages_due = true;
    return reopen(x, &o, err);
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
    struct finding_rows owed = {.x = x};

    REQUIRE(x->in_transaction);
    if (!obligation_store_walk_peer(x->db, peer, find_all, &owed, err))
        return false;
    for (struct found_row *f = owed.first; f != NULL; f = f->next) {
        struct obligation_row *row = &f->row;
        bool ok;

        if (row->what != OWED_WITHDRAWAL)
            ok = end_lost(x, row, err);
        else
            ok = row->settled != 0 ? reopen(x, row, err) : send_anew(x, row, err);
        if (!ok)
            return error_wrap(err, "owe again what a lost log had answered");
    }
    x->obligations->messages_due = true;
    tick_again(x);
    return lost_there_withhold(x, peer, err);
}

/* --- people --- */

bool obligations_close(struct exchange *x, struct obligation_row *row, enum closing reason, struct error *err)
{
    SOMETIMES(a_person_told_by_hand_what_was_owed);
    return obligations_settle(x, row, (struct record_settled){.how = SETTLED_CLOSED, .reason = reason}, err) &&
           outbox_drop(x, row->message, DENIAL_CLOSED, err);
}

bool obligations_close_finding(struct exchange *x, struct obligation_row *row, enum closing reason, struct error *err)
{
    if (!tick_begin(x, err))
        return false;
    row->closed_by = (int64_t)audit_size(x->audit, LOG_EXCHANGE);
    x->obligations->note_due = true; /* the next start need not read this record */
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
    x->obligations->messages_due = true;
    tick_again(x);
    if (!obligation_store_update(x->db, &o, err))
        return false;
    return !found || m.state != MESSAGE_WAITING || releasing_try_now(x, &m, err);
}
