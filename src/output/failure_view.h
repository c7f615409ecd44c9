#ifndef OUTPUT_FAILURE_VIEW_H
#define OUTPUT_FAILURE_VIEW_H
/* The four parts of an error, on standard error: for people, or as one JSON object.
 *
 * Floor: output.
 */

#include "base/error.h"
#include "output/told_form.h"
#include "refex/fault.h"

extern const struct told_form failure_view;

/* Both return the exit status. */
int failure_view_show(const struct refex_failure *f, bool json);
int failure_view_show_error(const struct error *err, bool json);

#endif
