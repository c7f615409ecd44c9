#include "codec/record_codec.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/record_form.h"
#include "codec/strict.h"

#define RECORD_VERSION 1

/* A record's own message is at this field number and its kind. */
#define SUBMESSAGE_BASE 15

static const struct strict_limits limits = {.max_bytes = BOUND_RECORD, .max_items = SECTION_END};

void record_encode(const struct record *r, struct bytes *out)
{
    Refex__AuditRecord m = REFEX__AUDIT_RECORD__INIT;
    const struct record_form *form = record_form_of(r->kind);
    struct record_draft d = {.texts = {0}};
    size_t begin = out->size;

    REQUIRE(form != NULL && r->time_ms > 0);
    m.version = RECORD_VERSION;
    m.salt = pack_bytes(view_of(r->salt, sizeof r->salt));
    m.index = r->index;
    m.time = (uint64_t)r->time_ms;
    m.kind = r->kind;
    m.actor = pack_ident_optional(r->has_actor, &r->actor);
    form->encode(r, &d);
    pack_submessage(&m.base, SUBMESSAGE_BASE + (unsigned)r->kind, &d.own.base);
    pack_message(&m.base, out);
    arena_fini(&d.texts);
    REQUIRE(out->size - begin <= BOUND_RECORD);
}

static bool decode(const Refex__AuditRecord *m, struct record *r, struct error *err)
{
    const struct record_form *form = record_form_of(m->kind);
    const ProtobufCMessage *own;

    r->index = m->index;
    if (m->version != RECORD_VERSION)
        return error_set(err, E_BYT_03, "version %u is not one that this node reads", (unsigned)m->version);
    if (form == NULL)
        return error_set(err, E_BYT_03, "kind %u has no meaning", (unsigned)m->kind);
    r->kind = m->kind;
    if (!check_fixed(m->salt, "salt", r->salt, sizeof r->salt, err) || !check_time(m->time, "time", &r->time_ms, err) ||
        !check_ident_optional(m->actor, "actor", &r->has_actor, &r->actor, err) ||
        !check_submessage(&m->base, SUBMESSAGE_BASE + 1, SUBMESSAGE_BASE + m->kind, &own, err))
        return false;
    if (own == NULL)
        return error_set(err, E_BYT_03, "lacks the message of its kind");
    return form->decode(own, r, err);
}

bool record_decode(struct view wire, struct arena *arena, struct record *out, struct error *err)
{
    const ProtobufCMessage *m;
    struct record r = {.kind = 0};

    if (!strict_unpack(&refex__audit_record__descriptor, wire, &limits, arena, &m, err))
        return false;
    if (!decode((const Refex__AuditRecord *)m, &r, err))
        return error_wrap(err, "record");
    *out = r;
    return true;
}
