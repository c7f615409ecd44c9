#ifndef CLI_STATE_VIEW_H
#define CLI_STATE_VIEW_H
/* Where a referral stands, as people read it.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "codec/control_codec.h"

/* One of the five words, and the state where that says more: "answered: expected". DIRECTION: whether it came in. */
void state_view_write(struct bytes *out, enum referral_state state, enum direction direction);

#endif
