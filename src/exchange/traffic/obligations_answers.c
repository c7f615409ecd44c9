#include "exchange/traffic/obligations_answers.h"

#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/answer_refused.h"
#include "exchange/restored/incarnations.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/obligations_inside.h"
#include "exchange/traffic/outbox.h"
#include "store/referral_store.h"

/* Refusals that do not end a row: the other node had no room, or knows the id from another record. */
static bool can_pass(enum outcome outcome)
{
    return outcome == OUTCOME_NO_ROOM || outcome == OUTCOME_OTHER_LEAF;
}

static bool forget_refusal(struct exchange *x, struct obligation_row *row, struct error *err)
{
    if (row->refused_at == 0)
        return true;
    row->refused_at = 0; /* when it was refused first stays: it is told of once, whatever is said in turn */
    row->refused_why = 0;
    return tick_begin(x, err) && obligation_store_update(x->db, row, err);
}

/* What ROW carries and is still owed, when no newer message carries it; else *FOUND is false. */
static bool find_open(struct exchange *x, const struct message_row *row, bool *found, struct obligation_row *out,
                      struct error *err)
{
    if (!obligations_find_of_message(x, row, found, out, err))
        return false;
    *found = *found && out->settled == 0 && out->message == row->number;
    return true;
}

/* Of an answer that was given here people are told. */
static bool note_refused(struct exchange *x, const struct obligation_row *o, struct error *err)
{
    struct referral_row row;
    bool found;

    if (o->what != OWED_REPLY)
        return true;
    return referral_store_get(x->db, o->number, &found, &row, err) &&
           (!found || answer_refused_record(x, &row, REFUSED_OURS, err));
}

bool obligations_refused(struct exchange *x, const struct message_row *row, const struct peer_refusal *refusal,
                         struct error *err)
{
    enum refusal_reason reason = (enum refusal_reason)refusal->reason;
    enum admission_step step = refusal->step;
    struct obligation_row o;
    bool found;

    if (!find_open(x, row, &found, &o, err))
        return false;
    if (!found)
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
    if (o.refused_ms == 0) {
        o.refused_ms = tick_record_ms(x);
        if (!note_refused(x, &o, err))
            return false;
    }
    o.refused_at = step;
    o.refused_why = reason;
    return obligation_store_update(x->db, &o, err);
}

static bool try_later(struct exchange *x, struct obligation_row *row, struct error *err)
{
    row->next_ms = tick_closing_ms(x) + retry_pause_ms(RETRY_OWED, row->tries++);
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

    if (!find_open(x, row, &found, &o, err))
        return false;
    if (!found)
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

    if (!obligations_find_of_message(x, row, &found, &o, err))
        return false;
    if (!found || o.settled != 0 || (!owed_is_about_consent(o.what) && o.message != row->number))
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

bool obligations_wait_under(struct exchange *x, int64_t number, bool *out, struct error *err)
{
    struct finding_rows under = {.x = x, .consent = number};

    if (!obligation_store_walk_open(x->db, find_under, &under, err))
        return false;
    *out = under.first != NULL;
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
    return obligations_append_settled(x, answered, (struct record_settled){.how = SETTLED_REOPENED}, err) &&
           obligation_store_add(x->db, &again, err);
}

/* One that is under way may have arrived before the withdrawal was recorded there, which it does not answer then: its
 * receipt, which may be on its way, is that of another. */
static bool state_anew(struct exchange *x, struct obligation_row *o, struct error *err)
{
    const int64_t number = o->message;
    struct message_row m;
    bool found;

    if (number == 0)
        return true;
    if (!message_store_get(x->db, number, &found, &m, err))
        return false;
    if (!found || !m.may_have_left)
        return true;
    SOMETIMES(a_withdrawal_met_a_statement_that_was_under_way);
    o->message = 0;
    o->tries = 0;
    o->next_ms = 0;
    return tick_begin(x, err) && outbox_drop(x, number, DENIAL_SUPERSEDED, err) &&
           obligation_store_update(x->db, o, err);
}

bool obligations_state_again(struct exchange *x, int64_t number, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (!obligation_store_find(x->db, OWED_STATEMENT, number, &found, &o, err))
        return false;
    if (!found)
        return true;
    x->obligations->messages_due = true;
    return o.settled == 0 ? state_anew(x, &o, err) : reopen(x, &o, err);
}

/* A withdrawal that arrived and is not answered did so in the log before: it is sent anew, unless the agency has it. */
static bool send_anew(struct exchange *x, const struct peer_row *peer, struct obligation_row *row, struct error *err)
{
    struct message_row m;
    bool found;
    bool lost;

    if (!message_store_get(x->db, row->message, &found, &m, err))
        return false;
    if (found && m.state == MESSAGE_WAITING)
        return true;
    if (found && !lost_there_message(x, peer, &m, &lost, err))
        return false;
    if (found && !lost)
        return true;
    row->message = 0;
    row->tries = 0;
    row->next_ms = 0;
    return obligation_store_update(x->db, row, err);
}

/* The agency has, in the log before, the record with which it answered ROW. */
static bool has_answered(struct exchange *x, const struct peer_row *peer, const struct obligation_row *row, bool *has,
                         struct error *err)
{
    *has = false;
    return row->answered_by < 0 ||
           incarnations_has(x, peer, peer->incarnation - 1, (uint64_t)row->answered_by, has, err);
}

static bool owe_anew(struct exchange *x, const struct peer_row *peer, struct obligation_row *row, struct error *err)
{
    bool restored;
    bool is;

    if (!incarnations_was_restored(x, peer, &restored, err))
        return false;
    if (row->what != OWED_WITHDRAWAL && !restored)
        return obligations_end_lost(x, row, err);
    if (row->what != OWED_WITHDRAWAL)
        return obligations_is_lost_there(x, row, &is, err) && (!is || obligations_end_lost(x, row, err));
    if (row->settled == 0)
        return send_anew(x, peer, row, err);
    return has_answered(x, peer, row, &is, err) && (is || reopen(x, row, err));
}

bool obligations_begin_anew(struct exchange *x, int64_t peer, struct error *err)
{
    struct finding_rows owed = {.x = x};
    struct peer_row row;
    bool found;

    REQUIRE(x->in_transaction);
    if (!peers_get(x, peer, &found, &row, err) || !obligation_store_walk_peer(x->db, peer, find_all, &owed, err))
        return false;
    REQUIRE(found);
    for (struct found_row *f = owed.first; f != NULL; f = f->next)
        if (!owe_anew(x, &row, &f->row, err))
            return error_wrap(err, "owe again what a lost log had answered");
    x->obligations->messages_due = true;
    tick_again(x);
    return lost_there_withhold(x, peer, err);
}

/* --- where a copy of its home signed on --- */

struct unnamed {
    struct exchange *x;
    uint32_t incarnation;
    obligations_named_fn *is_named;
    const void *cookie;
};

/* It was receipted in a log of the agency's that is over, in a history of it that is not that of its home. */
static bool is_lost_by_copy(const struct unnamed *u, const struct obligation_row *row, bool *out, struct error *err)
{
    struct message_row m;
    uint32_t incarnation;
    bool found;

    *out = false;
    if (row->what != OWED_WITHDRAWAL || row->message == 0 || u->is_named(u->cookie, row->message))
        return true;
    if (!message_store_get(u->x->db, row->message, &found, &m, err))
        return false;
    if (!found || m.state != MESSAGE_RECEIPTED)
        return true;
    if (!message_store_receipt_incarnation(u->x->db, row->message, &incarnation, err))
        return false;
    *out = incarnation != 0 && incarnation < u->incarnation;
    return true;
}

static bool owe_unnamed(const struct unnamed *u, struct obligation_row *row, struct error *err)
{
    bool is;

    if (!is_lost_by_copy(u, row, &is, err))
        return false;
    if (!is)
        return true;
    SOMETIMES(a_withdrawal_that_a_copy_lacked_was_owed_again);
    if (!tick_begin(u->x, err))
        return false;
    if (row->settled != 0)
        return reopen(u->x, row, err);
    row->message = 0;
    row->tries = 0;
    row->next_ms = 0;
    return obligation_store_update(u->x->db, row, err);
}

bool obligations_owe_unnamed(struct exchange *x, int64_t peer, uint32_t incarnation, obligations_named_fn *is_named,
                             const void *cookie, struct error *err)
{
    const struct unnamed u = {.x = x, .incarnation = incarnation, .is_named = is_named, .cookie = cookie};
    struct finding_rows owed = {.x = x};

    if (!obligation_store_walk_peer(x->db, peer, find_all, &owed, err))
        return false;
    for (struct found_row *f = owed.first; f != NULL; f = f->next)
        if (!owe_unnamed(&u, &f->row, err))
            return error_wrap(err, "owe again what another history of a log had answered");
    x->obligations->messages_due = true;
    return true;
}
