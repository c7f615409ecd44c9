#ifndef CLIENT_FAILURE_H
#define CLIENT_FAILURE_H
/* Failures as people are told them: what went wrong here, or what a node answered.
 *
 * Floor: client.
 */

#include "base/arena.h"
#include "base/error.h"
#include "refex/client.h"

/* Sets *WHY; both always return false. */
bool failure_set(struct refex_failure *why, enum error_code code, const char *text);
bool failure_set_from(struct refex_failure *why, const struct error *err);

/* Reads the message of a failure into *OUT; what is decoded on the way lives in ARENA, which is emptied before. Of a
 * code that this program does not know, the fault decides. E-CTL-*. */
MUST_USE bool failure_read(struct arena *arena, struct view message, struct refex_failure *out, struct error *err);

#endif
