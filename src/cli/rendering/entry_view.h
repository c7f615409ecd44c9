#ifndef CLI_ENTRY_VIEW_H
#define CLI_ENTRY_VIEW_H
/* What an agency says of itself as people and programs read it.
 *
 * Floor: cli.
 */

#include "output/told_form.h"

extern const struct told_form entry_view;

/* Appends the names of SERVICES (bits), with commas. */
void entry_view_services(struct bytes *out, uint32_t services);
/* Appends "open now", or when it opens next; nothing where that is not known. */
void entry_view_open(struct bytes *out, bool known, bool open, int64_t opens_ms);

#endif
