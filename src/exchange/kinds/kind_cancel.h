#ifndef EXCHANGE_KIND_CANCEL_H
#define EXCHANGE_KIND_CANCEL_H
/* Kind cancel: the agency that refers needs it no more; sent by people here, and taken from a peer.
 *
 * Floor: exchange. exchange_referral_cancel is implemented here. What nobody works on yet is cancelled by the node of
 * the agency that was asked; what was accepted is asked to be, and a person there confirms. Both answer with a reply.
 */

#include "exchange/kinds/kind.h"
#include "store/message_store.h"

extern const struct kind_actions kind_cancel;

/* Her coming, which a cancellation had met here, was taken back by what the agency TO said as number SAID: one that it
 * made after that counts now. */
MUST_USE bool kind_cancel_again(struct exchange *x, struct referral_row *row, const struct address *to, uint32_t said,
                                struct error *err);
/* The first message M of a referral of ours has its receipt: what was cancelled without one is told now. */
MUST_USE bool kind_cancel_receipted(struct exchange *x, const struct message_row *m, struct error *err);
/* The same of those whose consent's key the disk did not give then: at the start, each day, and when keys are read
 * again. */
MUST_USE bool kind_cancel_tell(struct exchange *x, struct error *err);

#endif
