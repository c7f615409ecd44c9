#ifndef EXCHANGE_DESKS_H
#define EXCHANGE_DESKS_H
/* The desks of this agency: parts of it with people of their own, in memory.
 *
 * Floor: exchange. A case and a referral that came in may belong to one; who is at it, and on duty there, stands with
 * each person (staff_entry.h). What nobody holds is seen by whoever is at its desk. What belongs to no desk, or to one
 * where nobody is, is seen by whoever is on duty at any, and by every caseworker while nobody is on duty: it is better
 * seen by more than by nobody.
 */

#include "exchange/exchange.h"
#include "store/desk_store.h"

struct desks;

/* Freed with free(). */
struct desks *desks_new(void);
MUST_USE bool desks_load(struct exchange *x, struct error *err);
size_t desks_count(const struct exchange *x);
/* The Ith of them. */
const struct desk_row *desks_nth(const struct exchange *x, size_t i);
/* NULL: there is none with this number. */
const struct desk_row *desks_numbered(const struct exchange *x, int64_t number);
/* The one with this name; NULL: none. The second is for people: E-DSK-01. */
const struct desk_row *desks_called(const struct exchange *x, struct view name);
MUST_USE bool desks_find(const struct exchange *x, struct view name, const struct desk_row **out, struct error *err);
/* That of the one with this id; empty: it is here no more. */
struct view desks_name(const struct exchange *x, const struct ident *id);
/* D is so from now on, or is no more. */
void desks_keep(struct exchange *x, const struct desk_row *d);
void desks_drop(struct exchange *x, int64_t number);

#endif
