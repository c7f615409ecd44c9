/* Where a copy of a home signed on before it was put back, the index of a receipt says nothing of whether the home has
 * what was receipted: so it names what it took, by its id, around its frames 8, and what it does not name comes again.
 */
#include "exchange/traffic/beginnings_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/releasing_times.h"
#include "store/message_store.h"

#define NAMES_A_TICK  256 /* numbers that are looked through: a frame */
#define CHECKS_A_TICK 128 /* receipts that are looked at, as in opening_again.c */

/* Indexes of the two that are no message: of log 0, which is none, and of kind 0. */
enum { NAMES_BEGIN = 1, NAMES_END = 2 };

_Static_assert(NAMES_A_TICK <= BOUND_ASKED, "a frame 23 has room for them");

/* --- ours --- */

static void send_named(struct exchange *x, const struct link *l, const struct peer_held_message *held, size_t count)
{
    const struct peer_held frame = {.held = held, .count = count};
    struct bytes *out = tick_frame(x);

    peer_held_encode(&frame, out);
    tick_send(x, l->id, PEER_HELD, bytes_view(out));
}

static void send_mark(struct exchange *x, const struct link *l, uint64_t which)
{
    struct peer_held_message m = {0};

    write_u64(m.index, which);
    send_named(x, l, &m, 1);
}

void beginnings_name_begin(struct exchange *x, const struct link *l)
{
    if (!l->beginnings->takes_held)
        return;
    send_mark(x, l, NAMES_BEGIN);
    l->beginnings->naming_due = true;
    l->beginnings->took_to = 0;
    tick_again(x);
}

struct naming {
    struct peer_held_message held[NAMES_A_TICK];
    size_t count;
};

static bool name_taken(void *cookie, const struct message_row *m, struct error *err)
{
    struct naming *n = cookie;
    struct peer_held_message held = {.message = m->id};

    (void)err;
    write_u32(held.incarnation, m->their_incarnation);
    write_u64(held.index, m->their_index);
    write_u32(held.kind, m->kind);
    REQUIRE(n->count < NAMES_A_TICK);
    n->held[n->count++] = held;
    return true;
}

bool beginnings_name_next(struct exchange *x, const struct link *l, struct error *err)
{
    struct link_beginnings *b = l->beginnings;
    const struct message_range range = {.peer = l->peer, .after = b->took_to, .last = b->took_to + NAMES_A_TICK};
    struct naming n = {.count = 0};

    if (!message_store_walk_came_from(x->db, &range, name_taken, &n, err))
        return false;
    if (n.count > 0)
        send_named(x, l, n.held, n.count);
    b->took_to = range.last;
    b->naming_due = range.last < message_store_next_number(x->db);
    if (b->naming_due)
        tick_again(x);
    else
        send_mark(x, l, NAMES_END);
    return true;
}

/* --- a peer's --- */

void beginnings_named_end(struct link_beginnings *b)
{
    free(b->named);
    b->named = NULL;
    b->named_size = 0;
}

/* A bit for each message that there is: nothing that the peer says makes it larger. */
static void begin_names(struct exchange *x, struct link_beginnings *b)
{
    beginnings_named_end(b);
    b->named_size = (size_t)message_store_next_number(x->db) / 8 + 1;
    b->named = xnew(b->named_size);
    memset(b->named, 0, b->named_size);
    b->names = NAMES_COME;
    b->checked_to = 0;
}

static bool is_named(const struct link_beginnings *b, int64_t number)
{
    const size_t at = (size_t)number / 8;

    return at >= b->named_size || (b->named[at] >> (number % 8) & 1) != 0; /* one that was made since cannot be there */
}

static bool take_name(struct exchange *x, const struct link *l, const struct ident *id, struct error *err)
{
    struct link_beginnings *b = l->beginnings;
    struct message_row m;
    bool found;

    if (!message_store_find(x->db, DIRECTION_OUT, l->peer, id, &found, &m, err))
        return false;
    if (found && (size_t)m.number / 8 < b->named_size)
        b->named[m.number / 8] |= (uint8_t)(1U << (m.number % 8));
    return true;
}

bool beginnings_take_names(struct exchange *x, const struct link *l, struct view payload, struct error *err)
{
    struct link_beginnings *b = l->beginnings;
    struct peer_held held;

    if (!links_is_whole(l) || !peer_held_decode(payload, &x->tick_arena, &held, err))
        return links_is_whole(l) ? error_wrap(err, "what %s has of this agency", l->agency.text) : true;
    for (size_t i = 0; i < held.count; i++) {
        const struct peer_held_message *m = &held.held[i];
        const bool is_mark = read_u32(m->incarnation) == 0 && read_u32(m->kind) == 0;

        if (is_mark && read_u64(m->index) == NAMES_BEGIN)
            begin_names(x, b);
        else if (is_mark && b->names == NAMES_COME)
            b->names = NAMES_CAME;
        else if (b->names == NAMES_COME && !take_name(x, l, &m->message, err))
            return false;
    }
    tick_again(x);
    return true;
}

void beginnings_pass_names(const struct link *l)
{
    if (l->beginnings->names != NAMES_COME)
        return;
    log_line(LOG_WARNING, "event=restored.names_passed peer=%s", l->agency.text);
    l->beginnings->names = NAMES_NONE; /* then by the indexes of its receipts alone */
    beginnings_named_end(l->beginnings);
}

struct checking {
    struct exchange *x;
    const struct link_beginnings *names;
    uint64_t opened;
};

static bool open_unnamed(void *cookie, int64_t number, struct error *err)
{
    struct checking *c = cookie;

    if (is_named(c->names, number))
        return true;
    SOMETIMES(what_a_copy_that_signed_on_lacked_was_sent_again);
    c->opened++;
    return tick_begin(c->x, err) && message_store_open_again(c->x->db, number, err);
}

static bool is_named_message(const void *cookie, int64_t number)
{
    return is_named(cookie, number);
}

static bool end_check(struct exchange *x, const struct link *l, struct error *err)
{
    struct link_beginnings *b = l->beginnings;

    if (!obligations_owe_unnamed(x, l->peer, b->incarnation, is_named_message, b, err))
        return false;
    b->names = NAMES_NONE;
    beginnings_named_end(b);
    (void)releasing_begin_again(x, l, PACE_BUNDLE);
    tick_again(x);
    return true;
}

bool beginnings_check_names(struct exchange *x, const struct link *l, struct error *err)
{
    struct link_beginnings *b = l->beginnings;
    struct checking c = {.x = x, .names = b};
    struct message_range range = {.peer = l->peer, .end = b->incarnation, .after = b->checked_to};
    struct peer_log first;
    bool found;

    if (b->names == NAMES_COME)
        return true; /* the peer says when that is all */
    if (!peer_store_first_log(x->db, l->peer, &found, &first, err))
        return false;
    range.first = found ? first.incarnation : 0;
    range.last = b->checked_to + CHECKS_A_TICK;
    if (!message_store_walk_receipted_in(x->db, &range, open_unnamed, &c, err))
        return false;
    b->checked_to = range.last;
    tick_again(x);
    if (c.opened > 0)
        log_line(LOG_WARNING, "event=log.sent_again_by_name peer=%s messages=%llu", l->agency.text,
                 (unsigned long long)c.opened);
    return range.last < message_store_next_number(x->db) || end_check(x, l, err);
}
