#ifndef EXCHANGE_INCARNATIONS_H
#define EXCHANGE_INCARNATIONS_H
/* Which logs of other agencies began anew on another machine: the directory says so.
 *
 * Floor: exchange.
 */

#include <stdint.h>

#include "base/error.h"

struct exchange;
struct peer_row;

/* The only incarnation of PEER's log from which something is taken or cosigned: the newest known here, or a later one
 * that the directory in use states. */
uint32_t incarnations_current(struct exchange *x, const struct peer_row *peer);

/* Follows the directory in use: where it states a later incarnation of a log that is known here, that log begins anew,
 * what the one before had answered is owed again, and the time that its machine told counts no more. At the start, and
 * where a newer directory is taken. */
MUST_USE bool incarnations_follow(struct exchange *x, struct error *err);

#endif
