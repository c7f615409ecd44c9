#include "exchange/referrals/referral_draft.h"

#include "codec/referral_messages.h"
#include "exchange/cases/case_received.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* What came under another agency's consent is not this agency's to send on. */
static bool hold_back_received(struct exchange *x, struct referral_draft *m, struct error *err)
{
    struct gate_survey *s = &m->survey;
    section_set received;

    if (!case_received_sections(x, &m->case_row, &received, err))
        return err->code == E_KEY_21; /* nothing of it goes all the same */
    received &= ~s->present;
    s->present |= received;
    for (int i = SECTION_TRIAGE; s->consent != NULL && i < SECTION_END; i++)
        if ((received & SECTION_BIT(i)) != 0)
            s->why[i] = DENIAL_ONWARD;
    return true;
}

bool referral_draft_survey(struct exchange *x, struct referral_draft *m, struct error *err)
{
    return casebook_open(x, &m->case_row, m->own, err) &&
           consent_gate_survey(x, m->case_row.number, m->under, &m->ask->to, m->ask->purpose, m->own, &m->survey,
                               err) &&
           hold_back_received(x, m, err);
}

void referral_draft_add_sections(const struct referral_draft *m, section_set set, struct body *body)
{
    REQUIRE(body->section_count == 0 && (set & ~SECTION_ALL) == 0);
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((set & SECTION_BIT(s)) != 0)
            body->sections[body->section_count++] =
                (struct body_section){.section = (enum section)s, .data = m->survey.data[s]};
}

bool referral_draft_pass_gate(struct exchange *x, const struct referral_draft *m, const struct body *body,
                              enum purpose purpose, struct disclosure **out, enum denial *denied, struct error *err)
{
    uint8_t *salt = arena_new(&x->tick_arena, SALT_SIZE);
    struct bytes *encoded = tick_plain(x);
    struct gate_ask ask = {.recipient = m->ask->to,
                           .kind = body->kind,
                           .purpose = purpose,
                           .consent = m->survey.consent,
                           .salt = salt,
                           .expiry = tick_message_expiry(x),
                           .dry_run = m->ask->dry_run};
    size_t size = BODY_OVERHEAD;

    for (size_t i = 0; i < body->section_count; i++)
        size += body->sections[i].data.size + SECTION_OVERHEAD;
    if (size > BOUND_BODY)
        return error_set(err, E_REF_03, "the data is %zu bytes, over the %d that fit one message", size, BOUND_BODY);
    body_encode(body, encoded);
    random_fill(x->random, salt, SALT_SIZE);
    ident_for_message(x->random, tick_record_ms(x), &ask.message);
    ask.body = bytes_view(encoded);
    return consent_gate_disclose(x, &ask, out, denied, err);
}

enum denial referral_draft_reason(const struct referral_draft *m, section_set sections)
{
    for (int i = SECTION_TRIAGE; i < SECTION_END; i++)
        if ((sections & SECTION_BIT(i)) != 0)
            return m->survey.why[i] != 0 ? m->survey.why[i] : DENIAL_NO_CONSENT;
    return DENIAL_NO_CONSENT;
}

bool referral_draft_record_denied(struct exchange *x, const struct referral_draft *m, enum purpose purpose,
                                  section_set sections, enum denial reason, struct error *err)
{
    struct record r = {.kind = RECORD_DENIED};

    r.denied = (struct record_denied){.recipient = address_view(&m->ask->to),
                                      .message_kind = m->ask->kind,
                                      .sections = sections,
                                      .purpose = purpose,
                                      .reason = reason};
    if (m->survey.consent != NULL) {
        r.denied.has_consent = true;
        r.denied.consent = m->survey.consent->row.id;
    }
    return tick_begin(x, err) && audit_append(x->audit, &r, NULL, err);
}
