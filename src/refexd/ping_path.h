#ifndef REFEXD_PING_PATH_H
#define REFEXD_PING_PATH_H
/* How far a ping has come, step by step: made of what the exchange and the seam door know of it.
 *
 * Floor: refexd. No clock, no store: all comes with the facts.
 */

#include "codec/control_codec.h"
#include "exchange/kinds/ping_calls.h"
#include "model/ping_step.h"
#include "refexd/dial_said.h"

/* Fills OUT with the steps that are done, and, where it has not come through, the one at which it is: FAIL, or UNKNOWN
 * while that may still be done. Returns how many. Texts are in ARENA or constants. */
size_t ping_path_make(const struct ping_progress *g, const struct dial_said *dial, struct arena *arena,
                      struct control_ping_step out[static PING_STEP_END]);

#endif
