#ifndef EXCHANGE_STORED_BODY_H
#define EXCHANGE_STORED_BODY_H
/* The body of a message in the store: salt and bytes, sealed under the slot of its consent.
 *
 * Floor: exchange. Uses vault and message_store.
 */

#include "crypto/commit.h"
#include "exchange/exchange.h"

struct stored_body {
    const uint8_t *salt; /* SALT_SIZE bytes, for the body's commitment */
    struct view bytes;
    uint64_t slot; /* under which it lies */
};

/* Seals a body under SLOT and stores it with message NUMBER, in the open transaction. */
MUST_USE bool stored_body_put(struct exchange *x, int64_t number, uint64_t slot, const uint8_t *salt, struct view bytes,
                              struct error *err);

/* Opens the body of message NUMBER; *OUT is wiped when the tick ends. *READABLE false: there is none, or it does not
 * open, which *WHY says (its key is erased). Returns false only when the store fails, or E-KEY-21. */
MUST_USE bool stored_body_open(struct exchange *x, int64_t number, bool *readable, struct stored_body *out,
                               struct error *why, struct error *err);

#endif
