#include "exchange/consent/suspended_stops.h"

#include "base/sometimes.h"
#include "exchange/access/holders.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/logs/acting.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/stop_store.h"

#include <string.h>

bool suspended_stops_begin(struct exchange *x, const struct consent_row *row, struct error *err)
{
    struct peer_row peer;

    SOMETIMES(who_is_suspended_stopped_a_consent);
    return peers_get_or_add(x, &row->agency, &peer, err) &&
           stop_store_add(x->db, row->number, peer.number, tick_record_ms(x), err);
}

bool suspended_stops_end(struct exchange *x, const struct consent_row *row, struct error *err)
{
    return stop_store_drop(x->db, row->number, err);
}

bool suspended_stops_has(struct exchange *x, const struct consent_row *row, bool *has, struct error *err)
{
    return stop_store_has(x->db, row->number, has, err);
}

/* --- people --- */

struct stops_walk {
    struct exchange *x;
    const struct address *of; /* NULL: of each agency */
    exchange_on_stop_fn *on_stop;
    void *cookie;
    struct bytes told; /* int64_t, each */
};

static bool list_one(void *cookie, int64_t number, int64_t peer, int64_t since_ms, struct error *err)
{
    struct stops_walk *w = cookie;
    struct control_agency_stop line = {.since_ms = since_ms};
    struct consent_row row;
    bool found;
    bool shown;

    (void)peer;
    if (!consent_store_get(w->x->db, number, &found, &row, err))
        return false;
    if (!found || !holders_show_consent(w->x, &row, &shown, err))
        return !found;
    if (!shown || (w->of != NULL && !address_equal(w->of, &row.agency)))
        return true;
    line.agency = row.agency;
    line.consent = row.id;
    bytes_append(&w->told, &number, sizeof number);
    return w->on_stop(w->cookie, &line, err);
}

bool exchange_agency_stops(struct exchange *x, exchange_on_stop_fn *on_stop, void *cookie, struct error *err)
{
    struct stops_walk w = {.x = x, .on_stop = on_stop, .cookie = cookie};
    bool ok = stop_store_walk_open(x->db, list_one, &w, err);

    bytes_fini(&w.told);
    return ok;
}

/* Those of one agency come one behind the other. */
static bool count_one(void *cookie, const struct control_agency_stop *line, struct error *err)
{
    struct node_status *out = cookie;
    struct agency_stops *last = out->stops_count == 0 ? NULL : &out->stops[out->stops_count - 1];

    (void)err;
    if (last == NULL || !address_equal(&last->agency, &line->agency)) {
        if (out->stops_count == BOUND_NAMED)
            return true;
        last = &out->stops[out->stops_count++];
        *last = (struct agency_stops){.agency = line->agency, .since_ms = line->since_ms};
    }
    last->count++;
    if (line->since_ms < last->since_ms)
        last->since_ms = line->since_ms;
    return true;
}

bool suspended_stops_status(struct exchange *x, struct node_status *out, struct error *err)
{
    return exchange_agency_stops(x, count_one, out, err);
}

/* Those that were told, and no other: one that came a moment ago was read by nobody. */
static bool see(struct stops_walk *w, struct error *err)
{
    size_t count = w->told.size / sizeof(int64_t);
    struct record r = {.kind = RECORD_STOPS_SEEN};

    r.stops_seen = (struct record_stops_seen){.agency = address_view(w->of), .consents = count};
    if (!tick_begin(w->x, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t number;

        memcpy(&number, w->told.at + i * sizeof number, sizeof number);
        if (!stop_store_see(w->x->db, number, err))
            return false;
    }
    return acting_append(w->x, &r, err);
}

bool exchange_agency_stops_seen(struct exchange *x, const struct address *agency, exchange_on_stop_fn *on_stop,
                                void *cookie, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct stops_walk w = {.x = x, .of = agency, .on_stop = on_stop, .cookie = cookie};
    bool ok = stop_store_walk_open(x->db, list_one, &w, err);

    if (ok && w.told.size == 0)
        ok = error_set(err, E_RVK_20, "%s is not listed", agency->text);
    else if (ok)
        ok = tick_call_end(x, mark, see(&w, err), err);
    bytes_fini(&w.told);
    return ok;
}
