#ifndef CLI_DIALOGUE_NEW_CASE_H
#define CLI_DIALOGUE_NEW_CASE_H
/* The case that the answers of a dialogue make.
 *
 * Floor: cli.
 */

#include "cli/dialogue/dialogue.h"

/* Has the case added, unless the draft says that it is. Where she seems to be here already, it is asked whether it is
 * another person; *ADDED is false where it is not. What was answered of her is in the case then, and in the draft no
 * more: it is erased there. */
MUST_USE bool new_case_begin(struct command *c, const struct dialogue *d, bool *added, struct error *err);

#endif
