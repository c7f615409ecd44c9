#ifndef EXCHANGE_STORED_BODY_H
#define EXCHANGE_STORED_BODY_H
/* The body of a message at rest: salt and bytes, sealed under the slot of its consent.
 *
 * Floor: exchange.
 */

#include "crypto/commit.h"
#include "exchange/exchange.h"

struct stored_body {
    const uint8_t *salt; /* SALT_SIZE bytes, of the body's commitment */
    struct view bytes;
};

/* Seals and stores it with message NUMBER, in the open transaction. SALT has SALT_SIZE bytes. */
MUST_USE bool stored_body_put(struct exchange *x, int64_t number, uint64_t slot, const uint8_t *salt, struct view bytes,
                              struct error *err);

/* Opens it; what OUT shows is wiped when the tick ends. *READABLE false: there is none, or *WHY (its key is erased).
 * False: it could not be read. */
MUST_USE bool stored_body_open(struct exchange *x, int64_t number, bool *readable, struct stored_body *out,
                               struct error *why, struct error *err);

#endif
