#include "exchange/restored/short_logs.h"

#include <string.h>

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/members/peers.h"
#include "exchange/restored/incarnations.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "store/note_store.h"

#define SHORT "short-log" /* in note_store, by agency: struct kept; sequence: when it was seen last */

/* Big-endian. */
struct kept {
    uint8_t incarnation[8];
    uint8_t known[8];   /* how much was known here of its log then */
    uint8_t goes_on[8]; /* 1: that has grown since another time */
    uint8_t whole[8];   /* 1: a home with all of it was linked since */
};

static bool read_kept(struct exchange *x, const struct address *agency, bool *found, uint64_t *seen_ms,
                      struct kept *out, struct error *err)
{
    struct bytes note = {0};
    bool ok = note_store_get(x->db, SHORT, address_view(agency), found, seen_ms, &note, err);

    *found = ok && *found && note.size == sizeof *out;
    if (*found)
        memcpy(out, note.at, sizeof *out);
    bytes_fini(&note);
    return ok;
}

static bool put_kept(struct exchange *x, const struct address *agency, uint64_t seen_ms, const struct kept *k,
                     struct error *err)
{
    return tick_begin(x, err) &&
           note_store_put(x->db, SHORT, address_view(agency), seen_ms, view_of((const uint8_t *)k, sizeof *k), err);
}

static bool home_goes_on(const struct kept *k, const struct peer_row *peer)
{
    return read_u64(k->goes_on) != 0 || peer->linked_size > read_u64(k->known);
}

static bool note_short(struct exchange *x, const struct peer_row *peer, uint64_t size, const struct kept *before,
                       struct error *err)
{
    struct kept k;

    SOMETIMES(a_home_with_less_than_it_signed_was_seen_by_a_peer);
    log_line(LOG_WARNING, "event=log.short peer=%s shown=%llu known=%llu code=E-RST-21", peer->agency.text,
             (unsigned long long)size, (unsigned long long)peer->linked_size);
    write_u64(k.incarnation, peer->incarnation);
    write_u64(k.known, peer->linked_size);
    write_u64(k.goes_on, before != NULL && home_goes_on(before, peer));
    write_u64(k.whole, 0);
    return put_kept(x, &peer->agency, (uint64_t)tick_record_ms(x), &k, err);
}

bool short_logs_take(struct exchange *x, const struct link *link, uint32_t incarnation, uint64_t size,
                     struct error *err)
{
    struct peer_row peer;
    struct kept k;
    uint64_t seen_ms;
    bool found;

    if (!peers_get(x, link->peer, &found, &peer, err))
        return false;
    if (!found || peer.incarnation != incarnation || incarnation == 0 || incarnations_is_awaited(x, &peer))
        return true; /* of another log than the one that is known: nothing to compare */
    if (!read_kept(x, &peer.agency, &found, &seen_ms, &k, err))
        return false;
    found = found && read_u64(k.incarnation) == incarnation;
    if (size < peer.linked_size)
        return note_short(x, &peer, size, found ? &k : NULL, err);
    if (!found || read_u64(k.whole) != 0)
        return true;
    write_u64(k.whole, 1);
    return put_kept(x, &peer.agency, seen_ms, &k, err);
}

struct short_walk {
    struct exchange *x;
    short_logs_fn *on_short;
    void *cookie;
};

static bool tell(void *cookie, struct view agency, uint64_t seen_ms, struct view note, struct error *err)
{
    struct short_walk *w = cookie;
    struct short_log s = {.seen_ms = (int64_t)seen_ms};
    struct peer_row peer;
    struct kept k;
    bool found;

    if (note.size != sizeof k || !address_read(agency, &s.agency))
        return error_set(err, E_STO_04, "what is stored of a shorter log is damaged");
    memcpy(&k, note.at, sizeof k);
    if (!peers_find(w->x, &s.agency, &found, &peer, err))
        return false;
    if (!found || read_u64(k.incarnation) != peer.incarnation || incarnations_is_awaited(w->x, &peer) ||
        (read_u64(k.whole) != 0 && tick_closing_ms(w->x) - s.seen_ms >= DAY_MS))
        return true;
    s.goes_on = home_goes_on(&k, &peer);
    return w->on_short(w->cookie, &s, err);
}

bool short_logs_walk(struct exchange *x, short_logs_fn *on_short, void *cookie, struct error *err)
{
    struct short_walk w = {.x = x, .on_short = on_short, .cookie = cookie};

    return note_store_walk(x->db, SHORT, tell, &w, err);
}
