#include "exchange/members/roots.h"

bool roots_revokes(const struct directory *d, const struct certificate *c)
{
    struct certificate_names names;

    certificate_names(c, &names);
    for (size_t i = 0; i < d->revocation_count; i++)
        for (size_t k = 0; k < names.count; k++)
            if (hash_equal(&d->revocations[i].name, &names.at[k]))
                return true;
    return false;
}

static bool is_revoked(const struct directory *d, struct view der)
{
    struct certificate c;
    struct error why;

    return certificate_read(der, &c, &why) && roots_revokes(d, &c);
}

/* Puts the root that the last of LINE certified, if D lists one that is none of LINE, behind it. */
static bool add_successor(const struct federation *f, const struct directory *d, struct roots_line *line)
{
    struct anchors *checked = NULL;
    struct error why;

    for (size_t i = 0; i < d->issuer_count; i++) {
        line->at[line->count] = d->issuers[i];
        if (anchors_new_line(f, line->at, line->count + 1, &checked, &why)) {
            anchors_free(checked);
            line->count++;
            return true;
        }
    }
    return false;
}

void roots_line(const struct federation *f, struct view first, const struct directory *d, struct roots_line *out)
{
    *out = (struct roots_line){.at = {first}, .count = 1};
    while (out->count < ROOTS_MAX && is_revoked(d, out->at[out->count - 1]) && add_successor(f, d, out))
        continue;
}

size_t roots_listed(const struct directory *d, const struct anchors *a, struct view revoked,
                    struct view out[static BOUND_ISSUERS])
{
    size_t count = 0;

    REQUIRE(d->issuer_count <= BOUND_ISSUERS); /* directory_decode */
    for (size_t i = 0; i < d->issuer_count; i++) {
        struct certificate c;
        struct error why;

        if (certificate_read(d->issuers[i], &c, &why) && c.use == CERTIFICATE_ROOT && !roots_revokes(d, &c) &&
            !certificate_is_revoked(&c, revoked) && chain_takes_issuer(a, d->issuers[i]))
            out[count++] = d->issuers[i];
    }
    return count;
}
