#ifndef EXCHANGE_CASE_LINKS_H
#define EXCHANGE_CASE_LINKS_H
/* Which cases belong together: a family, or people who travel with each other.
 *
 * Floor: exchange. A link is two rows, one of each case, sealed under that case's slot (store/case_link_store.h).
 * Nothing of it leaves this agency. The house log names one of both cases: that somebody linked it, not with whom.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

/* Cases that are linked with ROW, oldest link first, for who asks: of one that others hold he is told no more than
 * that, of one that he is kept from (exclusions.h) nothing, nor of one that is not there any more. What does not open
 * is passed over. *OUT lives until the tick ends. */
MUST_USE bool case_links_list(struct exchange *x, const struct case_row *row, const struct control_case_linked **out,
                              size_t *count, struct error *err);
/* *OUT is OTHER where who asks sees that case, else zeros. */
MUST_USE bool case_links_shows(struct exchange *x, const struct ident *other, struct ident *out, struct error *err);
/* Whatever is linked with FROM is linked with INTO, too, which takes its place, in the open transaction; whether there
 * is room is asked before anything is written: E-CAS-27. */
MUST_USE bool case_links_may_take_over(struct exchange *x, const struct case_row *from, const struct case_row *into,
                                       struct error *err);
MUST_USE bool case_links_take_over(struct exchange *x, const struct case_row *from, const struct case_row *into,
                                   struct error *err);

/* Each case that is linked with ROW, which is to be erased, is so no more, in the open transaction. Of one whose key
 * the disk does not give that stays, told to nobody, until its links are changed. */
MUST_USE bool case_links_end(struct exchange *x, const struct case_row *row, struct error *err);

typedef bool exchange_on_linked_fn(void *cookie, const struct control_case_linked *l, struct error *err);
/* Links two cases, says otherwise what one is to the other, or ends the link, with a house record LINKED or UNLINKED;
 * then all of the case are told. Said again it changes nothing. E-CAS-20 one of them is not there for who asks,
 * E-CAS-27 too many, E-USE-03 they are one, E-STO-03 disk full. */
MUST_USE bool exchange_case_link(struct exchange *x, const struct control_case_link_ask *ask,
                                 exchange_on_linked_fn *on_linked, void *cookie, struct error *err);

#endif
