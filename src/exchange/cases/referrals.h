#ifndef EXCHANGE_REFERRALS_H
#define EXCHANGE_REFERRALS_H
/* Referral rows as the kinds of messages need them: found between two agencies, stopped with a consent.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/referral_store.h"

/* The referral of this id, if it is between us and PEER in DIRECTION. */
MUST_USE bool referrals_find_between(struct exchange *x, const struct ident *id, int64_t peer, enum direction direction,
                                     bool *found, struct referral_row *row, struct error *err);

/* Every referral with messages under this consent takes EVENT (stopped, erased). *SECTIONS: what was shared in them. */
MUST_USE bool referrals_stop(struct exchange *x, int64_t consent, enum referral_event event, section_set *sections,
                             struct error *err);

/* Bit n: enum service n. */
uint32_t referrals_service_bits(const uint32_t *services, size_t count);

#endif
