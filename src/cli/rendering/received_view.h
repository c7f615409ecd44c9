#ifndef CLI_RECEIVED_VIEW_H
#define CLI_RECEIVED_VIEW_H
/* What a case holds that came from another agency, shown to a person or as JSON.
 *
 * Floor: cli.
 */

#include "codec/control_messages.h"
#include "output/told_form.h"

extern const struct told_form received_view;
/* Whose it is and under which consent, then its sections. COOKIE is a bool: as JSON. */
MUST_USE bool received_view_show(void *cookie, const struct control_case_received *r, struct error *err);

#endif
