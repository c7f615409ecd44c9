#include "codec/membership_codec.h"

#include <string.h>

#include "base/text.h"
#include "codec/endpoint.h"
#include "codec/pack.h"
#include "codec/strict.h"
#include "directory.pb-c.h"

/* --- the lines --- */

static void append_lines(struct bytes *file, const char *first, struct view protobuf)
{
    struct bytes text = {0};

    bytes_append_text(file, first);
    bytes_append_text(file, "\n");
    text_append_base64(&text, protobuf);
    for (size_t at = 0; at < text.size; at += MEMBERSHIP_LINE) {
        bytes_append(file, text.at + at, text.size - at < MEMBERSHIP_LINE ? text.size - at : MEMBERSHIP_LINE);
        bytes_append_text(file, "\n");
    }
    bytes_fini(&text);
}

/* Joins the lines behind FIRST; false where one is not as append_lines made it. */
static bool join_lines(struct view file, const char *first, struct bytes *protobuf)
{
    struct bytes text = {0};
    struct view line;
    bool ok = file.size > 0 && file.at[file.size - 1] == '\n';

    if (!ok)
        return false;
    file.size--;
    ok = text_split(&file, '\n', &line) && text_is(line, first) && file.at != NULL;
    while (ok && text_split(&file, '\n', &line)) {
        ok = line.size > 0 && line.size <= MEMBERSHIP_LINE && (line.size == MEMBERSHIP_LINE || file.at == NULL);
        bytes_append_view(&text, line);
    }
    ok = ok && text_read_base64(bytes_view(&text), protobuf);
    bytes_fini(&text);
    return ok;
}

/* The protobuf of FILE, strictly unpacked into ARENA. */
static bool unpack_file(struct view file, const char *first, const ProtobufCMessageDescriptor *descriptor,
                        struct arena *arena, const ProtobufCMessage **out, struct error *err)
{
    const struct strict_limits limits = {.max_bytes = BOUND_MEMBERSHIP_FILE, .max_items = 1};
    struct bytes protobuf = {0};
    bool ok = join_lines(file, first, &protobuf);

    if (!ok)
        error_set(err, E_BYT_01, "the file does not consist of the line %s and lines of base64", first);
    ok = ok && strict_unpack(descriptor, bytes_view(&protobuf), &limits, arena, out, err);
    bytes_fini(&protobuf);
    return ok;
}

static struct view view_of_data(ProtobufCBinaryData d)
{
    return view_of(d.data, d.len);
}

static bool der_ok(struct view der)
{
    return der.size > 0 && der.size <= BOUND_CERTIFICATE;
}

/* --- request.refex --- */

static bool request_check(const struct request *r, struct error *err)
{
    struct address relay;

    if (r->kind < KIND_POLICE || r->kind >= KIND_END)
        return error_set(err, E_FED_04, "the request of %s names no known kind of agency", r->agency.text);
    if (r->unlisted ? r->endpoint.size > 0 : !endpoint_ok(r->endpoint))
        return error_set(err, E_FED_04, "the request of %s has an endpoint that is not as it should be",
                         r->agency.text);
    if (r->relay.size > 0 && (!address_read(r->relay, &relay) || address_equal(&relay, &r->agency)))
        return error_set(err, E_FED_04, "the request of %s names a wrong relay", r->agency.text);
    if (ident_is_zero(&r->node))
        return error_set(err, E_FED_04, "the request of %s has no id for its machine", r->agency.text);
    if (!der_ok(r->transport) || !der_ok(r->identity) || r->bundle.size > BOUND_NOTE)
        return error_set(err, E_FED_04, "the request of %s lacks a part, or one is too long", r->agency.text);
    return true;
}

bool request_encode(const struct request *r, struct bytes *file, struct error *err)
{
    Refex__Directory__Request out = REFEX__DIRECTORY__REQUEST__INIT;
    struct bytes protobuf = {0};
    struct arena a = {0};

    if (!request_check(r, err))
        return false;
    out.agency = pack_text(&a, address_view(&r->agency));
    out.kind = (uint32_t)r->kind;
    out.unlisted = r->unlisted ? 1 : 0;
    out.endpoint = pack_text(&a, r->endpoint);
    out.relay = pack_text(&a, r->relay);
    out.transport = pack_bytes(r->transport);
    out.identity = pack_bytes(r->identity);
    out.bundle = pack_bytes(r->bundle);
    out.node = pack_bytes(ident_view(&r->node));
    pack_message(&out.base, &protobuf);
    append_lines(file, REQUEST_FIRST_LINE, bytes_view(&protobuf));
    arena_fini(&a);
    bytes_fini(&protobuf);
    return true;
}

bool request_decode(struct view file, struct arena *arena, struct request *out, struct error *err)
{
    const Refex__Directory__Request *in;
    const ProtobufCMessage *message;
    struct error why = {0};
    struct request r = {0};

    if (file.size > BOUND_REQUEST_FILE)
        return error_set(err, E_FED_04, "the request is over %d bytes", BOUND_REQUEST_FILE);
    if (!unpack_file(file, REQUEST_FIRST_LINE, &refex__directory__request__descriptor, arena, &message, &why))
        return error_set(err, E_FED_04, "the request cannot be read: %s", why.text);
    in = (const Refex__Directory__Request *)message;
    if (!address_read(view_of_text(in->agency), &r.agency) || in->unlisted > 1)
        return error_set(err, E_FED_04, "the request names no agency");
    if (in->node.len != IDENT_SIZE)
        return error_set(err, E_FED_04, "the request of %s has no id for its machine", r.agency.text);
    memcpy(r.node.at, in->node.data, IDENT_SIZE);
    r.kind = (enum agency_kind)in->kind;
    r.unlisted = in->unlisted == 1;
    r.endpoint = view_of_text(in->endpoint);
    r.relay = view_of_text(in->relay);
    r.transport = view_of_data(in->transport);
    r.identity = view_of_data(in->identity);
    r.bundle = view_of_data(in->bundle);
    if (!request_check(&r, err))
        return false;
    *out = r;
    return true;
}

/* --- membership.refex --- */

static bool membership_file_check(const struct membership_file *m, struct error *err)
{
    if (!der_ok(m->root) || !der_ok(m->issuing) || !der_ok(m->transport_ca) || !der_ok(m->transport) ||
        !der_ok(m->identity))
        return error_set(err, E_ENR_02, "a certificate of the membership is missing or too long");
    if (m->directory.size == 0 || m->directory.size > BOUND_DIRECTORY)
        return error_set(err, E_ENR_02, "the directory of the membership is missing or too long");
    return true;
}

bool membership_file_encode(const struct membership_file *m, struct bytes *file, struct error *err)
{
    Refex__Directory__Membership out = REFEX__DIRECTORY__MEMBERSHIP__INIT;
    struct bytes protobuf = {0};

    if (!membership_file_check(m, err))
        return false;
    out.root = pack_bytes(m->root);
    out.issuing = pack_bytes(m->issuing);
    out.transport_ca = pack_bytes(m->transport_ca);
    out.transport = pack_bytes(m->transport);
    out.identity = pack_bytes(m->identity);
    out.directory = pack_bytes(m->directory);
    pack_message(&out.base, &protobuf);
    append_lines(file, MEMBERSHIP_FIRST_LINE, bytes_view(&protobuf));
    bytes_fini(&protobuf);
    return true;
}

bool membership_file_decode(struct view file, struct arena *arena, struct membership_file *out, struct error *err)
{
    const Refex__Directory__Membership *in;
    const ProtobufCMessage *message;
    struct error why = {0};
    struct membership_file m;

    if (file.size > BOUND_MEMBERSHIP_FILE)
        return error_set(err, E_ENR_02, "the membership is over %d bytes", BOUND_MEMBERSHIP_FILE);
    if (!unpack_file(file, MEMBERSHIP_FIRST_LINE, &refex__directory__membership__descriptor, arena, &message, &why))
        return error_set(err, E_ENR_02, "the membership cannot be read: %s", why.text);
    in = (const Refex__Directory__Membership *)message;
    m = (struct membership_file){.root = view_of_data(in->root),
                                 .issuing = view_of_data(in->issuing),
                                 .transport_ca = view_of_data(in->transport_ca),
                                 .transport = view_of_data(in->transport),
                                 .identity = view_of_data(in->identity),
                                 .directory = view_of_data(in->directory)};
    if (!membership_file_check(&m, err))
        return false;
    *out = m;
    return true;
}
