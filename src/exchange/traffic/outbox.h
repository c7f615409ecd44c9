#ifndef EXCHANGE_OUTBOX_H
#define EXCHANGE_OUTBOX_H
/* Messages that go out: logged and committed first, then released through the gate (releasing.h), and stored until
 * receipted.
 *
 * Floor: exchange. Here one is put, and taken out again. The states of a message:
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

struct body;
struct outbox;

/* A message made in this tick: released after the commit without reading it back from the store. */
struct new_message {
    struct new_message *next;
    int64_t number; /* in message_store */
    int64_t peer;   /* in peer_store */
    struct disclosure *disclosure;
    uint64_t record_index;
    bool may_leave; /* its row says so */
};

/* Freed with free(). */
struct outbox *outbox_new(void);
/* The messages of this tick, the oldest first; it ends, and forgets them. */
const struct new_message *outbox_new_messages(const struct exchange *x);
void outbox_end_tick(struct exchange *x);
/* Whether message NUMBER was made in this tick, which is not committed. If it was, outbox_keep does not let it leave
 * with the commit. */
bool outbox_is_new(const struct exchange *x, int64_t number);
bool outbox_keep(struct exchange *x, int64_t number);

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

/* The same for what is about nobody: without a referral or a consent, and nothing of it leaves after LAST_DAY. */
MUST_USE bool outbox_put_about_nobody(struct exchange *x, const struct address *to, const struct body *body,
                                      uint32_t last_day, int64_t *number, struct error *err);

/* Message NUMBER, if it still waits, will not leave: record WITHHELD with the reason, in the open transaction. */
MUST_USE bool outbox_drop(struct exchange *x, int64_t number, enum denial why, struct error *err);

#endif
