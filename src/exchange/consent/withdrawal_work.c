#include "exchange/consent/withdrawal_work.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_key.h"
#include "exchange/consent/consent_missing.h"
#include "exchange/consent/suspended_stops.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/members/holds.h"
#include "exchange/referrals/referrals.h"
#include "exchange/search/search.h"
#include "exchange/staff/kept_answers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/vault.h"
#include "store/slot_store.h"

struct withdrawal_task {
    struct withdrawal_task *next;
    struct consent_row row;
};

#define OVERDUE_A_TICK 32 /* consents: each key takes a sync of its own */

struct withdrawal_work {
    struct withdrawal_task *tasks; /* of this tick, in its arena */
    size_t overdue;                /* of those, by the log */
    int64_t overdue_after;         /* more are looked for above this number */
    bool due;                      /* consents may need a message sent or a slot erased */
    bool slots_due;                /* slots were marked: overwrite them after the commit */
    bool slots_unsure;             /* since the start none was overwritten: what is read may not be synced */
    uint32_t looked;               /* unix day on which all were compared with the log */
};

struct withdrawal_work *withdrawal_work_new(void)
{
    struct withdrawal_work *w = xnew(sizeof *w);

    *w = (struct withdrawal_work){.due = true, .slots_due = true, .slots_unsure = true};
    return w;
}

void withdrawal_work_due(struct exchange *x)
{
    x->withdrawals->due = true;
}

void withdrawal_work_slots_due(struct exchange *x)
{
    x->withdrawals->slots_due = true;
}

bool withdrawal_work_has_slots_due(const struct exchange *x)
{
    return x->withdrawals->slots_due;
}

bool withdrawal_work_is_erased(const struct exchange *x, uint64_t slot)
{
    return vault_slot_is_erased(x->vault, slot) && !x->withdrawals->slots_unsure;
}

void withdrawal_work_new_day(struct exchange *x)
{
    x->withdrawals->due = true;
    x->withdrawals->looked = 0;
    x->withdrawals->overdue_after = 0;
}

void withdrawal_work_read_again(struct exchange *x)
{
    withdrawal_work_new_day(x);
    x->withdrawals->slots_due = true;
}

static bool collect_task(void *cookie, const struct consent_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct withdrawal_task *t = arena_new(&x->tick_arena, sizeof *t);

    (void)err;
    t->row = *row;
    t->next = x->withdrawals->tasks;
    x->withdrawals->tasks = t;
    return true;
}

/* What is overdue is collected by the log, once. */
static bool collect_work(void *cookie, const struct consent_row *row, struct error *err)
{
    const struct exchange *x = cookie;

    if (x->withdrawals->looked != x->today && consent_agreement_is_overdue(x, row, x->today))
        return true;
    return collect_task(cookie, row, err);
}

static bool collect_overdue(void *cookie, const struct consent_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct withdrawal_work *w = x->withdrawals;

    if (row->number <= w->overdue_after || w->overdue == OVERDUE_A_TICK)
        return true;
    if (++w->overdue == OVERDUE_A_TICK)
        w->overdue_after = row->number;
    return collect_task(cookie, row, err);
}

/* Once a day: what ended by its last day, and what a changed row would keep from being erased. */
static bool collect_all_overdue(struct exchange *x, struct error *err)
{
    struct withdrawal_work *w = x->withdrawals;

    w->overdue = 0;
    if (!consent_agreement_walk_overdue(x, x->today, collect_overdue, x, err))
        return false;
    if (w->overdue < OVERDUE_A_TICK) {
        w->looked = x->today;
        w->overdue_after = 0;
        return true;
    }
    SOMETIMES(more_consents_were_to_be_erased_than_a_tick_takes);
    w->due = true;
    tick_again(x);
    return true;
}

/* Of what ended by its last day, how a referral ended stays known. */
static bool stop_referrals(struct exchange *x, const struct consent_row *row, section_set *sections, struct error *err)
{
    return consent_agreement_has_ended(x, row, x->today) ? referrals_stop_ended(x, row->number, sections, err)
                                                         : referrals_stop(x, row->number, EVENT_ERASED, sections, err);
}

/* The record is committed before the slot is overwritten. If a crash comes between, the next start overwrites it. */
static bool begin_erasing(struct exchange *x, struct consent_row *row, struct error *err)
{
    struct record r = {.kind = RECORD_ERASED};
    uint64_t slot = row->slot;

    if (!consent_key_find(x, row, err)) {
        tick_read_again(x);
        return err->code == E_KEY_21;
    }
    if (row->slot == VAULT_OWN_SLOT) /* where its key is, is not known: status names it */
        return slot == VAULT_OWN_SLOT || (tick_begin(x, err) && consent_store_update(x->db, row, err));
    if (!tick_begin(x, err) || !stop_referrals(x, row, &r.erased.erased, err))
        return false;
    r.erased.consent = row->id;
    r.erased.result = ERASURE_DONE;
    if (!consent_agreement_is_own(x, row))
        r.erased.agency = address_view(&row->agency);
    x->withdrawals->slots_due = true;
    if (!consent_agreement_is_own(x, row))
        row->withdrawn_index =
            audit_size(x->audit, LOG_EXCHANGE); /* index of this record, which the statement proves */
    if (!audit_append(x->audit, &r, NULL, err))
        return false;
    REQUIRE(consent_agreement_is_own(x, row) || r.index == row->withdrawn_index);
    return obligations_erased(x, row->number, err) && suspended_stops_end(x, row, err) &&
           (consent_agreement_is_own(x, row) || withdrawal_owe_statement(x, row, err)) &&
           slot_store_set_state(x->db, row->slot, SLOT_TO_ERASE, err) &&
           withdrawal_set_progress(x, row, CONSENT_ERASING, err);
}

/* Whether only its agency's word has it erased: its own last day is not over. */
static bool is_asked_for(struct exchange *x, const struct consent_row *row, bool *asked, struct error *err)
{
    uint32_t last = UINT32_MAX;
    uint32_t day;

    if (!consent_agreement_has_ended(x, row, x->today) && !consent_content_last_day(x, row, &last, err))
        return false;
    *asked = !consent_agreement_has_ended(x, row, x->today) &&
             !(tick_destroying_day(x, &day) && consent_has_ended(last, day));
    return true;
}

/* A withdrawal by an agency whose identity key has changed stops at once; what it asks to be erased waits until the key
 * is confirmed or its hold is over, which sets it due, or for the last day that she agreed to. */
static bool begin_erasing_unless_held(struct exchange *x, struct consent_row *row, struct error *err)
{
    bool held = false;

    if (!consent_agreement_is_own(x, row) && !holds_key_is_held(x, &row->agency, &held, err))
        return false;
    if (held && !is_asked_for(x, row, &held, err)) {
        tick_read_again(x);
        return err->code == E_KEY_21;
    }
    if (held)
        SOMETIMES(erasing_waited_for_a_key_that_is_held);
    return held || begin_erasing(x, row, err);
}

/* What was answered of her, or she was found by, may lie under other slots that are overwritten later. */
static bool finish_erasing(struct exchange *x, struct consent_row *row, struct error *err)
{
    bool gone;

    if (!kept_answers_are_gone(x, &gone, err))
        return false;
    if (!gone || search_is_retiring(x)) {
        withdrawal_work_due(x);
        return true;
    }
    if (!tick_begin(x, err) || !slot_store_set_state(x->db, row->slot, SLOT_ERASED, err))
        return false;
    obligations_due(x); /* the statement waited for it */
    return withdrawal_set_progress(x, row, CONSENT_ERASED, err);
}

/* By the log; by its date only on a day on which the clock and trusted time agree. */
static bool is_due(struct exchange *x, const struct consent_row *row)
{
    uint32_t day;

    return consent_agreement_is_at_once(x, row) ||
           (tick_destroying_day(x, &day) &&
            (consent_agreement_is_due(x, row, day) || consent_agreement_has_ended(x, row, day)));
}

/* Whether ROW ended by its last day on TODAY, or would have, had nobody stopped it while its agency was suspended. */
static bool has_ended(struct exchange *x, const struct consent_row *row, uint32_t today, bool *out, struct error *err)
{
    *out = consent_agreement_has_ended(x, row, today);
    return *out || !consent_agreement_is_due(x, row, today) || consent_agreement_is_at_once(x, row) ||
           suspended_stops_has(x, row, out, err);
}

/* An answer under a consent that has ended is still told: it waits for its receipt, but not for ever. */
static bool waits_for_receipt(struct exchange *x, const struct consent_row *row, bool *waits, struct error *err)
{
    bool long_ago;

    if (!has_ended(x, row, x->today, waits, err) || !has_ended(x, row, x->today - BOUND_EXPIRY_DAYS, &long_ago, err))
        return false;
    *waits = *waits && !long_ago;
    return !*waits || obligations_wait_under(x, row->number, waits, err);
}

/* Its slot is to be erased by the consent's row, whatever the row of the slot says. */
static bool mark_again(struct exchange *x, const struct consent_row *row, struct error *err)
{
    x->withdrawals->slots_due = true;
    return tick_begin(x, err) && slot_store_set_state(x->db, row->slot, SLOT_TO_ERASE, err);
}

static bool advance_one(struct exchange *x, struct consent_row *row, struct error *err)
{
    struct error why = {0};
    bool waits;

    if (row->progress == CONSENT_STOPPED && is_due(x, row))
        return waits_for_receipt(x, row, &waits, err) && (waits || begin_erasing_unless_held(x, row, err));
    if (row->progress != CONSENT_ERASING || row->slot == VAULT_OWN_SLOT)
        return true;
    if (!vault_slot_is_read(x->vault, row->slot, &why)) { /* whether it is overwritten: it is again, in a minute */
        tick_read_again(x);
        return true;
    }
    if (!withdrawal_work_is_erased(x, row->slot))
        return mark_again(x, row, err);
    return finish_erasing(x, row, err);
}

bool withdrawal_work_begin(struct exchange *x, struct consent_row *row, struct error *err)
{
    return row->progress != CONSENT_STOPPED || !is_due(x, row) || begin_erasing(x, row, err);
}

static bool restore_row(void *cookie, const struct consent_missing *m, struct error *err)
{
    struct consent_missing known = *m;

    return tick_begin(cookie, err) && consent_missing_restore(cookie, &known, err);
}

bool withdrawal_work_advance(struct exchange *x, struct error *err)
{
    if (!x->withdrawals->due)
        return true;
    x->withdrawals->due = false;
    x->withdrawals->tasks = NULL;
    if (x->withdrawals->looked != x->today && !consent_missing_walk(x, CONSENT_MISSING_TO_ERASE, restore_row, x, err))
        return false;
    if (!consent_store_walk_work(x->db, tick_closing_day(x), collect_work, x, err))
        return false;
    if (x->withdrawals->looked != x->today && !collect_all_overdue(x, err))
        return false;
    for (struct withdrawal_task *t = x->withdrawals->tasks; t != NULL; t = t->next)
        if (!advance_one(x, &t->row, err))
            return error_wrap(err, "carry on a withdrawal");
    return true;
}

struct erasing {
    struct exchange *x;
    bool any;
};

/* A disk that does not take what overwrites a key keeps the node from nothing else: it is tried again in a minute, and
 * nobody is told meanwhile that it is erased. One that is written and not synced reads as if it were. The same of
 * the node's own key, which somebody who changed a row would have erased. */
static bool erase_slot(void *cookie, uint64_t slot, struct error *err)
{
    struct erasing *e = cookie;
    struct exchange *x = e->x;

    if (slot == VAULT_OWN_SLOT) {
        (void)error_set(err, E_KEY_11, "the key of the node itself is not erased");
    } else if (vault_erase_slot(x->vault, slot, err)) {
        e->any = true;
        return true;
    }
    if (err->code != E_KEY_11 && err->code != E_STO_03)
        return false;
    SOMETIMES(a_key_was_not_overwritten);
    log_line(LOG_ERROR, "event=slot.not_erased code=%s", error_row(err->code)->code);
    x->withdrawals->slots_unsure = x->withdrawals->slots_unsure || vault_slot_is_erased(x->vault, slot);
    tick_read_again(x);
    return true;
}

bool withdrawal_work_erase_slots(struct exchange *x, struct error *err)
{
    struct erasing e = {.x = x};

    REQUIRE(x->committed);
    if (!x->withdrawals->slots_due)
        return true;
    x->withdrawals->slots_due = false;
    x->withdrawals->slots_unsure = false;
    if (!slot_store_walk(x->db, SLOT_TO_ERASE, erase_slot, &e, err))
        return false;
    if (e.any) {
        withdrawal_work_due(x);
        tick_again(x);
    }
    return true;
}
