#include "exchange/members/invite.h"

#include <inttypes.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "crypto/digest.h"

#define FIRST_LINE "refex-invite/v1"
#define MAC_LABEL  "refex-invite/v1 mac\n"
#define BIND_LABEL "refex-request/v1 binding\n"
#define FILE_MAX   1024 /* bytes: a name and an agency at their longest, and some 200 */

static void append_hex(struct bytes *out, const char *name, const uint8_t *at, size_t size)
{
    char hex[2 * HASH_SIZE + 1];

    text_write_hex(at, size, hex);
    bytes_printf(out, "%s %s\n", name, hex);
}

static void append_text(const struct invite *i, struct bytes *out)
{
    bytes_printf(out, FIRST_LINE "\n%s\n", i->federation.name);
    append_hex(out, "fid", i->federation.fid.at, HASH_SIZE);
    bytes_printf(out, "agency %s\n", i->agency.text);
    append_hex(out, "invite", i->id.at, IDENT_SIZE);
    bytes_printf(out, "until %" PRId64 "\n", i->until_s);
}

static void compute_mac(const struct invite *i, const struct secret *key, struct hash *out)
{
    struct bytes text = {0};
    struct view parts[2];

    append_text(i, &text);
    parts[0] = view_of_text(MAC_LABEL);
    parts[1] = bytes_view(&text);
    digest_hmac(secret_view(key), parts, 2, out);
    bytes_fini(&text);
}

void invite_write(struct invite *i, const struct secret *key, struct bytes *file)
{
    compute_mac(i, key, &i->mac);
    append_text(i, file);
    append_hex(file, "mac", i->mac.at, HASH_SIZE);
}

static bool read_invitation(struct view rest, struct invite *out)
{
    struct view line;
    uint64_t until;

    if (!text_split(&rest, '\n', &line) || !text_is(line, FIRST_LINE) || rest.at == NULL ||
        !text_split(&rest, '\n', &line) || !federation_name_ok(line))
        return false;
    memcpy(out->federation.name, line.at, line.size);
    if (!text_value(&rest, "fid", &line) || !text_read_hex(line, out->federation.fid.at, HASH_SIZE) ||
        !text_value(&rest, "agency", &line) || !address_read(line, &out->agency) ||
        !text_value(&rest, "invite", &line) || !text_read_hex(line, out->id.at, IDENT_SIZE) ||
        !text_value(&rest, "until", &line) || !text_read_u64(line, &until) || until > INT32_MAX * INT64_C(1000))
        return false;
    out->until_s = (int64_t)until;
    return text_value(&rest, "mac", &line) && text_read_hex(line, out->mac.at, HASH_SIZE);
}

bool invite_read(struct view file, struct invite *out, struct error *err)
{
    struct invite i = {0};

    if (file.size > FILE_MAX || !text_is_utf8(file) || !read_invitation(file, &i) ||
        strcmp(address_federation(&i.agency), i.federation.name) != 0)
        return error_set(err, E_ENR_21, "the file is no invitation");
    *out = i;
    return true;
}

bool invite_check(const struct invite *i, const struct secret *key, struct error *err)
{
    struct hash ours;

    compute_mac(i, key, &ours);
    return secret_equal(ours.at, i->mac.at, HASH_SIZE) ||
           error_set(err, E_ENR_23, "the words do not match the invitation of %s", i->agency.text);
}

bool invite_bind(const struct federation *f, const struct ident *id, const struct secret *key, const struct request *r,
                 struct hash *out, struct error *err)
{
    struct request unbound = *r;
    struct bytes file = {0};
    struct view parts[4];
    bool ok;

    unbound.binding = view_of(NULL, 0);
    ok = request_encode(&unbound, &file, err);
    parts[0] = view_of_text(BIND_LABEL);
    parts[1] = hash_view(&f->fid);
    parts[2] = view_of(id->at, IDENT_SIZE);
    parts[3] = bytes_view(&file);
    if (ok)
        digest_hmac(secret_view(key), parts, 4, out);
    bytes_fini(&file);
    return ok;
}
