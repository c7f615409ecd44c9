#include "exchange/search/id_find.h"

#include "exchange/access/emergency_access.h"
#include "exchange/access/holders.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "store/id_store.h"

#define AT_ONCE 64   /* ids that are read before it is looked whether that is enough */
#define LOOKED  2048 /* of each kind, at most: a few ms where nearly all are others' */

struct found {
    struct exchange *x;
    exchange_id_fn *on_id;
    void *cookie;
    enum id_of of;
    uint32_t count;    /* that were answered */
    uint32_t read;     /* in this walk */
    struct ident last; /* of them */
};

/* Of a referral PEER is set too, where it is shown. */
static bool is_shown(struct exchange *x, enum id_of of, const struct ident *id, bool *shown, struct peer_row *peer,
                     struct error *err)
{
    struct referral_row r;
    struct case_row c;
    bool found;

    switch (of) {
    case ID_OF_CASE:
        return case_store_find(x->db, id, shown, &c, err) &&
               (!*shown ||
                (holders_show_case(x, &c, shown, err) && (*shown || emergency_access_opens(x, &c, shown, err))));
    case ID_OF_CONSENT:
        return holders_show_consent_id(x, id, shown, err);
    case ID_OF_REFERRAL:
        return referral_store_find(x->db, id, shown, &r, err) &&
               (!*shown || (holders_show_referral(x, &r, shown, err) && peers_get(x, r.peer, &found, peer, err)));
    default:
        *shown = false;
        return true;
    }
}

static bool answer_id(void *cookie, const struct ident *id, struct error *err)
{
    struct found *f = cookie;
    struct control_id_found line = {.id = *id};
    struct peer_row peer = {.number = 0};
    bool shown;

    f->read++;
    f->last = *id;
    if (f->count == BOUND_IDS_FOUND)
        return true;
    if (!is_shown(f->x, f->of, id, &shown, &peer, err))
        return false;
    line.agency = address_view(&peer.agency);
    f->count += shown;
    return !shown || f->on_id(f->cookie, &line, err);
}

/* The id behind ID; false: there is none. */
static bool next_id(struct ident *id)
{
    for (size_t i = sizeof id->at; i-- > 0;)
        if (++id->at[i] != 0)
            return true;
    return false;
}

static bool find_of(struct found *f, const struct control_id_find_ask *ask, struct error *err)
{
    struct ident from = ask->first;
    uint32_t read = 0;

    do {
        f->read = 0;
        if (!id_store_walk(f->x->db, f->of, &from, &ask->last, AT_ONCE, answer_id, f, err))
            return false;
        read += f->read;
        from = f->last;
    } while (f->read == AT_ONCE && f->count < BOUND_IDS_FOUND && read < LOOKED && next_id(&from));
    return true;
}

bool exchange_id_find(struct exchange *x, const struct control_id_find_ask *ask, exchange_id_fn *on_id, void *cookie,
                      struct error *err)
{
    struct found f = {.x = x, .on_id = on_id, .cookie = cookie};

    for (f.of = ID_OF_CASE; f.of < ID_OF_END; f.of++)
        if ((ask->of & UINT32_C(1) << f.of) != 0 && f.count < BOUND_IDS_FOUND && !find_of(&f, ask, err))
            return false;
    return true;
}
