#include "codec/envelope_codec.h"

#include "codec/check.h"
#include "codec/pack.h"
#include "codec/strict.h"
#include "envelope.pb-c.h"

#include <string.h>

#define TAG_SIZE    16 /* bytes that AES-256-GCM adds to the bucket */
#define LENGTH_SIZE 4  /* bytes of the length before the content */

static const struct strict_limits header_limits = {.max_bytes = BOUND_HEADER, .max_items = 0};
static const struct strict_limits limits = {.max_bytes = BOUND_ENVELOPE, .max_items = 0};

void envelope_header_encode(const struct envelope_header *in, struct bytes *out)
{
    Refex__EnvelopeHeader m = REFEX__ENVELOPE_HEADER__INIT;

    REQUIRE(in->version == ENVELOPE_VERSION && in->sequence < SEQUENCE_END);
    m.version = in->version;
    m.suite = in->suite;
    m.message = pack_bytes(ident_view(&in->message));
    m.sender = (char *)in->sender.text;
    m.recipient = (char *)in->recipient.text;
    m.expiry = in->expiry;
    m.key = pack_bytes(ident_view(&in->key));
    m.enc = pack_bytes(view_of(in->enc, sizeof in->enc));
    m.sequence = in->sequence;
    pack_message(&m.base, out);
}

bool envelope_header_decode(struct view wire, struct arena *arena, struct envelope_header *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__EnvelopeHeader *m;
    struct envelope_header h;

    if (!strict_unpack(&refex__envelope_header__descriptor, wire, &header_limits, arena, &unpacked, err))
        return false;
    m = (const Refex__EnvelopeHeader *)unpacked;
    h.version = m->version;
    h.suite = m->suite;
    h.expiry = m->expiry;
    h.sequence = m->sequence;
    if (!check_range(m->version, "version", ENVELOPE_VERSION, ENVELOPE_VERSION + 1, err) ||
        !check_range(m->suite, "suite", SUITE_X25519_AES256GCM, SUITE_X25519_AES256GCM + 1, err) ||
        !check_ident(m->message, "message", &h.message, err) || !check_address(m->sender, "sender", &h.sender, err) ||
        !check_address(m->recipient, "recipient", &h.recipient, err) ||
        !check_range(m->expiry, "expiry", 1, UINT64_MAX, err) || !check_ident(m->key, "key", &h.key, err) ||
        !check_fixed(m->enc, "encapsulated key", h.enc, sizeof h.enc, err) ||
        !check_range(m->sequence, "sequence", 0, SEQUENCE_END, err))
        return error_wrap(err, "envelope header");
    *out = h;
    return true;
}

void envelope_encode(const struct envelope *in, struct bytes *out)
{
    Refex__Envelope m = REFEX__ENVELOPE__INIT;

    REQUIRE(in->header_bytes.size != 0 && in->header_bytes.size <= BOUND_HEADER);
    REQUIRE(in->ciphertext.size > TAG_SIZE && envelope_is_bucket(in->ciphertext.size - TAG_SIZE));
    m.header = pack_bytes(in->header_bytes);
    m.ciphertext = pack_bytes(in->ciphertext);
    pack_message(&m.base, out);
}

bool envelope_decode(struct view wire, struct arena *arena, struct envelope *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__Envelope *m;
    struct envelope e;

    if (!strict_unpack(&refex__envelope__descriptor, wire, &limits, arena, &unpacked, err))
        return false;
    m = (const Refex__Envelope *)unpacked;
    if (!check_bytes(m->header, "header", BOUND_HEADER, &e.header_bytes, err) ||
        !check_bytes(m->ciphertext, "ciphertext", BOUND_ENVELOPE, &e.ciphertext, err))
        return error_wrap(err, "envelope");
    if (e.ciphertext.size <= TAG_SIZE || !envelope_is_bucket(e.ciphertext.size - TAG_SIZE))
        return error_set(err, E_BYT_03, "envelope: ciphertext of %zu bytes is in no bucket", e.ciphertext.size);
    if (!envelope_header_decode(e.header_bytes, arena, &e.header, err))
        return false;
    *out = e;
    return true;
}

/* What belongs together is there or not there together (docs/PROTOCOL.md 7 and 8). */
static bool content_holds(const struct content *c, struct error *err)
{
    if (c->has_body != (c->body.size != 0))
        return error_set(err, E_BYT_03, "a body without its salt, or a salt without its body");
    if ((c->consistency.size != 0) != (c->known_size != 0))
        return error_set(err, E_BYT_03, "a consistency path without the size it begins from, or the other way round");
    if (!c->has_body && (c->consistency.size != 0 || c->consent.size != 0))
        return error_set(err, E_BYT_03, "a receipt with more than record, path and checkpoint");
    return true;
}

void content_encode(const struct content *in, struct bytes *out)
{
    Refex__Content m = REFEX__CONTENT__INIT;
    struct error err;

    REQUIRE(in->version == CONTENT_VERSION && content_holds(in, &err));
    m.record = pack_bytes(in->record);
    m.path = pack_bytes(in->path);
    m.checkpoint = pack_bytes(in->checkpoint);
    if (in->has_body)
        m.body_salt = pack_bytes(view_of(in->body_salt, sizeof in->body_salt));
    m.body = pack_bytes(in->body);
    m.consistency = pack_bytes(in->consistency);
    m.consent = pack_bytes(in->consent);
    m.version = in->version;
    m.known_size = in->known_size;
    pack_message(&m.base, out);
}

bool content_decode(struct view wire, struct arena *arena, struct content *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__Content *m;
    struct content c = {.version = CONTENT_VERSION};

    if (!strict_unpack(&refex__content__descriptor, wire, &limits, arena, &unpacked, err))
        return false;
    m = (const Refex__Content *)unpacked;
    c.has_body = m->body_salt.len != 0;
    c.known_size = m->known_size;
    if (!check_range(m->version, "version", CONTENT_VERSION, CONTENT_VERSION + 1, err) ||
        !check_bytes(m->record, "record", BOUND_RECORD, &c.record, err) ||
        !check_path(m->path, "path", BOUND_PATH, &c.path, err) ||
        !check_bytes(m->checkpoint, "checkpoint", BOUND_CHECKPOINT, &c.checkpoint, err) ||
        (c.has_body && !check_fixed(m->body_salt, "body salt", c.body_salt, sizeof c.body_salt, err)) ||
        !check_bytes_optional(m->body, "body", BOUND_BODY, &c.body, err) ||
        !check_path(m->consistency, "consistency path", BOUND_CONSISTENCY, &c.consistency, err) ||
        !check_range(m->known_size, "known size", 0, UINT64_C(1) << 63, err) ||
        !check_bytes_optional(m->consent, "consent receipt", BOUND_ENVELOPE, &c.consent, err) ||
        !content_holds(&c, err))
        return error_wrap(err, "content");
    *out = c;
    return true;
}

bool content_pad(const struct content *in, size_t bucket, struct bytes *plaintext, struct error *err)
{
    size_t begin = plaintext->size;
    size_t size;
    size_t fits;

    bytes_append_u32(plaintext, 0);
    content_encode(in, plaintext);
    size = plaintext->size - begin;
    fits = envelope_bucket(size);
    if (fits == 0 || (bucket != 0 && bucket < fits)) {
        bytes_truncate(plaintext, begin);
        return error_set(err, E_BYT_05, "content of %zu bytes does not fit", size);
    }
    if (bucket == 0)
        bucket = fits;
    REQUIRE(envelope_is_bucket(bucket));
    write_u32(plaintext->at + begin, (uint32_t)(size - LENGTH_SIZE));
    memset(bytes_reserve(plaintext, bucket - size), 0, bucket - size);
    plaintext->size = begin + bucket;
    return true;
}

bool content_unpad(struct view plaintext, struct view *content, struct error *err)
{
    const uint8_t *filler;
    size_t size;
    size_t rest;

    if (!envelope_is_bucket(plaintext.size))
        return error_set(err, E_BYT_03, "content: padded to %zu bytes, which is no bucket", plaintext.size);
    size = read_u32(plaintext.at);
    if (size == 0 || size > plaintext.size - LENGTH_SIZE)
        return error_set(err, E_BYT_03, "content: a length that cannot be");
    filler = plaintext.at + LENGTH_SIZE + size;
    rest = plaintext.size - LENGTH_SIZE - size;
    /* All zero: the first is, and each equals the one before. */
    if (rest != 0 && (filler[0] != 0 || memcmp(filler, filler + 1, rest - 1) != 0))
        return error_set(err, E_BYT_03, "content: a filler that is not zero");
    *content = view_of(plaintext.at + LENGTH_SIZE, size);
    return true;
}

void receipt_encode(const struct receipt *in, struct bytes *out)
{
    Refex__Receipt m = REFEX__RECEIPT__INIT;

    REQUIRE(in->record.size != 0 && in->checkpoint.size != 0);
    m.record = pack_bytes(in->record);
    m.path = pack_bytes(in->path);
    m.checkpoint = pack_bytes(in->checkpoint);
    m.linked = in->linked;
    m.consistency = pack_bytes(in->consistency);
    m.from_size = in->from_size;
    pack_message(&m.base, out);
}

bool receipt_decode(struct view wire, struct arena *arena, struct receipt *out, struct error *err)
{
    const ProtobufCMessage *unpacked;
    const Refex__Receipt *m;
    struct receipt r;

    if (!strict_unpack(&refex__receipt__descriptor, wire, &limits, arena, &unpacked, err))
        return false;
    m = (const Refex__Receipt *)unpacked;
    if (!check_bytes(m->record, "record", BOUND_RECORD, &r.record, err) ||
        !check_path(m->path, "path", BOUND_PATH, &r.path, err) ||
        !check_bytes(m->checkpoint, "checkpoint", BOUND_CHECKPOINT, &r.checkpoint, err) ||
        !check_range(m->linked, "linked", 0, UINT64_C(1) << 63, err) ||
        !check_path(m->consistency, "consistency path", BOUND_CONSISTENCY, &r.consistency, err) ||
        !check_range(m->from_size, "from size", 0, UINT64_C(1) << 63, err))
        return error_wrap(err, "receipt");
    if ((r.consistency.size != 0) != (m->from_size != 0))
        return error_set(err, E_BYT_03, "receipt: a consistency path without its size, or the other way round");
    r.linked = m->linked;
    r.from_size = m->from_size;
    *out = r;
    return true;
}
