#ifndef CA_RENEWING_H
#define CA_RENEWING_H
/* A member's certificates are made anew without a person: what changes nothing but dates, and the transport key.
 *
 * Floor: ca.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/peer_enums.h"

struct issued_keys;
struct key_unlock;

/* Whose certificates are made; all borrowed. */
struct renewing_folder {
    const char *home;
    struct key_unlock *unlock;
    struct issued_keys *issued_keys; /* NULL: nothing is kept from one answer to the next */
};

/* What is answered: why not, or DER each. The identity certificate and its CA may be absent. */
struct renewing_made {
    enum renewal_refusal refusal;
    enum error_code why; /* what of the folder kept one from being made, whatever is answered; E_NONE: nothing did */
    struct bytes transport;
    struct bytes transport_ca;
    struct bytes identity;
    struct bytes issuing;
};

/* REQUEST is a peer.Renewal. The agency must be listed and not revoked, with this machine, and its identity key signed
 * the request. A transport certificate is made for a key that none was ever made for, a day after the last one or
 * later; for the key of the newest that one is given, so that a lost answer costs nothing. Where it is asked for and
 * keys/issuing.key is in the folder an identity certificate is made in the second half of the last one's life, and is
 * listed by the next directory; before that the newest is given. What is made is recorded before. False: the folder
 * cannot be used. */
MUST_USE bool renewing_answer(const struct renewing_folder *f, struct view request, int64_t now_ms,
                              struct renewing_made *out, struct error *err);
void renewing_made_fini(struct renewing_made *m);

#endif
