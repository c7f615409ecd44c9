#include "exchange/members/peers.h"

#include <stdlib.h>

#include "exchange/state.h"

struct cached_peer {
    struct cached_peer *next;
    struct peer_row row;
};

struct peers {
    struct cached_peer *first; /* at most one for each member; last used first */
};

struct peers *peers_new(void)
{
    return xnew(sizeof(struct peers));
}

void peers_free(struct peers *p)
{
    if (p == NULL)
        return;
    while (p->first != NULL) {
        struct cached_peer *k = p->first;

        p->first = k->next;
        free(k);
    }
    free(p);
}

/* The cached row with this agency (or, if AGENCY is NULL, this number), moved to the front. */
static struct cached_peer *find_peer(struct peers *p, const struct address *agency, int64_t number)
{
    for (struct cached_peer **at = &p->first; *at != NULL; at = &(*at)->next) {
        struct cached_peer *k = *at;

        if (agency != NULL ? !address_equal(&k->row.agency, agency) : k->row.number != number)
            continue;
        *at = k->next;
        k->next = p->first;
        p->first = k;
        return k;
    }
    return NULL;
}

static void add_to_cache(struct peers *p, const struct peer_row *row)
{
    struct cached_peer *k = find_peer(p, NULL, row->number);

    if (k == NULL) {
        k = xnew(sizeof *k);
        k->next = p->first;
        p->first = k;
    }
    k->row = *row;
}

static bool load_row(void *cookie, const struct peer_row *row, struct error *err)
{
    (void)err;
    add_to_cache(cookie, row);
    return true;
}

bool peers_load(struct exchange *x, struct error *err)
{
    return peer_store_walk(x->db, load_row, x->peers, err);
}

uint64_t peers_linked_size(const struct exchange *x, const struct address *agency)
{
    const struct cached_peer *k = find_peer(x->peers, agency, 0);

    return k == NULL ? 0 : k->row.linked_size;
}

bool peers_get_or_add(struct exchange *x, const struct address *agency, struct peer_row *out, struct error *err)
{
    struct cached_peer *k = find_peer(x->peers, agency, 0);

    if (k == NULL) {
        REQUIRE(x->in_transaction);
        if (!peer_store_find_or_add(x->db, agency, &membership_federation(x->membership)->fid, out, err))
            return false;
        add_to_cache(x->peers, out);
        return true;
    }
    *out = k->row;
    return true;
}

bool peers_find(struct exchange *x, const struct address *agency, bool *found, struct peer_row *out, struct error *err)
{
    struct cached_peer *k = find_peer(x->peers, agency, 0);

    *found = k != NULL;
    if (k != NULL) {
        *out = k->row;
        return true;
    }
    if (!peer_store_find(x->db, address_view(agency), found, out, err))
        return false;
    if (*found)
        add_to_cache(x->peers, out);
    return true;
}

bool peers_get(struct exchange *x, int64_t number, bool *found, struct peer_row *out, struct error *err)
{
    struct cached_peer *k = find_peer(x->peers, NULL, number);

    *found = k != NULL;
    if (k != NULL) {
        *out = k->row;
        return true;
    }
    if (!peer_store_get(x->db, number, found, out, err))
        return false;
    if (*found)
        add_to_cache(x->peers, out);
    return true;
}

bool peers_update(struct exchange *x, const struct peer_row *row, struct error *err)
{
    REQUIRE(x->in_transaction); /* the cache is dropped with what is undone */
    if (!peer_store_update(x->db, row, err))
        return false;
    add_to_cache(x->peers, row);
    return true;
}
