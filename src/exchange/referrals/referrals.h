#ifndef EXCHANGE_REFERRALS_H
#define EXCHANGE_REFERRALS_H
/* Referral rows with what was asked, sealed under the consent: add, find, change, stop those under a consent.
 *
 * Floor: exchange; on top of store/referral_store.h, which only this file writes.
 */

#include "exchange/exchange.h"
#include "store/referral_store.h"

/* Seals what ROW holds and adds it; *NUMBER is set. row->message must be set: the sealing is bound to it. */
MUST_USE bool referrals_add(struct exchange *x, struct referral_row *row, int64_t *number, struct error *err);
/* Seals again what ROW holds, if it was readable, and writes it and the state. Nothing is kept of one that is ERASED.
 */
MUST_USE bool referrals_update(struct exchange *x, struct referral_row *row, struct error *err);

/* Opens what was asked into ROW; row->readable is false where it was erased, or the node is stopped, and where the disk
 * did not give its key: row->not_read. What is sealed stays as it is then, whatever else of the row changes. */
MUST_USE bool referrals_open(struct exchange *x, struct referral_row *row, struct error *err);
/* The referral of this number or id, opened; *ROW is set if *FOUND. */
MUST_USE bool referrals_get(struct exchange *x, int64_t number, bool *found, struct referral_row *row,
                            struct error *err);
MUST_USE bool referrals_find(struct exchange *x, const struct ident *id, bool *found, struct referral_row *row,
                             struct error *err);
/* The referral of this id, if it is between us and PEER in DIRECTION; *ROW is set if *FOUND. */
MUST_USE bool referrals_find_between(struct exchange *x, const struct ident *id, int64_t peer, enum direction direction,
                                     bool *found, struct referral_row *row, struct error *err);

/* Applies EVENT (STOPPED, ERASED) to every referral with messages under this consent, in the open transaction.
 * *SECTIONS: all that was shared in them. */
MUST_USE bool referrals_stop(struct exchange *x, int64_t consent, enum referral_event event, section_set *sections,
                             struct error *err);

/* The consent has ended and its key is destroyed: how each referral under it ended stays known, and nothing else; what
 * had not ended is ERASED. */
MUST_USE bool referrals_stop_ended(struct exchange *x, int64_t consent, section_set *sections, struct error *err);
/* Nothing is kept of what was asked in ROW, whose state stays. */
MUST_USE bool referrals_empty(struct exchange *x, struct referral_row *row, struct error *err);

/* The services as a set: bit n is enum service n. */
uint32_t referrals_service_bits(const uint32_t *services, size_t count);

#endif
