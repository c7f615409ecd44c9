#include "exchange/referrals/shared_sections.h"

#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "exchange/traffic/recorded.h"

struct shared {
    struct exchange *x;
    section_set sections;
};

static bool add_disclosed(void *cookie, const struct message_row *m, struct error *err)
{
    struct shared *s = cookie;
    struct record r;
    bool found;

    if (m->direction != DIRECTION_OUT || !message_kind_has(m->kind, KIND_PERMISSION) ||
        (m->state == MESSAGE_WITHHELD && !m->may_have_left))
        return true;
    if (!recorded_find(s->x, m, &found, &r, err))
        return false;
    s->sections |= found ? r.disclosed.sections : 0;
    return true;
}

bool shared_sections_renew(struct exchange *x, const struct message_row *m, struct error *err)
{
    struct shared s = {.x = x};
    struct referral_row row;
    bool found;

    if (!referrals_get(x, m->referral, &found, &row, err))
        return false;
    if (!found || !row.readable)
        return true;
    if (!message_store_walk_referral(x->db, m->referral, add_disclosed, &s, err))
        return false;
    row.shared &= s.sections;
    return referrals_update(x, &row, err);
}
