#include "exchange/kinds/referral_opening.h"

#include "exchange/consent/consent_agreement.h"
#include "exchange/kinds/kind_reply.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations.h"
#include "exchange/vault.h"
#include "store/consent_store.h"

/* *MAY: an answer could be given under its consent today, and no person would have to tell it. */
static bool may_tell(struct exchange *x, const struct referral_row *row, const struct peer_row *peer, bool *may,
                     struct error *err)
{
    struct consent_row consent;
    enum denial denied;
    struct error why = {0};
    bool lost;

    *may = false;
    if (!lost_there_referral(x, peer, row->number, &lost, err))
        return false;
    if (lost || obligations_is_by_hand(x, &peer->agency) || !row->readable || row->consent == 0)
        return true;
    if (!consent_agreement_ask(x, row->consent, &consent, &denied, &why))
        return why.code == E_LOG_02 || (*err = why, false);
    *may = denied == 0 && !consent_has_ended(consent.until, tick_closing_day(x)) &&
           vault_slot_is_read(x->vault, consent.slot, &why);
    return true;
}

static bool tell(struct exchange *x, struct referral_row *row, const struct peer_row *peer, struct error *err)
{
    const struct reply_message reply = {.state = REFERRAL_OPENED, .time_ms = row->opened_ms};

    return kind_reply_put(x, row, &peer->agency, &reply, err);
}

static bool note(struct exchange *x, struct referral_row *row, const struct peer_row *peer, struct error *err)
{
    int64_t now = tick_record_ms(x);

    if (!tick_begin(x, err))
        return false;
    REQUIRE(referral_state_step(&row->state, EVENT_OPENED, ACTOR_RECIPIENT));
    row->opened_ms = row->urgency == URGENCY_EMERGENCY ? now : day_of_ms(now) * DAY_MS;
    return row->urgency == URGENCY_EMERGENCY ? tell(x, row, peer, err) : referrals_update(x, row, err);
}

bool referral_opening_note(struct exchange *x, struct referral_row *row, const struct peer_row *peer, struct error *err)
{
    struct error why = {0};
    uint64_t mark;
    bool may;

    if (x->read_only || row->direction != DIRECTION_IN || row->state != REFERRAL_DELIVERED ||
        !own_note_may_sign(x, &why) || !tick_has_room(x, &why))
        return true;
    if (!may_tell(x, row, peer, &may, err))
        return false;
    if (!may)
        return true;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, note(x, row, peer, err), err);
}

/* --- the day after --- */

struct untold {
    struct untold *next;
    struct referral_row row;
};

struct untold_walk {
    struct exchange *x;
    struct untold *first;
};

static bool collect_untold(void *cookie, const struct due_time *t, struct error *err)
{
    struct untold_walk *w = cookie;
    struct untold *u;
    struct referral_row row;
    bool found;

    if (t->sent_to != 0)
        return true;
    if (!referral_store_get(w->x->db, t->number, &found, &row, err))
        return false;
    if (!found || row.state != REFERRAL_OPENED || row.answers != 0)
        return true;
    u = arena_new(&w->x->tick_arena, sizeof *u);
    *u = (struct untold){.next = w->first, .row = row};
    w->first = u;
    return true;
}

bool referral_opening_tell(struct exchange *x, struct error *err)
{
    struct untold_walk w = {.x = x};
    struct error why = {0};

    if (!own_note_may_sign(x, &why))
        return true;
    if (!due_times_walk_open(x->due_times, collect_untold, &w, err))
        return false;
    for (struct untold *u = w.first; u != NULL; u = u->next) {
        struct peer_row peer;
        bool found;
        bool may = false;

        if (!referrals_open(x, &u->row, err) || !peers_get(x, u->row.peer, &found, &peer, err) ||
            (found && !may_tell(x, &u->row, &peer, &may, err)))
            return false;
        if (may && day_of_ms(u->row.opened_ms) < tick_closing_day(x) && !tell(x, &u->row, &peer, err))
            return false;
    }
    return true;
}
