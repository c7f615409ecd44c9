#include "exchange/consent/consent_summary.h"

#include "codec/audit_messages.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_age.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_asked.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_key.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_request.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/consent/consent_taken.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/exchange_status.h"
#include "exchange/kinds/kind_erasure.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/referrals/letters.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/owed_wait.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/case_store.h"
#include "store/log_store.h"

/* What went and came under a consent. */
struct message_look {
    struct exchange *x;
    const struct consent_row *row;
    struct control_consent *out;
};

/* The recipient's statement of erasure; its proof is checked each time it is shown. */
static bool check_statement(const struct message_look *a, const struct message_row *m, struct error *err)
{
    struct proof_answer answer;
    struct stored_body stored;
    struct error why = {0};
    struct body body;
    bool readable;

    if (a->x->vault == NULL)
        return true;
    if (!stored_body_open(a->x, m->number, &readable, &stored, &why, err))
        return false;
    if (!readable || !stored_body_decode(a->x, &stored, m->kind, &body, &why))
        return true;
    if (kind_erasure_is_proven(a->x, &a->row->recipient, &a->row->id, &body.erasure, &answer)) {
        a->out->answered = true;
        a->out->answered_time_ms = answer.record.time_ms;
        a->out->answered_erased |= answer.record.erased.erased;
        a->out->answered_kept |= answer.record.erased.kept;
        a->out->answered_places = body.erasure.places;
        a->out->answered_place_count = body.erasure.place_count;
    }
    return true;
}

/* Of several withdrawals that may have left the first counts: the walk goes by age. */
static bool look_under_consent(void *cookie, const struct message_row *m, struct error *err)
{
    const struct message_look *a = cookie;

    if (m->direction == DIRECTION_IN)
        return m->kind != MESSAGE_ERASURE_STATEMENT || check_statement(a, m, err);
    if (m->kind == MESSAGE_WITHDRAWAL && m->may_have_left && !a->out->asked) {
        a->out->asked = true;
        a->out->told_since_ms = ident_message_ms(&m->id);
    }
    return true;
}

/* When it was recorded here, by the log; 0 where its row does not name that record, or that is damaged. */
static bool fill_recorded(struct exchange *x, const struct consent_row *row, struct control_consent *out,
                          struct error *err)
{
    struct bytes stored = {0};
    struct error why = {0};
    struct record r;
    bool found;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, row->record_index, &found, &stored, err);

    if (ok && found && record_decode(bytes_view(&stored), &x->tick_arena, &r, &why) && r.kind == RECORD_CONSENT &&
        ident_equal(&r.consent.consent, &row->id))
        out->given_at_ms = r.time_ms;
    bytes_fini(&stored);
    return ok;
}

/* Of one that is erased nothing is said but that, when, for whom it was, when it was taken here, and what its recipient
 * stated. */
static bool fill_erased(struct exchange *x, const struct consent_row *row, struct control_consent *out,
                        struct error *err)
{
    if (row->progress != CONSENT_ERASED && row->progress != CONSENT_ERASING)
        return true;
    out->until = out->erase_from = 0;
    out->ended = consent_agreement_denial(x, row) == DENIAL_EXPIRED;
    if (row->progress == CONSENT_ERASED && !out->nothing_held)
        out->erased_ms = row->changed_ms;
    return row->case_number == 0 || fill_recorded(x, row, out, err);
}

static enum recipient_status told_by(const struct obligation_row *o, bool asked)
{
    switch (o->settled) {
    case SETTLED_CLOSED:
        return RECIPIENT_CLOSED;
    case SETTLED_ANSWERED:
        return o->result == ERASURE_KEPT           ? RECIPIENT_KEPT
               : o->result == ERASURE_NOTHING_HELD ? RECIPIENT_NOTHING_HELD
                                                   : RECIPIENT_ERASED;
    default:
        return asked ? RECIPIENT_ASKED : RECIPIENT_OWED;
    }
}

static bool fill_told(struct exchange *x, const struct consent_row *row, struct control_consent *out, struct error *err)
{
    struct peer peer;
    struct obligation_row o;
    struct owed_wait wait;
    bool found = false;

    if (!consent_agreement_is_own(x, row))
        return true; /* the agency that took it asks for this one */
    if (!owed_wait_is_untold(x, row, &out->untold_here, err))
        return false;
    out->irreversible = membership_find_peer(x->membership, address_view(&row->recipient), &peer) &&
                        agency_kind_is_irreversible(peer.member->kind);
    if (!kind_withdrawal_is_owed(x, row, &out->may_have_left, err) ||
        !obligation_store_find(x->db, OWED_WITHDRAWAL, row->number, &found, &o, err))
        return false;
    if (!found)
        return true;
    out->told = told_by(&o, out->asked);
    if (!out->asked)
        out->told_since_ms = o.since_ms;
    if (o.settled != 0)
        return true;
    out->by_hand = obligations_may_close(x, &o, &row->recipient);
    if (!owed_wait_of(x, &o, &wait, err))
        return false;
    out->receipt_ms = wait.receipt_ms;
    out->answer_by = wait.answer_by;
    out->hold = wait.hold;
    out->next_try_ms = wait.next_try_ms;
    return true;
}

/* Known here by its withdrawal only. */
static bool is_tombstone(const struct consent_row *row)
{
    return row->case_number == 0 && row->record_index == 0 && row->slot == VAULT_OWN_SLOT &&
           row->progress == CONSENT_ERASED;
}

static bool open_own(struct exchange *x, const struct consent_row *row, struct opened_consent *own,
                     struct consent_entry **entry, struct error *err)
{
    own->entry.row = *row;
    *entry = &own->entry;
    return consent_content_open(x, own, err);
}

/* *OPENED is its content; NULL: that is erased, or not readable. With OWN it is opened there: a list by the consent
 * book would fill that with all there are, and search it for each. */
static bool fill_opened(struct exchange *x, const struct consent_row *row, struct opened_consent *own,
                        struct control_consent *out, const struct consent_entry **opened, struct error *err)
{
    struct message_look a = {.x = x, .row = row, .out = out};
    struct case_row c;
    struct consent_entry *entry;
    enum consent_difference what;
    bool known = true;
    bool found;

    *opened = NULL;
    *out = (struct control_consent){.consent = row->id,
                                    .agency = row->agency,
                                    .recipient = row->recipient,
                                    .until = row->until,
                                    .progress = row->progress,
                                    .nothing_held = is_tombstone(row),
                                    .erase_from = row->progress == CONSENT_STOPPED ? row->erase_from : 0};
    if (row->case_number != 0) {
        if (!case_store_get(x->db, row->case_number, &found, &c, err))
            return false;
        if (found) /* else somebody deleted the row of her case */
            out->case_id = c.id;
    }
    out->sealed = x->vault == NULL && row->progress != CONSENT_ERASED && row->progress != CONSENT_ERASING;
    if (!consent_agreement_in_full(x, row, &what, err))
        return false;
    out->shut = what != CONSENT_AGREES;
    if (x->vault != NULL && (row->progress == CONSENT_STANDS || row->progress == CONSENT_STOPPED) &&
        !consent_key_is_known(x, row, &known, err))
        return false;
    out->key_unknown = !known;
    if (out->key_unknown)
        out->erase_from = 0;
    if (!message_store_walk_consent(x->db, row->number, look_under_consent, &a, err) || !fill_told(x, row, out, err))
        return false;
    if (x->vault == NULL || row->progress == CONSENT_ERASED || row->progress == CONSENT_ERASING)
        return fill_erased(x, row, out, err); /* its grants are sealed (read only), or erased */
    if (own != NULL ? !open_own(x, row, own, &entry, err) : !consent_book_get(x, row->number, &entry, err))
        /* What is damaged is listed, and shut; a row that is to be made again is in no table yet. */
        return err->code == E_STO_04 || err->code == E_BUG_01;
    out->shut = out->shut || (row->progress == CONSENT_STANDS && (entry->no_unknown || entry->said_no));
    out->given_at_ms = entry->receipt.given.at_ms;
    out->outside = arena_copy(&x->tick_arena, entry->receipt.given.outside);
    *opened = entry;
    for (size_t i = 0; i < entry->grant_count; i++) {
        out->sections |= entry->grants[i].sections;
        out->purposes |= UINT32_C(1) << entry->grants[i].purpose;
    }
    return true;
}

static bool fill_summary(struct exchange *x, const struct consent_row *row, struct opened_consent *own,
                         struct control_consent *out, const struct consent_entry **opened, struct error *err)
{
    if (fill_opened(x, row, own, out, opened, err))
        return true;
    out->sealed = err->code == E_KEY_21;
    if (out->sealed)
        tick_read_again(x);
    return out->sealed;
}

bool consent_summary_fill(struct exchange *x, const struct consent_row *row, struct control_consent *out,
                          struct error *err)
{
    struct opened_consent *own = consent_content_new();
    const struct consent_entry *opened;
    bool ok = fill_summary(x, row, own, out, &opened, err);

    consent_content_free(own);
    return ok;
}

static bool is_lost_refusal(struct exchange *x, const struct ident *id)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, membership_own(x->membership), id);

    return f != NULL && f->state == CONSENT_REFUSED;
}

/* A guardian speaks for a child. Where the case does not open, its age is not known, and the consent is shown. */
static bool fill_for_adult(struct exchange *x, const struct consent_row *row, struct control_consent *out,
                           struct error *err)
{
    struct case_row c;
    bool found;

    if (out->given_by != GIVEN_BY_GUARDIAN || row->case_number == 0)
        return true;
    return case_store_get(x->db, row->case_number, &found, &c, err) &&
           (!found || case_age_is_adult(x, &c, &out->for_adult, err) || vault_does_not_open(err));
}

static const struct control_consent_grant *shown_grants(struct exchange *x, const struct consent_entry *entry)
{
    struct control_consent_grant *out = arena_new(&x->tick_arena, (entry->grant_count + 1) * sizeof *out);

    for (size_t i = 0; i < entry->grant_count; i++) {
        const struct grant *g = &entry->grants[i];
        struct address *named = arena_new(&x->tick_arena, (g->named_count + 1) * sizeof *named);

        for (size_t k = 0; k < g->named_count; k++)
            (void)address_read(g->named[k], &named[k]);
        out[i] = (struct control_consent_grant){.sections = g->sections,
                                                .excluded = g->excluded,
                                                .excluded_count = g->excluded_count,
                                                .purpose = g->purpose,
                                                .onward = g->onward,
                                                .named = named,
                                                .named_count = g->named_count,
                                                .keep_until = g->keep_until};
    }
    return out;
}

/* All that was recorded of it. */
static void fill_terms(struct exchange *x, const struct consent_entry *entry, struct control_consent *out)
{
    const struct consent_given *given = &entry->receipt.given; /* zeros in a closed one */

    out->grants = shown_grants(x, entry);
    out->grant_count = entry->grant_count;
    out->given_by = given->by;
    out->notice = given->notice;
    out->language = given->language;
    out->interpreter = given->interpreter;
    out->seen_alone = given->seen_alone;
    out->told_irreversible = given->told_irreversible;
}

static bool show(struct exchange *x, const struct consent_row *row, struct control_consent *out, struct error *err)
{
    const struct consent_entry *opened;

    if (!fill_summary(x, row, NULL, out, &opened, err))
        return false;
    if (opened != NULL)
        fill_terms(x, opened, out);
    return letters_fill(x, row, out, err) && fill_for_adult(x, row, out, err);
}

bool exchange_consent_show(struct exchange *x, const struct ident *id, struct control_consent *out, struct error *err)
{
    char text[IDENT_TEXT];
    struct consent_row row;
    bool is_here;
    bool found;

    if (!consent_snapshot_need(x, err) ||
        !consent_store_find_named(x->db, membership_own(x->membership), id, &is_here, &row, err))
        return false;
    found = is_here;
    if (!holders_find_consent(x, &row, &found, err))
        return false;
    ident_write(id, text);
    if (!is_here && is_lost_refusal(x, id))
        return error_set(err, E_CON_21,
                         "consent %s is a refusal whose row is gone: whom it was about is not known, and the consents "
                         "taken before it are shut",
                         text);
    return found ? show(x, &row, out, err) : error_set(err, E_CON_06, "there is no consent %s here", text);
}

static bool may_record(struct exchange *x, const struct control_consent_record_ask *ask, struct error *err)
{
    if (own_note_may_sign(x, err))
        return true;
    return ask->refused ? error_set(err, E_CON_22,
                                    "her no is not recorded. Tell the agencies that you named now, outside refex: "
                                    "they may hold data of hers, also where nothing is shown as sent")
                        : false;
}

bool exchange_consent_record(struct exchange *x, const struct control_consent_record_ask *ask,
                             exchange_on_consent_fn *on_ended, void *cookie, struct control_consent_recorded *out,
                             struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct control_consent_record_ask whole;
    bool repeated = false;
    struct address own;

    consent_asked_complete(x, ask, &own, &whole);
    if (!whole.dry_run && !consent_request_find(x, &whole, out, &repeated, err))
        return false;
    return repeated || (may_record(x, &whole, err) &&
                        tick_call_end(x, mark, consent_taken_record(x, &whole, on_ended, cookie, out, err), err));
}

/* What withdrawing would do, for who is asked whether to. */
static bool foresee(struct exchange *x, const struct control_consent_withdraw_ask *ask, struct control_consent *out,
                    struct error *err)
{
    const struct consent_entry *opened;
    struct consent_row row;
    bool change;
    bool told;

    if (!withdrawal_foresee(x, ask, &row, &change, &told, err) || !fill_summary(x, &row, NULL, out, &opened, err))
        return false;
    out->would_change = change;
    if (!letters_fill(x, &row, out, err))
        return false;
    if (change) {
        out->erase_from = row.erase_from;
        out->may_have_left = told;
        out->by_hand = out->may_have_left && obligations_is_by_hand(x, &row.recipient);
    }
    return true;
}

bool exchange_consent_withdraw(struct exchange *x, const struct control_consent_withdraw_ask *ask,
                               struct control_consent *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    const struct consent_entry *opened;
    struct consent_row row;

    if (!withdrawal_may_record(x, ask, err))
        return false;
    if (ask->dry_run)
        return foresee(x, ask, out, err);
    return tick_call_end(x, mark,
                         withdrawal_record(x, ask, &row, err) && withdrawal_work_begin(x, &row, err) &&
                             fill_summary(x, &row, NULL, out, &opened, err) && letters_fill(x, &row, out, err),
                         err);
}
