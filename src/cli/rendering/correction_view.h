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

#endif
