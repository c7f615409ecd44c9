#ifndef EXCHANGE_RELEASING_H
#define EXCHANGE_RELEASING_H
/* Sends what waits in the outbox (outbox.h): when, to whom, and through the gate each time.
 *
 * Floor: exchange. Two steps of the tick: before the commit a message is marked as one that may have left, after it it
 * is sealed and sent. A message of the tick itself goes on a link that stands; what waits longer is read back, in the
 * order in which it was put, up to the link's share and room. What has no receipt is sent again: each time sealed
 * anew, and judged anew.
 */

#include "exchange/exchange.h"
#include "exchange/traffic/meter.h"
#include "store/message_store.h"

struct link;

/* In the tick, before its commit: marks what the commit lets leave on links that were opened since it was put. A
 * message without the mark is not sent; one with it may have left. */
MUST_USE bool releasing_mark(struct exchange *x, struct error *err);
/* After the commit: releases waiting messages to linked peers, and dials the others when that is due. What the gate
 * denies is withheld, or asked about first (settling.h). Fails if the store does. */
MUST_USE bool releasing_run(struct exchange *x, struct error *err);
/* When messages that wait need a tick, by the steady clock; 0: no time is set. */
int64_t releasing_wake_ms(const struct exchange *x);

/* ROW, which waits, is released again without a pause. */
MUST_USE bool releasing_try_now(struct exchange *x, const struct message_row *row, struct error *err);

/* Whether the pause after a refusal of ROW is not over. When ROW (NULL: any message) is tried again on LINK, by the
 * steady clock; 0: no time is set. */
bool releasing_is_too_early(const struct exchange *x, const struct message_row *row);
int64_t releasing_next_ms(struct exchange *x, const struct link *link, const struct message_row *row);

/* Milliseconds before the next try of ROW after ATTEMPTS that were refused; the pause is noted with its link. */
int64_t releasing_pause_ms(const struct message_row *row, uint32_t attempts);
void releasing_note_retry(struct link *link, int64_t at_ms);

/* What waits for the peer of LINK is released, sent before or not: from message NUMBER, from 1, on. */
void releasing_from(struct link *link, int64_t number);

/* The peer of LINK is busy: what waits is sent again after 10 s, doubled up to a minute until it answers. */
void releasing_told_busy(struct exchange *x, struct link *link);
/* It answered: it is not busy any more, and what is owed to it goes at once, whatever its pause was. */
void releasing_told_ready(struct exchange *x, struct link *link);

/* All that waits for the peer of LINK is to be sent again: now, or when PACE lets it. Returns whether now. */
bool releasing_begin_again(struct exchange *x, struct link *link, enum meter_pace pace);
/* LINK was opened: what waits for its peer is released on it. */
void releasing_link_up(struct exchange *x, struct link *link);

#endif
