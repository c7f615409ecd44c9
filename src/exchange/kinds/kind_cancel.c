#include "exchange/kinds/kind_cancel.h"

#include "exchange/consent/consent_book.h"
#include "exchange/kinds/kind_reply.h"
#include "exchange/logs/acting.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/obligation_store.h"

/* --- sending --- */

static bool send_cancel(struct exchange *x, const struct referral_row *row, const struct address *to,
                        const struct message_row *first, struct error *err)
{
    struct body body = {.kind = MESSAGE_CANCEL, .has_referral = true, .referral = row->id};

    body.cancel.in_reply_to = first->id;
    body.cancel.said = row->said;
    return outbox_put_plain(x, to, &body, row->number, row->consent, err);
}

struct unsent {
    struct unsent *next;
    int64_t number;
};

struct unsent_walk {
    struct exchange *x;
    struct unsent *first;
};

/* Whether it says where she is: that is told all the same, for what was said before it may be there. */
static bool is_of_her_coming(struct exchange *x, const struct message_row *m, bool *is, struct error *err)
{
    struct stored_body stored;
    struct error gone = {0};
    struct body body;
    bool there = false;

    if (m->kind == MESSAGE_UPDATE && (!stored_body_open(x, m->number, &there, &stored, &gone, err) ||
                                      (there && !stored_body_decode(x, &stored, m->kind, &body, err))))
        return false;
    *is = there && body.update.state != 0;
    return true;
}

/* Carries facts, and nothing of it has left. */
static bool collect_kept(void *cookie, const struct message_row *m, struct error *err)
{
    struct unsent_walk *w = cookie;
    struct unsent *u;
    bool is_said;

    if (m->direction != DIRECTION_OUT || m->state != MESSAGE_WAITING || message_kind_has(m->kind, KIND_OWED) ||
        (m->may_have_left && !outbox_is_new(w->x, m->number)))
        return true;
    if (!is_of_her_coming(w->x, m, &is_said, err))
        return false;
    if (is_said)
        return true;
    u = arena_new(&w->x->tick_arena, sizeof *u);
    *u = (struct unsent){.next = w->first, .number = m->number};
    w->first = u;
    return true;
}

/* What has not left of referral ROW stays. *RECALLED: its first message is among that, so nobody is to be told. */
static bool recall(struct exchange *x, const struct referral_row *row, bool *recalled, struct error *err)
{
    struct unsent_walk w = {.x = x};

    *recalled = false;
    if (!message_store_walk_referral(x->db, row->number, collect_kept, &w, err))
        return false;
    for (const struct unsent *u = w.first; u != NULL; u = u->next) {
        *recalled = *recalled || u->number == row->message;
        if (!outbox_drop(x, u->number, DENIAL_CANCELLED, err))
            return false;
    }
    return true;
}

/* Without a receipt of the first message nobody there knows of it yet: the cancellation is made when that comes. */
static bool cancel(struct exchange *x, struct referral_row *row, const struct peer_row *peer, struct error *err)
{
    struct message_row first;
    bool recalled;
    bool found;

    if (!tick_begin(x, err) || !message_store_get(x->db, row->message, &found, &first, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the message of a referral is missing");
    if (!recall(x, row, &recalled, err) || !referrals_get(x, row->number, &found, row, err))
        return false;
    REQUIRE(found && referral_state_step(&row->state, recalled ? EVENT_RECALLED : EVENT_CANCEL_ASKED, ACTOR_REFERRER));
    row->offered = 0;
    row->time_ms = 0;
    row->due_ms = tick_record_ms(x) + BOUND_CONFIRMED_MS;
    return (first.state != MESSAGE_RECEIPTED || send_cancel(x, row, &peer->agency, &first, err)) &&
           referrals_update(x, row, err);
}

/* Where the disk does not give the key of her consent it is made when that is read again. */
static bool tell(struct exchange *x, struct referral_row *row, const struct message_row *first, struct error *err)
{
    struct error why = {0};
    struct peer_row peer;
    uint64_t slot;
    bool found;

    if (!consent_book_slot(x, row->consent, &slot, &why) || !vault_slot_is_read(x->vault, slot, &why)) {
        if (why.code == E_KEY_21)
            tick_read_again(x);
        return why.code == E_KEY_21 || why.code == E_LOG_02 || (*err = why, false);
    }
    return peers_get(x, row->peer, &found, &peer, err) && (!found || send_cancel(x, row, &peer.agency, first, err));
}

bool kind_cancel_receipted(struct exchange *x, const struct message_row *m, struct error *err)
{
    struct obligation_row o;
    struct referral_row row;
    bool found;

    if (!referrals_get(x, m->referral, &found, &row, err))
        return false;
    if (!found || row.state != REFERRAL_CANCEL_ASKED)
        return true;
    if (m->state == MESSAGE_REFUSED) { /* they did not take it */
        row.state = REFERRAL_CANCELLED;
        return tick_begin(x, err) && referrals_update(x, &row, err);
    }
    if (m->state != MESSAGE_RECEIPTED || !obligation_store_find(x->db, OWED_CANCELLATION, row.number, &found, &o, err))
        return m->state != MESSAGE_RECEIPTED;
    return found || (tick_begin(x, err) && tell(x, &row, m, err));
}

/* --- those that were not told --- */

struct untold {
    struct untold *next;
    struct message_row first;
};

struct untold_walk {
    struct exchange *x;
    struct untold *list;
};

static bool find_told(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    *(bool *)cookie = *(bool *)cookie || (m->direction == DIRECTION_OUT && m->kind == MESSAGE_CANCEL);
    return true;
}

static bool collect_untold(void *cookie, const struct due_time *t, struct error *err)
{
    struct untold_walk *w = cookie;
    struct referral_row row;
    struct message_row first;
    struct untold *u;
    bool found;
    bool told = false;

    if (t->sent_to == 0)
        return true;
    if (!referral_store_get(w->x->db, t->number, &found, &row, err))
        return false;
    if (!found || row.state != REFERRAL_CANCEL_ASKED)
        return true;
    if (!message_store_get(w->x->db, row.message, &found, &first, err) ||
        !message_store_walk_referral(w->x->db, row.number, find_told, &told, err))
        return false;
    if (!found || told || first.state != MESSAGE_RECEIPTED)
        return true;
    u = arena_new(&w->x->tick_arena, sizeof *u);
    *u = (struct untold){.next = w->list, .first = first};
    w->list = u;
    return true;
}

bool kind_cancel_tell(struct exchange *x, struct error *err)
{
    struct untold_walk w = {.x = x};
    struct error why = {0};

    if (!own_note_may_sign(x, &why))
        return true;
    if (!due_times_walk_open(x->due_times, collect_untold, &w, err))
        return false;
    for (const struct untold *u = w.list; u != NULL; u = u->next)
        if (!kind_cancel_receipted(x, &u->first, err))
            return false;
    return true;
}

/* --- by people --- */

/* It came to nothing there: here it is needed no more, and nobody else is asked in its place. */
static bool came_to_nothing(enum referral_state shown)
{
    return referral_state_has_ended(shown) && referral_state_is_next(shown, ACTOR_REFERRER);
}

static bool end_here(struct exchange *x, struct referral_row *row, struct error *err)
{
    REQUIRE(referral_state_step(&row->state, EVENT_NOT_NEEDED, ACTOR_REFERRER));
    row->offered = 0; /* it may be there, without a receipt, and be accepted yet */
    return tick_begin(x, err) && acting_record(x, ACT_NOT_NEEDED, &row->id, err) && referrals_update(x, row, err);
}

/* In any state in which it is not over: what EVENT_CANCEL_ASKED may begin in. */
static bool may_cancel(const struct referral_row *row, enum message_state first, struct error *err)
{
    enum referral_state shown = referral_summary_state(row, first);
    enum referral_state next = row->state;

    if ((shown == REFERRAL_SAVED || shown == REFERRAL_WAITING || shown == REFERRAL_DELIVERED || shown == row->state) &&
        referral_state_step(&next, EVENT_CANCEL_ASKED, ACTOR_REFERRER))
        return true;
    if (shown == REFERRAL_NOT_FOUND)
        return error_set(err, E_REF_13, "nobody knows where she is: that is closed, and not cancelled");
    return error_set(err, E_REF_07, "the referral is %s already", referral_state_name(shown));
}

bool exchange_referral_cancel(struct exchange *x, const struct ident *id, struct control_referral *out,
                              struct error *err)
{
    struct referral_row row;
    struct message_row first = {.state = MESSAGE_WAITING};
    struct peer_row peer;
    uint64_t mark;
    bool ends_here;
    bool found;

    if (!own_note_may_sign(x, err) || !referral_summary_find(x, id, &row, &peer, err))
        return false;
    if (row.direction != DIRECTION_OUT)
        return error_set(err, E_REF_12, "%s sent the referral, and cancels it: give it back", peer.agency.text);
    if (!message_store_get(x->db, row.message, &found, &first, err))
        return false;
    if (row.state == REFERRAL_CANCEL_ASKED || row.state == REFERRAL_CANCELLED)
        return kind_cancel_receipted(x, &first, err) && referral_summary_fill(x, &row, &peer, out, err);
    ends_here = came_to_nothing(referral_summary_state(&row, first.state));
    if (!ends_here && !may_cancel(&row, first.state, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark,
                         (ends_here ? end_here(x, &row, err) : cancel(x, &row, &peer, err)) &&
                             referral_summary_fill(x, &row, &peer, out, err),
                         err);
}

/* --- one that came --- */

static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    return kind_check_names_first(x, b, &b->body->cancel.in_reply_to, why, err);
}

/* What has ended, or where she came already or is looked for, stays: the answer that said so is told, or is on its way.
 */
static bool act(struct exchange *x, struct referral_row *row, const struct address *to, struct error *err)
{
    struct reply_message reply = {.before = row->state};

    if (row->answers >= BOUND_REPLIES || !referral_state_step(&row->state, EVENT_CANCEL_CAME, ACTOR_REFERRER))
        return true;
    reply.state = row->state;
    if (row->state == REFERRAL_CANCEL_ASKED)
        reply.due_ms = tick_record_ms(x) + BOUND_CONFIRMED_MS;
    if (row->state == REFERRAL_GIVEN_BACK)
        reply.reason = DECLINE_OTHER;
    return kind_reply_put(x, row, to, &reply, err);
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    REQUIRE(found); /* kind_check_names_first */
    return act(x, &row, b->sender, err);
}

struct later_search {
    struct exchange *x;
    uint32_t said;
    bool found;
};

static bool find_later(void *cookie, const struct message_row *m, struct error *err)
{
    struct later_search *s = cookie;
    struct stored_body stored;
    struct error gone = {0};
    struct body body;
    bool there;

    if (m->direction != DIRECTION_IN || m->kind != MESSAGE_CANCEL)
        return true;
    if (!stored_body_open(s->x, m->number, &there, &stored, &gone, err) ||
        (there && !stored_body_decode(s->x, &stored, m->kind, &body, err)))
        return false;
    s->found = s->found || (there && body.cancel.said >= s->said);
    return true;
}

bool kind_cancel_again(struct exchange *x, struct referral_row *row, const struct address *to, uint32_t said,
                       struct error *err)
{
    struct later_search s = {.x = x, .said = said};

    return message_store_walk_referral(x->db, row->number, find_later, &s, err) && (!s.found || act(x, row, to, err));
}

const struct kind_actions kind_cancel = {.check = check, .find = kind_find_referral, .take = take};
