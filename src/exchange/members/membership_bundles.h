#ifndef EXCHANGE_MEMBERSHIP_BUNDLES_H
#define EXCHANGE_MEMBERSHIP_BUNDLES_H
/* The members' bundles, with their sealing keys, as a membership believes them.
 *
 * Floor: exchange. Results are valid until the next directory or bundle is taken.
 */

#include "exchange/members/bundle.h"
#include "exchange/members/membership.h"

/* Stores a bundle note, from frame 7, a refusal or the directory, if its sequence is larger than that of the stored
 * one; *IS_NEW is whether it was. *AGENCY is the agency it is of. E-FED-25 not a member, E-FED-29 not signed by it or
 * malformed. */
MUST_USE bool membership_take_bundle(struct membership *m, struct view note, struct address *agency, bool *is_new,
                                     struct error *err);
/* The same checks; nothing is stored. */
MUST_USE bool membership_check_bundle(struct membership *m, struct view note, struct bundle *out, struct error *err);
/* The newest bundle of AGENCY and the note it came in; NULL and empty: there is none. */
const struct bundle *membership_bundle(struct membership *m, struct view agency);
struct view membership_bundle_note(struct membership *m, struct view agency);
/* The key of AGENCY to seal to on DAY (unix day). E-FED-30: it has none. */
MUST_USE bool membership_sealing_key(struct membership *m, struct view agency, uint32_t day,
                                     const struct bundle_key **out, struct error *err);
/* After a new directory: drops bundles whose signing key is not a member's any more. */
void membership_drop_stale_bundles(struct membership *m);

#endif
