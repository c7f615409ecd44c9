#ifndef CLI_CORRECTION_VIEW_H
#define CLI_CORRECTION_VIEW_H
/* What an agency holds otherwise, and what goes there.
 *
 * Floor: cli.
 */

#include "codec/control_messages.h"
#include "output/told_form.h"

extern const struct told_form correction_view;
/* COOKIE is a bool: as JSON. */
MUST_USE bool correction_view_show(void *cookie, const struct control_correction *c, struct error *err);
/* Of a referral (control_referral_detail): each with what who holds it says of it. */
void correction_view_write_of(struct bytes *out, const struct told_shown *s);

#endif
