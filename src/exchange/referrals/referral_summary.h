#ifndef EXCHANGE_REFERRAL_SUMMARY_H
#define EXCHANGE_REFERRAL_SUMMARY_H
/* A referral in one line, as it is shown to people.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/peer_store.h"
#include "store/referral_store.h"

/* The referral of this id and the agency it is with. E-REF-01: there is none. */
MUST_USE bool referral_summary_find(struct exchange *x, const struct ident *id, struct referral_row *row,
                                    struct peer_row *peer, struct error *err);
/* The state shown to people: the referral's own; until it is answered, that of its first message. */
enum referral_state referral_summary_state(const struct referral_row *row, enum message_state message);
/* Fills *OUT from the two rows; reads case and message from the store. */
MUST_USE bool referral_summary_fill(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                                    struct control_referral *out, struct error *err);
/* The same where the state of its first message is known. */
MUST_USE bool referral_summary_fill_known(struct exchange *x, const struct referral_row *row,
                                          const struct peer_row *peer, enum message_state first,
                                          struct control_referral *out, struct error *err);
#define LAST_DAY_NONE UINT32_MAX
/* *LAST: the last day of the consent that it went or came under, while that stands; else LAST_DAY_NONE. */
MUST_USE bool referral_summary_last_day(struct exchange *x, const struct referral_row *row, uint32_t *last,
                                        struct error *err);
/* What was asked is read while the consent stands; its maker reads it until it is erased. */
bool referral_summary_may_show(const struct referral_row *row);
/* Why nothing under a consent is read, as its denial says. */
enum error_code referral_summary_why_held(enum denial denied);
/* Always false: sets *ERR to WHY, E-CON-03, E-CON-05 or E-CON-21, with its sentence. */
bool referral_summary_held(enum error_code why, struct error *err);

#endif
