#include "exchange/consent/consent_commitment.h"

#include "crypto/commit.h"

#include <string.h>

bool consent_commitment_of(const struct consent_receipt *r, struct hash *out)
{
    struct hash h;
    size_t n = r->g.size / HASH_SIZE;

    for (size_t i = 0; i < r->shown_count; i++) {
        const struct shown_grant *s = &r->shown[i];
        struct hash g;

        commit_grant(s->salt, s->bytes, &g);
        if (s->place == 0 || s->place > n || memcmp(r->g.at + (s->place - 1) * HASH_SIZE, g.at, HASH_SIZE) != 0)
            return false;
    }
    commit_consent_header(r->salt_h, r->header_bytes, &h);
    commit_consent(&h, r->g, out);
    return true;
}
