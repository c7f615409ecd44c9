#ifndef EXCHANGE_RESTORED_ASKS_H
#define EXCHANGE_RESTORED_ASKS_H
/* Since this home was put back and its logs began anew: which agencies have told what was withdrawn in the part of the
 * old log that it does not have. Until each has, or a person says that it cannot, nothing of a case is read or sent:
 * she may have said stop.
 *
 * Floor: exchange. An agency tells by frame 8 (exchange/traffic/beginnings.h).
 */

#include "exchange/exchange.h"

struct db;

/* All agencies are to be asked: this node's log has begun anew as INCARNATION. In the open
 * transaction. */
MUST_USE bool restored_asks_begin(struct db *db, uint32_t incarnation, struct error *err);

/* Makes x->restored_asks, from what is stored. */
MUST_USE bool restored_asks_load(struct exchange *x, struct error *err);
/* Whether some have not told yet. */
bool restored_asks_wait(const struct exchange *x);
/* Each tick: where one has told, or the directory is another, all goes on when nobody is awaited any more. */
MUST_USE bool restored_asks_advance(struct exchange *x, struct error *err);
/* AGENCY has said by frame 8 that it told all: it knows how our log began anew, too, and need not be told again, where
 * IS_ALL: all of it was taken. */
MUST_USE bool restored_asks_echoed(struct exchange *x, const struct address *agency, bool is_all, struct error *err);
MUST_USE bool restored_asks_has_echoed(struct exchange *x, const struct address *agency, bool *out, struct error *err);
/* The log of AGENCY began anew: it may have lost what it knew. In the open transaction. */
MUST_USE bool restored_asks_invalidate(struct exchange *x, const struct address *agency, struct error *err);

typedef bool restored_asks_fn(void *cookie, const struct address *agency, struct error *err);
/* Calls ON_AGENCY for each that has not told: all that the directory lists, and does not revoke for good. One whose log
 * is not known here may have been linked behind the copy for the first time; only where no link can be it is left out.
 */
MUST_USE bool restored_asks_walk(struct exchange *x, restored_asks_fn *on_agency, void *cookie, struct error *err);
/* Whether AGENCY is one of them: it is dialled until it has told. */
MUST_USE bool restored_asks_awaits(struct exchange *x, const struct address *agency, bool *out, struct error *err);

#endif
