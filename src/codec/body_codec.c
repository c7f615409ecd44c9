#include "codec/body_codec.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/strict.h"
#include "referral.pb-c.h"

/* The kind's own message is at field SUBMESSAGE_BASE + kind. */
#define SUBMESSAGE_BASE 15

static const struct strict_limits limits = {.max_bytes = BOUND_BODY, .max_items = SERVICE_END};

/* The storage that a Refex__Body points to while it is encoded. */
struct body_draft {
    union {
        ProtobufCMessage base;
        Refex__ReferralMessage referral;
        Refex__ReplyMessage reply;
        Refex__WithdrawalMessage withdrawal;
        Refex__ErasureMessage erasure;
    } own;
    uint32_t offered[SECTION_END];
    struct arena texts; /* wiping */
};

/* Contradictions: REQUIREd when encoding, refused when decoding. */

static bool sections_are_valid(const struct body *b, struct error *err)
{
    if (b->section_count != 0 && !message_kind_has(b->kind, KIND_SECTIONS))
        return error_set(err, E_BYT_03, "personal data in a kind that has none");
    for (size_t i = 0; i < b->section_count; i++)
        if (i > 0 && b->sections[i].section <= b->sections[i - 1].section)
            return error_set(err, E_BYT_03, "sections are not strictly ascending");
    return true;
}

static bool reply_is_valid(const struct body *b, struct error *err)
{
    enum referral_state s = b->reply.state;

    if (s != REFERRAL_ACCEPTED && s != REFERRAL_DECLINED)
        return error_set(err, E_BYT_03, "a reply that neither accepts nor declines");
    if ((s == REFERRAL_DECLINED) != (b->reply.reason != 0))
        return error_set(err, E_BYT_03, "a declining without a reason, or a reason without one");
    return true;
}

/* Encoder and decoder of each own message, in the order of proto/referral.proto. */

static void referral_encode(const struct body *b, struct body_draft *d)
{
    const struct referral_message *in = &b->referral_part;
    Refex__ReferralMessage *m = &d->own.referral;

    REQUIRE(in->service_count <= BOUND_SERVICES && in->due_ms >= 0);
    refex__referral_message__init(m);
    m->urgency = in->urgency;
    m->n_services = in->service_count;
    m->services = (uint32_t *)in->services;
    m->due = (uint64_t)in->due_ms;
    m->n_offered = pack_set(in->offered, d->offered);
    m->offered = d->offered;
    m->released = in->released;
    m->desk = pack_text(&d->texts, in->desk);
}

static bool referral_decode(const void *own, struct body *b, struct error *err)
{
    const Refex__ReferralMessage *m = own;
    struct referral_message *out = &b->referral_part;

    out->urgency = m->urgency;
    out->services = m->services;
    out->service_count = m->n_services;
    out->due_ms = (int64_t)m->due;
    out->released = m->released;
    return check_range(m->urgency, "urgency", 1, URGENCY_END, err) &&
           check_numbers(m->services, m->n_services, "services", BOUND_SERVICES, 1, SERVICE_END, err) &&
           check_range(m->due, "due", 0, INT64_MAX, err) &&
           check_sections(m->offered, m->n_offered, "offered", &out->offered, err) &&
           check_line_optional(m->desk, "desk", BOUND_ADDRESS, &out->desk, err);
}

static void reply_encode(const struct body *b, struct body_draft *d)
{
    Refex__ReplyMessage *m = &d->own.reply;
    struct error err;

    REQUIRE(reply_is_valid(b, &err));
    refex__reply_message__init(m);
    m->state = b->reply.state;
    m->reason = b->reply.reason;
    m->note = pack_text(&d->texts, b->reply.note);
    m->in_reply_to = pack_bytes(ident_view(&b->reply.in_reply_to));
}

static bool reply_decode(const void *own, struct body *b, struct error *err)
{
    const Refex__ReplyMessage *m = own;
    struct reply_message *out = &b->reply;

    out->state = m->state;
    out->reason = m->reason;
    return check_range(m->reason, "reason", 0, DECLINE_END, err) &&
           check_lines_optional(m->note, "note", BOUND_REASON, &out->note, err) &&
           check_ident(m->in_reply_to, "in reply to", &out->in_reply_to, err) && reply_is_valid(b, err);
}

static void withdrawal_encode(const struct body *b, struct body_draft *d)
{
    Refex__WithdrawalMessage *m = &d->own.withdrawal;

    refex__withdrawal_message__init(m);
    m->consent = pack_bytes(ident_view(&b->withdrawal.consent));
    m->state = b->withdrawal.state;
    m->record = pack_bytes(b->withdrawal.record);
    m->path = pack_bytes(b->withdrawal.path);
    m->checkpoint = pack_bytes(b->withdrawal.checkpoint);
}

static bool withdrawal_decode(const void *own, struct body *b, struct error *err)
{
    const Refex__WithdrawalMessage *m = own;
    struct withdrawal_message *out = &b->withdrawal;

    out->state = m->state;
    return check_ident(m->consent, "consent", &out->consent, err) &&
           check_range(m->state, "state", WITHDRAWAL_STOP, WITHDRAWAL_ERASE + 1, err) &&
           check_bytes(m->record, "record", BOUND_RECORD, &out->record, err) &&
           check_path(m->path, "path", BOUND_PATH, &out->path, err) &&
           check_bytes(m->checkpoint, "checkpoint", BOUND_CHECKPOINT, &out->checkpoint, err);
}

static void erasure_encode(const struct body *b, struct body_draft *d)
{
    Refex__ErasureMessage *m = &d->own.erasure;

    refex__erasure_message__init(m);
    m->consent = pack_bytes(ident_view(&b->erasure.consent));
    m->record = pack_bytes(b->erasure.record);
    m->path = pack_bytes(b->erasure.path);
    m->checkpoint = pack_bytes(b->erasure.checkpoint);
}

static bool erasure_decode(const void *own, struct body *b, struct error *err)
{
    const Refex__ErasureMessage *m = own;
    struct erasure_message *out = &b->erasure;

    return check_ident(m->consent, "consent", &out->consent, err) &&
           check_bytes(m->record, "record", BOUND_RECORD, &out->record, err) &&
           check_path(m->path, "path", BOUND_PATH, &out->path, err) &&
           check_bytes(m->checkpoint, "checkpoint", BOUND_CHECKPOINT, &out->checkpoint, err);
}

/* By form. An own message with fields must be there; an empty one is never written. */
static const struct body_form {
    void (*encode)(const struct body *b, struct body_draft *d);
    bool (*decode)(const void *own, struct body *b, struct error *err);
} forms[MESSAGE_FORM_END] = {
    [FORM_REFERRAL] = {referral_encode, referral_decode},
    [FORM_REPLY] = {reply_encode, reply_decode},
    [FORM_WITHDRAWAL] = {withdrawal_encode, withdrawal_decode},
    [FORM_ERASURE] = {erasure_encode, erasure_decode},
};

static void submessage_encode(const struct body *in, struct body_draft *d, Refex__Body *m)
{
    const struct body_form *form = &forms[message_kind_form(in->kind)];

    if (form->encode == NULL)
        return;
    form->encode(in, d);
    pack_submessage(&m->base, SUBMESSAGE_BASE + (unsigned)in->kind, &d->own.base);
}

void body_encode(const struct body *in, struct bytes *out)
{
    Refex__Body m = REFEX__BODY__INIT;
    Refex__BodySection sections[SECTION_END];
    Refex__BodySection *list[SECTION_END];
    struct body_draft d = {.texts = {.wiping = true}};
    size_t begin = out->size;
    struct error err;

    REQUIRE(in->kind > 0 && in->kind < MESSAGE_KIND_END && in->section_count < SECTION_END &&
            sections_are_valid(in, &err));
    m.kind = in->kind;
    m.referral = pack_ident_optional(in->has_referral, &in->referral);
    for (size_t i = 0; i < in->section_count; i++) {
        REQUIRE(in->sections[i].data.size != 0 && in->sections[i].data.size <= BOUND_SECTION);
        refex__body_section__init(&sections[i]);
        sections[i].section = in->sections[i].section;
        sections[i].data = pack_bytes(in->sections[i].data);
        list[i] = &sections[i];
    }
    m.n_sections = in->section_count;
    m.sections = list;
    submessage_encode(in, &d, &m);
    pack_message(&m.base, out);
    arena_fini(&d.texts);
    REQUIRE(out->size - begin <= BOUND_BODY);
}

static bool sections_decode(const Refex__Body *m, struct body *b, struct error *err)
{
    if (m->n_sections >= SECTION_END)
        return error_set(err, E_BYT_02, "more sections than there are");
    for (size_t i = 0; i < m->n_sections; i++) {
        const Refex__BodySection *s = m->sections[i];

        if (!check_range(s->section, "section", 1, SECTION_END, err) ||
            !check_bytes(s->data, "section", BOUND_SECTION, &b->sections[i].data, err))
            return false;
        b->sections[i].section = s->section;
    }
    b->section_count = m->n_sections;
    return sections_are_valid(b, err);
}

/* Decodes the own message of M's kind; one of another kind is refused. */
static bool submessage_decode(const Refex__Body *m, struct body *b, struct error *err)
{
    const struct body_form *form = &forms[message_kind_form(m->kind)];
    const ProtobufCMessage *own;

    if (!check_submessage(&m->base, SUBMESSAGE_BASE + 1, SUBMESSAGE_BASE + m->kind, &own, err))
        return false;
    if (form->decode == NULL)
        return true;
    if (own == NULL)
        return error_set(err, E_BYT_03, "lacks the message of its kind");
    return form->decode(own, b, err);
}

bool body_decode(struct view wire, struct arena *arena, struct body *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__Body *m;
    struct body b = {.kind = 0};

    if (!strict_unpack(&refex__body__descriptor, wire, &limits, arena, &unpacked, err))
        return false;
    m = (const Refex__Body *)unpacked;
    b.kind = m->kind;
    if (!check_range(m->kind, "kind", 1, MESSAGE_KIND_END, err) ||
        !check_ident_optional(m->referral, "referral", &b.has_referral, &b.referral, err) ||
        !sections_decode(m, &b, err) || !submessage_decode(m, &b, err))
        return error_wrap(err, "body");
    *out = b;
    return true;
}
