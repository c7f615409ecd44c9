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

/* Whether it is for nobody of the federation: then this agency itself stands as its recipient. */
bool consent_view_is_outside(const struct control_consent *s);
/* For whom it is. */
void consent_view_write_recipient(const struct control_consent *s, struct bytes *out);
/* Of one for somebody outside: what was printed, and what a person does about it; lines after the first behind INDENT.
 */
void consent_view_write_paper(const struct control_consent *s, const char *indent, struct bytes *out);

/* "services,protection" */
void consent_view_write_purposes(uint32_t purposes, struct bytes *out);

#endif
