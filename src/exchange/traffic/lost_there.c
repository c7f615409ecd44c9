#include "exchange/traffic/lost_there.h"

#include "exchange/members/peers.h"
#include "exchange/restored/incarnations.h"
#include "exchange/state.h"
#include "exchange/traffic/settling.h"
#include "store/referral_store.h"

bool lost_there_message(struct exchange *x, const struct peer_row *peer, const struct message_row *m, bool *lost,
                        struct error *err)
{
    uint32_t incarnation;
    bool has;

    *lost = false;
    if (m->record_index >= peer->begun_index) /* of DISCLOSED where it went: a receipt may be newer */
        return true;
    if (m->direction == DIRECTION_IN) {
        if (!incarnations_has_sent(x, peer, m, &has, err))
            return false;
        *lost = !has;
        return true;
    }
    if (!message_store_receipt_incarnation(x->db, m->number, &incarnation, err))
        return false;
    if (m->state != MESSAGE_RECEIPTED || incarnation == 0)
        return true;
    if (!incarnations_has_receipt(x, peer, m->number, &has, err))
        return false;
    *lost = !has;
    return true;
}

bool lost_there_referral(struct exchange *x, const struct peer_row *peer, int64_t number, bool *lost, struct error *err)
{
    struct referral_row row;
    struct message_row first;
    bool found;

    *lost = false;
    if (peer->begun_index == 0)
        return true;
    if (!referral_store_get(x->db, number, &found, &row, err) ||
        (found && !message_store_get(x->db, row.message, &found, &first, err)))
        return false;
    return !found || lost_there_message(x, peer, &first, lost, err);
}

struct newest_in {
    struct message_row message;
    bool found;
};

static bool note_newest(void *cookie, const struct message_row *m, struct error *err)
{
    struct newest_in *n = cookie;

    (void)err;
    if (m->direction != DIRECTION_IN || (n->found && m->record_index < n->message.record_index))
        return true;
    n->message = *m;
    n->found = true;
    return true;
}

bool lost_there_consent(struct exchange *x, const struct peer_row *peer, int64_t number, bool *lost, struct error *err)
{
    struct newest_in n = {0};

    *lost = false;
    if (peer->begun_index == 0)
        return true;
    if (!message_store_walk_consent(x->db, number, note_newest, &n, err))
        return false;
    return !n.found || lost_there_message(x, peer, &n.message, lost, err);
}

struct sent_search {
    struct exchange *x;
    const struct peer_row *peer;
    bool lost;
};

static bool find_lost(void *cookie, const struct message_row *m, struct error *err)
{
    struct sent_search *s = cookie;

    return s->lost || m->direction == DIRECTION_IN || message_kind_has(m->kind, KIND_OWED) ||
           lost_there_message(s->x, s->peer, m, &s->lost, err);
}

bool lost_there_sent(struct exchange *x, const struct peer_row *peer, int64_t number, bool *lost, struct error *err)
{
    struct sent_search s = {.x = x, .peer = peer};

    *lost = false;
    if (peer->begun_index != 0 && !message_store_walk_consent(x->db, number, find_lost, &s, err))
        return false;
    *lost = s.lost;
    return true;
}

/* --- what waits --- */

struct waiting_walk {
    struct exchange *x;
    struct peer_row peer;
};

static bool withhold_lost(void *cookie, const struct message_row *row, struct error *err)
{
    struct waiting_walk *w = cookie;
    bool lost;

    if (row->referral == 0 || message_kind_has(row->kind, KIND_OWED) || message_kind_has(row->kind, KIND_BEGINS))
        return true;
    return lost_there_referral(w->x, &w->peer, row->referral, &lost, err) &&
           (!lost || settling_withhold(w->x, row, DENIAL_LOST, settling_left(row), err));
}

bool lost_there_withhold_new(struct exchange *x, int64_t number, struct error *err)
{
    struct waiting_walk w = {.x = x};
    struct message_row row;
    bool found;

    if (!message_store_get(x->db, number, &found, &row, err))
        return false;
    REQUIRE(found);
    return peers_get(x, row.peer, &found, &w.peer, err) && withhold_lost(&w, &row, err);
}

bool lost_there_withhold(struct exchange *x, int64_t peer, struct error *err)
{
    struct waiting_walk w = {.x = x};
    uint64_t waiting;
    bool found;

    if (!peers_get(x, peer, &found, &w.peer, err) || !message_store_waiting_for(x->db, peer, &waiting, err))
        return false;
    return !found || message_store_walk_waiting(x->db, peer, 0, waiting, withhold_lost, &w, err);
}
