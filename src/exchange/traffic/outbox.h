#ifndef EXCHANGE_OUTBOX_H
#define EXCHANGE_OUTBOX_H
/* Messages that leave: logged and durable first, released through the gate, kept until their receipt is here.
 *
 * Floor: exchange.
 *
 *   outbox_put ─commit─► waiting ──release──► on the link ──receipt──► receipted (or refused, by name)
 *                           │  ▲──── retry ───────┘
 *                           ├── gate says no ──► withheld
 *                           └── expiry ────────► expired
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/exchange.h"

struct link;

/* A message that passed the gate: record DISCLOSED, its row and its sealed body, all in the open transaction. */
struct outbox_item {
    struct disclosure *disclosure;
    int64_t number;   /* of message_store_next_number */
    int64_t referral; /* 0: none */
    int64_t consent;  /* consent_store number; 0: none. May be set without sections (a withdrawal). */
};
MUST_USE bool outbox_put(struct exchange *x, const struct outbox_item *item, struct error *err);

/* Makes a message without sections, passes it through the gate and puts it: replies, withdrawals, statements. */
MUST_USE bool outbox_put_plain(struct exchange *x, const struct address *to, const struct body *body, int64_t referral,
                               int64_t consent, struct error *err);

/* After the commit: seals and sends what waits to peers that are linked; asks for links to the others. */
MUST_USE bool outbox_release(struct exchange *x, struct error *err);

/* Messages past their day end here (in the open transaction). */
MUST_USE bool outbox_expire(struct exchange *x, struct error *err);

/* A receipt came by LINK: verified against the message it answers, recorded. A receipt that answers nothing of ours, or
 * the same again, is dropped; one that is wrong is a fault of the peer. */
MUST_USE bool outbox_take_receipt(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* The peer refused what we sent before it knew us (frame 4): a newer bundle may come with it. */
MUST_USE bool outbox_take_refusal(struct exchange *x, struct link *link, struct view payload, struct error *err);

/* A link to PEER stands, or has gone. */
void outbox_link_up(struct exchange *x, struct link *link);
void outbox_link_down(struct exchange *x, const struct link *link);
void outbox_fini(struct exchange *x);

/* When the outbox wants a turn though nothing comes; 0: never. */
int64_t outbox_wake_ms(const struct exchange *x);

#endif
