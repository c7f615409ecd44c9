#include "codec/rules.h"

#include <stdlib.h>
#include <string.h>

#include "codec/control_messages.h"
#include "codec/entry_messages.h"
#include "codec/membership_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "model/codes.h"
#include "model/consent.h"
#include "model/directory.h"
#include "model/endpoint.h"
#include "model/envelope.h"
#include "model/inquiry.h"
#include "model/message_kind.h"
#include "model/record.h"
#include "model/referral.h"
#include "model/spoken_id.h"

static bool refuse(struct error *err, const char *why)
{
    return error_set(err, E_BYT_03, "%s", why);
}

/* --- audit.proto --- */

bool rules_record(const struct record *r, struct error *err)
{
    switch (r->kind) {
    case RECORD_RECEIVED:
    case RECORD_REFUSED:
        return (r->received.outcome == OUTCOME_STORED) == (r->kind == RECORD_RECEIVED) ||
               refuse(err, "the outcome is not one of its kind");
    case RECORD_WITHHELD:
    case RECORD_EXPIRED:
        return (r->withheld.reason != 0) == (r->kind == RECORD_WITHHELD) ||
               refuse(err, "what is withheld has a reason, and what is expired none");
    case RECORD_CONSENT:
    case RECORD_WITHDRAWN:
        return (r->consent.state < CONSENT_STOP) == (r->kind == RECORD_CONSENT) ||
               refuse(err, "the state is not one of its kind");
    case RECORD_INCARNATION:
        return r->index == 0 || refuse(err, "an incarnation begins in the middle of a log");
    case RECORD_FORK:
    case RECORD_UNLINKED:
        return r->notes.second.size != 0 || refuse(err, "the second note is missing");
    case RECORD_WITNESSED:
    case RECORD_HOUSE:
        return r->notes.second.size == 0 || refuse(err, "a second note");
    default:
        return record_kind_is_house(r->kind) || r->kind < RECORD_EXCHANGE_END ||
               refuse(err, "a kind without a meaning");
    }
}

bool rules_disclosed(const struct record_disclosed *d, struct error *err)
{
    bool personal = message_kind_needs_permission(d->message_kind, d->sections != 0);

    if (!personal &&
        (d->purpose != 0 || d->has_consent || d->basis.size != 0 || d->ground.size != 0 || d->has_approver))
        return refuse(err, "needs no permission, yet has a purpose, consent, basis, ground or approver");
    if (personal && (d->purpose == 0 || d->basis.size == 0))
        return refuse(err, "needs a permission, yet has no purpose or no basis");
    return !d->has_consent || !d->has_approver || refuse(err, "a consent and an approver");
}

bool rules_erased(const struct record_erased *e, struct error *err)
{
    bool kept = e->result == ERASURE_KEPT;

    if ((e->kept != 0) != kept || (e->ground.size != 0) != kept || (!kept && e->until != 0))
        return refuse(err, "what is kept, its ground and its day do not go together");
    return e->result != ERASURE_NOTHING_HELD || e->erased == 0 || refuse(err, "nothing was held, yet something erased");
}

bool rules_settled(const struct record_settled *s, struct error *err)
{
    bool has_result = s->what == OWED_WITHDRAWAL && s->how == SETTLED_ANSWERED;
    bool by_record = s->how == SETTLED_ANSWERED || s->how == SETTLED_REFUSED;

    if (s->has_leaf != by_record || (s->index != 0 && !s->has_leaf) || (s->result != 0) != has_result ||
        (s->reason != 0) != (s->how == SETTLED_CLOSED))
        return refuse(err, "the leaf, the result or the reason does not go with how it ended");
    if (s->what == OWED_WITHDRAWAL && (s->how == SETTLED_REFUSED || s->how == SETTLED_ERASED || s->how == SETTLED_LOST))
        return refuse(err, "a withdrawal ends by a statement or by a person");
    if (s->reason == CLOSING_EXPLAINED && s->what != OWED_WITHDRAWAL)
        return refuse(err, "what became of data is explained after a withdrawal only");
    return !owed_is_about_consent(s->what) || s->step == CONSENT_STOP || s->step == CONSENT_ERASE ||
           refuse(err, "a withdrawal stops or erases");
}

bool rules_taken(const struct record_taken *t, struct error *err)
{
    return (t->state != CONSENT_RENEWED && t->state != CONSENT_REFUSED) ||
           refuse(err, "a consent of another agency is taken over, stopped or erased");
}

bool rules_access(const struct record_access *a, struct error *err)
{
    return (a->until_ms != 0) != (a->review != 0) ||
           refuse(err, "an opened case with neither an end nor a review, or both");
}

bool rules_incident(const struct record_incident *i, struct error *err)
{
    return (i->ending != 0) == (i->told != 0) || refuse(err, "an incident ends with both, or is open with neither");
}

bool rules_staff(const struct record_staff *s, struct error *err)
{
    bool is_auditor = (s->roles & STAFF_ROLE_BIT(STAFF_AUDITOR)) != 0;

    return (is_auditor == (s->until != 0) && (is_auditor || (s->scope_logs | s->scope_from | s->scope_until) == 0)) ||
           refuse(err, "an auditor has a last day and a scope, and nobody else has");
}

bool rules_desk(const struct record_desk *d, struct error *err)
{
    return ((d->step == DESK_SET) == (d->visibility != 0) &&
            d->has_staff == (d->step != DESK_SET && d->step != DESK_ENDED) &&
            (d->step == DESK_ON_DUTY) == (d->until_ms != 0)) ||
           refuse(err, "a desk with more than this step says of it, or less");
}

/* --- consent.proto --- */

/* Always as many: their number would reveal how many grants there are. */
#define COMMITMENTS_SIZE ((BOUND_GRANTS - 1) * HASH_SIZE)

bool rules_consent_given(const struct consent_given *g, struct error *err)
{
    return language_find(g->language) != 0 || refuse(err, "the language is in no list");
}

bool rules_grant(const struct grant *g, struct error *err)
{
    if (g->sections == 0 && g->excluded_count != 0)
        return refuse(err, "a grant without sections excludes fields");
    return (g->onward == ONWARD_NAMED) == (g->named_count != 0) ||
           refuse(err, "agencies named for onward sharing are missing, or there although none may be");
}

bool rules_shown_grant(const struct shown_grant *s, struct error *err)
{
    return (s->place == 0) == (s->grant.sections == 0) ||
           refuse(err, "the grant at place 0, and no other, is without sections");
}

bool rules_consent_receipt(const struct consent_receipt *c, struct error *err)
{
    static const uint8_t zeros[HASH_SIZE];
    bool rest = memcmp(c->rest.at, zeros, sizeof zeros) != 0;
    bool salt = memcmp(c->salt_w, zeros, sizeof zeros) != 0;

    if (consent_receipt_is_closed(c))
        return (rest && !salt && c->given_bytes.size == 0 && c->shown_count == 1 && c->shown[0].place == 0) ||
               refuse(err, "a closed receipt shows the grant without sections, and nothing else");
    if (rest || c->g.size != COMMITMENTS_SIZE)
        return refuse(err, "an open receipt has all commitments, and no hash in their place");
    return (salt && c->given_bytes.size != 0) || refuse(err, "an open receipt says how the consent was given");
}

/* --- directory.proto --- */

bool rules_directory(const struct directory *d, struct error *err)
{
    struct ident *all;
    size_t count = 0;
    bool ok = true;

    for (size_t i = 0; i < d->member_count; i++)
        count += d->members[i].node_count;
    all = xnew((count + 1) * sizeof *all);
    count = 0;
    for (size_t i = 0; i < d->member_count; i++)
        for (size_t k = 0; k < d->members[i].node_count; k++)
            all[count++] = d->members[i].nodes[k];
    qsort(all, count, sizeof *all, ident_order);
    for (size_t i = 1; ok && i < count; i++)
        ok = !ident_equal(&all[i - 1], &all[i]);
    free(all);
    return ok || refuse(err, "one machine is listed twice");
}

static bool listing_holds(const struct address *agency, bool unlisted, struct view endpoint, struct error *err)
{
    return (unlisted ? endpoint.size == 0 : endpoint_ok(endpoint)) ||
           error_set(err, E_BYT_03, "the endpoint of %s is not as it should be", agency->text);
}

bool rules_member(const struct member *m, struct error *err)
{
    return listing_holds(&m->agency, m->unlisted, m->endpoint, err);
}

bool rules_request(const struct request *r, struct error *err)
{
    if (ident_is_zero(&r->node))
        return error_set(err, E_BYT_03, "the machine of %s has no id", r->agency.text);
    if (view_equal(r->relay, address_view(&r->agency)))
        return error_set(err, E_BYT_03, "%s is its own relay", r->agency.text);
    if (r->binding.size != 0 && r->binding.size != IDENT_SIZE + HASH_SIZE)
        return error_set(err, E_BYT_03, "the binding of %s to an invitation is cut", r->agency.text);
    return listing_holds(&r->agency, r->unlisted, r->endpoint, err);
}

/* --- entry.proto --- */

static bool hours_follow(const struct agency_entry *e)
{
    for (size_t i = 0; i < e->hour_count; i++)
        if (e->hours[i].from >= e->hours[i].to || (i > 0 && e->hours[i - 1].to > e->hours[i].from))
            return false;
    return true;
}

static bool promises_hold(const struct agency_entry *e)
{
    for (size_t i = 0; i < e->promise_count; i++) {
        const struct agency_promise *p = &e->promises[i];

        if ((e->services >> p->service & 1) == 0 || p->emergency + p->urgent + p->normal == 0)
            return false;
    }
    return true;
}

bool rules_agency_entry(const struct agency_entry *e, struct error *err)
{
    bool says = e->phone.size + e->night_phone.size + e->hour_count + e->desk_count != 0 || e->services != 0;
    struct zone zone;

    if (says == e->withdrawn || (e->withdrawn && (e->for_members || e->holiday_count + e->promise_count != 0)))
        return refuse(err, "it says nothing, or something although it is withdrawn");
    if ((e->phone.size != 0 && !agency_phone_ok(e->phone)) ||
        (e->night_phone.size != 0 && !agency_phone_ok(e->night_phone)))
        return refuse(err, "a number cannot be called from everywhere: a plus, the country's code, the number");
    if ((e->hour_count != 0) != (e->zone.size != 0) || (e->zone.size != 0 && !zone_read(e->zone, &zone)))
        return refuse(err, "the hours have no clocks, or clocks without a rule");
    if (!hours_follow(e))
        return refuse(err, "the hours do not follow one another");
    if (!promises_hold(e))
        return refuse(err, "it promises what it does not offer, or nothing");
    for (size_t i = 0; i < e->desk_count; i++)
        if (!agency_name_ok(e->desks[i].name))
            return refuse(err, "a desk has no name");
    return true;
}

/* --- peer.proto --- */

bool rules_hello(const struct peer_hello *h, struct error *err)
{
    return h->protocol_min <= h->protocol_max || refuse(err, "protocol_max is below protocol_min");
}

bool rules_refusal(const struct peer_refusal *r, struct error *err)
{
    return (r->reason != 0) == (r->step == STEP_ACTS) || refuse(err, "the reason does not go with the step");
}

bool rules_witness(const struct peer_witness *w, struct error *err)
{
    return w->grown_count == 0 || (w->size_count == 0 && w->linked.size == 0 && w->own_incarnation == 0) ||
           refuse(err, "an answer that asks");
}

bool rules_cosigned(const struct peer_cosigned *c, struct error *err)
{
    return c->consistency.size == 0 || c->from_size != 0 || refuse(err, "a consistency path that begins nowhere");
}

bool rules_renewal(const struct peer_renewal *r, struct error *err)
{
    return r->signature.size == 64 || refuse(err, "a signature that is none");
}

bool rules_renewed(const struct peer_renewed *r, struct error *err)
{
    const bool with_transport = r->transport.size != 0 && r->transport_ca.size != 0;
    const bool with_identity = r->identity.size != 0 && r->issuing.size != 0;
    const bool with_nothing = r->transport.size == 0 && r->transport_ca.size == 0;

    if ((r->refusal == 0 ? !with_transport : !with_nothing) ||
        (!with_identity && (r->identity.size != 0 || r->issuing.size != 0)) || (with_identity && r->refusal != 0))
        return refuse(err, "an answer to a renewal that is neither certificates nor a refusal");
    return true;
}

/* --- envelope.proto --- */

bool rules_envelope(const struct envelope *e, struct error *err)
{
    return (e->ciphertext.size > ENVELOPE_TAG_SIZE && envelope_is_bucket(e->ciphertext.size - ENVELOPE_TAG_SIZE)) ||
           refuse(err, "a ciphertext whose size is in no bucket");
}

bool rules_content(const struct content *c, struct error *err)
{
    if (c->has_body != (c->body.size != 0))
        return refuse(err, "a body without its salt, or a salt without its body");
    if ((c->consistency.size != 0) != (c->known_size != 0))
        return refuse(err, "a consistency path without the size it begins from, or the other way round");
    return c->has_body || (c->consistency.size == 0 && c->consent.size == 0) ||
           refuse(err, "a receipt with more than record, path and checkpoint");
}

bool rules_receipt(const struct receipt *r, struct error *err)
{
    return (r->consistency.size != 0) == (r->from_size != 0) ||
           refuse(err, "a consistency path without its size, or the other way round");
}

/* --- referral.proto --- */

bool rules_body(const struct body *b, struct error *err)
{
    if (b->has_referral && message_kind_is_about_nobody(b->kind))
        return refuse(err, "a referral in a kind that is about nobody");
    if (b->kind == MESSAGE_UPDATE && b->update.state != 0 && b->section_count != 0)
        return refuse(err, "facts about her, with where she is");
    return b->section_count == 0 || message_kind_has(b->kind, KIND_SECTIONS) ||
           refuse(err, "personal data in a kind that has none");
}

bool rules_inquiry(const struct inquiry_message *q, struct error *err)
{
    for (size_t i = 0; i < q->language_count; i++)
        if (language_find(q->languages[i]) == 0 || (i > 0 && view_compare(q->languages[i - 1], q->languages[i]) >= 0))
            return refuse(err, "a language is in no list, or out of order");
    return inquiry_is_coarse(q->places, q->whom, q->language_count) ||
           refuse(err, "places that say more of people than may be said");
}

bool rules_notification(const struct notification_message *n, struct error *err)
{
    return (country_find(n->country) != 0 && inquiry_region_ok(n->region)) ||
           refuse(err, "a country that is none, or a part of one that is written otherwise");
}

bool rules_ping(const struct ping_message *p, struct error *err)
{
    bool paused = p->says == PING_PAUSED;

    return ((p->paused_until_ms != 0) == paused && (p->reason != 0) == paused) ||
           refuse(err, "a pause without its reason, or its end");
}

bool rules_answer(const struct answer_message *a, struct error *err)
{
    if (!referral_phone_ok(a->phone))
        return refuse(err, "a telephone number is more than a plus and digits");
    return (a->answer == PLAIN_ANSWER_SEEN) == (a->until_ms == 0) ||
           refuse(err, "until when an answer holds goes with yes and no alone");
}

/* What stands at the end is with it: the answer before may have given way to this one. */
static bool is_closed_whole(const struct reply_message *r)
{
    return r->before == REFERRAL_NOT_FOUND ? r->outcome == 0 && referral_checks_done(r->checked) : r->outcome != 0;
}

bool rules_reply(const struct reply_message *r, struct error *err)
{
    unsigned parts = ANSWER_STATE | (r->reason != 0 ? ANSWER_REASON : 0u) | (r->time_ms != 0 ? ANSWER_TIME : 0u) |
                     (r->due_ms != 0 ? ANSWER_DUE : 0u) | (r->asked != 0 ? ANSWER_ASKED : 0u) |
                     (r->progress != 0 ? ANSWER_PROGRESS : 0u) | (r->outcome != 0 ? ANSWER_OUTCOME : 0u) |
                     (r->brought != 0 ? ANSWER_BROUGHT : 0u) | (r->checked != 0 ? ANSWER_CHECKED : 0u);

    if (!referral_phone_ok(r->phone))
        return refuse(err, "a telephone number is more than a plus and digits");
    if (r->before != 0 && !referral_state_is_answer(r->before))
        return refuse(err, "what is answered from was no answer");
    if (r->state == REFERRAL_CLOSED && !is_closed_whole(r))
        return refuse(err, "closed without what was done before it");
    parts |= r->place != 0 || r->from_ms != 0 || r->phone.size != 0 || r->bring != 0 ? ANSWER_DESK : 0u;
    return referral_state_carries(r->state, parts) ||
           refuse(err, "no answer of a state that is one, or what it says does not go with that");
}

bool rules_update(const struct update_message *u, struct error *err)
{
    unsigned parts = ANSWER_STATE | (u->time_ms != 0 ? ANSWER_TIME : 0u) | (u->checked != 0 ? ANSWER_CHECKED : 0u);

    if (u->state == 0)
        return (parts == ANSWER_STATE && u->follows == 0 && u->number == 0) ||
               refuse(err, "what goes with a state, without one");
    if (u->number == 0)
        return refuse(err, "where she is, without a number");
    if (u->not_known != 0)
        return refuse(err, "what is not known of her case, with where she is");
    if (u->state == REFERRAL_CLOSED && !referral_checks_done(u->checked))
        return refuse(err, "closed before the checklist is complete");
    return (referral_state_is_said_by_both(u->state) && referral_state_carries(u->state, parts)) ||
           refuse(err, "a state that is not said so, or what does not go with it");
}

/* --- control.proto --- */

bool rules_id_find_ask(const struct control_id_find_ask *a, struct error *err)
{
    return spoken_id_is_span(&a->first, &a->last) || refuse(err, "ids that do not begin alike");
}

bool rules_draft_answer(const struct control_draft_answer *a, struct error *err)
{
    return (a->said == ANSWER_GIVEN) == (a->text.size > 0) || refuse(err, "an answer without its text");
}
