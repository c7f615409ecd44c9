#ifndef EXCHANGE_CASEBOOK_H
#define EXCHANGE_CASEBOOK_H
/* Cases of this agency: imported, sealed under a slot of their own, opened for the gate and for people.
 *
 * Floor: exchange. exchange_case_* are implemented here.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

/* The row of the case with this id. E-CAS-20: there is none. */
MUST_USE bool casebook_find(struct exchange *x, const struct ident *id, struct case_row *out, struct error *err);
/* Opens all sections of a case; those it has none of are empty views. Wiped when the tick ends. E-KEY-*. */
MUST_USE bool casebook_open(struct exchange *x, const struct case_row *row, struct view sections[SECTION_END],
                            struct error *err);

#endif
