#ifndef EXCHANGE_GAPS_H
#define EXCHANGE_GAPS_H
/* What this agency sent behind the copy from which its home was put back: other agencies have it and say so by frame
 * 23, and here is no record of it. Kept until a person has looked after it.
 *
 * Floor: exchange. Their word, by id and kind: nothing is done by it but told.
 */

#include "exchange/exchange.h"

struct link;

/* A frame 23 from the peer of LINK. False: it is none (E-LNK-10), or an error of our own. */
MUST_USE bool gaps_take(struct exchange *x, const struct link *link, struct view payload, struct error *err);
/* The peer of LINK showed the withdrawal of CONSENT, in this agency's log INCARNATION at INDEX, signed with a key that
 * is in other hands: listed as what is missing, by the consent's id, until a person has asked her. */
MUST_USE bool gaps_add_withdrawal(struct exchange *x, const struct link *link, const struct ident *consent,
                                  uint32_t incarnation, uint64_t index, struct error *err);
/* One is not looked at, for the peer is over its share: that there are more is told. */
MUST_USE bool gaps_pass(struct exchange *x, const struct link *link, struct error *err);
/* AGENCY has said that this is all. *IS_ALL: nothing of it was passed over; then nothing more is awaited. */
MUST_USE bool gaps_end(struct exchange *x, const struct address *agency, bool *is_all, struct error *err);
/* Whether a person has looked after what was listed, and the rest has not come: AGENCY is dialled until it has. */
MUST_USE bool gaps_await(struct exchange *x, const struct address *agency, bool *out, struct error *err);
struct gaps_count {
    uint64_t messages;    /* that are listed */
    uint64_t withdrawals; /* the same: that came back under a key that is in other hands */
    uint64_t more;        /* agencies that have more than is listed */
};
MUST_USE bool gaps_count(struct exchange *x, struct gaps_count *out, struct error *err);

#endif
