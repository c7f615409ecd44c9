#include "model/directory.h"

#include "base/sorted.h"

static int compare_agency(const void *key, const void *row)
{
    return view_compare(*(const struct view *)key, address_view(&((const struct member *)row)->agency));
}

const struct member *directory_find_member(const struct directory *d, struct view agency)
{
    return sorted_find(&agency, d->members, d->member_count, sizeof *d->members, compare_agency);
}

const struct bundle_key *bundle_key_on(const struct bundle *b, uint32_t day)
{
    for (size_t i = b->key_count; i-- > 0;)
        if (b->keys[i].use_from <= day && day < b->keys[i].use_until)
            return &b->keys[i];
    return NULL;
}

bool member_has_node(const struct member *m, const struct ident *node)
{
    for (size_t i = 0; i < m->node_count; i++)
        if (ident_equal(&m->nodes[i], node))
            return true;
    return false;
}

bool member_dials_only(const struct member *m)
{
    return m->unlisted && m->relay.size == 0;
}

bool member_may_dial(const struct member *m)
{
    return !m->unlisted || member_dials_only(m);
}

bool member_can_link(const struct member *one, const struct member *other)
{
    return (member_may_dial(one) && !other->unlisted) || (member_may_dial(other) && !one->unlisted);
}
