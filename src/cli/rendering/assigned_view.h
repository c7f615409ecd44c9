#ifndef CLI_ASSIGNED_VIEW_H
#define CLI_ASSIGNED_VIEW_H
/* Whose a case or a referral is from now on.
 *
 * Floor: cli.
 */

#include "output/told_form.h"

extern const struct told_form assigned_case_view;
extern const struct told_form assigned_referral_view;

#endif
