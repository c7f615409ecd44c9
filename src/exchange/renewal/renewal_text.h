#ifndef EXCHANGE_RENEWAL_TEXT_H
#define EXCHANGE_RENEWAL_TEXT_H
/* What an agency's identity key signs when it asks for certificates (docs/PROTOCOL.md 2 and 13).
 *
 * Floor: exchange; of the codec and crypto alone, so that refex-ca checks it by the same function.
 */

#include "codec/peer_messages.h"

struct sign_key;
struct verify_key;

/* Signs R, of which all but the signature is set, for the federation FID. OUT: R's signature. E-KEY-16. */
MUST_USE bool renewal_sign(const struct peer_renewal *r, const struct hash *fid, const struct sign_key *identity,
                           uint8_t out[static 64], struct error *err);
/* Whether IDENTITY signed R so. */
bool renewal_is_signed(const struct peer_renewal *r, const struct hash *fid, const struct verify_key *identity);

#endif
