#ifndef CLI_REFERRAL_VIEW_H
#define CLI_REFERRAL_VIEW_H
/* A referral as people and programs read it.
 *
 * Floor: cli.
 */

#include "cli/rendering/case_view.h"
#include "codec/control_codec.h"
#include "output/told_form.h"

extern const struct told_form referral_view_listed; /* a line of a list */
extern const struct told_form referral_view_shown;  /* all of it */
extern const struct told_form referral_view_entry;  /* of its timeline */

/* All of it. VIEW NULL: what is in the sections was not asked for. */
void referral_view_show(bool json, const struct control_referral_detail *d, const struct case_view *view);

#endif
