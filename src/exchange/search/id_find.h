#ifndef EXCHANGE_ID_FIND_H
#define EXCHANGE_ID_FIND_H
/* Ids by their first digits: people type those, and the node says which ids begin so.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"

struct exchange;

typedef bool exchange_id_fn(void *cookie, const struct control_id_found *found, struct error *err);
/* Those from ASK->first to ASK->last, ascending in each kind; at most BOUND_IDS_FOUND. */
MUST_USE bool exchange_id_find(struct exchange *x, const struct control_id_find_ask *ask, exchange_id_fn *on_id,
                               void *cookie, struct error *err);

#endif
