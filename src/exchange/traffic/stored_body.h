#ifndef EXCHANGE_STORED_BODY_H
#define EXCHANGE_STORED_BODY_H
/* The body of a message in the store: salt and bytes, sealed under the slot of its consent.
 *
 * Floor: exchange. Uses vault, message_store and body_codec.
 */

#include "codec/referral_messages.h"
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

/* Seals the body of message NUMBER under TO, if it lies under FROM and opens. */
MUST_USE bool stored_body_move(struct exchange *x, int64_t number, uint64_t from, uint64_t to, struct error *err);

/* Opens the body of message NUMBER; *OUT is wiped when the tick ends. *READABLE false: there is none, or it does not
 * open, which *WHY says (its key is erased). Returns false only when the store fails, or E-KEY-21. */
MUST_USE bool stored_body_open(struct exchange *x, int64_t number, bool *readable, struct stored_body *out,
                               struct error *why, struct error *err);

/* What it says; OUT borrows from the tick's arena. Refused with E-KEY-15 where it is not of KIND, which the row of its
 * message has: rows can be changed without a key, and what a body of one kind says is nothing in another. */
MUST_USE bool stored_body_decode(struct exchange *x, const struct stored_body *stored, enum message_kind kind,
                                 struct body *out, struct error *err);

#endif
