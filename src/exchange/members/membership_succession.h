#ifndef EXCHANGE_MEMBERSHIP_SUCCESSION_H
#define EXCHANGE_MEMBERSHIP_SUCCESSION_H
/* Which identity keys of an agency took the place of which: the successions that lead to, or from, the key that the
 * directory in use lists (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. A succession is signed by both its keys. Of each agency they make one line: a key has one that comes
 * after it, and one that came before. What the keys in it are to this node, whether one was revoked or is another
 * agency's, is asked in succession.h before one is taken.
 */

#include "exchange/logs/proofs.h"
#include "exchange/members/membership.h"

struct successions;

/* Freed with successions_free; for membership.c. */
struct successions *successions_new(void);
void successions_free(struct successions *s);

/* Takes NOTE, which is of S (succession_note.h). *IS_NEW false: it is here already. Nothing is changed on failure:
 * E-FED-62 the agency is not listed, or neither key is in the line of the one that is, E-FED-66 one of the keys is in
 * it with another, it would be a circle, or it leads to a line that is full; what leads from it takes the place of the
 * first. */
MUST_USE bool membership_take_succession(struct membership *m, const struct succession *s, struct view note,
                                         bool *is_new, struct error *err);
/* Whether these bytes are one of them. */
bool membership_has_succession(const struct membership *m, struct view note);
/* Whether S is of the line, and another of it is by its new key. */
bool membership_is_succeeded(const struct membership *m, const struct succession *s);
/* The succession of AGENCY from its key OLD; NULL: there is none. Until others are taken or dropped. */
const struct succession *membership_succession_from(const struct membership *m, const struct address *agency,
                                                    const struct hash *old);

/* Calls ON_SUCCESSION for each; of an agency the newest first, so that whoever is told them in this order has each in
 * the line. */
typedef void membership_succession_fn(void *cookie, const struct succession *s, struct view note);
void membership_each_succession(const struct membership *m, membership_succession_fn *on_succession, void *cookie);

/* The time of the newest; 0: there is none. */
int64_t membership_newest_succession_s(const struct membership *m);

/* Drops those of which IS_VOID says so, and those that are then, or by a newer directory, in no line; the count. */
typedef bool membership_succession_void_fn(void *cookie, const struct succession *s);
size_t membership_drop_successions(struct membership *m, membership_succession_void_fn *is_void, void *cookie);

/* Adds to OUT the keys that came before NOW, which AGENCY has. What it says of them is of M, until others are taken or
 * dropped. */
void membership_former_keys(const struct membership *m, const struct address *agency, const struct hash *now,
                            struct proof_signer *out);
/* Up to where the old key of S counts; NULL: S is not among them. The same. */
struct proof_change *membership_change_of_key(const struct membership *m, const struct succession *s);

#endif
