#include "exchange/cases/referrals.h"

#include "exchange/state.h"

uint32_t referrals_service_bits(const uint32_t *services, size_t count)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= UINT32_C(1) << services[i];
    return bits;
}

bool referrals_find_between(struct exchange *x, const struct ident *id, int64_t peer, enum direction direction,
                            bool *found, struct referral_row *row, struct error *err)
{
    if (!referral_store_find(x->db, id, found, row, err))
        return false;
    *found = *found && row->peer == peer && row->direction == direction;
    return true;
}

struct stop_walk {
    struct exchange *x;
    enum referral_event event;
    section_set sections;
};

static bool stop_referral(void *cookie, const struct message_row *m, struct error *err)
{
    struct stop_walk *s = cookie;
    enum referral_state before;
    struct referral_row row;
    bool found;

    if (m->referral == 0)
        return true;
    if (!referral_store_get(s->x->db, m->referral, &found, &row, err))
        return false;
    if (!found)
        return true;
    s->sections |= row.shared;
    before = row.state;
    REQUIRE(referral_state_step(&row.state, s->event, ACTOR_TAKER)); /* from any state */
    if (row.state == before)
        return true;
    row.offered = 0;
    return referral_store_update(s->x->db, &row, err);
}

bool referrals_stop(struct exchange *x, int64_t consent, enum referral_event event, section_set *sections,
                    struct error *err)
{
    struct stop_walk s = {.x = x, .event = event};

    if (!message_store_walk_consent(x->db, consent, stop_referral, &s, err))
        return false;
    *sections = s.sections;
    return true;
}
