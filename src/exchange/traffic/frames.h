#ifndef EXCHANGE_FRAMES_H
#define EXCHANGE_FRAMES_H
/* A frame from a linked peer, when it is its turn (serving.h): what it asks for is done, and metered.
 *
 * Floor: exchange. It goes on to the file for its kind: inbox.h (envelopes, what arrived), answers.h (receipts,
 * refusals), settling.h (what did not arrive), growth.h, announcing.h (directories), exchange/logs/cosigning.h or
 * exchange/members/federation.h (bundles).
 */

#include "exchange/exchange.h"

struct link;

/* Does what a frame asks for; what it costs is metered. False: the peer broke the protocol, or an error of our own. */
MUST_USE bool frames_handle(struct exchange *x, const struct link *link, uint16_t kind, struct view payload,
                            struct error *err);

#endif
