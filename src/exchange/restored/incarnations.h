#ifndef EXCHANGE_INCARNATIONS_H
#define EXCHANGE_INCARNATIONS_H
/* Which logs of other agencies began anew on another machine: the directory says so.
 *
 * Floor: exchange.
 */

#include <stdint.h>

#include "base/error.h"

struct exchange;
struct message_row;
struct peer_row;
struct proof_answer;

/* The only incarnation of PEER's log from which something is taken or cosigned: the newest known here, or a later one
 * that the directory in use states. */
uint32_t incarnations_current(struct exchange *x, const struct peer_row *peer);

/* Whether the directory says that PEER's log began anew, under the key that it had or on a machine that goes on from
 * that key, and PEER has not told yet how far it still has the log before (exchange/traffic/beginnings.h): any other
 * machine in its place has other keys and nothing of before. */
bool incarnations_is_awaited(struct exchange *x, const struct peer_row *peer);
/* Whether it is awaited under another key than the one that counts here: until that ends nothing that PEER says of its
 * logs counts. */
bool incarnations_is_put_off(struct exchange *x, const struct peer_row *peer);
/* Sets *TAKES to whether something under the checkpoint of PROOF, of PEER's log, counts: it is of the log that goes on,
 * or of one that is over, under the very checkpoint with which that ended. */
MUST_USE bool incarnations_takes(struct exchange *x, const struct peer_row *peer, const struct proof_answer *proof,
                                 bool *takes, struct error *err);
/* Sets *HAS to whether PEER has what stood in record INDEX of its log INCARNATION, which is over. */
MUST_USE bool incarnations_has(struct exchange *x, const struct peer_row *peer, uint32_t incarnation, uint64_t index,
                               bool *has, struct error *err);
/* Whether PEER, whose log began anew, has logs before: its home was put back, and no other machine took its place. */
MUST_USE bool incarnations_was_restored(struct exchange *x, const struct peer_row *peer, bool *restored,
                                        struct error *err);
/* Sets *HAS to whether PEER has what it gave as the receipt of message NUMBER; the same of M, which came from it. */
MUST_USE bool incarnations_has_receipt(struct exchange *x, const struct peer_row *peer, int64_t number, bool *has,
                                       struct error *err);
MUST_USE bool incarnations_has_sent(struct exchange *x, const struct peer_row *peer, const struct message_row *m,
                                    bool *has, struct error *err);

/* Follows the directory in use: where it states a later incarnation of a log that is known here, and the agency has
 * other keys, that log begins anew,
 * what the one before had answered is owed again, and the time that its machine told counts no more. At the start, and
 * where a newer directory is taken. */
MUST_USE bool incarnations_follow(struct exchange *x, struct error *err);

#endif
