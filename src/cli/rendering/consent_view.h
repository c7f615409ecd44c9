#ifndef CLI_CONSENT_VIEW_H
#define CLI_CONSENT_VIEW_H
/* A consent as people read it.
 *
 * Floor: cli.
 */

#include "codec/control_messages.h"
#include "output/told_form.h"

extern const struct told_form consent_view_listed;
extern const struct told_form consent_view_shown;

/* One that was asked for by its name. */
void consent_view_show(bool json, const struct control_consent *s);

/* "services,protection" */
void consent_view_write_purposes(uint32_t purposes, struct bytes *out);

#endif
