#ifndef EXCHANGE_SUCCESSION_H
#define EXCHANGE_SUCCESSION_H
/* An agency takes a new identity key by routine, and the old one signs for it: whom that convinces, and when it does
 * not (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. The notes that count are in membership_succession.h; what is held in holds.h.
 */

#include "exchange/exchange.h"

struct link;
struct peer;

/* At start: those that are stored, and what is known of keys. */
MUST_USE bool succession_load(struct exchange *x, struct error *err);
/* Follows the directory in use: what it lists and revokes is remembered, in the open transaction, what is void is
 * dropped, and where it lists the next key of this agency, that is taken. */
MUST_USE bool succession_follow(struct exchange *x, struct error *err);

/* Takes a note that FROM brought (NULL: nobody), and passes it on; fine where it is here. In the open transaction.
 * E-FED-60 to E-FED-67, E-KEY-24 it is of this agency's key in use, and was not made here. */
MUST_USE bool succession_take(struct exchange *x, const struct link *from, struct view note, struct error *err);
/* The same of this agency's own, NOTE of S, which it makes. */
struct succession;
MUST_USE bool succession_take_own(struct exchange *x, const struct succession *s, struct view note, struct error *err);
/* Whether one of the key in use came that was not made here. */
bool succession_has_other(const struct exchange *x);
/* Whether it is of the key in use, which can have no other next one then. */
bool succession_is_used_up(const struct exchange *x);
/* The keys that sign, and signed, for this agency, but for those that are revoked as compromised: for what others show
 * of its log. */
struct proof_signer;
void succession_own_signer(const struct exchange *x, struct proof_signer *out);
/* Frame 26. What is not used is logged; malformed it ends the link. */
MUST_USE bool succession_take_frame(struct exchange *x, const struct link *link, struct view payload,
                                    struct error *err);
/* Of those that count, and were made from SINCE_MS on, sends BOUND_SUCCESSIONS_A_SECOND to the peer of LINK, in the
 * order in which it can take them, behind the first *SAID, which go on. True: those were all. */
bool succession_send(struct exchange *x, const struct link *link, int64_t since_ms, size_t *said);
/* When the newest of them was made; 0: there is none. */
int64_t succession_newest_ms(const struct exchange *x);

/* Whether the key KNOWN of the member P, which counted here, vouches for the one that is listed: by itself, or by keys
 * between them, each of which the one before signed for. */
bool succession_vouches(struct exchange *x, const struct hash *known, const struct peer *p);
/* What is listed of P counts from now on, on the word of KNOWN and of those between. */
MUST_USE bool succession_vouched(struct exchange *x, const struct hash *known, const struct peer *p, struct error *err);

#endif
