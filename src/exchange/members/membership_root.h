#ifndef EXCHANGE_MEMBERSHIP_ROOT_H
#define EXCHANGE_MEMBERSHIP_ROOT_H
/* Which root a membership goes by: its first, or the one that took the place of that.
 *
 * Floor: exchange, for membership.c.
 */

#include "model/directory.h"

struct membership;

/* From now on by the root that D leaves in use. What M's directory has of the one before must not be asked any more. */
void membership_choose_root(struct membership *m, const struct directory *d);
/* By none. */
void membership_forget_root(struct membership *m);

#endif
