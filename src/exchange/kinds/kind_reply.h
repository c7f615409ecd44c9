#ifndef EXCHANGE_KIND_REPLY_H
#define EXCHANGE_KIND_REPLY_H
/* Kind reply: each answer to a referral; given by people here, and taken from a peer. The answers to one referral have
 * numbers, and the newest counts, in whichever order they come.
 *
 * Floor: exchange. exchange_referral_answer is implemented here.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_reply;

/* Which answer to its referral it is, from 1. */
uint32_t kind_reply_number(const struct reply_message *reply);
/* What ROW says from REPLY on: until when, and by when something is due. */
void kind_reply_note(struct exchange *x, struct referral_row *row, const struct reply_message *reply);
/* Queues REPLY, of the state that ROW has, as its next answer for TO, in the open transaction, and stores ROW; number
 * and in_reply_to of REPLY are filled in here. */
MUST_USE bool kind_reply_put(struct exchange *x, struct referral_row *row, const struct address *to,
                             const struct reply_message *reply, struct error *err);

#endif
