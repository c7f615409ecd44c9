#ifndef REFEXD_METRICS_TEXT_H
#define REFEXD_METRICS_TEXT_H
/* How the node is, as OpenMetrics text (OpenMetrics 1.0).
 *
 * Floor: refexd. Times, and what is so or not: no count of messages, cases or people stands in it, for where few live
 * it would tell of one of them; nor what caseworkers have to act on.
 */

#include "refexd/control_door.h"

/* Appends to OUT. */
MUST_USE bool metrics_text_write(const struct control_context *w, struct bytes *out, struct error *err);

#endif
