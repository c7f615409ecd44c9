#include "exchange/consent/withdrawal.h"

#include "codec/record_codec.h"
#include "exchange/cases/referrals.h"
#include "exchange/consent/consent_book.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

bool withdrawal_set_progress(struct exchange *x, struct consent_row *row, enum consent_progress progress,
                             struct error *err)
{
    row->progress = progress;
    row->changed_ms = clock_now_ms(x->clock);
    consent_book_invalidate(x, row->number);
    tick_again(x);
    x->consent_work_due = true;
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

    if (!consent_store_find_named(x->db, &ask->consent, &found, row, err) || !check_ask(ask, found, row, err) ||
        !tick_begin(x, err))
        return false;
    row->erase_from = erase_day(x, ask);
    row->withdrawn_index = audit_size(x->audit, LOG_EXCHANGE);
    row->to_tell = true;
    r.consent = (struct record_consent){.consent = row->id,
                                        .state = row->erase_from <= tick_today(x) ? CONSENT_ERASE : CONSENT_STOP,
                                        .until = row->erase_from};
    return consent_commitment(x, row, &r.consent.commitment, err) && audit_append(x->audit, &r, NULL, err) &&
           referrals_stop(x, row->number, EVENT_STOPPED, &shared, err) &&
           withdrawal_set_progress(x, row, CONSENT_STOPPED, err);
}

/* --- came with data: the agency that took the consent withdrew it --- */

bool withdrawal_add_tombstone(struct exchange *x, const struct address *agency, const struct record_consent *w,
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

    r.erased.consent = w->consent; /* nothing was here to erase; the statement says so */
    x->consent_work_due = true;
    tick_again(x);
    return audit_append(x->audit, &r, NULL, err) && consent_store_next_number(x->db, &row.number, err) &&
           consent_store_add(x->db, &row, (struct view){0}, err);
}

bool withdrawal_stop(struct exchange *x, struct consent_row *row, const struct record_consent *w, struct error *err)
{
    uint32_t today = tick_today(x);
    uint32_t latest = today + (BOUND_ERASE_HOURS / 24);
    uint32_t before = row->progress == CONSENT_STOPPED && row->erase_from != 0 ? row->erase_from : UINT32_MAX;
    section_set shared;

    if (row->progress != CONSENT_STANDS && row->progress != CONSENT_STOPPED)
        return true;
    row->erase_from = w->until < latest ? w->until : latest;
    if (w->state == CONSENT_ERASE || row->erase_from < today)
        row->erase_from = today;
    if (row->erase_from >= before) { /* said again: that never puts the erasure off */
        row->erase_from = before;
        return true;
    }
    return referrals_stop(x, row->number, EVENT_STOPPED, &shared, err) &&
           withdrawal_set_progress(x, row, CONSENT_STOPPED, err);
}
