#ifndef REFEXD_CONTROL_ASKER_H
#define REFEXD_CONTROL_ASKER_H
/* Who asks over the control socket, and whether he may.
 *
 * Floor: refexd, below control_door. Who asks is the Unix user of the program that connected, as the kernel says.
 */

#include "refexd/control_call.h"

struct control_verb;

/* UID may ask something. */
bool control_asker_is_known(uint32_t uid);
/* UID may ask VERB; NULL: anything. E-CTL-03. */
MUST_USE bool control_asker_check(uint32_t uid, const struct control_verb *verb, struct error *err);
/* Calls HANDLE for C as asked by UID: what it records has him as its actor. */
MUST_USE bool control_asker_handle(uint32_t uid, bool (*handle)(struct control_call *c, struct error *err),
                                   struct control_call *c, struct error *err);

#endif
