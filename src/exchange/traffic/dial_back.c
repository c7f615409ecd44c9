#include "exchange/traffic/dial_back.h"

#include "base/bounds.h"
#include "base/clock.h"
#include "codec/peer_messages.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"

#define ASK_AGAIN_MS 60000  /* a person mends the firewall, and asks the doctor again */
#define ANSWER_MS    300000 /* in which all addresses of a host are dialled */

struct dial_back {
    struct dial_back_said said;
    int64_t asked_ms; /* steady; 0: nobody was asked */
    uint32_t place;   /* whom to ask next */
};

struct link_dial_back {
    int64_t opened_ms; /* steady */
    bool takes;        /* the peer: frame 28 */
    bool answer_due;   /* it asked, and is being dialled */
};

struct dial_back *dial_back_new(void)
{
    return xnew(sizeof(struct dial_back));
}

void dial_back_link_up(const struct exchange *x, struct link *link, const struct peer_hello *hello)
{
    link->dial_back = xnew(sizeof *link->dial_back);
    *link->dial_back = (struct link_dial_back){.opened_ms = tick_steady_ms(x), .takes = hello->dials_back};
}

/* --- this node asks --- */

/* A younger link may be one that both dialled at once, of which either may stay. */
static bool may_ask(const struct exchange *x, const struct link *l)
{
    return l->dial_back->takes && !l->directory_only &&
           tick_steady_ms(x) - l->dial_back->opened_ms > 2 * BOUND_HANDSHAKE_MS;
}

/* Another one each time: what one says of this node is his word. */
static const struct link *find_link(const struct exchange *x)
{
    uint32_t count = 0;
    uint32_t place;

    for (const struct link *l = x->links; l != NULL; l = l->next)
        count += may_ask(x, l);
    if (count == 0)
        return NULL;
    place = x->dial_back->place++ % count;
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (may_ask(x, l) && place-- == 0)
            return l;
    return NULL;
}

void exchange_ask_dial_back(struct exchange *x)
{
    struct dial_back *d = x->dial_back;
    const struct link *link;
    struct peer own;

    if (d->asked_ms != 0 && tick_steady_ms(x) - d->asked_ms < ASK_AGAIN_MS)
        return;
    if (!membership_find_peer(x->membership, address_view(membership_own(x->membership)), &own) ||
        own.member->endpoint.size == 0)
        return;
    link = find_link(x);
    if (link == NULL)
        return;
    d->asked_ms = tick_steady_ms(x);
    d->said.asked = link->agency;
    d->said.asked_ms = tick_record_ms(x);
    tick_send(x, link->id, PEER_DIAL_BACK, (struct view){0});
    tick_again(x);
}

bool dial_back_take_answer(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct dial_back *d = x->dial_back;
    struct peer_dialled_back said;

    if (!peer_dialled_back_decode(payload, &x->tick_arena, &said, err))
        return false;
    if (d->asked_ms == 0 || !address_equal(&d->said.asked, &link->agency) ||
        tick_steady_ms(x) - d->asked_ms > ANSWER_MS)
        return true;
    d->said.failed = link->agency;
    d->said.failed_ms = tick_record_ms(x);
    d->said.why = said.failure;
    return true;
}

const struct dial_back_said *exchange_dial_back_said(const struct exchange *x)
{
    return &x->dial_back->said;
}

/* --- this node is asked --- */

bool dial_back_take_ask(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct peer peer;
    int64_t when_ms;

    if (payload.size != 0)
        return error_set(err, E_LNK_10, "%s asks to be dialled and something else", link->agency.text);
    if (!meter_pace(x, link->usage, PACE_DIAL_BACK, &when_ms) ||
        !membership_find_peer(x->membership, address_view(&link->agency), &peer) || peer.member->endpoint.size == 0)
        return true;
    link->dial_back->answer_due = true;
    x->post->dial(x->post, &link->agency, peer.member->endpoint, true);
    return true;
}

void exchange_dial_failed(struct exchange *x, const struct address *agency, enum dial_failure why)
{
    const struct link *link = links_find_agency(x, agency);
    struct bytes *out;

    if (link == NULL || !link->dial_back->answer_due)
        return;
    link->dial_back->answer_due = false;
    out = tick_frame(x);
    peer_dialled_back_encode(&(struct peer_dialled_back){why}, out);
    tick_send(x, link->id, PEER_DIALLED_BACK, bytes_view(out));
    tick_again(x);
}
