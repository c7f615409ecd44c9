#ifndef CLI_HELP_H
#define CLI_HELP_H
/* Help that is not of one verb: the list of verbs, the error codes, the exit codes.
 *
 * Floor: cli.
 */

#include "base/error.h"
#include "cli/verb.h"

/* What the exit status says, a line each. */
extern const char help_exit_codes[];

void help_overview(void);
/* The verbs of one noun. */
void help_noun(const char *noun);
/* `refex help errors [CODE]`, `refex help exit-codes`. E-USE-01 for anything else. */
MUST_USE bool help_topic(int argc, char **argv, struct error *err);

#endif
