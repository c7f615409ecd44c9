#ifndef EXCHANGE_HOUSE_CALLS_H
#define EXCHANGE_HOUSE_CALLS_H
/* The safety page of a case: what whoever is on duty in the house where she stays has to know, and nothing else of her
 * (house.c).
 *
 * Floor: exchange. Which fields those are says proto/case.proto. Her case belongs to a desk that is a house
 * (desks.h); whoever is kept from it reads no page of it either.
 */

#include "codec/control_messages.h"
#include "exchange/cases/case_calls.h"
#include "exchange/exchange.h"
#include "store/db.h"

typedef bool exchange_on_resident_fn(void *cookie, const struct control_house_resident *r, struct error *err);
/* Whose pages who asks may read as on duty, or as one who sees all; desk by desk, oldest first. */
MUST_USE bool exchange_house_list(struct exchange *x, struct walk_step *step, exchange_on_resident_fn *on_item,
                                  void *cookie, struct error *err);
/* The page of this case, with a record OPENED, for whoever sees the case, too. E-CAS-20 it is not there for who asks,
 * E-KEY-21. */
MUST_USE bool exchange_house_show(struct exchange *x, const struct ident *id, struct case_sections *out,
                                  struct error *err);

#endif
