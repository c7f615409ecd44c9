#ifndef EXCHANGE_METER_H
#define EXCHANGE_METER_H
/* What each agency uses up here, and its share of it (model/resource.h): the one meter, where frames enter and leave.
 *
 * Floor: exchange. A share is for a unix day. Over it, what can wait is answered with busy, and refusing costs nothing:
 * no commit, no record, and one log line a day at most (LINE_BUSY). What is used is written in blocks, ahead, with
 * commits that happen anyway; after a crash the rest of a block counts as used. Counts of what was refused enter the
 * exchange log as COUNTED, once an hour, agency and sort, likewise with a commit that happens anyway, and at the end of
 * the day.
 */

#include "exchange/exchange.h"
#include "model/record.h"
#include "model/resource.h"

struct meter;

/* Of one agency, as long as the node runs (meter_inside.h). */
struct usage;

struct meter *meter_new(void);
void meter_free(struct meter *m);

/* The usage of AGENCY, with number PEER (0: it has none yet); read from the store when it is first asked for. */
MUST_USE bool meter_find(struct exchange *x, const struct address *agency, int64_t peer, struct usage **out,
                         struct error *err);

const struct address *meter_agency(const struct usage *u);

void meter_add(struct exchange *x, struct usage *u, enum resource r, uint64_t n);
/* Whether a share is used up; *WHICH (may be NULL) is the first such. */
bool meter_is_over(struct exchange *x, struct usage *u, enum resource *which);
/* Whether that of R is. */
bool meter_has_used(struct exchange *x, struct usage *u, enum resource r);
/* Whether U is served after all others: it is over, or it sends what is refused at steps 1 to 9. */
bool meter_is_last(struct exchange *x, struct usage *u);
/* A refusal at steps 1 to 9. */
void meter_note_rubbish(struct exchange *x, struct usage *u);

/* One more for the COUNTED record of that sort. */
void meter_count(struct exchange *x, struct usage *u, enum counted_what what);

/* In the tick, before its commit. Writes log lines with the number of those left out and, where a transaction is open,
 * COUNTED records and blocks. */
MUST_USE bool meter_advance(struct exchange *x, struct error *err);
/* The tick is committed: what it recorded is not counted again. */
void meter_committed(struct meter *m);
/* It was undone: what it wrote ahead is to be written again, what it recorded is to be recorded again. */
MUST_USE bool meter_undone(struct exchange *x, struct error *err);

/* Calls ON_AGENCY for each agency that is over its share, with the resource. */
void meter_walk_over(struct exchange *x, void (*on_agency)(void *cookie, const struct address *agency, enum resource r),
                     void *cookie);

#endif
