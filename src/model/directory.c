#include "model/directory.h"

#include "model/names.h"

static const char *const reasons[REVOKED_END] = {
    [REVOKED_KEY_COMPROMISE] = "key-compromise",
    [REVOKED_LEFT] = "left",
    [REVOKED_SUSPENDED] = "suspended",
    [REVOKED_SUPERSEDED] = "superseded",
};

const struct member *directory_find_member(const struct directory *d, struct view agency)
{
    size_t low = 0;
    size_t high = d->member_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = view_compare(agency, address_view(&d->members[middle].agency));

        if (order == 0)
            return &d->members[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct bundle_key *bundle_key_on(const struct bundle *b, uint32_t day)
{
    for (size_t i = b->key_count; i-- > 0;)
        if (b->keys[i].use_from <= day && day < b->keys[i].use_until)
            return &b->keys[i];
    return NULL;
}

const char *revocation_reason_name(enum revocation_reason r)
{
    return names_get(reasons, REVOKED_END, r);
}

bool revocation_reason_find(struct view name, enum revocation_reason *out)
{
    unsigned r;

    if (!names_find(reasons, REVOKED_END, name, &r))
        return false;
    *out = (enum revocation_reason)r;
    return true;
}
