#ifndef CA_CMD_H
#define CA_CMD_H
/* The verbs of `refex federation`, one file each.
 *
 * Floor: ca.
 */

#include "ca/ca_options.h"

extern const struct subcommand ca_cmd_init;
extern const struct subcommand ca_cmd_issue;
extern const struct subcommand ca_cmd_publish;
extern const struct subcommand ca_cmd_revoke;
extern const struct subcommand ca_cmd_show;

#endif
