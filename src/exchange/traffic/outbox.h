#ifndef EXCHANGE_OUTBOX_H
#define EXCHANGE_OUTBOX_H
/* Messages that go out: logged and committed first, then released through the gate, and stored until receipted.
 *
 * Floor: exchange. The states of a message:
 *
 *   outbox_put
 *       │ commit
 *       ▼                release
 *    WAITING ───────────────────────────► sent on the link ─── receipt ───► RECEIPTED, or REFUSED (steps 10 to 12)
 *     │   │ ▲                                 │
 *     │   │ └── no receipt, link down, or ────┘
 *     │   │     refused by frame 4: retry
 *     │   │
 *     │   └── the gate denies at release ───► WITHHELD; one that may have left, only after its recipient was asked
 *     └────── past its last day ────────────► EXPIRED; what is owed (obligations.h) has none
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/exchange.h"
#include "exchange/traffic/meter.h"

struct link;

/* A message that passed the gate. */
struct outbox_item {
    struct disclosure *disclosure;
    int64_t number;   /* from message_store_next_number */
    int64_t referral; /* 0: none */
    int64_t consent; /* number in consent_store; 0: none. Also set for some messages without sections (a withdrawal). */
};
/* Writes record DISCLOSED, the message's row and its sealed body, in the open transaction. After the commit it is
 * released. */
MUST_USE bool outbox_put(struct exchange *x, const struct outbox_item *item, struct error *err);

/* The same for a message without sections (replies, withdrawals, statements): encodes BODY, passes it through the gate
 * and puts it. A denial is an error here. */
MUST_USE bool outbox_put_plain(struct exchange *x, const struct address *to, const struct body *body, int64_t referral,
                               int64_t consent, struct error *err);

/* After the commit: releases waiting messages to linked peers, and dials the others when that is due. */
MUST_USE bool outbox_release(struct exchange *x, struct error *err);

/* In the tick, before its commit: marks what the commit lets leave on links that were opened since it was put. A
 * message without the mark is not sent; one with it may have left. */
MUST_USE bool outbox_mark_leaving(struct exchange *x, struct error *err);
/* Message NUMBER, if it still waits, will not leave: record WITHHELD with the reason, in the open transaction. */
MUST_USE bool outbox_drop(struct exchange *x, int64_t number, enum denial why, struct error *err);
/* ROW, which waits, is released again without a pause. */
MUST_USE bool outbox_try_now(struct exchange *x, const struct message_row *row, struct error *err);

/* Milliseconds before the next try of ROW after ATTEMPTS that were refused; the pause is noted with its link. */
int64_t outbox_pause_ms(const struct message_row *row, uint32_t attempts);
void outbox_note_retry(struct link *link, int64_t at_ms);

/* The peer of LINK is busy: what waits is sent again after 10 s, doubled up to a minute until it answers. */
void outbox_told_busy(struct exchange *x, struct link *link);

/* All that waits for the peer of LINK is to be sent again: now, or when PACE lets it. Returns whether now. */
bool outbox_begin_again(struct exchange *x, struct link *link, enum meter_pace pace);
/* LINK was opened: what waits for its peer is released on it. */
void outbox_link_up(struct exchange *x, struct link *link);

/* When the outbox needs a tick, by the steady clock; 0: no time is set. */
int64_t outbox_wake_ms(const struct exchange *x);

#endif
