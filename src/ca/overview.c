#include "ca/overview.h"

#include <string.h>

#include "crypto/sign.h"
#include "exchange/members/authorities_end.h"

struct federation_signed_directory overview_directory(const struct directory *d)
{
    return (struct federation_signed_directory){.number = d->sequence,
                                                .members = (uint32_t)d->member_count,
                                                .revocations = (uint32_t)d->revocation_count,
                                                .refresh_after_ms = d->refresh_after_s * 1000,
                                                .hard_expiry_ms = d->hard_expiry_s * 1000};
}

/* COOKIE: the overview. */
static bool on_key_count(void *cookie, const char *path, struct error *err)
{
    static const char root[] = "/root";
    struct federation_overview *o = cookie;
    const char *name = strrchr(path, '/');
    bool is_plain;

    if (!sign_key_is_plain(path, &is_plain, err))
        return false;
    o->plain_keys += is_plain;
    o->root_key_here = o->root_key_here || (name != NULL && strncmp(name, root, sizeof root - 1) == 0);
    return true;
}

bool overview_of(const struct federation_home *h, int64_t now_ms, struct federation_overview *out, struct error *err)
{
    const struct directory *d = &h->directory;
    struct authorities_end end;

    *out = (struct federation_overview){.federation = view_of_text(h->federation.name),
                                        .fingerprint = h->federation.fid,
                                        .home = view_of_text(h->path),
                                        .directory = overview_directory(&h->directory),
                                        .directory_keys = (uint32_t)h->directory_key_count,
                                        .quorum = h->quorum,
                                        .bases = (uint32_t)d->basis_count,
                                        .legal_bases = d->bases,
                                        .legal_basis_count = d->basis_count,
                                        .erase_after_hours = d->erase_after_hours,
                                        .signatures_missing = federation_home_missing(h)};
    authorities_end(bytes_view(&h->root), d, &end);
    out->authority = view_of_text(end.which);
    out->authority_until_ms = end.ends_ms;
    out->authority_ended = end.ends_ms <= now_ms;
    out->authority_ending = end.ends_ms - now_ms < BOUND_AUTHORITY_WARN_MS;
    return federation_home_each_key(h, on_key_count, out, err);
}
