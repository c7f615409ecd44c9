/* Reasons, and the messages from refexd to refex-link and to the resolver. */
#include "codec/seam_codec.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/seam_inside.h"
#include "codec/strict.h"

#include "seam.pb-c.h"

#include <string.h>

/* --- reasons --- */

static const struct {
    const char *name;
    enum error_code code;
} reasons[LINK_REASON_END] = {
    [LINK_ENDED] = {"ended", E_LNK_16},
    [LINK_UNREACHABLE] = {"unreachable", E_LNK_01},
    [LINK_WRONG_CA] = {"wrong-ca", E_LNK_02},
    [LINK_EXPIRED] = {"expired", E_LNK_03},
    [LINK_REVOKED] = {"revoked", E_LNK_04},
    [LINK_OTHER_AGENCY] = {"other-agency", E_LNK_05},
    [LINK_WRONG_USE] = {"wrong-use", E_LNK_06},
    [LINK_NO_ALPN] = {"no-alpn", E_LNK_07},
    [LINK_TLS] = {"tls", E_LNK_08},
    [LINK_SILENT] = {"silent", E_LNK_09},
    [LINK_BROKE_PROTOCOL] = {"broke-protocol", E_LNK_10},
    [LINK_NOT_A_MEMBER] = {"not-a-member", E_LNK_14},
    [LINK_TOO_MANY] = {"too-many", E_LNK_15},
    [LINK_CUT] = {"cut", E_LNK_16},
    [LINK_DUPLICATE] = {"duplicate", E_LNK_17},
    [LINK_NO_CERTIFICATE] = {"no-certificate", E_LNK_20},
    [LINK_NO_VERSION] = {"no-version", E_LNK_91},
    [LINK_OVERFLOW] = {"overflow", E_LNK_22},
    [LINK_REFUSED_BY_PEER] = {"refused-by-peer", E_LNK_24},
    [LINK_UNKNOWN_FRAME] = {"unknown-frame", E_LNK_93},
};

const char *link_reason_name(enum link_reason r)
{
    return r > 0 && r < LINK_REASON_END ? reasons[r].name : "?";
}

enum error_code link_reason_code(enum link_reason r)
{
    REQUIRE(r > 0 && r < LINK_REASON_END);
    return reasons[r].code;
}

enum link_reason link_reason_of(enum error_code code)
{
    for (int r = LINK_UNREACHABLE; r < LINK_REASON_END; r++)
        if (reasons[r].code == code)
            return (enum link_reason)r;
    return LINK_CUT;
}

/* --- what every message needs --- */

bool seam_bad(const char *message, struct error *err)
{
    err->code = E_LNK_13;
    return error_wrap(err, "seam: %s", message);
}

bool seam_unpack(const ProtobufCMessageDescriptor *d, struct view wire, struct arena *arena,
                 const ProtobufCMessage **out, struct error *err)
{
    static const struct strict_limits limits = {
        .max_bytes = BOUND_FRAME,
        .max_items = SEAM_NODES_MAX,
        .ignores_unknown = true,
    };

    return strict_unpack(d, wire, &limits, arena, out, err) || seam_bad(d->short_name, err);
}

/* A list of DER, each from 1 to BOUND_CERTIFICATE bytes, at most MAX of them, as views in ARENA. */
static bool unpack_views(const ProtobufCBinaryData *from, size_t count, size_t max, struct arena *arena,
                         const struct view **out, struct error *err)
{
    struct view *at;

    if (count > max)
        return error_set(err, E_LNK_13, "%zu certificates, at most %zu may come", count, max);
    at = arena_new(arena, count * sizeof *at + 1);
    for (size_t i = 0; i < count; i++)
        if (!check_bytes(from[i], "certificate", BOUND_CERTIFICATE, &at[i], err))
            return false;
    *out = at;
    return true;
}

/* The reverse: what protobuf-c packs, in SCRATCH. */
static ProtobufCBinaryData *pack_views(const struct view *from, size_t count, struct arena *scratch)
{
    ProtobufCBinaryData *at = arena_new(scratch, count * sizeof *at + 1);

    for (size_t i = 0; i < count; i++)
        at[i] = pack_bytes(from[i]);
    return at;
}

/* --- trust --- */

static void trust_pack(const struct seam_trust *in, struct arena *scratch, Refex__Seam__Trust *m)
{
    ProtobufCBinaryData *revoked = arena_new(scratch, in->revoked_count * sizeof *revoked + 1);
    Refex__Seam__Node *nodes = arena_new(scratch, in->node_count * sizeof *nodes + 1);
    Refex__Seam__Node **list = arena_new(scratch, in->node_count * sizeof *list + 1);

    for (size_t i = 0; i < in->revoked_count; i++)
        revoked[i] = pack_bytes(hash_view(&in->revoked[i]));
    for (size_t i = 0; i < in->node_count; i++) {
        refex__seam__node__init(&nodes[i]);
        nodes[i].id = pack_bytes(ident_view(&in->nodes[i].id));
        nodes[i].peer = in->nodes[i].peer;
        nodes[i].linked = in->nodes[i].linked;
        list[i] = &nodes[i];
    }
    m->n_anchors = in->anchor_count;
    m->anchors = pack_views(in->anchors, in->anchor_count, scratch);
    m->n_revoked = in->revoked_count;
    m->revoked = revoked;
    m->n_nodes = in->node_count;
    m->nodes = list;
    m->hello = pack_bytes(in->hello);
}

static bool read_nodes(const Refex__Seam__Trust *m, struct arena *arena, struct seam_trust *out, struct error *err)
{
    struct seam_node *nodes = arena_new(arena, m->n_nodes * sizeof *nodes + 1);

    for (size_t i = 0; i < m->n_nodes; i++) {
        if (!check_ident(m->nodes[i]->id, "node", &nodes[i].id, err) ||
            !check_range(m->nodes[i]->peer, "peer", 1, UINT64_C(1) << 32, err))
            return false;
        nodes[i].peer = m->nodes[i]->peer;
        nodes[i].linked = m->nodes[i]->linked;
        if (i > 0 && memcmp(nodes[i - 1].id.at, nodes[i].id.at, IDENT_SIZE) >= 0)
            return error_set(err, E_LNK_13, "the nodes are not in order");
    }
    out->nodes = nodes;
    out->node_count = m->n_nodes;
    return true;
}

static bool trust_read(const Refex__Seam__Trust *m, struct arena *arena, struct seam_trust *out, struct error *err)
{
    struct hash *revoked;

    if (m == NULL)
        return error_set(err, E_LNK_13, "without trust");
    revoked = arena_new(arena, m->n_revoked * sizeof *revoked + 1);
    if (!unpack_views(m->anchors, m->n_anchors, SEAM_ANCHORS_MAX, arena, &out->anchors, err))
        return false;
    for (size_t i = 0; i < m->n_revoked; i++)
        if (!check_hash(m->revoked[i], "revoked", &revoked[i], err))
            return false;
    out->anchor_count = m->n_anchors;
    out->revoked = revoked;
    out->revoked_count = m->n_revoked;
    return read_nodes(m, arena, out, err) && check_bytes(m->hello, "hello", BOUND_HELLO, &out->hello, err);
}

/* --- CONFIGURE --- */

void seam_configure_encode(const struct seam_configure *in, struct bytes *out)
{
    Refex__Seam__Configure m = REFEX__SEAM__CONFIGURE__INIT;
    Refex__Seam__Trust trust = REFEX__SEAM__TRUST__INIT;
    struct arena scratch = {0};

    trust_pack(&in->trust, &scratch, &trust);
    m.build = pack_text(&scratch, in->build);
    m.transport_key = pack_bytes(in->transport_key);
    m.certificate = pack_bytes(in->certificate);
    m.label = (char *)in->label.text;
    m.node = pack_bytes(ident_view(&in->node));
    m.listen_address = pack_text(&scratch, in->listen_address);
    m.listen_port = in->listen_port;
    m.may_dial = in->may_dial;
    m.allow_unconfined = in->allow_unconfined;
    m.trust = &trust;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

static bool label_check(const char *from, struct label *out, struct error *err)
{
    return label_read(view_of_text(from), out) || error_set(err, E_LNK_13, "the label is not one");
}

static bool configure_check(const Refex__Seam__Configure *m, struct arena *arena, struct seam_configure *out,
                            struct error *err)
{
    if (!check_text(m->build, "build", SEAM_BUILD_MAX, &out->build, err) ||
        !check_bytes(m->transport_key, "transport key", SEAM_KEY_MAX, &out->transport_key, err) ||
        !check_bytes(m->certificate, "certificate", BOUND_CERTIFICATE, &out->certificate, err) ||
        !label_check(m->label, &out->label, err) || !check_ident(m->node, "node", &out->node, err) ||
        !check_text_optional(m->listen_address, "listen address", SEAM_LITERAL_MAX, &out->listen_address, err) ||
        !check_range(m->listen_port, "listen port", 0, 65536, err))
        return false;
    out->listen_port = (uint16_t)m->listen_port;
    out->may_dial = m->may_dial;
    out->allow_unconfined = m->allow_unconfined;
    return trust_read(m->trust, arena, &out->trust, err);
}

bool seam_configure_decode(struct view wire, struct arena *arena, struct seam_configure *out, struct error *err)
{
    const ProtobufCMessage *m;
    struct seam_configure c = {0};

    if (!seam_unpack(&refex__seam__configure__descriptor, wire, arena, &m, err))
        return false;
    if (!configure_check((const Refex__Seam__Configure *)m, arena, &c, err))
        return seam_bad("Configure", err);
    *out = c;
    return true;
}

/* --- UPDATE --- */

void seam_update_encode(const struct seam_trust *in, struct bytes *out)
{
    Refex__Seam__Update m = REFEX__SEAM__UPDATE__INIT;
    Refex__Seam__Trust trust = REFEX__SEAM__TRUST__INIT;
    struct arena scratch = {0};

    trust_pack(in, &scratch, &trust);
    m.trust = &trust;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

bool seam_update_decode(struct view wire, struct arena *arena, struct seam_trust *out, struct error *err)
{
    const ProtobufCMessage *m;
    struct seam_trust t = {0};

    if (!seam_unpack(&refex__seam__update__descriptor, wire, arena, &m, err))
        return false;
    if (!trust_read(((const Refex__Seam__Update *)m)->trust, arena, &t, err))
        return seam_bad("Update", err);
    *out = t;
    return true;
}

/* --- DIAL --- */

void seam_dial_encode(const struct seam_dial *in, struct bytes *out)
{
    Refex__Seam__Dial m = REFEX__SEAM__DIAL__INIT;
    struct arena scratch = {0};

    m.peer = in->peer;
    m.address = pack_text(&scratch, in->address);
    m.port = in->port;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

bool seam_dial_decode(struct view wire, struct arena *arena, struct seam_dial *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Dial *m;
    struct seam_dial d = {0};

    if (!seam_unpack(&refex__seam__dial__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Dial *)base;
    if (!check_range(m->peer, "peer", 1, UINT64_C(1) << 32, err) ||
        !check_text(m->address, "address", SEAM_LITERAL_MAX, &d.address, err) ||
        !check_range(m->port, "port", 1, 65536, err))
        return seam_bad("Dial", err);
    d.peer = m->peer;
    d.port = (uint16_t)m->port;
    *out = d;
    return true;
}

/* --- HANG_UP --- */

void seam_hang_up_encode(const struct seam_hang_up *in, struct bytes *out)
{
    Refex__Seam__HangUp m = REFEX__SEAM__HANG_UP__INIT;

    m.link = in->link;
    m.why = (uint32_t)in->why;
    pack_message(&m.base, out);
}

bool seam_hang_up_decode(struct view wire, struct arena *arena, struct seam_hang_up *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__HangUp *m;

    if (!seam_unpack(&refex__seam__hang_up__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__HangUp *)base;
    if (!check_range(m->link, "link", 1, UINT64_C(1) << 32, err) ||
        !check_range(m->why, "why", LINK_ENDED, LINK_REASON_END, err))
        return seam_bad("HangUp", err);
    *out = (struct seam_hang_up){.link = m->link, .why = (enum link_reason)m->why};
    return true;
}

/* --- LINKED --- */

void seam_linked_encode(const struct seam_linked *in, struct bytes *out)
{
    Refex__Seam__Linked m = REFEX__SEAM__LINKED__INIT;

    m.peer = in->peer;
    m.size = in->size;
    pack_message(&m.base, out);
}

bool seam_linked_decode(struct view wire, struct arena *arena, struct seam_linked *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Linked *m;

    if (!seam_unpack(&refex__seam__linked__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Linked *)base;
    if (!check_range(m->peer, "peer", 1, UINT64_C(1) << 32, err))
        return seam_bad("Linked", err);
    *out = (struct seam_linked){.peer = m->peer, .size = m->size};
    return true;
}

/* --- RESOLVE --- */

void seam_resolve_encode(const struct seam_resolve *in, struct bytes *out)
{
    Refex__Seam__Resolve m = REFEX__SEAM__RESOLVE__INIT;
    struct arena scratch = {0};

    m.question = in->question;
    m.host = pack_text(&scratch, in->host);
    m.port = in->port;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

bool seam_resolve_decode(struct view wire, struct arena *arena, struct seam_resolve *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Seam__Resolve *m;
    struct seam_resolve r = {0};

    if (!seam_unpack(&refex__seam__resolve__descriptor, wire, arena, &base, err))
        return false;
    m = (const Refex__Seam__Resolve *)base;
    if (!check_text(m->host, "host", BOUND_FEDERATION, &r.host, err) || !check_range(m->port, "port", 0, 65536, err))
        return seam_bad("Resolve", err);
    r.question = m->question;
    r.port = (uint16_t)m->port;
    *out = r;
    return true;
}
