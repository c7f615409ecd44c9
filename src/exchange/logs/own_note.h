#ifndef EXCHANGE_OWN_NOTE_H
#define EXCHANGE_OWN_NOTE_H
/* What other agencies show of our own log. A checkpoint with our signature that our log does not hold says that another
 * copy of this node signs, or did before this one was put back: then this node signs nothing more, and says so. A
 * person decides which copy goes on.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

/* Makes x->own_note: reads at start whether this node has stopped signing. */
MUST_USE bool own_note_load(struct exchange *x, struct error *err);
/* The size of a checkpoint of ours that our log does not hold, and who showed it; 0: none is known. */
uint64_t own_note_beyond(const struct exchange *x);
const struct address *own_note_seen_by(const struct exchange *x);
/* The size of NOTE, shown by AGENCY, if it is of our exchange log, of this incarnation, signed by our key, and our log
 * holds it; else 0. One that is all that and that our log does not hold ends signing. */
MUST_USE bool own_note_check(struct exchange *x, const struct address *agency, struct view note, uint64_t *size,
                             struct error *err);
/* False, E-LOG-27: nothing is recorded in the exchange log any more. To be asked before anything is written. */
MUST_USE bool own_note_may_sign(const struct exchange *x, struct error *err);

#endif
