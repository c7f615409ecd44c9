#ifndef CLI_DIALOGUE_DRAFT_ID_H
#define CLI_DIALOGUE_DRAFT_ID_H
/* Which draft a person means.
 *
 * Floor: cli.
 */

#include "cli/command.h"
#include "codec/control_messages.h"

/* The draft that begins with TEXT, BOUND_ID_DIGITS digits or more, of those that who asks may see. E-USE-04 it is no
 * id, E-DRF-01 there is none, E-USE-06 there are several. */
MUST_USE bool draft_id_find(struct command *c, const char *text, struct ident *out, struct error *err);

#endif
