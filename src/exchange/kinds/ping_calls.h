#ifndef EXCHANGE_PING_CALLS_H
#define EXCHANGE_PING_CALLS_H
/* A ping to another agency, and how far it has come (kind_ping.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "exchange/traffic/waiting.h"

/* Sends one to ASK's agency, whose node is dialled at once if there is no link; it does not leave after today.
 * E-REF-05 to ourselves, E-FED-2x, E-FED-48, E-LOG-27, E-STO-03. */
MUST_USE bool exchange_ping_send(struct exchange *x, const struct control_ping_ask *ask, struct control_ping *out,
                                 struct error *err);

/* How far it has come. */
struct ping_progress {
    struct address agency;
    enum message_state state;
    bool is_linked;
    bool is_narrow;  /* the only link carries no more than what calls data back: one has the other for cut off */
    bool is_dialled; /* the directory shows an address of it, and this node dials */
    bool may_have_left;
    struct waiting_wait wait; /* while it waits: why */
};
/* E-DOC-23 there is no such ping. */
MUST_USE bool exchange_ping_progress(struct exchange *x, const struct control_ping_path_ask *ask,
                                     struct ping_progress *out, struct error *err);

#endif
