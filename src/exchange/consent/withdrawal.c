#include "exchange/consent/withdrawal.h"

#include "base/log.h"
#include "codec/record_codec.h"
#include "exchange/cases/referrals.h"
#include "exchange/consent/consent_book.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/vault.h"

static bool set_progress(struct exchange *x, struct consent_row *row, enum consent_progress progress, struct error *err)
{
    row->progress = progress;
    row->changed_ms = clock_now_ms(x->clock);
    consent_book_invalidate(x, row->number);
    tick_again(x);
    x->consent_work = true;
    return consent_store_update(x->db, row, err);
}

/* --- taken here: the person withdraws --- */

static bool check_ask(const struct withdraw_ask *ask, bool found, const struct consent_row *row, struct error *err)
{
    char id[IDENT_TEXT];

    ident_write(&ask->consent, id);
    if (!found)
        return error_set(err, E_CON_06, "there is no consent %s here", id);
    if (row->case_number == 0)
        return error_set(err, E_CON_06, "consent %s was taken by %s: it is withdrawn there", id, row->agency.text);
    if (row->progress == CONSENT_SAID_NO)
        return error_set(err, E_CON_07, "consent %s was never given", id);
    if (row->progress != CONSENT_STANDS)
        return error_set(err, E_CON_07, "consent %s is withdrawn already", id);
    if (ask->erase_now && ask->seen_alone != 1)
        return error_set(err, E_CON_08, "erasing at once needs the record that she was seen alone");
    return true;
}

/* The WITHDRAWN record commits to the same bytes as the CONSENT record did. */
static bool consent_commitment(struct exchange *x, const struct consent_row *row, struct hash *out, struct error *err)
{
    struct bytes stored = {0};
    struct record r;
    bool found;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, row->record_index, &found, &stored, err) &&
              record_decode(bytes_view(&stored), &x->tick_arena, &r, err);

    bytes_fini(&stored);
    if (!ok)
        return false;
    if (!found || r.kind != RECORD_CONSENT)
        return error_set(err, E_LOG_02, "the record of a consent is missing");
    *out = r.consent.commitment;
    return true;
}

static uint32_t erase_day(struct exchange *x, const struct withdraw_ask *ask)
{
    int64_t hours = membership_directory(x->membership)->erase_after_hours;

    if (ask->erase_now || hours == 0)
        return tick_today(x);
    return day_of_ms(clock_now_ms(x->clock) + hours * 3600000 + DAY_MS - 1);
}

bool withdrawal_record(struct exchange *x, const struct withdraw_ask *ask, struct consent_row *row, struct error *err)
{
    struct record r = {.kind = RECORD_WITHDRAWN};
    section_set shared;
    bool found;

    if (!consent_store_find(x->db, &ask->consent, &found, row, err) || !check_ask(ask, found, row, err) ||
        !tick_begin(x, err))
        return false;
    row->erase_from = erase_day(x, ask);
    row->withdrawn_index = audit_size(x->audit, LOG_EXCHANGE);
    row->to_tell = true;
    r.consent = (struct record_consent){.consent = row->id,
                                        .state = row->erase_from <= tick_today(x) ? CONSENT_ERASE : CONSENT_STOP,
                                        .until = row->erase_from};
    return consent_commitment(x, row, &r.consent.commitment, err) && audit_append(x->audit, &r, NULL, err) &&
           referrals_stop(x, row->number, REFERRAL_STOPPED, &shared, err) && set_progress(x, row, CONSENT_STOPPED, err);
}

/* --- came with data: the agency that took the consent says stop --- */

/* What is under way under a consent that was withdrawn before anything of it came must find the stop here. */
static bool leave_tombstone(struct exchange *x, const struct address *agency, const struct record_consent *w,
                            struct error *err)
{
    struct consent_row row = {.id = w->consent,
                              .agency = *agency,
                              .recipient = *membership_own(x->membership),
                              .slot = VAULT_OWN_SLOT,
                              .until = w->until,
                              .progress = CONSENT_ERASED,
                              .changed_ms = clock_now_ms(x->clock),
                              .withdrawn_index = audit_size(x->audit, LOG_EXCHANGE),
                              .to_tell = true};
    struct record r = {.kind = RECORD_ERASED};

    r.erased.consent = w->consent; /* nothing was here to erase: who withdrew is told so */
    x->consent_work = true;
    tick_again(x);
    return audit_append(x->audit, &r, NULL, err) && consent_store_next_number(x->db, &row.number, err) &&
           consent_store_add(x->db, &row, (struct view){0}, err);
}

static bool stop_received(struct exchange *x, struct consent_row *row, const struct record_consent *w,
                          struct error *err)
{
    uint32_t today = tick_today(x);
    uint32_t latest = today + (BOUND_ERASE_HOURS / 24);
    section_set shared;

    if (row->progress != CONSENT_STANDS && row->progress != CONSENT_STOPPED)
        return true;
    row->erase_from = w->until < latest ? w->until : latest;
    if (w->state == CONSENT_ERASE || row->erase_from < today)
        row->erase_from = today;
    return referrals_stop(x, row->number, REFERRAL_STOPPED, &shared, err) && set_progress(x, row, CONSENT_STOPPED, err);
}

bool withdrawal_receive(struct exchange *x, const struct address *sender, const struct withdrawal_message *w,
                        struct error *err)
{
    struct proof_question q = {
        .agency = address_view(sender), .record = w->record, .path = w->path, .checkpoint = w->checkpoint};
    struct proof_answer a;
    struct consent_row row;
    struct error why = {0};
    bool found;

    /* Only a record of the agency that took the consent counts, and only what that record says. */
    if (!proofs_check(x, &q, &a, NULL, &why) || a.record.kind != RECORD_WITHDRAWN ||
        !ident_equal(&a.record.consent.consent, &w->consent)) {
        log_line(LOG_WARNING, "event=withdrawal.not_proven peer=%s", sender->text);
        return true;
    }
    if (!consent_store_find(x->db, &w->consent, &found, &row, err))
        return false;
    if (!found)
        return leave_tombstone(x, sender, &a.record.consent, err);
    if (!address_equal(&row.agency, sender) || row.case_number != 0) {
        log_line(LOG_WARNING, "event=withdrawal.of_another peer=%s", sender->text);
        return true;
    }
    return stop_received(x, &row, &a.record.consent, err);
}

bool withdrawal_receive_statement(struct exchange *x, const struct address *sender, const struct erasure_message *e,
                                  struct error *err)
{
    struct proof_question q = {
        .agency = address_view(sender), .record = e->record, .path = e->path, .checkpoint = e->checkpoint};
    struct proof_answer a;
    struct error why = {0};

    (void)err;
    if (!proofs_check(x, &q, &a, NULL, &why) || a.record.kind != RECORD_ERASED ||
        !ident_equal(&a.record.erased.consent, &e->consent))
        log_line(LOG_WARNING, "event=erasure.not_proven peer=%s", sender->text);
    return true; /* it is kept as it came; consent show checks it again before it says so */
}

/* --- work --- */

struct work {
    struct work *next;
    struct consent_row row;
};

static bool collect_work(void *cookie, const struct consent_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct work *w = arena_new(&x->tick_arena, sizeof *w);

    (void)err;
    w->row = *row;
    w->next = x->work;
    x->work = w;
    return true;
}

struct found_any {
    bool out;
};

static bool note_outgoing(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    if (m->direction == DIRECTION_OUT)
        ((struct found_any *)cookie)->out = true;
    return true;
}

/* The agency that holds data under it is told; one that was never sent anything learns nothing. */
static bool tell_withdrawal(struct exchange *x, struct consent_row *row, struct error *err)
{
    struct found_any found_any = {0};
    struct body body = {.kind = MESSAGE_WITHDRAWAL};
    struct audit_proof proof;

    if (!message_store_walk_consent(x->db, row->number, note_outgoing, &found_any, err))
        return false;
    if (found_any.out) {
        if (!audit_prove(x->audit, row->withdrawn_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
            return false;
        body.withdrawal.consent = row->id;
        body.withdrawal.state = row->erase_from <= tick_today(x) ? WITHDRAWAL_ERASE : WITHDRAWAL_STOP;
        body.withdrawal.record = proof.record;
        body.withdrawal.path = proof.path;
        body.withdrawal.checkpoint = proof.checkpoint;
        if (!outbox_put_plain(x, &row->recipient, &body, 0, row->number, err))
            return false;
    }
    row->to_tell = false;
    return set_progress(x, row, row->progress, err);
}

static bool tell_erasure(struct exchange *x, struct consent_row *row, struct error *err)
{
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT};
    struct audit_proof proof;

    if (!audit_prove(x->audit, row->withdrawn_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
        return false;
    body.erasure.consent = row->id;
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    if (!outbox_put_plain(x, &row->agency, &body, 0, row->number, err))
        return false;
    row->to_tell = false;
    return set_progress(x, row, row->progress, err);
}

/* The record first, then the slot: what was logged as erased is finished at start if a crash comes between. */
static bool begin_erasing(struct exchange *x, struct consent_row *row, struct error *err)
{
    struct record r = {.kind = RECORD_ERASED};

    if (!tick_begin(x, err) || !referrals_stop(x, row->number, REFERRAL_ERASED, &r.erased.erased, err))
        return false;
    r.erased.consent = row->id;
    x->slots_to_erase = true;
    if (row->case_number == 0)
        row->withdrawn_index = audit_size(x->audit, LOG_EXCHANGE); /* of this record: the statement proves it */
    return audit_append(x->audit, &r, NULL, err) && slot_store_set_state(x->db, row->slot, SLOT_TO_ERASE, err) &&
           set_progress(x, row, CONSENT_ERASING, err);
}

static bool finish_erasing(struct exchange *x, struct consent_row *row, struct error *err)
{
    if (!tick_begin(x, err) || !slot_store_set_state(x->db, row->slot, SLOT_ERASED, err))
        return false;
    row->to_tell = row->case_number == 0;
    return set_progress(x, row, CONSENT_ERASED, err);
}

static bool advance_one(struct exchange *x, struct consent_row *row, struct error *err)
{
    bool proven = row->withdrawn_index != UINT64_MAX && audit_is_durable(x->audit, row->withdrawn_index);

    if (row->to_tell && !proven) {
        tick_again(x); /* its checkpoint is signed with this turn */
        x->consent_work = true;
        return true;
    }
    if (row->to_tell)
        return row->case_number != 0 ? tell_withdrawal(x, row, err) : tell_erasure(x, row, err);
    if (row->progress == CONSENT_STOPPED && row->erase_from != 0 && row->erase_from <= tick_today(x))
        return begin_erasing(x, row, err);
    if (row->progress == CONSENT_ERASING && vault_slot_is_erased(x->vault, row->slot))
        return finish_erasing(x, row, err);
    return true;
}

bool withdrawal_advance(struct exchange *x, struct error *err)
{
    x->consent_work = false;
    x->work = NULL;
    if (!consent_store_walk_work(x->db, tick_today(x), collect_work, x, err))
        return false;
    for (struct work *w = x->work; w != NULL; w = w->next)
        if (!advance_one(x, &w->row, err))
            return error_wrap(err, "carry on a withdrawal");
    return true;
}

struct erasing {
    struct exchange *x;
    bool found_any;
};

static bool erase_slot(void *cookie, uint64_t slot, struct error *err)
{
    struct erasing *e = cookie;

    e->found_any = true;
    return vault_erase_slot(e->x->vault, slot, err);
}

bool withdrawal_erase_slots(struct exchange *x, struct error *err)
{
    struct erasing e = {.x = x};

    if (!x->slots_to_erase)
        return true;
    x->slots_to_erase = false;
    if (!slot_store_walk(x->db, SLOT_TO_ERASE, erase_slot, &e, err))
        return false;
    if (e.found_any) {
        x->consent_work = true;
        tick_again(x);
    }
    return true;
}
