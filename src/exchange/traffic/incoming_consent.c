#include "exchange/traffic/incoming_consent.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_received.h"
#include "exchange/kinds/kind.h"
#include "exchange/logs/witness.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"
#include "exchange/vault.h"

static bool shows_more(const struct consent_receipt *r, const struct consent_receipt *than)
{
    return r->shown_count > than->shown_count || (consent_receipt_is_closed(than) && !consent_receipt_is_closed(r));
}

/* Her withdrawal, or the last day of what is erased since. */
static enum outcome why_ended(struct exchange *x, const struct consent_row *row)
{
    return consent_agreement_has_ended(x, row, tick_closing_day(x)) ? OUTCOME_NOT_COVERED : OUTCOME_WITHDRAWN;
}

/* Finds the consent that the record names, or checks the receipt that came. *OUTCOME is OUTCOME_STORED if it stands. */
static bool find_consent(struct incoming *in, enum outcome *outcome, struct error *err)
{
    struct exchange *x = in->x;
    struct consent_row row;
    struct proof_answer proof;
    struct witness_note w;
    struct address taker;
    struct error why = {0};
    bool found;

    *outcome = OUTCOME_STORED;
    if (!in->disclosed->has_consent)
        return true;
    if (!consent_book_find(x, &in->disclosed->consent, in->content.consent, &found, &row, err))
        return false;
    if (found && (row.progress != CONSENT_STANDS || consent_agreement_is_over(x, &row.agency, &row.id))) {
        SOMETIMES(data_met_the_withdrawal_of_its_consent);
        *outcome = why_ended(x, &row);
        return true;
    }
    if (found) {
        if (!vault_slot_is_read(x->vault, row.slot, err) || !consent_book_get(x, row.number, &in->consent, err))
            return false;
        if (view_equal(in->consent->bytes, in->content.consent))
            return true; /* the same bytes, checked when they first came */
    }
    if (!consent_receipt_decode(in->content.consent, &x->tick_arena, &in->receipt, &why) ||
        !consent_received_check(x, &in->disclosed->consent, &in->receipt, &proof, &why)) {
        if (meter_line(x, in->link->usage, LINE_MESSAGE_REFUSED))
            log_line(LOG_WARNING, "event=consent.refused peer=%s code=%s", in->envelope.header.sender.text,
                     error_row(why.code)->code);
        *outcome = OUTCOME_CONSENT_WRONG;
        return true;
    }
    w = (struct witness_note){.proof = &proof, .note = in->receipt.checkpoint, .path = in->receipt.path};
    if (!witness_take_beside(x, in->peer.number, in->receipt.header.agency, &w, err))
        return false;
    if (!found && address_read(in->receipt.header.agency, &taker) &&
        consent_agreement_is_over(x, &taker, &in->disclosed->consent)) {
        *outcome = OUTCOME_WITHDRAWN; /* its row is gone; the log knows that it ended */
        return true;
    }
    if (found && !view_equal(in->consent->receipt.record_bytes, in->receipt.record_bytes))
        *outcome = OUTCOME_CONSENT_WRONG; /* two records with one consent id: the first one stays */
    in->receipt_came = true;
    in->receipt_is_new = !found;
    in->receipt_is_more = found && shows_more(&in->receipt, &in->consent->receipt);
    return found || vault_has_unused_slot(x->vault, x->db, err);
}

/* Whether the consent permits the message on day TODAY, and covers its sections: as the sender's gate asked. */
static enum outcome ask_consent(struct incoming *in, uint32_t today)
{
    const struct consent_receipt *r = in->receipt_came ? &in->receipt : &in->consent->receipt; /* each opens alone */
    struct grant *grants = arena_new(&in->x->tick_arena, (r->shown_count + 1) * sizeof *grants);
    struct consent_question q = {.recipient = address_view(membership_own(in->x->membership)),
                                 .sender = address_view(&in->envelope.header.sender),
                                 .purpose = in->disclosed->purpose,
                                 .today = today,
                                 .sections = in->holds.sections,
                                 .fields = in->holds.fields,
                                 .field_count = in->holds.field_count,
                                 .outcomes = in->holds.outcomes};

    for (size_t i = 0; i < r->shown_count; i++)
        grants[i] = r->shown[i].grant;
    if (consent_permits(&r->header, grants, r->shown_count, &q) != 0 ||
        (q.sections & ~consent_covers(&r->header, grants, r->shown_count, &q, NULL)) != 0)
        return OUTCOME_NOT_COVERED;
    return OUTCOME_STORED;
}

/* A message that names no permission: an answer, which ends with the data of its referral, or none about a person. A
 * legal basis alone permits nothing yet. */
static bool decide_without_consent(struct incoming *in, enum outcome *outcome, struct error *err)
{
    struct received_body received = {.peer = in->peer.number, .sender = &in->envelope.header.sender, .body = &in->body};
    struct referral_row referral;
    struct consent_row consent;
    bool found;

    if (message_kind_needs_permission(in->body.kind, in->holds.sections != 0)) {
        *outcome = OUTCOME_NOT_COVERED;
        return true;
    }
    if (!message_kind_is_of_referral(in->body.kind))
        return true;
    if (!kind_referral_of(in->x, &received, &found, &referral, err))
        return false;
    if (!found || referral.consent == 0)
        return true;
    if (!consent_store_get(in->x->db, referral.consent, &found, &consent, err))
        return false;
    if (!found) {
        in->failed = STEP_CONSENT; /* somebody deleted its row, and with it the key: until it is there again */
        in->hold = HOLD_BUSY;
        return true;
    }
    if (consent.progress == CONSENT_ERASING || consent.progress == CONSENT_ERASED) {
        *outcome = why_ended(in->x, &consent);
        return true;
    }
    return vault_slot_is_read(in->x->vault, consent.slot, err);
}

/* A consent of another kind, or a legal basis beside one, permits nothing yet. */
static bool is_by_consent(const struct record_disclosed *d)
{
    return view_equal(d->basis, view_of_text(DISCLOSED_BASIS_CONSENT)) && d->ground.size == 0;
}

bool incoming_consent_decide(struct incoming *in, enum outcome *outcome, struct error *err)
{
    if (in->disclosed->has_consent && !is_by_consent(in->disclosed)) {
        *outcome = OUTCOME_NOT_COVERED;
        return true;
    }
    if (!find_consent(in, outcome, err))
        return false;
    if (*outcome != OUTCOME_STORED)
        return true;
    if (!in->disclosed->has_consent)
        return decide_without_consent(in, outcome, err);
    *outcome = ask_consent(in, tick_closing_day(in->x));
    if (*outcome == OUTCOME_STORED)
        return true;
    if (tick_clock_in_doubt(in->x) && ask_consent(in, tick_record_day(in->x)) == OUTCOME_STORED) {
        SOMETIMES(data_waited_for_the_right_time_of_its_recipient);
        in->failed = STEP_CONSENT; /* that a clock in doubt ended it is no word that counts for good */
        in->hold = HOLD_CLOCK;
        return true;
    }
    SOMETIMES(data_came_that_its_consent_does_not_cover_any_more);
    return true;
}
