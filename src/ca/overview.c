#include "ca/overview.h"

struct federation_signed_directory overview_directory(const struct federation_home *h)
{
    const struct directory *d = &h->directory;

    return (struct federation_signed_directory){.number = d->sequence,
                                                .members = (uint32_t)d->member_count,
                                                .revocations = (uint32_t)d->revocation_count,
                                                .refresh_after_ms = d->refresh_after_s * 1000,
                                                .hard_expiry_ms = d->hard_expiry_s * 1000};
}

struct federation_overview overview_of(const struct federation_home *h)
{
    const struct directory *d = &h->directory;

    return (struct federation_overview){.federation = view_of_text(h->federation.name),
                                        .fingerprint = h->federation.fid,
                                        .home = view_of_text(h->path),
                                        .directory = overview_directory(h),
                                        .directory_keys = (uint32_t)h->directory_key_count,
                                        .quorum = h->quorum,
                                        .bases = (uint32_t)d->basis_count,
                                        .legal_bases = d->bases,
                                        .legal_basis_count = d->basis_count,
                                        .erase_after_hours = d->erase_after_hours};
}
