#ifndef DEMO_WAIT_H
#define DEMO_WAIT_H
/* Waiting for a node's state: it is asked again when its database has changed.
 *
 * Floor: demo. Each of these fails with E_DEM_02 after DEMO_TIMEOUT_MS and with E_DEM_03 when the demo is interrupted.
 */

#include "demo/demo.h"
#include "demo/demo_query.h"

/* Between two tries: returns when AGENCY's home has changed, or after DEMO_POLL_MS. SINCE_MS is when the first try was.
 * WHAT is for the error. */
MUST_USE bool demo_wait_step(struct demo *d, enum demo_index agency, int64_t since_ms, const char *what,
                             struct error *err);
/* Waits until AGENCY's referral is in STATE. */
MUST_USE bool demo_wait_state(struct demo *d, enum demo_index agency, const char *referral, const char *state,
                              struct error *err);
/* Waits until AGENCY can open exactly SECTIONS. */
MUST_USE bool demo_wait_readable(struct demo *d, enum demo_index agency, section_set sections,
                                 struct demo_holdings *holdings, struct error *err);
/* Waits until AGENCY's outbox is empty. */
MUST_USE bool demo_wait_idle(struct demo *d, enum demo_index agency, struct error *err);

#endif
