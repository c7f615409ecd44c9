#ifndef EXCHANGE_SUSPENSION_H
#define EXCHANGE_SUSPENSION_H
/* Suspensions by officers and members (membership_suspension.h) as a node keeps them: stored, passed on, ended in time.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/db.h"

struct link;
struct membership;

/* At start: those that were stored, as far as they still count. */
MUST_USE bool suspension_load(struct exchange *x, struct error *err);
/* The same for MEMBERSHIP, at NOW_MS. */
MUST_USE bool suspension_load_into(struct db *db, struct membership *membership, int64_t now_ms, struct error *err);
/* Takes NOTE, of a file or a peer: it is stored, recorded and goes to all links; the links of whom it suspends are cut.
 * *SEQUENCE: that of the directory in use. E-RVK-05 to E-RVK-11. */
MUST_USE bool suspension_take(struct exchange *x, struct view note, uint64_t *sequence, struct error *err);
/* Whether NOTE is signed by a key that is not held here; what only an officer's key signed is. E-RVK-05, E-RVK-06. */
MUST_USE bool suspension_check_key(struct db *db, struct membership *membership, struct view note, struct error *err);
/* The same from the peer of LINK (frame 22). What does not count here is passed over, and said in the log once: the
 * peer may have another directory, and sends it again. False: it is no suspension at all, or an error of our own. */
MUST_USE bool suspension_take_frame(struct exchange *x, const struct link *link, struct view payload,
                                    struct error *err);
/* Stores NOTE, of S, in the open transaction. */
struct suspension;
MUST_USE bool suspension_store(struct db *db, const struct suspension *s, struct view note, struct error *err);
/* Whether one counts now, of an officer or of one member alone. */
bool suspension_stands(const struct exchange *x);
/* Sends LINK all that count. */
void suspension_send(struct exchange *x, const struct link *link);
/* Ends those whose time is over. */
MUST_USE bool suspension_advance(struct exchange *x, struct error *err);
/* When that is, by the steady clock; 0: none stands. */
int64_t suspension_wake_ms(const struct exchange *x);

#endif
