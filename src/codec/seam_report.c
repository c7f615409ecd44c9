/* The messages from refex-link and from the resolver to refexd. */
#include "codec/seam_codec.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/seam_inside.h"

#include "seam.pb-c.h"

/* --- HELLO --- */

void seam_hello_encode(const struct seam_hello *in, struct bytes *out)
{
    Refex__Seam__Hello m = REFEX__SEAM__HELLO__INIT;
    struct arena scratch = {0};

    m.build = pack_text(&scratch, in->build);
    m.landlock = in->landlock;
    m.seccomp = in->seccomp;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

bool seam_hello_decode(struct view wire, struct arena *arena, struct seam_hello *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Hello *m;
    struct seam_hello h = {0};

    if (!seam_unpack(&refex__seam__hello__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Hello *)base;
    if (!check_text(m->build, "build", SEAM_BUILD_MAX, &h.build, err))
        return seam_bad("Hello", err);
    h.landlock = m->landlock;
    h.seccomp = m->seccomp;
    *out = h;
    return true;
}

/* --- LISTENING --- */

void seam_listening_encode(const struct seam_listening *in, struct bytes *out)
{
    Refex__Seam__Listening m = REFEX__SEAM__LISTENING__INIT;
    struct arena scratch = {0};

    m.address = pack_text(&scratch, in->address);
    m.port = in->port;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

bool seam_listening_decode(struct view wire, struct arena *arena, struct seam_listening *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Listening *m;
    struct seam_listening l = {0};

    if (!seam_unpack(&refex__seam__listening__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Listening *)base;
    if (!check_text(m->address, "address", SEAM_LITERAL_MAX, &l.address, err) ||
        !check_range(m->port, "port", 1, 65536, err))
        return seam_bad("Listening", err);
    l.port = (uint16_t)m->port;
    *out = l;
    return true;
}

/* --- LINK_UP --- */

void seam_link_up_encode(const struct seam_link_up *in, struct bytes *out)
{
    Refex__Seam__LinkUp m = REFEX__SEAM__LINK_UP__INIT;

    m.link = in->link;
    m.peer = in->peer;
    m.certificate = pack_bytes(in->certificate);
    m.dialled = in->dialled;
    m.hello = pack_bytes(in->hello);
    pack_message(&m.base, out);
}

bool seam_link_up_decode(struct view wire, struct arena *arena, struct seam_link_up *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__LinkUp *m;
    struct seam_link_up u = {0};

    if (!seam_unpack(&refex__seam__link_up__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__LinkUp *)base;
    if (!check_range(m->link, "link", 1, UINT64_C(1) << 32, err) ||
        !check_range(m->peer, "peer", 1, UINT64_C(1) << 32, err) ||
        !check_bytes(m->certificate, "certificate", BOUND_CERTIFICATE, &u.certificate, err) ||
        !check_bytes(m->hello, "hello", BOUND_HELLO, &u.hello, err))
        return seam_bad("LinkUp", err);
    u.link = m->link;
    u.peer = m->peer;
    u.dialled = m->dialled;
    *out = u;
    return true;
}

/* --- LINK_DOWN --- */

void seam_link_down_encode(const struct seam_link_down *in, struct bytes *out)
{
    Refex__Seam__LinkDown m = REFEX__SEAM__LINK_DOWN__INIT;

    m.link = in->link;
    m.peer = in->peer;
    m.reason = (uint32_t)in->reason;
    pack_message(&m.base, out);
}

bool seam_link_down_decode(struct view wire, struct arena *arena, struct seam_link_down *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__LinkDown *m;
    struct seam_link_down d = {0};

    if (!seam_unpack(&refex__seam__link_down__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__LinkDown *)base;
    if (!check_range(m->reason, "reason", LINK_ENDED, LINK_REASON_END, err))
        return seam_bad("LinkDown", err);
    d.link = m->link;
    d.peer = m->peer;
    d.reason = (enum link_reason)m->reason;
    *out = d;
    return true;
}

/* --- DIAL_FAILED --- */

void seam_dial_failed_encode(const struct seam_dial_failed *in, struct bytes *out)
{
    Refex__Seam__DialFailed m = REFEX__SEAM__DIAL_FAILED__INIT;

    m.peer = in->peer;
    m.reason = (uint32_t)in->reason;
    pack_message(&m.base, out);
}

bool seam_dial_failed_decode(struct view wire, struct arena *arena, struct seam_dial_failed *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__DialFailed *m;
    struct seam_dial_failed d = {0};

    if (!seam_unpack(&refex__seam__dial_failed__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__DialFailed *)base;
    if (!check_range(m->peer, "peer", 1, UINT64_C(1) << 32, err) ||
        !check_range(m->reason, "reason", LINK_ENDED, LINK_REASON_END, err))
        return seam_bad("DialFailed", err);
    d.peer = m->peer;
    d.reason = (enum link_reason)m->reason;
    *out = d;
    return true;
}

/* --- LINK_WAITS and OFFER --- */

void seam_link_waits_encode(const struct seam_offer *in, struct bytes *out)
{
    Refex__Seam__LinkWaits m = REFEX__SEAM__LINK_WAITS__INIT;

    m.link = in->link;
    m.certificate = pack_bytes(in->certificate);
    pack_message(&m.base, out);
}

bool seam_link_waits_decode(struct view wire, struct arena *arena, struct seam_offer *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__LinkWaits *m;
    struct seam_offer o = {0};

    if (!seam_unpack(&refex__seam__link_waits__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__LinkWaits *)base;
    if (!check_range(m->link, "link", 1, UINT64_C(1) << 32, err) ||
        !check_bytes(m->certificate, "certificate", BOUND_CERTIFICATE, &o.certificate, err))
        return seam_bad("LinkWaits", err);
    o.link = m->link;
    *out = o;
    return true;
}

void seam_offer_encode(const struct seam_offer *in, struct bytes *out)
{
    Refex__Seam__Offer m = REFEX__SEAM__OFFER__INIT;

    m.link = in->link;
    m.certificate = pack_bytes(in->certificate);
    m.directory = pack_bytes(in->directory);
    pack_message(&m.base, out);
}

bool seam_offer_decode(struct view wire, struct arena *arena, struct seam_offer *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Offer *m;
    struct seam_offer o = {0};

    if (!seam_unpack(&refex__seam__offer__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Offer *)base;
    if (!check_range(m->link, "link", 1, UINT64_C(1) << 32, err) ||
        !check_bytes(m->certificate, "certificate", BOUND_CERTIFICATE, &o.certificate, err) ||
        !check_bytes(m->directory, "directory", BOUND_DIRECTORY, &o.directory, err))
        return seam_bad("Offer", err);
    o.link = m->link;
    *out = o;
    return true;
}

/* --- FLOW --- */

void seam_flow_encode(const struct seam_flow *in, struct bytes *out)
{
    Refex__Seam__Flow m = REFEX__SEAM__FLOW__INIT;

    m.link = in->link;
    m.stop = in->stop;
    pack_message(&m.base, out);
}

bool seam_flow_decode(struct view wire, struct arena *arena, struct seam_flow *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Flow *m;

    if (!seam_unpack(&refex__seam__flow__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Flow *)base;
    if (!check_range(m->link, "link", 1, UINT64_C(1) << 32, err))
        return seam_bad("Flow", err);
    *out = (struct seam_flow){.link = m->link, .stop = m->stop};
    return true;
}

/* --- FAILED --- */

void seam_failed_encode(const struct seam_failed *in, struct bytes *out)
{
    Refex__Seam__Failed m = REFEX__SEAM__FAILED__INIT;
    struct arena scratch = {0};

    m.code = pack_text(&scratch, in->code);
    m.sentence = pack_text(&scratch, in->sentence);
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

bool seam_failed_decode(struct view wire, struct arena *arena, struct seam_failed *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Failed *m;
    struct seam_failed f = {0};

    if (!seam_unpack(&refex__seam__failed__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Failed *)base;
    if (!check_text(m->code, "code", 16, &f.code, err) ||
        !check_text(m->sentence, "sentence", ERROR_TEXT_MAX, &f.sentence, err))
        return seam_bad("Failed", err);
    *out = f;
    return true;
}

/* --- RESOLVED --- */

void seam_resolved_encode(const struct seam_resolved *in, struct bytes *out)
{
    Refex__Seam__Resolved m = REFEX__SEAM__RESOLVED__INIT;
    struct arena scratch = {0};
    char **addresses = arena_new(&scratch, in->address_count * sizeof *addresses + 1);

    for (size_t i = 0; i < in->address_count; i++)
        addresses[i] = pack_text(&scratch, in->addresses[i]);
    m.question = in->question;
    m.n_addresses = in->address_count;
    m.addresses = addresses;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

bool seam_resolved_decode(struct view wire, struct arena *arena, struct seam_resolved *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Resolved *m;
    struct view *addresses;

    if (!seam_unpack(&refex__seam__resolved__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Resolved *)base;
    if (!check_range(m->n_addresses, "addresses", 0, BOUND_RESOLVED + 1, err))
        return seam_bad("Resolved", err);
    addresses = arena_new(arena, m->n_addresses * sizeof *addresses + 1);
    for (size_t i = 0; i < m->n_addresses; i++)
        if (!check_text(m->addresses[i], "address", SEAM_LITERAL_MAX, &addresses[i], err))
            return seam_bad("Resolved", err);
    *out = (struct seam_resolved){.question = m->question, .addresses = addresses, .address_count = m->n_addresses};
    return true;
}
