/* What a peer that was put back lacks of its logs before is told to it: the withdrawals that it told here. */
#include "exchange/traffic/beginnings_inside.h"

#include "auditlog/checkpoint.h"
#include "base/sometimes.h"
#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/stored_body.h"
#include "store/message_store.h"
#include "store/obligation_store.h"
#include "store/referral_store.h"

#define ROWS_A_TICK 64 /* withdrawals, or messages, that are looked at: a few milliseconds where each is told */

struct telling {
    struct exchange *x;
    const struct link *link;
    size_t looked_at;
    struct peer_held_message held[ROWS_A_TICK];
    size_t held_count;
};

/* Whether the peer may lack what its log INCARNATION says: that is over. By an index nobody can tell: a copy of its
 * home may have signed on for a while, and has other records there. */
static bool may_lack(struct telling *t, uint32_t incarnation, bool *out, struct error *err)
{
    const struct link_beginnings *b = t->link->beginnings;
    struct peer_log log;
    bool found;

    if (!peer_store_log(t->x->db, t->link->peer, incarnation, &found, &log, err))
        return false;
    *out = incarnation < b->incarnation && (found || incarnation > b->ended.incarnation);
    return true;
}

/* The peer's own record says that she withdrew, and the peer may have lost it: it is shown to it. */
static bool tell_withdrawal(struct telling *t, int64_t number, struct error *err)
{
    struct stored_body stored;
    struct peer_incarnation frame;
    uint32_t incarnation;
    struct checkpoint c;
    struct record r;
    struct body body;
    struct error why;
    struct bytes *out;
    bool is_house;
    bool readable;
    bool lost;

    if (!stored_body_open(t->x, number, &readable, &stored, &why, err))
        return false;
    if (!readable || !stored_body_decode(t->x, &stored, MESSAGE_WITHDRAWAL, &body, &why) ||
        !checkpoint_read(body.withdrawal.checkpoint, &c, &why) ||
        !record_decode(body.withdrawal.record, &t->x->tick_arena, &r, &why) ||
        !origin_read(c.origin, membership_federation(t->x->membership), &t->link->agency, &incarnation, &is_house) ||
        is_house)
        return true;
    if (!may_lack(t, incarnation, &lost, err))
        return false;
    if (!lost)
        return true;
    SOMETIMES(a_withdrawal_was_told_to_who_had_lost_it);
    frame = (struct peer_incarnation){
        .record = body.withdrawal.record, .path = body.withdrawal.path, .checkpoint = body.withdrawal.checkpoint};
    out = tick_frame(t->x);
    peer_incarnation_encode(&frame, out);
    tick_send(t->x, t->link->id, PEER_INCARNATION, bytes_view(out));
    return true;
}

/* The message of a withdrawal was logged behind it: one of the log that goes on is of what the peer has. */
static bool look_at(void *cookie, const struct message_row *m, struct error *err)
{
    struct telling *t = cookie;
    bool lost = true;

    t->looked_at++;
    t->link->beginnings->told_to = m->number;
    if (m->their_incarnation != 0 && !may_lack(t, m->their_incarnation, &lost, err))
        return false;
    return !lost || tell_withdrawal(t, m->number, err);
}

/* --- what it sent: it knows which of it it has --- */

static bool name_one(void *cookie, const struct message_row *m, struct error *err)
{
    struct telling *t = cookie;
    struct peer_held_message held = {.message = m->id};
    struct referral_row referral;
    bool found = false;
    bool lost;

    if (m->kind == MESSAGE_WITHDRAWAL) /* it was told */
        return true;
    if (!may_lack(t, m->their_incarnation, &lost, err))
        return false;
    if (!lost)
        return true;
    if (m->referral != 0 && !referral_store_get(t->x->db, m->referral, &found, &referral, err))
        return false;
    if (found)
        held.referral = referral.id;
    write_u32(held.incarnation, m->their_incarnation);
    write_u64(held.index, m->their_index);
    write_u32(held.kind, m->kind);
    REQUIRE(t->held_count < ROWS_A_TICK);
    t->held[t->held_count++] = held;
    return true;
}

static bool name_next(struct telling *t, struct error *err)
{
    struct link_beginnings *b = t->link->beginnings;
    struct message_range range = {.peer = t->link->peer, .end = b->incarnation, .after = b->named_to};
    struct peer_held frame = {.held = t->held};
    struct peer_log first;
    struct bytes *out;
    bool found;

    if (!peer_store_first_log(t->x->db, t->link->peer, &found, &first, err))
        return false;
    range.first = found ? first.incarnation : 0;
    range.last = b->named_to + ROWS_A_TICK;
    if (!message_store_walk_came_in(t->x->db, &range, name_one, t, err))
        return false;
    b->named_to = range.last;
    b->held_due = range.last < message_store_next_number(t->x->db);
    b->echo_due = !b->held_due;
    tick_again(t->x);
    if (t->held_count == 0 || !b->takes_held)
        return true;
    SOMETIMES(what_a_restored_home_had_sent_was_named_to_it);
    frame.count = t->held_count;
    out = tick_frame(t->x);
    peer_held_encode(&frame, out);
    tick_send(t->x, t->link->id, PEER_HELD, bytes_view(out));
    return true;
}

/* --- that this is all --- */

struct owed_search {
    struct exchange *x;
    bool waits;
};

/* What was refused there is not told: it may be so for now, and comes again. */
static bool note_waiting(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct owed_search *s = cookie;
    struct message_row m;
    bool found = false;

    if (s->waits || row->settled != 0 || (row->what != OWED_WITHDRAWAL && row->what != OWED_STATEMENT))
        return true;
    if (row->message != 0 && !message_store_get(s->x->db, row->message, &found, &m, err))
        return false;
    s->waits = !found || m.state != MESSAGE_RECEIPTED || m.outcome != OUTCOME_STORED;
    return true;
}

/* What is owed is told first: she may have withdrawn a consent that the other agency took. */
static bool send_echo(struct exchange *x, const struct link *l, struct error *err)
{
    struct owed_search s = {.x = x};

    if (!obligation_store_walk_peer(x->db, l->peer, note_waiting, &s, err))
        return false;
    if (s.waits)
        return true;
    l->beginnings->echo_due = false;
    tick_send(x, l->id, PEER_INCARNATION, bytes_view(&l->beginnings->echo));
    return true;
}

bool beginnings_answer(struct exchange *x, const struct link *l, struct error *err)
{
    struct telling t = {.x = x, .link = l};

    if (l->beginnings->answer_due) {
        if (!message_store_walk_withdrawals_from(x->db, l->peer, l->beginnings->told_to, ROWS_A_TICK, look_at, &t, err))
            return false;
        l->beginnings->answer_due = t.looked_at == ROWS_A_TICK;
        l->beginnings->held_due = !l->beginnings->answer_due;
        tick_again(x);
        return true;
    }
    if (l->beginnings->held_due)
        return name_next(&t, err);
    if (l->beginnings->echo_due && l->beginnings->names != NAMES_NONE)
        return beginnings_check_names(x, l, err);
    return !l->beginnings->echo_due || send_echo(x, l, err);
}
