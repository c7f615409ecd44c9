#ifndef CA_ROLLOVER_H
#define CA_ROLLOVER_H
/* A new authority in place of the issuing CA or the transport CA. Both are listed until the old one is dropped, so that
 * every member goes on with what it has until it has renewed.
 *
 * Floor: ca. Begun and cut short, the same call does the rest. The new authority is used once a directory that lists it
 * is signed (authority.h): where several must sign, that is later than the call.
 */

#include "ca/member_list.h"

struct rollover {
    struct federation_home *home;
    enum certificate_use use; /* CERTIFICATE_ISSUING, CERTIFICATE_TRANSPORT_CA; CERTIFICATE_ROOT (root_rollover.h) */
    const char *root_key;     /* where the root's key lies; NULL: in the folder */
    const char *new_root_key; /* where that of a new root lies, or goes; NULL: in the folder */
    int64_t now_ms;
};

/* How many authorities of its use the directory lists. */
size_t rollover_count(const struct rollover *r);

/* The members whose newest certificate an old authority issued, and which goes on or renews still
 * (BOUND_GRACE_MS): *OUT, of ARENA. */
MUST_USE bool rollover_find_behind(const struct rollover *r, struct arena *arena, const struct view **out,
                                   size_t *count, struct error *err);

/* Makes the new authority, publishes a directory that lists it before the old ones, and puts it in the place of the one
 * in use, where that directory is signed. COMPROMISED: the one in use is revoked in that directory, with its key, and
 * so is a new one that waited; nothing of it is used. E-FED-10, E-FED-11, E-KEY-*. */
MUST_USE bool rollover_begin(struct rollover *r, bool compromised, struct error *err);

/* Puts the new one in its place where a signed directory lists it. E-FED-55: it waits. */
MUST_USE bool rollover_settle(struct rollover *r, struct error *err);

/* Signs a directory that lists the one in use alone. */
MUST_USE bool rollover_finish(struct rollover *r, struct error *err);

#endif
