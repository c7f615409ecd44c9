#ifndef EXCHANGE_KIND_UPDATE_H
#define EXCHANGE_KIND_UPDATE_H
/* Kind update: sections of a case that changed, or that were asked for, to the agency that it was referred to.
 *
 * Floor: exchange. exchange_referral_update is implemented here.
 */

#include "exchange/kinds/kind.h"
#include "store/peer_store.h"

extern const struct kind_actions kind_update;

/* Queues SAID with SECTIONS of the case of ROW, as far as her consent for PEER covers all of them, in the open
 * transaction, and stores ROW; *ERR says what of that it does not. */
MUST_USE bool kind_update_put(struct exchange *x, struct referral_row *row, const struct peer_row *peer,
                              section_set sections, const struct update_message *said, struct error *err);

#endif
