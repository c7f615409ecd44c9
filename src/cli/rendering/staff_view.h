#ifndef CLI_STAFF_VIEW_H
#define CLI_STAFF_VIEW_H
/* What people read of a person who uses the node: roles, what is proposed, whose work he does, what he may audit.
 *
 * Floor: cli.
 */

#include "codec/control_messages.h"
#include "output/told_form.h"

/* With SIGN before the first. */
void staff_view_roles(struct bytes *out, const char *sign, staff_roles roles);
/* Nothing where nothing waits. */
void staff_view_proposal(struct bytes *out, const struct control_staff_person *p);
/* Of a control_staff_person, for a line of a form. */
void staff_view_write_proposal(struct bytes *out, const struct told_shown *s);
void staff_view_write_stand_ins(struct bytes *out, const struct told_shown *s);
void staff_view_write_scope(struct bytes *out, const struct told_shown *s);

#endif
