#ifndef EXCHANGE_REFERRALS_H
#define EXCHANGE_REFERRALS_H
/* What the kinds of messages need of referral rows: find one between two agencies, stop those under a consent.
 *
 * Floor: exchange; on top of referral_store (store/message_store.h).
 */

#include "exchange/exchange.h"
#include "store/referral_store.h"

/* The referral of this id, if it is between us and PEER in DIRECTION; *ROW is set if *FOUND. */
MUST_USE bool referrals_find_between(struct exchange *x, const struct ident *id, int64_t peer, enum direction direction,
                                     bool *found, struct referral_row *row, struct error *err);

/* Applies EVENT (STOPPED, ERASED) to every referral with messages under this consent, in the open transaction.
 * *SECTIONS: all that was shared in them. */
MUST_USE bool referrals_stop(struct exchange *x, int64_t consent, enum referral_event event, section_set *sections,
                             struct error *err);

/* The services as a set: bit n is enum service n. */
uint32_t referrals_service_bits(const uint32_t *services, size_t count);

#endif
