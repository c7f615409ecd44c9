#ifndef EXCHANGE_REWRAPPING_H
#define EXCHANGE_REWRAPPING_H
/* When the keys of this node are wrapped under a new storage key: with the day after an erasure, whatever was erased,
 * so within a day of each and at most once a day.
 *
 * Floor: exchange. The work itself is the vault's (vault_rewrap.h). A part of it is done behind a commit, while the
 * node does nothing else, and from an hour on beside what it does. Since when something waits for it stands in the
 * database from the commit on in which an erasure is finished; a node that was off goes on when it starts. What fails
 * (a full disk, one that takes nothing) is tried again; status names what is late.
 */

#include "exchange/exchange.h"

struct rewrapping;

struct rewrapping *rewrapping_new(void); /* freed with free() */
MUST_USE bool rewrapping_load(struct exchange *x, struct error *err);

void rewrapping_new_day(struct exchange *x);
/* Writes down, in the tick, that something was erased, or that a re-wrap is finished. Before what records an erasure as
 * finished: what a crash keeps from being written down is erased again. */
MUST_USE bool rewrapping_advance(struct exchange *x, struct error *err);
/* The next part, if one is due; after the commit. False: the node must end. */
MUST_USE bool rewrapping_step(struct exchange *x, struct error *err);
/* When the steady clock wants a tick for it; 0: no time is set. */
int64_t rewrapping_wake_ms(const struct exchange *x);

/* Of the first erasure after which the keys should have been wrapped anew by now; 0: none. */
int64_t rewrapping_late_since_ms(const struct exchange *x);

#endif
