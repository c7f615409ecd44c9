#include "codec/record_form.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/record_check.h"
#include "model/referral.h"

/* One pair a message, in the order of the contract. */

static void disclosed_encode(const struct record *r, struct record_draft *d)
{
    const struct record_disclosed *in = &r->disclosed;
    Refex__RecordDisclosed *m = &d->own.disclosed;
    struct error err;

    REQUIRE(record_check_disclosed(r, &err));
    refex__record_disclosed__init(m);
    m->message = pack_bytes(ident_view(&in->message));
    m->recipient = pack_text(&d->texts, in->recipient);
    m->message_kind = in->message_kind;
    m->n_sections = pack_set(in->sections, d->sections);
    m->sections = d->sections;
    m->purpose = in->purpose;
    m->consent = pack_ident_optional(in->has_consent, &in->consent);
    m->basis = pack_text(&d->texts, in->basis);
    m->ground = pack_text(&d->texts, in->ground);
    m->approver = pack_ident_optional(in->has_approver, &in->approver);
    m->commitment = pack_bytes(hash_view(&in->commitment));
}

static bool disclosed_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordDisclosed *m = own;
    struct record_disclosed *out = &r->disclosed;

    out->message_kind = m->message_kind;
    out->purpose = m->purpose;
    return check_ident(m->message, "message", &out->message, err) &&
           check_agency(m->recipient, "recipient", &out->recipient, err) &&
           check_range(m->message_kind, "message kind", 1, MESSAGE_KIND_END, err) &&
           check_sections(m->sections, m->n_sections, "sections", &out->sections, err) &&
           check_range(m->purpose, "purpose", 0, PURPOSE_END, err) &&
           check_ident_optional(m->consent, "consent", &out->has_consent, &out->consent, err) &&
           check_line_optional(m->basis, "basis", BOUND_BASIS, &out->basis, err) &&
           check_line_optional(m->ground, "ground", BOUND_BASIS, &out->ground, err) &&
           check_ident_optional(m->approver, "approver", &out->has_approver, &out->approver, err) &&
           check_hash(m->commitment, "commitment", &out->commitment, err) && record_check_disclosed(r, err);
}

static void received_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordReceived *m = &d->own.received;

    refex__record_received__init(m);
    m->sender = pack_text(&d->texts, r->received.sender);
    m->message = pack_bytes(ident_view(&r->received.message));
    m->leaf = pack_bytes(hash_view(&r->received.leaf));
    m->outcome = r->received.outcome;
}

static bool received_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordReceived *m = own;
    struct record_received *out = &r->received;
    bool stored = r->kind == RECORD_RECEIVED;

    out->outcome = m->outcome;
    return check_agency(m->sender, "sender", &out->sender, err) &&
           check_ident(m->message, "message", &out->message, err) && check_hash(m->leaf, "leaf", &out->leaf, err) &&
           check_range(m->outcome, "outcome", stored ? OUTCOME_STORED : OUTCOME_OTHER_LEAF,
                       stored ? OUTCOME_OTHER_LEAF : OUTCOME_END, err);
}

static void receipted_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordReceipted *m = &d->own.receipted;

    refex__record_receipted__init(m);
    m->recipient = pack_text(&d->texts, r->receipted.recipient);
    m->message = pack_bytes(ident_view(&r->receipted.message));
    m->leaf = pack_bytes(hash_view(&r->receipted.leaf));
    m->outcome = r->receipted.outcome;
}

static bool receipted_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordReceipted *m = own;
    struct record_receipted *out = &r->receipted;

    out->outcome = m->outcome;
    return check_agency(m->recipient, "recipient", &out->recipient, err) &&
           check_ident(m->message, "message", &out->message, err) && check_hash(m->leaf, "leaf", &out->leaf, err) &&
           check_range(m->outcome, "outcome", OUTCOME_STORED, OUTCOME_END, err);
}

static void withheld_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordWithheld *m = &d->own.withheld;

    refex__record_withheld__init(m);
    m->recipient = pack_text(&d->texts, r->withheld.recipient);
    m->message = pack_bytes(ident_view(&r->withheld.message));
    m->reason = r->withheld.reason;
    m->left = r->withheld.left;
}

static bool withheld_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordWithheld *m = own;
    struct record_withheld *out = &r->withheld;
    bool reasoned = r->kind == RECORD_WITHHELD;

    out->reason = m->reason;
    out->left = m->left;
    return check_agency(m->recipient, "recipient", &out->recipient, err) &&
           check_ident(m->message, "message", &out->message, err) &&
           check_range(m->reason, "reason", reasoned ? 1 : 0, reasoned ? DENIAL_END : 1, err) &&
           check_range(m->left, "left", LEFT_NEVER, LEFT_END, err);
}

static void denied_encode(const struct record *r, struct record_draft *d)
{
    const struct record_denied *in = &r->denied;
    Refex__RecordDenied *m = &d->own.denied;

    refex__record_denied__init(m);
    m->recipient = pack_text(&d->texts, in->recipient);
    m->message_kind = in->message_kind;
    m->n_sections = pack_set(in->sections, d->sections);
    m->sections = d->sections;
    m->purpose = in->purpose;
    m->consent = pack_ident_optional(in->has_consent, &in->consent);
    m->reason = in->reason;
}

static bool denied_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordDenied *m = own;
    struct record_denied *out = &r->denied;

    out->message_kind = m->message_kind;
    out->purpose = m->purpose;
    out->reason = m->reason;
    return check_agency(m->recipient, "recipient", &out->recipient, err) &&
           check_range(m->message_kind, "message kind", 1, MESSAGE_KIND_END, err) &&
           check_sections(m->sections, m->n_sections, "sections", &out->sections, err) &&
           check_range(m->purpose, "purpose", 0, PURPOSE_END, err) &&
           check_ident_optional(m->consent, "consent", &out->has_consent, &out->consent, err) &&
           check_range(m->reason, "reason", 1, DENIAL_END, err);
}

static void consent_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordConsent *m = &d->own.consent;

    refex__record_consent__init(m);
    m->consent = pack_bytes(ident_view(&r->consent.consent));
    m->commitment = pack_bytes(hash_view(&r->consent.commitment));
    m->state = r->consent.state;
    m->until = r->consent.until;
}

static bool consent_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordConsent *m = own;
    struct record_consent *out = &r->consent;
    bool given = r->kind == RECORD_CONSENT;

    out->state = m->state;
    out->until = m->until;
    return check_ident(m->consent, "consent", &out->consent, err) &&
           check_hash(m->commitment, "commitment", &out->commitment, err) &&
           check_range(m->state, "state", given ? CONSENT_GIVEN : CONSENT_STOP,
                       given ? CONSENT_STOP : CONSENT_STATE_END, err) &&
           check_range(m->until, "until", 1, UINT64_MAX, err);
}

static void erased_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordErased *m = &d->own.erased;
    struct error err;

    REQUIRE(record_check_erased(r, &err));
    refex__record_erased__init(m);
    m->consent = pack_bytes(ident_view(&r->erased.consent));
    m->n_erased = pack_set(r->erased.erased, d->sections);
    m->erased = d->sections;
    m->n_kept = pack_set(r->erased.kept, d->kept);
    m->kept = d->kept;
    m->ground = pack_text(&d->texts, r->erased.ground);
    m->until = r->erased.until;
    m->result = r->erased.result;
    m->agency = pack_text(&d->texts, r->erased.agency);
}

static bool erased_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordErased *m = own;
    struct record_erased *out = &r->erased;

    out->until = m->until;
    out->result = m->result;
    return check_ident(m->consent, "consent", &out->consent, err) &&
           check_sections(m->erased, m->n_erased, "erased", &out->erased, err) &&
           check_sections(m->kept, m->n_kept, "kept", &out->kept, err) &&
           check_line_optional(m->ground, "ground", BOUND_BASIS, &out->ground, err) &&
           check_range(m->result, "result", ERASURE_DONE, ERASURE_END, err) &&
           (m->agency[0] == '\0' || check_agency(m->agency, "agency", &out->agency, err)) &&
           record_check_erased(r, err);
}

static void notes_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordNotes *m = &d->own.notes;
    struct error err;

    REQUIRE(record_check_notes(r, &err));
    refex__record_notes__init(m);
    m->first = pack_bytes(r->notes.first);
    m->second = pack_bytes(r->notes.second);
}

static bool notes_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordNotes *m = own;

    return check_bytes(m->first, "note", BOUND_CHECKPOINT, &r->notes.first, err) &&
           check_bytes_optional(m->second, "second note", BOUND_CHECKPOINT, &r->notes.second, err) &&
           record_check_notes(r, err);
}

static void fork_leaf_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordForkLeaf *m = &d->own.fork_leaf;

    REQUIRE(r->fork_leaf.path.size <= (size_t)BOUND_FORK_PATH * HASH_SIZE);
    refex__record_fork_leaf__init(m);
    m->index = r->fork_leaf.index;
    m->leaf = pack_bytes(hash_view(&r->fork_leaf.leaf));
    m->path = pack_bytes(r->fork_leaf.path);
}

static bool fork_leaf_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordForkLeaf *m = own;

    r->fork_leaf.index = m->index;
    return check_hash(m->leaf, "leaf", &r->fork_leaf.leaf, err) &&
           check_path(m->path, "path", BOUND_FORK_PATH, &r->fork_leaf.path, err);
}

static void certificate_encode(const struct record *r, struct record_draft *d)
{
    refex__record_certificate__init(&d->own.certificate);
    d->own.certificate.der = pack_bytes(r->notes.first);
}

static bool certificate_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordCertificate *m = own;

    return check_bytes(m->der, "certificate", BOUND_CERTIFICATE, &r->notes.first, err);
}

static void note_hash_encode(const struct record *r, struct record_draft *d)
{
    refex__record_note_hash__init(&d->own.note_hash);
    d->own.note_hash.note = pack_bytes(hash_view(&r->note_hash.note));
    d->own.note_hash.sequence = r->note_hash.sequence;
}

static bool note_hash_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordNoteHash *m = own;

    r->note_hash.sequence = m->sequence;
    return check_hash(m->note, "note", &r->note_hash.note, err);
}

static void counted_encode(const struct record *r, struct record_draft *d)
{
    refex__record_counted__init(&d->own.counted);
    d->own.counted.what = r->counted.what;
    d->own.counted.how_many = r->counted.how_many;
    d->own.counted.agency = pack_text(&d->texts, r->counted.agency);
    d->own.counted.day = r->counted.day;
}

static bool counted_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordCounted *m = own;

    r->counted.what = m->what;
    r->counted.how_many = m->how_many;
    r->counted.day = m->day;
    return check_range(m->what, "what", 1, COUNTED_END, err) &&
           check_range(m->how_many, "how many", 1, UINT64_MAX, err) &&
           check_agency(m->agency, "agency", &r->counted.agency, err) && check_range(m->day, "day", 1, UINT32_MAX, err);
}

static void approved_encode(const struct record *r, struct record_draft *d)
{
    refex__record_approved__init(&d->own.approved);
    d->own.approved.message = pack_bytes(ident_view(&r->approved.message));
    d->own.approved.approver = pack_bytes(ident_view(&r->approved.approver));
    d->own.approved.commitment = pack_bytes(hash_view(&r->approved.commitment));
}

static bool approved_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordApproved *m = own;

    return check_ident(m->message, "message", &r->approved.message, err) &&
           check_ident(m->approver, "approver", &r->approved.approver, err) &&
           check_hash(m->commitment, "commitment", &r->approved.commitment, err);
}

static void settled_encode(const struct record *r, struct record_draft *d)
{
    const struct record_settled *in = &r->settled;
    Refex__RecordSettled *m = &d->own.settled;
    struct error err;

    REQUIRE(record_check_settled(r, &err));
    refex__record_settled__init(m);
    m->recipient = pack_text(&d->texts, in->recipient);
    m->what = in->what;
    m->subject = pack_bytes(ident_view(&in->subject));
    m->step = in->step;
    m->how = in->how;
    if (in->has_leaf)
        m->leaf = pack_bytes(hash_view(&in->leaf));
    m->result = in->result;
    m->reason = in->reason;
    m->index = in->index;
}

static bool settled_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordSettled *m = own;
    struct record_settled *out = &r->settled;

    out->what = m->what;
    out->step = m->step;
    out->how = m->how;
    out->has_leaf = m->leaf.len != 0;
    out->result = m->result;
    out->reason = m->reason;
    out->index = m->index;
    return check_agency(m->recipient, "recipient", &out->recipient, err) &&
           check_range(m->what, "what", OWED_WITHDRAWAL, OWED_END, err) &&
           check_ident(m->subject, "subject", &out->subject, err) &&
           check_range(m->step, "step", 1, REFERRAL_STATE_END, err) &&
           check_range(m->how, "how", SETTLED_ANSWERED, SETTLED_END, err) &&
           (!out->has_leaf || check_hash(m->leaf, "leaf", &out->leaf, err)) &&
           check_range(m->result, "result", 0, ERASURE_END, err) &&
           check_range(m->reason, "reason", 0, CLOSING_END, err) && record_check_settled(r, err);
}

static void consents_encode(const struct record *r, struct record_draft *d)
{
    refex__record_consents__init(&d->own.consents);
    d->own.consents.root = pack_bytes(hash_view(&r->consents.root));
    d->own.consents.entries = r->consents.entries;
}

static bool consents_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordConsents *m = own;

    r->consents.entries = m->entries;
    return check_hash(m->root, "root", &r->consents.root, err);
}

static void taken_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordTaken *m = &d->own.taken;

    refex__record_taken__init(m);
    m->consent = pack_bytes(ident_view(&r->taken.consent));
    m->agency = pack_text(&d->texts, r->taken.agency);
    m->commitment = pack_bytes(hash_view(&r->taken.commitment));
    m->state = r->taken.state;
    m->until = r->taken.until;
}

static bool taken_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordTaken *m = own;
    struct record_taken *out = &r->taken;

    out->state = m->state;
    out->until = m->until;
    if (m->state == CONSENT_RENEWED || m->state == CONSENT_REFUSED)
        return error_set(err, E_BYT_03, "a consent of another agency is taken over, stopped or erased");
    return check_ident(m->consent, "consent", &out->consent, err) &&
           check_agency(m->agency, "agency", &out->agency, err) &&
           check_hash(m->commitment, "commitment", &out->commitment, err) &&
           check_range(m->state, "state", CONSENT_GIVEN, CONSENT_STATE_END, err) &&
           check_range(m->until, "until", 1, UINT64_MAX, err);
}

static void agency_key_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordAgencyKey *m = &d->own.agency_key;

    refex__record_agency_key__init(m);
    m->agency = pack_text(&d->texts, r->agency_key.agency);
    m->key = pack_bytes(hash_view(&r->agency_key.key));
    m->event = r->agency_key.event;
}

static bool agency_key_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordAgencyKey *m = own;

    r->agency_key.event = m->event;
    return check_agency(m->agency, "agency", &r->agency_key.agency, err) &&
           check_hash(m->key, "key", &r->agency_key.key, err) &&
           check_range(m->event, "event", AGENCY_KEY_CHANGED, AGENCY_KEY_EVENT_END, err);
}

static void closed_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordClosed *m = &d->own.closed;

    refex__record_closed__init(m);
    m->agency = pack_text(&d->texts, r->closed.agency);
    m->incarnation = r->closed.incarnation;
    m->which = r->closed.which;
    m->reason = r->closed.reason;
}

static bool closed_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordClosed *m = own;
    struct record_closed *out = &r->closed;

    out->incarnation = m->incarnation;
    out->which = m->which;
    out->reason = m->reason;
    return check_agency(m->agency, "agency", &out->agency, err) &&
           check_range(m->incarnation, "incarnation", 1, UINT64_C(1) << 32, err) &&
           check_range(m->which, "which", FINDING_FORK, FINDING_END, err) &&
           check_range(m->reason, "reason", FINDING_EXPLAINED, FINDING_CLOSING_END, err);
}

static void clock_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordClock *m = &d->own.clock;

    refex__record_clock__init(m);
    m->event = r->clock.event;
    m->trusted = (uint64_t)r->clock.trusted_ms;
    m->clock = (uint64_t)r->clock.clock_ms;
}

static bool clock_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordClock *m = own;

    r->clock.event = m->event;
    return check_range(m->event, "event", CLOCK_DOUBTED, CLOCK_EVENT_END, err) &&
           check_time(m->trusted, "trusted", &r->clock.trusted_ms, err) &&
           check_time(m->clock, "clock", &r->clock.clock_ms, err);
}

static void house_encode(const struct record *r, struct record_draft *d)
{
    Refex__RecordHouse *m = &d->own.house;

    refex__record_house__init(m);
    m->object = pack_ident_optional(r->house.has_object, &r->house.object);
    m->what = r->house.what;
    if (r->house.has_text)
        m->text = pack_bytes(hash_view(&r->house.text));
}

static bool house_decode(const void *own, struct record *r, struct error *err)
{
    const Refex__RecordHouse *m = own;
    struct record_house *out = &r->house;

    out->what = m->what;
    out->has_text = m->text.len != 0;
    return check_ident_optional(m->object, "object", &out->has_object, &out->object, err) &&
           check_range(m->what, "what", 1, HOUSE_WHAT_END, err) &&
           (!out->has_text || check_hash(m->text, "text", &out->text, err));
}

/* Every kind of record that there is. */
static const struct record_form forms[RECORD_HOUSE_END] = {
    /* clang-format off */
    [RECORD_DISCLOSED]   = {disclosed_encode,   disclosed_decode},
    [RECORD_RECEIVED]    = {received_encode,    received_decode},
    [RECORD_REFUSED]     = {received_encode,    received_decode},
    [RECORD_RECEIPTED]   = {receipted_encode,   receipted_decode},
    [RECORD_WITHHELD]    = {withheld_encode,    withheld_decode},
    [RECORD_EXPIRED]     = {withheld_encode,    withheld_decode},
    [RECORD_DENIED]      = {denied_encode,      denied_decode},
    [RECORD_CONSENT]     = {consent_encode,     consent_decode},
    [RECORD_WITHDRAWN]   = {consent_encode,     consent_decode},
    [RECORD_ERASED]      = {erased_encode,      erased_decode},
    [RECORD_INCARNATION] = {notes_encode,       notes_decode},
    [RECORD_WITNESSED]   = {notes_encode,       notes_decode},
    [RECORD_FORK]        = {notes_encode,       notes_decode},
    [RECORD_CERTIFICATE] = {certificate_encode, certificate_decode},
    [RECORD_KEYS]        = {note_hash_encode,   note_hash_decode},
    [RECORD_DIRECTORY]   = {note_hash_encode,   note_hash_decode},
    [RECORD_HOUSE]       = {notes_encode,       notes_decode},
    [RECORD_COUNTED]     = {counted_encode,     counted_decode},
    [RECORD_APPROVED]    = {approved_encode,    approved_decode},
    [RECORD_SETTLED]     = {settled_encode,     settled_decode},
    [RECORD_CONSENTS]    = {consents_encode,    consents_decode},
    [RECORD_TAKEN]       = {taken_encode,       taken_decode},
    [RECORD_CLOCK]       = {clock_encode,       clock_decode},
    [RECORD_AGENCY_KEY]  = {agency_key_encode,  agency_key_decode},
    [RECORD_UNLINKED]    = {notes_encode,       notes_decode},
    [RECORD_CLOSED]      = {closed_encode,      closed_decode},
    [RECORD_FORK_LEAF]   = {fork_leaf_encode,   fork_leaf_decode},
    [RECORD_OPENED]      = {house_encode,       house_decode},
    [RECORD_EXPORTED]    = {house_encode,       house_decode},
    [RECORD_LOGIN]       = {house_encode,       house_decode},
    [RECORD_STAFF]       = {house_encode,       house_decode},
    [RECORD_CONFIGURED]  = {house_encode,       house_decode},
    [RECORD_BACKUP]      = {house_encode,       house_decode},
    [RECORD_RESTORED]    = {house_encode,       house_decode},
    [RECORD_NOT_OPENED]  = {house_encode,       house_decode},
    /* clang-format on */
};

const struct record_form *record_form_of(uint32_t kind)
{
    return kind < RECORD_HOUSE_END && forms[kind].encode != NULL ? &forms[kind] : NULL;
}
