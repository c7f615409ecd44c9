#ifndef EXCHANGE_KIND_PING_H
#define EXCHANGE_KIND_PING_H
/* Kind ping: an empty message, about nobody, that shows whether the way to another agency is whole: it is sealed, sent,
 * opened and receipted as any other. Nothing is done with one that came, and nobody is told of it.
 *
 * Floor: exchange. What is asked of it stands in ping_calls.h.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_ping;

#endif
