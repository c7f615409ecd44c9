#ifndef CLI_RENDERING_NEEDS_VIEW_H
#define CLI_RENDERING_NEEDS_VIEW_H
/* What the services of a referral need to know of a person and are not told, for a person to read before she sends.
 *
 * Floor: cli.
 */

#include "output/told_form.h"

/* Appends a line for each field that her case does not say, with why that matters, what may harm first, and a list of
 * those that nobody knows and of those that do not go. */
void needs_view_write(struct bytes *out, const struct told_shown *shown);

#endif
