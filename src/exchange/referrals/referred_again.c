#include "exchange/referrals/referred_again.h"

#include "exchange/cases/case_ending.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "store/case_store.h"
#include "store/consent_store.h"

struct newer_search {
    struct exchange *x;
    int64_t number;      /* of the message that came to nothing */
    uint64_t from_index; /* the record of what counts is this one of our log, or later */
    bool is_emergency;
    uint32_t services;  /* that were asked for, of which one at least is asked for again; 0: whatever is */
    bool takes_waiting; /* what waits here counts, too; else it has reached nobody */
    bool found;
};

/* Whether REFERRAL takes the place of the one that came to nothing. */
static bool takes_place(const struct newer_search *s, int64_t referral, bool *does, struct error *err)
{
    struct referral_row row;
    bool found;

    *does = true;
    if (!s->is_emergency && s->services == 0)
        return true;
    if (!referrals_get(s->x, referral, &found, &row, err))
        return false;
    *does = found && (!s->is_emergency || row.urgency == URGENCY_EMERGENCY) &&
            (s->services == 0 || ((row.services & s->services) != 0 && row.state != REFERRAL_STOPPED));
    return true;
}

static bool find_newer_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct newer_search *s = cookie;

    if (s->found || m->number <= s->number || m->record_index < s->from_index ||
        !message_kind_has(m->kind, KIND_BEGINS) ||
        (m->state != MESSAGE_RECEIPTED && !(s->takes_waiting && m->state == MESSAGE_WAITING)))
        return true;
    return takes_place(s, m->referral, &s->found, err);
}

static bool find_newer_referral(void *cookie, const struct consent_row *row, struct error *err)
{
    struct newer_search *s = cookie;

    return s->found || message_store_walk_consent(s->x->db, row->number, find_newer_message, s, err);
}

static bool search(struct exchange *x, const struct referral_row *row, struct newer_search *s, struct error *err)
{
    struct referral_row opened = *row;

    if (!referrals_open(x, &opened, err))
        return false;
    s->x = x;
    s->is_emergency = !x->read_only && (!opened.readable || opened.urgency == URGENCY_EMERGENCY);
    if (s->takes_waiting)
        s->services = opened.services;
    return consent_store_walk_case(x->db, row->case_number, find_newer_referral, s, err);
}

bool referred_again_arrived(struct exchange *x, const struct referral_row *row, int64_t number, uint64_t from_index,
                            bool *is, struct error *err)
{
    struct newer_search s = {.number = number, .from_index = from_index};

    *is = false;
    if (referral_state_is_on_the_way(row->state)) /* she is looked for all the same */
        return true;
    if (!search(x, row, &s, err))
        return false;
    *is = s.found;
    return true;
}

bool referred_again_is_to_do(struct exchange *x, const struct referral_row *row, enum referral_state state, bool *is,
                             struct error *err)
{
    struct newer_search s = {.number = row->message, .takes_waiting = true};
    struct case_row c;
    bool found;
    bool closed = false;

    *is = false;
    if (row->direction != DIRECTION_OUT || !referral_state_has_ended(state) ||
        !referral_state_is_next(state, ACTOR_REFERRER))
        return true;
    if (!case_store_get(x->db, row->case_number, &found, &c, err) ||
        (found && c.ended_ms == 0 && !case_ending_is_closed(x, &c, &closed, err)))
        return false;
    if (!found || c.ended_ms != 0 || closed)
        return true;
    if (!search(x, row, &s, err))
        return false;
    *is = !s.found;
    return true;
}
