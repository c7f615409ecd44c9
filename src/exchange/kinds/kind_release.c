#include "exchange/kinds/kind_release.h"

#include "base/sometimes.h"
#include "exchange/cases/case_received.h"
#include "exchange/referrals/referral_draft.h"
#include "exchange/referrals/referrals.h"
#include "exchange/referrals/shared_sections.h"
#include "exchange/state.h"
#include "exchange/traffic/outbox.h"
#include "exchange/vault.h"

/* --- sending --- */

/* As many of the sections LEFT, in their order, as fit one message. One always does (BOUND_SECTION). */
static section_set fitting_sections(const struct referral_draft *m, section_set left)
{
    size_t size = BODY_OVERHEAD;
    section_set some = 0;

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        if ((left & SECTION_BIT(s)) == 0)
            continue;
        size += m->survey.data[s].size + SECTION_OVERHEAD;
        if (some != 0 && size > BOUND_BODY)
            break;
        some |= SECTION_BIT(s);
    }
    return some;
}

/* Queues one message with these sections. If the gate denies it, that is recorded and the other messages still go. */
static bool release_batch(struct exchange *x, struct referral_draft *m, struct referral_row *row, section_set some,
                          struct error *err)
{
    struct body body = {.kind = MESSAGE_RELEASE, .has_referral = true, .referral = row->id};
    struct outbox_item item = {.referral = row->number, .consent = m->survey.consent->row.number};
    struct disclosure *d;
    enum denial denied;

    REQUIRE(some != 0 && (some & ~m->now) == 0);
    referral_draft_add_sections(m, some, &body);
    if (!referral_draft_pass_gate(x, m, &body, row->purpose, &d, &denied, err))
        return false;
    if (d == NULL)
        return referral_draft_record_denied(x, m, row->purpose, some, denied, err);
    item.disclosure = d;
    row->shared |= some;
    item.number = message_store_next_number(x->db);
    return outbox_put(x, &item, err);
}

bool kind_release_is_read(struct exchange *x, const struct referral_row *row, struct error *err)
{
    struct case_row c;
    bool found;

    if (row->offered == 0 || row->case_number == 0)
        return true;
    return case_store_get(x->db, row->case_number, &found, &c, err) &&
           (!found || vault_slot_is_read(x->vault, c.slot, err));
}

bool kind_release_send(struct exchange *x, struct referral_row *row, const struct address *to, struct error *err)
{
    struct control_refer_ask ask = {.to = *to, .kind = MESSAGE_RELEASE, .purpose = row->purpose};
    struct referral_draft m = {.ask = &ask};
    bool found;

    REQUIRE(x->in_transaction && row->direction == DIRECTION_OUT); /* kind_referral_of, of an answer */
    if (row->offered == 0 || row->case_number == 0)
        return true;
    if (!case_store_get(x->db, row->case_number, &found, &m.case_row, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the case of a referral is missing");
    if (!referral_draft_survey(x, &m, err))
        return false;
    m.now = row->offered & m.survey.covered;
    if (m.now != row->offered)
        SOMETIMES(what_was_offered_was_not_covered_any_more);
    if (m.now != row->offered && !referral_draft_record_denied(x, &m, row->purpose, row->offered & ~m.now,
                                                               referral_draft_reason(&m, row->offered & ~m.now), err))
        return false;
    row->offered = 0;
    for (section_set left = m.now; left != 0;) {
        section_set some = fitting_sections(&m, left);

        if (!release_batch(x, &m, row, some, err))
            return false;
        left &= ~some;
    }
    return true;
}

/* --- one that came --- */

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    REQUIRE(found); /* kind_check_referral */
    row.shared |= b->sections;
    row.offered &= ~b->sections;
    row.purpose = row.purpose != 0 ? row.purpose : b->purpose; /* the purpose of the first sections that came */
    return referrals_update(x, &row, err) && case_received_changed(x, &row, err);
}

const struct kind_actions kind_release = {
    .check = kind_check_referral, .find = kind_find_referral, .take = take, .withheld = shared_sections_renew};
