#include "exchange/traffic/waiting.h"

#include "exchange/members/holds.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/releasing.h"
#include "exchange/traffic/releasing_times.h"

/* What people read is by the clock that they see; pauses run by the steady one. */
static int64_t at_clock(const struct exchange *x, int64_t steady_ms)
{
    int64_t left = steady_ms - tick_steady_ms(x);

    return tick_record_ms(x) + (left > 0 ? left : 0);
}

/* What a rule holds. True where it waits for what lifts that (a directory, a certificate, a person), not for a try. */
static bool is_held(struct exchange *x, const struct peer_row *peer, enum message_kind kind, struct waiting_wait *out)
{
    struct held held;

    holds_ask_peer(x, peer, kind, &held);
    if (x->read_only && (held.hold == HOLD_NONE || held.hold == HOLD_DIALS_ONLY))
        held = (struct held){.hold = HOLD_NODE_STOPPED};
    else if (!x->read_only &&
             (own_note_stopped(x) || (restored_asks_wait(x) && message_kind_has(kind, KIND_PERMISSION))))
        held = (struct held){.hold = HOLD_COPY};
    *out = (struct waiting_wait){.hold = held.hold, .until_ms = held.until_ms, .kind = kind};
    if (held.hold == HOLD_NONE ||
        (!x->read_only && (held.hold == HOLD_NO_SEALING_KEY || hold_is_found_there(held.hold))))
        return false;
    out->next_try_ms = x->read_only ? 0 : held.until_ms;
    return true;
}

/* What no rule holds waits for the wire. ROW may be NULL. */
static void ask_wire(struct exchange *x, const struct peer_row *peer, const struct message_row *row,
                     struct waiting_wait *out)
{
    const struct link *link = row != NULL && holds_calls_back(row->kind) ? links_find_any_to(x, peer->number)
                                                                         : links_find_to(x, peer->number);
    int64_t at = link != NULL ? releasing_next_ms(x, link, row) : dialling_next_ms(x, peer->number);

    if (out->hold == HOLD_NONE && link == NULL)
        out->hold = HOLD_NO_LINK;
    else if (out->hold == HOLD_NONE)
        out->hold = row != NULL && releasing_is_too_early(x, row) ? HOLD_REFUSED_THERE : HOLD_ON_ITS_WAY;
    out->next_try_ms = at != 0 ? at_clock(x, at) : 0;
}

void waiting_of_message(struct exchange *x, const struct peer_row *peer, const struct message_row *row,
                        struct waiting_wait *out)
{
    if (!is_held(x, peer, row->kind, out))
        ask_wire(x, peer, row, out);
    if (out->until_ms == 0 && !message_kind_has(row->kind, KIND_OWED))
        out->until_ms = ((int64_t)row->expiry + 1) * DAY_MS;
}

void waiting_of_peer(struct exchange *x, const struct peer_row *peer, struct waiting_wait *out)
{
    if (!is_held(x, peer, MESSAGE_REFERRAL, out))
        ask_wire(x, peer, NULL, out);
}

/* LAST is over, and no receipt ended ROW: the next message is made after a pause. */
static void ask_between(struct exchange *x, const struct peer_row *peer, const struct obligation_row *row,
                        const struct message_row *last, struct waiting_wait *out)
{
    if (is_held(x, peer, obligations_message_kind(row->what), out))
        return;
    if (last->state == MESSAGE_REFUSED)
        out->hold = last->outcome == OUTCOME_NO_ROOM ? HOLD_NO_ROOM : HOLD_REFUSED_THERE;
    ask_wire(x, peer, NULL, out);
    if (row->tries != 0)
        out->next_try_ms = at_clock(x, tick_steady_at_closing(x, row->next_ms));
}

bool waiting_of_owed(struct exchange *x, const struct peer_row *peer, const struct obligation_row *row,
                     struct waiting_wait *out, struct error *err)
{
    struct message_row m = {0};
    bool found;

    *out = (struct waiting_wait){0};
    if (row->settled != 0)
        return true;
    if (!message_store_get(x->db, row->message, &found, &m, err))
        return false;
    if (found && m.state == MESSAGE_WAITING)
        waiting_of_message(x, peer, &m, out);
    else
        ask_between(x, peer, row, &m, out);
    return true;
}

struct oldest {
    struct message_row row;
    bool found;
};

static bool take_oldest(void *cookie, const struct message_row *m, struct error *err)
{
    struct oldest *o = cookie;

    (void)err;
    if (!o->found && m->direction == DIRECTION_OUT && m->state == MESSAGE_WAITING) {
        o->row = *m;
        o->found = true;
    }
    return true;
}

bool waiting_of_referral(struct exchange *x, const struct peer_row *peer, int64_t number, struct waiting_wait *out,
                         struct error *err)
{
    struct oldest oldest = {0};
    struct obligation_row owed;
    bool found;

    *out = (struct waiting_wait){0};
    if (!message_store_walk_referral(x->db, number, take_oldest, &oldest, err))
        return false;
    if (oldest.found) {
        waiting_of_message(x, peer, &oldest.row, out);
        return true;
    }
    if (!obligation_store_find(x->db, OWED_REPLY, number, &found, &owed, err))
        return false;
    return !found || waiting_of_owed(x, peer, &owed, out, err);
}
