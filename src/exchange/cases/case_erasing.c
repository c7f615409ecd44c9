#include "exchange/cases/case_erasing.h"

#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_reseal.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/drafts/drafts.h"
#include "exchange/referrals/referral_erasing.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/search/search.h"
#include "exchange/staff/kept_answers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/access_store.h"
#include "store/consent_store.h"
#include "store/referral_store.h"
#include "store/slot_store.h"

#define FORGOTTEN_A_TICK 64 /* slots: less than a millisecond */

struct case_erasing {
    bool due; /* slots may be overwritten by now */
};

struct case_erasing *case_erasing_new(void)
{
    struct case_erasing *e = xnew(sizeof *e);

    *e = (struct case_erasing){.due = true};
    return e;
}

/* --- whether something keeps it --- */

struct keeping {
    struct exchange *x;
    const char *why;
    const struct consent_row *consent; /* that is looked at */
};

bool case_erasing_is_open(const struct exchange *x, const struct consent_row *consent, enum referral_state state)
{
    if (referral_state_has_ended(state))
        return false;
    return referral_state_is_on_the_way(state) || consent_agreement_denial(x, consent) != 0 ||
           !consent_has_ended(consent->until, tick_closing_day(x));
}

static bool look_at_sent(void *cookie, const struct message_row *m, struct error *err)
{
    struct keeping *k = cookie;
    struct referral_row row;
    bool found = false;

    if (m->direction == DIRECTION_OUT && m->state == MESSAGE_WAITING && message_kind_has(m->kind, KIND_PERMISSION))
        k->why = "something of it still waits to leave";
    if (m->referral != 0 && !referral_store_get(k->x->db, m->referral, &found, &row, err))
        return false;
    if (found && row.message == m->number &&
        case_erasing_is_open(k->x, k->consent, referral_summary_state(&row, m->state)))
        k->why = "a referral of it is open at another agency";
    return true;
}

static bool look_at_came(void *cookie, const struct referral_row *row, struct error *err)
{
    (void)err;
    if (!referral_state_has_ended(row->state))
        ((struct keeping *)cookie)->why = "this agency has accepted a referral of it that is open";
    return true;
}

static bool look_at_consent_of_case(void *cookie, const struct consent_row *row, struct error *err)
{
    struct keeping *k = cookie;

    k->consent = row;
    return message_store_walk_consent(k->x->db, row->number, look_at_sent, k, err);
}

bool case_erasing_waits(struct exchange *x, const struct case_row *row, const char **why, struct error *err)
{
    struct keeping k = {.x = x};
    bool waits;

    if (!consent_store_walk_case(x->db, row->number, look_at_consent_of_case, &k, err) ||
        !referral_store_walk_came(x->db, row->number, look_at_came, &k, err) ||
        !access_store_waits(x->db, row->number, &waits, err))
        return false;
    if (waits)
        k.why = "somebody opened it who does not hold it, and that is not reviewed";
    *why = k.why;
    return true;
}

/* --- its consents --- */

struct consents {
    struct exchange *x;
    struct consent_row *of; /* in the tick's arena */
    size_t count;
};

static bool collect_consent(void *cookie, const struct consent_row *row, struct error *err)
{
    struct consents *c = cookie;
    struct consent_row *grown;

    (void)err;
    if ((c->count & (c->count - 1)) == 0) { /* its room is the next power of two */
        grown = arena_new(&c->x->tick_arena, (c->count == 0 ? 1 : 2 * c->count) * sizeof *grown);
        for (size_t i = 0; i < c->count; i++)
            grown[i] = c->of[i];
        c->of = grown;
    }
    c->of[c->count++] = *row;
    return true;
}

/* Asked before anything is written. */
static bool keys_are_read(struct exchange *x, const struct case_row *row, const struct consents *c, struct error *err)
{
    if (!vault_slot_is_read(x->vault, row->slot, err) || !vault_has_unused_slot(x->vault, x->db, err))
        return false;
    for (size_t i = 0; i < c->count; i++)
        if (c->of[i].slot != VAULT_OWN_SLOT && !vault_slot_is_read(x->vault, c->of[i].slot, err))
            return false;
    return true;
}

bool case_erasing_give_up_slot(struct exchange *x, uint64_t slot, struct error *err)
{
    REQUIRE(slot != VAULT_OWN_SLOT);
    x->case_erasing->due = true;
    withdrawal_work_slots_due(x);
    return slot_store_set_state(x->db, slot, SLOT_TO_ERASE, err) && case_slot_store_add(x->db, slot, err);
}

static bool forget_request(void *cookie, const struct message_row *m, struct error *err)
{
    struct exchange *x = cookie;

    return m->referral == 0 || request_store_drop_of(x->db, m->referral, err);
}

/* What was sent under one that stands is erased, and it stands on. One that was withdrawn has a day of its own. */
static bool erase_sent(struct exchange *x, const struct consent_row *row, struct error *err)
{
    section_set shared;
    uint64_t old;

    if (row->progress != CONSENT_STANDS || consent_agreement_denial(x, row) != 0)
        return true;
    if (!message_store_walk_consent(x->db, row->number, forget_request, x, err) || !consent_reseal(x, row, &old, err))
        return false;
    return old == VAULT_OWN_SLOT ||
           (referrals_stop(x, row->number, EVENT_ERASED, &shared, err) && case_erasing_give_up_slot(x, old, err));
}

/* --- the case --- */

static bool erase_case(struct exchange *x, const struct case_row *row, enum delete_reason reason, struct error *err)
{
    const int64_t now = tick_record_ms(x);

    casebook_end_tick(x);
    return search_case_ended(x, row->number, err) && case_links_end(x, row, err) &&
           drafts_give_up_of(x, &row->id, err) && case_store_end(x->db, row->number, now, err) &&
           case_erasing_give_up_slot(x, row->slot, err) &&
           case_ending_record(x, row, CASE_DELETED, tick_record_day(x), reason, err);
}

bool case_erasing_do(struct exchange *x, const struct case_row *row, enum delete_reason reason, struct error *err)
{
    struct consents c = {.x = x};

    REQUIRE(row->ended_ms == 0 && row->slot != VAULT_OWN_SLOT);
    if (!consent_store_walk_case(x->db, row->number, collect_consent, &c, err) || !keys_are_read(x, row, &c, err) ||
        !tick_begin(x, err))
        return false;
    for (size_t i = 0; i < c.count; i++)
        if (!erase_sent(x, &c.of[i], err))
            return error_wrap(err, "erase what was sent of a case");
    return erase_case(x, row, reason, err);
}

/* --- afterwards --- */

struct overwritten {
    struct exchange *x;
    uint64_t slots[FORGOTTEN_A_TICK];
    size_t count;
    bool more;
};

static bool collect_slot(void *cookie, uint64_t slot, struct error *err)
{
    struct overwritten *o = cookie;

    (void)err;
    if (o->count == FORGOTTEN_A_TICK || !withdrawal_work_is_erased(o->x, slot))
        o->more = true;
    else
        o->slots[o->count++] = slot;
    return true;
}

/* What was answered of her, or she was found by, may lie under other slots that are overwritten later. */
bool case_erasing_advance(struct exchange *x, struct error *err)
{
    struct overwritten o = {.x = x};
    bool gone;

    if (!x->case_erasing->due)
        return true;
    if (!case_slot_store_walk(x->db, collect_slot, &o, err) || !kept_answers_are_gone(x, &gone, err))
        return false;
    x->case_erasing->due = o.more || (o.count != 0 && (!gone || search_is_retiring(x)));
    if (!gone || search_is_retiring(x))
        return true;
    for (size_t i = 0; i < o.count; i++)
        if (!tick_begin(x, err) || !slot_store_set_state(x->db, o.slots[i], SLOT_ERASED, err) ||
            !case_slot_store_drop(x->db, o.slots[i], err))
            return false;
    if (o.count != 0)
        referral_erasing_due(x); /* statements waited for it */
    return true;
}
