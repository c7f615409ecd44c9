#ifndef EXCHANGE_SETTLING_H
#define EXCHANGE_SETTLING_H
/* Ends messages that have no receipt: kept back by the gate, past their last day, for an agency that cannot be reached
 * again. Asks of those that may have left whether they arrived.
 *
 * Floor: exchange. Where a message may have left, its end says so; only the recipient's receipt says that it arrived.
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/exchange.h"
#include "model/control_enums.h"
#include "model/record.h"
#include "store/message_store.h"

struct link;

/* ROW, which waits, will not leave: record WITHHELD with the reason WHY and LEFT, in the open transaction. One that was
 * made in this tick never left, whatever LEFT says. */
MUST_USE bool settling_withhold(struct exchange *x, const struct message_row *row, enum denial why, enum left left,
                                struct error *err);
/* The consent NUMBER is withdrawn: what waits under it and never left is withheld, in the open transaction. */
MUST_USE bool settling_withhold_under(struct exchange *x, int64_t number, struct error *err);
/* The first message of the REFERRAL does not arrive any more, or was not taken: what waits to say more of it would
 * never be taken there either. It is withheld, but for what is owed, in the open transaction. */
MUST_USE bool settling_withhold_about(struct exchange *x, int64_t referral, struct error *err);
/* What is known of whether ROW left. */
enum left settling_left(const struct message_row *row);
/* The same as people are told it: a receipt settles it, the recipient's word does not. */
enum arrival settling_arrival(const struct message_row *row);
/* A message of KIND, DENIED, is owed to an agency that cannot be reached: it waits until the agency is a member again,
 * or a person closes it. */
bool settling_is_for_a_person(enum message_kind kind, enum denial denied);

/* Marks messages whose last day is before DAY as expired, with a record EXPIRED each, in the open transaction. */
MUST_USE bool settling_expire(struct exchange *x, uint32_t day, struct error *err);

/* A directory was taken: what waits for an agency that has left, whose keys are compromised or that is not in it is
 * withheld by that name, in the open transaction. */
MUST_USE bool settling_end_denied(struct exchange *x, struct error *err);

/* LINK was opened; it ends. */
void settling_link_up(struct link *link);
void settling_link_end(struct link *link);
/* The peer of LINK is to be asked of all that may have left, from the first one on, unless that is under way. */
void settling_begin(const struct link *link);
/* ROW is asked about with the next frame to LINK. */
void settling_add_question(const struct link *link, const struct message_row *row);
/* After the commit: asks the peer of LINK what arrived, when that is due. */
MUST_USE bool settling_ask(struct exchange *x, const struct link *link, struct error *err);
/* The peer says, unsigned, that it has none of these messages (frame 18): noted. One that the gate kept back meanwhile
 * is withheld now. */
MUST_USE bool settling_take_missing(struct exchange *x, const struct link *link, struct view payload,
                                    struct error *err);

#endif
