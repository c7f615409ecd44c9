#ifndef CLI_ANSWERED_VIEW_H
#define CLI_ANSWERED_VIEW_H
/* What a person reads who answered a referral, cancelled it or sent what changed: how it stands, and whom that reaches.
 *
 * Floor: cli.
 */

#include "output/told_form.h"

extern const struct told_form answered_view;

#endif
