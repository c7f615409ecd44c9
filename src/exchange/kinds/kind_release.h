#ifndef EXCHANGE_KIND_RELEASE_H
#define EXCHANGE_KIND_RELEASE_H
/* Kind release: the sections that were offered, sent when the referral is accepted; and taken from a peer.
 *
 * Floor: exchange.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_release;

/* Whether the disk gives the key of what is offered of ROW; else E-KEY-21. */
MUST_USE bool kind_release_is_read(struct exchange *x, const struct referral_row *row, struct error *err);
/* Queues for TO the offered sections of ROW that the gate still passes; a DENIED record names the others. Changes ROW;
 * the caller stores it. */
MUST_USE bool kind_release_send(struct exchange *x, struct referral_row *row, const struct address *to,
                                struct error *err);

#endif
