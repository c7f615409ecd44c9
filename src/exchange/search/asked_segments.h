#ifndef EXCHANGE_ASKED_SEGMENTS_H
#define EXCHANGE_ASKED_SEGMENTS_H
/* Which services referrals ask for, and how urgent they are, 256 of them sealed together: so a list that is chosen by
 * that opens few rows (store/asked_store.h).
 *
 * Floor: exchange. Segment N is of the referrals 256 N to 256 N + 255, made once all of them are there, in ticks in
 * which nothing else is written; rows that are in none are opened one by one. What of it is erased goes with its
 * segment, which is sealed anew under another slot in that tick; the old slot is overwritten after the commit. A
 * segment leaves rows out, and says nothing of those that are listed: they are opened all the same.
 */

#include "exchange/exchange.h"
#include "model/referral_enums.h"

#define ASKED_ENTRIES 256 /* of a segment; it is read as a whole */

struct asked_segments;

/* Freed with free(). */
struct asked_segments *asked_segments_new(void);
/* Makes one that is missing; asks for another tick while there are more. */
MUST_USE bool asked_segments_advance(struct exchange *x, struct error *err);
/* A key that the disk did not give may be read now. */
void asked_segments_read_again(struct exchange *x);

/* What referral NUMBER asked for is erased, in the open transaction. */
MUST_USE bool asked_segments_erase(struct exchange *x, int64_t number, struct error *err);

/* Which of a segment a list may be of: bit N of MAY, the referral ASKED_ENTRIES * segment + N. */
struct asked_choice {
    uint64_t may[ASKED_ENTRIES / 64];
    unsigned count;
};
/* SERVICE, URGENCY: 0 is each. All may be, where there is no segment or it does not open. */
MUST_USE bool asked_segments_choose(struct exchange *x, int64_t segment, uint32_t service, uint32_t urgency,
                                    struct asked_choice *out, struct error *err);
bool asked_choice_has(const struct asked_choice *c, int64_t referral);
/* All may be. */
void asked_choice_all(struct asked_choice *c);
void asked_choice_leave_out(struct asked_choice *c, int64_t referral);

#endif
