#ifndef EXCHANGE_CASEBOOK_H
#define EXCHANGE_CASEBOOK_H
/* Cases of this agency: sealed under a slot of their own, opened for the gate and for people.
 *
 * Floor: exchange. exchange_case_list and exchange_case_show are implemented here.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

/* Seals a section of the case and stores it, in the open transaction. */
MUST_USE bool casebook_put_section(struct exchange *x, const struct case_row *row, enum section section,
                                   struct view data, struct error *err);
/* The row of the case with this id, for who asks: what he may not see (holders.h) is not there. E-CAS-20: there is
 * none. */
MUST_USE bool casebook_find(struct exchange *x, const struct ident *id, struct case_row *out, struct error *err);
/* Opens all sections of a case; those it has none of are empty views. Wiped when the tick ends. E-KEY-*. */
MUST_USE bool casebook_open(struct exchange *x, const struct case_row *row, struct view sections[SECTION_END],
                            struct error *err);
/* The same of those of its sections that are WANTED. */
MUST_USE bool casebook_open_some(struct exchange *x, const struct case_row *row, section_set wanted,
                                 struct view sections[SECTION_END], struct error *err);

/* Its contents changed, in the open transaction: whatever is made of them is made anew. Called wherever they do. */
MUST_USE bool casebook_changed(struct exchange *x, const struct case_row *row, struct error *err);
/* Who asks opened it: a house record OPENED. */
MUST_USE bool casebook_record_opened(struct exchange *x, const struct case_row *row, struct error *err);

/* The tick ends: forgets the case that was opened last. */
void casebook_end_tick(struct exchange *x);

#endif
