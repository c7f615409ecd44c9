#include "crypto/commit.h"

#include "crypto/digest.h"

static void commit_labelled(const char *label, const uint8_t *salt, struct view what, struct hash *out)
{
    struct view parts[] = {view_of_text(label), what};

    digest_hmac(view_of(salt, COMMIT_SALT_SIZE), parts, 2, out);
}

void commit_body(const uint8_t salt[static COMMIT_SALT_SIZE], struct view body, struct hash *out)
{
    commit_labelled("refex/body/v1\n", salt, body, out);
}

void commit_grant(const uint8_t salt[static COMMIT_SALT_SIZE], struct view grant, struct hash *out)
{
    commit_labelled("refex/grant/v1\n", salt, grant, out);
}

void commit_consent_header(const uint8_t salt[static COMMIT_SALT_SIZE], struct view header, struct hash *out)
{
    commit_labelled("refex/consent-header/v1\n", salt, header, out);
}

void commit_consent_given(const uint8_t salt[static COMMIT_SALT_SIZE], struct view given, struct hash *out)
{
    commit_labelled("refex/consent-given/v1\n", salt, given, out);
}

void commit_consent_case(const uint8_t salt[static COMMIT_SALT_SIZE], struct view case_id, struct view recipient,
                         struct hash *out)
{
    struct view parts[] = {view_of_text("refex/consent-case/v1\n"), case_id, recipient};

    REQUIRE(case_id.size == IDENT_SIZE);
    digest_hmac(view_of(salt, COMMIT_SALT_SIZE), parts, 3, out);
}

void commit_grants(struct view g, struct hash *out)
{
    uint8_t n[2] = {0};
    struct view parts[] = {view_of_text("refex/grants/v1\n"), view_of(n, sizeof n), g};

    REQUIRE(g.size % HASH_SIZE == 0 && g.size / HASH_SIZE <= UINT16_MAX);
    write_u16(n, (uint16_t)(g.size / HASH_SIZE));
    digest_parts(parts, 3, out);
}

void commit_consent(const struct commit_consent_parts *parts, struct hash *out)
{
    struct view list[] = {view_of_text("refex/consent/v1\n"),
                          hash_view(&parts->h),
                          hash_view(&parts->w),
                          hash_view(&parts->c),
                          hash_view(&parts->g_0),
                          hash_view(&parts->grants)};

    digest_parts(list, sizeof list / sizeof list[0], out);
}
