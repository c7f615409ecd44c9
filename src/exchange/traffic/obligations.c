#include "exchange/traffic/obligations.h"

#include "base/sometimes.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referral_erasing.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations_inside.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/owed_facts.h"
#include "exchange/traffic/releasing_times.h"
#include "store/referral_store.h"

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

static const enum message_kind kinds[OWED_END] = {
    [OWED_WITHDRAWAL] = MESSAGE_WITHDRAWAL,
    [OWED_STATEMENT] = MESSAGE_ERASURE_STATEMENT,
    [OWED_REPLY] = MESSAGE_REPLY,
    [OWED_CANCELLATION] = MESSAGE_CANCEL,
};

enum message_kind obligations_message_kind(enum owed what)
{
    return what < OWED_END ? kinds[what] : 0; /* a row may have been changed */
}

static enum owed owed_by(const struct message_row *row)
{
    enum owed what = OWED_CANCELLATION;

    while (what != 0 && kinds[what] != row->kind)
        what--;
    return what;
}

bool obligations_find_of_message(struct exchange *x, const struct message_row *row, bool *found,
                                 struct obligation_row *out, struct error *err)
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
bool obligations_append_settled(struct exchange *x, const struct obligation_row *row, struct record_settled settled,
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
    REQUIRE(settled.how != 0 && settled.how != SETTLED_REOPENED);
    if (!tick_begin(x, err))
        return false;
    row->settled = settled.how;
    row->result = settled.result;
    row->settled_by = (int64_t)audit_size(x->audit, LOG_EXCHANGE);
    row->answered_by = settled.has_leaf ? (int64_t)settled.index : OBLIGATION_NO_RECORD;
    if (row->what == OWED_REPLY)
        referral_erasing_due(x);
    return obligations_append_settled(x, row, settled, err) && obligation_store_update(x->db, row, err);
}

/* --- beginning --- */

bool obligations_is_lost_there(struct exchange *x, const struct obligation_row *row, bool *lost, struct error *err)
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

bool obligations_end_lost(struct exchange *x, struct obligation_row *row, struct error *err)
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

    if (!obligation_store_add(x->db, fact, err) || !obligations_is_lost_there(x, fact, &lost, err))
        return false;
    return !lost || (obligation_store_find(x->db, fact->what, fact->subject, &found, &row, err) &&
                     (!found || obligations_end_lost(x, &row, err)));
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

/* What O is owed by goes in message ROW from now on: an answer before it is told no more. */
static bool carry_anew(struct exchange *x, struct obligation_row *o, const struct message_row *row,
                       const struct disclosed *d, struct error *err)
{
    int64_t before = o->message;

    o->message = row->number;
    o->refused_at = 0;
    o->refused_why = 0;
    o->refused_ms = 0;
    return (o->what != OWED_REPLY || step_of_reply(x, d, &o->step, err)) && obligation_store_update(x->db, o, err) &&
           outbox_drop(x, before, DENIAL_SUPERSEDED, err);
}

bool obligations_put(struct exchange *x, const struct message_row *row, const struct disclosed *d, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (!obligations_find_of_message(x, row, &found, &o, err))
        return false;
    if (found && o.settled == 0)
        return carry_anew(x, &o, row, d, err);
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
    return obligations_append_settled(x, row, (struct record_settled){.how = SETTLED_CLOSED, .reason = reason}, err) &&
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
