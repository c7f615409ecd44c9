#include "exchange/traffic/entry_gossip.h"

#include "base/bounds.h"
#include "base/sorted.h"
#include "codec/peer_messages.h"
#include "exchange/entries/entries.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_AGAIN_MS 20 /* while something waits for room */

struct link_entries {
    bool takes;
    bool held_due;      /* which entries are here is to be told */
    bool heard_due;     /* the peer told which it has, and what it lacks is to be looked for: not before heard_ms */
    int64_t heard_ms;   /* by the steady clock */
    bool has_heard;     /* that was begun once: until then nothing is sent */
    struct bytes heard; /* struct peer_entry_held each, ascending; until it has what it lacked */
    uint64_t through;   /* stamp up to which it was looked at what it lacks */
};

void entry_gossip_link_up(struct link *link, bool takes)
{
    link->entries = xnew(sizeof *link->entries);
    link->entries->takes = takes;
    link->entries->held_due = takes;
}

void entry_gossip_link_end(struct link *link)
{
    if (link->entries != NULL)
        bytes_fini(&link->entries->heard);
    free(link->entries);
}

void entry_gossip_begin_again(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        l->entries->held_due = l->entries->takes;
}

void entry_gossip_undone(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        l->entries->heard_due = false;
        l->entries->through = entries_cache(x)->stamp;
        bytes_fini(&l->entries->heard);
    }
}

/* --- what a peer has --- */

static int by_id(const void *key, const void *row)
{
    return memcmp(((const struct ident *)key)->at, ((const struct peer_entry_held *)row)->agency.at,
                  sizeof(struct ident));
}

bool entry_gossip_take_held(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct link_entries *e = link->entries;
    struct peer_entries_held held;

    if (!peer_entries_held_decode(payload, &x->tick_arena, &held, err))
        return error_wrap(err, "the entries of %s", link->agency.text);
    for (size_t i = 1; i < held.count; i++)
        if (memcmp(held.entries[i - 1].agency.at, held.entries[i].agency.at, sizeof(struct ident)) >= 0)
            return error_set(err, E_LNK_10, "the entries of %s do not ascend", link->agency.text);
    bytes_clear(&e->heard);
    bytes_append(&e->heard, held.entries, held.count * sizeof *held.entries);
    e->heard_due = true;
    tick_again(x);
    return true;
}

/* --- sending --- */

static int by_held(const void *a, const void *b)
{
    return memcmp(((const struct peer_entry_held *)a)->agency.at, ((const struct peer_entry_held *)b)->agency.at,
                  sizeof(struct ident));
}

static void write_held(const struct known_entry *k, struct peer_entry_held *out)
{
    out->agency = k->id;
    for (size_t i = 0; i < sizeof out->sequence; i++)
        out->sequence[i] = (uint8_t)(k->sequence >> (56 - 8 * i));
    memcpy(out->digest, k->digest, sizeof out->digest);
}

static bool send_held(struct exchange *x, const struct link *l, struct error *err)
{
    const struct entry_cache *c = entries_cache(x);
    struct peer_entry_held *at = arena_new(&x->tick_arena, (c->count + 1) * sizeof *at);
    struct peer_entries_held held = {.entries = at};
    struct bytes frame = {0};

    for (size_t i = 0; i < c->count && held.count < BOUND_MEMBERS; i++) {
        bool may;

        if (!entries_may_pass(x, c->at[i], &may, err))
            return false;
        if (may)
            write_held(c->at[i], &at[held.count++]);
    }
    qsort(at, held.count, sizeof *at, by_held);
    peer_entries_held_encode(&held, &frame);
    tick_send(x, l->id, PEER_ENTRIES_HELD, bytes_view(&frame));
    bytes_fini(&frame);
    l->entries->held_due = false;
    return true;
}

/* Whether the peer has K, or a newer one. */
static bool has(const struct link_entries *e, const struct known_entry *k)
{
    const struct peer_entry_held *h = sorted_find(&k->id, e->heard.at, e->heard.size / sizeof *h, sizeof *h, by_id);

    return h != NULL && (read_u64(h->sequence) > k->sequence ||
                         (read_u64(h->sequence) == k->sequence && memcmp(h->digest, k->digest, ENTRY_DIGEST) == 0));
}

static bool send_lacking(struct exchange *x, const struct link *l, struct error *err)
{
    struct link_entries *e = l->entries;
    const struct known_entry *k;
    bool may;

    while (links_has_room(x, l) && (k = entry_cache_after(entries_cache(x), e->through)) != NULL) {
        e->through = k->stamp;
        if (k->link == l->id || has(e, k))
            continue;
        if (!entries_may_pass(x, k, &may, err))
            return false;
        if (may)
            tick_send(x, l->id, PEER_ENTRY, bytes_view(&k->note));
        if (may && k->other.size != 0)
            tick_send(x, l->id, PEER_ENTRY, bytes_view(&k->other));
    }
    if (entry_cache_after(entries_cache(x), e->through) == NULL) {
        e->through = entries_cache(x)->stamp; /* the last may be forgotten: nobody looks for it at each tick */
        bytes_fini(&e->heard);
    }
    return true;
}

/* An empty frame makes this node send all entries: as often as PACE_ENTRIES lets it. */
static bool may_send_lacking(struct exchange *x, const struct link *l)
{
    struct link_entries *e = l->entries;

    if (e->heard_due && tick_steady_ms(x) >= e->heard_ms && meter_pace(x, l->usage, PACE_ENTRIES, &e->heard_ms)) {
        e->heard_due = false;
        e->has_heard = true;
        e->through = 0;
    }
    return e->has_heard && !e->heard_due;
}

bool entry_gossip_send_due(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        if (!links_is_whole(l) || !links_has_room(x, l))
            continue;
        if ((l->entries->held_due && !send_held(x, l, err)) || (may_send_lacking(x, l) && !send_lacking(x, l, err)))
            return false;
    }
    return true;
}

int64_t entry_gossip_wake_ms(const struct exchange *x)
{
    int64_t soon = tick_steady_ms(x) + LOOK_AGAIN_MS;
    int64_t first = 0;

    for (const struct link *l = x->links; l != NULL; l = l->next) {
        const struct link_entries *e = l->entries;
        int64_t when = e->heard_due && !e->held_due && e->heard_ms > soon ? e->heard_ms : soon;

        if (links_is_whole(l) &&
            (e->held_due || e->heard_due ||
             (e->has_heard && entry_cache_after(entries_cache(x), e->through) != NULL)) &&
            (first == 0 || when < first))
            first = when;
    }
    return first;
}
