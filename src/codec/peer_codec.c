#include "codec/peer_codec.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/strict.h"
#include "model/envelope.h"
#include "model/refusal.h"

#include "peer.pb-c.h"

/* Sets the code of *ERR, set by a check, to that for a peer that broke the protocol. Always false. */
static bool peer_bad(const char *message, struct error *err)
{
    err->code = E_LNK_10;
    return error_wrap(err, "peer: %s", message);
}

static bool peer_unpack(const ProtobufCMessageDescriptor *d, struct view wire, size_t max_items, bool ignores_unknown,
                        struct arena *arena, const ProtobufCMessage **out, struct error *err)
{
    struct strict_limits limits = {
        .max_bytes = BOUND_FRAME,
        .max_items = max_items,
        .ignores_unknown = ignores_unknown,
    };

    return strict_unpack(d, wire, &limits, arena, out, err) || peer_bad(d->short_name, err);
}

/* --- hello --- */

void peer_hello_encode(const struct peer_hello *in, struct bytes *out)
{
    Refex__Peer__Hello m = REFEX__PEER__HELLO__INIT;
    struct arena scratch = {0};

    m.protocol_min = in->protocol_min;
    m.protocol_max = in->protocol_max;
    m.software = pack_text(&scratch, in->software);
    m.node = pack_bytes(ident_view(&in->node));
    m.federation_id = pack_bytes(hash_view(&in->federation_id));
    m.directory_sequence = in->directory_sequence;
    if (in->has_directory_hash)
        m.directory_hash = pack_bytes(hash_view(&in->directory_hash));
    m.bundle_sequence = in->bundle_sequence;
    m.incarnation = in->incarnation;
    m.linked_size = in->linked_size;
    pack_message(&m.base, out);
    arena_fini(&scratch);
}

void peer_hello_add_linked(uint64_t linked_size, struct bytes *out)
{
    Refex__Peer__Hello m = REFEX__PEER__HELLO__INIT;

    m.linked_size = linked_size;
    pack_message(&m.base, out);
}

static bool hello_check(const Refex__Peer__Hello *m, struct peer_hello *out, struct error *err)
{
    out->has_directory_hash = m->directory_hash.len != 0;
    if (!check_range(m->protocol_min, "protocol_min", 1, UINT64_C(1) << 32, err) ||
        !check_range(m->protocol_max, "protocol_max", m->protocol_min, UINT64_C(1) << 32, err) ||
        !check_line_optional(m->software, "software", BOUND_SOFTWARE, &out->software, err) ||
        !check_ident(m->node, "node", &out->node, err) ||
        !check_hash(m->federation_id, "federation id", &out->federation_id, err) ||
        !check_range(m->directory_sequence, "directory sequence", 1, UINT64_C(1) << 63, err) ||
        (out->has_directory_hash && !check_hash(m->directory_hash, "directory hash", &out->directory_hash, err)) ||
        !check_range(m->incarnation, "incarnation", 1, UINT64_C(1) << 32, err))
        return false;
    out->protocol_min = m->protocol_min;
    out->protocol_max = m->protocol_max;
    out->directory_sequence = m->directory_sequence;
    out->bundle_sequence = m->bundle_sequence;
    out->incarnation = m->incarnation;
    out->linked_size = m->linked_size;
    return true;
}

bool peer_hello_decode(struct view wire, struct arena *arena, struct peer_hello *out, struct error *err)
{
    const ProtobufCMessage *m;
    struct peer_hello h = {0};

    if (!peer_unpack(&refex__peer__hello__descriptor, wire, 0, true, arena, &m, err))
        return false;
    if (!hello_check((const Refex__Peer__Hello *)m, &h, err))
        return peer_bad("Hello", err);
    *out = h;
    return true;
}

/* --- refusal --- */

void peer_refusal_encode(const struct peer_refusal *in, struct bytes *out)
{
    Refex__Peer__Refusal m = REFEX__PEER__REFUSAL__INIT;

    if (in->has_message)
        m.message = pack_bytes(ident_view(&in->message));
    m.step = in->step;
    m.bundle = pack_bytes(in->bundle);
    m.reason = in->reason;
    m.hold = in->hold;
    pack_message(&m.base, out);
}

bool peer_refusal_decode(struct view wire, struct arena *arena, struct peer_refusal *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Peer__Refusal *m;
    struct peer_refusal r = {0};

    if (!peer_unpack(&refex__peer__refusal__descriptor, wire, 0, false, arena, &base, err))
        return false;
    m = (const Refex__Peer__Refusal *)base;
    if (!check_ident_optional(m->message, "message", &r.has_message, &r.message, err) ||
        !check_range(m->step, "step", STEP_BOUNDS, STEP_END, err) ||
        !check_bytes_optional(m->bundle, "bundle", BOUND_NOTE, &r.bundle, err) ||
        !check_range(m->reason, "reason", m->step == STEP_ACTS ? 1 : 0, m->step == STEP_ACTS ? REFUSAL_END : 1, err) ||
        !check_range(m->hold, "hold", HOLD_NONE, HOLD_END, err))
        return peer_bad("Refusal", err);
    r.step = m->step;
    r.reason = m->reason;
    r.hold = (enum hold)m->hold;
    *out = r;
    return true;
}

/* --- witness --- */

void peer_witness_encode(const struct peer_witness *in, struct bytes *out)
{
    Refex__Peer__Witness m = REFEX__PEER__WITNESS__INIT;
    Refex__Peer__Growth grown[BOUND_WITNESSED];
    Refex__Peer__Growth *at[BOUND_WITNESSED];
    uint64_t sizes[BOUND_WITNESSED];

    REQUIRE(in->size_count <= BOUND_WITNESSED && in->grown_count <= BOUND_WITNESSED);
    for (size_t i = 0; i < in->size_count; i++)
        sizes[i] = in->sizes[i];
    for (size_t i = 0; i < in->grown_count; i++) {
        refex__peer__growth__init(&grown[i]);
        grown[i].checkpoint = pack_bytes(in->grown[i].checkpoint);
        grown[i].consistency = pack_bytes(in->grown[i].consistency);
        grown[i].from_size = in->grown[i].from_size;
        at[i] = &grown[i];
    }
    m.linked = pack_bytes(in->linked);
    m.n_sizes = in->size_count;
    m.sizes = sizes;
    m.n_grown = in->grown_count;
    m.grown = at;
    pack_message(&m.base, out);
}

static bool sizes_check(const uint64_t *at, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (at[i] >> 63 != 0 || at[i] <= (i == 0 ? 0 : at[i - 1]))
            return error_set(err, E_BYT_03, "sizes that do not ascend, or are none");
    return true;
}

static bool growth_check(const Refex__Peer__Growth *m, struct peer_growth *out, struct error *err)
{
    out->from_size = m->from_size;
    return check_bytes(m->checkpoint, "checkpoint", BOUND_CHECKPOINT, &out->checkpoint, err) &&
           check_path(m->consistency, "consistency", BOUND_CONSISTENCY, &out->consistency, err) &&
           check_range(m->from_size, "from size", 1, UINT64_C(1) << 63, err);
}

static bool witness_check(const Refex__Peer__Witness *m, struct arena *arena, struct peer_witness *out,
                          struct error *err)
{
    struct peer_growth *grown;

    if (!check_bytes_optional(m->linked, "linked", BOUND_CHECKPOINT, &out->linked, err) ||
        !sizes_check(m->sizes, m->n_sizes, err))
        return false;
    if (m->n_grown != 0 && (m->n_sizes != 0 || out->linked.size != 0))
        return error_set(err, E_BYT_03, "an answer that asks");
    grown = arena_new(arena, (m->n_grown + 1) * sizeof *grown);
    for (size_t i = 0; i < m->n_grown; i++)
        if (!growth_check(m->grown[i], &grown[i], err))
            return false;
    out->sizes = m->sizes;
    out->size_count = m->n_sizes;
    out->grown = grown;
    out->grown_count = m->n_grown;
    return true;
}

bool peer_witness_decode(struct view wire, struct arena *arena, struct peer_witness *out, struct error *err)
{
    const ProtobufCMessage *m;
    struct peer_witness w = {0};

    if (!peer_unpack(&refex__peer__witness__descriptor, wire, BOUND_WITNESSED, false, arena, &m, err))
        return false;
    if (!witness_check((const Refex__Peer__Witness *)m, arena, &w, err))
        return peer_bad("Witness", err);
    *out = w;
    return true;
}

/* --- cosigned --- */

void peer_cosigned_encode(const struct peer_cosigned *in, struct bytes *out)
{
    Refex__Peer__Cosigned m = REFEX__PEER__COSIGNED__INIT;

    m.checkpoint = pack_bytes(in->checkpoint);
    if (in->has_from_size) {
        m.consistency = pack_bytes(in->consistency);
        m.from_size = in->from_size;
    }
    pack_message(&m.base, out);
}

bool peer_cosigned_decode(struct view wire, struct arena *arena, struct peer_cosigned *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Peer__Cosigned *m;
    struct peer_cosigned c = {0};

    if (!peer_unpack(&refex__peer__cosigned__descriptor, wire, 0, false, arena, &base, err))
        return false;
    m = (const Refex__Peer__Cosigned *)base;
    if (!check_bytes(m->checkpoint, "checkpoint", BOUND_COSIGNED, &c.checkpoint, err) ||
        !check_path(m->consistency, "consistency", BOUND_CONSISTENCY, &c.consistency, err))
        return peer_bad("Cosigned", err);
    if (c.consistency.size != 0 && m->from_size == 0)
        return error_set(err, E_LNK_10, "peer: Cosigned: a consistency path that begins nowhere");
    c.from_size = m->from_size;
    c.has_from_size = m->from_size != 0;
    *out = c;
    return true;
}

/* --- incarnation --- */

void peer_incarnation_encode(const struct peer_incarnation *in, struct bytes *out)
{
    Refex__Peer__Incarnation m = REFEX__PEER__INCARNATION__INIT;

    m.record = pack_bytes(in->record);
    m.path = pack_bytes(in->path);
    m.checkpoint = pack_bytes(in->checkpoint);
    pack_message(&m.base, out);
}

bool peer_incarnation_decode(struct view wire, struct arena *arena, struct peer_incarnation *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Peer__Incarnation *m;
    struct peer_incarnation i = {0};

    if (!peer_unpack(&refex__peer__incarnation__descriptor, wire, 0, false, arena, &base, err))
        return false;
    m = (const Refex__Peer__Incarnation *)base;
    if (!check_bytes(m->record, "record", BOUND_RECORD, &i.record, err) ||
        !check_path(m->path, "path", BOUND_PATH, &i.path, err) ||
        !check_bytes(m->checkpoint, "checkpoint", BOUND_CHECKPOINT, &i.checkpoint, err))
        return peer_bad("Incarnation", err);
    *out = i;
    return true;
}

/* --- what arrived --- */

/* Fixed-size items in one field; borrowed where they lie. */
static bool items_check(ProtobufCBinaryData from, size_t size, size_t least, struct error *err)
{
    if (from.len % size != 0 || from.len / size < least || from.len / size > BOUND_ASKED)
        return error_set(err, E_BYT_03, "a list of %zu bytes", from.len);
    return true;
}

void peer_ask_encode(const struct peer_ask *in, struct bytes *out)
{
    Refex__Peer__Ask m = REFEX__PEER__ASK__INIT;

    m.messages = pack_bytes(view_of(in->asked, in->count * PEER_ASK_ITEM));
    pack_message(&m.base, out);
}

bool peer_ask_decode(struct view wire, struct arena *arena, struct peer_ask *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Peer__Ask *m;

    _Static_assert(sizeof(struct peer_asked) == PEER_ASK_ITEM, "an item is its two parts");
    if (!peer_unpack(&refex__peer__ask__descriptor, wire, 0, false, arena, &base, err))
        return false;
    m = (const Refex__Peer__Ask *)base;
    if (!items_check(m->messages, PEER_ASK_ITEM, 1, err))
        return peer_bad("Ask", err);
    out->asked = (const struct peer_asked *)(const void *)m->messages.data;
    out->count = m->messages.len / PEER_ASK_ITEM;
    return true;
}

void peer_missing_encode(const struct peer_missing *in, struct bytes *out)
{
    Refex__Peer__Missing m = REFEX__PEER__MISSING__INIT;

    m.messages = pack_bytes(view_of(in->ids, in->count * sizeof(struct ident)));
    pack_message(&m.base, out);
}

bool peer_missing_decode(struct view wire, struct arena *arena, struct peer_missing *out, struct error *err)
{
    const ProtobufCMessage *base;
    const Refex__Peer__Missing *m;

    if (!peer_unpack(&refex__peer__missing__descriptor, wire, 0, false, arena, &base, err))
        return false;
    m = (const Refex__Peer__Missing *)base;
    if (!items_check(m->messages, sizeof(struct ident), 0, err))
        return peer_bad("Missing", err);
    out->ids = (const struct ident *)(const void *)m->messages.data;
    out->count = m->messages.len / sizeof(struct ident);
    return true;
}
