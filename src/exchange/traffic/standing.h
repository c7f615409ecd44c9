#ifndef EXCHANGE_STANDING_H
#define EXCHANGE_STANDING_H
/* Links stand while a tick is undone, and while nothing is written because there is no room.
 *
 * Floor: exchange. Nothing of an undone tick is answered. Its envelopes are answered with busy, receipts and refusals
 * come again with their messages; what a peer says once on a link waits and is handled again when there may be room:
 *
 *   frame                                    in a tick that is undone       while there is no room
 *   envelope                                 busy                           busy
 *   receipt, refusal, busy                   comes again                    comes again
 *   how a log grew, a question               waits                          answered: it writes nothing
 *   bundle, directory, all others            waits                          waits
 */

#include "exchange/exchange.h"

struct link;
struct standing_notes;

/* Freed with free(). */
struct standing_notes *standing_new(void);
/* LINK was opened; what is kept of it is one piece of the heap. */
void standing_link_up(struct link *link);

/* A frame of LINK is handled in this tick. */
void standing_note(struct exchange *x, const struct link *link, uint16_t kind, struct view payload);
/* The tick ends: nothing of it is undone any more. */
void standing_end_tick(struct exchange *x);

/* Before all else of an undone tick is forgotten: what it was asked is set aside. */
void standing_save(struct exchange *x);
/* After what is committed was read anew: each link goes on from there, and is told busy where it was asked something.
 * One that stood on what is undone is closed. */
MUST_USE bool standing_restore(struct exchange *x, struct error *err);

/* A frame came on LINK while there is no room. False: as with frames_handle. */
MUST_USE bool standing_take(struct exchange *x, const struct link *link, uint16_t kind, struct view payload,
                            struct error *err);

#endif
