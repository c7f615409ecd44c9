#ifndef EXCHANGE_CONTRADICTIONS_H
#define EXCHANGE_CONTRADICTIONS_H
/* An identity key that signed for two next keys, or that two before it took for theirs, is in two hands: neither note
 * vouches, the second is kept and goes on to the others, and a person phones the agency.
 *
 * Floor: exchange. Whose notes are looked at: succession.h. A note that left its line, since the directory lists
 * another key, contradicts all the same.
 */

#include "exchange/exchange.h"
#include "model/directory.h"

struct contradictions;
struct node_status;

void contradictions_free(struct contradictions *c);
/* Reads the second notes that are stored. */
MUST_USE bool contradictions_load(struct exchange *x, struct error *err);
/* S was taken, now or ever. */
void contradictions_note(struct exchange *x, const struct succession *s);

/* Whether S contradicts one that was taken; *KEY then is the one in two hands, and *IS_NEW whether nothing had shown
 * that of it. */
bool contradictions_find(const struct exchange *x, const struct succession *s, struct hash *key, bool *is_new);
/* Keeps S, whose NOTE shows it of KEY, in the open transaction. */
MUST_USE bool contradictions_keep(struct exchange *x, const struct hash *key, const struct succession *s,
                                  struct view note, struct error *err);
/* Whether KEY vouches for none: it is in two hands, or the next one is. */
bool contradictions_doubt(const struct exchange *x, const struct hash *key);
/* A person compared the key that is listed of AGENCY. */
MUST_USE bool contradictions_compared(struct exchange *x, const struct address *agency, struct error *err);

/* Calls ON_NOTE for each of a listed agency whose key nobody compared since. */
typedef void contradictions_fn(void *cookie, const struct address *agency, int64_t since_ms, struct view note);
void contradictions_each(const struct exchange *x, contradictions_fn *on_note, void *cookie);
/* The same into OUT, with the phone of each. */
MUST_USE bool contradictions_status(struct exchange *x, struct node_status *out, struct error *err);

#endif
