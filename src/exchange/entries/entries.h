#ifndef EXCHANGE_ENTRIES_H
#define EXCHANGE_ENTRIES_H
/* What agencies say of themselves (proto/entry.proto): this one's own, and the newest of each other that is believed.
 *
 * Floor: exchange. What stands in entry_calls.h is implemented here. Believed is what the identity key signed that
 * counts here (holds.h): of a key that is held nothing is taken, and what the key before it signed stands. Of an agency
 * that is revoked, or listed no more, nothing is used; of an unlisted one only what it signed to be for all members.
 */

#include "exchange/entries/entry_cache.h"
#include "exchange/exchange.h"
#include "model/agency_entry.h"

struct entries;
struct link;

struct entries *entries_new(void);
void entries_free(struct entries *e);
/* At start, after the peers. */
MUST_USE bool entries_load(struct exchange *x, struct error *err);
/* A start, a day, another directory: forgets what is of no member, or may be known no more; signs this agency's own
 * anew where what goes round is not what it should be. */
MUST_USE bool entries_follow(struct exchange *x, struct error *err);

/* A note came on LINK (frame 10). False: it is none, or an error of our own. What is not believed is passed over: the
 * peer may have another directory. */
MUST_USE bool entries_take(struct exchange *x, const struct link *link, struct view note, struct error *err);

enum entry_known {
    ENTRY_UNKNOWN,
    ENTRY_KNOWN,
    ENTRY_CONTESTED /* two of one number that differ: neither is used */
};
/* What AGENCY says of itself, as it is used here; of this agency what was set. *OUT and *SEQUENCE are set if it is
 * ENTRY_KNOWN, until the tick ends. */
MUST_USE bool entries_find(struct exchange *x, const struct address *agency, enum entry_known *known,
                           uint64_t *sequence, struct agency_entry *out, struct error *err);
/* Whether K may be shown to other members now. */
MUST_USE bool entries_may_pass(struct exchange *x, const struct known_entry *k, bool *may, struct error *err);
const struct entry_cache *entries_cache(const struct exchange *x);

/* Whether an entry in this agency's name went round that this node did not make, since it was last set here. */
bool entries_other_in_our_name(const struct exchange *x);
/* Whether what was set here does not open: what goes round stands until it is set anew. */
bool entries_own_is_unopened(const struct exchange *x);

#endif
