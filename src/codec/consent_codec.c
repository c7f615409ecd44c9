#include "codec/consent_codec.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/strict.h"
#include "consent.pb-c.h"
#include "model/codes.h"

#define COMMITMENTS_SIZE                                                                                               \
    ((BOUND_GRANTS - 1) * HASH_SIZE) /* always: their number reveals nothing (docs/PROTOCOL.md 5) */
#define FIELD_REF_END FIELD_REF(SECTION_END, 0)

static const struct strict_limits header_limits = {.max_bytes = BOUND_HEADER, .max_items = 0};
static const struct strict_limits grant_limits = {.max_bytes = BOUND_GRANT, .max_items = BOUND_EXCLUDED};
static const struct strict_limits receipt_limits = {.max_bytes = BOUND_ENVELOPE, .max_items = BOUND_GRANTS};

void consent_header_encode(const struct consent_header *in, struct bytes *out)
{
    Refex__ConsentHeader m = REFEX__CONSENT_HEADER__INIT;
    struct arena texts = {.wiping = true};

    m.consent = pack_bytes(ident_view(&in->consent));
    m.agency = pack_text(&texts, in->agency);
    m.until = in->until;
    pack_message(&m.base, out);
    arena_fini(&texts);
}

bool consent_header_decode(struct view wire, struct arena *arena, struct consent_header *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__ConsentHeader *m;
    struct consent_header h;

    if (!strict_unpack(&refex__consent_header__descriptor, wire, &header_limits, arena, &unpacked, err))
        return false;
    m = (const Refex__ConsentHeader *)unpacked;
    h.until = m->until;
    if (!check_ident(m->consent, "id", &h.consent, err) || !check_agency(m->agency, "agency", &h.agency, err) ||
        !check_range(m->until, "until", 1, UINT64_MAX, err))
        return error_wrap(err, "consent header");
    *out = h;
    return true;
}

void consent_given_encode(const struct consent_given *in, struct bytes *out)
{
    Refex__ConsentGiven m = REFEX__CONSENT_GIVEN__INIT;
    struct arena texts = {.wiping = true};

    REQUIRE(in->at_ms > 0);
    m.by = in->by;
    m.at = (uint64_t)in->at_ms;
    m.notice = pack_text(&texts, in->notice);
    m.language = pack_text(&texts, in->language);
    m.interpreter = in->interpreter;
    m.seen_alone = in->seen_alone;
    m.irreversible = in->told_irreversible;
    pack_message(&m.base, out);
    arena_fini(&texts);
}

bool consent_given_decode(struct view wire, struct arena *arena, struct consent_given *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__ConsentGiven *m;
    struct consent_given g;

    if (!strict_unpack(&refex__consent_given__descriptor, wire, &header_limits, arena, &unpacked, err))
        return error_wrap(err, "how consent was given");
    m = (const Refex__ConsentGiven *)unpacked;
    g.by = m->by;
    g.interpreter = m->interpreter;
    g.seen_alone = m->seen_alone;
    g.told_irreversible = m->irreversible;
    if (!check_range(m->by, "by", 1, GIVEN_BY_END, err) || !check_time(m->at, "at", &g.at_ms, err) ||
        !check_line(m->notice, "notice", BOUND_NOTICE, &g.notice, err) ||
        !check_line(m->language, "language", BOUND_LANGUAGE, &g.language, err) ||
        !check_range(m->interpreter, "interpreter", 0, INTERPRETER_END, err) ||
        !check_range(m->seen_alone, "seen alone", 1, SEEN_ALONE_END, err))
        return error_wrap(err, "how consent was given");
    if (language_find(g.language) == 0)
        return error_set(err, E_BYT_03, "how consent was given: the language is in no list");
    *out = g;
    return true;
}

/* The grant that she may be referred leaves out no field. */
static bool excluded_hold(const struct grant *g, struct error *err)
{
    return g->sections != 0 || g->excluded_count == 0 ||
           error_set(err, E_BYT_03, "a grant without sections excludes fields");
}

/* Named agencies ascend strictly and are there if and only if onward sharing is to named ones. */
static bool named_hold(const struct grant *g, struct error *err)
{
    if ((g->onward == ONWARD_NAMED) != (g->named_count != 0))
        return error_set(err, E_BYT_03, "agencies named for onward sharing are missing, or there although none may be");
    for (size_t i = 1; i < g->named_count; i++)
        if (view_compare(g->named[i - 1], g->named[i]) >= 0)
            return error_set(err, E_BYT_03, "agencies named for onward sharing are not strictly ascending");
    return true;
}

void grant_encode(const struct grant *in, struct bytes *out)
{
    Refex__Grant m = REFEX__GRANT__INIT;
    uint32_t sections[SECTION_END];
    char *named[BOUND_GRANT_NAMED];
    struct arena texts = {.wiping = true};
    struct error err;

    REQUIRE(in->excluded_count <= BOUND_EXCLUDED && in->named_count <= BOUND_GRANT_NAMED);
    REQUIRE(check_numbers(in->excluded, in->excluded_count, "excluded", BOUND_EXCLUDED, FIELD_REF(1, 1), FIELD_REF_END,
                          &err) &&
            excluded_hold(in, &err) && named_hold(in, &err));
    m.n_sections = pack_set(in->sections, sections);
    m.sections = sections;
    m.n_excluded = in->excluded_count;
    m.excluded = (uint32_t *)in->excluded;
    m.recipient = pack_text(&texts, in->recipient);
    m.purpose = in->purpose;
    m.onward = in->onward;
    m.n_named = in->named_count;
    m.named = named;
    for (size_t i = 0; i < in->named_count; i++)
        named[i] = pack_text(&texts, in->named[i]);
    m.keep_until = in->keep_until;
    pack_message(&m.base, out);
    arena_fini(&texts);
}

static bool named_decode(const Refex__Grant *m, struct arena *arena, struct grant *g, struct error *err)
{
    struct view *named;
    void *room;

    if (m->n_named > BOUND_GRANT_NAMED)
        return error_set(err, E_BYT_02, "more agencies named for onward sharing than may be");
    if (!check_alloc(arena, m->n_named * sizeof *named, &room, err))
        return false;
    named = room;
    for (size_t i = 0; i < m->n_named; i++)
        if (!check_agency(m->named[i], "named", &named[i], err))
            return false;
    g->named = named;
    g->named_count = m->n_named;
    return named_hold(g, err);
}

bool grant_decode(struct view wire, struct arena *arena, struct grant *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__Grant *m;
    struct grant g;

    if (!strict_unpack(&refex__grant__descriptor, wire, &grant_limits, arena, &unpacked, err))
        return false;
    m = (const Refex__Grant *)unpacked;
    g.excluded = m->excluded;
    g.excluded_count = m->n_excluded;
    g.purpose = m->purpose;
    g.onward = m->onward;
    g.keep_until = m->keep_until;
    if (!check_sections(m->sections, m->n_sections, "sections", &g.sections, err) ||
        !check_numbers(m->excluded, m->n_excluded, "excluded", BOUND_EXCLUDED, FIELD_REF(1, 1), FIELD_REF_END, err) ||
        !excluded_hold(&g, err) || !check_agency(m->recipient, "recipient", &g.recipient, err) ||
        !check_range(m->purpose, "purpose", 1, PURPOSE_END, err) ||
        !check_range(m->onward, "onward", 1, ONWARD_END, err) || !named_decode(m, arena, &g, err) ||
        !check_range(m->keep_until, "keep until", 1, UINT64_MAX, err))
        return error_wrap(err, "grant");
    *out = g;
    return true;
}

/* Place 0 is that of the grant without sections, and of no other. */
static bool is_in_place(const struct shown_grant *s)
{
    return (s->place == 0) == (s->grant.sections == 0);
}

void consent_receipt_encode(const struct consent_receipt *in, struct bytes *out)
{
    Refex__ConsentReceipt m = REFEX__CONSENT_RECEIPT__INIT;
    Refex__ShownGrant shown[BOUND_GRANTS];
    Refex__ShownGrant *list[BOUND_GRANTS];
    bool closed = consent_receipt_is_closed(in);

    REQUIRE(in->shown_count <= BOUND_GRANTS && (!closed || (in->shown_count == 1 && in->shown[0].place == 0)));
    m.header = pack_bytes(in->header_bytes);
    m.salt_h = pack_bytes(view_of(in->salt_h, sizeof in->salt_h));
    m.w = pack_bytes(hash_view(&in->w));
    m.c = pack_bytes(hash_view(&in->c));
    if (closed) {
        m.rest = pack_bytes(hash_view(&in->rest));
    } else {
        m.commitments = pack_bytes(in->g);
        m.salt_w = pack_bytes(view_of(in->salt_w, sizeof in->salt_w));
        m.given = pack_bytes(in->given_bytes);
    }
    for (size_t i = 0; i < in->shown_count; i++) {
        REQUIRE(i == 0 || in->shown[i].place > in->shown[i - 1].place);
        refex__shown_grant__init(&shown[i]);
        shown[i].place = in->shown[i].place;
        shown[i].salt = pack_bytes(view_of(in->shown[i].salt, sizeof in->shown[i].salt));
        shown[i].grant = pack_bytes(in->shown[i].bytes);
        list[i] = &shown[i];
    }
    m.n_shown = in->shown_count;
    m.shown = list;
    m.record = pack_bytes(in->record_bytes);
    m.path = pack_bytes(in->path);
    m.checkpoint = pack_bytes(in->checkpoint);
    pack_message(&m.base, out);
}

/* The grants that are shown, in the order of their places among PLACES commitments; none in the record of a refusal,
 * which never travels. */
static bool shown_decode(const Refex__ConsentReceipt *m, size_t places, struct arena *arena, struct consent_receipt *c,
                         struct error *err)
{
    struct shown_grant *shown;
    void *room;

    if (!check_alloc(arena, (m->n_shown + 1) * sizeof *shown, &room, err))
        return false;
    shown = room;
    for (size_t i = 0; i < m->n_shown; i++) {
        const Refex__ShownGrant *s = m->shown[i];

        shown[i].place = s->place;
        if (!check_range(s->place, "place", i == 0 ? 0 : shown[i - 1].place + UINT64_C(1), places + 1, err) ||
            !check_fixed(s->salt, "salt", shown[i].salt, sizeof shown[i].salt, err) ||
            !check_bytes(s->grant, "grant", BOUND_GRANT, &shown[i].bytes, err) ||
            !grant_decode(shown[i].bytes, arena, &shown[i].grant, err))
            return error_wrap(err, "shown grant");
        if (!is_in_place(&shown[i]))
            return error_set(err, E_BYT_03, "the grant at place 0, and no other, is without sections");
    }
    c->shown = shown;
    c->shown_count = m->n_shown;
    return true;
}

/* A closed receipt shows that she may be referred, and nothing else. */
static bool closed_decode(const Refex__ConsentReceipt *m, struct arena *arena, struct consent_receipt *c,
                          struct error *err)
{
    if (m->salt_w.len != 0 || m->given.len != 0 || m->n_shown != 1)
        return error_set(err, E_BYT_03, "a closed receipt shows the grant without sections, and nothing else");
    return check_hash(m->rest, "rest", &c->rest, err) && shown_decode(m, 0, arena, c, err);
}

static bool open_decode(const Refex__ConsentReceipt *m, struct arena *arena, struct consent_receipt *c,
                        struct error *err)
{
    if (m->rest.len != 0)
        return error_set(err, E_BYT_03, "an open receipt has all commitments, and no hash in their place");
    return check_path(m->commitments, "list of commitments", BOUND_GRANTS - 1, &c->g, err) &&
           check_range(c->g.size, "size of the commitments", COMMITMENTS_SIZE, COMMITMENTS_SIZE + 1, err) &&
           shown_decode(m, c->g.size / HASH_SIZE, arena, c, err) &&
           check_fixed(m->salt_w, "salt", c->salt_w, sizeof c->salt_w, err) &&
           check_bytes(m->given, "given", BOUND_HEADER, &c->given_bytes, err) &&
           consent_given_decode(c->given_bytes, arena, &c->given, err);
}

bool consent_receipt_decode(struct view wire, struct arena *arena, struct consent_receipt *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__ConsentReceipt *m;
    struct consent_receipt c = {0};

    if (!strict_unpack(&refex__consent_receipt__descriptor, wire, &receipt_limits, arena, &unpacked, err))
        return error_wrap(err, "consent receipt");
    m = (const Refex__ConsentReceipt *)unpacked;
    if (!check_bytes(m->header, "header", BOUND_HEADER, &c.header_bytes, err) ||
        !check_fixed(m->salt_h, "salt", c.salt_h, sizeof c.salt_h, err) || !check_hash(m->w, "w", &c.w, err) ||
        !check_hash(m->c, "c", &c.c, err) ||
        !(m->commitments.len == 0 ? closed_decode : open_decode)(m, arena, &c, err) ||
        !check_bytes(m->record, "record", BOUND_RECORD, &c.record_bytes, err) ||
        !check_path(m->path, "path", BOUND_PATH, &c.path, err) ||
        !check_bytes(m->checkpoint, "checkpoint", BOUND_CHECKPOINT, &c.checkpoint, err) ||
        !consent_header_decode(c.header_bytes, arena, &c.header, err))
        return error_wrap(err, "consent receipt");
    *out = c;
    return true;
}
