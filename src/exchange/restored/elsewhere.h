#ifndef EXCHANGE_ELSEWHERE_H
#define EXCHANGE_ELSEWHERE_H
/* Which of two it looks like where this node signs nothing more, for others hold more of its log than it has: a copy
 * beside another home that runs, or a home that was put back. The agency that showed more is dialled once an hour; what
 * it says in its hello that it has linked of our log has grown since the first time, or has not.
 *
 * Floor: exchange. A hint: nothing is done by it but told.
 */

#include "exchange/exchange.h"

struct db;

/* Makes x->elsewhere, from what is stored. */
MUST_USE bool elsewhere_load(struct exchange *x, struct error *err);

/* AGENCY's hello says that it has linked SIZE records of our log. In the open transaction. */
MUST_USE bool elsewhere_linked(struct exchange *x, const struct address *agency, uint64_t size, struct error *err);
/* After the commit, where this node signs nothing: dials it when that is due. */
void elsewhere_look(struct exchange *x);
/* When that is, by the steady clock; 0: never. */
int64_t elsewhere_wake_ms(const struct exchange *x);

/* When it had grown first; 0: it had not. When it was looked last and it had not; 0: it had, or was not looked twice.
 */
void elsewhere_says(const struct exchange *x, int64_t *newer_ms, int64_t *same_ms);

/* The log begins anew: what was seen of the one before counts no more. In the open transaction. */
MUST_USE bool elsewhere_invalidate(struct db *db, struct error *err);

#endif
