#include "exchange/traffic/dialling.h"

#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/restored/gaps.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "store/message_store.h"

#include <stdlib.h>

/* A peer to dial. */
struct dialled {
    struct dialled *next;
    int64_t peer;
    struct address agency;
    uint32_t attempts; /* dials so far: the pause between them grows */
    int64_t next_ms;   /* of the next dial; steady */
};

struct dialling {
    struct dialled *first; /* messages wait for them and there is no link */
    bool look_due;         /* the store is to be searched for peers with waiting messages */
};

struct dialling *dialling_new(void)
{
    struct dialling *d = xnew(sizeof *d);

    d->look_due = true;
    return d;
}

void dialling_free(struct dialling *d)
{
    while (d != NULL && d->first != NULL) {
        struct dialled *one = d->first;

        d->first = one->next;
        free(one);
    }
    free(d);
}

void dialling_look(struct exchange *x)
{
    x->dialling->look_due = true;
}

static struct dialled *dialled_of(struct exchange *x, int64_t peer)
{
    struct dialled *d = x->dialling->first;

    while (d != NULL && d->peer != peer)
        d = d->next;
    return d;
}

static struct dialled *add(struct exchange *x, int64_t peer, const struct address *agency)
{
    struct dialled *d = dialled_of(x, peer);

    if (d != NULL)
        return d;
    d = xnew(sizeof *d);
    *d = (struct dialled){.next = x->dialling->first, .peer = peer, .agency = *agency};
    x->dialling->first = d;
    return d;
}

static bool dial_waiting_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    struct exchange *x = cookie;
    struct peer_row row;
    bool found;

    (void)waiting;
    if (links_find_any_to(x, peer) != NULL)
        return true;
    if (!peers_get(x, peer, &found, &row, err))
        return false;
    if (found)
        (void)add(x, peer, &row.agency);
    return true;
}

static bool dial_awaited(void *cookie, const struct address *agency, struct error *err)
{
    struct exchange *x = cookie;
    struct peer_row row;
    bool found;

    return peers_find(x, agency, &found, &row, err) && (!found || dial_waiting_peer(x, row.number, 0, err));
}

/* Whether D is to be dialled: something waits for it, or it has to tell what a restored home lacks. */
static bool is_to_be_dialled(struct exchange *x, const struct dialled *d, bool *out, struct error *err)
{
    uint64_t waiting;

    if (!message_store_waiting_for(x->db, d->peer, &waiting, err))
        return false;
    *out = waiting != 0;
    return *out || (restored_asks_awaits(x, &d->agency, out, err) && (*out || gaps_await(x, &d->agency, out, err)));
}

/* It left so long ago that it takes nothing any more: whoever has its host name by then is not shown where we are. */
static bool is_in_vain(struct exchange *x, const struct peer *p)
{
    struct error why;

    return p->revoked && !membership_recalls(x->membership, address_view(&p->member->agency), tick_closing_ms(x), &why);
}

/* Dials the peers whose time has come; those that nothing wants any more are dropped. */
static bool dial_due(struct exchange *x, struct error *err)
{
    int64_t now = tick_steady_ms(x);

    for (struct dialled **at = &x->dialling->first; *at != NULL;) {
        struct dialled *d = *at;
        struct peer peer;
        bool is_due;

        if (d->next_ms > now) {
            at = &d->next;
            continue;
        }
        if (!is_to_be_dialled(x, d, &is_due, err))
            return false;
        if (!is_due) {
            *at = d->next;
            free(d);
            continue;
        }
        d->next_ms = now + retry_pause_ms(RETRY_DIAL, d->attempts++);
        if (membership_find_peer(x->membership, address_view(&d->agency), &peer) && peer.member->endpoint.size != 0 &&
            !is_in_vain(x, &peer))
            x->post->dial(x->post, &d->agency, peer.member->endpoint, false);
        at = &d->next;
    }
    return true;
}

uint32_t dialling_link_up(struct exchange *x, int64_t peer)
{
    for (struct dialled **at = &x->dialling->first; *at != NULL; at = &(*at)->next)
        if ((*at)->peer == peer) {
            struct dialled *d = *at;

            uint32_t attempts = d->attempts;

            *at = d->next;
            free(d);
            return attempts;
        }
    return 0;
}

/* The pause goes on growing from link->attempts: otherwise a peer that accepts links and closes them (because its
 * directory revokes us, say) would be dialled in a tight loop. */
void dialling_link_down(struct exchange *x, const struct link *link)
{
    struct dialled *d;

    if (links_find_any_to(x, link->peer) != NULL)
        return;
    d = add(x, link->peer, &link->agency);
    d->attempts = link->attempts;
    d->next_ms = tick_steady_ms(x) + retry_pause_ms(RETRY_DIAL, d->attempts);
}

void dialling_add(struct exchange *x, int64_t peer, const struct address *agency)
{
    (void)add(x, peer, agency);
}

void dialling_hasten(struct exchange *x, int64_t peer, const struct address *agency)
{
    if (links_find_any_to(x, peer) == NULL)
        add(x, peer, agency)->next_ms = 0;
}

bool dialling_advance(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    if (x->dialling->look_due) {
        x->dialling->look_due = false;
        if (!message_store_walk_waiting_peers(x->db, dial_waiting_peer, x, err) ||
            !restored_asks_walk(x, dial_awaited, x, err))
            return false;
    }
    return dial_due(x, err);
}

int64_t dialling_next_ms(struct exchange *x, int64_t peer)
{
    const struct dialled *d = dialled_of(x, peer);
    struct peer p;

    if (d == NULL || !membership_find_peer(x->membership, address_view(&d->agency), &p) || p.member->endpoint.size == 0)
        return 0;
    return d->next_ms > 0 ? d->next_ms : tick_steady_ms(x);
}

int64_t dialling_wake_ms(const struct exchange *x)
{
    int64_t wake = 0;

    for (const struct dialled *d = x->dialling->first; d != NULL; d = d->next)
        if (wake == 0 || d->next_ms < wake)
            wake = d->next_ms;
    return wake;
}
