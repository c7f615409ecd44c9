#ifndef EXCHANGE_KIND_PING_H
#define EXCHANGE_KIND_PING_H
/* Kind ping: a message about nobody that shows whether the way to another agency is whole: it is sealed, sent, opened
 * and receipted as any other. It says whether its sender is paused, which is kept (pauses.h); nobody is told of it.
 *
 * Floor: exchange. What is asked of it stands in ping_calls.h.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_ping;

/* Sends TO, in the open transaction, what this node says of a pause. *MESSAGE: its number; 0: nothing can
 * go to it now, or it is this agency itself. */
MUST_USE bool kind_ping_tell(struct exchange *x, const struct address *to, int64_t *message, struct error *err);

#endif
