#ifndef EXCHANGE_ACTING_H
#define EXCHANGE_ACTING_H
/* Who decided: the actor of records that a person makes.
 *
 * Floor: exchange. A person who closes or confirms stands in that record as an id of 16 bytes: the random one of who is
 * entered as staff, else one that the node makes of the Unix user that asked, with a key of its own (docs/PROTOCOL.md
 * 4). The log holds no account and no name, and only this node can say whose id it is.
 */

#include "exchange/exchange.h"
#include "model/record.h"

struct acting;
struct vault;

/* The id of a Unix user who is not entered as staff: who runs the node alone, or operates it. */
MUST_USE bool acting_of_user(struct vault *vault, uint32_t uid, struct ident *out, struct error *err);

/* Nobody asks. Freed with free(). */
struct acting *acting_new(void);

/* Whether a person asks, and as which Unix user. */
bool acting_user(const struct exchange *x, uint32_t *uid);
/* Whether what he asks only reads (exchange_acting_reads). */
bool acting_reads(const struct exchange *x);
/* He named OBJECT by its id, which is somebody else's: exchange_acting_looked. */
void acting_note_look(struct exchange *x, const struct ident *object);

/* R states what a person decided: sets its actor, where exchange_acting said who asks. */
MUST_USE bool acting_sign(struct exchange *x, struct record *r, struct error *err);
/* The same, and appends R to the log of its kind, in the open transaction. */
MUST_USE bool acting_append(struct exchange *x, struct record *r, struct error *err);
/* A record OPENED in the house log: who asks did WHAT with OBJECT. In the open transaction. */
MUST_USE bool acting_record_opened(struct exchange *x, enum house_what what, const struct ident *object,
                                   struct error *err);
/* A person decided it: a record ACTED in the house log about OBJECT, since the one of the exchange log leaves and names
 * nobody. Where nobody asks there is none. */
MUST_USE bool acting_record(struct exchange *x, enum act what, const struct ident *object, struct error *err);
/* The Unix user of the actor of R, if its id was made of one that may ask here: *KNOWN. Read only: never. */
MUST_USE bool acting_find(struct exchange *x, const struct record *r, bool *known, uint32_t *uid, struct error *err);

#endif
