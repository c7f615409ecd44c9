#ifndef EXCHANGE_CASEBOOK_H
#define EXCHANGE_CASEBOOK_H
/* Cases of this agency: taken in, sealed under a slot of their own, opened for the gate and for people.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

/* E-CAS-20 when there is none. */
MUST_USE bool casebook_find(struct exchange *x, const struct ident *id, struct case_row *out, struct error *err);
/* Opens all sections of a case: views into memory that is wiped when the turn ends. */
MUST_USE bool casebook_open(struct exchange *x, const struct case_row *row, struct view sections[SECTION_END],
                            struct error *err);

#endif
