#ifndef CLI_DIALOGUE_SENDING_H
#define CLI_DIALOGUE_SENDING_H
/* The referral that a dialogue makes, as `refex referral send` does.
 *
 * Floor: cli.
 */

#include "cli/dialogue/sheet.h"

/* What she wants: bit n is service n. */
uint32_t sending_services(const struct sheet *s);
/* Prints what would leave, what would not, and why. */
MUST_USE bool sending_show(struct command *c, const struct sheet *s, struct error *err);
/* Sends it; once, however often this draft is sent. Where it has not arrived yet it is waited for, a few seconds, and
 * then said how it stands. *SENT is false where who was warned of the agency did not go on. */
MUST_USE bool sending_send(struct command *c, const struct sheet *s, bool *sent, int *status, struct error *err);

#endif
