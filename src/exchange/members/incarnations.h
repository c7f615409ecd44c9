#ifndef EXCHANGE_INCARNATIONS_H
#define EXCHANGE_INCARNATIONS_H
/* Which logs of other agencies began anew on another machine: the directory says so.
 *
 * Floor: exchange.
 */

#include "base/error.h"

struct exchange;

/* Follows the directory in use: where it states a later incarnation of a log that is known here, that log begins anew,
 * and what the one before had answered is owed again. At the start, and where a newer directory is taken. */
MUST_USE bool incarnations_follow(struct exchange *x, struct error *err);

#endif
