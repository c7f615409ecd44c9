#ifndef CLI_STATE_VIEW_H
#define CLI_STATE_VIEW_H
/* Where a referral stands, as people read it.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "codec/control_codec.h"
#include "output/told_form.h"

/* One of the five words, and the state where that says more: "answered: expected". DIRECTION: whether it came in. */
void state_view_write(struct bytes *out, enum referral_state state, enum direction direction);
/* Of a referral, or a detail, which begins with one: that the time that it names is past the last day of her consent,
 * and what to do. */
void state_view_last_day(struct bytes *out, const struct told_shown *s);
/* That what is said of her coming goes nowhere, for that day is over. */
void state_view_stays_here(struct bytes *out, const struct told_shown *s);

#endif
