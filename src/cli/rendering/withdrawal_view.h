#ifndef CLI_WITHDRAWAL_VIEW_H
#define CLI_WITHDRAWAL_VIEW_H
/* What withdrawing a consent will do, and has done.
 *
 * Floor: cli.
 */

#include "codec/control_messages.h"
#include "output/told_form.h"

/* What withdrawing does, of a consent that answers a dry run, and would change something. */
extern const struct told_form withdrawal_view_foretold;

/* The last words of a withdrawal, by what has happened: S answers it. */
void withdrawal_view_print_done(const struct control_consent *s);

/* A yes that a no withdrew: S as it stood, and what withdrawing it does. */
extern const struct told_form withdrawal_view_ended;
void withdrawal_view_show_ended(bool json, const struct control_consent *s);

/* What a person does where refex cannot tell the recipient: two lines behind INDENT, without the end of the last. */
void withdrawal_view_write_by_hand(const struct control_consent *s, const char *indent, struct bytes *out);

#endif
