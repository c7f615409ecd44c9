#ifndef EXCHANGE_SUSPENSIONS_REFUSED_H
#define EXCHANGE_SUSPENSIONS_REFUSED_H
/* Suspensions that members pass on and this node does not use: said in its log once each, though they come again and
 * again, and named in status where who signed has signed and the reason does not pass.
 *
 * Floor: exchange. In memory, of BOUND_NAMED signers.
 */

#include "exchange/exchange.h"

struct link;
struct suspension;
struct suspensions_refused;

/* Freed with free(). */
struct suspensions_refused *suspensions_refused_new(void);

/* NOTE, a suspension, came on LINK and was refused with WHY. */
void suspensions_refused_note(struct exchange *x, const struct link *link, struct view note, enum error_code why);
/* NOTE was taken after all. */
void suspensions_refused_taken(struct exchange *x, struct view note);
/* Calls ON_ONE for each whose signer had another one, or that found no place, while it could count. */
typedef void suspensions_refused_fn(void *cookie, const struct suspension *s, enum error_code why);
void suspensions_refused_each(const struct exchange *x, suspensions_refused_fn *on_one, void *cookie);

#endif
