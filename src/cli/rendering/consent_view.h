#ifndef CLI_CONSENT_VIEW_H
#define CLI_CONSENT_VIEW_H
/* A consent as people read it.
 *
 * Floor: cli.
 */

#include "cli/rendering/told_view.h"
#include "codec/control_messages.h"

/* How the cells of a list read that are more than their value. */
extern const struct told_words consent_view_cells[];

void consent_view_print(const struct control_consent *s);
/* "services,protection" */
void consent_view_write_purposes(uint32_t purposes, struct bytes *out);

#endif
