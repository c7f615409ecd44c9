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
 *     │   │     refused at steps 1 to 9: retry
 *     │   │
 *     │   └── the gate denies at release ───► WITHHELD; one that may have left, only after its recipient was asked
 *     └────── past its last day ────────────► EXPIRED; what is owed (obligations.h) has none
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/exchange.h"

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

/* Marks messages past their last day as expired, with a record EXPIRED each, in the open transaction. */
MUST_USE bool outbox_expire(struct exchange *x, struct error *err);

/* A directory was taken: what waits for an agency that has left, whose keys are compromised or that is not in it is
 * withheld by that name, in the open transaction. */
MUST_USE bool outbox_end_denied(struct exchange *x, struct error *err);

/* A receipt came on LINK: verifies it against the message it answers, and records it. One for no message of ours, or
 * for one receipted before, is ignored; one whose proof is wrong is a fault of the peer. E-LNK-90, E-LOG-2x. */
MUST_USE bool outbox_take_receipt(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* The peer refused a message at steps 1 to 9 (frame 4). With a newer key bundle it is released again at once, without
 * after a growing pause. */
MUST_USE bool outbox_take_refusal(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* The peer says, unsigned, that it has none of these messages (frame 18): noted. One that the gate kept back meanwhile
 * is withheld now. */
MUST_USE bool outbox_take_missing(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* LINK was opened, or closed (it is not in x->links any more). */
void outbox_link_up(struct exchange *x, struct link *link);
void outbox_link_down(struct exchange *x, const struct link *link);
/* Frees x->dialling. */
void outbox_fini(struct exchange *x);

/* Unix milliseconds at which the outbox needs a tick; 0: none. */
int64_t outbox_wake_ms(const struct exchange *x);

#endif
