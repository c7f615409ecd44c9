#include "exchange/traffic/narrow_links.h"

#include "codec/narrow.h"
#include "codec/peer_messages.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/renewal/renewal_asked.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/meter.h"

#include <stdlib.h>

struct narrow_link {
    struct narrow_link *next;
    uint64_t id;
    struct address agency;
    struct ident node;
    struct usage *usage; /* of its agency, in the meter */
    enum link_class class;
    bool renews; /* the other end */
};

/* An ordinary member; one whose certificate ended a short time ago, where this node renews; where it is this node's
 * that ended, and its directory with it, whom that directory lists. */
static bool admits(struct exchange *x, const struct link_opened *opened, const struct peer_hello *hello,
                   struct address *agency, struct error *err)
{
    const int64_t now = tick_closing_ms(x);

    return membership_admits_node(x->membership, opened->certificate, &hello->node, now, agency, err) ||
           (x->post->renew != NULL
                ? membership_admits_ended(x->membership, opened->certificate, &hello->node, now, agency, err)
                : membership_may_bring_directory(x->membership, opened->certificate, &hello->node, now, agency));
}

bool narrow_links_up(struct exchange *x, uint64_t id, const struct link_opened *opened, struct error *err)
{
    struct peer_hello hello;
    struct narrow_link *n;
    struct address agency;
    struct peer_row peer;
    struct usage *usage;

    if (!peer_hello_decode(opened->hello, &x->tick_arena, &hello, err))
        return false;
    if (!hash_equal(&hello.federation_id, &membership_federation(x->membership)->fid))
        return error_set(err, E_LNK_92, "a node of another federation");
    if (!admits(x, opened, &hello, &agency, err))
        return false;
    if (!tick_begin(x, err) || !peers_get_or_add(x, &agency, &peer, err) ||
        !meter_find(x, &agency, peer.number, &usage, err))
        return false;
    narrow_links_down(x, id);
    n = xnew(sizeof *n);
    *n = (struct narrow_link){x->narrow, id, agency, hello.node, usage, opened->narrow, hello.renews};
    x->narrow = n;
    renewal_look(x);
    tick_again(x);
    return true;
}

static const struct narrow_link *find(const struct exchange *x, uint64_t id)
{
    const struct narrow_link *n = x->narrow;

    while (n != NULL && n->id != id)
        n = n->next;
    return n;
}

bool narrow_links_frame(struct exchange *x, uint64_t id, uint16_t kind, struct view payload, struct error *err)
{
    const struct narrow_link *n = find(x, id);
    struct address agency;

    if (n == NULL)
        return true; /* the link was closed; the frame was under way */
    if (!narrow_carries(n->class, kind))
        return error_set(err, E_REN_01, "%s sent a frame of kind %u on a narrow link", n->agency.text, kind);
    meter_add(x, n->usage, RESOURCE_FRAMES, 1);
    meter_add(x, n->usage, RESOURCE_BYTES_IN, payload.size);
    if (meter_is_over(x, n->usage, NULL))
        return true;
    if (kind == PEER_RENEWAL)
        return renewal_asked(x, &(struct renewal_asker){id, &n->agency, &n->node, n->usage}, payload, err);
    agency = n->agency; /* narrow_links_renewed frees it */
    return renewal_take(x, id, &agency, payload, err);
}

void narrow_links_down(struct exchange *x, uint64_t id)
{
    for (struct narrow_link **at = &x->narrow; *at != NULL; at = &(*at)->next)
        if ((*at)->id == id) {
            struct narrow_link *n = *at;

            *at = n->next;
            free(n);
            return;
        }
}

void narrow_links_cut(struct exchange *x)
{
    while (x->narrow != NULL) {
        tick_hang_up(x, x->narrow->id, error_row(E_LNK_16)->code);
        narrow_links_down(x, x->narrow->id);
    }
}

void narrow_links_renewed(struct exchange *x)
{
    struct narrow_link *next;

    for (struct narrow_link *n = x->narrow; n != NULL; n = next) {
        next = n->next;
        if (n->renews) {
            tick_hang_up(x, n->id, error_row(E_LNK_16)->code);
            narrow_links_down(x, n->id);
        }
    }
}

void narrow_links_fini(struct exchange *x)
{
    while (x->narrow != NULL)
        narrow_links_down(x, x->narrow->id);
}

bool narrow_links_to_ask(const struct exchange *x, uint64_t *id, struct address *agency)
{
    for (const struct narrow_link *n = x->narrow; n != NULL; n = n->next)
        if (n->renews && renewal_may_ask(x, &n->agency)) {
            *id = n->id;
            *agency = n->agency;
            return true;
        }
    return false;
}
