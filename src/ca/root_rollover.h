#ifndef CA_ROOT_ROLLOVER_H
#define CA_ROOT_ROLLOVER_H
/* A new root in the place of the one in use. The root in use certifies it, and the directory lists it: both are good,
 * and what is new is certified by the new one. When no CA of the old one is listed any more, the directory's keys are
 * certified by the new one, and the old one is revoked.
 *
 * Floor: ca. Begun and cut short, the same call does the rest.
 */

#include "ca/rollover.h"

/* Whether DER is a root's. */
bool root_rollover_is_root(struct view der);

/* How many roots are good by the newest directory: two while one takes the place of the other. */
size_t root_rollover_count(const struct rollover *r);

/* Makes the new root's key, or takes that of R->new_root_key which is there, and publishes a directory that lists the
 * root. E-FED-10, E-FED-57, E-KEY-*, E-USE-03 the two keys are one. */
MUST_USE bool root_rollover_begin(struct rollover *r, struct error *err);

/* E-RVK-02 there is one root; E-FED-55 no signed directory lists the new one; E-FED-58 a CA of the old one is
 * listed. */
MUST_USE bool root_rollover_check(const struct rollover *r, struct error *err);
/* Certifies the directory's keys by the new root, of R->root_key, and publishes a directory that revokes the old one.
 */
MUST_USE bool root_rollover_finish(struct rollover *r, struct error *err);

#endif
