#include "exchange/referrals/incidents.h"

#include "exchange/access/holders.h"
#include "exchange/logs/acting.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/incident_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* --- entering one --- */

static bool record(struct exchange *x, enum record_kind kind, const struct incident_row *row,
                   const struct control_incident *shown, struct error *err)
{
    struct record r = {.kind = kind};

    r.incident = (struct record_incident){.incident = row->id,
                                          .referral = shown->referral,
                                          .agency = address_view(&shown->agency),
                                          .ending = row->ending,
                                          .told = row->told};
    return acting_append(x, &r, err);
}

static bool fill(struct exchange *x, const struct incident_row *row, const struct ident *referral,
                 struct control_incident *out, struct error *err)
{
    struct peer_row peer;
    bool found;

    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the agency of an incident is missing");
    *out = (struct control_incident){.incident = row->id,
                                     .referral = *referral,
                                     .agency = peer.agency,
                                     .since_ms = row->made_ms,
                                     .ending = row->ending,
                                     .told = row->told};
    return true;
}

bool incidents_enter(struct exchange *x, const struct referral_row *row, struct ident *incident, struct error *err)
{
    struct incident_row added = {.referral = row->number, .peer = row->peer, .made_ms = tick_record_ms(x)};
    struct control_incident shown;
    bool found;

    if (!incident_store_of(x->db, row->number, &found, &added, err))
        return false;
    *incident = added.id;
    if (found)
        return true;
    ident_random(x->random, &added.id);
    *incident = added.id;
    return tick_begin(x, err) && fill(x, &added, &row->id, &shown, err) && incident_store_add(x->db, &added, err) &&
           record(x, RECORD_INCIDENT, &added, &shown, err);
}

/* --- who sees it --- */

/* As its referral; where that is gone with its case no row says of whom it was, and nobody is kept from it. */
static bool find_shown(struct exchange *x, const struct incident_row *row, bool *shown, struct control_incident *out,
                       struct error *err)
{
    struct referral_row referral = {.number = 0};
    bool found;

    *shown = true;
    if (!referral_store_get(x->db, row->referral, &found, &referral, err) ||
        (found && !holders_show_referral(x, &referral, shown, err)))
        return false;
    return !*shown || fill(x, row, &referral.id, out, err);
}

struct incident_list {
    struct exchange *x;
    bool all;
    exchange_on_incident_fn *on_item;
    void *cookie;
};

static bool list_row(void *cookie, const struct incident_row *row, struct error *err)
{
    struct incident_list *l = cookie;
    struct control_incident line;
    bool shown;

    if (row->ending != 0 && !l->all)
        return true;
    return find_shown(l->x, row, &shown, &line, err) && (!shown || l->on_item(l->cookie, &line, err));
}

bool exchange_incident_list(struct exchange *x, const struct control_incident_list_ask *ask, struct walk_step *step,
                            exchange_on_incident_fn *on_item, void *cookie, struct error *err)
{
    struct incident_list l = {.x = x, .all = ask->all, .on_item = on_item, .cookie = cookie};

    return incident_store_walk(x->db, step, list_row, &l, err);
}

static bool count_open(void *cookie, const struct control_incident *i, struct error *err)
{
    struct incidents_open *out = cookie;

    (void)err;
    if (out->count++ == 0)
        out->first_ms = i->since_ms;
    return true;
}

bool incidents_open(struct exchange *x, struct incidents_open *out, struct error *err)
{
    const struct control_incident_list_ask open = {.all = false};
    uint64_t any;

    *out = (struct incidents_open){0};
    return incident_store_open(x->db, &any, err) &&
           (any == 0 || exchange_incident_list(x, &open, NULL, count_open, out, err));
}

/* --- closing one --- */

static bool close_row(struct exchange *x, const struct incident_row *row, const struct control_incident *shown,
                      struct error *err)
{
    return tick_begin(x, err) && incident_store_close(x->db, row, err) &&
           record(x, RECORD_INCIDENT_CLOSED, row, shown, err);
}

bool exchange_incident_close(struct exchange *x, const struct control_incident_close_ask *ask,
                             struct control_incident *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct incident_row row = {.number = 0};
    bool found;
    bool shown = false;

    if (!incident_store_find(x->db, &ask->incident, &found, &row, err) ||
        (found && !find_shown(x, &row, &shown, out, err)))
        return false;
    if (!shown)
        return error_set(err, E_INC_01, "there is no such incident here");
    if (row.ending != 0)
        return (row.ending == ask->ending && row.told == ask->told) ||
               error_set(err, E_INC_02, "it was closed as %s", incident_ending_name(row.ending));
    row.ending = out->ending = ask->ending;
    row.told = out->told = ask->told;
    return tick_has_room(x, err) && tick_call_end(x, mark, close_row(x, &row, out, err), err);
}
