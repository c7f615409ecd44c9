#ifndef EXCHANGE_RENEWAL_H
#define EXCHANGE_RENEWAL_H
/* A running node takes new certificates: its links stand, and new ones are made with the new certificate.
 *
 * Floor: exchange. What a stopped node takes: setup.h.
 */

#include "codec/control_messages.h"
#include "codec/peer_messages.h"
#include "exchange/exchange.h"

/* Checks a membership file, which must be of this federation, this machine and its keys, and not older than what is in
 * use; takes its directory if that is newer, and then its certificates, with records in both logs; one of them says
 * that the fingerprint of ASK, if it has one, was compared: it must be the federation's. E-ENR-*, E-FED-2x,
 * E-REN-02, E-CLK-04. */
MUST_USE bool exchange_take_membership(struct exchange *x, const struct control_take_membership_ask *ask,
                                       struct control_membership_taken *out, struct error *err);

/* Whether the certificate DER has begun at NOW_MS, the later of a node's times: else one of two clocks is wrong.
 * E-CLK-04. */
MUST_USE bool renewal_check_begun(struct view der, int64_t now_ms, struct error *err);
/* The same of what came by the network, of which the transport certificate may be of the next key of this node. */
MUST_USE bool renewal_take_certificates(struct exchange *x, const struct peer_renewed *r, struct error *err);
/* Whose certificate is committed is the transport key in use (vault_transport.h); request.refex follows. At the start,
 * and behind each commit. */
MUST_USE bool renewal_settle_key(struct exchange *x, struct error *err);

#endif
