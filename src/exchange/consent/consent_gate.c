#include "exchange/consent/consent_gate.h"

#include "codec/case_codec.h"
#include "codec/referral_messages.h"
#include "crypto/commit.h"
#include "exchange/access/exclusions.h"
#include "exchange/cases/case_came.h"
#include "exchange/consent/body_contents.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/members/holds.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/settling.h"
#include "model/case_fields.h"

#include <string.h>

struct disclosure {
    struct disclosed passed;
    struct body_contents holds; /* decoded from the body that passed */
};

const struct disclosed *disclosure_of(const struct disclosure *d)
{
    return &d->passed;
}

static section_set covered_by(const struct consent_entry *c, const struct consent_question *q, enum denial *why)
{
    return consent_covers(&c->receipt.header, c->grants, c->grant_count, q, why);
}

/* Data given to police or courts cannot be called back: the consent must record that this was explained to her. */
static bool irreversible_holds(struct exchange *x, const struct consent_entry *c, const struct address *recipient)
{
    struct peer peer;

    return c->receipt.given.told_irreversible || (membership_find_peer(x->membership, address_view(recipient), &peer) &&
                                                  !agency_kind_is_irreversible(peer.member->kind));
}

/* Contact details are sent only together with a rule for contacting her safely, and with every such rule in the case.
 * WHOLE is about all that the case holds, Q about what may be sent of it. */
static section_set contact_rule(section_set covered, const struct consent_question *whole,
                                const struct consent_question *q, enum denial why[SECTION_END])
{
    if ((covered & SECTION_BIT(SECTION_CONTACT)) == 0 ||
        case_fields_keep_safe_contact(whole->fields, whole->field_count, q->fields, q->field_count))
        return covered;
    why[SECTION_CONTACT] = DENIAL_CONTACT_RULE;
    return covered & ~SECTION_BIT(SECTION_CONTACT);
}

/* The permission of a message, with or without sections, asked when it is made and each time it is released: 0 where C
 * stands by the log, is the one that the log commits to, has not ended, and permits what Q asks; else the reason. C may
 * be NULL. Q's recipient is the agency that C must be for. The receiver asks consent_permits of what came
 * (incoming_consent.c). */
static enum denial consent_denial(const struct exchange *x, const struct consent_entry *c,
                                  const struct consent_question *q)
{
    enum denial denied;

    if (c == NULL)
        return DENIAL_NO_CONSENT;
    denied = consent_agreement_denial(x, &c->row);
    if (denied != 0)
        return denied;
    if (c->said_no)
        return DENIAL_REFUSED;
    if (!c->matches_log)
        return DENIAL_LOG_MISMATCH;
    if (c->no_unknown)
        return DENIAL_LOG_MISMATCH;
    if (!view_equal(address_view(&c->row.recipient), q->recipient))
        return DENIAL_NO_CONSENT;
    return consent_permits(&c->receipt.header, c->grants, c->grant_count, q);
}

struct survey {
    int64_t under; /* number of the only consent that counts; 0: any does */
    struct exchange *x;
    const struct address *recipient;
    struct consent_question question;
    struct case_came came;
    struct gate_survey *out;
    uint32_t *left_out; /* of the best consent so far */
    size_t left_out_count;
    enum denial none; /* the reason when no consent stands: that of her newest answer */
    unsigned best;    /* sections covered by the best consent so far */
};

static unsigned count_bits(section_set s)
{
    return (unsigned)__builtin_popcount(s);
}

/* The fields of Q without those in LEFT_OUT; both lists ascend. */
static size_t fields_without(const struct consent_question *q, const uint32_t *left_out, size_t count, uint32_t *rest)
{
    size_t n = 0;
    size_t at = 0;

    for (size_t i = 0; i < q->field_count; i++) {
        if (at < count && left_out[at] == q->fields[i])
            at++;
        else
            rest[n++] = q->fields[i];
    }
    return n;
}

/* Sections of which nothing is left, since some of it came after the consent of that record. */
static section_set emptied(const struct survey *s, uint64_t record_index, const struct consent_question *left,
                           enum denial why[SECTION_END])
{
    section_set came = 0;

    for (size_t i = 0; i < s->question.field_count; i++)
        if (case_came_later(&s->came, s->question.fields[i], record_index))
            came |= SECTION_BIT(FIELD_REF_SECTION(s->question.fields[i]));
    for (size_t i = 0; i < left->field_count; i++)
        came &= ~SECTION_BIT(FIELD_REF_SECTION(left->fields[i]));
    for (int i = SECTION_TRIAGE; i < SECTION_END; i++)
        if ((came & SECTION_BIT(i)) != 0)
            why[i] = DENIAL_CAME_LATER;
    return came;
}

static bool survey_consent(void *cookie, const struct consent_row *row, struct error *err)
{
    struct survey *s = cookie;
    struct consent_entry *entry;
    struct consent_question left = s->question;
    uint32_t left_out[CONSENT_FIELDS];
    uint32_t rest[CONSENT_FIELDS];
    enum denial why[SECTION_END] = {0};
    section_set covered;
    enum denial denied;
    size_t count;

    if (!address_equal(&row->recipient, s->recipient) || (s->under != 0 && row->number != s->under))
        return true;
    denied = consent_agreement_denial(s->x, row);
    if (denied != 0) { /* what has ended is not opened */
        s->none = denied;
        return true;
    }
    if (!consent_book_get_of(s->x, row, &entry, err))
        return false;
    denied = consent_denial(s->x, entry, &s->question);
    if (denied == 0 && !irreversible_holds(s->x, entry, s->recipient))
        denied = DENIAL_IRREVERSIBLE;
    if (denied != 0) {
        s->none = denied;
        return true;
    }
    count = consent_left_out(&entry->receipt.header, entry->grants, entry->grant_count, &s->question, left_out);
    count =
        case_came_leave_out(&s->came, row->record_index, s->question.fields, s->question.field_count, left_out, count);
    left.fields = rest;
    left.field_count = fields_without(&s->question, left_out, count, rest);
    covered = covered_by(entry, &left, why);
    covered &= ~emptied(s, row->record_index, &left, why);
    covered = contact_rule(covered, &s->question, &left, why);
    if (s->out->consent != NULL && count_bits(covered) < s->best)
        return true; /* of two that cover as much, the newer one */
    s->best = count_bits(covered);
    s->out->consent = entry;
    s->out->covered = covered;
    memcpy(s->out->why, why, sizeof why);
    memcpy(s->left_out, left_out, count * sizeof *left_out);
    s->left_out_count = count;
    return true;
}

/* Fills DATA of each covered section: all of it, or a copy without the fields left out. */
static bool strip_left_out(struct survey *s, const struct view sections[SECTION_END], struct error *err)
{
    struct gate_survey *out = s->out;
    size_t at = 0;

    out->left_out = s->left_out;
    for (int i = SECTION_TRIAGE; i < SECTION_END; i++) {
        const uint32_t *fields = s->left_out + at;
        struct bytes *rest;
        size_t n = 0;
        bool empty;

        while (at < s->left_out_count && FIELD_REF_SECTION(s->left_out[at]) == (enum section)i) {
            at++;
            n++;
        }
        if ((out->covered & SECTION_BIT(i)) == 0)
            continue;
        out->data[i] = sections[i];
        if (n == 0)
            continue;
        rest = tick_plain(s->x);
        if (!case_section_without((enum section)i, sections[i], fields, n, rest, &empty, err))
            return false;
        out->data[i] = bytes_view(rest);
        memmove(s->left_out + out->left_out_count, fields, n * sizeof *fields);
        out->left_out_count += n;
    }
    return true;
}

/* Asks about all of SECTIONS. */
static bool fill_question(struct survey *s, enum purpose purpose, const struct view sections[SECTION_END],
                          struct error *err)
{
    struct exchange *x = s->x;
    struct body_contents whole;

    s->left_out = arena_new(&x->tick_arena, CONSENT_FIELDS * sizeof *s->left_out);
    *s->out = (struct gate_survey){0};
    body_contents_init(&whole, &x->tick_arena, SECTION_END);
    for (int i = SECTION_TRIAGE; i < SECTION_END; i++)
        if (sections[i].size != 0 && !body_contents_add(&whole, (enum section)i, sections[i], err))
            return false;
    s->out->present = whole.sections;
    s->question = (struct consent_question){.recipient = address_view(s->recipient),
                                            .sender = address_view(membership_own(x->membership)),
                                            .purpose = purpose,
                                            .today = tick_closing_day(x),
                                            .sections = whole.sections,
                                            .fields = whole.fields,
                                            .field_count = whole.field_count,
                                            .outcomes = whole.outcomes};
    return true;
}

bool consent_gate_survey_outside(struct exchange *x, const struct consent_row *row,
                                 const struct view sections[SECTION_END], struct gate_survey *out, enum denial *denied,
                                 struct error *err)
{
    struct survey s = {.x = x, .recipient = membership_own(x->membership), .out = out, .none = DENIAL_NO_CONSENT};
    struct consent_entry *entry;

    *out = (struct gate_survey){0};
    *denied = consent_agreement_denial(x, row);
    if (*denied != 0) /* what has ended is not opened */
        return true;
    if (!consent_book_get_of(x, row, &entry, err) || !case_came_read(x, row->case_number, &s.came, err) ||
        !fill_question(&s, consent_entry_purpose(entry), sections, err))
        return false;
    if (entry->receipt.given.outside.size == 0 || !entry->receipt.given.told_irreversible) {
        *denied = entry->matches_log ? DENIAL_NO_CONSENT : DENIAL_LOG_MISMATCH;
        return true;
    }
    if (!survey_consent(&s, row, err))
        return false;
    *denied = out->consent == NULL ? s.none : 0;
    return strip_left_out(&s, sections, err);
}

bool consent_gate_survey(struct exchange *x, int64_t case_number, int64_t under, const struct address *recipient,
                         enum purpose purpose, const struct view sections[SECTION_END], struct gate_survey *out,
                         struct error *err)
{
    struct survey s = {.x = x, .under = under, .recipient = recipient, .out = out, .none = DENIAL_NO_CONSENT};
    bool never;

    if (!fill_question(&s, purpose, sections, err) ||
        !exclusions_deny(x, case_number, address_view(recipient), &never, err) ||
        !case_came_read(x, case_number, &s.came, err))
        return false;
    if (never)
        s.none = DENIAL_NEVER;
    else if (!consent_book_walk_case(x, case_number, survey_consent, &s, err))
        return false;
    if (out->consent == NULL)
        for (int i = SECTION_TRIAGE; i < SECTION_END; i++)
            out->why[i] = s.none;
    return strip_left_out(&s, sections, err);
}

/* Applies the rule as the receiver will; 0: all is covered. */
static enum denial uncovered_denial(const struct gate_ask *ask, const struct body_contents *h,
                                    const struct consent_question *q)
{
    enum denial why[SECTION_END] = {0};
    section_set covered = contact_rule(covered_by(ask->consent, q, why), q, q, why);

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((h->sections & ~covered & SECTION_BIT(s)) != 0)
            return why[s] != 0 ? why[s] : DENIAL_NO_CONSENT;
    return 0;
}

/* What her consent does not decide: a person here said that nothing of her case leaves for this agency, or something
 * came into the case after she agreed. 0: neither. */
static bool find_case_denial(struct exchange *x, const struct gate_ask *ask, const struct body_contents *h,
                             enum denial *denied, struct error *err)
{
    const struct consent_row *row = ask->consent != NULL ? &ask->consent->row : NULL;
    struct case_came came;
    bool never = false;

    *denied = 0;
    if (row == NULL)
        return true;
    if (!exclusions_deny(x, row->case_number, address_view(&ask->recipient), &never, err) ||
        !case_came_read(x, row->case_number, &came, err))
        return false;
    if (never)
        *denied = DENIAL_NEVER;
    for (size_t i = 0; *denied == 0 && i < h->field_count; i++)
        if (case_came_later(&came, h->fields[i], row->record_index))
            *denied = DENIAL_CAME_LATER;
    return true;
}

static enum denial find_denial(struct exchange *x, const struct gate_ask *ask, const struct body_contents *h)
{
    struct consent_question q = {.recipient = address_view(&ask->recipient),
                                 .sender = address_view(membership_own(x->membership)),
                                 .purpose = ask->purpose,
                                 .today = tick_closing_day(x),
                                 .sections = h->sections,
                                 .fields = h->fields,
                                 .field_count = h->field_count,
                                 .outcomes = h->outcomes};
    enum denial denied = holds_denial(x, &ask->recipient, ask->kind);

    if (denied != 0)
        return denied;
    if (!message_kind_needs_permission(ask->kind, h->sections != 0))
        return 0;
    denied = consent_denial(x, ask->consent, &q);
    if (denied == 0 && !irreversible_holds(x, ask->consent, &ask->recipient))
        denied = DENIAL_IRREVERSIBLE;
    return denied != 0 ? denied : uncovered_denial(ask, h, &q);
}

/* What is owed to an agency that cannot be reached, and needs no permission of hers, is put all the same:
 * it waits, is asked about again before each release, and is a person's to tell. */
static bool waits_for_a_person(const struct gate_ask *ask, const struct body_contents *h, enum denial denied)
{
    return ask->may_wait && settling_is_for_a_person(ask->kind, denied) &&
           !message_kind_needs_permission(ask->kind, h->sections != 0);
}

bool consent_gate_disclose(struct exchange *x, const struct gate_ask *ask, struct disclosure **out, enum denial *denied,
                           struct error *err)
{
    struct body body;
    struct disclosure *d;
    struct body_contents h;
    bool permitted;

    *out = NULL;
    REQUIRE(x->in_transaction || ask->dry_run || x->committed);
    if (!body_decode(ask->body, &x->tick_arena, &body, err) || !body_contents_list(&body, &x->tick_arena, &h, err))
        return error_wrap(err, "the body that was to leave");
    if (body.kind != ask->kind)
        return error_set(err, E_BUG_01, "a body of another kind came to the gate");
    if (!find_case_denial(x, ask, &h, denied, err))
        return false;
    if (*denied == 0)
        *denied = find_denial(x, ask, &h);
    if (*denied != 0 && !waits_for_a_person(ask, &h, *denied))
        return true;
    *denied = 0;
    permitted = message_kind_needs_permission(ask->kind, h.sections != 0);
    d = arena_new(&x->tick_arena, sizeof *d);
    d->holds = h;
    d->passed = (struct disclosed){.message = ask->message,
                                   .recipient = ask->recipient,
                                   .kind = ask->kind,
                                   .sections = h.sections,
                                   .purpose = permitted ? ask->purpose : 0,
                                   .consent = permitted ? ask->consent : NULL,
                                   .body = ask->body,
                                   .salt = ask->salt,
                                   .expiry = ask->expiry,
                                   .is_emergency = message_kind_has(body.kind, KIND_BEGINS) &&
                                                   body.referral_part.urgency == URGENCY_EMERGENCY};
    commit_body(ask->salt, ask->body, &d->passed.commitment);
    *out = d;
    return true;
}

bool consent_gate_recheck(struct exchange *x, const struct disclosure *d, enum denial *denied, struct error *err)
{
    const struct disclosed *p = &d->passed;
    struct gate_ask ask = {.recipient = p->recipient, .kind = p->kind, .purpose = p->purpose, .consent = p->consent};

    REQUIRE(x->committed);
    if (!find_case_denial(x, &ask, &d->holds, denied, err))
        return false;
    if (*denied == 0)
        *denied = find_denial(x, &ask, &d->holds);
    return true;
}
