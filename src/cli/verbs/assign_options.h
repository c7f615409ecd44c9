#ifndef CLI_ASSIGN_OPTIONS_H
#define CLI_ASSIGN_OPTIONS_H
/* Options that say whose a case or a referral is from now on: --to, --desk, --no-desk.
 *
 * Floor: cli.
 */

#include "cli/verbs/cmd.h"
#include "codec/control_messages.h"

#define ASSIGN_USAGE "--to ACCOUNT | --desk NAME | --no-desk"
#define ASSIGN_OPTIONS                                                                                                 \
    OPTION_VALUE("to", "ACCOUNT", "a caseworker or supervisor; me: yourself"),                                         \
        OPTION_VALUE("desk", "NAME", "it belongs to this desk from now on, whoever holds it"),                         \
        OPTION_FLAG("no-desk", "it belongs to none")

/* One of them is needed. */
MUST_USE bool assign_options_read(const struct options *o, struct control_assign_ask *ask, struct error *err);

#endif
