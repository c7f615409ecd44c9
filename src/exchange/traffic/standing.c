#include "exchange/traffic/standing.h"

#include "base/bounds.h"
#include "codec/peer_messages.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/cosigning.h"
#include "exchange/logs/kept_notes.h"
#include "exchange/logs/witness.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/frames.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/serving.h"

struct noted_frame {
    struct noted_frame *next;
    uint16_t kind;
    struct view payload;
};

struct standing_notes {
    size_t noted_bytes; /* of frames of this tick */
};

struct link_standing {
    struct noted_frame *noted; /* of this tick, in its arena */
    size_t unanswered;         /* envelopes handled in this tick */
    bool is_not_whole;         /* more came in this tick than was noted */
    size_t busy_due;           /* envelopes of an undone tick */
    bool is_lost;              /* to be closed when that is undone */
};

struct standing_notes *standing_new(void)
{
    return xnew(sizeof(struct standing_notes));
}

void standing_link_up(struct link *link)
{
    link->standing = xnew(sizeof *link->standing);
}

/* --- in a tick that may be undone --- */

static bool comes_again(uint16_t kind)
{
    return kind == PEER_RECEIPT || kind == PEER_REFUSAL || kind == PEER_BUSY;
}

void standing_note(struct exchange *x, const struct link *link, uint16_t kind, struct view payload)
{
    struct link_standing *s = link->standing;
    struct noted_frame *f;

    if (kind == PEER_ENVELOPE) {
        s->unanswered++;
        return;
    }
    if (comes_again(kind))
        return;
    if (x->standing->noted_bytes + payload.size > BOUND_NOTED_BYTES) {
        s->is_not_whole = true;
        return;
    }
    x->standing->noted_bytes += payload.size;
    f = arena_new(&x->tick_arena, sizeof *f);
    *f = (struct noted_frame){.next = s->noted, .kind = kind, .payload = arena_copy(&x->tick_arena, payload)};
    s->noted = f;
}

void standing_end_tick(struct exchange *x)
{
    x->standing->noted_bytes = 0;
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        l->standing->noted = NULL;
        l->standing->unanswered = 0;
        l->standing->is_not_whole = false;
    }
}

/* --- undoing it --- */

static void close_link(struct exchange *x, uint64_t id)
{
    tick_hang_up(x, id, "no room");
    exchange_link_down(x, id);
}

void standing_save(struct exchange *x)
{
    if (x->durable)
        return; /* what came is committed: only what follows from it is undone */
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        for (const struct noted_frame *f = l->standing->noted; f != NULL; f = f->next) /* the newest first */
            serving_put_back(x, l, f->kind, f->payload);
        l->standing->busy_due = l->standing->unanswered;
        l->standing->is_lost = l->standing->is_not_whole;
    }
}

/* Whether L has what is committed to stand on: its peer is stored, and is a member whose machine it is. */
static bool may_stand(struct exchange *x, const struct link *l, bool *may, struct error *err)
{
    const struct member *member = membership_find_node(x->membership, &l->node);
    struct peer_row peer;
    struct error why = {0};
    bool found;

    if (!peers_find(x, &l->agency, &found, &peer, err))
        return false;
    *may = !l->standing->is_lost && found && peer.number == l->peer && member != NULL &&
           address_equal(&member->agency, &l->agency) &&
           (l->directory_only ||
            (l->recall_only && membership_recalls(x->membership, address_view(&l->agency), tick_closing_ms(x), &why)) ||
            membership_admits(x->membership, address_view(&l->agency), tick_closing_ms(x), NULL, &why));
    return true;
}

/* What was released, what is in flight and what was asked are of ticks that were committed: they stay. What was said in
 * the undone tick was not sent. */
static bool restore_link(struct exchange *x, const struct link *l, struct error *err)
{
    struct link_standing *s = l->standing;

    kind_withdrawal_undone(l);
    serving_undone(l);
    growth_undone(l);
    if (!kept_notes_load(x, l->peer, err))
        return false;
    for (; s->busy_due > 0; s->busy_due--)
        (void)inbox_say_busy(x, l);
    return true;
}

bool standing_restore(struct exchange *x, struct error *err)
{
    const struct link *next;

    for (const struct link *l = x->links; l != NULL; l = next) {
        bool may;

        next = l->next;
        if (!may_stand(x, l, &may, err))
            return false;
        if (!may)
            close_link(x, l->id);
        else if (!restore_link(x, l, err))
            return false;
    }
    cosigning_begin_again(x);
    return true;
}

/* --- while there is no room --- */

/* Silence about how our log grew would be held against us, and to answer writes nothing. */
static bool is_question(struct exchange *x, uint16_t kind, struct view payload)
{
    struct peer_witness w;
    struct error why = {0};

    return kind == PEER_WITNESS && peer_witness_decode(payload, &x->tick_arena, &w, &why) && w.grown_count == 0;
}

bool standing_take(struct exchange *x, const struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    if (comes_again(kind))
        return true;
    if (kind == PEER_ENVELOPE)
        return inbox_say_busy(x, link);
    if (is_question(x, kind, payload))
        return frames_handle(x, link, kind, payload, err);
    serving_wait(x, link, kind, payload);
    return true;
}
