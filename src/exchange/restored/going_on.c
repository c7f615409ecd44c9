#include "exchange/restored/going_on.h"

#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "pki/certificate.h"
#include "store/note_store.h"

#include <stdlib.h>
#include <string.h>

#define GOING_ON "going-on" /* in note_store, by agency: node and key that were listed last */

struct noted {
    struct address agency;
    struct ident node;
    struct hash key;
};

struct going_on {
    struct noted *at;
    size_t count;
};

struct going_on *going_on_new(void)
{
    return xnew(sizeof(struct going_on));
}

void going_on_free(struct going_on *g)
{
    if (g == NULL)
        return;
    free(g->at);
    free(g);
}

static struct noted *find(const struct exchange *x, const struct address *agency)
{
    const struct going_on *g = x->going_on;

    for (size_t i = 0; i < g->count; i++)
        if (address_equal(&g->at[i].agency, agency))
            return &g->at[i];
    return NULL;
}

static void keep(struct exchange *x, const struct noted *n)
{
    struct going_on *g = x->going_on;
    struct noted *known = find(x, &n->agency);

    if (known == NULL) {
        g->at = xrealloc(g->at, (g->count + 1) * sizeof(struct noted));
        known = &g->at[g->count++];
    }
    *known = *n;
}

static bool load(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    struct noted n;

    (void)sequence;
    if (!address_read(agency, &n.agency) || note.size != sizeof n.node.at + sizeof n.key.at)
        return error_set(err, E_STO_04, "what is stored of machines that go on is damaged");
    memcpy(n.node.at, note.at, sizeof n.node.at);
    memcpy(n.key.at, note.at + sizeof n.node.at, sizeof n.key.at);
    keep(cookie, &n);
    return true;
}

bool going_on_load(struct exchange *x, struct error *err)
{
    return note_store_walk(x->db, GOING_ON, load, x, err);
}

static bool is_from(const struct peer *p, const struct hash *former)
{
    struct ident node;

    certificate_replacing_node(former, &p->fingerprint, &node);
    return member_has_node(p->member, &node);
}

/* The machine that was noted under another key, or one that goes on from the key that was. */
static bool follows(const struct peer *p, const struct noted *n)
{
    return n != NULL && (member_has_node(p->member, &n->node) || is_from(p, &n->key));
}

static int compare_names(const void *a, const void *b)
{
    return memcmp(a, &((const struct revocation *)b)->name, HASH_SIZE);
}

/* Whether the machine is revoked that went on from FORMER under KEY: its id says both. */
static bool was_from(const struct directory *d, const struct hash *former, const struct hash *key)
{
    struct ident node;
    struct hash name;

    certificate_replacing_node(former, key, &node);
    certificate_node_name(&node, &name);
    return bsearch(&name, d->revocations, d->revocation_count, sizeof *d->revocations, compare_names) != NULL;
}

/* The revoked name of P's agency, a key's, from which P goes on, or, KEY given, a revoked machine under KEY did. */
static const struct hash *find_before(const struct directory *d, const struct peer *p, const struct hash *key)
{
    for (size_t i = 0; i < d->revocation_count; i++) {
        const struct revocation *r = &d->revocations[i];

        if (address_equal(&r->agency, &p->member->agency) &&
            (key == NULL ? is_from(p, &r->name) : was_from(d, &r->name, key)))
            return &r->name;
    }
    return NULL;
}

/* A node that was off through several thefts saw none of the keys between: what was stolen is revoked, by key and by
 * machine, and each machine says from which key it went on. */
static bool is_from_through(const struct directory *d, const struct peer *p, const struct hash *former)
{
    const struct hash *key = hash_equal(&p->fingerprint, former) ? NULL : find_before(d, p, NULL);

    while (key != NULL && !was_from(d, former, key))
        key = find_before(d, p, key);
    return key != NULL;
}

bool going_on_is(const struct exchange *x, const struct peer *p, const struct hash *former)
{
    return is_from(p, former) || follows(p, find(x, &p->member->agency)) ||
           is_from_through(membership_directory(x->membership), p, former);
}

static bool note(struct exchange *x, const struct peer *p, struct error *err)
{
    const struct noted *known = find(x, &p->member->agency);
    struct noted n = {.agency = p->member->agency, .node = p->member->nodes[0], .key = p->fingerprint};
    uint8_t stored[sizeof n.node.at + sizeof n.key.at];

    if (known != NULL && ident_equal(&known->node, &n.node) && hash_equal(&known->key, &n.key))
        return true;
    memcpy(stored, n.node.at, sizeof n.node.at);
    memcpy(stored + sizeof n.node.at, n.key.at, sizeof n.key.at);
    keep(x, &n);
    return tick_begin(x, err) &&
           note_store_put(x->db, GOING_ON, address_view(&n.agency), 1, view_of(stored, sizeof stored), err);
}

bool going_on_follow(struct exchange *x, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        struct peer_row row;
        struct peer p;
        bool found;

        membership_peer(x->membership, i, &p);
        if (p.identity == NULL)
            continue;
        if (!peers_find(x, &p.member->agency, &found, &row, err))
            return false;
        if (found && going_on_is(x, &p, &row.known_key) && !note(x, &p, err))
            return false;
    }
    return true;
}
