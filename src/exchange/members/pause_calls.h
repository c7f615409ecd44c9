#ifndef EXCHANGE_PAUSE_CALLS_H
#define EXCHANGE_PAUSE_CALLS_H
/* What an operator says of planned work on this node (pauses.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* This node is paused until ASK's time, or not any more, with a record CONFIGURED: each agency that may know is told by
 * a ping. An agency that is unlisted, and whose entry is not for all members, tells only those from whom it had a
 * receipt. Not paused, that it ends changes nothing. E-PAU-01 that time cannot be, E-PAU-02 no reason is said,
 * E-LOG-27, E-STO-03. */
MUST_USE bool exchange_pause(struct exchange *x, const struct control_pause_ask *ask, struct control_pause *out,
                             struct error *err);

#endif
