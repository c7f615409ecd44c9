#include "exchange/kinds/kind_referral.h"

#include "base/text.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/cases/name_draw.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/kinds/kind_cancel.h"
#include "exchange/members/holds.h"
#include "exchange/members/leaving.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/referral_draft.h"
#include "exchange/referrals/referral_needs.h"
#include "exchange/referrals/referral_request.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/staff/desks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "store/consent_store.h"

#include <string.h>

/* --- what is held back --- */

/* Writes a DENIED record (not in a dry run) and sets *ERR to CODE with a sentence. Always false. */
static bool deny_referral(struct exchange *x, const struct referral_draft *m, section_set sections, enum denial reason,
                          enum error_code code, struct error *err)
{
    struct bytes names = {0};

    section_set_write(sections, &names);
    bytes_append_u8(&names, 0);
    error_clear(err);
    if (!m->ask->dry_run && !referral_draft_record_denied(x, m, m->ask->purpose, sections, reason, err)) {
        bytes_fini(&names);
        return false;
    }
    error_set(err, reason == DENIAL_REFUSED ? E_CON_25 : code, "%s for %s: %s", (const char *)names.at, m->ask->to.text,
              denial_says(reason));
    bytes_fini(&names);
    return false;
}

/* Consent is not what it lacks, so nothing is said of that. */
static bool fail_empty(section_set sections, struct error *err)
{
    struct bytes names = {0};

    section_set_write(sections, &names);
    error_set(err, E_REF_06, "%.*s is required and holds nothing in this case", (int)names.size,
              (const char *)names.at);
    bytes_fini(&names);
    return false;
}

static void fill_held_back(struct exchange *x, const struct referral_draft *m, struct control_referral_result *out)
{
    struct control_held_back *list = arena_new(&x->tick_arena, SECTION_END * sizeof *list);
    section_set held = m->survey.present & ~m->survey.covered;

    out->held_back = list;
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((held & SECTION_BIT(s)) != 0)
            list[out->held_back_count++] = (struct control_held_back){
                .section = (enum section)s, .why = m->survey.why[s] != 0 ? m->survey.why[s] : DENIAL_NO_CONSENT};
}

static void fill_left_out(struct exchange *x, const struct referral_draft *m, struct control_referral_result *out)
{
    const struct gate_survey *s = &m->survey;
    struct control_left_out *list = arena_new(&x->tick_arena, SECTION_END * sizeof *list);
    struct control_left_out *next = list;

    for (size_t i = 0; i < s->left_out_count; i++) {
        enum section section = FIELD_REF_SECTION(s->left_out[i]);

        if (next == list || next[-1].section != section)
            *next++ = (struct control_left_out){.section = section, .fields = &s->left_out[i]};
        next[-1].field_count++;
    }
    out->left_out = list;
    out->left_out_count = (size_t)(next - list);
}

/* --- checking what is asked --- */

/* A desk is found by what their agency says of itself; it is told to nobody but them. */
static bool check_desk(struct exchange *x, const struct control_refer_ask *ask, struct error *err)
{
    if (ask->desk.size == 0)
        return true;
    if (!agency_name_ok(ask->desk) || ask->desk.size + 1 + strlen(ask->to.text) > BOUND_ADDRESS)
        return error_set(err, E_REF_04, "that is the name of no desk, or too long with that of its agency");
    return entry_reach_check_desk(x, &ask->to, ask->desk, err);
}

static bool check_ask(const struct control_refer_ask *ask, struct error *err)
{
    if (!message_kind_has(ask->kind, KIND_BEGINS))
        return error_set(err, E_REF_04, "a message of kind %s is not sent as a referral", message_kind_name(ask->kind));
    if (ask->service_count == 0 || ask->service_count > BOUND_SERVICES)
        return error_set(err, E_REF_04, "a referral asks for 1 to %d services", BOUND_SERVICES);
    for (size_t i = 0; i < ask->service_count; i++)
        if (ask->services[i] < 1 || ask->services[i] >= SERVICE_END ||
            (i > 0 && ask->services[i - 1] >= ask->services[i]))
            return error_set(err, E_REF_04, "a service is not one refex knows, or stands twice or out of order");
    if (ask->urgency < URGENCY_EMERGENCY || ask->urgency >= URGENCY_END || ask->purpose < 1 ||
        ask->purpose >= PURPOSE_END || (ask->require & ~SECTION_ALL) != 0)
        return error_set(err, E_REF_04, "urgency, purpose or required sections are not ones refex knows");
    if (ask->request_id.size > BOUND_REQUEST_ID || !text_is_utf8(ask->request_id))
        return error_set(err, E_REF_04, "a request id has at most %d bytes", BOUND_REQUEST_ID);
    return true;
}

static bool check_recipient(struct exchange *x, const struct control_refer_ask *ask, struct error *err)
{
    if (address_equal(&ask->to, membership_own(x->membership)))
        return error_set(err, E_REF_05, "%s is this agency", ask->to.text);
    if (!membership_can_link(x->membership, address_view(&ask->to)))
        return error_set(err, E_FED_48, "neither this node nor that of %s can be dialled by the other", ask->to.text);
    if (!leaving_allows(x, &ask->to, err))
        return false;
    if (membership_admits(x->membership, address_view(&ask->to), tick_closing_ms(x), NULL, err))
        return true;
    /* What passes by itself is no reason to refuse: the referral is saved and waits. */
    return hold_ends(membership_hold(x->membership, address_view(&ask->to), tick_closing_ms(x))) == HOLD_ENDS_ITSELF;
}

/* Whom to phone, and who else could help where it cannot wait. */
static bool fill_reach(struct exchange *x, const struct control_refer_ask *ask, int64_t case_number,
                       struct control_referral_result *out, struct error *err)
{
    uint32_t services = referrals_service_bits(ask->services, ask->service_count);

    return entry_reach_due(x, &ask->to, services, ask->urgency, &out->due_ms, &out->due_working_days, err) &&
           entry_reach_fill(x, &ask->to, &out->reach, err) &&
           entry_reach_not_offered(x, &ask->to, ask->desk, services, &out->not_offered, err) &&
           (ask->urgency != URGENCY_EMERGENCY ||
            entry_reach_others(x, case_number, &ask->to, services, &out->others, &out->other_count, err));
}

/* EXPIRY: unix day, the last one of its message. */
static bool fill_hold(struct exchange *x, const struct control_refer_ask *ask, uint32_t expiry,
                      struct control_referral_result *out, struct error *err)
{
    struct held held;

    if (!holds_ask(x, &ask->to, ask->kind, &held, err))
        return false;
    out->hold = held.hold;
    if (held.hold != HOLD_NONE)
        out->hold_until_ms = held.until_ms != 0 ? held.until_ms : ((int64_t)expiry + 1) * DAY_MS;
    return true;
}

/* Whether it was asked for before, under the same request id; *OUT says what became of that. */
static bool find_repeat(struct exchange *x, const struct control_refer_ask *ask, struct control_referral_result *out,
                        bool *repeated, struct error *err)
{
    struct message_row m;

    return referral_request_find(x, ask, out, &m, repeated, err) &&
           (!*repeated || m.state != MESSAGE_WAITING || m.may_have_left || fill_hold(x, ask, m.expiry, out, err));
}

/* --- making --- */

/* Decides what is sent now and what on acceptance; fails if the consent does not allow what was asked. */
static bool decide_sections(struct exchange *x, struct referral_draft *m, struct control_referral_result *out,
                            struct error *err)
{
    const struct control_refer_ask *ask = m->ask;
    section_set held;

    if (!referral_draft_survey(x, m, err))
        return false;
    if ((ask->require & ~m->survey.present) != 0)
        return fail_empty(ask->require & ~m->survey.present, err);
    held = m->survey.present & ~m->survey.covered;
    fill_held_back(x, m, out);
    fill_left_out(x, m, out);
    if (m->survey.why[SECTION_TRIAGE] == DENIAL_NEVER)
        return deny_referral(x, m, m->survey.present, DENIAL_NEVER, E_CON_27, err);
    if (m->survey.consent == NULL)
        return deny_referral(x, m, m->survey.present, referral_draft_reason(m, m->survey.present), E_CON_01, err);
    if ((ask->require & held) != 0)
        return deny_referral(x, m, ask->require & held, referral_draft_reason(m, ask->require & held), E_CON_02, err);
    if (held != 0 && !ask->partial && !ask->dry_run)
        return deny_referral(x, m, held, referral_draft_reason(m, held), E_CON_02, err);
    if (!referral_needs_fill(x, m, out, err))
        return false;
    m->now = ask->release_now ? m->survey.covered : m->survey.covered & SECTION_BIT(SECTION_TRIAGE);
    m->later = m->survey.covered & ~m->now;
    return true;
}

/* `desk.agency@federation`, where it is for one. */
static struct view write_desk(struct exchange *x, const struct control_refer_ask *ask)
{
    struct bytes *out = tick_plain(x);

    if (ask->desk.size == 0)
        return (struct view){0};
    bytes_append_view(out, ask->desk);
    bytes_printf(out, ".%s", ask->to.text);
    return bytes_view(out);
}

static struct body make_body(struct exchange *x, const struct referral_draft *m, const struct ident *referral,
                             int64_t due_ms)
{
    const struct control_refer_ask *ask = m->ask;
    struct body body = {.kind = ask->kind, .has_referral = true, .referral = *referral};
    bool names_sections =
        (m->now & SECTION_BIT(SECTION_TRIAGE)) != 0; /* else the offer would say what else she granted */

    referral_draft_add_sections(m, m->now, &body);
    body.referral_part = (struct referral_message){.urgency = ask->urgency,
                                                   .services = ask->services,
                                                   .service_count = ask->service_count,
                                                   .due_ms = due_ms,
                                                   .offered = names_sections ? m->later : 0,
                                                   .released = ask->release_now,
                                                   .desk = write_desk(x, ask)};
    return body;
}

static bool add_referral(struct exchange *x, struct referral_draft *m, const struct body *body, struct disclosure *d,
                         struct error *err)
{
    const struct control_refer_ask *ask = m->ask;
    struct referral_row row = {.id = body->referral,
                               .direction = DIRECTION_OUT,
                               .case_number = m->case_row.number,
                               .consent = m->survey.consent->row.number,
                               .urgency = ask->urgency,
                               .made_ms = tick_record_ms(x),
                               .due_ms = body->referral_part.due_ms,
                               .purpose = ask->purpose,
                               .shared = m->now,
                               .offered = m->later,
                               .released = ask->release_now,
                               .services = referrals_service_bits(ask->services, ask->service_count)};
    struct outbox_item item = {.disclosure = d, .consent = m->survey.consent->row.number};
    struct peer_row peer;

    REQUIRE(address_equal(&disclosure_of(d)->recipient, &ask->to) && disclosure_of(d)->kind == body->kind);
    REQUIRE((row.shared & row.offered) == 0 && ((row.shared | row.offered) & ~m->survey.covered) == 0);
    REQUIRE(referral_state_step(&row.state, EVENT_MADE, ACTOR_REFERRER));
    if (ask->desk.size != 0) /* as long as a name at most */
        memcpy(row.for_desk, ask->desk.at, ask->desk.size);
    if (!peers_get_or_add(x, &ask->to, &peer, err))
        return false;
    row.peer = peer.number;
    row.message = message_store_next_number(x->db);
    if (!referrals_add(x, &row, &item.referral, err))
        return false;
    item.number = row.message;
    if (!outbox_put(x, &item, err))
        return false;
    return ask->request_id.size == 0 || referral_request_put(x, m, item.referral, err);
}

static bool make_referral(struct exchange *x, struct referral_draft *m, struct control_referral_result *out,
                          struct error *err)
{
    struct disclosure *d;
    struct body body;
    enum denial denied;

    if (!name_draw_referral(x, &out->referral, err))
        return false;
    body = make_body(x, m, &out->referral, out->due_ms);
    if (!m->ask->dry_run && !tick_begin(x, err))
        return false;
    if (!referral_draft_pass_gate(x, m, &body, m->ask->purpose, &d, &denied, err))
        return false;
    if (d == NULL)
        return deny_referral(x, m, m->now, denied, E_CON_02, err);
    out->message = disclosure_of(d)->message;
    out->shared = m->now;
    out->offered = m->later;
    out->state = REFERRAL_SAVED;
    if (!m->ask->dry_run)
        return add_referral(x, m, &body, d, err);
    memset(&out->referral, 0, sizeof out->referral);
    memset(&out->message, 0, sizeof out->message);
    out->state = 0;
    return true;
}

bool exchange_refer(struct exchange *x, const struct control_refer_ask *ask, struct control_referral_result *out,
                    struct error *err)
{
    struct referral_draft m = {.ask = ask};
    uint64_t mark = tick_call_begin(x);
    bool repeated;
    bool ok;

    *out = (struct control_referral_result){0};
    if (!own_note_may_sign(x, err) || !check_ask(ask, err) || !casebook_find(x, &ask->case_id, &m.case_row, err) ||
        !fill_reach(x, ask, m.case_row.number, out, err) ||
        !case_links_list(x, &m.case_row, &out->linked, &out->linked_count, err) ||
        !find_repeat(x, ask, out, &repeated, err))
        return false;
    if (repeated)
        return true;
    if (!case_ending_takes_referral(x, &m.case_row, err) || !case_merge_check(x, &m.case_row, err) ||
        !check_recipient(x, ask, err) || !check_desk(x, ask, err) || !tick_has_room(x, err))
        return false;
    ok = decide_sections(x, &m, out, err) && make_referral(x, &m, out, err) &&
         fill_hold(x, ask, tick_message_expiry(x), out, err);
    return tick_call_end(x, mark, ok, err);
}

/* --- one that came --- */

/* An id that is known, whoever chose it, would give people two referrals by one name. */
static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    struct referral_row there;
    bool found = false;

    if (b->body->has_referral && !referral_store_find(x->db, &b->body->referral, &found, &there, err))
        return false;
    if (!b->body->has_referral)
        *why = REFUSAL_NO_REFERRAL;
    else if (found)
        *why = REFUSAL_ID_IN_USE;
    return true;
}

/* It belongs to the desk that they name. Of one that is not there, or not there any more, the name is kept, and it
 * belongs to none: whoever is on duty sees it. */
static void note_desk(const struct exchange *x, struct view named, struct referral_row *row)
{
    struct view agency;
    struct view desk;
    const struct desk_row *d = NULL;

    if (!desk_address_split(named, &desk, &agency) || desk.size == 0 ||
        !view_equal(agency, address_view(membership_own(x->membership))))
        return;
    memcpy(row->for_desk, desk.at, desk.size);
    d = desks_called(x, desk);
    row->desk = d != NULL ? d->number : 0;
}

static bool find(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                 struct error *err)
{
    const struct referral_message *r = &b->body->referral_part;
    struct referral_row row = {.id = b->body->referral,
                               .direction = DIRECTION_IN,
                               .peer = b->peer,
                               .consent = b->consent,
                               .urgency = r->urgency,
                               .made_ms = tick_record_ms(x),
                               .due_ms = r->due_ms,
                               .purpose = b->purpose,
                               .shared = b->sections,
                               .offered = r->offered,
                               .released = r->released,
                               .message = b->message,
                               .services = referrals_service_bits(r->services, r->service_count)};

    (void)consent;
    REQUIRE(referral_state_step(&row.state, EVENT_CAME, ACTOR_REFERRER));
    note_desk(x, r->desk, &row);
    return referrals_add(x, &row, referral, err);
}

const struct kind_actions kind_referral = {.check = check, .find = find, .receipted = kind_cancel_receipted};
