#include "exchange/renewal/peer_ends.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/exchange_status.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/message_store.h"
#include "store/note_store.h"

#define SHOWN "transport-shown" /* in note_store, by agency: the machine; sequence is when its certificate ends */

bool peer_ends_linked(struct exchange *x, const struct address *agency, const struct ident *node, int64_t until_ms,
                      struct error *err)
{
    struct bytes before = {0};
    uint64_t until;
    bool found;
    bool ok = note_store_get(x->db, SHOWN, address_view(agency), &found, &until, &before, err);
    const bool is_known =
        ok && found && until == (uint64_t)until_ms && view_equal(bytes_view(&before), view_of(node->at, IDENT_SIZE));

    bytes_fini(&before);
    return ok &&
           (is_known || (tick_begin(x, err) && note_store_put(x->db, SHOWN, address_view(agency), (uint64_t)until_ms,
                                                              view_of(node->at, IDENT_SIZE), err)));
}

/* When the certificate ends that a machine of M, as it is listed now, showed last; 0: it showed none. */
static bool shown_until(const struct exchange *x, const struct member *m, int64_t *until_ms, struct error *err)
{
    struct bytes note = {0};
    struct ident node;
    uint64_t until;
    bool found;
    bool ok = note_store_get(x->db, SHOWN, address_view(&m->agency), &found, &until, &note, err);

    *until_ms = 0;
    if (ok && found && note.size == IDENT_SIZE) {
        memcpy(node.at, note.at, IDENT_SIZE);
        *until_ms = member_has_node(m, &node) ? (int64_t)until : 0;
    }
    bytes_fini(&note);
    return ok;
}

/* Calls ON_ONE for each agency that is not revoked, but for this one: which of the two it is, transport before
 * identity, and when it ends. */
typedef void peer_ends_fn(void *cookie, const struct address *agency, bool is_transport, int64_t until_ms);
static bool peer_ends_each(const struct exchange *x, peer_ends_fn *on_one, void *cookie, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        int64_t shown_ms;
        struct peer p;

        membership_peer(x->membership, i, &p);
        if (p.revoked || address_equal(&p.member->agency, membership_own(x->membership)))
            continue;
        if (!shown_until(x, p.member, &shown_ms, err))
            return false;
        if (shown_ms != 0)
            on_one(cookie, &p.member->agency, true, shown_ms);
        on_one(cookie, &p.member->agency, false, p.until_ms);
    }
    return true;
}

int peer_ends_warning(int64_t left_ms)
{
    static const int before[] = {1, 3, 7, 14, 30};

    for (size_t i = 0; left_ms >= 0 && i < sizeof before / sizeof before[0]; i++)
        if (left_ms / DAY_MS < before[i])
            return before[i];
    return 0;
}

struct looks {
    int64_t now_ms;
    int64_t before_ms; /* the last one; 0: there was none since the start */
};

static void say(void *cookie, const struct address *agency, bool is_transport, int64_t until_ms)
{
    const struct looks *at = cookie;
    const int warning = peer_ends_warning(until_ms - at->now_ms);

    if (warning != 0 && (at->before_ms == 0 || warning != peer_ends_warning(until_ms - at->before_ms)))
        log_line(LOG_WARNING, "event=peer.certificate_ends peer=%s certificate=%s days=%" PRId64, agency->text,
                 is_transport ? "transport" : "identity", (until_ms - at->now_ms) / DAY_MS);
}

bool peer_ends_new_day(const struct exchange *x, int64_t before_ms, struct error *err)
{
    struct looks at = {tick_closing_ms(x), before_ms};

    return peer_ends_each(x, say, &at, err);
}

/* --- status --- */

static bool ends_soon(const struct node_status *s, int64_t until_ms, int64_t within_ms)
{
    int64_t left = until_ms - s->closing_ms;

    return left < within_ms && left > -within_ms;
}

static void add_ending(struct node_status *out, const struct address *agency, int64_t until_ms)
{
    if (out->ending_count == BOUND_NAMED)
        out->ending_more++;
    else
        out->ending[out->ending_count++] = (struct agency_ending){.agency = *agency, .until_ms = until_ms};
}

struct ending_walk {
    struct node_status *out;
    const struct address *agency; /* that was added last; NULL: none */
    bool is_listed;
};

/* Of one agency the first that ends. */
static void note_ending(void *cookie, const struct address *agency, bool is_transport, int64_t until_ms)
{
    struct ending_walk *w = cookie;
    struct agency_ending *last = w->out->ending + w->out->ending_count - 1;

    if (w->agency != NULL && address_equal(w->agency, agency)) {
        if (w->is_listed && until_ms < last->until_ms)
            last->until_ms = until_ms;
        return;
    }
    if (!ends_soon(w->out, until_ms, is_transport ? BOUND_CERTIFICATE_ENDS_MS : BOUND_CERTIFICATE_WARN_MS))
        return;
    w->agency = agency;
    w->is_listed = w->out->ending_count < BOUND_NAMED;
    add_ending(w->out, agency, until_ms);
}

/* Who phones reads what waits, and whom. */
static bool fill_waiting(struct exchange *x, struct agency_ending *e, struct error *err)
{
    struct control_reach reach = {0};
    struct peer_row peer;
    bool found;

    if (!peers_find(x, &e->agency, &found, &peer, err) ||
        (found && !message_store_waiting_for(x->db, peer.number, &e->waiting, err)) ||
        !entry_reach_fill(x, &e->agency, &reach, err))
        return false;
    (void)snprintf(e->phone, sizeof e->phone, "%.*s", (int)reach.phone.size, (const char *)reach.phone.at);
    return true;
}

bool peer_ends_status(struct exchange *x, struct node_status *out, struct error *err)
{
    struct ending_walk w = {.out = out};

    if (!peer_ends_each(x, note_ending, &w, err))
        return false;
    for (size_t i = 0; i < out->ending_count; i++)
        if (!fill_waiting(x, &out->ending[i], err))
            return false;
    return true;
}
