#ifndef CLI_TRANSFER_VIEW_H
#define CLI_TRANSFER_VIEW_H
/* Who is responsible for a case that is transferred, in words, for either side.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "codec/control_messages.h"

/* Of R, which is a transfer; else nothing. */
void transfer_view_write(struct bytes *out, const struct control_referral *r);

#endif
