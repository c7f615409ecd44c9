#ifndef REFEXD_CONTROL_NAMED_H
#define REFEXD_CONTROL_NAMED_H
/* A request under a request id of the caller: done once, and answered again as it was.
 *
 * Floor: refexd, around each verb: none does anything for it (codec/verbs.h: control_verb_takes_id).
 */

#include "codec/verbs.h"
#include "refexd/control_call.h"

/* Answers what was answered before; else by HANDLE, and keeps what that answers. E-CTL-10 to 12. */
MUST_USE bool control_named_handle(const struct control_verb *verb,
                                   bool (*handle)(struct control_call *c, struct error *err), struct control_call *c,
                                   struct error *err);
/* Whether it has been answered before and is answered so again. */
bool control_named_is_answered(const struct control_verb *verb, const struct control_call *c);
/* Here VERB is asked under none. Always false. */
bool control_named_refuse(const struct control_verb *verb, struct error *err);

#endif
