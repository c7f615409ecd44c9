#ifndef CA_INVITES_H
#define CA_INVITES_H
/* The invitations that the coordinator made: who is invited, until when, and how many wrong tries there were.
 *
 * Floor: ca. A file each in the folder's invites/, mode 0600, by the invitation's id. A try is counted on the disk
 * before it is judged: who ends the program in between has used it up. The key of the words is kept until the
 * invitation is used, or the third try was wrong.
 */

#include "ca/federation_home.h"
#include "exchange/members/invite.h"

#define INVITE_TRIES 3

/* Records a new one. E-FIL-*. */
MUST_USE bool invites_add(const struct federation_home *h, const struct invite *i, const struct secret *key,
                          struct error *err);
/* Judges the binding of R, which has one. The same request once more is let through. E-ENR-22, E-ENR-24, E-ENR-25,
 * E-ENR-26. */
MUST_USE bool invites_check(const struct federation_home *h, const struct request *r, int64_t now_ms,
                            struct error *err);
/* The invitation of R, which was checked, is used: by this request and no other. */
MUST_USE bool invites_use(const struct federation_home *h, const struct request *r, struct error *err);
/* *OUT: AGENCY has an invitation that is neither used nor ended. */
MUST_USE bool invites_are_open(const struct federation_home *h, const struct address *agency, int64_t now_ms, bool *out,
                               struct error *err);

/* How many, of whatever agency, are neither used nor ended. */
MUST_USE bool invites_count_open(const struct federation_home *h, int64_t now_ms, uint32_t *out, struct error *err);

#endif
