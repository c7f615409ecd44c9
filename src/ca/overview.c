#include "ca/overview.h"

#include <string.h>

#include "base/arena.h"
#include "ca/invites.h"
#include "ca/root_rollover.h"
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

static bool look_at_rollover(struct federation_home *h, enum certificate_use use, int64_t now_ms, bool *rolls,
                             uint32_t *behind, struct error *err)
{
    struct rollover r = {.home = h, .use = use, .now_ms = now_ms};
    struct arena arena = {0};
    const struct view *names;
    size_t count = 0;
    bool ok;

    *rolls = rollover_count(&r) > 1;
    ok = !*rolls || rollover_find_behind(&r, &arena, &names, &count, err);
    *behind = (uint32_t)count;
    arena_fini(&arena);
    return ok;
}

/* What somebody who takes over finds half done. */
static bool add_open(struct federation_home *h, int64_t now_ms, struct federation_overview *out, struct error *err)
{
    struct rollover root = {.home = h, .use = CERTIFICATE_ROOT, .now_ms = now_ms};

    out->rolls_root = root_rollover_count(&root) > 1;
    return look_at_rollover(h, CERTIFICATE_ISSUING, now_ms, &out->rolls_issuing, &out->behind_issuing, err) &&
           look_at_rollover(h, CERTIFICATE_TRANSPORT_CA, now_ms, &out->rolls_transport, &out->behind_transport, err) &&
           invites_count_open(h, now_ms, &out->invitations, err);
}

bool overview_of(struct federation_home *h, int64_t now_ms, struct federation_overview *out, struct error *err)
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
    return federation_home_each_key(h, on_key_count, out, err) && add_open(h, now_ms, out, err);
}
