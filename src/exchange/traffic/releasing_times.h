#ifndef EXCHANGE_RELEASING_TIMES_H
#define EXCHANGE_RELEASING_TIMES_H
/* When what waits in the outbox is released on a link, and again; releasing.h sends it.
 *
 * Floor: exchange. A pass goes over all that waits for the peer of a link, in the order in which it was put: when the
 * link comes up, a minute after something went without a receipt, when its peer is no longer busy, and when it has what
 * it lacked. A message that was refused, and one that is owed, has a pause of its own.
 */

#include "exchange/exchange.h"
#include "exchange/traffic/meter_paces.h"
#include "store/message_store.h"

struct link;

/* LINK was opened: what waits for its peer is released on it. It went down: the next one goes on from there. */
void releasing_link_up(struct exchange *x, struct link *link);
void releasing_link_down(const struct link *link);
/* Frees what is kept of LINK, which may be half up. */
void releasing_link_end(struct link *link);

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
void releasing_note_retry(const struct link *link, int64_t at_ms);

/* What waits for the peer of LINK is released, sent before or not: from message NUMBER, from 1, on. */
void releasing_from(const struct link *link, int64_t number);

/* The peer of LINK is busy: what waits is sent again after 10 s, doubled up to a minute until it answers; of what
 * counts in a share a few a pass, in turn, until it takes one. */
void releasing_told_busy(struct exchange *x, const struct link *link);
/* It took ROW: it is not busy any more, and what is owed to it goes at once, whatever its pause was. */
void releasing_told_ready(struct exchange *x, const struct link *link, const struct message_row *row);

/* All that waits for the peer of LINK is to be sent again: now, or when PACE lets it. Returns whether now. */
bool releasing_begin_again(struct exchange *x, const struct link *link, enum meter_pace pace);
/* With the next pass what was refused on LINK goes before its time, for its peer has what it lacked. */
void releasing_retry_all(const struct link *link);

#endif
