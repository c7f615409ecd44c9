#include "exchange/cases/referrals.h"

#include "base/log.h"
#include "base/text.h"
#include "codec/body_codec.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "store/case_store.h"

#include <string.h>

#define BODY_OVERHEAD    1024 /* bytes of a body that are not its sections, at most */
#define SECTION_OVERHEAD 32   /* bytes around the data of a section, at most */

/* A referral while it is made: what is asked, what may go, what goes now. */
struct referral_draft {
    const struct referral_ask *ask;
    struct case_row case_row;
    struct gate_survey survey;
    section_set now;   /* in this message */
    section_set later; /* on acceptance */
};

/* --- the body --- */

static uint32_t service_bits(const uint32_t *services, size_t count)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= UINT32_C(1) << services[i];
    return bits;
}

static void add_sections(struct body *body, const struct view sections[SECTION_END], section_set set)
{
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((set & SECTION_BIT(s)) != 0)
            body->sections[body->section_count++] =
                (struct body_section){.section = (enum section)s, .data = sections[s]};
}

/* Encodes the body, throws salt and message id, and asks the gate. */
static bool pass_gate(struct exchange *x, const struct body *body, const struct address *to, enum purpose purpose,
                      struct consent_entry *consent, struct disclosure **out, enum denial *denied, struct error *err)
{
    uint8_t *salt = arena_new(&x->tick_arena, SALT_SIZE);
    struct bytes *encoded = tick_plain(x);
    struct gate_ask ask = {.recipient = *to,
                           .kind = body->kind,
                           .purpose = body->section_count != 0 ? purpose : 0,
                           .consent = body->section_count != 0 ? consent : NULL,
                           .salt = salt,
                           .expiry = tick_today(x) + BOUND_EXPIRY_DAYS};
    size_t size = BODY_OVERHEAD;

    for (size_t i = 0; i < body->section_count; i++)
        size += body->sections[i].data.size + SECTION_OVERHEAD;
    if (size > BOUND_BODY)
        return error_set(err, E_REF_03, "the data is %zu bytes, over the %d that fit one message", size, BOUND_BODY);
    body_encode(body, encoded);
    random_fill(x->random, salt, SALT_SIZE);
    ident_for_message(x->random, clock_now_ms(x->clock), &ask.message);
    ask.body = bytes_view(encoded);
    return consent_gate_disclose(x, &ask, out, denied, err);
}

/* --- denying --- */

static bool record_denied(struct exchange *x, const struct address *to, enum message_kind kind, enum purpose purpose,
                          const struct consent_entry *consent, section_set sections, enum denial reason,
                          struct error *err)
{
    struct record r = {.kind = RECORD_DENIED};

    r.denied = (struct record_denied){.recipient = address_view(to),
                                      .message_kind = kind,
                                      .sections = sections,
                                      .purpose = purpose,
                                      .reason = reason};
    if (consent != NULL) {
        r.denied.has_consent = true;
        r.denied.consent = consent->row.id;
    }
    return tick_begin(x, err) && audit_append(x->audit, &r, NULL, err);
}

/* What the gate said becomes a record and a sentence; always false. */
static bool deny_referral(struct exchange *x, const struct referral_draft *m, section_set sections, enum denial reason,
                          enum error_code code, struct error *err)
{
    struct bytes names = {0};

    section_set_write(sections, &names);
    bytes_append_u8(&names, 0);
    error_clear(err);
    if (!m->ask->dry_run &&
        !record_denied(x, &m->ask->to, m->ask->kind, m->ask->purpose, m->survey.consent, sections, reason, err)) {
        bytes_fini(&names);
        return false;
    }
    error_set(err, code, "%s for %s: %s", (const char *)names.at, m->ask->to.text, denial_sentence(reason));
    bytes_fini(&names);
    return false;
}

static enum denial first_reason(const struct gate_survey *s, section_set sections)
{
    for (int i = SECTION_TRIAGE; i < SECTION_END; i++)
        if ((sections & SECTION_BIT(i)) != 0)
            return s->why[i] != 0 ? s->why[i] : DENIAL_NO_CONSENT;
    return DENIAL_NO_CONSENT;
}

static void fill_held_back(const struct referral_draft *m, struct referral_result *out)
{
    section_set held = m->survey.present & ~m->survey.covered;

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((held & SECTION_BIT(s)) != 0)
            out->held_back[out->held_back_count++] = (struct held_back){
                .section = (enum section)s, .why = m->survey.why[s] != 0 ? m->survey.why[s] : DENIAL_NO_CONSENT};
}

static void fill_left_out(const struct referral_draft *m, struct referral_result *out)
{
    const struct gate_survey *s = &m->survey;

    for (size_t i = 0; i < s->left_out_count; i++) {
        enum section section = FIELD_REF_SECTION(s->left_out[i]);
        struct left_out *last = out->left_out_count != 0 ? &out->left_out[out->left_out_count - 1] : NULL;

        if (last == NULL || last->section != section) {
            last = &out->left_out[out->left_out_count++];
            *last = (struct left_out){.section = section, .fields = &s->left_out[i]};
        }
        last->field_count++;
    }
}

/* Opens the case and asks what of it may go. */
static bool survey_case(struct exchange *x, struct referral_draft *m, struct error *err)
{
    struct view sections[SECTION_END];

    return casebook_open(x, &m->case_row, sections, err) &&
           consent_gate_survey(x, m->case_row.number, &m->ask->to, m->ask->purpose, sections, &m->survey, err);
}

/* --- making --- */

static bool check_ask(const struct referral_ask *ask, struct error *err)
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

static bool check_recipient(struct exchange *x, const struct referral_ask *ask, struct error *err)
{
    if (address_equal(&ask->to, membership_own(x->membership)))
        return error_set(err, E_REF_05, "%s is this agency", ask->to.text);
    return membership_admits(x->membership, address_view(&ask->to), clock_now_ms(x->clock), NULL, err);
}

/* Whether a referral is what ASK asks for: the same request id for anything else is a mistake that must be heard. */
static bool is_same_ask(struct exchange *x, const struct referral_ask *ask, const struct referral_row *row, bool *same,
                        struct error *err)
{
    struct peer_row peer;
    struct case_row c;
    bool found;

    if (!peer_store_get(x->db, row->peer, &found, &peer, err))
        return false;
    *same = found && address_equal(&peer.agency, &ask->to);
    if (!case_store_get(x->db, row->case_number, &found, &c, err))
        return false;
    *same = *same && found && ident_equal(&c.id, &ask->case_id) && row->kind == ask->kind &&
            row->urgency == ask->urgency && row->purpose == ask->purpose &&
            row->services == service_bits(ask->services, ask->service_count);
    return true;
}

static bool find_repeat(struct exchange *x, const struct referral_ask *ask, struct referral_result *out, bool *repeated,
                        struct error *err)
{
    struct referral_row row;
    struct message_row message;
    int64_t number;
    bool same;

    *repeated = false;
    if (ask->request_id.size == 0)
        return true;
    if (!request_store_find(x->db, ask->request_id, repeated, &number, err))
        return false;
    if (!*repeated)
        return true;
    if (!referral_store_get(x->db, number, repeated, &row, err) ||
        !message_store_get(x->db, row.message, repeated, &message, err) || !is_same_ask(x, ask, &row, &same, err))
        return false;
    if (!same)
        return error_set(err, E_REF_09, "the request id was used for another referral");
    out->referral = row.id;
    out->message = message.id;
    out->state = row.state;
    out->shared = row.shared;
    out->offered = row.offered;
    out->repeated = true;
    return true;
}

/* What may go now, and what on acceptance; or why nothing may. */
static bool decide_sections(struct exchange *x, struct referral_draft *m, struct referral_result *out,
                            struct error *err)
{
    const struct referral_ask *ask = m->ask;
    section_set held;

    if (!survey_case(x, m, err))
        return false;
    held = m->survey.present & ~m->survey.covered;
    fill_held_back(m, out);
    fill_left_out(m, out);
    if ((ask->require & ~m->survey.present) != 0)
        return error_set(err, E_REF_06, "a section that is required holds nothing in this case");
    if (m->survey.covered == 0)
        return deny_referral(x, m, m->survey.present, first_reason(&m->survey, m->survey.present), E_CON_01, err);
    if ((ask->require & held) != 0)
        return deny_referral(x, m, ask->require & held, first_reason(&m->survey, ask->require & held), E_CON_02, err);
    if (held != 0 && !ask->partial && !ask->dry_run)
        return deny_referral(x, m, held, first_reason(&m->survey, held), E_CON_02, err);
    m->now = ask->release_now ? m->survey.covered : m->survey.covered & SECTION_BIT(SECTION_TRIAGE);
    m->later = m->survey.covered & ~m->now;
    return true;
}

static struct body make_body(struct exchange *x, const struct referral_draft *m, const struct ident *referral)
{
    const struct referral_ask *ask = m->ask;
    struct body body = {.kind = ask->kind, .has_referral = true, .referral = *referral};

    add_sections(&body, m->survey.data, m->now);
    body.referral_part = (struct referral_message){.urgency = ask->urgency,
                                                   .services = ask->services,
                                                   .service_count = ask->service_count,
                                                   .due_ms = clock_now_ms(x->clock) + urgency_due_ms(ask->urgency),
                                                   .offered = m->later,
                                                   .released = ask->release_now};
    return body;
}

static bool add_referral(struct exchange *x, struct referral_draft *m, const struct body *body, struct disclosure *d,
                         struct error *err)
{
    const struct referral_ask *ask = m->ask;
    struct referral_row row = {.id = body->referral,
                               .direction = DIRECTION_OUT,
                               .case_number = m->case_row.number,
                               .consent = m->survey.consent->row.number,
                               .kind = ask->kind,
                               .urgency = ask->urgency,
                               .made_ms = clock_now_ms(x->clock),
                               .due_ms = body->referral_part.due_ms,
                               .state = REFERRAL_SAVED,
                               .purpose = ask->purpose,
                               .shared = m->now,
                               .offered = m->later,
                               .services = service_bits(ask->services, ask->service_count)};
    struct outbox_item item = {.disclosure = d, .consent = m->survey.consent->row.number};
    struct peer_row peer;

    if (!peers_get_or_add(x, &ask->to, &peer, err))
        return false;
    row.peer = peer.number;
    if (!message_store_next_number(x->db, &row.message, err) || !referral_store_add(x->db, &row, &item.referral, err))
        return false;
    item.number = row.message;
    if (!outbox_put(x, &item, err))
        return false;
    return ask->request_id.size == 0 ||
           request_store_add(x->db, ask->request_id, item.referral, clock_now_ms(x->clock), err);
}

static bool make_referral(struct exchange *x, struct referral_draft *m, struct referral_result *out, struct error *err)
{
    struct disclosure *d;
    struct body body;
    enum denial denied;

    ident_random(x->random, &out->referral);
    body = make_body(x, m, &out->referral);
    if (!m->ask->dry_run && !tick_begin(x, err))
        return false;
    if (!pass_gate(x, &body, &m->ask->to, m->ask->purpose, m->survey.consent, &d, &denied, err))
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

bool exchange_refer(struct exchange *x, const struct referral_ask *ask, struct referral_result *out, struct error *err)
{
    struct referral_draft m = {.ask = ask};
    uint64_t mark = tick_mark(x);
    bool repeated;
    bool ok;

    *out = (struct referral_result){0};
    if (!check_ask(ask, err) || !find_repeat(x, ask, out, &repeated, err))
        return false;
    if (repeated)
        return true;
    if (!check_recipient(x, ask, err) || !casebook_find(x, &ask->case_id, &m.case_row, err) || !tick_has_room(x, err))
        return false;
    x->dry_run = ask->dry_run;
    ok = decide_sections(x, &m, out, err) && make_referral(x, &m, out, err);
    x->dry_run = false;
    return tick_ended(x, mark, ok, err);
}

/* --- releasing on acceptance --- */

/* As many of LEFT, in their order, as fit one message: each alone does (BOUND_SECTION). */
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

/* One message of the release: these sections. What the gate denies is recorded, and the others still go. */
static bool release_batch(struct exchange *x, struct referral_draft *m, struct referral_row *row, section_set some,
                          struct error *err)
{
    struct body body = {.kind = MESSAGE_RELEASE, .has_referral = true, .referral = row->id};
    struct outbox_item item = {.referral = row->number, .consent = m->survey.consent->row.number};
    struct disclosure *d;
    enum denial denied;

    add_sections(&body, m->survey.data, some);
    if (!pass_gate(x, &body, &m->ask->to, row->purpose, m->survey.consent, &d, &denied, err))
        return false;
    if (d == NULL)
        return record_denied(x, &m->ask->to, MESSAGE_RELEASE, row->purpose, m->survey.consent, some, denied, err);
    item.disclosure = d;
    row->shared |= some;
    row->consent = item.consent;
    return message_store_next_number(x->db, &item.number, err) && outbox_put(x, &item, err);
}

static bool release_sections(struct exchange *x, struct referral_row *row, const struct address *to, struct error *err)
{
    struct referral_ask ask = {.to = *to, .kind = MESSAGE_RELEASE, .purpose = row->purpose};
    struct referral_draft m = {.ask = &ask};
    bool found;

    if (row->offered == 0 || row->case_number == 0)
        return true;
    if (!case_store_get(x->db, row->case_number, &found, &m.case_row, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the case of a referral is missing");
    if (!survey_case(x, &m, err))
        return false;
    m.now = row->offered & m.survey.covered;
    if (m.now != row->offered &&
        !record_denied(x, to, MESSAGE_RELEASE, row->purpose, m.survey.consent, row->offered & ~m.now,
                       first_reason(&m.survey, row->offered & ~m.now), err))
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

/* --- what comes in --- */

static bool add_incoming(struct exchange *x, const struct received_body *a, int64_t *number, struct error *err)
{
    const struct referral_message *r = &a->body->referral_part;
    struct referral_row row = {.id = a->body->referral,
                               .direction = DIRECTION_IN,
                               .peer = a->peer,
                               .consent = a->consent,
                               .kind = a->body->kind,
                               .urgency = r->urgency,
                               .made_ms = clock_now_ms(x->clock),
                               .due_ms = r->due_ms,
                               .state = REFERRAL_DELIVERED,
                               .purpose = a->purpose,
                               .shared = a->sections,
                               .offered = r->offered,
                               .message = a->message,
                               .services = service_bits(r->services, r->service_count)};
    bool found;
    struct referral_row there;

    if (!referral_store_find(x->db, &row.id, &found, &there, err))
        return false;
    if (!found)
        return referral_store_add(x->db, &row, number, err);
    log_line(LOG_WARNING, "event=referral.id_known peer=%s", a->sender->text);
    return true; /* an id that is taken here: the message is kept, the first referral stands */
}

/* The referral of this id, if it is between us and that peer in DIRECTION. */
static bool find_between(struct exchange *x, const struct received_body *a, enum direction direction, bool *found,
                         struct referral_row *row, struct error *err)
{
    *found = false;
    if (!a->body->has_referral)
        return true;
    if (!referral_store_find(x->db, &a->body->referral, found, row, err))
        return false;
    *found = *found && row->peer == a->peer && row->direction == direction;
    return true;
}

static bool find_consent(struct exchange *x, const struct received_body *a, int64_t *consent, struct error *err)
{
    bool erasure = a->body->kind == MESSAGE_ERASURE_STATEMENT;
    const struct ident *id = erasure ? &a->body->erasure.consent : &a->body->withdrawal.consent;
    struct consent_row row;
    bool found;

    if (!consent_store_find(x->db, id, &found, &row, err))
        return false;
    if (found && address_equal(erasure ? &row.recipient : &row.agency, a->sender))
        *consent = row.number;
    return true;
}

bool referrals_resolve(struct exchange *x, const struct received_body *a, int64_t *referral, int64_t *consent,
                       struct error *err)
{
    enum direction direction = a->body->kind == MESSAGE_REPLY ? DIRECTION_OUT : DIRECTION_IN;
    struct referral_row row;
    bool found;

    if (message_kind_has(a->body->kind, KIND_BEGINS))
        return !a->body->has_referral || add_incoming(x, a, referral, err);
    if (a->body->kind == MESSAGE_WITHDRAWAL || a->body->kind == MESSAGE_ERASURE_STATEMENT)
        return find_consent(x, a, consent, err);
    if (!find_between(x, a, direction, &found, &row, err))
        return false;
    if (found)
        *referral = row.number;
    return true;
}

static bool take_release(struct exchange *x, const struct received_body *a, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!find_between(x, a, DIRECTION_IN, &found, &row, err))
        return false;
    if (!found)
        return true; /* of no referral between us: kept and receipted, and nothing follows from it */
    row.shared |= a->sections;
    row.offered &= ~a->sections;
    row.consent = a->consent != 0 ? a->consent : row.consent;
    row.purpose = row.purpose != 0 ? row.purpose : a->purpose; /* of the first sections that came */
    return referral_store_update(x->db, &row, err);
}

static bool take_reply(struct exchange *x, const struct received_body *a, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!find_between(x, a, DIRECTION_OUT, &found, &row, err))
        return false;
    if (!found || row.state != REFERRAL_SAVED)
        return true; /* not ours, or answered already: the first answer counts */
    row.state = a->body->reply.state;
    if (row.state == REFERRAL_ACCEPTED && !release_sections(x, &row, a->sender, err))
        return false;
    if (row.state == REFERRAL_DECLINED)
        row.offered = 0;
    return referral_store_update(x->db, &row, err);
}

bool referrals_apply(struct exchange *x, const struct received_body *a, struct error *err)
{
    switch (a->body->kind) {
    case MESSAGE_RELEASE:
        return take_release(x, a, err);
    case MESSAGE_REPLY:
        return take_reply(x, a, err);
    case MESSAGE_WITHDRAWAL:
        return withdrawal_receive(x, a->sender, &a->body->withdrawal, err);
    case MESSAGE_ERASURE_STATEMENT:
        return withdrawal_receive_statement(x, a->sender, &a->body->erasure, err);
    default:
        return true; /* kept and receipted; shown to people when their step is built */
    }
}

struct stop_walk {
    struct exchange *x;
    enum referral_state state;
    section_set sections;
};

static bool stop_referral(void *cookie, const struct message_row *m, struct error *err)
{
    struct stop_walk *s = cookie;
    struct referral_row row;
    bool found;

    if (m->referral == 0)
        return true;
    if (!referral_store_get(s->x->db, m->referral, &found, &row, err))
        return false;
    if (!found)
        return true;
    s->sections |= row.shared;
    if (row.state == s->state)
        return true;
    row.state = s->state;
    row.offered = 0;
    return referral_store_update(s->x->db, &row, err);
}

bool referrals_stop(struct exchange *x, int64_t consent, enum referral_state state, section_set *sections,
                    struct error *err)
{
    struct stop_walk s = {.x = x, .state = state};

    if (!message_store_walk_consent(x->db, consent, stop_referral, &s, err))
        return false;
    *sections = s.sections;
    return true;
}
