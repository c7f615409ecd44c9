#ifndef EXCHANGE_SEALING_H
#define EXCHANGE_SEALING_H
/* From a disclosure to an envelope. The only caller of crypto/seal's sealing function (./dev house counts).
 *
 * Floor: exchange. On a direct link one encapsulated key is used for at most 60 s or 65,536 messages to one recipient,
 * in memory only, each sequence number once (docs/PROTOCOL.md 6).
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/logs/audit.h"

struct sealing;

#define SEALING_REUSE_MS 60000

struct sealing *sealing_new(void);
void sealing_free(struct sealing *s);
/* The peer's keys or membership changed: no encapsulated key is used on. */
void sealing_invalidate(struct sealing *s);

/* Appends the envelope. PROOF is of the disclosure's record. CONSISTENCY (may be empty) leads from KNOWN_SIZE to the
 * proof's size. E-FED-30 where the recipient has no key to seal to. */
struct seal_input {
    const struct audit_proof *proof;
    struct view consistency;
    uint64_t known_size;
};
MUST_USE bool sealing_envelope(struct exchange *x, const struct disclosure *d, const struct seal_input *input,
                               struct bytes *out, struct error *err);

#endif
