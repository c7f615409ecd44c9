#ifndef EXCHANGE_RENEWAL_ASKED_H
#define EXCHANGE_RENEWAL_ASKED_H
/* Of a coordinator's node: a certificate is asked for on a link.
 *
 * Floor: exchange. A request counts on the link of the machine that it names alone: nobody uses up another's renewal of
 * a day. How often one agency may ask is a pace of the meter, on narrow links as on ordinary ones.
 */

#include "exchange/exchange.h"

struct usage;

/* Whose link it is, as its certificate and the directory say. */
struct renewal_asker {
    uint64_t link;
    const struct address *agency;
    const struct ident *node;
    struct usage *usage;
};

/* Frame 20 came from BY. False, and the link ends: E-LNK-10; E-REN-03, the request is another's. What comes too often
 * is passed over. */
MUST_USE bool renewal_asked(struct exchange *x, const struct renewal_asker *by, struct view payload, struct error *err);

#endif
