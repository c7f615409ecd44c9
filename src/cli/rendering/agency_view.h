#ifndef CLI_AGENCY_VIEW_H
#define CLI_AGENCY_VIEW_H
/* A member of the directory as people and programs read it: a line of a list, or all of it.
 *
 * Floor: cli.
 */

#include "output/told_form.h"

extern const struct told_form agency_view_listed;
extern const struct told_form agency_view_shown;

#endif
