#ifndef EXCHANGE_OPENING_H
#define EXCHANGE_OPENING_H
/* Opens an envelope: from ciphertext to the padded content (crypto/seal.h does HPKE). Step 5 of admission, the
 * counterpart of sealing.h.
 *
 * Floor: exchange. The sender is not proven yet. Its HPKE contexts are cached here, because one encapsulated key serves
 * many messages; only those that have opened something (docs/PROTOCOL.md 6).
 */

#include "exchange/exchange.h"
#include "model/envelope.h"

struct opening;
struct seal_key;

struct opening *opening_new(void);
void opening_free(struct opening *o);

/* Appends what is sealed in ENVELOPE to PLAIN; KEY is the key that its header names. False: it does not open. */
MUST_USE bool opening_envelope(struct exchange *x, const struct envelope *envelope, const struct seal_key *key,
                               struct bytes *plain, struct error *err);

#endif
