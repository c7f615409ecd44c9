#ifndef CA_CMD_H
#define CA_CMD_H
/* The verbs of `refex federation`, one file each.
 *
 * Floor: ca.
 */

#include "ca/order.h"

extern const struct verb cmd_init;
extern const struct verb cmd_issue;
extern const struct verb cmd_publish;
extern const struct verb cmd_revoke;
extern const struct verb cmd_show;

#endif
