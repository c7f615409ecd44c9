#include "exchange/consent/withdrawal.h"

#include "base/sometimes.h"
#include "exchange/access/holders.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_key.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_missing.h"
#include "exchange/consent/suspended_stops.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/exchange_status.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/settling.h"
#include "exchange/vault.h"

bool withdrawal_set_progress(struct exchange *x, struct consent_row *row, enum consent_progress progress,
                             struct error *err)
{
    const enum consent_progress before = row->progress;

    REQUIRE(x->in_transaction);
    /* The steps of docs/ARCHITECTURE.md 5. What stands in a row that somebody changed is stopped from anywhere. */
    REQUIRE(progress == before || progress == CONSENT_STOPPED ||
            (before == CONSENT_STOPPED && progress == CONSENT_ERASING) ||
            (before == CONSENT_ERASING && progress == CONSENT_ERASED));
    row->progress = progress;
    row->changed_ms = tick_record_ms(x);
    consent_book_invalidate(x, row->number);
    tick_again(x);
    withdrawal_work_due(x);
    return consent_store_update(x->db, row, err);
}

/* --- taken here: the person withdraws --- */

static bool check_ask(struct exchange *x, const struct control_consent_withdraw_ask *ask, bool found,
                      const struct consent_row *row, struct error *err)
{
    char id[IDENT_TEXT];

    ident_write(&ask->consent, id);
    if (!found)
        return error_set(err, E_CON_06, "there is no consent %s here", id);
    if (!consent_agreement_is_own(x, row))
        return error_set(err, E_CON_06, "consent %s was taken by %s: it is withdrawn there", id, row->agency.text);
    if (row->progress == CONSENT_SAID_NO)
        return error_set(err, E_CON_07, "consent %s is a refusal: it was never given", id);
    if (ask->erase_now && ask->seen_alone != SEEN_ALONE)
        return error_set(err, E_CON_08, "erasing at once needs the record that she was seen alone");
    return true;
}

/* The WITHDRAWN record commits to the same bytes as the CONSENT record did. */
static bool consent_commitment(struct exchange *x, const struct consent_row *row, struct hash *out, struct error *err)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, &row->agency, &row->id);

    if (f == NULL)
        return error_set(err, E_LOG_02, "the record of a consent is missing");
    *out = f->commitment;
    return true;
}

/* The day that the log has stays where the new one would be later: nothing is put off by saying it again. So does
 * BY_DAY, the one that was said before this home was put back; 0: none was. */
static uint32_t erase_day(struct exchange *x, const struct control_consent_withdraw_ask *ask,
                          const struct consent_row *row, uint32_t by_day)
{
    int64_t hours = membership_directory(x->membership)->erase_after_hours;
    uint32_t day = day_of_ms(tick_latest_ms(x) + hours * HOUR_MS + DAY_MS - 1);
    struct consent_row by_log = *row;

    if (by_day != 0 && by_day < day)
        day = by_day > tick_record_day(x) ? by_day : tick_record_day(x);
    if (ask->erase_now || hours == 0 || consent_agreement_is_due(x, row, tick_record_day(x)))
        return tick_record_day(x);
    consent_agreement_follow_log(x, &by_log);
    return consent_agreement_is_due(x, row, day) ? by_log.erase_from : day;
}

/* Where she had said stop before, the day that was said then. */
static uint32_t day_after_last(struct exchange *x, const struct consent_row *row)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, &row->agency, &row->id);

    if (f == NULL || f->state == CONSENT_ERASE)
        return tick_record_day(x);
    return f->state == CONSENT_STOP ? f->until : f->until + 1;
}

/* By the log: a row that was changed does not stand in the way. */
static bool is_withdrawable(struct exchange *x, const struct control_consent_withdraw_ask *ask, bool found,
                            const struct consent_row *row, struct error *err)
{
    struct consent_row by_log;

    if (found) {
        by_log = *row;
        consent_agreement_follow_log(x, &by_log);
    }
    return check_ask(x, ask, found, &by_log, err);
}

/* The consent that a person withdraws. */
struct withdrawing {
    struct consent_missing known;
    uint32_t by_day; /* it was said to be erased by then; 0: nothing was */
    bool is_missing; /* its row is gone: what is known of it is made from the log */
    bool stops_only; /* a thief may have said it: nothing is erased by it before the last day that she agreed to */
};

static bool find_any(struct exchange *x, const struct ident *id, bool *found, struct withdrawing *w, struct error *err)
{
    *w = (struct withdrawing){0};
    if (!consent_store_find(x->db, membership_own(x->membership), id, found, &w->known.row, err))
        return false;
    if (*found)
        return true;
    if (!consent_missing_find(x, id, &w->is_missing, &w->known, err))
        return false;
    *found = w->is_missing;
    return *found || consent_store_find_named(x->db, membership_own(x->membership), id, found, &w->known.row, err);
}

/* The consent ID as it was taken here, for who asks; *FOUND, too, if only other agencies took one with this id. */
static bool find_named(struct exchange *x, const struct ident *id, bool *found, struct withdrawing *w,
                       struct error *err)
{
    return find_any(x, id, found, w, err) && holders_find_consent(x, &w->known.row, found, err);
}

/* Whom to tell is said even where nothing left from here: the newer log may have sent it. What is not here may be
 * there. */
static bool refuse_unsigned(struct exchange *x, const struct control_consent_withdraw_ask *ask, struct error *err)
{
    const struct address *to;
    struct withdrawing w;
    char id[IDENT_TEXT];
    bool is_withdrawn;
    bool found;

    if (!find_named(x, &ask->consent, &found, &w, err))
        return false;
    if (!found)
        return own_note_may_sign(x, err);
    to = &w.known.row.recipient;
    ident_write(&ask->consent, id);
    is_withdrawn = consent_agreement_denial(x, &w.known.row) == DENIAL_WITHDRAWN;
    return is_withdrawable(x, ask, found, &w.known.row, err) &&
           error_set(err, E_CON_22,
                     "%s consent %s %s. Tell %s now, outside refex: it may hold data of hers, also where nothing is "
                     "shown as sent",
                     is_withdrawn ? "the withdrawal of" : "her withdrawal of", id,
                     is_withdrawn ? "is recorded here, and this node tells nobody of it" : "cannot be recorded here",
                     address_equal(to, membership_own(x->membership)) ? "each agency it may be for" : to->text);
}

bool withdrawal_may_record(struct exchange *x, const struct control_consent_withdraw_ask *ask, struct error *err)
{
    struct error why;

    return own_note_may_sign(x, &why) || refuse_unsigned(x, ask, err);
}

/* Whether anything under the consent may have left, by its messages; where its row is gone, by the log. */
static bool is_owed(struct exchange *x, const struct withdrawing *w, bool *out, struct error *err)
{
    *out = w->is_missing && w->known.may_have_left;
    return *out || kind_withdrawal_is_owed(x, &w->known.row, out, err);
}

/* What the recipient is owed by the WITHDRAWN record. */
static bool owe(struct exchange *x, const struct withdrawing *w, enum consent_state step, struct error *err)
{
    const struct consent_row *row = &w->known.row;
    struct obligation_row o = {
        .what = OWED_WITHDRAWAL, .subject = row->number, .step = step, .record_index = row->withdrawn_index};
    struct peer_row peer;
    bool owed;

    if (!is_owed(x, w, &owed, err))
        return false;
    if (!owed)
        return true;
    if (!peers_get_or_add(x, &row->recipient, &peer, err))
        return false;
    o.peer = peer.number;
    return obligations_open(x, &o, err);
}

static bool record_step(struct exchange *x, const struct control_consent_withdraw_ask *ask, struct withdrawing *w,
                        struct error *err)
{
    struct record r = {.kind = RECORD_WITHDRAWN};
    struct consent_row *row = &w->known.row;
    section_set shared;

    if (!consent_commitment(x, row, &r.consent.commitment, err))
        return false;
    /* First: by the log, who is told of WITHDRAWN are those for whom something may have left until then. */
    if (!settling_withhold_under(x, row->number, err))
        return false;
    row->erase_from = w->stops_only ? day_after_last(x, row) : erase_day(x, ask, row, w->by_day);
    row->withdrawn_index = audit_size(x->audit, LOG_EXCHANGE);
    r.consent.consent = row->id;
    r.consent.state = row->erase_from <= tick_record_day(x) ? CONSENT_ERASE : CONSENT_STOP;
    r.consent.until = row->erase_from;
    if (!audit_append(x->audit, &r, NULL, err) || !acting_record(x, ACT_WITHDRAWN, &row->id, err))
        return false;
    REQUIRE(r.index == row->withdrawn_index);
    return referrals_stop(x, row->number, EVENT_STOPPED, &shared, err) && owe(x, w, r.consent.state, err) &&
           withdrawal_set_progress(x, row, row->progress == CONSENT_STANDS ? CONSENT_STOPPED : row->progress, err);
}

/* Whether ASK says more than what is recorded: the first time, or to erase at once what was to be erased later. */
static bool is_stronger(struct exchange *x, const struct control_consent_withdraw_ask *ask, const struct withdrawing *w,
                        bool *out, struct error *err)
{
    const struct consent_row *row = &w->known.row;
    struct obligation_row o;
    bool found = false;

    *out = w->is_missing || row->progress == CONSENT_STANDS || consent_agreement_of(x, row) != CONSENT_AGREES;
    if (*out || !ask->erase_now)
        return true;
    *out = row->progress == CONSENT_STOPPED && !consent_agreement_is_at_once(x, row);
    if (*out)
        return true;
    /* Here it is erased; the recipient may still be asked to stop only, or keep something. */
    if (!obligation_store_find(x->db, OWED_WITHDRAWAL, row->number, &found, &o, err))
        return false;
    *out = found && o.step == CONSENT_STOP && (o.settled == 0 || o.result == ERASURE_KEPT);
    return true;
}

bool withdrawal_foresee(struct exchange *x, const struct control_consent_withdraw_ask *ask, struct consent_row *row,
                        bool *out, bool *told, struct error *err)
{
    struct withdrawing w;
    bool found;

    if (!find_named(x, &ask->consent, &found, &w, err) || !is_withdrawable(x, ask, found, &w.known.row, err) ||
        !is_stronger(x, ask, &w, out, err) || !is_owed(x, &w, told, err))
        return false;
    *row = w.known.row;
    if (*out)
        row->erase_from = erase_day(x, ask, row, 0);
    return true;
}

/* Its row and the key of it. A key that the disk does not give is looked for again when it is to be erased. */
static bool find_whole(struct exchange *x, struct withdrawing *w, struct error *err)
{
    if (w->is_missing)
        return consent_missing_restore(x, &w->known, err);
    return consent_key_find(x, &w->known.row, err) || err->code == E_KEY_21;
}

static bool record_withdrawal(struct exchange *x, const struct control_consent_withdraw_ask *ask, uint32_t by_day,
                              bool stops_only, struct consent_row *row, struct error *err)
{
    struct withdrawing w;
    bool stronger;
    bool found;
    bool ok;

    if (!find_named(x, &ask->consent, &found, &w, err))
        return false;
    if (!is_withdrawable(x, ask, found, &w.known.row, err) || !is_stronger(x, ask, &w, &stronger, err))
        return false;
    *row = w.known.row;
    w.by_day = by_day;
    w.stops_only = stops_only;
    if (!stronger)
        return obligations_try_now(x, row, err);
    consent_agreement_follow_log(x, &w.known.row);
    ok = tick_begin(x, err) && find_whole(x, &w, err) && record_step(x, ask, &w, err);
    *row = w.known.row;
    return ok;
}

bool withdrawal_record(struct exchange *x, const struct control_consent_withdraw_ask *ask, struct consent_row *row,
                       struct error *err)
{
    return record_withdrawal(x, ask, 0, false, row, err);
}

bool withdrawal_record_again(struct exchange *x, const struct record_consent *w, bool stops_only,
                             struct consent_row *row, struct error *err)
{
    const bool now = w->state == CONSENT_ERASE && !stops_only;
    const struct control_consent_withdraw_ask ask = {
        .consent = w->consent, .erase_now = now, .seen_alone = now ? SEEN_ALONE : 0};

    return record_withdrawal(x, &ask, w->until, stops_only, row, err);
}

/* --- came with data: the agency that took the consent withdrew it --- */

/* The day from which ROW would be erased as W demands: not later than without, by its last day. */
static uint32_t demanded_day(struct exchange *x, const struct consent_row *row, const struct record_consent *w)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, &row->agency, &row->id);
    uint32_t today = tick_record_day(x);
    uint32_t latest = day_of_ms(tick_latest_ms(x)) + (BOUND_ERASE_HOURS / 24);
    uint32_t from = w->until < latest ? w->until : latest;

    if (f != NULL && f->state == CONSENT_GIVEN && f->until < from)
        from = f->until + 1;
    return w->state == CONSENT_ERASE || from < today ? today : from;
}

/* What the agency that took the consent of ROW said of it, in our own log: reading is refused by it. */
static bool record_told(struct exchange *x, const struct consent_row *row, const struct record_consent *w,
                        struct error *err)
{
    struct record r = {.kind = RECORD_TAKEN};

    r.taken = (struct record_taken){.consent = row->id,
                                    .agency = address_view(&row->agency),
                                    .commitment = w->commitment,
                                    .state = w->state,
                                    .until = row->erase_from};
    return audit_append(x->audit, &r, NULL, err);
}

bool withdrawal_add_tombstone(struct exchange *x, const struct address *agency, const struct record_consent *w,
                              struct error *err)
{
    struct consent_row row = {.id = w->consent,
                              .agency = *agency,
                              .recipient = *membership_own(x->membership),
                              .slot = VAULT_OWN_SLOT,
                              .until = w->until,
                              .progress = CONSENT_ERASED,
                              .changed_ms = tick_record_ms(x)};
    const struct consent_fact *f = consent_log_find(x->consent_log, agency, &w->consent);
    bool is_held = f != NULL && !f->erased; /* data came under it, and its row is gone */
    struct record r = {.kind = RECORD_ERASED};

    if (is_held)
        row.progress = CONSENT_STOPPED; /* not "nothing held": it stays unanswered, and status names it */
    r.erased.consent = w->consent;
    r.erased.result = ERASURE_NOTHING_HELD; /* the statement says so */
    r.erased.agency = address_view(agency);
    row.erase_from = demanded_day(x, &row, w);
    if (!record_told(x, &row, w, err))
        return false;
    row.number = consent_store_next_number(x->db);
    if (is_held)
        return consent_store_add(x->db, &row, (struct view){0}, err);
    SOMETIMES(a_withdrawal_came_before_its_data);
    row.withdrawn_index = audit_size(x->audit, LOG_EXCHANGE);
    consent_book_changed(x);
    return audit_append(x->audit, &r, NULL, err) && consent_store_add(x->db, &row, (struct view){0}, err) &&
           withdrawal_owe_statement(x, &row, err);
}

bool withdrawal_owe_statement(struct exchange *x, const struct consent_row *row, struct error *err)
{
    struct obligation_row o = {
        .what = OWED_STATEMENT, .subject = row->number, .step = CONSENT_ERASE, .record_index = row->withdrawn_index};
    struct peer_row peer;

    if (!peers_get_or_add(x, &row->agency, &peer, err))
        return false;
    o.peer = peer.number;
    return obligations_open(x, &o, err);
}

bool withdrawal_goes_further(struct exchange *x, const struct consent_row *row, const struct record_consent *w)
{
    return row->progress == CONSENT_STANDS || consent_agreement_of(x, row) != CONSENT_AGREES ||
           (row->progress == CONSENT_STOPPED && demanded_day(x, row, w) < row->erase_from);
}

bool withdrawal_stop(struct exchange *x, struct consent_row *row, const struct record_consent *w, struct error *err)
{
    section_set shared;

    if (!suspended_stops_end(x, row, err))
        return false;
    if (!withdrawal_goes_further(x, row, w)) /* the same, or a weaker step: the day of erasure is not put off */
        return obligations_state_again(x, row->number, err);
    if (row->progress == CONSENT_STOPPED)
        SOMETIMES(what_had_been_stopped_was_to_be_erased_earlier);
    consent_agreement_follow_log(x, row);
    row->erase_from = demanded_day(x, row, w);
    return record_told(x, row, w, err) && referrals_stop(x, row->number, EVENT_STOPPED, &shared, err) &&
           withdrawal_set_progress(x, row, CONSENT_STOPPED, err);
}

bool withdrawal_stop_alone(struct exchange *x, struct consent_row *row, const struct record_consent *w,
                           struct error *err)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, &row->agency, &row->id);
    struct record_consent stop = *w;
    section_set shared;

    if (f == NULL || f->state != CONSENT_GIVEN || f->erased || consent_agreement_has_ended(x, row, x->today))
        return true;
    stop.state = CONSENT_STOP;
    consent_agreement_follow_log(x, row);
    row->erase_from = f->until + 1;
    return tick_begin(x, err) && record_told(x, row, &stop, err) && suspended_stops_begin(x, row, err) &&
           referrals_stop(x, row->number, EVENT_STOPPED, &shared, err) &&
           withdrawal_set_progress(x, row, CONSENT_STOPPED, err);
}
