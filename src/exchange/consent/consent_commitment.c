#include "exchange/consent/consent_commitment.h"

#include "crypto/commit.h"

#include <string.h>

/* Place 0 stands beside the list; zeros there, where it is not shown, are what a refusal commits to. */
static bool check_shown(const struct consent_receipt *r, struct hash *g_0)
{
    size_t n = r->g.size / HASH_SIZE;

    *g_0 = (struct hash){{0}};
    for (size_t i = 0; i < r->shown_count; i++) {
        const struct shown_grant *s = &r->shown[i];
        struct hash g;

        commit_grant(s->salt, s->bytes, &g);
        if (s->place == 0)
            *g_0 = g;
        else if (s->place > n || memcmp(r->g.at + (s->place - 1) * HASH_SIZE, g.at, HASH_SIZE) != 0)
            return false;
    }
    return true;
}

bool consent_commitment_of(const struct consent_receipt *r, struct hash *out)
{
    struct commit_consent_parts parts = {.w = r->w, .c = r->c, .grants = r->rest};
    struct hash w;

    if (!check_shown(r, &parts.g_0))
        return false;
    if (!consent_receipt_is_closed(r)) {
        commit_consent_given(r->salt_w, r->given_bytes, &w);
        if (!hash_equal(&w, &r->w))
            return false;
        commit_grants(r->g, &parts.grants);
    }
    commit_consent_header(r->salt_h, r->header_bytes, &parts.h);
    commit_consent(&parts, out);
    return true;
}

void consent_commitment_close(const struct consent_receipt *open, struct consent_receipt *out)
{
    struct consent_receipt closed = *open;

    REQUIRE(!consent_receipt_is_closed(open) && open->shown_count != 0 && open->shown[0].place == 0);
    commit_grants(open->g, &closed.rest);
    closed.g = (struct view){0};
    closed.shown_count = 1;
    memset(closed.salt_w, 0, sizeof closed.salt_w);
    closed.given_bytes = (struct view){0};
    closed.given = (struct consent_given){0};
    *out = closed;
}

bool consent_commitment_is_of_case(const struct consent_receipt *r, const uint8_t salt[static COMMIT_SALT_SIZE],
                                   const struct ident *case_id, struct view recipient)
{
    struct hash c;

    commit_consent_case(salt, ident_view(case_id), recipient, &c);
    return hash_equal(&c, &r->c);
}
