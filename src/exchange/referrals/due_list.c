/* exchange_due_list: referrals that somebody has to see to now. */
#include "exchange/referrals/referral_calls.h"

#include "exchange/access/holders.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/due_look.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/referrals/referred_again.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/recorded.h"
#include "exchange/traffic/settling.h"
#include "store/consent_store.h"
#include "store/referral_store.h"

#define REMEMBERED 1024 /* peers that are asked about once a list, not for each referral that went to them */

struct due_list {
    struct exchange *x;
    exchange_on_due_fn *on_due;
    void *cookie;
    bool some_cannot_answer;           /* one peer at least that open referrals went to: each is looked at */
    size_t unanswerable;               /* that were told */
    size_t lost;                       /* that were told */
    uint64_t answers[REMEMBERED / 64]; /* bit N: whatever went to peer N it can answer */
};

/* A row may have been changed: it may name any number. */
static bool is_remembered(int64_t peer)
{
    return peer > 0 && peer < REMEMBERED;
}

static bool answers_all(const struct due_list *l, int64_t peer)
{
    return is_remembered(peer) && (l->answers[peer / 64] >> (peer % 64) & 1) != 0;
}

static void note_answers_all(struct due_list *l, int64_t peer)
{
    if (is_remembered(peer))
        l->answers[peer / 64] |= UINT64_C(1) << (peer % 64);
}

static bool tell(struct due_list *l, struct due_summary *d, const struct referral_row *row, struct error *err)
{
    struct peer_row peer;
    bool shown;
    bool found;

    if (!holders_show_referral(l->x, row, &shown, err))
        return false;
    if (!shown)
        return true;
    if (!peers_get(l->x, row->peer, &found, &peer, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the agency of a referral is missing");
    d->referral = row->id;
    d->direction = row->direction;
    d->peer = peer.agency;
    if (d->made_ms == 0)
        d->made_ms = row->made_ms;
    return l->on_due(l->cookie, d, err);
}

/* Under a consent that does not stand any more nothing is sent, read or answered. */
static bool consent_stands(struct exchange *x, int64_t consent, bool *stands, struct consent_row *row,
                           struct error *err)
{
    bool found;

    if (!consent_store_get(x->db, consent, &found, row, err))
        return false;
    *stands = !found || (row->progress == CONSENT_STANDS && row->until >= tick_closing_day(x));
    return true;
}

static bool never_answers(const struct held *held)
{
    return held->hold != HOLD_NONE && hold_ends(held->hold) == HOLD_ENDS_NEVER;
}

/* Whether the agency of PEER, to which referral NUMBER went, cannot answer it: it lost it with its machine, or nothing
 * of it is taken here any more, which *WHY says. */
static bool is_unanswerable(struct exchange *x, const struct peer_row *peer, int64_t number, bool *is, enum hold *why,
                            struct error *err)
{
    struct held held;

    holds_ask_peer(x, peer, MESSAGE_REFERRAL, &held);
    *is = never_answers(&held);
    *why = *is ? held.hold : HOLD_NONE;
    return *is || lost_there_referral(x, peer, number, is, err);
}

/* --- what is not answered in time --- */

static enum due_what what_is_late(const struct due_time *t, enum referral_state state, int64_t now_ms)
{
    const bool is_overdue = t->due_ms != 0 && t->due_ms < now_ms;
    const bool is_alarming = t->emergency_ms != 0 && now_ms - t->emergency_ms >= BOUND_EMERGENCY_UNDELIVERED_MS;
    unsigned days;

    if (!is_overdue && !is_alarming)
        return DUE_NOTHING;
    if (t->emergency_ms != 0 && referral_state_word(state) == WORD_NOT_SENT)
        return DUE_UNDELIVERED;
    if (t->emergency_ms != 0 && now_ms - t->emergency_ms < BOUND_EMERGENCY_UNANSWERED_MS)
        return is_overdue ? DUE_OVERDUE : DUE_NOTHING;
    if (t->emergency_ms != 0)
        return referral_state_word(state) == WORD_SEEN ? DUE_UNANSWERED : DUE_UNOPENED;
    if (referral_state_is_on_the_way(state))
        return state == REFERRAL_EXPECTED ? DUE_NOT_ARRIVED : DUE_NOT_FOUND;
    return referral_state_says_more(state, &days) ? DUE_SILENT : DUE_OVERDUE;
}

/* At the agency that refers who was to come is looked for, also where the last day of her consent is over. */
static bool is_still_awaited(const struct referral_row *row, const struct consent_row *consent)
{
    return row->direction == DIRECTION_OUT && consent->progress == CONSENT_STANDS &&
           referral_state_is_on_the_way(row->state);
}

struct looked {
    bool waits; /* its consent stands, its agency can answer, and nobody has */
    struct referral_row row;
    enum referral_state state;
    enum arrival arrival; /* of its message */
};

static bool look(struct exchange *x, const struct due_time *t, struct looked *out, struct error *err)
{
    struct message_row message = {.state = MESSAGE_WAITING};
    struct consent_row consent;
    struct peer_row peer;
    bool found;
    bool stands;
    bool never = false;
    enum hold why;

    *out = (struct looked){0};
    if (!referral_store_get(x->db, t->number, &found, &out->row, err))
        return false;
    if (!found)
        return true;
    if (!peers_get(x, out->row.peer, &found, &peer, err) ||
        (found && t->sent_to != 0 && !is_unanswerable(x, &peer, t->number, &never, &why, err)))
        return false;
    if (!message_store_get(x->db, out->row.message, &found, &message, err) ||
        !consent_stands(x, out->row.consent, &stands, &consent, err))
        return false;
    out->state = referral_summary_state(&out->row, message.state);
    out->waits = is_still_awaited(&out->row, &consent) || (stands && !never && referral_state_is_open(out->state));
    out->arrival = found ? settling_arrival(&message) : ARRIVAL_SETTLED;
    return true;
}

bool due_look(struct exchange *x, const struct due_time *t, bool *waits, enum referral_state *state, struct error *err)
{
    struct looked l;

    if (!look(x, t, &l, err))
        return false;
    *waits = l.waits;
    *state = l.state;
    return true;
}

/* Of an emergency, or of her who did not come: whom to phone, and of the first who else could help. */
static bool fill_reach(struct exchange *x, const struct due_time *t, const struct referral_row *stored,
                       struct due_summary *d, struct error *err)
{
    struct referral_row row = *stored;
    struct peer_row peer;
    bool found;

    if (t->emergency_ms == 0 && d->what != DUE_NOT_ARRIVED && d->what != DUE_NOT_FOUND)
        return true;
    if (!peers_get(x, row.peer, &found, &peer, err) || (found && !entry_reach_fill(x, &peer.agency, &d->reach, err)))
        return false;
    return !found || t->sent_to == 0 || t->emergency_ms == 0 ||
           (referrals_open(x, &row, err) &&
            entry_reach_others(x, row.case_number, &peer.agency, row.services, &d->others, &d->other_count, err));
}

static bool tell_doubted(struct due_list *l, const struct due_time *t, const struct looked *looked, struct error *err)
{
    struct due_summary d = {.what = DUE_DOUBTED, .made_ms = t->doubted_ms, .arrival = ARRIVAL_SETTLED};

    return t->doubted_ms == 0 || tell(l, &d, &looked->row, err);
}

static bool list_late(void *cookie, const struct due_time *t, struct error *err)
{
    struct due_list *l = cookie;
    struct due_summary d = {.due_ms = t->due_ms};
    struct looked looked;

    if (!look(l->x, t, &looked, err))
        return false;
    if (!looked.waits)
        return true;
    if (!tell_doubted(l, t, &looked, err))
        return false;
    d.what = what_is_late(t, looked.state, tick_record_ms(l->x));
    if (d.what == DUE_NOT_ARRIVED)
        d.due_ms -= BOUND_NOT_ARRIVED_MS; /* when she was expected */
    if (d.what == DUE_UNANSWERED)
        d.made_ms = t->emergency_ms;
    d.arrival = looked.arrival;
    if (!fill_reach(l->x, t, &looked.row, &d, err))
        return false;
    return d.what == DUE_NOTHING || tell(l, &d, &looked.row, err);
}

/* --- what went past its last day --- */

struct said_search {
    struct exchange *x;
    int64_t number; /* of the message that came to nothing */
    section_set sections;
    bool found;
};

static bool find_said_again(void *cookie, const struct message_row *m, struct error *err)
{
    struct said_search *s = cookie;
    struct record r;
    bool found;

    if (s->found || m->kind != MESSAGE_OUTCOME || m->number <= s->number || m->state != MESSAGE_RECEIPTED)
        return true;
    if (!recorded_find(s->x, m, &found, &r, err))
        return false;
    s->found = found && (r.disclosed.sections & s->sections) != 0;
    return true;
}

/* Whether message M is followed by what takes its place: of what became of her, the same sections said again. */
static bool is_made_good(struct exchange *x, const struct message_row *m, const struct referral_row *row, bool *is,
                         struct error *err)
{
    struct said_search s = {.x = x, .number = m->number};
    struct record r;
    bool found;

    if (m->kind != MESSAGE_OUTCOME)
        return referred_again_arrived(x, row, m->number, 0, is, err);
    *is = false;
    if (!recorded_find(x, m, &found, &r, err))
        return false;
    s.sections = found ? r.disclosed.sections : 0; /* 0: somebody changed its row, and nothing is like it */
    if (!message_store_walk_referral(x->db, row->number, find_said_again, &s, err))
        return false;
    *is = s.found;
    return true;
}

/* What carries facts about a person, until she is referred again, to whichever agency, and that arrived, or nothing may
 * be sent to this one under her consent. */
static bool list_expired(void *cookie, const struct message_row *m, struct error *err)
{
    struct due_list *l = cookie;
    struct due_summary d = {.what = DUE_EXPIRED, .arrival = settling_arrival(m)};
    struct consent_row consent;
    struct referral_row row;
    bool found;
    bool stands;
    bool again;

    if (!message_kind_has(m->kind, KIND_PERMISSION) || m->referral == 0)
        return true;
    if (!consent_stands(l->x, m->consent, &stands, &consent, err) ||
        !referral_store_get(l->x->db, m->referral, &found, &row, err))
        return false;
    if (!stands || !found || row.state == REFERRAL_DECLINED || row.state == REFERRAL_CANCELLED)
        return true;
    if (!is_made_good(l->x, m, &row, &again, err))
        return false;
    return again || tell(l, &d, &row, err);
}

/* --- what nobody will answer --- */

/* What expired or was refused is told otherwise. */
static bool waits_for_answer(const struct message_row *first)
{
    return first->state == MESSAGE_RECEIPTED || first->state == MESSAGE_WITHHELD || first->state == MESSAGE_WAITING;
}

/* FROM_INDEX: what is sent from that record of our log on counts as sent again. */
static bool tell_unanswerable(struct due_list *l, struct due_summary *d, const struct referral_row *row,
                              uint64_t from_index, struct error *err)
{
    struct consent_row consent;
    struct message_row first;
    bool found;
    bool stands;
    bool again;

    if (!message_store_get(l->x->db, row->message, &found, &first, err) ||
        !consent_stands(l->x, row->consent, &stands, &consent, err))
        return false;
    if (!found || !stands || !waits_for_answer(&first))
        return true;
    if (d->hold == HOLD_NONE && referral_state_is_accepted(row->state)) /* list_lost tells it */
        return true;
    if (!referred_again_arrived(l->x, row, row->message, from_index, &again, err))
        return false;
    if (again)
        return true;
    l->unanswerable++;
    return tell(l, d, row, err);
}

static bool ask_whether_never(struct due_list *l, const struct due_time *t, struct error *err)
{
    struct due_summary d = {.what = DUE_UNANSWERABLE, .due_ms = t->due_ms, .arrival = ARRIVAL_SETTLED};
    struct referral_row row;
    struct peer_row peer;
    bool found;
    bool never = false;

    if (!peers_get(l->x, t->sent_to, &found, &peer, err) ||
        (found && !is_unanswerable(l->x, &peer, t->number, &never, &d.hold, err)))
        return false;
    if (!never)
        return true;
    return referral_store_get(l->x->db, t->number, &found, &row, err) &&
           (!found || tell_unanswerable(l, &d, &row, d.hold == HOLD_NONE ? peer.begun_index : 0, err));
}

/* Nearly always every agency can answer all, and no referral is looked at. */
static bool ask_recipient(void *cookie, int64_t number, struct error *err)
{
    struct due_list *l = cookie;
    struct peer_row peer;
    struct held held = {0};
    bool found;

    if (!peers_get(l->x, number, &found, &peer, err))
        return false;
    if (found)
        holds_ask_peer(l->x, &peer, MESSAGE_REFERRAL, &held);
    if (found && (never_answers(&held) || peer.begun_index != 0))
        l->some_cannot_answer = true;
    else
        note_answers_all(l, number);
    return true;
}

static bool list_unanswerable(void *cookie, const struct due_time *t, struct error *err)
{
    struct due_list *l = cookie;

    if (t->sent_to == 0 || l->unanswerable == BOUND_LATE || answers_all(l, t->sent_to))
        return true;
    return ask_whether_never(l, t, err);
}

/* --- what an agency accepted and does not know any more --- */

static bool list_lost(void *cookie, const struct referral_row *row, struct error *err)
{
    struct due_list *l = cookie;
    struct due_summary d = {.what = DUE_LOST, .arrival = ARRIVAL_SETTLED};
    struct peer_row peer;
    bool found;
    bool lost = false;
    bool again;

    if (l->lost == BOUND_LATE)
        return true;
    if (!peers_get(l->x, row->peer, &found, &peer, err) ||
        (found && !lost_there_referral(l->x, &peer, row->number, &lost, err)))
        return false;
    if (!lost)
        return true;
    if (!referred_again_arrived(l->x, row, row->message, peer.begun_index, &again, err))
        return false;
    if (again)
        return true;
    l->lost++;
    return tell(l, &d, row, err);
}

bool exchange_due_list(struct exchange *x, exchange_on_due_fn *on_due, void *cookie, struct error *err)
{
    struct due_list l = {.x = x, .on_due = on_due, .cookie = cookie};

    return due_times_walk_late(x->due_times, tick_record_ms(x), list_late, &l, err) &&
           due_times_walk_recipients(x->due_times, ask_recipient, &l, err) &&
           (!l.some_cannot_answer || due_times_walk_open(x->due_times, list_unanswerable, &l, err)) &&
           referral_store_walk_lost(x->db, tick_closing_day(x), list_lost, &l, err) &&
           message_store_walk_expired(x->db, BOUND_LATE, list_expired, &l, err);
}
