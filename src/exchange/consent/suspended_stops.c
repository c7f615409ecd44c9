#include "exchange/consent/suspended_stops.h"

#include "base/sometimes.h"
#include "exchange/access/holders.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/logs/acting.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/stop_store.h"

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
    exchange_on_stop_fn *on_stop;
    void *cookie;
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
    line.agency = row.agency;
    line.consent = row.id;
    return !shown || w->on_stop(w->cookie, &line, err);
}

bool exchange_agency_stops(struct exchange *x, exchange_on_stop_fn *on_stop, void *cookie, struct error *err)
{
    struct stops_walk w = {x, on_stop, cookie};

    return stop_store_walk_open(x->db, list_one, &w, err);
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

struct stops_of {
    const struct address *agency;
    uint64_t count;
};

static bool count_of(void *cookie, const struct control_agency_stop *line, struct error *err)
{
    struct stops_of *of = cookie;

    (void)err;
    of->count += address_equal(&line->agency, of->agency);
    return true;
}

static bool see(struct exchange *x, const struct stops_of *of, struct error *err)
{
    struct record r = {.kind = RECORD_STOPS_SEEN};
    struct peer_row peer;
    bool found;

    r.stops_seen = (struct record_stops_seen){.agency = address_view(of->agency), .consents = of->count};
    return peers_find(x, of->agency, &found, &peer, err) && tick_begin(x, err) &&
           (!found || stop_store_see(x->db, peer.number, err)) && acting_append(x, &r, err);
}

bool exchange_agency_stops_seen(struct exchange *x, const struct address *agency, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct stops_of of = {.agency = agency};

    if (!exchange_agency_stops(x, count_of, &of, err))
        return false;
    if (of.count == 0)
        return error_set(err, E_RVK_20, "%s is not listed", agency->text);
    return tick_call_end(x, mark, see(x, &of, err), err);
}
