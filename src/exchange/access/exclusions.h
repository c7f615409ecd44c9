#ifndef EXCHANGE_EXCLUSIONS_H
#define EXCHANGE_EXCLUSIONS_H
/* Who is kept from one case: members of the staff to whom it is not there, and agencies to which nothing of it leaves.
 *
 * Floor: exchange. Whom they are lies sealed under the case's slot (store/never_store.h). Asked by holders.c, for
 * who asks, and by consent_gate.c. Who is kept from a case is kept from those that were merged into it. What does not
 * open keeps all out but supervisors, and every agency.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

struct exclusions;

struct exclusions *exclusions_new(void);
/* How many there are is in memory, so that whoever has none is asked nothing. Freed with free(). */
MUST_USE bool exclusions_load(struct exchange *x, struct error *err);
/* Whether any case keeps anybody out. */
bool exclusions_are_any(const struct exchange *x);
/* The same of who has this number. */
MUST_USE bool exclusions_keep_out_number(struct exchange *x, const struct case_row *row, int64_t number, bool *out,
                                         struct error *err);
/* The same of who asks; nobody is kept from what he holds but by the case that took its place, nor who is none of the
 * staff. E-KEY-21: it is not known for now. */
MUST_USE bool exclusions_keep_out_asker(struct exchange *x, const struct case_row *row, bool *out, struct error *err);
/* Whoever is kept from FROM is kept from INTO, in the open transaction: it is one person. E-STF-12 who holds INTO is,
 * E-STF-13, E-STF-14, E-MRG-05 whom it names does not open. */
MUST_USE bool exclusions_take_over(struct exchange *x, const struct case_row *from, const struct case_row *into,
                                   struct error *err);
/* The supervisor with this id is to be none any more: of each case that he sees another one sees it, E-STF-13. Where
 * the disk does not give who is kept from a case, nobody waits for that. */
MUST_USE bool exclusions_check_leaving(struct exchange *x, const struct ident *staff, struct error *err);
/* Whether nothing of the case leaves for this agency. */
MUST_USE bool exclusions_deny(struct exchange *x, int64_t case_number, struct view agency, bool *out,
                              struct error *err);

#endif
