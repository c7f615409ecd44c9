#ifndef EXCHANGE_GOING_ON_H
#define EXCHANGE_GOING_ON_H
/* Which agencies go on under a new key with the data of a stolen machine, as the id of their machine said when it was
 * listed: also where the key changes again before anybody here has compared it.
 *
 * Floor: exchange. Kept with the node in the directory and its key: another machine that is neither is one without
 * data.
 */

#include "exchange/exchange.h"

struct going_on;
struct peer;

struct going_on *going_on_new(void);
void going_on_free(struct going_on *g);
/* At start: what is stored. */
MUST_USE bool going_on_load(struct exchange *x, struct error *err);
/* Whether P, as the directory lists it now, is a machine that goes on from the key FORMER, or from one that did. */
bool going_on_is(const struct exchange *x, const struct peer *p, const struct hash *former);
/* Follows the directory in use, before incarnations_follow. */
MUST_USE bool going_on_follow(struct exchange *x, struct error *err);

#endif
