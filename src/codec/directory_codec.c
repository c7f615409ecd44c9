#include "codec/directory_codec.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "codec/directory_check.h"
#include "codec/pack.h"
#include "codec/strict.h"
#include "directory.pb-c.h"

#define SIGNATURES_MAX 8192 /* bytes that the signature lines of a note may take: 16 of under 512 */

/* --- writing --- */

static void pack_member(struct arena *a, const struct member *m, Refex__Directory__Member *out)
{
    refex__directory__member__init(out);
    out->agency = pack_text(a, address_view(&m->agency));
    out->kind = (uint32_t)m->kind;
    out->unlisted = m->unlisted ? 1 : 0;
    out->endpoint = pack_text(a, m->endpoint);
    out->relay = pack_text(a, m->relay);
    out->identity_certificate = pack_bytes(m->identity_certificate);
    out->n_nodes = m->node_count;
    out->nodes = arena_new(a, m->node_count * sizeof *out->nodes);
    for (size_t i = 0; i < m->node_count; i++)
        out->nodes[i] = pack_bytes(ident_view(&m->nodes[i]));
    out->bundle = pack_bytes(m->bundle);
    out->begun_again = m->begun_again;
}

static void pack_revocation(struct arena *a, const struct revocation *r, Refex__Directory__Revocation *out)
{
    refex__directory__revocation__init(out);
    out->certificate = pack_bytes(hash_view(&r->certificate));
    out->agency = pack_text(a, address_view(&r->agency));
    out->reason = (uint32_t)r->reason;
    out->time = (uint64_t)r->time_ms;
}

static ProtobufCBinaryData *pack_ders(struct arena *a, const struct view *ders, size_t count)
{
    ProtobufCBinaryData *out = arena_new(a, count * sizeof *out);

    for (size_t i = 0; i < count; i++)
        out[i] = pack_bytes(ders[i]);
    return out;
}

static Refex__Directory__Policy *pack_policy(struct arena *a, const struct directory *d)
{
    Refex__Directory__Policy *out = arena_new(a, sizeof *out);

    if (d->basis_count == 0 && d->erase_after_hours == 0)
        return NULL;
    refex__directory__policy__init(out);
    out->erase_after_hours = d->erase_after_hours;
    out->n_bases = d->basis_count;
    out->bases = arena_new(a, d->basis_count * sizeof *out->bases);
    for (size_t i = 0; i < d->basis_count; i++) {
        out->bases[i] = arena_new(a, sizeof **out->bases);
        refex__directory__basis__init(out->bases[i]);
        out->bases[i]->code = pack_text(a, d->bases[i].code);
        out->bases[i]->text = pack_text(a, d->bases[i].text);
    }
    return out;
}

static void pack_directory(struct arena *a, const struct directory *d, struct bytes *protobuf)
{
    Refex__Directory__Directory out = REFEX__DIRECTORY__DIRECTORY__INIT;

    out.n_members = d->member_count;
    out.members = arena_new(a, d->member_count * sizeof *out.members);
    for (size_t i = 0; i < d->member_count; i++) {
        out.members[i] = arena_new(a, sizeof **out.members);
        pack_member(a, &d->members[i], out.members[i]);
    }
    out.n_revocations = d->revocation_count;
    out.revocations = arena_new(a, d->revocation_count * sizeof *out.revocations);
    for (size_t i = 0; i < d->revocation_count; i++) {
        out.revocations[i] = arena_new(a, sizeof **out.revocations);
        pack_revocation(a, &d->revocations[i], out.revocations[i]);
    }
    out.n_issuers = d->issuer_count;
    out.issuers = pack_ders(a, d->issuers, d->issuer_count);
    out.policy = pack_policy(a, d);
    out.n_transports = d->transport_count;
    out.transports = pack_ders(a, d->transports, d->transport_count);
    out.n_keys = d->key_count;
    out.keys = pack_ders(a, d->keys, d->key_count);
    pack_message(&out.base, protobuf);
}

bool directory_encode(const struct directory *d, struct bytes *text, struct error *err)
{
    char fid[2 * HASH_SIZE + 1];
    struct arena a = {0};
    struct bytes protobuf = {0};
    struct bytes out = {0};
    bool ok;

    if (!directory_check(d, err))
        return false;
    text_write_hex(d->federation.fid.at, HASH_SIZE, fid);
    bytes_printf(&out, DIRECTORY_FILE_FIRST_LINE "\n%s\n%s\n", d->federation.name, fid);
    bytes_printf(&out, "sequence %" PRIu64 "\nrefresh-after %" PRId64 "\nhard-expiry %" PRId64 "\n", d->sequence,
                 d->refresh_after_s, d->hard_expiry_s);
    pack_directory(&a, d, &protobuf);
    text_append_base64(&out, bytes_view(&protobuf));
    bytes_append_text(&out, "\n");
    ok = out.size <= BOUND_DIRECTORY - SIGNATURES_MAX;
    if (ok)
        bytes_append_view(text, bytes_view(&out));
    else
        error_set(err, E_FED_10, "the directory would take %zu bytes, over %d", out.size,
                  BOUND_DIRECTORY - SIGNATURES_MAX);
    bytes_fini(&out);
    bytes_fini(&protobuf);
    arena_fini(&a);
    return ok;
}

/* --- reading --- */

static const struct strict_limits limits = {.max_bytes = BOUND_DIRECTORY, .max_items = BOUND_MEMBERS};

static struct view view_of_data(ProtobufCBinaryData d)
{
    return view_of(d.data, d.len);
}

static bool read_nodes(const Refex__Directory__Member *in, struct arena *a, struct member *out, struct error *err)
{
    struct ident *nodes = in->n_nodes > BOUND_NODES ? NULL : arena_alloc(a, in->n_nodes * sizeof *nodes);

    if (nodes == NULL)
        return error_set(err, E_FED_24, "%s is listed with over %d machines", out->agency.text, BOUND_NODES);
    for (size_t i = 0; i < in->n_nodes; i++) {
        if (in->nodes[i].len != IDENT_SIZE)
            return error_set(err, E_FED_24, "a machine of %s has no valid id", out->agency.text);
        memcpy(nodes[i].at, in->nodes[i].data, IDENT_SIZE);
    }
    out->nodes = nodes;
    out->node_count = in->n_nodes;
    return true;
}

static bool read_member(const Refex__Directory__Member *in, struct arena *a, struct member *out, struct error *err)
{
    if (!address_read(view_of_text(in->agency), &out->agency))
        return error_set(err, E_FED_24, "an agency of the directory has no valid name");
    if (in->unlisted > 1)
        return error_set(err, E_FED_24, "%s is neither listed nor unlisted", out->agency.text);
    out->kind = (enum agency_kind)in->kind;
    out->unlisted = in->unlisted == 1;
    out->endpoint = view_of_text(in->endpoint);
    out->relay = view_of_text(in->relay);
    out->identity_certificate = view_of_data(in->identity_certificate);
    out->bundle = view_of_data(in->bundle);
    out->begun_again = in->begun_again;
    return read_nodes(in, a, out, err);
}

static bool read_members(const Refex__Directory__Directory *in, struct arena *a, struct directory *out,
                         struct error *err)
{
    struct member *members = arena_alloc(a, in->n_members * sizeof *members);

    if (members == NULL || in->n_members > BOUND_MEMBERS)
        return error_set(err, E_FED_24, "the directory lists over %d agencies", BOUND_MEMBERS);
    for (size_t i = 0; i < in->n_members; i++)
        if (!read_member(in->members[i], a, &members[i], err))
            return false;
    out->members = members;
    out->member_count = in->n_members;
    return true;
}

static bool read_revocations(const Refex__Directory__Directory *in, struct arena *a, struct directory *out,
                             struct error *err)
{
    struct revocation *list = arena_alloc(a, in->n_revocations * sizeof *list);

    if (list == NULL || in->n_revocations > BOUND_REVOCATIONS)
        return error_set(err, E_FED_24, "the directory holds over %d revocations", BOUND_REVOCATIONS);
    for (size_t i = 0; i < in->n_revocations; i++) {
        const Refex__Directory__Revocation *r = in->revocations[i];

        list[i] = (struct revocation){.reason = (enum revocation_reason)r->reason, .time_ms = (int64_t)r->time};
        if (r->certificate.len != HASH_SIZE || r->time > INT64_MAX ||
            (r->agency[0] != '\0' && !address_read(view_of_text(r->agency), &list[i].agency)))
            return error_set(err, E_FED_24, "revocation %zu of the directory is not as it should be", i + 1);
        memcpy(list[i].certificate.at, r->certificate.data, HASH_SIZE);
    }
    out->revocations = list;
    out->revocation_count = in->n_revocations;
    return true;
}

static const struct view *read_ders(struct arena *a, const ProtobufCBinaryData *in, size_t count)
{
    struct view *out = arena_alloc(a, count * sizeof *out);

    for (size_t i = 0; out != NULL && i < count; i++)
        out[i] = view_of_data(in[i]);
    return out;
}

static bool read_policy(const Refex__Directory__Policy *in, struct arena *a, struct directory *out, struct error *err)
{
    struct policy_basis *bases;

    if (in == NULL)
        return true;
    bases = arena_alloc(a, in->n_bases * sizeof *bases);
    if (bases == NULL)
        return error_set(err, E_FED_24, "the directory is too large");
    for (size_t i = 0; i < in->n_bases; i++)
        bases[i] = (struct policy_basis){view_of_text(in->bases[i]->code), view_of_text(in->bases[i]->text)};
    out->bases = bases;
    out->basis_count = in->n_bases;
    out->erase_after_hours = in->erase_after_hours;
    return true;
}

static bool read_directory(struct view protobuf, struct arena *a, struct directory *out, struct error *err)
{
    const Refex__Directory__Directory *in;
    const ProtobufCMessage *message;
    struct error why = {0};

    if (!strict_unpack(&refex__directory__directory__descriptor, protobuf, &limits, a, &message, &why))
        return error_set(err, E_FED_24, "the directory's list cannot be read: %s", why.text);
    in = (const Refex__Directory__Directory *)message;
    if (!read_members(in, a, out, err) || !read_revocations(in, a, out, err) || !read_policy(in->policy, a, out, err))
        return false;
    out->issuers = read_ders(a, in->issuers, in->n_issuers);
    out->issuer_count = in->n_issuers;
    out->transports = read_ders(a, in->transports, in->n_transports);
    out->transport_count = in->n_transports;
    out->keys = read_ders(a, in->keys, in->n_keys);
    out->key_count = in->n_keys;
    if (out->issuers == NULL || out->transports == NULL || out->keys == NULL)
        return error_set(err, E_FED_24, "the directory is too large");
    return directory_check(out, err);
}

/* Reads the line `NAME N`. */
static bool next_number(struct view *text, const char *name, uint64_t *out)
{
    struct view line;
    struct view head;

    return text_split(text, '\n', &line) && text_split(&line, ' ', &head) && text_is(head, name) && line.at != NULL &&
           text_read_u64(line, out) && *out > 0 && *out <= INT64_MAX;
}

/* Reads the lines before the protobuf from *TEXT. */
static bool next_head(struct view *text, struct directory_head *out, struct error *err)
{
    struct view line;
    uint64_t refresh;
    uint64_t expiry;

    *out = (struct directory_head){0};
    if (!text_split(text, '\n', &line) || !text_is(line, DIRECTORY_FILE_FIRST_LINE))
        return error_set(err, E_FED_24, "the note is no directory");
    if (!text_split(text, '\n', &line) || !federation_name_ok(line))
        return error_set(err, E_FED_24, "the directory names no federation");
    memcpy(out->federation.name, line.at, line.size);
    if (!text_split(text, '\n', &line) || !text_read_hex(line, out->federation.fid.at, HASH_SIZE))
        return error_set(err, E_FED_24, "the directory has no federation id");
    if (!next_number(text, "sequence", &out->sequence) || !next_number(text, "refresh-after", &refresh) ||
        !next_number(text, "hard-expiry", &expiry) || refresh > expiry || expiry > INT64_MAX / 1000)
        return error_set(err, E_FED_24, "the directory's number or dates are not as they should be");
    out->refresh_after_s = (int64_t)refresh;
    out->hard_expiry_s = (int64_t)expiry;
    return true;
}

bool directory_head_decode(struct view text, struct directory_head *out, struct error *err)
{
    struct directory_head head;

    if (!next_head(&text, &head, err))
        return false;
    *out = head;
    return true;
}

bool directory_decode(struct view text, struct arena *arena, struct directory *out, struct error *err)
{
    struct directory d = {0};
    struct directory_head head;
    struct bytes protobuf = {0};
    bool ok;

    if (text.size == 0 || text.size > BOUND_DIRECTORY || text.at[text.size - 1] != '\n')
        return error_set(err, E_FED_24, "the directory is too long or its last line has no end");
    text.size--;
    if (!next_head(&text, &head, err))
        return false;
    if (text.at == NULL || !text_read_base64(text, &protobuf)) {
        bytes_fini(&protobuf);
        return error_set(err, E_FED_24, "the directory's list is not canonical base64");
    }
    d.federation = head.federation;
    d.sequence = head.sequence;
    d.refresh_after_s = head.refresh_after_s;
    d.hard_expiry_s = head.hard_expiry_s;
    ok = read_directory(bytes_view(&protobuf), arena, &d, err);
    bytes_fini(&protobuf);
    if (ok)
        *out = d;
    return ok;
}
