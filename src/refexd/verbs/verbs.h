#ifndef REFEXD_VERBS_H
#define REFEXD_VERBS_H
/* The verbs of the control door: decoded request in, one call of the exchange, items out.
 *
 * Floor: refexd. Each is a row of codec/verbs.def. False: *ERR becomes the FAILURE, and items made so far are
 * dropped.
 */

#include "refexd/control_call.h"

#define VERB_ROW(number, kind, name, ...) bool verbs_##name(struct control_call *c, struct error *err);
#define CALL_ROW                          VERB_ROW
#include "codec/verbs.def"

#endif
