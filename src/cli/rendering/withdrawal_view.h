#ifndef CLI_WITHDRAWAL_VIEW_H
#define CLI_WITHDRAWAL_VIEW_H
/* What withdrawing a consent will do, and has done.
 *
 * Floor: cli.
 */

#include <stdio.h>

#include "base/bytes.h"
#include "codec/control_messages.h"

/* What withdrawing does: S answers a dry run, and would change something. */
void withdrawal_view_print(const struct control_consent *s, FILE *to);

/* The last words of a withdrawal, by what has happened: S answers it. */
void withdrawal_view_print_done(const struct control_consent *s);

/* A yes that a no withdrew: S as it stood, and what withdrawing it does. */
void withdrawal_view_print_ended(const struct control_consent *s);
void withdrawal_view_json_ended(const struct control_consent *s);

/* What a person does where refex cannot tell the recipient: both lines behind INDENT. */
void withdrawal_view_write_by_hand(const struct control_consent *s, const char *indent, struct bytes *out);

#endif
