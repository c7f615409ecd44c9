#ifndef CLI_CMD_H
#define CLI_CMD_H
/* The verbs: one file a noun, or a verb without a noun; codec/verbs.def lists them.
 *
 * Floor: cli.
 */

#include "cli/command.h"
#include "cli/verb.h"

#define VERB_ROW(number, kind, name, ...) extern const struct verb cmd_##name;
#define COMMAND_ROW(name, ...)            extern const struct verb cmd_##name;
#include "codec/verbs.def"

#endif
