#include "exchange/kinds/kind_update.h"

#include "exchange/cases/case_received.h"
#include "exchange/kinds/kind_reply.h"
#include "exchange/kinds/referral_coming.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/referral_draft.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/referrals/shared_sections.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/outbox.h"

/* --- sending --- */

static bool deny(struct exchange *x, struct referral_draft *m, const struct referral_row *row, section_set sections,
                 enum denial denied, struct error *err)
{
    struct bytes names = {0};

    section_set_write(sections, &names);
    bytes_append_u8(&names, 0);
    if (referral_draft_record_denied(x, m, row->purpose, sections, denied, err))
        error_set(err,
                  denied == DENIAL_REFUSED ? E_CON_25
                  : sections == 0          ? E_CON_01
                                           : E_CON_02,
                  "%s for %s: %s", sections != 0 ? (const char *)names.at : "the referral", m->ask->to.text,
                  denial_says(denied));
    bytes_fini(&names);
    return false;
}

static bool put(struct exchange *x, struct referral_draft *m, struct referral_row *row,
                const struct update_message *said, struct error *err)
{
    struct body body = {.kind = MESSAGE_UPDATE, .has_referral = true, .referral = row->id, .update = *said};
    struct outbox_item item = {.referral = row->number, .consent = m->survey.consent->row.number};
    struct disclosure *d;
    enum denial denied;

    referral_draft_add_sections(m, m->now, &body);
    if (!referral_draft_pass_gate(x, m, &body, row->purpose, &d, &denied, err))
        return false;
    if (d == NULL)
        return deny(x, m, row, m->now, denied, err);
    item.disclosure = d;
    item.number = message_store_next_number(x->db);
    row->shared |= m->now;
    row->offered &= ~m->now;
    return outbox_put(x, &item, err) && referrals_update(x, row, err);
}

static bool refuse_empty(section_set lacking, struct error *err)
{
    struct bytes names = {0};

    section_set_write(lacking, &names);
    (void)error_set(err, E_REF_06, "%.*s holds nothing in this case", (int)names.size, (const char *)names.at);
    bytes_fini(&names);
    return false;
}

bool kind_update_put(struct exchange *x, struct referral_row *row, const struct peer_row *peer, section_set sections,
                     const struct update_message *said, struct error *err)
{
    struct control_refer_ask refer = {.to = peer->agency, .kind = MESSAGE_UPDATE, .purpose = row->purpose};
    struct referral_draft m = {.ask = &refer};
    section_set lacking;
    bool found;

    if (!case_store_get(x->db, row->case_number, &found, &m.case_row, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the case of a referral is missing");
    if (!tick_begin(x, err) || !referral_draft_survey(x, &m, err))
        return false;
    lacking = sections & ~m.survey.present;
    if (lacking != 0)
        return refuse_empty(lacking, err);
    m.now = sections & m.survey.covered;
    if (m.survey.consent == NULL || m.now != sections)
        return deny(x, &m, row, sections & ~m.now, referral_draft_reason(&m, sections & ~m.now), err);
    return put(x, &m, row, said, err);
}

/* While the agency that was asked can use it. */
static bool may_update(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                       enum referral_state shown, struct error *err)
{
    bool lost;

    if (!row->readable || referral_state_has_ended(shown) || shown == REFERRAL_CANCEL_ASKED)
        return error_set(err, E_REF_07, "the referral is %s already", referral_state_name(shown));
    return lost_there_referral(x, peer, row->number, &lost, err) &&
           (!lost || error_set(err, E_REF_14, "the machine of %s was replaced", peer->agency.text));
}

bool exchange_referral_update(struct exchange *x, const struct control_referral_update_ask *ask,
                              struct control_referral *out, struct error *err)
{
    struct update_message said = {.not_known = ask->not_known};
    struct referral_row row;
    struct message_row first;
    struct peer_row peer;
    uint64_t mark;
    bool found;

    if (!own_note_may_sign(x, err) || !referral_summary_find(x, &ask->referral, &row, &peer, err))
        return false;
    if (row.direction != DIRECTION_OUT)
        return error_set(err, E_REF_12, "%s sent the referral, and says what changed", peer.agency.text);
    if (ask->sections == 0 && ask->not_known == 0)
        return error_set(err, E_REF_04, "an update names sections, or what is not known");
    if (!message_store_get(x->db, row.message, &found, &first, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the message of a referral is missing");
    if (!may_update(x, &row, &peer, referral_summary_state(&row, first.state), err))
        return false;
    said.in_reply_to = first.id;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark,
                         kind_update_put(x, &row, &peer, ask->sections, &said, err) &&
                             referral_summary_fill(x, &row, &peer, out, err),
                         err);
}

/* --- one that came --- */

static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    return kind_check_names_first(x, b, &b->body->update.in_reply_to, why, err);
}

/* The clock goes on with what was left of it. */
static bool go_on(struct exchange *x, struct referral_row *row, const struct address *to, struct error *err)
{
    struct reply_message reply = {.state = REFERRAL_ACKNOWLEDGED, .before = row->state};

    if (row->answers >= BOUND_REPLIES || !referral_state_step(&row->state, EVENT_UPDATED, ACTOR_REFERRER))
        return referrals_update(x, row, err);
    reply.due_ms = row->left_ms != 0 ? tick_record_ms(x) + row->left_ms : row->due_ms;
    row->left_ms = 0;
    return kind_reply_put(x, row, to, &reply, err);
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    REQUIRE(found); /* kind_check_names_first */
    row.shared |= b->sections;
    row.offered &= ~b->sections;
    row.purpose = row.purpose != 0 ? row.purpose : b->purpose;
    if (b->body->update.state != 0)
        return referral_coming_take(x, &row, b->sender, &b->body->update, err);
    return go_on(x, &row, b->sender, err) && case_received_changed(x, &row, err);
}

static void show(const struct body *body, struct control_referral_detail *out)
{
    out->not_known = body->update.not_known;
}

const struct kind_actions kind_update = {
    .check = check, .find = kind_find_referral, .take = take, .withheld = shared_sections_renew, .show = show};
