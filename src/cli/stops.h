#ifndef CLI_STOPS_H
#define CLI_STOPS_H
/* The verbs that end something, told apart: a row each of stops.def.
 *
 * Floor: cli.
 */

#include "cli/command.h"

enum stop {
#define STOP_ROW(id, verb, when, here, there, question, not_done) STOP_##id,
#include "cli/stops.def"
    STOP_COUNT
};

/* At a terminal, and not with --confirm: says on standard error what the verb of WHICH does, and who keeps what, and
 * asks. *CONFIRMED: she said yes, or nobody is asked. */
void stops_confirm(const struct command *c, enum stop which, bool *confirmed);
/* All of them, to standard output. */
void stops_print(void);

/* The option of each such verb. */
#define STOPS_CONFIRM OPTION_FLAG("confirm", "do not ask, at a terminal either")

#endif
