#ifndef CA_RENEWING_H
#define CA_RENEWING_H
/* A member's transport certificate is made anew without a person: what changes nothing but dates.
 *
 * Floor: ca.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/peer_enums.h"

struct key_unlock;

/* REQUEST is a request.refex. The agency must be listed and not revoked, with this machine, and with the keys of its
 * last certificates; that was made a day ago or longer. Then *REFUSAL is absent, and TRANSPORT and what issued it
 * (DER) are appended; the certificate is recorded before. Else it says why not. False: the folder cannot be used. */
MUST_USE bool renewing_answer(const char *home, struct key_unlock *unlock, struct view request, int64_t now_ms,
                              enum renewal_refusal *refusal, struct bytes *transport, struct bytes *transport_ca,
                              struct error *err);

#endif
