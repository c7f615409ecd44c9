#include "exchange/traffic/settling.h"

#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "exchange/kinds/kind.h"
#include "exchange/logs/audit.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/recorded.h"
#include "exchange/traffic/releasing_times.h"

#include <stdlib.h>

/* --- keeping back --- */

/* Of a message of ours, by its record; by its row where that names no record of it. A record that names nobody is none,
 * and a node does not start with one. */
static bool find_recipient(struct exchange *x, const struct message_row *row, struct address *out, struct error *err)
{
    struct peer_row peer;
    struct record r;
    bool found;

    if (!recorded_find(x, row, &found, &r, err))
        return false;
    if (found && address_read(r.disclosed.recipient, out))
        return true;
    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (found)
        *out = peer.agency;
    return found || error_set(err, E_LOG_02, "to whom a message was is not known any more");
}

bool settling_withhold(struct exchange *x, const struct message_row *row, enum denial why, enum left left,
                       struct error *err)
{
    const struct kind_actions *acts = kind_actions(row->kind);
    struct record r = {.kind = RECORD_WITHHELD};
    struct address recipient;

    if (outbox_keep(x, row->number))
        left = LEFT_NEVER;
    if (!tick_begin(x, err) || !find_recipient(x, row, &recipient, err))
        return false;
    r.withheld = (struct record_withheld){
        .recipient = address_view(&recipient), .message = row->id, .reason = (uint32_t)why, .left = left};
    if (left == LEFT_PERHAPS)
        SOMETIMES(what_may_have_left_was_withheld);
    tick_again(x); /* to commit it */
    return audit_append(x->audit, &r, NULL, err) &&
           message_store_set_state(x->db, row->number, MESSAGE_WITHHELD, 0, err) &&
           (left != LEFT_NEVER || !row->may_have_left || message_store_set_left(x->db, row->number, false, err)) &&
           (left != LEFT_NEVER || acts->withheld == NULL || acts->withheld(x, row, err)) &&
           (!message_kind_has(row->kind, KIND_OWED) || obligations_withheld(x, row, err)) &&
           (!message_kind_has(row->kind, KIND_BEGINS) || settling_withhold_about(x, row->referral, err));
}

struct unsent {
    struct unsent *next;
    struct message_row row;
};

struct unsent_walk {
    struct exchange *x;
    struct unsent *first;
};

static bool collect_waiting(void *cookie, const struct message_row *row, struct error *err)
{
    struct unsent_walk *w = cookie;
    struct unsent *u;

    (void)err;
    if (row->direction != DIRECTION_OUT || row->state != MESSAGE_WAITING || message_kind_has(row->kind, KIND_OWED))
        return true;
    u = arena_new(&w->x->tick_arena, sizeof *u);
    *u = (struct unsent){.next = w->first, .row = *row};
    w->first = u;
    return true;
}

static bool collect_unsent(void *cookie, const struct message_row *row, struct error *err)
{
    const struct unsent_walk *w = cookie;

    return (row->may_have_left && !outbox_is_new(w->x, row->number)) || collect_waiting(cookie, row, err);
}

bool settling_withhold_under(struct exchange *x, int64_t number, struct error *err)
{
    struct unsent_walk w = {.x = x};

    if (!message_store_walk_consent(x->db, number, collect_unsent, &w, err))
        return false;
    for (const struct unsent *u = w.first; u != NULL; u = u->next)
        if (!outbox_drop(x, u->row.number, DENIAL_WITHDRAWN, err)) /* it may have gone with what it is about */
            return false;
    return true;
}

bool settling_withhold_about(struct exchange *x, int64_t referral, struct error *err)
{
    struct unsent_walk w = {.x = x};

    if (!message_store_walk_referral(x->db, referral, collect_waiting, &w, err))
        return false;
    for (const struct unsent *u = w.first; u != NULL; u = u->next)
        if (!outbox_drop(x, u->row.number, DENIAL_NOT_THERE, err))
            return false;
    return true;
}

enum left settling_left(const struct message_row *row)
{
    return row->may_have_left ? LEFT_PERHAPS : LEFT_NEVER;
}

enum arrival settling_arrival(const struct message_row *row)
{
    if (row->direction != DIRECTION_OUT || row->state == MESSAGE_RECEIPTED || row->state == MESSAGE_REFUSED ||
        !row->may_have_left)
        return ARRIVAL_SETTLED;
    if (row->missing_ms == 0)
        return ARRIVAL_UNKNOWN;
    return day_of_ms(row->missing_ms) > row->expiry && !message_kind_has(row->kind, KIND_OWED) ? ARRIVAL_MISSING
                                                                                               : ARRIVAL_DENIED;
}

bool settling_is_for_a_person(enum message_kind kind, enum denial denied)
{
    return message_kind_has(kind, KIND_OWED) &&
           (denied == DENIAL_NOT_MEMBER || denied == DENIAL_LEFT || denied == DENIAL_KEY_COMPROMISED);
}

/* --- asking what arrived --- */

struct link_settling {
    bool due;          /* to be asked after the commit: which of the messages without a receipt arrived */
    int64_t up_to;     /* the number of the last one that was asked */
    struct bytes asks; /* message id and leaf of each to be asked after the commit */
};

void settling_link_up(struct link *link)
{
    link->settling = xnew(sizeof *link->settling);
}

void settling_link_end(struct link *link)
{
    bytes_fini(&link->settling->asks);
    free(link->settling);
}

void settling_begin(const struct link *link)
{
    if (link->settling->up_to == 0)
        link->settling->due = true;
}

_Static_assert(sizeof(struct peer_asked) == IDENT_SIZE + HASH_SIZE, "asks are read as a list of them");

static void add_question(struct link_settling *s, const struct message_row *row)
{
    bytes_append(&s->asks, row->id.at, sizeof row->id.at);
    bytes_append(&s->asks, row->leaf.at, sizeof row->leaf.at);
}

void settling_add_question(const struct link *link, const struct message_row *row)
{
    add_question(link->settling, row);
}

static bool add_unsettled(void *cookie, const struct message_row *row, struct error *err)
{
    struct link_settling *s = cookie;

    (void)err;
    add_question(s, row);
    s->up_to = row->number;
    return true;
}

/* At most one frame: when it is answered, or when all that waits is looked at again, the next one goes. */
bool settling_ask(struct exchange *x, const struct link *link, struct error *err)
{
    struct peer_ask ask;
    struct bytes *frame;
    struct link_settling *s = link->settling;
    size_t room = BOUND_ASKED - s->asks.size / sizeof(struct peer_asked);

    if (!links_is_whole(link) || !links_has_room(x, link))
        return true;
    if (s->asks.size / sizeof(struct peer_asked) > BOUND_ASKED)
        room = 0;
    if (s->due && room > 0) {
        s->due = false;
        if (!message_store_walk_unsettled(x->db, link->peer, s->up_to, room, add_unsettled, s, err))
            return false;
    }
    if (s->asks.size == 0)
        return true;
    if (s->asks.size > BOUND_ASKED * sizeof *ask.asked)
        s->asks.size = BOUND_ASKED * sizeof *ask.asked;
    REQUIRE(s->asks.size % sizeof *ask.asked == 0);
    ask.asked = (const void *)s->asks.at;
    ask.count = s->asks.size / sizeof *ask.asked;
    frame = tick_frame(x);
    peer_ask_encode(&ask, frame);
    tick_send(x, link->id, PEER_ASK, bytes_view(frame));
    bytes_clear(&s->asks);
    return true;
}

/* *AGAIN: the gate is to look at it again. */
static bool note_missing(struct exchange *x, const struct link *link, const struct ident *id, bool *again,
                         struct error *err)
{
    struct message_row row;
    bool found;

    if (!message_store_find(x->db, DIRECTION_OUT, link->peer, id, &found, &row, err))
        return false;
    if (!found || !row.may_have_left || row.state == MESSAGE_RECEIPTED || row.state == MESSAGE_REFUSED)
        return true;
    SOMETIMES(a_peer_said_that_a_message_did_not_arrive);
    if (row.state == MESSAGE_WAITING)
        *again = true;
    return tick_begin(x, err) && message_store_set_missing(x->db, row.number, tick_record_ms(x), err);
}

bool settling_take_missing(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct peer_missing missing;
    bool again = false;

    if (!peer_missing_decode(payload, &x->tick_arena, &missing, err))
        return error_wrap(err, "an answer of %s", link->agency.text);
    for (size_t i = 0; i < missing.count; i++)
        if (!note_missing(x, link, &missing.ids[i], &again, err))
            return false;
    if (again)
        (void)releasing_begin_again(x, link, PACE_MISSING);
    link->settling->due = link->settling->up_to != 0;
    return true;
}

/* --- expiry --- */

struct expiry_walk {
    struct exchange *x;
    uint32_t day;
};

static bool expire_message(void *cookie, const struct message_row *row, struct error *err)
{
    struct expiry_walk *a = cookie;
    struct record r = {.kind = RECORD_EXPIRED};
    struct address recipient;

    if (row->expiry >= a->day || message_kind_has(row->kind, KIND_OWED))
        return true;
    SOMETIMES(a_message_went_past_its_last_day);
    if (!tick_begin(a->x, err) || !find_recipient(a->x, row, &recipient, err))
        return false;
    r.withheld =
        (struct record_withheld){.recipient = address_view(&recipient), .message = row->id, .left = settling_left(row)};
    return audit_append(a->x->audit, &r, NULL, err) &&
           message_store_set_state(a->x->db, row->number, MESSAGE_EXPIRED, 0, err) &&
           (!message_kind_has(row->kind, KIND_BEGINS) || settling_withhold_about(a->x, row->referral, err));
}

static bool expire_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    struct expiry_walk *a = cookie;

    return message_store_walk_waiting(a->x->db, peer, 0, waiting, expire_message, a, err);
}

bool settling_expire(struct exchange *x, uint32_t day, struct error *err)
{
    struct expiry_walk a = {.x = x, .day = day};

    for (const struct link *l = x->links; l != NULL; l = l->next) {
        l->settling->due = true;
        l->settling->up_to = 0;
    }
    return message_store_walk_waiting_peers(x->db, expire_peer, &a, err);
}

/* --- agencies that cannot be reached again --- */

static bool end_denied_message(void *cookie, const struct message_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct peer_row peer;
    enum denial denied;
    bool found;

    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    denied = found ? holds_denial(x, &peer.agency, row->kind) : 0;
    return denied == 0 || settling_is_for_a_person(row->kind, denied) ||
           settling_withhold(x, row, denied, settling_left(row), err);
}

static bool end_denied_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    struct exchange *x = cookie;
    struct peer_row row;
    bool found;

    if (!peers_get(x, peer, &found, &row, err))
        return false;
    if (!found || holds_denial(x, &row.agency, MESSAGE_REFERRAL) == 0)
        return true;
    return message_store_walk_waiting(x->db, peer, 0, waiting, end_denied_message, x, err);
}

bool settling_end_denied(struct exchange *x, struct error *err)
{
    return message_store_walk_waiting_peers(x->db, end_denied_peer, x, err);
}
