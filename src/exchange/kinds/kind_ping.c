#include "exchange/kinds/kind_ping.h"

#include "exchange/kinds/inquiries.h"
#include "exchange/kinds/ping_calls.h"
#include "exchange/members/membership.h"
#include "exchange/members/pauses.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/outbox.h"

/* *OUT: the row of its message. */
static bool put_ping(struct exchange *x, const struct address *to, struct message_row *out, struct error *err)
{
    struct body body = {.kind = MESSAGE_PING};
    struct peer_row peer;
    int64_t number;
    bool found;

    if (!pauses_fill_for(x, to, &body.ping, err) ||
        !outbox_put_about_nobody(x, to, &body, tick_record_day(x), &number, err) ||
        !peers_get_or_add(x, to, &peer, err) || !message_store_get(x->db, number, &found, out, err))
        return false;
    REQUIRE(found);
    dialling_hasten(x, peer.number, to);
    return true;
}

bool exchange_ping_send(struct exchange *x, const struct control_ping_ask *ask, struct control_ping *out,
                        struct error *err)
{
    struct message_row row;
    uint64_t mark;

    if (!own_note_may_sign(x, err) || !inquiries_may_go(x, &ask->agency, err) || !tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    if (!tick_call_end(x, mark, put_ping(x, &ask->agency, &row, err), err))
        return false;
    *out = (struct control_ping){.message = row.id, .agency = ask->agency};
    return true;
}

bool exchange_ping_progress(struct exchange *x, const struct control_ping_path_ask *ask, struct ping_progress *out,
                            struct error *err)
{
    struct message_row row = {.number = 0};
    struct peer_row peer;
    struct peer member;
    bool found;

    if (!peers_find(x, &ask->agency, &found, &peer, err) ||
        (found && !message_store_find(x->db, DIRECTION_OUT, peer.number, &ask->message, &found, &row, err)))
        return false;
    if (!found || row.kind != MESSAGE_PING)
        return error_set(err, E_DOC_23, "no such ping was sent to %s", ask->agency.text);
    *out = (struct ping_progress){.agency = ask->agency,
                                  .state = row.state,
                                  .is_linked = links_find_to(x, peer.number) != NULL,
                                  .is_narrow = links_find_to(x, peer.number) == NULL &&
                                               links_find_any_to(x, peer.number) != NULL,
                                  .may_have_left = row.may_have_left};
    out->is_dialled = membership_own_may_dial(x->membership) &&
                      membership_find_peer(x->membership, address_view(&ask->agency), &member) &&
                      member.member->endpoint.size != 0;
    if (row.state == MESSAGE_WAITING)
        waiting_of_message(x, &peer, &row, &out->wait);
    return true;
}

bool kind_ping_tell(struct exchange *x, const struct address *to, int64_t *message, struct error *err)
{
    struct message_row row;
    struct error why;

    *message = 0;
    if (!inquiries_may_go(x, to, &why))
        return true;
    if (!put_ping(x, to, &row, err))
        return false;
    *message = row.number;
    return true;
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    return pauses_take(x, b->sender, &b->body->ping, err);
}

const struct kind_actions kind_ping = {.take = take};
