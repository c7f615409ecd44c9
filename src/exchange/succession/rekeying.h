#ifndef EXCHANGE_REKEYING_H
#define EXCHANGE_REKEYING_H
/* This agency takes another identity key by routine: it is made here, the one in use signs for it, a person at the
 * federation lists it, and the directory that does so brings it into use.
 *
 * Floor: exchange. The logs go on: their next checkpoint is signed by the new key.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* Makes the next key, or finds that of before, signs for it, and writes rekey.refex; with a record of who asked.
 * E-FED-68 the clock is in doubt, E-FED-66, E-KEY-24 the one in use has signed for a key that is not here, E-FED-67, as
 * own_note_may_sign, E-KEY-*, E-FIL-*. */
MUST_USE bool exchange_node_rekey(struct exchange *x, struct control_rekeying *out, struct error *err);

/* Where the directory in use lists the next key, its certificate is taken, in the open transaction. */
MUST_USE bool rekeying_follow(struct exchange *x, struct error *err);
/* Whether there is a next key that does not open; also read only. */
bool rekeying_is_unopened(const struct exchange *x);
/* Whether S is of the key in use and of the next one of this home, so that nobody else made it. */
struct succession;
bool rekeying_made(struct exchange *x, const struct succession *s);
/* Whose certificate is committed is the identity key in use; bundle, entry and checkpoints are signed by it from the
 * next tick on. At the start, and behind each commit. */
MUST_USE bool rekeying_settle(struct exchange *x, struct error *err);

#endif
