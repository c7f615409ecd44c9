#include "exchange/renewal/renewal_text.h"

#include "crypto/digest.h"
#include "crypto/sign.h"

#define FIRST_LINE "refex-renewal/v1\n"

static void append_hash(struct view of, struct bytes *out)
{
    struct hash h = {0};

    if (of.size != 0)
        digest_sha256(of, &h);
    bytes_append(out, h.at, sizeof h.at);
}

static void write_text(const struct peer_renewal *r, const struct hash *fid, struct bytes *out)
{
    bytes_append_view(out, view_of_text(FIRST_LINE));
    bytes_append(out, fid->at, sizeof fid->at);
    bytes_append_view(out, ident_view(&r->node));
    append_hash(r->transport, out);
    append_hash(r->identity, out);
    bytes_append_view(out, address_view(&r->agency));
}

bool renewal_sign(const struct peer_renewal *r, const struct hash *fid, const struct sign_key *identity,
                  uint8_t out[static 64], struct error *err)
{
    struct bytes text = {0};
    bool ok;

    write_text(r, fid, &text);
    ok = sign_text(identity, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

bool renewal_is_signed(const struct peer_renewal *r, const struct hash *fid, const struct verify_key *identity)
{
    struct bytes text = {0};
    bool ok;

    write_text(r, fid, &text);
    ok = r->signature.size == SIGN_SIZE && verify_text(identity, bytes_view(&text), r->signature.at);
    bytes_fini(&text);
    return ok;
}
