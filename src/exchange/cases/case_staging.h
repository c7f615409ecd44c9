#ifndef EXCHANGE_CASE_STAGING_H
#define EXCHANGE_CASE_STAGING_H
/* Cases of an import that are stored and are no cases yet, so that an import of thousands takes many short commits and
 * is whole or nothing all the same.
 *
 * Floor: exchange. In order: cases are put, in as many ticks as it takes, and no function but these finds one; it is
 * decided, which nothing undoes: each case gets its record in the house log, in ticks; then all are cases at once. What
 * was not decided when its asker went, or the node ended, is dropped by ticks with its keys. One import at a time.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

struct case_staging;

/* Freed with free(). */
struct case_staging *case_staging_new(void);

/* Reads what is stored, when the node starts and after a tick was undone. E-STO-04: the row is not as it was
 * written. */
MUST_USE bool case_staging_load(struct exchange *x, struct error *err);
/* Adds case NUMBER, from 0, of an import of COUNT: ROW is stored, its number and slot are set. The first begins the
 * import. */
MUST_USE bool case_staging_put(struct exchange *x, uint32_t number, uint32_t count, struct case_row *row,
                               struct error *err);
/* All are put: they will be cases. In the same commit stands whatever says that they were imported. */
MUST_USE bool case_staging_decide(struct exchange *x, struct error *err);
/* Whether the import whose first case has this number is still under way; *STANDS: it is decided, and on the disk. */
bool case_staging_goes_on(const struct exchange *x, int64_t first, bool *stands);
/* Whether an import is under way, or is being dropped. */
bool case_staging_is_taken(const struct exchange *x);
/* Records at most LIMIT cases more of what is decided, or drops at most as many; asks for another tick while there is
 * more. */
MUST_USE bool case_staging_advance(struct exchange *x, uint32_t limit, struct error *err);
/* The tick was committed. */
void case_staging_committed(struct exchange *x);

#endif
