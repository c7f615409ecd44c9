#include "exchange/referrals/referral_erasing.h"

#include "base/sometimes.h"
#include "codec/audit_messages.h"
#include "exchange/cases/case_erasing.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_reseal.h"
#include "exchange/kinds/kind_referral_erased.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/case_end_store.h"
#include "store/consent_store.h"
#include "store/log_store.h"
#include "store/obligation_store.h"

#define LOOKED_A_TICK 16 /* referrals; each may have a whole consent sealed again */

struct referral_erasing {
    bool due;      /* some may be, with numbers … */
    int64_t after; /* … above this */
};

struct referral_erasing *referral_erasing_new(void)
{
    struct referral_erasing *e = xnew(sizeof *e);

    *e = (struct referral_erasing){.due = true};
    return e;
}

void referral_erasing_due(struct exchange *x)
{
    *x->referral_erasing = (struct referral_erasing){.due = true};
}

/* --- which --- */

static bool is_declined(const struct referral_row *row)
{
    return row->direction == DIRECTION_IN && row->state == REFERRAL_DECLINED;
}

/* Rows can be changed without a key: what was answered is what is sealed. */
static bool says_no(struct exchange *x, int64_t message, bool *out, struct error *err)
{
    struct stored_body stored;
    struct error why = {0};
    struct body body;
    bool readable;

    if (!stored_body_open(x, message, &readable, &stored, &why, err)) {
        tick_read_again(x);
        return err->code == E_KEY_21;
    }
    *out =
        readable && stored_body_decode(x, &stored, MESSAGE_REPLY, &body, &why) && body.reply.state == REFERRAL_DECLINED;
    return true;
}

/* Whether it was declined, and its sender has that answer, or will not get it any more. */
static bool is_answered(struct exchange *x, const struct referral_row *row, bool *out, struct error *err)
{
    struct obligation_row o;
    bool found;

    *out = false;
    if (!is_declined(row) || row->sealed_size == 0)
        return true;
    if (!obligation_store_find(x->db, OWED_REPLY, row->number, &found, &o, err))
        return false;
    return !found || o.settled == 0 || says_no(x, o.message, out, err);
}

/* --- what lies under one consent --- */

struct held_message {
    struct held_message *next;
    struct message_row row;
};

struct held_referral {
    struct held_referral *next;
    struct referral_row row; /* opened */
};

struct held {
    struct exchange *x;
    int64_t declined; /* number of the referral */
    struct held_message *messages;
    struct held_referral *referrals;
};

static bool note_message(struct held *h, const struct message_row *m)
{
    struct held_message *one = arena_new(&h->x->tick_arena, sizeof *one);

    *one = (struct held_message){h->messages, *m};
    h->messages = one;
    return true;
}

/* What was asked is opened before its consent has another slot. */
static bool note_held(void *cookie, const struct message_row *m, struct error *err)
{
    struct held *h = cookie;
    struct held_referral *one;
    bool found;

    if (!message_kind_has(m->kind, KIND_BEGINS) || m->referral == 0 || m->referral == h->declined)
        return note_message(h, m);
    one = arena_new(&h->x->tick_arena, sizeof *one);
    if (!referrals_get(h->x, m->referral, &found, &one->row, err))
        return false;
    if (found && one->row.not_read)
        return error_set(err, E_KEY_21, "the disk does not give the key of a referral");
    if (found) {
        one->next = h->referrals;
        h->referrals = one;
    }
    return note_message(h, m);
}

/* What was answered is codes about the service, and stays. */
static bool is_dropped(const struct held *h, const struct message_row *m)
{
    return m->referral == h->declined && (m->direction == DIRECTION_IN || m->kind != MESSAGE_REPLY);
}

static bool seal_rest(const struct held *h, uint64_t from, uint64_t to, struct error *err)
{
    for (const struct held_message *m = h->messages; m != NULL; m = m->next)
        if (!(is_dropped(h, &m->row) ? message_store_drop_body(h->x->db, m->row.number, err)
                                     : stored_body_move(h->x, m->row.number, from, to, err)))
            return false;
    for (struct held_referral *r = h->referrals; r != NULL; r = r->next)
        if (r->row.readable && !referrals_update(h->x, &r->row, err))
            return false;
    return true;
}

static bool erase_under(struct exchange *x, int64_t declined, const struct consent_row *consent, struct error *err)
{
    struct held h = {.x = x, .declined = declined};
    struct consent_row moved;
    uint64_t old;
    bool found;

    if (!message_store_walk_consent(x->db, consent->number, note_held, &h, err) ||
        !consent_reseal(x, consent, &old, err) || !consent_store_get(x->db, consent->number, &found, &moved, err))
        return false;
    REQUIRE(found && old != VAULT_OWN_SLOT && moved.slot != old); /* check_content */
    return seal_rest(&h, old, moved.slot, err) && case_erasing_give_up_slot(x, old, err);
}

/* --- one referral --- */

/* The consents that something of it came under: that of its first message, and others that she gave later. */
struct consents_of {
    struct exchange *x;
    struct consent_row of[BOUND_NAMED];
    size_t count;
    bool wait; /* one of them is not as the log says, or is ended: it has a day of its own */
};

/* As consent_reseal finds it. */
static bool check_content(struct consents_of *c, const struct consent_row *row, struct error *err)
{
    struct opened_consent *o = consent_content_new();
    bool ok;

    o->entry.row = *row;
    ok = consent_content_open(c->x, o, err);
    c->wait = !ok || !o->entry.matches_log;
    consent_content_free(o);
    if (!ok && err->code == E_KEY_21)
        tick_read_again(c->x);
    return ok || err->code == E_KEY_21;
}

static bool check_consent(struct consents_of *c, int64_t number, struct error *err)
{
    struct consent_row row;
    enum denial denied;

    for (size_t i = 0; i < c->count; i++)
        if (c->of[i].number == number)
            return true;
    if (number == 0 || c->wait)
        return true;
    if (!consent_agreement_ask(c->x, number, &row, &denied, err))
        return false;
    c->wait = denied != 0 || c->count == BOUND_NAMED || row.slot == VAULT_OWN_SLOT;
    if (!c->wait)
        c->of[c->count++] = row;
    return c->wait || check_content(c, &row, err);
}

static bool note_consent(void *cookie, const struct message_row *m, struct error *err)
{
    return check_consent(cookie, m->consent, err);
}

static bool record(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                   section_set sections, struct error *err)
{
    struct record r = {.kind = RECORD_REFERRAL_ERASED};
    uint64_t index = audit_size(x->audit, LOG_EXCHANGE);

    r.referral_erased =
        (struct record_referral_erased){.referral = row->id, .agency = address_view(&peer->agency), .erased = sections};
    return audit_append(x->audit, &r, NULL, err) && referral_erased_store_add(x->db, row->number, index, err);
}

static bool has_new_slots(struct exchange *x)
{
    struct error why;

    if (vault_has_unused_slot(x->vault, x->db, &why))
        return true;
    tick_read_again(x);
    return false;
}

static bool erase_one(struct exchange *x, struct referral_row *row, struct error *err)
{
    struct consents_of c = {.x = x};
    struct peer_row peer;
    section_set sections = row->shared;
    bool found;

    if (!check_consent(&c, row->consent, err) ||
        !message_store_walk_referral(x->db, row->number, note_consent, &c, err) ||
        !peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (c.wait || c.count == 0 || !found || !has_new_slots(x))
        return true;
    if (!tick_begin(x, err))
        return false;
    for (size_t i = 0; i < c.count; i++)
        if (!erase_under(x, row->number, &c.of[i], err))
            return error_wrap(err, "erase what came with a referral that was declined");
    SOMETIMES(what_was_declined_was_erased);
    return referrals_empty(x, row, err) && record(x, row, &peer, sections, err);
}

static bool erase_if_due(struct exchange *x, int64_t number, struct error *err)
{
    struct referral_row row;
    bool answered;
    bool found;

    if (!referrals_get(x, number, &found, &row, err))
        return false;
    if (!found || row.not_read)
        return true;
    return is_answered(x, &row, &answered, err) && (!answered || erase_one(x, &row, err));
}

struct declined {
    int64_t numbers[LOOKED_A_TICK];
    size_t count;
};

static bool collect(void *cookie, const struct referral_row *row, struct error *err)
{
    struct declined *d = cookie;

    (void)err;
    d->numbers[d->count++] = row->number;
    return true;
}

/* --- afterwards --- */

static bool note_any(void *cookie, uint64_t slot, struct error *err)
{
    (void)slot;
    (void)err;
    *(bool *)cookie = true;
    return true;
}

/* Whether slots are still to be overwritten: nothing is called erased before. */
static bool is_waiting(struct exchange *x, bool *waits, struct error *err)
{
    *waits = false;
    return case_slot_store_walk(x->db, note_any, waits, err);
}

struct unstated {
    uint64_t numbers[LOOKED_A_TICK];
    size_t count;
};

static bool collect_unstated(void *cookie, uint64_t number, struct error *err)
{
    struct unstated *u = cookie;

    (void)err;
    u->numbers[u->count++] = number;
    return true;
}

/* Not where nothing may leave for who sent it, or its log began anew: nobody there would know what it is about. */
static bool may_state(struct exchange *x, const struct referral_row *row, bool *found, struct peer_row *peer,
                      bool *lost, struct error *err)
{
    struct error why = {0};

    *lost = false;
    if (!peers_get(x, row->peer, found, peer, err) || !*found)
        return *found || err->code == E_NONE;
    *found = !obligations_is_by_hand(x, &peer->agency) &&
             membership_admits(x->membership, address_view(&peer->agency), tick_closing_ms(x), NULL, &why);
    return !*found || lost_there_referral(x, peer, row->number, lost, err);
}

static bool state_one(struct exchange *x, int64_t number, struct error *err)
{
    struct referral_row row;
    struct peer_row peer;
    uint64_t index;
    bool found;
    bool lost;

    if (!referral_erased_store_find(x->db, number, &found, &index, err) || !found)
        return found || err->code == E_NONE;
    if (!referral_store_get(x->db, number, &found, &row, err))
        return false;
    if (!found || !audit_is_durable(x->audit, index))
        return true;
    if (!may_state(x, &row, &found, &peer, &lost, err))
        return false;
    if (!found)
        return true; /* the daily work looks again */
    return tick_begin(x, err) && (lost || kind_referral_erased_send(x, &row, &peer.agency, index, err)) &&
           referral_erased_store_stated(x->db, number, err);
}

/* What says that it is erased waits until the slots are overwritten. */
static bool state_erased(struct exchange *x, struct error *err)
{
    struct unstated u = {.count = 0};
    bool waits;

    if (!is_waiting(x, &waits, err))
        return false;
    if (waits)
        return true;
    if (!referral_erased_store_walk(x->db, LOOKED_A_TICK, collect_unstated, &u, err))
        return false;
    for (size_t i = 0; i < u.count; i++)
        if (!state_one(x, (int64_t)u.numbers[i], err))
            return error_wrap(err, "state that what was declined is erased");
    return true;
}

bool referral_erasing_advance(struct exchange *x, struct error *err)
{
    struct referral_erasing *e = x->referral_erasing;
    struct declined d = {.count = 0};

    if (!e->due)
        return true;
    if (!state_erased(x, err))
        return false;
    if (!referral_store_walk_declined(x->db, e->after, LOOKED_A_TICK, collect, &d, err))
        return false;
    for (size_t i = 0; i < d.count; i++)
        if (!erase_if_due(x, d.numbers[i], err))
            return false;
    e->due = d.count == LOOKED_A_TICK;
    e->after = e->due ? d.numbers[d.count - 1] : 0;
    if (e->due)
        tick_again(x);
    return true;
}

bool referral_erasing_keep_nothing(struct exchange *x, int64_t referral, int64_t number, struct error *err)
{
    struct referral_row row;
    bool found;

    if (referral == 0)
        return true;
    if (!referral_store_get(x->db, referral, &found, &row, err))
        return false;
    if (!found || !is_declined(&row) || row.sealed_size != 0)
        return true;
    SOMETIMES(something_came_for_what_was_erased);
    return message_store_drop_body(x->db, number, err);
}

bool referral_erasing_time(struct exchange *x, int64_t number, int64_t *ms, struct error *err)
{
    struct bytes stored = {0};
    struct error why = {0};
    struct record r;
    uint64_t index;
    bool waits;
    bool found;
    bool ok;

    *ms = 0;
    if (!referral_erased_store_find(x->db, number, &found, &index, err) || !is_waiting(x, &waits, err))
        return false;
    if (!found || waits)
        return true;
    ok = log_store_record(x->db, LOG_EXCHANGE, index, &found, &stored, err);
    if (ok && found && record_decode(bytes_view(&stored), &x->tick_arena, &r, &why) && r.kind == RECORD_REFERRAL_ERASED)
        *ms = r.time_ms;
    bytes_fini(&stored);
    return ok;
}
