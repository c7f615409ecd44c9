#ifndef EXCHANGE_SEALING_H
#define EXCHANGE_SEALING_H
/* Makes the envelope of a disclosure. The only caller of crypto/seal's sealing function (`./dev house` checks it).
 *
 * Floor: exchange. One encapsulated key is used for at most 60 s and 65,536 messages to one recipient, each sequence
 * number once; it is never stored (docs/PROTOCOL.md 6).
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/logs/audit.h"

struct sealing;

#define SEALING_REUSE_MS 60000

struct sealing *sealing_new(void);
void sealing_free(struct sealing *s);
/* Keys or members changed: drops all encapsulated keys. */
void sealing_invalidate(struct sealing *s);

struct seal_input {
    const struct audit_proof *proof; /* of the disclosure's record */
    struct view consistency;         /* path from known_size to the proof's size; may be empty */
    uint64_t known_size;             /* log size that the recipient is known to have */
};
/* Appends the envelope of D. E-FED-30: the recipient has no key to seal to. */
MUST_USE bool sealing_envelope(struct exchange *x, const struct disclosure *d, const struct seal_input *input,
                               struct bytes *out, struct error *err);

#endif
